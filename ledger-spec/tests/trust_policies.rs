//! A policy says who must have signed, and says one thing only: quorums are counted as C2SP tlog-policy defines them,
//! and a file that is ambiguous, or names what it has not defined, is refused with its line.

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::cosignature::cosign;
use ledger_spec::hash::sha256;
use ledger_spec::note::{KeyType, Note, NoteError, VerifierKey};
use ledger_spec::policy::{Policy, PolicyError, PolicyLineError, PolicySyntaxError};
use ledger_spec::sign::{PublicKey, SigningKey};
use proptest::prelude::*;

const ORIGIN: &str = "ledger.example/royalties";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn vkey(name: &str, key_type: KeyType, seed: u8) -> VerifierKey {
    VerifierKey::new(name, key_type, PublicKey::from(&key(seed))).expect("good name")
}

/// The log has seed 100; witness N has seed N.
fn log() -> VerifierKey {
    vkey(ORIGIN, KeyType::Ed25519, 100)
}

fn witness(number: u8) -> VerifierKey {
    vkey(&format!("w{number}.example"), KeyType::Cosignature, number)
}

/// A checkpoint signed by the log and cosigned by these witnesses.
fn checkpoint(witnesses: &[u8]) -> Note {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 7, root: sha256(&[b"root"]) };
    let mut note = checkpoint.sign(&key(100)).expect("good name");
    for number in witnesses {
        let cosignature = cosign(note.text(), witness(*number).name(), &key(*number), 1000 + u64::from(*number));
        note.add(cosignature.expect("good name")).expect("room");
    }
    note
}

/// A policy with the log and witnesses 1 to 6, and what else is given.
fn policy(rest: &str) -> Result<Policy, PolicySyntaxError> {
    let witnesses: String = (1..=6).map(|n| format!("witness {n} {}\n", witness(n))).collect();
    Policy::parse(format!("log {}\n{witnesses}{rest}", log()).as_bytes())
}

fn meets(policy: &Policy, witnesses: &[u8]) -> bool {
    match policy.open(&checkpoint(witnesses)) {
        Ok(accepted) => {
            assert_eq!((accepted.log, accepted.checkpoint.size), (&log(), 7));
            assert_eq!(accepted.cosignatures.len(), witnesses.iter().filter(|number| **number <= 6).count());
            true
        }
        Err(PolicyError::NoQuorum { found }) => {
            assert_eq!(found, witnesses.iter().filter(|number| **number <= 6).count());
            false
        }
        Err(other) => panic!("{other}"),
    }
}

/// The example of the specification: two of the first three, and one of the others.
#[test]
fn the_specification_example() {
    let policy = policy("group X-witnesses 2 1 2 3\n\ngroup Y-witnesses any 4 5 6\n\ngroup X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n")
        .expect("policy");
    for (witnesses, met) in [
        (&[1, 2, 4][..], true),
        (&[6, 3, 1], true),
        (&[1, 2, 3, 4, 5, 6], true),
        (&[1, 2, 3], false),
        (&[1, 4, 5, 6], false),
        (&[], false),
        (&[1, 2, 9], false), // a witness that the policy does not know
        (&[1, 1, 4], false), // one that has cosigned twice
    ] {
        assert_eq!(meets(&policy, witnesses), met, "{witnesses:?}");
    }
}

#[test]
fn quorums_of_one_and_none() {
    let none = policy("quorum none\n").expect("policy");
    assert!(meets(&none, &[]) && meets(&none, &[5]));
    let one = policy("quorum 2\n").expect("policy");
    assert!(meets(&one, &[2]) && meets(&one, &[1, 2]) && !meets(&one, &[1]));
    // A quorum may stand above what is defined later, and need not be of the last group.
    assert!(meets(&policy("group g all 1 2\nquorum g\ngroup h any 3 4\n").expect("policy"), &[1, 2]));
    assert!(meets(&Policy::trusting(log()), &[]));
}

#[test]
fn the_log_must_have_signed() {
    let policy = policy("quorum 1\n").expect("policy");
    let text = checkpoint(&[]).text().to_owned();
    let mut only_cosigned = Note::unsigned(text.clone()).expect("lines");
    only_cosigned.add(cosign(&text, witness(1).name(), &key(1), 0).expect("good name")).expect("room");
    assert_eq!(policy.open(&only_cosigned), Err(PolicyError::UnknownLog { origin: ORIGIN.into() }));

    // A log that the policy trusts, in the name of another.
    let mut other = Note::unsigned(text.replace(ORIGIN, "other.example")).expect("lines");
    other.sign(ORIGIN, &key(100)).expect("good name");
    assert_eq!(policy.open(&other), Err(PolicyError::UnknownLog { origin: "other.example".into() }));

    let mut unknown = Note::unsigned(text).expect("lines");
    unknown.sign(ORIGIN, &key(101)).expect("good name");
    assert!(matches!(policy.open(&unknown), Err(PolicyError::Note(NoteError::NoKnownSignature(_)))));
    // A witness's key is no log's, whatever its holder says.
    assert!(Policy::trusting(witness(1)).open(&only_cosigned).is_err());
}

#[test]
fn a_bad_cosignature_refuses_the_checkpoint_even_if_others_would_do() {
    let policy = policy("quorum 1\n").expect("policy");
    let note = checkpoint(&[1]).to_string();
    let text = checkpoint(&[]).text().replace("\n7\n", "\n8\n");
    let replayed = cosign(&text, witness(2).name(), &key(2), 0).expect("good name");
    let note = Note::parse(format!("{note}{replayed}").as_bytes()).expect("note");
    assert!(matches!(policy.open(&note), Err(PolicyError::Note(NoteError::BadSignature { .. }))));
}

#[test]
fn free_form_is_accepted() {
    let file = format!(
        "# a comment\n\n \t # another\n\tlog  {}\thttps://ledger.example/\n witness caf\u{e9} {} https://w \nquorum caf\u{e9}",
        log(),
        witness(1)
    );
    let policy = Policy::parse(file.as_bytes()).expect("policy");
    assert_eq!((policy.logs(), policy.witnesses()), (&[log()][..], &[witness(1)][..]));
    // Names are octets: those of Latin-1 need not be UTF-8.
    let file = [b"witness \xff ", witness(1).to_string().as_bytes(), b"\nquorum \xff\n"].concat();
    assert!(Policy::parse(&file).is_ok());
}

#[test]
fn ambiguous_files_are_refused() {
    use PolicyLineError::{
        AlreadyMember, DuplicateKey, KeyType as WrongType, NameTaken, Octet, SecondQuorum, Syntax, Threshold,
        UnknownName, Vkey,
    };
    let line_8 = |rest: &str| match policy(rest) {
        Err(PolicySyntaxError::Line { number, error }) => (number - 7, error),
        other => panic!("{rest:?}: {other:?}"),
    };
    let name = |name: &str| name.to_owned();
    let threshold = |found: &str, members| Threshold { found: found.into(), members };
    assert_eq!(policy(""), Err(PolicySyntaxError::NoQuorum));
    assert_eq!(policy("group g any 1\n"), Err(PolicySyntaxError::NoQuorum));
    for (rest, number, error) in [
        ("quorum none\nquorum none\n", 2, SecondQuorum),
        ("quorum g\ngroup g any 1\n", 1, UnknownName(name("g"))),
        ("group g any g\n", 1, UnknownName(name("g"))),
        ("group g any h\ngroup h any 1\n", 1, UnknownName(name("h"))),
        ("group g any none\n", 1, UnknownName(name("none"))),
        ("group none any 1\n", 1, NameTaken(name("none"))),
        ("group 1 any 2\n", 1, NameTaken(name("1"))),
        ("group g any 1\ngroup g any 2\n", 2, NameTaken(name("g"))),
        ("group g 2 1 1\n", 1, AlreadyMember(name("1"))),
        ("group g any 1\ngroup h any 1\n", 2, AlreadyMember(name("1"))),
        ("group g 0 1 2\n", 1, threshold("0", 2)),
        ("group g 3 1 2\n", 1, threshold("3", 2)),
        ("group g 01 1 2\n", 1, threshold("01", 2)),
        ("group g +1 1 2\n", 1, threshold("+1", 2)),
        ("group g most 1 2\n", 1, threshold("most", 2)),
        ("group g 99999999999999999999 1 2\n", 1, threshold("99999999999999999999", 2)),
        ("group g any\n", 1, Syntax),
        ("group g\n", 1, Syntax),
        ("quorum\n", 1, Syntax),
        ("quorum 1 2\n", 1, Syntax),
        ("Quorum none\n", 1, Syntax),
        ("log\n", 1, Syntax),
        ("quorum none # not here\n", 1, Syntax),
        ("quorum none\r\n", 1, Octet(b'\r')),
        ("\x00", 1, Octet(0)),
        ("# \x7f", 1, Octet(0x7f)),
        ("# fine\n#\x0b", 2, Octet(0x0b)),
        (&format!("log {}\n", log()), 1, DuplicateKey(ORIGIN.into())),
        (&format!("log {}\n", vkey("renamed", KeyType::Ed25519, 100)), 1, DuplicateKey(name("renamed"))),
        (&format!("witness 7 {}\n", witness(6)), 1, DuplicateKey(name("w6.example"))),
        (&format!("witness 7 {}\n", log()), 1, WrongType(ORIGIN.into())),
        (&format!("log {}\n", witness(7)), 1, WrongType(name("w7.example"))),
        (&format!("witness none {}\n", witness(7)), 1, NameTaken(name("none"))),
        (&format!("witness 6 {}\n", witness(7)), 1, NameTaken(name("6"))),
        (&format!("witness 7 {} https://w more\n", witness(7)), 1, Syntax),
    ] {
        assert_eq!(line_8(rest), (number, error), "{rest:?}");
    }
    assert!(matches!(line_8("log nonsense\n"), (1, Vkey(_))));
}

#[test]
fn at_least_32_of_each() {
    let logs: String = (100..132).map(|n| format!("log {}\n", vkey(ORIGIN, KeyType::Ed25519, n))).collect();
    let witnesses: String = (0..32).map(|n| format!("witness {n} {}\n", witness(n))).collect();
    // Each group has a witness and the group before it.
    let groups: String = (1..32).map(|n| format!("group g{n} all {n} g{}\n", n - 1)).collect();
    let file = format!("{logs}{witnesses}group g0 all 0\n{groups}quorum g31\n");
    let policy = Policy::parse(file.as_bytes()).expect("policy");
    let all: Vec<u8> = (0..32).collect();
    assert!(policy.open(&checkpoint(&all)).is_ok());
    assert_eq!(policy.open(&checkpoint(&all[..31])), Err(PolicyError::NoQuorum { found: 31 }));
}

proptest! {
    #[test]
    fn no_file_panics(file in any::<Vec<u8>>(), words in "((log|witness|group|quorum|any|all|none|a|b|1|2)[ \n]){0,30}") {
        let _ = Policy::parse(&file);
        let _ = policy(&words);
    }
}
