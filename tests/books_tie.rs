//! Reported, received and owed tie for every source and currency, to what the events say and to the trial balance.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{Events, amount, append, demo, say, sums, text};
use cli_support::Home;
use ledger_spec::money::{Amount, ExactSum};
use serde_json::Value;

type Key = (u64, String);

/// A column of the tie, by source and currency.
fn column(rows: &[Value], column: &str) -> BTreeMap<Key, Amount> {
    sums(rows.iter().map(|row| ((row["source"].as_u64().unwrap(), text(row, "currency")), amount(row, column))))
}

/// The control totals of the sums that are posted.
fn control_totals(events: &Events) -> BTreeMap<Key, String> {
    let mut totals: BTreeMap<Key, ExactSum> = BTreeMap::new();
    for (source, opened) in events.kind("source-opened") {
        for total in opened["totals"].as_array().unwrap() {
            if ["net", "allocated"].contains(&text(total, "measure").as_str()) {
                let sum = totals.entry((source, text(total, "currency"))).or_default();
                sum.add(text(total, "total").parse().unwrap()).unwrap();
            }
        }
    }
    totals.into_iter().map(|(key, sum)| (key, sum.to_string())).collect()
}

/// What payments that count settle of each source.
fn settled(events: &Events) -> BTreeMap<Key, Amount> {
    let reversed = events.reversed();
    let payments = events.kind("payment-received");
    let payments = payments.iter().filter(|(index, _)| !reversed.contains(index));
    sums(payments.flat_map(|(_, payment)| {
        let settled = payment["sources"].as_array().unwrap().iter();
        settled
            .map(|part| ((Events::cited(&part["source"]).unwrap(), text(payment, "currency")), amount(part, "amount")))
    }))
}

/// What the receivable accounts hold, by file and currency.
fn receivables(home: &Home) -> BTreeMap<(String, String), Amount> {
    let rows = home.json(&["trial-balance", "--detail"]);
    let rows = rows.iter().filter(|row| row["class"] == "receivable");
    sums(rows.map(|row| {
        ((text(row, "of"), text(row, "currency")), amount(row, "debit").try_sub(amount(row, "credit")).unwrap())
    }))
}

fn assert_tied(home: &Home) -> Vec<Value> {
    let (events, rows) = (Events::of(home), home.json(&["tie"]));
    let reported: BTreeMap<Key, String> = rows
        .iter()
        .map(|row| ((row["source"].as_u64().unwrap(), text(row, "currency")), text(row, "reported")))
        .collect();
    assert_eq!(reported, control_totals(&events));
    let posted = events.reported().into_iter().map(|(key, sum)| (key, sum.to_amount_half_even().unwrap()));
    assert_eq!(column(&rows, "posted"), sums(posted), "cells and residue are the exact total of the lines that count");
    assert_eq!(column(&rows, "received"), settled(&events));
    let owed = sums(rows.iter().map(|row| ((text(row, "file"), text(row, "currency")), amount(row, "owed"))));
    assert_eq!(owed, receivables(home));
    for row in &rows {
        let of = |column| amount(row, column);
        assert_eq!(Amount::try_sum([of("posted"), -of("received"), of("adjusted")]).unwrap(), of("owed"), "{row}");
        assert_eq!(Amount::try_sum([of("cells"), of("residue")]).unwrap(), of("posted"), "{row}");
        assert_eq!(Amount::try_sum([of("bank"), of("tax"), of("fee")]).unwrap(), of("received"), "{row}");
    }
    rows
}

#[test]
fn what_is_posted_received_and_owed_ties_to_what_was_reported() {
    let home = demo();
    let rows = assert_tied(&home);
    let replaced = rows.iter().find(|row| row["file"] == "crestline-2026-02.tsv").unwrap();
    assert_eq!(amount(replaced, "posted"), Amount::ZERO);
    assert_eq!(amount(replaced, "difference"), amount(replaced, "reported"), "it was taken back");
    assert!(replaced["reversed"].is_u64());
}

#[test]
fn a_payment_of_two_sources_is_divided_and_one_that_is_taken_back_settles_nothing() {
    let home = demo();
    append(
        &home,
        "[[payment]]\npayer = \"crestline\"\ndate = 2026-05-04\ncurrency = \"USD\"\nbank = \"90\"\ntax = \"7.01\"\n\
         fee = \"0.1\"\nsources = [\n{ source = \"crestline-2026-02-corrected.tsv\", amount = \"97.1004\" },\n\
         { source = \"crestline-2026-01.tsv\", amount = \"0.0096\" },\n]\n\
         [[adjustment]]\nreason = \"agreement\"\nwhy = \"Crestline keeps half a dollar.\"\nsides = [\n\
         { account = \"fees\", debit = \"0.5\", currency = \"USD\" },\n\
         { account = \"receivable\", source = \"crestline-2026-02-corrected.tsv\", credit = \"0.5\", currency = \"USD\" },\n]\n",
    );
    let rows = assert_tied(&home);
    for (part, whole) in [("bank", "425.67"), ("tax", "7.01"), ("fee", "2.6"), ("adjusted", "-0.5")] {
        let dollars = rows.iter().filter(|row| row["currency"] == "USD");
        assert_eq!(Amount::try_sum(dollars.map(|row| amount(row, part))).unwrap().to_string(), whole, "{part}");
    }
    let paid = Events::of(&home).kind("payment-received").last().unwrap().0.to_string();
    say(&home, &["reverse", &paid, "--reason", "error", "--why", "It was for another label."]);
    assert_tied(&home);
}
