//! The key files of a ledger, by name. Beside each stands its public half (`NAME.pub`), so that keys can be listed
//! and told apart without a passphrase; it is a convenience, and whatever is signed is signed by the key itself.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use ledger_spec::key::PublicKey;

use super::Context;
use super::failure::Failure;
use crate::files;
use crate::ledger::keys::{self, KeyFile};
use crate::ledger::{Clock, SystemClock};

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

    /// Makes a key and writes it to a new file. A passphrase is chosen once for all keys that a command makes.
    pub fn new_key(&mut self, name: &str) -> Result<SigningKey, Failure> {
        let file = self.key_file(name);
        if file.exists() {
            return Err(keys::KeyError::Exists(file).into());
        }
        let passphrase = match self.chosen.clone() {
            Some(chosen) => chosen,
            None => self.chosen.insert(self.passphrases.choose(&file)?).clone(),
        };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| Failure::file("make", folder.display(), &error))?;
        let key = keys::generate()?;
        keys::write(&file, &key, &passphrase)?;
        let public = file.with_extension("pub");
        fs::write(&public, format!("{}\n", keys::public(&key)))
            .map_err(|error| Failure::file("write", public.display(), &error))?;
        Ok(key)
    }

    /// Opens a key's file, or makes it: a ledger that was not made for want of something else has its keys already.
    pub fn key_or_new(&mut self, name: &str) -> Result<SigningKey, Failure> {
        if self.key_file(name).exists() { self.open_key(name) } else { self.new_key(name) }
    }

    /// Gives a key's file another name, made of the time, so that a new key can take its place. The file is kept.
    pub fn set_aside(&self, name: &str) -> Result<PathBuf, Failure> {
        let file = self.key_file(name);
        let aside = file.with_extension(format!("{}.pem", SystemClock.wall()));
        for extension in ["pem", "pub"] {
            let from = file.with_extension(extension);
            match fs::rename(&from, aside.with_extension(extension)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                renamed => renamed.map_err(|error| Failure::file("rename", from.display(), &error))?,
            }
        }
        Ok(aside)
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

fn public_beside(file: &Path) -> Option<PublicKey> {
    // 64 hex digits and the end of the line.
    PublicKey::from_hex(files::read_text(&file.with_extension("pub"), 100).ok()?.trim())
}
