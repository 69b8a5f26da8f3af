//! Verification of inclusion proofs (RFC 9162 section 2.1.3.2) and consistency proofs (section 2.1.4.2).
//!
//! The algorithms of the RFC walk two numbers up the tree and fail when one runs out too early or too late. Sizes and
//! index alone decide how long a proof must be and which of its hashes stand on which side, so here the length is
//! checked first and the walk is two plain loops: *inner* hashes, below the point where the path leaves the right
//! border of the tree, stand on the side that a bit of the index says; *border* hashes, above it, all stand on the left.

use crate::hash::{Hash, empty_root, node_hash};

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf cannot be in the tree.
    #[error("leaf {index} cannot be in a tree of {size} leaves")]
    IndexOutOfRange {
        /// The leaf claimed to be included.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The newer tree is the smaller one.
    #[error("a tree of {new_size} leaves cannot continue one of {old_size}")]
    Shrunk {
        /// Leaves in the older tree.
        old_size: u64,
        /// Leaves in the newer tree.
        new_size: u64,
    },
    /// The proof has too many or too few hashes.
    #[error("the proof has {found} hashes where these sizes need exactly {expected}")]
    Length {
        /// What index and sizes ask for.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to the root {found}, not {expected}: leaf, index, proof or root was altered")]
    Root {
        /// The root of the tree, as claimed.
        expected: Hash,
        /// The root that leaf and proof lead to.
        found: Hash,
    },
    /// The proof leads to another older root.
    #[error(
        "the proof leads to the older root {found}, not {expected}: the newer tree does not continue the older one"
    )]
    OldRoot {
        /// The root of the older tree, as claimed.
        expected: Hash,
        /// The root that the proof leads to.
        found: Hash,
    },
}

/// Checks that the leaf with hash `leaf` is number `index` of the tree of `size` leaves with root `root`.
///
/// This alone does not prove the size: the signed checkpoint that names it with the root does.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutOfRange { index, size });
    }
    let (inner, border) = inner_and_border(index, size);
    expect_length(proof, inner + border)?;
    expect_root(root, climb(*leaf, index, proof.split_at(inner)))
}

/// Checks that the tree of `new_size` leaves with root `new_root` continues the tree of `old_size` leaves with root
/// `old_root`. The empty tree is continued by every tree, with an empty proof; so is a tree by itself.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Shrunk { old_size, new_size });
    }
    if old_size == 0 || old_size == new_size {
        expect_length(proof, 0)?;
        if old_size == 0 {
            expect_old_root(old_root, empty_root())?;
        }
        return if old_size == new_size { expect_old_root(old_root, *new_root) } else { Ok(()) };
    }

    // The walk starts at the largest perfect subtree that ends at the older size: the first hash of the proof, unless
    // that subtree is the whole older tree, whose root is known.
    let known = old_size.is_power_of_two();
    let level = old_size.trailing_zeros();
    let last = (old_size - 1) >> level;
    let (inner, border) = inner_and_border(old_size - 1, new_size);
    // The sizes differ in a bit above the older one's trailing zeros, so `inner > level`.
    let inner = inner - level as usize;
    expect_length(proof, usize::from(!known) + inner + border)?;
    let (seed, path) = match proof.split_first() {
        Some(first_and_rest) if !known => first_and_rest,
        _ => (old_root, proof),
    };

    // What stands to the right of the path is younger than the older tree.
    let (inner, border) = path.split_at(inner);
    let old_inner = inner.iter().enumerate().filter(|(bit, _)| last >> bit & 1 == 1).map(|(_, left)| left);
    expect_old_root(old_root, old_inner.chain(border).fold(*seed, |hash, left| node_hash(left, &hash)))?;
    expect_root(new_root, climb(*seed, last, (inner, border)))
}

/// How many hashes of the inclusion proof of a leaf stand below and above the point where its path joins the path of
/// the last leaf, the right border of the tree.
fn inner_and_border(index: u64, size: u64) -> (usize, usize) {
    let inner = u64::BITS - (index ^ (size - 1)).leading_zeros();
    let border = index.checked_shr(inner).unwrap_or(0).count_ones();
    (inner as usize, border as usize)
}

/// The root that a path of (inner, border) hashes leads to, from a hash whose index within its level is `index`.
fn climb(from: Hash, index: u64, (inner, border): (&[Hash], &[Hash])) -> Hash {
    let turn = |hash, (bit, sibling): (usize, &Hash)| match index >> bit & 1 {
        0 => node_hash(&hash, sibling),
        _ => node_hash(sibling, &hash),
    };
    let joined = inner.iter().enumerate().fold(from, turn);
    border.iter().fold(joined, |hash, left| node_hash(left, &hash))
}

/// Anything but the exact length would let the same statement have many proofs, and a wrong size pass for a right one.
fn expect_length(proof: &[Hash], expected: usize) -> Result<(), ProofError> {
    let found = proof.len();
    if found == expected { Ok(()) } else { Err(ProofError::Length { expected, found }) }
}

fn expect_root(expected: &Hash, found: Hash) -> Result<(), ProofError> {
    if found == *expected { Ok(()) } else { Err(ProofError::Root { expected: *expected, found }) }
}

fn expect_old_root(expected: &Hash, found: Hash) -> Result<(), ProofError> {
    if found == *expected { Ok(()) } else { Err(ProofError::OldRoot { expected: *expected, found }) }
}
