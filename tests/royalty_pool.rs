//! The pool of an offering comes out of its figures to the digit (37 CFR 385.21, steps 1 to 5), and a play of it goes to the
//! works' holders and to nobody else.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::governance::{Citation, RateRow};
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::Ratio;
use royalty_support::*;

const HEADLINE: u64 = 5;
const PORTABLE: u64 = 6;

fn table(event: u64, table: RateTable, rows: &[(RateMeasure, &str)]) -> AdoptedRates {
    let citation = Citation { source: CitationSource::ENTERED_BY_USER, volume: 0, page: 0, section: 0 };
    let row = |(measure, value): &(RateMeasure, &str)| RateRow {
        from: date("2026-01-01"),
        to: Some(date("2026-12-31")),
        measure: *measure,
        use_type: UseType::UNKNOWN,
        value: value.parse().unwrap(),
        citation,
    };
    AdoptedRates { event, table, territory: USA, currency: usd(), rows: rows.iter().map(row).collect() }
}

/// The percentage of revenue for 2026, and what a made-up portable offering is held to.
fn tables() -> Vec<AdoptedRates> {
    let portable = [
        (RateMeasure::PERCENT_OF_CONTENT_COST, "0.262"),
        (RateMeasure::PER_SUBSCRIBER_CAP, "1.10"),
        (RateMeasure::PER_SUBSCRIBER_FLOOR, "0.60"),
    ];
    vec![
        table(HEADLINE, RateTable::US_STREAMING, &[(RateMeasure::PERCENT_OF_REVENUE, "0.153")]),
        table(PORTABLE, RateTable::US_STREAMING_PORTABLE, &portable),
    ]
}

fn figures() -> PoolReported {
    PoolReported {
        source: SOURCE,
        offering: 0,
        month: date("2026-01-01"),
        table: RateTable::US_STREAMING_PORTABLE,
        currency: usd(),
        revenue: "10000000".parse().unwrap(),
        content_cost: "5200000".parse().unwrap(),
        subscribers: 1_000_000,
        performance: "620000".parse().unwrap(),
        plays: "499670000".parse().unwrap(),
        replaces: None,
    }
}

fn pool(figures: &PoolReported, tables: &[AdoptedRates]) -> Result<Pool, NoPool> {
    Pool::of(figures, tables, USA, UseType::INTERACTIVE_STREAM)
}

/// Streams that carry no money of their own; the currency of a report without money is unknown.
fn streams() -> Terms {
    Terms { use_type: UseType::INTERACTIVE_STREAM, basis: Basis::NONE, currency: "XXX".parse().unwrap(), ..download() }
}

fn books(seconds: Option<u32>) -> Books {
    let mut books = Books { tables: tables(), pool: Some(figures()), ..cover() };
    books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: RECORDING, seconds });
    books
}

fn played(books: &Books, units: i64) -> Rating {
    rate(&facts(&streams()), &content(units, "0"), books)
}

/// The worked example of a portable offering: each step, and three works.
#[test]
fn the_worked_example_comes_out_to_the_digit() {
    let pool = pool(&figures(), &tables()).unwrap();
    assert_eq!(pool.of_revenue.comes_to, amount("1530000"));
    assert_eq!(pool.of_content.comes_to, amount("1362400"));
    assert_eq!(pool.cap.unwrap().comes_to, amount("1100000"));
    assert_eq!(pool.all_in, amount("1530000"));
    assert_eq!(pool.payable, amount("910000"));
    assert_eq!(pool.floor.unwrap().comes_to, amount("600000"));
    assert_eq!(pool.pool, amount("910000"));
    assert_eq!(pool.per_play(), "0.00182120199331558...");
    // 2185.442391978705946..., 655.632717593611784..., 200.332219264714711...
    for (units, seconds, comes_to) in
        [(1_200_000, 200, "2185.442391978706"), (300_000, 301, "655.632717593612"), (50_000, 611, "200.332219264715")]
    {
        let rating = played(&books(Some(seconds)), units);
        assert_eq!(total(&rating), amount(comes_to), "{units} plays of {seconds} seconds");
        let half = amount(comes_to).mul_ratio(ratio("1/2")).unwrap();
        let second = accounts::earned(SECOND_PUBLISHER, 0, usd());
        assert_eq!(of(&rating, second), amount(comes_to).try_sub(half).unwrap().to_string());
        assert_eq!(rating.parts.len(), 2, "all of it is mechanical: nobody shares a net");
    }
    let refund = played(&books(Some(301)), -300_000);
    assert_eq!(total(&refund), amount("-655.632717593612"));
}

#[test]
fn a_long_recording_counts_a_fifth_more_for_each_minute_begun_after_five() {
    for (seconds, counts) in [
        (0, "1"),
        (200, "1"),
        (300, "1"),
        (301, "1.2"),
        (360, "1.2"),
        (361, "1.4"),
        (600, "2"),
        (601, "2.2"),
        (611, "2.2"),
        (661, "2.4"),
    ] {
        assert_eq!(Multiplier::of(seconds).to_string(), counts, "{seconds}");
    }
    let one =
        Pool::of(&PoolReported { plays: "910000".parse().unwrap(), ..figures() }, &tables(), USA, UseType::STREAM);
    assert_eq!(one.unwrap().of_plays(5, Multiplier::of(361)), Ok(amount("7")), "a dollar a play");
    assert!(one.unwrap().of_plays(i64::MAX, Multiplier::of(u32::MAX)).is_err());
}

#[test]
fn each_prong_decides_where_it_is_the_larger() {
    let with = |change: fn(&mut PoolReported)| {
        let mut figures = figures();
        change(&mut figures);
        pool(&figures, &tables()).unwrap()
    };
    let content = with(|figures| {
        figures.revenue = "1000000".parse().unwrap();
        figures.content_cost = "4000000".parse().unwrap();
    });
    assert_eq!(
        (content.all_in, content.pool),
        (amount("1048000"), amount("600000")),
        "content below its cap, then floor"
    );
    let capped = with(|figures| {
        figures.revenue = "1000000".parse().unwrap();
        figures.performance = "0".parse().unwrap();
    });
    assert_eq!((capped.all_in, capped.pool), (amount("1100000"), amount("1100000")));
    let floor = with(|figures| figures.performance = "2000000".parse().unwrap());
    assert_eq!((floor.payable, floor.pool), (amount("-470000"), amount("600000")));

    // An offering without cap and floor, as one paid for by advertisements.
    let mut tables = tables();
    tables[1] = table(PORTABLE, RateTable::US_STREAMING_FREE, &[(RateMeasure::PERCENT_OF_CONTENT_COST, "0.262")]);
    let free = PoolReported {
        table: RateTable::US_STREAMING_FREE,
        revenue: "1000000".parse().unwrap(),
        performance: "1362400.5".parse().unwrap(),
        ..figures()
    };
    let free = pool(&free, &tables).unwrap();
    assert_eq!((free.all_in, free.payable, free.pool), (amount("1362400"), amount("-0.5"), amount("0")));
    assert_eq!(free.per_play(), "0");
}

#[test]
fn a_rate_that_is_missing_is_named_and_none_is_assumed() {
    let missing = |tables: &[AdoptedRates], figures: &PoolReported| pool(figures, tables).unwrap_err();
    let no_headline = NoPool::Missing { table: RateTable::US_STREAMING, measure: RateMeasure::PERCENT_OF_REVENUE };
    let (all, july_2027) = (tables(), PoolReported { month: date("2027-07-01"), ..figures() });
    assert_eq!(missing(&[], &figures()), no_headline);
    assert_eq!(missing(&all, &july_2027), no_headline, "no row is of that month");
    let no_content =
        NoPool::Missing { table: RateTable::US_STREAMING_PORTABLE, measure: RateMeasure::PERCENT_OF_CONTENT_COST };
    assert_eq!(missing(&all[..1], &figures()), no_content);
    let euros = PoolReported { currency: "EUR".parse().unwrap(), ..figures() };
    assert_eq!(missing(&all, &euros), NoPool::OtherCurrency { table: RateTable::US_STREAMING });
    assert_eq!(missing(&all, &PoolReported { plays: "0".parse().unwrap(), ..figures() }), NoPool::NoPlays);
    assert_eq!(
        Pool::of(&figures(), &all, FRANCE, UseType::STREAM).unwrap_err(),
        no_headline,
        "it is no rate of France"
    );

    let mut books = books(Some(200));
    books.tables.truncate(1);
    let rating = played(&books, 10);
    assert_eq!((rating.parts.len(), rating.notes), (0, vec![Why::NoPool { pool: POOL, gap: no_content }]));
}

#[test]
fn what_cannot_be_attributed_waits_and_the_sum_stays() {
    let all = amount("655.632717593612");
    let waits = |books: &Books, reason| {
        let rating = played(books, 300_000);
        assert_eq!(total(&rating), all);
        waiting(&rating, reason)
    };
    let mut unknown = books(Some(301));
    unknown.recordings.clear();
    unknown.seconds.insert(RESOURCE, 301);
    assert_eq!(waits(&unknown, SuspenseReason::UNMATCHED_RECORDING), all.to_string(), "the report says how long it is");
    let mut unmatched = books(Some(301));
    unmatched.works.clear();
    assert_eq!(waits(&unmatched, SuspenseReason::UNMATCHED_WORK), all.to_string());
    let mut unclaimed = books(Some(301));
    unclaimed.shares.clear();
    unclaimed.claims.insert(WORK, vec![claimed(PUBLISHER, "1/4")]);
    assert_eq!(waits(&unclaimed, SuspenseReason::CONTESTED), "163.908179398403");
    assert_eq!(waits(&unclaimed, SuspenseReason::UNCLAIMED), "491.724538195209");

    let untimed = played(&books(None), 300_000);
    assert_eq!(waiting(&untimed, SuspenseReason::NO_RATE), "546.360597994676", "held as if each play counted once");
    assert_eq!(total(&untimed), amount("546.360597994676"));
}

#[test]
fn own_works_are_paid_and_no_other_licence_matters() {
    let mut books = books(Some(200));
    books.licences.clear();
    books
        .splits
        .insert(RECORDING, vec![Payee { party: PUBLISHER, contract: 0, share: Ratio::ONE, off_the_top: false }]);
    let rating = played(&books, 1_200_000);
    assert_eq!(earned(&rating, PUBLISHER), "1092.721195989353");
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "1092.721195989353");
}

/// 385.21(b)(4) divides the pool by the plays of all works: a play of a medley is one of each, whatever its weight.
#[test]
fn a_medley_pays_a_play_of_each_work_and_the_public_domain_is_owed_nothing() {
    let mut books = books(Some(200));
    let work = |work, weight: &str| MatchedWork { work, weight: ratio(weight) };
    books.works.insert(RECORDING, vec![work(WORK, "2/3"), work(SECOND_WORK, "1/3")]);
    books.shares.insert(SECOND_WORK, books.shares[&WORK].clone());
    let rating = played(&books, 1_200_000);
    assert_eq!(total(&rating), amount("4370.884783957412"));

    books.public_domain.insert(SECOND_WORK);
    let rating = played(&books, 1_200_000);
    assert_eq!(total(&rating), amount("2185.442391978706"));
    assert_eq!(rating.notes, [Why::PublicDomain { work: SECOND_WORK }]);
    assert_eq!(formula(&rating, accounts::earned(PUBLISHER, 0, usd())), "2185.442391978706 x 1/2 = 1092.721195989353");
}

#[test]
fn plays_outside_the_pool_have_no_money() {
    let books = books(Some(200));
    let rated = |terms: &Terms| rate(&facts(terms), &content(10, "0"), &books);
    let february = Terms { from: date("2026-02-01"), to: date("2026-02-28"), ..streams() };
    assert_eq!(rated(&february), Rating::default());
    let performance = Terms { rights: Rights::PERFORMING, ..streams() };
    assert_eq!(rated(&performance).notes, [Why::NotInMoney]);
}

/// Less than thirty seconds of a longer recording, started by no human, or beyond the fiftieth in a row: no play by 37 CFR
/// 385.21. Only the service can know, so it reports them, if at all, as not royalty bearing.
#[test]
fn what_is_no_play_comes_to_nothing() {
    let no_play = Terms { flags: UsageFlags::NOT_ROYALTY_BEARING, ..streams() };
    let rating = rate(&facts(&no_play), &content(1_200_000, "0"), &books(Some(200)));
    assert_eq!((rating.parts.len(), rating.notes), (0, vec![Why::NotRoyaltyBearing]));
    let to_its_end = played(&books(Some(29)), 1_200_000);
    assert_eq!(total(&to_its_end), amount("2185.442391978706"), "a shorter recording that was played whole is a play");
}

#[test]
fn the_steps_are_told_with_their_numbers() {
    let rating = played(&books(Some(301)), 300_000);
    assert_eq!(
        rating.plays.unwrap().steps(),
        [
            "1. all-in, 2026-01, by event 90: the larger of revenue, 15.3 % of 10000000 = 1530000 (table 5), and content, \
             26.2 % of 5200000 = 1362400 (table 6), at most 1.10 x 1000000 subscribers = 1100000 (table 6): 1530000 USD",
            "2. payable: 1530000 - 620000 for performances = 910000",
            "3. pool: the larger of 910000 and 0.60 x 1000000 subscribers = 600000 (table 6): 910000",
            "4. a play: 910000 / 499670000 plays = 0.00182120199331558...",
            "   300000 plays, each counted 1.2 for 301 seconds: 655.632717593612 USD",
        ]
    );
    assert_eq!(
        rating.parts[0].why.words(),
        "mechanical of work 20 for the holder of share 60: a part of pool 90; used by match 25, which the service owes"
    );
}
