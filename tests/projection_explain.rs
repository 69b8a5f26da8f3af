//! Every number opens: an account into cells and events that add up to it, a cell into its lines, a row of a file
//! into everyone who is paid from it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Filter;
use cantus::royalty::{Why, accounts};
use ledger_spec::code::AccountClass;
use ledger_spec::code::*;
use ledger_spec::event::money::*;
use ledger_spec::event::usage::UsageLine;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use projection_support::*;

/// Three rows: two of a licensed cover in one cell, one of a recording nobody knows.
fn sold() -> (Log, u64, Vec<u64>) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.licence(&[work]);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.resource(source, 2, SECOND_ISRC);
    let rows: [UsageLine; 3] =
        [line(source, 3, 1, 1, "0.70"), line(source, 5, 2, 1, "0.99"), line(source, 8, 1, 2, "1.4000000000005")];
    let lines = rows.iter().map(|row| log.say_as(STORE, row)).collect();
    log.close_source(source);
    (log, source, lines)
}

#[test]
fn every_account_is_the_sum_of_its_cells_and_events() {
    let (mut log, source, lines) = sold();
    log.reverse(lines[1]);
    log.say(&OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of: date("2025-12-31"),
        amount: amount("5"),
        currency: usd(),
        evidence: Hash::default(),
        class: AccountClass::DUE,
        origin: None,
    });
    log.say(&PaymentReceived {
        payer: STORE,
        date: date("2026-03-31"),
        currency: usd(),
        bank: amount("1"),
        tax: Amount::ZERO,
        fee: Amount::ZERO,
        sources: vec![SourcePayment { source: ledger_spec::reference::EventRef::At(source), amount: amount("1") }],
    });
    let settled = log.state.settle().unwrap();
    let rows = settled.balances().rows(&Filter::default());
    assert_eq!(rows.len(), 6);
    for row in rows {
        let explained = settled.explain(&row.account);
        let parts = explained.cells.iter().flat_map(|cell| &cell.parts);
        let credits = Amount::try_sum(parts.map(|part| part.amount)).unwrap();
        let events = Amount::try_sum(explained.events.iter().map(|(_, amount)| *amount)).unwrap();
        let cells = if row.account.class == AccountClass::RECEIVABLE { credits } else { -credits };
        assert_eq!(cells.try_add(events).unwrap(), row.amount, "{:?}", row.account);
        assert_eq!(explained.amount, row.amount);
    }
}

#[test]
fn a_balance_opens_into_its_lines() {
    let (mut log, source, lines) = sold();
    let bodies = log.bodies.clone();
    let settled = log.state.settle().unwrap();
    let explained = settled.explain(&accounts::earned(PUBLISHER, 0, usd()));
    let [cell] = &explained.cells[..] else { panic!("one cell: {:?}", explained.cells) };
    assert_eq!((cell.cell.source, cell.cell.units, cell.cell.lines), (source, 3, 2));
    let [part] = &cell.parts[..] else { panic!("one part: {:?}", cell.parts) };
    assert_eq!(part.amount, amount("0.393"));
    let Why::Mechanical(why) = part.why else { panic!("a mechanical: {:?}", part.why) };
    assert!(why.share == ratio("1") && why.work > 0);
    assert_eq!(settled.lines_of(cell.cell.number, &bodies).unwrap(), [lines[0], lines[2]]);

    let unknown = settled.explain(&accounts::suspense(source, SuspenseReason::UNMATCHED_RECORDING, usd()));
    assert_eq!(unknown.cells[0].parts[0].why, Why::UnknownRecording);
    assert_eq!(settled.lines_of(unknown.cells[0].cell.number, &bodies).unwrap(), [lines[1]]);
}

#[test]
fn a_row_leads_up_to_everyone_who_is_paid_from_it() {
    let (mut log, source, lines) = sold();
    let reversal = log.reverse(lines[1]);
    let bodies = log.bodies.clone();
    let settled = log.state.settle().unwrap();
    let traced = settled.trace(source, 8, &bodies).unwrap().unwrap();
    assert_eq!((traced.event, traced.reversed), (lines[2], None));
    let paid: Vec<_> = traced.cell.unwrap().parts.iter().map(|part| part.account.party).collect();
    assert_eq!(paid, [PUBLISHER, ARTIST]);

    let reversed = settled.trace(source, 5, &bodies).unwrap().unwrap();
    assert_eq!(reversed.reversed, Some(reversal));
    let cell = reversed.cell.unwrap();
    assert!(cell.parts.is_empty(), "nothing is left of it");
    assert_eq!(settled.lines_of(cell.cell.number, &bodies).unwrap(), [lines[1], reversal]);
    assert!(settled.trace(source, 4, &bodies).unwrap().is_none());
    assert!(settled.trace(1, 3, &bodies).unwrap().is_none());
}

#[test]
fn events_say_by_which_rule_they_post() {
    let (mut log, source, lines) = sold();
    let closed = lines[2] + 1;
    let opening = log.say(&OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of: date("2025-12-31"),
        amount: amount("5"),
        currency: usd(),
        evidence: Hash::default(),
        class: AccountClass::DUE,
        origin: None,
    });
    let reversal = log.reverse(opening);
    let bodies = log.bodies.clone();
    let settled = log.state.settle().unwrap();
    let residue = settled.posted_by(closed, &bodies).unwrap();
    assert!(residue.iter().all(|posting| posting.why == Why::Residue));
    assert!(residue.is_empty() || residue.iter().any(|posting| posting.account == accounts::receivable(source, usd())));
    let taken_back = settled.posted_by(reversal, &bodies).unwrap();
    let why = Why::Reversed { target: opening, reason: ReasonCode::ERROR };
    assert_eq!(taken_back.iter().map(|posting| posting.why).collect::<Vec<_>>(), [why, why]);
    assert_eq!(settled.posted_by(lines[0], &bodies).unwrap(), []);
}
