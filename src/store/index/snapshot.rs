//! Snapshots of projections: long values in pieces, pinned to a place in the log.
//!
//! ```text
//! key     name | 0x00                       size u64 | leaf [32] | generation u32 | length u64 | crc u32
//! key     name | 0x01 | generation u32 | piece u32     at most 32 KiB of the bytes
//! ```
//!
//! The pieces are written under a generation of their own; then one batch makes it the current one and removes the
//! row that names the old. So a snapshot is whole or the one before it, and `crc` tells if a piece is missing.

use ledger_spec::Hash;

use super::{Batch, Index, Reached, Space, VALUE_LEN_MAX};
use crate::store::StoreError;

/// Bytes put into the index at once.
const BATCH_BYTES: usize = 4 << 20;
const HEADER_LEN: usize = 8 + 32 + 4 + 8 + 4;

/// A stored projection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Where in the log it was taken. To be compared with the log before it is believed.
    pub at: Reached,
    /// What it is; the index does not look into it.
    pub bytes: Vec<u8>,
}

struct Header {
    at: Reached,
    generation: u32,
    length: u64,
    crc: u32,
}

impl Index {
    /// Stores a snapshot under that name in place of the one before.
    pub fn put_snapshot(&self, name: &str, at: Reached, bytes: &[u8]) -> Result<(), StoreError> {
        let old = self.snapshot_header(name)?;
        let generation = old.as_ref().map_or(0, |old| old.generation.wrapping_add(1));
        self.remove_pieces(name, generation)?;
        let mut batch = Batch::default();
        for (number, piece) in (0u32..).zip(bytes.chunks(VALUE_LEN_MAX)) {
            batch.put(Space::Snapshots, &piece_key(name, generation, number), piece);
            if batch.bytes() > BATCH_BYTES {
                self.apply(std::mem::take(&mut batch))?;
            }
        }
        let crc = crc32fast::hash(bytes);
        let header = Header { at, generation, length: bytes.len() as u64, crc };
        batch.put(Space::Snapshots, &header_key(name), &header.encode());
        self.apply(batch)?;
        match old {
            Some(old) => self.remove_pieces(name, old.generation),
            None => Ok(()),
        }
    }

    /// The snapshot of that name.
    pub fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        let Some(header) = self.snapshot_header(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        for row in self.scan(Space::Snapshots, &generation_key(name, header.generation)) {
            bytes.extend_from_slice(&row?.1);
        }
        if bytes.len() as u64 != header.length || crc32fast::hash(&bytes) != header.crc {
            return Err(self.damaged("a snapshot is not whole"));
        }
        Ok(Some(Snapshot { at: header.at, bytes }))
    }

    fn snapshot_header(&self, name: &str) -> Result<Option<Header>, StoreError> {
        let Some(value) = self.get(Space::Snapshots, &header_key(name))? else { return Ok(None) };
        Ok(Some(Header::decode(&value).ok_or_else(|| self.damaged("a snapshot's header is cut short"))?))
    }

    fn remove_pieces(&self, name: &str, generation: u32) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for row in self.scan(Space::Snapshots, &generation_key(name, generation)) {
            batch.remove(Space::Snapshots, &row?.0);
        }
        self.apply(batch)
    }
}

impl Header {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_LEN);
        out.extend_from_slice(&self.at.size.to_be_bytes());
        out.extend_from_slice(&self.at.leaf.0);
        out.extend_from_slice(&self.generation.to_be_bytes());
        out.extend_from_slice(&self.length.to_be_bytes());
        out.extend_from_slice(&self.crc.to_be_bytes());
        out
    }

    fn decode(value: &[u8]) -> Option<Header> {
        let (size, rest) = value.split_first_chunk()?;
        let (leaf, rest) = rest.split_first_chunk()?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let crc = u32::from_be_bytes(rest.try_into().ok()?);
        Some(Header {
            at: Reached { size: u64::from_be_bytes(*size), leaf: Hash(*leaf) },
            generation: u32::from_be_bytes(*generation),
            length: u64::from_be_bytes(*length),
            crc,
        })
    }
}

fn header_key(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

fn generation_key(name: &str, generation: u32) -> Vec<u8> {
    [name.as_bytes(), &[1], &generation.to_be_bytes()].concat()
}

fn piece_key(name: &str, generation: u32, number: u32) -> Vec<u8> {
    [&*generation_key(name, generation), &number.to_be_bytes()].concat()
}
