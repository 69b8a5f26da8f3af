//! What can be paid: what is due and was not earned too much, in the currency and from the sum on that the contract pays,
//! on a day that is not chosen for what holds on it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{Filter, NotPaid};
use ledger_spec::code::*;
use ledger_spec::event::catalogue::Contract;
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::closes::{opening, plain};
use projection_support::desk::Desk;
use projection_support::*;

fn order(contract: Option<u64>, sum: &str, day: &str) -> PayoutInstructed {
    let (party, contract, tax) = (ARTIST, contract.map(EventRef::At), Amount::ZERO);
    PayoutInstructed { party, contract, currency: usd(), amount: amount(sum), tax, date: date(day) }
}

/// Two reports of 100 and 40 for the artist under a contract, both due; the second report's source.
fn due_from_two_reports(contract: Contract<'_>) -> (Desk, u64, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&contract);
    log.under(ISRC, contract);
    log.streams(ISRC, 1, "100");
    let second = log.streams(ISRC, 1, "40");
    log.close("2026-03");
    (Desk::new(log), contract, second)
}

fn reverse(desk: &mut Desk, target: u64) {
    let remark = Remark { about: None, text: "sent twice" };
    let (target, reason) = (EventRef::At(target), ReasonCode::DUPLICATE);
    desk.say(&[&remark, &Reversal { target, reason, remark: EventRef::Here(0) }]).unwrap();
}

#[test]
fn what_a_reversed_report_made_due_is_not_paid() {
    let (mut desk, contract, second) = due_from_two_reports(plain());
    reverse(&mut desk, second);
    assert_eq!(desk.refused(&[&order(Some(contract), "100.01", "2026-05-01")]), "overpayment");
    let settled = desk.keeper.state_mut().settle().unwrap();
    let unpaid = settled.not_paid(&Filter::default(), date("2026-05-01"), &desk.past).unwrap();
    let due = unpaid.iter().find(|unpaid| unpaid.account.class == AccountClass::DUE).unwrap();
    assert_eq!((due.amount, due.why[0]), (amount("140"), NotPaid::OwedBack(amount("40"))));
    desk.say(&[&order(Some(contract), "100", "2026-05-01")]).unwrap();
    assert_eq!(desk.refused(&[&order(Some(contract), "0.01", "2026-05-01")]), "overpayment");
}

#[test]
fn what_a_split_gave_to_another_is_paid_once() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    let split = log.split(recording, &[(ARTIST, "1")]);
    log.streams(ISRC, 1, "100");
    log.close("2026-03");
    log.reverse(split);
    log.split(recording, &[(SECOND_ARTIST, "1")]);
    log.close("2026-04");
    let mut desk = Desk::new(log);
    desk.say(&[&PayoutInstructed { party: SECOND_ARTIST, ..order(None, "100", "2026-05-01") }]).unwrap();
    assert_eq!(desk.refused(&[&order(None, "0.01", "2026-05-01")]), "overpayment");
}

/// Ka was paid 100 that was taken back; kb, which nets with it, is due 50 from the same close.
#[test]
fn what_a_contract_of_the_group_owes_back_is_not_paid_either() {
    let mut log = Log::furnished();
    let ka = log.say(&plain());
    let kb = log.say(&Contract { crosses: Some(EventRef::At(ka)), ..plain() });
    let kc = log.say(&plain());
    log.under(ISRC, ka);
    log.under(SECOND_ISRC, kb);
    log.under("USRC17607841", kc);
    let wrong = log.streams(ISRC, 1, "100");
    log.streams(SECOND_ISRC, 1, "150");
    log.streams("USRC17607841", 1, "20");
    log.close("2026-03");
    let mut desk = Desk::new(log);
    desk.say(&[&order(Some(ka), "100", "2026-05-01")]).unwrap();
    reverse(&mut desk, wrong);
    assert_eq!(desk.refused(&[&order(Some(kb), "50.01", "2026-05-01")]), "overpayment");
    desk.say(&[&order(Some(kb), "50", "2026-05-01")]).unwrap();
    desk.say(&[&order(Some(kc), "20", "2026-05-01")]).unwrap();
}

#[test]
fn a_contract_pays_in_its_currency_and_from_its_minimum_on() {
    let least = Contract { minimum: amount("50"), ..plain() };
    let (mut desk, contract, _) = due_from_two_reports(Contract { to: Some(date("2026-04-30")), ..least });
    // Its dates are over, and what was earned under it is still paid by it.
    assert_eq!(desk.refused(&[&order(Some(contract), "49.99", "2026-05-01")]), "under-minimum");
    let euros = PayoutInstructed { currency: "EUR".parse().unwrap(), ..order(Some(contract), "60", "2026-05-01") };
    assert_eq!(
        desk.say(&[&euros]).unwrap_err().text,
        format!("contract {contract} pays in USD; convert what is due in EUR first")
    );
    desk.say(&[&order(Some(contract), "50", "2026-05-01")]).unwrap();
}

#[test]
fn the_day_of_a_payout_is_not_chosen_for_what_holds_on_it() {
    let (mut desk, contract, _) = due_from_two_reports(plain());
    for day in ["2026-04-29", "2025-12-31", "2026-06-02", "2099-12-31"] {
        assert_eq!(desk.refused(&[&order(Some(contract), "1", day)]), "date", "{day}");
    }
    // The last of April is not over everywhere.
    for (day, sum) in [("2026-04-30", "1"), ("2026-05-01", "2"), ("2026-06-01", "3")] {
        desk.say(&[&order(Some(contract), sum, day)]).unwrap();
    }
}

#[test]
fn what_was_paid_on_is_not_taken_back() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let brought_in = log.say(&OpeningBalance { contract: None, ..opening(contract, AccountClass::DUE, None, "100") });
    let mut desk = Desk::new(log);
    let converted = Converted {
        party: ARTIST,
        contract: None,
        from: usd(),
        amount: amount("100"),
        to: "EUR".parse().unwrap(),
        rate: "0.9".parse().unwrap(),
        date: date("2026-04-30"),
        source: RateSource::CENTRAL_BANK,
        remark: None,
    };
    let conversion = desk.say(&[&converted]).unwrap();
    let euros = PayoutInstructed { currency: "EUR".parse().unwrap(), ..order(None, "90", "2026-05-01") };
    let payout = desk.say(&[&euros]).unwrap();
    let taken_back = |target| {
        let remark = Remark { about: None, text: "at another rate" };
        let (target, reason) = (EventRef::At(target), ReasonCode::ERROR);
        (remark, Reversal { target, reason, remark: EventRef::Here(0) })
    };
    for target in [conversion, brought_in] {
        let (remark, reversal) = taken_back(target);
        assert_eq!(desk.refused(&[&remark, &reversal]), "gone-on", "event {target}");
    }
    desk.say(&[&PayoutFailed { payout: EventRef::At(payout), reason: ReasonCode::BANK_REFUSED }]).unwrap();
    let settled = desk.keeper.state_mut().settle().unwrap();
    let unpaid = settled.not_paid(&Filter::default(), date("2026-05-01"), &desk.past).unwrap();
    assert!(unpaid.iter().any(|unpaid| unpaid.why.contains(&NotPaid::Refused(payout))), "{unpaid:?}");
    for target in [conversion, brought_in] {
        let (remark, reversal) = taken_back(target);
        desk.say(&[&remark, &reversal]).unwrap();
    }
    let left = desk.keeper.state_mut().settle().unwrap().balances().rows(&Filter::default());
    assert!(left.is_empty(), "{left:?}");
}
