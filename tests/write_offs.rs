//! What is owed to the house and will not come can be given up: no more than is owed, never what the house owes, with a
//! reason that the payee reads, and by nobody in its own favour.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod books_support;
mod cli_support;
mod projection_support;

use cantus::royalty::{Movement, accounts};
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::money::{Adjustment, AdjustmentSide};
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::sha256;
use ledger_spec::reference::EventRef;
use ledger_spec::role::Roles;
use projection_support::closes::{opening, plain};
use projection_support::desk::Desk;
use projection_support::*;

const REMARK: Remark<'_> = Remark { about: None, text: "the contract has ended" };

fn gives_up(sides: &[(Account, &str)]) -> Adjustment {
    let side = |(account, sum): &(Account, &str)| AdjustmentSide { account: *account, amount: amount(sum) };
    let (reason, remark) = (ReasonCode::WRITE_OFF, EventRef::Here(0));
    Adjustment { sides: sides.iter().map(side).collect(), reason, remark, evidence: Some(sha256(&[b"a letter"])) }
}

/// An advance of 100 that is not recouped, and 30 that the artist owes.
fn desk() -> (Desk, u64, Account, Account) {
    let mut desk = Desk::new(Log::furnished());
    let contract = desk.say(&[&plain()]).unwrap();
    let outlay = desk.say(&[&opening(contract, AccountClass::ADVANCE, None, "-100")]).unwrap();
    desk.say(&[&opening(contract, AccountClass::DUE, None, "-30")]).unwrap();
    let (advance, due) = (accounts::advance(ARTIST, contract, outlay, usd()), accounts::due(ARTIST, contract, usd()));
    (desk, contract, advance, due)
}

#[test]
fn what_is_owed_is_credited_and_borne_by_the_house() {
    let (mut desk, contract, advance, due) = desk();
    let borne = accounts::written_off(contract, usd());
    let event = desk.say(&[&REMARK, &gives_up(&[(borne, "90"), (due, "-30"), (advance, "-60")])]).unwrap() + 1;
    let mut state = desk.state().clone();
    let settled = state.settle().unwrap();
    let posted = settled.posted_by(event, &desk.past).unwrap();
    let sides: Vec<_> = posted.iter().map(|side| (side.account, side.amount.to_string())).collect();
    assert_eq!(sides, [(borne, "90".into()), (due, "-30".into()), (advance, "-60".into())]);
    assert!(posted.iter().all(|side| side.why.movement() == Movement::WrittenOff));
    let held = |account| settled.balances().of(&account).to_string();
    assert_eq!([held(advance), held(due), held(borne)], ["40", "0", "90"]);
}

#[test]
fn no_more_than_is_owed_and_never_what_the_house_owes() {
    let (mut desk, contract, advance, due) = desk();
    let borne = accounts::written_off(contract, usd());
    for sides in [
        [(borne, "100.01"), (advance, "-100.01")],
        [(borne, "30.01"), (due, "-30.01")],
        [(accounts::fees(usd()), "10"), (advance, "-10")],
        [(due, "10"), (borne, "-10")],
        [(borne, "10"), (accounts::earned(ARTIST, contract, usd()), "-10")],
        [(borne, "10"), (accounts::due(SECOND_ARTIST, 0, usd()), "-10")],
    ] {
        assert_eq!(desk.refused(&[&REMARK, &gives_up(&sides)]), "write-off", "{sides:?}");
    }
    let (most, rest) = (gives_up(&[(borne, "70"), (advance, "-70")]), gives_up(&[(borne, "31"), (advance, "-31")]));
    let other = Remark { text: "and the rest", ..REMARK };
    let again = Adjustment { remark: EventRef::Here(2), ..rest };
    assert_eq!(desk.refused(&[&REMARK, &most, &other, &again]), "write-off", "together they are too much");
}

#[test]
fn money_roles_write_off_and_nobody_in_its_own_favour() {
    let (mut desk, contract, advance, _) = desk();
    let own = gives_up(&[(accounts::written_off(contract, usd()), "10"), (advance, "-10")]);
    for role in [Roles::TREASURER, Roles::ACCOUNTANT] {
        assert_eq!(desk.refused_as(ARTIST, role, &[&REMARK, &own]), "own-favour");
    }
    desk.say_as(SECOND_ARTIST, Roles::ACCOUNTANT, &[&REMARK, &own]).unwrap();

    let mut log = Log::furnished();
    let source = log.source("a");
    log.say_as(STORE, &line(source, 1, 0, 1, "10"));
    log.close_source(source);
    let mut desk = Desk::new(log);
    let receivable = accounts::receivable(source, usd());
    let given_up = gives_up(&[(accounts::written_off(0, usd()), "10"), (receivable, "-10")]);
    assert_eq!(desk.refused_as(STORE, Roles::TREASURER, &[&REMARK, &given_up]), "own-favour", "what it reported");
    desk.say_as(TREASURER, Roles::TREASURER, &[&REMARK, &given_up]).unwrap();
    let other = Remark { text: "again", ..REMARK };
    assert_eq!(desk.refused(&[&other, &given_up]), "write-off", "nothing is owed any more");
}

const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
[[contract]]
code = "anna-2026"
party = "anna"
type = "artist"
currency = "USD"
[[opening-balance]]
party = "anna"
contract = "anna-2026"
as-of = 2025-12-31
amount = "-30"
currency = "USD"
evidence = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
[[advance]]
party = "anna"
contract = "anna-2026"
date = 2026-01-10
amount = "100"
currency = "USD"
bank-reference = "SEPA 1"
[[advance]]
party = "anna"
contract = "anna-2026"
date = 2026-01-11
amount = "50"
currency = "USD"
bank-reference = "SEPA 2"
"#;

#[test]
fn the_payee_reads_why_and_the_house_sees_what_it_cost() {
    let home = cli_support::Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    home.write("letter.pdf", "a letter");
    let write_off = ["write-off", "anna", "--contract", "anna-2026", "--currency", "USD"];
    let why = ["--why", "The contract has ended.", "--amount", "145", "--evidence", "letter.pdf"];
    let before = home.json(&["log"]).len();
    let listed = home.json(&[&write_off[..], &why, &["--dry-run"]].concat());
    let told: Vec<_> =
        listed.iter().map(|row| ["class", "owed", "amount"].map(|name| row[name].as_str().unwrap())).collect();
    assert_eq!(told, [["due", "30", "30"], ["advance", "100", "100"], ["advance", "50", "15"]], "the oldest first");
    assert_eq!(home.json(&["log"]).len(), before, "a trial signs nothing");
    let more = home.run(&[&write_off[..], &["--why", "All.", "--amount", "180.01"]].concat());
    assert!(more.code != 0 && more.stderr.contains("180 USD is owed to the house there"), "{}", more.stderr);

    let done = home.json(&[&write_off[..], &why].concat());
    assert_eq!(done[..listed.len()], listed, "what was listed is what is signed");
    let event = home.json(&["log", "--kind", "adjustment"]).remove(0);
    assert_eq!(event["event"]["evidence"], sha256(&[b"a letter"]).to_string());
    home.ok(&["close", "2026-03"]);
    let statement = home.ok(&["statement", "anna", "2026-03"]);
    assert!(statement.contains("given up, event 8: \"The contract has ended.\""), "{statement}");
    assert!(statement.contains("-35.00  closing"), "{statement}");
    let borne = home.json(&["trial-balance"]).into_iter().find(|row| row["class"] == "written-off").unwrap();
    assert_eq!(books_support::amount(&borne, "debit"), amount("145"));
    assert!(home.run(&[&write_off[..], &["--why", "All of it."]].concat()).code == 0, "the rest");
    let nothing = home.run(&[&write_off[..], &["--why", "Again."]].concat());
    assert!(nothing.stderr.contains("0 USD is owed to the house there"), "{}", nothing.stderr);
}
