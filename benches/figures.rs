//! The whole way of a report, each step against what the machine can do at best, measured in the same run: import,
//! public verification, replay, opening.
//!
//! `cargo bench --bench figures -- [LINES [IMPORTED]]`: a ledger of LINES usage lines (10,000,000), and an import of
//! IMPORTED of them (1,000,000) that is timed alone. Each step runs in a process of its own, so that its peak of
//! memory is its own.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

#[allow(dead_code, reason = "each bench uses a part of it")]
mod limits;
mod steps;

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use limits::{millions, report};

/// Set in the processes of the steps.
const STEP: &str = "CANTUS_BENCH_STEP";

fn main() {
    let numbers: Vec<u64> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    if let Ok(step) = env::var(STEP) {
        return steps::run(&step, Path::new(&env::var("CANTUS_BENCH_HOME").unwrap()), numbers[0]);
    }
    let lines = numbers.first().copied().unwrap_or(10_000_000);
    let imported = numbers.get(1).copied().unwrap_or(1_000_000).min(lines);
    let home = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let step = |name: &str, count: u64| Step::run(home.path(), name, count);
    println!("{} cores, {lines} lines, times in this run only\n", limits::cores());

    step("write-report", imported);
    let import = step("import", imported);
    import.say("import, both passes, durable", imported, "aim 1.00 M/s, at least 0.60 M/s", 1.0);
    step("write-report", lines);
    let whole = step("import", lines);
    whole.say("the same, the whole ledger", lines, "memory must not grow with the file", 1.0);

    let verify = step("verify", 0);
    let hashing = limits::hashing(&limits::PUBLIC_HASHES, verify.count);
    verify.against("public verification", hashing, "SHA-256 of the format alone");
    let export = step("export", 0);
    export.say("export of a static log", export.count, "every record is hashed anew", 1.0);
    let verify = step("verify-static", 0);
    verify.against("public verification of the static log", hashing, "the same, and every tile compared");
    let replay = step("replay-checked", 0);
    replay.say("replay, all checked", replay.count, "at least 1.50 M/s", 1.5);
    let trusted = step("replay-trusted", 0);
    trusted.say("replay, trusted bytes", trusted.count, "at least 4.00 M/s", 4.0);
    let first = step("keep", 0).time.as_secs_f64();
    let open = step("open", 0);
    let seconds = open.time.as_secs_f64();
    let target = format!("below 1000 ms; without one {:.0} ms", first * 1e3);
    report("opening ledger and books with a snapshot", &format!("{:.0} ms", seconds * 1e3), &target, seconds);
    let disk = step("disk", 0);
    let (used, needed) = (disk.memory, disk.count);
    report("disk", &format!("{} MB", used / 1_000_000), "bytes of records and bodies", used as f64 / needed as f64);

    let single = (lines / 50).clamp(1000, 200_000);
    step("write-singles", single);
    let verify = step("verify-singles", 0);
    verify.against("verification, one event a submission", limits::signatures(verify.count), "strict signatures alone");
}

/// What a step measured.
struct Step {
    time: Duration,
    count: u64,
    memory: u64,
}

impl Step {
    fn run(home: &Path, name: &str, count: u64) -> Step {
        let output = Command::new(env::current_exe().unwrap())
            .arg(count.to_string())
            .env(STEP, name)
            .env("CANTUS_BENCH_HOME", home)
            .stderr(std::process::Stdio::inherit())
            .output()
            .unwrap();
        assert!(output.status.success(), "step {name}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().unwrap());
        let mut next = || numbers.next().unwrap();
        Step { time: Duration::from_nanos(next()), count: next(), memory: next() }
    }

    fn figure(&self, count: u64) -> String {
        format!("{:.2} M/s, {} MB", millions(count, self.time), self.memory / 1_000_000)
    }

    fn say(&self, what: &str, count: u64, target: &str, wanted: f64) {
        report(what, &self.figure(count), target, millions(count, self.time) / wanted);
    }

    fn against(&self, what: &str, limit: Duration, name: &str) {
        let name = format!("{name}: {:.2} M/s", millions(self.count, limit));
        report(what, &self.figure(self.count), &name, limit.as_secs_f64() / self.time.as_secs_f64());
    }
}
