//! A checkpoint means what its log signed and nothing else: strict lines, the log's own key, and cosignatures that bind
//! their time (C2SP tlog-checkpoint, tlog-cosignature).

use ledger_spec::checkpoint::{Checkpoint, CheckpointError};
use ledger_spec::cosignature::{CosignError, TIME_MAX, cosign};
use ledger_spec::hash::{empty_root, sha256};
use ledger_spec::note::{KeyType, Note, NoteError, VerifierKey};
use ledger_spec::sign::{PublicKey, SigningKey};
use proptest::prelude::*;

const ORIGIN: &str = "ledger.example/royalties";
const ROOT: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn vkey(name: &str, key_type: KeyType, seed: u8) -> VerifierKey {
    VerifierKey::new(name, key_type, PublicKey::from(&key(seed))).expect("good name")
}

fn signed(text: &str, name: &str, seed: u8) -> Note {
    let mut note = Note::unsigned(text.into()).expect("lines");
    note.sign(name, &key(seed)).expect("good name");
    note
}

#[test]
fn its_text_is_three_lines() {
    let checkpoint = Checkpoint { origin: ORIGIN.into(), size: 1, root: empty_root() };
    assert_eq!(checkpoint.to_string(), format!("{ORIGIN}\n1\n{ROOT}\n"));
    assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Ok(checkpoint));
}

#[test]
fn lines_are_strict() {
    let read = |size: &str, root: &str| Checkpoint::parse(&format!("{ORIGIN}\n{size}\n{root}\n"));
    assert!(read("9007199254740991", ROOT).is_ok());
    // A checkpoint of nothing would agree with every log.
    for size in [
        "0",
        "9007199254740992",
        "00",
        "01",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1_000",
        "0x1",
        "1.0",
        "18446744073709551616",
        "٣",
    ] {
        assert_eq!(read(size, ROOT), Err(CheckpointError::Size(size.into())));
    }
    for root in ["AAAA", &ROOT[..43], &format!("{ROOT}="), &ROOT.replace("FU=", "FV="), &ROOT.replace('+', "-")] {
        assert_eq!(read("1", root), Err(CheckpointError::Root(root.into())));
    }
    for lines in [
        "",
        "\n",
        "a\n1\n",
        "a\n\n1\n",
        "\n1\nAAAA\n",
        &format!("{ORIGIN}\n1\n{ROOT}"),
        &format!("{ORIGIN}\n1\n{ROOT}\n\n"),
    ] {
        assert_eq!(Checkpoint::parse(lines), Err(CheckpointError::Lines), "{lines:?}");
    }
}

/// Read, because the specification allows them; covered by signatures, because these are over the note; never written.
#[test]
fn extension_lines_are_read_and_not_written() {
    let text = format!("{ORIGIN}\n5\n{ROOT}\nextension\nanother\n");
    let note = signed(&text, ORIGIN, 1);
    let checkpoint = Checkpoint::open(&note, &vkey(ORIGIN, KeyType::Ed25519, 1)).expect("signed");
    assert_eq!(checkpoint.to_string(), format!("{ORIGIN}\n5\n{ROOT}\n"));
    let altered = note.to_string().replace("another", "altered");
    let altered = Note::parse(altered.as_bytes()).expect("note");
    assert!(Checkpoint::open(&altered, &vkey(ORIGIN, KeyType::Ed25519, 1)).is_err());
}

#[test]
fn only_the_log_itself_can_sign() {
    let log = vkey(ORIGIN, KeyType::Ed25519, 1);
    let text = format!("{ORIGIN}\n5\n{ROOT}\n");
    assert!(Checkpoint::open(&signed(&text, ORIGIN, 1), &log).is_ok());
    assert!(matches!(
        Checkpoint::open(&signed(&text, ORIGIN, 2), &log),
        Err(CheckpointError::Note(NoteError::NoKnownSignature(_)))
    ));
    // A key that may sign for one log may not for another.
    let other = vkey("other.example/log", KeyType::Ed25519, 1);
    let refused = CheckpointError::OtherLog { origin: ORIGIN.into(), name: "other.example/log".into() };
    assert_eq!(Checkpoint::open(&signed(&text, "other.example/log", 1), &other), Err(refused));
    // A witness has seen the log; it does not speak for it.
    let mut note = Note::unsigned(text.clone()).expect("lines");
    note.add(cosign(&text, ORIGIN, &key(1), 7).expect("good name")).expect("room");
    let witness = vkey(ORIGIN, KeyType::Cosignature, 1);
    assert_eq!(Checkpoint::open(&note, &witness), Err(CheckpointError::NotALogKey(ORIGIN.into())));
}

#[test]
fn an_origin_that_cannot_be_a_key_name_is_not_signed() {
    for origin in ["", "two words", "a+b", "a\n7"] {
        let checkpoint = Checkpoint { origin: origin.into(), size: 0, root: empty_root() };
        assert!(checkpoint.sign(&key(1)).is_err(), "{origin:?}");
    }
}

#[test]
fn cosignatures_bind_time_text_and_key() {
    let text = format!("{ORIGIN}\n5\n{ROOT}\n");
    let witness = vkey("w", KeyType::Cosignature, 2);
    for time in [0, 1_767_225_600, TIME_MAX] {
        let mut note = signed(&text, ORIGIN, 1);
        note.add(cosign(&text, "w", &key(2), time).expect("good name")).expect("room");
        let verified = note.verify(&[&witness]).expect("cosigned");
        assert_eq!((verified[0].key, verified[0].time), (&witness, Some(time)));
    }
    assert_eq!(cosign(&text, "w", &key(2), TIME_MAX + 1), Err(CosignError::Time(TIME_MAX + 1)));
    assert!(matches!(cosign(&text, "a b", &key(2), 0), Err(CosignError::Name(_))));

    // Every byte of the payload counts: key id, time and signature.
    let line = cosign(&text, "w", &key(2), 1_767_225_600).expect("good name").to_string();
    let digits = line.trim_end().len() - "— w ".len();
    assert_eq!(digits, 104, "76 bytes");
    for at in 0..digits {
        let at = "— w ".len() + at;
        let other = if &line[at..=at] == "A" { "B" } else { "A" };
        let altered = format!("{text}\n{}{other}{}", &line[..at], &line[at + 1..]);
        let Ok(altered) = Note::parse(altered.as_bytes()) else { continue };
        assert!(altered.verify(&[&witness]).is_err(), "digit {at}");
    }
}

/// A signature over the bare text is no cosignature, nor the reverse, even by the same key.
#[test]
fn signature_types_do_not_mix() {
    let text = format!("{ORIGIN}\n5\n{ROOT}\n");
    let [log, witness] = [KeyType::Ed25519, KeyType::Cosignature].map(|key_type| vkey("n", key_type, 1));
    let plain = signed(&text, "n", 1).to_string();
    let payload = plain.lines().last().and_then(|line| line.rsplit(' ').next()).expect("payload");
    let cosigned = cosign(&text, "n", &key(1), 7).expect("good name").to_string();
    let cosigned = cosigned.trim_end().rsplit(' ').next().expect("payload");
    for (key, payload) in [(&witness, payload), (&log, cosigned)] {
        // The key id of the one type with the signature of the other.
        let mut bytes = base64_decode(payload);
        bytes[..4].copy_from_slice(&key.id().0);
        let note = format!("{text}\n— n {}\n", base64_encode(&bytes));
        let note = Note::parse(note.as_bytes()).expect("note");
        assert!(matches!(note.verify(&[key]), Err(NoteError::BadSignature { .. })));
    }
}

fn base64_decode(text: &str) -> Vec<u8> {
    base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).expect("base64")
}

fn base64_encode(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes)
}

proptest! {
    #[test]
    fn what_is_signed_opens(size in 0u64..1 << 53, root in any::<[u8; 8]>(), seed in any::<u8>()) {
        let checkpoint = Checkpoint { origin: ORIGIN.into(), size, root: sha256(&[&root]) };
        let note = checkpoint.sign(&key(seed)).expect("good name");
        let note = Note::parse(note.to_string().as_bytes()).expect("note");
        prop_assert_eq!(Checkpoint::open(&note, &vkey(ORIGIN, KeyType::Ed25519, seed)), Ok(checkpoint));
    }

    #[test]
    fn no_text_panics(text in "\\PC*", lines in "([0-9A-Za-z+/=]{0,9}\n){0,5}") {
        let _ = Checkpoint::parse(&text);
        let _ = Checkpoint::parse(&lines);
    }
}
