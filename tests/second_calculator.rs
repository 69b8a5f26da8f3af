//! The books of random ledgers, computed twice: by the program, and by a slow calculator that was written apart from it.
//! They agree on every account to the last picounit, whatever was said and in whatever order. And at every step nothing
//! that was reported is lost or paid twice.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calculator;
mod projection_support;
mod random_ledgers;

use std::collections::{BTreeMap, BTreeSet};

use calculator::{Close, Said};
use cantus::projection::State;
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::hash::Hash;
use ledger_spec::money::Currency;
use ledger_spec::period::RowState;
use ledger_spec::reference::EventRef;
use proptest::prelude::*;
use random_ledgers::{Act, What, World, acts, books_of, said};

type Books = BTreeMap<Account, i128>;

/// The accounts on which the two do not agree: what the program says, and what the calculator.
fn differences(world: &mut World, closes: &mut Vec<Close>) -> Vec<(Account, i128, i128)> {
    let bodies = world.desk.past.all();
    let (books, calculated) = (world.books(), calculator::balances_after(&said(&bodies), closes));
    let accounts: BTreeSet<Account> = books.keys().chain(calculated.keys()).copied().collect();
    let of = |books: &Books, account: &Account| books.get(account).copied().unwrap_or_default();
    let sides = accounts.into_iter().map(|account| (account, of(&books, &account), of(&calculated, &account)));
    sides.filter(|(_, one, other)| one != other).collect()
}

/// In each currency all accounts sum to nothing.
fn balanced(books: &Books) -> bool {
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    books.iter().for_each(|(account, amount)| *sums.entry(account.currency).or_default() += amount);
    sums.values().all(|sum| *sum == 0)
}

/// What each source owes is what its lines report, to the last digit, less what was paid of it.
fn sources_are_whole(said: &[Said<'_>], books: &Books) -> Result<(), TestCaseError> {
    let receivable = |account: &Account| account.class == AccountClass::RECEIVABLE;
    let posted: Books = books.iter().filter(|(account, _)| receivable(account)).map(|(a, b)| (*a, *b)).collect();
    prop_assert_eq!(posted, calculator::receivables(said));
    Ok(())
}

/// Every row that a source declared is in one state, and those are taken back that were.
fn rows_are_whole(said: &[Said<'_>], state: &mut State) -> Result<(), TestCaseError> {
    let mut reversed: BTreeMap<u64, u64> = BTreeMap::new();
    for one in said {
        let Event::Reversal(Reversal { target: EventRef::At(target), .. }) = one.event else { continue };
        match &said[target as usize].event {
            Event::UsageLine(line) => *reversed.entry(line.source).or_default() += 1,
            Event::AllocatedLine(line) => *reversed.entry(line.source).or_default() += 1,
            Event::SourceOpened(opened) => drop(reversed.insert(target, opened.rows)),
            _ => {}
        }
    }
    for (source, states) in state.settle().unwrap().rows() {
        let Event::SourceOpened(opened) = &said[source as usize].event else { panic!("{source} is no source") };
        prop_assert_eq!(states.values().sum::<u64>(), opened.rows);
        let taken_back = states.iter().filter(|(state, _)| matches!(state, RowState::Reversed(_)));
        let never_in = states.get(&RowState::NotIn).copied().unwrap_or_default();
        let expected = reversed.get(&source).copied().unwrap_or_default().min(opened.rows - never_in);
        prop_assert_eq!(taken_back.map(|(_, rows)| rows).sum::<u64>(), expected);
    }
    Ok(())
}

/// So many cases; for each thousand of `CANTUS_RANDOM_LEDGERS`, if that is set, so many for each thousand of the
/// ledgers that both calculators compute.
fn cases(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("CANTUS_RANDOM_LEDGERS").ok().map(|number| number.parse::<u32>().unwrap());
    let cases = wanted.map_or(cases, |wanted| (u64::from(cases) * u64::from(wanted) / u64::from(LEDGERS)) as u32);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 1500, ..ProptestConfig::default() }
}

/// As many ledgers are computed twice.
const LEDGERS: u32 = 2000;

/// After every close, now and then, and at the end.
fn agree(acts: &[Act], now_and_then: usize) -> Result<(), TestCaseError> {
    let (mut world, mut closes) = (World::new(), Vec::new());
    for (number, act) in acts.iter().enumerate() {
        world.act(act);
        let last = number + 1 == acts.len();
        if act.what == What::ClosePeriod || number % now_and_then == now_and_then - 1 || last {
            let differences = differences(&mut world, &mut closes);
            prop_assert!(differences.is_empty(), "after act {number}: {differences:#?}\n{}", world.told());
        }
    }
    Ok(())
}

// In two halves, so that both are computed at a time.
proptest! {
    #![proptest_config(cases(LEDGERS / 2))]

    #[test]
    fn the_program_and_the_calculator_agree(acts in acts(1..100), now_and_then in 10..50usize) {
        agree(&acts, now_and_then)?;
    }

    #[test]
    fn the_program_and_the_calculator_agree_on_as_many_again(acts in acts(1..100), now_and_then in 10..50usize) {
        agree(&acts, now_and_then)?;
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// In each currency, of each source, and of each row, after every single event.
    #[test]
    fn nothing_is_lost_or_paid_twice_at_any_event(acts in acts(1..100)) {
        let mut world = World::new();
        acts.iter().for_each(|act| world.act(act));
        let bodies = world.desk.past.all();
        let said = said(&bodies);
        let (mut state, mut books) = (State::new(), Books::new());
        for size in 1..=said.len() {
            bodies.fold(&mut state, size);
            books = books_of(&mut state);
            prop_assert!(balanced(&books), "after event {size}\n{}", world.told());
            sources_are_whole(&said[..size], &books)?;
            rows_are_whole(&said[..size], &mut state)?;
        }
        prop_assert_eq!(books, world.books(), "what is rated sooner or later comes to the same");
    }
}

proptest! {
    #![proptest_config(cases(250))]

    /// Books that go on from a snapshot, taken anywhere, are those that were computed from the first event on.
    #[test]
    fn a_replay_from_a_snapshot_comes_to_the_same(acts in acts(1..120), cut in any::<prop::sample::Index>()) {
        let mut world = World::new();
        acts.iter().for_each(|act| world.act(act));
        let bodies = world.desk.past.all();
        let size = bodies.0.len();
        let mut first = State::new();
        bodies.fold(&mut first, cut.index(size + 1));
        let (mut second, _) = State::from_snapshot(&first.snapshot(&Hash::default()).unwrap()).unwrap();
        bodies.fold(&mut second, size);
        prop_assert_eq!(books_of(&mut second), world.books());
    }

    /// What the catalogue says and what is reported may come in any order: what is owed before a close is the same.
    #[test]
    fn the_order_of_facts_and_reports_does_not_matter(
        facts in acts_of(&FACTS), usage in acts_of(&USAGE), turns in prop::collection::vec(any::<bool>(), 60),
    ) {
        let mut in_turns = World { prospective: false, ..World::new() };
        let (mut left, mut right) = (facts.iter(), usage.iter());
        for facts_first in turns {
            let act = if facts_first { left.next() } else { right.next() };
            act.into_iter().for_each(|act| in_turns.act(act));
        }
        left.chain(right).for_each(|act| in_turns.act(act));
        let mut one_by_one = World { prospective: false, ..World::new() };
        facts.iter().chain(&usage).for_each(|act| one_by_one.act(act));
        prop_assert_eq!(in_turns.named_books(), one_by_one.named_books());
    }
}

/// What the catalogue, contracts and licences say.
const FACTS: [What; 9] = [
    What::Match,
    What::Claim,
    What::Share,
    What::Split,
    What::Contract,
    What::Amendment,
    What::Licence,
    What::Rates,
    What::Mechanicals,
];

/// What reports say.
const USAGE: [What; 5] = [What::Source, What::Line, What::ReleaseLine, What::Allocated, What::CloseSource];

fn acts_of(whats: &'static [What]) -> impl Strategy<Value = Vec<Act>> {
    acts(10..100).prop_map(|acts| acts.into_iter().filter(|act| whats.contains(&act.what)).collect())
}
