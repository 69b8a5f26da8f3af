//! A process that imports is killed with SIGKILL, again and again: nothing it was told is durable is lost, nothing is
//! in twice, and in the end the file is in whole.

#![allow(clippy::unwrap_used)]

mod import_support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use cantus::ingest::import::{Import, Plan};
use cantus::ledger::{Author, Folder, Ledger, Opening, SystemClock, Writer, WriterOptions};
use import_support::*;
use ledger_spec::code::Measure;
use ledger_spec::role::Roles;

/// Says to the test binary that it is the process to be killed, and where its ledger is.
const CHILD: &str = "CANTUS_TEST_KILLED_IMPORT";
const ROWS: usize = 60_000;

fn ledger_in(folder: &Path) -> Ledger {
    Ledger::open_in(&Folder::new(folder.join("ledger")), &mut |_| {}).unwrap()
}

fn report_in(folder: &Path) -> PathBuf {
    folder.join("report.tsv")
}

/// The process to be killed: imports, and says how many rows are durable.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(CHILD).map(PathBuf::from) else { return };
    let ledger = ledger_in(&folder);
    let clock = Box::new(SystemClock);
    let writer = Writer::start(&ledger, log_keys(), Accept::default(), clock, WriterOptions::default()).unwrap();
    let author = Author::new(key(1), ledger.id());
    let import = Import {
        writer: &writer,
        author: &author,
        reporter: STORE,
        accept_partial: false,
        not_a_copy: false,
        threads: TWO,
        stop: &AtomicBool::new(false),
    };
    let plan = Plan::read(&report_in(&folder), TWO).unwrap();
    import.run(&plan, folded(&ledger).sources(), |rows| println!("durable {rows}")).unwrap();
}

/// Runs the child, kills it after so long, and returns the last it said and whether it had come to its end.
fn run_child(folder: &Path, life: Duration) -> (u64, bool) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        // A killed process may leave half a line.
        let lines = output.lines().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix("durable ")?.parse().ok()).last().unwrap_or(0)
    });
    let end = Instant::now() + life;
    while Instant::now() < end && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = child.kill();
    let finished = child.wait().unwrap().success();
    (reader.join().unwrap(), finished)
}

#[test]
fn a_killed_import_loses_nothing_and_takes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(report_in(folder), statement(0..ROWS, 500)).unwrap();
    let opening =
        Opening { origin: "test.example/kill", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    drop(Ledger::create_in(&Folder::new(folder.join("ledger")), &opening, key(1), &log_key()).unwrap());

    let mut kills = 0;
    loop {
        // Longer and longer, so that every stage is met and the end is reached.
        let (said, finished) = run_child(folder, Duration::from_millis(20 + 45 * kills));
        let ledger = ledger_in(folder);
        let state = folded(&ledger);
        let rows = state.sources().iter().next().map_or(0, |(_, source)| source.rows_in);
        assert!(rows >= said, "{said} rows were durable, {rows} are there");
        if finished {
            break;
        }
        kills += 1;
    }
    assert!(kills > 3, "it was killed {kills} times only");
    let state = folded(&ledger_in(folder));
    let sources: Vec<_> = state.sources().iter().collect();
    let [(_, source)] = sources[..] else { panic!("one file is one source") };
    assert!(source.closed.is_some());
    assert_eq!((source.rows_in, source.rows), (ROWS as u64, ROWS as u64));
    let net = source.totals.iter().find(|total| total.measure == Measure::NET).unwrap();
    assert_eq!(source.reporting[0].exact, net.total.into());
}
