//! Why a verification could not be made at all. What it finds wrong with a ledger is never an error, but its report.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::store::StoreError;

/// Why a verification could not be made.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// There is nothing here that could be verified.
    #[error(
        "{0} is no ledger's folder (it would hold `segments/`), no static log (`checkpoint` and `tile/`) and no extract"
    )]
    NoSource(PathBuf),
    /// A file could not be read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        error: io::Error,
    },
    /// The source gave records that do not follow those before.
    #[error("the records after the first {size} do not follow them: the log changed while it was read; try again")]
    OutOfOrder {
        /// Records read before.
        size: u64,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl VerifyError {
    /// For `map_err`: the file that could not be read.
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> VerifyError {
        move |error| VerifyError::Read { path: path.to_owned(), error }
    }
}
