//! The store against its limits, each measured in the same run: a bare preallocated file with one fdatasync, and
//! reading the same file without looking at it.
//!
//! `cargo bench --bench store -- [EVENTS]`; by default a log of 1,000,000 events.

#![allow(clippy::float_arithmetic, reason = "times and rates, no money")]

#[path = "../tests/store_support/mod.rs"]
mod store_support;

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cantus::store::index::{Index, Indexed};
use cantus::store::{Claim, EventStore, Options, RealDisk, SegmentStore};
use ledger_spec::Hash;
use store_support::{GENESIS, append, block};

const BODY_LEN: usize = 150;
const SINGLE_APPENDS: usize = 2000;
const GROUP: u32 = 4096;

fn main() {
    let events = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).expect("a folder beside the sources");
    single_appends(folder.path());
    let path = folder.path().join("bulk");
    let bytes = group_appends(&path, events);
    opening(&path);
    scanning(&path, bytes);
    random_reads(&path, events);
}

fn create(path: &Path) -> SegmentStore {
    SegmentStore::create(Arc::new(RealDisk::new(path).expect("disk")), GENESIS, Options::default()).expect("create")
}

fn open(path: &Path) -> SegmentStore {
    let disk = Arc::new(RealDisk::new(path).expect("disk"));
    SegmentStore::open(disk, Options::default(), None, &mut |_| {}).expect("open")
}

/// One durable append at a time, and the same bytes into a bare file in turn, so that both meet the same disk.
fn single_appends(folder: &Path) {
    let store = create(&folder.join("single"));
    let bare = File::create(folder.join("bare")).expect("bare file");
    bare.write_all_at(&vec![0; 8 << 20], 0).and_then(|()| bare.sync_all()).expect("preallocate");
    let (mut store_times, mut bare_times, mut offset) = (Vec::new(), Vec::new(), 0);
    for seed in 0..SINGLE_APPENDS {
        let next = block(&store.head(), 1, BODY_LEN, seed as u64);
        let frame = [&next.records[..], &next.bodies].concat();
        store_times.push(timed(|| append(&store, std::slice::from_ref(&next))).0);
        bare_times.push(timed(|| bare.write_all_at(&frame, offset).and_then(|()| bare.sync_data())).0);
        offset += frame.len() as u64;
    }
    let (ours, limit) = (median(&mut store_times), median(&mut bare_times));
    report("one durable append", format!("{ours:.0?}"), format!("bare file {limit:.0?}"), ratio(ours, limit));
}

/// One submission of 4096 events per commit. Gives the bytes of records and bodies.
fn group_appends(path: &Path, events: u64) -> u64 {
    let store = create(path);
    let bare = File::create(path.with_extension("bare")).expect("bare file");
    let (mut ours, mut limit, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
    while store.head().size < events {
        let next = block(&store.head(), GROUP, BODY_LEN, 0);
        let frame = [&next.records[..], &next.bodies].concat();
        ours += timed(|| append(&store, std::slice::from_ref(&next))).0;
        limit += timed(|| bare.write_all_at(&frame, bytes).and_then(|()| bare.sync_data())).0;
        bytes += frame.len() as u64;
    }
    let rate = |time: Duration| store.head().size as f64 / time.as_secs_f64() / 1e6;
    let (ours_rate, limit_rate) = (rate(ours), rate(limit));
    let disk: u64 = std::fs::read_dir(path).expect("list").map(|f| f.expect("f").metadata().expect("meta").len()).sum();
    report(
        "groups of 4096",
        format!("{ours_rate:.2} M events/s"),
        format!("growing file {limit_rate:.2} M/s"),
        ratio(ours, limit),
    );
    report("bytes on disk", format!("{disk}"), format!("{bytes} of records and bodies"), disk as f64 / bytes as f64);
    bytes
}

/// With the marks and nodes in the index, and without.
fn opening(path: &Path) {
    let index = path.with_extension("index");
    let open = || {
        let disk = Arc::new(RealDisk::new(path).expect("disk"));
        let claim = Claim::new(disk).expect("claim");
        let index = Index::open(&index).expect("index");
        let indexed = Indexed::open(claim, index, Options::default(), &mut |_| {}).expect("open");
        indexed.store.mend().expect("mend");
        indexed
    };
    let (full, Indexed { store, index, .. }) = timed(open);
    let groups = usize::try_from(store.head().size / 256).expect("in memory");
    // Which hashes they are makes no difference here.
    index.put_log(&store, 0, &vec![Hash::default(); groups]).expect("put");
    index.flush().expect("flush");
    drop((store, index));
    let (resumed, opened) = timed(open);
    assert!(opened.store.resumed() && opened.nodes.len() == groups);
    report("opening", format!("{resumed:.1?}"), format!("reading everything {full:.1?}"), ratio(resumed, full));
}

fn scanning(path: &Path, bytes: u64) {
    let (limit, _) = timed(|| {
        let mut buffer = vec![0; 4 << 20];
        let files = std::fs::read_dir(path).expect("list").map(|file| file.expect("file").path());
        for file in files.filter(|path| path.extension().is_some_and(|extension| extension == "seg")) {
            let mut file = File::open(file).expect("open");
            while file.read(&mut buffer).expect("read") > 0 {}
        }
    });
    let store = open(path);
    let (ours, counted) = timed(|| {
        let chunks = store.scan(0).expect("scan").map(|chunk| chunk.expect("chunk"));
        chunks.map(|chunk| chunk.frames().map(|frame| u64::from(frame.count)).sum::<u64>()).sum::<u64>()
    });
    assert_eq!(counted, store.head().size);
    let rate = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e9;
    report(
        "scan",
        format!("{:.2} GB/s", rate(ours)),
        format!("read alone {:.2} GB/s", rate(limit)),
        ratio(ours, limit),
    );
}

fn random_reads(path: &Path, events: u64) {
    let store = open(path);
    let mut index = 12_345;
    let (time, _) = timed(|| {
        for _ in 0..10_000 {
            index = (index * 6_364_136 + 1_442_695) % events;
            store.event(index).expect("event");
        }
    });
    report("one event by index", format!("{:.1?}", time / 10_000), "checked by chain and commitment".into(), 1.0);
    let (time, _) = timed(|| (0..2000).for_each(|n| drop(store.records(n * 256..n * 256 + 256).expect("bundle"))));
    report("one entry bundle", format!("{:.1?}", time / 2000), "256 records checked by the chain".into(), 1.0);
}

fn timed<T>(run: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed(), result)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(ours: Duration, limit: Duration) -> f64 {
    ours.as_secs_f64() / limit.as_secs_f64()
}

fn report(what: &str, ours: String, limit: String, ratio: f64) {
    println!("{what:<20} {ours:>20}   {limit:<40} x{ratio:.2}");
}
