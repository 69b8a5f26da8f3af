//! Whatever happens to the files, a store gives the bytes that were appended or an error that says where; with a
//! checkpoint given out it never takes a damaged or cut log for a shorter one.

mod store_support;

use std::sync::Arc;

use cantus::store::{Disk, EventStore, GivenOut, RealDisk, SegmentStore, SimDisk, StoreError};
use store_support::{GENESIS, SMALL, append, block_of, blocks};

/// A log of several segments, and what it holds.
struct Fixture {
    disk: SimDisk,
    records: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
}

const SIZE: u64 = 36;

impl Fixture {
    fn new(guarded: bool) -> Fixture {
        let disk = SimDisk::new();
        let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
        for number in 0..12 {
            append(&store, &blocks(&store.head(), &[2, 1], 300, number));
        }
        let head = store.head();
        if guarded {
            let checkpoint = b"a signed note".to_vec();
            store.give_out(&GivenOut { size: head.size, leaf: head.leaf, checkpoint }).expect("give out");
        }
        assert_eq!(head.size, SIZE);
        let each = |read: &dyn Fn(u64) -> Result<Vec<u8>, StoreError>| {
            (0..SIZE).map(|index| read(index).expect("read")).collect()
        };
        let records = each(&|index| store.records(index..index + 1));
        let bodies = each(&|index| store.bodies(index..index + 1));
        Fixture { disk, records, bodies }
    }

    fn segments(&self) -> Vec<String> {
        let mut names = self.disk.list().expect("list");
        names.retain(|name| name.ends_with(".seg"));
        names.sort();
        assert!(names.len() >= 3, "only {names:?}");
        names
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        self.disk.read(name).expect("the file exists")
    }

    /// The disk with a file changed.
    fn damaged(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> SimDisk {
        let disk = self.disk.kill();
        let mut bytes = self.bytes(name);
        change(&mut bytes);
        disk.overwrite(name, &bytes);
        disk
    }

    /// Every event that can be read is as it was appended. Answers how many cannot.
    fn check(&self, store: &SegmentStore, context: &str) -> usize {
        let mut unreadable = 0;
        for index in 0..store.head().size {
            let (record, body) = (&self.records[index as usize], &self.bodies[index as usize]);
            match store.event(index) {
                Ok(event) => assert_eq!(event.record, record[2..], "{context}"),
                Err(StoreError::Damaged { .. }) => unreadable += 1,
                Err(error) => panic!("{context}: {error}"),
            }
            match store.bodies(index..index + 1) {
                Ok(bytes) => assert_eq!(bytes, *body, "{context}"),
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => panic!("{context}: {error}"),
            }
        }
        unreadable
    }
}

fn open(disk: &SimDisk) -> Result<SegmentStore, StoreError> {
    SegmentStore::open(Arc::new(disk.clone()), SMALL, None, &mut |_| {})
}

/// Opens a guarded log that may be damaged: it is whole, or says where it is not.
fn check_guarded(fixture: &Fixture, disk: &SimDisk, context: &str) {
    match open(disk) {
        Ok(store) => {
            assert_eq!(store.head().size, SIZE, "{context}: cut without a word");
            fixture.check(&store, context);
        }
        Err(StoreError::Damaged { .. } | StoreError::Cut { .. } | StoreError::NoLedger { .. }) => {}
        Err(error) => panic!("{context}: {error}"),
    }
}

#[test]
fn a_flipped_bit_anywhere_is_found_or_harmless() {
    let fixture = Fixture::new(true);
    for name in fixture.segments() {
        for at in (0..fixture.bytes(&name).len()).step_by(7) {
            let disk = fixture.damaged(&name, |bytes| bytes[at] ^= 1 << (at % 8));
            check_guarded(&fixture, &disk, &format!("bit {} of byte {at} of {name}", at % 8));
        }
    }
}

#[test]
fn a_zeroed_page_or_a_cut_file_is_found() {
    let fixture = Fixture::new(true);
    for name in fixture.segments() {
        let length = fixture.bytes(&name).len();
        for at in (0..length).step_by(64) {
            let disk = fixture.damaged(&name, |bytes| bytes[at..length.min(at + 512)].fill(0));
            check_guarded(&fixture, &disk, &format!("zeros from {at} of {name}"));
            let disk = fixture.damaged(&name, |bytes| bytes.truncate(at));
            check_guarded(&fixture, &disk, &format!("{name} cut at {at}"));
        }
        let disk = fixture.disk.kill();
        disk.remove(&name).expect("remove");
        let result = open(&disk);
        assert!(matches!(result, Err(StoreError::Damaged { .. } | StoreError::Cut { .. })), "{name}: {result:?}");
    }
}

#[test]
fn a_damaged_body_is_found_when_it_is_read_and_harms_no_other() {
    let fixture = Fixture::new(true);
    let name = &fixture.segments()[1];
    let body = &fixture.bodies[13][18..];
    let bytes = fixture.bytes(name);
    let at = bytes.windows(body.len()).position(|window| window == body).expect("body 13 is in the second segment");
    let store = open(&fixture.damaged(name, |bytes| bytes[at + 5] ^= 4)).expect("open");
    assert_eq!(fixture.check(&store, "damaged body"), 1);
    match store.event(13) {
        Err(StoreError::Damaged { file, offset, index, .. }) => {
            assert_eq!((&file, offset, index), (name, at as u64 - 18, 13));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn damage_before_the_last_frame_names_file_offset_and_event() {
    let fixture = Fixture::new(false);
    let segments = fixture.segments();
    for name in &segments {
        let first_index: u64 = name.trim_end_matches(".seg").parse().expect("a segment is named after its first index");
        let record = &fixture.records[first_index as usize][2..];
        let bytes = fixture.bytes(name);
        let at = bytes.windows(record.len()).position(|window| window == record).expect("its first record");
        // A bit of the record, and one of the frame's header before it.
        for at in [at + 60, at - 10] {
            match open(&fixture.damaged(name, |bytes| bytes[at] ^= 1)) {
                Err(StoreError::Damaged { file, offset, index, .. }) => {
                    assert_eq!((&file, offset, index), (name, 32, first_index));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_record_damaged_after_opening_is_found_when_it_is_read() {
    let fixture = Fixture::new(true);
    let store = open(&fixture.disk).expect("open");
    let name = &fixture.segments()[1];
    let whole = fixture.bytes(name);
    for index in [13, SIZE / 2] {
        let record = &fixture.records[index as usize];
        let Some(start) = whole.windows(record.len()).position(|window| window == record) else { continue };
        for at in start..start + record.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fixture.disk.overwrite(name, &bytes);
            let read = store.event(index);
            assert!(matches!(read, Err(StoreError::Damaged { .. })), "byte {}: {read:?}", at - start);
        }
    }
    fixture.disk.overwrite(name, &whole);
    assert_eq!(fixture.check(&store, "undamaged again"), 0);
}

#[test]
fn a_damaged_frame_with_the_remains_of_a_later_one_after_it_is_not_taken_for_a_torn_one() {
    let fixture = Fixture::new(false);
    let name = fixture.segments().pop().expect("there are segments");
    let bytes = fixture.bytes(&name);
    let find = |part: &[u8]| bytes.windows(part.len()).rposition(|window| window == part).expect("it is there");
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("frames") + 1;
    let (record, body) = (find(&fixture.records[33]), find(&fixture.bodies[34]));
    let open_with = |damage: &[usize]| {
        open(&fixture.damaged(&name, |bytes| {
            bytes.truncate(end);
            bytes.extend_from_slice(&[0xEE; 40]);
            damage.iter().for_each(|at| bytes[*at] ^= 1);
        }))
    };
    let store = open_with(&[]).expect("the remains are cleared away");
    assert_eq!((store.head().size, fixture.check(&store, "remains")), (SIZE, 0));
    for damage in [record + 50, body + 16] {
        let result = open_with(&[damage]);
        assert!(matches!(result, Err(StoreError::Damaged { index: 33, .. })), "{result:?}");
    }
}

#[test]
fn without_a_checkpoint_given_out_only_the_last_frame_can_be_lost() {
    let fixture = Fixture::new(false);
    let name = fixture.segments().pop().expect("there are segments");
    for at in 0..fixture.bytes(&name).len() {
        match open(&fixture.damaged(&name, |bytes| bytes[at] ^= 1)) {
            Ok(store) => {
                assert!([SIZE, SIZE - 3].contains(&store.head().size), "byte {at}: {:?}", store.head());
                fixture.check(&store, &format!("byte {at}"));
            }
            Err(StoreError::Damaged { .. }) => {}
            Err(error) => panic!("byte {at}: {error}"),
        }
    }
}

#[test]
fn a_segment_of_a_later_version_is_refused_and_left_alone() {
    let fixture = Fixture::new(false);
    let name = fixture.segments().pop().expect("there are segments");
    let disk = fixture.damaged(&name, |bytes| {
        bytes[9] = 2;
        let crc = crc32fast::hash(&bytes[..28]);
        bytes[28..32].copy_from_slice(&crc.to_be_bytes());
    });
    let before = disk.read(&name);
    let result = open(&disk);
    assert!(matches!(&result, Err(StoreError::Version { version: 2, .. })), "{result:?}");
    assert_eq!(disk.read(&name), before);
}

#[test]
fn an_older_copy_of_the_log_is_refused_once_a_newer_checkpoint_was_given_out() {
    let fixture = Fixture::new(false);
    let store = open(&fixture.disk).expect("open");
    let older = fixture.disk.kill();
    let head = append(&store, &blocks(&store.head(), &[2], 10, 50));
    store.give_out(&GivenOut { size: head.size, leaf: head.leaf, checkpoint: vec![1] }).expect("give out");
    let guard = fixture.bytes("guard");

    older.overwrite("guard", &guard);
    assert!(matches!(open(&older), Err(StoreError::Cut { head: SIZE, known: 38 })));
    // Nor may another history of the same length take its place.
    older.remove("guard").expect("remove");
    let store = open(&older).expect("without its guard nothing is known");
    append(&store, &blocks(&store.head(), &[2], 10, 51));
    drop(store);
    older.overwrite("guard", &guard);
    assert!(matches!(open(&older), Err(StoreError::Cut { head: 38, known: 38 })));
}

/// Where the header of the guard's second slot is, in bytes.
const SECOND_SLOT: usize = 16_384;

/// A log of 38 events whose last checkpoint is in the guard's second slot, and the one over 36 in its first.
fn guarded_twice() -> Fixture {
    let fixture = Fixture::new(true);
    let store = open(&fixture.disk).expect("open");
    let head = append(&store, &blocks(&store.head(), &[2], 10, 50));
    store.give_out(&GivenOut { size: head.size, leaf: head.leaf, checkpoint: vec![1; 2000] }).expect("give out");
    drop(store);
    let fixture = Fixture { disk: fixture.disk.kill(), ..fixture };
    let guard = fixture.bytes("guard");
    assert_eq!([guard[31], guard[SECOND_SLOT + 31]], [36, 38], "sizes in the two slots");
    fixture
}

#[test]
fn a_torn_checkpoint_in_the_guard_falls_back_to_the_one_before() {
    let fixture = guarded_twice();
    let newest = |change: &[usize]| {
        let disk = fixture.damaged("guard", |bytes| change.iter().for_each(|at| bytes[*at] ^= 1));
        open(&disk).map(|store| store.given_out().map(|given_out| given_out.size))
    };
    assert_eq!(newest(&[]).expect("open"), Some(38));
    assert_eq!(newest(&[70]).expect("open"), Some(38));
    assert_eq!(newest(&[SECOND_SLOT + 600]).expect("open"), Some(36));
    let both = newest(&[70, SECOND_SLOT + 600]);
    assert!(matches!(both, Err(StoreError::GuardDamaged { .. })), "{both:?}");
}

#[test]
fn a_guard_that_no_crash_leaves_is_refused_and_nothing_is_changed() {
    let fixture = guarded_twice();
    let header = |slot: usize| (slot..slot + 68).map(move |at| (at, 1));
    let cuts = [0, 40, SECOND_SLOT, SECOND_SLOT + 40];
    let damages = header(0).chain(header(SECOND_SLOT)).map(|(at, bit)| fixture.damaged("guard", |b| b[at] ^= bit));
    let cut = cuts.map(|length| fixture.damaged("guard", |bytes| bytes.truncate(length)));
    let zeroed = [0, SECOND_SLOT].map(|at| fixture.damaged("guard", |bytes| bytes[at..at + 512].fill(0)));
    for disk in damages.chain(cut).chain(zeroed) {
        let opened = open(&disk);
        assert!(matches!(opened, Err(StoreError::GuardDamaged { .. })), "{opened:?}");
    }
}

#[test]
fn an_acknowledged_frame_is_never_cut_while_the_guard_may_have_known_it() {
    let fixture = guarded_twice();
    let name = fixture.segments().pop().expect("there are segments");
    let bytes = fixture.bytes(&name);
    let end = bytes.iter().rposition(|byte| *byte != 0).expect("frames") + 1;
    let guard = fixture.bytes("guard");
    // Of the second slot: nothing, its checkpoint, its header, all of it.
    let spoilt = [0..0, SECOND_SLOT + 68..SECOND_SLOT + 2000, SECOND_SLOT..SECOND_SLOT + 68, SECOND_SLOT..guard.len()];
    // Of the last frame, which was acknowledged: its last bytes, and all of it.
    for lost in [end - 6..end, end - 700..end] {
        for range in &spoilt {
            let disk = fixture.damaged(&name, |bytes| bytes[lost.clone()].fill(0));
            let mut guard = guard.clone();
            guard[range.clone()].fill(0);
            disk.overwrite("guard", &guard);
            let before = disk.read(&name);
            let opened = open(&disk);
            let refused = matches!(
                opened,
                Err(StoreError::Cut { known: 38, .. } | StoreError::GuardDamaged { .. } | StoreError::Damaged { .. })
            );
            assert!(refused, "{lost:?} of the frame, {range:?} of the guard: {opened:?}");
            assert!(disk.read(&name) == before, "{lost:?} of the frame, {range:?} of the guard: cut");
        }
    }
}

#[test]
fn a_body_that_looks_like_a_frame_does_not_keep_a_torn_frame_from_being_dropped() {
    // Frames of another store's file are whole, but do not carry this file's tag.
    let other = Fixture::new(false);
    let foreign = other.bytes(&other.segments()[0]);
    let disk = SimDisk::new();
    let store = SegmentStore::create(Arc::new(disk.clone()), GENESIS, SMALL).expect("create");
    append(&store, &blocks(&store.head(), &[1], 20, 0));
    let frames = foreign[32..2000].to_vec();
    append(&store, &[block_of(&store.head(), 1, |_| frames.clone(), 0)]);
    drop(store);
    let name = "0000000000000000.seg";
    let mut bytes = disk.read(name).expect("segment");
    let at = bytes.windows(8).rposition(|window| *window == bytes[20..28]).expect("the last frame");
    bytes[at + 9] ^= 1;
    disk.overwrite(name, &bytes);
    assert_eq!(open(&disk).expect("open").head().size, 1);
}

#[test]
fn a_second_opener_is_told_that_the_ledger_is_in_use() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a/new/ledger");
    let disk = || Arc::new(RealDisk::new(&path).expect("disk"));
    let store = SegmentStore::create(disk(), GENESIS, SMALL).expect("create");
    append(&store, &blocks(&store.head(), &[300, 2], 20, 0));
    let second = SegmentStore::open(disk(), SMALL, None, &mut |_| {});
    assert!(matches!(second, Err(StoreError::InUse { .. })), "{second:?}");
    drop(store);
    let store = SegmentStore::open(disk(), SMALL, None, &mut |_| {}).expect("open");
    assert_eq!(store.head().size, 302);
    assert!(store.event(301).is_ok());
}
