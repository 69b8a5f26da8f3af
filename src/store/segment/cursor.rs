//! A place in the log that moves forward through frames and segments, starting at a mark.

use std::ops::Range;
use std::sync::Arc;

use ledger_spec::Hash;

use super::SegmentStore;
use super::file::{SEGMENT_HEADER_LEN, Segment};
use super::frame::{Fault, HEADER_LEN, Header};
use super::mark::{MARK_EVERY, Mark};
use crate::store::{Head, Misfit, StoreError, Walk};

/// Least bytes read at once, so that a header and a small frame take one read.
const WINDOW: u64 = 16 << 10;
/// Most bytes of `u16 length | record`.
const ENTRY_LEN_MAX: usize = 2 + u16::MAX as usize;

/// The place.
pub struct Cursor {
    /// The record it stands before.
    pub index: u64,
    head: Head,
    segments: Arc<Vec<Arc<Segment>>>,
    /// The mark at or after the end of what is wanted: nothing beyond it need be read.
    stop: Option<Mark>,
    mark: Mark,
    header: Option<Header>,
    window: Vec<u8>,
    window_at: (u32, u64),
}

/// The sections of one frame from the cursor on, up to the end of the frame or the stop.
pub struct Part {
    /// Of the records section.
    pub records: Vec<u8>,
    /// Of the bodies section, if asked for.
    pub bodies: Vec<u8>,
    with_bodies: bool,
}

impl Part {
    /// A walk over what was loaded.
    pub fn walk(&self) -> Walk<'_> {
        match self.with_bodies {
            true => Walk::both(&self.records, &self.bodies),
            false => Walk::records(&self.records),
        }
    }
}

impl SegmentStore {
    /// A cursor at the last mark not after the start of the range; `None` if the range is empty.
    pub(super) fn cursor(&self, range: &Range<u64>) -> Result<Option<Cursor>, StoreError> {
        let shared = self.shared();
        let head = shared.head;
        if range.end > head.size || range.start > range.end {
            return Err(StoreError::OutOfRange { index: range.end.max(range.start), size: head.size });
        }
        let group = |index: u64| usize::try_from(index).ok();
        let start = range.start / MARK_EVERY;
        let Some(mark) = group(start).and_then(|start| shared.marks.get(start)).filter(|_| !range.is_empty()) else {
            return Ok(None);
        };
        Ok(Some(Cursor {
            index: start * MARK_EVERY,
            head,
            segments: Arc::clone(&shared.segments),
            stop: group(range.end.div_ceil(MARK_EVERY)).and_then(|stop| shared.marks.get(stop).copied()),
            mark: *mark,
            header: None,
            window: Vec::new(),
            window_at: (0, 0),
        }))
    }
}

impl Cursor {
    /// Reads on in the frame.
    pub fn load(&mut self, with_bodies: bool) -> Result<Part, StoreError> {
        let header = self.header()?;
        let stop = self.stop.filter(|stop| (stop.segment, stop.frame) == (self.mark.segment, self.mark.frame));
        let (records_to, bodies_to) =
            stop.map_or((header.records_len, header.bodies_len), |stop| (stop.record, stop.body));
        let at = self.offset(self.mark.record);
        let records = self.read(at, records_to.saturating_sub(self.mark.record) as usize)?.to_vec();
        let bodies = match with_bodies {
            false => Vec::new(),
            true => {
                let at = u64::from(self.mark.frame) + header.bodies_at() + u64::from(self.mark.body);
                self.read(at, bodies_to.saturating_sub(self.mark.body) as usize)?.to_vec()
            }
        };
        Ok(Part { records, bodies, with_bodies })
    }

    /// Moves to a later record, that many bytes further in each section, and on to the next frame at the end of this.
    pub fn advance(&mut self, index: u64, records: usize, bodies: usize) -> Result<(), StoreError> {
        if index == self.index {
            return Err(self.damaged(self.index, 0, Misfit::Summary));
        }
        self.index = index;
        // Both are within a section that was read, whose length is a u32.
        self.mark.record += records as u32;
        self.mark.body += bodies as u32;
        let header = self.header()?;
        if self.mark.record < header.records_len || index == self.head.size {
            return Ok(());
        }
        let next = u64::from(self.mark.frame) + header.frame_len();
        let full = next >= self.segment()?.end();
        let (segment, frame) = match full {
            true => (self.mark.segment + 1, SEGMENT_HEADER_LEN),
            false => (self.mark.segment, next),
        };
        self.mark = Mark { segment, frame: u32::try_from(frame).unwrap_or(u32::MAX), record: 0, body: 0 };
        self.header = None;
        Ok(())
    }

    /// The leaf hash of the record before the cursor: the `prev` of the one it stands before.
    pub fn prev(&mut self) -> Result<Hash, StoreError> {
        if self.index == self.head.size {
            return Ok(self.head.leaf);
        }
        let rest = self.header()?.records_len.saturating_sub(self.mark.record) as usize;
        let at = self.offset(self.mark.record);
        let entry = self.read(at, rest.min(ENTRY_LEN_MAX))?;
        let found = Walk::records(entry).step().map(|step| step.map(|step| (step.record.index, step.record.prev)));
        match found {
            Ok(Some((index, prev))) if index == self.index => Ok(prev),
            Ok(Some((index, _))) => Err(self.damaged(self.index, 0, Misfit::Index(index))),
            Ok(None) => Err(self.damaged(self.index, 0, Misfit::CutRecord)),
            Err(misfit) => Err(self.damaged(self.index, 0, misfit)),
        }
    }

    /// The file and offset of the body that many bytes after the cursor's.
    pub fn body_at(&self, bodies: usize) -> Option<(Arc<Segment>, u64)> {
        let offset = self.header?.bodies_at() + u64::from(self.mark.frame) + u64::from(self.mark.body);
        Some((Arc::clone(self.segments.get(self.mark.segment as usize)?), offset + bodies as u64))
    }

    /// An error about the event of that index, whose record is that many bytes after the cursor's.
    pub fn damaged(&self, index: u64, records: usize, what: impl ToString) -> StoreError {
        let offset = self.offset(self.mark.record) + records as u64;
        self.segment().map_or_else(|missing| missing, |segment| segment.damaged(offset, index, what))
    }

    /// An error about the body of the event of that index, that many bytes after the cursor's.
    pub fn damaged_body(&self, index: u64, bodies: usize) -> StoreError {
        match self.body_at(bodies) {
            Some((segment, offset)) => segment.damaged(offset, index, Misfit::Body),
            None => self.damaged(index, 0, Misfit::Body),
        }
    }

    /// The header of the frame the cursor is in.
    fn header(&mut self) -> Result<Header, StoreError> {
        if let Some(header) = self.header {
            return Ok(header);
        }
        let tag = self.segment()?.tag;
        let found = Header::parse(self.read(u64::from(self.mark.frame), HEADER_LEN)?, &tag);
        let fits = |header: &Header| (header.first_index..header.end_index()).contains(&self.index);
        let header = found.filter(fits).ok_or_else(|| self.damaged(self.index, 0, Fault::Header))?;
        self.header = Some(header);
        Ok(header)
    }

    fn segment(&self) -> Result<Arc<Segment>, StoreError> {
        let index = self.index;
        let missing = || StoreError::Damaged {
            file: format!("segment {}", self.mark.segment),
            offset: 0,
            index,
            what: "the file is missing".to_owned(),
        };
        self.segments.get(self.mark.segment as usize).map(Arc::clone).ok_or_else(missing)
    }

    /// Offset in the file of a byte of the frame's records.
    fn offset(&self, record: u32) -> u64 {
        u64::from(self.mark.frame) + HEADER_LEN as u64 + u64::from(record)
    }

    /// Bytes of the segment, read in windows.
    fn read(&mut self, offset: u64, length: usize) -> Result<&[u8], StoreError> {
        let segment = self.segment()?;
        let (number, start) = self.window_at;
        let end = offset + length as u64;
        let within = number == self.mark.segment && start <= offset && end <= start + self.window.len() as u64;
        if !within {
            if end > segment.end() {
                return Err(segment.damaged(offset, self.index, "the frames end before the record"));
            }
            let until = end.max(segment.end().min(offset + WINDOW));
            self.window.resize((until - offset) as usize, 0);
            self.window_at = (self.mark.segment, offset);
            segment.read(&mut self.window, offset)?;
        }
        let from = (offset - self.window_at.1) as usize;
        Ok(&self.window[from..from + length])
    }
}
