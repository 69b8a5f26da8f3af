//! The index is a convenience: with it, without it, or with any byte of it wrong, a log opens to the same events and
//! the same tree.

mod store_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cantus::store::index::{Batch, Index, Indexed, Reached, Space, VALUE_LEN_MAX};
use cantus::store::{Claim, EventStore, Head, Options, RealDisk, SegmentStore, StoreError};
use ledger_spec::Hash;
use ledger_spec::hash::leaf_hash;
use ledger_spec::merkle::root_of;
use ledger_spec::record::split_entry;
use store_support::{GENESIS, SMALL, append, blocks};

const OPTIONS: Options = Options { segment_len_max: 512 << 10, ..SMALL };

/// A log in `segments`, with an index.
fn make(folder: &Path, counts: &[u32]) -> Indexed {
    let store = SegmentStore::create(disk(folder), GENESIS, OPTIONS).expect("create");
    append_all(&store, counts);
    drop(store);
    let opened = open(folder).expect("open");
    let nodes = nodes(&opened.store);
    // In parts, as the log grows.
    for end in [1, 3, nodes.len()] {
        let first = opened.index.next_group().expect("next group");
        opened.index.put_log(&opened.store, first, &nodes[first..end.min(nodes.len())]).expect("put");
    }
    opened.index.flush().expect("flush");
    opened
}

fn append_all(store: &SegmentStore, counts: &[u32]) {
    for (seed, count) in counts.iter().enumerate() {
        append(store, &blocks(&store.head(), &[*count], 20, seed as u64));
    }
}

fn disk(folder: &Path) -> Arc<RealDisk> {
    Arc::new(RealDisk::new(folder.join("segments")).expect("disk"))
}

fn open(folder: &Path) -> Result<Indexed, StoreError> {
    let claim = Claim::new(disk(folder))?;
    let indexed = Indexed::open(claim, Index::open(&folder.join("index"))?, OPTIONS, &mut |_| {})?;
    indexed.store.mend()?;
    Ok(indexed)
}

/// The nodes of level 8, from the records.
fn nodes(store: &SegmentStore) -> Vec<Hash> {
    let records = store.records(0..store.head().size).expect("records");
    let mut rest = records.as_slice();
    let leaves: Vec<Hash> = std::iter::from_fn(|| split_entry(&mut rest)).map(leaf_hash).collect();
    leaves.chunks_exact(256).map(root_of).collect()
}

/// A copy of the folder, to be damaged.
fn copy(folder: &Path, to: &Path) -> PathBuf {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(folder).expect("list") {
        let entry = entry.expect("entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
    to.to_owned()
}

const COUNTS: [u32; 5] = [3, 700, 1, 2000, 90];

/// What must be the same however the log was opened.
fn state(opened: &Indexed) -> (u64, Hash, Vec<u8>) {
    let Head { size, leaf, .. } = opened.store.head();
    (size, leaf, opened.store.records(size - 300..size).expect("records"))
}

#[test]
fn a_log_opens_to_the_same_state_with_and_without_its_index() {
    let folder = tempfile::tempdir().expect("folder");
    let opened = make(folder.path(), &COUNTS);
    let (before, all) = (state(&opened), nodes(&opened.store));
    assert_eq!(all.len(), 10);
    drop(opened);

    let opened = open(folder.path()).expect("open");
    assert!(opened.store.resumed());
    assert_eq!((state(&opened), &opened.nodes), (before.clone(), &all));
    drop(opened);

    fs::remove_dir_all(folder.path().join("index")).expect("remove");
    let opened = open(folder.path()).expect("open without an index");
    assert!(!opened.store.resumed() && opened.nodes.is_empty() && opened.damage.is_none());
    assert_eq!(state(&opened), before);
    assert_eq!(opened.index.next_group().expect("next group"), 0);
    opened.index.put_log(&opened.store, 0, &all).expect("put");
    drop(opened);

    let opened = open(folder.path()).expect("open");
    assert!(opened.store.resumed());
    assert_eq!((state(&opened), opened.nodes), (before, all));
}

#[test]
fn an_index_that_stopped_before_the_end_is_gone_on_from() {
    let folder = tempfile::tempdir().expect("folder");
    let Indexed { store, index, .. } = make(folder.path(), &COUNTS);
    append_all(&store, &[5, 900]);
    let all = nodes(&store);
    drop((store, index));
    let opened = open(folder.path()).expect("open");
    assert!(opened.store.resumed());
    assert_eq!((opened.store.head().size, opened.nodes.len(), all.len()), (3699, 10, 14));
    let first = opened.index.next_group().expect("next group");
    opened.index.put_log(&opened.store, first, &all[first..]).expect("put");
    drop(opened);
    assert_eq!(open(folder.path()).expect("open").nodes, all);
}

#[test]
fn more_groups_than_one_row_holds_are_put_row_by_row() {
    let folder = tempfile::tempdir().expect("folder");
    let counts = [4096; 17];
    let opened = make(folder.path(), &counts);
    let all = nodes(&opened.store);
    assert_eq!((all.len(), opened.index.next_group().expect("next group")), (272, 256));
    append_all(&opened.store, &counts);
    let longer = nodes(&opened.store);
    opened.index.put_log(&opened.store, 256, &longer[256..]).expect("put");
    drop(opened);
    let opened = open(folder.path()).expect("open");
    assert_eq!(opened.damage, None);
    assert!(opened.nodes == longer, "{} nodes of {}", opened.nodes.len(), longer.len());
    assert_eq!(opened.store.event(100_001).expect("event").record.len(), 115);
}

/// Changes some bytes of sled's file and opens the log over it, which must not notice any difference. Answers whether
/// sled or the checksums did.
fn open_damaged(folder: &Path, whole: &Whole, from: usize, change: impl FnOnce(&mut [u8])) -> bool {
    let scratch = tempfile::tempdir().expect("folder");
    let target = copy(folder, scratch.path());
    let path = target.join("index/db");
    let mut bytes = fs::read(&path).expect("sled's file");
    change(&mut bytes[from..]);
    fs::write(&path, bytes).expect("write");
    let opened = open(&target).expect("a damaged index never keeps a log from opening");
    assert_eq!(state(&opened), whole.state, "from byte {from}");
    assert!(whole.nodes.starts_with(&opened.nodes), "from byte {from}");
    let read = opened.index.snapshot("balances");
    let noticed = opened.damage.is_some() || !opened.store.resumed() || !matches!(read, Ok(Some(_)));
    match read {
        Ok(Some(found)) => assert_eq!((found.at, found.bytes.len()), (whole.at, whole.length), "from byte {from}"),
        Ok(None) => {}
        Err(StoreError::Index { .. }) => {
            assert!(opened.index.get(Space::Jobs, b"any").is_err(), "a damaged index is not used again");
            drop(opened);
            let opened = open(&target).expect("open after damage was met");
            assert!(opened.damage.is_some(), "from byte {from}");
            assert_eq!(opened.index.snapshot("balances").expect("whole again"), None);
        }
        Err(error) => panic!("{error}"),
    }
    noticed
}

/// A log, and what its index should give.
struct Whole {
    state: (u64, Hash, Vec<u8>),
    nodes: Vec<Hash>,
    at: Reached,
    length: usize,
}

/// A log whose index holds a snapshot of that many bytes.
fn make_with_snapshot(folder: &Path, length: usize) -> (Whole, Vec<u8>) {
    let log = make(folder, &COUNTS);
    let Head { size, leaf, .. } = log.store.head();
    let whole = Whole { state: state(&log), nodes: nodes(&log.store), at: Reached { size, leaf }, length };
    let snapshot: Vec<u8> = (0..length).map(|at| ((at * at) >> 7) as u8).collect();
    log.index.put_snapshot("balances", whole.at, &snapshot).expect("snapshot");
    log.index.flush().expect("flush");
    drop(log);
    (whole, fs::read(folder.join("index/db")).expect("sled's file"))
}

#[test]
fn any_damage_to_a_small_index_is_repaired_from_the_log() {
    let folder = tempfile::tempdir().expect("folder");
    let (whole, db) = make_with_snapshot(folder.path(), 100_000);
    let noticed = (0..40).filter(|number| {
        let from = number * db.len() / 40 + 11;
        open_damaged(folder.path(), &whole, from, |bytes| bytes[0] ^= 0x40)
    });
    assert!(noticed.count() > 0);
    for from in [db.len() / 3, db.len() / 2] {
        open_damaged(folder.path(), &whole, from, |bytes| bytes.fill(0));
    }
    assert!(open_damaged(folder.path(), &whole, 0, |bytes| bytes.fill(0x5A)));
}

#[test]
fn any_damage_to_a_large_index_is_repaired_from_the_log() {
    // Several of sled's segments: a flipped byte in one but the last makes it panic.
    let folder = tempfile::tempdir().expect("folder");
    let (whole, db) = make_with_snapshot(folder.path(), 24 << 20);
    let noticed = (0..12).filter(|number| {
        let from = number * db.len() / 12 + 101;
        open_damaged(folder.path(), &whole, from, |bytes| bytes[0] ^= 0x40)
    });
    // Where the byte was of no use to sled any more, there is nothing to notice.
    assert!(noticed.count() > 0);
    open_damaged(folder.path(), &whole, 9 << 20, |bytes| bytes[..4096].fill(0));
    assert!(open_damaged(folder.path(), &whole, 0, |bytes| bytes.fill(0x5A)));
}

#[test]
fn an_index_of_another_log_is_not_believed_and_one_ahead_of_the_log_is_an_alarm() {
    let folder = tempfile::tempdir().expect("folder");
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    let opened = make(&one, &COUNTS);
    let before = state(&opened);
    drop(opened);
    drop(make(&other, &[600]));

    fs::remove_dir_all(one.join("index")).expect("remove");
    copy(&other.join("index"), &one.join("index"));
    let opened = open(&one).expect("open");
    assert!(opened.damage.is_some() && opened.nodes.is_empty() && !opened.store.resumed());
    assert_eq!(state(&opened), before);
    opened.index.put_log(&opened.store, 0, &nodes(&opened.store)).expect("put");
    drop(opened);

    fs::remove_dir_all(other.join("index")).expect("remove");
    copy(&one.join("index"), &other.join("index"));
    let result = open(&other);
    assert!(matches!(result, Err(StoreError::Cut { head: 600, known: 2560.. })), "{result:?}");
    fs::remove_dir_all(other.join("index")).expect("remove");
    open(&other).expect("without it the log opens");
}

#[test]
fn rows_are_written_together_and_read_back_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("index");
    let (index, damage) = Index::open(&path).expect("open");
    assert_eq!(damage, None);
    let reached = Reached { size: 12, leaf: GENESIS };
    let mut batch = Batch::default();
    for number in 0..300u32 {
        batch.put(Space::Ledger, &number.to_be_bytes(), &vec![number as u8; number as usize * 100]);
    }
    batch.put(Space::Projection, b"other", b"space");
    batch.put(Space::Projection, b"largest", &vec![1; VALUE_LEN_MAX]);
    batch.remove(Space::Ledger, &7u32.to_be_bytes());
    batch.reaching(Space::Ledger, reached);
    index.apply(batch).expect("apply");
    index.flush().expect("flush");
    drop(index);

    let (index, damage) = Index::open(&path).expect("open");
    assert_eq!(damage, None);
    assert_eq!(index.reached(Space::Ledger).expect("reached"), Some(reached));
    assert_eq!(index.reached(Space::Projection).expect("reached"), None);
    let rows: Vec<_> = index.scan(Space::Ledger, &[]).map(|row| row.expect("row")).collect();
    assert_eq!(rows.len(), 299);
    assert!(rows.is_sorted());
    assert_eq!(index.get(Space::Ledger, &9u32.to_be_bytes()).expect("get"), Some(vec![9; 900]));
    assert_eq!(index.get(Space::Ledger, &7u32.to_be_bytes()).expect("get"), None);
    assert_eq!(index.get(Space::Jobs, b"other").expect("get"), None);
}

#[test]
fn a_value_that_does_not_match_its_checksum_is_damage() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("index");
    let (index, _) = Index::open(&path).expect("open");
    let mut batch = Batch::default();
    batch.put(Space::Jobs, b"one", b"right");
    batch.put(Space::Jobs, b"two", b"right");
    index.apply(batch).expect("apply");
    drop(index);
    let sled = sled::Config::new().path(&path).segment_size(8 << 20).open().expect("sled");
    let two = sled.get([5, b't', b'w', b'o']).expect("get").expect("the row");
    // A value in the place of another, checksum and all, and one changed by a bit.
    sled.insert([5, b'o', b'n', b'e'], &two).expect("insert");
    let mut changed = two.to_vec();
    changed[5] ^= 1;
    sled.insert([5, b't', b'w', b'o'], changed).expect("insert");
    drop(sled);
    for key in [b"one", b"two"] {
        let (index, damage) = Index::open(&path).expect("open");
        assert_eq!(damage, None);
        let read = index.get(Space::Jobs, key);
        assert!(matches!(read, Err(StoreError::Index { .. })), "{read:?}");
        fs::remove_file(path.with_extension("damaged")).expect("the note for the next opening");
    }
}

#[test]
fn a_snapshot_is_replaced_whole_and_keeps_to_its_name() {
    let folder = tempfile::tempdir().expect("folder");
    let (index, _) = Index::open(&folder.path().join("index")).expect("open");
    let long: Vec<u8> = (0..200_000u32).flat_map(u32::to_be_bytes).collect();
    let at = |size| Reached { size, leaf: GENESIS };
    index.put_snapshot("a", at(1), &long).expect("put");
    index.put_snapshot("ab", at(2), b"another").expect("put");
    let read = |name: &str| index.snapshot(name).expect("read").map(|found| (found.at.size, found.bytes));
    assert_eq!(read("a"), Some((1, long)));
    index.put_snapshot("a", at(3), b"").expect("put");
    assert_eq!(read("a"), Some((3, Vec::new())));
    index.put_snapshot("a", at(4), b"short").expect("put");
    assert_eq!(index.scan(Space::Snapshots, b"a").count(), 4, "a header and a piece each");
    assert_eq!((read("a"), read("ab")), (Some((4, b"short".to_vec())), Some((2, b"another".to_vec()))));
    assert_eq!(read("abc"), None);
}
