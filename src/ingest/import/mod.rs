//! Import: a report's file becomes signed events.
//!
//! - [`Plan::read`] reads the file once: hash, rows, control totals, bad lines, warnings. It is the dry run too.
//! - [`Import::run`] reads it again. [`SourceOpened`] goes alone, first; all else cites its index. Then come the
//!   file's name, and for each chunk of lines what it names for the first time ([`ReportedResource`], with its names)
//!   and its rows; last [`SourceClosed`], once as many rows are in as were promised.
//!
//! Promises:
//!
//! - A file is refused whole if a line is bad, unless leaving bad lines out was agreed to; then each is recorded.
//! - A file that is in is refused, with the index of its first import. Files are told by their SHA-256. One that seems to
//!   be another saved again, or corrected after it was taken in part, is refused unless it is said to be none.
//! - An import that was interrupted, at whatever instruction, goes on where it stopped when it is run again: chunks,
//!   numbers and cuts follow from the file alone, each submission adds at least a row or a number, and submissions
//!   become durable in order. So the rows and numbers of the open source say which submissions are in; they are
//!   made again, up to their signatures, and skipped.
//! - Memory is flat in the file's size but for a few bytes for each thing that is named.
//!
//! [`SourceOpened`]: ledger_spec::event::usage::SourceOpened
//! [`ReportedResource`]: ledger_spec::event::usage::ReportedResource
//! [`SourceClosed`]: ledger_spec::event::usage::SourceClosed

mod codes;
mod copy;
mod cut;
mod error;
mod lines;
mod numbering;
mod pipeline;
mod plan;
mod run;
mod things;
mod turnstile;
mod unknown;

pub use error::ImportError;
pub use plan::{Interrupted, Plan};
pub use run::{Import, ImportReport};
