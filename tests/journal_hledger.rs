//! Promise: hledger, a program that nobody here wrote, reads an exported journal with all its strict checks, adds it up
//! to our balances account by account, and finds what is altered.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use books_support::{amount, busy, demo, reserving, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;

type Balances = BTreeMap<(String, String), Amount>;

fn hledger(journal: &Path, arguments: &[&str]) -> Output {
    Command::new("hledger").arg("-f").arg(journal).args(arguments).output().expect("hledger is installed by tests/run")
}

/// What hledger makes of a journal, by account and currency, after all its checks.
fn checked(journal: &Path) -> Balances {
    for checks in [&["check", "--strict"][..], &["check", "ordereddates"]] {
        let ran = hledger(journal, checks);
        assert!(ran.status.success(), "{checks:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    let ran = hledger(journal, &["balance", "--flat", "--no-total", "--layout=bare", "--output-format=csv"]);
    let csv = String::from_utf8(ran.stdout).unwrap();
    let rows = csv.lines().skip(1).map(|line| line.trim_matches('"').split("\",\"").collect::<Vec<_>>());
    sums(rows.map(|row| ((row[0].to_owned(), row[1].to_owned()), row[2].parse().unwrap())))
}

/// Our balances, under the names of the journal.
fn ours(home: &Home, at: &[&str]) -> Balances {
    let sources: BTreeMap<String, String> =
        home.json(&["tie"]).iter().map(|row| (text(row, "file"), format!("source {}", row["source"]))).collect();
    let rows = home.json(&[&["trial-balance", "--detail"], at].concat());
    sums(rows.iter().map(|row| {
        let class = text(row, "class");
        let root = match class.as_str() {
            "bank" | "receivable" | "advance" | "tax-recoverable" => "assets",
            "commission" => "income",
            "fees" | "rounding" | "costs" | "written-off" => "expenses",
            "exchange" | "opening" => "equity",
            _ => "liabilities",
        };
        let of = text(row, "of");
        let of = sources.get(&of).cloned().unwrap_or(of);
        let parts = [root.to_owned(), class, text(row, "party"), text(row, "contract"), text(row, "reason"), of];
        let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
        ((name, text(row, "currency")), amount(row, "debit").try_sub(amount(row, "credit")).unwrap())
    }))
}

#[test]
fn hledger_checks_the_journal_and_comes_to_our_balances() {
    let home = busy();
    home.ok(&["export", "journal", "books.journal"]);
    let journal = home.path().join("books.journal");
    assert_eq!(checked(&journal), ours(&home, &[]));
    for period in ["2026-03", "2026-04"] {
        let file = format!("{period}.journal");
        home.ok(&["export", "journal", &file, "--as-of", period]);
        assert_eq!(checked(&home.path().join(file)), ours(&home, &["--as-of", period]), "{period}");
    }
    let price = hledger(&journal, &["prices"]);
    assert_eq!(String::from_utf8(price.stdout).unwrap(), "P 2026-05-03 USD 0.92130000000000000001 EUR\n");
    let tagged = hledger(&journal, &["print", "tag:index=1"]);
    let tagged = String::from_utf8(tagged.stdout).unwrap();
    assert!(!tagged.contains("half"), "a sentence makes no tags: {tagged}");
}

#[test]
fn hledger_comes_to_our_balances_where_outlays_are_recouped_and_reserves_let_go() {
    let home = reserving();
    for at in [&["--as-of", "2026-03"][..], &["--as-of", "2026-04"], &[]] {
        let journal = home.write("books.journal", &home.ok(&[&["export", "journal"], at].concat()));
        assert_eq!(checked(&journal), ours(&home, at), "{at:?}");
    }
}

#[test]
fn hledger_finds_an_altered_amount_and_an_altered_balance() {
    let home = busy();
    let journal = home.ok(&["export", "journal"]);
    let entry = "assets:bank  335.670000000000 USD  ; movement:received";
    let balance = "assets:bank  0.000000000000 USD = 335.670000000000 USD";
    for (what, found, altered) in [("a side", entry, "335.670000000001"), ("a balance", balance, "335.670000000001")] {
        assert!(journal.contains(found), "{what}");
        let path = home.write("altered.journal", &journal.replace(found, &found.replace("335.670000000000", altered)));
        assert!(!hledger(&path, &["check", "--strict"]).status.success(), "{what}");
    }
}

#[test]
fn a_journal_goes_by_the_operators_own_accounts() {
    let home = demo();
    home.write("chart.toml", "[receivable]\ncode = \"1200\"\nname = \"Royalties receivable\"\n");
    home.ok(&["export", "journal", "books.journal", "--chart", "chart.toml"]);
    let renamed = |(name, currency): (String, String)| {
        (name.replace("assets:receivable", "assets:1200 Royalties receivable"), currency)
    };
    let ours = ours(&home, &[]).into_iter().map(|(key, held)| (renamed(key), held)).collect::<Balances>();
    assert_eq!(checked(&home.path().join("books.journal")), ours);
    let again = home.run(&["export", "journal", "books.journal"]);
    assert_eq!(again.code, 1, "a file that is there is not written over: {}", again.stderr);
}
