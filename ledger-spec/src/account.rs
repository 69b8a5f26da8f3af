//! Accounts (SPEC.md section 13): where one side of a posting goes.

use bincode::{Decode, Encode};
use serde::Serialize;

use crate::code::{AccountClass, SuspenseReason};
use crate::money::Currency;
use crate::reference::PartyId;

/// An account of the ledger. Fields that do not apply are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize)]
pub struct Account {
    /// The class.
    pub class: AccountClass,
    /// Whose.
    pub party: PartyId,
    /// Under which contract, by the index of its first version.
    pub contract: u64,
    /// Why it waits, for suspense.
    pub reason: SuspenseReason,
    /// The source, for a receivable or suspense; the period of origin, for a reserve; the payout, in transit.
    pub origin: u64,
    /// The currency.
    pub currency: Currency,
}

impl Account {
    /// An account that belongs to nobody and has no origin.
    pub const fn of(class: AccountClass, currency: Currency) -> Account {
        Account { class, party: PartyId::NONE, contract: 0, reason: SuspenseReason::NONE, origin: 0, currency }
    }
}

impl AccountClass {
    /// Whether the class is a liability or a credit by nature, shown with a plus when it is in credit.
    pub fn is_credit(self) -> bool {
        (16..32).contains(&self.0)
            || matches!(self, AccountClass::COMMISSION | AccountClass::OPENING | AccountClass::ROUNDING)
    }
}
