//! A crash or failure at any operation on the disk leaves the old head or the new one, every acknowledged block byte
//! for byte, every erased body erased, no log shorter than a checkpoint given out, and a store that goes on.

mod store_support;

use std::collections::BTreeSet;
use std::sync::Arc;

use cantus::store::{
    Block, Body, EventStore, Fault, GivenOut, Options, Outcome, Resume, SegmentStore, SimDisk, StoreError, Survival,
    Walk,
};
use store_support::{GENESIS, SMALL, append, blocks, resume};

/// What was promised before the process stopped, and what it was about to do.
#[derive(Clone, Debug, Default)]
struct Promised {
    acknowledged: Vec<Block>,
    in_flight: Vec<Block>,
    erased: BTreeSet<u64>,
    erasing: Vec<u64>,
    given_out: u64,
    /// What an index that is up to date knows.
    resume: Option<Resume>,
}

/// Appends, erases and gives out checkpoints until something fails.
struct Workload {
    store: SegmentStore,
    promised: Promised,
}

impl Workload {
    fn append(&mut self, counts: &[u32], body_len: usize) -> Result<(), StoreError> {
        let head = self.store.head();
        let seed = self.promised.acknowledged.len() as u64;
        self.promised.in_flight = blocks(&head, counts, body_len, seed);
        match self.store.append(&head, &self.promised.in_flight)? {
            Outcome::Committed(_) => {
                self.promised.acknowledged.append(&mut self.promised.in_flight);
                self.promised.resume = resume(&self.store);
            }
            Outcome::Conflict(head) => panic!("conflict at {head:?}"),
            Outcome::Unknown => return Err(StoreError::Poisoned),
        }
        Ok(())
    }

    fn erase(&mut self, indices: &[u64]) -> Result<(), StoreError> {
        self.promised.erasing = indices.to_vec();
        self.store.erase(indices)?;
        self.promised.erased.extend(self.promised.erasing.drain(..));
        Ok(())
    }

    fn give_out(&mut self) -> Result<(), StoreError> {
        let head = self.store.head();
        // Longer than a sector, so that it can be torn.
        let checkpoint = format!("checkpoint over {:2000}", head.size).into_bytes();
        self.store.give_out(&GivenOut { size: head.size, leaf: head.leaf, checkpoint })?;
        self.promised.given_out = head.size;
        Ok(())
    }

    fn run(&mut self, disk: &SimDisk) -> Result<(), StoreError> {
        self.append(&[2, 4], 40)?;
        self.give_out()?;
        self.append(&[1], 1300)?;
        self.erase(&[1, 3])?;
        self.append(&[4], 700)?;
        self.give_out()?;
        self.append(&[2, 2, 2], 400)?;
        self.append(&[3], 1500)?;
        self.erase(&[6, 8, 2])?;
        self.append(&[1], 0)?;
        self.give_out()?;
        self.reopen(disk)?;
        self.append(&[270], 3)?;
        self.erase(&[17])?;
        self.append(&[2], 30)?;
        self.give_out()
    }

    fn reopen(&mut self, disk: &SimDisk) -> Result<(), StoreError> {
        let idle = SegmentStore::create(Arc::new(SimDisk::new()), GENESIS, SMALL)?;
        drop(std::mem::replace(&mut self.store, idle));
        self.store = open(disk)?;
        Ok(())
    }
}

fn open(disk: &SimDisk) -> Result<SegmentStore, StoreError> {
    SegmentStore::open(Arc::new(disk.clone()), SMALL, None, &mut |_| {})
}

/// Runs the workload with a fault at the operation of that number; `None` if the fault was never reached.
fn promises_before(operation: u64, fault: Fault) -> Option<(SimDisk, Promised)> {
    let disk = SimDisk::new();
    disk.inject(operation, fault);
    let Ok(store) = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL) else {
        return Some((disk, Promised::default()));
    };
    let mut workload = Workload { store, promised: Promised::default() };
    let result = workload.run(&disk);
    if disk.operations() <= operation {
        result.expect("without a fault nothing fails");
        return None;
    }
    Some((disk, workload.promised))
}

fn concat(blocks: &[Block], part: fn(&Block) -> &[u8]) -> Vec<u8> {
    blocks.iter().flat_map(part).copied().collect()
}

/// Opens the disk and checks every promise. Gives the store back, or `None` if nothing was ever acknowledged.
fn check(disk: &SimDisk, promised: &Promised, context: &str) -> SegmentStore {
    let scanned = open(&disk.kill()).map(|store| store.head());
    let store = match SegmentStore::open(Arc::new(disk.clone()), SMALL, promised.resume.as_ref(), &mut |_| {}) {
        Ok(store) => store,
        Err(StoreError::NoLedger { .. }) if promised.acknowledged.is_empty() => {
            SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create where nothing was promised")
        }
        Err(error) => panic!("{context}: {error}"),
    };
    assert_eq!(store.resumed(), promised.resume.is_some(), "{context}");
    if let Ok(scanned) = scanned {
        assert_eq!(store.head(), scanned, "{context}: resuming makes a difference");
    }
    let mut expected = promised.acknowledged.clone();
    let size: u64 = expected.iter().map(|block| u64::from(block.count)).sum();
    let head = store.head();
    if head.size != size {
        expected.extend_from_slice(&promised.in_flight);
    }
    let last = expected.last().map_or((0, GENESIS), |block| (block.first_index + u64::from(block.count), block.leaf));
    assert_eq!((head.size, head.leaf), last, "{context}: neither the old head nor the new one");
    assert!(head.size >= promised.given_out, "{context}: shorter than what was given out");
    assert!(promised.given_out == 0 || store.given_out().is_some(), "{context}: the guard is lost");

    for index in &promised.erased {
        let body = store.event(*index).expect("an erased event").body;
        assert!(matches!(body, Body::Erased { .. }), "{context}: body {index} came back");
    }
    store.erase(&promised.erasing).expect("erasure can always be applied again");
    let erased: BTreeSet<u64> = promised.erased.iter().chain(&promised.erasing).copied().collect();
    let records = concat(&expected, |block| &block.records);
    let bodies = with_erased(&records, &concat(&expected, |block| &block.bodies), &erased);
    assert_eq!(store.records(0..head.size).expect(context), records, "{context}");
    assert_eq!(store.bodies(0..head.size).expect(context), bodies, "{context}");
    store
}

fn with_erased(records: &[u8], bodies: &[u8], erased: &BTreeSet<u64>) -> Vec<u8> {
    let mut out = bodies.to_vec();
    let mut walk = Walk::both(records, bodies);
    let mut start = 0;
    while let Some(step) = walk.step().expect("walk") {
        let end = walk.at().1;
        if erased.contains(&step.record.index) {
            out[start..start + 16].fill(0);
            out[start + 18..end].fill(0);
        }
        start = end;
    }
    out
}

const SURVIVALS: [Survival; 6] = [
    Survival::Nothing,
    Survival::Everything,
    Survival::Torn(1),
    Survival::Torn(2),
    Survival::Torn(3),
    Survival::Torn(4),
];

/// The disks that the next process may find.
fn aftermaths(disk: &SimDisk) -> impl Iterator<Item = (String, SimDisk)> {
    let cuts = SURVIVALS.map(|survival| (format!("power cut, {survival:?}"), disk.power_cut(survival)));
    cuts.into_iter().chain([("kill".to_owned(), disk.kill())])
}

const FAULTS: [Fault; 3] = [Fault::Error, Fault::Before, Fault::After];

/// Calls for every operation of the workload, every one of the faults and every aftermath.
fn for_every_crash(faults: &[Fault], mut visit: impl FnMut(&SimDisk, &Promised, &str)) -> u64 {
    let mut crashes = 0;
    for &fault in faults {
        let mut operation = 0;
        while let Some((disk, promised)) = promises_before(operation, fault) {
            for (aftermath, disk) in aftermaths(&disk) {
                visit(&disk, &promised, &format!("{fault:?} at operation {operation}, {aftermath}"));
                crashes += 1;
            }
            operation += 1;
        }
        assert!(operation > 60, "the workload has shrunk to {operation} operations");
    }
    crashes
}

#[test]
fn every_crash_leaves_the_old_head_or_the_new_one_and_a_store_that_goes_on() {
    let crashes = for_every_crash(&FAULTS, |disk, promised, context| {
        let store = check(disk, promised, context);
        let mut next = Promised { acknowledged: Vec::new(), in_flight: Vec::new(), ..promised.clone() };
        let before = store.head();
        let known = store.records(0..before.size).expect(context);
        let more = blocks(&before, &[3, 1], 200, 99);
        append(&store, &more);
        next.acknowledged = more;
        drop(store);
        let store = open(&disk.power_cut(Survival::Nothing)).expect(context);
        let records = [known, concat(&next.acknowledged, |block| &block.records)].concat();
        assert_eq!(store.records(0..before.size + 4).expect(context), records, "{context}");
    });
    assert!(crashes > 1000, "only {crashes} crashes tried");
}

#[test]
fn a_crash_while_recovering_is_recovered_from() {
    for_every_crash(&[Fault::After], |disk, promised, context| {
        if promised.acknowledged.is_empty() {
            return;
        }
        for fault in FAULTS {
            for operation in 0.. {
                let again = disk.power_cut(Survival::Everything);
                again.inject(operation, fault);
                let opened = open(&again);
                if opened.is_ok() && again.operations() <= operation {
                    break;
                }
                drop(opened);
                let context = format!("{context}, then {fault:?} at operation {operation} of opening");
                check(&again.power_cut(Survival::Torn(operation)), promised, &context);
            }
        }
    });
}

#[test]
fn what_a_long_torn_frame_leaves_behind_does_not_confuse_a_shorter_one_after_it() {
    let roomy = Options { grow_min: 16 << 10, grow_max: 16 << 10, ..SMALL };
    for seed in 0..200 {
        let mut disk = SimDisk::new();
        let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, roomy).expect("create");
        let first = blocks(&store.head(), &[2], 20, 0);
        append(&store, &first);
        drop(store);
        for body_len in [2000, 1200] {
            let store = open(&disk).expect("open");
            let torn = blocks(&store.head(), &[1], body_len, seed);
            // The write is done, its sync is not.
            disk.inject(0, Fault::After);
            let outcome = store.append(&store.head(), &torn);
            assert!(matches!(outcome, Ok(Outcome::Unknown)), "{outcome:?}");
            disk = disk.power_cut(Survival::Torn(seed));
            let promised = Promised { acknowledged: first.clone(), in_flight: torn, ..Promised::default() };
            let found = check(&disk, &promised, &format!("seed {seed}, body of {body_len}"));
            if found.head().size > 2 {
                break;
            }
        }
    }
}

#[test]
fn after_a_failed_write_or_sync_the_store_refuses_to_go_on() {
    for operation in 0.. {
        let disk = SimDisk::new();
        let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
        let head = append(&store, &blocks(&store.head(), &[2], 20, 0));
        append(&store, &blocks(&head, &[2], 20, 0));
        let head = store.head();
        disk.inject(operation, Fault::Error);
        let outcome = store.append(&head, &blocks(&head, &[9], 900, 0));
        if disk.operations() <= operation {
            break;
        }
        assert!(matches!(outcome, Ok(Outcome::Unknown) | Err(StoreError::Io { .. })), "{outcome:?}");
        assert_eq!(store.head(), head);
        let refused = store.append(&head, &blocks(&head, &[9], 900, 0));
        assert!(matches!(refused, Err(StoreError::Poisoned)), "{refused:?}");
        assert!(matches!(store.erase(&[1]), Err(StoreError::Poisoned)));
        let given_out = GivenOut { size: head.size, leaf: head.leaf, checkpoint: Vec::new() };
        assert!(matches!(store.give_out(&given_out), Err(StoreError::Poisoned)));
        assert_eq!(store.event(3).expect("what is committed can still be read").record.len(), 115 + 124);
    }
}

#[test]
fn what_a_failed_sync_lost_is_not_trusted_by_the_next_process() {
    // The bytes stay readable, and a later sync answers without error, but they will never be durable.
    for operation in 0.. {
        let disk = SimDisk::new();
        let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
        append(&store, &blocks(&store.head(), &[2], 20, 0));
        let head = store.head();
        disk.inject(operation, Fault::Error);
        let _ = store.append(&head, &blocks(&head, &[2], 20, 1));
        if disk.operations() <= operation {
            break;
        }
        let next = disk.kill();
        let found = open(&next).expect("open").head();
        let after_cut = open(&next.power_cut(Survival::Nothing)).expect("open").head();
        assert_eq!((found.size, found.leaf), (after_cut.size, after_cut.leaf));
    }
}
