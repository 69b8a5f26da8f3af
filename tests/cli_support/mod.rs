//! A folder of its own to run the built program in.

#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The passphrase of every key that a test makes.
pub const PASSPHRASE: &str = "correct horse";

/// A folder with nothing in it, and the program.
pub struct Home {
    folder: tempfile::TempDir,
}

/// What a command did.
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Home {
        Home { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with a new ledger in it.
    pub fn with_ledger() -> Home {
        let home = Home::new();
        home.ok(&["init", "--name", "example.com/test"]);
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program, in this folder, with nothing of the caller's environment that could change what it does.
    pub fn command(&self, arguments: &[&str]) -> Command {
        // Tests that were started in the background have interrupts ignored, and would hand that on.
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_cantus")]);
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for variable in ["CANTUS_LEDGER", "CANTUS_KEY", "CANTUS_PASSPHRASE_FILE"] {
            command.env_remove(variable);
        }
        command.env("CANTUS_PASSPHRASE", PASSPHRASE);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must succeed, and returns what it wrote.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// Runs a command that must succeed with `--json`, and returns its objects.
    pub fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.ok(&[&["--json"], arguments].concat());
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
