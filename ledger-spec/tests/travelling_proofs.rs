//! A `.tlog-proof` proves its entry, index and log, or is refused: one spelling, nothing cut off or added, no other
//! entry, index, checkpoint or key (C2SP tlog-proof).

use ledger_spec::Hash;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::hash::leaf_hash;
use ledger_spec::merkle::{Leaves, ProofError, inclusion_proof, root_of};
use ledger_spec::note::{KeyType, Note, VerifierKey};
use ledger_spec::policy::{Policy, PolicyError};
use ledger_spec::sign::{PublicKey, SigningKey};
use ledger_spec::tlog_proof::{PATH_LEN_MAX, TlogProof, TlogProofError};
use proptest::prelude::*;

const FIXTURE: &str = include_str!("../vectors/tlog-70000/69995.tlog-proof");
const ORIGIN: &str = "ledger.example/small";

/// `n` different leaf hashes.
fn leaves(n: u8) -> Vec<Hash> {
    (0..n).map(|i| leaf_hash(&[i])).collect()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn policy(name: &str, seed: u8) -> Policy {
    Policy::trusting(VerifierKey::new(name, KeyType::Ed25519, PublicKey::from(&key(seed))).expect("good name"))
}

fn proof(leaves: &[Hash], index: u64) -> TlogProof {
    let size = leaves.len() as u64;
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: root_of(leaves) };
    let checkpoint = checkpoint.sign(&key(1)).expect("good name");
    let path = inclusion_proof(&Leaves(leaves), index, size).expect("at hand");
    TlogProof { extra: None, index, path, checkpoint }
}

fn parse(file: &str) -> Result<TlogProof, TlogProofError> {
    TlogProof::parse(file.as_bytes())
}

#[test]
fn each_entry_of_small_logs_is_proved_and_no_other() {
    let leaves = leaves(9);
    for size in 1..=leaves.len() {
        for (index, leaf) in leaves[..size].iter().enumerate() {
            let proof = parse(&proof(&leaves[..size], index as u64).to_string()).expect("well-formed");
            let accepted = proof.verify(leaf, &policy(ORIGIN, 1)).map(|accepted| accepted.checkpoint.size);
            assert_eq!(accepted, Ok(size as u64));
            for other in leaves.iter().filter(|other| *other != leaf) {
                let refused = proof.verify(other, &policy(ORIGIN, 1)).map(|accepted| accepted.checkpoint);
                assert!(matches!(refused, Err(TlogProofError::Inclusion { error: ProofError::Root { .. }, .. })));
            }
            let elsewhere = TlogProof { index: index as u64 + 1, ..proof.clone() };
            assert!(elsewhere.verify(leaf, &policy(ORIGIN, 1)).is_err());
        }
    }
}

#[test]
fn the_checkpoint_must_be_of_a_trusted_log() {
    let leaves = leaves(5);
    let proof = proof(&leaves, 2);
    for (name, seed) in [(ORIGIN, 2), ("other", 1)] {
        let refused = proof.verify(&leaves[2], &policy(name, seed)).map(|accepted| accepted.checkpoint);
        assert!(matches!(refused, Err(TlogProofError::Policy(PolicyError::Note(_)))), "{name}");
    }
    let larger = proof.checkpoint.to_string().replace("\n5\n", "\n6\n");
    let altered = TlogProof { checkpoint: Note::parse(larger.as_bytes()).expect("note"), ..proof };
    assert!(altered.verify(&leaves[2], &policy(ORIGIN, 1)).is_err());
}

#[test]
fn extra_data_travels_along() {
    for extra in [vec![], vec![0], vec![7; 1000]] {
        let proof = TlogProof { extra: Some(extra), ..proof(&leaves(3), 0) };
        assert_eq!(parse(&proof.to_string()), Ok(proof));
    }
}

#[test]
fn malformed_files_are_refused() {
    use TlogProofError::{Extra, Hash, Header, Index, Note, PathTooLong};
    let altered = |from: &str, to: &str| {
        assert!(FIXTURE.contains(from), "{from:?}");
        parse(&FIXTURE.replacen(from, to, 1))
    };
    for (from, to) in [
        ("proof@v1", "proof@v2"),
        ("c2sp", " c2sp"),
        ("v1\n", "v1 \n"),
        ("v1\n", "v1\r\n"),
        ("c2sp.org/tlog-proof@v1\n", ""),
    ] {
        assert_eq!(altered(from, to), Err(Header), "{to:?}");
    }
    for (from, to) in
        [("69995", "069995"), ("69995", "-1"), ("69995", ""), ("index ", "index  "), ("index 69995\n", "")]
    {
        assert_eq!(altered(from, to), Err(Index(2)), "{to:?}");
    }
    assert_eq!(altered("index", "extra AAA\nindex"), Err(Extra));
    assert_eq!(altered("index", "extra AAAA\nextra AAAA\nindex"), Err(Index(3)));
    assert_eq!(altered("index", "extra AAAA\n\nindex"), Err(Index(3)));
    for (from, to) in
        [("\nc8r", "\nc8r "), ("3E8=\n", "3E9=\n"), ("3E8=\n", "3E8\n"), ("c8r+10", "c8r-10"), ("c8r", "AAAA")]
    {
        assert_eq!(altered(from, to), Err(Hash(3)), "{to:?}");
    }
    assert_eq!(altered("\n\nledger", "\nledger"), Err(Hash(12)), "no empty line before the checkpoint");
    assert!(altered("\n\nledger", "\n\n\nledger").is_ok(), "an empty line is then the checkpoint's first");
    let long = FIXTURE.find("c8r").and_then(|at| FIXTURE.get(at..at + 45)).expect("a hash");
    assert!(altered("c8r", &format!("{}c8r", long.repeat(PATH_LEN_MAX - 9))).is_ok());
    assert_eq!(altered("c8r", &format!("{}c8r", long.repeat(PATH_LEN_MAX - 8))), Err(PathTooLong));
    assert!(matches!(altered("—", "-"), Err(Note(_))));
}

#[test]
fn every_cut_is_refused() {
    // At the end of a signature line a note is still whole, only less signed; the log's own comes first.
    let whole = FIXTURE.match_indices("—").nth(1).map(|(at, _)| at).expect("two signatures");
    for end in 0..FIXTURE.len() {
        let cut = TlogProof::parse(&FIXTURE.as_bytes()[..end]);
        assert_eq!(cut.is_ok(), end == whole, "cut at {end}");
    }
}

proptest! {
    #[test]
    fn what_parses_is_written_back(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut file = FIXTURE.as_bytes().to_vec();
        let at = at.index(file.len());
        file[at] = byte;
        if let Ok(proof) = TlogProof::parse(&file) {
            prop_assert_eq!(proof.to_string().into_bytes(), file);
        }
    }

    #[test]
    fn no_input_panics(file in any::<Vec<u8>>(), text in "(index |extra |[A-Z=]{0,50}|[0-9]{0,30}|\n){0,20}") {
        let _ = TlogProof::parse(&file);
        let _ = parse(&format!("c2sp.org/tlog-proof@v1\n{text}"));
    }
}
