//! The random ledgers that the second calculator is held against come to every kind of event and to every rule, often
//! enough to find what is wrong with it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calculator;
mod projection_support;
mod random_ledgers;

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use random_ledgers::{World, acts, census, said};

const LEDGERS: usize = 500;

/// What is to be found in some of them, one a line.
const REACHED: &str = include_str!("random_ledgers/reached.txt");

/// In how many of the ledgers each is found.
fn counted() -> BTreeMap<String, usize> {
    let mut runner = TestRunner::deterministic();
    let mut counts = BTreeMap::new();
    for _ in 0..LEDGERS {
        let acts = acts(1..100).new_tree(&mut runner).unwrap().current();
        let mut world = World::new();
        acts.iter().for_each(|act| world.act(act));
        let bodies = world.desk.past.all();
        calculator::paths::taken();
        calculator::balances(&said(&bodies));
        let rules = calculator::paths::taken().into_iter().map(str::to_owned);
        for found in rules.chain(census(&mut world)) {
            *counts.entry(found).or_default() += 1;
        }
    }
    counts
}

#[test]
fn random_ledgers_come_to_every_kind_and_every_rule() {
    let counts = counted();
    counts.iter().for_each(|(found, ledgers)| println!("{ledgers:>4}  {found}"));
    let missing: Vec<&str> = REACHED.lines().filter(|name| !counts.contains_key(*name)).collect();
    assert!(missing.is_empty(), "found in none of {LEDGERS} ledgers: {missing:#?}");
}
