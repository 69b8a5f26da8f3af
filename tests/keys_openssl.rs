//! Promise: a key file is what OpenSSL writes and reads, opens with its passphrase only, and is never replaced.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cantus::ledger::keys::{self, KeyError, Passphrase, Passphrases, Source};
use ed25519_dalek::SigningKey;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned())
}

fn open_with(path: &Path, text: &str) -> Result<SigningKey, KeyError> {
    Passphrases::new(Source::Given(passphrase(text))).open(path)
}

fn openssl(arguments: &[&str], passphrase: &str) -> Output {
    let output = Command::new("openssl").args(arguments).env("PASS", passphrase).output();
    output.expect("openssl is installed wherever these tests run")
}

fn written(folder: &tempfile::TempDir, name: &str) -> (PathBuf, SigningKey) {
    let path = folder.path().join(name);
    let key = keys::generate().unwrap();
    keys::write(&path, &key, &passphrase("correct horse")).unwrap();
    (path, key)
}

#[test]
fn openssl_reads_our_key() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = written(&folder, "log.pem");
    let arguments = ["pkey", "-in", path.to_str().unwrap(), "-passin", "env:PASS", "-pubout", "-outform", "DER"];
    let output = openssl(&arguments, "correct horse");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // SubjectPublicKeyInfo of RFC 8410 ends in the 32 bytes of the key.
    assert_eq!(output.stdout.last_chunk(), Some(&keys::public(&key).0));
    assert!(!openssl(&arguments, "wrong horse").status.success());
}

#[test]
fn we_read_keys_of_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (plain, pbkdf2, scrypt) = (path("plain.pem"), path("pbkdf2.pem"), path("scrypt.pem"));
    assert!(openssl(&["genpkey", "-algorithm", "ed25519", "-out", &plain], "").status.success());
    for (file, more) in [(&pbkdf2, &["-v2", "aes-256-cbc"][..]), (&scrypt, &["-scrypt"][..])] {
        let arguments = ["pkcs8", "-topk8", "-in", &plain, "-out", file, "-passout", "env:PASS"];
        assert!(openssl(&[&arguments, more].concat(), "correct horse").status.success());
    }
    let der = openssl(&["pkey", "-in", &plain, "-pubout", "-outform", "DER"], "").stdout;
    for file in [&plain, &pbkdf2, &scrypt] {
        let key = open_with(Path::new(file), "correct horse").unwrap();
        assert_eq!(der.last_chunk(), Some(&keys::public(&key).0), "{file}");
    }
    for file in [&pbkdf2, &scrypt] {
        assert!(matches!(open_with(Path::new(file), "wrong"), Err(KeyError::WrongPassphrase(_))), "{file}");
    }
}

#[test]
fn a_passphrase_comes_from_a_file_and_its_first_line_counts() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = written(&folder, "operator.pem");
    let file = folder.path().join("passphrase");
    fs::write(&file, "correct horse\r\nnot this\n").unwrap();
    let opened = Passphrases::new(Source::File(file)).open(&path).unwrap();
    assert_eq!(opened.to_bytes(), key.to_bytes());
}

#[test]
fn a_wrong_passphrase_says_so_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = written(&folder, "operator.pem");
    // Whatever the padding of the wrongly decrypted bytes happens to be.
    for attempt in 0..4 {
        let error = open_with(&path, &format!("wrong {attempt}")).unwrap_err();
        assert!(matches!(error, KeyError::WrongPassphrase(_)), "{error}");
    }
    assert!(matches!(open_with(&path, ""), Err(KeyError::WrongPassphrase(_))));
}

#[test]
fn a_key_file_is_private_and_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let (path, key) = written(&folder, "operator.pem");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let error = keys::write(&path, &keys::generate().unwrap(), &passphrase("other")).unwrap_err();
    assert!(matches!(error, KeyError::Exists(_)), "{error}");
    assert_eq!(open_with(&path, "correct horse").unwrap().to_bytes(), key.to_bytes());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
}

#[test]
fn an_empty_passphrase_is_refused_for_a_new_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("operator.pem");
    let error = keys::write(&path, &keys::generate().unwrap(), &passphrase("")).unwrap_err();
    assert!(matches!(error, KeyError::Empty), "{error}");
    assert!(!path.exists());
}

#[test]
fn what_is_no_key_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    let rsa = ["genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:1024", "-out", path.to_str().unwrap()];
    assert!(openssl(&rsa, "").status.success());
    assert!(matches!(open_with(&path, "x"), Err(KeyError::NotAKey { .. })));
    for bytes in ["", "not a key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(open_with(&path, "x"), Err(KeyError::NotAKey { .. })), "{bytes:?}");
    }
    assert!(matches!(open_with(&folder.path().join("none.pem"), "x"), Err(KeyError::Io { .. })));
}
