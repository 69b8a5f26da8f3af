//! The trial balance is that of the events: both sides come to the same in every currency, and its assets are what the
//! reports, payments and payouts in the log come to.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{Events, amount, demo, sums, text};
use ledger_spec::money::Amount;
use serde_json::Value;

/// Debit above zero, by class and currency.
fn classes(rows: &[Value]) -> BTreeMap<(String, String), Amount> {
    sums(rows.iter().map(|row| {
        let held = amount(row, "debit").try_sub(amount(row, "credit")).unwrap();
        ((text(row, "class"), text(row, "currency")), held)
    }))
}

/// What the events come to, for the classes that can be told from them without a rule.
fn assets(events: &Events) -> BTreeMap<(String, String), Amount> {
    let mut held = Vec::new();
    for (.., payment) in events.kind("payment-received") {
        let currency = text(payment, "currency");
        let parts = ["bank", "tax", "fee"].map(|part| amount(payment, part));
        for (class, part) in ["bank", "tax-recoverable", "fees"].into_iter().zip(parts) {
            held.push(((class.to_owned(), currency.clone()), part));
        }
        held.push((("receivable".to_owned(), currency), -Amount::try_sum(parts).unwrap()));
    }
    let settled: Vec<u64> =
        events.kind("payout-settled").iter().filter_map(|(_, paid)| Events::cited(&paid["payout"])).collect();
    for (index, payout) in events.kind("payout-instructed") {
        assert!(settled.contains(&index), "the demo settles what it orders");
        let paid = amount(payout, "amount").try_sub(amount(payout, "tax")).unwrap();
        held.push((("bank".to_owned(), text(payout, "currency")), -paid));
    }
    for ((_, currency), exact) in events.reported() {
        held.push((("receivable".to_owned(), currency), exact.to_amount_half_even().unwrap()));
    }
    sums(held)
}

#[test]
fn it_balances_and_is_what_the_events_come_to() {
    let home = demo();
    let (lines, detail) = (home.json(&["trial-balance"]), home.json(&["trial-balance", "--detail"]));
    let held = classes(&lines);
    assert!(sums(held.iter().map(|((_, currency), held)| (currency, *held))).is_empty(), "{lines:?}");
    assert_eq!(classes(&detail), held, "the accounts come to their classes");
    let expected = assets(&Events::of(&home));
    let known = ["bank", "receivable", "tax-recoverable", "fees"];
    let found = held.into_iter().filter(|((class, _), _)| known.contains(&class.as_str())).collect();
    assert_eq!(expected, found);
}

#[test]
fn it_is_had_as_of_a_close_and_in_every_form() {
    let home = demo();
    let close = Events::of(&home).kind("period-closed")[0].0;
    let (as_of, at) = (["trial-balance", "--as-of", "2026-03"], ["trial-balance", "--at", &close.to_string()]);
    assert_eq!(home.json(&as_of), home.json(&at));
    assert_ne!(home.json(&as_of), home.json(&["trial-balance"]), "a payout came after");
    let open = home.run(&["trial-balance", "--as-of", "2026-04"]);
    assert_eq!(open.code, 2, "{}", open.stderr);
    assert!(open.stderr.contains("the last closed period is 2026-03"), "{}", open.stderr);

    home.write("chart.toml", "[receivable]\ncode = \"1200\"\nname = \"Royalties receivable\"\n");
    let csv = home.ok(&["trial-balance", "--csv", "--chart", "chart.toml"]);
    let mut csv = csv.lines();
    assert_eq!(csv.next(), Some("currency,code,account,debit,credit"));
    let json = home.json(&["trial-balance", "--chart", "chart.toml"]);
    let line = |row: &Value| {
        let [code, account] = ["code", "account"].map(|field| row[field].as_str().unwrap_or_default().to_owned());
        let [debit, credit] =
            ["debit", "credit"].map(|side| text(row, side)).map(|held| if held == "0" { String::new() } else { held });
        format!("{},{code},{account},{debit},{credit}", text(row, "currency"))
    };
    assert_eq!(csv.collect::<Vec<_>>(), json.iter().map(line).collect::<Vec<_>>());
    assert!(json.iter().any(|row| text(row, "account") == "Royalties receivable" && text(row, "code") == "1200"));
    let table = home.ok(&["trial-balance", "--chart", "chart.toml"]);
    assert!(table.contains("1200  Royalties receivable"), "{table}");
}

#[test]
fn a_chart_of_accounts_that_cannot_be_meant_is_refused() {
    let home = cli_support::Home::with_ledger();
    for (chart, why) in [
        ("[receivables]\ncode = \"1\"\nname = \"x\"\n", "no class of accounts"),
        (
            "[due]\ncode = \"1\"\nname = \"x\"\n[earned]\ncode = \"1\"\nname = \"y\"\n",
            "the code 1 to due and to earned",
        ),
        ("[due]\ncode = \"1\"\nname = \"a:b\"\n", "without ':'"),
        ("[due]\ncode = \"1\"\n", "missing field `name`"),
    ] {
        home.write("chart.toml", chart);
        let ran = home.run(&["trial-balance", "--chart", "chart.toml"]);
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    assert_eq!(home.run(&["trial-balance", "--chart", "none.toml"]).code, 1);
}
