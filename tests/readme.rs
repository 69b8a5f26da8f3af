//! What the README says works: its shell blocks run from top to bottom, and its table of exit codes is the program's.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::process::Command;

use cantus::cli::Exit;
use cli_support::{Home, ran};

const README: &str = include_str!("../README.md");

/// The blocks that begin with ```` ```sh ````.
fn shell_blocks() -> Vec<&'static str> {
    let blocks = README.split("```sh\n").skip(1);
    blocks.map(|block| block.split("```").next().unwrap()).collect()
}

/// The blocks run in one folder, one after the other, with the built program as `cantus`. The tests are left out: this
/// is one of them.
#[test]
fn the_commands_of_the_readme_work() {
    let blocks = shell_blocks();
    assert!(!blocks.is_empty(), "the README has no ```sh block");
    let home = Home::new();
    let bin = home.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_cantus"), bin.join("cantus")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let lines = blocks.iter().flat_map(|block| block.lines()).filter(|line| !line.starts_with("tests/"));
    let script = lines.collect::<Vec<_>>().join("\n").replace("cargo run --release --", "cantus");
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c", &script]).current_dir(home.path()).env("PATH", path);
    let ran = ran(shell.env("CANTUS_PASSPHRASE", cli_support::PASSPHRASE).output().unwrap());
    assert_eq!(ran.code, 0, "{script}\n{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_exit_codes_of_the_readme_are_the_programs() {
    for (exit, meaning) in Exit::TABLE {
        let row = format!("| {} | {meaning} |", exit.code());
        assert!(README.contains(&row), "the README lacks the row {row}");
    }
}
