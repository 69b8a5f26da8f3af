//! Verifier keys: the text form of a key that signs notes (C2SP signed-note, "Verifier keys").

use std::fmt;
use std::str::FromStr;

use super::NoteSignature;
use crate::c2sp::{from_base64, to_base64};
use crate::cosignature;
use crate::hash::sha256;
use crate::sign::{PUBLIC_KEY_LEN, PublicKey, SIGNATURE_LEN, SignError};

/// How a key signs: the signature types of C2SP signed-note that are Ed25519. All others are unknown here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// `0x01`: an Ed25519 signature over the text. What a log signs its checkpoints with.
    Ed25519 = 0x01,
    /// `0x04`: a timestamped cosignature over a checkpoint (C2SP tlog-cosignature). What a witness signs with.
    Cosignature = 0x04,
}

/// First four bytes of `SHA-256(name || 0x0A || type || public key)`. An identifier, not a commitment: others with the
/// same id are easily made, and then fail to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub [u8; 4]);

/// A named public key that verifies signatures of one type on notes.
///
/// Its text is `<name>+<key id, 8 lowercase hex digits>+<base64(type || public key)>`; base64 may itself contain `+`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    key_type: KeyType,
    key: PublicKey,
    id: KeyId,
}

/// Why a verifier key is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VkeyError {
    /// Not three fields joined by `+`.
    #[error("a verifier key reads NAME+ID+KEY, and {0:?} does not: copy it whole, without line breaks")]
    Syntax(String),
    /// The name cannot be a key name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The id is not eight lowercase hexadecimal digits, or not the one of name and key.
    #[error("the verifier key of {name} says id {found}, but name and key have id {expected}: one of them was altered")]
    Id {
        /// The key's name.
        name: String,
        /// What name and key hash to.
        expected: KeyId,
        /// What the text says.
        found: String,
    },
    /// The key is not base64 of a type and 32 bytes.
    #[error("the verifier key of {name} is not base64 of a type byte and {PUBLIC_KEY_LEN} bytes of key")]
    Key {
        /// The key's name.
        name: String,
    },
    /// Neither a log's nor a witness's Ed25519 key.
    #[error(
        "the verifier key of {name} has signature type 0x{found:02x}; known are 0x01 (Ed25519) and 0x04 (cosignature)"
    )]
    Type {
        /// The key's name.
        name: String,
        /// Its type byte.
        found: u8,
    },
    /// The key is weak or not a key.
    #[error("the verifier key of {name} is refused: {error}")]
    Refused {
        /// The key's name.
        name: String,
        /// Why.
        error: SignError,
    },
}

/// A key name must be non-empty, without Unicode spaces, `+` and control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be a key name: it must be non-empty, without spaces, plus signs and control characters")]
pub struct NameError(pub String);

/// Checks that a text can name a key (C2SP signed-note, "Format").
pub fn check_name(name: &str) -> Result<(), NameError> {
    let forbidden = |c: char| c == '+' || c < ' ' || c.is_whitespace();
    if name.is_empty() || name.contains(forbidden) { Err(NameError(name.into())) } else { Ok(()) }
}

impl VerifierKey {
    /// Names a public key and says how it signs.
    pub fn new(name: &str, key_type: KeyType, key: PublicKey) -> Result<VerifierKey, NameError> {
        check_name(name)?;
        let [a, b, c, d, ..] = sha256(&[name.as_bytes(), b"\n", &[key_type as u8], key.as_bytes()]).0;
        Ok(VerifierKey { name: name.into(), key_type, key, id: KeyId([a, b, c, d]) })
    }

    /// The key's name; of a log, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a signature by this key carries beside the name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// How it signs.
    pub fn key_type(&self) -> KeyType {
        self.key_type
    }

    /// The key itself.
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether a signature line claims to be by this key.
    pub fn claims(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.key_id == self.id
    }

    /// Checks a signature that claims to be by this key, and returns its time, in Unix seconds, if it has one.
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> Result<Option<u64>, SignError> {
        match self.key_type {
            KeyType::Ed25519 => {
                let signature = <&[u8; SIGNATURE_LEN]>::try_from(&signature.signature[..]);
                self.key.verify(text.as_bytes(), signature.map_err(|_| SignError::Signature)?)?;
                Ok(None)
            }
            KeyType::Cosignature => cosignature::verify(&self.key, text, &signature.signature).map(Some),
        }
    }
}

impl FromStr for VerifierKey {
    type Err = VkeyError;

    fn from_str(vkey: &str) -> Result<VerifierKey, VkeyError> {
        let mut fields = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(VkeyError::Syntax(vkey.into()));
        };
        let name = || name.to_owned();
        let bytes = from_base64(key).ok_or_else(|| VkeyError::Key { name: name() })?;
        let (key_type, key) = bytes.split_first().ok_or_else(|| VkeyError::Key { name: name() })?;
        let key_type = match key_type {
            0x01 => KeyType::Ed25519,
            0x04 => KeyType::Cosignature,
            found => return Err(VkeyError::Type { name: name(), found: *found }),
        };
        let key = key.try_into().map_err(|_| VkeyError::Key { name: name() })?;
        let key = PublicKey::from_bytes(key).map_err(|error| VkeyError::Refused { name: name(), error })?;
        let parsed = VerifierKey::new(&name(), key_type, key)?;
        if parsed.id.to_string() != id {
            return Err(VkeyError::Id { name: name(), expected: parsed.id, found: id.into() });
        }
        Ok(parsed)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.key_type as u8], &self.key.as_bytes()[..]].concat();
        write!(f, "{}+{}+{}", self.name, self.id, to_base64(&key))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
