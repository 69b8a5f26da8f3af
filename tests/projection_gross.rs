//! The gross of a cell is the sum of what its lines give, and nothing where one of them gives none.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::State;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::{LineMoney, UsageLine};
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use projection_support::*;

/// A cover whose publisher is owed a tenth of the gross, and an open report of it.
fn licensed() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.say(&voluntary(LicenceRate::PercentOfGross(ratio("10%"))));
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    (log, source)
}

fn gave(source: u64, row: u64, net: &str, gross: &str) -> UsageLine {
    let money =
        LineMoney { gross: Some(gross.parse().unwrap()), net: Some(net.parse().unwrap()), ..LineMoney::default() };
    UsageLine { money, ..line(source, row, 1, 1, net) }
}

fn gross(log: &mut Log) -> Option<Amount> {
    log.state.settle().unwrap().cell(0).unwrap().gross
}

#[test]
fn lines_add_up_their_gross_and_reversals_take_it_back() {
    let (mut log, source) = licensed();
    log.say_as(STORE, &gave(source, 1, "0.70", "1.00"));
    let second = log.say_as(STORE, &gave(source, 2, "1.40", "2.00"));
    assert_eq!(gross(&mut log), Some(amount("3")));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.3"));
    log.close_source(source);
    log.reverse(second);
    assert_eq!(gross(&mut log), Some(amount("1")));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.1"));
    log.reverse(source);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), Amount::ZERO);
}

#[test]
fn a_line_without_gross_makes_that_of_its_cell_unknown() {
    let (mut log, source) = licensed();
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    assert_eq!(gross(&mut log), None);
    log.say_as(STORE, &gave(source, 2, "0.70", "1.00"));
    assert_eq!(gross(&mut log), None);
    assert_eq!(log.waits(SuspenseReason::NO_RATE), amount("1.4"));
}

#[test]
fn a_gross_beyond_what_an_amount_can_hold_stops_nothing() {
    for beyond in [["1", "999999999999999999999"], ["900000000000000", "900000000000000"]] {
        let (mut log, source) = licensed();
        for (row, gross) in beyond.iter().enumerate() {
            log.say_as(STORE, &gave(source, row as u64 + 1, "0.70", gross));
        }
        assert_eq!(gross(&mut log), None, "{beyond:?}");
        assert_eq!(log.waits(SuspenseReason::NO_RATE), amount("1.4"));
    }
}

#[test]
fn a_snapshot_keeps_the_gross() {
    let (mut log, source) = licensed();
    log.say_as(STORE, &gave(source, 1, "0.70", "1.00"));
    let bytes = log.state.snapshot(&Hash::default()).unwrap();
    log.state = State::from_snapshot(&bytes).unwrap().0;
    log.say_as(STORE, &gave(source, 2, "0.70", "0.50"));
    assert_eq!(gross(&mut log), Some(amount("1.5")));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.15"));
}

#[test]
fn a_line_without_money_of_its_own_has_no_gross() {
    let (mut log, source) = licensed();
    let mut seen = gave(source, 1, "0.70", "1.00");
    seen.terms.basis = Basis::NONE;
    log.say_as(STORE, &seen);
    assert_eq!(gross(&mut log), None);
}
