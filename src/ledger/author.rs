//! The author's side: signing submissions, enrolling, replacing and revoking keys.

use ed25519_dalek::SigningKey;
use ledger_spec::Hash;
use ledger_spec::authority::{enrol_message, log_key_message};
use ledger_spec::commitment::{ERASED, Salt};
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, LogKeyChanged};
use ledger_spec::key::PublicKey;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission, SubmissionError};

use super::keys;

/// A key that signs submissions to one ledger.
#[derive(Debug)]
pub struct Author {
    key: SigningKey,
    ledger: Hash,
}

impl Author {
    /// The author with that key, for the ledger of that id.
    pub fn new(key: SigningKey, ledger: Hash) -> Author {
        Author { key, ledger }
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        keys::public(&self.key)
    }

    /// Signs a draft as the author's submission of that number. `basis` is the newest part of the log the author has
    /// verified, `signed_at` the author's clock in Unix milliseconds.
    pub fn sign(&self, draft: Draft, number: u64, basis: Basis, signed_at: u64) -> Result<Submission, SubmissionError> {
        draft.sign(self.ledger, self.public(), number, basis, signed_at, |message| keys::sign(&self.key, message))
    }

    /// The event that enrols this key, with its proof of possession. Who may author the event depends on the mode: an
    /// operator, or for *endorsed* a live key of the party that holds all these roles.
    pub fn enrolment(&self, party: PartyId, roles: Roles, mode: EnrolMode) -> KeyEnrolled {
        let key = self.public();
        let proof = keys::sign(&self.key, &enrol_message(&self.ledger, &party, roles, &key));
        KeyEnrolled { party, roles, key, mode, proof }
    }
}

/// The event by which another log key signs checkpoints from then on, with its proof of possession. `lost`: the old
/// key is gone, so that no checkpoint of it will cover this change.
pub fn log_key_change(key: &SigningKey, ledger: &Hash, lost: bool) -> LogKeyChanged {
    let log_key = keys::public(key);
    let proof = keys::sign(key, &log_key_message(ledger, &log_key));
    LogKeyChanged { log_key, lost, proof }
}

/// Fresh salts, drawn many at a time: one system call for 256 of them.
#[derive(Debug)]
pub struct Salts {
    drawn: Vec<Salt>,
}

impl Salts {
    /// Nothing is drawn yet.
    pub fn new() -> Salts {
        Salts { drawn: Vec::new() }
    }

    /// The next salt. Never zero, which marks an erased body.
    pub fn fresh(&mut self) -> Result<Salt, getrandom::Error> {
        loop {
            match self.drawn.pop() {
                Some(salt) if salt != ERASED => return Ok(salt),
                Some(_) => {}
                None => {
                    self.drawn = vec![ERASED; 256];
                    getrandom::fill(self.drawn.as_flattened_mut())?;
                }
            }
        }
    }
}

impl Default for Salts {
    fn default() -> Salts {
        Salts::new()
    }
}

/// A party id that nobody can guess and that means nothing to anyone else.
pub fn fresh_party() -> Result<PartyId, getrandom::Error> {
    let mut id = [0; 16];
    getrandom::fill(&mut id)?;
    Ok(PartyId(id))
}
