//! Inclusion proofs, RFC 6962 section 2.1.1, and consistency proofs, section 2.1.2, computed from stored nodes.

use super::{fold, perfect_subtrees, root_of};
use crate::hash::Hash;

/// Where the hashes of perfect subtrees come from: tiles, an index, or the leaves themselves.
pub trait Nodes {
    /// Why a node could not be had.
    type Error;

    /// The hash of the perfect subtree over leaves `index << level .. (index + 1) << level`.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// Leaf hashes from index 0, all at hand; each node is hashed anew. Enough for an item tree or a test.
#[derive(Clone, Copy, Debug)]
pub struct Leaves<'a>(pub &'a [Hash]);

/// A perfect subtree reaches beyond the leaves at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subtree at level {level}, index {index} needs leaves beyond the {size} at hand")]
pub struct MissingNode {
    /// Level of the subtree.
    pub level: u8,
    /// Its index within the level.
    pub index: u64,
    /// How many leaves there are.
    pub size: usize,
}

impl Nodes for Leaves<'_> {
    type Error = MissingNode;

    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        let leaves = || {
            let length = 1usize.checked_shl(level.into())?;
            let start = usize::try_from(index).ok()?.checked_mul(length)?;
            self.0.get(start..start.checked_add(length)?)
        };
        leaves().map(root_of).ok_or(MissingNode { level, index, size: self.0.len() })
    }
}

/// Why a proof could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError<E> {
    /// The leaf is not in the tree.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    IndexOutOfRange {
        /// The leaf asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {new_size} leaves cannot continue one of {old_size}")]
    Shrunk {
        /// Leaves in the older tree.
        old_size: u64,
        /// Leaves in the newer tree.
        new_size: u64,
    },
    /// A node of the tree could not be had.
    #[error(transparent)]
    Nodes(#[from] E),
}

/// The root of the first `size` leaves.
pub fn root_at<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    subtree(nodes, 0, size)
}

/// `PATH(index, D[size])` of RFC 6962 section 2.1.1: leaf sibling first, child of the root last.
pub fn inclusion_proof<N: Nodes>(nodes: &N, index: u64, size: u64) -> Result<Vec<Hash>, ProveError<N::Error>> {
    if index >= size {
        return Err(ProveError::IndexOutOfRange { index, size });
    }
    let (mut begin, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - begin > 1 {
        let middle = split(begin, end);
        if index < middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((begin, middle));
            begin = middle;
        }
    }
    Ok(hashes_bottom_up(nodes, &siblings)?)
}

/// `PROOF(old_size, D[new_size])` of RFC 6962 section 2.1.2; empty from the empty tree, which every tree continues
/// (C2SP tlog-witness).
pub fn consistency_proof<N: Nodes>(nodes: &N, old_size: u64, new_size: u64) -> Result<Vec<Hash>, ProveError<N::Error>> {
    if old_size > new_size {
        return Err(ProveError::Shrunk { old_size, new_size });
    }
    if old_size == 0 {
        return Ok(Vec::new());
    }
    let (mut begin, mut end) = (0, new_size);
    let mut subtrees = Vec::new();
    while end > old_size {
        let middle = split(begin, end);
        if old_size <= middle {
            subtrees.push((middle, end));
            end = middle;
        } else {
            subtrees.push((begin, middle));
            begin = middle;
        }
    }
    // SUBPROOF's flag: still true if the way down never turned right, and then the verifier has this very root.
    if begin > 0 {
        subtrees.push((begin, end));
    }
    Ok(hashes_bottom_up(nodes, &subtrees)?)
}

/// Where RFC 6962 divides `begin..end`, which has at least two leaves.
fn split(begin: u64, end: u64) -> u64 {
    begin + (1 << (end - begin - 1).ilog2())
}

fn hashes_bottom_up<N: Nodes>(nodes: &N, top_down: &[(u64, u64)]) -> Result<Vec<Hash>, N::Error> {
    top_down.iter().rev().map(|&(begin, end)| subtree(nodes, begin, end)).collect()
}

/// `MTH` of leaves `begin..end`, a part that RFC 6962 divides the tree into: its begin is aligned.
fn subtree<N: Nodes>(nodes: &N, begin: u64, end: u64) -> Result<Hash, N::Error> {
    let perfect = perfect_subtrees(begin, end).map(|(level, index)| nodes.node(level, index));
    Ok(fold(&perfect.collect::<Result<Vec<Hash>, _>>()?))
}
