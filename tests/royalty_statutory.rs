//! The tables that come with the program, as an operator adopts them, give the published rates, say who owes them, and
//! say nothing of days, uses and places that they are not about.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::ingest::catalogue::{Builtin, Document, NoNames, Syntax};
use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::Event;
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;
use royalty_support::*;

/// The body of the one event that a text of the program is.
fn body(name: &str) -> Vec<u8> {
    let document = Document::read(name, Builtin::find(name).unwrap().text, Syntax::Toml).unwrap();
    let mut nobody = || PartyId::NONE;
    let mut translation = document.translate(&NoNames, &mut nobody);
    let bodies = translation.submission().unwrap().unwrap();
    assert_eq!(bodies.len(), 1);
    bodies[0].clone()
}

/// A song of so many seconds, all of the publisher, by statute and by the tables that come with the program.
fn shipped(seconds: Option<u32>) -> Books {
    let mut books = cover();
    let (rates, payers) = (body("us-mechanical"), body("us-mechanical-payers"));
    let Event::RatesAdopted(rates) = Event::decode(&rates).unwrap() else { panic!("a table of rates") };
    let Event::MechanicalsAdopted(payers) = Event::decode(&payers).unwrap() else { panic!("a table of who pays") };
    let ledger_spec::event::governance::RatesAdopted { table, territory, currency, rows } = rates;
    books.tables = vec![AdoptedRates { event: TABLE, table, territory, currency, rows }];
    books.mechanicals = payers.rows.into_iter().map(|row| AdoptedMechanical { event: RULE, row }).collect();
    books.recordings.insert(RESOURCE, Identified { recording: RECORDING, by: 0, seconds });
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1")]);
    books
}

fn sold(use_type: UseType, from: &str, to: &str) -> Terms {
    Terms { use_type, from: date(from), to: date(to), ..download() }
}

/// 37 CFR 385.11, published year by year: dollars a copy by seconds of playing time.
const PUBLISHED: [(u32, [&str; 5]); 7] = [
    (200, ["0.091", "0.12", "0.124", "0.127", "0.131"]),
    (300, ["0.091", "0.12", "0.124", "0.127", "0.131"]),
    (301, ["0.105", "0.1386", "0.1428", "0.147", "0.1512"]),
    (360, ["0.105", "0.1386", "0.1428", "0.147", "0.1512"]),
    (361, ["0.1225", "0.1617", "0.1666", "0.1715", "0.1764"]),
    (480, ["0.14", "0.1848", "0.1904", "0.196", "0.2016"]),
    (601, ["0.1925", "0.2541", "0.2618", "0.2695", "0.2772"]),
];

#[test]
fn copies_and_downloads_cost_the_published_rate_of_their_day() {
    for (seconds, rates) in PUBLISHED {
        let books = shipped(Some(seconds));
        for (year, expected) in (2022..).zip(rates) {
            for use_type in [UseType::PHYSICAL, UseType::DOWNLOAD] {
                for month in ["01-01", "12-31"] {
                    let day = format!("{year}-{month}");
                    let rating = rated(&books, &sold(use_type, &day, &day), 1, "1");
                    assert_eq!(earned(&rating, PUBLISHER), expected, "{seconds} s on {day}");
                }
            }
        }
    }
}

#[test]
fn the_rate_of_2006_held_until_2022() {
    for year in 2006..=2022 {
        let day = format!("{year}-07-01");
        let terms = sold(UseType::PHYSICAL, &day, &day);
        assert_eq!(earned(&rated(&shipped(Some(200)), &terms, 1, "1"), PUBLISHER), "0.091");
        assert_eq!(earned(&rated(&shipped(Some(301)), &terms, 1, "1"), PUBLISHER), "0.105");
    }
}

#[test]
fn the_day_of_the_use_picks_the_rate_and_not_that_of_the_licence() {
    let mut books = shipped(Some(200));
    // A licence recorded long before, a share and a split likewise: what counts is when the copy was sold.
    books.licences.insert(WORK, vec![licence(1, statutory("1"))]);
    let across = sold(UseType::DOWNLOAD, "2025-12-01", "2026-01-01");
    assert_eq!(
        earned(&rated(&books, &across, 1, "1"), PUBLISHER),
        "0.131",
        "by the last day, when all of it has happened"
    );
}

#[test]
fn a_day_without_a_rate_waits() {
    for (day, reason) in [
        ("2027-01-01", SuspenseReason::NO_RATE),
        // Nor does the table of who pays reach back before the rates.
        ("2005-12-31", SuspenseReason::NO_MECHANICAL_RULE),
    ] {
        let rating = rated(&shipped(Some(200)), &sold(UseType::DOWNLOAD, day, day), 1, "0.70");
        assert_eq!(waiting(&rating, reason), "0.7", "on {day}");
    }
    let rating = rated(&shipped(None), &download(), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7", "nor is a playing time made up");
}

#[test]
fn a_medley_pays_each_of_its_works_by_the_playing_time_of_the_whole() {
    let mut books = shipped(Some(361));
    let works = [WORK, SECOND_WORK, SECOND_WORK + 1];
    books.works.insert(RECORDING, works.map(|work| MatchedWork { work, weight: ratio("1/3") }).to_vec());
    for (work, number) in works.into_iter().zip(0..) {
        books.shares.insert(work, vec![share(SHARE + number, PUBLISHER, "1")]);
        books.licences.insert(work, vec![licence(LICENCE + number, statutory("1"))]);
    }
    assert_eq!(earned(&rated(&books, &download(), 1, "1"), PUBLISHER), "0.5292", "3 x 7 x 0.0252");
    // A work in it that is free leaves what the others are paid.
    books.public_domain.insert(SECOND_WORK);
    assert_eq!(earned(&rated(&books, &download(), 1, "1"), PUBLISHER), "0.3528");
}

#[test]
fn streams_under_the_blanket_licence_are_paid_at_source() {
    let streamed = |from, to| rated(&shipped(Some(200)), &sold(UseType::INTERACTIVE_STREAM, from, to), 1, "0.70");
    let rating = streamed("2021-01-01", "2021-01-31");
    assert_eq!(rating.notes, [Why::PaidAtSource { rule: RULE }]);
    assert_eq!(earned(&rating, ARTIST), "0.63", "no stream docks an artist");
    let before = streamed("2020-12-01", "2020-12-31");
    assert_eq!(waiting(&before, SuspenseReason::NO_MECHANICAL_RULE), "0.7");
}

#[test]
fn the_tables_say_nothing_of_other_places_and_uses() {
    let elsewhere = Terms { territory: FRANCE, ..download() };
    let rating = rated(&shipped(Some(200)), &elsewhere, 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_MECHANICAL_RULE), "0.7");
    // A stream of which nobody says whether it was chosen.
    let stream = sold(UseType::STREAM, "2026-01-01", "2026-01-31");
    assert_eq!(waiting(&rated(&shipped(Some(200)), &stream, 1, "2"), SuspenseReason::NO_MECHANICAL_RULE), "2");
}

#[test]
fn a_ringtone_is_24_cents_however_long_from_2009_on() {
    for (day, expected) in [("2009-01-01", "0.24"), ("2022-12-31", "0.24"), ("2026-12-31", "0.24")] {
        let rating = rated(&shipped(Some(601)), &sold(UseType::RINGTONE, day, day), 1, "2");
        assert_eq!(earned(&rating, PUBLISHER), expected, "on {day}");
    }
    let before = rated(&shipped(Some(200)), &sold(UseType::RINGTONE, "2008-12-31", "2008-12-31"), 1, "2");
    assert_eq!(waiting(&before, SuspenseReason::NO_MECHANICAL_RULE), "2");
    let after = rated(&shipped(Some(200)), &sold(UseType::RINGTONE, "2027-01-01", "2027-01-01"), 1, "2");
    assert_eq!(waiting(&after, SuspenseReason::NO_RATE), "2");
}

#[test]
fn downloads_that_end_with_the_subscription_are_paid_at_source_as_streams_are() {
    for use_type in [UseType::TETHERED_DOWNLOAD, UseType::CONDITIONAL_DOWNLOAD] {
        let rating = rated(&shipped(Some(200)), &sold(use_type, "2026-01-01", "2026-01-31"), 1, "0.70");
        assert_eq!(rating.notes, [Why::PaidAtSource { rule: RULE }]);
        assert_eq!(earned(&rating, PUBLISHER), "0");
        assert_eq!(earned(&rating, ARTIST), "0.63");
    }
}

#[test]
fn radio_owes_no_mechanical() {
    for use_type in [UseType::NON_INTERACTIVE_STREAM, UseType::BROADCAST] {
        let rating = rated(&shipped(Some(200)), &sold(use_type, "2026-01-01", "2026-01-31"), 1, "0.70");
        assert_eq!((earned(&rating, PUBLISHER), earned(&rating, ARTIST)), ("0".to_owned(), "0.63".to_owned()));
    }
}

/// 37 CFR 385.11(a)(2): the rates of 2023 times the consumer price index of the year over 298.012, rounded to a tenth of
/// a cent and to a hundredth. So the three published years are held against each other, not against this table alone.
#[test]
fn the_yearly_rates_are_those_of_2023_times_the_price_index() {
    const BASE: u64 = 298_012;
    let rounded = |base: u64, index: u64, unit: u64| (2 * base * index + BASE * unit) / (2 * BASE * unit) * unit;
    for (year, index) in [(2024, 307_671), (2025, 315_664), (2026, 324_800)] {
        let day = format!("{year}-06-01");
        let of =
            |seconds| earned(&rated(&shipped(Some(seconds)), &sold(UseType::DOWNLOAD, &day, &day), 1, "1"), PUBLISHER);
        // In hundred-thousandths of a dollar: 12 cents, and ten minutes at 2.31 cents.
        let [flat, minutes] = [rounded(12_000, index, 100), 10 * rounded(2_310, index, 10)];
        let dollars = |amount: u64| format!("0.{amount:05}").trim_end_matches('0').to_owned();
        assert_eq!([of(200), of(600)], [dollars(flat), dollars(minutes)], "{year}");
    }
}

#[test]
fn a_part_of_the_statutory_rate_is_a_part_of_the_larger_of_both() {
    let mut books = shipped(Some(301));
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("75%"))]);
    assert_eq!(earned(&rated(&books, &download(), 1000, "1000"), PUBLISHER), "113.4");
}
