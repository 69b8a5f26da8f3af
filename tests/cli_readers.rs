//! Commands that read change nothing of the log, whatever state they find it in, and run side by side; a command that
//! appends is alone.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::collections::BTreeMap;
use std::fs;

use cantus::ledger::{Folder, Ledger};
use cli_support::{Home, Ran};

/// Every command that reads, on a ledger whose event 1 names its operator.
const READING: [&[&str]; 14] = [
    &["log"],
    &["show", "1"],
    &["balances"],
    &["explain", "1"],
    &["replay"],
    &["replay", "--trust"],
    &["doctor"],
    &["verify", "ledger"],
    &["verify", "ledger", "--public"],
    &["key", "list"],
    &["pay", "list"],
    &["append", "more.toml", "--dry-run"],
    &["export", "extract", "one.extract", "--event", "1"],
    &["export", "tlog", "public"],
];

/// A ledger with a few commits, and a file that can be appended.
fn home() -> Home {
    let home = Home::new();
    home.ok(&["init", "--name", "example.com/test", "--operator-name", "Ann Example"]);
    for number in 0..3 {
        home.write("works.toml", &format!("[[work]]\ncode = 'w{number}'\n"));
        home.ok(&["append", "works.toml"]);
    }
    home.write("more.toml", "[[work]]\ncode = 'more'\n");
    home
}

fn folder(home: &Home) -> Folder {
    Folder::new(home.path().join("ledger"))
}

/// Every file of the log.
fn files(home: &Home) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder(home).segments()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
}

/// Changes the bytes of the one segment.
fn change(home: &Home, change: impl FnOnce(&mut Vec<u8>)) {
    let path = folder(home).segments().join("0000000000000000.seg");
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(&path, bytes).unwrap();
}

/// Where the frames end.
fn end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

/// Runs every reading command and checks that no byte of the log has changed.
fn read_all(home: &Home, mut judge: impl FnMut(&[&str], Ran)) {
    let before = files(home);
    for command in READING {
        let ran = home.run(command);
        assert!(files(home) == before, "{command:?} changed the log");
        judge(command, ran);
    }
}

fn fine(command: &[&str], ran: Ran) {
    assert_eq!(ran.code, 0, "{command:?}: {}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_a_crash_left_is_described_by_readers_and_cleared_away_by_the_next_who_appends() {
    let home = home();
    // Half of a frame, and a segment that was being made.
    change(&home, |bytes| {
        let end = end(bytes);
        bytes[end..end + 40].fill(0xEE);
    });
    fs::write(folder(&home).segments().join("0000000000000009.seg.new"), "half").unwrap();
    read_all(&home, fine);
    let doctor = home.ok(&["doctor"]);
    assert!(doctor.contains("40 bytes of an interrupted commit that was never acknowledged"), "{doctor}");
    let events = home.json(&["log"]).len();

    home.ok(&["append", "more.toml"]);
    assert_eq!(home.json(&["log"]).len(), events + 1);
    assert!(!files(&home).contains_key("0000000000000009.seg.new"));
    let doctor = home.ok(&["doctor"]);
    assert!(!doctor.contains("interrupted commit"), "{doctor}");
}

#[test]
fn a_damaged_end_is_refused_and_changed_by_nobody() {
    let home = home();
    change(&home, |bytes| {
        let end = end(bytes);
        bytes[end - 6] ^= 1;
    });
    // A verifier sees that it is a body, if it looks at bodies.
    let malformed = |command: &[&str], ran: Ran| match command {
        ["verify", "ledger"] => assert_eq!(ran.code, 3, "{command:?}: {}", ran.stdout),
        _ => assert_eq!(ran.code, 4, "{command:?}: {}{}", ran.stdout, ran.stderr),
    };
    read_all(&home, malformed);
    let before = files(&home);
    malformed(&["append"], home.run(&["append", "more.toml"]));
    assert!(files(&home) == before, "append changed what it refused");

    // Without the guard nobody can tell whether that end was acknowledged, so that it is not cut either.
    fs::remove_file(folder(&home).segments().join("guard")).unwrap();
    let before = files(&home);
    let ran = home.run(&["append", "more.toml"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("segments/guard is missing"), "{}", ran.stderr);
    assert!(files(&home) == before, "append cut the log");
}

#[test]
fn a_guard_that_no_crash_leaves_stops_everybody_and_is_left_as_it_is() {
    let home = home();
    let guard = folder(&home).segments().join("guard");
    let mut bytes = fs::read(&guard).unwrap();
    // A digit of a size.
    bytes[31] ^= 1;
    fs::write(&guard, bytes).unwrap();
    let refused = |command: &[&str], ran: Ran| {
        assert_eq!(ran.code, 4, "{command:?}: {}{}", ran.stdout, ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            said.contains("segments/guard is damaged") && said.contains("Put the file back"),
            "{command:?}: {said}"
        );
    };
    read_all(&home, refused);
    let before = files(&home);
    refused(&["append"], home.run(&["append", "more.toml"]));
    assert!(files(&home) == before, "append changed what it refused");
}

#[test]
fn many_read_at_once_and_a_writer_is_alone() {
    let home = home();
    let reader = Ledger::read_in(&folder(&home), &mut |_| {}).unwrap();
    read_all(&home, fine);
    let ran = home.run(&["append", "more.toml"]);
    assert_eq!(ran.code, 11, "{}", ran.stderr);
    assert!(ran.stderr.contains("in use by another process"), "{}", ran.stderr);
    drop(reader);

    let writer = Ledger::open_in(&folder(&home), &mut |_| {}).unwrap();
    read_all(&home, |command, ran| {
        assert_eq!(ran.code, 11, "{command:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("in use by another process"), "{command:?}: {}", ran.stderr);
    });
    assert_eq!(home.run(&["append", "more.toml"]).code, 11);
    drop(writer);
    home.ok(&["append", "more.toml"]);
}

#[test]
fn what_was_redacted_and_is_still_there_is_shown_to_nobody_and_erased_by_the_next_who_appends() {
    let home = home();
    let details = home.json(&["log", "--kind", "party-details"])[0]["index"].to_string();
    let held = |home: &Home| files(home).values().any(|bytes| bytes.windows(11).any(|part| part == b"Ann Example"));
    let before = files(&home);
    home.ok(&["redact", &details, "--reason", "request"]);
    assert!(!held(&home));
    // The body comes back with the copy of a disk block, the order to erase it stays.
    change(&home, |bytes| {
        let old = &before["0000000000000000.seg"];
        let end = end(old);
        bytes[..end].copy_from_slice(&old[..end]);
    });
    assert!(held(&home));
    read_all(&home, |command, ran| {
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("Ann Example"), "{command:?}");
        fine(command, ran);
    });
    let shown = home.ok(&["show", &details]);
    assert!(shown.contains("Its body was erased."), "{shown}");
    assert!(held(&home));
    home.ok(&["append", "more.toml"]);
    assert!(!held(&home));
}
