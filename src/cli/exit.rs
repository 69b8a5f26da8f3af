//! The exit codes, one table: the program's help prints it, the README is tested against it, scripts rely on it.
//! New codes may be added; a script treats one it does not know as a failure.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// Something failed that has no code of its own.
    Error = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Bytes contradict a signature or a commitment.
    Tampered = 3,
    /// What was given cannot be parsed, or is not whole.
    Malformed = 4,
    /// Something that is needed to decide is missing.
    Undecided = 5,
    /// A report was imported without its bad lines, as was asked.
    Partial = 6,
    /// There is no ledger.
    NoLedger = 10,
    /// Another process has the ledger open.
    InUse = 11,
    /// The passphrase does not open the key.
    WrongPassphrase = 12,
    /// Stopped by Ctrl-C: an import says how far it is and ends with this code; elsewhere the process ends by the signal
    /// itself, which shells report as the same.
    Interrupted = 130,
}

impl Exit {
    /// Every code with what it means.
    pub const TABLE: [(Exit, &'static str); 11] = [
        (Exit::Fine, "fine"),
        (Exit::Error, "error"),
        (Exit::Usage, "wrong usage"),
        (Exit::Tampered, "tampering proven"),
        (Exit::Malformed, "malformed input"),
        (Exit::Undecided, "cannot decide: something needed is missing"),
        (Exit::Partial, "imported in part, as asked"),
        (Exit::NoLedger, "no ledger there"),
        (Exit::InUse, "ledger in use by another process"),
        (Exit::WrongPassphrase, "wrong passphrase"),
        (Exit::Interrupted, "interrupted"),
    ];

    /// The number that the process returns.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The table as the help shows it.
    pub fn help() -> String {
        let line = |(exit, meaning): &(Exit, &str)| format!("  {:>3}  {meaning}\n", exit.code());
        format!("Exit codes:\n{}", Exit::TABLE.iter().map(line).collect::<String>().trim_end())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
