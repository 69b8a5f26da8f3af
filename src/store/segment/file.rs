//! One segment file.
//!
//! Its name is its first index in sixteen digits and `.seg`. It starts with 32 bytes:
//!
//! ```text
//!  0  magic [8] = "CANTUSEG"
//!  8  version u16 = 1
//! 10  zero [2]
//! 12  first index u64
//! 20  tag [8]              random; starts every frame of the file
//! 28  crc u32              CRC-32 of bytes 0..28
//! ```
//!
//! A file gets its name only when these are durable, so whatever is called `.seg` and does not start so is damaged.
//! The version is that of the header and of all frames: frames of another version start another file, so that a
//! program that does not know them never takes them for torn ones.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::frame::Tag;
use crate::store::{Disk, DiskFile, StoreError};

/// Bytes before the first frame.
pub const SEGMENT_HEADER_LEN: u64 = 32;

const MAGIC: &[u8; 8] = b"CANTUSEG";
const VERSION: u16 = 1;
const SUFFIX: &str = ".seg";
const UNFINISHED: &str = ".new";
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

/// An open segment file.
#[derive(Debug)]
pub struct Segment {
    /// File name.
    pub name: String,
    /// The file.
    pub file: Arc<dyn DiskFile>,
    /// Index of the first record of its first frame.
    pub first_index: u64,
    /// What its frames start with.
    pub tag: Tag,
    /// Where the last whole frame ends, in bytes.
    end: AtomicU64,
}

impl Segment {
    /// Makes the file, durably, without frames.
    pub fn create(disk: &dyn Disk, first_index: u64, length: u64) -> Result<Segment, StoreError> {
        let name = format!("{first_index:016}{SUFFIX}");
        let unfinished = format!("{name}{UNFINISHED}");
        let mut tag = Tag::default();
        let random = getrandom::fill(&mut tag).map_err(|error| io::Error::other(error.to_string()));
        random.map_err(StoreError::io("find random bytes for", &name))?;
        let file = disk.create(&unfinished).map_err(StoreError::io("create", &unfinished))?;
        file.write_at(&header(first_index, &tag), 0).map_err(StoreError::io("write", &unfinished))?;
        let segment = Segment { name, file, first_index, tag, end: AtomicU64::new(SEGMENT_HEADER_LEN) };
        segment.zero(SEGMENT_HEADER_LEN, length)?;
        segment.sync()?;
        disk.rename(&unfinished, &segment.name).map_err(StoreError::io("rename", &unfinished))?;
        disk.sync_dir().map_err(StoreError::io("sync the folder of", &segment.name))?;
        Ok(segment)
    }

    /// Opens the file and checks its first bytes.
    pub fn open(disk: &dyn Disk, name: &str) -> Result<Segment, StoreError> {
        let file = disk.open(name).map_err(StoreError::io("open", name))?;
        let mut bytes = [0; SEGMENT_HEADER_LEN as usize];
        let length = file.len().map_err(StoreError::io("measure", name))?;
        if length >= SEGMENT_HEADER_LEN {
            file.read_at(&mut bytes, 0).map_err(StoreError::io("read", name))?;
        }
        let damaged = || StoreError::Damaged {
            file: name.to_owned(),
            offset: 0,
            index: name.trim_end_matches(SUFFIX).parse().unwrap_or(0),
            what: "it does not start as a segment of that name".to_owned(),
        };
        let (version, first_index, tag) = parse(&bytes).ok_or_else(damaged)?;
        if version != VERSION {
            return Err(StoreError::Version { file: name.to_owned(), version });
        }
        if format!("{first_index:016}{SUFFIX}") != name {
            return Err(damaged());
        }
        Ok(Segment { name: name.to_owned(), file, first_index, tag, end: AtomicU64::new(SEGMENT_HEADER_LEN) })
    }

    /// Removes the files that a crash left unfinished.
    pub fn remove_unfinished(disk: &dyn Disk) -> Result<(), StoreError> {
        let names = disk.list().map_err(StoreError::io("list", &disk.place()))?;
        let mut unfinished = names.iter().filter(|name| name.ends_with(UNFINISHED));
        unfinished.try_for_each(|name| disk.remove(name).map_err(StoreError::io("remove", name)))
    }

    /// The segments of the folder in order.
    pub fn list(disk: &dyn Disk) -> Result<Vec<Segment>, StoreError> {
        let mut names = disk.list().map_err(StoreError::io("list", &disk.place()))?;
        names.retain(|name| name.ends_with(SUFFIX));
        names.sort_unstable();
        names.iter().map(|name| Segment::open(disk, name)).collect()
    }

    /// Where the last whole frame ends.
    pub fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// Notes that frames reach to there. A reader that learns of a frame's records finds them below the end.
    pub fn set_end(&self, end: u64) {
        self.end.store(end, Ordering::Release);
    }

    /// Length of the file.
    pub fn file_len(&self) -> Result<u64, StoreError> {
        self.file.len().map_err(StoreError::io("measure", &self.name))
    }

    /// Fills the buffer.
    pub fn read(&self, buffer: &mut [u8], offset: u64) -> Result<(), StoreError> {
        self.file.read_at(buffer, offset).map_err(StoreError::io("read", &self.name))
    }

    /// Writes all bytes.
    pub fn write(&self, bytes: &[u8], offset: u64) -> Result<(), StoreError> {
        self.file.write_at(bytes, offset).map_err(StoreError::io("write", &self.name))
    }

    /// Writes one after the other from `offset` on.
    pub fn writer(&self, offset: u64) -> Appender<'_> {
        Appender { file: &*self.file, offset }
    }

    /// Writes zeros, real ones: a later frame there changes no metadata, which makes its sync twice as fast.
    pub fn zero(&self, from: u64, to: u64) -> Result<(), StoreError> {
        let mut at = from;
        while at < to {
            let length = (to - at).min(ZEROS.len() as u64);
            self.write(&ZEROS[..length as usize], at)?;
            at += length;
        }
        Ok(())
    }

    /// Makes the file durable.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::io("sync", &self.name))
    }

    /// Cuts the file.
    pub fn set_len(&self, length: u64) -> Result<(), StoreError> {
        self.file.set_len(length).map_err(StoreError::io("cut", &self.name))
    }

    /// An error about bytes of this file.
    pub fn damaged(&self, offset: u64, index: u64, what: impl ToString) -> StoreError {
        StoreError::Damaged { file: self.name.clone(), offset, index, what: what.to_string() }
    }
}

/// See [`Segment::writer`].
pub struct Appender<'a> {
    file: &'a dyn DiskFile,
    offset: u64,
}

impl Write for Appender<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_at(bytes, self.offset)?;
        self.offset += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn header(first_index: u64, tag: &Tag) -> Vec<u8> {
    let mut out = Vec::with_capacity(SEGMENT_HEADER_LEN as usize);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&first_index.to_be_bytes());
    out.extend_from_slice(tag);
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// Version, first index and tag.
fn parse(bytes: &[u8]) -> Option<(u16, u64, Tag)> {
    let (fields, crc) = bytes.split_last_chunk::<4>()?;
    if crc32fast::hash(fields).to_be_bytes() != *crc {
        return None;
    }
    let (version, rest) = fields.strip_prefix(MAGIC)?.split_first_chunk()?;
    let (_, rest) = rest.split_first_chunk::<2>()?;
    let (first_index, rest) = rest.split_first_chunk()?;
    Some((u16::from_be_bytes(*version), u64::from_be_bytes(*first_index), *rest.first_chunk()?))
}
