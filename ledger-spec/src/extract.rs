//! Extracts: a file that carries a part of a ledger (SPEC.md section 17).
//!
//! ```text
//! extract:    "cantus/extract/v1" NUL | length u32 | checkpoint [length] | submission, any number, to the end
//! submission: items_root [32] | kept u16 | kept times: entry
//! entry:      length u16 | record [length] | n u8 | inclusion path [32 n] | m u8 | item path [32 m]
//!             | opened u8 = 0, or opened u8 = 1 | salt [16] | length u16 | body [length]
//! ```
//!
//! Submissions and records stand in the order of the log. Of each submission at least the last record is there, the
//! sealed one; the first submission is the one that opens the ledger, and every governance event is to be there, so
//! that authority can be judged. The *inclusion path* is that of the record in the checkpoint's tree. The *item path* is
//! that of its item in `items_root`, and so proves that the record's author signed it although the other events of the
//! submission are not at hand. Salt and body may stand for each record that is not inline.

use thiserror::Error;

use crate::commitment::Salt;
use crate::hash::Hash;
use crate::item::{item_proof, items_root};
use crate::limits;
use crate::merkle::{self, Nodes, ProveError};
use crate::record::{Opening, Record, RecordError, split_entry, split_opening, write_opening};

/// What an extract begins with.
pub const DOMAIN: &[u8] = b"cantus/extract/v1\0";

/// A part of a ledger. Not verified until [`crate::verify::verify_extract`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extract {
    /// The checkpoint that every record is proven under, a signed note.
    pub checkpoint: Vec<u8>,
    /// The submissions, in the order of the log.
    pub submissions: Vec<Part>,
}

/// A submission, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// RFC 6962 root over all items of the submission.
    pub items_root: Hash,
    /// The records kept, in order; the last one is sealed.
    pub entries: Vec<Entry>,
}

/// A record with its proofs, and its body if it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The record.
    pub record: Vec<u8>,
    /// Its place in the log: inclusion proof in the checkpoint's tree.
    pub path: Vec<Hash>,
    /// Its place in the submission: inclusion proof of its item in `items_root`.
    pub item_path: Vec<Hash>,
    /// Salt and body of a record that is not inline.
    pub opening: Option<(Salt, Vec<u8>)>,
}

/// Why bytes are no extract, or none can be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExtractError {
    /// It does not begin with its domain.
    #[error("this is not an extract: it does not begin with \"cantus/extract/v1\"")]
    Domain,
    /// Cut short, or a field that says something impossible.
    #[error("the extract is cut short, or its fields are not true, {0} bytes before its end")]
    Shape(usize),
    /// A record is not one.
    #[error("a record of the extract: {0}")]
    Record(#[from] RecordError),
    /// What should be a whole submission is not.
    #[error("the records from event {0} on are not one whole submission")]
    NotWhole(u64),
}

impl Extract {
    /// Reads an extract. Nothing is verified.
    pub fn parse(bytes: &[u8]) -> Result<Extract, ExtractError> {
        let mut rest = bytes.strip_prefix(DOMAIN).ok_or(ExtractError::Domain)?;
        let shape = |rest: &[u8]| ExtractError::Shape(rest.len());
        let checkpoint = split_checkpoint(&mut rest).ok_or_else(|| shape(rest))?.to_vec();
        let mut submissions = Vec::new();
        while !rest.is_empty() {
            submissions.push(Part::split(&mut rest).ok_or_else(|| shape(rest))?);
        }
        Ok(Extract { checkpoint, submissions })
    }

    /// The extract's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u32::try_from(self.checkpoint.len()).expect("a note is at most 1 MiB (C2SP signed-note)");
        let mut out = [DOMAIN, &length.to_be_bytes(), &self.checkpoint].concat();
        for part in &self.submissions {
            part.write(&mut out);
        }
        out
    }

    /// Gives each record its place in the tree of `size` records.
    pub fn prove<N: Nodes>(&mut self, nodes: &N, size: u64) -> Result<(), ProveError<N::Error>> {
        for entry in self.submissions.iter_mut().flat_map(|part| &mut part.entries) {
            let index = Record::parse(&entry.record).map_or(u64::MAX, |record| record.index);
            entry.path = merkle::inclusion_proof(nodes, index, size)?;
        }
        Ok(())
    }
}

impl Part {
    /// Keeps some records of a whole submission, given as entry-bundle bytes, and always the sealed one. The places
    /// in the log and the bodies are still to be filled in.
    pub fn of_submission(entries: &[u8], keep: impl Fn(&Record<'_>) -> bool) -> Result<Part, ExtractError> {
        let mut rest = entries;
        let mut records = Vec::new();
        while let Some(entry) = split_entry(&mut rest) {
            records.push(Record::parse(entry)?);
        }
        let last = records.len().saturating_sub(1);
        let is_whole = records.iter().enumerate().all(|(place, record)| record.seal.is_some() == (place == last));
        if records.is_empty() || !rest.is_empty() || !is_whole {
            return Err(ExtractError::NotWhole(records.first().map_or(0, |record| record.index)));
        }
        let items: Vec<_> = records.iter().map(|record| (record.class, record.commitment)).collect();
        let kept = records.iter().enumerate().filter(|(place, record)| *place == last || keep(record));
        let entry = |(place, record): (usize, &Record<'_>)| Entry {
            record: record.bytes().to_vec(),
            path: Vec::new(),
            item_path: item_proof(&items, place as u64).unwrap_or_default(),
            opening: None,
        };
        Ok(Part { items_root: items_root(&items), entries: kept.map(entry).collect() })
    }

    fn write(&self, out: &mut Vec<u8>) {
        let kept = u16::try_from(self.entries.len()).expect("a submission holds at most 4096 records");
        out.extend_from_slice(&self.items_root.0);
        out.extend_from_slice(&kept.to_be_bytes());
        for entry in &self.entries {
            entry.write(out);
        }
    }

    fn split(rest: &mut &[u8]) -> Option<Part> {
        let (items_root, after) = rest.split_first_chunk()?;
        let (kept, after) = after.split_first_chunk()?;
        *rest = after;
        let kept = u16::from_be_bytes(*kept);
        if kept == 0 || u32::from(kept) > limits::SUBMISSION_EVENTS {
            return None;
        }
        let entries = (0..kept).map(|_| Entry::split(rest)).collect::<Option<_>>()?;
        Some(Part { items_root: Hash(*items_root), entries })
    }
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        let length = u16::try_from(self.record.len()).expect("a record is at most 65,535 bytes (SPEC.md section 3)");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&self.record);
        for path in [&self.path, &self.item_path] {
            out.push(u8::try_from(path.len()).expect("a path has at most 64 hashes, the height of the tree"));
            path.iter().for_each(|hash| out.extend_from_slice(&hash.0));
        }
        out.push(u8::from(self.opening.is_some()));
        if let Some((salt, body)) = &self.opening {
            write_opening(&Opening { salt: *salt, body }, out);
        }
    }

    fn split(rest: &mut &[u8]) -> Option<Entry> {
        let record = split_entry(rest)?.to_vec();
        let path = split_path(rest)?;
        let item_path = split_path(rest)?;
        let (opened, after) = rest.split_first()?;
        *rest = after;
        let opening = match opened {
            0 => None,
            1 => split_opening(rest).map(|opening| Some((opening.salt, opening.body.to_vec())))?,
            _ => return None,
        };
        Some(Entry { record, path, item_path, opening })
    }
}

fn split_checkpoint<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let (checkpoint, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(checkpoint)
}

fn split_path(rest: &mut &[u8]) -> Option<Vec<Hash>> {
    let (length, after) = rest.split_first()?;
    let (path, after) = after.split_at_checked(usize::from(*length) * Hash::LEN)?;
    *rest = after;
    Some(path.as_chunks().0.iter().copied().map(Hash).collect())
}
