//! One submission, record by record, up to its author's signature.

use std::collections::HashMap;
use std::mem;

use crate::authority::Classes;
use crate::commitment::commit;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::record::{Record, Seal};
use crate::submission::{Basis, Statement};
use crate::verify::digest::ChunkDigest;
use crate::verify::flaws::{clock, not_committed, not_signed};
use crate::verify::report::{Finding, Rule};
use crate::{limits, merkle, sign};

/// A submission whose author signed it.
#[derive(Debug)]
pub(super) struct Signed {
    pub first: u64,
    pub count: u32,
    pub author: PublicKey,
    pub number: u64,
    pub basis: Basis,
    pub classes: Classes,
    /// Leaf hash of its last record.
    pub head: Hash,
}

impl Signed {
    /// The size of the log after it.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
}

/// The submission being read, and who was met before.
#[derive(Debug, Default)]
pub(super) struct Open {
    begun: Option<Begun>,
    classes: Classes,
    items: Vec<Hash>,
    /// The authors met so far; `None` for what is no key.
    keys: HashMap<PublicKey, Option<sign::PublicKey>>,
}

/// What every record of a submission has in common.
#[derive(Debug, Clone, Copy)]
struct Begun {
    first: u64,
    author: PublicKey,
    recorded_at: u64,
}

impl Open {
    /// First index and author of the submission that is not sealed yet, if there is one.
    pub fn begun(&self) -> Option<(u64, PublicKey)> {
        self.begun.map(|begun| (begun.first, begun.author))
    }

    /// Takes the next record, whose place in the chain is good, and its item.
    pub fn take(&mut self, record: &Record<'_>, item: Hash, digest: &mut ChunkDigest) -> Result<(), Box<Finding>> {
        let Record { index, author, recorded_at, .. } = *record;
        let begun = *self.begun.get_or_insert(Begun { first: index, author, recorded_at });
        if author != begun.author {
            let meaning = "Within one submission the author changes.";
            return Err(Finding::malformed(Rule::Records, meaning).at(index).expected(begun.author, author));
        }
        if recorded_at != begun.recorded_at {
            let meaning = "Within one submission the ledger's clock moves; its records have one time.";
            return Err(Finding::malformed(Rule::Clock, meaning).at(index).expected(begun.recorded_at, recorded_at));
        }
        if self.items.is_empty() {
            clock(digest.recorded_at, recorded_at).map_err(|finding| finding.at(index).by(author))?;
        }
        self.items.push(item);
        if self.items.len() > limits::SUBMISSION_EVENTS as usize {
            let meaning = format!("More than {} records follow without a seal.", limits::SUBMISSION_EVENTS);
            return Err(Finding::malformed(Rule::Records, meaning).at(index).by(author));
        }
        self.classes.note(record.class, self.items.len() as u32 - 1); // 1 to 4096, see above
        if let Some(opening) = &record.inline {
            let commitment = commit(&opening.salt, opening.body);
            if commitment != record.commitment {
                return Err(not_committed(record, commitment));
            }
            digest.governance.push((index, opening.body.to_vec()));
        }
        Ok(())
    }

    /// Ends the submission with its last record, whose leaf hash is `head`.
    pub fn close(&mut self, ledger: Hash, last: &Record<'_>, seal: &Seal, head: Hash) -> Result<Signed, Box<Finding>> {
        let Record { index, author, .. } = *last;
        let count = self.items.len() as u32; // at most 4096, see `take`
        if seal.count != count {
            let meaning = "The author signed another number of events than stand here.";
            let finding = Finding::tampered(Rule::AuthorSignatures, meaning).at(index).by(author);
            return Err(finding.expected(seal.count, count));
        }
        let items_root = merkle::root_of(&self.items);
        let statement = Statement::of_seal(ledger, author, seal, items_root);
        // Reading a key takes a tenth of the time of a verification, and few authors sign much.
        let key = self.keys.entry(author).or_insert_with(|| sign::PublicKey::from_bytes(&author.0).ok());
        if !key.as_ref().is_some_and(|key| statement.is_signed_by(key, &seal.signature)) {
            return Err(not_signed(index, author));
        }
        self.items.clear();
        self.begun = None;
        let first = index + 1 - u64::from(count);
        let basis = Basis { size: seal.basis_size, head: seal.basis_head };
        Ok(Signed { first, count, author, number: seal.number, basis, classes: mem::take(&mut self.classes), head })
    }
}
