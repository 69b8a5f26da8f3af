//! Figures: what closes count from one to the next. They are under the roots of a close (SPEC.md section 14), so that
//! a step of a rate, a profit share or the schedule of a reserve cannot be altered between two of them.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::money::Amount;

use super::{Folio, GroupError, Page};

/// Everything counted until a close.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Figures {
    /// Units less returns, by contract. None is zero.
    pub units: BTreeMap<u64, i64>,
    /// Sums of money, by page. None is all zeros.
    pub sums: BTreeMap<Page, Sums>,
    /// Reserves that are kept, by account.
    pub reserves: BTreeMap<Account, Reserve>,
}

/// Sums of money under a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Sums {
    /// What cells came to, over the life of the contract.
    pub earned: Amount,
    /// What steps of the rate added to it.
    pub uplift: Amount,
    /// What the profit share added to it; below zero while costs go first.
    pub shared: Amount,
    /// Costs that the profit share counts.
    pub costs: Amount,
}

/// The schedule of a reserve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Reserve {
    /// What was kept back.
    pub kept: Amount,
    /// What of it was let go.
    pub released: Amount,
    /// Closes from the period it was kept back in to the one that lets the first part go.
    pub after: u16,
    /// In how many parts it is let go.
    pub parts: u16,
}

impl Figures {
    /// As the folios leave them.
    pub(super) fn after(mut self, folios: &[Folio<'_>]) -> Result<Figures, GroupError> {
        self.reserves.clear();
        for folio in folios {
            self.reserves.extend(folio.reserves.iter().map(|kept| (kept.account, kept.reserve)));
            if folio.page.contract != 0 {
                let units = folio.units.before.checked_add(folio.units.now).ok_or(GroupError::Units)?;
                self.units.insert(folio.page.contract, units);
                self.sums.insert(folio.page, folio.sums);
            }
        }
        self.units.retain(|_, units| *units != 0);
        self.sums.retain(|_, sums| *sums != Sums::default());
        Ok(self)
    }
}
