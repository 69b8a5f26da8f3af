//! What a download owes to whom, computed a second time: with exact fractions, without rounding, and with no thought
//! for speed. For catalogues in which everything is known and one licence of each work speaks for all.

use std::collections::HashMap;

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::money::{Amount, Ratio as Share};
use ledger_spec::reference::PartyId;
use num_rational::Ratio;

use super::*;

/// In picos.
pub type Exact = Ratio<i128>;

pub fn exact(amount: Amount) -> Exact {
    Exact::from_integer(amount.picos())
}

fn of(share: Share) -> Exact {
    Exact::new(share.numerator().into(), share.denominator().into())
}

fn between(low: Exact, high: Exact, value: Exact) -> Exact {
    value.max(low).min(high)
}

/// What each account is credited.
pub fn download_owes(books: &Books, units: i64, money: Amount, gross: Amount) -> HashMap<Account, Exact> {
    let (zero, whole) = (Exact::from_integer(0), Exact::from_integer(1));
    let mut owed = HashMap::new();
    let mut add = |account: Account, value: Exact| *owed.entry(account).or_insert(zero) += value;
    let suspense = |reason| accounts::suspense(SOURCE, reason, usd());
    let payees = &books.splits[&RECORDING];
    let royalty = |payee: &Payee| match books.contracts.get(&payee.contract).map(|terms| terms.royalty) {
        Some(Royalty::OfPrice { base, rate, factors }) => Some((*base, *rate, factors)),
        _ => None,
    };
    let by_net = |payee: &Payee| royalty(payee).is_none();
    let alone = |party: PartyId| !payees.is_empty() && payees.iter().all(|of| of.party == party && by_net(of));
    let (money, gross) = (exact(money), exact(gross));
    let mut mechanicals = zero;

    for matched in &books.works[&RECORDING] {
        let minutes = books.recordings[&RESOURCE].seconds.unwrap().div_ceil(60);
        let unit = match books.licences[&matched.work][0].rate {
            LicenceRate::Controlled { factor, .. } => Exact::from_integer(131_000_000_000) * of(factor),
            LicenceRate::Waived => continue,
            LicenceRate::PerUnit { amount, .. } => exact(amount),
            // Cents and tenths of cents of 2026, in picos.
            LicenceRate::Statutory { factor, .. } => {
                let per_minute = 25_200_000_000i128 * i128::from(minutes);
                Exact::from_integer(per_minute.max(131_000_000_000)) * of(factor)
            }
            LicenceRate::PercentOfNet(_) | LicenceRate::PercentOfGross(_) => zero,
        };
        let price = match books.licences[&matched.work][0].rate {
            LicenceRate::PercentOfNet(percent) => money * of(percent) * of(matched.weight),
            LicenceRate::PercentOfGross(percent) => gross * of(percent) * of(matched.weight),
            _ => unit * i128::from(units),
        };
        let mut unagreed = whole;
        let mut claimed: Exact = books.claims[&matched.work].iter().map(|claim| of(claim.share)).sum();
        for share in &books.shares[&matched.work] {
            unagreed -= of(share.share);
            claimed -= of(share.share);
            if !alone(share.party) {
                add(accounts::earned(share.party, 0, usd()), price * of(share.share));
                mechanicals += price * of(share.share);
            }
        }
        let contested = between(zero, unagreed, claimed);
        add(suspense(SuspenseReason::CONTESTED), price * contested);
        add(suspense(SuspenseReason::UNCLAIMED), price * (unagreed - contested));
        mechanicals += price * unagreed;
    }

    let sum_of =
        |top| payees.iter().filter(|payee| payee.off_the_top == top).map(|payee| of(payee.share)).sum::<Exact>();
    let below = whole - sum_of(true);
    let left = below * (whole - sum_of(false));
    for payee in payees {
        let share = if payee.off_the_top { of(payee.share) } else { below * of(payee.share) };
        if let Some((base, rate, factors)) = royalty(payee) {
            let price = if base == PriceBase::NET { money } else { gross };
            let factor = factors.first().map_or(whole, |factor| of(factor.factor));
            let earned = price * share * of(rate) * factor;
            add(accounts::earned(payee.party, payee.contract, usd()), earned);
            add(accounts::commission(payee.contract, usd()), (money - mechanicals) * share - earned);
            continue;
        }
        let (money, mechanicals) = (money * share, mechanicals * share);
        let terms = books.contracts.get(&payee.contract);
        let rate = terms.map_or(zero, |terms| of(terms.commission));
        let before = terms.is_some_and(|terms| terms.commission_base == CommissionBase::BEFORE_MECHANICALS);
        let there = if before { money * (whole - rate) } else { money };
        let borne = if mechanicals > zero {
            mechanicals - between(zero, mechanicals, there)
        } else {
            mechanicals - between(mechanicals, zero, there)
        };
        let net = there - (mechanicals - borne);
        let commission = if before { money * rate } else { net * rate };
        let earned = if before { net } else { net * (whole - rate) };
        let operator = terms.is_some_and(|terms| terms.excess == ExcessBearer::OPERATOR);
        let (to_artist, to_operator) = if operator { (zero, borne) } else { (borne, zero) };
        add(accounts::earned(payee.party, payee.contract, usd()), earned - to_artist);
        add(accounts::commission(payee.contract, usd()), commission - to_operator);
    }
    add(suspense(SuspenseReason::NO_SPLIT), (money - mechanicals) * left);
    owed
}
