//! Records: the public envelope of one event (SPEC.md section 3).
//!
//! ```text
//! version u8 = 1 | class u8 | index u64 | prev [32] | recorded_at u64 | author [32] | commitment [32] | flags u8
//! sealed:  number u64 | count u32 | basis_size u64 | basis_head [32] | signed_at u64 | signature [64]
//! inline:  salt [16] | length u16 | body
//! ```
//!
//! 115 bytes without the options: with the RFC 6962 leaf prefix, two SHA-256 blocks.

use thiserror::Error;

use crate::commitment::Salt;
use crate::event::Class;
use crate::hash::{Hash, leaf_hash};
use crate::key::{PublicKey, Signature};
use crate::limits;

/// The version this crate reads and writes.
pub const VERSION: u8 = 1;
/// Length of a record that is neither sealed nor inline.
pub const PLAIN: usize = 115;
/// Length of what a sealed record adds.
pub const SEAL: usize = 124;

const SEALED: u8 = 1;
const INLINE: u8 = 1 << 1;

const INDEX: usize = 2;
const PREV: usize = 10;
const RECORDED_AT: usize = 42;
const AUTHOR: usize = 50;
const COMMITMENT: usize = 82;
const FLAGS: usize = 114;

/// Why bytes are not a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Shorter than its fields.
    #[error("a record of {0} bytes is cut short")]
    Short(usize),
    /// Longer than its fields.
    #[error("{0} bytes are left over after the record")]
    Trailing(usize),
    /// A version that this crate does not know: nothing can be said about it.
    #[error("record version {0} is not known to this version; a newer one may read it")]
    Version(u8),
    /// A class that does not exist.
    #[error("class {0} does not exist")]
    Class(u8),
    /// Flags that do not exist, or inline where the class is not governance, or the reverse.
    #[error("flags 0x{flags:02x} do not go with class {class}")]
    Flags {
        /// The flags.
        flags: u8,
        /// The class.
        class: Class,
    },
    /// A number at or above 2^53.
    #[error("{field} is {value}, not below 2^53")]
    Counter {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u64,
    },
    /// An inline salt of zeros, which stands for an erased body.
    #[error("an inline body cannot be erased, but its salt is all zero")]
    ErasedInline,
    /// An inline body longer than its limit.
    #[error("an inline body of {0} bytes is longer than {limit}", limit = limits::BODY_INLINE)]
    LongBody(usize),
}

impl RecordError {
    /// Whether a newer version may read what this one cannot.
    pub fn is_undecided(&self) -> bool {
        matches!(self, RecordError::Version(_))
    }
}

/// What the last record of a submission adds: the submission, signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal {
    /// The author's own count of submissions, from 1.
    pub number: u64,
    /// Events in the submission.
    pub count: u32,
    /// A log size the author had verified.
    pub basis_size: u64,
    /// The leaf hash before it; the ledger's id for size 0.
    pub basis_head: Hash,
    /// Unix milliseconds by the author's clock.
    pub signed_at: u64,
    /// Over the submission's message.
    pub signature: Signature,
}

impl Seal {
    /// Appends the 124 bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.basis_size.to_be_bytes());
        out.extend_from_slice(&self.basis_head.0);
        out.extend_from_slice(&self.signed_at.to_be_bytes());
        out.extend_from_slice(&self.signature.0);
    }

    fn read(bytes: &[u8; SEAL]) -> Seal {
        Seal {
            number: u64::from_be_bytes(field(bytes, 0)),
            count: u32::from_be_bytes(field(bytes, 8)),
            basis_size: u64::from_be_bytes(field(bytes, 12)),
            basis_head: Hash(field(bytes, 20)),
            signed_at: u64::from_be_bytes(field(bytes, 52)),
            signature: Signature(field(bytes, 60)),
        }
    }
}

/// A salt and the body it commits to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening<'a> {
    /// The salt.
    pub salt: Salt,
    /// The body.
    pub body: &'a [u8],
}

/// A record, read from its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    bytes: &'a [u8],
    /// The class of its event.
    pub class: Class,
    /// Its place in the log, from 0.
    pub index: u64,
    /// Leaf hash of the record before it; the ledger's id for the first.
    pub prev: Hash,
    /// Unix milliseconds by the ledger's clock.
    pub recorded_at: u64,
    /// Who said it.
    pub author: PublicKey,
    /// To salt and body.
    pub commitment: Hash,
    /// The submission, in its last record.
    pub seal: Option<Seal>,
    /// Salt and body, if they are public.
    pub inline: Option<Opening<'a>>,
}

impl<'a> Record<'a> {
    /// Reads a record that fills `bytes` entirely.
    pub fn parse(bytes: &'a [u8]) -> Result<Record<'a>, RecordError> {
        let short = || RecordError::Short(bytes.len());
        match bytes.first() {
            None => return Err(short()),
            Some(&VERSION) => {}
            Some(&version) => return Err(RecordError::Version(version)),
        }
        let (plain, mut rest) = bytes.split_first_chunk::<PLAIN>().ok_or_else(short)?;
        let class = Class::from_number(plain[1]).ok_or(RecordError::Class(plain[1]))?;
        let flags = plain[FLAGS];
        let inline = flags & INLINE != 0;
        if flags & !(SEALED | INLINE) != 0 || inline != (class == Class::Governance) {
            return Err(RecordError::Flags { flags, class });
        }
        let seal = if flags & SEALED != 0 {
            let (seal, after) = rest.split_first_chunk::<SEAL>().ok_or_else(short)?;
            rest = after;
            Some(Seal::read(seal))
        } else {
            None
        };
        let inline = if inline { Some(read_opening(&mut rest).ok_or_else(short)??) } else { None };
        if !rest.is_empty() {
            return Err(RecordError::Trailing(rest.len()));
        }
        let record = Record {
            bytes,
            class,
            index: u64::from_be_bytes(field(plain, INDEX)),
            prev: Hash(field(plain, PREV)),
            recorded_at: u64::from_be_bytes(field(plain, RECORDED_AT)),
            author: PublicKey(field(plain, AUTHOR)),
            commitment: Hash(field(plain, COMMITMENT)),
            seal,
            inline,
        };
        record.check_counters()?;
        Ok(record)
    }

    fn check_counters(&self) -> Result<(), RecordError> {
        let below = |field, value| match value {
            0..limits::COUNTER => Ok(()),
            value => Err(RecordError::Counter { field, value }),
        };
        below("index", self.index)?;
        below("recorded_at", self.recorded_at)?;
        let Some(seal) = &self.seal else { return Ok(()) };
        below("number", seal.number)?;
        below("basis_size", seal.basis_size)?;
        below("signed_at", seal.signed_at)
    }

    /// The record's bytes: the log's entry.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// `SHA-256(0x00 || record)`: chain hash and Merkle leaf hash in one.
    pub fn leaf_hash(&self) -> Hash {
        leaf_hash(self.bytes)
    }
}

fn read_opening<'a>(rest: &mut &'a [u8]) -> Option<Result<Opening<'a>, RecordError>> {
    let (salt, after) = rest.split_first_chunk::<16>()?;
    let (length, after) = after.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > limits::BODY_INLINE {
        return Some(Err(RecordError::LongBody(length)));
    }
    let (body, after) = after.split_at_checked(length)?;
    *rest = after;
    if *salt == crate::commitment::ERASED {
        return Some(Err(RecordError::ErasedInline));
    }
    Some(Ok(Opening { salt: *salt, body }))
}

/// `N` bytes from `at`; every call lies within a fixed layout.
fn field<const N: usize, const LENGTH: usize>(bytes: &[u8; LENGTH], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

/// Whether an entry says that it is sealed, if it is long enough to be a record. Nothing else of it is checked.
pub fn is_sealed(entry: &[u8]) -> bool {
    entry.get(FLAGS).is_some_and(|flags| flags & SEALED != 0)
}

/// The bytes of class and commitment, which make the item, before the record is parsed; zeros if it is none.
pub(crate) fn item_parts(entry: &[u8]) -> (&[u8; 1], &[u8; 32]) {
    match entry.first_chunk::<PLAIN>() {
        Some(plain) => {
            let (class, commitment) = (plain[1..].first_chunk(), plain[COMMITMENT..].first_chunk());
            (class.unwrap_or(&[0]), commitment.unwrap_or(&[0; 32]))
        }
        None => (&[0], &[0; 32]),
    }
}

/// What a record says before it is bytes.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    /// The class of its event.
    pub class: Class,
    /// Its place in the log.
    pub index: u64,
    /// Leaf hash of the record before it.
    pub prev: Hash,
    /// Unix milliseconds by the ledger's clock.
    pub recorded_at: u64,
    /// Who said it.
    pub author: PublicKey,
    /// To salt and body.
    pub commitment: Hash,
    /// The submission, in its last record.
    pub seal: Option<&'a Seal>,
    /// Salt and body; written if the class is governance.
    pub opening: Opening<'a>,
}

impl Fields<'_> {
    /// Appends the record's bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let inline = self.class == Class::Governance;
        let flags = if self.seal.is_some() { SEALED } else { 0 } | if inline { INLINE } else { 0 };
        let mut plain = [0; PLAIN];
        plain[0] = VERSION;
        plain[1] = self.class.number();
        plain[INDEX..PREV].copy_from_slice(&self.index.to_be_bytes());
        plain[PREV..RECORDED_AT].copy_from_slice(&self.prev.0);
        plain[RECORDED_AT..AUTHOR].copy_from_slice(&self.recorded_at.to_be_bytes());
        plain[AUTHOR..COMMITMENT].copy_from_slice(&self.author.0);
        plain[COMMITMENT..FLAGS].copy_from_slice(&self.commitment.0);
        plain[FLAGS] = flags;
        out.extend_from_slice(&plain);
        if let Some(seal) = self.seal {
            seal.write(out);
        }
        if inline {
            write_opening(&self.opening, out);
        }
    }
}

/// Appends `salt [16] | length u16 | body`, as inline records and the bodies of a store hold it.
pub fn write_opening(opening: &Opening<'_>, out: &mut Vec<u8>) {
    let length = u16::try_from(opening.body.len()).expect("bodies are at most 60,000 bytes, checked when written");
    out.extend_from_slice(&opening.salt);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(opening.body);
}

/// Splits the first `salt [16] | length u16 | body` off `bytes`; `None` if it is cut short.
pub fn split_opening<'a>(bytes: &mut &'a [u8]) -> Option<Opening<'a>> {
    let (salt, after) = bytes.split_first_chunk::<16>()?;
    let (length, after) = after.split_first_chunk::<2>()?;
    let (body, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *bytes = after;
    Some(Opening { salt: *salt, body })
}

/// Splits the first `length u16 | entry` off an entry bundle; `None` if it is cut short.
pub fn split_entry<'a>(bundle: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = bundle.split_first_chunk::<2>()?;
    let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *bundle = after;
    Some(entry)
}
