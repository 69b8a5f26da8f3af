//! Promise: hledger, ledger and Beancount, programs that nobody here wrote, read an exported journal with all their
//! checks, add it up to our balances account by account, and find what is altered.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;
mod journal_support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use books_support::{busy, demo, reserving, text};
use cantus::export::chart::Chart;
use cantus::export::journal::{
    AccountNames, Asserted, Beancount, Format, Item, Journal, Ledger, Side, Transaction, write,
};
use cli_support::Home;
use journal_support::{Balances, Tool};
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use serde_json::Value;

/// What a tool makes of a journal, after all its checks.
fn checked(tool: Tool, journal: &Path) -> Balances {
    tool.check(journal).unwrap_or_else(|said| panic!("{tool:?}: {said}"));
    tool.balances(journal, None)
}

/// Our accounts and what they hold, and the sources that are called by their files in it.
struct Ours {
    rows: Vec<Value>,
    files: BTreeMap<String, String>,
}

impl Ours {
    fn at(home: &Home, at: &[&str]) -> Ours {
        let source = |row: &Value| (text(row, "file"), format!("source {}", row["source"]));
        let files = home.json(&["tie"]).iter().map(source).collect();
        Ours { rows: home.json(&[&["trial-balance", "--detail"], at].concat()), files }
    }

    fn named(&self, tool: Tool) -> Balances {
        tool.named(&self.rows, &self.files)
    }
}

fn export(tool: Tool, home: &Home, further: &[&str]) -> PathBuf {
    let journal = home.ok(&[&["export", "journal", "--format", tool.format()], further].concat());
    home.write("books.journal", &journal)
}

fn comes_to_our_balances(home: &Home) {
    for at in [&["--as-of", "2026-03"][..], &["--as-of", "2026-04"], &[]] {
        let ours = Ours::at(home, at);
        for tool in Tool::ALL {
            assert_eq!(checked(tool, &export(tool, home, at)), ours.named(tool), "{tool:?} {at:?}");
        }
    }
}

#[test]
fn each_tool_checks_the_journal_and_comes_to_our_balances() {
    comes_to_our_balances(&busy());
}

#[test]
fn each_tool_comes_to_our_balances_where_outlays_are_recouped_and_reserves_let_go() {
    comes_to_our_balances(&reserving());
}

#[test]
fn a_journal_has_prices_and_tags_and_no_sentence_makes_tags() {
    let home = busy();
    let said = |arguments: &[&str]| {
        let ran = Command::new(arguments[0]).args(&arguments[1..]).current_dir(home.path()).output().unwrap();
        String::from_utf8(ran.stdout).unwrap()
    };
    export(Tool::Hledger, &home, &[]);
    let hledger = ["hledger", "-f", "books.journal"];
    assert_eq!(said(&[&hledger[..], &["prices"]].concat()), "P 2026-05-03 USD 0.92130000000000000001 EUR\n");
    assert!(!said(&[&hledger[..], &["print", "tag:index=1"]].concat()).contains("half"));
    let ledger = ["ledger", "--args-only", "-f", "books.journal"];
    assert_eq!(said(&[&ledger[..], &["tags"]].concat()), "index\nkind\nmovement\nperiod\nsource\n");
    assert_eq!(said(&[&ledger[..], &["prices"]].concat()), "2026/05/03 USD      0.92130000000000000001 EUR\n");
    export(Tool::Beancount, &home, &[]);
    let price = said(&["bean-query", "--format=csv", "books.journal", "SELECT getprice('USD', 'EUR')"]);
    assert!(price.contains("0.92130000000000000001"), "{price}");
}

#[test]
fn each_tool_finds_an_altered_amount_and_an_altered_balance() {
    let home = busy();
    for tool in Tool::ALL {
        let journal = std::fs::read_to_string(export(tool, &home, &[])).unwrap();
        let bank = tool.name(["assets", "bank"]) + "  ";
        // The sides come first, the last balance last.
        for found in [journal.find(&bank).unwrap(), journal.rfind(&bank).unwrap()] {
            let end = found + journal[found..].find('\n').unwrap();
            let last = found + journal[found..end].rfind("0000 ").unwrap() + 3;
            let altered = format!("{}1{}", &journal[..last], &journal[last + 1..]);
            let path = home.write("altered.journal", &altered);
            assert!(tool.check(&path).is_err(), "{tool:?}: {}", &altered[found..end]);
        }
    }
}

#[test]
fn a_journal_goes_by_the_operators_own_accounts() {
    let home = demo();
    home.write("chart.toml", "[receivable]\ncode = \"1200\"\nname = \"Royalties, receivable\"\n");
    let ours = Ours::at(&home, &[]);
    for tool in Tool::ALL {
        let (class, theirs) = match tool {
            Tool::Beancount => ("Assets:Receivable", "Assets:1200-Royalties-receivable"),
            _ => ("assets:receivable", "assets:1200 Royalties, receivable"),
        };
        let renamed = |((name, currency), held): ((String, _), _)| ((name.replace(class, theirs), currency), held);
        let ours = ours.named(tool).into_iter().map(renamed).collect::<Balances>();
        assert_eq!(checked(tool, &export(tool, &home, &["--chart", "chart.toml"])), ours);
    }
    home.ok(&["export", "journal", "kept.journal"]);
    let again = home.run(&["export", "journal", "kept.journal"]);
    assert_eq!(again.code, 1, "a file that is there is not written over: {}", again.stderr);
}

/// A journal of accounts with these labels. On each day every account is posted an amount, and at its end, and before the
/// next entry of the same day, holds what it was posted; but the last account is said to hold `off` more at the first end.
fn written(format: &dyn Format, accounts: &[&[&str]], days: &[(u32, Vec<Amount>)], off: Amount) -> String {
    let (chart, currency) = (Chart::default(), Currency::new(*b"EUR").unwrap());
    let mut names = AccountNames::new(&chart, format);
    let account = |contract| Account { contract, ..Account::of(AccountClass::DUE, currency) };
    let labels = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
    let accounts: Vec<String> = (0..).zip(accounts).map(|(at, of)| names.name(&account(at), || labels(of))).collect();
    let (mut items, mut held) = (Vec::new(), vec![Amount::ZERO; accounts.len()]);
    for (day, amounts) in days {
        let date = format!("2026-01-{day:02}").parse().unwrap();
        let side = |(account, amount): (&String, &Amount)| Side {
            account: account.clone(),
            amount: *amount,
            currency,
            movement: "adjustment".to_owned(),
        };
        items.push(Item::Transaction(Transaction {
            date,
            booked: None,
            event: None,
            what: "adjustment".to_owned(),
            tags: Vec::new(),
            says: vec!["said \"so\": \\ [2020-01-01]\nand more".to_owned()],
            sides: accounts.iter().zip(amounts).map(side).collect(),
        }));
        held.iter_mut().zip(amounts).for_each(|(held, amount)| *held = held.try_add(*amount).unwrap());
        let mut told = held.clone();
        let last = told.last_mut().unwrap();
        *last = last.try_add(if *day == 2 { off } else { Amount::ZERO }).unwrap();
        let balances = accounts.iter().cloned().zip(told).map(|(account, held)| (account, held, currency)).collect();
        items.push(Item::Balances(Asserted { date, when: format!("day {day}"), balances }));
    }
    let journal = Journal { title: "Days".to_owned(), currencies: vec![currency], items };
    let mut out = Vec::new();
    write(&journal, &names, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const FORMATS: [(Tool, &dyn Format); 3] =
    [(Tool::Hledger, &Ledger), (Tool::Ledger, &Ledger), (Tool::Beancount, &Beancount)];

#[test]
fn balances_are_asserted_at_the_end_of_every_day() {
    let home = Home::new();
    let accounts = [&["bank"][..], &["mira", "mira-2026"], &["mira"]];
    let amounts = |amounts: [&str; 3]| amounts.map(|amount| amount.parse().unwrap()).to_vec();
    let days = [
        (1, amounts(["1", "-1", "0"])),
        (1, amounts(["5", "-2", "-3"])),
        (2, amounts(["0", "4", "-4"])),
        (4, amounts(["-1", "0", "1"])),
    ];
    for (tool, format) in FORMATS {
        checked(tool, &home.write("days.journal", &written(format, &accounts, &days, Amount::ZERO)));
        let off = home.write("off.journal", &written(format, &accounts, &days, Amount::PICO));
        assert!(tool.check(&off).is_err(), "{tool:?}");
    }
}

/// Labels that mean something to a tool, that differ in what a tool has no name for, or in which another stands whole.
const LABELS: [&str; 21] = [
    "mira",
    "Mira",
    "mira b",
    "mira  b",
    "mira-b",
    "mira_b",
    "a:b",
    "a",
    "x ; y: z",
    "[2020-01-01]",
    "(virtual)",
    "\"quoted\\",
    "50% = 1 @ 2",
    "-",
    "*",
    "Ærlig & Sønn",
    "李小龍",
    "ŉ",
    "अधिकार",
    "ⓐⅻ",
    "one\nline\u{a0}\u{a0}more",
];

#[test]
fn accounts_of_any_name_stay_apart() {
    let home = Home::new();
    let accounts: Vec<&[&str]> = LABELS.iter().map(std::slice::from_ref).collect();
    // Each holds another amount, the last what the others owe it.
    let mut amounts: Vec<Amount> = (1..LABELS.len()).map(|n| format!("{n}.000000000001").parse().unwrap()).collect();
    amounts.push(-Amount::try_sum(amounts.iter().copied()).unwrap());
    for (tool, format) in FORMATS {
        let path = home.write("names.journal", &written(format, &accounts, &[(1, amounts.clone())], Amount::ZERO));
        let held = checked(tool, &path);
        if tool == Tool::Beancount {
            // Its syntax says so; it does not check it to the letter.
            let begins = |part: &str| part.starts_with(|char: char| char.is_uppercase() || char.is_ascii_digit());
            assert!(held.keys().all(|(name, _)| name.split(':').all(begins)), "{held:?}");
        }
        let mut held: Vec<Amount> = held.into_values().collect();
        held.sort_unstable();
        held.rotate_left(1);
        assert_eq!(held, amounts, "{tool:?}");
    }
}
