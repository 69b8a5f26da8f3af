//! Compact ranges: the few hashes that stand for a run of leaves of any length.
//!
//! A range over leaves `begin..end` holds the hashes of the perfect subtrees these leaves are made of, at most two per
//! level. That is all that is needed to go on appending, or to join two neighbouring ranges; so parts of a log may be
//! hashed on their own, in any alignment, and joined in order. The term and the idea are of transparency-dev's merkle.

use super::{Nodes, fold, perfect_subtrees};
use crate::hash::{Hash, node_hash, node_hashes};

/// The perfect subtrees that leaves `begin..end` are made of.
///
/// Every perfect subtree is completed exactly once, by the push, extension or joining that puts its last leaf beside
/// its first; the `_with` methods tell of it as `(level, index, hash)`, leaves themselves at level 0. At each level
/// they come in the order of their index; a subtree comes after those it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    begin: u64,
    end: u64,
    /// One hash for each of `perfect_subtrees(begin, end)`.
    hashes: Vec<Hash>,
}

/// Two ranges cannot be joined: the second does not begin where the first ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a range of leaves that begins at {begin} cannot follow one that ends at {end}: join them in order, without gaps"
)]
pub struct NotAdjacent {
    /// One past the last leaf of the first range.
    pub end: u64,
    /// First leaf of the second range.
    pub begin: u64,
}

/// Leaves hashed together by [`Range::extend`]: 256, whose hashes are a tile and stay in the first-level cache.
const CHUNK_LEVEL: u8 = 8;

impl Range {
    /// The empty range before leaf `begin`; 0 for a whole tree.
    pub fn new(begin: u64) -> Range {
        Range { begin, end: begin, hashes: Vec::new() }
    }

    /// The whole tree of `size` leaves, from its stored nodes: how a log goes on after it is opened again.
    pub fn load<N: Nodes>(nodes: &N, size: u64) -> Result<Range, N::Error> {
        let hashes = perfect_subtrees(0, size).map(|(level, index)| nodes.node(level, index));
        Ok(Range { begin: 0, end: size, hashes: hashes.collect::<Result<_, _>>()? })
    }

    /// First leaf.
    pub fn begin(&self) -> u64 {
        self.begin
    }

    /// One past the last leaf; the size of the tree when the range begins at 0.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// The hashes of its perfect subtrees, from left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The root of the tree of `end` leaves (RFC 6962 `MTH`); `None` if the range does not begin at leaf 0.
    pub fn root(&self) -> Option<Hash> {
        (self.begin == 0).then(|| fold(&self.hashes))
    }

    /// Appends one leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_with(leaf, |_, _, _| {});
    }

    /// Appends one leaf and tells of each perfect subtree that it completes, itself first.
    pub fn push_with(&mut self, leaf: Hash, mut completed: impl FnMut(u8, u64, &Hash)) {
        completed(0, self.end, &leaf);
        self.push_subtree(0, leaf, &mut completed);
    }

    /// Appends leaves, in two thirds of the time that it takes to push them one by one.
    pub fn extend(&mut self, leaves: &[Hash]) {
        self.extend_with(leaves, |_, _, _| {});
    }

    /// Appends leaves and tells of each perfect subtree that they complete, themselves included.
    pub fn extend_with(&mut self, leaves: &[Hash], mut completed: impl FnMut(u8, u64, &Hash)) {
        let mut rest = leaves;
        while let Some(longest) = rest.len().checked_ilog2() {
            let level = self.end.trailing_zeros().min(longest).min(u32::from(CHUNK_LEVEL)) as u8; // at most 8
            let (chunk, after) = rest.split_at(1 << level);
            let root = hash_perfect(chunk, self.end, &mut completed);
            self.push_subtree(level, root, &mut completed);
            rest = after;
        }
    }

    /// Joins the range that follows this one.
    pub fn append(&mut self, next: &Range) -> Result<(), NotAdjacent> {
        self.append_with(next, |_, _, _| {})
    }

    /// Joins the range that follows this one, and tells of each perfect subtree that has leaves of both.
    pub fn append_with(&mut self, next: &Range, mut completed: impl FnMut(u8, u64, &Hash)) -> Result<(), NotAdjacent> {
        if next.begin != self.end {
            return Err(NotAdjacent { end: self.end, begin: next.begin });
        }
        for ((level, _), hash) in perfect_subtrees(next.begin, next.end).zip(&next.hashes) {
            self.push_subtree(level, *hash, &mut completed);
        }
        Ok(())
    }

    /// Appends a perfect subtree, to whose size `end` is aligned, and merges it with its left neighbours as far as
    /// they lie within the range.
    fn push_subtree(&mut self, mut level: u8, mut hash: Hash, completed: &mut impl FnMut(u8, u64, &Hash)) {
        let mut index = self.end >> level;
        // No log holds 2^63 leaves; a range that a caller begins up there must not panic either.
        self.end = self.end.saturating_add(1 << level);
        while index % 2 == 1 && (index - 1) << level >= self.begin {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            level += 1;
            index /= 2;
            completed(level, index, &hash);
        }
        self.hashes.push(hash);
    }
}

/// The root of a perfect subtree whose leaves begin at `start`, level by level.
fn hash_perfect(leaves: &[Hash], start: u64, completed: &mut impl FnMut(u8, u64, &Hash)) -> Hash {
    let mut level = 0;
    let mut nodes = leaves.to_vec();
    loop {
        for (offset, node) in (0..).zip(&nodes) {
            completed(level, (start >> level) + offset, node);
        }
        if let [root] = nodes[..] {
            return root;
        }
        let mut above = Vec::with_capacity(nodes.len() / 2);
        node_hashes(&nodes, |node| above.push(node));
        nodes = above;
        level += 1;
    }
}
