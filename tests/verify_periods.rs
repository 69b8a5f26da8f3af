//! Who holds the bodies computes every closed period again: an operator who pins other books than the events come to is
//! found out, however well everything is signed.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::sync::{Mutex, PoisonError};

use cantus::ledger::{
    Author, Candidate, Clock, Folder, Judge, Ledger, LogKeys, Objection, Opening, Salts, SystemClock, Writer,
    WriterOptions, fresh_party, keys,
};
use cantus::projection::{State, Until, books};
use cli_support::Home;
use ledger_spec::Hash;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;

/// A process that is being started holds, for a moment, whatever locks are held in this one. So nothing is started
/// while another test has a ledger open.
static TURN: Mutex<()> = Mutex::new(());

/// Lets everything pass, as an operator with a program of its own could.
struct Anything;

impl Judge for Anything {
    fn check(&mut self, _: &Candidate<'_>) -> Result<(), Objection> {
        Ok(())
    }
    fn apply(&mut self, _: &Candidate<'_>) {}
}

/// A ledger with one closed period, whose close was altered before it was signed.
fn closed(home: &Home, alter: impl FnOnce(&mut PeriodKey, &mut PeriodClosed)) {
    let folder = Folder::new(home.path().join("ledger"));
    let (operator, log_key) = (keys::generate().unwrap(), keys::generate().unwrap());
    let opening = Opening {
        origin: "example.com/test",
        operator: fresh_party().unwrap(),
        roles: Roles::OPERATOR,
        one_person_pays: false,
    };
    let ledger = Ledger::create_in(&folder, &opening, operator.clone(), &log_key).unwrap();
    let mut state: State = books(&ledger, Until::End, &mut |_| {}).unwrap();
    let mut key = PeriodKey { period: "2026-11".parse().unwrap(), key: Hash([9; 32]) };
    let (mut close, _) = state.close(&key, &ledger).unwrap();
    alter(&mut key, &mut close);

    let author = Author::new(operator, ledger.id());
    let (mut draft, mut salts) = (Draft::new(), Salts::new());
    draft.push(&key, salts.fresh().unwrap()).unwrap();
    draft.push(&close, salts.fresh().unwrap()).unwrap();
    let submission = author.sign(draft, 2, ledger.basis(), SystemClock.wall()).unwrap();
    let keys = LogKeys::new(vec![log_key]);
    let writer = Writer::start(&ledger, keys, Anything, Box::new(SystemClock), WriterOptions::default()).unwrap();
    writer.append(submission).unwrap();
}

#[test]
fn a_close_that_pins_the_books_passes() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |_, _| {});
    let report = home.json(&["verify", "ledger"]);
    assert_eq!(
        (report[0]["periods"]["count"].as_u64(), report[0]["periods"]["result"].as_str()),
        (Some(1), Some("passed"))
    );
}

#[test]
fn a_close_that_pins_other_books_is_malformed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |_, close| close.root.0[0] ^= 1);
    let ran = home.run(&["verify", "ledger"]);
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stdout.contains("example.com/test: malformed"), "{}", ran.stdout);
    assert!(ran.stdout.contains("event 2: The close of 2026-11 pins other books"), "{}", ran.stdout);
}

#[test]
fn a_close_under_another_key_is_malformed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |key, _| key.key.0[0] ^= 1);
    let ran = home.run(&["verify", "ledger"]);
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stdout.contains("its key is not before it"), "{}", ran.stdout);
}
