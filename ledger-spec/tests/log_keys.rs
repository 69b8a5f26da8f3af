//! Promise: whoever trusts one log key is led to the next ones by signatures alone, and nobody is called verified under
//! a key that signed nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::judged::*;
use forge::{Forge, LOG_SEED, NEW_LOG_SEED, OPERATOR_SEED, REPORTER_SEED, golden, publish, rules, vkey};
use ledger_spec::note::Note;
use ledger_spec::policy::Policy;
use ledger_spec::verify::{Anchors, Headline, Published, Rule, Verdict};

/// What a reader may bring who trusts a key: the key itself, or a policy that lists it.
fn trusting(seed: u8) -> [Anchors; 2] {
    let policy = Policy::parse(format!("log {}\nquorum none\n", vkey(seed)).as_bytes()).unwrap();
    let by_policy = Anchors { policy: Some(policy), ..Anchors::default() };
    [Anchors { vkey: Some(vkey(seed)), ..Anchors::default() }, by_policy]
}

fn with_handovers(checkpoint: &Note, handovers: &[&Note]) -> Published {
    let handovers = handovers.iter().map(|note| note.to_string().into_bytes()).collect();
    Published { handovers, ..publish(checkpoint) }
}

/// A ledger whose log key changes with record 12, and the checkpoint by the old key that covers it.
fn changed() -> (Forge, Note) {
    let mut log = Forge::honest();
    log.change_log_key(NEW_LOG_SEED, false);
    let handover = log.checkpoint();
    (log, handover)
}

#[test]
fn a_key_and_a_policy_cross_a_change_that_the_old_key_covers() {
    let (mut log, handover) = changed();
    let at_change = log.checkpoint_by(NEW_LOG_SEED);
    log.submit(OPERATOR_SEED, &[rules()]);
    let checkpoint = log.checkpoint_by(NEW_LOG_SEED);
    let later = log.checkpoint();
    for anchors in trusting(LOG_SEED) {
        // None, one of another size, one by the new key.
        for useless in [&[][..], &[&later], &[&at_change]] {
            let report = log.verify(&with_handovers(&checkpoint, useless), &anchors);
            expect(&report, Rule::LogKeys, Verdict::Undecided, 12, "no checkpoint by the replaced key");
        }
        let published = with_handovers(&checkpoint, &[&later, &handover]);
        assert_eq!(log.verify(&published, &anchors).headline, Headline::Verified);
    }
    for anchors in trusting(NEW_LOG_SEED) {
        assert_eq!(log.verify(&publish(&checkpoint), &anchors).headline, Headline::Verified);
    }
    let report = log.verify(&publish(&later), &Anchors::default());
    expect(&report, Rule::CheckpointSignature, Verdict::Undecided, None, "that was replaced");

    // A replaced key no longer speaks for the log, whatever it signs.
    let [new, _] = trusting(NEW_LOG_SEED);
    let since = Anchors { since: Some(later), ..new };
    let report = log.verify(&publish(&checkpoint), &since);
    expect(&report, Rule::OlderCheckpoint, Verdict::Undecided, None, "says nothing of this log");
}

#[test]
fn what_came_with_the_log_says_the_key_of_the_checkpoints_size() {
    let earlier = Forge::honest().checkpoint();
    let (log, _) = changed();
    let later = log.checkpoint_by(NEW_LOG_SEED);
    for (checkpoint, right, wrong) in [(&earlier, LOG_SEED, NEW_LOG_SEED), (&later, NEW_LOG_SEED, LOG_SEED)] {
        let with = |seed: u8, end: &str| {
            let vkey = Some(format!("{}{end}", vkey(seed)).into_bytes());
            log.verify(&Published { vkey, ..publish(checkpoint) }, &Anchors::default())
        };
        assert_eq!(with(right, "\n").finding, None);
        expect(&with(wrong, "\n"), Rule::LogKeys, Verdict::Malformed, None, "beside the checkpoint");
        expect(&with(right, " \n"), Rule::LogKeys, Verdict::Malformed, None, "beside the checkpoint");
    }
}

#[test]
fn a_handover_that_cannot_be_read_is_malformed() {
    let (log, _) = changed();
    let published = Published { handovers: vec![b"no note".to_vec()], ..publish(&log.checkpoint_by(NEW_LOG_SEED)) };
    let report = log.verify(&published, &trusting(NEW_LOG_SEED)[0]);
    expect(&report, Rule::OlderCheckpoint, Verdict::Malformed, None, "A handover cannot be read");
}

#[test]
fn a_key_that_was_lost_leads_nowhere() {
    let mut lost = Forge::honest();
    lost.change_log_key(NEW_LOG_SEED, true);
    for anchors in trusting(LOG_SEED) {
        let report = lost.verify(&publish(&lost.checkpoint_by(NEW_LOG_SEED)), &anchors);
        expect(&report, Rule::LogKeys, Verdict::Undecided, 12, "was lost");
    }
}

/// Whoever holds no log key at all can drop what came after an old checkpoint and bring a change of key forward.
#[test]
fn a_key_that_comes_into_office_beyond_the_checkpoint_has_signed_nothing() {
    let honest = Forge::honest();
    let checkpoint = honest.checkpoint();
    let (forged, _) = changed();
    for anchors in trusting(NEW_LOG_SEED) {
        let report = forged.verify(&publish(&checkpoint), &anchors);
        expect(&report, Rule::LogKeys, Verdict::Undecided, 12, "only beyond the checkpoint");
    }
    // The old key is in office there, and the change beyond it is no matter yet.
    for anchors in trusting(LOG_SEED) {
        assert_eq!(forged.verify(&publish(&checkpoint), &anchors).headline, Headline::Verified);
    }
}

#[test]
fn a_handover_that_contradicts_the_records_is_evidence() {
    let (log, handover) = changed();
    let mut fork = Forge::honest();
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let other = fork.checkpoint();
    let both = |log: &Forge| {
        let mut note = log.checkpoint();
        note.sign(golden::ORIGIN, &golden::key(NEW_LOG_SEED)).unwrap();
        note
    };
    let report = |log: &Forge, published: &Published| {
        let [old, by_policy] = trusting(LOG_SEED);
        let reports = [old, by_policy, Anchors::default()].map(|anchors| log.verify(published, &anchors));
        assert!(reports.windows(2).all(|two| two[0].finding == two[1].finding), "{reports:#?}");
        reports.into_iter().next().unwrap()
    };
    let found = report(&log, &with_handovers(&both(&log), &[&other]));
    expect(&found, Rule::OlderCheckpoint, Verdict::Equivocated, None, "two roots for one size");
    let mut longer = log.clone();
    longer.submit(OPERATOR_SEED, &[rules()]);
    let checkpoint = longer.checkpoint_by(NEW_LOG_SEED);
    let found = report(&longer, &with_handovers(&checkpoint, &[&handover, &other]));
    expect(&found, Rule::OlderCheckpoint, Verdict::Equivocated, None, "does not continue it");
    // Against records that no checkpoint covers it is a contradiction too, but nobody signed these.
    let earlier = Forge::honest().checkpoint();
    let found = report(&longer, &with_handovers(&earlier, &[&other]));
    expect(&found, Rule::OlderCheckpoint, Verdict::Tampered, None, "do not continue");
    // A key that was replaced proves nothing, also where not all records can be judged.
    longer.submit(OPERATOR_SEED, &[vec![1, 0xff, 0]]);
    fork.submit(REPORTER_SEED, &[golden::kinds::source()]);
    let late = with_handovers(&longer.checkpoint_by(NEW_LOG_SEED), &[&fork.checkpoint()]);
    expect(&report(&longer, &late), Rule::GovernanceBodies, Verdict::Undecided, 14, "not known to this version");
    // One of more records than there are says nothing, and one that no log key of its size signed neither.
    let stranger = fork.checkpoint_by(forge::STRANGER_SEED);
    let silent = with_handovers(&earlier, &[&handover, &stranger]);
    assert_eq!(Forge::honest().verify(&silent, &trusting(LOG_SEED)[0]).headline, Headline::Verified);
}
