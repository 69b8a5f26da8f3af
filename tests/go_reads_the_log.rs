//! Promise: Go's own transparency-log library verifies a static log of ours, and refuses an altered one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Builds the reader once for all tests of this file.
fn reader() -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("go-reader-{}", std::process::id()));
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/go/main.go"))
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .env("GOFLAGS", "")
        .output()
        .expect("Go is installed by tests/run");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
}

fn read(program: &Path, log: &Path) -> Output {
    Command::new(program).arg(log).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn go_verifies_the_golden_log_and_refuses_it_altered() {
    let program = reader();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("ledger-spec/vectors/ledger");
    let fine = read(&program, &golden);
    assert_eq!(String::from_utf8_lossy(&fine.stdout), "21 entries\n", "{}", String::from_utf8_lossy(&fine.stderr));

    for (file, what) in [
        ("tile/entries/000.p/21", "the root over the entries"),
        ("tile/0/000.p/21", "does not hold the hashes of its entries"),
        ("checkpoint", "signature"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        copy(&golden, dir.path());
        let path = dir.path().join(file);
        let mut bytes = fs::read(&path).unwrap();
        // In the checkpoint: a digit of its size.
        let at = if file == "checkpoint" { 22 } else { 40 };
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        let refused = read(&program, dir.path());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(what), "{file}: {said}");
    }
    fs::remove_file(program).unwrap();
}
