//! Money that cannot be attributed is listed with its reason, its source and its age, the largest first, and what waits
//! comes to the suspense accounts at any moment.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use books_support::{Events, amount, append, demo, sums, text};
use cli_support::Home;
use ledger_spec::money::Amount;
use serde_json::Value;

type Account = (String, String, String);

/// What waits, by reason, file and currency.
fn waiting(rows: &[Value]) -> BTreeMap<Account, Amount> {
    sums(
        rows.iter().map(|row| ((text(row, "reason"), text(row, "file"), text(row, "currency")), amount(row, "amount"))),
    )
}

/// What the suspense accounts hold.
fn accounts(home: &Home, at: &[&str]) -> BTreeMap<Account, Amount> {
    let rows = home.json(&[&["trial-balance", "--detail"], at].concat());
    let suspense = rows.iter().filter(|row| row["class"] == "suspense");
    sums(suspense.map(|row| {
        let held = amount(row, "credit").try_sub(amount(row, "debit")).unwrap();
        ((text(row, "reason"), text(row, "of"), text(row, "currency")), held)
    }))
}

#[test]
fn what_waits_comes_to_the_suspense_accounts_at_any_moment() {
    let home = demo();
    let late = Events::of(&home).kind("share").last().unwrap().0.to_string();
    let before = (late.parse::<u64>().unwrap() - 1).to_string();
    let mut seen = Vec::new();
    for at in [vec![], vec!["--at", &late], vec!["--at", &before], vec!["--as-of", "2026-03"]] {
        let rows = home.json(&[&["suspense"], &at[..]].concat());
        assert_eq!(waiting(&rows), accounts(&home, &at), "{at:?}");
        seen.push(waiting(&rows));
    }
    assert_ne!(seen[1], seen[2], "the late share released something");
}

#[test]
fn an_unmatched_recording_waits_with_all_its_lines_since_their_period() {
    let home = demo();
    let (events, rows) = (Events::of(&home), home.json(&["suspense", "--reason", "unmatched-recording"]));
    assert!(!rows.is_empty());
    for row in rows {
        let (source, number) = (row["source"].as_u64(), row["number"].as_u64());
        let lines = events.kind("usage-line");
        let lines =
            lines.iter().filter(|(_, line)| line["source"].as_u64() == source && line["resource"].as_u64() == number);
        let sum = Amount::try_sum(lines.clone().map(|(_, line)| amount(&line["money"], "net"))).unwrap();
        assert_eq!((sum, row["lines"].as_u64().unwrap()), (amount(&row, "amount"), lines.count() as u64), "{row}");
        assert_eq!((text(&row, "since"), text(&row, "reporter")), ("2026-03".into(), "crestline".into()), "{row}");
        assert!(text(&row, "what").contains("Night Ferry"), "{row}");
    }
}

#[test]
fn the_most_money_comes_first_and_by_age_the_oldest() {
    let home = demo();
    // By hand, in the period after the close: it waits for less long, and is the largest.
    append(
        &home,
        "[[adjustment]]\nreason = \"dispute\"\nwhy = \"Held until the court has said whose it is.\"\nsides = [\n\
         { account = \"commission\", contract = \"mira-2026\", debit = \"30\", currency = \"USD\" },\n\
         { account = \"suspense\", reason = \"contested\", source = \"crestline-2026-01.tsv\", credit = \"30\", currency = \"USD\" },\n]\n",
    );
    let rank = |rows: &[Value]| {
        rows.iter().map(|row| (text(row, "currency"), amount(row, "amount"), text(row, "since"))).collect::<Vec<_>>()
    };
    let by_value = rank(&home.json(&["suspense"]));
    let mut sorted = by_value.clone();
    sorted.sort_by_key(|(currency, amount, since)| (currency.clone(), Reverse(amount.abs()), since.clone()));
    assert_eq!(by_value, sorted);
    assert!(by_value.contains(&("USD".into(), "30".parse().unwrap(), "2026-04".into())), "{by_value:?}");
    let by_age = rank(&home.json(&["suspense", "--by", "age"]));
    sorted.sort_by_key(|(currency, _, since)| (currency.clone(), since.clone()));
    assert_eq!(by_age, sorted);
    assert_ne!(by_age, by_value);
    assert_eq!(waiting(&home.json(&["suspense"])), accounts(&home, &[]), "what was posted by hand is in it");
}
