//! Why a report is not imported.

use ledger_spec::event::EventError;
use ledger_spec::submission::SubmissionError;
use thiserror::Error;

use crate::ingest::report::{BadLine, ReadError, Refusal};
use crate::ledger::AppendError;
use crate::projection::FoldError;

/// Why a report is not imported, or not to its end.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The file as a whole cannot be trusted.
    #[error("{}", list(.0))]
    Refused(Vec<Refusal>),
    /// Some lines cannot be used, and not taking them was not agreed to.
    #[error("{}", bad_lines(*.count))]
    BadLines {
        /// How many.
        count: u64,
        /// The first of them.
        first: Vec<BadLine>,
    },
    /// There is nothing to take.
    #[error("no line of the file reports anything")]
    Nothing,
    /// There is nothing to take, for every line that would report something is bad.
    #[error("no line could be used: {refused} refused")]
    NothingUsable {
        /// How many lines are bad.
        refused: u64,
    },
    /// The file was imported before.
    #[error("this file was imported before, as source {source_event}: nothing was added")]
    Duplicate {
        /// Index of its first event.
        source_event: u64,
    },
    /// The sender's message was imported before, from a file with other lines.
    #[error("message {message} of this sender was imported before, as source {source_event}: nothing was added")]
    SameMessage {
        /// Index of its first event.
        source_event: u64,
        /// The sender's id of the message.
        message: String,
    },
    /// A file with as much in it was imported, for the same reporter and days.
    #[error(
        "this file has as many rows, the same totals and the same days as source {source_event}, and seems to be that \
         one saved again: nothing was added"
    )]
    Copy {
        /// Index of its first event.
        source_event: u64,
    },
    /// A file for the same reporter and days was taken without its bad lines.
    #[error(
        "source {source_event} is of the same reporter, format and days and was taken without {refused} of its rows; \
         this file seems to be that one corrected, and its good rows would count twice: nothing was added"
    )]
    Corrected {
        /// Index of its first event.
        source_event: u64,
        /// Rows that were left out.
        refused: u64,
    },
    /// The import that was interrupted was begun for another party.
    #[error(
        "source {source_event}, the interrupted import of this file, was begun for another reporter: name that one"
    )]
    OtherReporter {
        /// Index of its first event.
        source_event: u64,
    },
    /// What is in of an interrupted import does not end where one of its submissions ends.
    #[error(
        "source {source_event} was begun by a program that cuts this file otherwise ({rows} rows are in): reverse it, \
         then import the file again"
    )]
    OtherCut {
        /// Index of its first event.
        source_event: u64,
        /// Rows that are in.
        rows: u64,
    },
    /// It was asked to stop. What is in stays in.
    #[error("interrupted: {rows} of {of} rows are in, as source {source_event}, which stays open")]
    Interrupted {
        /// Index of the source's first event.
        source_event: u64,
        /// Rows that are in, those refused included.
        rows: u64,
        /// Rows of the file.
        of: u64,
    },
    /// The file is not the one that was read first.
    #[error(
        "the file changed while it was imported: source {source_event} stays open. Put the file back as it was and \
         import it again, or reverse the source"
    )]
    Changed {
        /// Index of the source's first event.
        source_event: u64,
    },
    /// A control total has more digits than an amount.
    #[error("the amounts of the file add up to more digits than can be held")]
    Total,
    /// More things are named than there are numbers.
    #[error("the file names more than 4,294,967,294 recordings, works and releases")]
    TooManyResources,
    /// What was imported before cannot be read.
    #[error("{0}")]
    Past(#[from] FoldError),
    /// The author's key is not enrolled.
    #[error("the signing key is not enrolled in this ledger")]
    UnknownKey,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(#[from] getrandom::Error),
    /// An event cannot be written.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A submission cannot be written.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
    /// The ledger does not take it.
    #[error(transparent)]
    Append(#[from] AppendError),
}

fn bad_lines(count: u64) -> String {
    let (lines, these) = if count == 1 { ("1 line".to_owned(), "it") } else { (format!("{count} lines"), "these") };
    format!(
        "{lines} cannot be used: correct the file, or take the others and record {these} as refused (--accept-partial)"
    )
}

fn list(refusals: &[Refusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
