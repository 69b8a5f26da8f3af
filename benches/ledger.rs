//! The writer against its limits, each measured in the same run: a bare preallocated file with one fdatasync, and the
//! SHA-256 that must be done in order (one record after the other).
//!
//! `cargo bench --bench ledger [EVENTS]`; by default 400,000 usage lines.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

#[path = "../tests/ledger_support/mod.rs"]
mod ledger_support;

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use cantus::ledger::{Folder, Ledger, Opening, Prepared, Salts, SystemClock, Writer, WriterOptions};
use ledger_spec::code::*;
use ledger_spec::date::Date;
use ledger_spec::event::usage::{LineMoney, SourceOpened, Terms, UsageLine};
use ledger_spec::hash::leaf_hash;
use ledger_spec::money::{Currency, Ratio, SourceAmount};
use ledger_spec::reference::{PartyId, Territory};
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;
use ledger_support::*;

const SINGLE_APPENDS: usize = 1000;
const AUTHORS: u8 = 8;
const GROUP: u64 = 4096;
/// Submissions prepared at once.
const BATCH: u64 = 40;

fn main() {
    let events = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(400_000);
    let home = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let single = single_appends(home.path());
    many_authors(home.path(), single);
    bulk(home.path(), events);
}

fn ledger(path: &Path) -> Ledger {
    let opening = Opening { origin: "bench.example", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    Ledger::create_in(&Folder::new(path), &opening, key(1), &log_key()).unwrap()
}

fn writer(ledger: &Ledger) -> Writer<Accept> {
    let (judge, clock) = (Accept::default(), Box::new(SystemClock));
    Writer::start(ledger, log_keys(), judge, clock, WriterOptions::default()).unwrap()
}

/// Signature check, all other checks, commit, checkpoint and guard of one event; and its bytes into a bare file in
/// turn, so that both meet the same disk.
fn single_appends(home: &Path) -> Duration {
    let ledger = ledger(&home.join("single"));
    let writer = writer(&ledger);
    let mut pen = Pen::operator(&ledger);
    let bare = File::create(home.join("bare")).unwrap();
    bare.write_all_at(&vec![0; 8 << 20], 0).and_then(|()| bare.sync_all()).unwrap();
    let (mut ours, mut limit, mut offset) = (Vec::new(), Vec::new(), 0);
    for _ in 0..SINGLE_APPENDS {
        let submission = pen.say(&details("a name of the usual length"), ledger.basis());
        let bytes = vec![7; submission.to_bytes().len()];
        ours.push(timed(|| writer.append(submission).unwrap()));
        limit.push(timed(|| bare.write_all_at(&bytes, offset).and_then(|()| bare.sync_data()).unwrap()));
        offset += bytes.len() as u64;
    }
    let (ours, limit) = (median(&mut ours), median(&mut limit));
    report("one durable append", format!("{ours:.0?}"), format!("bare file {limit:.0?}"), ratio(ours, limit));
    ours
}

fn many_authors(home: &Path, single: Duration) {
    let ledger = ledger(&home.join("many"));
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    for seed in 10..10 + AUTHORS {
        enrol(&writer, &mut operator, seed, PartyId([seed; 16]), Roles::ARTIST);
    }
    let time = timed(|| {
        thread::scope(|scope| {
            for seed in 10..10 + AUTHORS {
                let (writer, ledger) = (&writer, &ledger);
                scope.spawn(move || {
                    let mut pen = Pen::new(key(seed), ledger);
                    for _ in 0..SINGLE_APPENDS / 2 {
                        writer.append(pen.say(&details("x"), ledger.basis())).unwrap();
                    }
                });
            }
        });
    });
    let each = time / (SINGLE_APPENDS as u32 / 2 * u32::from(AUTHORS));
    report("8 authors, one each", format!("{each:.0?}"), format!("alone {single:.0?}"), ratio(each, single));
}

fn line(source: u64, row: u64) -> UsageLine {
    let amount = |mantissa| SourceAmount::new(mantissa, 8).ok();
    let day = Date::new(2026, 10, 1).unwrap();
    UsageLine {
        source,
        row,
        resource: (row % 10_000) as u32,
        release: 0,
        summary: 0,
        terms: Terms {
            from: day,
            to: day,
            territory: Territory(840),
            use_type: UseType::UNKNOWN,
            model: CommercialModel::UNKNOWN,
            channel: Channel::UNKNOWN,
            configuration: Configuration::UNKNOWN,
            tier: PriceTier::UNKNOWN,
            service: 1,
            offering: 1,
            rights: Rights(1),
            basis: Basis(1),
            flags: UsageFlags(0),
            share_applied: Ratio::ONE,
            currency: Currency::new(*b"USD").unwrap(),
        },
        units: 100,
        returns: 0,
        money: LineMoney { gross: amount(400_000), net: amount(350_000), ..LineMoney::default() },
        exchange: None,
    }
}

/// Usage lines in submissions of 4096, some of them prepared before the clock starts: what is left is what must be done
/// in order.
fn bulk(home: &Path, events: u64) {
    let folder = Folder::new(home.join("bulk"));
    let ledger = ledger(folder.path());
    let writer = writer(&ledger);
    let mut pen = Pen::operator(&ledger);
    let source = writer.append(pen.say(&opened(), ledger.basis())).unwrap();
    let (mut drafting, mut preparing, mut writing) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut salts = Salts::new();
    for batch in (0..events).step_by((GROUP * BATCH) as usize) {
        let mut prepared = Vec::new();
        for first in (batch..batch + GROUP * BATCH).step_by(GROUP as usize) {
            let mut draft = Draft::new();
            drafting += timed(|| {
                for row in first..first + GROUP {
                    draft.push(&line(source.first, row), salts.fresh().unwrap()).unwrap();
                }
            });
            let submission = pen.sign(draft, source.basis());
            preparing += timed(|| prepared.push(Prepared::new(&ledger.id(), submission).unwrap()));
        }
        writing += timed(|| {
            let pending: Vec<_> = prepared.into_iter().map(|prepared| writer.submit(prepared)).collect();
            for pending in pending {
                pending.wait().unwrap();
            }
        });
    }
    let written = (ledger.head().size - source.basis().size) as u32;
    let mut record = [0; 115];
    let hashing = timed(|| {
        for _ in 0..written {
            let leaf = leaf_hash(&record);
            record[10..42].copy_from_slice(&leaf.0);
        }
    });
    let limit = format!("hash chain {:.0?} an event", hashing / written);
    let each = |time: Duration| format!("{:.0?} an event", time / written);
    report("usage lines, in order", each(writing), limit, ratio(writing, hashing));
    report("  drafted", each(drafting), "any thread".into(), ratio(drafting, hashing));
    report("  prepared", each(preparing), "any thread".into(), ratio(preparing, hashing));
    drop((writer, ledger));
    let with = timed(|| Ledger::open_in(&folder, &mut |_| {}).unwrap());
    std::fs::remove_dir_all(folder.index()).unwrap();
    let without = timed(|| Ledger::open_in(&folder, &mut |_| {}).unwrap());
    report("opened", format!("{with:.0?}"), format!("without the index {without:.0?}"), ratio(with, without));
}

fn opened() -> SourceOpened<'static> {
    SourceOpened {
        file: ledger_spec::Hash([3; 32]),
        bytes: 1,
        content: ledger_spec::Hash([3; 32]),
        format: SourceFormat::DSR,
        reporter: ALICE,
        identifiers: Vec::new(),
        from: None,
        to: None,
        lines: 1,
        rows: 1,
        refused: 0,
        totals: Vec::new(),
        warnings: Vec::new(),
        more_warnings: 0,
    }
}

fn timed<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    drop(run());
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ratio(ours: Duration, limit: Duration) -> f64 {
    ours.as_secs_f64() / limit.as_secs_f64()
}

fn report(what: &str, ours: String, limit: String, ratio: f64) {
    println!("{what:24} {ours:>18}   {limit:32} {ratio:>6.2}x");
}
