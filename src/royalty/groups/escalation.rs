//! Escalation: "the rate shall be increased to ... for units in excess of ...". From a number of units on, another
//! commission or royalty rate holds.
//!
//! Copies are counted apart from streams: the contract names the uses that count. The rates of the steps are theirs
//! alone, and what other uses earn stays as it is.
//!
//! Cells are rated at the base rate of the contract. At the close, the units of the period are laid out from the
//! counter C on: units up to the first step count at the base rate r0, those from each step on at its rate. What the
//! party earned in the period by the uses that count is multiplied by `sum(units x rate) / (units x r0)`, and the
//! difference comes out of the commission. Units that arrive late, and a period of returns alone, take the step that
//! stands at C. A *retroactive* step holds for all units there ever were: what they earned over the life of the contract
//! is multiplied by the rate reached over r0, less what earlier closes added.

use ledger_spec::date::Period;
use ledger_spec::event::catalogue::{Escalation, Royalty, Step};
use ledger_spec::money::{Amount, Ratio, weights};

use super::rule::{Rule, Times};
use super::{Came, Folio, GroupError, Moves, Terms};

pub(super) fn apply(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let Some((terms, escalation)) = folio.terms.and_then(|terms| Some((terms, terms.escalation?))) else {
        return Ok(());
    };
    let counted = Counted::of(folio, escalation)?;
    let Some(times) = times(&terms, escalation, &counted)? else { return Ok(()) };
    let (earned, before) = match escalation.retroactive {
        true => (counted.earned_before.try_add(counted.earned)?, folio.sums.uplift),
        false => (counted.earned, Amount::ZERO),
    };
    let uplift = uplift(earned, times, before)?;
    folio.sums.uplift = folio.sums.uplift.try_add(uplift)?;
    let rule = Rule::Escalation { version: terms.version, earned, times, before };
    moves.post(folio, folio.page.commission(), -uplift, rule)
}

/// What came of the uses that count, together.
struct Counted {
    earned_before: Amount,
    earned: Amount,
    units_before: i64,
    units: i64,
}

impl Counted {
    fn of(folio: &Folio<'_>, escalation: &Escalation) -> Result<Counted, GroupError> {
        let came = || folio.came(&escalation.uses, &escalation.configurations);
        let sum = |units: fn(&Came) -> i64| came().map(units).try_fold(0, i64::checked_add).ok_or(GroupError::Units);
        Ok(Counted {
            earned_before: Amount::try_sum(came().map(|came| came.before))?,
            earned: Amount::try_sum(came().map(|came| came.earned))?,
            units_before: sum(|came| came.units_before)?,
            units: sum(|came| came.units)?,
        })
    }
}

/// What the steps add to what was earned, less what is posted already.
pub(super) fn uplift(earned: Amount, times: Times, before: Amount) -> Result<Amount, GroupError> {
    let entitled = earned.mul_div(times.numerator, times.denominator)?;
    Ok(entitled.try_sub(earned)?.try_sub(before)?)
}

/// By how much the rates of the steps are more than the base rate, on the average of the units; none where the base
/// rate is zero, of which nothing can be a multiple.
fn times(terms: &Terms<'_>, escalation: &Escalation, counted: &Counted) -> Result<Option<Times>, GroupError> {
    let Counted { units_before: before, units, .. } = *counted;
    let steps = &*escalation.steps;
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
    let reached = before.checked_add(units).ok_or(GroupError::Units)?;
    let one = |tier| Some(Times::new(rate_of(tier), base));
    if escalation.retroactive {
        return Ok(one(tier(steps, reached)));
    }
    if units <= 0 {
        return Ok(one(tier(steps, before)));
    }
    let (mut from, mut sum) = (before, 0u128);
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
    let whole = u128::from(units.unsigned_abs()).checked_mul(base).ok_or(GroupError::Units)?;
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
