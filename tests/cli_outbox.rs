//! Promise: nothing stays in the outbox unnoticed. What is not what its name says is told by `doctor`, and what a
//! stopped command left half-written goes with the next one that writes, so that nothing erased survives in it.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::path::PathBuf;

use cli_support::Home;

/// Puts a file in the outbox.
fn leave(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.path().join("ledger/outbox").join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[track_caller]
fn doctor_says(home: &Home, text: &str) {
    let ran = home.run(&["doctor"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(text), "{text:?} is not said:\n{}", ran.stdout);
}

#[test]
fn what_a_stopped_command_left_half_written_goes_with_the_next_that_writes() {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--operator-name", "Wilhelmina"]);
    let left = ["1.submission.new", "2.receipt.new"].map(|name| leave(&home, name, b"Wilhelmina"));
    doctor_says(&home, "1.submission.new in the outbox was left half-written");
    home.ok(&["balances"]);
    assert!(left.iter().all(|path| path.exists()), "a command that reads changes nothing");
    let details = home.json(&["log", "--kind", "party-details"])[0]["index"].to_string();
    home.ok(&["redact", &details, "--reason", "request"]);
    assert!(!left.iter().any(|path| path.exists()));
    home.ok(&["doctor"]);
}

#[test]
fn files_that_are_not_what_they_are_called_are_told() {
    let home = Home::with_ledger();
    home.ok(&["doctor"]);
    for (name, bytes, says) in [
        ("1.submission", &b""[..], "1.submission in the outbox is damaged"),
        ("1.submission", b"something", "1.submission in the outbox is damaged"),
        ("1.receipt", b"", "1.receipt in the outbox is damaged"),
        ("notes.txt", b"", "notes.txt in the outbox is nothing that belongs there"),
    ] {
        let left = leave(&home, name, bytes);
        doctor_says(&home, says);
        fs::remove_file(left).unwrap();
    }
    home.ok(&["doctor"]);
}
