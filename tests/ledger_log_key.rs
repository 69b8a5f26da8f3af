//! Promise: a new log key is accepted with a checkpoint by the old one that covers the change, or the change says that
//! the old one is lost; and no writer gets stuck without the key that the next checkpoint needs.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use cantus::ledger::{Ledger, LedgerError, LogKeys, Prepared, Refusal, Writer, WriterOptions, keys, log_key_change};
use cantus::store::SimDisk;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::note::{KeyType, Note, VerifierKey};
use ledger_spec::sign::{PublicKey, SigningKey};

use ledger_support::*;

fn writer_with(ledger: &Ledger, keys: Vec<SigningKey>, log_key_lost: bool) -> Result<Writer<Accept>, LedgerError> {
    let options = WriterOptions { log_key_lost, ..WriterOptions::default() };
    Writer::start(ledger, LogKeys::new(keys), Accept::default(), Box::new(HandClock::at(NOW)), options)
}

/// The size of the last checkpoint, if it is signed by that key.
fn signed_by(ledger: &Ledger, key: &SigningKey) -> Option<u64> {
    let note = Note::parse(&ledger.checkpoint().unwrap().checkpoint).unwrap();
    let vkey = VerifierKey::new(&ledger.origin(), KeyType::Ed25519, PublicKey::from(key)).unwrap();
    Checkpoint::open(&note, &vkey).ok().map(|checkpoint| checkpoint.size)
}

#[test]
fn the_old_key_covers_the_change_and_the_new_one_goes_on() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let (old, new) = (log_key(), key(201));
    let writer = writer_with(&ledger, vec![old.clone(), new.clone()], false).unwrap();
    let mut operator = Pen::operator(&ledger);
    let basis = ledger.basis();
    let changed = operator.say(&log_key_change(&new, &ledger.id(), false), basis);
    let after = operator.say(&details("after"), basis);
    // Both wait at once, and still no checkpoint of the old key covers what comes after the change.
    let prepare = |submission| Prepared::new(&ledger.id(), submission).unwrap();
    let (changed, after) = (writer.submit(prepare(changed)), writer.submit(prepare(after)));
    assert_eq!(changed.wait().unwrap().first, 1);
    assert_eq!(after.wait().unwrap().first, 2);
    assert_eq!(signed_by(&ledger, &new), Some(3));
    let mut commits = 0;
    for chunk in ledger.store().scan(1).unwrap() {
        commits += chunk.unwrap().frames().count();
    }
    assert_eq!(commits, 2);
    drop((writer, ledger));
    // The new key alone is enough from now on, the old one is not.
    let ledger = open(&disk).unwrap();
    assert!(matches!(writer_with(&ledger, vec![old], false).err(), Some(LedgerError::LogKey { .. })));
    writer_with(&ledger, vec![new], false).unwrap();
}

#[test]
fn the_checkpoint_over_the_change_is_by_the_old_key() {
    let ledger = create(&SimDisk::new()).unwrap();
    let (old, new) = (log_key(), key(201));
    let writer = writer_with(&ledger, vec![old.clone(), new.clone()], false).unwrap();
    let changed = log_key_change(&new, &ledger.id(), false);
    writer.append(Pen::operator(&ledger).say(&changed, ledger.basis())).unwrap();
    assert_eq!(signed_by(&ledger, &old), Some(2));
    assert_eq!(signed_by(&ledger, &new), None);
}

#[test]
fn a_change_to_a_key_that_is_not_at_hand_is_refused() {
    let ledger = create(&SimDisk::new()).unwrap();
    let new = key(201);
    let writer = writer_with(&ledger, vec![log_key()], false).unwrap();
    let changed = log_key_change(&new, &ledger.id(), false);
    let answer = writer.append(Pen::operator(&ledger).say(&changed, ledger.basis()));
    assert_eq!(refusal(answer), Refusal::LogKey(keys::public(&new)));
    assert_eq!(ledger.head().size, 1);
}

#[test]
fn without_the_old_key_only_a_change_that_says_so_is_taken_in() {
    let ledger = create(&SimDisk::new()).unwrap();
    let (old, new) = (log_key(), key(201));
    let writer = writer_with(&ledger, vec![new.clone()], true).unwrap();
    let mut operator = Pen::operator(&ledger);
    let needed = Refusal::LogKey(keys::public(&old));
    assert_eq!(refusal(writer.append(operator.say(&details("x"), ledger.basis()))), needed);
    operator.number -= 1;
    let pretended = log_key_change(&new, &ledger.id(), false);
    assert_eq!(refusal(writer.append(operator.say(&pretended, ledger.basis()))), needed);
    operator.number -= 1;
    let lost = log_key_change(&new, &ledger.id(), true);
    writer.append(operator.say(&lost, ledger.basis())).unwrap();
    assert_eq!(signed_by(&ledger, &new), Some(2));
    writer.append(operator.say(&details("x"), ledger.basis())).unwrap();
    assert_eq!(signed_by(&ledger, &new), Some(3));
}

#[test]
fn a_crash_before_the_old_key_covered_the_change() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let (old, new) = (log_key(), key(201));
    let guard = disk.read("guard").unwrap();
    let writer = writer_with(&ledger, vec![old.clone(), new.clone()], false).unwrap();
    let changed = log_key_change(&new, &ledger.id(), false);
    writer.append(Pen::operator(&ledger).say(&changed, ledger.basis())).unwrap();
    drop((writer, ledger));
    // As if the process had died between the two.
    disk.overwrite("guard", &guard);
    let ledger = open(&disk).unwrap();
    let _writer = writer_with(&ledger, vec![old.clone(), new], false).unwrap();
    assert_eq!(signed_by(&ledger, &old), Some(2));
}
