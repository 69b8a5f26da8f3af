//! What the machine can do at best, measured in the same run as what is held against it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// Cores that the work may use.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// How long something takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

/// The middle one of several times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Times of some work done by every core at once, `count` items of it in all.
fn on_every_core(count: u64, work: impl Fn(u64) + Sync) -> Duration {
    let (cores, work) = (cores() as u64, &work);
    let (time, ()) = timed(|| {
        thread::scope(|scope| {
            for core in 0..cores {
                scope.spawn(move || work(count / cores + u64::from(core < count % cores)));
            }
        });
    });
    time
}

/// Hashes messages of these lengths with the sha2 crate alone, `count` times on all cores together. No message depends
/// on another, so that the processor may overlap them as it may when it checks a log.
pub fn hashing(lengths: &[usize], count: u64) -> Duration {
    on_every_core(count, |share| {
        let mut message = [0x5a; 4096];
        for number in 0..share {
            message[..8].copy_from_slice(&number.to_be_bytes());
            for length in lengths {
                std::hint::black_box(Sha256::digest(&message[..*length]));
            }
        }
    })
}

/// Lengths of what the format hashes for a record of 115 bytes: its leaf, its item, and a node for each in both trees.
pub const PUBLIC_HASHES: [usize; 4] = [116, 49, 65, 65];

/// Checks one strict signature over a submission's message, `count` times on all cores together.
pub fn signatures(count: u64) -> Duration {
    let key = SigningKey::from_bytes(&[7; 32]);
    let message = [0x5a; 177];
    let (public, signature) = (key.verifying_key(), key.sign(&message));
    on_every_core(count, |share| {
        for _ in 0..share {
            assert!(std::hint::black_box(&public).verify_strict(&message, &signature).is_ok());
        }
    })
}

/// Durable writes of `bytes` each to a bare preallocated file, one fdatasync each.
pub fn bare_file(folder: &Path, bytes: usize, count: usize) -> Vec<Duration> {
    let path = folder.join("bare");
    let file = File::create(&path).expect("a bare file");
    file.write_all_at(&vec![0; bytes * count], 0).and_then(|()| file.sync_all()).expect("preallocate");
    let frame = vec![0x5a; bytes];
    let write = |at: usize| file.write_all_at(&frame, (at * bytes) as u64).and_then(|()| file.sync_data());
    let times = (0..count).map(|at| timed(|| write(at).expect("write")).0).collect();
    fs::remove_file(path).expect("remove");
    times
}

/// The most memory this process ever held, in bytes.
pub fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// One line of the report: the figure, the limit, and how the two compare.
pub fn report(what: &str, figure: &str, limit: &str, ratio: f64) {
    println!("{what:<44} {figure:>22}   {limit:<40} ratio {ratio:.2}");
}

/// Millions a second.
pub fn millions(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64() / 1e6
}
