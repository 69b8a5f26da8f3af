//! Terms of a contract by which more could be owed than there is, or that another version contradicts, are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::{FactorKind, PriceBase};
use ledger_spec::event::catalogue::{Contract, Escalation, Royalty, RoyaltyFactor};
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::desk::Desk;
use projection_support::*;

fn of_price(rate: &str, factor: &str) -> Contract<'static> {
    let factor = RoyaltyFactor {
        kind: FactorKind::PACKAGING,
        uses: Vec::new(),
        channels: Vec::new(),
        configurations: Vec::new(),
        tiers: Vec::new(),
        territories: Vec::new(),
        factor: ratio(factor),
    };
    let royalty = Royalty::OfPrice { base: PriceBase::NET, rate: ratio(rate), factors: vec![factor] };
    Contract { royalty, ..plain() }
}

#[test]
fn a_royalty_is_at_most_the_price() {
    let mut desk = Desk::new(Log::furnished());
    for (rate, factor) in [("1", "1000000"), ("1/2", "2"), ("1", "1000001/1000000"), ("101%", "1/2")] {
        assert_eq!(desk.refused(&[&of_price(rate, factor)]), "share", "{rate} {factor}");
    }
    desk.say(&[&of_price("1", "1")]).unwrap();
}

/// A contract that keeps so much, with a step or without.
fn keeps(commission: &str, step: Option<&str>) -> Contract<'static> {
    let escalation = step.map(|rate| escalation(&[(100, rate)]));
    Contract { commission: ratio(commission), escalation, ..plain() }
}

fn amends(contract: u64, terms: Contract<'static>) -> Contract<'static> {
    Contract { amends: Some(EventRef::At(contract)), ..terms }
}

#[test]
fn all_versions_of_a_contract_with_steps_have_one_base_rate() {
    let mut desk = Desk::new(Log::furnished());
    let without = desk.say(&[&keeps("1/10", None)]).unwrap();
    let with = desk.say(&[&keeps("1/10", Some("1/20"))]).unwrap();
    for (contract, terms) in [
        (without, keeps("99.9%", Some("0"))),
        (with, keeps("99.9%", Some("0"))),
        (with, keeps("1/5", None)),
        (with, Contract { royalty: Royalty::ProfitShare, ..keeps("1/10", None) }),
        (with, of_price("9/10", "1")),
    ] {
        assert_eq!(desk.refused(&[&amends(contract, terms)]), "base-rate");
    }
    let new = [&keeps("1/10", Some("1/20")), &Contract { amends: Some(EventRef::Here(0)), ..keeps("1/5", None) }];
    assert_eq!(desk.refused(&[new[0], new[1]]), "base-rate", "of one submission too");

    // Steps come and go; other terms change; and without steps the rate may.
    let less = desk.say(&[&amends(with, Contract { cycle_months: 3, ..keeps("1/10", None) })]).unwrap();
    assert_eq!(desk.refused(&[&amends(less, keeps("1/5", None))]), "base-rate", "what had steps has its rate");
    desk.say(&[&amends(less, keeps("1/10", Some("1/30")))]).unwrap();
    desk.say(&[&amends(without, keeps("1/5", None))]).unwrap();
    assert_eq!(desk.refused(&[&amends(without, keeps("1/5", Some("1/10")))]), "base-rate", "the first is still there");
}

#[test]
fn a_step_is_at_most_a_thousand_times_the_rate_below_it() {
    let mut desk = Desk::new(Log::furnished());
    assert_eq!(desk.refused(&[&keeps("0.999999999999999999", Some("0"))]), "steps");
    assert_eq!(desk.refused(&[&keeps("99.95%", Some("0"))]), "steps");
    desk.say(&[&keeps("99.9%", Some("0"))]).unwrap();
    let price = |rate, step| Contract { escalation: keeps("0", Some(step)).escalation, ..of_price(rate, "1") };
    assert_eq!(desk.refused(&[&price("1/2000", "1")]), "steps");
    desk.say(&[&price("1/1000", "1")]).unwrap();
}

#[test]
fn a_close_that_cannot_be_computed_names_the_contract_and_the_step() {
    let mut log = Log::furnished();
    let contract = log.say(&keeps("1/10", None));
    log.under(ISRC, contract);
    log.streams(ISRC, 1000, "1000");
    // No writer takes this: what came to nine tenths is to be multiplied by 10^18.
    let escalation = Some(Escalation { retroactive: true, ..escalation(&[(100, "0")]) });
    let terms = Contract { escalation, from: Some(date("2026-02-01")), ..keeps("0.999999999999999999", None) };
    log.say(&amends(contract, terms));
    let error = log.state.settle().unwrap().groups(month("2026-02")).unwrap_err().to_string();
    let named = format!("the steps of the rate of party {ARTIST}, under contract {contract} (0 is none) in USD");
    assert!(error.contains(&named), "{error}");
}
