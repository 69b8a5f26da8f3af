//! The books of a ledger: its state, from the snapshot that its index keeps and the log after it.

use ledger_spec::hash::Hash;
use ledger_spec::record::Record;

use super::error::FoldError;
use super::replay::{Checks, ReplayError, Until, replay};
use super::state::State;
use crate::ledger::Ledger;
use crate::store::index::Reached;
use crate::store::{EventStore, StoreError};

/// The name of the snapshot in the index.
const NAME: &str = "books";

/// Events after which another snapshot is kept: as many are folded within a tenth of a second.
const KEEP_EVENTS: u64 = 1 << 17;

/// The state of a ledger at a point of its log, every byte that is read checked: what is paid and signed rests on it,
/// and a body that was altered on disk must not be believed. Only what follows the kept snapshot is read; a new one is kept if that
/// was much. A snapshot that is lost, damaged or of another log costs a replay from the first event, no more.
pub fn books(ledger: &Ledger, until: Until, progress: &mut dyn FnMut(u64)) -> Result<State, ReplayError> {
    let store = ledger.store();
    let (state, leaf) = kept(ledger, until);
    let from = state.size();
    let replayed = match replay(store, state, leaf, until, Checks::Full, progress) {
        Err(ReplayError::Elsewhere(_)) => replay(store, State::new(), Hash::default(), until, Checks::Full, progress)?,
        other => other?,
    };
    let mut state = replayed.state;
    if until == Until::End && state.size() >= from + KEEP_EVENTS {
        keep(ledger, &mut state, replayed.leaf)?;
    }
    Ok(state)
}

/// Keeps a snapshot of the books in the index. `leaf` is the leaf hash of the last event the state has seen.
pub fn keep(ledger: &Ledger, state: &mut State, leaf: Hash) -> Result<(), FoldError> {
    let bytes = state.snapshot(&leaf)?;
    match ledger.keep_snapshot(NAME, Reached { size: state.size(), leaf }, &bytes) {
        // What the index loses, the log still has.
        Ok(()) | Err(StoreError::Index { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The state that the index keeps, if it does not go beyond the point that is asked for.
fn kept(ledger: &Ledger, until: Until) -> (State, Hash) {
    let nothing = (State::new(), Hash::default());
    let Ok(Some(kept)) = ledger.snapshot(NAME) else { return nothing };
    match State::from_snapshot(&kept.bytes) {
        Ok((state, leaf)) if is_before(ledger.store(), state.size(), until) => (state, leaf),
        _ => nothing,
    }
}

fn is_before(store: &dyn EventStore, size: u64, until: Until) -> bool {
    let last = size.checked_sub(1).and_then(|last| store.records(last..size).ok());
    let record = last.as_deref().and_then(|entry| Record::parse(entry.get(2..)?).ok());
    record.is_some_and(|record| until.includes(&record))
}
