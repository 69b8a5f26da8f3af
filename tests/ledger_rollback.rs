//! Promise: a log that was cut or restored from an older copy is never signed again, and two processes never write.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use std::sync::Arc;

use cantus::ledger::{Folder, Ledger, LedgerError, Opening};
use cantus::store::{RealDisk, SimDisk, StoreError};
use ledger_spec::role::Roles;

use ledger_support::*;

#[test]
fn a_restored_older_log_is_refused() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    writer.append(operator.say(&details("one"), ledger.basis())).unwrap();
    let older = disk.kill();
    writer.append(operator.say(&details("two"), ledger.basis())).unwrap();
    // The log comes from the copy, the guard stayed.
    older.overwrite("guard", &disk.read("guard").unwrap());
    let error = open(&older).err().unwrap();
    assert!(matches!(error, LedgerError::Store(StoreError::Cut { head: 2, known: 3 })), "{error}");
    assert!(error.to_string().contains("continues this one"), "{error}");
}

#[test]
fn another_history_of_the_same_length_is_refused() {
    let disk = SimDisk::new();
    drop(create(&disk).unwrap());
    let other = disk.kill();
    for (disk, text) in [(&disk, "this"), (&other, "that")] {
        let ledger = open(disk).unwrap();
        writer(&ledger).append(Pen::operator(&ledger).say(&details(text), ledger.basis())).unwrap();
    }
    other.overwrite("guard", &disk.read("guard").unwrap());
    let error = open(&other).err().unwrap();
    assert!(matches!(error, LedgerError::Store(StoreError::Cut { .. })), "{error}");
}

#[test]
fn what_is_durable_without_a_checkpoint_gets_one_before_anything_else() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let guard = disk.read("guard").unwrap();
    writer(&ledger).append(Pen::operator(&ledger).say(&details("x"), ledger.basis())).unwrap();
    drop(ledger);
    // As if the process had died between the two.
    disk.overwrite("guard", &guard);
    let ledger = open(&disk).unwrap();
    assert_eq!(ledger.checkpoint().unwrap().size, 1);
    let _writer = writer(&ledger);
    assert_eq!(ledger.checkpoint().unwrap().size, 2);
}

#[test]
fn another_log_key_is_refused() {
    let ledger = create(&SimDisk::new()).unwrap();
    let keys = cantus::ledger::LogKeys::new(vec![key(7)]);
    let clock = Box::new(HandClock::at(NOW));
    let error = cantus::ledger::Writer::start(&ledger, keys, Accept::default(), clock, Default::default()).err();
    assert!(matches!(error, Some(LedgerError::LogKey { .. })));
}

#[test]
fn a_second_process_is_told_that_the_ledger_is_in_use() {
    let home = tempfile::tempdir().unwrap();
    let folder = Folder::new(home.path().join("ledger"));
    assert!(matches!(
        Ledger::open_in(&folder, &mut |_| {}).err(),
        Some(LedgerError::Store(StoreError::NoLedger { .. }))
    ));
    assert!(!folder.path().exists(), "a failed opening made a folder");

    let opening =
        Opening { origin: "test.example", operator: OPERATOR, roles: Roles::OPERATOR, one_person_pays: false };
    let ledger = Ledger::create_in(&folder, &opening, key(1), &log_key()).unwrap();
    // File locks are per open file, so that a second opening stands for a second process.
    let error = Ledger::open_in(&folder, &mut |_| {}).err().unwrap();
    assert!(matches!(error, LedgerError::Store(StoreError::InUse { .. })), "{error}");
    drop(ledger);
    assert_eq!(Ledger::open_in(&folder, &mut |_| {}).unwrap().head().size, 1);

    let error = Ledger::create_in(&folder, &opening, key(1), &log_key()).err().unwrap();
    assert!(matches!(error, LedgerError::Store(StoreError::Exists { .. })), "{error}");
    let disk = Arc::new(RealDisk::new(folder.segments()).unwrap());
    assert_eq!(Ledger::open(disk, OPTIONS, &mut |_| {}).unwrap().head().size, 1);
}
