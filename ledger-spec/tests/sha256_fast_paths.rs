//! The block-wise and side-by-side SHA-256 of this crate are SHA-256: they agree with `sha2` on every length around
//! every block boundary, whatever the parts, and whatever stands beside a message in its batch.

use ledger_spec::Hash;
use ledger_spec::hash::{empty_root, leaf_hash, leaf_hashes, node_hash, node_hashes, sha256, sha256_each};
use proptest::collection::vec;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn plain(message: &[u8]) -> Hash {
    Hash(Sha256::digest(message).into())
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 + length) as u8).collect()
}

#[test]
fn known_answers() {
    // FIPS 180-4 example "abc", and the empty string of RFC 6962 section 2.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256(&[b"a", b"", b"bc"]).to_string(), abc);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty_root().to_string(), empty);
}

#[test]
fn every_length_up_to_ten_blocks() {
    let messages: Vec<Vec<u8>> = (0..640).map(bytes).collect();
    let mut together = Vec::new();
    sha256_each(messages.iter().map(|message| [&message[..]]), |hash| together.push(hash));
    assert_eq!(together.len(), messages.len());
    for (message, together) in messages.iter().zip(together) {
        assert_eq!(sha256(&[message]), plain(message), "{} bytes alone", message.len());
        assert_eq!(together, plain(message), "{} bytes in a batch", message.len());
    }
}

#[test]
fn leaves_and_nodes_have_their_prefixes() {
    for length in [0, 49, 115, 263, 60_000] {
        let data = bytes(length);
        assert_eq!(leaf_hash(&data), plain(&[&[0], &data[..]].concat()));
    }
    let level: Vec<Hash> = (0..19).map(|i| plain(&bytes(i))).collect();
    let mut parents = Vec::new();
    node_hashes(&level, |parent| parents.push(parent));
    assert_eq!(parents.len(), 9, "the last hash has no neighbour");
    for (pair, parent) in level.chunks_exact(2).zip(parents) {
        assert_eq!(parent, plain(&[&[1], &pair[0].0[..], &pair[1].0].concat()));
        assert_eq!(parent, node_hash(&pair[0], &pair[1]));
    }
}

proptest! {
    /// A lane keeps the bytes of its last message: a shorter one after it must not see them.
    #[test]
    fn batches_of_mixed_lengths(messages in vec(vec(any::<u8>(), 0..700), 0..40)) {
        let mut together = Vec::new();
        leaf_hashes(messages.iter().map(|message| &message[..]), |hash| together.push(hash));
        let alone: Vec<Hash> = messages.iter().map(|message| plain(&[&[0], &message[..]].concat())).collect();
        prop_assert_eq!(together, alone);
    }

    #[test]
    fn parts_are_concatenated(parts in vec(vec(any::<u8>(), 0..90), 0..6)) {
        let borrowed: Vec<&[u8]> = parts.iter().map(|part| &part[..]).collect();
        prop_assert_eq!(sha256(&borrowed), plain(&parts.concat()));
    }
}
