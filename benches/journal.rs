//! The same transactions side by side in Cantus, hledger, ledger and Beancount: read from nothing into the balances of all
//! accounts, which must agree, and asked for one of them.
//!
//! `cargo bench --bench journal -- [TRANSACTIONS]`: 100,000 by default, most of them costs charged to the contracts of
//! 1,000 artists. 24 of them are what monthly reports came to, with as many usage lines behind them as there are
//! transactions: those are in the ledger alone, since the tools know no usage. Every program runs as its users run it, one
//! process a question; a tool that is not on the path is left out.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

mod catalogue;
#[path = "../tests/journal_support/mod.rs"]
mod journal_support;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod limits;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use catalogue::House;
use catalogue::facts::*;
use journal_support::Tool;
use ledger_spec::code::CostKind;
use ledger_spec::date::Date;
use ledger_spec::event::money::{CostCharged, PaymentReceived, SourcePayment};
use ledger_spec::hash::sha256;
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::EventRef;
use limits::{report, timed};
use serde_json::Value;

/// One for each artist.
const RECORDINGS: u64 = 1000;
/// The account that is asked for: every cost is paid from it.
const ACCOUNT: [&str; 2] = ["assets", "bank"];

fn main() {
    let transactions = env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let home = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let cantus = Cantus(home.path());
    let events = write(&home.path().join("ledger"), transactions);
    println!("{} cores, {transactions} transactions, {events} events; times in this run only\n", limits::cores());

    let (whole, _) = cantus.timed(&["replay"]);
    say("replay into a trial balance, every byte checked", whole, "", 1.0);
    let (trusted, _) = cantus.timed(&["replay", "--trust"]);
    say("the same, trusted bytes", trusted, "times the checked one", against(trusted, whole));
    // From here on the ledger has a snapshot of its books, as one that is in use has.
    let rows = cantus.json(&["trial-balance", "--detail"]);
    for tool in Tool::ALL {
        let file = journal(tool);
        let (time, said) = cantus.timed(&["--json", "export", "journal", &file, "--format", tool.format()]);
        let entries = serde_json::from_str::<Value>(&said).unwrap()["entries"].as_u64().unwrap();
        assert_eq!(entries, transactions + 1, "each is in the journal, and the balances at its end");
        let bytes = fs::metadata(home.path().join(&file)).unwrap().len();
        say(&format!("export for {tool:?}, {} MB", bytes / 1_000_000), time, "times the replay", against(time, whole));
    }
    let (one, _) = cantus.timed(&["balances", "--class", "bank"]);
    for tool in Tool::ALL {
        beside(tool, &home.path().join(journal(tool)), &rows, whole, one);
    }
}

fn journal(tool: Tool) -> String {
    format!("books.{}", tool.format())
}

/// A tool on its journal: what it comes to, and how long it takes.
fn beside(tool: Tool, journal: &Path, rows: &[Value], whole: Duration, one: Duration) {
    if !tool.is_there() {
        return println!("{tool:?} is not on the path and is left out");
    }
    let (checked, said) = timed(|| tool.check(journal));
    said.unwrap_or_else(|said| panic!("{tool:?} finds the journal wrong: {said}"));
    say(&format!("{tool:?}, all its checks"), checked, "times our checked replay", against(checked, whole));
    let ours = tool.named(rows, &BTreeMap::new());
    let (all, theirs) = timed(|| tool.balances(journal, None));
    assert!(theirs == ours, "{tool:?} comes to other balances: {}", difference(&theirs, &ours));
    let what = format!("{tool:?}, {} balances, which agree", theirs.len());
    say(&what, all, "times our checked replay", against(all, whole));
    let name = tool.name(ACCOUNT);
    // Once before, so that a tool that keeps what it read has it.
    tool.balances(journal, Some(&name));
    let (single, theirs) = timed(|| tool.balances(journal, Some(&name)));
    assert!(
        theirs.iter().all(|(account, held)| account.0 == name && ours.get(account) == Some(held)) && !theirs.is_empty()
    );
    let target = format!("times ours of {:.3} s", one.as_secs_f64());
    say(&format!("{tool:?}, one balance"), single, &target, against(single, one));
}

/// The first account of which the two say different things.
fn difference(theirs: &journal_support::Balances, ours: &journal_support::Balances) -> String {
    let differs = |account: &&(String, String)| theirs.get(account) != ours.get(account);
    let account = theirs.keys().chain(ours.keys()).find(differs);
    account.map_or_else(String::new, |account| format!("{account:?} {:?} {:?}", theirs.get(account), ours.get(account)))
}

fn against(time: Duration, limit: Duration) -> f64 {
    time.as_secs_f64() / limit.as_secs_f64()
}

fn say(what: &str, time: Duration, target: &str, ratio: f64) {
    report(what, &format!("{:.3} s", time.as_secs_f64()), target, ratio);
}

/// The built program in a folder with a ledger.
struct Cantus<'a>(&'a Path);

impl Cantus<'_> {
    fn timed(&self, arguments: &[&str]) -> (Duration, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cantus"));
        let (time, ran) = timed(|| command.args(arguments).current_dir(self.0).output().unwrap());
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        (time, String::from_utf8(ran.stdout).unwrap())
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let (_, said) = self.timed(&[&["--json"], arguments].concat());
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Every month has a report, the payment for a part of it, and costs.
fn write(path: &Path, transactions: u64) -> u64 {
    catalogue::write(path, RECORDINGS, |house, month| {
        let before = |month: u32| transactions * u64::from(month) / u64::from(MONTHS);
        let numbers = before(month)..before(month + 1);
        let source = house.report(month, numbers.end - numbers.start);
        house.pen.say(&payment(source, month));
        for number in numbers.skip(2) {
            let cost = cost(house, number, month);
            house.pen.say(&cost);
        }
    })
}

fn payment(source: u64, month: u32) -> PaymentReceived {
    let [bank, tax, fee, amount] =
        ["95.000000000001", "3.5", "1.25", "99.750000000001"].map(|sum| sum.parse().unwrap());
    let sources = vec![SourcePayment { source: EventRef::At(source), amount }];
    PaymentReceived { payer: store(), date: period(month).last_day(), currency: usd(), bank, tax, fee, sources }
}

/// One after the other goes to every contract in turn, each round on another day. Every hundredth is recouped by half, and
/// so has an account of its own.
fn cost(house: &House<'_>, number: u64, month: u32) -> CostCharged {
    let day = period(month).first_day().days() + (number / RECORDINGS % 28) as i32;
    CostCharged {
        party: catalogue::artist(number),
        contract: EventRef::At(house.contract(number)),
        date: Date::from_days(day).unwrap(),
        kind: CostKind::MARKETING,
        recording: None,
        amount: Amount::from_picos(i128::from(number % 500 + 1) * 1_000_000_000_000 + i128::from(number) * 1_000_003)
            .unwrap(),
        currency: usd(),
        recoupable: if number.is_multiple_of(100) { ratio(1, 2) } else { Ratio::ZERO },
        evidence: sha256(&[&number.to_be_bytes()]),
    }
}
