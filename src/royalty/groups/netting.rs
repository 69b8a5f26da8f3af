//! Crossing: contracts of one party that are cross-collateralised answer for each other. What one can be paid first makes
//! up balances of the others that are below zero, then recoups their advances and costs; so nothing is paid out beside
//! a sister that is in the red.
//!
//! How far they answer is said by the contracts ([`Crossing`]): for everything, or only where there is nothing to recoup.
//! Of two contracts the one that crosses less decides.

use ledger_spec::code::Crossing;
use ledger_spec::money::Amount;

use super::recoup::recoup;
use super::rule::Rule;
use super::{Folio, GroupError, Moves, Stuck};

/// A rule for one folio of a group and another: what the first does for the second.
type Apply = fn(&mut Folio<'_>, &mut Folio<'_>, &mut Moves) -> Result<(), GroupError>;

/// Balances below zero are made up, all before the first outlay is recouped.
pub(super) fn cross(folios: &mut [Folio<'_>], moves: &mut Moves) -> Result<(), Stuck> {
    let apply: [Apply; 2] = [make_up, outlays];
    apply.into_iter().try_for_each(|apply| each(folios, apply, moves))
}

/// Each with each other of its group: of the same party, in the same currency, in the order of the contracts.
fn each(folios: &mut [Folio<'_>], apply: Apply, moves: &mut Moves) -> Result<(), Stuck> {
    for folios in folios.chunk_by_mut(|one, next| one.page.party == next.page.party) {
        for from in 0..folios.len() {
            for of in 0..folios.len() {
                if let Ok([from, of]) = folios.get_disjoint_mut([from, of])
                    && in_group(from, of)
                {
                    apply(from, of, moves).map_err(from.page.stuck("the group"))?;
                }
            }
        }
    }
    Ok(())
}

fn in_group(one: &Folio<'_>, other: &Folio<'_>) -> bool {
    let group = |folio: &Folio<'_>| folio.terms.map(|terms| terms.group);
    one.page.currency == other.page.currency && group(one).is_some() && group(one) == group(other)
}

/// Whether the two cross everything.
fn fully(one: &Folio<'_>, other: &Folio<'_>) -> bool {
    [one, other].iter().all(|folio| folio.terms.is_some_and(|terms| terms.crossing != Crossing::RECOUPED))
}

/// Makes up what the other lacks, be it that its balance waits for that or not.
fn make_up(from: &mut Folio<'_>, of: &mut Folio<'_>, moves: &mut Moves) -> Result<(), GroupError> {
    let recouped = of.outlays.iter().all(|outlay| outlay.open.is_zero());
    if !recouped && !fully(from, of) {
        return Ok(());
    }
    let red = of.waiting.map_or(Amount::ZERO, |(amount, _)| amount).try_add(of.balance)?;
    let amount = from.balance.min(-red).max(Amount::ZERO);
    let made_up = of.waiting.as_mut().map_or(&mut of.balance, |(waits, _)| waits);
    *made_up = made_up.try_add(amount)?;
    moves.post(from, of.page.earned(), amount, Rule::MadeUp { contract: of.page.contract, red })
}

/// Recoups what the other has to.
fn outlays(from: &mut Folio<'_>, of: &mut Folio<'_>, moves: &mut Moves) -> Result<(), GroupError> {
    if !fully(from, of) {
        return Ok(());
    }
    let contract = of.page.contract;
    of.outlays.iter_mut().try_for_each(|outlay| recoup(from, outlay, Some(contract), moves))
}
