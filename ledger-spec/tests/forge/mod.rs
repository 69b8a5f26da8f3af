//! A ledger made record by record: honest unless a plan says otherwise, with whatever lie it says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use ed25519_dalek::Signer;
use ledger_spec::authority::{enrol_message, ledger_id, log_key_message};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::code::RedactionReason;
use ledger_spec::commitment::{Salt, commit};
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, LogKeyChanged, Redacted, RulesAdopted};
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::{Class, Event, class_of_body};
use ledger_spec::hash::{Hash, leaf_hash};
use ledger_spec::item::items_root;
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::merkle;
use ledger_spec::note::{KeyType, Note, VerifierKey};
use ledger_spec::record::{Fields, Opening, Seal, split_entry, write_opening};
use ledger_spec::role::Roles;
use ledger_spec::sign;
use ledger_spec::submission::{Basis, Statement};
use ledger_spec::verify::{Anchors, BodiesDigest, Digester, Published, Report, Verifier, whole_submissions};

#[path = "../golden/mod.rs"]
#[allow(dead_code, reason = "the golden ledger's own tests use the rest")]
pub mod golden;
pub mod judged;

pub use golden::{LOG_SEED, OPERATOR_SEED, ORIGIN, REPORTER_SEED, body, key, public};

/// A key that nobody ever enrolled.
pub const STRANGER_SEED: u8 = 9;
/// The log key after a change of it.
pub const NEW_LOG_SEED: u8 = 7;

/// A log as bytes: records, and for each the `salt | length | body` that is not in it, if any.
#[derive(Clone)]
pub struct Forge {
    pub ledger: Hash,
    pub records: Vec<Vec<u8>>,
    pub bodies: Vec<Vec<u8>>,
    numbers: HashMap<u8, u64>,
    clock: u64,
}

/// A submission to be made; what is set here is what will be signed and recorded.
pub struct Plan {
    pub number: u64,
    pub basis: Basis,
    pub ledger: Hash,
    pub author: PublicKey,
    pub signer: u8,
    pub recorded_at: u64,
    pub count: u32,
    pub events: Vec<Planned>,
}

pub struct Planned {
    pub class: Class,
    pub salt: Salt,
    pub body: Vec<u8>,
}

impl Forge {
    /// A log whose only record opens a ledger.
    pub fn open() -> Forge {
        let opened = body(&Event::LedgerOpened(golden::opened()));
        let ledger = ledger_id(&opened);
        let (records, bodies) = (Vec::new(), Vec::new());
        let mut forge = Forge { ledger, records, bodies, numbers: HashMap::new(), clock: golden::START_MS };
        forge.submit(OPERATOR_SEED, &[opened]);
        forge
    }

    /// The first three submissions of [`Forge::honest`].
    pub fn begun() -> Forge {
        let mut forge = Forge::open();
        forge.submit(OPERATOR_SEED, &[forge.enrolment(REPORTER_SEED), rules()]);
        forge.submit(OPERATOR_SEED, &catalogue());
        forge
    }

    /// A small honest ledger. Submissions: 0 opened; 1 to 2 reporter enrolled, rules; 3 to 6 party, work, recording,
    /// remark; 7 source opened and 8 to 10 its rest, both by the reporter; 11 the remark redacted.
    pub fn honest() -> Forge {
        let mut forge = Forge::begun();
        forge.report();
        forge.submit(OPERATOR_SEED, &[redaction(6)]);
        forge.erase(6);
        forge
    }

    /// The two submissions of a report.
    pub fn report(&mut self) {
        let source = self.size();
        self.submit(REPORTER_SEED, &[golden::kinds::source()]);
        self.submit(REPORTER_SEED, &golden::kinds::report(source));
    }

    pub fn size(&self) -> u64 {
        self.records.len() as u64
    }

    pub fn leaves(&self) -> Vec<Hash> {
        self.records.iter().map(|record| leaf_hash(record)).collect()
    }

    pub fn head(&self) -> Hash {
        self.records.last().map_or(self.ledger, |record| leaf_hash(record))
    }

    /// The body that enrols a key for the reporter.
    pub fn enrolment(&self, seed: u8) -> Vec<u8> {
        self.enrolment_of(public(seed), |message| Signature(key(seed).sign(message).to_bytes()))
    }

    /// The same in another mode.
    pub fn enrolment_by(&self, seed: u8, mode: EnrolMode) -> Vec<u8> {
        let (party, roles, key) = (golden::REPORTER, Roles::REPORTER, public(seed));
        let message = enrol_message(&self.ledger, &party, roles, &key);
        let proof = Signature(self::key(seed).sign(&message).to_bytes());
        body(&Event::KeyEnrolled(KeyEnrolled { party, roles, key, mode, proof }))
    }

    pub fn enrolment_of(&self, key: PublicKey, sign: impl FnOnce(&[u8]) -> Signature) -> Vec<u8> {
        let (party, roles) = (golden::REPORTER, Roles::REPORTER);
        let proof = sign(&enrol_message(&self.ledger, &party, roles, &key));
        body(&Event::KeyEnrolled(KeyEnrolled { party, roles, key, mode: EnrolMode::First, proof }))
    }

    /// Replaces the log key.
    pub fn change_log_key(&mut self, seed: u8, lost: bool) {
        let proof = Signature(key(seed).sign(&log_key_message(&self.ledger, &public(seed))).to_bytes());
        let changed = LogKeyChanged { log_key: public(seed), lost, proof };
        self.submit(OPERATOR_SEED, &[body(&Event::LogKeyChanged(changed))]);
    }

    pub fn submit(&mut self, author: u8, bodies: &[Vec<u8>]) {
        self.submit_as(author, bodies, |_| {});
    }

    /// Appends a submission after `lie` changed what it says.
    pub fn submit_as(&mut self, author: u8, bodies: &[Vec<u8>], lie: impl FnOnce(&mut Plan)) {
        let number = self.numbers.get(&author).map_or(1, |last| last + 1);
        self.clock += 1000;
        let salt = |place: usize| [1 + self.records.len() as u8, place as u8, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
        let events = bodies.iter().enumerate().map(|(place, body)| Planned {
            class: class_of_body(body).unwrap_or(Class::Governance),
            salt: salt(place),
            body: body.clone(),
        });
        let mut plan = Plan {
            number,
            basis: Basis { size: self.size(), head: self.head() },
            ledger: self.ledger,
            author: public(author),
            signer: author,
            recorded_at: self.clock,
            count: bodies.len() as u32,
            events: events.collect(),
        };
        if self.records.is_empty() {
            plan.basis = Basis { size: 0, head: self.ledger };
        }
        lie(&mut plan);
        self.numbers.insert(author, plan.number);
        self.append(&plan);
    }

    /// Signs the plan and appends its records as they are.
    pub fn append(&mut self, plan: &Plan) {
        let items: Vec<_> = plan.events.iter().map(|event| (event.class, commit(&event.salt, &event.body))).collect();
        let Plan { number, basis, ledger, author, count, .. } = *plan;
        let items_root = items_root(&items);
        let statement = Statement { ledger, author, number, count, items_root, basis, signed_at: plan.recorded_at };
        let signature = Signature(key(plan.signer).sign(&statement.message()).to_bytes());
        let Basis { size: basis_size, head: basis_head } = basis;
        let seal = Seal { number, count, basis_size, basis_head, signed_at: plan.recorded_at, signature };
        let last = plan.events.len() - 1;
        for (place, (event, (class, commitment))) in plan.events.iter().zip(items).enumerate() {
            let opening = Opening { salt: event.salt, body: &event.body };
            let (mut record, mut rest) = (Vec::new(), Vec::new());
            let fields = Fields {
                class,
                index: self.size(),
                prev: self.head(),
                recorded_at: plan.recorded_at,
                author,
                commitment,
                seal: (place == last).then_some(&seal),
                opening,
            };
            fields.write(&mut record);
            if class != Class::Governance {
                write_opening(&opening, &mut rest);
            }
            self.records.push(record);
            self.bodies.push(rest);
        }
    }

    /// Chains the records anew after something was done to them: what an operator could do who rewrites its log.
    pub fn rechain(&mut self) {
        let mut prev = self.ledger;
        for (index, record) in self.records.iter_mut().enumerate() {
            record[2..10].copy_from_slice(&(index as u64).to_be_bytes());
            record[10..42].copy_from_slice(&prev.0);
            prev = leaf_hash(record);
        }
    }

    /// Overwrites salt and body with zeros.
    pub fn erase(&mut self, index: usize) {
        let length = self.bodies[index].len();
        self.bodies[index][..16].fill(0);
        self.bodies[index][18..length].fill(0);
    }

    /// Entry-bundle bytes of all records.
    pub fn entries(&self) -> Vec<u8> {
        let entry = |record: &Vec<u8>| [&(record.len() as u16).to_be_bytes()[..], record].concat();
        self.records.iter().flat_map(entry).collect()
    }

    pub fn root(&self) -> Hash {
        merkle::root_of(&self.leaves())
    }

    /// The checkpoint of the log as it is now, signed by a key in the log's name.
    pub fn checkpoint_by(&self, seed: u8) -> Note {
        Checkpoint { origin: ORIGIN.into(), size: self.size(), root: self.root() }.sign(&key(seed)).unwrap()
    }

    pub fn checkpoint(&self) -> Note {
        self.checkpoint_by(LOG_SEED)
    }

    /// With the checkpoint of the log as it is now.
    pub fn published(&self) -> Published {
        publish(&self.checkpoint())
    }

    /// Verifies the log, bodies included, in chunks of any size, and holds the reports against each other.
    pub fn verify(&self, published: &Published, anchors: &Anchors) -> Report {
        let reports: Vec<Report> =
            [1, 3, usize::MAX].iter().map(|chunk| self.verify_in(*chunk, published, anchors)).collect();
        assert!(reports.windows(2).all(|two| two[0] == two[1]), "chunks must not matter: {reports:#?}");
        reports.into_iter().next().unwrap()
    }

    /// Verifies the log in chunks of at least this many whole submissions.
    fn verify_in(&self, submissions: usize, published: &Published, anchors: &Anchors) -> Report {
        let entries = self.entries();
        let digester = Digester::of_log(&entries);
        let mut verifier = Verifier::new(digester.ledger(), anchors.clone(), published).keep_heads(2);
        // Bodies may come at any time; here before the records that they belong to.
        verifier.absorb_bodies(BodiesDigest::of(&entries, &self.bodies.concat()));
        let mut rest = &entries[..];
        while !rest.is_empty() {
            let chunk = take_submissions(&mut rest, submissions);
            verifier.absorb(digester.digest(verifier.size(), chunk)).unwrap();
            self.answer(&mut verifier, &entries);
        }
        self.answer(&mut verifier, &entries);
        verifier.finish()
    }

    fn answer(&self, verifier: &mut Verifier, entries: &[u8]) {
        for range in verifier.wants_back() {
            verifier.look_back(bytes_of(entries, range));
        }
    }
}

/// The entries of a range of records.
fn bytes_of(entries: &[u8], range: std::ops::Range<u64>) -> &[u8] {
    let mut rest = entries;
    let mut offset = |count| {
        (0..count).for_each(|_| assert!(split_entry(&mut rest).is_some()));
        entries.len() - rest.len()
    };
    let start = offset(range.start);
    let end = offset(range.end - range.start);
    &entries[start..end]
}

fn take_submissions<'a>(rest: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (mut end, mut taken) = (0, 0);
    let mut ahead = *rest;
    while taken < count && split_entry(&mut ahead).is_some() {
        let length = rest.len() - ahead.len();
        if whole_submissions(&rest[..length]).0 == length {
            (end, taken) = (length, taken + 1);
        }
    }
    let whole = if taken < count { rest.len() } else { end };
    let (chunk, after) = rest.split_at(whole);
    *rest = after;
    chunk
}

pub fn publish(checkpoint: &Note) -> Published {
    Published { checkpoint: Some(checkpoint.to_string().into_bytes()), ..Published::default() }
}

pub fn vkey(seed: u8) -> VerifierKey {
    let key = sign::PublicKey::from_bytes(&public(seed).0).unwrap();
    VerifierKey::new(ORIGIN, KeyType::Ed25519, key).unwrap()
}

pub fn rules() -> Vec<u8> {
    body(&Event::RulesAdopted(RulesAdopted { version: 1 }))
}

pub fn redaction(target: u64) -> Vec<u8> {
    body(&Event::Redacted(Redacted { target, reason: RedactionReason::REQUEST }))
}

pub fn remark(text: &str) -> Vec<u8> {
    body(&Event::Remark(Remark { about: None, text }))
}

/// Party, work, recording, remark.
pub fn catalogue() -> Vec<Vec<u8>> {
    let mut bodies: Vec<_> = golden::kinds::catalogue().into_iter().take(3).collect();
    bodies.push(remark("Entered from the signed agreement."));
    bodies
}
