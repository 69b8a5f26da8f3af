//! The books at the size of a real distributor: 1,000 artists, 300 publishers, 20,000 recordings of works of their own,
//! 24 monthly reports of one store, each closed.
//!
//! `cargo bench --bench accounting -- [LINES]`: 10,000,000 usage lines by default. The ledger is written first, untimed;
//! each step then runs in a process of its own, so that its peak of memory is its own.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

#[path = "catalogue/mod.rs"]
mod catalogue;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod limits;

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cantus::ledger::{Folder, Ledger};
use cantus::projection::{Bookkeeper, Checks, Filter, Stage, State, Until, replay};
use ledger_spec::Hash;
use ledger_spec::code::AccountClass;
use ledger_spec::money::Amount;

use catalogue::facts::MONTHS;
use limits::{millions, peak_memory, report, timed};

/// Set in the processes of the steps.
const STEP: &str = "CANTUS_BENCH_STEP";
const HOME: &str = "CANTUS_BENCH_HOME";
const RECORDINGS: u64 = 20_000;

fn main() {
    let numbers: Vec<u64> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    if let Ok(step) = env::var(STEP) {
        return run(&step, Path::new(&env::var(HOME).unwrap()), numbers[0]);
    }
    let lines = numbers.first().copied().unwrap_or(10_000_000);
    let home = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    println!("{} cores, {lines} usage lines in 24 months, times in this run only\n", limits::cores());
    step(home.path(), "write", lines);
    for (name, what, target) in [
        ("replay", "replay into rated balances, trusted bytes", "at least 1.50 M lines/s"),
        ("replay-checked", "the same, every byte checked", ""),
        ("closes", "the same, every close computed again", ""),
    ] {
        let [time, memory, cells] = step(home.path(), name, lines)[..] else { panic!("{name}") };
        let time = Duration::from_nanos(time);
        let figure = format!("{:.2} M lines/s, {} MB", millions(lines, time), memory / 1_000_000);
        report(what, &figure, target, millions(lines, time) / 1.5);
        if name == "replay" {
            report("  state", &format!("{cells} cells"), "under 1000 MB", memory as f64 / 1e9);
        }
    }
    let times = step(home.path(), "books", lines);
    for ((what, target), time) in [
        ("trial balance", 200e6),
        ("statement of one artist", 100e6),
        ("change of a share of a recording, rated", 1e9),
        ("preview of a close", 30e9),
        ("close", 30e9),
    ]
    .into_iter()
    .zip(times)
    {
        let figure = format!("{:.1} ms", time as f64 / 1e6);
        report(what, &figure, &format!("under {} ms", target / 1e6), time as f64 / target);
    }
}

/// Runs a step in a process of its own, and returns the numbers that it prints.
fn step(home: &Path, name: &str, lines: u64) -> Vec<u64> {
    let mut command = Command::new(env::current_exe().unwrap());
    command.arg(lines.to_string()).env(STEP, name).env(HOME, home).stderr(std::process::Stdio::inherit());
    let output = command.output().unwrap();
    assert!(output.status.success(), "step {name}");
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(|number| number.parse().unwrap()).collect()
}

fn run(step: &str, home: &Path, lines: u64) {
    let path = home.join("ledger");
    match step {
        "write" => write(&path, lines),
        "replay" => print(&replayed(&path, Checks::Trusted)),
        "replay-checked" => print(&replayed(&path, Checks::Full)),
        "closes" => print(&replayed(&path, Checks::Closes)),
        "books" => print(&books(&path)),
        unknown => panic!("no step {unknown}"),
    }
}

/// Every month but the last is closed.
fn write(path: &Path, lines: u64) {
    catalogue::write(path, RECORDINGS, |house, month| {
        house.report(month, lines / u64::from(MONTHS));
        house.spend(month);
        if month + 1 < MONTHS {
            house.close(month);
        }
    });
}

fn print(numbers: &[u64]) {
    println!("{}", numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" "));
}

fn nanos(time: Duration) -> u64 {
    time.as_nanos().try_into().unwrap()
}

/// The whole log folded and rated: time, peak of memory, cells.
fn replayed(path: &Path, checks: Checks) -> [u64; 3] {
    let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
    let (time, state) = timed(|| folded(&ledger, checks));
    [nanos(time), peak_memory(), state.cell_count()]
}

fn folded(ledger: &Ledger, checks: Checks) -> State {
    let replayed = replay(ledger.store(), State::new(), Hash::default(), Until::End, checks, &mut |_| {}).unwrap();
    let mut state = replayed.state;
    state.settle().unwrap();
    state
}

/// What is asked of books that are open. The last month is not closed.
fn books(path: &Path) -> [u64; 5] {
    let ledger = Ledger::open_in(&Folder::new(path), &mut |_| {}).unwrap();
    let mut state = folded(&ledger, Checks::Trusted);
    let period = state.periods().open().unwrap();
    let settled = state.settle().unwrap();
    let (balances, rows) = timed(|| settled.balances().rows(&Filter::default()));
    let sum = Amount::try_sum(rows.iter().map(|row| row.amount)).unwrap();
    assert!(sum.is_zero(), "the books balance");
    let artist = rows.iter().find(|row| row.account.class == AccountClass::DUE).unwrap().account.party;
    let (statement, of) = timed(|| settled.statements(artist, period, Stage::Open, &ledger).unwrap());
    assert!(!of.is_empty());
    let (preview, _) = timed(|| {
        settled.checklist(period, Amount::ZERO, &ledger).unwrap();
        settled.groups(period).unwrap()
    });
    let (close, _) = timed(|| settled.closing(period, &ledger).unwrap());
    let mut keeper = Bookkeeper::new(state, ledger.clone());
    let share = catalogue::change_share(&mut keeper, &ledger);
    [nanos(balances), nanos(statement), nanos(share), nanos(preview), nanos(close)]
}
