//! Particulars (class 7): the erasable kinds, and only they. Everything a person could ask to be forgotten is here
//! (SPEC.md section 11).

use bincode::{BorrowDecode, Encode};
use serde::Serialize;

use crate::code::NameRole;
use crate::reference::{EventRef, PartyId};

/// A text and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Named<'a> {
    /// What the text is.
    pub role: NameRole,
    /// The text, as given.
    pub text: &'a str,
}

/// Names and addresses of a party. Later details add to earlier ones, role by role.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct PartyDetails<'a> {
    /// The party.
    pub party: PartyId,
    /// Its details.
    pub details: Vec<Named<'a>>,
}

/// The sentence that a correction or dispute cites, written for the payee who will read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Remark<'a> {
    /// What it is about, if it is about an event.
    pub about: Option<EventRef>,
    /// The sentence.
    pub text: &'a str,
}

/// Whose names these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, bincode::Decode, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NamesOf {
    /// An event: a work, recording, release, or the source itself (its file name, and the places it names that are
    /// not known).
    Event(EventRef),
    /// What a source calls by this number.
    Reported {
        /// Index of the source's first event.
        source: u64,
        /// The number within it.
        number: u32,
    },
}

/// Titles and names as somebody wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct NamesReported<'a> {
    /// Whose.
    pub of: NamesOf,
    /// The names.
    pub names: Vec<Named<'a>>,
}
