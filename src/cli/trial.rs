//! A trial: the books judge submissions as they would on the way into the log, and nothing is appended.

use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission};

use super::Context;
use super::desk::Books;
use super::failure::Failure;
use crate::ledger::{Candidate, Clock, Judge, Ledger, Objection, Salts, SystemClock};
use crate::projection::Bookkeeper;

/// Books in which submissions are tried, one after the other.
pub struct Trial {
    bookkeeper: Bookkeeper<Ledger>,
    speaker: Speaker,
    basis: Basis,
    first: u64,
}

impl Trial {
    /// Begins with the books as they are.
    pub fn of(books: &Books, context: &Context) -> Trial {
        Trial {
            bookkeeper: Bookkeeper::new(books.state.clone(), books.ledger.clone()),
            speaker: Speaker::of(books, context),
            basis: books.ledger.basis(),
            first: books.ledger.head().size,
        }
    }

    /// Tries these bodies as one submission: the index its first event would have, or what is against it.
    pub fn submit(&mut self, bodies: &[Vec<u8>]) -> Result<Result<u64, Objection>, Failure> {
        let submission = self.speaker.unsigned(bodies, self.basis)?;
        let candidate = Candidate {
            first: self.first,
            recorded_at: SystemClock.wall(),
            author: self.speaker.key,
            party: self.speaker.party,
            roles: self.speaker.roles,
            submission: &submission,
        };
        if let Err(objection) = self.bookkeeper.check(&candidate) {
            return Ok(Err(objection));
        }
        self.bookkeeper.apply(&candidate);
        let first = self.first;
        self.first += bodies.len() as u64;
        Ok(Ok(first))
    }
}

/// Who would say it: the key that `--key` names if its public half is there and enrolled, or else the operator.
struct Speaker {
    key: PublicKey,
    party: PartyId,
    roles: Roles,
    ledger: ledger_spec::Hash,
}

impl Speaker {
    fn of(books: &Books, context: &Context) -> Speaker {
        let authority = books.ledger.authority();
        let named = context.key_names().into_iter().find(|(name, _)| *name == context.global.key);
        let found = named.and_then(|(_, key)| authority.key(&key).map(|state| (key, state.party, state.roles)));
        let (key, party, roles) = found.unwrap_or((PublicKey([0; 32]), authority.operator(), Roles::OPERATOR));
        Speaker { key, party, roles, ledger: books.ledger.id() }
    }

    /// The submission with no signature that would hold: the books do not look at it.
    fn unsigned(&self, bodies: &[Vec<u8>], basis: Basis) -> Result<Submission, Failure> {
        let (mut draft, mut salts) = (Draft::new(), Salts::new());
        for body in bodies {
            draft.push_body(body, salts.fresh()?)?;
        }
        Ok(draft.sign(self.ledger, self.key, 1, basis, SystemClock.wall(), |_| Signature([0; 64]))?)
    }
}
