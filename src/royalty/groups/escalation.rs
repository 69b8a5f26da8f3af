//! Escalation: "the rate shall be increased to ... for units in excess of ...". From a number of units on, another
//! commission or royalty rate holds.
//!
//! Cells are rated at the base rate of the contract. At the close, the units of the period are laid out from the
//! counter C on: units up to the first step count at the base rate r0, those from each step on at its rate. What the
//! party earned in the period is multiplied by `sum(units x rate) / (units x r0)`, and the difference comes out of the
//! commission. Units that arrive late, and a period of returns alone, take the step that stands at C. A *retroactive*
//! step holds for all units there ever were: what was earned over the life of the contract is multiplied by the rate
//! reached over r0, less what earlier closes added.

use ledger_spec::date::Period;
use ledger_spec::event::catalogue::{Royalty, Step};
use ledger_spec::money::{Amount, Ratio, weights};

use super::rule::{Rule, Times};
use super::{Folio, GroupError, Moves, Terms};

pub(super) fn apply(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let Some(terms) = folio.terms.filter(|terms| !terms.steps.is_empty()) else { return Ok(()) };
    let Some(times) = times(&terms, folio)? else { return Ok(()) };
    let (earned, before) = match terms.retroactive {
        true => (folio.sums.earned, folio.sums.uplift),
        false => (folio.earned, Amount::ZERO),
    };
    let uplift = uplift(earned, times, before)?;
    folio.sums.uplift = folio.sums.uplift.try_add(uplift)?;
    let rule = Rule::Escalation { version: terms.version, earned, times, before };
    moves.post(folio, folio.page.commission(), -uplift, rule)
}

/// What the steps add to what was earned, less what is posted already.
pub(super) fn uplift(earned: Amount, times: Times, before: Amount) -> Result<Amount, GroupError> {
    let entitled = earned.mul_div(times.numerator, times.denominator)?;
    Ok(entitled.try_sub(earned)?.try_sub(before)?)
}

/// By how much the rates of the steps are more than the base rate, on the average of the units; none where the base
/// rate is zero, of which nothing can be a multiple.
fn times(terms: &Terms<'_>, folio: &Folio<'_>) -> Result<Option<Times>, GroupError> {
    let (units, steps) = (folio.units, terms.steps);
    let mut rates = vec![rate(terms.royalty, None, terms.commission)?];
    for step in steps {
        rates.push(rate(terms.royalty, Some(step), terms.commission)?);
    }
    // All over one denominator, which cancels out.
    let rates = weights(&rates)?;
    let rate_of = |tier: usize| rates.get(tier).copied().unwrap_or_default();
    let base = rate_of(0);
    if base == 0 {
        return Ok(None);
    }
    let reached = units.before.checked_add(units.now).ok_or(GroupError::Units)?;
    let one = |tier| Some(Times::new(rate_of(tier), base));
    if terms.retroactive {
        return Ok(one(tier(steps, reached)));
    }
    if units.now <= 0 {
        return Ok(one(tier(steps, units.before)));
    }
    let (mut from, mut sum) = (units.before, 0u128);
    for number in tier(steps, from)..=steps.len() {
        let end = steps.get(number).and_then(|next| i64::try_from(next.units).ok()).unwrap_or(i64::MAX);
        let to = end.min(reached);
        let count = u128::from(to.abs_diff(from));
        sum = count.checked_mul(rate_of(number)).and_then(|part| sum.checked_add(part)).ok_or(GroupError::Units)?;
        from = to;
        if from == reached {
            break;
        }
    }
    let whole = u128::from(units.now.unsigned_abs()).checked_mul(base).ok_or(GroupError::Units)?;
    Ok(Some(Times::new(sum, whole)))
}

/// The party's rate by a step, or before any.
fn rate(royalty: &Royalty, step: Option<&Step>, commission: Ratio) -> Result<Ratio, GroupError> {
    Ok(match (royalty, step) {
        (Royalty::OfPrice { rate, .. }, None) => *rate,
        (Royalty::OfPrice { .. }, Some(step)) => step.rate,
        (_, None) => Ratio::ONE.try_sub(commission)?,
        (_, Some(step)) => Ratio::ONE.try_sub(step.rate)?,
    })
}

/// How many steps stand at or below a counter.
fn tier(steps: &[Step], counter: i64) -> usize {
    let counter = u64::try_from(counter).unwrap_or(0);
    steps.partition_point(|step| step.units <= counter)
}
