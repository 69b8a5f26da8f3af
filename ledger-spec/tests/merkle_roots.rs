//! Roots are those of RFC 6962, however the leaves arrive: one by one, in bulk, or as ranges hashed apart and joined;
//! and each perfect subtree is told of exactly once.

use std::collections::BTreeMap;

use ledger_spec::Hash;
use ledger_spec::hash::{empty_root, leaf_hash};
use ledger_spec::merkle::{Leaves, MissingNode, Nodes, NotAdjacent, Range, root_at, root_of};
use proptest::collection::vec;
use proptest::prelude::*;

#[path = "common/hex.rs"]
mod hex;
#[path = "common/naive.rs"]
mod naive;
#[path = "common/vectors.rs"]
mod vectors;

fn pushed(begin: u64, leaves: &[Hash]) -> Range {
    let mut range = Range::new(begin);
    leaves.iter().for_each(|leaf| range.push(*leaf));
    range
}

#[test]
fn reference_roots() {
    let mut tree = Range::new(0);
    let mut roots = 0;
    for line in vectors::lines(include_str!("../vectors/rfc6962.txt")) {
        match line[..] {
            ["leaf"] => tree.push(leaf_hash(b"")),
            ["leaf", data] => tree.push(leaf_hash(&hex::bytes(data))),
            ["root", size, root] => {
                assert_eq!(tree.end().to_string(), size);
                assert_eq!(tree.root(), Hash::from_hex(root), "size {size}");
                roots += 1;
            }
            _ => panic!("{line:?}"),
        }
    }
    assert_eq!(roots, 9);
}

#[test]
fn every_small_size() {
    let leaves = naive::leaves(70);
    let mut tree = Range::new(0);
    for size in 0..=leaves.len() {
        let expected = naive::root(&leaves[..size]);
        assert_eq!(tree.root(), Some(expected), "pushed, size {size}");
        assert_eq!(root_of(&leaves[..size]), expected, "at once, size {size}");
        assert_eq!(root_at(&Leaves(&leaves), size as u64), Ok(expected), "from nodes, size {size}");
        assert_eq!(Range::load(&Leaves(&leaves), size as u64).as_ref(), Ok(&tree), "loaded, size {size}");
        if let Some(leaf) = leaves.get(size) {
            tree.push(*leaf);
        }
    }
}

#[test]
fn only_a_range_from_leaf_0_has_a_root() {
    assert_eq!(Range::new(0).root(), Some(empty_root()));
    assert_eq!(Range::new(8).root(), None);
    assert_eq!(pushed(8, &naive::leaves(8)).root(), None);
}

#[test]
fn ranges_join_only_side_by_side() {
    let mut range = pushed(3, &naive::leaves(4));
    let before = range.clone();
    for begin in [0, 6, 8] {
        assert_eq!(range.append(&pushed(begin, &naive::leaves(2))), Err(NotAdjacent { end: 7, begin }));
        assert_eq!(range, before, "a refused range changes nothing");
    }
    assert_eq!(range.append(&Range::new(7)), Ok(()));
    assert_eq!(range, before, "an empty range adds nothing");
}

#[test]
fn nodes_beyond_the_leaves_are_missing() {
    let leaves = naive::leaves(5);
    let nodes = Leaves(&leaves);
    assert_eq!(nodes.node(2, 0), Ok(naive::root(&leaves[..4])));
    for (level, index) in [(0, 5), (1, 2), (2, 1), (3, 0), (63, 1), (64, 0), (255, u64::MAX), (0, u64::MAX)] {
        assert_eq!(nodes.node(level, index), Err(MissingNode { level, index, size: 5 }));
    }
}

/// Sizes come from outside; no arithmetic on them may overflow.
#[test]
fn absurd_sizes_do_not_panic() {
    for begin in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) - 1] {
        let mut range = pushed(begin, &naive::leaves(3));
        range.extend(&naive::leaves(300));
        assert!(range.append(&range.clone()).is_err() || begin == u64::MAX);
    }
    assert!(Range::load(&Leaves(&[]), u64::MAX).is_err());
}

proptest! {
    /// Pieces of any length, hashed apart, pushed or in bulk, then joined: the same range as one push after the other.
    #[test]
    fn joined_ranges_equal_pushes(lengths in vec(0usize..600, 1..8), begin in 0u64..2000, bulk in any::<bool>()) {
        let leaves = naive::leaves(lengths.iter().sum());
        let mut joined = Range::new(begin);
        let mut rest = &leaves[..];
        for length in lengths {
            let (piece, after) = rest.split_at(length);
            let mut part = Range::new(joined.end());
            if bulk { part.extend(piece) } else { part = pushed(joined.end(), piece) }
            joined.append(&part).expect("adjacent");
            rest = after;
        }
        prop_assert_eq!(&joined, &pushed(begin, &leaves));
        prop_assert!(joined.hashes().len() <= 2 * 64);
        if begin == 0 {
            prop_assert_eq!(joined.root(), Some(naive::root(&leaves)));
        }
    }

    /// Whoever collects what is completed has each perfect subtree once, in order within its level.
    #[test]
    fn each_perfect_subtree_is_told_once(first in 0usize..700, second in 0usize..700, third in 0usize..700) {
        let leaves = naive::leaves(first + second + third);
        let mut levels: BTreeMap<u8, Vec<Hash>> = BTreeMap::new();
        let mut collect = |level: u8, index: u64, hash: &Hash| {
            let nodes = levels.entry(level).or_default();
            assert_eq!(nodes.len() as u64, index, "level {level}");
            nodes.push(*hash);
        };
        let mut tree = Range::new(0);
        leaves[..first].iter().for_each(|leaf| tree.push_with(*leaf, &mut collect));
        tree.extend_with(&leaves[first..first + second], &mut collect);
        // What lies within a range hashed apart is told by its own extension, what straddles the border by the joining;
        // so the order within a level is not kept, the set is.
        let mut told: Vec<(u8, u64, Hash)> = Vec::new();
        let mut part = Range::new(tree.end());
        part.extend_with(&leaves[first + second..], |level, index, hash| told.push((level, index, *hash)));
        tree.append_with(&part, |level, index, hash| told.push((level, index, *hash))).expect("adjacent");
        told.sort();
        told.iter().for_each(|(level, index, hash)| collect(*level, *index, hash));

        for (level, nodes) in &levels {
            let expected: Vec<Hash> = leaves.chunks_exact(1 << level).map(naive::root).collect();
            prop_assert_eq!(nodes, &expected, "level {}", level);
        }
        prop_assert_eq!(levels.len() as u32, leaves.len().checked_ilog2().map_or(0, |log| log + 1));
    }
}
