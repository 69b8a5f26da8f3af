//! What is held is neither paid nor converted, says why, and is free again once the hold is reversed.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{Filter, NotPaid};
use ledger_spec::code::*;
use ledger_spec::event::catalogue::Contract;
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use ledger_spec::role::Roles;
use projection_support::closes::plain;
use projection_support::desk::Desk;
use projection_support::*;

const REMARK: Remark<'static> = Remark { about: None, text: "the split is disputed" };

fn hold(contract: u64, sum: Option<&str>) -> Hold {
    Hold {
        party: ARTIST,
        contract: Some(EventRef::At(contract)),
        currency: usd(),
        amount: sum.map(amount),
        reason: HoldReason::DISPUTE,
        remark: EventRef::Here(0),
    }
}

fn order(contract: u64, sum: &str) -> PayoutInstructed {
    let (party, contract, tax) = (ARTIST, Some(EventRef::At(contract)), Amount::ZERO);
    PayoutInstructed { party, contract, currency: usd(), amount: amount(sum), tax, date: date("2026-05-01") }
}

fn reversal(target: u64) -> Reversal {
    Reversal { target: EventRef::At(target), reason: ReasonCode::AGREEMENT, remark: EventRef::Here(0) }
}

/// The artist is due 100 under a contract.
fn due() -> (Desk, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&Contract { may_go_negative: true, ..plain() });
    log.under(ISRC, contract);
    log.streams(ISRC, 1, "100");
    log.close("2026-03");
    (Desk::new(log), contract)
}

fn says(desk: &mut Desk, hold: &Hold) -> u64 {
    desk.say(&[&REMARK, hold]).unwrap();
    desk.state().size() - 1
}

#[test]
fn what_is_held_is_not_paid_and_the_rest_is() {
    let (mut desk, contract) = due();
    let part = says(&mut desk, &hold(contract, Some("30")));
    says(&mut desk, &hold(contract, Some("20")));
    assert_eq!(desk.refused(&[&order(contract, "50.01")]), "held");
    assert_eq!(desk.refused(&[&order(contract, "100.01")]), "overpayment");
    assert_eq!(desk.refused(&[&order(contract, "30"), &order(contract, "20.01")]), "held", "together");
    desk.say(&[&order(contract, "50")]).unwrap();
    assert_eq!(desk.refused(&[&order(contract, "1")]), "held");
    assert_eq!(
        desk.refused(&[&REMARK, &reversal(part), &order(contract, "1")]),
        "held",
        "free with the next submission"
    );
    desk.say(&[&REMARK, &reversal(part)]).unwrap();
    desk.say(&[&order(contract, "30")]).unwrap();
    assert_eq!(desk.refused(&[&order(contract, "1")]), "held");
}

#[test]
fn what_was_ordered_before_it_was_held_is_not_agreed_to() {
    let (mut desk, contract) = due();
    let payout = EventRef::At(desk.say_as(TREASURER, Roles::TREASURER, &[&order(contract, "60")]).unwrap());
    let held = says(&mut desk, &hold(contract, Some("50")));
    let approval = PayoutApproved { payout };
    assert_eq!(desk.refused(&[&approval]), "held");
    desk.say(&[&REMARK, &reversal(held)]).unwrap();
    says(&mut desk, &hold(contract, Some("40")));
    desk.say(&[&approval]).unwrap();
}

#[test]
fn all_is_held_and_what_becomes_due_later() {
    let (mut desk, contract) = due();
    assert_eq!(desk.refused(&[&REMARK, &hold(contract, None), &order(contract, "1")]), "held", "from there on");
    let all = says(&mut desk, &hold(contract, None));
    assert_eq!(desk.refused(&[&order(contract, "0.01")]), "held");
    desk.say(&[&REMARK, &reversal(all)]).unwrap();
    desk.say(&[&order(contract, "100")]).unwrap();
}

#[test]
fn another_balance_is_not_held() {
    let (mut desk, contract) = due();
    says(&mut desk, &Hold { contract: None, ..hold(contract, None) });
    says(&mut desk, &Hold { currency: "EUR".parse().unwrap(), ..hold(contract, None) });
    desk.say(&[&order(contract, "100")]).unwrap();
}

#[test]
fn what_is_held_is_not_converted_either() {
    let (mut desk, contract) = due();
    says(&mut desk, &hold(contract, Some("30")));
    let converted = |sum: &str| Converted {
        party: ARTIST,
        contract: Some(EventRef::At(contract)),
        from: usd(),
        amount: amount(sum),
        to: "EUR".parse().unwrap(),
        rate: "0.9".parse().unwrap(),
        date: date("2026-04-30"),
        source: RateSource::CENTRAL_BANK,
        remark: None,
    };
    assert_eq!(desk.refused(&[&converted("70.01")]), "held");
    desk.say(&[&converted("70")]).unwrap();
}

#[test]
fn it_says_why() {
    let (mut desk, contract) = due();
    let part = says(&mut desk, &hold(contract, Some("30")));
    let all = says(&mut desk, &Hold { reason: HoldReason::LEGAL_ORDER, ..hold(contract, None) });
    let filter = Filter { class: Some(AccountClass::DUE), party: Some(ARTIST), ..Filter::default() };
    let settled = desk.keeper.state_mut().settle().unwrap();
    let unpaid = settled.not_paid(&filter, date("2026-05-01"), &desk.past).unwrap();
    let why: Vec<String> = unpaid[0].why.iter().map(|why| why.words()).collect();
    let held = [format!("30 of it held by event {part}: dispute"), format!("held by event {all}: legal-order")];
    assert_eq!(why[..2], held);
    assert!(matches!(unpaid[0].why[0], NotPaid::Held { hold, .. } if hold == part));
}

#[test]
fn a_hold_that_says_nothing_or_says_it_twice_is_refused() {
    let (mut desk, contract) = due();
    for sum in ["0", "-1"] {
        assert_eq!(desk.refused(&[&REMARK, &hold(contract, Some(sum))]), "amount");
    }
    assert_eq!(desk.refused(&[&REMARK, &Hold { reason: HoldReason(99), ..hold(contract, None) }]), "unknown-reason");
    assert_eq!(desk.refused(&[&REMARK, &Hold { party: SECOND_ARTIST, ..hold(contract, None) }]), "contract-of-other");
    let no_remark = Hold { remark: EventRef::At(contract), ..hold(contract, None) };
    assert_eq!(desk.refused(&[&no_remark]), "cites-other");
    let five = hold(contract, Some("5"));
    assert_eq!(desk.refused(&[&REMARK, &five, &five]), "said-already");
    says(&mut desk, &hold(contract, Some("5")));
    assert_eq!(desk.refused(&[&REMARK, &hold(contract, Some("5"))]), "said-already");
}

#[test]
fn who_is_held_does_not_let_go() {
    let (mut desk, contract) = due();
    let treasurer = Roles::TREASURER;
    desk.say_as(TREASURER, treasurer, &[&REMARK, &hold(contract, Some("5"))]).unwrap();
    let by_treasurer = desk.state().size() - 1;
    desk.say_as(ARTIST, treasurer, &[&REMARK, &hold(contract, Some("6"))]).unwrap();
    let by_artist = desk.state().size() - 1;
    assert_eq!(desk.refused_as(ARTIST, treasurer, &[&REMARK, &reversal(by_treasurer)]), "not-yours");
    assert_eq!(desk.refused_as(ARTIST, treasurer, &[&REMARK, &reversal(by_artist)]), "own-favour");
    desk.say_as(TREASURER, treasurer, &[&REMARK, &reversal(by_treasurer)]).unwrap();
    desk.say(&[&REMARK, &reversal(by_artist)]).unwrap();
    assert_eq!(desk.refused(&[&REMARK, &reversal(by_artist)]), "counts-no-longer");
}
