//! Promise: a receipt proves to its author that the log took exactly its submission, in one place, and gives back the
//! very records that stand there; for anything else, and after any change, it proves nothing.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod golden;

use golden::files::golden_file;
use golden::{LOG_SEED, REPORTER_SEED, key};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::hash::Hash;
use ledger_spec::merkle::{self, Leaves};
use ledger_spec::note::{KeyType, VerifierKey};
use ledger_spec::policy::Policy;
use ledger_spec::receipt::{Receipt, ReceiptError};
use ledger_spec::record::{Record, split_entry};
use ledger_spec::tlog_proof::TlogProof;

/// The receipt of a submission of the golden ledger.
fn receipt(golden: &golden::Golden, submission: usize) -> Receipt {
    let before: usize = golden.submissions[..submission].iter().map(|it| it.items().count()).sum();
    let last = before + golden.submissions[submission].items().count() - 1;
    let size = golden.leaves.len() as u64;
    let root = merkle::root_of(&golden.leaves);
    let checkpoint = Checkpoint { origin: golden::ORIGIN.into(), size, root }.sign(&key(LOG_SEED)).unwrap();
    let path = merkle::inclusion_proof(&Leaves(&golden.leaves), last as u64, size).unwrap();
    let mut rest = &golden.records[..];
    let sealed = std::iter::from_fn(|| split_entry(&mut rest)).nth(last).unwrap().to_vec();
    let prev = before.checked_sub(1).map_or(golden.ledger, |before| golden.leaves[before]);
    Receipt { prev, sealed, proof: TlogProof { extra: None, index: last as u64, path, checkpoint } }
}

fn trusting(seed: u8) -> Policy {
    let key = (&key(seed)).into();
    Policy::trusting(VerifierKey::new(golden::ORIGIN, KeyType::Ed25519, key).unwrap())
}

#[test]
fn a_receipt_gives_the_records_back() {
    let golden = golden::ledger();
    let mut records = Vec::new();
    for (number, submission) in golden.submissions.iter().enumerate() {
        let bytes = receipt(&golden, number).to_bytes();
        let receipt = Receipt::parse(&bytes).unwrap();
        assert_eq!(receipt.to_bytes(), bytes);
        let policy = trusting(LOG_SEED);
        let placed = receipt.verify(submission, &policy).unwrap();
        assert_eq!(placed.ordered.first as usize + placed.ordered.leaves.len(), receipt.proof.index as usize + 1);
        assert_eq!(placed.accepted.checkpoint.size, golden.leaves.len() as u64);
        records.extend(placed.ordered.records);
    }
    assert_eq!(records, golden.records);
}

#[test]
fn the_golden_receipt_is_what_is_made() {
    golden_file("vectors/ledger/submission-5.receipt", &receipt(&golden::ledger(), 4).to_bytes());
}

#[test]
fn it_proves_nothing_of_another_submission_or_by_another_log() {
    let golden = golden::ledger();
    let receipt = receipt(&golden, 2);
    let policy = trusting(LOG_SEED);
    let other = receipt.verify(&golden.submissions[1], &policy);
    assert!(matches!(other, Err(ReceiptError::OtherSubmission)), "{other:?}");
    let stranger = trusting(REPORTER_SEED);
    let untrusted = receipt.verify(&golden.submissions[2], &stranger);
    assert!(matches!(untrusted, Err(ReceiptError::Proof(_))), "{untrusted:?}");
    let moved = Receipt { proof: TlogProof { index: 3, ..receipt.proof.clone() }, ..receipt.clone() };
    let moved = moved.verify(&golden.submissions[2], &policy);
    assert!(matches!(moved, Err(ReceiptError::Index { proof: 3, .. })), "{moved:?}");
    let elsewhere = Receipt { prev: Hash([1; 32]), ..receipt };
    assert!(elsewhere.verify(&golden.submissions[2], &policy).is_err());
}

#[test]
fn a_log_that_the_author_had_not_seen_is_told_apart() {
    let golden = golden::ledger();
    let submission = &golden.submissions[0];
    // The same submission, ordered after another record than the basis names, by a log that signs what it likes.
    let ordered = submission.order(0, Hash([1; 32]), golden::START_MS);
    let root = ordered.leaves[0];
    let checkpoint = Checkpoint { origin: golden::ORIGIN.into(), size: 1, root }.sign(&key(LOG_SEED)).unwrap();
    let proof = TlogProof { extra: None, index: 0, path: vec![], checkpoint };
    let receipt = Receipt { prev: Hash([1; 32]), sealed: ordered.last_record().unwrap().to_vec(), proof };
    let policy = trusting(LOG_SEED);
    assert!(matches!(receipt.verify(submission, &policy), Err(ReceiptError::Basis)));

    // Put before what its author had seen.
    let submission = &golden.submissions[3];
    let ordered = submission.order(1, golden.leaves[0], golden::START_MS);
    let leaves = [&golden.leaves[..1], &ordered.leaves].concat();
    let (index, size, root) = (ordered.leaves.len() as u64, leaves.len() as u64, merkle::root_of(&leaves));
    let checkpoint = Checkpoint { origin: golden::ORIGIN.into(), size, root }.sign(&key(LOG_SEED)).unwrap();
    let path = merkle::inclusion_proof(&Leaves(&leaves), index, size).unwrap();
    let proof = TlogProof { extra: None, index, path, checkpoint };
    let sealed = ordered.last_record().unwrap().to_vec();
    let receipt = Receipt { prev: golden.leaves[0], sealed, proof };
    assert!(matches!(receipt.verify(submission, &policy), Err(ReceiptError::Basis)));
}

#[test]
fn any_flipped_bit_is_refused() {
    let golden = golden::ledger();
    let bytes = receipt(&golden, 4).to_bytes();
    let policy = trusting(LOG_SEED);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let verified = Receipt::parse(&flipped)
            .and_then(|receipt| receipt.verify(&golden.submissions[4], &policy).map(|placed| placed.ordered));
        assert!(verified.is_err(), "byte {at}");
        assert!(Receipt::parse(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(Record::parse(&receipt(&golden, 4).sealed).unwrap().seal.is_some());
}
