//! Where passphrases come from: a file, the environment, or a person at the terminal. Never an argument, which every
//! user of the machine can read in the list of processes.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::{env, fmt};

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::{KeyError, KeyFile};
use crate::files;

/// The variable that may hold the passphrase.
pub const ENVIRONMENT: &str = "CANTUS_PASSPHRASE";

/// Longer files hold no passphrase.
const FILE_LEN_MAX: u64 = 64 << 10;

/// A passphrase; its memory is overwritten when it is dropped, and it does not show in messages.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a text as passphrase.
    pub fn new(text: String) -> Passphrase {
        Passphrase(Zeroizing::new(text))
    }

    /// Its UTF-8 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Where a passphrase comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The first line of a file.
    File(PathBuf),
    /// Known already.
    Given(Passphrase),
    /// Typed at the terminal, unseen.
    Prompt,
}

impl Source {
    /// The file if one is named, else [`ENVIRONMENT`] if it is set, else the terminal.
    pub fn new(file: Option<PathBuf>) -> Source {
        match (file, env::var(ENVIRONMENT)) {
            (Some(file), _) => Source::File(file),
            (None, Ok(text)) => Source::Given(Passphrase::new(text)),
            (None, Err(_)) => Source::Prompt,
        }
    }

    fn get(&self, question: &str, key: &Path) -> Result<Passphrase, KeyError> {
        match self {
            Source::Given(passphrase) => Ok(passphrase.clone()),
            Source::File(path) => first_line(path),
            Source::Prompt => rpassword::prompt_password(format!("{question} {}: ", key.display()))
                .map(Passphrase::new)
                .map_err(|_| KeyError::NoPassphrase(key.display().to_string())),
        }
    }
}

fn first_line(path: &Path) -> Result<Passphrase, KeyError> {
    // A pipe will do: it is how a passphrase comes from another program without ever standing on a disk.
    let bytes = File::open(path).and_then(|file| files::read_up_to(file, FILE_LEN_MAX));
    let text = bytes.and_then(files::text).map(Zeroizing::new);
    let text = text.map_err(|source| KeyError::PassphraseFile { path: path.to_owned(), source })?;
    match text.lines().next() {
        None | Some("") => Err(KeyError::EmptyPassphraseFile(path.to_owned())),
        Some(line) => Ok(Passphrase::new(line.to_owned())),
    }
}

/// Opens key files, asking as little as possible: a passphrase that opened one file is tried on the next.
#[derive(Debug)]
pub struct Passphrases {
    source: Source,
    last: Option<Passphrase>,
}

impl Passphrases {
    /// Passphrases from that source.
    pub fn new(source: Source) -> Passphrases {
        Passphrases { source, last: None }
    }

    /// Whether nobody has to be asked.
    pub fn are_given(&self) -> bool {
        !matches!(self.source, Source::Prompt)
    }

    /// Reads and opens a key file.
    pub fn open(&mut self, path: &Path) -> Result<SigningKey, KeyError> {
        let file = KeyFile::read(path)?;
        if !file.is_encrypted() {
            return file.open(&Passphrase::new(String::new()));
        }
        if let Some(last) = &self.last
            && let Ok(key) = file.open(last)
        {
            return Ok(key);
        }
        let passphrase = self.source.get("Passphrase for", path)?;
        let key = file.open(&passphrase)?;
        self.last = Some(passphrase);
        Ok(key)
    }

    /// The passphrase for a key file that is about to be written. One that is typed is typed twice.
    pub fn choose(&mut self, path: &Path) -> Result<Passphrase, KeyError> {
        let passphrase = self.source.get("New passphrase for", path)?;
        if matches!(self.source, Source::Prompt) && self.source.get("Again, for", path)? != passphrase {
            return Err(KeyError::Differ);
        }
        if passphrase.as_bytes().is_empty() {
            return Err(KeyError::Empty);
        }
        self.last = Some(passphrase.clone());
        Ok(passphrase)
    }
}
