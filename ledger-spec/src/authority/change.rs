//! What a governance event does to authority, and which two cannot stand in one submission.

use crate::authority::{LogKey, Violation};
use crate::date::Period;
use crate::event::governance::{EnrolMode, KeyEnrolled};
use crate::key::PublicKey;

/// What a governance event changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing here: rules and tables are read by the projections.
    None,
    /// A key is enrolled.
    Enrol(KeyEnrolled),
    /// A key is revoked.
    Revoke(PublicKey),
    /// A period is closed.
    Close(Period),
    /// A body is erased.
    Redact(u64),
    /// Another key signs checkpoints.
    LogKey(LogKey),
    /// The ledger ends.
    End,
}

impl Change {
    /// Why this change cannot stand after an earlier one of the same submission, though each is fine alone.
    pub(super) fn collision(&self, earlier: &Change) -> Option<Violation> {
        match (earlier, *self) {
            (Change::Enrol(before), Change::Enrol(KeyEnrolled { key, .. })) if before.key == key => {
                Some(Violation::EnrolledTwice(key))
            }
            (Change::Enrol(before), Change::Enrol(KeyEnrolled { party, key, mode: EnrolMode::First, .. }))
                if before.party == party =>
            {
                Some(Violation::NotFirst(key))
            }
            (Change::Enrol(before), Change::LogKey(LogKey { key, .. })) if before.key == key => {
                Some(Violation::EnrolledTwice(key))
            }
            (Change::LogKey(before), Change::Enrol(KeyEnrolled { key, .. })) if before.key == key => {
                Some(Violation::LogKey(key))
            }
            (Change::LogKey(_), Change::LogKey(LogKey { key, .. })) => Some(Violation::LogKeyTwice(key)),
            (Change::Revoke(before), Change::Revoke(key)) if *before == key => Some(Violation::RevokedTwice(key)),
            _ => None,
        }
    }
}
