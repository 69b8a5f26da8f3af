//! Submissions: 1 to 4096 events by one author, signed once, accepted whole or not at all (SPEC.md section 9).
//!
//! ```text
//! message:    "cantus/submission/v1" NUL | ledger_id [32] | author [32] | number u64 | count u32 | items_root [32]
//!             | basis_size u64 | basis_head [32] | signed_at u64
//! submission: message | signature [64] | count times: class u8 | salt [16] | length u16 | body
//! ```
//!
//! The author signs content and what it had seen; the ledger orders it. What `items_root` covers: [`crate::item`].

mod ordered;

pub use ordered::Ordered;

use thiserror::Error;

use crate::commitment::{self, Salt, commit_each};
use crate::event::usage::UsageLine;
use crate::event::{Class, EventError, Kind, class_of_body};
use crate::hash::Hash;
use crate::item::items_root;
use crate::key::{PublicKey, Signature};
use crate::record::{Opening, Seal, split_opening};
use crate::{limits, sign};

/// Domain of the signed message.
pub const DOMAIN: &[u8] = b"cantus/submission/v1\0";

const MESSAGE: usize = 21 + 32 + 32 + 8 + 4 + 32 + 8 + 32 + 8;

/// Why bytes are not a submission, or not a valid one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SubmissionError {
    /// Cut short, or with bytes left over.
    #[error("the submission is cut short or has bytes left over")]
    Shape,
    /// It does not begin with its domain.
    #[error("this is not a submission: it does not begin with \"cantus/submission/v1\"")]
    Domain,
    /// No event, or more than 4096.
    #[error("a submission holds 1 to {max} events, not {0}", max = limits::SUBMISSION_EVENTS)]
    Count(u32),
    /// More than 8 MiB of salts and bodies.
    #[error("the submission's bodies are {0} bytes, more than {max}", max = limits::SUBMISSION_BYTES)]
    Bytes(usize),
    /// A number at or above 2^53.
    #[error("{field} is {value}, not below 2^53")]
    Counter {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u64,
    },
    /// A class that does not exist, or is not that of the body's kind.
    #[error("event {offset} of the submission is given class {class}, which is not its kind's")]
    Class {
        /// Offset in the submission.
        offset: u32,
        /// The class given.
        class: u8,
    },
    /// A salt of zeros.
    #[error("event {0} of the submission has a salt of zeros, which marks an erased body")]
    ZeroSalt(u32),
    /// A body longer than its limit.
    #[error("event {offset} of the submission has a body of {length} bytes, more than its class may have")]
    LongBody {
        /// Offset in the submission.
        offset: u32,
        /// Its length.
        length: usize,
    },
    /// The items are not those that were signed.
    #[error("the events are not those that were signed: their root is {found}, the signed one {signed}")]
    Items {
        /// Root over the items found.
        found: Hash,
        /// Root in the signed message.
        signed: Hash,
    },
    /// The signature is not the author's.
    #[error("the signature is not that of key {0} over this submission")]
    Signature(PublicKey),
    /// An event that cannot be written.
    #[error(transparent)]
    Event(#[from] EventError),
}

/// A log size an author had verified, and the leaf hash before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The size: zero, or one that the log had after a submission.
    pub size: u64,
    /// Leaf hash of the record before it; the ledger's id for size 0.
    pub head: Hash,
}

/// What an author signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The ledger it is for; it means nothing in another.
    pub ledger: Hash,
    /// The key that signs.
    pub author: PublicKey,
    /// The key's own count of submissions, from 1.
    pub number: u64,
    /// How many events.
    pub count: u32,
    /// RFC 6962 root over the items.
    pub items_root: Hash,
    /// What the author had seen.
    pub basis: Basis,
    /// Unix milliseconds by the author's clock.
    pub signed_at: u64,
}

impl Statement {
    /// The bytes that are signed.
    pub fn message(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(MESSAGE);
        out.extend_from_slice(DOMAIN);
        out.extend_from_slice(&self.ledger.0);
        out.extend_from_slice(&self.author.0);
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.count.to_be_bytes());
        out.extend_from_slice(&self.items_root.0);
        out.extend_from_slice(&self.basis.size.to_be_bytes());
        out.extend_from_slice(&self.basis.head.0);
        out.extend_from_slice(&self.signed_at.to_be_bytes());
        out
    }

    /// The statement that a sealed record makes, for the items found before it.
    pub fn of_seal(ledger: Hash, author: PublicKey, seal: &Seal, items_root: Hash) -> Statement {
        Statement {
            ledger,
            author,
            number: seal.number,
            count: seal.count,
            items_root,
            basis: Basis { size: seal.basis_size, head: seal.basis_head },
            signed_at: seal.signed_at,
        }
    }

    /// Whether `signature` is the author's over this statement.
    pub fn is_signed_by_author(&self, signature: &Signature) -> bool {
        sign::PublicKey::from_bytes(&self.author.0).is_ok_and(|author| self.is_signed_by(&author, signature))
    }

    /// The same with the author's key read before.
    pub fn is_signed_by(&self, author: &sign::PublicKey, signature: &Signature) -> bool {
        *author.as_bytes() == self.author.0 && author.verify(&self.message(), &signature.0).is_ok()
    }
}

/// A submission being written: events are added, then it is signed.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    items: Vec<u8>,
    classes: Vec<Class>,
    /// Offset and source of each usage line that [`Draft::push_line`] wrote.
    lines: Vec<(u32, u64)>,
}

impl Draft {
    /// An empty draft.
    pub fn new() -> Draft {
        Draft::default()
    }

    /// Events added so far.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether nothing was added yet.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Bytes of salts and bodies so far, which are at most [`limits::SUBMISSION_BYTES`].
    pub fn bytes(&self) -> usize {
        self.items.len()
    }

    /// Adds an event with a fresh random salt; returns its offset, which later events of the draft may cite.
    pub fn push(&mut self, event: &impl Kind, salt: Salt) -> Result<u16, SubmissionError> {
        self.push_with(salt, |items| event.write_body(items))
    }

    /// Adds a usage line, and remembers that this is what was written: nobody need read the body to know that it is
    /// canonical and cites its source alone.
    pub fn push_line(&mut self, line: &UsageLine, salt: Salt) -> Result<u16, SubmissionError> {
        let offset = self.push(line, salt)?;
        self.lines.push((u32::from(offset), line.source));
        Ok(offset)
    }

    /// Adds a body that is already bytes, kind first.
    pub fn push_body(&mut self, body: &[u8], salt: Salt) -> Result<u16, SubmissionError> {
        self.push_with(salt, |items| {
            items.extend_from_slice(body);
            Ok(())
        })
    }

    /// Adds a body that `write` appends.
    pub fn push_with(
        &mut self,
        salt: Salt,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), EventError>,
    ) -> Result<u16, SubmissionError> {
        let start = self.items.len();
        let pushed = self.try_push(salt, write);
        if pushed.is_err() {
            self.items.truncate(start);
        }
        pushed
    }

    fn try_push(
        &mut self,
        salt: Salt,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), EventError>,
    ) -> Result<u16, SubmissionError> {
        let offset = self.classes.len() as u32;
        if offset >= limits::SUBMISSION_EVENTS {
            return Err(SubmissionError::Count(offset + 1));
        }
        let start = self.items.len();
        self.items.push(0);
        self.items.extend_from_slice(&salt);
        self.items.extend_from_slice(&[0; 2]);
        let body_start = self.items.len();
        write(&mut self.items)?;
        let body = &self.items[body_start..];
        let class = check_item(offset, &salt, body)?;
        let length = (body.len() as u16).to_be_bytes();
        self.items[start] = class.number();
        self.items[body_start - 2..body_start].copy_from_slice(&length);
        if self.items.len() > limits::SUBMISSION_BYTES {
            return Err(SubmissionError::Bytes(self.items.len()));
        }
        self.classes.push(class);
        Ok(offset as u16)
    }

    /// Computes the commitments and signs the draft. `sign` gets the message and returns the author's signature over it.
    pub fn sign(
        self,
        ledger: Hash,
        author: PublicKey,
        number: u64,
        basis: Basis,
        signed_at: u64,
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Result<Submission, SubmissionError> {
        let count = self.classes.len() as u32;
        if count == 0 {
            return Err(SubmissionError::Count(0));
        }
        let commitments = commitments(&self.items, &self.classes);
        let items_root = items_root(&commitments);
        let statement = Statement { ledger, author, number, count, items_root, basis, signed_at };
        check_counters(&statement)?;
        let signature = sign(&statement.message());
        Ok(Submission { statement, signature, items: self.items, commitments, lines: self.lines })
    }
}

fn check_counters(statement: &Statement) -> Result<(), SubmissionError> {
    let fields =
        [("number", statement.number), ("basis_size", statement.basis.size), ("signed_at", statement.signed_at)];
    match fields.into_iter().find(|(_, value)| *value >= limits::COUNTER) {
        Some((field, value)) => Err(SubmissionError::Counter { field, value }),
        None => Ok(()),
    }
}

/// What can be said of an item without its kind: its class, its salt, its length.
fn check_item(offset: u32, salt: &Salt, body: &[u8]) -> Result<Class, SubmissionError> {
    if *salt == commitment::ERASED {
        return Err(SubmissionError::ZeroSalt(offset));
    }
    let class = class_of_body(body)
        .filter(|_| body.len() >= 2)
        .ok_or(SubmissionError::Class { offset, class: body.first().copied().unwrap_or(0) })?;
    let limit = if class == Class::Governance { limits::BODY_INLINE } else { limits::BODY };
    if body.len() > limit {
        return Err(SubmissionError::LongBody { offset, length: body.len() });
    }
    Ok(class)
}

/// A signed submission, its commitments computed from its bodies.
#[derive(Debug, Clone)]
pub struct Submission {
    statement: Statement,
    signature: Signature,
    items: Vec<u8>,
    commitments: Vec<(Class, Hash)>,
    /// Offset and source of each usage line that this program wrote. What is parsed has none: its bodies are anybody's.
    lines: Vec<(u32, u64)>,
}

/// Two are the same if their bytes are; commitments follow from those.
impl PartialEq for Submission {
    fn eq(&self, other: &Submission) -> bool {
        (&self.statement, &self.signature, &self.items) == (&other.statement, &other.signature, &other.items)
    }
}

impl Eq for Submission {}

/// One event of a submission.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Its class.
    pub class: Class,
    /// To its salt and body.
    pub commitment: Hash,
    /// Its salt and body.
    pub opening: Opening<'a>,
}

impl Submission {
    /// Reads a submission and computes its commitments; the items are those that were signed. The signature
    /// itself is checked by [`Submission::verify`].
    pub fn parse(bytes: &[u8]) -> Result<Submission, SubmissionError> {
        let rest = bytes.strip_prefix(DOMAIN).ok_or(SubmissionError::Domain)?;
        let (statement, signature, items) = read_head(rest).ok_or(SubmissionError::Shape)?;
        if statement.count == 0 || statement.count > limits::SUBMISSION_EVENTS {
            return Err(SubmissionError::Count(statement.count));
        }
        if items.len() > limits::SUBMISSION_BYTES {
            return Err(SubmissionError::Bytes(items.len()));
        }
        check_counters(&statement)?;
        let mut rest = items;
        let mut classes = Vec::with_capacity(statement.count as usize);
        for offset in 0..statement.count {
            let (class, opening) = split_item(&mut rest).ok_or(SubmissionError::Shape)?;
            if check_item(offset, &opening.salt, opening.body)?.number() != class {
                return Err(SubmissionError::Class { offset, class });
            }
            classes.push(Class::from_number(class).ok_or(SubmissionError::Class { offset, class })?);
        }
        if !rest.is_empty() {
            return Err(SubmissionError::Shape);
        }
        let commitments = commitments(items, &classes);
        let found = items_root(&commitments);
        if found != statement.items_root {
            return Err(SubmissionError::Items { found, signed: statement.items_root });
        }
        Ok(Submission { statement, signature, items: items.to_vec(), commitments, lines: Vec::new() })
    }

    /// The submission's bytes, as a client keeps and sends it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.statement.message();
        out.extend_from_slice(&self.signature.0);
        out.extend_from_slice(&self.items);
        out
    }

    /// Checks the author's signature.
    pub fn verify(&self) -> Result<(), SubmissionError> {
        match self.statement.is_signed_by_author(&self.signature) {
            true => Ok(()),
            false => Err(SubmissionError::Signature(self.statement.author)),
        }
    }

    /// What the author signed.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The author's signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The events, in order.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let mut rest = &self.items[..];
        self.commitments.iter().map_while(move |(class, commitment)| {
            let (_, opening) = split_item(&mut rest)?;
            Some(Item { class: *class, commitment: *commitment, opening })
        })
    }

    /// Offset and source of each usage line that [`Draft::push_line`] wrote here, in order. Their bodies are canonical
    /// and cite nothing but that source.
    pub fn written_lines(&self) -> &[(u32, u64)] {
        &self.lines
    }

    /// The seal that the submission's last record carries.
    pub fn seal(&self) -> Seal {
        Seal {
            number: self.statement.number,
            count: self.statement.count,
            basis_size: self.statement.basis.size,
            basis_head: self.statement.basis.head,
            signed_at: self.statement.signed_at,
            signature: self.signature,
        }
    }
}

/// The commitments to items that are whole, all hashed side by side.
fn commitments(items: &[u8], classes: &[Class]) -> Vec<(Class, Hash)> {
    let mut rest = items;
    let openings: Vec<_> = classes.iter().map_while(|_| split_item(&mut rest)).collect();
    let mut hashes = Vec::with_capacity(classes.len());
    commit_each(openings.iter().map(|(_, opening)| (&opening.salt, opening.body)), |hash| hashes.push(hash));
    classes.iter().copied().zip(hashes).collect()
}

fn split_item<'a>(rest: &mut &'a [u8]) -> Option<(u8, Opening<'a>)> {
    let (class, after) = rest.split_first()?;
    *rest = after;
    Some((*class, split_opening(rest)?))
}

fn read_head(bytes: &[u8]) -> Option<(Statement, Signature, &[u8])> {
    let mut rest = bytes;
    let ledger = Hash(take(&mut rest)?);
    let author = PublicKey(take(&mut rest)?);
    let number = u64::from_be_bytes(take(&mut rest)?);
    let count = u32::from_be_bytes(take(&mut rest)?);
    let items_root = Hash(take(&mut rest)?);
    let basis = Basis { size: u64::from_be_bytes(take(&mut rest)?), head: Hash(take(&mut rest)?) };
    let signed_at = u64::from_be_bytes(take(&mut rest)?);
    let signature = Signature(take(&mut rest)?);
    Some((Statement { ledger, author, number, count, items_root, basis, signed_at }, signature, rest))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*head)
}
