//! The writer's side of the books: submissions are judged, and taken in if they may stand.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::ops::Range;
use std::sync::{Arc, Mutex};

use cantus::ledger::{Candidate, Judge, Objection};
use cantus::projection::{Bookkeeper, FoldError, Past, State, Take};
use ledger_spec::event::Kind;
use ledger_spec::hash::Hash;
use ledger_spec::key::PublicKey;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission};

use super::{Bodies, Log, OPERATOR, signature};

/// The desk is open on 2026-05-01: March and April are over.
pub const MAY: u64 = 1_777_593_600_000;

/// The bodies so far, for the judge to read while the test adds to them.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Bodies>>);

impl Past for Shared {
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError> {
        self.0.lock().unwrap().body(index)
    }

    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError> {
        // Not under the lock: what takes may read as well.
        let bodies = self.0.lock().unwrap().clone();
        bodies.each(range, take)
    }
}

impl Shared {
    /// Everything that was said so far.
    pub fn all(&self) -> Bodies {
        self.0.lock().unwrap().clone()
    }

    /// Erases a body.
    pub fn erase(&self, index: u64) {
        self.0.lock().unwrap().0[index as usize].1.clear();
    }

    /// Folds the events from the state's own size up to `to` into it.
    pub fn fold(&self, state: &mut State, to: usize) {
        self.0.lock().unwrap().fold(state, to);
    }
}

pub struct Desk {
    now: u64,
    pub keeper: Bookkeeper<Shared>,
    pub past: Shared,
}

impl Desk {
    /// Goes on from a log.
    pub fn new(mut log: Log) -> Desk {
        log.bodies.1.insert(log.bodies.0.len(), MAY);
        let past = Shared(Arc::new(Mutex::new(log.bodies)));
        Desk { now: MAY, keeper: Bookkeeper::new(log.state, past.clone()), past }
    }

    /// From here on the clock shows this time.
    pub fn at(&mut self, now: u64) {
        self.now = now;
        let mut bodies = self.past.0.lock().unwrap();
        let size = bodies.0.len();
        bodies.1.insert(size, now);
    }

    pub fn state(&self) -> &State {
        self.keeper.state()
    }

    pub fn size(&self) -> u64 {
        self.state().size()
    }

    /// Hands in events as one submission, as an operator. The index of the first, or what is against it.
    pub fn say(&mut self, events: &[&dyn Body]) -> Result<u64, Objection> {
        self.say_as(OPERATOR, Roles::OPERATOR, events)
    }

    pub fn say_as(&mut self, party: PartyId, roles: Roles, events: &[&dyn Body]) -> Result<u64, Objection> {
        let mut draft = Draft::new();
        let bodies: Vec<Vec<u8>> = events.iter().map(|event| event.body()).collect();
        for body in &bodies {
            draft.push_body(body, [1; 16]).unwrap();
        }
        let first = self.size();
        let basis = Basis { size: first, head: Hash::default() };
        let author = PublicKey(party.0.repeat(2).try_into().unwrap());
        let submission: Submission = draft.sign(Hash::default(), author, 1, basis, 0, |_| signature()).unwrap();
        let candidate =
            Candidate { first, recorded_at: self.now + first, author, party, roles, submission: &submission };
        self.keeper.check(&candidate)?;
        // What is taken in becomes readable only once it is durable, which is after.
        self.keeper.apply(&candidate);
        self.past.0.lock().unwrap().0.extend(bodies.into_iter().map(|body| (party, body)));
        Ok(first)
    }

    /// The code of the refusal that events meet; nothing of them stays.
    pub fn refused(&mut self, events: &[&dyn Body]) -> &'static str {
        self.refused_as(OPERATOR, Roles::OPERATOR, events)
    }

    pub fn refused_as(&mut self, party: PartyId, roles: Roles, events: &[&dyn Body]) -> &'static str {
        // What is rated sooner or later is no trace of the refusal.
        self.keeper.state_mut().settle().unwrap();
        let before = self.state().clone();
        let code = self.say_as(party, roles, events).unwrap_err().code;
        assert!(*self.state() == before, "a refusal leaves nothing behind");
        code
    }
}

/// Any event.
pub trait Body {
    fn body(&self) -> Vec<u8>;
}

impl<T: Kind> Body for T {
    fn body(&self) -> Vec<u8> {
        self.to_body().unwrap()
    }
}
