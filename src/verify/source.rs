//! Where records come from.

use std::ops::Range;

use ledger_spec::Hash;
use ledger_spec::verify::{BodiesDigest, ChunkDigest, Digester};

use super::{Scope, VerifyError};
use crate::store;

/// Some whole submissions of a log, in memory.
pub enum Piece {
    /// Entry-bundle bytes from this index on.
    Entries {
        /// Index of the first record.
        first: u64,
        /// `u16 length | record` each.
        bytes: Vec<u8>,
    },
    /// Frames of a store.
    Frames {
        /// The frames.
        chunk: store::Chunk,
        /// Whether their bodies are looked at.
        scope: Scope,
    },
}

/// What was found of a piece.
pub struct Digested {
    pub records: Vec<ChunkDigest>,
    pub bodies: Vec<BodiesDigest>,
}

impl Piece {
    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Piece::Entries { bytes, .. } => bytes.len(),
            Piece::Frames { chunk, .. } => chunk.frames().map(|frame| frame.records.len() + frame.bodies.len()).sum(),
        }
    }

    /// The digester of the ledger whose log begins with this piece.
    pub fn digester(&self) -> Digester {
        match self {
            Piece::Entries { bytes, .. } => Digester::of_log(bytes),
            Piece::Frames { chunk, .. } => Digester::of_log(chunk.frames().next().map_or(&[], |frame| frame.records)),
        }
    }

    /// Checks it as far as it can be checked on its own.
    pub fn digest(&self, digester: &Digester) -> Digested {
        match self {
            Piece::Entries { first, bytes } => {
                Digested { records: vec![digester.digest(*first, bytes)], bodies: Vec::new() }
            }
            Piece::Frames { chunk, scope } => {
                let with_bodies = chunk.frames().filter(|_| *scope == Scope::Everything);
                Digested {
                    records: chunk.frames().map(|frame| digester.digest(frame.first_index, frame.records)).collect(),
                    bodies: with_bodies.map(|frame| BodiesDigest::of(frame.records, frame.bodies)).collect(),
                }
            }
        }
    }
}

/// A log to be read from its first record to its last.
pub trait Source {
    /// The next piece, `None` at the end.
    fn next(&mut self) -> Result<Option<Piece>, VerifyError>;

    /// Reads again: gives the entries of each of these ranges, which are in order.
    fn again(&mut self, ranges: &[Range<u64>], give: impl FnMut(&[u8])) -> Result<(), VerifyError>;

    /// Is told the hashes that tiles are made of, as they are computed.
    fn node(&mut self, _level: u8, _index: u64, _hash: &Hash) {}
}
