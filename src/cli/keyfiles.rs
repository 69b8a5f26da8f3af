//! The key files of a ledger, by name. Beside each stands its public half (`NAME.pub`), so that keys can be listed
//! and told apart without a passphrase; it is a convenience, and whatever is signed is signed by the key itself.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ledger_spec::key::PublicKey;

use super::Context;
use super::failure::{Failure, LOG_KEY_GONE};
use super::init::LOG_KEY;
use crate::files;
use crate::ledger::keys::{self, KeyFile};
use crate::ledger::{Clock, Ledger, SystemClock};

impl Context {
    /// The file of a key that is named, or given as a file.
    pub fn key_file(&self, name: &str) -> PathBuf {
        let is_path = name.contains(std::path::MAIN_SEPARATOR) || name.ends_with(".pem");
        if is_path { PathBuf::from(name) } else { self.folder().key(name) }
    }

    /// Opens a key's file.
    pub fn open_key(&mut self, name: &str) -> Result<SigningKey, Failure> {
        let file = self.key_file(name);
        self.open_key_file(&file)
    }

    /// Opens a key file. If others may read it, that is said once in a command.
    pub fn open_key_file(&mut self, file: &Path) -> Result<SigningKey, Failure> {
        let key = self.passphrases.open(file)?;
        if KeyFile::is_exposed(file)? && !self.exposed.iter().any(|known| known == file) {
            let place = file.display();
            self.out.warn(format_args!("others may read the private key {place}: run chmod 600 {place}"));
            self.exposed.push(file.to_owned());
        }
        Ok(key)
    }

    /// Makes a key and writes it to a new file.
    pub fn new_key(&mut self, name: &str) -> Result<SigningKey, Failure> {
        let file = self.key_file(name);
        let key = self.make_key(&file)?;
        write_public(&file, &keys::public(&key))?;
        Ok(key)
    }

    /// A passphrase is chosen once for all keys that a command makes.
    fn make_key(&mut self, file: &Path) -> Result<SigningKey, Failure> {
        if file.exists() {
            return Err(keys::KeyError::Exists(file.to_owned()).into());
        }
        let passphrase = match self.chosen.clone() {
            Some(chosen) => chosen,
            None => self.chosen.insert(self.passphrases.choose(file)?).clone(),
        };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| Failure::file("make", folder.display(), &error))?;
        let key = keys::generate()?;
        keys::write(file, &key, &passphrase)?;
        Ok(key)
    }

    /// Opens a key's file, or makes it: a ledger that was not made for want of something else has its keys already.
    pub fn key_or_new(&mut self, name: &str) -> Result<SigningKey, Failure> {
        if self.key_file(name).exists() { self.open_key(name) } else { self.new_key(name) }
    }

    /// The key that is to take the place of a name's, if a rotation was begun.
    pub fn begun_key(&mut self, name: &str) -> Result<Option<SigningKey>, Failure> {
        let file = next_file(&self.key_file(name));
        file.exists().then(|| self.open_key_file(&file)).transpose()
    }

    /// The key that is to take the place of a name's: of a rotation that was begun, or made now.
    pub fn next_key(&mut self, name: &str) -> Result<SigningKey, Failure> {
        match self.begun_key(name)? {
            Some(begun) => Ok(begun),
            None => self.make_key(&next_file(&self.key_file(name))),
        }
    }

    /// The keys that may be needed under a name: that of its file, and the one that is to take its place.
    pub fn keys_of(&mut self, name: &str) -> Result<Vec<SigningKey>, Failure> {
        let begun = self.begun_key(name)?;
        let current = match begun.is_some() && !self.key_file(name).exists() {
            true => None,
            false => Some(self.open_key(name)?),
        };
        Ok(current.into_iter().chain(begun).collect())
    }

    /// Gives the next key the name for which it was made. The old one's file is kept under a name made of the time.
    /// Interrupted anywhere it can be done again: the next key's file goes to its place last.
    pub fn replace_key(&self, name: &str, new: &PublicKey) -> Result<(), Failure> {
        let file = self.key_file(name);
        let next = next_file(&file);
        let aside = file.with_extension(format!("{}.pem", SystemClock.wall()));
        let place = |from: &Path, to: &Path| match fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.map_err(|error| Failure::file("rename", from.display(), &error)),
        };
        if file.exists() {
            place(&file.with_extension("pub"), &aside.with_extension("pub"))?;
            place(&file, &aside)?;
        }
        write_public(&file, new)?;
        place(&next, &file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| Failure::file("sync", folder.display(), &error))
    }

    /// If the key that signs checkpoints is missing and lies under another name, says which: it is not lost.
    pub fn name_log_key(&self, failure: Failure, ledger: &Ledger) -> Failure {
        let needed = ledger.authority().log_key();
        let holds = |(_, key): &(String, PublicKey)| *key == needed;
        match self.key_names().into_iter().find(holds) {
            Some((name, _)) if failure.hint.as_deref() == Some(LOG_KEY_GONE) => {
                let (from, to) = (self.key_file(&name), self.key_file(LOG_KEY));
                failure.hint(format_args!(
                    "{} holds the key that signs checkpoints: rename it to {}, after moving away what is there",
                    from.display(),
                    to.display()
                ))
            }
            _ => failure,
        }
    }

    /// The public key of a name, a file, or 64 hex digits.
    pub fn public_key(&mut self, name: &str) -> Result<PublicKey, Failure> {
        if let Some(key) = PublicKey::from_hex(name) {
            return Ok(key);
        }
        let file = self.key_file(name);
        match public_beside(&file) {
            Some(key) => Ok(key),
            None => Ok(keys::public(&self.open_key_file(&file)?)),
        }
    }

    /// The names of the ledger's key files, with the public key of each.
    pub fn key_names(&self) -> Vec<(String, PublicKey)> {
        let files = fs::read_dir(self.folder().keys()).into_iter().flatten().flatten().map(|entry| entry.path());
        let pems = files.filter(|file| file.extension().is_some_and(|extension| extension == "pem"));
        let named = |file: PathBuf| Some((file.file_stem()?.to_str()?.to_owned(), public_beside(&file)?));
        let mut names: Vec<_> = pems.filter_map(named).collect();
        names.sort();
        names
    }
}

/// Where the key waits that is to take the place of the one in `file`. It does not end in `.pem`, so that no key that
/// somebody names can be there.
fn next_file(file: &Path) -> PathBuf {
    let mut next = file.as_os_str().to_owned();
    next.push(".next");
    PathBuf::from(next)
}

fn write_public(file: &Path, key: &PublicKey) -> Result<(), Failure> {
    let public = file.with_extension("pub");
    fs::write(&public, format!("{key}\n")).map_err(|error| Failure::file("write", public.display(), &error))
}

fn public_beside(file: &Path) -> Option<PublicKey> {
    // 64 hex digits and the end of the line.
    PublicKey::from_hex(files::read_text(&file.with_extension("pub"), 100).ok()?.trim())
}
