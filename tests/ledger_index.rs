//! Promise: with its index a ledger opens by reading only the end of its log, and without, or with a damaged one, it
//! opens all the same, to the very same state.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use std::fs;
use std::path::Path;

use cantus::ledger::{Accepted, Folder, Ledger, LedgerError, Opening};
use cantus::store::index::Reached;
use cantus::store::{Head, StoreError};
use ledger_spec::Hash;
use ledger_spec::authority::Authority;
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;

use ledger_support::*;

fn create_in(folder: &Folder) -> Ledger {
    let opening = Opening { origin: "test.example", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    Ledger::create_in(folder, &opening, key(1), &log_key()).unwrap()
}

/// Submissions of one to 4096 events by two authors, `events` or a few more in all.
fn fill(ledger: &Ledger, events: u64) {
    let writer = writer(ledger);
    let mut operator = Pen::operator(ledger);
    if ledger.next_number(&Pen::new(key(9), ledger).author.public()).is_none() {
        enrol(&writer, &mut operator, 9, ALICE, Roles::ARTIST);
    }
    let mut artist = Pen::new(key(9), ledger);
    let (end, counts) = (ledger.head().size + events, [1, 4096, 700]);
    for round in 0.. {
        if ledger.head().size >= end {
            break;
        }
        let pen = if round % 2 == 0 { &mut operator } else { &mut artist };
        let mut draft = Draft::new();
        for _ in 0..counts[round % counts.len()].min(end - ledger.head().size) {
            draft.push(&details("x"), pen.salt()).unwrap();
        }
        writer.append(pen.sign(draft, ledger.basis())).unwrap();
    }
}

/// All that a ledger knows.
fn state(ledger: &Ledger) -> (u64, Hash, Authority, Vec<Option<Accepted>>, Vec<Hash>) {
    let size = ledger.head().size;
    let root = ledger.root_at(size).unwrap();
    let keys = [1, 9].map(|seed| Pen::new(key(seed), ledger).author.public());
    let numbers = keys.into_iter().flat_map(|key| (0..200).map(move |number| (key, number)));
    let places = numbers.map(|(key, number)| ledger.submission(&key, number).unwrap()).collect();
    let path = ledger.inclusion_proof(size / 3, size).unwrap();
    (size, root, ledger.authority(), places, path)
}

/// Opens, and tells from which event on the log was followed.
fn open_in(folder: &Folder) -> (Ledger, u64) {
    let mut first = u64::MAX;
    let ledger = Ledger::open_in(folder, &mut |index| first = first.min(index)).unwrap();
    (ledger, first)
}

#[test]
fn what_another_version_kept_is_followed_again() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    let ledger = create_in(&folder);
    fill(&ledger, 20_000);
    let expected = state(&ledger);
    drop(ledger);

    let (ledger, first) = open_in(&folder);
    assert!(first >= 20_000, "followed from {first}");
    let mut kept = ledger.snapshot("ledger").unwrap().unwrap();
    assert_eq!(&kept.bytes[..15], b"cantus/ledger/v");
    kept.bytes[15] += 1;
    ledger.keep_snapshot("ledger", kept.at, &kept.bytes).unwrap();
    drop(ledger);
    let (ledger, first) = open_in(&folder);
    assert!(first < 5000, "followed from {first}");
    assert_eq!(state(&ledger), expected);
}

#[test]
fn with_the_index_without_it_and_with_a_damaged_one() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    let ledger = create_in(&folder);
    fill(&ledger, 20_000);
    let expected = state(&ledger);
    drop(ledger);

    let (ledger, _) = open_in(&folder);
    assert_eq!(state(&ledger), expected);
    drop(ledger);
    fs::remove_dir_all(folder.index()).unwrap();
    let (ledger, first) = open_in(&folder);
    assert!(first < 5000, "followed from {first}");
    assert_eq!(state(&ledger), expected);
    // What was followed is not saved by reading alone, so write a little.
    fill(&ledger, 1);
    let expected = state(&ledger);
    drop(ledger);
    let (ledger, first) = open_in(&folder);
    assert!(first > 15_000, "followed from {first}");
    assert_eq!(state(&ledger), expected);
    drop(ledger);

    for at in [100, 5000, 20_000] {
        let db = folder.index().join("db");
        let mut bytes = fs::read(&db).unwrap();
        if let Some(bytes) = bytes.get_mut(at..at + 500) {
            bytes.fill(0x5a);
        }
        fs::write(&db, bytes).unwrap();
        let (ledger, _) = open_in(&folder);
        assert_eq!(state(&ledger), expected, "damaged at {at}");
    }
}

#[test]
fn killed_between_two_saves() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    let ledger = create_in(&folder);
    fill(&ledger, 5000);
    // An index of then, and the log of now.
    let kept = home.path().join("kept");
    copy(&folder.index(), &kept);
    fill(&ledger, 5000);
    let expected = state(&ledger);
    drop(ledger);
    fs::remove_dir_all(folder.index()).unwrap();
    fs::rename(&kept, folder.index()).unwrap();
    let (ledger, _) = open_in(&folder);
    assert_eq!(state(&ledger), expected);
    fill(&ledger, 3000);
    let expected = state(&ledger);
    drop(ledger);
    assert_eq!(state(&open_in(&folder).0), expected);
}

#[test]
fn an_index_ahead_of_its_log_shows_that_the_log_was_cut() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    fill(&create_in(&folder), 300);
    let kept = home.path().join("kept");
    copy(&folder.segments(), &kept);
    fill(&open_in(&folder).0, 3000);
    // Older log and older guard, as from a backup of that folder alone.
    fs::remove_dir_all(folder.segments()).unwrap();
    fs::rename(&kept, folder.segments()).unwrap();
    let error = Ledger::open_in(&folder, &mut |_| {}).err().unwrap();
    assert!(matches!(error, LedgerError::Store(StoreError::Cut { .. })), "{error}");
}

#[test]
fn a_new_ledger_does_not_believe_the_index_of_another() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    fill(&create_in(&folder), 3000);
    fs::remove_dir_all(folder.segments()).unwrap();
    let ledger = create_in(&folder);
    assert_eq!(ledger.head().size, 1);
    fill(&ledger, 10);
    let expected = state(&ledger);
    drop(ledger);
    assert_eq!(state(&open_in(&folder).0), expected);
}

#[test]
fn a_ledger_does_not_believe_the_index_of_its_twin() {
    let home = tempfile::tempdir().unwrap();
    let (one, other) = (Folder::new(home.path().join("one")), Folder::new(home.path().join("other")));
    for events in [10, 1000] {
        for folder in [&one, &other] {
            let _ = fs::remove_dir_all(folder.path());
            fill(&create_in(folder), events);
        }
        let expected = state(&open_in(&one).0);
        fs::remove_dir_all(one.index()).unwrap();
        copy(&other.index(), &one.index());
        assert_eq!(state(&open_in(&one).0), expected);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

#[test]
fn a_reader_keeps_nothing_of_what_may_not_be_durable() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    let ledger = create_in(&folder);
    let guard = folder.segments().join("guard");
    fill(&ledger, 20);
    let (noted, given_out) = (fs::read(&guard).unwrap(), ledger.head());
    fill(&ledger, 20);
    let head = ledger.head();
    drop(ledger);
    // The process died after the commit, before its checkpoint was given out: a power cut may still take it.
    fs::write(&guard, noted).unwrap();
    let at = |head: Head| Reached { size: head.size, leaf: head.leaf };

    let reader = Ledger::read_in(&folder, &mut |_| {}).unwrap();
    assert_eq!(reader.head().size, head.size);
    reader.keep_snapshot("late", at(head), b"late").unwrap();
    assert_eq!(reader.snapshot("late").unwrap(), None);
    reader.keep_snapshot("sure", at(given_out), b"sure").unwrap();
    assert!(reader.snapshot("sure").unwrap().is_some());
    drop(reader);
    let (writer, _) = open_in(&folder);
    writer.keep_snapshot("late", at(head), b"late").unwrap();
    assert!(writer.snapshot("late").unwrap().is_some());
}

#[test]
fn a_reader_that_cannot_have_the_index_sees_the_same_without_it() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    fill(&create_in(&folder), 9_000);
    let one = Ledger::read_in(&folder, &mut |_| {}).unwrap();
    let two = Ledger::read_in(&folder, &mut |_| {}).unwrap();
    assert_eq!(state(&one), state(&two));
    assert!(one.snapshot("ledger").unwrap().is_some() && two.snapshot("ledger").unwrap().is_none());
    let writer = Ledger::open_in(&folder, &mut |_| {});
    assert!(matches!(writer, Err(LedgerError::Store(StoreError::InUse { .. }))));
    drop((one, two));
    open_in(&folder);
}
