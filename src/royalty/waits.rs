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
