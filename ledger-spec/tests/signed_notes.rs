//! Signed notes and their keys are read and written exactly as C2SP signed-note says: the specification's examples
//! verify, a note has one spelling, a known key's bad signature refuses the whole note, and strangers' signatures count
//! for nothing.

use ledger_spec::note::{
    KeyType, NOTE_LEN_MAX, NameError, Note, NoteError, SIGNATURES_MAX, VerifierKey, VkeyError, check_name,
};
use ledger_spec::sign::{PublicKey, SignError, SigningKey};
use proptest::collection::vec;
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("../vectors/signed-note/example.note");
const EXAMPLE_VKEY: &str = include_str!("../vectors/signed-note/example.vkey");
const POEM: &str = include_str!("../vectors/signed-note/poem.note");

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn vkey(name: &str, seed: u8) -> VerifierKey {
    VerifierKey::new(name, KeyType::Ed25519, PublicKey::from(&key(seed))).expect("good name")
}

fn signed(text: &str, by: &[(&str, u8)]) -> Note {
    let mut note = Note::unsigned(text.into()).expect("lines");
    by.iter().for_each(|(name, seed)| note.sign(name, &key(*seed)).expect("good name"));
    note
}

fn parse(note: &str) -> Result<Note, NoteError> {
    Note::parse(note.as_bytes())
}

#[test]
fn the_specification_example_verifies() {
    let key: VerifierKey = EXAMPLE_VKEY.trim_end().parse().expect("vkey");
    assert_eq!((key.name(), key.id().to_string()), ("example.com/foo", "530d903a".into()));
    assert_eq!(format!("{key}\n"), EXAMPLE_VKEY);
    let note = parse(EXAMPLE).expect("note");
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.to_string(), EXAMPLE);
    let verified = note.verify(&[&key]).expect("signed");
    assert_eq!((verified.len(), verified[0].key, verified[0].time), (1, &key, None));

    let altered = parse(&EXAMPLE.replace("an example", "no example")).expect("note");
    let error = SignError::Signature;
    let refused = NoteError::BadSignature { name: "example.com/foo".into(), id: key.id(), error };
    assert_eq!(altered.verify(&[&key]), Err(refused));
}

#[test]
fn the_last_empty_line_divides() {
    let note = parse(POEM).expect("note");
    assert!(note.text().ends_with("\ned è subito sera.\n"), "an empty line within the text stays there");
    assert_eq!(note.signatures()[0].name(), "quasimodo.example/salvatore");
    assert_eq!(note.to_string(), POEM);

    for text in ["\n", "a\n\n", "a\n\n— b AAAAAAA=\n", "\n\n\n"] {
        let note = signed(text, &[("n", 1)]);
        let parsed = parse(&note.to_string()).expect("note");
        assert_eq!(parsed.text(), text);
        assert!(parsed.verify(&[&vkey("n", 1)]).is_ok());
    }
}

#[test]
fn strangers_do_not_count() {
    let note = signed("text\n", &[("log", 1), ("log", 2), ("other", 1)]);
    // The same name with another key and the same key under another name are other keys.
    let (first, second, third) = (vkey("log", 1), vkey("log", 2), vkey("other", 1));
    let names = |known: &[&VerifierKey]| note.verify(known).map(|verified| verified.len());
    assert_eq!(names(&[&first]), Ok(1));
    assert_eq!(names(&[&first, &second, &third]), Ok(3));
    assert_eq!(names(&[]), Err(NoteError::NoKnownSignature("log, log, other".into())));
    let unknown = Err(NoteError::NoKnownSignature("log, log, other".into()));
    assert_eq!(names(&[&vkey("log", 3)]), unknown);
    assert_eq!(names(&[&vkey("other", 2)]), unknown);
}

#[test]
fn one_bad_signature_of_a_known_key_refuses_the_note() {
    let good = signed("text\n", &[("good", 1)]).to_string();
    let other_text = signed("another text\n", &[("forged", 2)]).to_string();
    let forged_line = other_text.lines().last().expect("a line");
    let note = parse(&format!("{good}{forged_line}\n")).expect("note");
    assert!(note.verify(&[&vkey("good", 1)]).is_ok(), "unknown, so ignored");
    let refused = note.verify(&[&vkey("good", 1), &vkey("forged", 2)]).map(|verified| verified.len());
    assert!(matches!(refused, Err(NoteError::BadSignature { name, .. }) if name == "forged"));
}

#[test]
fn a_key_of_another_type_is_another_key() {
    let note = signed("text\n", &[("name", 1)]);
    let witness = VerifierKey::new("name", KeyType::Cosignature, PublicKey::from(&key(1))).expect("good name");
    assert_ne!(witness.id(), vkey("name", 1).id());
    assert!(matches!(note.verify(&[&witness]), Err(NoteError::NoKnownSignature(_))));
}

#[test]
fn malformed_notes_are_refused() {
    let line = "— n AAAAAAAA\n";
    assert!(parse(&format!("text\n\n{line}")).is_ok());
    for unsigned in ["", "\n", "\n\n", "text\n", "text\n\n", "text\n— n AAAAAAAA\n", "text\n\n— n AAAAAAAA"] {
        assert_eq!(parse(unsigned), Err(NoteError::Unsigned), "{unsigned:?}");
    }
    assert_eq!(parse(&format!("\n{line}")), Err(NoteError::Unsigned), "no text");
    let malformed = [
        "- n AAAAAAAA",        // a hyphen
        "—  n AAAAAAAA",       // two spaces
        "—n AAAAAAAA",         // no space
        "— n  AAAAAAAA",       // two spaces before the signature
        "— n AAAAAAAA ",       // a space after it
        "— n",                 // no signature
        "— n AAAA",            // three bytes, less than a key id
        "— n AAAAAA==",        // a key id, and no signature
        "— n AAAAAAA",         // no padding
        "— n AAAAAAB=",        // stray bits
        "— n AAAAAAA=AAAA",    // padding in the middle
        "— n AAAA-AAA",        // base64url
        "— a+b AAAAAAAA",      // a plus in the name
        "— a\u{a0}b AAAAAAAA", // a Unicode space in the name
        "—  AAAAAAAA",         // no name
        "text",
    ];
    for malformed in malformed {
        let note = format!("text\n\n{line}{malformed}\n{line}");
        assert_eq!(parse(&note), Err(NoteError::SignatureLine(2)), "{malformed:?}");
    }
    for byte in (0..b' ').filter(|byte| *byte != b'\n') {
        let at = 3;
        let note = format!("tex{}t\n\n{line}", char::from(byte));
        assert_eq!(parse(&note), Err(NoteError::ControlCharacter { at, byte }));
        assert_eq!(Note::unsigned(note), Err(NoteError::ControlCharacter { at, byte }));
    }
    assert_eq!(Note::parse(b"t\xff\n\n- n AAAAAAAA\n"), Err(NoteError::NotUtf8(1)));
    assert_eq!(Note::unsigned("no newline".into()), Err(NoteError::TextNotALine));
    assert_eq!(Note::unsigned(String::new()), Err(NoteError::TextNotALine));
}

#[test]
fn limits() {
    let line = "— n AAAAAAAA\n";
    let with = |count: usize| parse(&format!("text\n\n{}", line.repeat(count)));
    assert!(with(16).is_ok(), "the specification asks for 16 at least");
    assert_eq!(with(SIGNATURES_MAX).map(|note| note.signatures().len()), Ok(SIGNATURES_MAX));
    assert_eq!(with(SIGNATURES_MAX + 1), Err(NoteError::TooManySignatures(SIGNATURES_MAX + 1)));
    let mut full = with(SIGNATURES_MAX).expect("note");
    assert_eq!(full.sign("n", &key(1)), Err(NoteError::TooManySignatures(SIGNATURES_MAX + 1)));

    let tail = format!("\n\n{line}");
    let of = |length: usize| parse(&("x".repeat(length - tail.len()) + &tail));
    assert!(of(NOTE_LEN_MAX).is_ok());
    assert_eq!(of(NOTE_LEN_MAX + 1), Err(NoteError::TooLong(NOTE_LEN_MAX + 1)));
}

#[test]
fn key_names() {
    for name in ["example.com/log", "w", "日本", "a-b_c.d/e:f=1"] {
        assert_eq!(check_name(name), Ok(()));
    }
    for name in ["", " ", "a b", "a+b", "a\nb", "a\tb", "a\u{2028}b", "a\u{3000}b", "a\u{1}b"] {
        assert_eq!(check_name(name), Err(NameError(name.into())));
        assert!(Note::unsigned("text\n".into()).expect("line").sign(name, &key(1)).is_err());
        assert!(VerifierKey::new(name, KeyType::Ed25519, PublicKey::from(&key(1))).is_err());
    }
}

#[test]
fn malformed_verifier_keys_are_refused() {
    let good = EXAMPLE_VKEY.trim_end();
    let read = |vkey: &str| vkey.parse::<VerifierKey>();
    assert!(read(good).is_ok());
    for syntax in ["", "example.com/foo", "example.com/foo+530d903a"] {
        assert_eq!(read(syntax), Err(VkeyError::Syntax(syntax.into())));
    }
    for (id, other) in [("530d903a", "530d903b"), ("530d903a", "530D903A"), ("530d903a", "0530d903a"), ("530d903a", "")]
    {
        assert!(matches!(read(&good.replace(id, other)), Err(VkeyError::Id { found, .. }) if found == other));
    }
    assert!(matches!(read(&good.replace("foo", "bar")), Err(VkeyError::Id { .. })), "the id is of name and key");
    assert!(matches!(read(&good.replace("foo", "f o")), Err(VkeyError::Name(_))));
    assert!(matches!(read(&good.replace("U2k", "U2k\n")), Err(VkeyError::Key { .. })));
    assert!(matches!(read(&good.replace("U2k", "U2kAAAA")), Err(VkeyError::Key { .. })));
    assert!(matches!(read("n+00000000+"), Err(VkeyError::Key { .. })));
    assert!(matches!(read(&good.replace("+Aeky", "+Aiky")), Err(VkeyError::Type { found: 2, .. })));
    // Type 0x01 and the neutral point, of order 1.
    let weak = read("n+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(weak, Err(VkeyError::Refused { name: "n".into(), error: SignError::WeakKey }));
    // Type 0x01 and y = p + 1, the same point in its other encoding.
    let odd = read("n+00000000+Ae7///////////////////////////////////////9/");
    assert_eq!(odd, Err(VkeyError::Refused { name: "n".into(), error: SignError::KeyEncoding }));
}

proptest! {
    #[test]
    fn what_is_signed_parses_and_verifies(
        lines in vec("[^\x00-\x1f]{0,20}", 1..6),
        by in vec(("[a-z./]{1,8}", any::<u8>()), 1..5),
    ) {
        let by: Vec<(&str, u8)> = by.iter().map(|(name, seed)| (&name[..], *seed)).collect();
        let note = signed(&(lines.join("\n") + "\n"), &by);
        let parsed = parse(&note.to_string());
        prop_assert_eq!(parsed.as_ref(), Ok(&note));
        for (name, seed) in by {
            prop_assert!(note.verify(&[&vkey(name, seed)]).is_ok());
        }
    }

    /// One spelling: whatever parses is written back byte for byte. The input is a good note with a few bytes changed.
    #[test]
    fn what_parses_is_written_back(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..3)) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes);
        }
    }

    #[test]
    fn no_input_panics(bytes in any::<Vec<u8>>(), text in "\\PC*") {
        let _ = Note::parse(&bytes);
        let _ = parse(&format!("{text}\n\n— {text}\n"));
        let _ = text.parse::<VerifierKey>();
    }
}
