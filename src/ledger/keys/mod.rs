//! Keys at rest: encrypted PKCS#8 PEM (RFC 5958, RFC 8018), one file each, readable by their owner alone.
//!
//! The inner key is PKCS#8 version 1, without the public key: OpenSSL 3.0 and WebCrypto refuse version 2. It is
//! encrypted with AES-256-CBC under scrypt (N = 2^14, r = 8, p = 1, more than which OpenSSL refuses to read without
//! being told). Files that OpenSSL wrote are read too, encrypted or plain. A key file is never replaced.

mod passphrase;

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ed25519::pkcs8::KeypairBytes;
use ed25519_dalek::{Signer, SigningKey};
use ledger_spec::key::{PublicKey, Signature};
use pkcs8::der::SecretDocument;
use pkcs8::der::pem::PemLabel;
use pkcs8::{DecodePrivateKey, EncodePrivateKey, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef, pkcs5};
use thiserror::Error;
use zeroize::Zeroizing;

pub use passphrase::{ENVIRONMENT, Passphrase, Passphrases, Source};

use super::durable;
use crate::files;

/// Longer files are not keys.
const FILE_LEN_MAX: u64 = 64 << 10;

/// Why a key cannot be had.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// The operation, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The file exists; replacing it would lose a key.
    #[error("{0} exists already: a key file is never replaced, choose another name")]
    Exists(PathBuf),
    /// The file is no key, or not one that can be used here.
    #[error("{path} is not a private Ed25519 key in PKCS#8 PEM: {what}")]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The passphrase does not open the file.
    #[error("the passphrase does not open {0}")]
    WrongPassphrase(PathBuf),
    /// Nobody can be asked.
    #[error(
        "{0} needs a passphrase, and there is no terminal to ask at: set CANTUS_PASSPHRASE or name a file that holds it"
    )]
    NoPassphrase(String),
    /// The file that is to hold the passphrase cannot be read.
    #[error("cannot read the passphrase file {path}: {source}")]
    PassphraseFile {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The file that is to hold the passphrase begins with an empty line, or is empty.
    #[error("the passphrase file {0} has nothing in its first line, where the passphrase stands")]
    EmptyPassphraseFile(PathBuf),
    /// An empty passphrase protects nothing.
    #[error("the passphrase is empty: choose one, it is all that protects the key file")]
    Empty,
    /// Two different passphrases were typed for a new key.
    #[error("the two passphrases differ: nothing was written, try again")]
    Differ,
    /// The system has no randomness to give.
    #[error("no randomness from the system: {0}")]
    Random(#[from] getrandom::Error),
    /// The key could not be encrypted.
    #[error("the key cannot be encrypted: {0}")]
    Encrypt(pkcs8::Error),
}

/// A fresh key from the system's randomness.
pub fn generate() -> Result<SigningKey, KeyError> {
    let mut secret = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *secret)?;
    Ok(SigningKey::from_bytes(&secret))
}

/// The public half, as the log writes it.
pub fn public(key: &SigningKey) -> PublicKey {
    PublicKey(key.verifying_key().to_bytes())
}

/// Signs a message (RFC 8032): the same key and message always give the same signature.
pub fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature(key.sign(message).to_bytes())
}

/// Writes a key to a new file, encrypted under the passphrase; makes its folder if need be.
pub fn write(path: &Path, key: &SigningKey, passphrase: &Passphrase) -> Result<(), KeyError> {
    if passphrase.as_bytes().is_empty() {
        return Err(KeyError::Empty);
    }
    let pair = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
    let pem = pair.to_pkcs8_encrypted_pem(passphrase.as_bytes(), LineEnding::LF).map_err(KeyError::Encrypt)?;
    let folder = path.parent().map_or(Ok(()), durable::create_folder);
    folder.and_then(|()| durable::write_new(path, pem.as_bytes())).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
        _ => KeyError::Io { action: "write", path: path.to_owned(), source },
    })
}

/// A key file, read but not opened.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    encrypted: bool,
    document: SecretDocument,
}

impl KeyFile {
    /// Reads a PEM file.
    pub fn read(path: &Path) -> Result<KeyFile, KeyError> {
        let io = |source| KeyError::Io { action: "read", path: path.to_owned(), source };
        let not = |what: String| KeyError::NotAKey { path: path.to_owned(), what };
        let pem = Zeroizing::new(files::read_text(path, FILE_LEN_MAX).map_err(io)?);
        let (label, document) = SecretDocument::from_pem(&pem).map_err(|error| not(error.to_string()))?;
        let encrypted = match label {
            EncryptedPrivateKeyInfoRef::PEM_LABEL => true,
            PrivateKeyInfoRef::PEM_LABEL => false,
            other => return Err(not(format!("it is labelled {other:?}"))),
        };
        Ok(KeyFile { path: path.to_owned(), encrypted, document })
    }

    /// Whether others than its owner may read or change the file.
    pub fn is_exposed(path: &Path) -> Result<bool, KeyError> {
        let found = fs::metadata(path);
        let found = found.map_err(|source| KeyError::Io { action: "read", path: path.to_owned(), source })?;
        Ok(found.permissions().mode() & 0o077 != 0)
    }

    /// Whether a passphrase is needed.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The key; the passphrase is not looked at if the file is not encrypted.
    pub fn open(&self, passphrase: &Passphrase) -> Result<SigningKey, KeyError> {
        if !self.encrypted {
            return self.plain(&self.document);
        }
        let info = EncryptedPrivateKeyInfoRef::try_from(self.document.as_bytes())
            .map_err(|error| self.not_a_key(error.to_string()))?;
        let plain = info.decrypt(passphrase.as_bytes()).map_err(|error| match error {
            pkcs8::Error::EncryptedPrivateKey(
                error @ (pkcs5::Error::UnsupportedAlgorithm { .. }
                | pkcs5::Error::AlgorithmParametersInvalid { .. }
                | pkcs5::Error::NoPbes1CryptSupport),
            ) => self.not_a_key(error.to_string()),
            // Wrong padding, or by chance right padding around what is no document.
            _ => KeyError::WrongPassphrase(self.path.clone()),
        })?;
        self.plain(&plain)
    }

    fn plain(&self, document: &SecretDocument) -> Result<SigningKey, KeyError> {
        SigningKey::from_pkcs8_der(document.as_bytes()).map_err(|error| self.not_a_key(error.to_string()))
    }

    fn not_a_key(&self, what: String) -> KeyError {
        KeyError::NotAKey { path: self.path.clone(), what }
    }
}
