//! How bodies cite parties, events and places (SPEC.md section 6).

use std::fmt;

use bincode::{Decode, Encode};
use serde::{Serialize, Serializer};

use crate::hash::Hash;
use crate::limits;

/// A party: sixteen random bytes that mean nothing to anyone else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode)]
pub struct PartyId(pub [u8; 16]);

impl PartyId {
    /// No party: accounts that belong to nobody.
    pub const NONE: PartyId = PartyId([0; 16]);

    /// Reads 32 hex digits.
    pub fn from_hex(text: &str) -> Option<PartyId> {
        let padded = Hash::from_hex(&format!("{text:0<64}")).filter(|_| text.len() == 32)?;
        padded.0.first_chunk().copied().map(PartyId)
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for PartyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An event, cited by its index in the log or by its place in the same submission.
///
/// Two types on purpose: an index must lie below the submission's basis, so that its author had seen it, and an
/// offset cannot be known before the ledger orders the submission.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventRef {
    /// Index in the log, below the basis of the submission that cites it.
    At(u64),
    /// Offset within the same submission, below the citing event's own.
    Here(u16),
}

impl EventRef {
    /// The index in the log, for a submission whose first record has index `first`.
    pub fn resolve(self, first: u64) -> u64 {
        match self {
            EventRef::At(index) => index,
            EventRef::Here(offset) => first.saturating_add(u64::from(offset)),
        }
    }
}

const AT: u8 = 0;
const HERE: u8 = 1;

impl Encode for EventRef {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        match self {
            EventRef::At(index) => (AT, *index).encode(encoder),
            EventRef::Here(offset) => (HERE, *offset).encode(encoder),
        }
    }
}

impl<Context> Decode<Context> for EventRef {
    fn decode<D: bincode::de::Decoder<Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, bincode::error::DecodeError> {
        match u8::decode(decoder)? {
            AT => match u64::decode(decoder)? {
                index @ 0..limits::COUNTER => Ok(EventRef::At(index)),
                _ => Err(bincode::error::DecodeError::Other("the index of an event is below 2^53")),
            },
            HERE => u16::decode(decoder).map(EventRef::Here),
            _ => Err(bincode::error::DecodeError::Other("an event is cited by tag 0 (index) or 1 (offset)")),
        }
    }
}

bincode::impl_borrow_decode!(EventRef);

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventRef::At(index) => write!(f, "{index}"),
            EventRef::Here(offset) => write!(f, "+{offset}"),
        }
    }
}

impl fmt::Debug for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for EventRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            EventRef::At(index) => serializer.serialize_u64(*index),
            EventRef::Here(_) => serializer.collect_str(self),
        }
    }
}

/// A place, by its CISAC TIS number: countries have their ISO 3166-1 number (840 is the United States), groups
/// their own (2136 is the world). Zero is not known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize)]
#[serde(transparent)]
pub struct Territory(pub u16);

impl Territory {
    /// Not known or not said.
    pub const UNKNOWN: Territory = Territory(0);
    /// TIS 2136, World.
    pub const WORLD: Territory = Territory(2136);
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
