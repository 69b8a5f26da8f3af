//! From a number of units on, another rate holds: for the units beyond it, or, where the contract says so, for all.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Filter;
use ledger_spec::code::{AccountClass, Configuration, PriceBase, UseType};
use ledger_spec::event::catalogue::{Contract, Escalation, Royalty};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::*;

/// Half is kept; two fifths from 1,000 units on, three tenths from 2,000.
fn rising() -> Contract<'static> {
    let escalation = Some(escalation(&[(1000, "2/5"), (2000, "3/10")]));
    Contract { commission: ratio("1/2"), escalation, may_go_negative: true, ..plain() }
}

fn retroactive(terms: Contract<'static>) -> Contract<'static> {
    Contract { escalation: terms.escalation.map(|given| Escalation { retroactive: true, ..given }), ..terms }
}

fn under(terms: Contract<'static>) -> (Log, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&terms);
    log.under(ISRC, contract);
    (log, contract)
}

/// Sells so many units at 1 each in a month, and closes it. What the party is owed in all then.
fn month_of(log: &mut Log, contract: u64, units: i64, period: &str) -> Amount {
    log.streams(ISRC, units, &units.to_string());
    log.close(period);
    log.holds(AccountClass::DUE, contract)
}

#[test]
fn units_beyond_a_step_earn_at_its_rate() {
    let (mut log, contract) = under(rising());
    assert_eq!(month_of(&mut log, contract, 900, "2026-01"), amount("450"));
    // 100 of the 200 at 1/2, 100 at 3/5: 50 + 60.
    assert_eq!(month_of(&mut log, contract, 200, "2026-02"), amount("560"));
    // Returns alone, at the step that stands: 50 x 3/5.
    assert_eq!(month_of(&mut log, contract, -50, "2026-03"), amount("530"));
    // From 1,050: 950 at 3/5 and 1,050 at 7/10: 570 + 735.
    assert_eq!(month_of(&mut log, contract, 2000, "2026-04"), amount("1835"));
    // From 3,050 all at 7/10.
    assert_eq!(month_of(&mut log, contract, 10, "2026-05"), amount("1842"));

    let filter = Filter { class: Some(AccountClass::COMMISSION), ..Filter::default() };
    let kept: Vec<Amount> = log.rows(&filter).into_iter().map(|row| -row.amount).collect();
    assert_eq!(kept, [amount("1218")], "3,060 less 1,842: the steps come out of the commission");
}

#[test]
fn the_formula_has_the_numbers() {
    let (mut log, contract) = under(rising());
    month_of(&mut log, contract, 900, "2026-01");
    month_of(&mut log, contract, 200, "2026-02");
    let close = log.bodies.0.len() as u64 - 1;
    let bodies = log.bodies.clone();
    let posted = log.state.settle().unwrap().posted_by(close, &bodies).unwrap();
    assert_eq!(posted[0].amount, amount("-10"));
    assert_eq!(
        posted[0].why.words(),
        format!("at the close of 2026-02: a step of the rate was reached, by contract {contract}")
    );
    assert_eq!(posted[0].why.formula(amount("10")), "100 x 11/10 - 100 = 10");
    assert_eq!(posted[1].why.formula(amount("-10")), "100 x 11/10 - 100 = 10", "the other side");
    let formula = log.state.settle().unwrap().formula(&posted[0].why, amount("10"));
    assert_eq!(formula, "100 x (100 units x 50 % + 100 units x 60 %) / (200 units x 50 %) - 100 = 10");
}

#[test]
fn a_retroactive_step_holds_for_the_units_before_it() {
    let (mut log, contract) = under(retroactive(rising()));
    assert_eq!(month_of(&mut log, contract, 900, "2026-01"), amount("450"));
    // All 1,100 at 3/5.
    assert_eq!(month_of(&mut log, contract, 200, "2026-02"), amount("660"));
    assert_eq!(month_of(&mut log, contract, -50, "2026-03"), amount("630"));
    // Returns below the step: all 950 at 1/2 again.
    assert_eq!(month_of(&mut log, contract, -100, "2026-04"), amount("475"));
    assert_eq!(month_of(&mut log, contract, 1050, "2026-05"), amount("1400"), "2,000 at 7/10");
}

#[test]
fn units_that_are_found_late_take_the_step_of_the_open_period() {
    let (mut log, contract) = under(rising());
    log.streams(SECOND_ISRC, 500, "500");
    assert_eq!(month_of(&mut log, contract, 1000, "2026-01"), amount("500"), "nobody knows the other recording yet");
    log.under(SECOND_ISRC, contract);
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("800"), "500 at 3/5, though they were used in January");
}

#[test]
fn units_of_a_report_that_is_taken_back_count_no_longer() {
    let (mut log, contract) = under(rising());
    let wrong = log.streams(ISRC, 1000, "1000");
    log.close("2026-01");
    log.reverse(wrong);
    assert_eq!(
        month_of(&mut log, contract, 900, "2026-02"),
        amount("450"),
        "what goes back from 1,000 to 900 goes back at 1/2"
    );
    // From 900: 100 at 1/2, 100 at 3/5.
    assert_eq!(month_of(&mut log, contract, 200, "2026-03"), amount("560"));
}

/// 1,500 units over a step at 1,000: 500 and 300. Taken back, and delivered again, they come to what they came to; and in
/// one month, with twice the money for as many units, to twice that.
#[test]
fn a_report_that_is_replaced_comes_to_what_its_units_come_to() {
    let (mut log, contract) = under(rising());
    let wrong = log.streams(ISRC, 1500, "1500");
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("800"));
    log.reverse(wrong);
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), Amount::ZERO);
    let again = log.streams(ISRC, 1500, "1500");
    log.close("2026-03");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("800"));
    log.reverse(again);
    log.streams(ISRC, 1500, "3000");
    log.close("2026-04");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("1600"));
}

#[test]
fn a_rate_of_the_price_rises_too() {
    let royalty = Royalty::OfPrice { base: PriceBase::NET, rate: ratio("1/10"), factors: Vec::new() };
    let escalation = Some(escalation(&[(100, "3/20")]));
    let (mut log, contract) = under(Contract { royalty, escalation, commission: ratio("0"), ..rising() });
    assert_eq!(month_of(&mut log, contract, 100, "2026-01"), amount("10"));
    assert_eq!(month_of(&mut log, contract, 100, "2026-02"), amount("25"), "10 + 15");
}

/// Counts copies: downloads and discs.
fn of_copies(terms: Contract<'static>) -> Contract<'static> {
    let uses = vec![UseType::PHYSICAL, UseType::DOWNLOAD];
    Contract { escalation: terms.escalation.map(|given| Escalation { uses, ..given }), ..terms }
}

#[test]
fn streams_are_no_copies() {
    let (mut log, contract) = under(of_copies(rising()));
    log.sells(ISRC, UseType::DOWNLOAD, 10, "10");
    assert_eq!(
        month_of(&mut log, contract, 200_000, "2026-01"),
        amount("100005"),
        "all at 1/2: ten copies are no step"
    );
    log.sells(ISRC, UseType::PHYSICAL, 1490, "1490");
    // 990 copies to the step at 1/2, 500 beyond it at 3/5; the streams at 1/2 as before.
    assert_eq!(month_of(&mut log, contract, 100, "2026-02"), amount("100850"), "100,005 + 495 + 300 + 50");
}

#[test]
fn a_retroactive_step_holds_for_what_it_counts_alone() {
    let (mut log, contract) = under(retroactive(of_copies(rising())));
    log.sells(ISRC, UseType::DOWNLOAD, 900, "900");
    assert_eq!(month_of(&mut log, contract, 5000, "2026-01"), amount("2950"));
    log.sells(ISRC, UseType::DOWNLOAD, 100, "100");
    assert_eq!(month_of(&mut log, contract, 0, "2026-02"), amount("3100"), "1,000 copies at 3/5, 5,000 streams at 1/2");
}

#[test]
fn units_of_a_configuration_that_is_not_named_do_not_count() {
    let given = rising();
    let only = vec![Configuration::CD];
    let escalation = given.escalation.clone().map(|given| Escalation { configurations: only, ..given });
    let (mut log, contract) = under(Contract { escalation, ..given });
    assert_eq!(month_of(&mut log, contract, 5000, "2026-01"), amount("2500"));
}

#[test]
fn a_version_that_comes_later_counts_what_was_sold_before_it() {
    let terms = Contract { escalation: None, ..rising() };
    let (mut log, contract) = under(terms);
    log.sells(ISRC, UseType::DOWNLOAD, 900, "900");
    assert_eq!(month_of(&mut log, contract, 5000, "2026-01"), amount("2950"));
    log.say(&Contract { amends: Some(EventRef::At(contract)), ..of_copies(rising()) });
    log.sells(ISRC, UseType::DOWNLOAD, 200, "200");
    assert_eq!(month_of(&mut log, contract, 0, "2026-02"), amount("3060"), "100 at 1/2, 100 at 3/5");
}
