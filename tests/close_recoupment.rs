//! What was paid ahead is recouped from what is earned, in the order of the contract, and from sister contracts only
//! where they are cross-collateralised. An advance is never paid back in cash.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::{Movement, accounts};
use ledger_spec::code::{AccountClass, Crossing, RecoupOrder};
use ledger_spec::event::catalogue::{Contract, Royalty};
use ledger_spec::event::money::{AdvancePaid, OpeningBalance, Reversal};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::desk::Desk;
use projection_support::*;

fn open_of(log: &mut Log, contract: u64, outlay: u64) -> Amount {
    log.state.settle().unwrap().balances().of(&accounts::advance(ARTIST, contract, outlay, usd()))
}

#[test]
fn an_advance_is_recouped_over_closes_and_what_is_above_it_is_due() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let advance = log.say(&advance(contract, "2026-01-15", "100"));
    assert_eq!(log.holds(AccountClass::ADVANCE, contract), amount("-100"));
    assert_eq!(log.owed(AccountClass::BANK, ledger_spec::reference::PartyId::NONE), amount("100"), "it left the bank");

    log.streams(ISRC, 1000, "60");
    let close = log.close("2026-01");
    assert_eq!(open_of(&mut log, contract, advance), amount("40"));
    assert_eq!(log.holds(AccountClass::DUE, contract), Amount::ZERO);
    let settled = log.state.settle().unwrap();
    let movements: Vec<_> = settled.balances().posted_by(close).iter().map(|line| line.movement).collect();
    assert_eq!(movements, [Movement::Recouped, Movement::Recouped]);

    log.streams(ISRC, 1000, "55");
    let close = log.close("2026-02");
    assert_eq!(open_of(&mut log, contract, advance), Amount::ZERO);
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("15"), "60 + 55 - 100");
    assert_eq!(log.holds(AccountClass::EARNED, contract), Amount::ZERO);

    let bodies = log.bodies.clone();
    let posted = log.state.settle().unwrap().posted_by(close, &bodies).unwrap();
    let words: Vec<String> = posted.iter().map(|posting| posting.why.words()).collect();
    let recoups = format!("at the close of 2026-02: recoups advance {advance}");
    let due = "earned in the period 2026-02, now due".to_owned();
    assert_eq!(words, [recoups.clone(), recoups, due.clone(), due]);
}

#[test]
fn returns_do_not_make_an_advance_grow() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let advance = log.say(&advance(contract, "2026-01-15", "100"));
    log.streams(ISRC, -10, "-30");
    log.close("2026-01");
    assert_eq!(open_of(&mut log, contract, advance), amount("100"));
    assert_eq!(log.holds(AccountClass::EARNED, contract), amount("-30"), "made up by later earnings first");
    log.streams(ISRC, 10, "50");
    log.close("2026-02");
    assert_eq!(open_of(&mut log, contract, advance), amount("80"), "100 - (50 - 30)");
}

#[test]
fn advances_and_costs_are_recouped_in_the_order_of_the_contract() {
    // 70 earned; a cost of 40 on the 10th of which half is recouped, advances of 50 on the 5th and 30 on the 20th.
    let cases = [
        (RecoupOrder::BY_DATE, ["0", "0", "30"]),         // 50, then 20 of the cost
        (RecoupOrder::ADVANCES_FIRST, ["0", "20", "10"]), // 50, then 20 of the later advance
        (RecoupOrder::COSTS_FIRST, ["0", "0", "30"]),     // 20, then 50
    ];
    for (recoups, left) in cases {
        let mut log = Log::furnished();
        let contract = log.say(&Contract { recoups, ..plain() });
        log.under(ISRC, contract);
        let late = log.say(&advance(contract, "2026-01-20", "30"));
        let cost = log.say(&cost(contract, "2026-01-10", "40", "1/2"));
        let early = log.say(&advance(contract, "2026-01-05", "50"));
        assert_eq!(open_of(&mut log, contract, cost), amount("20"), "the other half is the operator's");
        let costs = log.rows(&cantus::projection::Filter { class: Some(AccountClass::COSTS), ..Default::default() });
        assert_eq!((costs.len(), costs[0].amount, costs[0].account.contract), (1, amount("20"), contract));
        log.streams(ISRC, 1, "70");
        log.close("2026-01");
        let open = [early, cost, late].map(|outlay| open_of(&mut log, contract, outlay));
        assert_eq!(open, left.map(amount), "{recoups}");
    }
    // With less, costs first shows itself.
    let mut log = Log::furnished();
    let contract = log.say(&Contract { recoups: RecoupOrder::COSTS_FIRST, ..plain() });
    log.under(ISRC, contract);
    let early = log.say(&advance(contract, "2026-01-05", "50"));
    let cost = log.say(&cost(contract, "2026-01-10", "40", "1"));
    log.streams(ISRC, 1, "45");
    log.close("2026-01");
    assert_eq!([early, cost].map(|outlay| open_of(&mut log, contract, outlay)), [amount("45"), Amount::ZERO]);
}

#[test]
fn a_sister_contract_is_recouped_only_in_the_same_group_and_from_what_is_left() {
    let mut log = Log::furnished();
    let first = log.say(&plain());
    let second = log.say(&Contract { crosses: Some(EventRef::At(first)), ..plain() });
    let apart = log.say(&plain());
    for (isrc, contract) in [(ISRC, first), (SECOND_ISRC, apart)] {
        log.under(isrc, contract);
    }
    let own = log.say(&advance(first, "2026-01-01", "10"));
    let sisters = log.say(&advance(second, "2026-01-02", "50"));
    let others = log.say(&advance(apart, "2026-01-03", "1000"));
    log.streams(ISRC, 1, "45");
    let close = log.close("2026-01");
    assert_eq!(open_of(&mut log, first, own), Amount::ZERO, "its own comes first");
    assert_eq!(open_of(&mut log, second, sisters), amount("15"), "50 - (45 - 10)");
    assert_eq!(open_of(&mut log, apart, others), amount("1000"));
    assert_eq!(log.owed(AccountClass::DUE, ARTIST), Amount::ZERO);
    let settled = log.state.settle().unwrap();
    let movements: Vec<_> = settled.balances().posted_by(close).iter().map(|line| line.movement).collect();
    assert_eq!(movements, [Movement::Recouped, Movement::Recouped, Movement::Crossed, Movement::Crossed]);

    // The contract apart pays for itself; the group's first is free again, its sister still owes 15.
    log.streams(ISRC, 1, "20");
    log.streams(SECOND_ISRC, 1, "7");
    log.close("2026-02");
    assert_eq!(open_of(&mut log, apart, others), amount("993"));
    assert_eq!(log.holds(AccountClass::DUE, first), amount("5"), "20 - 15");
}

#[test]
fn an_advance_brought_in_is_recouped_like_any_other() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let brought = log.say(&opening(contract, AccountClass::ADVANCE, None, "-80"));
    assert_eq!(open_of(&mut log, contract, brought), amount("80"));
    log.streams(ISRC, 1, "30");
    log.close("2026-01");
    assert_eq!(open_of(&mut log, contract, brought), amount("50"));
}

#[test]
fn what_is_not_a_payment_ahead_is_refused() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let others = log.say(&Contract { party: SECOND_ARTIST, ..plain() });
    let mut desk = Desk::new(log);
    let good = advance(contract, "2026-04-01", "10");
    for sum in ["0", "-5"] {
        let amount = amount(sum);
        assert_eq!(desk.refused(&[&AdvancePaid { amount, ..good }]), "amount");
        assert_eq!(desk.refused(&[&cost(contract, "2026-04-01", sum, "1")]), "amount");
    }
    assert_eq!(desk.refused(&[&advance(others, "2026-04-01", "10")]), "contract-of-other");
    assert_eq!(desk.refused(&[&advance(contract, "2026-05-02", "10")]), "not-yet", "today is 2026-05-01");
    assert_eq!(desk.refused(&[&cost(contract, "2026-05-02", "10", "1")]), "not-yet");
    assert_eq!(desk.refused(&[&cost(contract, "2026-04-01", "10", "2")]), "share");
    assert_eq!(desk.refused(&[&good, &good]), "said-already");
    desk.say(&[&good]).unwrap();
    assert_eq!(desk.refused(&[&good]), "said-already");
    let cost = cost(contract, "2026-04-01", "10", "1");
    desk.say(&[&cost]).unwrap();
    assert_eq!(desk.refused(&[&cost]), "said-already");

    let treasurer = ledger_spec::role::Roles::TREASURER;
    let own = AdvancePaid { amount: amount("7"), ..good };
    assert_eq!(desk.refused_as(ARTIST, treasurer, &[&own]), "own-favour");
    desk.say_as(TREASURER, treasurer, &[&own]).unwrap();
}

#[test]
fn balances_of_other_classes_than_these_are_not_brought_in() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let mut desk = Desk::new(log);
    for wrong in [
        opening(contract, AccountClass::ADVANCE, None, "80"),
        opening(contract, AccountClass::ADVANCE, Some("2025-11"), "-80"),
        opening(contract, AccountClass::RESERVE, None, "80"),
        opening(contract, AccountClass::RESERVE, Some("2025-11"), "-80"),
        opening(contract, AccountClass::RESERVE, Some("2026-01"), "80"),
        opening(contract, AccountClass::DUE, Some("2025-11"), "80"),
        opening(contract, AccountClass::BANK, None, "80"),
    ] {
        assert_eq!(desk.refused(&[&wrong]), "opening", "{wrong:?}");
    }
    let as_of = date("2026-05-02");
    let to_come = OpeningBalance { as_of, ..opening(contract, AccountClass::DUE, None, "80") };
    assert_eq!(desk.refused(&[&to_come]), "not-yet");
    let brought = opening(contract, AccountClass::ADVANCE, None, "-80");
    desk.say(&[&brought]).unwrap();
    assert_eq!(desk.refused(&[&brought]), "said-already");
}

#[test]
fn it_is_taken_back_while_nothing_is_recouped() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let first = log.say(&advance(contract, "2026-01-15", "100"));
    let second = log.say(&advance(contract, "2026-01-16", "100"));
    log.streams(ISRC, 1000, "60");
    log.close("2026-01");
    let remark = log.remark();
    let mut desk = Desk::new(log);
    let reversal =
        |target| Reversal { target: EventRef::At(target), reason: ledger_spec::code::ReasonCode::ERROR, remark };
    assert_eq!(desk.refused(&[&reversal(first)]), "gone-on");
    desk.say(&[&reversal(second)]).unwrap();
    let open = accounts::advance(ARTIST, contract, second, usd());
    assert_eq!(desk.keeper.state_mut().settle().unwrap().balances().of(&open), Amount::ZERO);
}

#[test]
fn a_profit_share_recoups_no_costs() {
    let mut log = Log::furnished();
    let contract = log.say(&Contract { royalty: Royalty::ProfitShare, ..plain() });
    let cost = log.say(&cost(contract, "2026-01-10", "40", "1"));
    assert_eq!(open_of(&mut log, contract, cost), Amount::ZERO);
}

#[test]
fn a_contract_has_a_page_for_each_currency() {
    let mut log = Log::furnished();
    let first = log.say(&plain());
    let second = log.say(&Contract { crosses: Some(EventRef::At(first)), ..plain() });
    log.under(ISRC, first);
    let own = log.say(&advance(first, "2026-01-01", "10"));
    let sisters = log.say(&advance(second, "2026-01-01", "10"));
    let euros = "EUR".parse().unwrap();
    let source = log.source("euros");
    log.resource(source, 1, ISRC);
    let mut sold = line(source, 1, 1, 1, "45");
    sold.terms.currency = euros;
    sold.terms.rights = ledger_spec::code::Rights::MASTER;
    log.say_as(STORE, &sold);
    log.close_source(source);
    log.close("2026-01");
    assert_eq!(open_of(&mut log, first, own), amount("10"), "euros do not pay back dollars");
    assert_eq!(open_of(&mut log, second, sisters), amount("10"));
    let due = log.state.settle().unwrap().balances().of(&accounts::due(ARTIST, first, euros));
    assert_eq!(due, amount("-45"));
}

/// A first contract in the red by 10 from returns, and one that crosses it and earned 30.
fn red_and_black(red: Contract<'static>, black: Contract<'static>) -> (Log, u64, u64) {
    let mut log = Log::furnished();
    let first = log.say(&red);
    let second = log.say(&Contract { crosses: Some(EventRef::At(first)), ..black });
    log.under(ISRC, first);
    log.under(SECOND_ISRC, second);
    log.streams(ISRC, -1, "-10");
    log.streams(SECOND_ISRC, 1, "30");
    (log, first, second)
}

#[test]
fn a_sister_in_the_red_is_made_up_before_anything_is_due() {
    for may_go_negative in [false, true] {
        let (mut log, first, second) = red_and_black(Contract { may_go_negative, ..plain() }, plain());
        let close = log.close("2026-01");
        assert_eq!(log.holds(AccountClass::EARNED, first), Amount::ZERO);
        assert_eq!(log.holds(AccountClass::DUE, first), Amount::ZERO);
        assert_eq!(log.holds(AccountClass::DUE, second), amount("20"));
        let bodies = log.bodies.clone();
        let posted = log.state.settle().unwrap().posted_by(close, &bodies).unwrap();
        assert_eq!(posted[0].why.movement(), Movement::MadeUp);
        let group = format!("makes up the balance of contract {first}, which is in the same group and at -10");
        assert_eq!(posted[0].why.words(), format!("at the close of 2026-01: {group}"));
    }
}

#[test]
fn what_is_not_made_up_waits_on() {
    let (mut log, first, second) = red_and_black(plain(), plain());
    log.streams(ISRC, -1, "-25");
    let close = log.state.settle().unwrap().groups(month("2026-01")).unwrap();
    let waiting: Vec<_> = close.waiting.iter().map(|waiting| (waiting.page.contract, waiting.amount)).collect();
    assert_eq!(waiting, [(first, amount("-5"))]);
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::DUE, second), Amount::ZERO);
    assert_eq!(log.holds(AccountClass::EARNED, first), amount("-5"));
}

#[test]
fn a_sister_between_statements_is_made_up_too_and_gives_nothing() {
    let quarterly = || Contract { cycle_months: 3, ..plain() };
    let (mut log, first, second) = red_and_black(quarterly(), plain());
    log.close("2026-01");
    assert_eq!(
        (log.holds(AccountClass::EARNED, first), log.holds(AccountClass::DUE, second)),
        (Amount::ZERO, amount("20"))
    );
    let (mut log, first, second) = red_and_black(plain(), quarterly());
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::EARNED, first), amount("-10"));
    assert_eq!(log.holds(AccountClass::EARNED, second), amount("30"));
}

#[test]
fn balances_are_made_up_before_sisters_are_recouped() {
    let (mut log, first, second) = red_and_black(plain(), plain());
    let sisters = log.say(&advance(first, "2026-01-01", "50"));
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::EARNED, first), Amount::ZERO);
    assert_eq!(open_of(&mut log, first, sisters), amount("30"), "50 - (30 - 10)");
    assert_eq!(log.holds(AccountClass::DUE, second), Amount::ZERO);
}

#[test]
fn contracts_that_cross_what_is_recouped_leave_apart_what_is_not() {
    let recouped = || Contract { crossing: Crossing::RECOUPED, ..plain() };
    // Whichever of the two says so.
    for (one, other) in [(recouped(), plain()), (plain(), recouped())] {
        let (mut log, first, second) = red_and_black(one, other);
        let sisters = log.say(&advance(first, "2026-01-01", "50"));
        log.close("2026-01");
        assert_eq!(open_of(&mut log, first, sisters), amount("50"));
        assert_eq!(log.holds(AccountClass::EARNED, first), amount("-10"), "it has an advance to recoup yet");
        assert_eq!(log.holds(AccountClass::DUE, second), amount("30"));
    }
    let (mut log, first, second) = red_and_black(recouped(), recouped());
    log.close("2026-01");
    assert_eq!(
        (log.holds(AccountClass::EARNED, first), log.holds(AccountClass::DUE, second)),
        (Amount::ZERO, amount("20"))
    );
}

#[test]
fn contracts_apart_make_up_nothing() {
    let mut log = Log::furnished();
    let (first, apart) = (log.say(&plain()), log.say(&plain()));
    log.under(ISRC, first);
    log.under(SECOND_ISRC, apart);
    log.streams(ISRC, -1, "-10");
    log.streams(SECOND_ISRC, 1, "30");
    log.close("2026-01");
    assert_eq!(
        (log.holds(AccountClass::EARNED, first), log.holds(AccountClass::DUE, apart)),
        (amount("-10"), amount("30"))
    );
}
