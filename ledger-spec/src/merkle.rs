//! The Merkle tree of RFC 6962 section 2.1, over leaf hashes (`hash::leaf_hash`), in O(log n) memory.
//!
//! ```text
//! MTH({})   = SHA-256("")
//! MTH(D[1]) = leaf hash of D[0]
//! MTH(D[n]) = node(MTH(D[0:k]), MTH(D[k:n])), k the largest power of two smaller than n
//! ```
//!
//! A *perfect subtree* at `(level, index)` covers the `2^level` leaves from `index << level`. Once its leaves exist its
//! hash never changes, so perfect subtrees are what a store keeps (level 0, 8, 16... of them are the tiles), what
//! [`Range`] is made of and what proofs are computed from ([`Nodes`]).
//!
//! Nothing here panics on any input: sizes and indices are arbitrary, and proofs that do not fit them are refused.

mod proof;
mod range;
mod verify;

pub use proof::{Leaves, MissingNode, Nodes, ProveError, consistency_proof, inclusion_proof, root_at};
pub use range::{NotAdjacent, Range};
pub use verify::{ProofError, verify_consistency, verify_inclusion};

use crate::hash::{Hash, empty_root, node_hash};

/// `MTH` of the leaves with these hashes, all at hand: the root of an item tree, or of a perfect subtree.
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut tree = Range::new(0);
    tree.extend(leaves);
    fold(tree.hashes())
}

/// The perfect subtrees, `(level, index)`, that leaves `begin..end` are made of, from left to right: as large as
/// alignment and `end` allow, so first growing, then shrinking. From an aligned begin (0, or the start of a subtree at
/// least as large as the whole) they only shrink.
fn perfect_subtrees(begin: u64, end: u64) -> impl Iterator<Item = (u8, u64)> {
    let mut at = begin;
    std::iter::from_fn(move || {
        let longest = end.checked_sub(at)?.checked_ilog2()?;
        let level = at.trailing_zeros().min(longest) as u8; // at most 63
        let index = at >> level;
        at += 1 << level;
        Some((level, index))
    })
}

/// `MTH` from the shrinking perfect subtrees that it is made of.
fn fold(subtrees: &[Hash]) -> Hash {
    let folded = subtrees.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    folded.unwrap_or_else(empty_root)
}
