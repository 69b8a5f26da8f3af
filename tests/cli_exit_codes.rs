//! Every exit code of the table is returned for what it says, the help shows the table, and errors say what to do.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Duration;

use cantus::cli::Exit;
use cantus::ledger::{Folder, Ledger};
use cli_support::{Home, ran};

#[test]
fn help_shows_every_code_and_leads_with_examples() {
    let help = Home::new().ok(&["--help"]);
    assert!(help.starts_with("Examples:\n"), "{help}");
    for (exit, meaning) in Exit::TABLE {
        assert!(help.contains(&format!("{:>5}  {meaning}\n", exit.code())), "{meaning} is not in\n{help}");
    }
}

#[test]
fn every_command_has_help_that_leads_with_examples() {
    let home = Home::new();
    let help = home.ok(&["--help"]);
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let commands: Vec<_> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = home.ok(&[command, "--help"]);
        assert!(help.starts_with(&format!("Examples:\n  cantus {command}")) || help.contains("\n  cantus "), "{help}");
    }
}

#[test]
fn what_is_fine_is_zero() {
    let home = Home::new();
    assert_eq!(home.run(&["--version"]).code, 0);
    assert_eq!(home.run(&["completions", "zsh"]).code, 0);
}

#[test]
fn a_wrong_command_line_is_2() {
    let home = Home::new();
    for arguments in [&["bogus"][..], &["append"], &["log", "--kind", "bogus"], &["completions", "bogus"], &[]] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
    }
}

#[test]
fn a_file_that_is_not_there_is_1() {
    let ran = Home::with_ledger().run(&["append", "nowhere.toml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("error: cannot read nowhere.toml: "), "{}", ran.stderr);
}

#[test]
fn a_malformed_file_is_4_and_nothing_of_it_is_taken() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'anna'\ntype = 'person'\n[[work]]\ntitel = 'River'\n");
    let ran = home.run(&["append", "house.toml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    assert_eq!(
        ran.stderr,
        "house.toml:5: work, titel: there is no such field here\n  hint: did you mean title?\n\
         error: 1 problem in house.toml: nothing of it was taken\nhint: cantus append --format describes the format\n"
    );
    assert_eq!(home.json(&["log"]).len(), 2, "only what init wrote");
}

#[test]
fn no_ledger_is_10() {
    let home = Home::new();
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    for arguments in [
        &["balances"][..],
        &["log"],
        &["show", "1"],
        &["replay"],
        &["doctor"],
        &["append", "house.toml"],
        &["append", "house.toml", "--dry-run"],
        &["close", "2026-03"],
        &["pay", "list"],
        &["pay", "approve", "1"],
        &["reverse", "1", "--reason", "error", "--why", "x"],
        &["redact", "1", "--reason", "request"],
        &["explain", "1"],
        &["key", "list"],
        &["key", "rotate", "operator"],
        &["key", "rotate", "log"],
        &["export", "tlog", "public"],
        &["export", "extract", "x", "--event", "1"],
        &["verify", "ledger"],
    ] {
        let ran = home.run(arguments);
        assert_eq!(ran.code, 10, "{arguments:?}: {}", ran.stderr);
        assert!(arguments[0] == "verify" || ran.stderr.contains("hint: make one with cantus init"), "{}", ran.stderr);
    }
}

#[test]
fn a_ledger_is_made_once_and_only_under_a_name_that_can_sign() {
    let home = Home::new();
    for name in ["two words", "https://example.com/test"] {
        assert_eq!(home.run(&["init", "--name", name]).code, 2, "{name}");
    }
    assert_eq!(home.run(&["init", "--name", "example.com/test", "--operator", "two words"]).code, 2);
    home.ok(&["init", "--name", "example.com/test"]);
    let again = home.run(&["init", "--name", "example.com/test"]);
    assert_eq!((again.code, again.stderr.as_str()), (1, "error: there is a ledger at ledger already\n"));
}

#[test]
fn a_ledger_in_use_is_11() {
    let home = Home::with_ledger();
    let _held = Ledger::open_in(&Folder::new(home.path().join("ledger")), &mut |_| {}).unwrap();
    let ran = home.run(&["log"]);
    assert_eq!(ran.code, 11, "{}", ran.stderr);
}

#[test]
fn a_wrong_passphrase_is_12() {
    let home = Home::with_ledger();
    home.write("house.toml", "[[work]]\ncode = 'river'\n");
    let output = home.command(&["append", "house.toml"]).env("CANTUS_PASSPHRASE", "wrong").output().unwrap();
    assert_eq!(ran(output).code, 12);
    let passphrase = home.write("passphrase", "wrong\n");
    assert_eq!(home.run(&["append", "house.toml", "--passphrase-file", passphrase.to_str().unwrap()]).code, 12);
}

#[test]
fn an_interrupt_ends_the_process_by_the_signal() {
    let home = Home::with_ledger();
    let mut child = home.command(&["append", "-"]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    // A shell reports the signal as 128 + 2.
    assert_eq!(child.wait().unwrap().signal(), Some(2));
}

#[test]
fn json_errors_are_one_object_on_standard_error() {
    let ran = Home::new().run(&["--json", "balances"]);
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!((error["exit"].as_u64(), ran.code), (Some(10), 10));
    assert!(error["error"].is_string() && error["hint"].is_string());
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let home = Home::with_ledger();
    let works: String = (0..4000).map(|n| format!("[[work]]\ncode = 'w{n}'\n")).collect();
    home.write("house.toml", &works);
    home.ok(&["append", "house.toml"]);
    let program = env!("CARGO_BIN_EXE_cantus");
    let script = format!("set -o pipefail; {program} log | head -n 1");
    let output = Command::new("bash").args(["-c", &script]).current_dir(home.path()).output().unwrap();
    let ran = ran(output);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout.lines().count(), 1);
}
