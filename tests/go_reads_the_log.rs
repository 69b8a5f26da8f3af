//! Promise: Go's own transparency-log library verifies a static log of ours, and refuses an altered one.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cli_support::Home;

/// Builds the reader for a test.
fn reader_for(test: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("go-reader-{test}-{}", std::process::id()));
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
    let program = reader_for("golden");
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

/// A distributor's report of that many lines.
fn report(lines: usize) -> String {
    let head = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
                Country of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n";
    let line = |number: usize| {
        let (recording, earned) = (number % 90, number % 7);
        format!(
            "2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver {recording}\tQZDEM26{recording:05}\t036000291452\t\
             {number}\t100\tSong\tNO\t0\t{earned}.{number:03}\n"
        )
    };
    let lines: String = (1..=lines).map(line).collect();
    format!("{head}{lines}")
}

#[test]
fn go_verifies_an_exported_log_of_several_tiles_and_refuses_it_altered() {
    let program = reader_for("export");
    let home = Home::with_ledger();
    home.write("house.toml", "[[party]]\ncode = 'store'\ntype = 'service'\n");
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", &report(700));
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    home.ok(&["export", "tlog", "public"]);
    let log = home.path().join("public");
    let events = home.json(&["log"]).len();
    assert!(events > 700 && log.join("tile/0/001").is_file() && log.join("tile/1/000.p/3").is_file(), "{events}");
    let fine = read(&program, &log);
    assert_eq!(String::from_utf8_lossy(&fine.stdout), format!("{events} entries\n"), "{fine:?}");

    for (file, what) in [
        ("tile/entries/001", "the root over the entries"),
        ("tile/0/001", "does not hold the hashes of its entries"),
        ("tile/1/000.p/3", "does not hold the hashes of its entries"),
    ] {
        let path = log.join(file);
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        bytes[40] ^= 1;
        fs::write(&path, bytes).unwrap();
        let refused = read(&program, &log);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(what), "{file}: {said}");
        fs::write(&path, whole).unwrap();
    }
    fs::remove_file(program).unwrap();
}
