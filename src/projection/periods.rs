//! Accounting periods. Everything before a close counts in the period it closes; what comes after belongs to the next.
//!
//! An event belongs to the first period that is closed after it. Until then it is in the *open* period: the month
//! after the last closed one, or before any close the month in which the ledger was opened. That is its working name;
//! the first close may name another month, and then that is what it was.

use bincode::{Decode, Encode};
use ledger_spec::date::Period;
use ledger_spec::hash::Hash;

/// A closed period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Closed {
    /// The month.
    pub period: Period,
    /// The event that closed it.
    pub event: u64,
    /// How many events it closes over.
    pub through: u64,
    /// The root over its rows.
    pub root: Hash,
}

/// The periods that were closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Periods {
    closed: Vec<Closed>,
    started: Option<Period>,
}

impl Periods {
    /// The ledger was opened in this month.
    pub(crate) fn start(&mut self, month: Period) {
        self.started = Some(month);
    }

    pub(crate) fn close(&mut self, closed: Closed) {
        self.closed.push(closed);
    }

    /// The closed periods, in order.
    pub fn closed(&self) -> &[Closed] {
        &self.closed
    }

    /// The open period by its working name; `None` before the ledger is opened.
    pub fn open(&self) -> Option<Period> {
        self.closed.last().map(|closed| closed.period.next()).or(self.started)
    }

    /// The closed period that what was used in a month came too late for: the first that ended with it, or after it.
    pub fn missed(&self, month: Period) -> Option<Period> {
        self.closed.iter().map(|closed| closed.period).find(|closed| *closed >= month)
    }

    /// How many were closed: the number of the open one, from zero.
    pub(crate) fn epoch(&self) -> u32 {
        // A period a month: there are fewer than 2^17 of them.
        u32::try_from(self.closed.len()).unwrap_or(u32::MAX)
    }

    /// The period of a number; of the open one, its working name.
    pub(crate) fn of_epoch(&self, epoch: u32) -> Option<Period> {
        let closed = usize::try_from(epoch).ok().and_then(|at| self.closed.get(at));
        closed.map(|closed| closed.period).or_else(|| self.open())
    }

    /// The first event of the period of a number.
    pub(crate) fn first_event(&self, epoch: u32) -> u64 {
        let before = epoch.checked_sub(1).and_then(|before| usize::try_from(before).ok());
        before.and_then(|before| self.closed.get(before)).map_or(0, |closed| closed.event + 1)
    }

    /// The number of the period that an event belongs to.
    pub(crate) fn epoch_of(&self, event: u64) -> u32 {
        let before = self.closed.partition_point(|closed| closed.event < event);
        u32::try_from(before).unwrap_or(u32::MAX)
    }
}
