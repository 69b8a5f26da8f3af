//! Nodes of the tree for proofs: the large subtrees from memory, the small ones from their records.

use std::cell::RefCell;
use std::collections::HashMap;

use ledger_spec::Hash;
use ledger_spec::hash::leaf_hashes;
use ledger_spec::merkle::{self, Nodes};
use ledger_spec::record::split_entry;
use ledger_spec::tile::{TILE_HEIGHT, TILE_WIDTH};

use super::read::Shared;
use crate::store::StoreError;

/// The nodes of the log up to a size. Records read for one proof are kept for the next ones.
pub struct LogNodes<'a> {
    shared: &'a Shared,
    size: u64,
    /// Leaf hashes of whole bundles, or of what there is of the last one, by number.
    bundles: RefCell<HashMap<u64, Vec<Hash>>>,
}

impl<'a> LogNodes<'a> {
    pub(super) fn new(shared: &'a Shared, size: u64) -> LogNodes<'a> {
        LogNodes { shared, size, bundles: RefCell::default() }
    }

    fn read_bundle(&self, number: u64) -> Result<Vec<Hash>, StoreError> {
        let start = number * TILE_WIDTH;
        let records = self.shared.store.records(start..self.size.min(start + TILE_WIDTH))?;
        let mut rest = &records[..];
        let entries = std::iter::from_fn(|| split_entry(&mut rest));
        let mut leaves = Vec::with_capacity(TILE_WIDTH as usize);
        leaf_hashes(entries, |leaf| leaves.push(leaf));
        Ok(leaves)
    }
}

impl Nodes for LogNodes<'_> {
    type Error = StoreError;

    fn node(&self, level: u8, index: u64) -> Result<Hash, StoreError> {
        let out_of_range = StoreError::OutOfRange { index, size: self.size };
        if level >= TILE_HEIGHT {
            return self.shared.state().tree.node(level, index).ok_or(out_of_range);
        }
        let number = index >> (TILE_HEIGHT - level);
        let mut bundles = self.bundles.borrow_mut();
        let leaves = match bundles.entry(number) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => unknown.insert(self.read_bundle(number)?),
        };
        // Within the bundle: at most 256 leaves.
        let start = ((index << level) - number * TILE_WIDTH) as usize;
        leaves.get(start..start + (1 << level)).map(merkle::root_of).ok_or(out_of_range)
    }
}
