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
