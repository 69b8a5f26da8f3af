//! A reversal undoes everything its target did, in the open period, exactly once.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Filter;
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf};
use ledger_spec::event::catalogue::{Share, Split, SplitPart};
use ledger_spec::event::money::*;
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::*;

/// A recording with a split and a licensed work, and an open source that names it as its first number.
fn sold() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "2/3"), (SECOND_ARTIST, "1/3")]);
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.licence(&[work]);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    (log, source)
}

/// The books after an event and its reversal are the books before it.
fn undone(log: &mut Log, act: impl FnOnce(&mut Log) -> u64) {
    let before = log.books();
    let target = act(log);
    assert_ne!(log.books(), before, "the event does something");
    log.reverse(target);
    assert_eq!(log.books(), before);
}

#[test]
fn lines_are_taken_back() {
    let (mut log, source) = sold();
    log.say_as(STORE, &line(source, 1, 1, 3, "2.10"));
    undone(&mut log, |log| log.say_as(STORE, &line(source, 2, 1, 7, "4.900000000000000000001")));
    undone(&mut log, |log| log.say_as(STORE, &allocated(source, 3, 0, "1.000000000000500000001")));
}

#[test]
fn lines_of_a_closed_source_take_their_part_of_the_residue_with_them() {
    let (mut log, source) = sold();
    let half_a_pico = "1.0000000000005";
    log.say_as(STORE, &line(source, 1, 1, 1, half_a_pico));
    let second = log.say_as(STORE, &line(source, 2, 1, 1, half_a_pico));
    log.close_source(source);
    assert_eq!(log.owed(AccountClass::ROUNDING, PartyId::NONE), Amount::PICO);
    log.reverse(second);
    let reporting = log.state.sources().get(source).unwrap().reporting[0];
    assert_eq!((reporting.lines, reporting.residue), (amount("1"), Amount::ZERO));
    let receivable = log.rows(&Filter { class: Some(AccountClass::RECEIVABLE), ..Filter::default() });
    assert_eq!(receivable[0].amount, amount("1"));
}

#[test]
fn a_whole_source_is_taken_back() {
    let (mut log, _) = sold();
    undone(&mut log, |log| {
        let source = log.source("b");
        log.resource(source, 1, ISRC);
        log.say_as(STORE, &line(source, 1, 1, 3, "2.1000000000005"));
        log.say_as(STORE, &line(source, 2, 1, 1, "0.0000000000005"));
        log.close_source(source);
        source
    });
    assert_eq!(log.state.sources().of_file(&sha256(&[b"b"]), &sha256(&[b"b"])), None, "it can be imported again");
}

#[test]
fn facts_are_taken_back_and_what_they_replaced_counts_again() {
    let (mut log, source) = sold();
    log.say_as(STORE, &line(source, 1, 1, 3, "2.10"));
    let recording = log.recording(SECOND_ISRC);
    log.resource(source, 2, SECOND_ISRC);
    log.say_as(STORE, &line(source, 2, 2, 1, "0.70"));
    undone(&mut log, |log| log.split(recording, &[(ARTIST, "1")]));
    let work = log.work();
    undone(&mut log, |log| log.matched(recording, &[work]));
    log.matched(recording, &[work]);
    undone(&mut log, |log| log.claim(work, PUBLISHER, "1/2"));
    let claim = EventRef::At(log.claim(work, PUBLISHER, "1/2"));
    undone(&mut log, |log| {
        log.say(&Share {
            claim,
            share: ratio("1/3"),
            contract: None,
            replaces: None,
            day: DayOf::USE,
            prospective: false,
        })
    });
    log.agreed(work, SECOND_PUBLISHER, "1/2");
    undone(&mut log, |log| log.licence(&[work]));

    let first = log.split(recording, &[(ARTIST, "1")]);
    undone(&mut log, |log| {
        log.say(&Split {
            recording: EventRef::At(recording),
            from: None,
            to: None,
            parts: vec![SplitPart { party: SECOND_ARTIST, contract: None, share: ratio("1"), off_the_top: false }],
            replaces: Some(EventRef::At(first)),
            day: DayOf::USE,
            prospective: false,
        })
    });
}

#[test]
fn money_events_are_taken_back() {
    let (mut log, source) = sold();
    log.say_as(STORE, &line(source, 1, 1, 3, "2.10"));
    undone(&mut log, |log| {
        log.say(&PaymentReceived {
            payer: STORE,
            date: date("2026-03-01"),
            currency: usd(),
            bank: amount("2"),
            tax: amount("0.06"),
            fee: amount("0.02"),
            sources: vec![SourcePayment { source: EventRef::At(source), amount: amount("2.08") }],
        })
    });
    undone(&mut log, |log| {
        let remark = log.remark();
        let side = |class, party, sum| AdjustmentSide {
            account: Account { party, ..Account::of(class, usd()) },
            amount: amount(sum),
        };
        let sides = vec![side(AccountClass::DUE, ARTIST, "-5"), side(AccountClass::FEES, PartyId::NONE, "5")];
        log.say(&Adjustment { sides, reason: ReasonCode::AGREEMENT, remark, evidence: None })
    });
    undone(&mut log, |log| {
        log.say(&OpeningBalance {
            party: ARTIST,
            contract: None,
            as_of: date("2025-12-31"),
            amount: amount("12.34"),
            currency: usd(),
            evidence: Hash::default(),
            class: AccountClass::DUE,
            origin: None,
        })
    });
}
