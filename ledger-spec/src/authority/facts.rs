//! What is known of keys, and what must be known of a submission to judge it.

use bincode::{Decode, Encode};

use crate::event::Class;
use crate::key::PublicKey;
use crate::reference::PartyId;
use crate::role::Roles;
use crate::submission::Basis;

/// A key's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct KeyState {
    /// The party it speaks for.
    pub party: PartyId,
    /// What it may say.
    pub roles: Roles,
    /// The number its next submission must have.
    pub next_number: u64,
    /// Size of the log that its last submission had seen: what a key has seen it does not unsee.
    pub basis_size: u64,
    /// Index of its enrolment.
    pub enrolled: u64,
    /// Index of its revocation.
    pub revoked: Option<u64>,
}

/// A key that signs checkpoints, or did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct LogKey {
    /// The key.
    pub key: PublicKey,
    /// Index of the event that brought it in.
    pub since: u64,
    /// Size of the log right after that event's submission: the first checkpoint it signs, and the last one of the key
    /// before it.
    pub from: u64,
    /// Whether the key before it was lost, so that no checkpoint of that key covers the change.
    pub lost: bool,
}

impl KeyState {
    pub(super) fn new(party: PartyId, roles: Roles, enrolled: u64) -> KeyState {
        KeyState { party, roles, next_number: 1, basis_size: 0, enrolled, revoked: None }
    }

    pub(super) fn is_operator(&self) -> bool {
        self.roles.contains(Roles::OPERATOR)
    }
}

/// Where in a submission the first event of each class stands, as an offset; so that the first event that breaks a rule
/// is found without looking at thousands that are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classes([u32; Class::ALL.len()]);

impl Default for Classes {
    fn default() -> Classes {
        Classes([u32::MAX; Class::ALL.len()])
    }
}

impl Classes {
    /// Takes in an event.
    pub fn note(&mut self, class: Class, offset: u32) {
        let first = &mut self.0[class as usize - 1]; // classes are numbered from 1 to 7
        *first = offset.min(*first);
    }

    /// Where the first event of a class stands, if there is one.
    pub fn first(&self, class: Class) -> Option<u32> {
        Some(self.0[class as usize - 1]).filter(|offset| *offset != u32::MAX)
    }
}

impl FromIterator<Class> for Classes {
    fn from_iter<I: IntoIterator<Item = Class>>(events: I) -> Classes {
        let mut classes = Classes::default();
        events.into_iter().zip(0..).for_each(|(class, offset)| classes.note(class, offset));
        classes
    }
}

/// What authority needs to know of a submission.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Index of its first record.
    pub first: u64,
    /// Its events.
    pub count: u32,
    /// Who signed it.
    pub author: PublicKey,
    /// The author's own count.
    pub number: u64,
    /// What the author had seen.
    pub basis: Basis,
    /// Where its classes first stand.
    pub classes: Classes,
    /// Its governance events: index and body.
    pub governance: &'a [(u64, &'a [u8])],
}
