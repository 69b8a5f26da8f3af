//! The embedded engine: append-only segment files.
//!
//! A folder holds `lock`, `guard` (`guard.rs`) and segment files (`file.rs`), each a short header and then frames
//! (`frame.rs`) without gaps. A frame is one commit: one or more blocks, one contiguous write, one `fdatasync`, and
//! never two in flight. The end of the log is the last whole frame; no other file says so.
//!
//! Files are extended with written zeros ahead of use, in steps that grow with the file, because a sync that changes
//! no metadata takes half the time; a frame longer than the first step pays for its own growth. A full segment is
//! cut to its frames before the next is made.
//!
//! Concurrency: one `Mutex` for the appender; readers take what they need of the shared state under a lock held for
//! a few copies, and then read without one. Erasure excludes readers of bodies while it writes.

mod append;
mod cursor;
mod erase;
mod file;
mod frame;
mod guard;
mod inspect;
mod mark;
mod probe;
mod read;
mod recover;
mod stream;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ledger_spec::Hash;

use self::append::Writer;
use self::file::Segment;
use self::guard::{CHECKPOINT_LEN_MAX, Guard};
pub use self::inspect::Inspection;
pub use self::mark::{MARK_EVERY, Mark, Resume};
use self::read::Bodies;
use self::recover::Repair;
use super::{Access, Block, Disk, Event, EventStore, GivenOut, Head, Lock, Misfit, Outcome, Scan, StoreError};

const LOCK: &str = "lock";

/// Sizes in bytes. The defaults are for use; tests take small ones.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// A segment with frames gets no frame beyond this length.
    pub segment_len_max: u64,
    /// First step of zeros, and the frame length from which a file grows by the frame alone.
    pub grow_min: u64,
    /// Largest step of zeros.
    pub grow_max: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { segment_len_max: 1 << 30, grow_min: 1 << 20, grow_max: 64 << 20 }
    }
}

/// The right to open the store of a folder, and what belongs to it: this process's alone if the disk was opened for
/// writing, and any number of readers' if not.
#[derive(Debug)]
pub struct Claim {
    disk: Arc<dyn Disk>,
    lock: Box<dyn Lock>,
}

impl Claim {
    /// Takes the folder's lock.
    pub fn new(disk: Arc<dyn Disk>) -> Result<Claim, StoreError> {
        match disk.lock(LOCK) {
            Ok(lock) => Ok(Claim { disk, lock }),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Err(StoreError::InUse { place: disk.place() }),
            Err(error) => Err(StoreError::io("lock", LOCK)(error)),
        }
    }

    /// Opens the store to be read: see `recover.rs`. Nothing is changed, and until it is
    /// [mended](SegmentStore::mend) nothing can be. With `resume` only what comes after it is read; one that does not
    /// fit is ignored, see [`resumed`](SegmentStore::resumed). `progress` is told the index of the event reached, now
    /// and then.
    pub fn open(
        self,
        options: Options,
        resume: Option<&Resume>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<SegmentStore, StoreError> {
        SegmentStore::start(self, None, options, resume, progress)
    }

    /// Holds the log for reading it as it stands; nothing is repaired.
    pub fn inspect(self) -> Result<Inspection, StoreError> {
        Inspection::new(self)
    }
}

/// The log in segment files.
#[derive(Debug)]
pub struct SegmentStore {
    disk: Arc<dyn Disk>,
    shared: RwLock<Shared>,
    writer: Mutex<Writer>,
    guard: Mutex<Guard>,
    /// Held for writing while bodies are overwritten.
    erasing: Arc<RwLock<()>>,
    /// Set by the first failed write or sync, and never unset.
    poisoned: AtomicBool,
    resumed: bool,
    /// What opening found to be put right, and whether that was done.
    repair: Repair,
    mended: AtomicBool,
    /// Events whose bodies read as erased, though they are not yet.
    withheld: OnceLock<BTreeSet<u64>>,
    _lock: Box<dyn Lock>,
}

/// What readers need, changed only when a frame is durable.
#[derive(Clone, Debug)]
struct Shared {
    head: Head,
    /// In order; all but the last are full.
    segments: Arc<Vec<Arc<Segment>>>,
    /// Of every 256th record below the head.
    marks: Vec<Mark>,
    /// Index of the first record of the last frame.
    last_frame: u64,
}

impl SegmentStore {
    /// Makes the store of a new ledger, whose first record has `genesis` as its `prev`. Nothing of it is found again
    /// until something is appended.
    pub fn create(disk: Arc<dyn Disk>, genesis: Hash, options: Options) -> Result<SegmentStore, StoreError> {
        let place = disk.place();
        let store = SegmentStore::start(Claim::new(disk)?, Some(genesis), options, None, &mut |_| {})?;
        store.mend()?;
        if store.head().size > 0 { Err(StoreError::Exists { place }) } else { Ok(store) }
    }

    /// Opens the store of a ledger, see [`Claim::open`], and mends it unless the disk was opened to be read.
    pub fn open(
        disk: Arc<dyn Disk>,
        options: Options,
        resume: Option<&Resume>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<SegmentStore, StoreError> {
        let store = Claim::new(disk)?.open(options, resume, progress)?;
        if store.disk.access() == Access::Write {
            store.mend()?;
        }
        Ok(store)
    }

    fn start(
        claim: Claim,
        genesis: Option<Hash>,
        options: Options,
        resume: Option<&Resume>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<SegmentStore, StoreError> {
        let Claim { disk, lock } = claim;
        let recovered = recover::recover(&*disk, genesis, resume, progress)?;
        let guard = Guard::open(Arc::clone(&disk))?;
        let store = SegmentStore {
            writer: Mutex::new(Writer::new(options, recovered.allocated)),
            shared: RwLock::new(recovered.shared),
            guard: Mutex::new(guard),
            erasing: Arc::default(),
            poisoned: AtomicBool::new(false),
            resumed: recovered.resumed,
            repair: recovered.repair,
            mended: AtomicBool::new(false),
            withheld: OnceLock::new(),
            _lock: lock,
            disk,
        };
        store.check_guard()?;
        Ok(store)
    }

    /// Puts right what a crash left, durably, and lets the store be changed from now on. Done once; again is nothing.
    pub fn mend(&self) -> Result<(), StoreError> {
        if self.mended.load(Ordering::Acquire) {
            return Ok(());
        }
        if self.disk.access() == Access::Read {
            return Err(StoreError::ReadOnly { place: self.disk.place() });
        }
        self.repair.apply(&*self.disk, &self.shared())?;
        self.mended.store(true, Ordering::Release);
        Ok(())
    }

    /// Bytes that an interrupted commit left after the end of the log, until they are cleared away by
    /// [`mend`](Self::mend). They were never acknowledged.
    pub fn torn(&self) -> Option<Range<u64>> {
        self.repair.torn().filter(|_| !self.mended.load(Ordering::Acquire))
    }

    /// Events known to be durable: once mended all, before that those under the last checkpoint given out. What the
    /// index keeps must not go beyond, or a log that lost its unacknowledged end would look like one that was cut.
    pub fn durable(&self) -> u64 {
        match self.mended.load(Ordering::Acquire) {
            true => self.head().size,
            false => self.lock_guard().known().size,
        }
    }

    /// Lets these bodies read as erased, for a store that is not mended and cannot erase them. Once only.
    pub fn withhold(&self, indices: impl IntoIterator<Item = u64>) {
        self.withheld.get_or_init(|| indices.into_iter().collect());
    }

    /// Whether opening believed what it was told by `resume`.
    pub fn resumed(&self) -> bool {
        self.resumed
    }

    /// The marks of these groups of 256 records, as far as there are any.
    pub fn marks(&self, groups: Range<usize>) -> Vec<Mark> {
        let shared = self.shared();
        let end = groups.end.min(shared.marks.len());
        shared.marks.get(groups.start..end).unwrap_or_default().to_vec()
    }

    /// The log must hold what was given out.
    fn check_guard(&self) -> Result<(), StoreError> {
        let (known, head) = (self.lock_guard().known(), self.head());
        if known.size > head.size || known.size > 0 && self.read_leaf_before(known.size)? != known.leaf {
            return Err(StoreError::Cut { head: head.size, known: known.size });
        }
        Ok(())
    }

    /// Runs something that changes the disk; its failure stops all later changes.
    fn guarded<T>(&self, change: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.poisoned.load(Ordering::Acquire) {
            return Err(StoreError::Poisoned);
        }
        if !self.mended.load(Ordering::Acquire) {
            return Err(StoreError::ReadOnly { place: self.disk.place() });
        }
        let result = change();
        if let Err(StoreError::Io { .. }) = result {
            self.poisoned.store(true, Ordering::Release);
        }
        result
    }

    fn shared(&self) -> RwLockReadGuard<'_, Shared> {
        // Nothing panics while it holds these locks, so a poisoned one is whole all the same.
        self.shared.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shared_mut(&self) -> RwLockWriteGuard<'_, Shared> {
        self.shared.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_guard(&self) -> MutexGuard<'_, Guard> {
        self.guard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventStore for SegmentStore {
    fn head(&self) -> Head {
        self.shared().head
    }

    fn append(&self, expected: &Head, blocks: &[Block]) -> Result<Outcome, StoreError> {
        self.append_blocks(expected, blocks)
    }

    fn records(&self, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        Ok(self.read_span(range, Bodies::None)?.records)
    }

    fn bodies(&self, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        Ok(self.read_span(range, Bodies::Checked)?.bodies)
    }

    fn event(&self, index: u64) -> Result<Event, StoreError> {
        self.read_event(index)
    }

    fn leaf_before(&self, index: u64) -> Result<Hash, StoreError> {
        self.read_leaf_before(index)
    }

    fn scan(&self, from: u64) -> Result<Scan, StoreError> {
        self.scan_frames(from)
    }

    fn erase(&self, indices: &[u64]) -> Result<(), StoreError> {
        self.erase_bodies(indices)
    }

    fn given_out(&self) -> Option<GivenOut> {
        self.lock_guard().latest().cloned()
    }

    fn give_out(&self, given_out: &GivenOut) -> Result<(), StoreError> {
        let reject = |reason| Err(StoreError::Rejected { index: given_out.size, reason });
        let mut guard = self.lock_guard();
        if given_out.checkpoint.len() > CHECKPOINT_LEN_MAX {
            return reject(Misfit::LongCheckpoint);
        }
        if guard.latest().is_some_and(|latest| latest.size > given_out.size) {
            return reject(Misfit::OldCheckpoint);
        }
        if given_out.size > self.head().size || self.read_leaf_before(given_out.size)? != given_out.leaf {
            return reject(Misfit::Chain);
        }
        self.guarded(|| guard.write(given_out))
    }
}
