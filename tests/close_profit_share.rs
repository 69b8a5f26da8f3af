//! A profit share pays its part of income less costs over the life of the contract, while that is above zero.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Filter;
use ledger_spec::code::AccountClass;
use ledger_spec::event::catalogue::{Contract, Royalty};
use ledger_spec::money::Amount;
use projection_support::closes::*;
use projection_support::*;

fn halves() -> (Log, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&Contract { royalty: Royalty::ProfitShare, commission: ratio("1/2"), ..plain() });
    log.under(ISRC, contract);
    (log, contract)
}

fn due(log: &mut Log, contract: u64, period: &str) -> Amount {
    log.close(period);
    log.holds(AccountClass::DUE, contract)
}

#[test]
fn costs_go_first() {
    let (mut log, contract) = halves();
    log.say(&cost(contract, "2026-01-10", "100", "1"));
    log.streams(ISRC, 1, "40");
    // (40 - 100) / 2 is below zero.
    assert_eq!(due(&mut log, contract, "2026-01"), Amount::ZERO);
    assert_eq!(log.holds(AccountClass::EARNED, contract), Amount::ZERO, "nothing earned, and nothing owed either");
    log.streams(ISRC, 1, "80");
    // (120 - 100) / 2.
    assert_eq!(due(&mut log, contract, "2026-02"), amount("10"));
    log.streams(ISRC, 1, "60");
    // (180 - 100) / 2.
    assert_eq!(due(&mut log, contract, "2026-03"), amount("40"));
    let filter = Filter { class: Some(AccountClass::COMMISSION), ..Filter::default() };
    let kept: Vec<Amount> = log.rows(&filter).into_iter().map(|row| -row.amount).collect();
    assert_eq!(kept, [amount("140")], "180 less 40, of which 100 pays the costs");
}

#[test]
fn a_later_cost_is_made_up_by_later_income() {
    let (mut log, contract) = halves();
    log.streams(ISRC, 1, "180");
    assert_eq!(due(&mut log, contract, "2026-01"), amount("90"));
    log.say(&cost(contract, "2026-02-10", "100", "1"));
    assert_eq!(due(&mut log, contract, "2026-02"), amount("90"), "what is due stays due");
    assert_eq!(log.holds(AccountClass::EARNED, contract), amount("-50"), "(180 - 100) / 2 - 90");
    log.streams(ISRC, 1, "120");
    assert_eq!(due(&mut log, contract, "2026-03"), amount("100"), "(300 - 100) / 2");
}

#[test]
fn the_formula_has_the_numbers() {
    let (mut log, contract) = halves();
    log.say(&cost(contract, "2026-01-10", "100", "1"));
    log.streams(ISRC, 1, "120");
    let close = log.close("2026-01");
    let bodies = log.bodies.clone();
    let posted = log.state.settle().unwrap().posted_by(close, &bodies).unwrap();
    assert_eq!(posted[0].amount, amount("50"), "60 earned, 10 entitled to");
    assert_eq!(posted[0].why.formula(amount("-50")), "60 - 100 x 1/2 - 60 = -50");
}

#[test]
fn a_cost_that_is_taken_back_counts_no_longer() {
    let (mut log, contract) = halves();
    let wrong = log.say(&cost(contract, "2026-01-10", "100", "1"));
    log.streams(ISRC, 1, "120");
    assert_eq!(due(&mut log, contract, "2026-01"), amount("10"));
    log.reverse(wrong);
    assert_eq!(due(&mut log, contract, "2026-02"), amount("60"));
}
