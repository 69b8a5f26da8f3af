//! Opening: finding the head, and bringing what a crash left behind to a whole state.
//!
//! Frames are read from the start, or from what `resume` says, to the first bytes that are not a frame. In any but
//! the last segment that is damage. In the last one it is the frame that was in flight when the machine stopped, if
//! nothing was written after it; it was never acknowledged, and goes. Bytes after it that only a later write can have
//! left mean that it was acknowledged and is damaged now, and the log is refused rather than cut:
//!
//! - a whole frame anywhere after it
//! - anything but zeros after its end, when its header is whole and says where that is
//!
//! The checksum of bodies counts only for a last frame with nothing after it, because erasure changes bodies and may
//! not touch the last frame. That the log was not cut at a frame's boundary is for the guard to say.
//!
//! What was read need not be durable, whatever the system says after a failed sync of an earlier process. So before
//! anything is written after it the last frame is written again, with the same bytes, what is left of a torn one is
//! zeroed, and file and folder are synced. Who only reads leaves all as it is.

use std::ops::Range;
use std::sync::Arc;

use ledger_spec::Hash;

use super::Shared;
use super::file::{SEGMENT_HEADER_LEN, Segment};
use super::frame::{Fault, Frame};
use super::mark::{MARK_EVERY, Mark, Resume, walk};
use super::probe::{find_frame, last_nonzero, read_frame, read_header};
use super::stream::{Stream, frames};
use crate::store::{Disk, Head, Misfit, StoreError, Walk};

/// What opening found.
pub struct Recovered {
    /// The log as readers see it.
    pub shared: Shared,
    /// Length of the last segment's file.
    pub allocated: u64,
    /// Whether `resume` was believed.
    pub resumed: bool,
    /// What is to be done before the head is trusted.
    pub repair: Repair,
}

/// Writes that make the found state durable, all in the last segment.
#[derive(Clone, Debug, Default)]
pub struct Repair {
    /// The last frame.
    rewrite: Option<Range<u64>>,
    /// Bytes of a torn frame.
    zero: Option<Range<u64>>,
}

impl Repair {
    /// What a commit that was interrupted left after the end of the log, if it left anything.
    pub fn torn(&self) -> Option<Range<u64>> {
        self.zero.clone()
    }

    /// Does it.
    pub fn apply(&self, disk: &dyn Disk, shared: &Shared) -> Result<(), StoreError> {
        Segment::remove_unfinished(disk)?;
        if let Some(segment) = shared.segments.last() {
            if let Some(range) = &self.rewrite {
                let mut bytes = vec![0; (range.end - range.start) as usize];
                segment.read(&mut bytes, range.start)?;
                segment.write(&bytes, range.start)?;
            }
            if let Some(range) = &self.zero {
                segment.zero(range.start, range.end)?;
            }
            segment.sync()?;
        }
        disk.sync_dir().map_err(StoreError::io("sync", &disk.place()))
    }
}

/// Finds the head. Nothing is written.
pub fn recover(
    disk: &dyn Disk,
    genesis: Option<Hash>,
    resume: Option<&Resume>,
    progress: &mut dyn FnMut(u64),
) -> Result<Recovered, StoreError> {
    let segments: Vec<Arc<Segment>> = Segment::list(disk)?.into_iter().map(Arc::new).collect();
    let resumed = match resume {
        Some(resume) => Recovery::resume(&segments, resume)?,
        None => None,
    };
    let believed = resumed.is_some();
    let mut recovery = resumed.unwrap_or_else(|| Recovery::from_start(&segments));
    recovery.run(progress)?;
    let repair = recovery.tail()?;
    let Recovery { mut head, marks, last_frame, .. } = recovery;
    head.epoch += 1;
    if head.size == 0 {
        head.leaf = genesis.ok_or_else(|| StoreError::NoLedger { place: disk.place() })?;
    }
    let allocated = segments.last().map_or(Ok(0), |segment| segment.file_len())?;
    let shared = Shared { head, segments: Arc::new(segments), marks, last_frame };
    Ok(Recovered { shared, allocated, resumed: believed, repair })
}

/// The state of the walk over the frames.
struct Recovery<'a> {
    segments: &'a [Arc<Segment>],
    /// The segment being read.
    number: usize,
    /// Where the frames read so far end in it.
    offset: u64,
    /// The head so far; its leaf means nothing before the first frame of the log.
    head: Head,
    marks: Vec<Mark>,
    last: Option<Last>,
    /// First index of the last frame.
    last_frame: u64,
    /// Whether reading did not begin at the start of the log.
    resumed: bool,
}

/// The last frame read.
struct Last {
    number: usize,
    bytes: Range<u64>,
    /// What was so before it.
    head_before: Head,
    marks_before: usize,
    last_frame_before: Option<u64>,
}

impl<'a> Recovery<'a> {
    fn from_start(segments: &'a [Arc<Segment>]) -> Recovery<'a> {
        let head = Head { size: 0, leaf: Hash::default(), epoch: 0 };
        let (marks, last) = (Vec::new(), None);
        Recovery { segments, number: 0, offset: SEGMENT_HEADER_LEN, head, marks, last, last_frame: 0, resumed: false }
    }

    /// Starts at the frame of the last mark, if what is there is what `resume` says.
    fn resume(segments: &'a [Arc<Segment>], resume: &Resume) -> Result<Option<Recovery<'a>>, StoreError> {
        let Some(&last) = resume.marks.last() else { return Ok(None) };
        let Some(segment) = segments.get(last.segment as usize) else { return Ok(None) };
        let offset = u64::from(last.frame);
        let Some(bytes) = read_frame(segment, offset, segment.file_len()?)? else { return Ok(None) };
        let Ok(frame) = Frame::parse(&bytes, &segment.tag) else { return Ok(None) };
        let base = Mark { record: 0, body: 0, ..last };
        let known = resume.marks.iter().take_while(|mark| (mark.segment, mark.frame) != (last.segment, last.frame));
        let known: Vec<Mark> = known.copied().collect();
        let mut marks = known.clone();
        let header = frame.header;
        let walked = walk(frame.records, frame.bodies, header.first_index, base, &mut marks);
        let marked = frame.records.get(last.record as usize..).map(|records| Walk::records(records).step());
        let fits = walked.is_ok()
            && known.len() as u64 == header.first_index.div_ceil(MARK_EVERY)
            && marks.starts_with(&resume.marks)
            && matches!(marked, Some(Ok(Some(step))) if step.record.prev == resume.prev);
        if !fits {
            return Ok(None);
        }
        let number = last.segment as usize;
        for full in &segments[..number] {
            full.set_end(full.file_len()?);
        }
        let head = Head { size: header.first_index, leaf: header.prev, epoch: 0 };
        Ok(Some(Recovery { number, offset, head, marks: known, resumed: true, ..Recovery::from_start(segments) }))
    }

    /// Reads all whole frames.
    fn run(&mut self, progress: &mut dyn FnMut(u64)) -> Result<(), StoreError> {
        let mut buffer = Vec::new();
        while let Some(segment) = self.segments.get(self.number) {
            if self.offset == SEGMENT_HEADER_LEN && segment.first_index != self.head.size {
                return Err(segment.damaged(0, self.head.size, "the events before this file are missing"));
            }
            let is_last = self.number + 1 == self.segments.len();
            let end = segment.file_len()?;
            let mut stream = Stream::new(Arc::clone(segment), self.offset, end, self.head.size);
            let fault = loop {
                let piece = stream.read(&mut buffer)?;
                for (at, frame) in frames(&buffer[..piece.length], segment) {
                    if !self.take(piece.offset + at as u64, &frame)? {
                        segment.set_end(self.offset);
                        return Ok(());
                    }
                }
                progress(self.head.size);
                if piece.fault.is_some() || piece.length == 0 {
                    break piece.fault;
                }
            };
            match fault {
                Some(fault) if !is_last || fault == Fault::Order => {
                    return Err(segment.damaged(self.offset, self.head.size, fault));
                }
                _ => segment.set_end(self.offset),
            }
            if is_last {
                break;
            }
            (self.number, self.offset) = (self.number + 1, SEGMENT_HEADER_LEN);
        }
        Ok(())
    }

    /// Takes a frame into the log; `false` if its bodies were torn by the crash.
    fn take(&mut self, offset: u64, frame: &Frame<'_>) -> Result<bool, StoreError> {
        let (header, segment) = (frame.header, &self.segments[self.number]);
        let bytes = offset..offset + header.frame_len();
        let marks_before = self.marks.len();
        // Segments are far shorter than 4 GiB, and there are fewer than 2^32 of them.
        let base = Mark { segment: self.number as u32, frame: offset as u32, ..Mark::default() };
        let walked = walk(frame.records, frame.bodies, header.first_index, base, &mut self.marks);
        let checked = walked.and_then(|walked| match header.first_index == 0 || header.prev == self.head.leaf {
            _ if (walked.count, walked.prev) != (header.count, header.prev) => Err(Misfit::Summary),
            false => Err(Misfit::Chain),
            true if header.epoch < self.head.epoch => Err(Misfit::Epoch),
            true => Ok(walked),
        });
        match checked {
            Ok(walked) => {
                let last_frame_before = self.last.as_ref().map(|_| self.last_frame);
                let head_before = self.head;
                self.last = Some(Last { number: self.number, bytes, head_before, marks_before, last_frame_before });
                self.last_frame = header.first_index;
                self.head = Head { size: header.end_index(), leaf: walked.leaf, epoch: header.epoch };
                self.offset = offset + header.frame_len();
                Ok(true)
            }
            Err(misfit) => {
                self.marks.truncate(marks_before);
                let is_last = self.number + 1 == self.segments.len();
                if is_last && !frame.bodies_intact() {
                    Ok(false)
                } else {
                    Err(segment.damaged(offset, header.first_index, misfit))
                }
            }
        }
    }

    /// Judges what comes after the last whole frame.
    fn tail(&mut self) -> Result<Repair, StoreError> {
        let Some(segment) = self.segments.last() else { return Ok(Repair::default()) };
        let Some(torn) = torn_tail(segment, self.offset, self.head.size)? else { return self.last_frame() };
        let rewrite = self.last.as_ref().filter(|last| last.number + 1 == self.segments.len());
        Ok(Repair { rewrite: rewrite.map(|last| last.bytes.clone()), zero: Some(torn) })
    }

    /// With nothing after it, the last frame's bodies must be whole too.
    fn last_frame(&mut self) -> Result<Repair, StoreError> {
        let Some(last) = self.last.as_ref().filter(|last| last.number + 1 == self.segments.len()) else {
            return Ok(Repair::default());
        };
        let segment = &self.segments[last.number];
        let frame = read_frame(segment, last.bytes.start, last.bytes.end)?;
        let intact = frame.is_some_and(|bytes| Frame::parse(&bytes, &segment.tag).is_ok_and(|f| f.bodies_intact()));
        if intact {
            return Ok(Repair { rewrite: Some(last.bytes.clone()), zero: None });
        }
        let torn = last.bytes.clone();
        if self.resumed && last.last_frame_before.is_none() {
            let what = "the bodies do not match their checksum, and the frame is too old to be a torn one";
            return Err(segment.damaged(torn.start, last.head_before.size, what));
        }
        self.head = last.head_before;
        self.marks.truncate(last.marks_before);
        self.last_frame = last.last_frame_before.unwrap_or(0);
        self.offset = torn.start;
        segment.set_end(torn.start);
        Ok(Repair { rewrite: None, zero: Some(torn) })
    }
}

/// The bytes that a torn frame left at the end of the last segment, where the whole frames end and the next event is
/// number `size`. Bytes that only a later write can have left are damage.
pub fn torn_tail(segment: &Segment, end: u64, size: u64) -> Result<Option<Range<u64>>, StoreError> {
    let file_len = segment.file_len()?;
    let Some(nonzero) = last_nonzero(segment, end, file_len)? else { return Ok(None) };
    let refuse = |what: String| Err(segment.damaged(end, size, what));
    if let Some(later) = find_frame(segment, end + 1, file_len)? {
        return refuse(format!("there is no whole frame here, but one follows at byte {later}"));
    }
    let header = read_header(segment, end, file_len)?;
    if header.is_some_and(|header| end + header.frame_len() <= nonzero) {
        return refuse("the frame is not whole, but something was written after it".to_owned());
    }
    Ok(Some(end..nonzero + 1))
}
