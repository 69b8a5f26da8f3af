//! Ledgers, authors and events for the tests of the ledger room.
#![allow(clippy::unwrap_used)]
#![allow(dead_code, reason = "each test uses some of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cantus::ledger::{
    Accepted, AppendError, Author, Candidate, Clock, Judge, Ledger, LedgerError, LogKeys, Objection, Opening, Refusal,
    Salts, Writer, WriterOptions,
};
use cantus::store::{Disk, Options, SimDisk};
use ledger_spec::code::NameRole;
use ledger_spec::event::Kind;
use ledger_spec::event::governance::EnrolMode;
use ledger_spec::event::particulars::{Named, PartyDetails};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::sign::SigningKey;
use ledger_spec::submission::{Basis, Draft, Submission};

/// A moment after the project began, in Unix milliseconds.
pub const NOW: u64 = 1_780_000_000_000;

pub const OPERATOR: PartyId = PartyId([1; 16]);
pub const ALICE: PartyId = PartyId([2; 16]);

/// Small steps, so that a test's disk stays small.
pub const OPTIONS: Options = Options { segment_len_max: 1 << 20, grow_min: 1 << 12, grow_max: 1 << 14 };

/// Lets everything stand, and counts.
#[derive(Debug, Default)]
pub struct Accept {
    pub applied: Vec<u64>,
}

impl Judge for Accept {
    fn check(&mut self, _: &Candidate<'_>) -> Result<(), Objection> {
        Ok(())
    }

    fn apply(&mut self, candidate: &Candidate<'_>) {
        self.applied.push(candidate.first);
    }
}

/// A clock that stands where it is put, and two that agree.
#[derive(Clone, Debug)]
pub struct HandClock {
    pub wall: Arc<AtomicU64>,
    pub running: Arc<AtomicU64>,
}

impl HandClock {
    pub fn at(wall: u64) -> HandClock {
        HandClock { wall: Arc::new(AtomicU64::new(wall)), running: Arc::default() }
    }

    pub fn set(&self, wall: u64) {
        self.wall.store(wall, Ordering::Relaxed);
    }

    /// Both clocks go on.
    pub fn pass(&self, time: Duration) {
        self.wall.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
        self.running.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn wall(&self) -> u64 {
        self.wall.load(Ordering::Relaxed)
    }

    fn running(&self) -> Duration {
        Duration::from_millis(self.running.load(Ordering::Relaxed))
    }
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub fn log_key() -> SigningKey {
    key(200)
}

pub fn log_keys() -> LogKeys {
    LogKeys::new(vec![log_key()])
}

/// Makes a ledger; the operator's key is `key(1)` and has every role but auditor.
pub fn create(disk: &SimDisk) -> Result<Ledger, LedgerError> {
    let opening =
        Opening { origin: "test.example/ledger", operator: OPERATOR, roles: Roles(0x7f), one_person_pays: false };
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    Ledger::create(disk, OPTIONS, &opening, key(1), &log_key(), Box::new(HandClock::at(NOW)))
}

pub fn open(disk: &SimDisk) -> Result<Ledger, LedgerError> {
    Ledger::open(Arc::new(disk.clone()), OPTIONS, &mut |_| {})
}

pub fn writer(ledger: &Ledger) -> Writer<Accept> {
    start(ledger, HandClock::at(NOW)).unwrap()
}

pub fn start(ledger: &Ledger, clock: HandClock) -> Result<Writer<Accept>, LedgerError> {
    Writer::start(ledger, log_keys(), Accept::default(), Box::new(clock), WriterOptions::default())
}

/// An author that counts its submissions.
pub struct Pen {
    pub author: Author,
    pub number: u64,
    salts: Salts,
}

impl Pen {
    pub fn new(key: SigningKey, ledger: &Ledger) -> Pen {
        let author = Author::new(key, ledger.id());
        let number = ledger.next_number(&author.public()).unwrap_or(1);
        Pen { author, number, salts: Salts::new() }
    }

    pub fn operator(ledger: &Ledger) -> Pen {
        Pen::new(key(1), ledger)
    }

    /// The next submission, of one event.
    pub fn say(&mut self, event: &impl Kind, basis: Basis) -> Submission {
        let mut draft = Draft::new();
        draft.push(event, self.salts.fresh().unwrap()).unwrap();
        self.sign(draft, basis)
    }

    /// The next submission, of that draft.
    pub fn sign(&mut self, draft: Draft, basis: Basis) -> Submission {
        let number = self.number;
        self.number += 1;
        self.author.sign(draft, number, basis, NOW).unwrap()
    }

    pub fn salt(&mut self) -> [u8; 16] {
        self.salts.fresh().unwrap()
    }
}

/// Particulars, which any role but auditor may author.
pub fn details(text: &str) -> PartyDetails<'_> {
    PartyDetails { party: ALICE, details: vec![Named { role: NameRole::NAME, text }] }
}

/// Enrols `key(seed)` for a party, by the operator.
pub fn enrol(writer: &Writer<Accept>, operator: &mut Pen, seed: u8, party: PartyId, roles: Roles) -> Accepted {
    let ledger = writer.ledger();
    let mode = match ledger.authority().had_key(&party) {
        true => EnrolMode::Override,
        false => EnrolMode::First,
    };
    let enrolled = Author::new(key(seed), ledger.id()).enrolment(party, roles, mode);
    writer.append(operator.say(&enrolled, ledger.basis())).unwrap()
}

/// Why a submission was refused.
pub fn refusal(answer: Result<Accepted, AppendError>) -> Refusal {
    match answer {
        Err(AppendError::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
