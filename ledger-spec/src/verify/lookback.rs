//! Looking back: what a check needs of records that are long past.
//!
//! A basis may lie anywhere before a submission, and so may the target of a redaction. The verifier keeps the heads of
//! the last submissions and, of everything before them, one hash for each block of 256 records. For what lies further
//! back it asks its caller to read a block again, and holds what it gets against that hash, so that a source cannot
//! show one thing first and another later.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::event::Class;
use crate::hash::{Hash, leaf_hashes};
use crate::key::PublicKey;
use crate::record::{Record, is_sealed, split_entry};
use crate::tile::TILE_WIDTH;
use crate::verify::report::{Finding, Rule};

/// Questions that may wait for an answer before the caller must look back: 16 MB of them.
pub(super) const PENDING_MAX: usize = 1 << 16;

/// A question about one earlier record, and who raised it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question {
    /// Index of the record asked about.
    pub index: u64,
    pub wanted: Wanted,
    /// Index of the event that raised the question.
    pub asker: u64,
    pub author: PublicKey,
}

/// What the earlier record must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted {
    /// The last record of a submission, with this leaf hash.
    Head(Hash),
    /// Of class particulars.
    Particulars,
}

/// The questions that wait, by the block they are about.
#[derive(Debug, Default)]
pub(super) struct Lookback {
    pending: BTreeMap<u64, Vec<Question>>,
    count: usize,
}

impl Lookback {
    pub fn ask(&mut self, question: Question) {
        self.pending.entry(question.index / TILE_WIDTH).or_default().push(question);
        self.count += 1;
    }

    pub fn is_due(&self) -> bool {
        self.count >= PENDING_MAX
    }

    /// The records to read again next, if any question is about them, when the log has `size` records.
    pub fn range(&self, size: u64) -> Option<Range<u64>> {
        let block = self.pending.keys().next()?;
        Some(block * TILE_WIDTH..size.min((block + 1) * TILE_WIDTH))
    }

    /// The questions about a block, which no longer wait.
    pub fn take(&mut self, block: u64) -> Vec<Question> {
        let questions = self.pending.remove(&block).unwrap_or_default();
        self.count -= questions.len();
        questions
    }
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
        let offset = question.index.checked_sub(self.begin).and_then(|offset| usize::try_from(offset).ok());
        let found = offset.and_then(|offset| Some((self.entries.get(offset)?, self.leaves.get(offset)?)));
        let finding = match (question.wanted, found) {
            (Wanted::Head(head), Some((entry, leaf))) if head == *leaf && is_sealed(entry) => return Ok(()),
            (Wanted::Head(head), found) => basis_is_not(question.index + 1, head, found.map(|(_, leaf)| *leaf)),
            (Wanted::Particulars, Some((entry, _))) => match Record::parse(entry).map(|record| record.class) {
                Ok(Class::Particulars) => return Ok(()),
                Ok(class) => not_erasable(question.index, Some(class)),
                Err(_) => not_erasable(question.index, None),
            },
            (Wanted::Particulars, None) => not_erasable(question.index, None),
        };
        Err(finding.at(question.asker).by(question.author))
    }
}

/// The finding that an author had not seen what it signed to have seen.
pub(super) fn basis_is_not(size: u64, signed: Hash, found: Option<Hash>) -> Box<Finding> {
    match found {
        Some(found) if found != signed => {
            let meaning =
                format!("The author signed that it had seen a log of {size} events, but another one than this.");
            Finding::tampered(Rule::Basis, meaning).expected(signed, found)
        }
        _ => {
            let meaning =
                format!("The author signed that it had seen a log of {size} events; the log never had that size.");
            Finding::tampered(Rule::Basis, meaning)
        }
    }
}

fn not_erasable(target: u64, class: Option<Class>) -> Box<Finding> {
    let meaning = format!("It orders event {target} to be erased, which is not of a class that can be.");
    let finding = Finding::malformed(Rule::Redactions, meaning);
    match class {
        Some(class) => finding.expected(Class::Particulars, class),
        None => finding,
    }
}
