//! Recoupment: "all sums paid to you shall be recoupable from royalties". What a contract earns first pays back its own
//! advances and costs; those of other contracts only in a group (`netting`).

use ledger_spec::code::RecoupOrder;
use ledger_spec::money::Amount;

use super::rule::Rule;
use super::{Folio, GroupError, Moves, Outlay, OutlayKind, Terms};

/// The order in which outlays are recouped: by the contract, then by date, then by event.
pub(super) fn sort(outlays: &mut [Outlay], terms: Option<&Terms<'_>>) {
    let later = match terms.map(|terms| terms.recoups) {
        Some(RecoupOrder::ADVANCES_FIRST) => Some(OutlayKind::Cost),
        Some(RecoupOrder::COSTS_FIRST) => Some(OutlayKind::Advance),
        _ => None,
    };
    outlays.sort_unstable_by_key(|outlay| (Some(outlay.kind) == later, outlay.date, outlay.account.origin));
}

/// Recoups the contract's own.
pub(super) fn own(folio: &mut Folio<'_>, moves: &mut Moves) -> Result<(), GroupError> {
    let mut outlays = std::mem::take(&mut folio.outlays);
    sort(&mut outlays, folio.terms.as_ref());
    for outlay in &mut outlays {
        recoup(folio, outlay, None, moves)?;
    }
    folio.outlays = outlays;
    Ok(())
}

/// Recoups as much of an outlay as there is, of the contract itself or of another.
pub(super) fn recoup(
    folio: &mut Folio<'_>,
    outlay: &mut Outlay,
    of: Option<u64>,
    moves: &mut Moves,
) -> Result<(), GroupError> {
    let Outlay { account, open, kind, .. } = *outlay;
    let amount = folio.balance.min(open).max(Amount::ZERO);
    outlay.open = open.try_sub(amount)?;
    let rule = match of {
        None => Rule::Recouped { outlay: account.origin, kind, open },
        Some(contract) => Rule::Crossed { outlay: account.origin, kind, contract, open },
    };
    moves.post(folio, account, amount, rule)
}
