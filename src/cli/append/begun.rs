//! An append of more than one submission, noted in the outbox until its last is in. Interrupted and run again it makes
//! the same events of the same text, and goes on where it stopped: whole, or not yet.

use ledger_spec::Hash;
use ledger_spec::hash::sha256;
use ledger_spec::reference::PartyId;
use serde::{Deserialize, Serialize};

use crate::cli::desk::Desk;
use crate::cli::failure::Failure;
use crate::ledger::{Accepted, fresh_party};
use crate::projection::Past;
use crate::store::EventStore;

/// How an append began: all that its events depend on beside the text.
#[derive(Serialize, Deserialize)]
pub struct Begun {
    /// Events of the ledger before it, by which the text's words meant what they did.
    pub size: u64,
    /// The author's number of its first submission.
    number: u64,
    /// The ids that were drawn for the parties of the text, in hex.
    parties: Vec<String>,
}

impl Begun {
    /// The append of a text, as the author's next. The ids of its parties are drawn before anything is handed in, so
    /// that nothing can fail half way.
    pub fn new(parties: usize, desk: &Desk) -> Result<Begun, Failure> {
        let ids = (0..parties).map(|_| Ok(fresh_party()?.to_string())).collect::<Result<_, Failure>>()?;
        let ledger = desk.ledger();
        Ok(Begun { size: ledger.head().size, number: ledger.next_number(&desk.author()).unwrap_or(1), parties: ids })
    }

    /// An append of the text that was interrupted when a part of it may have been in.
    pub fn find(text: &str, desk: &Desk) -> Result<Option<Begun>, Failure> {
        let Some(note) = desk.outbox().begun(&desk.author(), &hash(text))? else { return Ok(None) };
        let begun: Begun = serde_json::from_slice(&note).map_err(Failure::new)?;
        let said_since = desk.ledger().next_number(&desk.author()).is_some_and(|next| next > begun.number);
        Ok(Some(begun).filter(|begun| said_since && begun.size <= desk.ledger().head().size))
    }

    /// Notes that the append begins.
    pub fn note(&self, text: &str, desk: &Desk) -> Result<(), Failure> {
        let note = serde_json::to_vec(self).map_err(Failure::new)?;
        Ok(desk.outbox().begin(&desk.author(), &hash(text), &note)?)
    }

    /// All of the text is in.
    pub fn finish(text: &str, desk: &Desk) -> Result<(), Failure> {
        Ok(desk.outbox().finish(&desk.author(), &hash(text))?)
    }

    /// The ids of its parties, in the order in which they are given out.
    pub fn parties(&self) -> impl Iterator<Item = PartyId> + use<> {
        let ids: Vec<PartyId> = self.parties.iter().filter_map(|id| PartyId::from_hex(id)).collect();
        ids.into_iter()
    }

    /// The submission of these bodies, if it is in. Others of the same key may have come in between.
    pub fn find_in(&mut self, bodies: &[Vec<u8>], desk: &Desk) -> Result<Option<Accepted>, Failure> {
        let (ledger, author) = (desk.ledger(), desk.author());
        for number in self.number..ledger.next_number(&author).unwrap_or(0) {
            let Some(accepted) = ledger.submission(&author, number)? else { continue };
            if accepted.count as usize == bodies.len() && are_at(accepted.first, bodies, ledger.store())? {
                self.number = number + 1;
                return Ok(Some(accepted));
            }
        }
        Ok(None)
    }
}

/// Whether the log has these bodies from that index on, as far as they are not erased.
fn are_at(first: u64, bodies: &[Vec<u8>], store: &dyn EventStore) -> Result<bool, Failure> {
    for (index, body) in (first..).zip(bodies) {
        if store.body(index)?.is_some_and(|there| there != *body) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn hash(text: &str) -> Hash {
    sha256(&[text.as_bytes()])
}
