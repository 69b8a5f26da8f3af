//! What an author gets back for a submission, read from the log whenever it is asked for (SPEC.md section 16).

use ledger_spec::item::items_root;
use ledger_spec::key::PublicKey;
use ledger_spec::limits::SUBMISSION_EVENTS;
use ledger_spec::note::Note;
use ledger_spec::receipt::Receipt;
use ledger_spec::submission::Statement;
use ledger_spec::tlog_proof::TlogProof;

use super::read::Shared;
use super::state::FollowError;
use super::{Accepted, Ledger, LedgerError};
use crate::store::Walk;

/// A submission as the log has it.
pub struct Stored {
    /// What its author signed.
    pub statement: Statement,
    /// Where it is.
    pub accepted: Accepted,
}

impl Shared {
    /// An author's submission of that number, read from the log: all that was signed, not a hash of it.
    pub fn find(&self, author: &PublicKey, number: u64) -> Result<Option<Stored>, LedgerError> {
        let (next, recent) = {
            let state = self.state();
            let next = state.authority.key(author).map_or(0, |key| key.next_number);
            (next, state.submissions.get(&(*author, number)).copied())
        };
        if !(1..next).contains(&number) {
            return Ok(None);
        }
        let first = match (recent, &self.cache) {
            (None, Some(cache)) => cache.submission(author, number)?,
            (recent, _) => recent,
        };
        let stored = first.map(|first| self.stored(first)).transpose()?;
        let is_it = |stored: &Stored| stored.statement.author == *author && stored.statement.number == number;
        match (stored.filter(is_it), &self.cache) {
            (None, Some(cache)) => Err(cache.damaged("the place of a submission is missing or wrong").into()),
            (stored, _) => Ok(stored),
        }
    }

    fn stored(&self, first: u64) -> Result<Stored, LedgerError> {
        let end = self.store.head().size.min(first.saturating_add(SUBMISSION_EVENTS.into()));
        let records = self.store.records(first..end)?;
        let mut walk = Walk::records(&records);
        let mut items = Vec::new();
        while let Ok(Some(step)) = walk.step() {
            let record = step.record;
            items.push((record.class, record.commitment));
            if let Some(seal) = &record.seal {
                let ledger = self.state().authority.ledger();
                let statement = Statement::of_seal(ledger, record.author, seal, items_root(&items));
                let accepted = Accepted { first, count: seal.count, leaf: record.leaf_hash(), again: true };
                return Ok(Stored { statement, accepted });
            }
        }
        Err(FollowError::Unsealed(end).into())
    }
}

impl Ledger {
    /// Where an author's submission of that number is: how a local writer that was interrupted learns what it had got
    /// in.
    pub fn submission(&self, author: &PublicKey, number: u64) -> Result<Option<Accepted>, LedgerError> {
        Ok(self.shared.find(author, number)?.map(|stored| stored.accepted))
    }

    /// The receipt of a submission, with a proof to the last checkpoint given out. Later ones lead to later checkpoints
    /// and prove the same.
    pub fn receipt(&self, accepted: &Accepted) -> Result<Receipt, LedgerError> {
        let Accepted { first, count, .. } = *accepted;
        let index = first + u64::from(count) - 1;
        let given_out = self.checkpoint().filter(|given_out| given_out.size > index);
        let given_out = given_out.ok_or(LedgerError::NoCheckpoint { index })?;
        let entry = self.shared.store.records(index..index + 1)?;
        Ok(Receipt {
            prev: self.shared.store.leaf_before(first)?,
            sealed: entry.get(2..).unwrap_or_default().to_vec(),
            proof: TlogProof {
                extra: None,
                index,
                path: self.inclusion_proof(index, given_out.size)?,
                checkpoint: Note::parse(&given_out.checkpoint)?,
            },
        })
    }
}
