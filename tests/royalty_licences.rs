//! A licence costs what it says, of what it says it of, for the uses it is for.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::licensing::{LicenceRate, Notice};
use royalty_support::*;

/// The cover, licensed at a tenth of the gross.
fn of_gross() -> Books {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1")]);
    books.licences.insert(WORK, vec![licence(LICENCE, LicenceRate::PercentOfGross(ratio("10%")))]);
    books
}

fn with_gross(money: &str, gross: &str) -> Content {
    Content { gross: Some(amount(gross)), ..content(1, money) }
}

#[test]
fn a_part_of_the_gross_is_of_what_was_there_before_anything_came_off() {
    let terms = download();
    let rating = rated_of(&of_gross(), &facts(&terms), &with_gross("0.70", "0.99"));
    assert_eq!(earned(&rating, PUBLISHER), "0.099");
    // (0.70 - 0.099) x 0.9
    assert_eq!(earned(&rating, ARTIST), "0.5409");
    let account = accounts::earned(PUBLISHER, 0, usd());
    assert_eq!(formula(&rating, account), "0.99 x 10 % = 0.099");
    let part = rating.parts.iter().find(|part| part.account == account).unwrap();
    let words = part.why.words();
    assert!(words.contains(&format!("a percentage of gross, by licence {LICENCE}")), "{words}");
}

#[test]
fn a_part_of_a_gross_that_nobody_gave_is_not_guessed() {
    let rating = rated(&of_gross(), &download(), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7");
    assert_eq!(rating.parts[0].why, Why::NoRate { work: WORK, licence: LICENCE, gap: Gap::NoGross });
    assert!(rating.parts[0].why.words().contains("the gross"), "{}", rating.parts[0].why.words());
}

#[test]
fn a_medley_owes_its_part_of_the_gross_by_weight() {
    let mut books = of_gross();
    let work = |work, weight| MatchedWork { work, weight: ratio(weight) };
    books.works.insert(RECORDING, vec![work(WORK, "3/4"), work(SECOND_WORK, "1/4")]);
    books.public_domain.insert(SECOND_WORK);
    let terms = download();
    let rating = rated_of(&books, &facts(&terms), &with_gross("0.70", "1.00"));
    assert_eq!(earned(&rating, PUBLISHER), "0.075");
}

#[test]
fn a_track_of_a_release_sold_whole_has_its_part_of_the_gross() {
    let mut books = of_gross();
    let track = |recording, weight| Track { recording, weight, seconds: Some(200) };
    books.releases.insert(7, (70, vec![track(RECORDING, 3), track(RECORDING + 1, 1)]));
    books.works.insert(RECORDING + 1, Vec::new());
    let terms = download();
    let facts = CellFacts { resource: 0, release: 7, ..facts(&terms) };
    let rating = rated_of(&books, &facts, &with_gross("6.00", "8.00"));
    assert_eq!(earned(&rating, PUBLISHER), "0.6", "a tenth of three quarters");
    let rating = rated_of(&books, &facts, &content(1, "6.00"));
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "4.5", "the other track has no works and owes nothing");
}

#[test]
fn a_refund_takes_a_part_of_the_gross_back() {
    let terms = download();
    let refund = Content { units: -1, gross: Some(amount("-0.99")), ..content(-1, "-0.70") };
    let rating = rated_of(&of_gross(), &facts(&terms), &refund);
    assert_eq!(earned(&rating, PUBLISHER), "-0.099");
}

/// The cover under a licence by notice.
fn by_notice(served: &str, made: Option<&str>) -> Books {
    let mut books = cover();
    books.shares.insert(WORK, vec![share(SHARE, PUBLISHER, "1")]);
    let notice = Some(Notice { served: date(served), made: made.map(date) });
    books.licences.insert(WORK, vec![LicenceInForce { notice, ..licence(LICENCE, statutory("1")) }]);
    books
}

#[test]
fn a_notice_licenses_nothing_that_was_used_before_it_was_served() {
    let books = by_notice("2026-01-31", None);
    assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), PUBLISHER), "0.131", "served on the last day of use");
    let rating = rated(&by_notice("2026-02-01", None), &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0");
    assert_eq!(waiting(&rating, SuspenseReason::UNLICENSED), "0.131");
    assert_eq!(earned(&rating, ARTIST), "0.5121", "what is the artist's does not hang on it");
    let words = rating.parts[0].why.words();
    assert!(words.contains(&format!("the notice of licence {LICENCE} was not served in time")), "{words}");
}

#[test]
fn a_notice_served_more_than_thirty_days_after_the_making_licenses_nothing() {
    for (made, paid) in [("2025-10-16", "0.131"), ("2025-10-15", "0"), ("2025-12-24", "0.131")] {
        let rating = rated(&by_notice("2025-11-15", Some(made)), &download(), 1, "0.70");
        assert_eq!(earned(&rating, PUBLISHER), paid, "made on {made}");
    }
}

#[test]
fn another_licence_covers_what_a_late_notice_does_not() {
    let mut books = by_notice("2026-02-01", None);
    let price = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    books.licences.get_mut(&WORK).unwrap().insert(0, licence(LICENCE - 1, price));
    assert_eq!(earned(&rated(&books, &download(), 1, "0.70"), PUBLISHER), "0.1");
}
