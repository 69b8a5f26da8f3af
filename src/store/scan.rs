//! Reading the log from front to back, ahead of its reader.
//!
//! A thread of the engine fills large buffers; a [`Chunk`] is one of them and gives it back when dropped. Chunks are
//! `Send`, so a reader may check several at once. One chunk at most waits to be taken.

use std::ops::Range;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::StoreError;

/// The chunks of a log in order, up to the head at the time of asking. Ends after the first error.
#[derive(Debug)]
pub struct Scan {
    chunks: Receiver<Result<Chunk, StoreError>>,
}

/// Some consecutive frames in memory.
#[derive(Debug)]
pub struct Chunk {
    buffer: Buffer,
    pool: Sender<Buffer>,
}

/// A buffer, with where the frames are in it.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    pub bytes: Vec<u8>,
    pub frames: Vec<Place>,
    /// What is wrong with the files although the frames can be read.
    pub damage: Option<StoreError>,
}

/// Where the sections of a frame are in a buffer.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub first_index: u64,
    pub count: u32,
    pub records: Range<usize>,
    pub bodies: Range<usize>,
}

/// One or more whole submissions, or the rest of one at the start of a scan.
#[derive(Clone, Copy, Debug)]
pub struct FrameView<'a> {
    /// Index of the first record.
    pub first_index: u64,
    /// Number of records.
    pub count: u32,
    /// `u16 length | record` of each; these bytes match their checksum.
    pub records: &'a [u8],
    /// `salt [16] | u16 length | body` of each that is not inline; unchecked, and all zeros where erased.
    pub bodies: &'a [u8],
}

impl Chunk {
    /// The frames, in order.
    pub fn frames(&self) -> impl Iterator<Item = FrameView<'_>> {
        let bytes = &self.buffer.bytes;
        self.buffer.frames.iter().map(|place| FrameView {
            first_index: place.first_index,
            count: place.count,
            records: &bytes[place.records.clone()],
            bodies: &bytes[place.bodies.clone()],
        })
    }
}

impl Chunk {
    /// What is wrong with the files that the frames are in, although they can be read. Only an
    /// [`Inspection`](super::Inspection) gives such frames.
    pub fn damage(&self) -> Option<&StoreError> {
        self.buffer.damage.as_ref()
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // The reading thread may be gone already; then the buffer is simply freed.
        let _ = self.pool.send(std::mem::take(&mut self.buffer));
    }
}

impl Scan {
    /// Runs `fill` in a thread until it says `false` or fails. It gets a used buffer, and fills it from the start.
    pub(crate) fn spawn(mut fill: impl FnMut(&mut Buffer) -> Result<bool, StoreError> + Send + 'static) -> Scan {
        let (filled, chunks) = bounded(0);
        let (pool, empty) = unbounded::<Buffer>();
        thread::spawn(move || {
            loop {
                let mut buffer = empty.try_recv().unwrap_or_default();
                buffer.frames.clear();
                buffer.damage = None;
                let chunk = match fill(&mut buffer) {
                    Ok(false) => return,
                    Ok(true) => Ok(Chunk { buffer, pool: pool.clone() }),
                    Err(error) => Err(error),
                };
                let last = chunk.is_err();
                if filled.send(chunk).is_err() || last {
                    return;
                }
            }
        });
        Scan { chunks }
    }
}

impl Iterator for Scan {
    type Item = Result<Chunk, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.chunks.recv().ok()
    }
}
