//! What was closed stays what it was: ledgers closed under each version of the rules, kept as the bytes of their events,
//! fold to the very roots that their closes pinned in public, and to the same books.
//!
//! The ledgers are random ones, chosen so that together they come to every kind of event and to every rule. A file is
//! written once, when its version is released: with `CANTUS_BLESS=1`, and only where there is none yet.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calculator;
mod projection_support;
mod random_ledgers;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use cantus::projection::{Entry, Filter, State};
use cantus::royalty::VERSIONS;
use ledger_spec::event::Event;
use ledger_spec::reference::PartyId;
use projection_support::Bodies;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use random_ledgers::{World, acts, census, said};

/// As many random ledgers are looked through for those that are kept.
const LEDGERS: usize = 1000;

fn file(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/closed/rules-{version}.txt"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// A ledger that was kept: its events, and what its accounts held in the end, one a line.
struct Kept {
    bodies: Bodies,
    holds: Vec<String>,
}

/// Reads `ledger`, then lines `event TIME PARTY BODY` and `holds ACCOUNT AMOUNT`, and so on.
fn read(text: &str) -> Vec<Kept> {
    let mut ledgers: Vec<Kept> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        match (words.as_slice(), ledgers.last_mut()) {
            (["ledger"], _) => ledgers.push(Kept { bodies: Bodies::default(), holds: Vec::new() }),
            (["event", time, party, body], Some(ledger)) => {
                let Bodies(bodies, times) = &mut ledger.bodies;
                let index = bodies.len();
                times.insert(index, time.parse::<u64>().unwrap() - index as u64);
                bodies.push((PartyId(unhex(party).try_into().unwrap()), unhex(body)));
            }
            (["holds", ..], Some(ledger)) => ledger.holds.push(line.to_owned()),
            _ => panic!("{line}"),
        }
    }
    ledgers
}

fn written(ledger: &Kept) -> String {
    let mut text = "ledger\n".to_owned();
    for (index, (party, body)) in ledger.bodies.0.iter().enumerate() {
        writeln!(text, "event {} {} {}", ledger.bodies.recorded_at(index), hex(&party.0), hex(body)).unwrap();
    }
    ledger.holds.iter().for_each(|line| writeln!(text, "{line}").unwrap());
    text
}

/// What the accounts hold, one a line.
fn holds(state: &mut State) -> Vec<String> {
    let rows = state.settle().unwrap().balances().rows(&Filter::default());
    let line = |row: &cantus::projection::Row| {
        let account = &row.account;
        format!(
            "holds {}|{}|{}|{}|{}|{} {}",
            account.class.0,
            hex(&account.party.0),
            account.contract,
            account.reason.0,
            account.origin,
            account.currency,
            row.amount
        )
    };
    rows.iter().map(line).collect()
}

/// Folds a ledger. Every close is computed from the books before it, and is the one that was recorded. How many there
/// are.
fn folded(bodies: &Bodies) -> (State, usize) {
    let (mut state, mut next, mut closes) = (State::new(), None, 0);
    for (index, (by, body)) in bodies.0.iter().enumerate() {
        let event = Event::decode(body).unwrap();
        match &event {
            Event::PeriodKey(key) => next = Some(state.close(key, bodies).unwrap().0),
            Event::PeriodClosed(closed) => {
                assert_eq!(next.take(), Some(*closed), "event {index}");
                closes += 1;
            }
            _ => {}
        }
        let index = index as u64;
        let recorded_at = bodies.recorded_at(index as usize);
        state.apply(&Entry { index, first: index, recorded_at, by: *by, event: Some(event) }, bodies).unwrap();
    }
    (state, closes)
}

#[test]
fn what_was_closed_under_a_version_stays_what_it_was() {
    for version in VERSIONS {
        let path = file(*version);
        if std::env::var_os("CANTUS_BLESS").is_some() && !path.exists() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, chosen().iter().map(written).collect::<String>()).unwrap();
        }
        let ledgers = read(&fs::read_to_string(&path).unwrap());
        assert!(ledgers.len() > 1);
        let mut all = 0;
        for (number, ledger) in ledgers.iter().enumerate() {
            let (mut state, closes) = folded(&ledger.bodies);
            assert_eq!(holds(&mut state), ledger.holds, "ledger {number} of rules {version}");
            all += closes;
        }
        assert!(all >= ledgers.len(), "{all} closes");
    }
}

/// Random ledgers with closes that together come to all that the random ledgers come to, few and small.
fn chosen() -> Vec<Kept> {
    let mut runner = TestRunner::deterministic();
    let mut found: Vec<(BTreeSet<String>, Kept)> = Vec::new();
    for _ in 0..LEDGERS {
        let acts = acts(1..100).new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        acts.iter().for_each(|act| world.act(act));
        let bodies = world.desk.past.all();
        calculator::paths::taken();
        calculator::balances(&said(&bodies));
        let rules = calculator::paths::taken().into_iter().map(str::to_owned);
        let reached = rules.chain(census(&mut world)).collect();
        let closes = bodies.0.iter().any(|(_, body)| matches!(Event::decode(body), Ok(Event::PeriodClosed(_))));
        if closes {
            let holds = holds(world.desk.keeper.state_mut());
            found.push((reached, Kept { bodies, holds }));
        }
    }
    let mut missing: BTreeSet<String> = found.iter().flat_map(|(reached, _)| reached.clone()).collect();
    let mut chosen = Vec::new();
    while !missing.is_empty() {
        let adds = |(reached, _): &(BTreeSet<String>, Kept)| reached.intersection(&missing).count();
        let best = found.iter().map(adds).enumerate().max_by_key(|(_, adds)| *adds).unwrap().0;
        let (reached, kept) = found.swap_remove(best);
        missing.retain(|name| !reached.contains(name));
        chosen.push(kept);
    }
    chosen
}
