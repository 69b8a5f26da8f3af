//! A royalty of the price of a sale: `price x rate x factors` (SPEC section 12.1).

use ledger_spec::code::{Basis, FactorKind, PriceBase};
use ledger_spec::event::catalogue::RoyaltyFactor;
use ledger_spec::event::usage::Terms;

use super::exact::{Exact, half_even, of, whole};
use super::mechanical::Sale;
use super::paths::{took, took_if};
use super::place::within;

/// The royalty for a part of the price, rounded once; none where the report does not give the price.
pub fn royalty(sale: &Sale<'_>, base: PriceBase, part: &Exact, factors: &[RoyaltyFactor]) -> Option<i128> {
    let price = whole(price(sale, base)?);
    took(match base {
        PriceBase::NET => "price: of the net",
        PriceBase::GROSS => "price: of the gross",
        _ => "price: of the dealer price",
    });
    let kinds = FactorKind::KNOWN.iter().map(|(kind, _)| *kind);
    // Of the factors of one kind the first that applies counts.
    let first = |kind| factors.iter().find(|factor| factor.kind == kind && applies(factor, sale.terms));
    took_if(factors.iter().any(|factor| applies(factor, sale.terms)), "price: a factor");
    let factor: Exact = kinds.filter_map(first).map(|factor| of(factor.factor)).product();
    Some(half_even(&(price * part * factor)))
}

/// The price of the uses. A line gives one gross: the dealer price, where that is its basis.
fn price(sale: &Sale<'_>, base: PriceBase) -> Option<i128> {
    let dealer_price = sale.terms.basis == Basis::DEALER_PRICE;
    match base {
        PriceBase::NET => Some(sale.money),
        PriceBase::GROSS if !dealer_price => sale.gross,
        PriceBase::DEALER_PRICE if dealer_price => sale.gross,
        _ => None,
    }
}

/// Whether a use is what a factor names. What is empty does not matter.
fn applies(factor: &RoyaltyFactor, terms: &Terms) -> bool {
    (factor.uses.is_empty() || factor.uses.contains(&terms.use_type))
        && (factor.channels.is_empty() || factor.channels.contains(&terms.channel))
        && (factor.configurations.is_empty() || factor.configurations.contains(&terms.configuration))
        && (factor.tiers.is_empty() || factor.tiers.contains(&terms.tier))
        && (factor.territories.is_empty()
            || factor.territories.iter().any(|group| within(terms.territory, *group, terms.to)))
}
