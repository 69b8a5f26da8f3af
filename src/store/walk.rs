//! Walking the two sections of a block or frame in step: `u16 length | record` of each event, and
//! `salt [16] | u16 length | body` of each that is not inline.

use ledger_spec::commitment::ERASED;
use ledger_spec::record::{Opening, Record, RecordError, split_entry, split_opening};
use thiserror::Error;

/// Why bytes are not what the store should hold there.
#[derive(Debug, Error)]
pub enum Misfit {
    /// The records section ends within a record.
    #[error("a record is cut off")]
    CutRecord,
    /// The bodies section ends within a body, or before the body of a record.
    #[error("a body is cut off")]
    CutBody,
    /// The bytes are no record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record belongs elsewhere.
    #[error("the record here says it has index {0}")]
    Index(u64),
    /// The `prev` of a record is not the leaf hash of the one before.
    #[error("the chain breaks here")]
    Chain,
    /// The body is not the one that the record commits to.
    #[error("the body does not match the commitment of its record")]
    Body,
    /// Bodies are left over.
    #[error("there are bodies without a record")]
    LooseBodies,
    /// A block or frame has at least one record.
    #[error("there are no records")]
    Empty,
    /// Count, first index or leaf hash are not those of the records.
    #[error("what is said about the records is not so")]
    Summary,
    /// A block is one submission: its last record is sealed, and no other.
    #[error("these records are not one submission")]
    Submission,
    /// Epochs never fall.
    #[error("it was written by an earlier writer than what is before it")]
    Epoch,
    /// A checkpoint longer than the guard's slots.
    #[error("the checkpoint is longer than 16,000 bytes")]
    LongCheckpoint,
    /// A checkpoint older than the last one given out.
    #[error("a checkpoint over more events was given out before")]
    OldCheckpoint,
}

/// A walk over both sections, or over the records alone.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    records: &'a [u8],
    bodies: Option<&'a [u8]>,
    records_len: usize,
    bodies_len: usize,
}

/// One event of a walk.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The record.
    pub record: Record<'a>,
    /// Salt and body as stored beside it; `None` if inline, or not walked.
    pub opening: Option<Opening<'a>>,
}

impl<'a> Step<'a> {
    /// The body, in the record or beside it; none if it is erased, or was not walked.
    pub fn body(&self) -> Option<&'a [u8]> {
        self.opening.or(self.record.inline).filter(|opening| opening.salt != ERASED).map(|opening| opening.body)
    }
}

impl<'a> Walk<'a> {
    /// Over both sections.
    pub fn both(records: &'a [u8], bodies: &'a [u8]) -> Walk<'a> {
        Walk { records, bodies: Some(bodies), records_len: records.len(), bodies_len: bodies.len() }
    }

    /// Over the records section, whatever the bodies are.
    pub fn records(records: &'a [u8]) -> Walk<'a> {
        Walk { records, bodies: None, records_len: records.len(), bodies_len: 0 }
    }

    /// Bytes of the records section, and of the bodies section, before the next event.
    pub fn at(&self) -> (usize, usize) {
        (self.records_len - self.records.len(), self.bodies_len - self.bodies.map_or(0, <[u8]>::len))
    }

    /// The next event; `None` after the last record.
    pub fn step(&mut self) -> Result<Option<Step<'a>>, Misfit> {
        if self.records.is_empty() {
            return Ok(None);
        }
        let entry = split_entry(&mut self.records).ok_or(Misfit::CutRecord)?;
        let record = Record::parse(entry)?;
        let opening = match &mut self.bodies {
            Some(bodies) if record.inline.is_none() => Some(split_opening(bodies).ok_or(Misfit::CutBody)?),
            _ => None,
        };
        Ok(Some(Step { record, opening }))
    }

    /// The end of the walk: no body may be left over.
    pub fn finish(self) -> Result<(), Misfit> {
        match self.bodies {
            Some(rest) if !rest.is_empty() => Err(Misfit::LooseBodies),
            _ => Ok(()),
        }
    }
}
