//! Promise: keys, passphrases and private bodies are looked after. `doctor` misses a key that is not there, the log
//! key is replaced and never made anew, and the folder of a ledger is not published.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;

use cli_support::Home;

/// What `doctor` found, check by check, and whether it was in order.
fn doctor(home: &Home) -> (i32, Vec<serde_json::Value>) {
    let ran = home.run(&["doctor", "--json"]);
    (ran.code, ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn finding<'a>(findings: &'a [serde_json::Value], check: &str) -> &'a serde_json::Value {
    findings.iter().find(|finding| finding["check"] == check).unwrap()
}

#[test]
fn doctor_misses_the_log_key_and_says_how_to_have_one_again() {
    let home = Home::with_ledger();
    let (code, findings) = doctor(&home);
    assert_eq!(code, 0, "{findings:?}");
    fs::rename(home.path().join("ledger/keys/log.pem"), home.path().join("away.pem")).unwrap();

    let (code, findings) = doctor(&home);
    let log_key = finding(&findings, "log key");
    assert_ne!(code, 0);
    assert_eq!(log_key["fine"], false);
    let hint = log_key["hint"].as_str().unwrap();
    assert!(hint.contains("key rotate log --lost") && !hint.contains("key new"), "{hint}");

    home.ok(&["key", "rotate", "log", "--lost"]);
    assert_eq!(doctor(&home).0, 0);
    home.ok(&["verify", "ledger"]);
}

#[test]
fn doctor_knows_a_log_key_that_does_not_sign_and_an_author_key_that_may_not_speak() {
    let home = Home::with_ledger();
    home.ok(&["key", "new", "stranger"]);
    let keys = home.path().join("ledger/keys");
    for extension in ["pem", "pub"] {
        fs::copy(keys.join("stranger").with_extension(extension), keys.join("log").with_extension(extension)).unwrap();
    }
    let (code, findings) = doctor(&home);
    assert_ne!(code, 0);
    assert_eq!(finding(&findings, "log key")["fine"], false);
    assert_eq!(finding(&findings, "author key")["fine"], true);

    let ran = home.run(&["doctor", "--json", "--key", "stranger"]);
    assert!(ran.stdout.contains("may not speak"), "{}", ran.stdout);
}

#[test]
fn the_log_key_is_not_made_by_hand() {
    let home = Home::with_ledger();
    fs::remove_file(home.path().join("ledger/keys/log.pem")).unwrap();
    let ran = home.run(&["key", "new", "log"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("key rotate log"), "{}", ran.stderr);
    assert!(!home.path().join("ledger/keys/log.pem").exists());
}

#[test]
fn the_folder_of_a_ledger_is_not_exported_into() {
    let home = Home::with_ledger();
    let ran = home.run(&["export", "tlog", "ledger"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("is the folder of a ledger"), "{}", ran.stderr);
    assert!(!home.path().join("ledger/vkey").exists());
    home.ok(&["export", "tlog", "public"]);
    home.ok(&["export", "tlog", "public"]);
}

#[test]
fn a_passphrase_file_that_is_missing_or_empty_is_named_as_such() {
    let home = Home::with_ledger();
    home.write("empty", "\n");
    for (file, said) in [("nowhere", "cannot read the passphrase file nowhere"), ("empty", "passphrase file empty has")]
    {
        let ran = home.run(&["--passphrase-file", file, "key", "rotate", "operator"]);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
        assert!(!ran.stderr.contains("key new"), "{}", ran.stderr);
    }
}
