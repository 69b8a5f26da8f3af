//! Making a ledger, and opening one.
//!
//! A ledger's folder:
//!
//! ```text
//! segments/   the log: segment files, `guard` (the last checkpoint given out), `lock`
//! keys/       key files: `log.pem` signs checkpoints, others sign submissions
//! outbox/     submissions without a receipt yet, and receipts
//! index/      what can be rebuilt from the log at any time, and beside it `index.lock`
//! ```
//!
//! A ledger is opened to be read, by any number of processes at a time, or to be written, by one alone. Only the latter
//! repairs what a crash left and erases again what was redacted; a reader changes nothing of the log and sees it as
//! if both were done. The index is for one process at a time: a reader that cannot have it reads the log instead.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_spec::Hash;
use ledger_spec::authority::{Classes, Facts, ledger_id};
use ledger_spec::event::governance::LedgerOpened;
use ledger_spec::event::{Class, Kind};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::sign::SigningKey;
use ledger_spec::submission::{Basis, Draft, Ordered};

use super::cache::Cache;
use super::clock::{Clock, ClockLimits, Recorder, SystemClock};
use super::older::Mark;
use super::read::Shared;
use super::state::{FollowError, Follower, Placed, State};
use super::{Author, Ledger, LedgerError, Salts, durable, keys, older};
use crate::store::index::{Index, Indexed};
use crate::store::{
    Access, Block, Body, Claim, Disk, EventStore, Options, Outcome, RealDisk, SegmentStore, StoreError,
};

/// The folder of a ledger.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at that path.
    pub fn new(path: impl Into<PathBuf>) -> Folder {
        Folder(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The log.
    pub fn segments(&self) -> PathBuf {
        self.0.join("segments")
    }

    /// A key file by its name, which has no extension.
    pub fn key(&self, name: &str) -> PathBuf {
        self.keys().join(format!("{name}.pem"))
    }

    /// All key files.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// Submissions without a receipt, and receipts.
    pub fn outbox(&self) -> PathBuf {
        self.0.join("outbox")
    }

    /// What can be rebuilt.
    pub fn index(&self) -> PathBuf {
        self.0.join("index")
    }

    /// Removes the index, which belongs to another log than the one that is to be opened.
    pub(super) fn remove_index(&self) -> Result<(), StoreError> {
        match fs::remove_dir_all(self.index()) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::Io { action: "remove", file: self.index().display().to_string(), source })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn disk(&self, access: Access) -> Result<Arc<dyn Disk>, StoreError> {
        if access == Access::Read {
            return Ok(Arc::new(RealDisk::for_reading(self.segments())));
        }
        let io = |source| StoreError::Io { action: "make", file: self.segments().display().to_string(), source };
        Ok(Arc::new(RealDisk::new(self.segments()).map_err(io)?))
    }
}

/// What the operator decides about a new ledger.
#[derive(Debug, Clone, Copy)]
pub struct Opening<'a> {
    /// The ledger's name: the origin of its checkpoints.
    pub origin: &'a str,
    /// The party that runs it.
    pub operator: PartyId,
    /// The roles of the operator's first key; operator is one of them.
    pub roles: Roles,
    /// Whether one party may both instruct and approve a payout.
    pub one_person_pays: bool,
}

impl Ledger {
    /// Makes a ledger in a folder, which is made too; see [`Ledger::create`].
    pub fn create_in(
        folder: &Folder,
        opening: &Opening<'_>,
        operator: SigningKey,
        log_key: &SigningKey,
    ) -> Result<Ledger, LedgerError> {
        let made = durable::create_folder(folder.path());
        made.map_err(|source| StoreError::Io { action: "make", file: folder.path().display().to_string(), source })?;
        folder.remove_index()?;
        let clock = Box::new(SystemClock);
        drop(Ledger::create(folder.disk(Access::Write)?, Options::default(), opening, operator, log_key, clock)?);
        Ledger::open_in(folder, &mut |_| {})
    }

    /// Makes a ledger on an empty disk. The operator's key signs its first submission, the log key the first
    /// checkpoint.
    pub fn create(
        disk: Arc<dyn Disk>,
        options: Options,
        opening: &Opening<'_>,
        operator: SigningKey,
        log_key: &SigningKey,
        clock: Box<dyn Clock>,
    ) -> Result<Ledger, LedgerError> {
        let mut nonce = Hash::default();
        getrandom::fill(&mut nonce.0)?;
        let opened = LedgerOpened {
            nonce,
            origin: opening.origin,
            log_key: keys::public(log_key),
            operator: opening.operator,
            operator_key: keys::public(&operator),
            roles: opening.roles,
            one_person_pays: opening.one_person_pays,
            continues: None,
        };
        let body = opened.to_body()?;
        let id = ledger_id(&body);
        let recorded_at = Recorder::new(clock, ClockLimits::default(), None).now()?;
        let mut draft = Draft::new();
        draft.push_body(&body, Salts::new().fresh()?)?;
        let basis = Basis { size: 0, head: id };
        let submission = Author::new(operator, id).sign(draft, 1, basis, recorded_at)?;

        let ordered = submission.order(0, id, recorded_at);
        let governance = [(0, &body[..])];
        let facts = Facts {
            first: 0,
            count: 1,
            author: opened.operator_key,
            number: 1,
            basis,
            classes: Classes::from_iter([Class::Governance]),
            governance: &governance,
        };
        let state = State::open(&Placed { facts, recorded_at, leaves: &ordered.leaves })?;
        let store = SegmentStore::create(disk, id, options)?;
        match store.append(&store.head(), &[block(ordered)])? {
            Outcome::Committed(_) => {}
            Outcome::Conflict(_) => return Err(LedgerError::Overtaken),
            Outcome::Unknown => return Err(LedgerError::Unknown),
        }
        let shared = Shared::new(Arc::new(store), None, state, None, 0);
        shared.give_out(log_key)?;
        Ok(Ledger { shared: Arc::new(shared) })
    }

    /// Opens a ledger. The log is held against the last checkpoint given out, and the state is made by following the
    /// log; `progress` is told the events read. Unless the disk was opened to be read, the log is then brought to a
    /// whole state, and what was redacted is erased again.
    pub fn open(disk: Arc<dyn Disk>, options: Options, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        let newer = newer_log(&*disk)?;
        Ledger::open_claimed(Claim::new(Arc::clone(&disk))?, options, newer, &*disk, progress)
    }

    /// Opens an older copy, whatever it is marked with, to erase what a newer log redacts. It is never signed again, so
    /// that its guard may be missing.
    pub(super) fn open_copy(
        disk: Arc<dyn Disk>,
        options: Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Ledger, LedgerError> {
        let store = Arc::new(Claim::new(disk)?.open(options, None, progress)?);
        let state = follow(&*store, Follower::default(), None, progress)?;
        Ledger::opened(store, None, state, None, true)
    }

    /// Opens a ledger without an index.
    fn open_claimed(
        claim: Claim,
        options: Options,
        newer: Option<u64>,
        disk: &dyn Disk,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Ledger, LedgerError> {
        let store = Arc::new(claim.open(options, None, progress)?);
        let state = follow(&*store, Follower::default(), None, progress)?;
        let may_change = may_change(disk, &*store);
        Ledger::opened(store, None, state, newer, may_change)
    }

    /// Opens the ledger of a folder to write in it, alone; see [`Ledger::open`]. With the index only the end of the log
    /// is read. An index that is damaged is made anew.
    pub fn open_in(folder: &Folder, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        Ledger::open_for(Access::Write, folder, progress)
    }

    /// Opens the ledger of a folder to read it, as others may do at the same time. Nothing of the log is changed.
    pub fn read_in(folder: &Folder, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        Ledger::open_for(Access::Read, folder, progress)
    }

    fn open_for(access: Access, folder: &Folder, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        let place = folder.path().display().to_string();
        if !folder.segments().is_dir() {
            return Err(StoreError::NoLedger { place }.into());
        }
        let disk = folder.disk(access)?;
        let claim = Claim::new(Arc::clone(&disk))?;
        let newer = newer_log(&*disk)?;
        let index = match Index::open(&folder.index()) {
            // Another reader has it, or it cannot be written: it is no more than a help.
            Err(_) if access == Access::Read => None,
            opened => Some(opened?),
        };
        let Some(index) = index else {
            return Ledger::open_claimed(claim, Options::default(), newer, &*disk, progress);
        };
        let indexed = Indexed::open(claim, index, Options::default(), progress)?;
        let (store, cache, follower) = Cache::open(indexed)?;
        let state = follow(&*store, follower, Some(&cache), progress)?;
        let may_change = may_change(&*disk, &*store);
        Ledger::opened(store, Some(cache), state, newer, may_change)
    }

    fn opened(
        store: Arc<SegmentStore>,
        cache: Option<Cache>,
        state: State,
        newer: Option<u64>,
        may_change: bool,
    ) -> Result<Ledger, LedgerError> {
        let left = not_erased(&*store, state.authority.redacted());
        if may_change {
            store.mend()?;
            store.erase(&left)?;
        } else {
            store.withhold(left);
        }
        let torn = store.torn().map_or(0, |torn| torn.end - torn.start);
        Ok(Ledger { shared: Arc::new(Shared::new(store, cache, state, newer, torn)) })
    }
}

/// The size of the newer log, if this is an older copy; one that is not yet rid of what that redacts is not opened.
fn newer_log(disk: &dyn Disk) -> Result<Option<u64>, LedgerError> {
    match older::read_mark(disk)? {
        Some(Mark { newer, unfinished: true }) => Err(LedgerError::Unfinished { newer }),
        mark => Ok(mark.map(|mark| mark.newer)),
    }
}

/// Follows the log to its end, from where the follower is.
fn follow(
    store: &dyn EventStore,
    mut follower: Follower,
    cache: Option<&Cache>,
    progress: &mut dyn FnMut(u64),
) -> Result<State, LedgerError> {
    let from = follower.so_far().map_or(0, |(state, _)| state.tree.size());
    for chunk in store.scan(from)? {
        for frame in chunk?.frames() {
            follower.records(frame.first_index, frame.records)?;
            if let Some((cache, (state, leaf))) = cache.zip(follower.so_far()) {
                cache.save_some(state, leaf)?;
            }
            progress(frame.first_index + u64::from(frame.count));
        }
    }
    // The store found at least one event.
    Ok(follower.finish()?.ok_or(FollowError::Unsealed(0))?)
}

/// What was redacted and is still there: a crash came between the two, or an older copy was restored.
fn not_erased(store: &dyn EventStore, redacted: &[u64]) -> Vec<u64> {
    let is_erased = |index: &u64| {
        let event = store.event(*index);
        // A body that is damaged is still there.
        matches!(event, Ok(event) if matches!(event.body, Body::Erased { .. }))
    };
    redacted.iter().copied().filter(|index| !is_erased(index)).collect()
}

/// Whether the log may be repaired now.
fn may_change(disk: &dyn Disk, store: &dyn EventStore) -> bool {
    disk.access() == Access::Write && !is_guard_lost(store)
}

/// Whether the note of the last checkpoint given out is gone. Only the opening of a ledger may be durable before its
/// first checkpoint is noted. Beyond it, a log without the note may have lost its end: nothing of it may be repaired,
/// and to sign it would be to deny what was given out.
pub(super) fn is_guard_lost(store: &dyn EventStore) -> bool {
    store.given_out().is_none() && store.head().size > 1
}

/// An ordered submission as the store takes it.
pub(super) fn block(ordered: Ordered) -> Block {
    let leaf = ordered.head();
    // At most 4096 leaves.
    let count = ordered.leaves.len() as u32;
    Block { first_index: ordered.first, count, records: ordered.records, bodies: ordered.bodies, leaf }
}
