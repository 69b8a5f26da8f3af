//! Promise: a ledger that was written past its own rules is found out although its authors and its log signed every
//! byte of it: the first bad event is named, and which rule it breaks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::judged::*;
use forge::{
    Forge, LOG_SEED, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, body, golden, public, redaction, remark, rules,
};
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, KeyRevoked, LedgerEnded};
use ledger_spec::event::{Class, Event};
use ledger_spec::hash::Hash;
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::role::Roles;
use ledger_spec::submission::Basis;
use ledger_spec::verify::{Rule, Verdict};

#[test]
fn what_an_author_had_seen_is_held_against_the_log() {
    type Lie = fn(&mut Basis);
    let lies: [(Lie, &str); 4] = [
        (|basis| basis.head = Hash([5; 32]), "another one than this"),
        (|basis| *basis = Basis { size: 11, head: basis.head }, "another one than this"),
        (|basis| *basis = Basis { size: 1, head: Hash([5; 32]) }, "its submission before had seen 11"),
        (|basis| *basis = Basis { size: 0, head: Hash([5; 32]) }, "its submission before had seen 11"),
    ];
    for (lie, meaning) in lies {
        let forge = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| lie(&mut plan.basis));
        signed(forge, Rule::Basis, Verdict::Tampered, 12, meaning);
    }
    let ahead = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.basis.size += 1);
    signed(ahead, Rule::Basis, Verdict::Tampered, 12, "do not stand before its own");
    altered(|log| log.records[11][SEAL_BASIS_HEAD] ^= 1, Rule::AuthorSignatures, 11, "does not cover");
    // Beyond the two heads that the tests keep, so the verifier must look back.
    let long_ago = |size: u64, head: Option<Hash>| {
        move |log: &mut Forge| {
            let head = head.unwrap_or(log.leaves()[size as usize - 1]);
            (0..3).for_each(|_| log.submit(OPERATOR_SEED, &[rules()]));
            log.submit_as(REPORTER_SEED, &[remark("late")], |plan| plan.basis = Basis { size, head });
        }
    };
    signed(long_ago(8, Some(Hash([5; 32]))), Rule::Basis, Verdict::Tampered, 15, "another one than this");
    signed(long_ago(10, None), Rule::Basis, Verdict::Tampered, 15, "never had that size");
    let mut honest = Forge::honest();
    long_ago(8, None)(&mut honest);
    assert_eq!(honest.verify(&honest.published(), &anchored()).finding, None);
    // What a key has seen it does not unsee.
    long_ago(7, None)(&mut honest);
    let report = honest.verify(&honest.published(), &anchored());
    expect(&report, Rule::Basis, Verdict::Tampered, 19, "rolled-back");
}

#[test]
fn a_basis_within_a_submission_was_never_a_size_of_the_log() {
    let forge = |log: &mut Forge| {
        let catalogue = forge::catalogue();
        log.submit(OPERATOR_SEED, &catalogue);
        let within = Basis { size: 13, head: log.leaves()[12] };
        log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.basis = within);
    };
    let first = 12 + forge::catalogue().len() as u64;
    signed(forge, Rule::Basis, Verdict::Tampered, first, "never had that size");
}

#[test]
fn keys_that_may_not_speak() {
    let by = |author: u8, body: fn() -> Vec<u8>| move |log: &mut Forge| log.submit(author, &[body()]);
    let tampered = Verdict::Tampered;
    signed(by(STRANGER_SEED, rules), Rule::Authority, tampered, 12, "is not enrolled");
    signed(by(REPORTER_SEED, rules), Rule::Authority, tampered, 12, "may not author rules-adopted");
    let catalogue = || forge::catalogue().remove(1);
    signed(by(REPORTER_SEED, catalogue), Rule::Authority, tampered, 12, "may not author events of class catalogue");
    let revoked = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &[revocation(REPORTER_SEED)]);
        log.submit(REPORTER_SEED, &[golden::kinds::source()]);
    };
    signed(revoked, Rule::Authority, tampered, 13, "was revoked by event 12");
    let last = |log: &mut Forge| log.submit(OPERATOR_SEED, &[revocation(OPERATOR_SEED)]);
    signed(last, Rule::Authority, tampered, 12, "no live operator key would be left");
    let ended_early = |log: &mut Forge| {
        let end = Event::LedgerEnded(LedgerEnded { reason: ledger_spec::code::ReasonCode::RETIRED });
        log.submit(OPERATOR_SEED, &[body(&end), remark("and on")]);
    };
    signed(ended_early, Rule::Authority, tampered, 12, "submission that goes on");
    let ended = |log: &mut Forge| {
        let end = Event::LedgerEnded(LedgerEnded { reason: ledger_spec::code::ReasonCode::RETIRED });
        log.submit(OPERATOR_SEED, &[body(&end)]);
        log.submit(OPERATOR_SEED, &[rules()]);
    };
    signed(ended, Rule::Authority, tampered, 13, "ended by event 12");
}

fn revocation(seed: u8) -> Vec<u8> {
    let reason = ledger_spec::code::ReasonCode::LOST;
    body(&Event::KeyRevoked(KeyRevoked { key: public(seed), reason }))
}

#[test]
fn keys_that_may_not_be_enrolled() {
    type Enrolment = fn(&Forge) -> Vec<u8>;
    // The neutral element of the curve: anybody can sign with it.
    const WEAK: PublicKey =
        PublicKey([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let rows: [(Enrolment, &str); 5] = [
        (|log| log.enrolment(STRANGER_SEED), "is enrolled as the first of its party"),
        (|log| log.enrolment(REPORTER_SEED), "was enrolled before"),
        (|log| log.enrolment(LOG_SEED), "signs checkpoints"),
        (|log| log.enrolment_of(WEAK, |_| Signature([0; 64])), "is weak"),
        (|_| party_key(|_| Signature([0; 64])), "proof of possession"),
    ];
    for (enrolment, meaning) in rows {
        let forge = |log: &mut Forge| log.submit(OPERATOR_SEED, &[enrolment(log)]);
        signed(forge, Rule::Authority, Verdict::Tampered, 12, meaning);
    }
}

/// Enrols a key for a party that has none.
fn party_key(sign: impl FnOnce(&[u8]) -> Signature) -> Vec<u8> {
    let proof = sign(b"");
    let key = public(STRANGER_SEED);
    body(&Event::KeyEnrolled(KeyEnrolled {
        party: golden::ARTIST,
        roles: Roles::ARTIST,
        key,
        mode: EnrolMode::First,
        proof,
    }))
}

#[test]
fn counters_clocks_and_shapes_that_no_ledger_has() {
    let again = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.number -= 1);
    signed(again, Rule::Counters, Verdict::Tampered, 12, "stands here twice");
    let gap = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.number += 1);
    signed(gap, Rule::Counters, Verdict::Tampered, 12, "missing here");
    let back = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.recorded_at = golden::START_MS);
    signed(back, Rule::Clock, Verdict::Malformed, 12, "clock goes back");
    let moves = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &forge::catalogue());
        log.records[13][RECORDED_AT + 7] ^= 1;
        log.rechain();
    };
    signed(moves, Rule::Clock, Verdict::Malformed, 13, "clock moves");
    let misnumbered = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &[rules()]);
        log.records[12][INDEX + 7] ^= 1;
    };
    signed(misnumbered, Rule::Chain, Verdict::Malformed, 12, "another number than its place");
    let two_authors = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &forge::catalogue());
        log.records[13][AUTHOR..AUTHOR + 32].copy_from_slice(&public(REPORTER_SEED).0);
        log.rechain();
    };
    signed(two_authors, Rule::Records, Verdict::Malformed, 13, "the author changes");
    let too_many = |log: &mut Forge| log.submit(OPERATOR_SEED, &vec![remark("again"); 4097]);
    signed(too_many, Rule::Records, Verdict::Malformed, 12 + 4096, "without a seal");
    let counts = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.count = 2);
    signed(counts, Rule::AuthorSignatures, Verdict::Tampered, 12, "another number of events");
    let unsealed = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &forge::catalogue());
        log.records.pop();
        log.bodies.pop();
    };
    signed(unsealed, Rule::Records, Verdict::Malformed, 12, "ends within a submission");
    let opened_twice = |log: &mut Forge| log.submit(OPERATOR_SEED, &[body(&Event::LedgerOpened(golden::opened()))]);
    signed(opened_twice, Rule::Authority, Verdict::Tampered, 12, "opened once");
}

#[test]
fn governance_bodies_that_may_not_stand() {
    let malformed = Verdict::Malformed;
    let with = |body: Vec<u8>| move |log: &mut Forge| log.submit(OPERATOR_SEED, &[body]);
    let trailing = [rules(), vec![0]].concat();
    signed(with(trailing), Rule::GovernanceBodies, malformed, 12, "left over");
    let mut not_canonical = body(&Event::RatesAdopted(golden_rates()));
    not_canonical.truncate(20);
    signed(with(not_canonical), Rule::GovernanceBodies, malformed, 12, "cannot be read");
    signed(with(vec![1, 0xff, 0]), Rule::GovernanceBodies, Verdict::Undecided, 12, "not known to this version");
    let wrong_class = |log: &mut Forge| {
        log.submit_as(OPERATOR_SEED, &[remark("said in public")], |plan| plan.events[0].class = Class::Governance);
    };
    signed(wrong_class, Rule::GovernanceBodies, malformed, 12, "no kind of governance");
    let zero_salt = |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.events[0].salt = [0; 16]);
    signed(zero_salt, Rule::Records, malformed, 12, "salt is all zero");
    let redacted = with(redaction(5));
    signed(redacted, Rule::Redactions, malformed, 12, "which is not of class particulars");
    let ahead = with(redaction(12));
    signed(ahead, Rule::Authority, Verdict::Tampered, 12, "does not cover it");
}

fn golden_rates() -> ledger_spec::event::governance::RatesAdopted {
    match Event::decode(&golden::every_kind()[4]) {
        Ok(Event::RatesAdopted(rates)) => rates,
        other => panic!("{other:?}"),
    }
}

/// What is wrong in two ways is called by the first: the order of SPEC.md section 18.1.
#[test]
fn of_several_faults_in_a_submission_the_first_in_order_is_named() {
    const UNKNOWN: &[u8] = &[1, 0xff, 0];
    let unreadable = || [rules(), vec![0]].concat();
    let ended = || body(&Event::LedgerEnded(LedgerEnded { reason: ledger_spec::code::ReasonCode::RETIRED }));
    let (tampered, malformed, undecided) = (Verdict::Tampered, Verdict::Malformed, Verdict::Undecided);

    // Record by record: the commitment of one comes before the clock and the place of the next.
    let commitment_then = |at: usize| {
        move |log: &mut Forge| {
            log.submit(OPERATOR_SEED, &[rules(), rules()]);
            log.records[12][COMMITMENT] ^= 1;
            log.rechain();
            log.records[13][at] ^= 1;
        }
    };
    for at in [RECORDED_AT + 7, INDEX + 7] {
        signed(commitment_then(at), Rule::GovernanceBodies, tampered, 12, "committed to");
    }
    // The basis before the bodies, also one that must be read again.
    for bad in [UNKNOWN.to_vec(), unreadable(), revocation(STRANGER_SEED)] {
        let basis = |log: &mut Forge| {
            log.submit_as(OPERATOR_SEED, std::slice::from_ref(&bad), |plan| plan.basis.head = Hash([5; 32]));
        };
        signed(basis, Rule::Basis, tampered, 12, "another one than this");
        let long_ago = |log: &mut Forge| {
            (0..3).for_each(|_| log.submit(OPERATOR_SEED, &[rules()]));
            let basis = Basis { size: 11, head: Hash([5; 32]) };
            log.submit_as(REPORTER_SEED, std::slice::from_ref(&bad), |plan| plan.basis = basis);
        };
        signed(long_ago, Rule::Basis, tampered, 15, "another one than this");
    }
    // The author before the basis.
    let author = |log: &mut Forge| log.submit_as(STRANGER_SEED, &[rules()], |plan| plan.basis.head = Hash([5; 32]));
    signed(author, Rule::Authority, tampered, 12, "is not enrolled");
    // Event by event.
    let by = |author: u8, events: [Vec<u8>; 2]| move |log: &mut Forge| log.submit(author, &events);
    let barred = || forge::catalogue().remove(1);
    let bodies = Rule::GovernanceBodies;
    signed(by(REPORTER_SEED, [unreadable(), barred()]), bodies, malformed, 12, "left over");
    signed(by(REPORTER_SEED, [UNKNOWN.to_vec(), barred()]), bodies, undecided, 12, "not known");
    signed(by(REPORTER_SEED, [barred(), unreadable()]), Rule::Authority, tampered, 12, "class catalogue");
    let wrong = || revocation(STRANGER_SEED);
    signed(by(OPERATOR_SEED, [redaction(5), wrong()]), Rule::Redactions, malformed, 12, "class particulars");
    signed(by(OPERATOR_SEED, [wrong(), redaction(5)]), Rule::Authority, tampered, 12, "is not enrolled");
    // What concerns the whole submission comes last.
    signed(by(OPERATOR_SEED, [ended(), unreadable()]), bodies, malformed, 12, "left over");
    signed(by(OPERATOR_SEED, [ended(), UNKNOWN.to_vec()]), bodies, undecided, 12, "not known");
    signed(by(OPERATOR_SEED, [revocation(OPERATOR_SEED), ended()]), Rule::Authority, tampered, 12, "would be left");
}

#[test]
fn the_class_and_the_length_of_a_body_come_before_its_kind() {
    let malformed = Verdict::Malformed;
    let of_class = |class: Class, body: Vec<u8>| {
        move |log: &mut Forge| log.submit_as(OPERATOR_SEED, &[body], |plan| plan.events[0].class = class)
    };
    // Kinds that no version has under that class.
    signed(of_class(Class::Governance, vec![3, 0xff]), Rule::GovernanceBodies, malformed, 12, "no kind of governance");
    for kind in [[3, 0xff], [9, 0xff]] {
        signed(of_class(Class::Catalogue, kind.into()), Rule::CanonicalBodies, malformed, 12, "another class");
    }
    let long = [&[2, 0xff], &[0; 16_383][..]].concat();
    signed(of_class(Class::Catalogue, long), Rule::CanonicalBodies, malformed, 12, "longer than 16384");
    let in_time = [&[2, 0xff], &[0; 16_382][..]].concat();
    signed(of_class(Class::Catalogue, in_time), Rule::CanonicalBodies, Verdict::Undecided, 12, "not known");
}
