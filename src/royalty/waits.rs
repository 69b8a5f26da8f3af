//! What cannot be attributed is still posted: to suspense, with its reason (DESIGN section 5).

use ledger_spec::code::SuspenseReason;
use ledger_spec::money::{AllocationError, Amount, AmountError, RatioError};

use super::accounts;
use super::cell::{CellFacts, Part};
use super::why::Why;

/// Why all the money of a recording waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waits {
    /// As the account says it.
    pub reason: SuspenseReason,
    /// As it is explained. Boxed, because results that carry it are returned all along the common path.
    pub why: Box<Why>,
}

impl Waits {
    pub(super) fn new(reason: SuspenseReason, why: Why) -> Waits {
        Waits { reason, why: Box::new(why) }
    }
}

/// Numbers that do not fit are no reason to stop a ledger, nor to pay a rounded guess: the money waits.
macro_rules! out_of_range {
    ($($error:ty),*) => {$(
        impl From<$error> for Waits {
            fn from(_: $error) -> Waits {
                Waits::new(SuspenseReason::NO_RATE, Why::OutOfRange)
            }
        }
    )*};
}

out_of_range!(AmountError, RatioError, AllocationError);

/// An amount that waits.
pub(super) fn hold(facts: &CellFacts<'_>, amount: Amount, reason: SuspenseReason, why: Why) -> Part {
    Part { account: accounts::suspense(facts.source, reason, facts.terms.currency), amount, why }
}

/// Most that mechanicals, or royalties of a price, of a recording in a cell come to together: 10^11 units. Nobody is owed
/// as much: a rate, a price or a number of units is wrong, and the money waits. A release has fewer than 2000 tracks, each
/// event being at most 16 KiB, so what a cell posts to an account stays below what an amount can hold.
const OWED: Amount = match Amount::from_picos(10i128.pow(11 + Amount::SCALE as u32)) {
    Ok(owed) => owed,
    Err(_) => Amount::MAX,
};

/// What is multiplied up from rates and units, and so is no part of the money, is within reason: by size, since what is
/// owed in one direction does not make room for the other.
pub(super) fn within_reason(owed: impl Iterator<Item = Amount>) -> Result<(), Waits> {
    match Amount::try_sum(owed.map(Amount::abs))? > OWED {
        true => Err(Waits::new(SuspenseReason::NO_RATE, Why::OutOfRange)),
        false => Ok(()),
    }
}
