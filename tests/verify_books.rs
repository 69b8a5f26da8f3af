//! Who holds the bodies computes the books and every closed period again: an operator who pins other books than the
//! events come to, or pays what nobody agreed to, is found out, however well everything is signed.

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
use ledger_spec::code::AccountClass;
use ledger_spec::code::{ReasonCode, RefusalReason, SourceFormat};
use ledger_spec::date::Date;
use ledger_spec::event::Kind;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::money::{OpeningBalance, PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::{LineRefused, SourceClosed, SourceOpened};
use ledger_spec::merkle::root_of;
use ledger_spec::money::Amount;
use ledger_spec::period::{Row, RowState, Rows, source_leaf};
use ledger_spec::reference::{EventRef, PartyId};
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

/// A ledger of one operator, and events by it that nobody judged, each a submission of its own.
struct Unjudged {
    ledger: Ledger,
    operator: Author,
    writer: Writer<Anything>,
    said: u64,
}

impl Unjudged {
    fn new(home: &Home, one_person_pays: bool) -> Unjudged {
        let folder = Folder::new(home.path().join("ledger"));
        let (operator, log_key) = (keys::generate().unwrap(), keys::generate().unwrap());
        let roles = Roles::OPERATOR;
        let opening = Opening { origin: "example.com/test", operator: fresh_party().unwrap(), roles, one_person_pays };
        let ledger = Ledger::create_in(&folder, &opening, operator.clone(), &log_key).unwrap();
        let keys = LogKeys::new(vec![log_key]);
        let writer = Writer::start(&ledger, keys, Anything, Box::new(SystemClock), WriterOptions::default()).unwrap();
        Unjudged { operator: Author::new(operator, ledger.id()), ledger, writer, said: 1 }
    }

    /// Appends a submission, and returns its first index.
    fn say(&mut self, write: impl FnOnce(&mut Draft, &mut Salts)) -> u64 {
        let (mut draft, mut salts) = (Draft::new(), Salts::new());
        write(&mut draft, &mut salts);
        self.said += 1;
        let (first, basis) = (self.ledger.head().size, self.ledger.basis());
        self.writer.append(self.operator.sign(draft, self.said, basis, SystemClock.wall()).unwrap()).unwrap();
        first
    }

    fn event(&mut self, event: &impl Kind) -> u64 {
        self.say(|draft, salts| draft.push(event, salts.fresh().unwrap()).map(drop).unwrap())
    }

    /// Of 100 that are due to somebody, a part is ordered to be paid.
    fn ordered(&mut self, sum: &str) -> EventRef {
        let (party, currency) = (PartyId([7; 16]), "EUR".parse().unwrap());
        let day: Date = "2026-03-31".parse().unwrap();
        let (amount, evidence) = ("100".parse().unwrap(), Hash::default());
        self.event(&OpeningBalance {
            party,
            contract: None,
            as_of: day,
            amount,
            currency,
            evidence,
            class: AccountClass::DUE,
            origin: None,
        });
        let (amount, tax) = (sum.parse().unwrap(), Amount::ZERO);
        EventRef::At(self.event(&PayoutInstructed { party, contract: None, currency, amount, tax, date: day }))
    }

    fn settled(&mut self, payout: EventRef) -> u64 {
        let (date, bank_reference) = ("2026-04-01".parse().unwrap(), Hash::default());
        self.event(&PayoutSettled { payout, date, bank_reference })
    }
}

/// Both commands that compute the books say that this event is wrong, and why.
fn is_found(home: &Home, event: u64, why: &str) {
    let why = format!("event {event}: {why}");
    let ran = home.run(&["replay", "--ledger", "ledger"]);
    assert_eq!(ran.code, 4, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stderr.contains(&why), "{}", ran.stderr);
    let ran = home.run(&["verify", "ledger"]);
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stdout.contains("example.com/test: malformed"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&why), "{}", ran.stdout);
}

/// A ledger with one closed period, whose close was altered before it was signed.
fn closed(home: &Home, alter: impl FnOnce(&mut PeriodKey, &mut PeriodClosed)) {
    let mut unjudged = Unjudged::new(home, false);
    let mut state: State = books(&unjudged.ledger, Until::End, &mut |_| {}).unwrap();
    let mut key = PeriodKey { period: "2026-11".parse().unwrap(), key: Hash([9; 32]) };
    let (mut close, _) = state.close(&key, &unjudged.ledger).unwrap();
    alter(&mut key, &mut close);
    unjudged.say(|draft, salts| {
        draft.push(&key, salts.fresh().unwrap()).unwrap();
        draft.push(&close, salts.fresh().unwrap()).unwrap();
    });
}

/// What was found of the closes themselves, and of the rules run again.
fn results(home: &Home) -> (String, String) {
    let ran = home.run(&["--json", "verify", "ledger"]);
    let report: serde_json::Value = serde_json::from_str(ran.stdout.lines().next().unwrap()).unwrap();
    let result = |check: &str| report[check]["result"].as_str().unwrap().to_owned();
    (result("periods"), result("rules"))
}

#[test]
fn a_close_that_pins_the_books_passes() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |_, _| {});
    let report = home.json(&["verify", "ledger"]);
    let replayed = home.run(&["replay", "--ledger", "ledger"]);
    assert!(replayed.stderr.contains("1 closed period"), "{}", replayed.stderr);
    for check in ["periods", "rules"] {
        let (count, result) = (report[0][check]["count"].as_u64(), report[0][check]["result"].as_str());
        assert_eq!((count, result), (Some(1), Some("passed")), "{check}");
    }
}

#[test]
fn a_close_that_pins_other_books_is_malformed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |_, close| close.root.0[0] ^= 1);
    is_found(&home, 2, "The close of 2026-11 pins other books");
    assert_eq!(results(&home), ("not checked".to_owned(), "FAILED".to_owned()));
}

/// A report of two rows of which neither could be taken; its close says what became of them.
fn closed_over_rows(home: &Home, states: &[(RowState, u64)]) {
    let mut unjudged = Unjudged::new(home, false);
    let operator = books(&unjudged.ledger, Until::End, &mut |_| {}).unwrap().operator();
    let source = unjudged.event(&SourceOpened {
        file: Hash([3; 32]),
        bytes: 1,
        content: Hash([4; 32]),
        format: SourceFormat::DISTROKID,
        reporter: operator,
        identifiers: Vec::new(),
        from: None,
        to: None,
        lines: 2,
        rows: 2,
        refused: 2,
        totals: Vec::new(),
        warnings: Vec::new(),
        more_warnings: 0,
    });
    for row in 1..=2 {
        let reason = RefusalReason::NOT_A_NUMBER;
        unjudged.event(&LineRefused { source, row, reason, column: 1, line: Hash::default() });
    }
    unjudged.event(&SourceClosed { source, rows: 2, refused: 2 });
    let key = PeriodKey { period: "2026-11".parse().unwrap(), key: Hash([9; 32]) };
    let (close, closing) =
        books(&unjudged.ledger, Until::End, &mut |_| {}).unwrap().close(&key, &unjudged.ledger).unwrap();
    let state = root_of(&[source_leaf(source, 2, &states.iter().copied().collect())]);
    let said = |row: &Row| if row.party == operator { Row { state, ..*row } } else { *row };
    let rows: Vec<Row> = closing.parties().iter().map(said).collect();
    let close = PeriodClosed { root: Rows::new(&key.key, &rows).root(), ..close };
    unjudged.say(|draft, salts| {
        draft.push(&key, salts.fresh().unwrap()).unwrap();
        draft.push(&close, salts.fresh().unwrap()).unwrap();
    });
}

#[test]
fn a_close_over_other_counts_of_rows_is_malformed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed_over_rows(&home, &[(RowState::Refused, 2)]);
    home.ok(&["verify", "ledger"]);
    let home = Home::new();
    closed_over_rows(&home, &[(RowState::Posted, 1), (RowState::Refused, 1)]);
    is_found(&home, 6, "The close of ");
}

#[test]
fn a_close_under_another_key_is_malformed() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    closed(&home, |key, _| key.key.0[0] ^= 1);
    let ran = home.run(&["verify", "ledger"]);
    assert_eq!(ran.code, 4, "{}", ran.stdout);
    assert!(ran.stdout.contains("its key is not before it"), "{}", ran.stdout);
    assert_eq!(results(&home), ("FAILED".to_owned(), "not checked".to_owned()));
}

#[test]
fn a_payout_of_more_than_is_due_is_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let payout = Unjudged::new(&home, false).ordered("100.01");
    is_found(&home, payout.resolve(0), "100 EUR is due to party");
}

#[test]
fn a_payout_that_nobody_else_agreed_to_is_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let mut unjudged = Unjudged::new(&home, false);
    let payout = unjudged.ordered("100");
    let approved = unjudged.event(&PayoutApproved { payout });
    drop(unjudged);
    is_found(&home, approved, "payout 2 was instructed by party");
}

#[test]
fn a_payout_that_was_paid_before_it_was_approved_is_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let mut unjudged = Unjudged::new(&home, true);
    let payout = unjudged.ordered("100");
    let settled = unjudged.settled(payout);
    drop(unjudged);
    is_found(&home, settled, "payout 2 is not approved yet");
}

#[test]
fn a_payout_that_failed_after_it_was_paid_is_found() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let mut unjudged = Unjudged::new(&home, true);
    let payout = unjudged.ordered("100");
    unjudged.event(&PayoutApproved { payout });
    let settled = unjudged.settled(payout);
    let failed = unjudged.event(&PayoutFailed { payout, reason: ReasonCode::ERROR });
    drop(unjudged);
    is_found(&home, failed, &format!("payout 2 was settled by event {settled}"));
}

#[test]
fn a_payout_as_it_should_be_passes() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let home = Home::new();
    let mut unjudged = Unjudged::new(&home, true);
    let payout = unjudged.ordered("100");
    unjudged.event(&PayoutApproved { payout });
    unjudged.settled(payout);
    drop(unjudged);
    home.ok(&["replay", "--ledger", "ledger"]);
    home.ok(&["verify", "ledger"]);
}
