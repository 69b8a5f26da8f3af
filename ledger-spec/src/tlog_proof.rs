//! Proofs that travel: inclusion proof and signed checkpoint in one file, `.tlog-proof` (C2SP tlog-proof v1).
//!
//! ```text
//! c2sp.org/tlog-proof@v1 0x0A
//! [extra SP <base64> 0x0A]     for the reader's convenience, proved by nothing
//! index SP <index> 0x0A        decimal
//! [<base64 of hash> 0x0A]*     inclusion proof, leaf sibling first, child of the root last
//! 0x0A
//! <checkpoint>                 signed note, with the log's signature and those of witnesses
//! ```
//!
//! Whoever has the entry, and a log key or a policy from elsewhere, needs nothing else to know that it is in the log.

use std::fmt;

use crate::c2sp::{from_base64, from_decimal, hash_from_base64, to_base64};
use crate::hash::Hash;
use crate::merkle::{ProofError, verify_inclusion};
use crate::note::{Note, NoteError};
use crate::policy::{Accepted, Policy, PolicyError};

/// Most hashes of an inclusion proof: the height of a tree of 2^64 leaves.
pub const PATH_LEN_MAX: usize = 64;

/// The proof that an entry is in a log. Not verified until [`TlogProof::verify`] says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Data beside the proof, not authenticated by it.
    pub extra: Option<Vec<u8>>,
    /// The entry's index in the log.
    pub index: u64,
    /// Its inclusion proof.
    pub path: Vec<Hash>,
    /// The checkpoint that the proof leads to.
    pub checkpoint: Note,
}

/// Why a proof is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The first line is another.
    #[error("the file does not begin with the line {HEADER:?}: it is not a tlog-proof, or of a later version")]
    Header,
    /// No index, or not as it is written.
    #[error("line {0} of the proof must read \"index N\", a decimal number without leading zeros")]
    Index(usize),
    /// The extra data is not base64.
    #[error("the extra data on line 2 of the proof is not base64")]
    Extra,
    /// A hash of the path is not base64 of 32 bytes, or the empty line before the checkpoint is missing.
    #[error("line {0} of the proof is not base64 of 32 bytes, nor the empty line before the checkpoint")]
    Hash(usize),
    /// More than [`PATH_LEN_MAX`] hashes.
    #[error("the proof has more than {PATH_LEN_MAX} hashes")]
    PathTooLong,
    /// The checkpoint is not a signed note.
    #[error("the proof's checkpoint: {0}")]
    Note(NoteError),
    /// The checkpoint does not meet the policy.
    #[error("the proof's checkpoint: {0}")]
    Policy(PolicyError),
    /// The entry is not where the proof says.
    #[error("the entry is not proved to be number {index} of the log: {error}")]
    Inclusion {
        /// The index claimed.
        index: u64,
        /// Why.
        error: ProofError,
    },
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";

impl TlogProof {
    /// Parses a proof file. Nothing is verified.
    pub fn parse(file: &[u8]) -> Result<TlogProof, TlogProofError> {
        let mut lines = Lines { rest: file, number: 0 };
        if lines.next() != Some(HEADER) {
            return Err(TlogProofError::Header);
        }
        let mut line = lines.next().unwrap_or_default();
        let extra = line.strip_prefix("extra ").map(|extra| from_base64(extra).ok_or(TlogProofError::Extra));
        let extra = extra.transpose()?;
        if extra.is_some() {
            line = lines.next().unwrap_or_default();
        }
        let index = line.strip_prefix("index ").and_then(from_decimal);
        let index = index.ok_or(TlogProofError::Index(lines.number))?;
        let mut path = Vec::new();
        loop {
            match lines.next() {
                Some("") => break,
                _ if path.len() == PATH_LEN_MAX => return Err(TlogProofError::PathTooLong),
                line => path.push(line.and_then(hash_from_base64).ok_or(TlogProofError::Hash(lines.number))?),
            }
        }
        Ok(TlogProof { extra, index, path, checkpoint: Note::parse(lines.rest).map_err(TlogProofError::Note)? })
    }

    /// Checks that the entry with this leaf hash is in a log that the policy trusts, at the size it asks for.
    pub fn verify<'p>(&self, leaf: &Hash, policy: &'p Policy) -> Result<Accepted<'p>, TlogProofError> {
        let accepted = policy.open(&self.checkpoint).map_err(TlogProofError::Policy)?;
        let (size, root) = (accepted.checkpoint.size, &accepted.checkpoint.root);
        let included = verify_inclusion(leaf, self.index, size, &self.path, root);
        included.map_err(|error| TlogProofError::Inclusion { index: self.index, error })?;
        Ok(accepted)
    }
}

/// The bytes of the file.
impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", to_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{}", to_base64(&hash.0)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Lines, each ending in 0x0A, from the front of a file; what does not end or is not UTF-8 is no line.
struct Lines<'f> {
    rest: &'f [u8],
    /// Lines taken so far.
    number: usize,
}

impl<'f> Lines<'f> {
    fn next(&mut self) -> Option<&'f str> {
        self.number += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(&self.rest[..end]).ok()?;
        self.rest = &self.rest[end + 1..];
        Some(line)
    }
}
