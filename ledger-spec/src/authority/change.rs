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
    /// Whether two changes of one submission, each fine alone, cannot both stand.
    pub(super) fn collides(&self, other: &Change) -> bool {
        match (self, other) {
            (Change::Enrol(a), Change::Enrol(b)) => {
                a.key == b.key || (a.party == b.party && b.mode == EnrolMode::First)
            }
            (Change::Enrol(a), Change::LogKey(b)) | (Change::LogKey(b), Change::Enrol(a)) => a.key == b.key,
            // Two operators could otherwise revoke each other in one submission and leave none.
            (Change::Revoke(_), Change::Revoke(_)) => true,
            (Change::Close(_), Change::Close(_)) | (Change::LogKey(_), Change::LogKey(_)) => true,
            (Change::End, _) => true,
            _ => false,
        }
    }

    pub(super) fn collision(&self) -> Violation {
        match *self {
            Change::Enrol(KeyEnrolled { key, .. }) | Change::LogKey(LogKey { key, .. }) => {
                Violation::EnrolledTwice(key)
            }
            Change::Revoke(key) => Violation::LastOperator(key),
            Change::Close(period) => Violation::PeriodOrder(period),
            Change::None | Change::Redact(_) | Change::End => Violation::EndNotLast,
        }
    }
}
