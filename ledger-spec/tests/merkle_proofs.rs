//! Proofs are those of RFC 6962 and verify by RFC 9162: for every leaf and pair of sizes of the smaller trees, at random
//! for larger ones. Nothing else verifies: not a hash more, less, altered or moved, nor other sizes or roots.

use ledger_spec::Hash;
use ledger_spec::hash::{empty_root, node_hash, sha256};
use ledger_spec::merkle::{
    Leaves, MissingNode, ProofError, ProveError, consistency_proof, inclusion_proof, verify_consistency,
    verify_inclusion,
};
use proptest::collection::vec;
use proptest::prelude::*;

#[path = "common/naive.rs"]
mod naive;

/// `PATH(m, D)`.
fn naive_path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return Vec::new();
    }
    let k = naive::split(d.len());
    let (left, right) = d.split_at(k);
    let (mut path, sibling) =
        if m < k { (naive_path(m, left), naive::root(right)) } else { (naive_path(m - k, right), naive::root(left)) };
    path.push(sibling);
    path
}

/// `PROOF(m, D)` for `0 < m <= n`.
fn naive_proof(m: usize, d: &[Hash]) -> Vec<Hash> {
    naive_subproof(m, d, true)
}

fn naive_subproof(m: usize, d: &[Hash], known: bool) -> Vec<Hash> {
    if m == d.len() {
        return if known { Vec::new() } else { vec![naive::root(d)] };
    }
    let k = naive::split(d.len());
    let (left, right) = d.split_at(k);
    let (mut proof, sibling) = if m <= k {
        (naive_subproof(m, left, known), naive::root(right))
    } else {
        (naive_subproof(m - k, right, false), naive::root(left))
    };
    proof.push(sibling);
    proof
}

/// RFC 9162 section 2.1.3.2, line by line.
fn rfc9162_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut fnode, mut snode, mut r) = (index, size - 1, *leaf);
    for p in proof {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            r = node_hash(p, &r);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            r = node_hash(&r, p);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && r == *root
}

/// RFC 9162 section 2.1.4.2, line by line, for `0 < old < new`.
fn rfc9162_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    let mut path = proof.to_vec();
    if path.is_empty() {
        return false;
    }
    if old.is_power_of_two() {
        path.insert(0, *old_root);
    }
    let (mut fnode, mut snode) = (old - 1, new - 1);
    while fnode & 1 == 1 {
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    let (mut fr, mut sr) = (path[0], path[0]);
    for c in &path[1..] {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            fr = node_hash(c, &fr);
            sr = node_hash(c, &sr);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            sr = node_hash(&sr, c);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && fr == *old_root && sr == *new_root
}

/// What a forger might make of a proof.
fn forgeries(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut forged = vec![[proof, &[Hash::default()]].concat(), [&[Hash::default()], proof].concat()];
    for at in 0..proof.len() {
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        let mut altered = proof.to_vec();
        altered[at].0[at] ^= 1;
        let mut moved = proof.to_vec();
        moved.rotate_left(at);
        let doubled = [&proof[..at], &proof[at..=at], &proof[at..]].concat();
        forged.extend([shorter, altered, doubled]);
        forged.extend((moved != proof).then_some(moved));
    }
    forged
}

#[test]
fn inclusion_in_every_small_tree() {
    let leaves = naive::leaves(70);
    for size in 1..=leaves.len() {
        let tree = &leaves[..size];
        let root = naive::root(tree);
        for (index, leaf) in tree.iter().enumerate() {
            let proof = inclusion_proof(&Leaves(&leaves), index as u64, size as u64).expect("nodes at hand");
            assert_eq!(proof, naive_path(index, tree), "leaf {index} of {size}");
            assert_eq!(verify_inclusion(leaf, index as u64, size as u64, &proof, &root), Ok(()));
            assert!(rfc9162_inclusion(leaf, index as u64, size as u64, &proof, &root));
        }
    }
}

#[test]
fn consistency_of_every_small_pair() {
    let leaves = naive::leaves(70);
    for new in 1..=leaves.len() {
        let new_root = naive::root(&leaves[..new]);
        for old in 1..=new {
            let old_root = naive::root(&leaves[..old]);
            let proof = consistency_proof(&Leaves(&leaves), old as u64, new as u64).expect("nodes at hand");
            assert_eq!(proof, naive_proof(old, &leaves[..new]), "{old} to {new}");
            assert_eq!(verify_consistency(old as u64, &old_root, new as u64, &new_root, &proof), Ok(()));
            assert!(old == new || rfc9162_consistency(old as u64, &old_root, new as u64, &new_root, &proof));
        }
    }
}

#[test]
fn forged_inclusion_is_refused() {
    let leaves = naive::leaves(40);
    for (index, size) in [(0, 1), (0, 2), (1, 2), (4, 5), (6, 7), (0, 40), (31, 40), (32, 40), (39, 40)] {
        let tree = &leaves[..size];
        let (leaf, root, proof) = (tree[index], naive::root(tree), naive_path(index, tree));
        let (index, size) = (index as u64, size as u64);
        for forged in forgeries(&proof) {
            assert!(verify_inclusion(&leaf, index, size, &forged, &root).is_err(), "{index} of {size}: {forged:?}");
        }
        for other in (0..size + 2).filter(|other| *other != index) {
            assert!(verify_inclusion(&leaf, other, size, &proof, &root).is_err(), "{index} of {size} as {other}");
        }
        assert!(verify_inclusion(&sha256(&[b"other"]), index, size, &proof, &root).is_err());
        assert!(verify_inclusion(&leaf, index, size, &proof, &sha256(&[b"other"])).is_err());
    }
}

#[test]
fn forged_consistency_is_refused() {
    let leaves = naive::leaves(40);
    for (old, new) in [(1, 2), (1, 40), (2, 3), (3, 4), (4, 7), (6, 7), (16, 40), (31, 32), (33, 40), (39, 40)] {
        let (old_root, new_root) = (naive::root(&leaves[..old]), naive::root(&leaves[..new]));
        let proof = naive_proof(old, &leaves[..new]);
        let (old, new) = (old as u64, new as u64);
        for forged in forgeries(&proof) {
            assert!(verify_consistency(old, &old_root, new, &new_root, &forged).is_err(), "{old} to {new}: {forged:?}");
        }
        let other = sha256(&[b"other"]);
        let forged_old = verify_consistency(old, &other, new, &new_root, &proof);
        assert!(matches!(forged_old, Err(ProofError::OldRoot { .. } | ProofError::Root { .. })));
        assert!(matches!(verify_consistency(old, &old_root, new, &other, &proof), Err(ProofError::Root { .. })));
        assert!(verify_consistency(new, &new_root, old, &old_root, &proof).is_err(), "backwards");
    }
}

#[test]
fn the_empty_tree_and_equal_sizes_need_an_empty_proof() {
    let (root, other) = (sha256(&[b"root"]), sha256(&[b"other"]));
    assert_eq!(verify_consistency(0, &empty_root(), 0, &empty_root(), &[]), Ok(()));
    assert_eq!(verify_consistency(0, &empty_root(), 9, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(9, &root, 9, &root, &[]), Ok(()));
    let long = Err(ProofError::Length { expected: 0, found: 1 });
    assert_eq!(verify_consistency(0, &empty_root(), 9, &root, &[other]), long);
    assert_eq!(verify_consistency(9, &root, 9, &root, &[other]), long);
    let differ = Err(ProofError::OldRoot { expected: other, found: root });
    assert_eq!(verify_consistency(9, &other, 9, &root, &[]), differ);
    let not_empty = Err(ProofError::OldRoot { expected: other, found: empty_root() });
    assert_eq!(verify_consistency(0, &other, 9, &root, &[]), not_empty);
    assert_eq!(verify_consistency(0, &other, 0, &other, &[]), not_empty);
    assert!(verify_consistency(0, &empty_root(), 0, &other, &[]).is_err());
}

#[test]
fn proofs_that_cannot_be_are_not_made() {
    let leaves = naive::leaves(5);
    let nodes = Leaves(&leaves);
    assert_eq!(inclusion_proof(&nodes, 5, 5), Err(ProveError::IndexOutOfRange { index: 5, size: 5 }));
    assert_eq!(inclusion_proof(&nodes, 0, 0), Err(ProveError::IndexOutOfRange { index: 0, size: 0 }));
    assert_eq!(consistency_proof(&nodes, 5, 4), Err(ProveError::Shrunk { old_size: 5, new_size: 4 }));
    assert_eq!(consistency_proof(&nodes, 0, 5), Ok(Vec::new()));
    let missing = ProveError::Nodes(MissingNode { level: 0, index: 5, size: 5 });
    assert_eq!(inclusion_proof(&nodes, 4, 6), Err(missing));
}

#[test]
fn the_greatest_sizes_do_not_overflow() {
    let (leaf, root) = (Hash::default(), sha256(&[b"root"]));
    // The first leaf has a sibling on each of the 64 levels, the last one only those that the size's bits call for.
    let length = |index, size| verify_inclusion(&leaf, index, size, &[], &root);
    assert_eq!(length(0, u64::MAX), Err(ProofError::Length { expected: 64, found: 0 }));
    assert_eq!(length(u64::MAX - 1, u64::MAX), Err(ProofError::Length { expected: 63, found: 0 }));
    for (index, size) in [(0, u64::MAX), (u64::MAX - 1, u64::MAX), (1 << 63, u64::MAX), (u64::MAX, u64::MAX)] {
        for length in [0, 1, 63, 64, 65] {
            let proof = vec![leaf; length];
            assert!(verify_inclusion(&leaf, index, size, &proof, &root).is_err());
            assert!(verify_consistency(index, &root, size, &leaf, &proof).is_err());
            assert!(verify_consistency(size, &root, index, &leaf, &proof).is_err());
        }
    }
}

proptest! {
    #[test]
    fn larger_trees(size in 71usize..3000, index in any::<prop::sample::Index>()) {
        let leaves = naive::leaves(size);
        let (at, root) = (index.index(size), naive::root(&leaves));
        let proof = inclusion_proof(&Leaves(&leaves), at as u64, size as u64).expect("nodes at hand");
        prop_assert_eq!(&proof, &naive_path(at, &leaves));
        prop_assert_eq!(verify_inclusion(&leaves[at], at as u64, size as u64, &proof, &root), Ok(()));

        let old_root = naive::root(&leaves[..at + 1]);
        let proof = consistency_proof(&Leaves(&leaves), at as u64 + 1, size as u64).expect("nodes at hand");
        prop_assert_eq!(&proof, &naive_proof(at + 1, &leaves));
        prop_assert_eq!(verify_consistency(at as u64 + 1, &old_root, size as u64, &root, &proof), Ok(()));
    }

    /// With roots made to fit, whatever path RFC 9162 accepts is accepted, and nothing else: also for lengths and
    /// sizes that no tree produces.
    #[test]
    fn inclusion_agrees_with_the_rfc(index in 0u64..40, size in 0u64..40, path in vec(any::<[u8; 32]>(), 0..8)) {
        let path: Vec<Hash> = path.into_iter().map(Hash).collect();
        let leaf = sha256(&[b"leaf"]);
        let root = match verify_inclusion(&leaf, index, size, &path, &Hash::default()) {
            Err(ProofError::Root { found, .. }) => found,
            _ => Hash::default(),
        };
        let ours = verify_inclusion(&leaf, index, size, &path, &root).is_ok();
        prop_assert_eq!(ours, root != Hash::default());
        prop_assert_eq!(ours, rfc9162_inclusion(&leaf, index, size, &path, &root));
    }

    #[test]
    fn consistency_agrees_with_the_rfc(old in 1u64..40, more in 1u64..40, path in vec(any::<[u8; 32]>(), 0..10)) {
        let path: Vec<Hash> = path.into_iter().map(Hash).collect();
        let new = old + more;
        let mut roots = [sha256(&[b"old"]), sha256(&[b"new"])];
        for _ in 0..2 {
            match verify_consistency(old, &roots[0], new, &roots[1], &path) {
                Err(ProofError::OldRoot { found, .. }) => roots[0] = found,
                Err(ProofError::Root { found, .. }) => roots[1] = found,
                _ => {}
            }
        }
        let ours = verify_consistency(old, &roots[0], new, &roots[1], &path).is_ok();
        prop_assert_eq!(ours, rfc9162_consistency(old, &roots[0], new, &roots[1], &path));
    }
}
