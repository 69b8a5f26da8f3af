//! Promise: the same submission again, however often and whenever, has the same place; so a retry is always safe.

#![allow(clippy::unwrap_used)]

mod ledger_support;

use cantus::ledger::{Accepted, Prepared};
use cantus::store::SimDisk;
use ledger_spec::role::Roles;
use ledger_spec::submission::{Draft, Submission};

use ledger_support::*;

#[test]
fn now_later_and_after_opening_again() {
    let disk = SimDisk::new();
    let ledger = create(&disk).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    let mut draft = Draft::new();
    for text in ["one", "two", "three"] {
        draft.push(&details(text), operator.salt()).unwrap();
    }
    let submission = operator.sign(draft, ledger.basis());
    let accepted = writer.append(submission.clone()).unwrap();
    assert!(!accepted.again);
    let again = Accepted { again: true, ..accepted };
    assert_eq!(writer.append(submission.clone()).unwrap(), again);
    for text in ["more", "and more"] {
        writer.append(operator.say(&details(text), ledger.basis())).unwrap();
    }
    // As bytes, the way a remote author kept it.
    let kept = Submission::parse(&submission.to_bytes()).unwrap();
    assert_eq!(writer.append(kept).unwrap(), again);
    let head = ledger.head();
    drop((writer, ledger));

    let ledger = open(&disk).unwrap();
    let writer = self::writer(&ledger);
    assert_eq!(writer.append(submission).unwrap(), again);
    assert_eq!((ledger.head().size, ledger.head().leaf), (head.size, head.leaf));
    let (author, number) = (operator.author.public(), 2);
    assert_eq!(ledger.submission(&author, number).unwrap(), Some(again));
    assert_eq!(ledger.submission(&author, 9).unwrap(), None);
}

#[test]
fn while_the_first_is_still_waiting() {
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    let submission = operator.say(&details("x"), ledger.basis());
    let prepared = Prepared::new(&ledger.id(), submission).unwrap();
    let pending: Vec<_> = (0..10).map(|_| writer.submit(prepared.clone())).collect();
    let answers: Vec<_> = pending.into_iter().map(|pending| pending.wait().unwrap()).collect();
    assert_eq!(answers.iter().filter(|accepted| !accepted.again).count(), 1);
    assert!(answers.iter().all(|accepted| accepted.first == 1));
    assert_eq!(ledger.head().size, 2);
}

#[test]
fn by_a_key_that_was_revoked_since() {
    let ledger = create(&SimDisk::new()).unwrap();
    let writer = writer(&ledger);
    let mut operator = Pen::operator(&ledger);
    enrol(&writer, &mut operator, 9, ALICE, Roles::ARTIST);
    let mut artist = Pen::new(key(9), &ledger);
    let submission = artist.say(&details("x"), ledger.basis());
    let accepted = writer.append(submission.clone()).unwrap();
    let reason = ledger_spec::code::ReasonCode::LOST;
    let revoked = ledger_spec::event::governance::KeyRevoked { key: artist.author.public(), reason };
    writer.append(operator.say(&revoked, ledger.basis())).unwrap();
    assert_eq!(writer.append(submission).unwrap(), Accepted { again: true, ..accepted });
}
