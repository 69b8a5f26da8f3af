//! The steps that are timed, each in a process of its own. A step prints three numbers: nanoseconds, how many, bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use cantus::export::tlog::StaticLog;
use cantus::ingest::import::{Import, Plan};
use cantus::ledger::{Author, Folder, Ledger, LogKeys, Opening, Prepared, Salts, SystemClock, Writer, WriterOptions};
use cantus::projection::{Bookkeeper, Checks, State, Until, books, replay};
use cantus::verify::verify_public;
use ed25519_dalek::SigningKey;
use ledger_spec::Hash;
use ledger_spec::event::catalogue::Party;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;
use ledger_spec::verify::{Anchors, Headline};

use crate::limits::{peak_memory, timed};

const OPERATOR: PartyId = PartyId([1; 16]);
const REPORTER: PartyId = PartyId([2; 16]);
const RECORDINGS: u64 = 20_000;

/// Runs a step.
pub fn run(step: &str, home: &Path, count: u64) {
    let ledger = home.join("ledger");
    let (time, count, bytes) = match step {
        "write-report" => write_report(&home.join("report.tsv"), count),
        "import" => import(&ledger, &home.join("report.tsv")),
        "verify" => verified(&ledger),
        "replay-checked" => replayed(&ledger, Checks::Full),
        "replay-trusted" => replayed(&ledger, Checks::Trusted),
        "keep" | "open" => open(&ledger),
        "export" => export(&ledger, &home.join("public")),
        "verify-static" => verified(&home.join("public")),
        "disk" => disk(&ledger),
        "write-singles" => write_singles(&home.join("singles"), count),
        "verify-singles" => verified(&home.join("singles")),
        unknown => panic!("no step {unknown}"),
    };
    println!("{} {count} {bytes}", time.as_nanos());
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn create(path: &Path) -> Ledger {
    let _ = fs::remove_dir_all(path);
    let opening = Opening { origin: "bench.example", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    Ledger::create_in(&Folder::new(path), &opening, key(1), &key(2)).unwrap()
}

fn writer(ledger: &Ledger) -> Writer<Bookkeeper<Ledger>> {
    let start = replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Full, &mut |_| {}).unwrap();
    let judge = Bookkeeper::new(start.state, ledger.clone());
    let keys = LogKeys::new(vec![key(2)]);
    Writer::start(ledger, keys, judge, Box::new(SystemClock), WriterOptions::default()).unwrap()
}

/// A party as an event of its own.
fn party(id: PartyId, code: &str) -> Draft {
    let identifiers = vec![Identifier { scheme: Scheme::HOUSE, value: code }];
    let mut draft = Draft::new();
    let event = Party { party: id, kind: ledger_spec::code::PartyKind::DISTRIBUTOR, identifiers };
    draft.push(&event, Salts::new().fresh().unwrap()).unwrap();
    draft
}

/// A plain statement, in pieces so that it does not count as memory.
fn write_report(path: &Path, lines: u64) -> (Duration, u64, u64) {
    const STORES: [&str; 4] = ["Spotify", "Apple Music", "iTunes", "Meta"];
    const COUNTRIES: [&str; 5] = ["US", "SE", "DE", "JP", "BR"];
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let header = "Date Inserted\tReporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\t\
                  Source Type\tCountry of Sale\tSongwriter Royalties Withheld (USD)\tEarnings (USD)\tRecoup (USD)\n";
    file.write_all(header.as_bytes()).unwrap();
    for line in 0..lines {
        let recording = (line * 7919) % RECORDINGS;
        writeln!(
            file,
            "2026-09-03\t2026-08-28\t2026-07\t{}\tIda & the Lanterns\tSong No. {recording}\tGBXYZ26{recording:05}\t\
             40063813{:05}\t{}\t100\tSong\t{}\t0\t{}.{:012}\t0",
            STORES[(line % 4) as usize],
            recording / 10,
            line % 900,
            COUNTRIES[(line % 5) as usize],
            line % 3,
            line.wrapping_mul(12_345_678) % 1_000_000_000_000,
        )
        .unwrap();
    }
    file.flush().unwrap();
    (Duration::ZERO, lines, 0)
}

fn import(path: &Path, report: &Path) -> (Duration, u64, u64) {
    let ledger = create(path);
    let writer = writer(&ledger);
    let author = Author::new(key(1), ledger.id());
    let named = author.sign(party(REPORTER, "distributor"), 2, ledger.basis(), ledger_time()).unwrap();
    writer.append(named).unwrap();
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let import = Import {
        writer: &writer,
        author: &author,
        reporter: REPORTER,
        accept_partial: false,
        not_a_copy: false,
        threads,
        stop: &AtomicBool::new(false),
    };
    let (time, rows) = timed(|| {
        let plan = Plan::read(report, threads).unwrap();
        import.run(&plan, &cantus::projection::Sources::default(), |_| {}).unwrap().rows
    });
    let memory = peak_memory();
    writer.close().unwrap();
    (time, rows, memory)
}

fn ledger_time() -> u64 {
    cantus::ledger::Clock::wall(&SystemClock)
}

fn verified(path: &Path) -> (Duration, u64, u64) {
    let (time, report) = timed(|| verify_public(path, &Anchors::default(), &mut |_| {}).unwrap());
    assert_eq!(report.headline, Headline::InternallyConsistent, "{report:?}");
    (time, report.size, peak_memory())
}

fn replayed(path: &Path, checks: Checks) -> (Duration, u64, u64) {
    let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
    let (time, replayed) =
        timed(|| replay(ledger.store(), State::new(), Hash::default(), Until::End, checks, &mut |_| {}).unwrap());
    (time, replayed.state.size(), peak_memory())
}

/// The ledger and its books. The first opening after an import keeps a snapshot of them.
fn open(path: &Path) -> (Duration, u64, u64) {
    let (time, state) = timed(|| {
        let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
        books(&ledger, Until::End, &mut |_| {}).unwrap()
    });
    (time, state.size(), peak_memory())
}

/// The log as a static one, with every tile.
fn export(path: &Path, public: &Path) -> (Duration, u64, u64) {
    let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
    let given_out = ledger.checkpoint().unwrap();
    let vkey = ledger.verifier_key().unwrap();
    let log = StaticLog { store: ledger.store(), checkpoint: &given_out.checkpoint, vkey: &vkey, handovers: &[] };
    let (time, exported) = timed(|| log.write(public).unwrap());
    (time, exported.size, peak_memory())
}

/// What the folder takes on disk, keys and index included, and the bytes of records and bodies.
fn disk(path: &Path) -> (Duration, u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let (mut used, mut folders) = (0, vec![PathBuf::from(path)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => used += entry.metadata().unwrap().blocks() * 512,
            }
        }
    }
    let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
    let mut needed = 0;
    for chunk in ledger.store().scan(0).unwrap() {
        for frame in chunk.unwrap().frames() {
            needed += (frame.records.len() + frame.bodies.len()) as u64;
        }
    }
    (Duration::ZERO, needed, used)
}

/// A ledger of submissions of one event each.
fn write_singles(path: &Path, count: u64) -> (Duration, u64, u64) {
    let ledger = create(path);
    let writer = writer(&ledger);
    let author = Author::new(key(1), ledger.id());
    let basis = ledger.basis();
    let mut pending = std::collections::VecDeque::new();
    for number in 0..count {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(number + 10).to_be_bytes());
        let draft = party(PartyId(id), &format!("p{number}"));
        let submission = author.sign(draft, number + 2, basis, ledger_time()).unwrap();
        pending.push_back(writer.submit(Prepared::new(&ledger.id(), submission).unwrap()));
        if pending.len() > 1000 {
            pending.pop_front().unwrap().wait().unwrap();
        }
    }
    for answer in pending {
        answer.wait().unwrap();
    }
    (Duration::ZERO, count, 0)
}
