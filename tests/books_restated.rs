//! Restated, every posting stands in the month that it belongs to, as known now or at a moment: every month balances, all
//! months together are the books as posted, and what was owed at the end of a month is had as known then and as known now.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::{BTreeMap, BTreeSet};

use books_support::{Events, amount, busy, say, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;
use serde_json::{Value, json};

/// Reports that hold amounts, and which of their fields those are.
const REPORTS: [(&[&str], &[&str]); 5] = [
    (&["trial-balance", "--detail"], &["debit", "credit"]),
    (&["balances"], &["debit"]),
    (&["accrual"], &["amount"]),
    (&["suspense"], &["amount"]),
    (
        &["tie"],
        &["reported", "cells", "pooled", "residue", "posted", "bank", "tax", "fee", "adjusted", "owed", "difference"],
    ),
];

/// What a row is of: all fields but its month, its amounts and its lines.
fn of(row: &Value, amounts: &[&str]) -> String {
    let mut row = row.as_object().unwrap().clone();
    let apart = ["period", "since", "lines", "amount", "debit", "credit", "received"];
    amounts.iter().chain(&apart).for_each(|field| drop(row.remove(*field)));
    Value::from(row).to_string()
}

/// Debit less credit where there are both, which month by month may be on either side.
fn amounts(row: &Value, fields: &[&str]) -> Vec<Amount> {
    if fields.contains(&"credit") {
        return vec![amount(row, "debit").try_sub(amount(row, "credit")).unwrap()];
    }
    fields.iter().map(|field| amount(row, field)).collect()
}

/// The sums of rows by what they are of, and field.
fn totals<'a>(rows: impl IntoIterator<Item = &'a Value>, fields: &[&str]) -> BTreeMap<(String, usize), Amount> {
    sums(rows.into_iter().flat_map(|row| {
        let of = of(row, fields);
        amounts(row, fields).into_iter().enumerate().map(move |(field, sum)| ((of.clone(), field), sum))
    }))
}

fn month(row: &Value) -> String {
    row["period"].as_str().or_else(|| row["since"].as_str()).unwrap().to_owned()
}

#[test]
fn all_months_come_to_the_books_as_posted_and_some_to_those_up_to_a_month() {
    let home = busy();
    for (report, fields) in REPORTS {
        let restated = home.json(&[report, &["--restated"]].concat());
        let all = restated.iter().map(month).collect::<BTreeSet<_>>();
        assert!(all.len() > 2, "{report:?}: {all:?}");
        assert_eq!(totals(&restated, fields), totals(&home.json(report), fields), "{report:?}");
        let last = all.iter().next_back().unwrap();
        for through in [all.iter().next().unwrap(), "2026-02", "2026-03", last] {
            let found = home.json(&[report, &["--restated", "--as-of", through]].concat());
            let months = restated.iter().filter(|row| month(row).as_str() <= through);
            assert_eq!(totals(&found, fields), totals(months, fields), "{report:?} through {through}");
        }
    }
}

#[test]
fn every_month_balances() {
    let home = busy();
    let rows = home.json(&["trial-balance", "--restated"]);
    let held = |row: &Value| amount(row, "debit").try_sub(amount(row, "credit")).unwrap();
    assert!(rows.iter().any(|row| !held(row).is_zero()));
    let left = sums(rows.iter().map(|row| ((text(row, "period"), text(row, "currency")), held(row))));
    assert_eq!(left, BTreeMap::new());
    let said = home.run(&["trial-balance", "--restated"]).stderr;
    assert!(said.contains(" of 2026-02 balance: ") && !said.contains("NOT"), "{said}");
}

/// What the lines of each source that counts come to, by the month of their uses.
fn used(events: &Events) -> BTreeMap<(u64, String), Amount> {
    let reversed = events.reversed();
    let counts = |(index, line): &(u64, &Value)| {
        let source = line["source"].as_u64().unwrap();
        !reversed.contains(index) && !reversed.contains(&source)
    };
    let lines = events.kind("usage-line").into_iter().filter(counts).map(|(_, line)| (line, &line["money"]["net"]));
    let allocated = events.kind("allocated-line").into_iter().filter(counts).map(|(_, line)| (line, &line["amount"]));
    sums(lines.chain(allocated).filter_map(|(line, sum)| {
        let source = line["source"].as_u64().unwrap();
        let rounded = sum.as_str()?.parse::<ledger_spec::money::SourceAmount>().unwrap();
        Some(((source, text(&line["terms"], "to")[..7].to_owned()), rounded.to_amount_half_even().unwrap()))
    }))
}

#[test]
fn usage_stands_in_the_month_of_its_uses_and_events_in_that_of_their_day() {
    let home = busy();
    let events = Events::of(&home);
    let rows = home.json(&["general-ledger", "--restated", "--class", "receivable"]);
    let usage = rows.iter().filter(|row| row["entry"] == "usage");
    let found = sums(usage.map(|row| {
        let posted = amount(row, "debit").try_sub(amount(row, "credit")).unwrap();
        ((row["index"].as_u64().unwrap(), text(row, "period")), posted)
    }));
    assert_eq!(found, used(&events));

    let rows = home.json(&["general-ledger", "--restated", "--class", "bank"]);
    let mut days = BTreeMap::new();
    for (kind, field) in [("payment-received", "date"), ("advance-paid", "date"), ("payout-settled", "date")] {
        days.extend(events.kind(kind).into_iter().map(|(index, said)| (index, text(said, field))));
    }
    for (index, said) in events.kind("reversal") {
        let target = Events::cited(&said["target"]).unwrap();
        if let Some(day) = days.get(&target).cloned() {
            days.insert(index, day);
        }
    }
    let posted: Vec<&Value> = rows.iter().filter(|row| row["index"].is_u64()).collect();
    assert!(posted.len() > 3);
    for row in posted {
        assert_eq!(text(row, "period"), days[&row["index"].as_u64().unwrap()][..7], "{row}");
    }
}

#[test]
fn a_roll_forward_goes_on_from_month_to_month() {
    let home = busy();
    let position = |row: &Value| ["party", "contract", "currency"].map(|field| text(row, field));
    let ends = |month: &str, end: &str| {
        let rows = home.json(&["roll-forward", month, "--restated"]);
        sums(rows.iter().map(|row| (position(row), amount(row, end))))
    };
    for (month, next) in
        [("2026-01", "2026-02"), ("2026-02", "2026-03"), ("2026-03", "2026-04"), ("2026-04", "2026-05")]
    {
        assert_eq!(ends(month, "closing"), ends(next, "opening"), "{month}");
        let held = home.json(&["balances", "--restated", "--as-of", month]);
        let held = held.iter().filter(|row| ["earned", "due", "advance"].contains(&row["class"].as_str().unwrap()));
        let held = sums(held.map(|row| (position(row), -amount(row, "debit"))));
        assert_eq!(ends(month, "closing"), held, "{month}");
    }
    let plain = home.json(&["roll-forward", "2026-05"]);
    let plain = sums(plain.iter().map(|row| (position(row), amount(row, "closing"))));
    // A payout may be of a day after the open period.
    let last = home.json(&["trial-balance", "--restated"]).iter().map(month).max().unwrap();
    assert_eq!(ends(&last, "closing"), plain, "in the end all is known");
    let ran = home.run(&["roll-forward", "2019-01", "--restated"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

const LIABILITIES: [&str; 6] = ["earned", "due", "reserve", "suspense", "in-transit", "tax-payable"];

#[test]
fn ages_of_uses_come_to_the_same() {
    let home = busy();
    let (posted, restated) = (home.json(&["aged"]), home.json(&["aged", "--restated"]));
    let of = |row: &Value| ["class", "party", "contract", "reason", "currency"].map(|field| text(row, field));
    let total = |rows: &[Value]| sums(rows.iter().map(|row| (of(row), amount(row, "total"))));
    assert_eq!(total(&posted), total(&restated));
    let older = |rows: &[Value]| {
        let old = rows.iter().filter(|row| row["class"] == "suspense").map(|row| amount(row, "months_3_to_5"));
        Amount::try_sum(old).unwrap()
    };
    assert!(older(&restated) > older(&posted), "uses are older than their reports");

    // An order that the bank refused never was, as known now, in whatever month it was refused.
    say(&home, &["pay", "instruct", "copperleaf", "--currency", "EUR", "--amount", "5"]);
    let order = Events::of(&home).kind("payout-instructed").last().unwrap().0.to_string();
    say(&home, &["pay", "fail", &order, "--reason", "bank-refused"]);
    let sums_of = |rows: &[Value], owed: fn(&Value) -> Amount| sums(rows.iter().map(|row| (of(row), owed(row))));
    for month in ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"] {
        let through = |report| home.json(&[report, "--restated", "--as-of", month]);
        let mut held = through("balances");
        held.retain(|row| LIABILITIES.contains(&row["class"].as_str().unwrap()));
        let aged = sums_of(&through("aged"), |row| amount(row, "total"));
        assert_eq!(aged, sums_of(&held, |row| -amount(row, "debit")), "{month}");
    }
}

const HEAD: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n";
const HOUSE: &str = "[[party]]\ncode = 'store'\ntype = 'service'\n[[party]]\ncode = 'anna'\ntype = 'person'\n\
    [[recording]]\ncode = 'river'\nisrc = 'QZDEM2600001'\n\
    [[split]]\nrecording = 'river'\nparts = [{ party = 'anna', share = '100%' }]\n\
    [[mechanicals]]\nrows = [{ territory = 'NO', use = 'unknown', from = 2020-01-01, payer = 'paid-at-source', citation = { source = 'entered-by-user' } }]\n";

fn report(home: &Home, file: &str, month: &str, earned: &str) {
    let sale = format!(
        "2026-04-14\t{month}\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7\t100\tSong\tNO\t0\t{earned}\n"
    );
    home.write(file, &format!("{HEAD}{sale}"));
    home.ok(&["import", file, "--reporter", "store"]);
}

/// What a report says that anna is owed or has accrued.
fn anna(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let rows = home.json(arguments).into_iter().filter(|row| row["party"] == "anna");
    rows.map(|row| json!([row["class"], row["amount"]])).collect()
}

#[test]
fn the_end_of_a_month_as_known_then_as_known_in_between_and_as_known_now() {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    report(&home, "first.tsv", "2026-01", "10");
    home.ok(&["close", "2026-01"]);
    report(&home, "late.tsv", "2026-01", "4");
    let between = (home.json(&["log"]).len() - 1).to_string();
    report(&home, "later.tsv", "2026-01", "2.5");
    report(&home, "february.tsv", "2026-02", "1");

    let (then, now) = (["--as-of", "2026-01"], ["--as-of", "2026-01", "--restated"]);
    assert_eq!(anna(&home, &[&["balances"], &then[..]].concat()), [json!(["due", "10"])]);
    assert_eq!(anna(&home, &[&["balances"], &now[..]].concat()), [json!(["earned", "6.5"]), json!(["due", "10"])]);
    let known = [&["balances"], &now[..], &["--at", &between]].concat();
    assert_eq!(anna(&home, &known), [json!(["earned", "4"]), json!(["due", "10"])]);
    assert_eq!(anna(&home, &[&["accrual"], &now[..]].concat()), [json!(["earned", "6.5"])]);
    assert_eq!(home.json(&["roll-forward", "2026-01", "--restated"])[0]["earned"], "16.5");
    assert_eq!(home.json(&["roll-forward", "2026-01"])[0]["earned"], "10");
    let ties = home.json(&[&["tie"], &now[..]].concat());
    assert_eq!(ties.iter().map(|tie| text(tie, "owed")).collect::<Vec<_>>(), ["10", "4", "2.5"]);

    let ran = home.run(&["balances", "--as-of", "2026-01", "--at", &between]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("--restated"), "{}", ran.stderr);
    let csv = home.ok(&["accrual", "--restated", "--csv"]);
    assert!(csv.starts_with("period,currency,") && csv.contains("\n2026-02,EUR,"), "{csv}");
    assert!(home.ok(&["accrual", "--csv"]).starts_with("currency,"), "as posted there is no month");
}
