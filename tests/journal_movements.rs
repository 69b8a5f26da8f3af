//! Every posting of an event says what it is: the words of a roll-forward, kept with the journal.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::Movement;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::money::*;
use ledger_spec::hash::Hash;
use ledger_spec::reference::EventRef;
use projection_support::*;

fn movements(log: &Log, event: u64) -> Vec<Movement> {
    log.state.clone().settle().unwrap().balances().posted_by(event).iter().map(|line| line.movement).collect()
}

#[test]
fn the_postings_of_an_event_are_told_apart() {
    let mut log = Log::furnished();
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "10.0000000000004"));
    let closed = log.close_source(source);
    assert_eq!(movements(&log, closed), [], "four tenths of a pico are nothing");

    let payment = log.say(&PaymentReceived {
        payer: STORE,
        date: date("2026-03-31"),
        currency: usd(),
        bank: amount("8"),
        tax: amount("1"),
        fee: amount("1"),
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount("10") }],
    });
    assert_eq!(movements(&log, payment), [Movement::Received, Movement::TaxKept, Movement::FeeKept, Movement::Settles]);

    let opening = log.say(&OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of: date("2025-12-31"),
        class: AccountClass::DUE,
        origin: None,
        amount: amount("5"),
        currency: usd(),
        evidence: Hash::default(),
    });
    assert_eq!(movements(&log, opening), [Movement::Opening, Movement::Opening]);

    let payout = log.say(&PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: usd(),
        amount: amount("5"),
        tax: amount("1"),
        date: date("2026-04-01"),
    });
    assert_eq!(movements(&log, payout), [Movement::Payout, Movement::Payout, Movement::Withheld]);
    let failed = log.say(&PayoutFailed { payout: EventRef::At(payout), reason: ReasonCode::BANK_REFUSED });
    assert_eq!(movements(&log, failed), [Movement::Failed, Movement::Failed, Movement::Failed]);

    let reversal = log.reverse(opening);
    assert_eq!(movements(&log, reversal), [Movement::Reversal, Movement::Reversal]);
}

#[test]
fn a_close_and_a_write_off_say_so() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    let mut sold = line(source, 1, 1, 1, "1");
    sold.terms.use_type = ledger_spec::code::UseType::STREAM;
    log.say_as(STORE, &sold);
    log.close_source(source);
    let (root, key_hash, through) = (Hash::default(), Hash::default(), log.bodies.0.len() as u64);
    let close = log.say(&PeriodClosed { period: month("2026-03"), through, root, key_hash, rules: 1 });
    assert_eq!(movements(&log, close), [Movement::Closed, Movement::Closed]);

    let remark = log.remark();
    let due = cantus::royalty::accounts::due(ARTIST, 0, usd());
    let given_up = ledger_spec::account::Account {
        party: ARTIST,
        ..ledger_spec::account::Account::of(AccountClass::WRITTEN_OFF, usd())
    };
    let sides = vec![
        AdjustmentSide { account: due, amount: amount("1") },
        AdjustmentSide { account: given_up, amount: amount("-1") },
    ];
    let write_off =
        log.say(&Adjustment { sides: sides.clone(), reason: ReasonCode::WRITE_OFF, remark, evidence: None });
    assert_eq!(movements(&log, write_off), [Movement::WrittenOff, Movement::WrittenOff]);
    let by_hand = log.say(&Adjustment { sides, reason: ReasonCode::AUDIT, remark, evidence: None });
    assert_eq!(movements(&log, by_hand), [Movement::Adjustment, Movement::Adjustment]);
}
