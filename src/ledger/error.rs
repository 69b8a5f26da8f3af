//! Why a ledger cannot be made, opened or read.

use ledger_spec::authority::Violation;
use ledger_spec::event::EventError;
use ledger_spec::key::PublicKey;
use ledger_spec::merkle::ProveError;
use ledger_spec::note::NoteError;
use ledger_spec::submission::SubmissionError;
use thiserror::Error;

use super::state::FollowError;
use super::{ClockError, keys};
use crate::store::StoreError;

/// Why a ledger cannot be made, opened or read.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log does not follow its own rules.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// The first event of a new ledger is not in order.
    #[error("the ledger cannot be opened so: {0}")]
    Opening(#[from] Violation),
    /// The first event of a new ledger cannot be written.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The first submission of a new ledger cannot be written.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// A key file.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    /// Another log key is needed.
    #[error("checkpoints of this ledger are signed by log key {needed}, which is not among the keys given")]
    LogKey {
        /// The key needed.
        needed: PublicKey,
    },
    /// The disk failed during a commit.
    #[error("the disk failed during a commit, so whether it is durable is not known until the ledger is opened again")]
    Unknown,
    /// The note of the last checkpoint given out is gone.
    #[error(
        "the checkpoint last given out is not known: segments/guard is missing, so nobody can tell whether the end of \
         the log is. Put the file back from a copy that is not older than the log; without one, this ledger can only \
         be read"
    )]
    GuardLost,
    /// The log does not have what a receipt proves it had given out.
    #[error(
        "{file} in the outbox is the receipt of event {index} in a log of {known} events, and the log, with {head}, is \
         not the one that gave it out: it was cut or restored from an older copy. Restore the newest copy of the whole \
         folder, or the newer files of segments/; nothing was signed"
    )]
    RolledBack {
        /// The receipt's file.
        file: String,
        /// The event that the receipt proves to be in the log.
        index: u64,
        /// Events in the log that gave it out.
        known: u64,
        /// Events in the log.
        head: u64,
    },
    /// The author's submissions and receipts.
    #[error(transparent)]
    Outbox(#[from] super::OutboxError),
    /// The log was appended to by another writer.
    #[error("another writer has appended to the log: close one of them, and open the ledger again")]
    Overtaken,
    /// This is an older copy.
    #[error(
        "this is an older copy of a ledger, with {size} events; {newer} were published. It can be read, but must not be \
         signed again: open a new ledger that continues the old one"
    )]
    Older {
        /// Events in the copy.
        size: u64,
        /// Events in the newer public log.
        newer: u64,
    },
    /// An older copy, of which not all is erased that must be.
    #[error(
        "this is an older copy of a ledger that still holds what was redacted among the {newer} events published: open \
         it with the newer public log first"
    )]
    Unfinished {
        /// Events in the newer public log.
        newer: u64,
    },
    /// What must be erased from an older copy cannot be.
    #[error(
        "event {index} was redacted since this copy was made, and cannot be erased from it, because the copy ends \
         there: use a later copy, and destroy this one"
    )]
    StillThere {
        /// The event.
        index: u64,
    },
    /// The newer public log.
    #[error(transparent)]
    PublicLog(#[from] super::PublicLogError),
    /// No checkpoint covers the event.
    #[error("no checkpoint covers event {index} yet: open the ledger for writing, which signs one")]
    NoCheckpoint {
        /// The event.
        index: u64,
    },
    /// A checkpoint cannot be signed or read.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] NoteError),
    /// The clock cannot be right.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// The system has no randomness to give.
    #[error("no randomness from the system: {0}")]
    Random(#[from] getrandom::Error),
}

impl From<ProveError<StoreError>> for LedgerError {
    fn from(error: ProveError<StoreError>) -> LedgerError {
        LedgerError::Store(match error {
            ProveError::IndexOutOfRange { index, size } | ProveError::Shrunk { old_size: index, new_size: size } => {
                StoreError::OutOfRange { index, size }
            }
            ProveError::Nodes(error) => error,
        })
    }
}
