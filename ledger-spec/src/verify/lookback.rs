//! Looking back: the leaf hash at a basis that is long past.
//!
//! A basis may lie anywhere before its submission. The verifier keeps the heads of the last submissions and, of
//! everything, one hash for each block of 256 records. For a basis further back it asks its caller to read a block
//! again, and holds what it gets against that hash, so that a source cannot show one thing first and another later.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::hash::{Hash, leaf_hashes};
use crate::key::PublicKey;
use crate::record::{is_sealed, split_entry};
use crate::submission::Basis;
use crate::tile::TILE_WIDTH;
use crate::verify::flaws::basis_is_not;
use crate::verify::report::Finding;

/// Questions that may wait for an answer before the caller must look back: about 8 MB of them.
const PENDING_MAX: usize = 1 << 16;

/// Whether a submission ended at this basis, with this leaf hash; and who says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    pub basis: Basis,
    /// Index of the first event of the submission that says so.
    pub asker: u64,
    pub author: PublicKey,
}

/// The questions that wait, by the block they are about.
#[derive(Debug, Default)]
pub(super) struct Lookback {
    pending: BTreeMap<u64, Vec<Question>>,
    count: usize,
}

impl Lookback {
    /// A question about a basis above zero.
    pub fn ask(&mut self, question: Question) {
        self.pending.entry((question.basis.size - 1) / TILE_WIDTH).or_default().push(question);
        self.count += 1;
    }

    pub fn is_due(&self) -> bool {
        self.count >= PENDING_MAX
    }

    /// The blocks that questions are about, in order.
    pub fn blocks(&self) -> impl Iterator<Item = u64> {
        self.pending.keys().copied()
    }

    /// The questions about the first block, which no longer wait.
    pub fn take_first(&mut self) -> Option<(u64, Vec<Question>)> {
        let (block, questions) = self.pending.pop_first()?;
        self.count -= questions.len();
        Some((block, questions))
    }
}

/// The records of a block.
pub(super) fn records_of(block: u64, size: u64) -> Range<u64> {
    block * TILE_WIDTH..size.min((block + 1) * TILE_WIDTH)
}

/// A block of records read again.
#[derive(Debug)]
pub(super) struct Block<'a> {
    begin: u64,
    entries: Vec<&'a [u8]>,
    pub leaves: Vec<Hash>,
}

impl<'a> Block<'a> {
    /// Splits and hashes the entries; what is cut short is left out, and then the hash of the block is another.
    pub fn read(begin: u64, bytes: &'a [u8]) -> Block<'a> {
        let mut rest = bytes;
        let entries: Vec<&[u8]> = std::iter::from_fn(|| split_entry(&mut rest)).collect();
        let mut leaves = Vec::with_capacity(entries.len());
        leaf_hashes(entries.iter().copied(), |leaf| leaves.push(leaf));
        Block { begin, entries, leaves }
    }

    /// Answers a question about a record of this block.
    pub fn answer(&self, question: &Question) -> Result<(), Box<Finding>> {
        let Basis { size, head } = question.basis;
        let offset = (size - 1).checked_sub(self.begin).and_then(|offset| usize::try_from(offset).ok());
        let found = offset.and_then(|offset| Some((self.entries.get(offset)?, *self.leaves.get(offset)?)));
        match found {
            Some((entry, leaf)) if leaf == head && is_sealed(entry) => Ok(()),
            found => {
                let finding = basis_is_not(question.basis, found.map(|(_, leaf)| leaf));
                Err(finding.at(question.asker).by(question.author))
            }
        }
    }
}
