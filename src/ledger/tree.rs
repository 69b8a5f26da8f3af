//! The log's Merkle tree as the ledger keeps it: all perfect subtrees of 256 leaves and more, 64 bytes for 256
//! events. Smaller ones are hashed anew from their records when a proof needs them, at most 256 of them for each end.

use ledger_spec::Hash;
use ledger_spec::merkle::{Nodes, Range};
use ledger_spec::tile::{TILE_HEIGHT, TILE_WIDTH};

/// The tree over the leaves so far.
#[derive(Debug, Clone)]
pub struct Tree {
    range: Range,
    /// The subtrees of level 8, of level 9 and so on, each level by index.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The empty tree.
    pub fn new() -> Tree {
        Tree { range: Range::new(0), levels: Vec::new() }
    }

    /// The tree over as many times 256 leaves as there are subtrees of 256.
    pub fn over(tiles: &[Hash]) -> Tree {
        let mut levels = Vec::new();
        // To the tree above them they are leaves.
        Range::new(0).extend_with(tiles, |level, _, hash| keep(&mut levels, usize::from(level), hash));
        let size = tiles.len() as u64 * TILE_WIDTH;
        let range = Range::load(&Kept(&levels), size).expect("a whole number of tiles is made of tiles alone");
        Tree { range, levels }
    }

    /// The subtrees of 256 leaves, in order.
    pub fn tiles(&self) -> &[Hash] {
        self.levels.first().map_or(&[], Vec::as_slice)
    }

    /// Leaves.
    pub fn size(&self) -> u64 {
        self.range.end()
    }

    /// The root (RFC 6962 section 2.1).
    pub fn root(&self) -> Hash {
        self.range.root().expect("the range begins at leaf 0")
    }

    /// Appends leaves.
    pub fn extend(&mut self, leaves: &[Hash]) {
        let levels = &mut self.levels;
        self.range.extend_with(leaves, |level, _, hash| {
            if let Some(above) = level.checked_sub(TILE_HEIGHT) {
                keep(levels, usize::from(above), hash);
            }
        });
    }

    /// A subtree of 256 leaves or more.
    pub fn node(&self, level: u8, index: u64) -> Option<Hash> {
        Kept(&self.levels).node(level, index).ok()
    }
}

/// Keeps a subtree. They are told of in the order of their index, and the smaller ones first.
fn keep(levels: &mut Vec<Vec<Hash>>, above: usize, hash: &Hash) {
    if above == levels.len() {
        levels.push(Vec::new());
    }
    levels[above].push(*hash);
}

struct Kept<'a>(&'a [Vec<Hash>]);

/// A subtree of fewer than 256 leaves, or beyond the tree.
#[derive(Debug)]
struct NotKept;

impl Nodes for Kept<'_> {
    type Error = NotKept;

    fn node(&self, level: u8, index: u64) -> Result<Hash, NotKept> {
        let level = level.checked_sub(TILE_HEIGHT).and_then(|above| self.0.get(usize::from(above)));
        let node = level.zip(usize::try_from(index).ok()).and_then(|(level, index)| level.get(index));
        node.copied().ok_or(NotKept)
    }
}
