//! A static tlog-tiles directory (C2SP tlog-tiles): what any web server can serve.
//!
//! The records come from the entry bundles; the tiles are computed from them and compared. `vkey` beside the
//! checkpoint is held against the log's key, and checkpoints in `handovers/` may cover changes of that key.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ledger_spec::Hash;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::note::Note;
use ledger_spec::record::split_entry;
use ledger_spec::tile::{FILE_LEN_MAX, Row, TILE_WIDTH, Tile};
use ledger_spec::verify::{Anchors, Published, Report, TileCheck, whole_submissions};

use super::source::{Piece, Source};
use super::{VerifyError, pipeline};
use crate::files;

/// Bytes of bundles that are read before they are given on.
const PIECE: usize = 2 << 20;

/// No submission is longer (SPEC.md section 2.3): 8 MiB of bodies and 4096 records. What is longer and not sealed is
/// given on as it is, to be found wrong.
const UNSEALED_MAX: usize = 10 << 20;

/// Verifies the static log in that folder.
pub fn verify(folder: &Path, anchors: &Anchors, progress: &mut dyn FnMut(u64)) -> Result<Report, VerifyError> {
    let mut log = StaticLog::open(folder)?;
    let published = log.published()?;
    let mut verifier = pipeline::run(&mut log, anchors, &published, progress)?;
    if let Some(tiles) = log.tiles {
        verifier.absorb_tiles(tiles);
    }
    if let Some(tile) = log.missing {
        verifier.miss(tile);
    }
    Ok(verifier.finish())
}

struct StaticLog {
    folder: PathBuf,
    checkpoint: Option<Vec<u8>>,
    /// Of the tree; none if the checkpoint does not say it.
    size: Option<u64>,
    tiles: Option<TileCheck>,
    /// The bundle at which the log cannot be read on although the tree goes on.
    missing: Option<Tile>,
    /// Number of the next bundle; `None` once the last was read.
    bundle: Option<u64>,
    /// Index of the first record not given on yet.
    next: u64,
    /// Entries that were read but not given on: the start of a submission.
    rest: Vec<u8>,
}

impl StaticLog {
    fn open(folder: &Path) -> Result<StaticLog, VerifyError> {
        let checkpoint = read_if_there(&folder.join("checkpoint"))?;
        let size = checkpoint.as_deref().and_then(|note| Note::parse(note).ok());
        let size = size.and_then(|note| Checkpoint::parse(note.text()).ok()).map(|checkpoint| checkpoint.size);
        let tiles = size.map(TileCheck::new);
        let (bundle, missing, rest) = (Some(0), None, Vec::new());
        Ok(StaticLog { folder: folder.into(), checkpoint, size, tiles, missing, bundle, next: 0, rest })
    }

    fn published(&self) -> Result<Published, VerifyError> {
        let handovers = handovers(&self.folder)?;
        let vkey = read_if_there(&self.folder.join("vkey"))?;
        Ok(Published { checkpoint: self.checkpoint.clone(), vkey, handovers })
    }

    /// The entry bundle of that number, the widest there is.
    fn read_bundle(&self, number: u64) -> Result<Option<(Tile, Vec<u8>)>, VerifyError> {
        let full = Tile { row: Row::Entries, index: number, width: TILE_WIDTH as u16 };
        if let Some(bytes) = read_if_there(&self.folder.join(full.to_string()))? {
            return Ok(Some((full, bytes)));
        }
        for width in (1..full.width).rev() {
            let partial = Tile { width, ..full };
            if let Some(bytes) = read_if_there(&self.folder.join(partial.to_string()))? {
                return Ok(Some((partial, bytes)));
            }
        }
        Ok(None)
    }

    /// Reads on until there is a whole submission to give on, or the log ends.
    fn fill(&mut self) -> Result<(usize, u64), VerifyError> {
        loop {
            let start = self.rest.len();
            while let Some(number) = self.bundle.filter(|_| self.rest.len() < start + PIECE) {
                let bundle = self.read_bundle(number)?;
                self.bundle = bundle.as_ref().filter(|(tile, _)| tile.is_full()).map(|_| number + 1);
                let Some((tile, mut bytes)) = bundle else {
                    self.missing = self.size.and_then(|size| Row::Entries.tile(number, size));
                    break;
                };
                if let Some(tiles) = &mut self.tiles {
                    tiles.bundle(&tile, &bytes);
                    // What is after its entries was found wrong, and is none of the log's.
                    bytes.truncate(first_entries(&bytes, tile.width.into()).len());
                }
                self.rest.extend_from_slice(&bytes);
            }
            let whole = whole_submissions(&self.rest);
            if self.missing.is_some() {
                // A submission whose end would stand in the missing bundle is not at fault.
                return Ok(whole);
            }
            if self.bundle.is_none() || (whole.1 == 0 && self.rest.len() > UNSEALED_MAX) {
                let mut rest = &self.rest[..];
                let records = std::iter::from_fn(|| split_entry(&mut rest)).count();
                return Ok((self.rest.len(), records as u64));
            }
            if whole.1 > 0 {
                return Ok(whole);
            }
        }
    }
}

impl Source for StaticLog {
    fn next(&mut self) -> Result<Option<Piece>, VerifyError> {
        let (length, records) = self.fill()?;
        if length == 0 {
            return Ok(None);
        }
        let rest = self.rest.split_off(length);
        let bytes = std::mem::replace(&mut self.rest, rest);
        let first = self.next;
        self.next = first + records;
        Ok(Some(Piece::Entries { first, bytes }))
    }

    fn again(&mut self, ranges: &[Range<u64>], mut give: impl FnMut(&[u8])) -> Result<(), VerifyError> {
        for range in ranges {
            let bundle = self.read_bundle(range.start / TILE_WIDTH)?;
            let bytes = bundle.map_or_else(Vec::new, |(_, bytes)| bytes);
            give(first_entries(&bytes, range.end - range.start));
        }
        Ok(())
    }

    fn node(&mut self, level: u8, index: u64, hash: &Hash) {
        let Some(tiles) = &mut self.tiles else { return };
        tiles.node(level, index, hash, |tile| {
            let read = |tile: Tile| Some((tile, read_if_there(&self.folder.join(tile.to_string())).ok()??));
            // Once a tile is full its partial ones may go (C2SP tlog-tiles, "Merkle Tree").
            read(*tile).or_else(|| read(tile.full()))
        });
    }
}

/// The first entries of a bundle, which is of no use if it has fewer.
fn first_entries(bundle: &[u8], count: u64) -> &[u8] {
    let mut rest = bundle;
    for _ in 0..count {
        split_entry(&mut rest);
    }
    &bundle[..bundle.len() - rest.len()]
}

/// The checkpoints in a folder's `handovers/`, by which log keys covered the changes to the next ones.
pub(super) fn handovers(folder: &Path) -> Result<Vec<Vec<u8>>, VerifyError> {
    let folder = folder.join("handovers");
    let names = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        names => names.and_then(Iterator::collect).map_err(VerifyError::read(&folder))?,
    };
    let mut notes = Vec::new();
    // Named by their sizes; anything else is none of the log's files.
    for entry in names.iter().filter(|entry| is_decimal(&entry.file_name())) {
        notes.extend(read_if_there(&entry.path())?);
    }
    Ok(notes)
}

fn is_decimal(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    name.iter().all(u8::is_ascii_digit) && !name.starts_with(b"0")
}

/// Reads a file of the log. The folder is somebody else's.
fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, VerifyError> {
    match files::read(path, FILE_LEN_MAX) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VerifyError::read(path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_again_is_what_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("tile/entries/001.p")).unwrap();
        let entries = |count: u8| (0..count).flat_map(|entry| [0, 1, entry]).collect::<Vec<_>>();
        fs::write(folder.path().join("tile/entries/000"), entries(255)).unwrap();
        fs::write(folder.path().join("tile/entries/001.p/9"), entries(9)).unwrap();
        fs::write(folder.path().join("tile/entries/001.p/7"), entries(7)).unwrap();
        let mut log = StaticLog::open(folder.path()).unwrap();
        let mut given = Vec::new();
        log.again(&[0..255, 256..264], |entries| given.push(entries.to_vec())).unwrap();
        assert_eq!(given, [entries(255), entries(8)]);
    }
}
