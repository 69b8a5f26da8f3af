//! Promise: whatever is done to a ledger's records or bodies after they were signed, the verifier catches it, names the
//! first bad event, says what it means, and never calls something proven that is not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::judged::*;
use forge::{Forge, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, golden, public, remark, rules};
use ledger_spec::event::Class;
use ledger_spec::hash::Hash;
use ledger_spec::record::Record;
use ledger_spec::submission::Basis;
use ledger_spec::verify::{Anchors, Digester, Headline, Outcome, Rule, Verdict, Verifier};

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
fn every_record_of_the_honest_ledger_is_one() {
    let honest = Forge::honest();
    for (index, record) in honest.records.iter().enumerate() {
        assert_eq!(Record::parse(record).unwrap().index, index as u64);
    }
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
fn records_beyond_the_checkpoint_are_counted_and_not_spoken_of() {
    let honest = Forge::honest();
    let mut longer = honest.clone();
    longer.submit(OPERATOR_SEED, &[rules(), rules()]);
    let report = longer.verify(&honest.published(), &anchored());
    assert_eq!((report.headline, report.size, report.beyond), (Headline::Verified, 14, 2));
    let report = longer.verify(&longer.published(), &anchored());
    assert_eq!((report.headline, report.size, report.beyond), (Headline::Verified, 14, 0));
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
        let mut forged = Forge::begun();
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
        let mut forged = Forge::begun();
        forged.submit_as(REPORTER_SEED, &[golden::kinds::source()], |plan| plan.ledger = Hash([5; 32]));
        *log = forged;
    };
    altered(from_another_ledger, Rule::AuthorSignatures, 7, "said to another ledger");
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
