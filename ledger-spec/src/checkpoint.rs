//! Checkpoints: the size and root of a log, as a signed note (C2SP tlog-checkpoint v1.0.0).
//!
//! ```text
//! <origin> 0x0A             which log this is; here always the name of its key
//! <size> 0x0A               leaves in the tree, decimal, at least 1: a ledger begins with one record
//! <base64 of root> 0x0A     RFC 6962 root, 44 characters
//! [<extension> 0x0A]*       never written; accepted from others and left in the note, where signatures cover them
//! ```
//!
//! A log must never sign two checkpoints between which no consistency proof exists.

use std::fmt;

use crate::c2sp::{from_decimal, hash_from_base64, to_base64};
use crate::hash::Hash;
use crate::limits;
use crate::note::{KeyType, Note, NoteError, VerifierKey};
use crate::sign::SigningKey;

/// What a log says of itself at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's identity, one non-empty line.
    pub origin: String,
    /// Leaves in the tree, at least 1.
    pub size: u64,
    /// RFC 6962 root of these leaves.
    pub root: Hash,
}

/// Why a checkpoint is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The note is malformed, or not signed as it must be.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Fewer than three lines, or an empty one.
    #[error("a checkpoint has at least three lines (origin, size, root), none of them empty")]
    Lines,
    /// The size is not a decimal without leading zeros, or zero, or not below 2^53. A checkpoint of nothing would agree
    /// with every log.
    #[error("the checkpoint's size {0:?} is not a decimal number without leading zeros from 1 to below 2^53")]
    Size(String),
    /// The root is not base64 of 32 bytes.
    #[error("the checkpoint's root {0:?} is not base64 of 32 bytes")]
    Root(String),
    /// The key signs as a witness, not as a log.
    #[error("{0} is the key of a witness (type 0x04), not of a log (type 0x01)")]
    NotALogKey(String),
    /// Signed by the log key of another log.
    #[error("the checkpoint is of {origin:?}, but signed by the log key of {name:?}")]
    OtherLog {
        /// The checkpoint's origin.
        origin: String,
        /// The name of the key.
        name: String,
    },
}

impl Checkpoint {
    /// Parses the text of a note. Whose words these are, the note's signatures say.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines: Vec<&str> = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?.split('\n').collect();
        let [origin, size, root, ..] = lines[..] else { return Err(CheckpointError::Lines) };
        if lines.contains(&"") {
            return Err(CheckpointError::Lines);
        }
        Ok(Checkpoint {
            origin: origin.into(),
            size: from_decimal(size)
                .filter(|size| (1..limits::COUNTER).contains(size))
                .ok_or_else(|| CheckpointError::Size(size.into()))?,
            root: hash_from_base64(root).ok_or_else(|| CheckpointError::Root(root.into()))?,
        })
    }

    /// Takes the checkpoint from a note, after checking that the log with this key signed it.
    pub fn open(note: &Note, log: &VerifierKey) -> Result<Checkpoint, CheckpointError> {
        if log.key_type() != KeyType::Ed25519 {
            return Err(CheckpointError::NotALogKey(log.name().into()));
        }
        note.verify(&[log])?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::OtherLog { origin: checkpoint.origin, name: log.name().into() });
        }
        Ok(checkpoint)
    }

    /// The checkpoint as a note, signed by its log, whose key has the origin as its name.
    pub fn sign(&self, key: &SigningKey) -> Result<Note, NoteError> {
        let mut note = Note::unsigned(self.to_string())?;
        note.sign(&self.origin, key)?;
        Ok(note)
    }
}

/// The text of the note, three lines.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, to_base64(&self.root.0))
    }
}
