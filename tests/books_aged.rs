//! Liabilities by age come to the trial balance; payments settle the oldest first. What is accrued is what is earned and
//! receivable.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{amount, busy, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;
use serde_json::Value;

const BUCKETS: [&str; 6] = ["months_0", "months_1", "months_2", "months_3_to_5", "months_6_to_11", "months_12"];

/// Anna is owed so much more, brought in with other evidence than before.
fn owed(home: &Home, amount: &str, evidence: &str) {
    let evidence = evidence.repeat(64);
    let owed = format!(
        "[[opening-balance]]\nparty = \"anna\"\nas-of = 2024-12-31\namount = \"{amount}\"\ncurrency = \"EUR\"\n\
         evidence = \"{evidence}\"\n"
    );
    home.write("owed.toml", &owed);
    home.ok(&["append", "owed.toml"]);
}

fn ages(home: &Home) -> Vec<String> {
    let rows = home.json(&["aged", "--class", "due"]);
    assert_eq!(rows.len(), 1, "{rows:?}");
    BUCKETS.map(|bucket| text(&rows[0], bucket)).to_vec()
}

#[test]
fn payments_settle_the_oldest_first_and_what_is_left_grows_older() {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--one-person-pays"]);
    home.write("house.toml", "[[party]]\ncode = \"anna\"\ntype = \"person\"\n");
    home.ok(&["append", "house.toml"]);
    owed(&home, "100", "a");
    home.ok(&["close", "2025-01"]);
    owed(&home, "50", "b");
    assert_eq!(ages(&home), ["50", "100", "0", "0", "0", "0"]);
    home.ok(&["close", "2025-02"]);
    assert_eq!(ages(&home), ["50", "100", "0", "0", "0", "0"], "as of a close: from the month that is closed");
    let pay = |amount: &str| home.ok(&["pay", "instruct", "anna", "--currency", "EUR", "--amount", amount]);
    pay("30");
    assert_eq!(ages(&home), ["0", "50", "70", "0", "0", "0"]);
    pay("90");
    assert_eq!(ages(&home), ["0", "30", "0", "0", "0", "0"], "more than the oldest: the rest from the next");
    for month in ["2025-03", "2025-04", "2025-05", "2025-06", "2025-07", "2025-08"] {
        home.ok(&["close", month]);
    }
    assert_eq!(ages(&home), ["0", "0", "0", "0", "30", "0"], "six months after February");
}

/// Paid in full every month, at the bank the month after: nothing of it is old. One that the bank refuses is as old as
/// before it was ordered.
#[test]
fn what_is_paid_in_full_every_month_never_ages() {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--one-person-pays"]);
    home.write("house.toml", "[[party]]\ncode = \"anna\"\ntype = \"person\"\n");
    home.ok(&["append", "house.toml"]);
    let pay = || home.ok(&["pay", "instruct", "anna", "--currency", "EUR"]);
    for (month, sum, evidence) in
        [("2025-01", "91", "a"), ("2025-02", "92", "b"), ("2025-03", "93", "c"), ("2025-04", "94", "d")]
    {
        if month != "2025-01" {
            pay();
        }
        owed(&home, sum, evidence);
        home.ok(&["close", month]);
        assert_eq!(ages(&home), [sum, "0", "0", "0", "0", "0"], "{month}");
    }
    let payouts = home.json(&["aged", "--class", "in-transit"]);
    assert_eq!(BUCKETS.map(|bucket| text(&payouts[0], bucket)), ["93", "92", "91", "0", "0", "0"]);
    home.ok(&["close", "2025-05"]);
    pay();
    let payout = home.json(&["log", "--kind", "payout-instructed"]).last().unwrap()["index"].to_string();
    home.ok(&["pay", "fail", &payout, "--reason", "bank-refused"]);
    assert_eq!(ages(&home), ["0", "0", "94", "0", "0", "0"]);
}

fn sums_of(rows: &[Value], of: impl Fn(&Value) -> Amount) -> BTreeMap<(String, String), Amount> {
    sums(rows.iter().map(|row| ((text(row, "class"), text(row, "currency")), of(row))))
}

/// What the classes owe, or are owed, by the trial balance.
fn held(home: &Home, at: &[&str], classes: &[&str], sign: (&str, &str)) -> BTreeMap<(String, String), Amount> {
    let mut rows = home.json(&[&["trial-balance"], at].concat());
    rows.retain(|row| classes.contains(&row["class"].as_str().unwrap()));
    sums_of(&rows, |row| amount(row, sign.0).try_sub(amount(row, sign.1)).unwrap())
}

#[test]
fn ages_and_accruals_come_to_the_trial_balance() {
    let home = busy();
    let (march, april) = (["--as-of", "2026-03"], ["--as-of", "2026-04"]);
    for at in [&[][..], &march, &april] {
        let aged = home.json(&[&["aged"], at].concat());
        let total = |row: &Value| Amount::try_sum(BUCKETS.map(|bucket| amount(row, bucket))).unwrap();
        assert!(aged.iter().all(|row| total(row) == amount(row, "total")), "{aged:?}");
        let classes = ["earned", "due", "reserve", "suspense", "in-transit", "tax-payable"];
        assert_eq!(sums_of(&aged, total), held(&home, at, &classes, ("credit", "debit")), "{at:?}");

        let accrued = home.json(&[&["accrual"], at].concat());
        let mut expected = held(&home, at, &["receivable"], ("debit", "credit"));
        expected.extend(held(&home, at, &["earned"], ("credit", "debit")));
        assert_eq!(sums_of(&accrued, |row| amount(row, "amount")), expected, "{at:?}");
    }
}
