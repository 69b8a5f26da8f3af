//! Profit share: "net profits shall mean gross receipts less costs"; the party has its share of what is left, over the
//! life of the contract, while that is above zero.
//!
//! Cells credit the party with its share s of income as it comes: E in all. Of costs K its share goes first, so it is
//! entitled to `max(0, E - s x K)`. Each close moves what that changes between earned and commission.

use ledger_spec::date::Period;
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::money::{Amount, Ratio};

use super::rule::Rule;
use super::{Folio, GroupError, Moves};

pub(super) fn apply(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let Some(terms) = folio.terms.filter(|terms| *terms.royalty == Royalty::ProfitShare) else { return Ok(()) };
    let came = folio.uses.values().flat_map(|came| [came.before, came.earned]);
    let (earned, costs, before) = (Amount::try_sum(came)?, folio.sums.costs, folio.sums.shared);
    let share = Ratio::ONE.try_sub(terms.commission)?;
    let change = change(earned, costs, share, before)?;
    folio.sums.shared = before.try_add(change)?;
    let rule = Rule::ProfitShare { version: terms.version, earned, costs, share, before };
    moves.post(folio, folio.page.commission(), -change, rule)
}

/// What the party is entitled to, over the life of the contract.
pub(super) fn entitled(earned: Amount, costs: Amount, share: Ratio) -> Result<Amount, GroupError> {
    Ok(earned.try_sub(costs.mul_ratio(share)?)?.max(Amount::ZERO))
}

/// By how much that is more than what cells came to, less what is posted already.
pub(super) fn change(earned: Amount, costs: Amount, share: Ratio, before: Amount) -> Result<Amount, GroupError> {
    Ok(entitled(earned, costs, share)?.try_sub(earned)?.try_sub(before)?)
}
