//! What can be found again by reading the log, kept so that it need not be: sled, behind one small door.
//!
//! sled 0.34.7 is fast and loses data: its `flush` is no fsync, a flipped byte makes it panic at opening or later, and
//! a cut file opens with rows missing. So nothing here is the truth, and nothing is on the commit path:
//!
//! - every call into sled catches panics; after one the index is dead for this process, and removed at the next opening
//! - every value carries a checksum over itself and its key, and what does not match counts as damage
//! - each batch can name the place in the log up to which it speaks ([`Batch::reaching`]); whoever reads it compares
//!   that place with the log ([`Index::reached`]). A row that sled lost silently cannot be told, so where a missing
//!   row would do harm, the log is asked
//!
//! One sled tree holds everything, because only a batch of one tree is atomic. Layout:
//!
//! ```text
//! key     space u8 | the space's own key
//! value   crc u32 | value           CRC-32 of key and value
//! ```

mod log;
mod panics;
mod snapshot;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ledger_spec::Hash;

use self::panics::{caught, start};
use super::StoreError;
pub use log::Indexed;
pub use snapshot::Snapshot;

/// Most bytes of a value. sled puts much longer ones into files of their own, which it never syncs.
pub const VALUE_LEN_MAX: usize = 32 << 10;

/// Whose rows they are. The byte is on disk: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Space {
    /// Places in the log up to which each space speaks.
    Reached = 0,
    /// Marks and tree nodes of the log.
    Log = 1,
    /// Snapshots of projections.
    Snapshots = 2,
    /// The writer's: authors, submissions, receipts.
    Ledger = 3,
    /// Search, and whatever else projections want to find by key.
    Projection = 4,
    /// Jobs of the server.
    Jobs = 5,
}

/// A place in the log: a size, and the leaf hash of the record before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Events below it.
    pub size: u64,
    /// Leaf hash of the last of them.
    pub leaf: Hash,
}

/// The open index.
#[derive(Debug)]
pub struct Index {
    /// There until the index is dropped.
    db: Option<sled::Db>,
    /// Given up after sled is closed.
    lock: File,
    path: PathBuf,
    dead: AtomicBool,
}

/// Writes that are done together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    batch: sled::Batch,
    bytes: usize,
}

impl Batch {
    /// Sets a value of at most [`VALUE_LEN_MAX`] bytes.
    pub fn put(&mut self, space: Space, key: &[u8], value: &[u8]) {
        debug_assert!(value.len() <= VALUE_LEN_MAX, "a value of {} bytes", value.len());
        let key = full_key(space, key);
        let mut sealed = Vec::with_capacity(4 + value.len());
        sealed.extend_from_slice(&crc(&key, value).to_be_bytes());
        sealed.extend_from_slice(value);
        self.bytes += key.len() + sealed.len();
        self.batch.insert(key, sealed);
    }

    /// Removes a value.
    pub fn remove(&mut self, space: Space, key: &[u8]) {
        let key = full_key(space, key);
        self.bytes += key.len();
        self.batch.remove(key);
    }

    /// Notes that with this batch the space speaks for the log up to that place.
    pub fn reaching(&mut self, space: Space, reached: Reached) {
        let mut value = reached.size.to_be_bytes().to_vec();
        value.extend_from_slice(&reached.leaf.0);
        self.put(Space::Reached, &[space as u8], &value);
    }

    /// Bytes of keys and values so far. A few megabytes at once are enough.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Index {
    /// Opens the index of that folder, which one process at a time can do. If it is damaged it is removed, and an
    /// empty one is made; the second answer then says what was wrong.
    pub fn open(path: &Path) -> Result<(Index, Option<String>), StoreError> {
        let lock = lock(path)?;
        let damage = match fs::exists(marker(path)) {
            Ok(true) => "it was found damaged before".to_owned(),
            _ => match start(path) {
                Ok(db) => return Ok((Index::new(db, lock, path), None)),
                Err(what) => what,
            },
        };
        let index = Index::rebuilt(path, lock)?;
        Ok((index, Some(damage)))
    }

    /// Removes everything and starts anew.
    pub fn reset(self) -> Result<Index, StoreError> {
        let lock = self.lock.try_clone().map_err(StoreError::io("lock", &self.path.display().to_string()))?;
        let path = self.path.clone();
        drop(self);
        Index::rebuilt(&path, lock)
    }

    fn rebuilt(path: &Path, lock: File) -> Result<Index, StoreError> {
        let name = path.display().to_string();
        for removed in [fs::remove_dir_all(path), fs::remove_file(marker(path))] {
            removed.or_else(absent_is_fine).map_err(StoreError::io("remove", &name))?;
        }
        let db = start(path).map_err(|what| StoreError::Index { place: name, what })?;
        Ok(Index::new(db, lock, path))
    }

    fn new(db: sled::Db, lock: File, path: &Path) -> Index {
        Index { db: Some(db), lock, path: path.to_owned(), dead: AtomicBool::new(false) }
    }

    /// The value of a key.
    pub fn get(&self, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let key = full_key(space, key);
        let found = self.guarded(|| self.db().get(&key))?;
        found.map(|sealed| self.unseal(&key, &sealed)).transpose()
    }

    /// Keys and values of the keys that start so, in order, without the space's byte.
    pub fn scan(
        &self,
        space: Space,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<(Vec<u8>, Vec<u8>), StoreError>> + '_ {
        let mut rows = self.db().scan_prefix(full_key(space, prefix));
        let mut failed = false;
        std::iter::from_fn(move || {
            if failed {
                return None;
            }
            let row = self.guarded(|| rows.next().transpose()).transpose()?;
            let row = row.and_then(|(key, sealed)| Ok((key[1..].to_vec(), self.unseal(&key, &sealed)?)));
            failed = row.is_err();
            Some(row)
        })
    }

    /// Does the writes, all or none.
    pub fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.guarded(|| self.db().apply_batch(batch.batch))
    }

    /// Hands everything to the disk and syncs it, as far as sled's files go.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.guarded(|| self.db().flush())?;
        let file = self.path.join("db");
        let synced = File::open(&file).and_then(|file| file.sync_data());
        synced.map_err(StoreError::io("sync", &file.display().to_string()))
    }

    /// How far in the log the rows of a space reach. To be compared with the log before they are believed.
    pub fn reached(&self, space: Space) -> Result<Option<Reached>, StoreError> {
        let Some(value) = self.get(Space::Reached, &[space as u8])? else { return Ok(None) };
        let (size, leaf) = value.split_first_chunk().ok_or_else(|| self.damaged("a place is cut short"))?;
        let leaf = Hash(leaf.try_into().map_err(|_| self.damaged("a place is cut short"))?);
        Ok(Some(Reached { size: u64::from_be_bytes(*size), leaf }))
    }

    /// Notes that the index must not be used again, and makes the error that says so.
    pub fn damaged(&self, what: impl ToString) -> StoreError {
        self.dead.store(true, Ordering::Release);
        // If the note cannot be written, the next opening finds the damage by itself.
        let _ = File::create(marker(&self.path));
        StoreError::Index { place: self.path.display().to_string(), what: what.to_string() }
    }

    fn db(&self) -> &sled::Db {
        self.db.as_ref().expect("taken only by drop")
    }

    fn unseal(&self, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        match sealed.split_first_chunk() {
            Some((found, value)) if u32::from_be_bytes(*found) == crc(key, value) => Ok(value.to_vec()),
            _ => Err(self.damaged("a value does not match its checksum")),
        }
    }

    fn guarded<T>(&self, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
        if self.dead.load(Ordering::Acquire) {
            return Err(self.damaged("it was found damaged before"));
        }
        caught(call).map_err(|what| self.damaged(what))
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // After damage sled may panic once more while it closes.
        let db = self.db.take();
        let _ = caught(|| {
            drop(db);
            Ok(())
        });
    }
}

/// The right to open the index, which comes and goes as a whole: sled's own lock does not outlive its folder.
fn lock(path: &Path) -> Result<File, StoreError> {
    let name = path.with_extension("lock");
    let io = |action, source| StoreError::Io { action, file: name.display().to_string(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&name);
    let file = file.map_err(|error| io("open", error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { place: path.display().to_string() }),
        Err(TryLockError::Error(error)) => Err(io("lock", error)),
    }
}

/// Beside the folder, so that it is there even if the folder cannot be written.
fn marker(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

fn absent_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn full_key(space: Space, key: &[u8]) -> Vec<u8> {
    let mut full = Vec::with_capacity(1 + key.len());
    full.push(space as u8);
    full.extend_from_slice(key);
    full
}

fn crc(key: &[u8], value: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(value);
    hasher.finalize()
}
