//! A group of submissions that become durable together, and what follows from that.

use crossbeam_channel::Sender;
use ledger_spec::Hash;
use ledger_spec::key::PublicKey;
use ledger_spec::submission::{Basis, Ordered, Statement};

use super::admit::Admission;
use super::{Accepted, Answer, GROUP_LEN_MAX};
use crate::ledger::open::block;
use crate::ledger::read::Shared;
use crate::ledger::state::{FollowError, Placed};
use crate::ledger::{Judge, LedgerError, Prepared};
use crate::store::{Block, Head, Outcome};

/// Submissions admitted one after the other, in the order of the log, and not durable yet.
pub struct Group {
    /// The end of the log before them.
    head: Head,
    /// The end of the log after them.
    end: Basis,
    entries: Vec<Entry>,
    blocks: Vec<Block>,
    /// Bytes they take in the log.
    len: usize,
    /// Log key for the checkpoint that will cover them.
    signer: Option<PublicKey>,
    /// Nothing more may be covered by that checkpoint.
    closed: bool,
    /// What they redact.
    redacted: Vec<u64>,
}

struct Entry {
    prepared: Prepared,
    first: u64,
    recorded_at: u64,
    leaves: Vec<Hash>,
    /// Who waits for it: several, if the same submission was handed in more than once.
    answers: Vec<Sender<Answer>>,
}

impl Group {
    /// Nothing yet, after a log that ends there.
    pub fn new(head: Head) -> Group {
        Group {
            head,
            end: Basis { size: head.size, head: head.leaf },
            entries: Vec::new(),
            blocks: Vec::new(),
            len: 0,
            signer: None,
            closed: false,
            redacted: Vec::new(),
        }
    }

    /// The size of the log after the group.
    pub fn size(&self) -> u64 {
        self.end.size
    }

    /// Leaf hash of the last record of the group, or of the log before it.
    pub fn leaf(&self) -> Hash {
        self.end.head
    }

    /// Whether another submission may be checked for this group.
    pub fn has_room_for(&self, prepared: &Prepared) -> bool {
        self.entries.is_empty() || (!self.closed && self.len + prepared.stored_len() <= GROUP_LEN_MAX)
    }

    /// The place in the group, the first index and the statement of an author's submission of that number.
    pub fn find(&self, author: &PublicKey, number: u64) -> Option<(usize, u64, &Statement)> {
        let statements = self.entries.iter().map(|entry| (entry.first, entry.prepared.submission().statement()));
        let mut found = statements.enumerate().filter(|(_, (_, said))| said.author == *author && said.number == number);
        found.next().map(|(place, (first, statement))| (place, first, statement))
    }

    /// Lets someone else wait for a submission that is in the group already.
    pub fn wait(&mut self, place: usize, answer: Sender<Answer>) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.answers.push(answer);
        }
    }

    /// Notes what a submission asks for beside its place: the key for the checkpoint over it, whether that must be
    /// the last thing this key covers, and what is to be erased.
    pub fn note(&mut self, signer: PublicKey, closes: bool, redacted: impl Iterator<Item = u64>) {
        self.signer = Some(signer);
        self.closed = closes;
        self.redacted.extend(redacted);
    }

    /// Adds an ordered submission.
    pub fn push(&mut self, prepared: Prepared, ordered: Ordered, recorded_at: u64, answer: Sender<Answer>) {
        let first = ordered.first;
        let leaves = ordered.leaves.clone();
        self.len += prepared.stored_len();
        self.end = Basis { size: first + leaves.len() as u64, head: ordered.head() };
        self.entries.push(Entry { prepared, first, recorded_at, leaves, answers: vec![answer] });
        self.blocks.push(block(ordered));
    }

    /// Makes the group durable, signs a checkpoint over it, erases what it redacts, and answers. After an error
    /// nobody is answered, and the writer must stop.
    pub fn commit<J: Judge>(&mut self, shared: &Shared, admission: &mut Admission<J>) -> Result<(), LedgerError> {
        let Some(signer) = self.signer else { return Ok(()) };
        match shared.store.append(&self.head, &self.blocks)? {
            Outcome::Committed(_) => {}
            Outcome::Conflict(_) => return Err(LedgerError::Overtaken),
            Outcome::Unknown => return Err(LedgerError::Unknown),
        }
        self.blocks = Vec::new();
        let mut state = shared.state_mut();
        for entry in &self.entries {
            let governance = entry.prepared.governance(entry.first);
            let facts = entry.prepared.facts(entry.first, &governance);
            let placed = Placed { facts, recorded_at: entry.recorded_at, leaves: &entry.leaves };
            state.admit(&placed).map_err(|violation| FollowError::Violation { index: entry.first, violation })?;
        }
        drop(state);
        let key = admission.log_keys().get(&signer).ok_or(LedgerError::LogKey { needed: signer })?;
        shared.give_out(key)?;
        if !self.redacted.is_empty() {
            shared.store.erase(&self.redacted)?;
        }
        for entry in &mut self.entries {
            let accepted = entry.accepted();
            admission.committed(accepted.basis());
            entry.answer(accepted);
        }
        Ok(())
    }
}

impl Entry {
    fn accepted(&self) -> Accepted {
        let leaf = self.leaves.last().copied().unwrap_or_default();
        // At most 4096 leaves, and at least one.
        Accepted { first: self.first, count: self.leaves.len() as u32, leaf, again: false }
    }

    fn answer(&mut self, accepted: Accepted) {
        for (place, answer) in self.answers.drain(..).enumerate() {
            // An answer that nobody waits for any more is not missed.
            let _ = answer.send(Ok(Accepted { again: place > 0, ..accepted }));
        }
    }
}
