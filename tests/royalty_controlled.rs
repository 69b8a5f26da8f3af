//! A controlled composition clause: a part of the minimum statutory rate, and a cap on what all works of a release sold
//! whole come to, which works that others license do not feel.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Ratio;
use proptest::prelude::*;
use royalty_support::formula::evaluate;
use royalty_support::*;

const ALBUM: u32 = 7;
const CONTROLLED: u64 = 50;
const OUTSIDE: u64 = 51;

fn clause(works: Option<u16>, protected: u16) -> LicenceRate {
    LicenceRate::Controlled { table: RateTable::US_MECHANICAL, factor: ratio("75%"), fixed: None, works, protected }
}

/// The clause with the rate of this day.
fn of(day: &str, rate: LicenceRate) -> LicenceRate {
    match rate {
        LicenceRate::Controlled { table, factor, works, protected, .. } => {
            LicenceRate::Controlled { table, factor, fixed: Some(date(day)), works, protected }
        }
        other => other,
    }
}

fn physical() -> Terms {
    Terms { use_type: UseType::PHYSICAL, configuration: Configuration::CD, ..download() }
}

/// An album of songs under the clause, all of the publisher, and then of songs of another publisher, licensed by
/// statute. Each track has one song, and as many seconds as most.
fn album(rate: LicenceRate, controlled: u64, outside: u64) -> Books {
    let mut books = cover();
    books.mechanicals.push(mechanical_row(USA, UseType::PHYSICAL, MechanicalPayer::PASSED_THROUGH));
    let mut tracks = Vec::new();
    for number in 0..controlled + outside {
        let (recording, work, ours) = (1000 + number, 2000 + number, number < controlled);
        let (event, party) = if ours { (CONTROLLED, PUBLISHER) } else { (OUTSIDE, SECOND_PUBLISHER) };
        let rate = if ours { rate } else { statutory("1") };
        tracks.push(Track { recording, weight: 1, seconds: Some(200) });
        books.works.insert(recording, vec![MatchedWork { work, weight: Ratio::ONE }]);
        books.shares.insert(work, vec![share(3000 + number, party, "1")]);
        books.claims.insert(work, vec![claimed(party, "1")]);
        books.licences.insert(work, vec![licence(event, rate)]);
        books.splits.insert(
            recording,
            vec![Payee { party: ARTIST, contract: CONTRACT, share: Ratio::ONE, off_the_top: false }],
        );
    }
    books.releases.insert(ALBUM, (70, tracks));
    books
}

fn sold(books: &Books, units: i64) -> Rating {
    let terms = physical();
    let facts = CellFacts { resource: 0, release: ALBUM, ..facts(&terms) };
    rated_of(books, &facts, &content(units, &(amount("10").try_mul(units).unwrap()).to_string()))
}

/// What each of the publisher's songs comes to.
fn songs(rating: &Rating) -> Vec<String> {
    let account = accounts::earned(PUBLISHER, 0, usd());
    rating.parts.iter().filter(|part| part.account == account).map(|part| part.amount.to_string()).collect()
}

fn explained(rating: &Rating) -> Vec<(String, String)> {
    let account = accounts::earned(PUBLISHER, 0, usd());
    let parts = rating.parts.iter().filter(|part| part.account == account);
    parts.map(|part| (part.why.words(), part.why.formula(part.amount))).collect()
}

#[test]
fn a_controlled_song_is_paid_its_part_of_the_minimum_statutory_rate() {
    for (rate, expected) in [(of("2010-05-01", clause(None, 0)), "0.06825"), (clause(None, 0), "0.09825")] {
        let mut books = album(rate, 1, 0);
        assert_eq!(songs(&sold(&books, 1)), [expected]);
        books.releases.get_mut(&ALBUM).unwrap().1[0].seconds = Some(601);
        assert_eq!(songs(&sold(&books, 1)), [expected], "the minimum rate knows no long song");
        books.releases.get_mut(&ALBUM).unwrap().1[0].seconds = None;
        assert_eq!(songs(&sold(&books, 1)), [expected], "nor does it wait for the playing time");
    }
    let [(words, formula)] = &explained(&sold(&album(of("2010-05-01", clause(None, 0)), 1, 0), 2))[..] else {
        panic!("one song")
    };
    assert_eq!(formula, "0.091 x 2 units x 3/4 = 0.1365");
    assert!(words.contains("the minimum statutory rate of table 3 on 2010-05-01, by licence 50"), "{words}");
}

/// 17 USC 115(c) bars a contract made after 22 June 1995 from cutting the rate for downloads: beside a clause that names
/// copies stands a licence at the full rate for downloads, and 13 of them come to 13 full rates.
#[test]
fn downloads_beside_a_clause_for_copies_are_paid_in_full() {
    let books = album(statutory("1"), 13, 0);
    let terms = Terms { from: date("2022-12-01"), to: date("2022-12-31"), ..download() };
    let facts = CellFacts { resource: 0, release: ALBUM, ..facts(&terms) };
    assert_eq!(songs(&rated_of(&books, &facts, &content(1, "10"))), ["0.091"; 13]);
}

#[test]
fn a_day_without_a_rate_is_not_guessed() {
    let rating = sold(&album(of("2005-12-31", clause(None, 0)), 1, 0), 1);
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "10");
    assert_eq!(rating.parts[0].why, Why::NoRate { work: 2000, licence: CONTROLLED, gap: Gap::NoRow });
}

#[test]
fn all_songs_of_a_release_come_to_the_cap_at_most() {
    let total = |rating: &Rating| earned(rating, PUBLISHER);
    // LP, EP and single at 9.1 cents; LP at mid-price; LP at 13.1 cents.
    let then = |works| of("2010-05-01", clause(Some(works), 0));
    let mid_price = match then(10) {
        LicenceRate::Controlled { table, fixed, works, protected, .. } => {
            LicenceRate::Controlled { table, factor: ratio("9/16"), fixed, works, protected }
        }
        _ => unreachable!("a clause"),
    };
    for (rate, expected) in [
        (then(10), "0.6825"),
        (then(5), "0.34125"),
        (then(2), "0.1365"),
        (mid_price, "0.511875"),
        (clause(Some(10), 0), "0.9825"),
    ] {
        let rating = sold(&album(rate, 13, 0), 1);
        assert_eq!(total(&rating), expected, "{rate:?}");
        assert_eq!(songs(&rating).len(), 13);
    }
    let rating = sold(&album(clause(Some(10), 0), 10, 0), 1);
    assert_eq!(songs(&rating), ["0.09825"; 10], "no more than the cap, and nothing comes off");
}

#[test]
fn works_of_others_are_paid_in_full_and_the_excess_comes_off_the_controlled_songs() {
    let rating = sold(&album(clause(Some(10), 0), 10, 3), 1);
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.393");
    assert_eq!(earned(&rating, PUBLISHER), "0.5895");
    assert_eq!(songs(&rating), ["0.05895"; 10]);
    for (words, formula) in explained(&rating) {
        assert_eq!(formula, "(0.9825 - 0.393) x 1/10 = 0.05895");
        assert!(words.contains("cap on the release, which is that of 10 works less what others license"), "{words}");
    }
    let note = rating.notes.iter().find(|note| matches!(note, Why::CapReached { .. })).unwrap().words();
    assert!(note.ends_with("0.131 x 10 works x 1 unit x 3/4 = 0.9825"), "{note}");
    let rating = sold(&album(clause(Some(10), 0), 10, 3), 1000);
    assert_eq!((earned(&rating, PUBLISHER).as_str(), songs(&rating)[0].as_str()), ("589.5", "58.95"));
}

#[test]
fn protected_works_of_others_take_nothing_of_the_cap() {
    for (protected, each) in [(0, "0.05895"), (1, "0.07205"), (2, "0.08515"), (3, "0.09825"), (9, "0.09825")] {
        let rating = sold(&album(clause(Some(10), protected), 10, 3), 1);
        assert_eq!(songs(&rating), [each; 10], "{protected} protected");
        assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.393");
    }
    // The dearest first: a song of 301 seconds, wherever it stands, costs 0.1512.
    let mut books = album(clause(Some(10), 1), 10, 3);
    books.releases.get_mut(&ALBUM).unwrap().1[12].seconds = Some(301);
    assert_eq!(earned(&sold(&books, 1), PUBLISHER), "0.7205", "0.9825 - 0.131 - 0.131");
}

#[test]
fn a_cap_takes_no_more_than_there_is() {
    let rating = sold(&album(clause(Some(10), 0), 4, 8), 1);
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "1.048");
    assert_eq!(earned(&rating, PUBLISHER), "0");
    let taken = rating.notes.iter().filter(|note| matches!(note, Why::CapTaken { licence: CONTROLLED, .. }));
    assert_eq!(taken.count(), 4, "{:?}", rating.notes);
    // One copy of eleven songs under one and the same cap: what is not divisible goes to the first.
    let rating = sold(&album(clause(Some(10), 0), 11, 0), 1);
    assert_eq!(earned(&rating, PUBLISHER), "0.9825");
    let each = songs(&rating);
    assert_eq!((each[0].as_str(), each[10].as_str()), ("0.089318181819", "0.089318181818"));
}

#[test]
fn returns_take_back_what_sales_paid() {
    let album = album(clause(Some(10), 1), 10, 3);
    let (sale, returned) = (sold(&album, 3), sold(&album, -3));
    let amounts = |rating: &Rating| rating.parts.iter().map(|part| part.amount).collect::<Vec<_>>();
    assert_eq!(amounts(&sale), amounts(&returned).into_iter().map(|amount| -amount).collect::<Vec<_>>());
}

#[test]
fn a_part_of_a_song_under_the_clause_counts_as_that_part() {
    // Two controlled songs, one of them half another publisher's, licensed by statute; a cap of one song.
    let mut books = album(clause(Some(1), 0), 2, 0);
    books.shares.insert(2001, vec![share(3001, PUBLISHER, "1/2"), share(3009, SECOND_PUBLISHER, "1/2")]);
    books.claims.insert(2001, vec![claimed(PUBLISHER, "1/2"), claimed(SECOND_PUBLISHER, "1/2")]);
    let own = LicenceInForce { licensor: Some(PUBLISHER), ..licence(CONTROLLED, clause(Some(1), 0)) };
    books.licences.insert(2001, vec![own, licence(OUTSIDE, statutory("1"))]);
    let rating = sold(&books, 1);
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.0655");
    // 0.09825 - 0.0655 = 0.03275, over one song and a half, to the last digit.
    assert_eq!(songs(&rating), ["0.021833333333", "0.010916666667"]);
    let (_, formula) = &explained(&rating)[1];
    assert_eq!(formula, "(0.09825 - 0.0655) x 2/3 x 1/2 = 0.010916666667");
    let (computed, shown) = evaluate(formula);
    assert!((computed - shown) * 10i128.pow(12) < 2.into());
}

#[test]
fn shares_of_a_song_under_the_clause_divide_no_more_than_the_cap_leaves() {
    // One song of a publisher's third and what nobody has agreed, a quarter of it claimed; a cap that is no round number.
    let mut books = album(clause(Some(1), 0), 1, 1);
    books.shares.insert(2000, vec![share(3000, PUBLISHER, "1/3")]);
    books.claims.insert(2000, vec![claimed(PUBLISHER, "1/3"), claimed(SECOND_PUBLISHER, "1/4")]);
    books.licences.insert(2001, vec![licence(OUTSIDE, statutory("1/7"))]);
    let rating = sold(&books, 1);
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.018714285714");
    // 0.09825 - 0.018714285714 = 0.079535714286: a third, and of the rest 1/4 of 2/3 contested.
    assert_eq!(earned(&rating, PUBLISHER), "0.026511904762");
    assert_eq!(waiting(&rating, SuspenseReason::CONTESTED), "0.019883928572");
    assert_eq!(waiting(&rating, SuspenseReason::UNCLAIMED), "0.033139880952");
}

#[test]
fn a_medley_that_comes_back_to_a_work_pays_it_twice_and_keeps_to_the_cap() {
    let mut books = album(clause(Some(1), 0), 1, 0);
    let again = MatchedWork { work: 2000, weight: Ratio::ONE };
    books.works.insert(1000, vec![again, again]);
    assert_eq!(songs(&sold(&books, 1)), ["0.049125", "0.049125"]);
    books.licences.insert(2000, vec![licence(CONTROLLED, clause(Some(2), 0))]);
    assert_eq!(songs(&sold(&books, 1)), ["0.09825", "0.09825"]);
}

#[test]
fn works_of_others_that_bring_money_in_leave_no_more_than_the_cap() {
    // The other work costs a tenth of a refund, while copies were sold.
    let mut books = album(clause(Some(1), 0), 2, 1);
    books.licences.insert(2002, vec![licence(OUTSIDE, LicenceRate::PercentOfNet(ratio("10%")))]);
    let terms = physical();
    let rating = rated_of(&books, &CellFacts { resource: 0, release: ALBUM, ..facts(&terms) }, &content(1, "-30"));
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "-1");
    assert_eq!(songs(&rating), ["0.049125", "0.049125"]);
}

#[test]
fn licences_with_the_same_clause_share_one_cap_and_others_have_their_own() {
    let mut books = album(clause(Some(10), 0), 12, 0);
    for number in 6..12 {
        books.shares.insert(2000 + number, vec![share(3000 + number, SECOND_PUBLISHER, "1")]);
        books.licences.insert(2000 + number, vec![licence(60 + number, clause(Some(10), 0))]);
    }
    let rating = sold(&books, 1);
    assert_eq!([PUBLISHER, SECOND_PUBLISHER].map(|party| earned(&rating, party)), ["0.49125", "0.49125"]);
    // To another clause they are works of others: 6 x 0.09825 of 8 x 0.09825 are taken.
    for number in 6..12 {
        books.licences.insert(2000 + number, vec![licence(60 + number, clause(Some(8), 0))]);
    }
    let rating = sold(&books, 1);
    assert_eq!([PUBLISHER, SECOND_PUBLISHER].map(|party| earned(&rating, party)), ["0.393", "0.1965"]);
}

#[test]
fn what_a_cap_leaves_is_not_said_before_the_cost_of_every_work_is() {
    let mut books = album(clause(Some(10), 0), 10, 3);
    let euros = LicenceRate::PerUnit { amount: amount("0.10"), currency: "EUR".parse().unwrap() };
    books.licences.insert(2012, vec![licence(OUTSIDE, euros)]);
    let rating = sold(&books, 1);
    assert_eq!(earned(&rating, PUBLISHER), "0");
    assert_eq!(rating.parts[0].why, Why::NoRate { work: 2000, licence: CONTROLLED, gap: Gap::NoCap });
    assert!(rating.parts[0].why.words().contains("cap on the release"), "{}", rating.parts[0].why.words());
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.262", "the others hang on no cap");
    // A song nobody has matched yet is held at the statutory rate, and takes as much of the cap.
    books.works.remove(&1012);
    let rating = sold(&books, 1);
    assert_eq!(waiting(&rating, SuspenseReason::UNMATCHED_WORK), "0.131");
    assert_eq!(songs(&rating), ["0.05895"; 10]);
    // One in the public domain takes none.
    let mut books = album(clause(Some(10), 0), 10, 3);
    books.public_domain.insert(2012);
    assert_eq!(songs(&sold(&books, 1)), ["0.07205"; 10]);
}

#[test]
fn a_track_sold_alone_knows_no_cap() {
    let mut books = album(clause(Some(1), 0), 3, 3);
    books.recordings.insert(RESOURCE, Identified { recording: 1000, by: 0, seconds: Some(200) });
    let terms = physical();
    let rating = rated_of(&books, &CellFacts { release: ALBUM, ..facts(&terms) }, &content(1, "1"));
    assert_eq!(earned(&rating, PUBLISHER), "0.09825");
}

proptest! {
    /// Whatever the album: others have all they cost, and the clause what they leave of its cap, each song as much.
    #[test]
    fn the_controlled_songs_have_what_the_others_leave(
        ours in 1..15u64, others in 0..8u64, works in 1..12u16, protected in 0..4u16, units in -20..500i64,
    ) {
        let rating = sold(&album(clause(Some(works), protected), ours, others), units);
        // In millionths: 0.131, and three quarters of it.
        let taken = 131_000 * i128::from(others.saturating_sub(protected.into()));
        let left = (98_250 * i128::from(works) - taken).max(0).min(98_250 * i128::from(ours));
        let picos = |a_unit: i128| a_unit * 1_000_000 * i128::from(units);
        prop_assert_eq!(amount(&earned(&rating, PUBLISHER)).picos(), picos(left));
        prop_assert_eq!(amount(&earned(&rating, SECOND_PUBLISHER)).picos(), picos(131_000 * i128::from(others)));
        let songs: Vec<i128> = songs(&rating).iter().map(|song| amount(song).picos()).collect();
        prop_assert!(songs.iter().max().zip(songs.iter().min()).is_none_or(|(most, least)| most - least <= 1));
    }
}
