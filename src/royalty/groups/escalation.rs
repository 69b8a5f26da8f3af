//! Escalation: "the rate shall be increased to ... for units in excess of ...". From a number of units on, another
//! commission or royalty rate holds.
//!
//! Copies are counted apart from streams: the contract names the uses that count. The rates of the steps are theirs
//! alone, and what other uses earn stays as it is.
//!
//! Cells are rated at the base rate of the contract. At the close, the units of the period are laid out from the
//! counter C on: units up to the first step count at the base rate r0, those from each step on at its rate. What the
//! party earned in the period by the uses that count is multiplied by `sum(units x rate) / (units x r0)`, and the
//! difference comes out of the commission. Units that arrive late take the step that stands at C. More returns than sales
//! go back over the steps that C came by, so that what a step added is taken back with the units it was for; where the
//! units even out, a correction of their money is spread over all there were. A *retroactive* step holds for all units there ever were: what they earned over the life of the contract
//! is multiplied by the rate reached over r0, less what earlier closes added.

use ledger_spec::date::Period;
use ledger_spec::event::catalogue::{Escalation, Royalty, Step};
use ledger_spec::money::{Amount, Ratio, weights};

use super::rule::{Rule, Times};
use super::{Came, Folio, GroupError, Moves};

pub(super) fn apply(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let Some((terms, escalation)) = folio.terms.and_then(|terms| Some((terms, terms.escalation?))) else {
        return Ok(());
    };
    let counted = Counted::of(folio, escalation)?;
    let Counted { units_before, units, .. } = counted;
    let laid = Laid::new(terms.royalty, terms.commission, escalation, units_before, units)?;
    let Some(times) = laid.times()? else { return Ok(()) };
    let (earned, before) = match escalation.retroactive {
        true => (counted.earned_before.try_add(counted.earned)?, folio.sums.uplift),
        false => (counted.earned, Amount::ZERO),
    };
    let uplift = uplift(earned, times, before)?;
    folio.sums.uplift = folio.sums.uplift.try_add(uplift)?;
    let rule = Rule::Escalation { version: terms.version, earned, times, before, units_before, units };
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

/// The units of a period, laid out over the steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// How many units earn at which rate of the party, in order.
    pub steps: Vec<(u64, Ratio)>,
    /// The rate before any step, at which cells are rated.
    pub base: Ratio,
}

impl Laid {
    /// Lays out units from a counter on, or back from it, or where there are none those that it counts. Those of a
    /// retroactive step are all there ever were.
    pub fn new(
        royalty: &Royalty,
        commission: Ratio,
        escalation: &Escalation,
        before: i64,
        units: i64,
    ) -> Result<Laid, GroupError> {
        let steps = &*escalation.steps;
        let base = rate(royalty, None, commission)?;
        let rate_of = |tier: usize| match tier.checked_sub(1).and_then(|tier| steps.get(tier)) {
            Some(step) => rate(royalty, Some(step), commission),
            None => Ok(base),
        };
        let reached = before.checked_add(units).ok_or(GroupError::Units)?;
        let one = |counter, units: i64| {
            Ok(Laid { steps: vec![(units.unsigned_abs(), rate_of(tier(steps, counter))?)], base })
        };
        if escalation.retroactive {
            return one(reached, reached);
        }
        let other = if units == 0 { 0 } else { reached };
        if other == before {
            return one(before, units);
        }
        let (mut from, last) = (before.min(other), before.max(other));
        let mut laid = Vec::new();
        for number in tier(steps, from)..=steps.len() {
            let end = steps.get(number).and_then(|next| i64::try_from(next.units).ok()).unwrap_or(i64::MAX);
            let to = end.min(last);
            laid.push((to.abs_diff(from), rate_of(number)?));
            from = to;
            if from == last {
                break;
            }
        }
        Ok(Laid { steps: laid, base })
    }

    /// All the units.
    pub fn units(&self) -> u128 {
        self.steps.iter().map(|(units, _)| u128::from(*units)).sum()
    }

    /// By how much the rates of the steps are more than the base rate, on the average of the units; none where the base
    /// rate is zero, of which nothing can be a multiple.
    fn times(&self) -> Result<Option<Times>, GroupError> {
        // All over one denominator, which cancels out.
        let rates = weights(&[&[self.base], &*self.steps.iter().map(|(_, rate)| *rate).collect::<Vec<_>>()].concat())?;
        let Some((base, rates)) = rates.split_first().filter(|(base, _)| **base != 0) else { return Ok(None) };
        if let [one] = rates {
            return Ok(Some(Times::new(*one, *base)));
        }
        let mut sum = 0u128;
        for ((units, _), rate) in self.steps.iter().zip(rates) {
            let part = u128::from(*units).checked_mul(*rate).ok_or(GroupError::Units)?;
            sum = sum.checked_add(part).ok_or(GroupError::Units)?;
        }
        let whole = self.units().checked_mul(*base).ok_or(GroupError::Units)?;
        Ok(Some(Times::new(sum, whole)))
    }
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
