//! Marks: where every 256th record is, the first of each entry bundle.
//!
//! From a mark any record is at most 255 steps away, so a read needs no other index, and 16 bytes for 256 records
//! stay in memory even for very large logs.

use ledger_spec::Hash;

use crate::store::{Misfit, Step, Walk};

/// Records from mark to mark: those of one entry bundle and of one level-0 tile (C2SP tlog-tiles).
pub const MARK_EVERY: u64 = 256;

/// Where a record and its body are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Number of the segment in order, from 0.
    pub segment: u32,
    /// Offset of the frame in the file.
    pub frame: u32,
    /// Offset in the frame's records section.
    pub record: u32,
    /// Offset in the frame's bodies section.
    pub body: u32,
}

/// What an earlier process knew of the log, so that opening need not read all of it. It is checked before it is
/// believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The marks, from event 0.
    pub marks: Vec<Mark>,
    /// The `prev` of the record at the last mark.
    pub prev: Hash,
}

/// What a walk over the events of a block or frame found.
#[derive(Clone, Copy, Debug)]
pub struct Walked {
    /// How many there are.
    pub count: u32,
    /// `prev` of the first.
    pub prev: Hash,
    /// Leaf hash of the last.
    pub leaf: Hash,
    /// Sealed records.
    pub seals: u32,
    /// Whether the last is one.
    pub ends_sealed: bool,
}

/// Walks the two sections, checks that they fit each other and hold the events from `first_index` on, and adds the
/// marks, with `base` as the place of the first byte of each section.
pub fn walk(
    records: &[u8],
    bodies: &[u8],
    first_index: u64,
    base: Mark,
    marks: &mut Vec<Mark>,
) -> Result<Walked, Misfit> {
    let mut walk = Walk::both(records, bodies);
    let mut walked = Walked { count: 0, prev: Hash::default(), leaf: Hash::default(), seals: 0, ends_sealed: false };
    let mut last = None;
    loop {
        let (record_at, body_at) = walk.at();
        let Some(Step { record, .. }) = walk.step()? else { break };
        let index = first_index.saturating_add(u64::from(walked.count));
        if record.index != index {
            return Err(Misfit::Index(record.index));
        }
        if index.is_multiple_of(MARK_EVERY) {
            // Sections are shorter than a frame, which is shorter than 4 GiB.
            marks.push(Mark { record: base.record + record_at as u32, body: base.body + body_at as u32, ..base });
        }
        if walked.count == 0 {
            walked.prev = record.prev;
        }
        walked.count += 1;
        walked.ends_sealed = record.seal.is_some();
        walked.seals += u32::from(walked.ends_sealed);
        last = Some(record);
    }
    walk.finish()?;
    Ok(Walked { leaf: last.ok_or(Misfit::Empty)?.leaf_hash(), ..walked })
}
