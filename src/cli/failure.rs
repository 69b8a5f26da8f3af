//! Why a command did not do what was asked: what is wrong, what to do, and the exit code.

use std::fmt::Display;
use std::io;

use ledger_spec::money::AmountError;
use ledger_spec::submission::SubmissionError;
use serde::Serialize;

use super::exit::Exit;
use super::init::LOG_KEY;
use crate::export::chart::ChartError;
use crate::ledger::keys::KeyError;
use crate::ledger::{AppendError, ClockError, LedgerError, OutboxError, Refusal};
use crate::projection::{FoldError, ReplayError};
use crate::store::StoreError;

/// What to do without the file of the key that signs checkpoints.
pub const LOG_KEY_GONE: &str =
    "restore keys/log.pem from your copy; if there is none, cantus key rotate log --lost puts another key in its place";

/// A command's error, as a person reads it on standard error.
#[derive(Debug)]
pub struct Failure {
    /// The code the process ends with.
    pub exit: Exit,
    /// What is wrong. Empty if there is nothing to say: nobody reads the output any more.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// An error that has no exit code of its own.
    pub fn new(message: impl Display) -> Failure {
        Failure::with(Exit::Error, message)
    }

    /// An error with its exit code.
    pub fn with(exit: Exit, message: impl Display) -> Failure {
        Failure { exit, message: message.to_string(), hint: None }
    }

    /// The same, with what to do.
    pub fn hint(mut self, hint: impl Display) -> Failure {
        self.hint = Some(hint.to_string());
        self
    }

    /// A file that could not be read or written.
    pub fn file(action: &str, path: impl Display, error: &io::Error) -> Failure {
        Failure::new(format_args!("cannot {action} {path}: {error}"))
    }

    /// The failure as the last line of a command that was asked for JSON.
    pub fn to_json(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Line {
            error: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            hint: Option<String>,
            exit: u8,
        }
        Line { error: self.message.clone(), hint: self.hint.clone(), exit: self.exit.code() }
    }
}

impl From<io::Error> for Failure {
    /// Writing to standard output failed. If the reader has gone (`cantus log | head`), that is no error.
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::with(Exit::Fine, ""),
            _ => Failure::new(format_args!("cannot write the output: {error}")),
        }
    }
}

/// What a command comes to.
pub type Outcome = Result<Exit, Failure>;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        let exit = match &error {
            StoreError::NoLedger { .. } => Exit::NoLedger,
            StoreError::InUse { .. } => Exit::InUse,
            StoreError::Damaged { .. } | StoreError::Cut { .. } | StoreError::GuardDamaged { .. } => Exit::Malformed,
            _ => Exit::Error,
        };
        let failure = Failure::with(exit, &error);
        match error {
            StoreError::NoLedger { .. } => {
                failure.hint("make one with cantus init --name NAME, or name its folder with --ledger")
            }
            StoreError::Damaged { .. } => {
                failure.hint("cantus verify reads a damaged ledger too, and names the first event concerned")
            }
            _ => failure,
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        match &error {
            KeyError::WrongPassphrase(_) => Failure::with(Exit::WrongPassphrase, error),
            KeyError::PassphraseFile { .. } | KeyError::EmptyPassphraseFile(_) => {
                Failure::with(Exit::WrongPassphrase, error)
            }
            KeyError::Io { source, path, .. } if source.kind() == io::ErrorKind::NotFound => {
                let name = path.file_stem().unwrap_or_default();
                let failure = Failure::new(&error);
                match name == LOG_KEY {
                    true => failure.hint(LOG_KEY_GONE),
                    false => failure.hint(format_args!(
                        "restore the file from your copy, or make a key with cantus key new {}",
                        name.display()
                    )),
                }
            }
            _ => Failure::new(error),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        match error {
            LedgerError::Store(error) => error.into(),
            LedgerError::Key(error) => error.into(),
            LedgerError::LogKey { .. } => Failure::new(error).hint(LOG_KEY_GONE),
            LedgerError::Follow(_) => {
                Failure::with(Exit::Malformed, error).hint("cantus verify says which event is the first bad one")
            }
            _ => Failure::new(error),
        }
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Failure {
        match &error {
            AppendError::Refused(Refusal::Clock(ClockError::Idle { .. })) => {
                Failure::new(&error).hint("if the clock is right, run the command again with --after-long-pause, once")
            }
            AppendError::Refused(_) => Failure::new(&error),
            _ => Failure::new(&error).hint("run the command again: what was taken in is recognised"),
        }
    }
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Failure {
        Failure::new(error)
    }
}

impl From<SubmissionError> for Failure {
    fn from(error: SubmissionError) -> Failure {
        Failure::new(error)
    }
}

impl From<getrandom::Error> for Failure {
    fn from(error: getrandom::Error) -> Failure {
        Failure::new(format_args!("no randomness from the system: {error}"))
    }
}

impl From<AmountError> for Failure {
    fn from(error: AmountError) -> Failure {
        Failure::new(format_args!("a sum of the report is beyond what an amount can say: {error}"))
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Failure {
        Failure::with(Exit::Malformed, error)
    }
}

impl From<FoldError> for Failure {
    fn from(error: FoldError) -> Failure {
        // Numbers that do not fit say themselves what to do.
        let whole = matches!(error, FoldError::Beyond { .. } | FoldError::Close(_));
        let failure = Failure::with(Exit::Malformed, error);
        if whole { failure } else { failure.hint("cantus verify says whether the log is whole") }
    }
}

impl From<ReplayError> for Failure {
    fn from(error: ReplayError) -> Failure {
        match error {
            ReplayError::Store(error) => error.into(),
            ReplayError::Fold(error) => error.into(),
            ReplayError::Close(_) => Failure::with(Exit::Malformed, error),
            ReplayError::Chain(_) | ReplayError::Commitment(_) | ReplayError::Elsewhere(_) => {
                Failure::with(Exit::Malformed, error).hint("cantus verify says which event is the first bad one")
            }
        }
    }
}
