//! Reading a log as it stands, for verification.
//!
//! Opening a store repairs what a crash left, and refuses damage. A verifier must change nothing and wants to see the
//! damage: so here frames are given on although they do not match their checksums, with a word about it, as long as
//! their headers say where they are. What a crash left of a frame that was in flight is passed over, as opening would.

use std::sync::Arc;

use super::Claim;
use super::file::{SEGMENT_HEADER_LEN, Segment};
use super::frame::{Fault, Frame, Header};
use super::guard::Guard;
use super::probe::{last_nonzero, read_header};
use super::recover::torn_tail;
use super::stream::{Stream, frames, place_frames};
use crate::store::scan::{Buffer, Place};
use crate::store::{GivenOut, Scan, StoreError};

/// A log held still to be read.
#[derive(Debug)]
pub struct Inspection {
    claim: Claim,
    /// The guard, or that it is damaged.
    guard: Result<Guard, StoreError>,
}

impl Inspection {
    pub(super) fn new(claim: Claim) -> Result<Inspection, StoreError> {
        let guard = match Guard::open(Arc::clone(&claim.disk)) {
            Err(error @ StoreError::Io { .. }) => return Err(error),
            guard => guard,
        };
        Ok(Inspection { claim, guard })
    }

    /// The checkpoint last given out; an error if what notes it is damaged.
    pub fn given_out(&self) -> Result<Option<&GivenOut>, &StoreError> {
        self.guard.as_ref().map(Guard::latest)
    }

    /// All frames, as they stand. An error says where the bytes are no frames any more.
    pub fn scan(&self) -> Result<Scan, StoreError> {
        let segments: Vec<Arc<Segment>> = Segment::list(&*self.claim.disk)?.into_iter().map(Arc::new).collect();
        let Some(first) = segments.first() else {
            return Err(StoreError::NoLedger { place: self.claim.disk.place() });
        };
        let stream = Stream::new(Arc::clone(first), SEGMENT_HEADER_LEN, first.file_len()?, 0);
        // If it cannot be told what was given out, anything may have been.
        let given_out = self.guard.as_ref().map_or(u64::MAX, |guard| guard.known().size);
        let mut reading = Reading { segments, number: 0, stream, given_out };
        Ok(Scan::spawn(move |buffer| reading.fill(buffer)))
    }
}

struct Reading {
    segments: Vec<Arc<Segment>>,
    /// The segment being read.
    number: usize,
    stream: Stream,
    /// Events under the checkpoint last given out: these were never in flight since.
    given_out: u64,
}

impl Reading {
    fn fill(&mut self, buffer: &mut Buffer) -> Result<bool, StoreError> {
        loop {
            let piece = self.stream.read(&mut buffer.bytes)?;
            if piece.length > 0 {
                let segment = &self.stream.segment;
                let placed = place_frames(segment, piece.length, 0, buffer);
                placed.map_err(|(at, misfit)| segment.damaged(piece.offset + at as u64, 0, misfit))?;
                if let Some((at, last)) = self.bad_last_bodies(&buffer.bytes[..piece.length])? {
                    if last.first_index < self.given_out {
                        let what = "the bodies of the last commit do not match their checksum";
                        let segment = &self.stream.segment;
                        buffer.damage = Some(segment.damaged(piece.offset + at as u64, last.first_index, what));
                    } else {
                        buffer.frames.pop();
                    }
                }
                return Ok(!buffer.frames.is_empty());
            }
            let more = match piece.fault {
                None => self.next_segment()?,
                Some(_) if self.is_tail()? => false,
                Some(Fault::Records) => return self.take_as_it_stands(buffer),
                Some(fault) => {
                    return Err(self.stream.segment.damaged(self.stream.offset, self.stream.next_index, fault));
                }
            };
            if !more {
                return Ok(false);
            }
        }
    }

    fn is_last_segment(&self) -> bool {
        self.number + 1 == self.segments.len()
    }

    fn next_segment(&mut self) -> Result<bool, StoreError> {
        self.number += 1;
        let Some(segment) = self.segments.get(self.number) else { return Ok(false) };
        let length = segment.file_len()?;
        self.stream = Stream::new(Arc::clone(segment), SEGMENT_HEADER_LEN, length, self.stream.next_index);
        Ok(true)
    }

    /// Whether what follows is nothing, or what a crash left of a frame that was in flight.
    fn is_tail(&self) -> Result<bool, StoreError> {
        let Stream { segment, offset, next_index, .. } = &self.stream;
        if !self.is_last_segment() {
            return Ok(false);
        }
        if *next_index < self.given_out {
            return Ok(last_nonzero(segment, *offset, segment.file_len()?)?.is_none());
        }
        Ok(torn_tail(segment, *offset, *next_index).is_ok())
    }

    /// The last of these frames, and where it starts among their bytes, if it is the log's last and its bodies do not
    /// match their checksum: a crash tore them, or they were acknowledged and are damaged.
    fn bad_last_bodies(&self, bytes: &[u8]) -> Result<Option<(usize, Header)>, StoreError> {
        let Stream { segment, offset, .. } = &self.stream;
        let last = frames(bytes, segment).last().filter(|(_, last)| self.is_last_segment() && !last.bodies_intact());
        let Some((at, last)) = last else { return Ok(None) };
        let is_end = last_nonzero(segment, *offset, segment.file_len()?)?.is_none();
        Ok(is_end.then_some((at, last.header)))
    }

    /// Takes a frame whose records do not match their checksum.
    fn take_as_it_stands(&mut self, buffer: &mut Buffer) -> Result<bool, StoreError> {
        let Stream { segment, offset, next_index, .. } = &mut self.stream;
        let damaged = || segment.damaged(*offset, *next_index, Fault::Records);
        let header = read_header(segment, *offset, segment.file_len()?)?.ok_or_else(damaged)?;
        if header.first_index != *next_index {
            return Err(segment.damaged(*offset, *next_index, Fault::Order));
        }
        let length = header.frame_len() as usize; // at most 64 MiB, see `Header::parse`
        buffer.bytes.resize(buffer.bytes.len().max(length), 0);
        segment.read(&mut buffer.bytes[..length], *offset)?;
        let frame = Frame::parse_unchecked(&buffer.bytes[..length], &segment.tag).map_err(|_| damaged())?;
        let (records, bodies) = (super::frame::HEADER_LEN, header.bodies_at() as usize);
        buffer.frames.push(Place {
            first_index: header.first_index,
            count: header.count,
            records: records..records + frame.records.len(),
            bodies: bodies..bodies + frame.bodies.len(),
        });
        buffer.damage = Some(damaged());
        *offset += header.frame_len();
        *next_index = header.end_index();
        Ok(true)
    }
}
