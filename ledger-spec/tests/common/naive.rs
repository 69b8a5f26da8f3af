//! RFC 6962 section 2.1 written down as it reads there: slow, recursive, and the oracle of the tree's tests.

use ledger_spec::Hash;
use ledger_spec::hash::{empty_root, node_hash, sha256};

/// `n` different leaf hashes.
pub fn leaves(n: usize) -> Vec<Hash> {
    (0..n).map(|i| sha256(&[b"leaf", &i.to_be_bytes()])).collect()
}

/// The largest power of two smaller than `n`.
pub fn split(n: usize) -> usize {
    n.next_power_of_two() / 2
}

/// `MTH(D)`.
pub fn root(d: &[Hash]) -> Hash {
    match d {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = d.split_at(split(d.len()));
            node_hash(&root(left), &root(right))
        }
    }
}
