//! The guard: which checkpoint was last given out, so that a shorter log is never signed again.
//!
//! File `guard`, two slots of 16,384 bytes, each:
//!
//! ```text
//!  0  magic [8] = "CANTUSGD"
//!  8  version u16 = 1
//! 10  zero [2]
//! 12  checkpoint length u32
//! 16  sequence u64         the higher of two whole slots counts
//! 24  size u64
//! 32  leaf [32]
//! 64  checkpoint
//!  -  crc u32              CRC-32 of all before it
//! ```
//!
//! The guard is not synced per commit. One slot is always durable: only the other is written, over and over, until a
//! sync makes it the durable one and they change places. So a crash can spoil one slot but never both.

use std::sync::Arc;

use ledger_spec::Hash;

use crate::store::{Disk, DiskFile, GivenOut, StoreError};

const NAME: &str = "guard";
const MAGIC: &[u8; 8] = b"CANTUSGD";
const VERSION: u16 = 1;
const SLOT_LEN: usize = 16_384;
const CHECKPOINT_AT: usize = 64;
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
    sequence: u64,
    /// The slot that is not the durable one.
    slot: usize,
    unsynced: u32,
}

impl Guard {
    /// Reads the guard, if there is one.
    pub fn open(disk: Arc<dyn Disk>) -> Result<Guard, StoreError> {
        let mut guard = Guard { disk, file: None, latest: None, sequence: 0, slot: 0, unsynced: 0 };
        if !guard.disk.list().map_err(StoreError::io("list", NAME))?.iter().any(|name| name == NAME) {
            return Ok(guard);
        }
        let file = guard.disk.open(NAME).map_err(StoreError::io("open", NAME))?;
        file.sync_data().map_err(StoreError::io("sync", NAME))?;
        let mut bytes = vec![0; 2 * SLOT_LEN];
        let length = file.len().map_err(StoreError::io("measure", NAME))?.min(bytes.len() as u64);
        file.read_at(&mut bytes[..length as usize], 0).map_err(StoreError::io("read", NAME))?;
        let (first, second) = bytes.split_at(SLOT_LEN);
        for (number, slot) in [first, second].into_iter().enumerate() {
            if let Some((sequence, given_out)) = decode(slot).filter(|(sequence, _)| *sequence > guard.sequence) {
                (guard.sequence, guard.latest, guard.slot) = (sequence, Some(given_out), 1 - number);
            }
        }
        if guard.latest.is_none() && [first, second].iter().all(|slot| slot.iter().any(|byte| *byte != 0)) {
            return Err(StoreError::GuardDamaged { file: NAME.to_owned() });
        }
        guard.file = Some(file);
        Ok(guard)
    }

    /// The checkpoint last given out.
    pub fn latest(&self) -> Option<&GivenOut> {
        self.latest.as_ref()
    }

    /// Writes the next one. After an error the store must not go on.
    pub fn write(&mut self, given_out: &GivenOut) -> Result<(), StoreError> {
        let created = self.file.is_none();
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => self.disk.create(NAME).map_err(StoreError::io("create", NAME))?,
        };
        self.sequence += 1;
        let bytes = encode(self.sequence, given_out);
        file.write_at(&bytes, (self.slot * SLOT_LEN) as u64).map_err(StoreError::io("write", NAME))?;
        self.unsynced += 1;
        if created || self.unsynced >= WRITES_PER_SYNC {
            file.sync_data().map_err(StoreError::io("sync", NAME))?;
            (self.slot, self.unsynced) = (1 - self.slot, 0);
        }
        if created {
            self.disk.sync_dir().map_err(StoreError::io("sync the folder of", NAME))?;
        }
        self.file = Some(file);
        self.latest = Some(given_out.clone());
        Ok(())
    }
}

fn encode(sequence: u64, given_out: &GivenOut) -> Vec<u8> {
    let mut out = Vec::with_capacity(CHECKPOINT_AT + given_out.checkpoint.len() + 4);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 2]);
    // At most CHECKPOINT_LEN_MAX, which `give_out` checks.
    out.extend_from_slice(&(given_out.checkpoint.len() as u32).to_be_bytes());
    out.extend_from_slice(&sequence.to_be_bytes());
    out.extend_from_slice(&given_out.size.to_be_bytes());
    out.extend_from_slice(&given_out.leaf.0);
    out.extend_from_slice(&given_out.checkpoint);
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_be_bytes());
    out
}

fn decode(slot: &[u8]) -> Option<(u64, GivenOut)> {
    let rest = slot.strip_prefix(MAGIC)?;
    let rest = rest.strip_prefix(&VERSION.to_be_bytes())?.strip_prefix(&[0; 2])?;
    let (length, rest) = rest.split_first_chunk()?;
    let (sequence, rest) = rest.split_first_chunk()?;
    let (size, rest) = rest.split_first_chunk()?;
    let (leaf, rest) = rest.split_first_chunk()?;
    let (checkpoint, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let (crc, _) = rest.split_first_chunk()?;
    let covered = slot.get(..CHECKPOINT_AT + checkpoint.len())?;
    if crc32fast::hash(covered) != u32::from_be_bytes(*crc) {
        return None;
    }
    let given_out = GivenOut { size: u64::from_be_bytes(*size), leaf: Hash(*leaf), checkpoint: checkpoint.to_vec() };
    Some((u64::from_be_bytes(*sequence), given_out))
}
