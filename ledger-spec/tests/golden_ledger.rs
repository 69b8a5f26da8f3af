//! Promise: a small ledger, made from fixed seeds, salts and times, has exactly the bytes in `vectors/ledger` and the
//! worked examples of SPEC.md section 19. Run with `CANTUS_BLESS=1` after a deliberate change to write them anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod golden;

use std::fmt::Write as _;
use std::fs;

use golden::files::{golden_file, hex, root};
use golden::{Golden, LOG_SEED, OPERATOR_SEED, key, ledger};
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::commitment::commit;
use ledger_spec::event::{Event, EventError};
use ledger_spec::hash::{Hash, leaf_hash};
use ledger_spec::item::{self, item_hash, items_root};
use ledger_spec::merkle;
use ledger_spec::note::{KeyType, VerifierKey};
use ledger_spec::record::{Record, split_entry, split_opening};
use ledger_spec::sign::PublicKey;
use ledger_spec::submission::{Statement, Submission};

/// Hex in lines of 32 bytes, as SPEC.md shows it.
fn hex_block(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|line| hex(line) + "\n").collect()
}

fn checkpoint(golden: &Golden) -> Vec<u8> {
    let root = merkle::root_of(&golden.leaves);
    let checkpoint = Checkpoint { origin: golden::ORIGIN.into(), size: golden.leaves.len() as u64, root };
    checkpoint.sign(&key(LOG_SEED)).unwrap().to_string().into_bytes()
}

#[test]
fn the_static_log_is_byte_for_byte_the_golden_one() {
    let golden = ledger();
    let size = golden.leaves.len();
    assert!(size < 256, "one partial tile holds the whole ledger");
    let hashes: Vec<u8> = golden.leaves.iter().flat_map(|leaf| leaf.0).collect();
    let log_key = PublicKey::from_bytes(&key(LOG_SEED).verifying_key().to_bytes()).unwrap();
    let vkey = VerifierKey::new(golden::ORIGIN, KeyType::Ed25519, log_key).unwrap();
    golden_file(&format!("vectors/ledger/tile/entries/000.p/{size}"), &golden.records);
    golden_file(&format!("vectors/ledger/tile/0/000.p/{size}"), &hashes);
    golden_file("vectors/ledger/checkpoint", &checkpoint(&golden));
    golden_file("vectors/ledger/vkey", format!("{vkey}\n").as_bytes());
}

#[test]
fn every_step_of_every_event_is_the_golden_one() {
    let golden = ledger();
    let mut steps = String::from("# index\tclass\tkind\tsalt\tbody\tcommitment\titem leaf\tleaf hash\troot after\n");
    let (mut records, mut bodies) = (&golden.records[..], &golden.bodies[..]);
    let mut range = merkle::Range::new(0);
    while let Some(entry) = split_entry(&mut records) {
        let record = Record::parse(entry).unwrap();
        let opening = record.inline.unwrap_or_else(|| split_opening(&mut bodies).unwrap());
        let kind = match Event::decode(opening.body) {
            Err(EventError::Erased) => "erased",
            event => {
                assert_eq!(commit(&opening.salt, opening.body), record.commitment);
                event.unwrap().name()
            }
        };
        range.push(record.leaf_hash());
        writeln!(
            steps,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            record.index,
            record.class,
            kind,
            hex(&opening.salt),
            hex(opening.body),
            record.commitment,
            item_hash(record.class, &record.commitment),
            record.leaf_hash(),
            range.root().unwrap()
        )
        .unwrap();
    }
    assert!(bodies.is_empty());
    golden_file("vectors/ledger/steps.tsv", steps.as_bytes());
}

#[test]
fn every_submission_is_the_golden_one_and_parses_back() {
    let golden = ledger();
    let mut lines = String::from("# author\tnumber\tbytes of the submission\n");
    for submission in &golden.submissions {
        let bytes = submission.to_bytes();
        assert_eq!(Submission::parse(&bytes).as_ref(), Ok(submission));
        submission.verify().unwrap();
        let statement = submission.statement();
        writeln!(lines, "{}\t{}\t{}", statement.author, statement.number, hex(&bytes)).unwrap();
    }
    golden_file("vectors/ledger/submissions.tsv", lines.as_bytes());
}

#[test]
fn one_body_of_every_kind_is_the_golden_one() {
    let mut lines = String::from("# kind\tname\tbody\n");
    let bodies = golden::every_kind();
    let codes: Vec<u16> = bodies.iter().map(|body| u16::from_be_bytes([body[0], body[1]])).collect();
    let known: Vec<u16> = ledger_spec::event::KINDS.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, known, "every kind has its golden body, in order");
    for body in bodies {
        let event = Event::decode(&body).unwrap();
        writeln!(lines, "{:04x}\t{}\t{}", event.code(), event.name(), hex(&body)).unwrap();
    }
    golden_file("vectors/bodies.tsv", lines.as_bytes());
}

#[test]
fn the_worked_examples_of_the_spec_are_what_is_computed() {
    const BEGIN: &str = "<!-- examples: written and checked by the tests -->\n";
    const END: &str = "<!-- end of examples -->\n";
    let path = root().join("SPEC.md");
    let spec = fs::read_to_string(&path).unwrap();
    let (before, rest) = spec.split_once(BEGIN).expect("SPEC.md has its examples marked");
    let (_, after) = rest.split_once(END).expect("SPEC.md has its examples marked");
    let computed = format!("{before}{BEGIN}{}{END}{after}", examples());
    if std::env::var_os("CANTUS_BLESS").is_some() {
        fs::write(&path, &computed).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == computed, "SPEC.md section 19 is not what is computed");
}

/// Section 19, computed from the golden ledger.
fn examples() -> String {
    let golden = ledger();
    let mut out = String::new();
    let mut show = |what: &str, bytes: &[u8]| {
        write!(out, "\n{what}:\n\n```hex\n{}```\n", hex_block(bytes)).unwrap();
    };
    let mut records = &golden.records[..];
    let entry = split_entry(&mut records).unwrap();
    let first = Record::parse(entry).unwrap();
    let opening = first.inline.unwrap();
    let seal = first.seal.unwrap();
    let commitments = [(first.class, first.commitment)];
    let statement = Statement::of_seal(golden.ledger, first.author, &seal, items_root(&commitments));
    show("Operator's key (seed 32 bytes of `01`)", &key(OPERATOR_SEED).verifying_key().to_bytes());
    show("Log key (seed 32 bytes of `02`)", &key(LOG_SEED).verifying_key().to_bytes());
    show("Body of ledger-opened", opening.body);
    show("Ledger id, `SHA-256(\"cantus/ledger/v1\" NUL | body)`", &golden.ledger.0);
    show("Salt", &opening.salt);
    show("Commitment, `SHA-256(\"cantus/body/v1\" NUL | salt | body)`", &first.commitment.0);
    show(
        "Item, `\"cantus/item/v1\" NUL | class | commitment`",
        &[item::DOMAIN, &[first.class.number()], &first.commitment.0].concat(),
    );
    show("Its leaf hash, here the `items_root` of one event", &items_root(&commitments).0);
    show("Message that the operator's key signs", &statement.message());
    show("Its signature", &seal.signature.0);
    show("Record 0, sealed and inline", entry);
    show("Its leaf hash: `prev` of record 1, and the root of the log of size 1", &first.leaf_hash().0);
    let (second, third) = (split_entry(&mut records).unwrap(), split_entry(&mut records).unwrap());
    show("Record 1", second);
    let pair = [first.leaf_hash(), leaf_hash(second)];
    show("Root of the log of size 2, `SHA-256(0x01 | leaf 0 | leaf 1)`", &merkle::root_of(&pair).0);
    show("Record 2", third);
    let checkpoint = String::from_utf8(checkpoint(&golden)).unwrap();
    let size: Hash = merkle::root_of(&golden.leaves);
    writeln!(out, "\nRoot at size {}: `{size}`. Checkpoint:\n\n```\n{checkpoint}```\n", golden.leaves.len()).unwrap();
    out
}
