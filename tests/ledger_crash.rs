//! Promise: whatever instruction the machine stops at, what was acknowledged is there, nothing contradicts a checkpoint
//! that was given out, and whoever hands in the same submissions again ends with each of them in the log once.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use cantus::ledger::{AppendError, Ledger, LedgerError, Writer};
use cantus::store::{Body, Fault, GivenOut, SimDisk, StoreError, Survival};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::code::RedactionReason;
use ledger_spec::event::governance::Redacted;
use ledger_spec::merkle::verify_inclusion;
use ledger_spec::note::Note;
use ledger_spec::record::Record;
use ledger_spec::submission::{Draft, Submission};

use ledger_support::*;

/// What a client and a reader hold when the machine stops.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<(Submission, cantus::ledger::Accepted)>,
    /// Handed in, and not answered with a place.
    open: Option<Submission>,
    given_out: Option<GivenOut>,
}

/// The submissions of a session, in order, each signed when the one before it was acknowledged: particulars, what
/// redacts them, and some of several events.
fn next_submission(pen: &mut Pen, ledger: &Ledger) -> Submission {
    let number = pen.number;
    let basis = ledger.basis();
    match number {
        4 => pen.say(&Redacted { target: 1, reason: RedactionReason::REQUEST }, basis),
        5 => {
            let mut draft = Draft::new();
            for text in ["one", "two", "three"] {
                draft.push(&details(text), pen.salt()).unwrap();
            }
            pen.sign(draft, basis)
        }
        _ => pen.say(&details(&"x".repeat(usize::try_from(number * 97).unwrap())), basis),
    }
}

const LAST: u64 = 7;

/// Goes on until the last submission is acknowledged, or the disk stops; `false` then.
fn session(disk: &SimDisk, seen: &mut Seen) -> bool {
    let Ok(ledger) = open(disk) else { return false };
    let Ok(writer) = start(&ledger, HandClock::at(NOW)) else { return false };
    let mut pen = Pen::operator(&ledger);
    if let Some(open) = seen.open.take() {
        // What was handed in and not answered comes first, the very same bytes.
        pen.number = open.statement().number;
        if !hand_in(&writer, open, seen) {
            return false;
        }
        pen.number += 1;
    }
    while pen.number <= LAST {
        let submission = next_submission(&mut pen, &ledger);
        if !hand_in(&writer, submission, seen) {
            return false;
        }
    }
    true
}

fn hand_in(writer: &Writer<Accept>, submission: Submission, seen: &mut Seen) -> bool {
    match writer.append(submission.clone()) {
        Ok(accepted) => {
            seen.acknowledged.push((submission, accepted));
            seen.given_out = writer.ledger().checkpoint();
            true
        }
        Err(AppendError::Stopped(_)) => {
            seen.open = Some(submission);
            false
        }
        Err(other) => panic!("{other}"),
    }
}

/// The log has all that was acknowledged, at its place, and continues what was given out.
fn check(ledger: &Ledger, seen: &Seen) {
    let head = ledger.head();
    let root = ledger.root_at(head.size).unwrap();
    for (submission, accepted) in &seen.acknowledged {
        let last = accepted.first + u64::from(accepted.count) - 1;
        let bytes = ledger.store().event(last).unwrap().record;
        let record = Record::parse(&bytes).unwrap();
        assert_eq!(record.seal.unwrap(), submission.seal());
        assert_eq!(record.leaf_hash(), accepted.leaf);
        let path = ledger.inclusion_proof(last, head.size).unwrap();
        verify_inclusion(&record.leaf_hash(), last, head.size, &path, &root).unwrap();
    }
    if let Some(given_out) = &seen.given_out {
        let note = Note::parse(&given_out.checkpoint).unwrap();
        let checkpoint = Checkpoint::open(&note, &ledger.verifier_key().unwrap()).unwrap();
        assert_eq!(ledger.root_at(checkpoint.size).unwrap(), checkpoint.root);
    }
}

/// The whole session, interrupted once, and gone on with on what the machine left.
fn interrupted(base: &SimDisk, operation: u64, fault: Fault, survival: Option<Survival>) -> bool {
    let disk = base.kill();
    disk.inject(operation, fault);
    let mut seen = Seen::default();
    if session(&disk, &mut seen) {
        return false;
    }
    let disk = survival.map_or_else(|| disk.kill(), |survival| disk.power_cut(survival));
    let ledger = open(&disk).unwrap_or_else(|error| panic!("{fault:?} at {operation}, {survival:?}: {error}"));
    check(&ledger, &seen);
    drop(ledger);
    assert!(session(&disk, &mut seen));
    let ledger = open(&disk).unwrap();
    check(&ledger, &seen);
    assert_eq!(seen.acknowledged.len() as u64, LAST - 1, "each submission but the first, once");
    assert_eq!(ledger.head().size, LAST + 2);
    let redacted = ledger.store().event(1).unwrap();
    assert!(matches!(redacted.body, Body::Erased { .. }), "{fault:?} at {operation}, {survival:?}");
    true
}

#[test]
fn at_every_operation_of_the_disk() {
    let base = SimDisk::new();
    drop(create(&base).unwrap());
    let survivals =
        [None, Some(Survival::Nothing), Some(Survival::Everything), Some(Survival::Torn(1)), Some(Survival::Torn(2))];
    for fault in [Fault::Error, Fault::Before, Fault::After] {
        for survival in survivals {
            let mut operation = 0;
            while interrupted(&base, operation, fault, survival) {
                operation += 1;
            }
            assert!(operation > 20, "only {operation} operations were interrupted");
        }
    }
}

#[test]
fn while_the_ledger_is_made() {
    for fault in [Fault::Error, Fault::Before, Fault::After] {
        for survival in [Survival::Nothing, Survival::Everything, Survival::Torn(3)] {
            for operation in 0.. {
                let disk = SimDisk::new();
                disk.inject(operation, fault);
                if create(&disk).is_ok() {
                    break;
                }
                let disk = disk.power_cut(survival);
                match open(&disk) {
                    // The first submission is there: the ledger is made, and only its maker was not told.
                    Ok(ledger) => assert_eq!(ledger.head().size, 1),
                    // Or nothing is, and the same place can be used.
                    Err(LedgerError::Store(StoreError::NoLedger { .. })) => drop(create(&disk).unwrap()),
                    Err(error) => panic!("{fault:?} at {operation}, {survival:?}: {error}"),
                }
            }
        }
    }
}
