//! The files of a static log against the entries in them (C2SP tlog-tiles): every hash of every tile is computed anew.

use crate::hash::Hash;
use crate::record::split_entry;
use crate::tile::{Row, TILE_HEIGHT, TILE_WIDTH, Tile};
use crate::verify::docket::{Docket, keep_gravest};
use crate::verify::report::{Finding, Rule, Verdict};

/// Compares tiles as the hashes that they should hold are computed; one tile of each level is in memory at a time.
#[derive(Debug)]
pub struct TileCheck {
    /// Leaves of the tree whose tiles are compared.
    size: u64,
    /// The tile being compared at each level.
    rows: Vec<Option<(u64, Vec<u8>)>>,
    /// Tiles and bundles compared.
    checked: u64,
    finding: Option<Box<Finding>>,
}

impl TileCheck {
    /// For the tiles of a tree of `size` leaves.
    pub fn new(size: u64) -> TileCheck {
        TileCheck { size, rows: Vec::new(), checked: 0, finding: None }
    }

    /// Checks that an entry bundle holds as many entries as its name says, and nothing else.
    pub fn bundle(&mut self, tile: &Tile, bytes: &[u8]) {
        let mut rest = bytes;
        let entries = std::iter::from_fn(|| split_entry(&mut rest)).count();
        if entries != usize::from(tile.width) || !rest.is_empty() {
            let meaning = format!("The bundle {tile} does not hold the number of entries that it must.");
            let found = format!("{entries} and {} bytes", rest.len());
            keep_gravest(&mut self.finding, Finding::malformed(Rule::Tiles, meaning).expected(tile.width, found));
        }
        self.checked += 1;
    }

    /// Compares one hash: `(level, index)` as [`super::Verifier::absorb_with`] tells them. `read` reads a tile, or the
    /// full one in its place, and says which of them; `None` says that there is neither.
    pub fn node(&mut self, level: u8, index: u64, hash: &Hash, read: impl FnOnce(&Tile) -> Option<(Tile, Vec<u8>)>) {
        let row = level / TILE_HEIGHT;
        let Some(tile) = Row::Hashes { level: row }.tile(index / TILE_WIDTH, self.size) else { return };
        let place = (index % TILE_WIDTH) as usize; // below 256
        let decided = self.finding.as_ref().is_some_and(|finding| finding.verdict == Verdict::Tampered);
        if decided || place >= usize::from(tile.width) {
            return;
        }
        self.rows.resize(self.rows.len().max(usize::from(row) + 1), None);
        let current = &mut self.rows[usize::from(row)];
        if current.as_ref().is_none_or(|(number, _)| *number != tile.index) {
            self.checked += 1;
            let bytes = whole(&tile, read(&tile));
            let bytes = bytes.map_err(|finding| keep_gravest(&mut self.finding, finding));
            *current = Some((tile.index, bytes.unwrap_or_default()));
        }
        // What is missing or of another length was noted, and is empty here.
        let Some((_, bytes)) = current.as_ref().filter(|(_, bytes)| !bytes.is_empty()) else { return };
        let found = bytes.as_chunks::<{ Hash::LEN }>().0.get(place).copied().map(Hash);
        if found != Some(*hash) {
            let meaning = format!("The file {tile} is not the tile that the entries make; hash {place} differs.");
            let found = found.map_or("nothing".to_owned(), |found| found.to_string());
            keep_gravest(&mut self.finding, Finding::tampered(Rule::Tiles, meaning).expected(hash, found));
        }
    }

    pub(super) fn conclude(self, docket: &mut Docket) {
        match self.finding {
            Some(finding) => docket.failed(self.checked, finding),
            None => docket.passed(Rule::Tiles, self.checked),
        }
    }
}

/// The hashes of a tile that is there and holds as many as it must. One that is missing may be missing from this copy
/// alone, which proves nothing.
fn whole(tile: &Tile, read: Option<(Tile, Vec<u8>)>) -> Result<Vec<u8>, Box<Finding>> {
    let Some((read, bytes)) = read else {
        return Err(Finding::undecided(Rule::Tiles, format!("The file {tile} is missing.")));
    };
    let expected = usize::from(read.width) * Hash::LEN;
    if bytes.len() == expected {
        return Ok(bytes);
    }
    let meaning = format!("The file {read} does not hold as many hashes as it must, and nothing else.");
    let (expected, found) = (format!("{expected} bytes"), format!("{} bytes", bytes.len()));
    Err(Finding::malformed(Rule::Tiles, meaning).expected(expected, found))
}
