//! What there is to look at before a close: reports that did not come however long ago and however often they come, rows
//! that were refused, money of a later day, and everybody that something becomes due to.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Finding;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::LetterOfDirection;
use ledger_spec::event::usage::{LineRefused, SourceClosed, SourceOpened};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::closes::{advance, cost, plain};
use projection_support::*;

/// A report of the store for these days, with its one line.
fn reported(log: &mut Log, file: &str, from: &str, to: &str) -> u64 {
    let source = log.say_as(STORE, &SourceOpened { from: Some(date(from)), to: Some(date(to)), ..opened(file, 9) });
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "10"));
    log.close_source(source);
    source
}

fn found(log: &mut Log, period: &str) -> Vec<Finding> {
    let bodies = log.bodies.clone();
    log.state.settle().unwrap().checklist(month(period), Amount::ZERO, &bodies).unwrap()
}

fn missing(log: &mut Log, period: &str) -> Vec<u64> {
    let last = |finding: Finding| match finding {
        Finding::MissingReport { reporter, last } if reporter == STORE => Some(last),
        _ => None,
    };
    found(log, period).into_iter().filter_map(last).collect()
}

#[test]
fn a_report_that_did_not_come_is_missing_until_it_comes() {
    let mut log = Log::furnished();
    let january = reported(&mut log, "january", "2026-01-01", "2026-01-31");
    assert_eq!(missing(&mut log, "2026-01"), [0; 0]);
    assert_eq!(missing(&mut log, "2026-02"), [january]);
    assert_eq!(missing(&mut log, "2026-05"), [january], "four months later too");
    reported(&mut log, "february", "2026-02-01", "2026-02-28");
    assert_eq!(missing(&mut log, "2026-02"), [0; 0]);
}

#[test]
fn a_quarterly_report_is_expected_a_quarter_later() {
    let mut log = Log::furnished();
    let first = reported(&mut log, "first quarter", "2026-01-01", "2026-03-31");
    for period in ["2026-03", "2026-04", "2026-05"] {
        assert_eq!(missing(&mut log, period), [0; 0], "{period}");
    }
    assert_eq!(missing(&mut log, "2026-06"), [first]);
}

#[test]
fn refused_rows_are_a_difference_of_the_period_they_were_reported_in() {
    let mut log = Log::furnished();
    let source = log.say_as(STORE, &SourceOpened { rows: 2, refused: 1, lines: 1, ..opened("march", 2) });
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "10"));
    let (reason, column) = (RefusalReason::NOT_A_NUMBER, 3);
    log.say_as(STORE, &LineRefused { source, row: 2, column, reason, line: Default::default() });
    log.say_as(STORE, &SourceClosed { source, rows: 2, refused: 1 });
    let refused = Finding::RefusedRows { source, rows: 1 };
    assert!(found(&mut log, "2026-03").contains(&refused));
    log.close("2026-03");
    assert!(!found(&mut log, "2026-04").contains(&refused), "once");
}

#[test]
fn money_of_a_later_day_is_said_to_count() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let source = reported(&mut log, "march", "2026-03-01", "2026-03-31");
    log.say(&advance(contract, "2026-03-31", "5"));
    let late = log.say(&advance(contract, "2026-04-01", "5"));
    let cost = log.say(&cost(contract, "2026-04-30", "5", "1"));
    log.pays(source, "10");
    let later = |finding: Finding| match finding {
        Finding::LaterMoney { event, date } => Some((event, date)),
        _ => None,
    };
    let later: Vec<_> = found(&mut log, "2026-03").into_iter().filter_map(later).collect();
    assert_eq!(later, [(late, date("2026-04-01")), (cost, date("2026-04-30"))]);
    assert!(found(&mut log, "2026-04").iter().all(|finding| !matches!(finding, Finding::LaterMoney { .. })));
}

#[test]
fn who_is_paid_by_a_letter_of_direction_is_a_payee() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    log.streams(ISRC, 1, "100");
    let letter = LetterOfDirection {
        party: ARTIST,
        contract: Some(EventRef::At(contract)),
        to: PUBLISHER,
        share: ratio("15%"),
        from: None,
        until: None,
        evidence: Default::default(),
        replaces: None,
    };
    log.say(&letter);
    let found = found(&mut log, "2026-03");
    for party in [ARTIST, PUBLISHER] {
        assert!(found.contains(&Finding::NoTaxForm { party }) && found.contains(&Finding::NoBankAccount { party }));
    }
}
