//! Royalty reports become rows that every format shares, with errors that name file, line and column.
//!
//! A report is read twice. The first pass ([`scan`]) finds out what the file is: hash, counts, control totals, bad
//! lines, warnings. The second hands the same rows to whoever makes events of them. Both see a [`Report`]: a
//! [`Format`], which was set up from the head of the file and knows nothing else that changes, and [`Chunks`] of whole
//! lines. Chunks can be parsed by several threads in any order; parsing is a pure function of format and bytes.
//!
//! Invariants: no input makes a reader panic; memory does not grow with the file; a bad line takes no good one with
//! it; nothing is dropped silently, equal rows least of all.
//!
//! A new format is one file: a type that implements [`Format`], and a [`Profile`] in [`PROFILES`].

mod cells;
mod chunks;
mod dates;
mod defect;
mod distrokid;
mod dsr;
mod error;
mod format;
mod input;
mod row;
mod scan;
mod seen;
mod tally;
mod text;
mod unlikely;
mod unrecorded;
mod warning;
mod words;

pub use chunks::{Chunk, Chunks, LINE_BYTES};
pub use defect::{BadLine, Bounded, Column, Defect, Fault, Reason};
pub use error::ReadError;
pub use format::{Counts, Footer, Format, Header, OpenFormat, PROFILES, Profile, ROW_BYTES, Report, Sink, open_format};
pub use input::{Digested, Input};
pub use row::{Allocation, Breakdown, Release, Resource, Row, Summary, Usage, UsageDays, Work};
pub use scan::{ControlTotal, FileReport, Refusal, scan};
pub use tally::{RowCounts, Tally};
pub use text::Text;
pub use unlikely::Unlikely;
pub use unrecorded::Unrecorded;
pub use warning::{Check, Warning, Warnings};
pub use words::{Said, Word};
