//! What can go wrong in a store: what was wrong, where, and what to do about it.

use std::io;

use thiserror::Error;

use super::walk::Misfit;

/// Why a store refused, or could not do, what was asked. No variant leaves half of an append behind.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The operating system refused an operation.
    #[error("cannot {action} {file}: {source}")]
    Io {
        /// The operation, as a verb: "write", "sync".
        action: &'static str,
        /// The file it was done to.
        file: String,
        /// The system's answer.
        source: io::Error,
    },

    /// Another process holds the ledger.
    #[error("the ledger at {place} is in use by another process: stop it, or wait until it is done")]
    InUse {
        /// The folder.
        place: String,
    },

    /// Nothing was ever committed here.
    #[error("there is no ledger at {place}")]
    NoLedger {
        /// The folder.
        place: String,
    },

    /// A ledger may only be created where there is none.
    #[error("there is a ledger at {place} already")]
    Exists {
        /// The folder.
        place: String,
    },

    /// An earlier write or sync failed. What the disk holds is unknown until the tail is read and synced again.
    #[error("an earlier write failed, so what is on disk is unknown: restart, the log will be recovered on opening")]
    Poisoned,

    /// Opened to be read, so that others may read too. A fault of the caller; nothing was written.
    #[error("the ledger at {place} was opened to be read: open it for writing")]
    ReadOnly {
        /// The folder.
        place: String,
    },

    /// Stored bytes are not what was written.
    #[error("{file} is damaged at byte {offset} (event {index}): {what}; restore it from a copy")]
    Damaged {
        /// The file.
        file: String,
        /// Where in the file, in bytes.
        offset: u64,
        /// The first event that cannot be trusted.
        index: u64,
        /// What was found.
        what: String,
    },

    /// A segment of a later version of this program.
    #[error("{file} has version {version}, which this program does not know: use a newer one")]
    Version {
        /// The file.
        file: String,
        /// Its version.
        version: u16,
    },

    /// The log is shorter than, or differs from, what the checkpoint last given out or the index says it was.
    #[error(
        "the log holds {head} events, but it was seen with {known}, or with others: it was cut or restored from an \
         older copy; restore the newest copy, or open a new ledger that continues this one"
    )]
    Cut {
        /// Events in the log.
        head: u64,
        /// Events it is known to have had.
        known: u64,
    },

    /// A slot of the guard file does not say any more what was given out, which no crash can cause.
    #[error(
        "segments/{file} is damaged, as no crash leaves it: it notes up to where the log was given out, so nobody can \
         tell whether the end of the log is still there. Nothing was changed. Put the file back from a copy that is \
         not older than the log; without one, compare the log with a checkpoint that was published or cosigned, and \
         remove the file: this ledger can then only be read"
    )]
    GuardDamaged {
        /// The file.
        file: String,
    },

    /// What was to be stored does not fit the log. A fault of the caller; nothing was written.
    #[error("what was to be stored at event {index} does not fit the log: {reason}")]
    Rejected {
        /// The event.
        index: u64,
        /// What does not fit.
        reason: Misfit,
    },

    /// The frame would be longer than the format allows. Nothing was written.
    #[error("{bytes} bytes do not fit one commit of at most {limit}: append fewer blocks at once")]
    TooLarge {
        /// Bytes asked for.
        bytes: u64,
        /// Most that one frame may hold.
        limit: u64,
    },

    /// The event is not in the log.
    #[error("event {index} does not exist: the log holds {size}")]
    OutOfRange {
        /// The index asked for.
        index: u64,
        /// Events in the log.
        size: u64,
    },

    /// The index cannot be read or written. It can be rebuilt from the log.
    #[error("the index at {place} is damaged ({what}): it will be rebuilt when the ledger is opened again")]
    Index {
        /// Its folder.
        place: String,
        /// What went wrong.
        what: String,
    },

    /// The body cannot be erased.
    #[error("the body of event {index} cannot be erased: {what}")]
    NotErasable {
        /// The event.
        index: u64,
        /// Why not.
        what: &'static str,
    },
}

impl StoreError {
    /// For `map_err`: the failed operation and its file.
    pub(crate) fn io(action: &'static str, file: &str) -> impl FnOnce(io::Error) -> StoreError {
        move |source| StoreError::Io { action, file: file.to_owned(), source }
    }
}
