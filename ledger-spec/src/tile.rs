//! Tiles and entry bundles: the static files that a log is served as (C2SP tlog-tiles).
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]          up to 256 hashes of 32 bytes: the perfect subtrees of 256^L leaves, from the N*256th on
//! tile/entries/<N>[.p/<W>]      up to 256 entries: u16 length || entry
//! ```
//!
//! `<N>` is decimal in groups of three digits, each but the last after an `x`: 1234067 is `x001/x234/067`. A tile that
//! the tree does not fill yet has its width as `.p/<W>`; as the tree grows it gets a new path, so that what stands at
//! a path never changes. At level 1 and above only complete subtrees stand, never the ragged right edge of the tree:
//! a tree of 256 leaves has `tile/0/000` and `tile/1/000.p/1`.

mod bundle;
mod nodes;

pub use bundle::{BundleError, ENTRY_LEN_MAX, entries, push_entry};
pub use nodes::{TileNodes, TileNodesError};

use std::fmt;
use std::str::FromStr;

use crate::c2sp::from_decimal;

/// Hashes or entries of a full tile.
pub const TILE_WIDTH: u64 = 256;

/// No file of a static log is longer, in bytes: a bundle of 256 of the longest entries.
pub const FILE_LEN_MAX: u64 = TILE_WIDTH * (2 + u16::MAX as u64);

/// Levels of the tree between one level of tiles and the next.
pub const TILE_HEIGHT: u8 = 8;

/// Highest level of a tile (C2SP tlog-tiles, "Merkle Tree").
pub const TILE_LEVEL_MAX: u8 = 63;

/// Which of a log's files: a row of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// Hashes of perfect subtrees of `256^level` leaves.
    Hashes {
        /// At most [`TILE_LEVEL_MAX`].
        level: u8,
    },
    /// The entries themselves.
    Entries,
}

/// The coordinates of a tile or bundle; [`fmt::Display`] and [`FromStr`] are its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Hashes of which level, or entries.
    pub row: Row,
    /// Number within the row.
    pub index: u64,
    /// Hashes or entries in it: 1 to 256, less than 256 if the tree did not fill it yet.
    pub width: u16,
}

/// A path is not that of a tile or bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not the path of a tile (\"tile/LEVEL/N[.p/WIDTH]\") or an entry bundle (\"tile/entries/N[.p/WIDTH]\")"
)]
pub struct TilePathError(pub String);

impl Row {
    /// How many hashes or entries the row has when the tree has `size` leaves.
    pub fn len(self, size: u64) -> u64 {
        match self {
            Row::Hashes { level } => size.checked_shr(u32::from(level) * u32::from(TILE_HEIGHT)).unwrap_or(0),
            Row::Entries => size,
        }
    }

    /// The tile at `index` as wide as a tree of `size` leaves makes it, or `None` if it would be empty.
    pub fn tile(self, index: u64, size: u64) -> Option<Tile> {
        let start = index.checked_mul(TILE_WIDTH)?;
        let width = self.len(size).checked_sub(start)?.min(TILE_WIDTH) as u16; // at most 256
        (width > 0).then_some(Tile { row: self, index, width })
    }

    /// All tiles of the row for a tree of `size` leaves.
    pub fn tiles(self, size: u64) -> impl Iterator<Item = Tile> {
        (0..self.len(size).div_ceil(TILE_WIDTH)).filter_map(move |index| self.tile(index, size))
    }
}

/// All tiles of hashes for a tree of `size` leaves, level by level.
pub fn hash_tiles(size: u64) -> impl Iterator<Item = Tile> {
    (0..=TILE_LEVEL_MAX)
        .map(|level| Row::Hashes { level })
        .take_while(move |row| row.len(size) > 0)
        .flat_map(move |row| row.tiles(size))
}

impl Tile {
    /// Whether the tree fills it; its path has no width then.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }

    /// The full tile that takes the place of a partial one: where to look when that is gone.
    pub fn full(self) -> Tile {
        Tile { width: TILE_WIDTH as u16, ..self }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.row {
            Row::Hashes { level } => write!(f, "tile/{level}/")?,
            Row::Entries => write!(f, "tile/entries/")?,
        }
        let groups = self.index.checked_ilog10().unwrap_or(0) / 3;
        for group in (1..=groups).rev() {
            write!(f, "x{:03}/", self.index / 1000u64.pow(group) % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = TilePathError;

    /// Each tile has one path: leading zeros, groups that are not needed and full widths are refused.
    fn from_str(path: &str) -> Result<Tile, TilePathError> {
        let tile = parse(path).filter(|tile| tile.to_string() == path);
        tile.ok_or_else(|| TilePathError(path.into()))
    }
}

/// Reads a path, also some that are not spelled as they must be.
fn parse(path: &str) -> Option<Tile> {
    let (row, number) = path.strip_prefix("tile/")?.split_once('/')?;
    let row = match row {
        "entries" => Row::Entries,
        level => {
            let level = u8::try_from(from_decimal(level)?).ok()?;
            (level <= TILE_LEVEL_MAX).then_some(Row::Hashes { level })?
        }
    };
    let (number, width) = match number.split_once(".p/") {
        Some((number, width)) => (number, u16::try_from(from_decimal(width)?).ok()?),
        None => (number, TILE_WIDTH as u16),
    };
    let mut index = 0u64;
    for group in number.split('/') {
        let digits: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(digits)?;
    }
    (1..=TILE_WIDTH as u16).contains(&width).then_some(Tile { row, index, width })
}
