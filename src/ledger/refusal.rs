//! Why a submission is not taken in. A refusal leaves nothing behind: no record, no number used.

use ledger_spec::Hash;
use ledger_spec::authority::Violation;
use ledger_spec::event::{Class, EventError};
use ledger_spec::key::PublicKey;
use ledger_spec::reference::EventRef;
use thiserror::Error;

use super::Objection;

/// Why a submission is refused, in the order in which it is checked. Offsets are those of the events in the
/// submission, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Not signed by its author.
    #[error("the signature is not that of key {0} over this submission: it was altered, sign it again")]
    Signature(PublicKey),
    /// Signed for another ledger.
    #[error("the submission is for ledger {found}, this is {expected}: sign it for this one")]
    OtherLedger {
        /// The ledger it names.
        found: Hash,
        /// This ledger.
        expected: Hash,
    },
    /// A body that is not a canonical one of a known kind.
    #[error("event {offset} of the submission: {error}")]
    Body {
        /// The event.
        offset: u32,
        /// What is wrong with its body.
        error: EventError,
    },
    /// A citation of what the author cannot have seen.
    #[error(
        "event {offset} of the submission cites event {cited}, which is not below its basis of {basis}: wait for the \
         receipt of what it cites, and take the basis from it"
    )]
    CitesUnseen {
        /// The event.
        offset: u32,
        /// The index cited.
        cited: u64,
        /// Size of the basis.
        basis: u64,
    },
    /// A citation within the submission that does not look back.
    #[error("event {offset} of the submission cites {cited}, which does not come before it: order the events so")]
    CitesForward {
        /// The event.
        offset: u32,
        /// The citation.
        cited: EventRef,
    },
    /// The author's number was used for something else.
    #[error(
        "key {key} has used number {number} for another submission, whose events begin at {first}: \
         that one stands; sign this one under the key's next number, {next}"
    )]
    NumberUsed {
        /// The author.
        key: PublicKey,
        /// The number.
        number: u64,
        /// Index of the first event of the submission that has it.
        first: u64,
        /// The key's next number.
        next: u64,
    },
    /// A number beyond the author's next.
    #[error("key {key} gives number {found}; its next is {next}: a submission before this one is missing")]
    NumberGap {
        /// The author.
        key: PublicKey,
        /// The number given.
        found: u64,
        /// The number due.
        next: u64,
    },
    /// A basis the log never had.
    #[error("the basis of {size} events is not a size this log had after a submission, up to {head}")]
    BasisSize {
        /// The size given.
        size: u64,
        /// The size of the log.
        head: u64,
    },
    /// A basis of another history.
    #[error(
        "at {size} events the submission expects leaf hash {found}, this log has {expected}: \
         its author was shown another history; keep what it holds as evidence"
    )]
    BasisHead {
        /// The size given.
        size: u64,
        /// The leaf hash given.
        found: Hash,
        /// The leaf hash there.
        expected: Hash,
    },
    /// The author may not say this.
    #[error(transparent)]
    Authority(#[from] Violation),
    /// Only particulars can be erased.
    #[error("event {offset} of the submission redacts event {target} of class {class}; only particulars can be erased")]
    NotErasable {
        /// The redacting event.
        offset: u32,
        /// The event to be erased.
        target: u64,
        /// Its class.
        class: Class,
    },
    /// No checkpoint could be signed after it.
    #[error(
        "the next checkpoint must be signed by log key {0}, which this writer does not hold: open it with that key"
    )]
    LogKey(PublicKey),
    /// The clock cannot be right.
    #[error(transparent)]
    Clock(#[from] super::ClockError),
    /// It means something that the ledger's state does not allow.
    #[error(transparent)]
    Meaning(#[from] Objection),
}

impl Refusal {
    /// The event that is refused, by its offset in the submission; none if it is the submission itself.
    pub fn offset(&self) -> Option<u32> {
        match self {
            Refusal::Body { offset, .. }
            | Refusal::CitesUnseen { offset, .. }
            | Refusal::CitesForward { offset, .. }
            | Refusal::NotErasable { offset, .. }
            | Refusal::Meaning(Objection { offset, .. }) => Some(*offset),
            _ => None,
        }
    }

    /// What is wrong, without the place in the submission: for whoever said one thing and knows of no submission.
    pub fn what(&self) -> String {
        match self {
            Refusal::Body { error, .. } => error.to_string(),
            Refusal::NotErasable { target, class, .. } => {
                format!("event {target} is of class {class}; only particulars can be erased")
            }
            Refusal::Meaning(objection) => objection.text.clone(),
            _ => self.to_string(),
        }
    }
}
