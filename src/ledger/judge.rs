//! What a submission means, judged before it is taken in: an overpayment, a line of a closed source, an approval by
//! the party that instructed. The writer knows nothing of this; a later room implements [`Judge`].

use ledger_spec::event::{Class, Event, EventError};
use ledger_spec::key::PublicKey;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::Submission;
use thiserror::Error;

/// Judges meaning. It is asked by the writer alone, in the order of the log.
pub trait Judge: Send {
    /// Whether the submission may stand after all that was applied before. Nothing changes, whatever the answer.
    fn check(&mut self, candidate: &Candidate<'_>) -> Result<(), Objection>;

    /// Takes in a submission that was checked just now and has its place in the log. It becomes durable together with
    /// others; if it does not, the writer stops and the judge is asked nothing more.
    fn apply(&mut self, candidate: &Candidate<'_>);
}

/// A submission with the place it would have in the log. Signature, numbers, authority, encoding and citations are in
/// order; that an event cited is of the right kind is for the judge to say.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Index of its first event.
    pub first: u64,
    /// Unix milliseconds by the ledger's clock.
    pub recorded_at: u64,
    /// The key that signed.
    pub author: PublicKey,
    /// The party the key speaks for.
    pub party: PartyId,
    /// The key's roles.
    pub roles: Roles,
    /// The submission.
    pub submission: &'a Submission,
}

/// An event of a candidate, not yet decoded.
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'a> {
    /// Its place in the submission, from 0.
    pub offset: u32,
    /// The index it would have.
    pub index: u64,
    /// Its class.
    pub class: Class,
    /// Its body, kind first. It is canonical.
    pub body: &'a [u8],
}

impl<'a> Candidate<'a> {
    /// Its events, in order.
    pub fn events(&self) -> impl Iterator<Item = Proposed<'a>> + use<'a> {
        let first = self.first;
        self.submission.items().zip(0..).map(move |(item, offset)| Proposed {
            offset,
            index: first + u64::from(offset),
            class: item.class,
            body: item.opening.body,
        })
    }
}

impl<'a> Proposed<'a> {
    /// The number of its kind, for a judge that looks at some kinds only.
    pub fn kind(&self) -> u16 {
        self.body.first_chunk().copied().map_or(0, u16::from_be_bytes)
    }

    /// The event. Its encoding was checked, so an error is a fault of this program.
    pub fn decode(&self) -> Result<Event<'a>, EventError> {
        Event::decode_trusted(self.body)
    }
}

/// What a judge has against an event.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("event {offset} of the submission: {text}")]
pub struct Objection {
    /// The event, by its offset in the submission.
    pub offset: u32,
    /// A name for programs, which stays the same: `overpayment`, `source-closed`.
    pub code: &'static str,
    /// What is wrong and what to do, for people.
    pub text: String,
}
