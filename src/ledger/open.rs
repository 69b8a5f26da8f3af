//! Making a ledger, and opening one.
//!
//! A ledger's folder:
//!
//! ```text
//! segments/   the log: segment files, `guard` (the last checkpoint given out), `lock`
//! keys/       key files: `log.pem` signs checkpoints, others sign submissions
//! outbox/     submissions without a receipt yet, and receipts
//! index/      what can be rebuilt from the log at any time
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_spec::Hash;
use ledger_spec::authority::{Facts, ledger_id};
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
use super::state::{Follower, Placed, State};
use super::{Author, Ledger, LedgerError, Salts, durable, keys, older};
use crate::store::index::Indexed;
use crate::store::{Block, Body, Claim, Disk, EventStore, Options, Outcome, RealDisk, SegmentStore, StoreError};

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

    pub(super) fn disk(&self) -> Result<Arc<dyn Disk>, StoreError> {
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
        drop(Ledger::create(folder.disk()?, Options::default(), opening, operator, log_key, clock)?);
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
            classes: 1 << Class::Governance.number(),
            governance: &governance,
        };
        let state = State::open(&Placed { facts, recorded_at, leaves: &ordered.leaves })?;
        let store = SegmentStore::create(disk, id, options)?;
        match store.append(&store.head(), &[block(ordered)])? {
            Outcome::Committed(_) => {}
            Outcome::Conflict(_) => return Err(LedgerError::Overtaken),
            Outcome::Unknown => return Err(LedgerError::Unknown),
        }
        let shared = Shared::new(Arc::new(store), None, state, None);
        shared.give_out(log_key)?;
        Ok(Ledger { shared: Arc::new(shared) })
    }

    /// Opens a ledger. The log is brought to a whole state and held against the last checkpoint given out, what was
    /// redacted is erased again, and the state is made by following the log; `progress` is told the events read.
    pub fn open(disk: Arc<dyn Disk>, options: Options, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        let newer = newer_log(&*disk)?;
        Ledger::open_marked(disk, options, newer, progress)
    }

    /// The same, whatever the copy is marked with.
    pub(super) fn open_marked(
        disk: Arc<dyn Disk>,
        options: Options,
        newer: Option<u64>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Ledger, LedgerError> {
        let place = disk.place();
        let store = Arc::new(SegmentStore::open(disk, options, None, progress)?);
        let state = follow(&*store, Follower::default(), None, progress)?;
        Ledger::opened(store, None, state, newer, place)
    }

    /// Opens the ledger of a folder; see [`Ledger::open`]. With the index only the end of the log is read. An index
    /// that is damaged is made anew.
    pub fn open_in(folder: &Folder, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        let place = folder.path().display().to_string();
        if !folder.segments().is_dir() {
            return Err(StoreError::NoLedger { place }.into());
        }
        let disk = folder.disk()?;
        let claim = Claim::new(Arc::clone(&disk))?;
        let newer = newer_log(&*disk)?;
        let indexed = Indexed::open(claim, &folder.index(), Options::default(), progress)?;
        let (store, cache, follower) = Cache::open(indexed)?;
        let state = follow(&*store, follower, Some(&cache), progress)?;
        Ledger::opened(store, Some(cache), state, newer, place)
    }

    fn opened(
        store: Arc<SegmentStore>,
        cache: Option<Cache>,
        state: Option<State>,
        newer: Option<u64>,
        place: String,
    ) -> Result<Ledger, LedgerError> {
        let state = state.ok_or(StoreError::NoLedger { place })?;
        erase_again(&*store, state.authority.redacted())?;
        Ok(Ledger { shared: Arc::new(Shared::new(store, cache, state, newer)) })
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
) -> Result<Option<State>, LedgerError> {
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
    Ok(follower.finish()?)
}

/// Erases what was redacted and is still there: a crash came between the two, or an older copy was restored.
fn erase_again(store: &dyn EventStore, redacted: &[u64]) -> Result<(), StoreError> {
    let is_erased = |index: &u64| {
        let event = store.event(*index);
        // A body that is damaged is still there.
        matches!(event, Ok(event) if matches!(event.body, Body::Erased { .. }))
    };
    let left: Vec<u64> = redacted.iter().copied().filter(|index| !is_erased(index)).collect();
    if left.is_empty() { Ok(()) } else { store.erase(&left) }
}

/// An ordered submission as the store takes it.
pub(super) fn block(ordered: Ordered) -> Block {
    let leaf = ordered.head();
    // At most 4096 leaves.
    let count = ordered.leaves.len() as u32;
    Block { first_index: ordered.first, count, records: ordered.records, bodies: ordered.bodies, leaf }
}
