//! What is found wrong with records, in the words that people read; whole logs and extracts say it alike.

use crate::hash::Hash;
use crate::key::PublicKey;
use crate::record::{Record, RecordError};
use crate::submission::Basis;
use crate::verify::report::{Finding, Rule};

/// The record at `index`, which says it is number `number`, does not name the one before it.
pub(super) fn broken_link(index: u64, number: u64, prev: Hash, head: Hash) -> Box<Finding> {
    let meaning = match number == index {
        true => "The record does not name the one before it, which was altered or replaced.".to_owned(),
        false => format!(
            "The record calls itself event {number} but stands at place {index}: records were taken out, put in or moved."
        ),
    };
    Finding::tampered(Rule::Chain, meaning).at(index).expected(head, prev)
}

/// Whether the ledger's clock stands or goes on.
pub(super) fn clock(before: u64, now: u64) -> Result<(), Box<Finding>> {
    match now >= before {
        true => Ok(()),
        false => {
            let meaning = "The ledger's clock goes back.";
            Err(Finding::malformed(Rule::Clock, meaning).expected(format!("{before} or later"), now))
        }
    }
}

/// The record at `index` says that it is number `number`.
pub(super) fn misnumbered(index: u64, number: u64) -> Box<Finding> {
    let meaning = "The record is chained to the one before it but has another number than its place.";
    Finding::malformed(Rule::Chain, meaning).at(index).expected(index, number)
}

/// The entry at `index` is not a record, or one of a version from the future.
pub(super) fn not_a_record(index: u64, error: &RecordError) -> Box<Finding> {
    let meaning = format!("The entry is not a record that can be read: {error}.");
    match error.is_undecided() {
        true => Finding::undecided(Rule::Records, meaning).at(index),
        false => Finding::malformed(Rule::Records, meaning).at(index),
    }
}

/// The first record does not open a ledger.
pub(super) fn not_opened() -> Box<Finding> {
    Finding::malformed(Rule::Authority, "A ledger begins with the public event that opens it; this does not.").at(0)
}

/// The entries cannot be told apart from the one at `index` on.
pub(super) fn unreadable(index: u64) -> Box<Finding> {
    Finding::malformed(Rule::Records, "The entries are cut short, or their lengths are not true.").at(index)
}

/// The author's signature, in the record at `index`, is not over these events.
pub(super) fn not_signed(index: u64, author: PublicKey) -> Box<Finding> {
    let meaning = "The author's signature does not cover these events: they were altered, or were never said by this \
                   key, or were said to another ledger.";
    Finding::tampered(Rule::AuthorSignatures, meaning).at(index).by(author)
}

/// A public body gives another commitment than its record.
pub(super) fn not_committed(record: &Record<'_>, found: Hash) -> Box<Finding> {
    let meaning = "The public body is not the one that its author committed to.";
    let finding = Finding::tampered(Rule::GovernanceBodies, meaning).at(record.index).by(record.author);
    finding.expected(record.commitment, found)
}

/// The finding that an author had not seen what it signed to have seen, but this.
pub(super) fn basis_is_not(basis: Basis, found: Option<Hash>) -> Box<Finding> {
    let seen = format!("The author signed that it had seen a log of {} events", basis.size);
    match found {
        Some(found) if found != basis.head => {
            let finding = Finding::tampered(Rule::Basis, seen + ", but another one than this.");
            finding.expected(basis.head, found)
        }
        _ => Finding::tampered(Rule::Basis, seen + "; the log never had that size."),
    }
}
