//! An older copy of a ledger, restored from a backup: read, never written.
//!
//! What its owner redacted since the copy was made still stands in it. So the newer public log, which holds every
//! redaction and no private body, is followed first: it must continue the copy's chain, signed by authors who may say
//! what they say. What it redacts is erased before anything can be read. From then on the copy is marked, and no
//! writer starts on it: two logs that differ under one key would be equivocation.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::note::Note;
use ledger_spec::record::split_entry;
use ledger_spec::tile::{FILE_LEN_MAX, Row, TILE_WIDTH, Tile};
use thiserror::Error;

use super::state::{FollowError, Follower, State};
use super::{Folder, Ledger, LedgerError};
use crate::files;
use crate::store::{Access, Disk, Options, StoreError};

/// The file that marks an older copy: the size of the newer log, in decimal, and whether all it redacts is erased.
const MARK: &str = "older";
const UNFINISHED: &str = "older.new";
const DONE: &str = "erased";

/// Why the newer public log cannot be read.
#[derive(Debug, Error)]
pub enum PublicLogError {
    /// The operating system refused.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The checkpoint is not one.
    #[error("{path} is not a checkpoint: {what}")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Entries are missing.
    #[error("{0} does not hold the entries that its path and the checkpoint say")]
    Short(PathBuf),
}

/// The entries of a static tlog-tiles folder from index `from` on, as `length u16 | record`, bundle by bundle.
pub fn public_log(
    folder: &Path,
    from: u64,
) -> Result<impl Iterator<Item = Result<Vec<u8>, PublicLogError>>, PublicLogError> {
    let path = folder.join("checkpoint");
    let not = |what: String| PublicLogError::Checkpoint { path: path.clone(), what };
    let note = Note::parse(&read(&path)?).map_err(|error| not(error.to_string()))?;
    let size = Checkpoint::parse(note.text()).map_err(|error| not(error.to_string()))?.size;
    let folder = folder.to_owned();
    let tiles = (from / TILE_WIDTH..size.div_ceil(TILE_WIDTH)).filter_map(move |n| Row::Entries.tile(n, size));
    Ok(tiles.map(move |tile| read_entries(&folder, tile, from)))
}

fn read_entries(folder: &Path, tile: Tile, from: u64) -> Result<Vec<u8>, PublicLogError> {
    let path = folder.join(tile.to_string());
    // A partial bundle may have given way to the full one.
    let bundle = read(&path).or_else(|_| read(&folder.join(tile.full().to_string())))?;
    let mut rest = &bundle[..];
    let before = from.saturating_sub(tile.index * TILE_WIDTH);
    for _ in 0..before {
        split_entry(&mut rest).ok_or_else(|| PublicLogError::Short(path.clone()))?;
    }
    let start = bundle.len() - rest.len();
    for _ in before..u64::from(tile.width) {
        split_entry(&mut rest).ok_or_else(|| PublicLogError::Short(path.clone()))?;
    }
    let end = bundle.len() - rest.len();
    Ok(bundle.get(start..end).unwrap_or_default().to_vec())
}

fn read(path: &Path) -> Result<Vec<u8>, PublicLogError> {
    files::read(path, FILE_LEN_MAX).map_err(|source| PublicLogError::Io { path: path.to_owned(), source })
}

/// What a copy is marked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The size of the newer log.
    pub newer: u64,
    /// Not all that it redacts is erased yet; nothing may be read.
    pub unfinished: bool,
}

impl Ledger {
    /// Opens an older copy in a folder, with the newer log as a static tlog-tiles folder; see [`Ledger::open_older`].
    pub fn open_older_in(folder: &Folder, newer: &Path, progress: &mut dyn FnMut(u64)) -> Result<Ledger, LedgerError> {
        folder.remove_index()?;
        let newer = |from| public_log(newer, from);
        drop(Ledger::open_older(folder.disk(Access::Write)?, Options::default(), newer, progress)?);
        Ledger::open_in(folder, progress)
    }

    /// Opens an older copy for reading, after erasing what the newer log redacts. `newer` gives the records from the
    /// copy's size on, as [`public_log`] does; it may be asked for again with a still newer log.
    pub fn open_older<E>(
        disk: Arc<dyn Disk>,
        options: Options,
        newer: impl FnOnce(u64) -> Result<E, PublicLogError>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Ledger, LedgerError>
    where
        E: Iterator<Item = Result<Vec<u8>, PublicLogError>>,
    {
        let copy = Ledger::open_copy(Arc::clone(&disk), options, progress)?;
        let head = copy.head();
        let newer = follow_newer(&copy, newer(head.size)?, progress)?;
        // Marked first: a crash must not leave a copy that can be signed, or read, as if nothing were.
        let mark = Mark { newer: newer.tree.size(), unfinished: true };
        write_mark(&*disk, mark)?;
        let redacted = newer.authority.redacted().iter().copied().filter(|index| *index < head.size);
        copy.shared.store.erase(&redacted.collect::<Vec<u64>>()).map_err(|error| match error {
            StoreError::NotErasable { index, .. } => LedgerError::StillThere { index },
            error => error.into(),
        })?;
        write_mark(&*disk, Mark { unfinished: false, ..mark })?;
        drop(copy);
        Ledger::open(disk, options, progress)
    }
}

/// The state after the newer log's records, which must continue the copy.
fn follow_newer(
    copy: &Ledger,
    newer: impl Iterator<Item = Result<Vec<u8>, PublicLogError>>,
    progress: &mut dyn FnMut(u64),
) -> Result<State, LedgerError> {
    let head = copy.head();
    let state = copy.shared.state().clone();
    let mut size = state.tree.size();
    let mut follower = Follower::distrustful(state, head.leaf);
    for records in newer {
        let records = records?;
        let mut rest = &records[..];
        let count = std::iter::from_fn(|| split_entry(&mut rest)).count() as u64;
        follower.records(size, &records)?;
        size += count;
        progress(size);
    }
    Ok(follower.finish()?.ok_or(FollowError::Unsealed(size))?)
}

/// What a copy was marked with, if it was.
pub(super) fn read_mark(disk: &dyn Disk) -> Result<Option<Mark>, StoreError> {
    let file = match disk.open(MARK) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(failed("open"))?,
    };
    let mut text = [0; 64];
    let length = file.len().map_err(failed("measure"))?.min(text.len() as u64) as usize;
    file.read_at(&mut text[..length], 0).map_err(failed("read"))?;
    let text = String::from_utf8_lossy(&text[..length]);
    let mut words = text.split_whitespace();
    // Whatever else it says, it is marked.
    let newer = words.next().and_then(|size| size.parse().ok()).unwrap_or(u64::MAX);
    Ok(Some(Mark { newer, unfinished: words.next() != Some(DONE) }))
}

fn write_mark(disk: &dyn Disk, mark: Mark) -> Result<(), StoreError> {
    let text = format!("{} {}\n", mark.newer, if mark.unfinished { "unfinished" } else { DONE });
    let write = || {
        let file = disk.create(UNFINISHED)?;
        file.write_at(text.as_bytes(), 0)?;
        file.sync_data()?;
        disk.rename(UNFINISHED, MARK)?;
        disk.sync_dir()
    };
    write().map_err(failed("write"))
}

fn failed(action: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::Io { action, file: MARK.to_owned(), source }
}
