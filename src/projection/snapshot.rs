//! Snapshots: the whole state as bytes, so that opening a ledger need not begin at its first event.
//!
//! ```text
//! magic [16] = "cantus/state/v6" NUL | size u64 | leaf [32] | SHA-256 of the state [32] | state
//! ```
//!
//! `leaf` is the leaf hash of the last event the state has seen: a snapshot belongs to that log and no other. It can
//! be thrown away at any time. One state has one form, however it came about: cells are rated and accounts sorted
//! before it is written.

use bincode::config;
use ledger_spec::hash::{Hash, sha256};
use thiserror::Error;

use super::error::FoldError;
use super::state::State;

/// The version is part of it: a state of another shape is not read, but folded again from the log.
const MAGIC: &[u8; 16] = b"cantus/state/v6\0";

/// Why bytes are no snapshot that can be used. The log has all that is needed to make another.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// Cut short, or something else altogether, or of another version.
    #[error("this is no snapshot of this version: it will be made anew")]
    Unknown,
    /// Damaged.
    #[error("the snapshot is damaged: it will be made anew")]
    Damaged,
}

fn codec() -> config::Configuration<config::BigEndian, config::Fixint> {
    config::standard().with_big_endian().with_fixed_int_encoding()
}

impl State {
    /// The state as bytes. `leaf` is the leaf hash of the last event it has seen.
    pub fn snapshot(&mut self, leaf: &Hash) -> Result<Vec<u8>, FoldError> {
        self.normalise()?;
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&self.size().to_be_bytes());
        out.extend_from_slice(&leaf.0);
        let digest = out.len();
        out.extend_from_slice(&[0; Hash::LEN]);
        // Every part of a state can be written: nothing in it refuses to, and a vector takes all.
        bincode::encode_into_std_write(&*self, &mut out, codec())
            .map_err(|_| FoldError::TooMany { index: self.size() })?;
        let sum = sha256(&[out.get(digest + Hash::LEN..).unwrap_or_default()]);
        if let Some(place) = out.get_mut(digest..digest + Hash::LEN) {
            place.copy_from_slice(&sum.0);
        }
        Ok(out)
    }

    /// Reads a snapshot: the state, and the leaf hash of the last event it has seen.
    pub fn from_snapshot(bytes: &[u8]) -> Result<(State, Hash), SnapshotError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(SnapshotError::Unknown)?;
        let (size, rest) = rest.split_first_chunk::<8>().ok_or(SnapshotError::Unknown)?;
        let (leaf, rest) = rest.split_first_chunk::<32>().ok_or(SnapshotError::Unknown)?;
        let (sum, state) = rest.split_first_chunk::<32>().ok_or(SnapshotError::Unknown)?;
        if sha256(&[state]).0 != *sum {
            return Err(SnapshotError::Damaged);
        }
        // The bytes are what this program wrote, so no length in them is hostile.
        let (state, used): (State, usize) =
            bincode::decode_from_slice(state, codec()).map_err(|_| SnapshotError::Unknown)?;
        match used == rest.len() - Hash::LEN && state.size() == u64::from_be_bytes(*size) {
            true => Ok((state, Hash(*leaf))),
            false => Err(SnapshotError::Unknown),
        }
    }

    /// Rates all cells and sorts the accounts, so that one content has one form.
    fn normalise(&mut self) -> Result<(), FoldError> {
        self.rate_changed()?;
        let cells = &self.cells;
        let renumbered = self.balances.normalise(cells.accounts().chain(self.accruals.accounts()));
        let number =
            |old: u32| usize::try_from(old).ok().and_then(|at| renumbered.get(at)).copied().unwrap_or(u32::MAX);
        self.cells.renumber(number);
        self.accruals.renumber(number);
        Ok(())
    }
}
