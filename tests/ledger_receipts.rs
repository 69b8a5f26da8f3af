//! Promise: an author gets a receipt that proves, to anyone who knows the log's key, that the log took in exactly this
//! submission, in this place; and can have it again at any time.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use cantus::ledger::{Accepted, Ledger, LedgerError};
use cantus::store::SimDisk;
use ledger_spec::policy::Policy;
use ledger_spec::receipt::{Receipt, ReceiptError};
use ledger_spec::role::Roles;
use ledger_spec::submission::{Draft, Submission};

use ledger_support::*;

/// A ledger with submissions of 1 to 300 events by two authors.
fn filled(disk: &SimDisk) -> (Ledger, Vec<(Submission, Accepted, Receipt)>) {
    let ledger = create(disk).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    enrol(&writer, &mut operator, 9, ALICE, Roles::ARTIST);
    let mut artist = Pen::new(key(9), &ledger);
    let mut all = Vec::new();
    for count in [1, 300, 2, 255, 1] {
        for pen in [&mut operator, &mut artist] {
            let mut draft = Draft::new();
            for _ in 0..count {
                draft.push(&details("x"), pen.salt()).unwrap();
            }
            let submission = pen.sign(draft, ledger.basis());
            let accepted = writer.append(submission.clone()).unwrap();
            all.push((submission, accepted, ledger.receipt(&accepted).unwrap()));
        }
    }
    (ledger, all)
}

#[test]
fn every_receipt_verifies_now_and_later() {
    let disk = SimDisk::new();
    let (ledger, all) = filled(&disk);
    let policy = Policy::trusting(ledger.verifier_key().unwrap());
    let check = |ledger: &Ledger| {
        for (submission, accepted, then) in &all {
            let now = ledger.receipt(accepted).unwrap();
            for receipt in [then, &now] {
                let receipt = Receipt::parse(&receipt.to_bytes()).unwrap();
                let placed = receipt.verify(submission, &policy).unwrap();
                assert_eq!(placed.ordered.first, accepted.first);
                assert_eq!(placed.ordered.head(), accepted.leaf);
                let records = ledger.store().records(accepted.first..accepted.basis().size).unwrap();
                assert_eq!(placed.ordered.records, records);
            }
            assert_eq!(now.proof.checkpoint.text().lines().nth(1).unwrap(), ledger.head().size.to_string());
        }
    };
    check(&ledger);
    drop(ledger);
    check(&open(&disk).unwrap());
}

#[test]
fn it_is_of_no_other_submission_and_no_other_log() {
    let (ledger, all) = filled(&SimDisk::new());
    let policy = Policy::trusting(ledger.verifier_key().unwrap());
    let (_, _, receipt) = &all[0];
    let (other, ..) = &all[4];
    assert_eq!(receipt.verify(other, &policy), Err(ReceiptError::OtherSubmission));
    let stranger = create(&SimDisk::new()).unwrap();
    let writer = writer(&stranger);
    let submission = Pen::operator(&stranger).say(&details("x"), stranger.basis());
    let accepted = writer.append(submission).unwrap();
    let mut receipt = receipt.clone();
    receipt.proof.checkpoint = stranger.receipt(&accepted).unwrap().proof.checkpoint;
    assert!(receipt.verify(&all[0].0, &policy).is_err());
}

#[test]
fn without_a_checkpoint_there_is_none() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let guard = disk.read("guard").unwrap();
    let accepted = writer(&ledger).append(Pen::operator(&ledger).say(&details("x"), ledger.basis())).unwrap();
    drop(ledger);
    disk.overwrite("guard", &guard);
    let ledger = open(&disk).unwrap();
    assert!(matches!(ledger.receipt(&accepted), Err(LedgerError::NoCheckpoint { index: 1 })));
    let _writer = writer(&ledger);
    ledger.receipt(&accepted).unwrap();
}
