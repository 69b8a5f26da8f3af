//! The closed periods of a ledger whose bodies are at hand, computed again: the books are folded up to each close, and
//! its root is made anew with the period's key (SPEC.md section 14).
//!
//! A verified log says that nobody altered what was said. This says that the books which the operator pinned in public
//! are those that the events come to.

use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::{Event, Kind};
use ledger_spec::hash::Hash;
use ledger_spec::period::key_hash;

use crate::projection::{Checks, Past, ReplayError, State, Until, replay};
use crate::store::{EventStore, Walk};

/// What came of the closed periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    /// Closes whose root is what the books come to.
    pub passed: u64,
    /// The first that is not.
    pub wrong: Option<WrongPeriod>,
}

/// A close that is not what the books come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongPeriod {
    /// The event that closed it.
    pub index: u64,
    /// What it says.
    pub closed: PeriodClosed,
    /// The root that the books come to; none if the key before it is not the one whose hash it publishes.
    pub found: Option<Hash>,
}

/// Computes every close again. `progress` is told how many events were folded so far.
pub fn periods(store: &dyn EventStore, progress: &mut dyn FnMut(u64)) -> Result<Periods, ReplayError> {
    let (mut state, mut leaf) = (State::new(), Hash::default());
    let mut passed = 0;
    for (index, closed) in closes(store)? {
        let until = Until::Size(closed.through);
        let replayed = replay(store, state, leaf, until, Checks::Trusted, progress)?;
        (state, leaf) = (replayed.state, replayed.leaf);
        let found = match key_before(store, index)?.filter(|key| key_hash(&key.key) == closed.key_hash) {
            Some(key) => Some(state.settle()?.closing(closed.period, store)?.rows(&key.key).root()),
            None => None,
        };
        if found != Some(closed.root) {
            return Ok(Periods { passed, wrong: Some(WrongPeriod { index, closed, found }) });
        }
        passed += 1;
    }
    Ok(Periods { passed, wrong: None })
}

/// Every close, in order.
fn closes(store: &dyn EventStore) -> Result<Vec<(u64, PeriodClosed)>, ReplayError> {
    let mut closes = Vec::new();
    for chunk in store.scan(0)? {
        for frame in chunk?.frames() {
            let mut walk = Walk::records(frame.records);
            // The records were verified: what can no longer be read is found by the replay.
            while let Ok(Some(step)) = walk.step() {
                let body = step.record.inline.map(|opening| opening.body).unwrap_or_default();
                if !body.starts_with(&PeriodClosed::CODE.to_be_bytes()) {
                    continue;
                }
                if let Ok(Event::PeriodClosed(closed)) = Event::decode(body) {
                    closes.push((step.record.index, closed));
                }
            }
        }
    }
    Ok(closes)
}

/// The period's key, which stands right before the close.
fn key_before(store: &dyn EventStore, close: u64) -> Result<Option<PeriodKey>, ReplayError> {
    let Some(body) = close.checked_sub(1).map(|index| store.body(index)).transpose()?.flatten() else {
        return Ok(None);
    };
    Ok(match Event::decode(&body) {
        Ok(Event::PeriodKey(key)) => Some(key),
        _ => None,
    })
}
