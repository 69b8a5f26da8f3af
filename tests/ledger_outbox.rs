//! Promise: whatever instruction the author's machine stops at, the submission is kept as it was signed, or its receipt
//! is stored, or it was never signed for anyone to see; so that it is in the ledger once in the end.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use std::sync::Arc;

use cantus::ledger::{Outbox, OutboxError};
use cantus::store::{Disk, Fault, SimDisk, Survival};
use ledger_spec::submission::Submission;

use ledger_support::*;

fn outbox(disk: &SimDisk) -> Outbox {
    Outbox::new(Arc::new(disk.clone()))
}

/// Kept before it is handed in, settled after.
fn deliver(
    outbox: &Outbox,
    submission: &Submission,
    hand_in: impl FnOnce(&Submission) -> Vec<u8>,
) -> Result<(), OutboxError> {
    outbox.keep(submission)?;
    let receipt = hand_in(submission);
    outbox.settle(submission, &receipt)
}

#[test]
fn at_every_operation_of_the_disk() {
    let survivals = [Survival::Nothing, Survival::Everything, Survival::Torn(1), Survival::Torn(2)];
    for fault in [Fault::Error, Fault::Before, Fault::After] {
        for survival in survivals {
            let interrupted = |operation| {
                let ledger = create(&SimDisk::new()).unwrap();
                let writer = writer(&ledger);
                let mut pen = Pen::operator(&ledger);
                let submission = pen.say(&details("x"), ledger.basis());
                let hand_in = |submission: &Submission| {
                    let accepted = writer.append(submission.clone()).unwrap();
                    format!("event {}", accepted.first).into_bytes()
                };
                let disk = SimDisk::new();
                disk.inject(operation, fault);
                let delivered = deliver(&outbox(&disk), &submission, hand_in);
                let after = outbox(&disk.power_cut(survival));
                let waiting = after.waiting().unwrap();
                let handed_in = ledger.head().size > 1;
                // What was handed in is known: kept, the very same bytes, or its receipt stored.
                let receipt = after.receipt(&pen.author.public(), 2).unwrap();
                assert!(waiting.iter().all(|kept| kept.to_bytes() == submission.to_bytes()));
                assert!(!handed_in || waiting.len() == 1 || receipt.as_deref() == Some(b"event 1"));
                for kept in waiting {
                    deliver(&after, &kept, hand_in).unwrap();
                }
                assert!(after.waiting().unwrap().is_empty());
                if delivered.is_ok() || handed_in {
                    assert_eq!(after.receipt(&pen.author.public(), 2).unwrap().unwrap(), b"event 1");
                }
                assert!(ledger.head().size <= 2);
                delivered.is_err()
            };
            let operations = (0..).take_while(|operation| interrupted(*operation)).count();
            assert!(operations > 10, "only {operations} operations were interrupted");
        }
    }
}

#[test]
fn one_number_holds_one_submission() {
    let ledger = create(&SimDisk::new()).unwrap();
    let mut pen = Pen::operator(&ledger);
    let outbox = outbox(&SimDisk::new());
    let this = pen.say(&details("this"), ledger.basis());
    outbox.keep(&this).unwrap();
    outbox.keep(&this).unwrap();
    pen.number -= 1;
    let that = pen.say(&details("that"), ledger.basis());
    assert!(matches!(outbox.keep(&that), Err(OutboxError::Waiting { number: 2, .. })));
    // A refused one gives its number free.
    outbox.discard(&this).unwrap();
    outbox.keep(&that).unwrap();
    assert_eq!(outbox.waiting().unwrap(), [that]);
}

#[test]
fn a_receipt_is_never_replaced() {
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let mut pen = Pen::operator(&ledger);
    let outbox = outbox(&SimDisk::new());
    let this = pen.say(&details("this"), ledger.basis());
    let accepted = writer.append(this.clone()).unwrap();
    let first = ledger.receipt(&accepted).unwrap().to_bytes();
    outbox.keep(&this).unwrap();
    outbox.settle(&this, &first).unwrap();

    // A later receipt for the same place is none the better.
    let next = pen.say(&details("next"), ledger.basis());
    let next = writer.append(next).unwrap();
    let later = ledger.receipt(&accepted).unwrap().to_bytes();
    assert_ne!(later, first);
    outbox.settle(&this, &later).unwrap();
    let other = ledger.receipt(&next).unwrap().to_bytes();
    assert!(matches!(outbox.settle(&this, &other), Err(OutboxError::Settled { number: 2, .. })));
    assert_eq!(outbox.receipt(&pen.author.public(), 2).unwrap().unwrap(), first);

    pen.number = 2;
    let that = pen.say(&details("that"), ledger.basis());
    assert!(matches!(outbox.keep(&that), Err(OutboxError::Settled { number: 2, .. })));
    assert!(outbox.waiting().unwrap().is_empty());
}

#[test]
fn they_wait_in_the_order_of_their_numbers() {
    let ledger = create(&SimDisk::new()).unwrap();
    let mut pen = Pen::operator(&ledger);
    let outbox = outbox(&SimDisk::new());
    let submissions: Vec<_> = (0..12).map(|_| pen.say(&details("x"), ledger.basis())).collect();
    submissions.iter().rev().for_each(|submission| outbox.keep(submission).unwrap());
    assert_eq!(outbox.waiting().unwrap(), submissions);
}

#[test]
fn a_damaged_one_is_named() {
    let ledger = create(&SimDisk::new()).unwrap();
    let submission = Pen::operator(&ledger).say(&details("x"), ledger.basis());
    let disk = SimDisk::new();
    outbox(&disk).keep(&submission).unwrap();
    let name = format!("{}-0000000000000002.submission", Pen::operator(&ledger).author.public());
    let mut bytes = disk.read(&name).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    disk.overwrite(&name, &bytes);
    assert!(matches!(outbox(&disk).waiting(), Err(OutboxError::Damaged { file, .. }) if file == name));
}

#[test]
fn a_submission_under_a_wrong_name_is_not_handed_in_but_named() {
    let ledger = create(&SimDisk::new()).unwrap();
    let mut pen = Pen::operator(&ledger);
    let disk = SimDisk::new();
    let outbox = outbox(&disk);
    outbox.keep(&pen.say(&details("x"), ledger.basis())).unwrap();
    assert!(outbox.inspect().unwrap().is_empty());
    let files = disk.list().unwrap();
    let [right] = &files[..] else { panic!("{files:?}") };
    disk.rename(right, "wrong.submission").unwrap();
    let is_named = |error: &OutboxError| match error {
        OutboxError::Misnamed { file, name } => file == "wrong.submission" && name == right,
        _ => false,
    };
    assert!(outbox.waiting().is_err_and(|error| is_named(&error)));
    assert!(matches!(&outbox.inspect().unwrap()[..], [error] if is_named(error)));
    disk.rename("wrong.submission", right).unwrap();
    assert_eq!(outbox.waiting().unwrap().len(), 1);
}
