//! The guard: which checkpoint was last given out, so that a shorter log is never signed again.
//!
//! File `guard`, two slots of 16,384 bytes, each:
//!
//! ```text
//!  0  magic [8] = "CANTUSGD"
//!  8  version u16 = 1
//! 10  zero [2]
//! 12  checkpoint length u32
//! 16  sequence u64         the higher of two slots counts
//! 24  size u64
//! 32  leaf [32]
//! 64  crc u32              CRC-32 of bytes 0..64: the header
//! 68  checkpoint
//!  -  crc u32              CRC-32 of all before it
//! ```
//!
//! The guard is not synced per commit. One slot is always durable: only the other is written, over and over, until a
//! sync makes it the durable one and they change places. The file gets its name when both are.
//!
//! A header lies within one sector, which a crash leaves as it was or as it was to be. So a crash can tear the
//! checkpoint of one slot, and never a header: both always say up to where the log was durable and may have been
//! acknowledged, and the log must reach as far as the later of them says. A header that is not whole is damage. What
//! it said is gone, the log may have lost its end, and nobody here can tell: it is refused.

use std::sync::Arc;

use ledger_spec::Hash;

use crate::store::{Access, Disk, DiskFile, GivenOut, StoreError};

const NAME: &str = "guard";
const UNFINISHED: &str = "guard.new";
const MAGIC: &[u8; 8] = b"CANTUSGD";
const VERSION: u16 = 1;
const SLOT_LEN: usize = 16_384;
const HEADER_LEN: usize = 64;
const CHECKPOINT_AT: usize = HEADER_LEN + 4;
/// Most bytes of a checkpoint.
pub const CHECKPOINT_LEN_MAX: usize = 16_000;
/// Writes of one slot before it is synced.
const WRITES_PER_SYNC: u32 = 256;

/// The open guard file.
#[derive(Debug)]
pub struct Guard {
    disk: Arc<dyn Disk>,
    file: Option<Arc<dyn DiskFile>>,
    latest: Option<GivenOut>,
    header: Header,
    /// The slot that is not the durable one.
    slot: usize,
    unsynced: u32,
}

/// What a slot says, but for the checkpoint itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Header {
    sequence: u64,
    checkpoint_len: u32,
    /// Events that the log held when a checkpoint over them was given out.
    pub size: u64,
    /// Leaf hash of the last of them.
    pub leaf: Hash,
}

impl Guard {
    /// Reads the guard, if there is one.
    pub fn open(disk: Arc<dyn Disk>) -> Result<Guard, StoreError> {
        let mut guard = Guard { disk, file: None, latest: None, header: Header::default(), slot: 0, unsynced: 0 };
        if !guard.disk.list().map_err(StoreError::io("list", NAME))?.iter().any(|name| name == NAME) {
            return Ok(guard);
        }
        let file = guard.disk.open(NAME).map_err(StoreError::io("open", NAME))?;
        if guard.disk.access() == Access::Write {
            file.sync_data().map_err(StoreError::io("sync", NAME))?;
        }
        let mut bytes = vec![0; 2 * SLOT_LEN];
        let length = file.len().map_err(StoreError::io("measure", NAME))?.min(bytes.len() as u64);
        file.read_at(&mut bytes[..length as usize], 0).map_err(StoreError::io("read", NAME))?;
        let mut whole = 0;
        for (number, slot) in bytes.chunks_exact(SLOT_LEN).enumerate() {
            let header = Header::parse(slot)?;
            if header.sequence > guard.header.sequence {
                guard.header = header;
            }
            if let Some(given_out) = checkpoint(slot, &header).filter(|_| header.sequence > whole) {
                (whole, guard.latest, guard.slot) = (header.sequence, Some(given_out), 1 - number);
            }
        }
        if guard.latest.is_none() {
            return Err(damaged());
        }
        guard.file = Some(file);
        Ok(guard)
    }

    /// The checkpoint last given out, or one a little older if a crash tore that.
    pub fn latest(&self) -> Option<&GivenOut> {
        self.latest.as_ref()
    }

    /// What the log must hold: all that was under the checkpoint last given out.
    pub fn known(&self) -> Header {
        self.header
    }

    /// Writes the next one. After an error the store must not go on.
    pub fn write(&mut self, given_out: &GivenOut) -> Result<(), StoreError> {
        let header = Header {
            sequence: self.header.sequence + 1,
            // At most CHECKPOINT_LEN_MAX, which `give_out` checks.
            checkpoint_len: given_out.checkpoint.len() as u32,
            size: given_out.size,
            leaf: given_out.leaf,
        };
        let bytes = encode(&header, &given_out.checkpoint);
        match &self.file {
            None => self.file = Some(self.create(&bytes)?),
            Some(file) => {
                file.write_at(&bytes, (self.slot * SLOT_LEN) as u64).map_err(StoreError::io("write", NAME))?;
                self.unsynced += 1;
                if self.unsynced >= WRITES_PER_SYNC {
                    file.sync_data().map_err(StoreError::io("sync", NAME))?;
                    (self.slot, self.unsynced) = (1 - self.slot, 0);
                }
            }
        }
        self.header = header;
        self.latest = Some(given_out.clone());
        Ok(())
    }

    /// Makes the file, durably, with the same in both slots.
    fn create(&self, slot: &[u8]) -> Result<Arc<dyn DiskFile>, StoreError> {
        let file = self.disk.create(UNFINISHED).map_err(StoreError::io("create", UNFINISHED))?;
        for at in [0, SLOT_LEN] {
            file.write_at(slot, at as u64).map_err(StoreError::io("write", UNFINISHED))?;
        }
        file.sync_data().map_err(StoreError::io("sync", UNFINISHED))?;
        self.disk.rename(UNFINISHED, NAME).map_err(StoreError::io("rename", UNFINISHED))?;
        self.disk.sync_dir().map_err(StoreError::io("sync the folder of", NAME))?;
        Ok(file)
    }
}

fn damaged() -> StoreError {
    StoreError::GuardDamaged { file: NAME.to_owned() }
}

impl Header {
    /// The header of a slot.
    fn parse(slot: &[u8]) -> Result<Header, StoreError> {
        let (fields, rest) = slot.split_at_checked(HEADER_LEN).ok_or_else(damaged)?;
        if !rest.starts_with(&crc32fast::hash(fields).to_be_bytes()) {
            return Err(damaged());
        }
        let parse = || {
            let (version, rest) = fields.strip_prefix(MAGIC)?.split_first_chunk()?;
            let (checkpoint_len, rest) = rest.strip_prefix(&[0; 2])?.split_first_chunk()?;
            let (sequence, rest) = rest.split_first_chunk()?;
            let (size, rest) = rest.split_first_chunk()?;
            let header = Header {
                sequence: u64::from_be_bytes(*sequence),
                checkpoint_len: u32::from_be_bytes(*checkpoint_len),
                size: u64::from_be_bytes(*size),
                leaf: Hash(*rest.first_chunk()?),
            };
            Some((u16::from_be_bytes(*version), header))
        };
        match parse().ok_or_else(damaged)? {
            (VERSION, header) => Ok(header),
            (version, _) => Err(StoreError::Version { file: NAME.to_owned(), version }),
        }
    }
}

fn encode(header: &Header, checkpoint: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(CHECKPOINT_AT + checkpoint.len() + 4);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&header.checkpoint_len.to_be_bytes());
    out.extend_from_slice(&header.sequence.to_be_bytes());
    out.extend_from_slice(&header.size.to_be_bytes());
    out.extend_from_slice(&header.leaf.0);
    out.extend_from_slice(&crc32fast::hash(&out).to_be_bytes());
    out.extend_from_slice(checkpoint);
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

/// The checkpoint of a slot; `None` if it is torn.
fn checkpoint(slot: &[u8], header: &Header) -> Option<GivenOut> {
    // Of a whole header it is at most CHECKPOINT_LEN_MAX; `get` takes care of any other.
    let end = CHECKPOINT_AT + header.checkpoint_len as usize;
    let (covered, crc) = (slot.get(..end)?, slot.get(end..)?.first_chunk()?);
    let whole = crc32fast::hash(covered) == u32::from_be_bytes(*crc);
    let checkpoint = covered.get(CHECKPOINT_AT..)?.to_vec();
    whole.then_some(GivenOut { size: header.size, leaf: header.leaf, checkpoint })
}
