//! Every row of every source ends in exactly one state, and the states of a source sum to its rows.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use std::collections::BTreeMap;

use books_support::{Events, demo, text};
use cli_support::Home;
use serde_json::Value;

type States = BTreeMap<(u64, String, String), u64>;

fn states(home: &Home) -> States {
    let rows = home.json(&["tie", "--rows"]);
    let state = |row: &Value| {
        ((row["source"].as_u64().unwrap(), text(row, "state"), text(row, "reason")), row["rows"].as_u64().unwrap())
    };
    let states: States = rows.iter().map(state).collect();
    assert_eq!(states.len(), rows.len(), "a state of a source is listed once");
    states
}

/// What each row became, asked row by row: where its money is now.
fn one_by_one(home: &Home) -> States {
    let events = Events::of(home);
    let mut states = States::new();
    let reversals = events.kind("reversal");
    let reason = |event: u64| {
        let of = reversals.iter().find(|(_, said)| Events::cited(&said["target"]) == Some(event));
        of.map(|(_, said)| text(said, "reason"))
    };
    for kind in ["usage-line", "allocated-line", "usage-summary", "usage-list", "line-refused"] {
        for (index, line) in events.kind(kind) {
            let source = line["source"].as_u64().unwrap();
            let parts = || home.json(&["explain", "--source", &source.to_string(), "--row", &line["row"].to_string()]);
            let state = match (kind, reason(index).or(reason(source))) {
                ("line-refused", _) => ("refused".to_owned(), String::new()),
                (_, Some(reason)) if reason == "duplicate" => (reason, String::new()),
                (_, Some(reason)) => ("reversed".to_owned(), reason),
                ("usage-summary" | "usage-list", _) => ("without-money".to_owned(), String::new()),
                _ => state_of(&parts()),
            };
            *states.entry((source, state.0, state.1)).or_default() += 1;
        }
    }
    states
}

/// The state of a row whose cell has these parts.
fn state_of(parts: &[Value]) -> (String, String) {
    let mut waits: BTreeMap<String, ledger_spec::money::Amount> = BTreeMap::new();
    for part in parts.iter().filter(|part| part["class"] == "suspense") {
        let sum = waits.entry(text(part, "reason")).or_default();
        *sum = sum.try_add(books_support::amount(part, "debit")).unwrap();
    }
    match waits.into_iter().max_by_key(|(_, amount)| amount.abs()) {
        Some((reason, _)) => ("suspense".to_owned(), reason),
        None if parts.is_empty() => ("without-money".to_owned(), String::new()),
        None => ("posted".to_owned(), String::new()),
    }
}

/// What each source promised.
fn promised(home: &Home) -> BTreeMap<u64, u64> {
    let sources = Events::of(home);
    sources.kind("source-opened").iter().map(|(source, opened)| (*source, opened["rows"].as_u64().unwrap())).collect()
}

fn assert_counted(home: &Home) -> States {
    let found = states(home);
    let mut sums: BTreeMap<u64, u64> = BTreeMap::new();
    for ((source, ..), rows) in &found {
        *sums.entry(*source).or_default() += rows;
    }
    assert_eq!(sums, promised(home), "the states of a source sum to its rows");
    assert_eq!(found, one_by_one(home));
    found
}

#[test]
fn the_rows_of_the_demo_are_counted_as_they_are_one_by_one() {
    let home = demo();
    let found = assert_counted(&home);
    for state in ["posted", "suspense", "reversed", "without-money"] {
        assert!(found.keys().any(|(_, found, _)| found == state), "{state}: {found:?}");
    }
}

const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
[[party]]
code = "store"
type = "service"
[[recording]]
code = "river-rec"
isrc = "QZDEM2600001"
[[split]]
recording = "river-rec"
parts = [{ party = "anna", share = "100%" }]
[[mechanicals]]
rows = [{ territory = "World", use = "unknown", from = 2020-01-01, payer = "not-due", citation = { source = "entered-by-user" } }]
"#;

const HEAD: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
                    Country of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n";

fn row(isrc: &str, units: &str, earned: &str) -> String {
    format!(
        "2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\t{isrc}\t036000291452\t{units}\t100\tSong\tNO\t0\t{earned}\n"
    )
}

#[test]
fn refused_duplicate_and_reversed_rows_are_counted_apart() {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    let rows = [
        row("QZDEM2600001", "7120", "24.118"),
        row("QZDEM2600001", "7120", "24.118"),
        row("QZDEM2600001", "3", "0.5"),
        row("QZDEM2600009", "5", "1.25"),
        row("QZDEM2600001", "many", "1"),
        row("QZDEM2600008", "5", "0"),
    ];
    home.write("report.tsv", &format!("{HEAD}{}", rows.concat()));
    assert_eq!(home.run(&["import", "report.tsv", "--reporter", "store", "--accept-partial"]).code, 6);
    let lines: Vec<String> =
        home.json(&["log", "--kind", "usage-line"]).iter().map(|line| line["index"].to_string()).collect();
    home.ok(&["reverse", &lines[1], "--reason", "duplicate", "--why", "The row stands there twice."]);
    home.ok(&["close", "2026-03"]);
    // In a later period than the line: the reversal is in a cell of its own.
    home.ok(&["reverse", &lines[2], "--reason", "error", "--why", "It was another artist's."]);
    let found = assert_counted(&home);
    let counted: Vec<(&str, &str, u64)> =
        found.iter().map(|((_, state, reason), rows)| (&state[..], &reason[..], *rows)).collect();
    assert_eq!(
        counted,
        [
            ("duplicate", "", 1),
            ("posted", "", 1),
            ("refused", "", 1),
            ("reversed", "error", 1),
            ("suspense", "unmatched-recording", 1),
            ("without-money", "", 1)
        ]
    );
    home.ok(&["reverse", "report.tsv", "--reason", "duplicate", "--why", "The whole file came twice."]);
    let counted: Vec<(String, u64)> = states(&home).into_iter().map(|((_, state, _), rows)| (state, rows)).collect();
    assert_eq!(counted, [("duplicate".to_owned(), 5), ("refused".to_owned(), 1)]);
}
