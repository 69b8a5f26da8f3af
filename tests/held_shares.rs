//! What waits for a party's share of a work, because no licence covers it or its price cannot be had, is told to that party
//! with the work and the reason: in statements, in what is not paid and in suspense.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod books_support;
mod cli_support;
mod projection_support;

use cantus::projection::HeldFor;
use ledger_spec::code::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::reference::EventRef;
use projection_support::*;

/// A recording of one work, sold once for 0.70 in the United States.
fn sold() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    (log, work)
}

fn held(log: &mut Log, party: ledger_spec::reference::PartyId) -> Vec<HeldFor> {
    log.state.settle().unwrap().held_for(party).unwrap()
}

#[test]
fn a_share_without_a_licence_is_told_to_its_holder() {
    let (mut log, work) = sold();
    let share = log.agreed(work, PUBLISHER, "1/2");
    log.agreed(work, SECOND_PUBLISHER, "1/2");
    let [one] = held(&mut log, PUBLISHER)[..] else { panic!("one share") };
    assert_eq!((one.amount, one.held.reason), (amount("0.0655"), SuspenseReason::UNLICENSED));
    assert_eq!((one.held.work, one.held.share, one.held.part, one.held.for_all), (work, share, ratio("1/2"), false));
    assert_eq!(held(&mut log, SECOND_PUBLISHER)[0].amount, amount("0.0655"), "each its own");
    assert_eq!(held(&mut log, ARTIST), []);
    log.licence(&[work]);
    assert_eq!(held(&mut log, PUBLISHER), []);
}

#[test]
fn a_price_that_cannot_be_had_holds_what_is_for_all() {
    let (mut log, work) = sold();
    let share = log.agreed(work, PUBLISHER, "1");
    let works = vec![EventRef::At(work)];
    let rate = LicenceRate::PercentOfGross(ratio("1/10"));
    log.say(&Licence { works, ..voluntary(rate) });
    let [one] = held(&mut log, PUBLISHER)[..] else { panic!("one share") };
    assert_eq!((one.held.reason, one.held.work, one.held.share), (SuspenseReason::NO_RATE, work, share));
    assert!(one.held.for_all, "nothing says how much of it is the publisher's");
    assert_eq!(one.amount, log.waits(SuspenseReason::NO_RATE));
}

#[test]
fn every_command_tells_it() {
    let home = books_support::demo();
    let licence = home.json(&["log", "--kind", "licence"])[0]["index"].to_string();
    books_support::say(&home, &["reverse", &licence, "--reason", "error", "--why", "It was never granted."]);
    let waits =
        books_support::amount(&home.json(&["suspense", "--reason", "unlicensed", "--party", "saltwater"])[0], "amount");
    assert_eq!(waits, "7.9255".parse().unwrap());
    let words = "50 % of \"Old Bridge\" is not licensed yet";

    let statement = ["statement", "saltwater", "2026-04"];
    let row =
        home.json(&statement).into_iter().find(|row| row["row"] == "waiting" && row["title"] == "Old Bridge").unwrap();
    assert_eq!((row["amount"].as_str(), row["reason"].as_str()), (Some("7.9255"), Some("unlicensed")));
    assert!(home.ok(&statement).contains(words));
    assert!(home.ok(&[&statement[..], &["--csv"]].concat()).contains(",waiting,"));
    let due = home.json(&["pay", "due", "--party", "saltwater"]);
    assert!(due.iter().any(|row| row["class"] == "suspense" && row["words"] == words), "{due:?}");
    let table = home.ok(&["suspense", "--party", "saltwater"]);
    assert!(table.contains(words) && table.contains("Old Bridge"), "{table}");
    assert!(!home.ok(&["suspense", "--party", "lanterns"]).contains("Old Bridge"));
}
