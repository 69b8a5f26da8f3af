//! Reserves: "may withhold a reasonable reserve against returns, to be liquidated over ... accounting periods". A part
//! of what sales earn is kept back, by the period it was earned in, and let go in equal parts.
//!
//! Closes are counted from the one that keeps it, as contracts say, or from the month of use: what is reported late is
//! then let go with the rest of its month. So the statutory reserve is counted, which is let go by the ninth month after
//! that of distribution (37 CFR 210.12); the writer's judge holds contracts of publishing and administration to it.
//! A reserve follows the schedule of the contract as it stood when something was first kept.

use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Ratio};

use super::figures::Reserve;
use super::rule::Rule;
use super::{Folio, GroupError, Kept, Moves};
use crate::royalty::accounts;

/// Lets go of what the schedules say: of `n` parts, the first `j` are together `kept x j / n`, rounded once, so that
/// all are the whole. Parts of months that have passed go at once. What was corrected by hand is not there to be let
/// go, and what was added by hand goes with the last part; so does what was taken by hand beyond what there was.
pub(super) fn let_go(folio: &mut Folio<'_>, period: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let mut reserves = std::mem::take(&mut folio.reserves);
    for Kept { account, held, reserve } in &mut reserves {
        let Reserve { kept, released: before, after, parts } = *reserve;
        let part = part(account.origin, after, parts, period);
        if part == 0 {
            continue;
        }
        let all = part == parts;
        let amount = if all { *held } else { released(kept, part, parts, before)?.min(*held).max(Amount::ZERO) };
        reserve.released = before.try_add(amount)?;
        let origin = period_of(account.origin);
        let rule = Rule::ReserveReleased { origin, part, parts, kept, before };
        moves.post(folio, *account, -amount, rule)?;
    }
    reserves
        .retain(|kept| part(kept.account.origin, kept.reserve.after, kept.reserve.parts, period) < kept.reserve.parts);
    folio.reserves = reserves;
    Ok(())
}

/// What of a reserve is let go with this part, and was not before.
pub(super) fn released(kept: Amount, part: u16, parts: u16, before: Amount) -> Result<Amount, GroupError> {
    Ok(kept.mul_ratio(Ratio::new(part.into(), parts.into())?)?.try_sub(before)?)
}

/// How many parts have been let go once a period is closed.
fn part(origin: u64, after: u16, parts: u16, period: Period) -> u16 {
    let first = origin.saturating_add(after.into());
    let passed = (u64::from(period.number()) + 1).saturating_sub(first);
    u16::try_from(passed).unwrap_or(u16::MAX).min(parts)
}

/// The period of an account's origin.
fn period_of(origin: u64) -> Option<Period> {
    u32::try_from(origin).ok().and_then(Period::from_number)
}

/// Keeps a share of what the period earned by uses that can be returned, unless all of it would be let go by now. What
/// was lost by returns is no reason to keep anything.
pub(super) fn keep(folio: &mut Folio<'_>, period: Period, moves: &mut Moves) -> Result<(), GroupError> {
    let Some((terms, reserve)) = folio.terms.and_then(|terms| Some((terms, terms.reserve?))) else { return Ok(()) };
    let (after, parts) = (reserve.after, reserve.parts.max(1));
    for (origin, earned) in std::mem::take(&mut folio.returnable) {
        let earned = earned.max(Amount::ZERO);
        let amount = earned.mul_ratio(reserve.share)?;
        if amount.is_zero() || part(origin.number().into(), after, parts, period) == parts {
            continue;
        }
        let account = accounts::reserve(folio.page.party, folio.page.contract, origin, folio.page.currency);
        match folio.reserves.iter_mut().find(|kept| kept.account == account) {
            Some(Kept { held, reserve, .. }) => {
                *held = held.try_add(amount)?;
                reserve.kept = reserve.kept.try_add(amount)?;
            }
            None => {
                let reserve = Reserve { kept: amount, released: Amount::ZERO, after, parts };
                folio.reserves.push(Kept { account, held: amount, reserve });
            }
        }
        moves.post(
            folio,
            account,
            amount,
            Rule::ReserveKept { version: terms.version, earned, share: reserve.share },
        )?;
    }
    Ok(())
}
