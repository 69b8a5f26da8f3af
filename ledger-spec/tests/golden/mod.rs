//! A small ledger from fixed seeds, salts and times, and one body of every kind.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod files;
pub mod kinds;

use ed25519_dalek::{Signer, SigningKey};
use ledger_spec::authority::{enrol_message, ledger_id};
use ledger_spec::code::{ReasonCode, RedactionReason};
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, KeyRevoked, LedgerOpened, Redacted, RulesAdopted};
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::{Event, Kind};
use ledger_spec::hash::Hash;
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::record::{Opening, split_opening, write_opening};
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use ledger_spec::submission::{Basis, Draft, Submission};

pub use kinds::every_kind;

pub const ORIGIN: &str = "ledger.example/golden";
pub const OPERATOR_SEED: u8 = 1;
pub const LOG_SEED: u8 = 2;
pub const REPORTER_SEED: u8 = 3;
/// 2026-01-01T00:00:00Z; each submission is recorded a second after the one before.
pub const START_MS: u64 = 1_767_225_600_000;

pub const OPERATOR: PartyId = PartyId([0x0a; 16]);
pub const REPORTER: PartyId = PartyId([0x0b; 16]);
pub const PUBLISHER: PartyId = PartyId([0x0c; 16]);
pub const ARTIST: PartyId = PartyId([0x0d; 16]);

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub fn public(seed: u8) -> PublicKey {
    PublicKey(key(seed).verifying_key().to_bytes())
}

/// The ledger as a store keeps it, and the submissions it was made from.
pub struct Golden {
    pub ledger: Hash,
    pub records: Vec<u8>,
    pub bodies: Vec<u8>,
    pub leaves: Vec<Hash>,
    pub submissions: Vec<Submission>,
    authors: [(u8, u64); 2],
}

pub fn opened() -> LedgerOpened<'static> {
    LedgerOpened {
        nonce: Hash([0x11; 32]),
        origin: ORIGIN,
        log_key: public(LOG_SEED),
        operator: OPERATOR,
        operator_key: public(OPERATOR_SEED),
        roles: Roles::OPERATOR.union(Roles::ACCOUNTANT),
        one_person_pays: false,
        continues: None,
    }
}

pub fn enrolled(ledger: &Hash) -> KeyEnrolled {
    let (roles, key_bytes) = (Roles::REPORTER, public(REPORTER_SEED));
    let message = enrol_message(ledger, &REPORTER, roles, &key_bytes);
    let proof = Signature(key(REPORTER_SEED).sign(&message).to_bytes());
    KeyEnrolled { party: REPORTER, roles, key: key_bytes, mode: EnrolMode::First, proof }
}

/// Two keys, a catalogue, one report, a remark that is later erased, and the reporter's key revoked.
pub fn ledger() -> Golden {
    let id = ledger_id(&opened().to_body().unwrap());
    let mut golden = Golden {
        ledger: id,
        records: Vec::new(),
        bodies: Vec::new(),
        leaves: Vec::new(),
        submissions: Vec::new(),
        authors: [(OPERATOR_SEED, 0), (REPORTER_SEED, 0)],
    };
    golden.submit(OPERATOR_SEED, |draft, salt| draft.push(&opened(), salt()));
    golden.submit(OPERATOR_SEED, |draft, salt| {
        draft.push(&enrolled(&id), salt())?;
        draft.push(&RulesAdopted { version: 1 }, salt())?;
        draft.push_body(&kinds::rates(), salt())?;
        draft.push_body(&kinds::mechanicals(), salt())
    });
    golden.submit(OPERATOR_SEED, |draft, salt| {
        for body in kinds::catalogue() {
            draft.push_body(&body, salt())?;
        }
        draft.push(&Remark { about: Some(EventRef::Here(0)), text: "Entered from the signed agreement." }, salt())
    });
    let remark = golden.leaves.len() as u64 - 1;
    let source = golden.leaves.len() as u64;
    golden.submit(REPORTER_SEED, |draft, salt| draft.push_body(&kinds::source(), salt()));
    golden.submit(REPORTER_SEED, |draft, salt| {
        for body in kinds::report(source) {
            draft.push_body(&body, salt())?;
        }
        Ok(0)
    });
    golden.submit(OPERATOR_SEED, |draft, salt| {
        draft.push(&Redacted { target: remark, reason: RedactionReason::REQUEST }, salt())?;
        draft.push(&KeyRevoked { key: public(REPORTER_SEED), reason: ReasonCode::RETIRED }, salt())
    });
    golden.erase(remark);
    golden
}

impl Golden {
    fn submit(
        &mut self,
        author: u8,
        fill: impl FnOnce(&mut Draft, &mut dyn FnMut() -> [u8; 16]) -> Result<u16, ledger_spec::submission::SubmissionError>,
    ) {
        let first = self.leaves.len() as u64;
        let head = self.leaves.last().copied().unwrap_or(self.ledger);
        let mut draft = Draft::new();
        let mut count = 0u8;
        // Salts name their event: first index of the submission, then the count within it.
        let mut salt = || {
            count += 1;
            let mut salt = [first as u8 + 1; 16];
            salt[15] = count;
            salt
        };
        fill(&mut draft, &mut salt).unwrap();
        let counter = self.authors.iter_mut().find(|(seed, _)| *seed == author).unwrap();
        counter.1 += 1;
        let at = START_MS + 1000 * self.submissions.len() as u64;
        let basis = Basis { size: first, head };
        let sign = |message: &[u8]| Signature(key(author).sign(message).to_bytes());
        let submission = draft.sign(self.ledger, public(author), counter.1, basis, at - 1, sign).unwrap();
        let ordered = submission.order(first, head, at);
        self.records.extend_from_slice(&ordered.records);
        self.bodies.extend_from_slice(&ordered.bodies);
        self.leaves.extend_from_slice(&ordered.leaves);
        self.submissions.push(submission);
    }

    /// Overwrites salt and body with zeros, as a store does after *redacted*.
    fn erase(&mut self, index: u64) {
        let mut items = self.submissions.iter().flat_map(|submission| submission.items());
        let commitment = items.nth(index as usize).unwrap().commitment;
        let (mut rest, mut out) = (&self.bodies[..], Vec::new());
        while let Some(opening) = split_opening(&mut rest) {
            let erased = vec![0; opening.body.len()];
            let hit = ledger_spec::commitment::commit(&opening.salt, opening.body) == commitment;
            let kept = if hit { Opening { salt: [0; 16], body: &erased } } else { opening };
            write_opening(&kept, &mut out);
        }
        self.bodies = out;
    }
}

/// The body of an event.
pub fn body(event: &Event<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    event.write_body(&mut out).unwrap();
    out
}
