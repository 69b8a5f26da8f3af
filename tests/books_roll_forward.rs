//! The roll-forward goes from opening to closing, from period to period, and its closings come to the trial balance; each
//! kind of event is in its own column.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{amount, busy, reserving, say, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;
use serde_json::Value;

const COLUMNS: [&str; 9] =
    ["earned", "costs", "advances", "reserves_held", "reserves_released", "transfers", "adjustments", "tax", "paid"];

fn column(rows: &[Value], column: &str) -> BTreeMap<Vec<String>, Amount> {
    let key = |row: &Value| ["party", "contract", "currency"].map(|of| text(row, of)).to_vec();
    sums(rows.iter().map(|row| (key(row), amount(row, column))))
}

/// What accounts of these classes hold to the credit of parties, by currency.
fn credit(home: &Home, at: &[&str], classes: &[&str]) -> BTreeMap<String, Amount> {
    let rows = home.json(&[&["trial-balance"], at].concat());
    let rows = rows.iter().filter(|row| classes.contains(&row["class"].as_str().unwrap()));
    sums(rows.map(|row| (text(row, "currency"), amount(row, "credit").try_sub(amount(row, "debit")).unwrap())))
}

fn by_currency(rows: &[Value], column: &str) -> BTreeMap<String, Amount> {
    sums(rows.iter().map(|row| (text(row, "currency"), amount(row, column))))
}

/// A payout with tax withheld that was paid, and one that the bank refused.
fn paid_with_tax(home: &Home) {
    for (party, amount, tax, paid) in [("copperleaf", "20", "4.5", true), ("saltwater", "7", "1", false)] {
        let order = ["--json", "--key", "ines", "pay", "instruct", party, "--currency", "EUR", "--amount", amount];
        let ordered = say(home, &[&order[..], &["--tax", tax]].concat());
        let payout = serde_json::from_str::<Value>(ordered.trim()).unwrap()["event"].to_string();
        say(home, &["--key", "otto", "pay", "approve", &payout]);
        match paid {
            true => say(home, &["--key", "ines", "pay", "settle", &payout, "--reference", "SEPA 9"]),
            false => say(home, &["--key", "ines", "pay", "fail", &payout]),
        };
    }
}

#[test]
fn every_period_goes_from_opening_to_closing_and_ties_to_the_trial_balance() {
    let home = busy();
    paid_with_tax(&home);
    let mut before = BTreeMap::new();
    let (march, april) = (["--as-of", "2026-03"], ["--as-of", "2026-04"]);
    for (period, at) in [("2026-03", &march[..]), ("2026-04", &april), ("2026-05", &[])] {
        let rows = home.json(&["roll-forward", period]);
        for row in &rows {
            let moved = COLUMNS.map(|column| amount(row, column));
            let sum = Amount::try_sum([amount(row, "opening")].into_iter().chain(moved)).unwrap();
            assert_eq!(sum, amount(row, "closing"), "{row}");
        }
        assert_eq!(column(&rows, "opening"), before, "{period} begins where the one before ended");
        before = column(&rows, "closing");
        assert_eq!(by_currency(&rows, "closing"), credit(&home, at, &["earned", "due", "advance"]), "{period}");
        assert_eq!(by_currency(&rows, "reserve"), credit(&home, at, &["reserve"]), "{period}");
    }
}

#[test]
fn what_happened_is_in_its_column() {
    let home = busy();
    paid_with_tax(&home);
    let march = home.json(&["roll-forward", "2026-03"]);
    assert_eq!(column(&march, "earned"), column(&march, "closing"), "in the first period all was earned");
    let april = home.json(&["roll-forward", "2026-04"]);
    let of = |rows: &[Value], party: &str, currency: &str, name: &str| {
        let of = rows.iter().filter(|row| row["party"] == party && row["currency"] == currency);
        Amount::try_sum(of.map(|row| amount(row, name))).unwrap().to_string()
    };
    assert_eq!(of(&april, "mira", "USD", "paid"), "-292.96");
    assert_eq!(of(&april, "lanterns", "USD", "advances"), "-50");
    assert_eq!(of(&april, "lanterns", "USD", "transfers"), "-100");
    assert_eq!(of(&april, "lanterns", "EUR", "transfers"), "92.13");
    assert_eq!(of(&april, "saltwater", "EUR", "adjustments"), "12.345678901234", "brought in from another system");
    let may = home.json(&["roll-forward", "2026-05"]);
    assert_eq!([of(&may, "copperleaf", "EUR", "tax"), of(&may, "copperleaf", "EUR", "paid")], ["-4.5", "-15.5"]);
    assert_eq!([of(&may, "saltwater", "EUR", "tax"), of(&may, "saltwater", "EUR", "paid")], ["0", "0"]);
    let earned = of(&march, "lanterns", "EUR", "earned");
    assert_eq!(of(&may, "lanterns", "EUR", "earned"), format!("-{earned}"), "the reversed report, in the open period");
    let none = home.run(&["roll-forward", "2026-06"]);
    assert_eq!(none.code, 2, "{}", none.stderr);
    assert!(none.stderr.contains("2026-03, 2026-04, 2026-05"), "{}", none.stderr);
}

#[test]
fn outlays_and_reserves_are_in_their_columns_until_they_are_recouped_and_let_go() {
    let home = reserving();
    let none = ["0"; COLUMNS.len()];
    let march = ["100", "-10", "-30", "-25", "0", "0", "0", "0", "0"];
    let later = [&none[..4], &["12.5"], &none[5..]].concat();
    for (period, opening, moved, closing, reserve) in [
        ("2026-03", "0", &march[..], "35", "25"),
        ("2026-04", "35", &later, "47.5", "12.5"),
        ("2026-05", "47.5", &later, "60", "0"),
        ("2026-06", "60", &none, "60", "0"),
    ] {
        let rows = home.json(&["roll-forward", period]);
        assert_eq!((rows.len(), &text(&rows[0], "contract")[..]), (1, "anna-2026"), "{period}");
        assert_eq!(COLUMNS.map(|column| text(&rows[0], column)), *moved, "{period}");
        let ends = ["opening", "closing", "reserve"].map(|end| text(&rows[0], end));
        assert_eq!(ends, [opening, closing, reserve], "{period}");
    }
    // Kept back in March, let go by half in April: the other half is a month old.
    let reserve = &home.json(&["aged", "--class", "reserve", "--as-of", "2026-04"])[0];
    assert_eq!((text(reserve, "months_1"), text(reserve, "total")), ("12.5".into(), "12.5".into()));
}
