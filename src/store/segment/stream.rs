//! The frames of a segment in order, read in large pieces: for scans and for recovery.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::SegmentStore;
use super::erase::withhold;
use super::file::{SEGMENT_HEADER_LEN, Segment};
use super::frame::{Fault, Frame, HEADER_LEN};
use super::mark::MARK_EVERY;
use crate::store::scan::{Buffer, Place};
use crate::store::{Misfit, Scan, StoreError, Walk};

/// Bytes read at once; a longer frame is read whole.
const PIECE: u64 = 4 << 20;

/// A place between two frames of a segment.
pub struct Stream {
    pub segment: Arc<Segment>,
    /// Where the next frame starts.
    pub offset: u64,
    end: u64,
    /// Index of the next frame's first record.
    pub next_index: u64,
}

/// What one read gave.
pub struct Piece {
    /// The offset of the first frame in the file.
    pub offset: u64,
    /// Bytes of whole frames at the start of the buffer; zero at the end of the stream.
    pub length: usize,
    /// Why the bytes after them are not another one.
    pub fault: Option<Fault>,
}

impl Stream {
    /// From a frame that starts with the record of that index, up to `end`.
    pub fn new(segment: Arc<Segment>, offset: u64, end: u64, next_index: u64) -> Stream {
        Stream { segment, offset, end, next_index }
    }

    /// Reads the next frames into the buffer, which grows as needed and is never shrunk.
    pub fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Piece, StoreError> {
        let mut wanted = PIECE;
        loop {
            // At most PIECE or a frame, both far below 4 GiB.
            let have = self.end.saturating_sub(self.offset).min(wanted) as usize;
            buffer.resize(buffer.len().max(have), 0);
            self.segment.read(&mut buffer[..have], self.offset)?;
            match self.whole_frames(&buffer[..have]) {
                (0, Some(Fault::Short { need })) if self.offset + need as u64 <= self.end => wanted = need as u64,
                (length, fault) => {
                    let offset = self.offset;
                    self.offset += length as u64;
                    let beyond = |fault: &Fault| match fault {
                        Fault::Short { need } => self.offset + *need as u64 > self.end,
                        _ => true,
                    };
                    return Ok(Piece { offset, length, fault: fault.filter(beyond) });
                }
            }
        }
    }

    /// Length of the whole frames at the start of the bytes, and what comes then.
    fn whole_frames(&mut self, bytes: &[u8]) -> (usize, Option<Fault>) {
        let mut at = 0;
        while at < bytes.len() {
            match Frame::parse(&bytes[at..], &self.segment.tag) {
                Ok(frame) if frame.header.first_index == self.next_index => {
                    self.next_index = frame.header.end_index();
                    at += frame.header.frame_len() as usize;
                }
                Ok(_) => return (at, Some(Fault::Order)),
                Err(fault) => return (at, Some(fault)),
            }
        }
        (at, None)
    }
}

/// The whole frames in the first bytes of a buffer, with their offsets, as [`Stream::read`] left them.
pub fn frames<'a>(bytes: &'a [u8], segment: &'a Segment) -> impl Iterator<Item = (usize, Frame<'a>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let frame = Frame::parse_unchecked(bytes.get(at..)?, &segment.tag).ok()?;
        let offset = at;
        at += frame.header.frame_len() as usize;
        Some((offset, frame))
    })
}

impl SegmentStore {
    /// See [`EventStore::scan`](crate::store::EventStore::scan).
    pub(super) fn scan_frames(&self, from: u64) -> Result<Scan, StoreError> {
        let (size, segments, mark) = {
            let shared = self.shared();
            let mark = usize::try_from(from / MARK_EVERY).ok().and_then(|number| shared.marks.get(number).copied());
            (shared.head.size, Arc::clone(&shared.segments), mark)
        };
        if from > size {
            return Err(StoreError::OutOfRange { index: from, size });
        }
        let Some(mark) = mark.filter(|_| from < size) else { return Ok(Scan::spawn(|_| Ok(false))) };
        let ends: Vec<u64> = segments.iter().map(|segment| segment.end()).collect();
        let mut parts = segments.iter().cloned().zip(ends).skip(mark.segment as usize).collect::<Vec<_>>().into_iter();
        let Some((segment, end)) = parts.next() else { return Ok(Scan::spawn(|_| Ok(false))) };
        let first_index = self.frame_start(&segment, mark.frame, from)?;
        let erasing = Arc::clone(&self.erasing);
        let withheld = self.withheld.get().cloned().unwrap_or_default();
        let mut stream = Stream::new(segment, u64::from(mark.frame), end, first_index);
        Ok(Scan::spawn(move |buffer| {
            loop {
                let piece = {
                    let _erasing = erasing.read().unwrap_or_else(PoisonError::into_inner);
                    stream.read(&mut buffer.bytes)?
                };
                if piece.length > 0 {
                    let placed = place_frames(&stream.segment, piece.length, from, buffer);
                    placed.and_then(|()| withhold_frames(buffer, &withheld)).map_err(|(at, misfit)| {
                        stream.segment.damaged(piece.offset + at as u64, stream.next_index, misfit)
                    })?;
                    if !buffer.frames.is_empty() {
                        return Ok(true);
                    }
                } else if let Some(fault) = piece.fault {
                    return Err(stream.segment.damaged(stream.offset, stream.next_index, fault));
                } else {
                    let Some((segment, end)) = parts.next().filter(|_| stream.next_index < size) else {
                        return Ok(false);
                    };
                    stream = Stream::new(segment, SEGMENT_HEADER_LEN, end, stream.next_index);
                }
            }
        }))
    }

    /// Index of the first record of the frame there.
    fn frame_start(&self, segment: &Segment, frame: u32, index: u64) -> Result<u64, StoreError> {
        let mut header = [0; HEADER_LEN];
        segment.read(&mut header, u64::from(frame))?;
        let header = super::frame::Header::parse(&header, &segment.tag);
        let damaged = || segment.damaged(u64::from(frame), index, Fault::Header);
        Ok(header.ok_or_else(damaged)?.first_index)
    }
}

/// Notes where the frames in the first `length` bytes are, without the records before `from`.
pub fn place_frames(segment: &Segment, length: usize, from: u64, buffer: &mut Buffer) -> Result<(), (usize, Misfit)> {
    let Buffer { bytes, frames: places, .. } = buffer;
    for (at, frame) in frames(&bytes[..length], segment) {
        let header = frame.header;
        if header.end_index() <= from {
            continue;
        }
        let mut walk = Walk::both(frame.records, frame.bodies);
        let skipped = from.saturating_sub(header.first_index);
        for _ in 0..skipped {
            walk.step().map_err(|misfit| (at, misfit))?;
        }
        let (records_at, bodies_at) = walk.at();
        let records = at + HEADER_LEN;
        let bodies = at + header.bodies_at() as usize;
        places.push(Place {
            first_index: header.first_index + skipped,
            // Fewer than `count`, since the frame ends after `from`.
            count: header.count - skipped as u32,
            records: records + records_at..records + frame.records.len(),
            bodies: bodies + bodies_at..bodies + frame.bodies.len(),
        });
    }
    Ok(())
}

/// Zeros the bodies in the buffer that are to read as erased.
fn withhold_frames(buffer: &mut Buffer, withheld: &BTreeSet<u64>) -> Result<(), (usize, Misfit)> {
    let Buffer { bytes, frames: places, .. } = buffer;
    for place in places {
        let end = place.first_index + u64::from(place.count);
        if withheld.range(place.first_index..end).next().is_some() {
            let (before, bodies) = bytes.split_at_mut(place.bodies.start);
            let (records, bodies) = (&before[place.records.clone()], &mut bodies[..place.bodies.len()]);
            withhold(records, bodies, withheld).map_err(|misfit| (place.records.start, misfit))?;
        }
    }
    Ok(())
}
