//! What waits: earned, and not due yet. It stays in the account of class earned until a later close.

use ledger_spec::date::Period;
use ledger_spec::money::Amount;

use super::rule::Wait;
use super::{Folio, GroupError, Terms};

/// Takes what waits out of what a folio can be paid.
///
/// - Between statements ("accountings shall be rendered quarterly"), everything. Months are counted from year zero, so
///   cycles of 3, 6 and 12 months end with quarters, halves and years.
/// - A balance below zero, where the contract does not let it go there: later earnings make it up, or what another
///   contract of its group can be paid.
/// - Where the contract pays what was received, not what was reported: the unpaid part.
pub(super) fn hold(folio: &mut Folio<'_>, period: Period) -> Result<(), GroupError> {
    let (Some(terms), balance) = (folio.terms, folio.balance) else { return Ok(()) };
    let (amount, wait) = if !ends_cycle(&terms, period) {
        (balance, Wait::Cycle)
    } else if balance.is_negative() && !terms.may_go_negative {
        (balance, Wait::Negative)
    } else {
        (folio.unpaid.min(balance).max(Amount::ZERO), Wait::Unpaid)
    };
    folio.balance = balance.try_sub(amount)?;
    folio.waiting = (!amount.is_zero()).then_some((amount, wait));
    Ok(())
}

fn ends_cycle(terms: &Terms<'_>, period: Period) -> bool {
    (period.number() + 1).is_multiple_of(u32::from(terms.cycle_months.max(1)))
}
