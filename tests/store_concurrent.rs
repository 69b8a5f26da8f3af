//! Any number of threads read while one appends and another erases, and all of them see only what was committed.

mod store_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use cantus::store::{Body, EventStore, Options, RealDisk, SegmentStore, Walk};
use ledger_spec::commitment::{ERASED, commit};
use store_support::{GENESIS, append, blocks};

/// Small enough to roll many times, with frames that grow by steps and frames that grow by themselves.
const OPTIONS: Options = Options { segment_len_max: 256 << 10, grow_min: 16 << 10, grow_max: 64 << 10 };
const ROUNDS: u64 = 150;
/// Events with a large body, at the start.
const LARGE: u64 = 300;

#[test]
fn readers_see_whole_committed_events_while_others_append_and_erase() {
    let folder = tempfile::tempdir().expect("folder");
    let disk = Arc::new(RealDisk::new(folder.path().join("segments")).expect("disk"));
    let store = SegmentStore::create(disk, GENESIS, OPTIONS).expect("create");
    // Bodies of several pages, so that a read may meet one half erased.
    append(&store, &blocks(&store.head(), &[LARGE as u32], 16_000, 0));
    append(&store, &blocks(&store.head(), &[2], 50, 0));
    let done = AtomicBool::new(false);
    let erasing = AtomicU64::new(1);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..ROUNDS {
                let counts: &[u32] = [&[1][..], &[3, 40, 1], &[200]][(round % 3) as usize];
                append(&store, &blocks(&store.head(), counts, 50, round));
            }
            done.store(true, Ordering::Release);
        });
        scope.spawn(|| {
            // Every fifth is inline, and cannot be.
            for index in (0..LARGE).filter(|index| index % 5 != 0) {
                erasing.store(index, Ordering::Release);
                store.erase(&[index]).expect("erase");
            }
        });
        for reader in 0..2 {
            let (store, done, erasing) = (&store, &done, &erasing);
            scope.spawn(move || {
                let mut index = reader * 131;
                while !done.load(Ordering::Acquire) {
                    let size = store.head().size;
                    index = (index * 31 + 17) % size;
                    read(store, index, size);
                    store.event(erasing.load(Ordering::Acquire)).expect("an event about to be erased");
                }
            });
        }
        scope.spawn(|| {
            while !done.load(Ordering::Acquire) {
                scan(&store);
            }
        });
    });
    scan(&store);
    let erased = |index: &u64| matches!(store.event(*index).expect("event").body, Body::Erased { length: 16_000 });
    assert_eq!((0..LARGE).filter(erased).count(), 240);
}

fn read(store: &SegmentStore, index: u64, size: u64) {
    let event = store.event(index).expect("a committed event");
    assert_eq!(event.record[2..10], index.to_be_bytes());
    let range = index..size.min(index + 300);
    let records = store.records(range.clone()).expect("committed records");
    let bodies = store.bodies(range.clone()).expect("committed bodies");
    assert_eq!(check(&records, &bodies, range.start), range.end);
}

fn scan(store: &SegmentStore) {
    let size = store.head().size;
    let mut next = 0;
    for chunk in store.scan(0).expect("scan") {
        for frame in chunk.expect("committed frames").frames() {
            assert_eq!(frame.first_index, next);
            next = check(frame.records, frame.bodies, next);
        }
    }
    assert!(next >= size, "a scan reaches the head there was when it began");
}

/// Every body matches, or is erased altogether. Answers the index after the last.
fn check(records: &[u8], bodies: &[u8], first_index: u64) -> u64 {
    let mut walk = Walk::both(records, bodies);
    let mut next = first_index;
    while let Some(step) = walk.step().expect("a walk") {
        assert_eq!(step.record.index, next);
        next += 1;
        if let Some(opening) = step.opening {
            match opening.salt == ERASED {
                true => assert!(opening.body.iter().all(|byte| *byte == 0)),
                false => assert_eq!(commit(&opening.salt, opening.body), step.record.commitment),
            }
        }
    }
    walk.finish().expect("no body is left over");
    next
}
