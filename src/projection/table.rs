//! What the state keeps of events, found by their index in the log.
//!
//! Events come in order, so a table is two vectors sorted as they grow: no hashing, and one form for one content.

use bincode::{Decode, Encode};
use ledger_spec::reference::PartyId;

use super::error::FoldError;

/// Rows by the index of the event that made them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Table<T> {
    at: Vec<u64>,
    rows: Vec<T>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { at: Vec::new(), rows: Vec::new() }
    }
}

impl<T> Table<T> {
    /// Adds the row of an event later than all before, and returns its number in the table.
    pub(crate) fn push(&mut self, index: u64, row: T) -> Result<u32, FoldError> {
        let number = u32::try_from(self.rows.len()).map_err(|_| FoldError::TooMany { index })?;
        self.at.push(index);
        self.rows.push(row);
        Ok(number)
    }

    /// The number of an event's row in the table.
    pub(crate) fn number(&self, index: u64) -> Option<u32> {
        self.at.binary_search(&index).ok().and_then(|at| u32::try_from(at).ok())
    }

    /// The row of an event.
    pub(crate) fn get(&self, index: u64) -> Option<&T> {
        self.rows.get(self.at.binary_search(&index).ok()?)
    }

    /// The row of an event, to change.
    pub(crate) fn get_mut(&mut self, index: u64) -> Option<&mut T> {
        self.rows.get_mut(self.at.binary_search(&index).ok()?)
    }

    /// The event and the row of a number.
    pub(crate) fn row(&self, number: u32) -> Option<(u64, &T)> {
        let at = usize::try_from(number).ok()?;
        Some((*self.at.get(at)?, self.rows.get(at)?))
    }

    /// All rows with their events, in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.at.iter().copied().zip(&self.rows)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Whether a fact still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub enum Standing {
    /// It counts.
    #[default]
    Live,
    /// A later event took its place.
    Replaced(u64),
    /// It was reversed by this event.
    Reversed(u64),
}

/// Who said a fact, and whether it still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
pub(crate) struct Status {
    /// The party that said it.
    pub by: PartyId,
    /// The earlier fact that it took the place of, or zero.
    pub replaces: u64,
    /// Whether it counts.
    pub standing: Standing,
    /// Whether it leaves alone the sources opened before it.
    pub prospective: bool,
}

impl Status {
    pub(crate) fn new(by: PartyId, replaces: Option<u64>) -> Status {
        Status { by, replaces: replaces.unwrap_or(0), standing: Standing::Live, prospective: false }
    }

    pub(crate) fn is_live(&self) -> bool {
        self.standing == Standing::Live
    }
}

/// The sources that a fact holds for, by their first events (SPEC section 13.2).
///
/// All, or if it is prospective those after it; less those that a fact holds for that took its place, or the place of
/// that one. So what a prospective fact replaces goes on holding for the sources before, of all versions the last that
/// may speak of a source holds for it, and reversing the last gives back what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Era {
    /// The first; zero is before any source.
    pub from: u64,
    /// The first that it does not hold for.
    pub until: u64,
}

impl Era {
    /// The era of a fact of this status. `next` has the status of what took the place of another.
    pub(crate) fn of(event: u64, status: &Status, next: impl Fn(u64) -> Option<Status>) -> Era {
        let first = |event, status: &Status| if status.prospective { event } else { 0 };
        let mut era = Era { from: first(event, status), until: u64::MAX };
        let mut standing = status.standing;
        loop {
            let later = match standing {
                Standing::Live => return era,
                Standing::Reversed(_) => None,
                Standing::Replaced(by) => next(by).map(|later| (by, later)),
            };
            let Some((by, later)) = later else { return Era { until: 0, ..era } };
            era.until = era.until.min(first(by, &later));
            standing = later.standing;
        }
    }

    /// Whether it holds for a source.
    pub(crate) fn holds_for(&self, source: u64) -> bool {
        (self.from..self.until).contains(&source)
    }

    /// Whether both hold for some source.
    pub(crate) fn meets(&self, other: &Era) -> bool {
        self.from.max(other.from) < self.until.min(other.until)
    }
}

/// A fact that another can replace, and that can be reversed.
pub(crate) trait Fact {
    /// Its status.
    fn status(&self) -> &Status;
    /// Its status, to change.
    fn status_mut(&mut self) -> &mut Status;
}

impl<T: Fact> Table<T> {
    /// A fact, the one it took the place of, and so on.
    pub(crate) fn back_from(&self, event: Option<u64>) -> Vec<u64> {
        // A fact takes the place of an earlier one.
        let before = |event: &u64| self.get(*event).map(|row| row.status().replaces).filter(|before| before < event);
        std::iter::successors(event, before).collect()
    }

    /// The sources that a fact holds for.
    pub(crate) fn era(&self, event: u64, fact: &T) -> Era {
        Era::of(event, fact.status(), |later| self.get(later).map(|later| *later.status()))
    }

    /// The event and row of a number, if it counts.
    pub(crate) fn live_row(&self, number: u32) -> Option<(u64, &T)> {
        self.row(number).filter(|(_, row)| row.status().is_live())
    }

    /// Adds a fact. What it replaces counts no longer, if it did.
    pub(crate) fn state(&mut self, index: u64, row: T) -> Result<u32, FoldError> {
        if let Some(replaced) =
            self.get_mut(row.status().replaces).map(Fact::status_mut).filter(|status| status.is_live())
        {
            replaced.standing = Standing::Replaced(index);
        }
        self.push(index, row)
    }

    /// Reverses a fact. What it had replaced counts again, because the replacing counts no longer either.
    pub(crate) fn reverse(&mut self, target: u64, by: u64) {
        let Some(status) = self.get_mut(target).map(Fact::status_mut) else { return };
        status.standing = Standing::Reversed(by);
        let replaces = status.replaces;
        if let Some(replaced) = self.get_mut(replaces).map(Fact::status_mut)
            && replaced.standing == Standing::Replaced(target)
        {
            replaced.standing = Standing::Live;
        }
    }
}
