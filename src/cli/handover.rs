//! Checkpoints by which an old log key covers the change to the next one. Whoever trusts the old key needs them to
//! follow the change, so they are kept beside the log, in `handovers/SIZE`, and published with it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::note::{NOTE_LEN_MAX, Note};

use super::failure::Failure;
use crate::files;
use crate::ledger::{Folder, Ledger};

fn place(folder: &Folder) -> PathBuf {
    folder.path().join("handovers")
}

/// Keeps the last checkpoint given out, if it is signed by another key than the one that signs now. To be called
/// before the new key signs.
pub fn keep(ledger: &Ledger, folder: &Folder) -> Result<(), Failure> {
    let Some(given_out) = ledger.checkpoint() else { return Ok(()) };
    let note = Note::parse(&given_out.checkpoint).map_err(Failure::new)?;
    if Checkpoint::open(&note, &ledger.verifier_key()?).is_ok() {
        return Ok(());
    }
    let path = place(folder).join(given_out.size.to_string());
    write(&path, &given_out.checkpoint).map_err(|error| Failure::file("write", path.display(), &error))
}

fn write(path: &PathBuf, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    File::open(folder)?.sync_all()
}

/// All that were kept.
pub fn all(folder: &Folder) -> Result<Vec<Vec<u8>>, Failure> {
    let place = place(folder);
    let failed = |error| Failure::file("read", place.display(), &error);
    match fs::read_dir(&place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => {
            let read = |entry: io::Result<fs::DirEntry>| files::read(&entry?.path(), NOTE_LEN_MAX as u64);
            entries.map_err(failed)?.map(read).collect::<io::Result<_>>().map_err(failed)
        }
    }
}
