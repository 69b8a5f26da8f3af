//! Figures: what closes count from one to the next. They are under the roots of a close (SPEC.md section 14), so that
//! a step of a rate, a profit share or the schedule of a reserve cannot be altered between two of them.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::code::{Configuration, UseType};
use ledger_spec::money::Amount;

use super::{Folio, GroupError, Page, Stuck};

/// What was used, as far as counters look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Use {
    /// The use.
    pub of: UseType,
    /// The form it had.
    pub configuration: Configuration,
}

impl Use {
    /// Whether it is among those named. None of a kind means every one.
    pub fn is_among(self, uses: &[UseType], configurations: &[Configuration]) -> bool {
        (uses.is_empty() || uses.contains(&self.of))
            && (configurations.is_empty() || configurations.contains(&self.configuration))
    }
}

/// Everything counted until a close.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Figures {
    /// Units less returns, by contract and use. None is zero. A step counts those of its uses, whatever the version
    /// that names them says of the time before it.
    pub units: BTreeMap<(u64, Use), i64>,
    /// What cells came to over the life of the contract, by page and use. None is zero.
    pub earned: BTreeMap<(Page, Use), Amount>,
    /// Sums of money, by page. None is all zeros.
    pub sums: BTreeMap<Page, Sums>,
    /// Reserves that are kept, by account.
    pub reserves: BTreeMap<Account, Reserve>,
}

/// Sums of money under a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub struct Sums {
    /// What steps of the rate added to what cells came to.
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
    /// Closes from that of the period it is of to the one that lets the first part go.
    pub after: u16,
    /// In how many parts it is let go.
    pub parts: u16,
}

impl Figures {
    /// As the folios leave them.
    pub(super) fn after(mut self, folios: &[Folio<'_>]) -> Result<Figures, Stuck> {
        self.reserves.clear();
        for folio in folios {
            self.reserves.extend(folio.reserves.iter().map(|kept| (kept.account, kept.reserve)));
            if folio.page.contract != 0 {
                for (of, came) in &folio.uses {
                    let units = came.units_before.checked_add(came.units).ok_or(GroupError::Units);
                    let units = units.map_err(folio.page.stuck("the units counted"))?;
                    self.units.insert((folio.page.contract, *of), units);
                    let earned = came.before.try_add(came.earned).map_err(folio.page.stuck("the money counted"))?;
                    self.earned.insert((folio.page, *of), earned);
                }
                self.sums.insert(folio.page, folio.sums);
            }
        }
        self.units.retain(|_, units| *units != 0);
        self.earned.retain(|_, earned| !earned.is_zero());
        self.sums.retain(|_, sums| *sums != Sums::default());
        Ok(self)
    }
}
