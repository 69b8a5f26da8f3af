//! Why a file cannot be read at all.

use std::io;

use thiserror::Error;

use super::defect::BadLine;

/// Why a file is refused before, or instead of, reading its lines.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The operating system, or the gzip stream, failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// UTF-16, which spreadsheets and some stores write.
    #[error("the file is UTF-16: save it again as UTF-8")]
    Utf16,
    /// No format claims it.
    #[error("unknown format: the first line is \"{first}\"; known are {known}")]
    UnknownFormat {
        /// The first line, shortened.
        first: String,
        /// The formats that are known.
        known: String,
    },
    /// The head of the file is not that of a report.
    #[error("not a report that can be read: {0}")]
    NotAReport(String),
    /// A cell of the head cannot be read.
    #[error(transparent)]
    Head(Box<BadLine>),
    /// Lines that must be read together are too many.
    #[error("the lines from {line} on belong together and are longer than {limit} bytes")]
    BlockTooLong {
        /// Their first.
        line: u64,
        /// The most bytes that are read together.
        limit: usize,
    },
}
