//! The recording's net: what mechanicals leave of the money, less commission, to those who share it (DESIGN section 5).

use ledger_spec::code::{CommissionBase, ExcessBearer, SuspenseReason};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::money::{Amount, Ratio, allocate_shares};

use super::accounts;
use super::catalogue::{Catalogue, ContractTerms, Payee, SplitInForce};
use super::cell::{Part, Rating};
use super::of_price::{self, of_price};
use super::price::applied;
use super::rate::Use;
use super::waits::{Waits, hold, within_reason};
use super::why::{Net, Why};

/// The terms of a payee without a contract: nothing is kept, and the excess is the payee's.
const NO_CONTRACT: ContractTerms<'static> = ContractTerms {
    version: 0,
    royalty: &Royalty::NetReceipts,
    commission: Ratio::ZERO,
    commission_base: CommissionBase::AFTER_MECHANICALS,
    excess: ExcessBearer::ARTIST,
};

/// Divides what the mechanicals leave of a recording's money, and adds the parts to the rating.
///
/// Money and net are each split by largest remainder in declared order: first the parts off the top, then the others out
/// of what those leave. What the split leaves over waits.
pub(super) fn divide(
    of: &Use<'_>,
    mechanicals: Amount,
    catalogue: &impl Catalogue,
    rating: &mut Rating,
) -> Result<(), Waits> {
    let net = of.money.try_sub(mechanicals)?;
    let no_split = |amount, why| hold(of.facts, amount, SuspenseReason::NO_SPLIT, why);
    let Some(split) = catalogue.split(of.recording, of.facts.occasion()) else {
        rating.add(no_split(net, Why::NoSplit { recording: of.recording }));
        return Ok(());
    };
    let share = applied(of);
    let alone;
    let payees = match split.payees {
        payees if share == Ratio::ONE => payees,
        // The money is one payee's already. It is not divided again; whose it is can only be said of one.
        [payee] => {
            alone = [Payee { share: Ratio::ONE, ..*payee }];
            &alone
        }
        _ => {
            rating.add(no_split(net, Why::ShareApplied { share }));
            return Ok(());
        }
    };
    let (parts, start) = (Parts::of(payees)?, rating.parts.len());
    let (nets, rest) = parts.divide(net)?;
    let moneys = if mechanicals.is_zero() { nets.clone() } else { parts.divide(of.money)?.0 };
    for ((payee, money), net) in payees.iter().zip(moneys).zip(nets) {
        let fraction = parts.fraction(payee);
        pay(of, &split, payee, Sums { money, net, mechanicals, fraction }, catalogue, rating)?;
    }
    let of_price = |part: &&Part| matches!(part.why, Why::Royalty(_));
    within_reason(rating.parts.iter().skip(start).filter(of_price).map(|part| part.amount))?;
    if !rest.is_zero() {
        let share = Ratio::ONE.try_sub(Ratio::try_sum(parts.others)?)?;
        let fraction = Fraction { off_the_top: parts.off_the_top, share };
        let why = Why::SplitRest(explained(of, &split, fraction, mechanicals, &NO_CONTRACT));
        rating.add(no_split(rest, why));
    }
    Ok(())
}

/// The parts of a split: those off the top, and those that share what is left.
struct Parts<'a> {
    payees: &'a [Payee],
    top: Vec<Ratio>,
    others: Vec<Ratio>,
    /// What comes off the top together.
    off_the_top: Ratio,
}

/// How much of the whole a part is: `(1 - off_the_top) x share`.
#[derive(Clone, Copy)]
struct Fraction {
    off_the_top: Ratio,
    share: Ratio,
}

impl<'a> Parts<'a> {
    fn of(payees: &'a [Payee]) -> Result<Parts<'a>, Waits> {
        let shares = |top| payees.iter().filter(move |payee| payee.off_the_top == top).map(|payee| payee.share);
        let (top, others): (Vec<_>, Vec<_>) = (shares(true).collect(), shares(false).collect());
        let off_the_top = Ratio::try_sum(top.iter().copied())?;
        Ok(Parts { payees, top, others, off_the_top })
    }

    /// What each payee gets of an amount, in declared order, and what is left.
    fn divide(&self, amount: Amount) -> Result<(Vec<Amount>, Amount), Waits> {
        let (top, left) = allocate_shares(amount, &self.top)?;
        let (others, rest) = allocate_shares(left, &self.others)?;
        let (mut top, mut others) = (top.into_iter(), others.into_iter());
        let next = |payee: &Payee| if payee.off_the_top { top.next() } else { others.next() }.unwrap_or_default();
        Ok((self.payees.iter().map(next).collect(), rest))
    }

    fn fraction(&self, payee: &Payee) -> Fraction {
        let off_the_top = if payee.off_the_top { Ratio::ZERO } else { self.off_the_top };
        Fraction { off_the_top, share: payee.share }
    }
}

/// A payee's part of the money and of the net, how much of them that is, and the mechanicals of the whole.
#[derive(Clone, Copy)]
struct Sums {
    fraction: Fraction,
    money: Amount,
    net: Amount,
    mechanicals: Amount,
}

fn pay(
    of: &Use<'_>,
    split: &SplitInForce<'_>,
    payee: &Payee,
    sums: Sums,
    catalogue: &impl Catalogue,
    rating: &mut Rating,
) -> Result<(), Waits> {
    let terms = match payee.contract {
        0 => Some(NO_CONTRACT),
        contract => catalogue.contract(contract, of.facts.day()),
    };
    let Some(terms) = terms.filter(is_known) else {
        let why = Why::NoTerms { contract: payee.contract, by: split.event };
        rating.add(hold(of.facts, sums.net, SuspenseReason::NO_RATE, why));
        return Ok(());
    };
    let net = explained(of, split, sums.fraction, sums.mechanicals, &terms);
    let earned = accounts::earned(payee.party, payee.contract, of.facts.terms.currency);
    let commission = accounts::commission(payee.contract, of.facts.terms.currency);
    let mut add = |account, amount, why| rating.add(Part { account, amount, why });
    if let Royalty::OfPrice { base, rate, factors } = terms.royalty {
        let (royalty, why) = match of_price(of, &net, *base, *rate, factors) {
            Ok(found) => found,
            Err(waits) => {
                rating.add(hold(of.facts, sums.net, waits.reason, *waits.why));
                return Ok(());
            }
        };
        let net = Net { commission: Ratio::ZERO, base: CommissionBase::AFTER_MECHANICALS, ..net };
        add(earned, royalty, Why::Royalty(why));
        add(commission, sums.net.try_sub(royalty)?, Why::AfterRoyalty { net, royalty });
        return Ok(());
    }
    let kept = Kept::of(sums, &terms)?;
    let (why, excess) = kept.explained(net);
    add(earned, kept.earned, Why::Earned(why));
    add(commission, kept.commission, Why::Commission(why));
    add(commission, kept.borne, Why::Excess(excess));
    Ok(())
}

/// Whether these rules know what every code of the terms means.
fn is_known(terms: &ContractTerms<'_>) -> bool {
    of_price::is_known(terms.royalty)
        && matches!(terms.commission_base, CommissionBase::AFTER_MECHANICALS | CommissionBase::BEFORE_MECHANICALS)
        && matches!(terms.excess, ExcessBearer::ARTIST | ExcessBearer::OPERATOR)
}

fn explained(
    of: &Use<'_>,
    split: &SplitInForce<'_>,
    Fraction { off_the_top, share }: Fraction,
    mechanicals: Amount,
    terms: &ContractTerms<'_>,
) -> Net {
    Net {
        split: split.event,
        off_the_top,
        share,
        money: of.money,
        mechanicals,
        contract: terms.version,
        commission: terms.commission,
        base: terms.commission_base,
    }
}

/// A payee's net, divided between payee and operator. The three sum to it.
struct Kept {
    earned: Amount,
    commission: Amount,
    /// The mechanicals above the net that the operator bears: against the sign of the money.
    borne: Amount,
    /// The mechanicals took all there was.
    nothing_left: bool,
    /// Money and mechanicals have opposite signs, as where a refund outweighs the price of new sales.
    against_the_money: bool,
}

impl Kept {
    /// Commission before mechanicals comes out of the money first. Then the mechanicals are taken from what there is,
    /// as far as it goes; the excess is borne by the one the contract says. Commission after mechanicals comes out
    /// of what is left. Refunds mirror sales: everything is by size in the direction of the money.
    fn of(sums: Sums, terms: &ContractTerms<'_>) -> Result<Kept, Waits> {
        let (rate, before) = (terms.commission, terms.commission_base == CommissionBase::BEFORE_MECHANICALS);
        let first = if before { sums.money.mul_ratio(rate)? } else { Amount::ZERO };
        let there = sums.money.try_sub(first)?;
        let mechanicals = sums.money.try_sub(sums.net)?;
        let taken = smaller_in_its_direction(mechanicals, there);
        let left = there.try_sub(taken)?;
        let excess = mechanicals.try_sub(taken)?;
        let last = if before { Amount::ZERO } else { left.mul_ratio(rate)? };
        let earned = left.try_sub(last)?;
        let commission = first.try_add(last)?;
        let (earned, borne) = match terms.excess {
            ExcessBearer::OPERATOR => (earned, -excess),
            _ => (earned.try_sub(excess)?, Amount::ZERO),
        };
        Ok(Kept {
            earned,
            commission,
            borne,
            nothing_left: left.is_zero(),
            against_the_money: !there.is_zero() && !mechanicals.is_zero() && taken.is_zero(),
        })
    }

    /// What explains earnings and commission, and what explains the excess that the operator bears.
    fn explained(&self, net: Net) -> (Net, Net) {
        let (mut why, mut excess) = (net, net);
        if net.base == CommissionBase::AFTER_MECHANICALS {
            // Mechanicals above the net leave nothing to take a commission from.
            excess.commission = Ratio::ZERO;
            if self.nothing_left {
                why.commission = Ratio::ZERO;
            }
        }
        if self.against_the_money {
            // Nothing was taken out of the money: the commission is of all of it, the excess is all mechanicals.
            why.base = CommissionBase::BEFORE_MECHANICALS;
            (excess.money, excess.commission) = (Amount::ZERO, Ratio::ZERO);
            if !self.borne.is_zero() {
                why.mechanicals = Amount::ZERO;
            }
        }
        (why, excess)
    }
}

/// As much of `wanted` as `there` is in its direction: between nothing and `wanted`.
fn smaller_in_its_direction(wanted: Amount, there: Amount) -> Amount {
    if wanted.is_negative() { there.min(Amount::ZERO).max(wanted) } else { there.max(Amount::ZERO).min(wanted) }
}
