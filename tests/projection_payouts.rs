//! A payout leaves what is due, is in transit until the bank answers, and comes back whole if the bank does not pay.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{Filter, PayoutStatus};
use ledger_spec::code::AccountClass;
use ledger_spec::code::*;
use ledger_spec::event::money::*;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::*;

/// 100.50 due to the artist, and a payout of 60 instructed, 18 of it tax.
fn instructed() -> (Log, u64) {
    let mut log = Log::furnished();
    log.say(&OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of: date("2025-12-31"),
        amount: amount("100.50"),
        currency: usd(),
        evidence: Hash::default(),
        class: AccountClass::DUE,
        origin: None,
    });
    let payout = log.say(&PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: usd(),
        amount: amount("60"),
        tax: amount("18"),
        date: date("2026-03-31"),
    });
    (log, payout)
}

fn bank(log: &mut Log) -> Amount {
    let filter = Filter { class: Some(AccountClass::BANK), ..Filter::default() };
    Amount::try_sum(log.rows(&filter).into_iter().map(|row| row.amount)).unwrap()
}

#[test]
fn an_instruction_moves_what_is_due_into_transit_and_tax() {
    let (mut log, payout) = instructed();
    assert_eq!(log.owed(AccountClass::DUE, ARTIST), amount("40.50"));
    assert_eq!(log.owed(AccountClass::IN_TRANSIT, ARTIST), amount("42"));
    assert_eq!(log.owed(AccountClass::TAX_PAYABLE, ARTIST), amount("18"));
    assert_eq!(log.state.payout(payout).unwrap().status, PayoutStatus::Instructed);
}

#[test]
fn an_approval_posts_nothing_and_a_settlement_leaves_the_bank() {
    let (mut log, payout) = instructed();
    let before = log.books();
    let approved = log.say_as(TREASURER, &PayoutApproved { payout: EventRef::At(payout) });
    assert_eq!(log.books(), before);
    assert_eq!(log.state.payout(payout).unwrap().status, PayoutStatus::Approved(approved));

    let (payout_ref, bank_reference) = (EventRef::At(payout), Hash::default());
    let settled = log.say(&PayoutSettled { payout: payout_ref, date: date("2026-04-01"), bank_reference });
    assert_eq!(bank(&mut log), amount("-42"));
    assert_eq!(log.owed(AccountClass::IN_TRANSIT, ARTIST), Amount::ZERO);
    assert_eq!(log.owed(AccountClass::DUE, ARTIST), amount("40.50"));
    assert_eq!(log.owed(AccountClass::TAX_PAYABLE, ARTIST), amount("18"), "the tax is still to be handed over");
    assert_eq!(log.state.payout(payout).unwrap().status, PayoutStatus::Settled(settled));
}

#[test]
fn what_the_bank_does_not_pay_is_due_again() {
    let (mut log, payout) = instructed();
    log.say(&PayoutFailed { payout: EventRef::At(payout), reason: ReasonCode::BANK_REFUSED });
    assert_eq!(log.owed(AccountClass::DUE, ARTIST), amount("100.50"));
    assert_eq!(log.owed(AccountClass::IN_TRANSIT, ARTIST), Amount::ZERO);
    assert_eq!(log.owed(AccountClass::TAX_PAYABLE, ARTIST), Amount::ZERO);
    assert_eq!(bank(&mut log), Amount::ZERO);
}

#[test]
fn cash_settles_what_a_source_reported_with_what_was_kept_on_the_way() {
    let mut log = Log::furnished();
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "100"));
    log.say(&PaymentReceived {
        payer: STORE,
        date: date("2026-03-31"),
        currency: usd(),
        bank: amount("95"),
        tax: amount("3"),
        fee: amount("1"),
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount("99") }],
    });
    assert_eq!(bank(&mut log), amount("95"));
    for (class, sum) in
        [(AccountClass::TAX_RECOVERABLE, "-3"), (AccountClass::FEES, "-1"), (AccountClass::RECEIVABLE, "-1")]
    {
        assert_eq!(log.owed(class, PartyId::NONE), amount(sum), "{class}");
    }
}
