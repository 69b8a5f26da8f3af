//! What is wrong with a line: named by file, line, column and value, collected without losing the lines that are good.

use std::fmt;
use std::sync::Arc;

use ledger_spec::code::RefusalReason;
use ledger_spec::money::DecimalError;
use thiserror::Error;

use super::text::preview;

/// Why a line cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Reason {
    /// Not UTF-8.
    #[error("not UTF-8 text (wrong at byte {byte} of the line): export the file again as UTF-8")]
    NotUtf8 {
        /// Where in the line, counted in bytes from 1.
        byte: usize,
    },
    /// A line, or a cell, beyond what an event can hold.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// A cell that must be filled is empty or not there.
    #[error("the cell is empty, and a value is needed")]
    MissingCell,
    /// The wrong number of cells, so that none can be trusted.
    #[error("{found} cells, the header has {expected}")]
    CellCount {
        /// As many as the header names.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// A quoted cell is not closed on its line.
    #[error("a quoted cell does not end on its line")]
    OpenQuote,
    /// Not a decimal number.
    #[error("not a number: {0}")]
    NotADecimal(#[from] DecimalError),
    /// Not a whole number.
    #[error("not a whole number of at most 18 digits, written without points")]
    NotAnInteger,
    /// Beyond what an account can hold.
    #[error("beyond 10^15 units of currency")]
    OutOfRange,
    /// Not a date, month or quarter.
    #[error("not a date: expected one like 2026-07-31, 20260731, 7/31/2026, 2026-07 or 2Q2026")]
    NotADate,
    /// The last day lies before the first.
    #[error("the last day lies before the first")]
    DaysReversed,
    /// Not one of the values that the cell may have.
    #[error("expected {0}")]
    NotACode(&'static str),
    /// A record type that this format does not have, or that is not read.
    #[error("unknown record type: check the profile and version of the file")]
    UnknownRecord,
    /// A record in a place where it cannot be.
    #[error("{0}")]
    OutOfOrder(&'static str),
    /// The line has an amount, and nothing says in which currency.
    #[error("no currency: the summary it names is not in the file, and the summaries have several currencies")]
    NoCurrency,
}

impl Reason {
    /// How the ledger names it.
    pub fn code(&self) -> RefusalReason {
        match self {
            Reason::NotUtf8 { .. } => RefusalReason::NOT_UTF8,
            Reason::TooLong { .. } => RefusalReason::TOO_LONG,
            Reason::MissingCell | Reason::CellCount { .. } | Reason::OpenQuote => RefusalReason::MISSING_CELL,
            Reason::NotADecimal(_) | Reason::NotAnInteger => RefusalReason::NOT_A_NUMBER,
            Reason::OutOfRange => RefusalReason::OUT_OF_RANGE,
            Reason::NotADate | Reason::DaysReversed => RefusalReason::NOT_A_DATE,
            Reason::NotACode(_) => RefusalReason::NOT_A_CODE,
            Reason::UnknownRecord | Reason::OutOfOrder(_) => RefusalReason::UNKNOWN_RECORD,
            Reason::NoCurrency => RefusalReason::UNRESOLVED,
        }
    }
}

/// A cell that could not be read, by its place in the line. The format that reads the line adds line and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// The cell, counted from 0; `None` if the whole line is meant.
    pub cell: Option<usize>,
    /// What stands there.
    pub value: &'a [u8],
    /// What is wrong with it.
    pub reason: Reason,
}

/// A column by number, counted from 1, and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// From 1.
    pub number: usize,
    /// As the header or the record's definition has it; empty if it has none.
    pub name: &'a str,
}

/// A line that cannot be used, as the reader hands it out: borrowed, nothing allocated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect<'a> {
    /// The line of the file, from 1.
    pub line: u64,
    /// The whole line as it stands in the file, without its end.
    pub text: &'a [u8],
    /// Which column; `None` if the whole line is meant.
    pub column: Option<Column<'a>>,
    /// What stands there.
    pub value: &'a [u8],
    /// What is wrong with it.
    pub reason: Reason,
}

/// A line that cannot be used, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file as it was named.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u64,
    /// The number, from 1, and the name of the column; `None` if the whole line is meant.
    pub column: Option<(usize, String)>,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl BadLine {
    /// A defect, with the file it is in.
    pub fn new(file: &Arc<str>, defect: &Defect<'_>) -> BadLine {
        BadLine {
            file: Arc::clone(file),
            line: defect.line,
            column: defect.column.map(|column| (column.number, column.name.to_owned())),
            value: preview(defect.value),
            reason: defect.reason.clone(),
        }
    }
}

impl std::error::Error for BadLine {}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match &self.column {
            Some((number, name)) if name.is_empty() => write!(f, "column {number}, ")?,
            Some((number, name)) => write!(f, "column {number} ({name}), ")?,
            None => {}
        }
        write!(f, "\"{}\": {}", self.value, self.reason)
    }
}

/// The first of something, and how many there were: what keeps a list of findings flat in the file's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounded<T> {
    limit: usize,
    /// Those that were kept, earliest line first.
    pub first: Vec<T>,
    /// All, kept or not.
    pub count: u64,
}

impl<T> Bounded<T> {
    /// A list that keeps so many.
    pub const fn new(limit: usize) -> Bounded<T> {
        Bounded { limit, first: Vec::new(), count: 0 }
    }

    /// Counts one, and keeps it while there is room; it is made only then.
    pub fn push_with(&mut self, make: impl FnOnce() -> T) {
        self.count += 1;
        if self.first.len() < self.limit {
            self.first.push(make());
        }
    }

    /// Takes another list in. Each must have been filled in the order of `line`, so that the first of both are kept.
    pub fn merge(&mut self, other: Bounded<T>, line: impl Fn(&T) -> u64) {
        self.count += other.count;
        self.first.extend(other.first);
        self.first.sort_by_key(line);
        self.first.truncate(self.limit);
    }
}
