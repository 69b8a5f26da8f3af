//! A report as CSV has the rows and columns of its JSON, and no text of others runs as a formula in a spreadsheet.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;

use books_support::{demo, text};
use cli_support::Home;

#[test]
fn csv_has_the_rows_of_json() {
    let home = demo();
    for report in ["trial-balance", "tie", "suspense", "general-ledger", "aged", "accrual", "balances"] {
        let (csv, json) = (home.ok(&[report, "--csv"]), home.json(&[report]));
        let mut lines = csv.lines();
        let names = lines.next().unwrap();
        assert!(names.contains("currency") && !names.contains(' '), "{report}: {names}");
        assert_eq!(lines.count(), json.len(), "{report}");
        let both = home.run(&[report, "--csv", "--json"]);
        assert_eq!(both.code, 2, "{report}: one form at a time");
    }
    assert!(home.ok(&["roll-forward", "2026-04", "--csv"]).contains(",-292.96,"), "amounts below zero stay numbers");
}

#[test]
fn a_file_name_is_no_formula() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'store'\ntype = 'service'\n");
    home.ok(&["append", "house.toml"]);
    let name = "=1+1,\"x\".tsv";
    home.write(name, books_support::REPORT);
    home.ok(&["import", name, "--reporter", "store"]);
    let csv = home.ok(&["tie", "--csv"]);
    assert!(csv.contains(r#","'=1+1,""x"".tsv",store,"#), "{csv}");
    assert_eq!(text(&home.json(&["tie"])[0], "file"), name, "programs get it as it is");
}
