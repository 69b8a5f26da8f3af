//! The log as a static tlog-tiles directory (C2SP tlog-tiles) that any web server can serve.
//!
//! ```text
//! checkpoint                      the signed note
//! vkey                            the log's verifier key, one line; a reader takes it from elsewhere if it can
//! tile/entries/<N>[.p/<W>]        entry bundles
//! tile/<L>/<N>[.p/<W>]            tiles
//! handovers/<size>                checkpoints by which a log key covered the change to the next one
//! ```
//!
//! The same log and checkpoint always give the same bytes. An export into a directory that holds an earlier one adds
//! to it: a path's bytes never change, and readers see the new checkpoint only when all it needs is durable.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;

use ledger_spec::Hash;
use ledger_spec::checkpoint::{Checkpoint, CheckpointError};
use ledger_spec::hash::leaf_hashes;
use ledger_spec::merkle::Range;
use ledger_spec::note::{Note, NoteError, VerifierKey};
use ledger_spec::record::split_entry;
use ledger_spec::tile::{FILE_LEN_MAX, Row, TILE_HEIGHT, TILE_WIDTH, Tile};
use thiserror::Error;

use crate::files;
use crate::store::{EventStore, StoreError};

/// Why a log could not be exported. What was written so far is good, and the checkpoint was not replaced.
#[derive(Debug, Error)]
pub enum ExportError {
    /// A file could not be written.
    #[error("cannot write {path}: {error}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        error: io::Error,
    },
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint is no signed note.
    #[error("the checkpoint to export: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is none, or not signed by the log's key.
    #[error("the checkpoint to export: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The records have another root than the checkpoint says.
    #[error("the log's root at {size} events is {found}, the checkpoint says {expected}: run `cantus doctor`")]
    Root {
        /// The checkpoint's size.
        size: u64,
        /// Its root.
        expected: Hash,
        /// The root of the records.
        found: Hash,
    },
    /// The directory holds something else.
    #[error("{0} is there already with other bytes: the directory holds another log; export into an empty one")]
    OtherLog(PathBuf),
    /// The directory is a ledger's own: served to everybody, it would give away keys and bodies.
    #[error("{0} is the folder of a ledger, with its keys and private bodies: export into a folder of its own")]
    LedgerFolder(PathBuf),
    /// The directory holds a later export.
    #[error("{path} holds an export of {there} events, later than this one of {size}: a public log never shrinks")]
    Later {
        /// The directory.
        path: PathBuf,
        /// Events of the export that is there.
        there: u64,
        /// Events of this one.
        size: u64,
    },
}

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Events under the checkpoint.
    pub size: u64,
    /// Files written; those that were there already are not counted.
    pub files: u64,
}

/// What is to be exported.
#[derive(Clone, Copy)]
pub struct StaticLog<'a> {
    /// The records.
    pub store: &'a dyn EventStore,
    /// The checkpoint to publish, a signed note.
    pub checkpoint: &'a [u8],
    /// The log's key.
    pub vkey: &'a VerifierKey,
    /// Checkpoints by earlier log keys that cover the change to the next.
    pub handovers: &'a [Vec<u8>],
}

impl StaticLog<'_> {
    /// Writes the log into a directory, which is made if it is not there.
    pub fn write(&self, directory: &Path) -> Result<Exported, ExportError> {
        let checkpoint = Checkpoint::open(&Note::parse(self.checkpoint)?, self.vkey)?;
        if ["segments", "keys"].iter().any(|name| directory.join(name).exists()) {
            return Err(ExportError::LedgerFolder(directory.to_owned()));
        }
        let mut out = Output { directory: directory.to_owned(), files: 0 };
        out.refuse_to_shrink(&checkpoint)?;
        let root = self.write_tiles(checkpoint.size, &mut out)?;
        if root != checkpoint.root {
            return Err(ExportError::Root { size: checkpoint.size, expected: checkpoint.root, found: root });
        }
        for note in self.handovers {
            let handover = Checkpoint::parse(Note::parse(note)?.text())?;
            out.add(&format!("handovers/{}", handover.size), note)?;
        }
        out.replace("vkey", format!("{}\n", self.vkey).as_bytes())?;
        out.sync()?;
        out.replace("checkpoint", self.checkpoint)?;
        out.sync()?;
        Ok(Exported { size: checkpoint.size, files: out.files })
    }

    /// Writes all bundles and tiles; returns the root that they lead to.
    fn write_tiles(&self, size: u64, out: &mut Output) -> Result<Hash, ExportError> {
        let mut tree = Range::new(0);
        let mut rows: Vec<TileRow> = Vec::new();
        for bundle in Row::Entries.tiles(size) {
            let first = bundle.index * TILE_WIDTH;
            let bytes = self.store.records(first..first + u64::from(bundle.width))?;
            out.add(&bundle.to_string(), &bytes)?;
            let mut rest = &bytes[..];
            let mut leaves = Vec::with_capacity(bundle.width.into());
            leaf_hashes(std::iter::from_fn(|| split_entry(&mut rest)), |leaf| leaves.push(leaf));
            let mut hashes = Vec::with_capacity(leaves.len() + 1);
            tree.extend_with(&leaves, |level, _, hash| {
                if level.is_multiple_of(TILE_HEIGHT) {
                    hashes.push((level / TILE_HEIGHT, *hash));
                }
            });
            for (level, hash) in hashes {
                rows.resize_with(rows.len().max(usize::from(level) + 1), TileRow::default);
                rows[usize::from(level)].push(level, &hash, out)?;
            }
        }
        for (level, row) in (0..).zip(&mut rows) {
            row.finish(level, out)?;
        }
        Ok(tree.root().unwrap_or_default())
    }
}

/// The tile of one level that is being filled.
#[derive(Debug, Default)]
struct TileRow {
    index: u64,
    hashes: Vec<u8>,
}

impl TileRow {
    fn push(&mut self, level: u8, hash: &Hash, out: &mut Output) -> Result<(), ExportError> {
        self.hashes.extend_from_slice(&hash.0);
        if self.hashes.len() < TILE_WIDTH as usize * Hash::LEN { Ok(()) } else { self.finish(level, out) }
    }

    /// Writes what there is of the tile, and begins the next.
    fn finish(&mut self, level: u8, out: &mut Output) -> Result<(), ExportError> {
        if self.hashes.is_empty() {
            return Ok(());
        }
        let width = (self.hashes.len() / Hash::LEN) as u16; // at most 256
        let tile = Tile { row: Row::Hashes { level }, index: self.index, width };
        out.add(&tile.to_string(), &self.hashes)?;
        self.index += 1;
        self.hashes.clear();
        Ok(())
    }
}

/// The directory being written.
struct Output {
    directory: PathBuf,
    files: u64,
}

impl Output {
    /// A reader who saw a later checkpoint would take this one for a fork.
    fn refuse_to_shrink(&self, checkpoint: &Checkpoint) -> Result<(), ExportError> {
        let Some(bytes) = self.read("checkpoint")? else { return Ok(()) };
        let there = Checkpoint::parse(Note::parse(&bytes)?.text())?;
        let path = self.directory.clone();
        if there.origin != checkpoint.origin {
            return Err(ExportError::OtherLog(path.join("checkpoint")));
        }
        match there.size > checkpoint.size {
            true => Err(ExportError::Later { path, there: there.size, size: checkpoint.size }),
            false => Ok(()),
        }
    }

    /// Writes a file whose bytes never change.
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        match self.read(name)? {
            Some(there) if there == bytes => Ok(()),
            Some(_) => Err(ExportError::OtherLog(self.directory.join(name))),
            None => self.replace(name, bytes),
        }
    }

    /// Writes a file; whoever reads it meanwhile sees the old one or the new one.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.directory.join(name);
        self.files += 1;
        write_file(&path, bytes).map_err(|error| ExportError::Write { path, error })
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, ExportError> {
        let path = self.directory.join(name);
        match files::read(&path, FILE_LEN_MAX) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ExportError::Write { path, error }),
        }
    }

    /// Makes everything durable at once: a sync for each of many small files takes far longer.
    fn sync(&self) -> Result<(), ExportError> {
        let synced = File::open(&self.directory).and_then(|folder| Ok(rustix::fs::syncfs(folder)?));
        synced.map_err(|error| ExportError::Write { path: self.directory.clone(), error })
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.new", process::id()));
    let written = File::create(&temporary).and_then(|mut file| file.write_all(bytes));
    let written = written.and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of it is of no use to anybody; the error that counts is the one above.
        let _ = fs::remove_file(&temporary);
    }
    written
}
