//! One frame: the bytes of one commit. The version of its layout is the segment's.
//!
//! ```text
//!  0  tag [8]              the segment's, so that no body can pass for a frame
//!  8  zero [4]
//! 12  count u32            records in the frame, at least 1
//! 16  epoch u64            of the process that wrote it; never falls from frame to frame
//! 24  first index u64
//! 32  prev [32]            leaf hash of the record before the first
//! 64  records length u32
//! 68  bodies length u32
//! 72  crc u32              CRC-32 of bytes 0..72
//! 76  records | crc u32 | bodies | crc u32
//! ```

use std::fmt;
use std::io::{self, Write};

use ledger_spec::Hash;

use crate::store::Block;

/// Bytes of a frame's header.
pub const HEADER_LEN: usize = 76;
/// Bytes of a frame beside its two sections.
pub const OVERHEAD: usize = HEADER_LEN + 8;
/// Most bytes of a frame, all counted.
pub const FRAME_LEN_MAX: usize = 64 << 20;

/// A random mark that starts every frame of one segment. An author does not see it, so a body cannot be made to look
/// like a frame to recovery.
pub type Tag = [u8; 8];

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Records in the frame.
    pub count: u32,
    /// Epoch of the writer.
    pub epoch: u64,
    /// Index of the first record.
    pub first_index: u64,
    /// Leaf hash of the record before the first.
    pub prev: Hash,
    /// Bytes of the records section.
    pub records_len: u32,
    /// Bytes of the bodies section.
    pub bodies_len: u32,
}

impl Header {
    /// The header at the start of `bytes`; `None` when there is no whole one of that segment.
    pub fn parse(bytes: &[u8], tag: &Tag) -> Option<Header> {
        let header: &[u8; HEADER_LEN] = bytes.first_chunk()?;
        let (fields, crc) = header.split_last_chunk::<4>()?;
        if !fields.starts_with(tag) || crc32fast::hash(fields).to_be_bytes() != *crc {
            return None;
        }
        let (_, rest) = fields.split_first_chunk::<12>()?;
        let (count, rest) = rest.split_first_chunk()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (first_index, rest) = rest.split_first_chunk()?;
        let (prev, rest) = rest.split_first_chunk()?;
        let (records_len, rest) = rest.split_first_chunk()?;
        let (bodies_len, _) = rest.split_first_chunk()?;
        let header = Header {
            count: u32::from_be_bytes(*count),
            epoch: u64::from_be_bytes(*epoch),
            first_index: u64::from_be_bytes(*first_index),
            prev: Hash(*prev),
            records_len: u32::from_be_bytes(*records_len),
            bodies_len: u32::from_be_bytes(*bodies_len),
        };
        let fits = header.frame_len() <= FRAME_LEN_MAX as u64 && header.count > 0;
        fits.then_some(header)
    }

    fn encode(&self, tag: &Tag) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend_from_slice(tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.epoch.to_be_bytes());
        out.extend_from_slice(&self.first_index.to_be_bytes());
        out.extend_from_slice(&self.prev.0);
        out.extend_from_slice(&self.records_len.to_be_bytes());
        out.extend_from_slice(&self.bodies_len.to_be_bytes());
        let crc = crc32fast::hash(&out);
        out.extend_from_slice(&crc.to_be_bytes());
        out
    }

    /// Bytes of the whole frame.
    pub fn frame_len(&self) -> u64 {
        OVERHEAD as u64 + u64::from(self.records_len) + u64::from(self.bodies_len)
    }

    /// Index after the last record.
    pub fn end_index(&self) -> u64 {
        self.first_index.saturating_add(u64::from(self.count))
    }

    /// Offset of the bodies section from the start of the frame.
    pub fn bodies_at(&self) -> u64 {
        HEADER_LEN as u64 + u64::from(self.records_len) + 4
    }
}

/// What is wrong with the bytes where a frame should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No whole header of this segment.
    Header,
    /// The frame is longer than the bytes there are.
    Short {
        /// Bytes of the whole frame.
        need: usize,
    },
    /// The checksum of the records does not match.
    Records,
    /// The frame is whole, but its first record is not the next one.
    Order,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Header => "there is no whole frame header",
            Fault::Short { .. } => "the frame is longer than the file",
            Fault::Records => "the records do not match their checksum",
            Fault::Order => "the frame does not start with the next event",
        })
    }
}

/// A frame in memory whose records match their checksum.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// Its header.
    pub header: Header,
    /// `u16 length | record`, as in an entry bundle.
    pub records: &'a [u8],
    /// `salt | u16 length | body` of what is not inline, unchecked.
    pub bodies: &'a [u8],
    bodies_crc: u32,
}

impl<'a> Frame<'a> {
    /// The frame at the start of `bytes`.
    pub fn parse(bytes: &'a [u8], tag: &Tag) -> Result<Frame<'a>, Fault> {
        let frame = Frame::parse_unchecked(bytes, tag)?;
        let crc = bytes.get(HEADER_LEN + frame.records.len()..).and_then(<[u8]>::first_chunk);
        if crc != Some(&crc32fast::hash(frame.records).to_be_bytes()) {
            return Err(Fault::Records);
        }
        Ok(frame)
    }

    /// The same for bytes whose records were checked before.
    pub fn parse_unchecked(bytes: &'a [u8], tag: &Tag) -> Result<Frame<'a>, Fault> {
        if bytes.len() < HEADER_LEN {
            return Err(Fault::Short { need: HEADER_LEN });
        }
        let header = Header::parse(bytes, tag).ok_or(Fault::Header)?;
        // At most FRAME_LEN_MAX by `Header::parse`.
        let need = header.frame_len() as usize;
        let short = Fault::Short { need };
        let (_, rest) = bytes.get(..need).ok_or(short)?.split_at(HEADER_LEN);
        let (records, rest) = rest.split_at_checked(header.records_len as usize).ok_or(short)?;
        let (bodies, crc) = rest.split_last_chunk::<4>().ok_or(short)?;
        let bodies = bodies.get(4..).ok_or(short)?;
        Ok(Frame { header, records, bodies, bodies_crc: u32::from_be_bytes(*crc) })
    }

    /// Whether the bodies are as first written. Erasure changes bodies, so this is asked of a last frame only.
    pub fn bodies_intact(&self) -> bool {
        crc32fast::hash(self.bodies) == self.bodies_crc
    }
}

/// Writes the frame of `blocks`. The caller has checked that it fits.
pub fn write(tag: &Tag, epoch: u64, prev: Hash, blocks: &[Block], out: &mut impl Write) -> io::Result<()> {
    let sum = |length: fn(&Block) -> usize| blocks.iter().map(length).sum::<usize>() as u32;
    let header = Header {
        count: blocks.iter().map(|block| block.count).sum(),
        epoch,
        first_index: blocks.first().map_or(0, |block| block.first_index),
        prev,
        records_len: sum(|block| block.records.len()),
        bodies_len: sum(|block| block.bodies.len()),
    };
    out.write_all(&header.encode(tag))?;
    section(blocks.iter().map(|block| &*block.records), out)?;
    section(blocks.iter().map(|block| &*block.bodies), out)
}

fn section<'a>(parts: impl Iterator<Item = &'a [u8]>, out: &mut impl Write) -> io::Result<()> {
    let mut crc = crc32fast::Hasher::new();
    for part in parts {
        crc.update(part);
        out.write_all(part)?;
    }
    out.write_all(&crc.finalize().to_be_bytes())
}
