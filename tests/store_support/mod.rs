//! Chained records to put into a store: real in form, signed by nobody, because a store does not look.

#![allow(dead_code, reason = "each test uses its own part of this")]

use cantus::store::{Block, EventStore, Head, Options, Outcome, Resume, SegmentStore};
use ledger_spec::Hash;
use ledger_spec::commitment::commit;
use ledger_spec::event::Class;
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::record::{Fields, Opening, Seal, write_opening};

/// The `prev` of the first record.
pub const GENESIS: Hash = Hash([7; 32]);

/// Sizes at which a few blocks already grow files and roll segments.
pub const SMALL: Options = Options { segment_len_max: 8 << 10, grow_min: 1 << 10, grow_max: 2 << 10 };

/// A block of `count` events after `head`, each with a body of `body_len` bytes; every fifth is inline. The seed
/// makes two blocks differ.
pub fn block(head: &Head, count: u32, body_len: usize, seed: u64) -> Block {
    let body = |index: u64| (0..body_len as u64).map(|at| (at * 31 + index * 7 + seed) as u8).collect();
    block_of(head, count, body, seed)
}

/// The same with the bodies given by index.
pub fn block_of(head: &Head, count: u32, body: impl Fn(u64) -> Vec<u8>, seed: u64) -> Block {
    let (mut records, mut bodies, mut prev) = (Vec::new(), Vec::new(), head.leaf);
    for offset in 0..u64::from(count) {
        let index = head.size + offset;
        let body = body(index);
        let mut salt = [0xA5; 16];
        salt[..8].copy_from_slice(&(index ^ seed << 32).to_be_bytes());
        let opening = Opening { salt, body: &body };
        let seal = Seal {
            number: index + 1,
            count,
            basis_size: 0,
            basis_head: GENESIS,
            signed_at: 1,
            signature: Signature([seed as u8; 64]),
        };
        let class = if index.is_multiple_of(5) { Class::Governance } else { Class::Particulars };
        let fields = Fields {
            class,
            index,
            prev,
            recorded_at: 1_700_000_000_000 + index,
            author: PublicKey([3; 32]),
            commitment: commit(&salt, &body),
            seal: (offset + 1 == u64::from(count)).then_some(&seal),
            opening,
        };
        let mut record = Vec::new();
        fields.write(&mut record);
        records.extend_from_slice(&(record.len() as u16).to_be_bytes());
        records.extend_from_slice(&record);
        if class != Class::Governance {
            write_opening(&opening, &mut bodies);
        }
        prev = ledger_spec::hash::leaf_hash(&record);
    }
    Block { first_index: head.size, count, records, bodies, leaf: prev }
}

/// Several blocks, one after the other.
pub fn blocks(head: &Head, counts: &[u32], body_len: usize, seed: u64) -> Vec<Block> {
    let mut head = *head;
    let mut blocks = Vec::new();
    for count in counts {
        let next = block(&head, *count, body_len, seed);
        head = Head { size: head.size + u64::from(*count), leaf: next.leaf, ..head };
        blocks.push(next);
    }
    blocks
}

/// Appends and expects it to be committed.
pub fn append(store: &SegmentStore, blocks: &[Block]) -> Head {
    match store.append(&store.head(), blocks).expect("append") {
        Outcome::Committed(head) => head,
        other => panic!("not committed: {other:?}"),
    }
}

/// What a later opening may resume from.
pub fn resume(store: &SegmentStore) -> Option<Resume> {
    let marks = store.marks(0..usize::MAX);
    let last = marks.len().checked_sub(1)? as u64 * 256;
    let prev = store.leaf_before(last).expect("the last mark is in the log");
    Some(Resume { marks, prev })
}
