//! Terms of a contract by which more could be owed than there is, or that another version contradicts, are refused.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::{FactorKind, PriceBase};
use ledger_spec::event::catalogue::{Contract, Royalty, RoyaltyFactor};
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
