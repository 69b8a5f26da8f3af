//! Ledgers to import into, files to import, and what became of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![allow(dead_code, reason = "each test uses a part of it")]

#[path = "../ledger_support/mod.rs"]
pub mod ledger_support;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use cantus::ingest::import::{Import, ImportError, ImportReport, Plan};
use cantus::ledger::{Author, Judge, Ledger, Writer, WriterOptions};
use cantus::projection::{Bookkeeper, Checks, State, Until, replay};
use cantus::store::{Step, Walk};
use ledger_spec::code::PartyKind;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Party;
use ledger_spec::hash::Hash;
use ledger_spec::reference::PartyId;

pub use ledger_support::*;

pub const STORE: PartyId = PartyId([7; 16]);
pub const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

pub fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name)
}

/// A file of these bytes.
pub fn file(folder: &tempfile::TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

pub fn plan(path: &Path) -> Plan {
    Plan::read(path, TWO).unwrap()
}

/// The state at the end of the log.
pub fn folded(ledger: &Ledger) -> State {
    replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Full, &mut |_| {}).unwrap().state
}

/// A writer that judges by the books, in which the store is a party.
pub fn books(ledger: &Ledger) -> Writer<Bookkeeper<Ledger>> {
    let judge = Bookkeeper::new(folded(ledger), ledger.clone());
    let clock = Box::new(HandClock::at(NOW));
    let writer = Writer::start(ledger, log_keys(), judge, clock, WriterOptions::default()).unwrap();
    let store = Party { party: STORE, kind: PartyKind::SERVICE, identifiers: Vec::new() };
    writer.append(Pen::operator(ledger).say(&store, ledger.basis())).unwrap();
    writer
}

/// Imports a file by the operator's key, and says how many rows were durable when.
pub fn import_with<J: Judge + 'static>(
    writer: &Writer<J>,
    path: &Path,
    accept_partial: bool,
    threads: NonZeroUsize,
) -> (Result<ImportReport, ImportError>, Vec<u64>) {
    let ledger = writer.ledger();
    let author = Author::new(key(1), ledger.id());
    let import = Import {
        writer,
        author: &author,
        reporter: STORE,
        accept_partial,
        not_a_copy: false,
        threads,
        stop: &AtomicBool::new(false),
    };
    let mut durable = Vec::new();
    let plan = match Plan::read(path, threads) {
        Ok(plan) => plan,
        Err(error) => return (Err(error), durable),
    };
    (import.run(&plan, folded(ledger).sources(), |rows| durable.push(rows)), durable)
}

pub fn import<J: Judge + 'static>(writer: &Writer<J>, path: &Path) -> Result<ImportReport, ImportError> {
    import_with(writer, path, false, TWO).0
}

/// The bodies of each submission from that event on.
pub fn submissions(ledger: &Ledger, first: u64) -> Vec<Vec<Vec<u8>>> {
    let mut submissions = vec![Vec::new()];
    for chunk in ledger.store().scan(first).unwrap() {
        for frame in chunk.unwrap().frames() {
            let mut walk = Walk::both(frame.records, frame.bodies);
            while let Some(Step { record, opening }) = walk.step().unwrap() {
                if record.index >= first {
                    submissions.last_mut().unwrap().push(opening.or(record.inline).unwrap().body.to_vec());
                    if record.seal.is_some() {
                        submissions.push(Vec::new());
                    }
                }
            }
        }
    }
    assert!(submissions.pop().unwrap().is_empty(), "the log ends with a sealed record");
    submissions
}

/// The events from that one on, as JSON.
pub fn events(ledger: &Ledger, first: u64) -> Vec<serde_json::Value> {
    let bodies = submissions(ledger, first).into_iter().flatten();
    bodies.map(|body| serde_json::to_value(Event::decode(&body).unwrap()).unwrap()).collect()
}

/// The events of a kind.
pub fn of_kind<'a>(events: &'a [serde_json::Value], kind: &str) -> Vec<&'a serde_json::Value> {
    events.iter().filter(|event| event["kind"] == kind).collect()
}

/// A statement of these lines, about that many recordings.
pub fn statement(lines: std::ops::Range<usize>, recordings: usize) -> String {
    let mut text = String::from(
        "Date Inserted\tReporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\t\
         Source Type\tCountry of Sale\tSongwriter Royalties Withheld (USD)\tEarnings (USD)\tRecoup (USD)\n",
    );
    const STORES: [&str; 4] = ["Spotify", "Apple Music", "iTunes", "Meta"];
    const COUNTRIES: [&str; 5] = ["US", "SE", "DE", "JP", "BR"];
    for line in lines {
        let recording = (line * 7919) % recordings;
        text += &format!(
            "2026-09-03\t2026-08-28\t2026-07\t{}\tIda & the Lanterns\tSong No. {recording}\tGBXYZ26{recording:05}\t\
             40063813{:05}\t{}\t100\tSong\t{}\t0\t{}.{:012}\t0\n",
            STORES[line % 4],
            recording / 10,
            line % 900,
            COUNTRIES[line % 5],
            line % 3,
            line * 12_345_678 % 1_000_000_000_000,
        );
    }
    text
}
