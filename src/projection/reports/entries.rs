//! Entries: everything that was ever posted, as an accountant's journal has it: what each event posted by itself, and
//! one entry of each source and period for what its cells came to.
//!
//! The entries of an account up to a close sum to what it holds as of that close.

use ledger_spec::account::Account;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError};

use crate::projection::rating::Settled;
use crate::royalty::Movement;

/// What posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// An event, by itself.
    Event(u64),
    /// The cells of a source.
    Usage(u64),
}

/// One side of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Its accounting period, of the open one its working name; in restated books the month that it belongs to.
    pub period: Period,
    /// What posted it.
    pub origin: Origin,
    /// What it is.
    pub movement: Movement,
    /// The account.
    pub account: Account,
    /// Debit above zero.
    pub amount: Amount,
}

impl Settled<'_> {
    /// Every entry in order. What cells came to stands at the end of its period, before what the close posts.
    pub fn entries(&self) -> Result<Vec<Entry>, AmountError> {
        let periods = &self.state.periods;
        let mut entries = Vec::new();
        let mut add = |epoch, origin, movement, account: &Account, amount| {
            if let Some(period) = periods.of_epoch(epoch) {
                entries.push(Entry { period, origin, movement, account: *account, amount });
            }
        };
        for (line, account) in self.state.balances.journal(0) {
            add(periods.epoch_of(line.event), Origin::Event(line.event), line.movement, account, line.amount);
        }
        for accrued in self.accruals()? {
            add(accrued.epoch, Origin::Usage(accrued.source), Movement::Usage, &accrued.account, accrued.amount);
        }
        self.sort(&mut entries);
        Ok(entries)
    }

    /// The closed period that what a source came to in a later one belongs to: the one it was recorded in, or that its
    /// last day of use came too late for.
    pub fn late(&self, source: u64, period: Period) -> Option<Period> {
        let periods = &self.state.periods;
        let recorded = periods.of_epoch(periods.epoch_of(source))?;
        let missed = || periods.missed(self.state.sources.get(source)?.to?.period());
        Some(recorded).filter(|recorded| *recorded < period).or_else(missed).filter(|late| *late < period)
    }

    /// Sorts entries by their periods. What usage came to stands after what events posted, and before what a close did;
    /// the sides of an event stay as they were.
    pub(super) fn sort(&self, entries: &mut [Entry]) {
        let closed = self.state.periods.closed();
        let is_close = |event| closed.binary_search_by_key(&event, |closed| closed.event).is_ok();
        entries.sort_by_key(|entry| {
            let place = match entry.origin {
                Origin::Event(event) if is_close(event) => (2, event),
                Origin::Event(event) => (0, event),
                Origin::Usage(source) => (1, source),
            };
            (entry.period, place)
        });
    }
}
