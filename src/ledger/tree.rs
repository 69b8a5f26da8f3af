//! The log's Merkle tree as the ledger keeps it: all perfect subtrees of 256 leaves and more, 64 bytes for 256
//! events. Smaller ones are hashed anew from their records when a proof needs them, at most 256 of them for each end.

use ledger_spec::Hash;
use ledger_spec::merkle::Range;
use ledger_spec::tile::TILE_HEIGHT;

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
            let Some(above) = level.checked_sub(TILE_HEIGHT).map(usize::from) else { return };
            if above == levels.len() {
                levels.push(Vec::new());
            }
            // Told in the order of their index, and the smaller ones first.
            levels[above].push(*hash);
        });
    }

    /// A subtree of 256 leaves or more.
    pub fn node(&self, level: u8, index: u64) -> Option<Hash> {
        let level = self.levels.get(usize::from(level.checked_sub(TILE_HEIGHT)?))?;
        level.get(usize::try_from(index).ok()?).copied()
    }
}
