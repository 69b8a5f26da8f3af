//! Verifying a ledger from where it lies: a ledger's folder, a static log, an extract.
//!
//! What is checked, and what it means, is [`ledger_spec::verify`]'s; here sources are read and the cores kept busy.
//! Nothing is ever written, and memory does not grow with the log beyond what that module says.

mod error;
mod pipeline;
mod segments;
mod source;
mod static_log;

use std::io::{self, Read};
use std::path::Path;

use ledger_spec::extract;
use ledger_spec::verify::{Anchors, Report, verify_extract};

use crate::files;
pub use error::VerifyError;

/// Verifies what lies at a path, whichever kind of source it is. `progress` is told the number of records read, now
/// and then.
pub fn verify(path: &Path, anchors: &Anchors, progress: &mut dyn FnMut(u64)) -> Result<Report, VerifyError> {
    verify_what(path, anchors, Scope::Everything, progress)
}

/// The same with what everybody sees alone: bodies that are not public are passed over, where there are any.
pub fn verify_public(path: &Path, anchors: &Anchors, progress: &mut dyn FnMut(u64)) -> Result<Report, VerifyError> {
    verify_what(path, anchors, Scope::Public, progress)
}

/// An extract is held in memory: longer ones are not read.
const EXTRACT_MAX: u64 = 1 << 30;

/// The bytes of a file, if it begins as an extract.
fn read_extract(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = files::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(extract::DOMAIN.len() as u64).read_to_end(&mut bytes)?;
    if bytes != extract::DOMAIN {
        return Ok(None);
    }
    bytes.extend(files::read_up_to(file, EXTRACT_MAX)?);
    Ok(Some(bytes))
}

/// How much of a source is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Everything,
    Public,
}

fn verify_what(
    path: &Path,
    anchors: &Anchors,
    scope: Scope,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, VerifyError> {
    if path.join("segments").is_dir() {
        segments::verify(path, anchors, scope, progress)
    } else if path.join("checkpoint").exists() || path.join("tile").is_dir() {
        static_log::verify(path, anchors, progress)
    } else if path.is_file() {
        match read_extract(path).map_err(VerifyError::read(path))? {
            Some(bytes) => Ok(verify_extract(&bytes, anchors)),
            None => Err(VerifyError::NoSource(path.to_owned())),
        }
    } else {
        Err(VerifyError::NoSource(path.to_owned()))
    }
}
