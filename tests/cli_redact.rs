//! A name that is erased is nowhere in the ledger's folder any more, the log still verifies, and everybody can see that
//! something was erased and why.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::path::Path;

use cli_support::Home;

const NAME: &str = "Wilhelmina Quatermass";

/// Files below a folder that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn an_erased_name_is_gone_and_the_log_verifies() {
    let home = Home::with_ledger();
    home.write("house.toml", &format!("[[party]]\ncode = 'anna'\ntype = 'person'\nname = '{NAME}'\n"));
    home.ok(&["append", "house.toml"]);
    home.ok(&["balances"]);
    let ledger = home.path().join("ledger");
    assert_eq!(holding(&ledger, NAME.as_bytes()).len(), 1, "in the log, and nowhere else");
    let id = home.json(&["show", "0"])[0]["prev"].as_str().unwrap().to_owned();
    let details = home.json(&["log", "--kind", "party-details"])[0]["index"].as_u64().unwrap();

    home.ok(&["redact", &details.to_string(), "--reason", "request"]);
    assert_eq!(holding(&ledger, NAME.as_bytes()), [""; 0]);
    let shown = &home.json(&["show", &details.to_string()])[0];
    assert_eq!(
        (shown["erased"].as_bool(), shown["body"].is_null(), shown["class"].as_str()),
        (Some(true), true, Some("particulars"))
    );
    let order = &home.json(&["log", "--kind", "redacted"])[0]["event"];
    assert_eq!((order["target"].as_u64(), order["reason"].as_str()), (Some(details), Some("request")));
    let report = &home.json(&["verify", "ledger", "--ledger-id", &id])[0];
    assert_eq!(report["headline"], "verified");
}

#[test]
fn only_names_and_sentences_can_be_erased() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'anna'\ntype = 'person'\n");
    home.ok(&["append", "house.toml"]);
    let ran = home.run(&["redact", "2", "--reason", "request"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("only particulars can be erased"), "{}", ran.stderr);
}

/// A command in the folder of a demo, whose keys have a passphrase of their own.
#[track_caller]
fn ok(home: &Home, arguments: &[&str]) {
    home.ok(&[&["--passphrase-file", "passphrase"], arguments].concat());
}

/// Everything that reads the books again finds them as they were.
#[track_caller]
fn all_is_well(home: &Home, source: &str) {
    ok(home, &["replay"]);
    ok(home, &["doctor"]);
    ok(home, &["verify", "ledger"]);
    ok(home, &["explain", "--source", source, "--row", "5"]);
    ok(home, &["explain", "--class", "suspense", "--all"]);
    ok(home, &["explain", "--party", "mira", "--all"]);
    ok(home, &["export", "extract", "mira.extract", "--party", "mira"]);
    ok(home, &["verify", "mira.extract"]);
    fs::remove_file(home.path().join("mira.extract")).unwrap();
}

/// Erases the first event from `from` on of each sort of particulars, and explains it.
fn erase_one_of_each(home: &Home, from: u64) {
    let particulars = home.json(&["log", "--class", "particulars"]);
    let sort = |event: &serde_json::Value| match event["of"]["reported"].is_null() {
        true => event["kind"].as_str().unwrap().to_owned(),
        false => "names within a source".to_owned(),
    };
    let mut erased = Vec::new();
    for event in particulars.iter().filter(|event| event["index"].as_u64() >= Some(from)) {
        let sort = sort(&event["event"]);
        if !erased.contains(&sort) {
            let index = event["index"].to_string();
            ok(home, &["redact", &index, "--reason", "request"]);
            ok(home, &["explain", &index]);
            erased.push(sort);
        }
    }
    erased.sort();
    assert_eq!(erased, ["names within a source", "names-reported", "party-details", "remark"]);
}

const NEW: &str = "
[[party]]
code = 'anna'
type = 'person'
name = 'Anna'

[[recording]]
code = 'new'
title = 'New'
";

#[test]
fn whatever_is_erased_before_or_after_a_close_the_books_are_computed_again() {
    let home = &Home::new();
    home.ok(&["demo", "."]);
    // The demo closed one month: what is erased now counted in it.
    erase_one_of_each(home, 3);
    let source = home.json(&["log", "--kind", "source-opened"])[0]["index"].to_string();
    all_is_well(home, &source);
    ok(home, &["close", "2026-04"]);
    all_is_well(home, &source);

    // And what is said in the month that is open, and erased before it is closed.
    let size = home.json(&["log"]).len() as u64;
    home.write("new.toml", NEW);
    ok(home, &["append", "new.toml"]);
    let file = "nordwave-2026-q1.tsv";
    ok(home, &["reverse", file, "--reason", "replaced", "--why", "Nordwave asked for it."]);
    ok(home, &["import", &format!("reports/{file}"), "--reporter", "nordwave"]);
    let source = home.json(&["log", "--kind", "source-opened"]).last().unwrap()["index"].to_string();
    erase_one_of_each(home, size);
    all_is_well(home, &source);
    ok(home, &["close", "2026-05"]);
    all_is_well(home, &source);
}
