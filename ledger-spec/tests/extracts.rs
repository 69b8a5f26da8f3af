//! Promise: an extract proves of each record in it that it is in the log and that its author signed it, without the
//! rest of its submission; any altered byte is found; and what a part cannot show is said.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::golden::files::golden_file;
use forge::judged::*;
use forge::{Forge, NEW_LOG_SEED, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, body, golden, redaction, remark, rules};
use ledger_spec::date::Period;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::{Class, Event};
use ledger_spec::extract::{Extract, ExtractError, Part};
use ledger_spec::hash::Hash;
use ledger_spec::merkle::Leaves;
use ledger_spec::note::Note;
use ledger_spec::period::key_hash;
use ledger_spec::record::{Record, split_opening};
use ledger_spec::reference::EventRef;
use ledger_spec::submission::Basis;
use ledger_spec::verify::{Anchors, Headline, Outcome, Report, Rule, Verdict, verify_extract};

/// An extract of the governance records and these, with their bodies.
fn extract(forge: &Forge, wanted: &[u64]) -> Extract {
    extract_under(forge, wanted, &forge.checkpoint())
}

fn extract_under(forge: &Forge, wanted: &[u64], checkpoint: &Note) -> Extract {
    let keep = |record: &Record<'_>| record.class == Class::Governance || wanted.contains(&record.index);
    let mut submissions = Vec::new();
    let mut entries = Vec::new();
    let mut any = false;
    for record in &forge.records {
        entries.extend_from_slice(&(record.len() as u16).to_be_bytes());
        entries.extend_from_slice(record);
        let record = Record::parse(record).unwrap();
        any |= keep(&record);
        if record.seal.is_some() {
            if std::mem::take(&mut any) {
                submissions.push(Part::of_submission(&entries, keep).unwrap());
            }
            entries.clear();
        }
    }
    let mut extract = Extract { checkpoint: checkpoint.to_string().into_bytes(), submissions };
    extract.prove(&Leaves(&forge.leaves()), forge.size()).unwrap();
    for entry in extract.submissions.iter_mut().flat_map(|part| &mut part.entries) {
        let index = Record::parse(&entry.record).unwrap().index;
        let opening = split_opening(&mut &forge.bodies[index as usize][..]);
        entry.opening = opening.filter(|_| wanted.contains(&index)).map(|it| (it.salt, it.body.to_vec()));
    }
    extract
}

fn verify(extract: &Extract) -> Report {
    verify_extract(&extract.to_bytes(), &anchored())
}

#[test]
fn a_part_of_a_ledger_verifies_and_says_what_it_cannot_show() {
    let forge = Forge::honest();
    let extract = extract(&forge, &[4, 9]);
    assert_eq!(Extract::parse(&extract.to_bytes()).unwrap(), extract);
    let report = verify(&extract);
    assert_eq!((report.headline, report.finding.as_ref()), (Headline::Verified, None));
    let indexes = extract.submissions.iter().flat_map(|part| &part.entries);
    let indexes: Vec<u64> = indexes.map(|entry| Record::parse(&entry.record).unwrap().index).collect();
    assert_eq!(indexes, [0, 1, 2, 4, 6, 9, 10, 11], "governance, what was wanted, and the seals of its submissions");
    let check = |rule| report.checks.iter().find(|check| check.check == rule).unwrap();
    assert_eq!(check(Rule::Inclusion).count, 8);
    assert_eq!(check(Rule::AuthorSignatures).count, 5);
    assert_eq!(check(Rule::Commitments).count, 2);
    assert!(matches!(check(Rule::Counters).outcome, Outcome::NotChecked(_)));
    assert!(report.notes.iter().any(|note| note.contains("were not checked")));
    let unanchored = verify_extract(&extract.to_bytes(), &Anchors::default());
    assert_eq!(unanchored.headline, Headline::InternallyConsistent);
    let by_id = Anchors { ledger: Some(forge.ledger), ..Anchors::default() };
    assert_eq!(verify_extract(&extract.to_bytes(), &by_id).headline, Headline::Verified);
    let by_other = Anchors { ledger: Some(Hash([5; 32])), ..Anchors::default() };
    expect(&verify_extract(&extract.to_bytes(), &by_other), Rule::LedgerId, Verdict::Undecided, None, "another ledger");
}

#[test]
fn the_golden_extract_is_what_is_made() {
    golden_file("vectors/honest.extract", &extract(&Forge::honest(), &[4, 9]).to_bytes());
}

#[test]
fn every_altered_byte_is_found() {
    let forge = Forge::honest();
    let bytes = extract(&forge, &[4, 9]).to_bytes();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let report = verify_extract(&flipped, &anchored());
        assert!(report.headline != Headline::Verified, "byte {at}: {report:#?}");
        assert!(report.finding.is_some());
        let cut = verify_extract(&bytes[..at], &anchored());
        assert_ne!(cut.headline, Headline::TamperingProven, "cut at {at}");
    }
    assert_eq!(Extract::parse(b"something else"), Err(ExtractError::Domain));
}

#[test]
fn each_lie_has_its_own_message() {
    let forge = Forge::honest();
    let honest = extract(&forge, &[4, 9]);
    let alter = |alter: &dyn Fn(&mut Extract)| {
        let mut copy = honest.clone();
        alter(&mut copy);
        verify(&copy)
    };
    let report = alter(&|it| it.submissions[2].entries[0].record[90] ^= 1);
    expect(&report, Rule::Inclusion, Verdict::Tampered, 4, "not in the checkpoint's log");
    let report = alter(&|it| it.submissions[2].entries[0].path[0] = Hash([1; 32]));
    expect(&report, Rule::Inclusion, Verdict::Tampered, 4, "not in the checkpoint's log");
    let report = alter(&|it| it.submissions[2].entries[0].item_path[0] = Hash([1; 32]));
    expect(&report, Rule::AuthorSignatures, Verdict::Tampered, 4, "not among those that its author signed");
    let report = alter(&|it| it.submissions[2].entries[0].opening.as_mut().unwrap().1[5] ^= 1);
    expect(&report, Rule::Commitments, Verdict::Tampered, 4, "committed to");
    let report = alter(&|it| drop(it.submissions.remove(1)));
    expect(&report, Rule::Authority, Verdict::Tampered, 8, "is not enrolled");
    let report = alter(&|it| drop(it.submissions.remove(0)));
    expect(&report, Rule::Authority, Verdict::Malformed, 0, "begins with the public event");
    let report = alter(&|it| drop(it.submissions[2].entries.pop()));
    expect(&report, Rule::Records, Verdict::Malformed, 3, "last record is missing");
    let report = alter(&|it| it.submissions.swap(2, 3));
    expect(&report, Rule::Records, Verdict::Malformed, 6, "not in order");
    let report = alter(&|it| it.submissions[2].entries.swap(0, 1));
    expect(&report, Rule::Records, Verdict::Malformed, 3, "last record is missing");
    let report = alter(&|it| it.checkpoint = forge.checkpoint_by(STRANGER_SEED).to_string().into_bytes());
    expect(&report, Rule::CheckpointSignature, Verdict::Undecided, None, "No key that is known");
    let report = alter(&|it| it.submissions.clear());
    expect(&report, Rule::Authority, Verdict::Malformed, 0, "begins with the public event");
}

#[test]
fn a_dishonest_ledger_is_seen_in_its_parts() {
    let dishonest = |forge: &dyn Fn(&mut Forge), wanted: &[u64]| {
        let mut log = Forge::honest();
        forge(&mut log);
        verify(&extract(&log, wanted))
    };
    let report = dishonest(&|log| log.submit(STRANGER_SEED, &[remark("who?")]), &[12]);
    expect(&report, Rule::Authority, Verdict::Tampered, 12, "is not enrolled");
    let report = dishonest(&|log| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.number -= 1), &[]);
    expect(&report, Rule::Counters, Verdict::Tampered, 12, "stands here twice");
    let skipped = dishonest(&|log| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.number += 1), &[]);
    assert_eq!(skipped.finding, None, "a gap cannot be told from what was left out");
    let report = dishonest(&|log| log.submit_as(OPERATOR_SEED, &[rules()], |plan| plan.basis.head.0[0] ^= 1), &[]);
    expect(&report, Rule::Basis, Verdict::Tampered, 12, "another one than this");
    let unchained = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &[rules()]);
        log.records[12][PREV] ^= 1;
    };
    expect(&dishonest(&unchained, &[]), Rule::Chain, Verdict::Tampered, 12, "does not name the one before it");
    let two_authors = |log: &mut Forge| {
        log.submit(OPERATOR_SEED, &forge::catalogue());
        log.records[13][AUTHOR..AUTHOR + 32].copy_from_slice(&forge::public(REPORTER_SEED).0);
        log.rechain();
    };
    let report = dishonest(&two_authors, &[13]);
    expect(&report, Rule::Records, Verdict::Malformed, 13, "does not belong to the submission");
    let within = |log: &mut Forge| {
        let basis = Basis { size: 10, head: log.leaves()[9] };
        log.submit_as(REPORTER_SEED, &[remark("late")], |plan| plan.basis = basis);
    };
    expect(&dishonest(&within, &[9, 12]), Rule::Basis, Verdict::Tampered, 12, "never had that size");
    let report = dishonest(&|log| log.submit(OPERATOR_SEED, &[redaction(4)]), &[4]);
    expect(&report, Rule::Redactions, Verdict::Malformed, 12, "which is not of class particulars");
    let withheld = |log: &mut Forge| {
        log.submit(REPORTER_SEED, &[remark("not to be shown")]);
        log.erase(12);
    };
    let report = dishonest(&withheld, &[12]);
    expect(&report, Rule::Commitments, Verdict::Undecided, 12, "withheld or lost");
    let erased = extract(&Forge::honest(), &[6]);
    assert_eq!(verify(&erased).finding, None, "erased in order");
    let wrong_class = |log: &mut Forge| {
        log.submit_as(REPORTER_SEED, &[golden::kinds::source()], |plan| plan.events[0].class = Class::Particulars);
    };
    expect(&dishonest(&wrong_class, &[12]), Rule::CanonicalBodies, Verdict::Malformed, 12, "another class");
}

#[test]
fn two_checkpoints_of_one_size_are_held_against_each_other() {
    let forge = Forge::honest();
    let mut fork = forge.clone();
    fork.records.pop();
    fork.submit(OPERATOR_SEED, &[rules()]);
    let since = Anchors { since: Some(fork.checkpoint()), ..anchored() };
    let report = verify_extract(&extract(&forge, &[]).to_bytes(), &since);
    expect(&report, Rule::OlderCheckpoint, Verdict::Equivocated, None, "two roots for one size");
    let same = Anchors { since: Some(forge.checkpoint()), ..anchored() };
    assert_eq!(verify_extract(&extract(&forge, &[]).to_bytes(), &same).headline, Headline::Verified);
}

#[test]
fn what_a_body_cites_its_author_had_seen() {
    let dishonest = |bodies: &[Vec<u8>], index: u64| {
        let mut log = Forge::honest();
        log.submit(REPORTER_SEED, bodies);
        verify(&extract(&log, &[index]))
    };
    let rule = Rule::CanonicalBodies;
    let report = dishonest(&golden::kinds::report(12), 12);
    expect(&report, rule, Verdict::Malformed, 12, "had not seen");
    let about = |about| body(&Event::Remark(Remark { about: Some(about), text: "This one." }));
    expect(&dishonest(&[about(EventRef::At(12))], 12), rule, Verdict::Malformed, 12, "had not seen");
    // An offset counts from the submission's first event, whether that is at hand or not.
    let here = |offset| [remark("first"), about(EventRef::Here(offset)), remark("last")];
    expect(&dishonest(&here(1), 13), rule, Verdict::Malformed, 13, "does not come before it");
    expect(&dishonest(&here(2), 13), rule, Verdict::Malformed, 13, "does not come before it");
    assert_eq!(dishonest(&here(0), 13).finding, None);
    assert_eq!(dishonest(&[about(EventRef::At(11))], 12).finding, None);
}

/// A part of a log may lack the very event that names the key.
#[test]
fn a_checkpoint_by_a_key_that_nothing_at_hand_names_proves_no_tampering() {
    let mut log = Forge::honest();
    log.change_log_key(NEW_LOG_SEED, false);
    let mut part = extract_under(&log, &[], &log.checkpoint_by(NEW_LOG_SEED));
    assert_eq!(verify_extract(&part.to_bytes(), &Anchors::default()).finding, None);
    part.submissions.pop();
    for anchors in [anchored(), Anchors::default()] {
        let report = verify_extract(&part.to_bytes(), &anchors);
        expect(&report, Rule::CheckpointSignature, Verdict::Undecided, None, "No key that is known");
    }
}

/// The period's key is for auditors; the close beside it is public, and must verify without.
#[test]
fn a_close_verifies_without_its_key() {
    let mut log = Forge::honest();
    let through = log.size();
    let (period, key, rules) = (Period::new(2026, 3).unwrap(), Hash([9; 32]), 1);
    let closed = PeriodClosed { period, through, root: Hash([8; 32]), key_hash: key_hash(&key), rules };
    log.submit(
        OPERATOR_SEED,
        &[body(&Event::PeriodKey(PeriodKey { period, key })), body(&Event::PeriodClosed(closed))],
    );
    for wanted in [&[][..], &[through]] {
        assert_eq!(verify(&extract(&log, wanted)).finding, None);
    }
}
