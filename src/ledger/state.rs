//! What the log says of itself: who may speak, where each submission is, the tree. Made by following the log from its
//! first record, and nothing else; the same code follows it on opening and while it grows.

use std::collections::HashMap;

use ledger_spec::Hash;
use ledger_spec::authority::{Authority, Classes, Facts, Violation};
use ledger_spec::event::Class;
use ledger_spec::hash::leaf_hashes;
use ledger_spec::item::items_root;
use ledger_spec::key::PublicKey;
use ledger_spec::record::{Record, RecordError, Seal, split_entry};
use ledger_spec::submission::{Basis, Statement};
use thiserror::Error;

use super::tree::Tree;

/// What the log says of itself up to a size it had after a submission.
#[derive(Debug, Clone)]
pub struct State {
    /// Who may say what.
    pub authority: Authority,
    /// The Merkle tree.
    pub tree: Tree,
    /// Index of the first record of each submission, by author and number; not of those that the cache has.
    pub submissions: HashMap<(PublicKey, u64), u64>,
    /// Unix milliseconds of the last record.
    pub recorded_at: u64,
}

/// A submission in its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// What decides whether it may stand.
    pub facts: Facts<'a>,
    /// When it was recorded.
    pub recorded_at: u64,
    /// Leaf hashes of its records.
    pub leaves: &'a [Hash],
}

/// Why a log cannot be followed. What the store hands out is what was once accepted, so this is damage or fraud.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FollowError {
    /// The bytes are no record.
    #[error("event {index} of the log cannot be read: {error}")]
    Record {
        /// Its index.
        index: u64,
        /// What is wrong.
        error: RecordError,
    },
    /// A submission that its author did not sign.
    #[error("the submission that ends with event {0} of the log is not signed by its author: the log was forged")]
    Signature(u64),
    /// A record that does not follow the one before it.
    #[error("event {0} of the log does not follow the one before it: the chain is broken; verify the ledger")]
    Chain(u64),
    /// A submission that should never have been accepted.
    #[error("the submission that ends with event {index} of the log breaks its rules: {violation}; verify the ledger")]
    Violation {
        /// Index of its last record.
        index: u64,
        /// The rule.
        violation: Violation,
    },
    /// The log ends within a submission.
    #[error("the log ends within a submission, after {0} events: verify the ledger")]
    Unsealed(u64),
}

impl State {
    /// The state after the first submission.
    pub fn open(first: &Placed<'_>) -> Result<State, Violation> {
        let authority = Authority::open(&first.facts)?;
        let mut state = State { authority, tree: Tree::new(), submissions: HashMap::new(), recorded_at: 0 };
        state.place(first);
        Ok(state)
    }

    /// Takes in the next submission. On a violation nothing changes.
    pub fn admit(&mut self, next: &Placed<'_>) -> Result<(), Violation> {
        // What a redaction may name was checked when it was taken in, and `verify` checks it again.
        self.authority.admit(&next.facts, |_| true)?;
        self.place(next);
        Ok(())
    }

    fn place(&mut self, placed: &Placed<'_>) {
        self.tree.extend(placed.leaves);
        self.submissions.insert((placed.facts.author, placed.facts.number), placed.facts.first);
        self.recorded_at = placed.recorded_at;
    }
}

/// Follows a log record by record.
#[derive(Debug, Default)]
pub struct Follower {
    state: Option<State>,
    /// Leaf hash of the last record.
    head: Option<Hash>,
    /// Whether each submission's signature is checked. What this ledger's store holds was checked when it was taken
    /// in, and `verify` checks it again; what comes from elsewhere was not.
    distrust: bool,
    /// The submission that is not sealed yet.
    open: OpenSubmission,
}

#[derive(Debug, Default)]
struct OpenSubmission {
    classes: Classes,
    governance: Vec<(u64, Vec<u8>)>,
    items: Vec<(Class, Hash)>,
    leaves: Vec<Hash>,
}

impl Follower {
    /// Goes on from a state, whose last record has that leaf hash.
    pub fn after(state: State, head: Hash) -> Follower {
        Follower { state: Some(state), head: Some(head), ..Follower::default() }
    }

    /// The same with records that come from elsewhere.
    pub fn distrustful(state: State, head: Hash) -> Follower {
        Follower { distrust: true, ..Follower::after(state, head) }
    }

    /// The state so far and the leaf hash of its last record, if what was followed ends with a submission.
    pub fn so_far(&mut self) -> Option<(&mut State, Hash)> {
        self.state.as_mut().filter(|_| self.open.leaves.is_empty()).zip(self.head)
    }

    /// Follows the records of a frame, `length u16 | record` each, of which the first has that index.
    pub fn records(&mut self, first: u64, records: &[u8]) -> Result<(), FollowError> {
        let mut rest = records;
        let entries: Vec<&[u8]> = std::iter::from_fn(|| split_entry(&mut rest)).collect();
        if !rest.is_empty() {
            return Err(FollowError::Chain(first + entries.len() as u64));
        }
        let mut leaves = Vec::with_capacity(entries.len());
        leaf_hashes(entries.iter().copied(), |leaf| leaves.push(leaf));
        for ((entry, leaf), index) in entries.into_iter().zip(leaves).zip(first..) {
            let record = Record::parse(entry).map_err(|error| FollowError::Record { index, error })?;
            self.record(&record, index, leaf)?;
        }
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>, index: u64, leaf: Hash) -> Result<(), FollowError> {
        if record.index != index || self.head.is_some_and(|head| head != record.prev) {
            return Err(FollowError::Chain(index));
        }
        self.head = Some(leaf);
        // Records are followed that were taken in or signed, so a submission is never longer than 4096.
        self.open.classes.note(record.class, self.open.leaves.len() as u32);
        self.open.leaves.push(leaf);
        if self.distrust {
            self.open.items.push((record.class, record.commitment));
        }
        if let Some(opening) = record.inline {
            self.open.governance.push((index, opening.body.to_vec()));
        }
        let Some(seal) = &record.seal else { return Ok(()) };
        if !self.is_signed(record.author, seal) {
            return Err(FollowError::Signature(index));
        }
        self.seal(record, seal).map_err(|violation| FollowError::Violation { index, violation })
    }

    fn is_signed(&self, author: PublicKey, seal: &Seal) -> bool {
        let Some(state) = self.state.as_ref().filter(|_| self.distrust) else { return true };
        let items_root = items_root(&self.open.items);
        Statement::of_seal(state.authority.ledger(), author, seal, items_root).is_signed_by_author(&seal.signature)
    }

    fn seal(&mut self, last: &Record<'_>, seal: &Seal) -> Result<(), Violation> {
        let OpenSubmission { classes, governance, leaves, .. } = std::mem::take(&mut self.open);
        let governance: Vec<(u64, &[u8])> = governance.iter().map(|(index, body)| (*index, &body[..])).collect();
        let facts = Facts {
            first: last.index + 1 - leaves.len() as u64,
            count: seal.count,
            author: last.author,
            number: seal.number,
            basis: Basis { size: seal.basis_size, head: seal.basis_head },
            classes,
            governance: &governance,
        };
        let placed = Placed { facts, recorded_at: last.recorded_at, leaves: &leaves };
        match &mut self.state {
            Some(state) => state.admit(&placed),
            None => State::open(&placed).map(|state| self.state = Some(state)),
        }
    }

    /// The state at the end of the log; none of an empty one.
    pub fn finish(self) -> Result<Option<State>, FollowError> {
        match (self.state, self.open.leaves.len()) {
            (state, 0) => Ok(state),
            (state, open) => Err(FollowError::Unsealed(state.map_or(0, |state| state.tree.size()) + open as u64)),
        }
    }
}
