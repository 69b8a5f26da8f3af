//! What waits stays earned: until the report is paid, until the statement's month, until later earnings make up a
//! balance below zero.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::groups::Wait;
use ledger_spec::code::{AccountClass, PayWhen};
use ledger_spec::event::catalogue::Contract;
use ledger_spec::money::Amount;
use projection_support::closes::*;
use projection_support::*;

fn under(terms: Contract<'static>) -> (Log, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&terms);
    log.under(ISRC, contract);
    (log, contract)
}

/// What waits at a close of the month, and why.
fn waits(log: &mut Log, period: &str) -> Vec<(Wait, Amount)> {
    let close = log.state.settle().unwrap().groups(month(period)).unwrap();
    close.waiting.iter().map(|waiting| (waiting.wait, waiting.amount)).collect()
}

#[test]
fn where_a_contract_pays_what_was_received_the_unpaid_part_of_each_report_waits() {
    let (mut log, contract) = under(Contract { pay_when: PayWhen::PAID, commission: ratio("1/10"), ..plain() });
    let first = log.streams(ISRC, 1, "100");
    let second = log.streams(ISRC, 1, "50");
    log.pays(first, "40");
    // 90 earned of the first, 60/100 of it open; all 45 of the second.
    assert_eq!(waits(&mut log, "2026-01"), [(Wait::Unpaid, amount("99"))]);
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("36"));
    assert_eq!(log.holds(AccountClass::EARNED, contract), amount("99"));

    log.pays(first, "60");
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("90"));
    log.pays(second, "50");
    assert_eq!(waits(&mut log, "2026-03"), []);
    log.close("2026-03");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("135"));
    assert_eq!(log.holds(AccountClass::EARNED, contract), Amount::ZERO);
}

#[test]
fn no_more_waits_than_there_is() {
    let (mut log, contract) = under(Contract { pay_when: PayWhen::PAID, ..plain() });
    let unpaid = log.streams(ISRC, 1, "100");
    let returned = log.streams(ISRC, -1, "-80");
    log.pays(returned, "-80");
    assert_eq!(waits(&mut log, "2026-01"), [(Wait::Unpaid, amount("20"))], "100 open, 20 there");
    log.close("2026-01");
    log.pays(unpaid, "100");
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("20"));
}

#[test]
fn other_contracts_pay_what_was_reported() {
    let (mut log, contract) = under(plain());
    log.streams(ISRC, 1, "100");
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("100"));
}

#[test]
fn a_quarterly_statement_ends_with_the_quarter() {
    let (mut log, contract) = under(Contract { cycle_months: 3, ..plain() });
    log.say(&advance(contract, "2026-01-01", "15"));
    for period in ["2026-01", "2026-02"] {
        log.streams(ISRC, 1, "10");
        assert_eq!(waits(&mut log, period).iter().map(|(wait, _)| *wait).collect::<Vec<_>>(), [Wait::Cycle]);
        log.close(period);
        assert_eq!(log.holds(AccountClass::ADVANCE, contract), amount("-15"), "nothing is recouped in between");
    }
    log.streams(ISRC, 1, "10");
    log.close("2026-03");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("15"), "30 - 15");
    assert_eq!(log.holds(AccountClass::EARNED, contract), Amount::ZERO);
}

#[test]
fn a_year_ends_with_december_and_half_a_year_with_june() {
    for (cycle_months, last) in [(6, "2026-06"), (12, "2026-12")] {
        let (mut log, contract) = under(Contract { cycle_months, ..plain() });
        log.streams(ISRC, 1, "10");
        for at in 1..=12 {
            let period = format!("2026-{at:02}");
            log.close(&period);
            let due = if period.as_str() < last { "0" } else { "10" };
            assert_eq!(log.holds(AccountClass::DUE, contract), amount(due), "{cycle_months} {period}");
        }
    }
}

#[test]
fn a_balance_below_zero_becomes_due_only_where_it_may() {
    for (may_go_negative, due, earned) in [(false, "0", "-7"), (true, "-7", "0")] {
        let (mut log, contract) = under(Contract { may_go_negative, ..plain() });
        log.streams(ISRC, -1, "-7");
        log.close("2026-01");
        assert_eq!(log.holds(AccountClass::DUE, contract), amount(due));
        assert_eq!(log.holds(AccountClass::EARNED, contract), amount(earned));
        log.streams(ISRC, 1, "10");
        log.close("2026-02");
        assert_eq!(log.holds(AccountClass::DUE, contract), amount("3"), "either way");
    }
}
