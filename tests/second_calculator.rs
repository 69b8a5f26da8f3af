//! The books of random ledgers, computed twice: by the program, and by a slow calculator that was written apart from it.
//! They agree on every account to the last picounit, whatever was said and in whatever order.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod calculator;
mod projection_support;
mod random_ledgers;

use std::collections::BTreeMap;

use calculator::Said;
use ledger_spec::account::Account;
use ledger_spec::event::Event;
use proptest::prelude::*;
use random_ledgers::{Act, What, World, acts};

/// The books by the second calculator.
fn calculated(world: &World) -> BTreeMap<Account, i128> {
    let bodies = world.desk.past.all();
    let said: Vec<Said<'_>> = bodies
        .0
        .iter()
        .enumerate()
        .map(|(index, (by, body))| Said {
            by: *by,
            recorded_at: world.recorded_at[index],
            first: index as u64,
            event: Event::decode(body).unwrap(),
        })
        .collect();
    calculator::balances(&said)
}

/// The accounts on which the two do not agree: what the program says, and what the calculator.
fn differences(world: &mut World) -> Vec<(Account, i128, i128)> {
    let (books, calculated) = (world.books(), calculated(world));
    let accounts: std::collections::BTreeSet<Account> = books.keys().chain(calculated.keys()).copied().collect();
    let of = |books: &BTreeMap<Account, i128>, account: &Account| books.get(account).copied().unwrap_or_default();
    let sides = accounts.into_iter().map(|account| (account, of(&books, &account), of(&calculated, &account)));
    sides.filter(|(_, one, other)| one != other).collect()
}

/// The acts, held against the calculator after every close, now and then, and at the end.
fn agrees(acts: &[Act], now_and_then: usize) -> Result<(), TestCaseError> {
    let mut world = World::new();
    for (number, act) in acts.iter().enumerate() {
        world.act(act);
        let matters = act.what == What::ClosePeriod || number % now_and_then == 0 || number + 1 == acts.len();
        if matters {
            let differences = differences(&mut world);
            prop_assert!(differences.is_empty(), "after act {number}: {differences:#?}\n{}", world.told());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, max_shrink_iters: 6000, ..ProptestConfig::default() })]

    #[test]
    fn the_program_and_the_calculator_agree(acts in acts(1..80), now_and_then in 5..30usize) {
        agrees(&acts, now_and_then)?;
    }
}
