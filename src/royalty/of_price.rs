//! A royalty of the price: `price x rate x factors` (royalty-rate deals: a container deduction, free goods, lower rates for
//! territories, formats and price tiers).
//!
//! The party earns this whatever came in for it; what is left of its part of the net, above zero or below, is the
//! operator's. So mechanicals do not make it less: they are paid beside it. The contract's commission, its base and who
//! bears an excess say nothing of it.

use ledger_spec::code::{Basis, FactorKind, PriceBase, SuspenseReason};
use ledger_spec::event::catalogue::{Royalty, RoyaltyFactor};
use ledger_spec::money::{Amount, Ratio};

use super::cell::CellFacts;
use super::rate::Use;
use super::territory;
use super::waits::Waits;
use super::why::{Factors, Gap, Net, PriceRoyalty, Why};

/// Whether these rules know what every code of a royalty means.
pub(super) fn is_known(royalty: &Royalty) -> bool {
    let known = |factor: &RoyaltyFactor| factor.kind.name().is_some();
    match royalty {
        Royalty::NetReceipts | Royalty::ProfitShare => true,
        Royalty::OfPrice { base, factors, .. } => base.name().is_some() && factors.iter().all(known),
    }
}

/// What a party earns of the price, rounded once, and how that was computed. `net` says which part is the party's.
pub(super) fn of_price(
    of: &Use<'_>,
    net: &Net,
    base: PriceBase,
    rate: Ratio,
    factors: &[RoyaltyFactor],
) -> Result<(Amount, PriceRoyalty), Waits> {
    let Net { split, off_the_top, share, contract, .. } = *net;
    let no_price = |gap| Waits::new(SuspenseReason::NO_RATE, Why::NoPrice { contract, gap });
    let price = price(of, base).map_err(no_price)?;
    let factors = applying(factors, of.facts);
    let part = Ratio::ONE.try_sub(off_the_top)?.try_mul(share)?.try_mul(rate)?;
    let part = factors.iter().try_fold(part, |part, factor| part.try_mul(*factor))?;
    Ok((price.mul_ratio(part)?, PriceRoyalty { split, off_the_top, share, contract, base, price, rate, factors }))
}

/// The price of a recording's uses. A line gives one gross: the dealer price, where that is its basis.
fn price(of: &Use<'_>, base: PriceBase) -> Result<Amount, Gap> {
    match (base, of.facts.terms.basis) {
        (PriceBase::NET, _) => Ok(of.money),
        (PriceBase::DEALER_PRICE, Basis::DEALER_PRICE) => of.gross.ok_or(Gap::NoGross),
        (PriceBase::DEALER_PRICE, _) => Err(Gap::NoDealerPrice),
        (_, Basis::DEALER_PRICE) => Err(Gap::DealerPriceOnly),
        _ => of.gross.ok_or(Gap::NoGross),
    }
}

/// Of the factors of each kind the first that applies, at the place of the kind.
fn applying(factors: &[RoyaltyFactor], facts: &CellFacts<'_>) -> Factors {
    let mut found = [Ratio::ONE; FactorKind::KNOWN.len()];
    for (place, (kind, _)) in found.iter_mut().zip(FactorKind::KNOWN) {
        let first = factors.iter().find(|factor| factor.kind == *kind && applies(factor, facts));
        *place = first.map_or(Ratio::ONE, |factor| factor.factor);
    }
    found
}

/// Whether a use is what a factor names. What is empty does not matter.
fn applies(factor: &RoyaltyFactor, facts: &CellFacts<'_>) -> bool {
    let (terms, day) = (facts.terms, facts.day());
    let within = |group: &_| territory::contains(*group, terms.territory, day);
    any_or(&factor.uses, &terms.use_type)
        && any_or(&factor.channels, &terms.channel)
        && any_or(&factor.configurations, &terms.configuration)
        && any_or(&factor.tiers, &terms.tier)
        && (factor.territories.is_empty() || factor.territories.iter().any(within))
}

fn any_or<T: PartialEq>(named: &[T], found: &T) -> bool {
    named.is_empty() || named.contains(found)
}
