//! Who may say what (SPEC.md section 10): keys, roles, counters, and what each governance event does to them.
//!
//! The writer asks before it appends and the verifier asks again from public data alone, with this same code.
//! Authority is judged by the state before a submission's first record; a revocation is never retroactive.

mod change;
mod facts;
mod violation;

pub use change::Change;
pub use facts::{Classes, Facts, KeyState, LogKey};
pub use violation::Violation;

use std::collections::HashMap;

use bincode::{Decode, Encode};

use crate::date::Period;
use crate::event::governance::{EnrolMode, KeyEnrolled, LedgerOpened, LogKeyChanged, PeriodClosed, Redacted};
use crate::event::{Class, Event, class_of_body};
use crate::hash::{Hash, sha256};
use crate::key::PublicKey;
use crate::limits;
use crate::reference::PartyId;
use crate::role::Roles;
use crate::sign;
use crate::submission::Basis;

/// Domain of a ledger's id.
pub const LEDGER_DOMAIN: &[u8] = b"cantus/ledger/v1\0";
/// Domain of a proof of possession of an author key.
pub const ENROL_DOMAIN: &[u8] = b"cantus/enrol/v1\0";
/// Domain of a proof of possession of a log key.
pub const LOG_KEY_DOMAIN: &[u8] = b"cantus/logkey/v1\0";

/// The id of the ledger that a body of *ledger opened* opens: `SHA-256("cantus/ledger/v1" NUL | body)`.
pub fn ledger_id(body: &[u8]) -> Hash {
    sha256(&[LEDGER_DOMAIN, body])
}

/// What a key signs to prove that its holder wants it enrolled.
pub fn enrol_message(ledger: &Hash, party: &PartyId, roles: Roles, key: &PublicKey) -> Vec<u8> {
    [ENROL_DOMAIN, &ledger.0, &party.0, &roles.0.to_be_bytes(), &key.0].concat()
}

/// What a log key signs to prove that its holder wants it to sign checkpoints.
pub fn log_key_message(ledger: &Hash, key: &PublicKey) -> Vec<u8> {
    [LOG_KEY_DOMAIN, &ledger.0, &key.0].concat()
}

/// The state that decides: keys, the log key, closed periods, the end. Its encoding is for caches that are checked
/// against the log, and no part of the format.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Authority {
    ledger: Hash,
    origin: String,
    operator: PartyId,
    one_person_pays: bool,
    /// Every log key there ever was; the last one signs.
    log_keys: Vec<LogKey>,
    keys: HashMap<PublicKey, KeyState>,
    /// Live keys of each party that ever had a key.
    live: HashMap<PartyId, u32>,
    /// Live keys with the role operator.
    operators: u32,
    closed: Option<Period>,
    ended: Option<u64>,
    redacted: Vec<u64>,
}

impl Authority {
    /// The state after the first submission, which is exactly *ledger opened*. Its signature is checked like any
    /// other and is the operator key's proof of possession.
    pub fn open(facts: &Facts<'_>) -> Result<Authority, Violation> {
        let [(0, body)] = facts.governance else { return Err(Violation::Opening) };
        let Event::LedgerOpened(opened) = decode(0, body)? else { return Err(Violation::Opening) };
        let ledger = ledger_id(body);
        let alone = facts.first == 0 && facts.count == 1 && facts.number == 1;
        let own_basis = facts.basis == Basis { size: 0, head: ledger };
        if !alone || !own_basis || facts.author != opened.operator_key {
            return Err(Violation::Opening);
        }
        check_opened(&opened)?;
        let operator = KeyState { next_number: 2, ..KeyState::new(opened.operator, opened.roles, 0) };
        Ok(Authority {
            ledger,
            origin: opened.origin.to_owned(),
            operator: opened.operator,
            one_person_pays: opened.one_person_pays,
            log_keys: vec![LogKey { key: opened.log_key, since: 0, from: 0, lost: false }],
            keys: HashMap::from([(opened.operator_key, operator)]),
            live: HashMap::from([(opened.operator, 1)]),
            operators: 1,
            closed: None,
            ended: None,
            redacted: Vec::new(),
        })
    }

    /// The ledger's id.
    pub fn ledger(&self) -> Hash {
        self.ledger
    }

    /// The ledger's name, the origin of its checkpoints.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The party that runs the ledger.
    pub fn operator(&self) -> PartyId {
        self.operator
    }

    /// Whether one party may both instruct and approve a payout.
    pub fn one_person_pays(&self) -> bool {
        self.one_person_pays
    }

    /// The key that signs checkpoints now.
    pub fn log_key(&self) -> PublicKey {
        self.log_keys.last().expect("a ledger is opened with a log key, and keys are only added").key
    }

    /// Every key that ever signed checkpoints, in the order in which they did.
    pub fn log_keys(&self) -> &[LogKey] {
        &self.log_keys
    }

    /// A key's standing, if it was ever enrolled.
    pub fn key(&self, key: &PublicKey) -> Option<&KeyState> {
        self.keys.get(key)
    }

    /// Every key that was ever enrolled, in no order.
    pub fn keys(&self) -> impl Iterator<Item = (&PublicKey, &KeyState)> {
        self.keys.iter()
    }

    /// The last closed period.
    pub fn closed(&self) -> Option<Period> {
        self.closed
    }

    /// Indexes that were redacted, in the order of their redaction.
    pub fn redacted(&self) -> &[u64] {
        &self.redacted
    }

    /// Whether a live key of the party exists.
    pub fn has_live_key(&self, party: &PartyId) -> bool {
        self.live.get(party).is_some_and(|live| *live > 0)
    }

    /// Whether the party ever had a key, live or not.
    pub fn had_key(&self, party: &PartyId) -> bool {
        self.live.contains_key(party)
    }

    /// Checks a submission against this state and, if it may stand, takes it in. On a violation nothing changes.
    ///
    /// What needs other records is the caller's: it checks the chain at the basis after [`Authority::check_author`], and
    /// tells in `erasable` whether an earlier event is of class particulars, as far as it knows.
    pub fn admit(&mut self, facts: &Facts<'_>, erasable: impl Fn(u64) -> bool) -> Result<(), Violation> {
        let changes = self.check(facts, erasable)?;
        for (index, change) in changes {
            self.apply(index, change);
        }
        if let Some(key) = self.keys.get_mut(&facts.author) {
            key.next_number += 1;
            key.basis_size = facts.basis.size;
        }
        Ok(())
    }

    /// Makes ready for a submission of a part of the log: numbers may skip, as submissions between may not be at hand.
    pub fn skip_to(&mut self, facts: &Facts<'_>) {
        if let Some(key) = self.keys.get_mut(&facts.author) {
            key.next_number = key.next_number.max(facts.number);
        }
    }

    /// Checks a submission and says what it would change. What it changes holds from the next one on.
    ///
    /// The order is that of SPEC.md section 18.1: the author, then event by event, then what concerns all of them.
    pub fn check(&self, facts: &Facts<'_>, erasable: impl Fn(u64) -> bool) -> Result<Vec<(u64, Change)>, Violation> {
        let author = self.check_author(facts)?;
        let barred = barred(author.roles, facts);
        let mut changes: Vec<(u64, Change)> = Vec::with_capacity(facts.governance.len());
        for (index, body) in facts.governance {
            if let Some((_, class)) = barred.filter(|(first, _)| first < index) {
                return Err(Violation::Class { key: facts.author, roles: author.roles, class });
            }
            let change = self.judge(*index, &decode(*index, body)?, author, facts)?;
            let collision = changes.iter().find_map(|(_, earlier)| change.collision(earlier));
            match (collision, change) {
                (Some(violation), _) => return Err(violation),
                (None, Change::Redact(target)) if !erasable(target) => return Err(Violation::NotErasable(target)),
                (None, change) => changes.push((*index, change)),
            }
        }
        if let Some((_, class)) = barred {
            return Err(Violation::Class { key: facts.author, roles: author.roles, class });
        }
        let end = facts.first + u64::from(facts.count);
        if changes.iter().any(|(index, change)| *change == Change::End && index + 1 != end) {
            return Err(Violation::EndNotLast);
        }
        self.judge_operators(&changes)?;
        Ok(changes)
    }

    /// Whether the author of a submission may speak at all, with this number, and had not seen more before.
    pub fn check_author(&self, facts: &Facts<'_>) -> Result<&KeyState, Violation> {
        if let Some(ended) = self.ended {
            return Err(Violation::Ended(ended));
        }
        let author = facts.author;
        let state = self.keys.get(&author).ok_or(Violation::Unknown(author))?;
        if let Some(revoked) = state.revoked {
            return Err(Violation::Revoked(author, revoked));
        }
        if facts.number != state.next_number {
            return Err(Violation::Counter { key: author, expected: state.next_number, found: facts.number });
        }
        if facts.basis.size > facts.first {
            return Err(Violation::BasisAhead { basis: facts.basis.size, first: facts.first });
        }
        if facts.basis.size < state.basis_size {
            return Err(Violation::BasisBack { key: author, basis: facts.basis.size, seen: state.basis_size });
        }
        Ok(state)
    }

    /// Whether a live operator key is left after all changes of a submission, its own enrolments counted.
    fn judge_operators(&self, changes: &[(u64, Change)]) -> Result<(), Violation> {
        let mut left = self.operators;
        let mut last = None;
        for (_, change) in changes {
            match change {
                Change::Enrol(KeyEnrolled { roles, .. }) => left += u32::from(roles.contains(Roles::OPERATOR)),
                Change::Revoke(key) if self.keys.get(key).is_some_and(KeyState::is_operator) => {
                    left -= 1;
                    last = Some(*key);
                }
                _ => {}
            }
        }
        last.filter(|_| left == 0).map_or(Ok(()), |key| Err(Violation::LastOperator(key)))
    }

    fn judge(&self, index: u64, event: &Event<'_>, author: &KeyState, facts: &Facts<'_>) -> Result<Change, Violation> {
        let is = |roles: Roles| match author.roles.intersects(roles) {
            true => Ok(()),
            false => Err(Violation::Kind { key: facts.author, roles: author.roles, kind: event.name() }),
        };
        let bookkeeper = Roles::OPERATOR.union(Roles::ACCOUNTANT);
        match event {
            Event::LedgerOpened(_) => Err(Violation::OpenedTwice),
            Event::KeyEnrolled(enrolled) => {
                if enrolled.mode != EnrolMode::Endorsed {
                    is(Roles::OPERATOR)?;
                }
                self.judge_enrolment(enrolled, author)?;
                Ok(Change::Enrol(*enrolled))
            }
            Event::KeyRevoked(revoked) => {
                let key = self.keys.get(&revoked.key).ok_or(Violation::Unknown(revoked.key))?;
                if key.party != author.party {
                    is(Roles::OPERATOR)?;
                }
                match key.revoked {
                    Some(index) => Err(Violation::Revoked(revoked.key, index)),
                    None => Ok(Change::Revoke(revoked.key)),
                }
            }
            Event::RulesAdopted(_) | Event::RatesAdopted(_) | Event::MechanicalsAdopted(_) => {
                is(bookkeeper).map(|()| Change::None)
            }
            Event::PeriodClosed(closed) => {
                is(bookkeeper)?;
                self.judge_close(index, closed, facts).map(|()| Change::Close(closed.period))
            }
            Event::Redacted(Redacted { target, .. }) => {
                is(Roles::OPERATOR)?;
                let basis = facts.basis.size;
                let covered = *target < basis;
                if covered {
                    Ok(Change::Redact(*target))
                } else {
                    Err(Violation::RedactedAhead { target: *target, basis })
                }
            }
            Event::LogKeyChanged(changed) => {
                is(Roles::OPERATOR)?;
                self.judge_log_key(changed)?;
                let from = facts.first + u64::from(facts.count);
                Ok(Change::LogKey(LogKey { key: changed.log_key, since: index, from, lost: changed.lost }))
            }
            Event::LedgerEnded(_) => {
                is(Roles::OPERATOR)?;
                Ok(Change::End)
            }
            other => Err(Violation::NotGovernance { index, kind: other.code() }),
        }
    }

    fn judge_enrolment(&self, enrolled: &KeyEnrolled, author: &KeyState) -> Result<(), Violation> {
        let KeyEnrolled { party, roles, key, mode, proof } = enrolled;
        if !roles.is_valid() {
            return Err(Violation::Roles(roles.0));
        }
        if *party == PartyId::NONE {
            return Err(Violation::NoParty(*key));
        }
        self.check_new_key(key)?;
        match (mode, self.had_key(party)) {
            (EnrolMode::First, true) => return Err(Violation::NotFirst(*key)),
            (EnrolMode::Override, false) => return Err(Violation::NothingToOverride(*key)),
            (EnrolMode::Endorsed, _) if author.party != *party || !author.roles.contains(*roles) => {
                return Err(Violation::NotEndorsed(*key));
            }
            _ => {}
        }
        match sign::verify(&key.0, &enrol_message(&self.ledger, party, *roles, key), &proof.0) {
            true => Ok(()),
            false => Err(Violation::Possession(*key)),
        }
    }

    fn check_new_key(&self, key: &PublicKey) -> Result<(), Violation> {
        if self.keys.contains_key(key) {
            return Err(Violation::EnrolledTwice(*key));
        }
        if self.log_keys.iter().any(|log| log.key == *key) {
            return Err(Violation::LogKey(*key));
        }
        if sign::is_sound_key(&key.0) { Ok(()) } else { Err(Violation::WeakKey(*key)) }
    }

    /// A close is exact: computed from the very head it is appended to, with its period's key before it and nothing
    /// else beside it.
    fn judge_close(&self, index: u64, closed: &PeriodClosed, facts: &Facts<'_>) -> Result<(), Violation> {
        // Of two events the one that is not governance is then of class period; in a part of the log it may be left out.
        let others = Class::ALL.into_iter().filter(|class| !matches!(class, Class::Governance | Class::Period));
        let alone =
            facts.governance.len() == 1 && others.map(|class| facts.classes.first(class)).all(|at| at.is_none());
        if facts.count != 2 || !alone || index != facts.first + 1 {
            return Err(Violation::CloseNotAlone { index });
        }
        let PeriodClosed { period, through, .. } = *closed;
        if self.closed.is_some_and(|last| period <= last) {
            return Err(Violation::PeriodOrder(period));
        }
        let (first, basis) = (facts.first, facts.basis.size);
        match through == first && basis == first {
            true => Ok(()),
            false => Err(Violation::CloseNotExact { through, first, basis }),
        }
    }

    fn judge_log_key(&self, changed: &LogKeyChanged) -> Result<(), Violation> {
        let key = &changed.log_key;
        self.check_new_key(key)?;
        match sign::verify(&key.0, &log_key_message(&self.ledger, key), &changed.proof.0) {
            true => Ok(()),
            false => Err(Violation::Possession(*key)),
        }
    }

    fn apply(&mut self, index: u64, change: Change) {
        match change {
            Change::None => {}
            Change::Enrol(KeyEnrolled { party, roles, key, .. }) => {
                self.keys.insert(key, KeyState::new(party, roles, index));
                *self.live.entry(party).or_default() += 1;
                self.operators += u32::from(roles.contains(Roles::OPERATOR));
            }
            Change::Revoke(key) => self.revoke(&key, index),
            Change::Close(period) => self.closed = Some(period),
            Change::Redact(target) => self.redacted.push(target),
            Change::LogKey(key) => self.log_keys.push(key),
            Change::End => self.ended = Some(index),
        }
    }

    fn revoke(&mut self, key: &PublicKey, index: u64) {
        let Some(state) = self.keys.get_mut(key).filter(|state| state.revoked.is_none()) else { return };
        state.revoked = Some(index);
        self.operators -= u32::from(state.is_operator());
        if let Some(live) = self.live.get_mut(&state.party) {
            *live -= 1;
        }
    }
}

/// The first event of a class that these roles may not author. Governance is judged kind by kind: a party's own key may
/// enrol and revoke its other keys.
fn barred(roles: Roles, facts: &Facts<'_>) -> Option<(u64, Class)> {
    let may_not = |class: &Class| *class != Class::Governance && !roles.intersects(Roles::of_class(*class));
    let barred = Class::ALL.into_iter().filter(may_not);
    barred.filter_map(|class| Some((facts.first + u64::from(facts.classes.first(class)?), class))).min()
}

/// Reads a governance body. Its class is held against the kind's before that is looked up: a kind of another class is
/// none of governance in any version.
fn decode(index: u64, body: &[u8]) -> Result<Event<'_>, Violation> {
    match body.first_chunk() {
        Some(kind) if class_of_body(body) != Some(Class::Governance) => {
            Err(Violation::NotGovernance { index, kind: u16::from_be_bytes(*kind) })
        }
        _ => Event::decode(body).map_err(|error| Violation::Body { index, error }),
    }
}

fn check_opened(opened: &LedgerOpened<'_>) -> Result<(), Violation> {
    let LedgerOpened { origin, log_key, operator_key, roles, .. } = opened;
    let visible = origin.chars().all(|char| !char.is_whitespace() && !char.is_control() && char != '+');
    if origin.is_empty() || origin.len() > limits::ORIGIN || !visible {
        return Err(Violation::Origin((*origin).to_owned()));
    }
    if opened.continues.is_some() {
        return Err(Violation::Continues);
    }
    if !roles.is_valid() || !roles.contains(Roles::OPERATOR) {
        return Err(Violation::Roles(roles.0));
    }
    if opened.operator == PartyId::NONE {
        return Err(Violation::NoParty(*operator_key));
    }
    if log_key == operator_key {
        return Err(Violation::LogKey(*operator_key));
    }
    match [log_key, operator_key].into_iter().find(|key| !sign::is_sound_key(&key.0)) {
        Some(weak) => Err(Violation::WeakKey(*weak)),
        None => Ok(()),
    }
}
