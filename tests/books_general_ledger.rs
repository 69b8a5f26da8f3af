//! The general ledger of every account goes from opening to closing by its lines, and both ends are the trial balance of
//! those moments; the lines of an event are what it posted.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{amount, busy, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;
use serde_json::Value;

/// Everything that tells an account from others.
fn account(row: &Value) -> Vec<String> {
    ["class", "party", "contract", "reason", "of", "currency"].iter().map(|field| text(row, field)).collect()
}

fn held(row: &Value) -> Amount {
    amount(row, "debit").try_sub(amount(row, "credit")).unwrap()
}

fn trial_balance(home: &Home, at: &[&str]) -> BTreeMap<Vec<String>, Amount> {
    let rows = home.json(&[&["trial-balance", "--detail"], at].concat());
    sums(rows.iter().map(|row| (account(row), held(row))))
}

/// What the lines of that name say, by account.
fn ends(rows: &[Value], entry: &str) -> BTreeMap<Vec<String>, Amount> {
    sums(rows.iter().filter(|row| row["entry"] == entry).map(|row| (account(row), amount(row, "balance"))))
}

#[test]
fn opening_and_lines_come_to_closing_and_both_ends_to_the_trial_balance() {
    let home = busy();
    let none: &[&str] = &[];
    for (range, before, after) in [
        (&[][..], None, none),
        (&["--to", "2026-03"], None, &["--as-of", "2026-03"]),
        (&["--from", "2026-04", "--to", "2026-04"], Some("2026-03"), &["--as-of", "2026-04"]),
        (&["--from", "2026-05"], Some("2026-04"), none),
    ] {
        let rows = home.json(&[&["general-ledger"], range].concat());
        let opening = before.map_or_else(BTreeMap::new, |period| trial_balance(&home, &["--as-of", period]));
        assert_eq!(ends(&rows, "opening-balance"), opening, "{range:?}");
        assert_eq!(ends(&rows, "closing-balance"), trial_balance(&home, after), "{range:?}");
        let mut balance = Amount::ZERO;
        for row in &rows {
            if row["entry"] == "opening-balance" {
                balance = amount(row, "balance");
            }
            balance = balance.try_add(held(row)).unwrap();
            assert_eq!(amount(row, "balance"), balance, "{row}");
        }
    }
}

#[test]
fn the_lines_of_an_event_are_what_it_posted_and_those_of_a_source_balance() {
    let home = busy();
    let rows = home.json(&["general-ledger"]);
    let ends = ["opening-balance", "closing-balance"];
    let lines = rows.iter().filter(|row| !ends.contains(&row["entry"].as_str().unwrap()));
    let (usage, events): (Vec<&Value>, Vec<&Value>) = lines.partition(|row| row["entry"] == "usage");
    let key = |row: &Value| (row["index"].as_u64(), text(row, "period"), text(row, "currency"));
    let by_source = sums(usage.iter().map(|row| (key(row), held(row))));
    assert!(!usage.is_empty() && by_source.is_empty(), "each source balances in each period: {by_source:?}");
    let mut by_event: BTreeMap<u64, Vec<(String, Amount)>> = BTreeMap::new();
    for row in events {
        by_event.entry(row["index"].as_u64().unwrap()).or_default().push((text(row, "class"), held(row)));
    }
    for (event, mut lines) in by_event {
        let posted = home.json(&["explain", &event.to_string()]);
        let mut posted: Vec<_> = posted.iter().map(|row| (text(row, "class"), amount(row, "debit"))).collect();
        lines.sort();
        posted.sort();
        assert_eq!(lines, posted, "event {event}");
    }
}
