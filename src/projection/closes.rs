//! Closed periods, computed again on the way through a log: each close's root is made anew from the books as they stand
//! there, with the period's key (SPEC.md section 14).
//!
//! A log whose chain holds says that nobody altered what was said. This says that the books which the operator pinned in
//! public are those that the events come to.

use ledger_spec::event::Event;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::hash::Hash;
use ledger_spec::period::key_hash;
use thiserror::Error;

use super::past::Past;
use super::replay::ReplayError;
use super::state::State;

/// A close that is not what the books come to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "event {index}: The close of {} pins other books than its events come to. Expected root {}, found {}",
    closed.period, closed.root, root(found)
)]
pub struct WrongClose {
    /// The event that closed the period.
    pub index: u64,
    /// What it says.
    pub closed: PeriodClosed,
    /// The root that the books come to; none if the key before it is not the one whose hash it publishes.
    pub found: Option<Hash>,
}

fn root(found: &Option<Hash>) -> String {
    found.map_or_else(|| "none, for its key is not before it".to_owned(), |root| root.to_string())
}

/// What the next event closes, if the last was the key of a period.
#[derive(Debug, Default)]
pub(super) struct Closes {
    next: Option<Expected>,
}

/// The only close that can follow the key of a period.
#[derive(Debug)]
struct Expected {
    index: u64,
    key_hash: Hash,
    root: Hash,
}

impl Closes {
    /// Looks at an event that is about to be taken in.
    pub(super) fn see(
        &mut self,
        index: u64,
        event: Option<&Event<'_>>,
        state: &mut State,
        past: &(impl Past + ?Sized),
    ) -> Result<(), ReplayError> {
        let expected = self.next.take();
        match event {
            Some(Event::PeriodKey(key)) => {
                let root = state.settle()?.closing(key.period, past)?.rows(&key.key).root();
                self.next = Some(Expected { index: index + 1, key_hash: key_hash(&key.key), root });
            }
            Some(Event::PeriodClosed(closed)) => {
                let expected = expected.filter(|next| (next.index, next.key_hash) == (index, closed.key_hash));
                let found = expected.map(|next| next.root);
                if found != Some(closed.root) {
                    return Err(ReplayError::Close(Box::new(WrongClose { index, closed: *closed, found })));
                }
            }
            _ => {}
        }
        Ok(())
    }
}
