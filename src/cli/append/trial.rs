//! A trial of a hand-written text: the books judge it as they would on the way into the log, and nothing is appended.
//! What they refuse is said at the table that it comes from, before the first submission is handed in.

use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission};

use super::refuse;
use crate::cli::Context;
use crate::cli::desk::Books;
use crate::cli::failure::Failure;
use crate::ingest::catalogue::Document;
use crate::ledger::{Candidate, Clock, Judge, Salts, SystemClock, fresh_party};
use crate::projection::Bookkeeper;

/// Judges a text of that many new parties, submission by submission. Returns how many they are.
pub fn run(document: &Document, parties: usize, books: &Books, context: &mut Context) -> Result<usize, Failure> {
    let known = books.known();
    let mut ids = (0..parties).map(|_| fresh_party()).collect::<Result<Vec<_>, _>>()?;
    let mut fresh = || ids.pop().unwrap_or(PartyId::NONE);
    let mut translation = document.translate(&known, &mut fresh);
    let mut bookkeeper = Bookkeeper::new(books.state.clone(), books.ledger.clone());
    let (mut first, mut submissions) = (books.ledger.head().size, 0);
    let speaker = Speaker::of(books, context);
    let refused = |problems: &[_], context: &Context| refuse(document.file(), problems, context);
    while let Some(bodies) = translation.submission().map_err(|problems| refused(&problems, context))? {
        let count = bodies.len() as u64;
        let submission = speaker.unsigned(bodies, books.ledger.basis())?;
        let candidate = Candidate {
            first,
            recorded_at: SystemClock.wall(),
            author: speaker.key,
            party: speaker.party,
            roles: speaker.roles,
            submission: &submission,
        };
        if let Err(objection) = bookkeeper.check(&candidate) {
            let offset = usize::try_from(objection.offset).unwrap_or(usize::MAX);
            let text = known.named(&objection.text);
            return Err(refused(&[translation.refused(offset, &text)], context));
        }
        bookkeeper.apply(&candidate);
        translation.settle(first);
        first += count;
        submissions += 1;
    }
    Ok(submissions)
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
