//! Promise: whatever is done to a ledger, the verifier catches it, names the first bad event, says what it means, and
//! never calls something proven that is not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod forge;

use forge::{
    Forge, LOG_SEED, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, body, golden, key, public, publish, redaction,
    remark, rules, vkey,
};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled, KeyRevoked, LedgerEnded, LogKeyChanged};
use ledger_spec::event::{Class, Event};
use ledger_spec::hash::Hash;
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::record::{PLAIN, Record};
use ledger_spec::role::Roles;
use ledger_spec::submission::Basis;
use ledger_spec::verify::{Anchors, Digester, Headline, Outcome, Report, Rule, Verdict, Verifier};

/// Bytes of a record that are changed by hand here (SPEC.md section 3).
const VERSION: usize = 0;
const INDEX: usize = 2;
const RECORDED_AT: usize = 42;
const AUTHOR: usize = 50;
const COMMITMENT: usize = 82;
const SEAL_BASIS_HEAD: usize = PLAIN + 20;
const SEAL_SIGNATURE: usize = PLAIN + 60;

fn anchored() -> Anchors {
    Anchors { vkey: Some(vkey(LOG_SEED)), ..Anchors::default() }
}

#[track_caller]
fn expect(report: &Report, check: Rule, verdict: Verdict, index: impl Into<Option<u64>>, meaning: &str) {
    let finding = report.finding.as_ref().unwrap_or_else(|| panic!("nothing found: {report:#?}"));
    let index = index.into();
    assert_eq!((finding.check, finding.verdict, finding.index), (check, verdict, index), "{finding}");
    assert!(finding.meaning.contains(meaning), "{finding} does not say {meaning:?}");
    let failed = report.checks.iter().any(|it| it.check == check && it.outcome == Outcome::Failed);
    assert!(failed, "{check} is listed as failed: {:#?}", report.checks);
}

/// The honest ledger, altered after its checkpoint was signed.
#[track_caller]
fn altered(alter: impl FnOnce(&mut Forge), check: Rule, index: impl Into<Option<u64>>, meaning: &str) {
    let honest = Forge::honest();
    let mut copy = honest.clone();
    alter(&mut copy);
    for anchors in [anchored(), Anchors::default()] {
        let report = copy.verify(&honest.published(), &anchors);
        assert_eq!(report.headline, Headline::TamperingProven);
    }
    expect(&copy.verify(&honest.published(), &anchored()), check, Verdict::Tampered, index, meaning);
}

/// A ledger that was dishonest before its log's key signed it.
#[track_caller]
fn signed(forge: impl FnOnce(&mut Forge), check: Rule, verdict: Verdict, index: impl Into<Option<u64>>, meaning: &str) {
    let mut log = Forge::honest();
    forge(&mut log);
    let report = log.verify(&log.published(), &anchored());
    expect(&report, check, verdict, index, meaning);
    let finding = report.finding.unwrap();
    if finding.index.is_some() {
        assert!(finding.meaning.contains("signed exactly these bytes"), "{finding}");
    }
}

#[test]
fn an_honest_ledger_passes_every_check() {
    let honest = Forge::honest();
    let report = honest.verify(&honest.published(), &anchored());
    assert_eq!(report.finding, None);
    assert_eq!(report.headline, Headline::Verified);
    assert_eq!((report.ledger, report.size, report.root), (Some(honest.ledger), 12, Some(honest.root())));
    assert!(report.checks.iter().all(|check| check.outcome == Outcome::Passed), "{:#?}", report.checks);
    let count = |rule| report.checks.iter().find(|check| check.check == rule).unwrap().count;
    let counts = [Rule::Records, Rule::AuthorSignatures, Rule::GovernanceBodies, Rule::Redactions, Rule::Commitments];
    assert_eq!(counts.map(count), [12, 6, 4, 1, 7]);
    assert!(report.notes.iter().any(|note| note.contains("cut off")), "a cut tail cannot be seen, and it says so");
}

#[test]
fn without_an_anchor_nothing_is_called_verified() {
    let honest = Forge::honest();
    let report = honest.verify(&honest.published(), &Anchors::default());
    assert_eq!((report.headline, report.finding), (Headline::InternallyConsistent, None));
    let by_id = Anchors { ledger: Some(honest.ledger), ..Anchors::default() };
    assert_eq!(honest.verify(&honest.published(), &by_id).headline, Headline::Verified);
    let without_checkpoint = honest.verify(&Default::default(), &Anchors::default());
    assert_eq!(without_checkpoint.headline, Headline::InternallyConsistent);
    let json = serde_json::to_value(&report.checks).unwrap();
    assert_eq!(json[0], serde_json::json!({"check": "records", "count": 12, "outcome": "passed"}));
}

#[test]
fn a_flipped_bit_anywhere_in_a_record() {
    altered(|log| log.records[4][COMMITMENT] ^= 1, Rule::Chain, 5, "altered or replaced");
    altered(|log| log.records[4][VERSION] ^= 2, Rule::Records, 4, "version 3");
    altered(|log| log.records[4][1] = 0, Rule::Records, 4, "class 0");
    altered(|log| log.records[11][COMMITMENT] ^= 1, Rule::GovernanceBodies, 11, "committed to");
    altered(|log| log.records[11][SEAL_SIGNATURE] ^= 1, Rule::AuthorSignatures, 11, "does not cover");
    let honest = Forge::honest();
    for (index, record) in honest.records.iter().enumerate() {
        for at in 0..record.len() {
            let mut copy = honest.clone();
            copy.records[index][at] ^= 1 << ((index + at) % 8);
            let report = copy.verify(&honest.published(), &anchored());
            assert_eq!(report.headline, Headline::TamperingProven, "byte {at} of record {index}");
        }
    }
}

#[test]
fn records_swapped_dropped_inserted_or_cut_off() {
    altered(|log| log.records.swap(4, 5), Rule::Chain, 4, "calls itself event 5 but stands at place 4");
    altered(|log| drop(log.records.remove(5)), Rule::Chain, 5, "calls itself event 6 but stands at place 5");
    altered(|log| log.records.insert(5, log.records[4].clone()), Rule::Chain, 5, "calls itself event 4");
    altered(|log| log.records.truncate(11), Rule::Root, None, "the end was cut off");
    altered(|log| log.records.truncate(10), Rule::Records, 8, "ends within a submission");
    let chained = |log: &mut Forge| {
        log.records.remove(5);
        log.rechain();
    };
    altered(chained, Rule::AuthorSignatures, 5, "another number of events");
}

#[test]
fn a_log_without_records_is_no_ledger() {
    let honest = Forge::honest();
    let mut empty = honest.clone();
    empty.records.clear();
    let report = empty.verify(&Default::default(), &Anchors::default());
    expect(&report, Rule::Records, Verdict::Malformed, 0, "no records");
    let report = empty.verify(&honest.published(), &anchored());
    expect(&report, Rule::Records, Verdict::Tampered, 0, "no records");
}

#[test]
fn submissions_reordered_replayed_or_signed_by_others() {
    let reordered = |log: &mut Forge| {
        let source = log.records.remove(7);
        log.records.insert(10, source);
        log.rechain();
    };
    altered(reordered, Rule::Counters, 7, "missing here");
    let replayed = |log: &mut Forge| {
        let again = log.records[7].clone();
        log.records.insert(8, again);
        log.bodies.insert(8, log.bodies[7].clone());
        log.rechain();
    };
    altered(replayed, Rule::Counters, 8, "stands here twice");
    let dropped = |log: &mut Forge| {
        log.records.remove(7);
        log.rechain();
    };
    altered(dropped, Rule::Counters, 7, "missing here");
    let resigned = |log: &mut Forge| {
        let mut forged = truncated(log, 7);
        forged.submit(STRANGER_SEED, &[golden::kinds::source()]);
        *log = forged;
    };
    altered(resigned, Rule::Authority, 7, "is not enrolled");
    let another_name = |log: &mut Forge| {
        log.records[7][AUTHOR..AUTHOR + 32].copy_from_slice(&public(STRANGER_SEED).0);
        log.rechain();
    };
    altered(another_name, Rule::AuthorSignatures, 7, "does not cover");
    let from_another_ledger = |log: &mut Forge| {
        let mut forged = truncated(log, 7);
        forged.submit_as(REPORTER_SEED, &[golden::kinds::source()], |plan| plan.ledger = Hash([5; 32]));
        *log = forged;
    };
    altered(from_another_ledger, Rule::AuthorSignatures, 7, "said to another ledger");
}

/// The log up to a record, to be gone on with.
fn truncated(log: &Forge, size: usize) -> Forge {
    let mut forged = Forge::open();
    forged.submit(OPERATOR_SEED, &[log.enrolment(REPORTER_SEED), rules()]);
    forged.submit(OPERATOR_SEED, &forge::catalogue());
    assert_eq!(forged.records.len(), size);
    forged
}

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
fn a_source_that_shows_other_bytes_when_asked_again_is_not_believed() {
    let mut log = Forge::honest();
    let old = Basis { size: 8, head: log.leaves()[7] };
    log.submit_as(REPORTER_SEED, &[remark("late")], |plan| plan.basis = old);
    let entries = log.entries();
    let digester = Digester::of_log(&entries);
    let report = |again: &[u8]| {
        let mut verifier = Verifier::new(digester.ledger(), anchored(), &log.published()).keep_heads(1);
        verifier.absorb(digester.digest(0, &entries)).unwrap();
        assert_eq!(verifier.wants_back(), vec![0..13]);
        verifier.look_back(again);
        verifier.finish()
    };
    assert_eq!(report(&entries).headline, Headline::Verified);
    let mut other = log.clone();
    other.records[9][COMMITMENT] ^= 1;
    for again in [&other.entries()[..], &entries[..200], &[]] {
        expect(&report(again), Rule::Records, Verdict::Undecided, 0, "gave other bytes");
    }
    let mut unanswered = Verifier::new(digester.ledger(), anchored(), &log.published()).keep_heads(1);
    unanswered.absorb(digester.digest(0, &entries)).unwrap();
    expect(&unanswered.finish(), Rule::Basis, Verdict::Undecided, 0, "were not given");
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

#[test]
fn bodies_withheld_altered_or_not_what_they_seem() {
    let honest = Forge::honest();
    let check = |alter: &dyn Fn(&mut Forge), check, verdict, index: u64, meaning: &str| {
        let mut copy = honest.clone();
        alter(&mut copy);
        let report = copy.verify(&honest.published(), &anchored());
        expect(&report, check, verdict, index, meaning);
    };
    let commitments = Rule::Commitments;
    check(&|log| log.bodies[8][20] ^= 1, commitments, Verdict::Tampered, 8, "committed to");
    check(&|log| log.bodies[8][0] ^= 1, commitments, Verdict::Tampered, 8, "committed to");
    check(&|log| log.bodies.truncate(9), commitments, Verdict::Undecided, 9, "missing");
    check(&|log| log.erase(5), commitments, Verdict::Malformed, 5, "never may be");
    let mut withheld = Forge::honest();
    withheld.submit(REPORTER_SEED, &[remark("not to be shown")]);
    withheld.erase(12);
    let report = withheld.verify(&withheld.published(), &anchored());
    expect(&report, commitments, Verdict::Undecided, 12, "withheld or lost");
    // What is wrong with a body does not hide what is wrong with later records.
    withheld.records[5][COMMITMENT] ^= 1;
    let report = withheld.verify(&withheld.published(), &anchored());
    assert_eq!(report.headline, Headline::TamperingProven);
    let other_class = |log: &mut Forge| {
        log.submit_as(REPORTER_SEED, &[golden::kinds::source()], |plan| plan.events[0].class = Class::Particulars);
    };
    signed(other_class, Rule::CanonicalBodies, Verdict::Malformed, 12, "another class");
    let future = |log: &mut Forge| log.submit(OPERATOR_SEED, &[vec![2, 0xff, 0]]);
    signed(future, Rule::CanonicalBodies, Verdict::Undecided, 12, "not known to this version");
    let trailing = |log: &mut Forge| log.submit(REPORTER_SEED, &[[golden::kinds::source(), vec![0]].concat()]);
    signed(trailing, Rule::CanonicalBodies, Verdict::Malformed, 12, "left over");
    let unseen = |log: &mut Forge| log.submit(REPORTER_SEED, &golden::kinds::report(12));
    signed(unseen, Rule::CanonicalBodies, Verdict::Malformed, 14, "had not seen");
    let forward = |log: &mut Forge| log.submit(OPERATOR_SEED, &golden::kinds::catalogue()[3..4]);
    signed(forward, Rule::CanonicalBodies, Verdict::Malformed, 12, "does not come before it");
    // Zeros under a salt, or something under no salt, are no erasure.
    check(&|log| log.bodies[6][15] = 1, commitments, Verdict::Tampered, 6, "committed to");
    check(&|log| log.bodies[6][20] = 1, commitments, Verdict::Tampered, 6, "committed to");
}

#[test]
fn forged_checkpoints() {
    let honest = Forge::honest();
    let note = honest.checkpoint().to_string();
    let altered_size = note.replacen("\n12\n", "\n11\n", 1);
    let checkpoint = |bytes: &str| ledger_spec::verify::Published {
        checkpoint: Some(bytes.as_bytes().to_vec()),
        ..Default::default()
    };
    let rule = Rule::CheckpointSignature;
    let report = honest.verify(&checkpoint(&altered_size), &anchored());
    expect(&report, rule, Verdict::Tampered, None, "altered after it was signed");
    let report = honest.verify(&publish(&honest.checkpoint_by(STRANGER_SEED)), &anchored());
    expect(&report, rule, Verdict::Tampered, None, "not by the log's key");
    let elsewhere = Checkpoint { origin: "elsewhere.example".into(), size: 12, root: honest.root() };
    let report = honest.verify(&publish(&elsewhere.sign(&key(LOG_SEED)).unwrap()), &anchored());
    expect(&report, rule, Verdict::Undecided, None, "another log");
    let report = honest.verify(&checkpoint(&note.replacen("ledger.example", "elsewhere.example", 1)), &anchored());
    expect(&report, rule, Verdict::Tampered, None, "altered after it was signed");
    // A key that a later event brings in may have signed what is longer than what is here.
    let longer = Checkpoint { origin: forge::ORIGIN.into(), size: 13, root: honest.root() };
    let report = honest.verify(&publish(&longer.sign(&key(STRANGER_SEED)).unwrap()), &anchored());
    expect(&report, rule, Verdict::Undecided, None, "No key that is known");
    let report = honest.verify(&checkpoint("no note at all"), &anchored());
    expect(&report, rule, Verdict::Malformed, None, "cannot be read");
    let report = honest.verify(&Default::default(), &anchored());
    expect(&report, rule, Verdict::Undecided, None, "no checkpoint");
    let within =
        Checkpoint { origin: forge::ORIGIN.into(), size: 5, root: ledger_spec::merkle::root_of(&honest.leaves()[..5]) };
    let report = honest.verify(&publish(&within.sign(&key(LOG_SEED)).unwrap()), &anchored());
    expect(&report, Rule::Root, Verdict::Malformed, None, "within a submission");
}

#[test]
fn another_ledger_or_key_than_the_one_named() {
    let honest = Forge::honest();
    let named = Anchors { ledger: Some(Hash([5; 32])), ..Anchors::default() };
    let report = honest.verify(&honest.published(), &named);
    expect(&report, Rule::LedgerId, Verdict::Undecided, None, "another ledger");
    let other_key = Anchors { vkey: Some(vkey(STRANGER_SEED)), ..Anchors::default() };
    let report = honest.verify(&honest.published(), &other_key);
    expect(&report, Rule::LogKeys, Verdict::Undecided, None, "another ledger");
}

#[test]
fn a_rolled_back_head_and_an_operator_with_two_histories() {
    let earlier = Forge::honest();
    let mut longer = earlier.clone();
    longer.submit(OPERATOR_SEED, &[rules()]);
    let since = |log: &Forge| Anchors { since: Some(log.checkpoint()), ..anchored() };
    assert_eq!(longer.verify(&longer.published(), &since(&earlier)).headline, Headline::Verified);
    let report = earlier.verify(&earlier.published(), &since(&longer));
    expect(&report, Rule::OlderCheckpoint, Verdict::Tampered, None, "rolled back");

    let mut fork = earlier.clone();
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let report = longer.verify(&longer.published(), &since(&fork));
    expect(&report, Rule::OlderCheckpoint, Verdict::Equivocated, None, "two roots for one size");
    assert_eq!(report.headline, Headline::OperatorEquivocated);
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let report = fork.verify(&fork.published(), &since(&longer));
    expect(&report, Rule::OlderCheckpoint, Verdict::Equivocated, None, "does not continue it");

    let mut unsigned = since(&earlier);
    unsigned.since = Some(earlier.checkpoint_by(STRANGER_SEED));
    let report = longer.verify(&longer.published(), &unsigned);
    expect(&report, Rule::OlderCheckpoint, Verdict::Undecided, None, "says nothing of this log");
}

#[test]
fn a_log_key_changes_with_a_checkpoint_by_the_old_one_or_is_lost() {
    const NEW_LOG_SEED: u8 = 7;
    let change = |log: &mut Forge, lost| {
        let message = ledger_spec::authority::log_key_message(&log.ledger, &public(NEW_LOG_SEED));
        let proof = Signature(ledger_spec::sign::sign(&key(NEW_LOG_SEED), &message));
        let log_key = public(NEW_LOG_SEED);
        log.submit(OPERATOR_SEED, &[body(&Event::LogKeyChanged(LogKeyChanged { log_key, lost, proof }))]);
    };
    let mut log = Forge::honest();
    change(&mut log, false);
    let handover = log.checkpoint().to_string().into_bytes();
    log.submit(OPERATOR_SEED, &[rules()]);

    let mut published = publish(&log.checkpoint_by(NEW_LOG_SEED));
    let mut elsewhere = log.clone();
    elsewhere.records.truncate(13);
    elsewhere.records[12][COMMITMENT] ^= 1;
    // None, one of another size, one of another log, one by the new key.
    let none = [log.checkpoint(), elsewhere.checkpoint(), log.checkpoint_by(NEW_LOG_SEED)];
    for useless in [None, Some(&none[0]), Some(&none[1]), Some(&none[2])] {
        published.handovers = useless.iter().map(|note| note.to_string().into_bytes()).collect();
        let report = log.verify(&published, &anchored());
        expect(&report, Rule::LogKeys, Verdict::Undecided, 12, "no checkpoint by the replaced key");
    }
    published.handovers.push(handover);
    assert_eq!(log.verify(&published, &anchored()).headline, Headline::Verified);
    let new = Anchors { vkey: Some(vkey(NEW_LOG_SEED)), ..Anchors::default() };
    assert_eq!(log.verify(&publish(&log.checkpoint_by(NEW_LOG_SEED)), &new).headline, Headline::Verified);
    let report = log.verify(&publish(&log.checkpoint()), &Anchors::default());
    expect(&report, Rule::CheckpointSignature, Verdict::Undecided, None, "that was replaced");

    // A replaced key no longer speaks for the log, whatever it signs.
    let since = Anchors { since: Some(log.checkpoint()), ..new.clone() };
    let report = log.verify(&publish(&log.checkpoint_by(NEW_LOG_SEED)), &since);
    expect(&report, Rule::OlderCheckpoint, Verdict::Undecided, None, "says nothing of this log");

    let mut lost = Forge::honest();
    change(&mut lost, true);
    let report = lost.verify(&publish(&lost.checkpoint_by(NEW_LOG_SEED)), &anchored());
    expect(&report, Rule::LogKeys, Verdict::Undecided, 12, "was lost");
}

#[test]
fn witnesses_by_policy() {
    use ledger_spec::{cosignature, note, policy};
    const WITNESS_SEED: u8 = 8;
    let honest = Forge::honest();
    let public_key = ledger_spec::sign::PublicKey::from_bytes(&public(WITNESS_SEED).0).unwrap();
    let witness = note::VerifierKey::new("witness.example", note::KeyType::Cosignature, public_key).unwrap();
    let text = format!("log {}\nwitness w {witness}\nquorum w\n", vkey(LOG_SEED));
    let anchors = Anchors { policy: Some(policy::Policy::parse(text.as_bytes()).unwrap()), ..Anchors::default() };
    let report = honest.verify(&honest.published(), &anchors);
    expect(&report, Rule::Witnesses, Verdict::Undecided, None, "do not make its quorum");

    let mut cosigned = honest.checkpoint();
    let cosignature = cosignature::cosign(cosigned.text(), "witness.example", &key(WITNESS_SEED), 1_767_225_600);
    cosigned.add(cosignature.unwrap()).unwrap();
    assert_eq!(honest.verify(&publish(&cosigned), &anchors).headline, Headline::Verified);
    // A witness that also writes here is not counted.
    let mut own = honest.clone();
    own.submit(OPERATOR_SEED, &[own.enrolment_by(WITNESS_SEED, EnrolMode::Override)]);
    let mut by_itself = own.checkpoint();
    let cosignature = cosignature::cosign(by_itself.text(), "witness.example", &key(WITNESS_SEED), 1_767_225_600);
    by_itself.add(cosignature.unwrap()).unwrap();
    let report = own.verify(&publish(&by_itself), &anchors);
    expect(&report, Rule::Witnesses, Verdict::Undecided, None, "do not make its quorum");
    let cosigned = cosigned.to_string();
    let (before, last) = cosigned.rsplit_once(' ').unwrap();
    let forged = format!("{before} {}{}", &last[..60], last[60..].replacen('A', "B", 1).replacen('b', "c", 1));
    let published = ledger_spec::verify::Published { checkpoint: Some(forged.into_bytes()), ..Default::default() };
    expect(&honest.verify(&published, &anchors), Rule::Witnesses, Verdict::Tampered, None, "witness.example");
}

#[test]
fn every_record_of_the_honest_ledger_is_one() {
    let honest = Forge::honest();
    for (index, record) in honest.records.iter().enumerate() {
        assert_eq!(Record::parse(record).unwrap().index, index as u64);
    }
}
