//! Whatever is appended, in whatever sizes, reads back byte for byte, by index and by scan, now and after opening.

mod store_support;

use std::sync::Arc;

use cantus::store::{Block, Body, EventStore, Head, SegmentStore, SimDisk, StoreError, Walk};
use proptest::prelude::*;
use store_support::{GENESIS, SMALL, append, blocks};

#[derive(Clone, Debug)]
enum Action {
    Append { counts: Vec<u32>, body_len: usize },
    Erase(prop::sample::Index),
    Reopen { resume: bool },
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (prop::collection::vec(prop_oneof![1..4u32, 200..600u32], 1..4), 0..90usize)
            .prop_map(|(counts, body_len)| Action::Append { counts, body_len }),
        1 => any::<prop::sample::Index>().prop_map(Action::Erase),
        1 => any::<bool>().prop_map(|resume| Action::Reopen { resume }),
    ]
}

/// What the store should hold.
#[derive(Default)]
struct Model {
    records: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
    last_frame: u64,
}

impl Model {
    fn append(&mut self, blocks: &[Block]) {
        self.last_frame = self.records.len() as u64;
        for block in blocks {
            let mut walk = Walk::both(&block.records, &block.bodies);
            let mut before = walk.at();
            while walk.step().expect("a block walks").is_some() {
                let after = walk.at();
                self.records.push(block.records[before.0..after.0].to_vec());
                self.bodies.push(block.bodies[before.1..after.1].to_vec());
                before = after;
            }
        }
    }

    fn erase(&mut self, index: usize) -> bool {
        let body = &mut self.bodies[index];
        if body.is_empty() || index as u64 >= self.last_frame {
            return false;
        }
        body[..16].fill(0);
        body[18..].fill(0);
        true
    }

    fn check(&self, store: &SegmentStore, from: usize, to: usize) {
        let (start, end) = (from as u64, to as u64);
        assert_eq!(store.records(start..end).expect("records"), self.records[from..to].concat());
        assert_eq!(store.bodies(start..end).expect("bodies"), self.bodies[from..to].concat());
        for index in [from, to.saturating_sub(1)].into_iter().filter(|index| (from..to).contains(index)) {
            let event = store.event(index as u64).expect("event");
            assert_eq!(event.record, self.records[index][2..]);
            let stored = &self.bodies[index];
            match event.body {
                Body::Inline => assert!(stored.is_empty()),
                Body::Erased { length } => {
                    assert!(stored[..16].iter().all(|byte| *byte == 0));
                    assert_eq!(usize::from(length), stored.len() - 18);
                }
                Body::Present { salt, bytes } => assert_eq!([&salt[..], &stored[16..18], &bytes].concat(), *stored),
            }
        }
        let (mut records, mut bodies, mut next) = (Vec::new(), Vec::new(), start);
        for chunk in store.scan(start).expect("scan") {
            for frame in chunk.expect("chunk").frames() {
                assert_eq!(frame.first_index, next);
                next += u64::from(frame.count);
                records.extend_from_slice(frame.records);
                bodies.extend_from_slice(frame.bodies);
            }
        }
        assert_eq!(next, self.records.len() as u64);
        assert_eq!((records, bodies), (self.records[from..].concat(), self.bodies[from..].concat()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_store_reads_back_what_was_appended(
        actions in prop::collection::vec(action(), 1..12),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 6),
    ) {
        let disk = SimDisk::new();
        let mut store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
        let mut model = Model::default();
        for (seed, action) in actions.into_iter().enumerate() {
            let size = model.records.len();
            match action {
                Action::Append { counts, body_len } => {
                    let blocks = blocks(&store.head(), &counts, body_len, seed as u64);
                    let head = append(&store, &blocks);
                    model.append(&blocks);
                    prop_assert_eq!(head.size, model.records.len() as u64);
                    prop_assert_eq!(head, store.head());
                }
                Action::Erase(index) if size > 0 => {
                    let index = index.index(size);
                    let expected = model.erase(index);
                    prop_assert_eq!(store.erase(&[index as u64]).is_ok(), expected);
                }
                Action::Reopen { resume } if size > 0 => {
                    let before = store.head();
                    let resume = if resume { store_support::resume(&store) } else { None };
                    drop(store);
                    store = SegmentStore::open(Arc::new(disk.clone()), SMALL, resume.as_ref(), &mut |_| {})
                        .expect("open");
                    prop_assert_eq!(store.resumed(), resume.is_some());
                    let head = store.head();
                    prop_assert_eq!((head.size, head.leaf), (before.size, before.leaf));
                }
                Action::Erase(_) | Action::Reopen { .. } => {}
            }
        }
        let size = model.records.len();
        model.check(&store, 0, size);
        for (one, other) in cuts {
            let (one, other) = (one.index(size + 1), other.index(size + 1));
            model.check(&store, one.min(other), one.max(other));
        }
        let beyond = store.records(0..size as u64 + 1);
        assert!(matches!(beyond, Err(StoreError::OutOfRange { .. })), "{beyond:?}");
    }
}

#[test]
fn an_append_at_another_head_is_a_conflict_and_writes_nothing() {
    let disk = SimDisk::new();
    let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
    let old = store.head();
    let head = append(&store, &blocks(&old, &[3], 20, 0));
    let operations = disk.operations();
    let stale = [
        old,
        Head { epoch: head.epoch + 1, ..head },
        Head { leaf: GENESIS, ..head },
        Head { size: head.size + 1, ..head },
    ];
    for expected in stale {
        let outcome = store.append(&expected, &blocks(&expected, &[1], 20, 1)).expect("append");
        assert_eq!(outcome, cantus::store::Outcome::Conflict(head));
    }
    assert_eq!(disk.operations(), operations);
}

#[test]
fn blocks_that_do_not_continue_the_log_are_rejected() {
    let store = SegmentStore::create(Arc::new(SimDisk::new()), GENESIS, SMALL).expect("create");
    let head = append(&store, &blocks(&store.head(), &[300], 20, 0));
    let good = blocks(&head, &[4, 4], 20, 1);
    let change = |change: fn(&mut Vec<Block>)| {
        let mut bad = good.clone();
        change(&mut bad);
        let result = store.append(&head, &bad);
        assert!(matches!(result, Err(StoreError::Rejected { .. })), "{result:?}");
        assert_eq!(store.head(), head);
    };
    change(|blocks| blocks.clear());
    change(|blocks| blocks.swap(0, 1));
    change(|blocks| drop(blocks.remove(0)));
    change(|blocks| blocks[1].count += 1);
    change(|blocks| blocks[1].first_index += 1);
    change(|blocks| blocks[1].leaf = GENESIS);
    change(|blocks| blocks[0].records.truncate(200));
    change(|blocks| blocks[0].bodies.truncate(50));
    change(|blocks| blocks[0].bodies.push(0));
    change(|blocks| blocks[0].records[2 + 10] ^= 1);
    let sealed_in_the_middle = |blocks: &mut Vec<Block>| {
        let second = blocks.remove(1);
        blocks[0].records.extend_from_slice(&second.records);
        blocks[0].bodies.extend_from_slice(&second.bodies);
        blocks[0].count += second.count;
        blocks[0].leaf = second.leaf;
    };
    change(sealed_in_the_middle);
    append(&store, &good);
}

#[test]
fn a_ledger_is_created_once_and_found_only_after_its_first_event() {
    let disk = SimDisk::new();
    let create = || SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL);
    let open = || SegmentStore::open(Arc::new(disk.clone()), SMALL, None, &mut |_| {});
    assert!(matches!(open(), Err(StoreError::NoLedger { .. })));
    drop(create().expect("create"));
    assert!(matches!(open(), Err(StoreError::NoLedger { .. })));
    let store = create().expect("create again");
    let head = append(&store, &blocks(&store.head(), &[1], 20, 0));
    assert!(matches!(open(), Err(StoreError::InUse { .. })));
    drop(store);
    assert!(matches!(create(), Err(StoreError::Exists { .. })));
    let reopened = open().expect("open").head();
    assert_eq!(reopened, Head { epoch: head.epoch + 1, ..head });
}
