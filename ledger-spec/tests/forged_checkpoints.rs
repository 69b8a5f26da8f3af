//! Promise: a checkpoint counts if the log's key of its size signed it; the reader's own key, older checkpoints and
//! witnesses decide as far as signatures reach, and no further.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::judged::*;
use forge::{Forge, LOG_SEED, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, golden, key, public, publish, rules, vkey};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::event::governance::EnrolMode;
use ledger_spec::hash::{Hash, empty_root};
use ledger_spec::policy::Policy;
use ledger_spec::verify::{Anchors, Headline, Rule, Verdict};

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
    // One of nothing would agree with every log.
    let nothing = Checkpoint { origin: forge::ORIGIN.into(), size: 0, root: empty_root() };
    let nothing = nothing.sign(&key(LOG_SEED)).unwrap();
    expect(&honest.verify(&publish(&nothing), &anchored()), rule, Verdict::Malformed, None, "cannot be read");
    let since = Anchors { since: Some(nothing), ..anchored() };
    let report = honest.verify(&honest.published(), &since);
    expect(&report, Rule::OlderCheckpoint, Verdict::Undecided, None, "older checkpoint is none");
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
    // Both are asked for if both are given, and any log of the policy will do.
    let policy = |keys: &[u8]| {
        let logs: String = keys.iter().map(|seed| format!("log {}\n", vkey(*seed))).collect();
        Some(Policy::parse(format!("{logs}quorum none\n").as_bytes()).unwrap())
    };
    let anchors = Anchors { policy: policy(&[STRANGER_SEED, LOG_SEED]), ..anchored() };
    assert_eq!(honest.verify(&honest.published(), &anchors).headline, Headline::Verified);
    for strange in [&[STRANGER_SEED][..], &[]] {
        let anchors = Anchors { policy: policy(strange), ..anchored() };
        let report = honest.verify(&honest.published(), &anchors);
        expect(&report, Rule::LogKeys, Verdict::Undecided, None, "another ledger");
    }
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
fn witnesses_by_policy() {
    use ledger_spec::{cosignature, note};
    const WITNESS_SEED: u8 = 8;
    let honest = Forge::honest();
    let public_key = ledger_spec::sign::PublicKey::from_bytes(&public(WITNESS_SEED).0).unwrap();
    let witness = note::VerifierKey::new("witness.example", note::KeyType::Cosignature, public_key).unwrap();
    let text = format!("log {}\nwitness w {witness}\nquorum w\n", vkey(LOG_SEED));
    let anchors = Anchors { policy: Some(Policy::parse(text.as_bytes()).unwrap()), ..Anchors::default() };
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
