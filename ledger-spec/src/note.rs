//! Signed notes: a text signed by one or more keys (C2SP signed-note v1.0.0).
//!
//! ```text
//! <text>                                   lines, each ending in 0x0A; some may be empty
//! 0x0A                                     the last empty line of the note
//! U+2014 SP <key name> SP <base64> 0x0A    one or more; base64 of key id [4] || signature
//! ```
//!
//! What is signed is the text with its last newline, without the empty line. A note has one spelling: what parses is
//! written back byte for byte. Its text means nothing until [`Note::verify`] has found a signature by a trusted key.

mod vkey;

pub use vkey::{KeyId, KeyType, NameError, VerifierKey, VkeyError, check_name};

use std::fmt;

use crate::c2sp::{from_base64, to_base64};
use crate::sign::{PublicKey, SignError, SigningKey, sign};

/// Longest note, in bytes: room for 100 post-quantum signatures of 5 kB and a text; a bound on what a stranger can make
/// a reader hold.
pub const NOTE_LEN_MAX: usize = 1 << 20;

/// Most signatures on a note. The specification asks for at least 16; a bound on what a stranger can make a reader do.
pub const SIGNATURES_MAX: usize = 100;

/// A text and its signatures, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature line of a note: key name, key id and what the algorithm made of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Always a good key name, so that the line is well-formed.
    name: String,
    key_id: KeyId,
    signature: Vec<u8>,
}

/// A known key's signature that was found on a note and is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// When it signed, in Unix seconds, if it is a cosignature.
    pub time: Option<u64>,
}

/// Why a note is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`NOTE_LEN_MAX`].
    #[error("the note has {0} bytes; a note has at most {NOTE_LEN_MAX}")]
    TooLong(usize),
    /// Not UTF-8.
    #[error("the note is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// A control character other than newline.
    #[error("the note has the control character 0x{byte:02x} at byte {at}; only newlines are allowed")]
    ControlCharacter {
        /// Where, in bytes from 0.
        at: usize,
        /// Which.
        byte: u8,
    },
    /// The text does not end in a newline.
    #[error("the text of a note must end in a newline")]
    TextNotALine,
    /// No empty line, or nothing after it, or no newline at the end.
    #[error(
        "the note has no signatures: after its last empty line there must be signature lines, each ending in a newline"
    )]
    Unsigned,
    /// More than [`SIGNATURES_MAX`] signatures.
    #[error("the note has {0} signatures; a note has at most {SIGNATURES_MAX}")]
    TooManySignatures(usize),
    /// A line that should be a signature is not.
    #[error("signature line {0} of the note does not read \"— NAME BASE64\"")]
    SignatureLine(usize),
    /// A key cannot sign under this name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A known key's signature is not good: a forgery, or the text was altered.
    #[error("the signature by {name} ({id}) is not good: {error}")]
    BadSignature {
        /// The key's name.
        name: String,
        /// Its id.
        id: KeyId,
        /// Why.
        error: SignError,
    },
    /// None of the keys that the reader knows has signed.
    #[error("no known key has signed the note; it carries signatures by: {0}")]
    NoKnownSignature(String),
}

/// What begins a signature line: an em dash, U+2014, and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

impl Note {
    /// A note still without signatures, which add as they are made. The text is lines, each ending in a newline.
    pub fn unsigned(text: String) -> Result<Note, NoteError> {
        check_characters(text.as_bytes())?;
        if text.ends_with('\n') { Ok(Note { text, signatures: Vec::new() }) } else { Err(NoteError::TextNotALine) }
    }

    /// Parses a note. Nothing is verified.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > NOTE_LEN_MAX {
            return Err(NoteError::TooLong(bytes.len()));
        }
        check_characters(bytes)?;
        let note = std::str::from_utf8(bytes).map_err(|error| NoteError::NotUtf8(error.valid_up_to()))?;
        let end = note.rfind("\n\n").ok_or(NoteError::Unsigned)?;
        let (text, signatures) = note.split_at(end + 1);
        let signatures = signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let signatures = signatures.ok_or(NoteError::Unsigned)?;
        let count = signatures.split('\n').count();
        if count > SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures(count));
        }
        let lines = signatures.split('\n').zip(1..);
        let parsed = lines.map(|(line, number)| parse_line(line).ok_or(NoteError::SignatureLine(number)));
        Ok(Note { text: text.into(), signatures: parsed.collect::<Result<_, _>>()? })
    }

    /// The text, its last newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a signature after the others, as long as there are fewer than [`SIGNATURES_MAX`].
    pub fn add(&mut self, signature: NoteSignature) -> Result<(), NoteError> {
        if self.signatures.len() >= SIGNATURES_MAX {
            return Err(NoteError::TooManySignatures(self.signatures.len() + 1));
        }
        self.signatures.push(signature);
        Ok(())
    }

    /// Signs the text (type `0x01`) under a name and adds the signature after the others.
    pub fn sign(&mut self, name: &str, key: &SigningKey) -> Result<(), NoteError> {
        let verifier = VerifierKey::new(name, KeyType::Ed25519, PublicKey::from(key))?;
        self.add(NoteSignature::by(&verifier, sign(key, self.text.as_bytes()).to_vec()))
    }

    /// Checks every signature that claims to be by a known key; others are ignored, as the specification demands.
    ///
    /// Returns the good ones, at least one. One that is not good refuses the whole note: whoever put it there is not
    /// to be trusted with the rest.
    pub fn verify<'k>(&self, known: &[&'k VerifierKey]) -> Result<Vec<Verified<'k>>, NoteError> {
        let mut verified = Vec::new();
        for signature in &self.signatures {
            for key in known.iter().filter(|key| key.claims(signature)) {
                let time = key.verify(&self.text, signature).map_err(|error| NoteError::BadSignature {
                    name: key.name().into(),
                    id: key.id(),
                    error,
                })?;
                verified.push(Verified { key, time });
            }
        }
        if verified.is_empty() {
            let names: Vec<&str> = self.signatures.iter().map(|signature| &signature.name[..]).collect();
            return Err(NoteError::NoKnownSignature(names.join(", ")));
        }
        Ok(verified)
    }
}

impl NoteSignature {
    /// The line of a signature that this key has made.
    pub(crate) fn by(key: &VerifierKey, signature: Vec<u8>) -> NoteSignature {
        NoteSignature { name: key.name().into(), key_id: key.id(), signature }
    }

    /// Name of the key that is said to have signed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// With the name, which key and algorithm that is.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }
}

/// The note's bytes, as [`Note::parse`] reads them.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| write!(f, "{signature}"))
    }
}

/// The signature line, its newline included.
impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = [&self.key_id.0, &self.signature[..]].concat();
        writeln!(f, "{SIGNATURE_PREFIX}{} {}", self.name, to_base64(&payload))
    }
}

fn check_characters(bytes: &[u8]) -> Result<(), NoteError> {
    let control = bytes.iter().position(|byte| *byte < b' ' && *byte != b'\n');
    control.map_or(Ok(()), |at| Err(NoteError::ControlCharacter { at, byte: bytes[at] }))
}

fn parse_line(line: &str) -> Option<NoteSignature> {
    let (name, payload) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
    check_name(name).ok()?;
    let payload = from_base64(payload)?;
    let (key_id, signature) = payload.split_first_chunk()?;
    if signature.is_empty() {
        return None;
    }
    Some(NoteSignature { name: name.into(), key_id: KeyId(*key_id), signature: signature.into() })
}
