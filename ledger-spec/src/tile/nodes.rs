//! The nodes of a tree from its tiles: every perfect subtree lies in one tile, at most eight levels above its hashes.

use super::{Row, TILE_HEIGHT, Tile};
use crate::hash::Hash;
use crate::merkle::{Nodes, root_of};

/// [`Nodes`] of a tree of `size` leaves, from a function that reads the bytes of a tile. To it the tile is given as
/// wide as the tree makes it; a wider one, from a tree that has grown since, serves as well.
///
/// What is read is not verified here; a proof or root made of it is, against a checkpoint.
#[derive(Clone, Copy, Debug)]
pub struct TileNodes<R> {
    size: u64,
    read: R,
}

/// Why a node could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileNodesError<E> {
    /// The tile could not be read.
    #[error("{tile}: {error}")]
    Read {
        /// Which tile.
        tile: Tile,
        /// Why.
        error: E,
    },
    /// The tile has fewer hashes than it must, or a part of one.
    #[error("{tile} has {found} bytes instead of {expected}: it is damaged")]
    Length {
        /// Which tile.
        tile: Tile,
        /// Bytes it must have at least.
        expected: usize,
        /// Bytes it has.
        found: usize,
    },
    /// No tile of a tree of this size holds the node.
    #[error("the subtree at level {level}, index {index} is not complete in a tree of {size} leaves")]
    Beyond {
        /// Level of the subtree.
        level: u8,
        /// Its index within the level.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
}

impl<R> TileNodes<R> {
    /// The nodes of a tree of `size` leaves whose tiles `read` reads.
    pub fn new(size: u64, read: R) -> TileNodes<R> {
        TileNodes { size, read }
    }
}

impl<E, R: Fn(&Tile) -> Result<Vec<u8>, E>> Nodes for TileNodes<R> {
    type Error = TileNodesError<E>;

    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let beyond = TileNodesError::Beyond { level, index, size: self.size };
        let row = Row::Hashes { level: level / TILE_HEIGHT };
        // Of the tile's hashes, the subtree is made of these.
        let count = 1 << (level % TILE_HEIGHT);
        let Some(first) = index.checked_mul(count) else { return Err(beyond) };
        let (tile_index, first) = (first / super::TILE_WIDTH, (first % super::TILE_WIDTH) as usize); // below 256
        let hashes = first..first + count as usize; // within 256: count divides both ends

        let Some(tile) = row.tile(tile_index, self.size).filter(|tile| hashes.end <= usize::from(tile.width)) else {
            return Err(beyond);
        };
        let bytes = (self.read)(&tile).map_err(|error| TileNodesError::Read { tile, error })?;
        let expected = usize::from(tile.width) * Hash::LEN;
        let (chunks, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        match chunks.get(hashes) {
            Some(chunks) if rest.is_empty() && bytes.len() >= expected => {
                Ok(root_of(&chunks.iter().copied().map(Hash).collect::<Vec<_>>()))
            }
            _ => Err(TileNodesError::Length { tile, expected, found: bytes.len() }),
        }
    }
}
