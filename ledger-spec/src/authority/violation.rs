//! Why a submission may not stand: one message for each rule of authority.

use thiserror::Error;

use crate::date::Period;
use crate::event::{Class, EventError};
use crate::key::PublicKey;
use crate::role::Roles;

/// Why a submission may not stand.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the fields are what the messages name")]
pub enum Violation {
    #[error("a ledger begins with exactly one event, ledger opened, with number 1 and basis 0 on the ledger's id")]
    Opening,
    #[error("a ledger is opened once")]
    OpenedTwice,
    #[error("this ledger continues another, which this version refuses")]
    Continues,
    #[error("the origin {0:?} is not a name: 1 to 128 visible characters without `+`")]
    Origin(String),
    #[error("key {0} is not enrolled")]
    Unknown(PublicKey),
    #[error("key {0} was revoked by event {1}")]
    Revoked(PublicKey, u64),
    #[error("key {key} gives number {found}; its next is {expected}")]
    Counter { key: PublicKey, expected: u64, found: u64 },
    #[error("the basis {basis} is above the submission's first index {first}")]
    BasisAhead { basis: u64, first: u64 },
    #[error("key {key} gives a basis of {basis} events, but its submission before had seen {seen}: it was shown less")]
    BasisBack { key: PublicKey, basis: u64, seen: u64 },
    #[error("key {key} with roles {roles} may not author events of class {class}")]
    Class { key: PublicKey, roles: Roles, class: Class },
    #[error("key {key} with roles {roles} may not author {kind}")]
    Kind { key: PublicKey, roles: Roles, kind: &'static str },
    #[error("roles 0x{0:x} are none, or not known")]
    Roles(u32),
    #[error("key {0} was enrolled before; a key is enrolled once, ever")]
    EnrolledTwice(PublicKey),
    #[error("key {0} signs checkpoints; an author's key is another")]
    LogKey(PublicKey),
    #[error("key {0} is the second new log key of one submission")]
    LogKeyTwice(PublicKey),
    #[error("key {0} is weak, or no key at all")]
    WeakKey(PublicKey),
    #[error("the proof of possession of key {0} does not verify")]
    Possession(PublicKey),
    #[error("key {0} would speak for party zero, which is nobody")]
    NoParty(PublicKey),
    #[error("key {0} is enrolled as the first of its party, which had a key before")]
    NotFirst(PublicKey),
    #[error("key {0} is endorsed by a key of another party, or with roles the endorser does not hold")]
    NotEndorsed(PublicKey),
    #[error("key {0} is enrolled over its party's keys, but the party never had one")]
    NothingToOverride(PublicKey),
    #[error("without key {0} no live operator key would be left")]
    LastOperator(PublicKey),
    #[error("key {0} is revoked twice in one submission")]
    RevokedTwice(PublicKey),
    #[error("event {target} is redacted by a submission with basis {basis}, which does not cover it")]
    RedactedAhead { target: u64, basis: u64 },
    #[error("event {0} is ordered to be erased, which is not of class {class}", class = Class::Particulars)]
    NotErasable(u64),
    #[error("period {0} is not after the last closed one")]
    PeriodOrder(Period),
    #[error("a close of {through} events stands at index {first} with basis {basis}; the three are one number")]
    CloseNotExact { through: u64, first: u64, basis: u64 },
    #[error("the close at {index} does not stand second of two events, after its period's key")]
    CloseNotAlone { index: u64 },
    #[error("the ledger was ended by event {0}; nothing follows")]
    Ended(u64),
    #[error("the governance body of event {index} cannot be read: {error}")]
    Body { index: u64, error: EventError },
    #[error("event {index} is of kind 0x{kind:04x}, which is no kind of governance")]
    NotGovernance { index: u64, kind: u16 },
    #[error("the ledger is ended within a submission that goes on")]
    EndNotLast,
}

impl Violation {
    /// Whether a newer version may be able to judge what this one cannot.
    pub fn is_undecided(&self) -> bool {
        matches!(self, Violation::Continues | Violation::Body { error: EventError::UnknownKind(_), .. })
    }
}
