//! Promise: whatever keys are enrolled and revoked in whatever order, authority keeps its invariants: an operator can
//! always act, a revoked or unknown key never can, a key is enrolled once, and a refusal changes nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod golden;

use std::collections::HashMap;

use ed25519_dalek::Signer;
use golden::{OPERATOR, OPERATOR_SEED, body, key, public};
use ledger_spec::authority::{Authority, Classes, Facts, Violation, enrol_message, ledger_id};
use ledger_spec::code::ReasonCode;
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, KeyRevoked};
use ledger_spec::event::{Class, Event};
use ledger_spec::hash::Hash;
use ledger_spec::key::Signature;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::submission::Basis;
use proptest::collection::vec;
use proptest::prelude::*;

/// What somebody tries.
#[derive(Debug, Clone)]
enum Attempt {
    Enrol { by: u8, key: u8, party: u8, roles: Roles, mode: EnrolMode },
    Revoke { by: u8, key: u8 },
    Speak { by: u8, class: Class, skip: bool },
}

/// Key seeds: 1 is the first operator's, 2 the log's.
fn seed() -> impl Strategy<Value = u8> {
    1u8..9
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let roles = prop_oneof![
        Just(Roles::OPERATOR),
        Just(Roles::REPORTER),
        Just(Roles::OPERATOR.union(Roles::ARTIST)),
        Just(Roles::ARTIST),
        Just(Roles(0)),
        Just(Roles(1 << 9)),
    ];
    let mode = prop_oneof![Just(EnrolMode::First), Just(EnrolMode::Endorsed), Just(EnrolMode::Override)];
    let class = (1usize..7).prop_map(|class| Class::ALL[class]);
    prop_oneof![
        3 => (seed(), seed(), 0u8..4, roles, mode)
            .prop_map(|(by, key, party, roles, mode)| Attempt::Enrol { by, key, party, roles, mode }),
        2 => (seed(), seed()).prop_map(|(by, key)| Attempt::Revoke { by, key }),
        3 => (seed(), class, prop::bool::weighted(0.2)).prop_map(|(by, class, skip)| Attempt::Speak { by, class, skip }),
    ]
}

fn party(number: u8) -> PartyId {
    if number == 0 { OPERATOR } else { PartyId([number; 16]) }
}

/// A ledger that knows only of authority.
struct Log {
    authority: Authority,
    size: u64,
    numbers: HashMap<u8, u64>,
}

impl Log {
    fn open() -> Log {
        let opened = body(&Event::LedgerOpened(golden::opened()));
        let ledger = ledger_id(&opened);
        let governance = [(0, &opened[..])];
        let facts = Facts {
            first: 0,
            count: 1,
            author: public(OPERATOR_SEED),
            number: 1,
            basis: Basis { size: 0, head: ledger },
            classes: Classes::from_iter([Class::Governance]),
            governance: &governance,
        };
        let authority = Authority::open(&facts).unwrap();
        Log { authority, size: 1, numbers: HashMap::from([(OPERATOR_SEED, 1)]) }
    }

    fn submit(&mut self, by: u8, class: Class, body: Option<&[u8]>, skip: bool) -> Result<(), Violation> {
        let number = self.numbers.get(&by).copied().unwrap_or(0) + 1 + u64::from(skip);
        let governance: Vec<(u64, &[u8])> = body.map(|body| (self.size, body)).into_iter().collect();
        let facts = Facts {
            first: self.size,
            count: 1,
            author: public(by),
            number,
            basis: Basis { size: 0, head: Hash::default() },
            classes: Classes::from_iter([class]),
            governance: &governance,
        };
        let before = self.authority.clone();
        let admitted = self.authority.admit(&facts, |_| true);
        match &admitted {
            Ok(()) => {
                self.size += 1;
                self.numbers.insert(by, number);
            }
            Err(_) => assert_eq!(self.authority, before, "a refusal changes nothing"),
        }
        admitted
    }

    fn attempt(&mut self, attempt: &Attempt) -> Result<(), Violation> {
        match *attempt {
            Attempt::Speak { by, class, skip } => self.submit(by, class, None, skip),
            Attempt::Revoke { by, key } => {
                let revoked = KeyRevoked { key: public(key), reason: ReasonCode::LOST };
                self.submit(by, Class::Governance, Some(&body(&Event::KeyRevoked(revoked))), false)
            }
            Attempt::Enrol { by, key: seed, party: number, roles, mode } => {
                let (party, enrolled) = (party(number), public(seed));
                let message = enrol_message(&self.authority.ledger(), &party, roles, &enrolled);
                let proof = Signature(key(seed).sign(&message).to_bytes());
                let enrolment = KeyEnrolled { party, roles, key: enrolled, mode, proof };
                self.submit(by, Class::Governance, Some(&body(&Event::KeyEnrolled(enrolment))), false)
            }
        }
    }
}

proptest! {
    #[test]
    fn authority_keeps_its_invariants(attempts in vec(attempt(), 1..60)) {
        let mut log = Log::open();
        for attempt in &attempts {
            let before = log.authority.clone();
            let admitted = log.attempt(attempt).is_ok();
            let live = |authority: &Authority, seed: u8| {
                authority.key(&public(seed)).copied().filter(|key| key.revoked.is_none())
            };
            let (Attempt::Speak { by, .. } | Attempt::Revoke { by, .. } | Attempt::Enrol { by, .. }) = *attempt;
            let author = live(&before, by);
            prop_assert!(!admitted || author.is_some(), "{:?} by a key that may not speak", attempt);
            match *attempt {
                Attempt::Enrol { key, party: number, roles, mode, .. } if admitted => {
                    prop_assert!(before.key(&public(key)).is_none() && key != golden::LOG_SEED && roles.is_valid());
                    let by_operator = author.unwrap().roles.contains(Roles::OPERATOR);
                    match mode {
                        EnrolMode::First => prop_assert!(by_operator && !before.had_key(&party(number))),
                        EnrolMode::Override => prop_assert!(by_operator && before.had_key(&party(number))),
                        EnrolMode::Endorsed => {
                            prop_assert!(author.unwrap().party == party(number) && author.unwrap().roles.contains(roles));
                        }
                    }
                }
                Attempt::Revoke { key, .. } if admitted => {
                    prop_assert!(live(&before, key).is_some() && live(&log.authority, key).is_none());
                }
                Attempt::Speak { class, skip, .. } => {
                    let may = author.is_some_and(|key| key.roles.intersects(Roles::of_class(class)));
                    prop_assert_eq!(admitted, may && !skip);
                }
                _ => {}
            }
            // What is kept beside the keys agrees with them.
            let keys: Vec<_> = log.authority.keys().map(|(_, key)| *key).filter(|key| key.revoked.is_none()).collect();
            prop_assert!(keys.iter().any(|key| key.roles.contains(Roles::OPERATOR)), "an operator can always act");
            for number in 0..4 {
                let ever = log.authority.keys().any(|(_, key)| key.party == party(number));
                prop_assert_eq!(log.authority.had_key(&party(number)), ever);
                let any = keys.iter().any(|key| key.party == party(number));
                prop_assert_eq!(log.authority.has_live_key(&party(number)), any);
            }
        }
    }
}

#[test]
fn a_revocation_is_never_retroactive() {
    let mut log = Log::open();
    let enrol = Attempt::Enrol { by: 1, key: 3, party: 1, roles: Roles::REPORTER, mode: EnrolMode::First };
    let speak = Attempt::Speak { by: 3, class: Class::Usage, skip: false };
    log.attempt(&enrol).unwrap();
    log.attempt(&speak).unwrap();
    log.attempt(&Attempt::Revoke { by: 3, key: 3 }).unwrap();
    assert_eq!(log.attempt(&speak), Err(Violation::Revoked(public(3), 3)));
    assert_eq!(log.authority.key(&public(3)).unwrap().next_number, 3);
    assert!(matches!(log.attempt(&enrol), Err(Violation::EnrolledTwice(_))));
}

#[test]
fn the_parts_of_a_log_may_skip_numbers_but_not_repeat_them() {
    let mut log = Log::open();
    let mut facts = Facts {
        first: 10,
        count: 1,
        author: public(OPERATOR_SEED),
        number: 7,
        basis: Basis { size: 0, head: Hash::default() },
        classes: Classes::from_iter([Class::Money]),
        governance: &[],
    };
    let mut admit = |facts: &Facts<'_>| {
        log.authority.skip_to(facts);
        log.authority.admit(facts, |_| true)
    };
    admit(&facts).unwrap();
    facts.first = 11;
    assert!(matches!(admit(&facts), Err(Violation::Counter { expected: 8, found: 7, .. })));
}
