//! Period (class 6): what auditors need to recompute a close. Private.

use bincode::{Decode, Encode};
use serde::Serialize;

use crate::date::Period;
use crate::hash::Hash;

/// The random key of a period: with it every salt of every row can be made again (SPEC.md section 14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PeriodKey {
    /// The accounting month.
    pub period: Period,
    /// Thirty-two random bytes.
    pub key: Hash,
}
