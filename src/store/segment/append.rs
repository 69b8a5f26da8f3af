//! Appending: one frame, one write, one sync, and only then the new head.

use std::io::{BufWriter, Write};
use std::sync::{Arc, PoisonError};

use super::file::{SEGMENT_HEADER_LEN, Segment};
use super::frame::{self, FRAME_LEN_MAX, OVERHEAD};
use super::mark::{Mark, walk};
use super::{Options, SegmentStore};
use crate::store::{Block, Head, Misfit, Outcome, StoreError};

/// Parts of a frame smaller than this are gathered before they are written.
const GATHERED_MAX: usize = 64 << 10;

/// What only the appender needs.
#[derive(Debug)]
pub struct Writer {
    options: Options,
    /// Length of the last segment's file; from its last frame to there it is zeros.
    allocated: u64,
}

impl Writer {
    /// For a last segment whose file is that long.
    pub fn new(options: Options, allocated: u64) -> Writer {
        Writer { options, allocated }
    }

    /// Length to extend a file to when a frame ending at `end` does not fit.
    fn length_for(&self, end: u64, frame_len: u64) -> u64 {
        let Options { segment_len_max, grow_min, grow_max } = self.options;
        if frame_len >= grow_min {
            return end;
        }
        let ahead = end + end.clamp(grow_min, grow_max);
        ahead.min(segment_len_max).max(end)
    }
}

/// The blocks, checked.
struct Checked {
    head: Head,
    marks: Vec<Mark>,
    frame_len: u64,
}

impl SegmentStore {
    /// See [`EventStore::append`](crate::store::EventStore::append).
    pub(super) fn append_blocks(&self, expected: &Head, blocks: &[Block]) -> Result<Outcome, StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (head, segments) = {
            let shared = self.shared();
            (shared.head, Arc::clone(&shared.segments))
        };
        if head != *expected {
            return Ok(Outcome::Conflict(head));
        }
        let mut checked = check(head, blocks)?;
        let segment = self.guarded(|| self.segment_for(&mut writer, &segments, checked.frame_len))?;

        let start = segment.end();
        let number = self.shared().segments.len() - 1;
        for mark in &mut checked.marks {
            // Segments are shorter than 4 GiB, and at 1 GiB each there are fewer than 2^32.
            (mark.segment, mark.frame) = (number as u32, start as u32);
        }
        let written = self.guarded(|| {
            // What is large goes to the file from where it is; what is small is gathered into one write.
            let mut out = BufWriter::with_capacity(GATHERED_MAX, segment.writer(start));
            let written =
                frame::write(&segment.tag, head.epoch, head.leaf, blocks, &mut out).and_then(|()| out.flush());
            // Nothing more is written after an error, as dropping it would.
            drop(out.into_parts());
            written.map_err(StoreError::io("write", &segment.name))?;
            segment.sync()
        });
        if written.is_err() {
            return Ok(Outcome::Unknown);
        }
        writer.allocated = writer.allocated.max(start + checked.frame_len);
        segment.set_end(start + checked.frame_len);
        let mut shared = self.shared_mut();
        shared.last_frame = head.size;
        shared.head = checked.head;
        shared.marks.append(&mut checked.marks);
        Ok(Outcome::Committed(checked.head))
    }

    /// The segment that takes the next frame, with room for it. Zeros ahead of the frame need no sync of their own:
    /// the frame's makes them durable too.
    fn segment_for(
        &self,
        writer: &mut Writer,
        segments: &[Arc<Segment>],
        frame_len: u64,
    ) -> Result<Arc<Segment>, StoreError> {
        let segment = match segments.last() {
            Some(last) if last.end() + frame_len <= writer.options.segment_len_max => Arc::clone(last),
            Some(last) if last.end() == SEGMENT_HEADER_LEN => Arc::clone(last),
            last => self.roll(writer, last, frame_len)?,
        };
        let end = segment.end() + frame_len;
        if end > writer.allocated {
            let length = writer.length_for(end, frame_len);
            segment.zero(end, length)?;
            writer.allocated = length;
        }
        Ok(segment)
    }

    /// Cuts the full segment to its frames and starts the next.
    fn roll(
        &self,
        writer: &mut Writer,
        full: Option<&Arc<Segment>>,
        frame_len: u64,
    ) -> Result<Arc<Segment>, StoreError> {
        if let Some(full) = full {
            full.set_len(full.end())?;
            full.sync()?;
        }
        let length = writer.length_for(SEGMENT_HEADER_LEN + frame_len, frame_len);
        let segment = Arc::new(Segment::create(&*self.disk, self.shared().head.size, length)?);
        writer.allocated = length;
        let mut shared = self.shared_mut();
        let mut segments = Vec::clone(&shared.segments);
        segments.push(Arc::clone(&segment));
        shared.segments = Arc::new(segments);
        Ok(segment)
    }
}

/// Checks that the blocks continue the log from `head` and finds their marks, but for the place of the frame.
fn check(head: Head, blocks: &[Block]) -> Result<Checked, StoreError> {
    let lengths = blocks.iter().map(|block| (block.records.len(), block.bodies.len()));
    let (records_len, bodies_len) = lengths.fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    let frame_len = (OVERHEAD + records_len + bodies_len) as u64;
    if frame_len > FRAME_LEN_MAX as u64 {
        return Err(StoreError::TooLarge { bytes: frame_len, limit: FRAME_LEN_MAX as u64 });
    }
    if blocks.is_empty() {
        return Err(StoreError::Rejected { index: head.size, reason: Misfit::Empty });
    }
    let mut checked = Checked { head, marks: Vec::new(), frame_len };
    let mut base = Mark::default();
    for block in blocks {
        checked.head = check_block(checked.head, block, base, &mut checked.marks)
            .map_err(|reason| StoreError::Rejected { index: block.first_index, reason })?;
        base.record += block.records.len() as u32;
        base.body += block.bodies.len() as u32;
    }
    Ok(checked)
}

/// The head after the block, if the block continues the log from `head`.
fn check_block(head: Head, block: &Block, base: Mark, marks: &mut Vec<Mark>) -> Result<Head, Misfit> {
    let walked = walk(&block.records, &block.bodies, head.size, base, marks)?;
    let claims = (block.first_index, block.count, block.leaf);
    if claims != (head.size, walked.count, walked.leaf) {
        return Err(Misfit::Summary);
    }
    if walked.prev != head.leaf {
        return Err(Misfit::Chain);
    }
    if walked.seals != 1 || !walked.ends_sealed {
        return Err(Misfit::Submission);
    }
    Ok(Head { size: head.size + u64::from(block.count), leaf: walked.leaf, ..head })
}
