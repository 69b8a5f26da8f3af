//! Ed25519 (RFC 8032) as every signature of the ledger is made and checked (SPEC.md section 2.1): one rule, here and
//! nowhere else.
//!
//! Implementations differ on edge cases, and a signature that one reader accepts and another refuses would let two
//! honest verifiers disagree about the same log. So the strictest of the common rules holds: the equation without
//! cofactor, `S` below the group order, canonical encodings of key and `R`, neither of them of small order. The twelve
//! signatures of "Taming the many EdDSAs" (`vectors/ed25519-speccheck.json`) pin it: only number 3 passes.

use ed25519_dalek::{Signature, Signer, VerifyingKey};

pub use ed25519_dalek::SigningKey;

/// Length of a public key in bytes.
pub const PUBLIC_KEY_LEN: usize = 32;

/// Length of a signature in bytes: `R [32] | S [32]`.
pub const SIGNATURE_LEN: usize = 64;

/// A public key whose encoding is canonical and whose order is not small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

/// Why a key or a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The 32 bytes are not the one encoding of a point on the curve.
    #[error("the public key is not the canonical encoding of a point: the key was altered or is not an Ed25519 key")]
    KeyEncoding,
    /// The key has small order: signatures that pass for almost any message can be made without a private key.
    #[error("the public key is weak: anybody could sign with it, so nothing signed with it counts")]
    WeakKey,
    /// The signature is not one that this key made of this message.
    #[error("the signature does not match key and message: one of the three was altered")]
    Signature,
}

impl PublicKey {
    /// Reads a key; refuses weak ones and encodings that are not canonical.
    pub fn from_bytes(bytes: &[u8; PUBLIC_KEY_LEN]) -> Result<PublicKey, SignError> {
        if !is_canonical(bytes) {
            return Err(SignError::KeyEncoding);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| SignError::KeyEncoding)?;
        if key.is_weak() { Err(SignError::WeakKey) } else { Ok(PublicKey(key)) }
    }

    /// The encoding of RFC 8032 section 5.1.2.
    pub fn as_bytes(&self) -> &[u8; PUBLIC_KEY_LEN] {
        self.0.as_bytes()
    }

    /// Checks a signature by the rule of this module.
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> Result<(), SignError> {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).map_err(|_| SignError::Signature)
    }
}

impl From<&SigningKey> for PublicKey {
    /// The key of a private key is neither weak nor oddly encoded: its point is computed from a clamped scalar.
    fn from(key: &SigningKey) -> PublicKey {
        PublicKey(key.verifying_key())
    }
}

/// Whether `signature` is that of `key` over `message`: [`PublicKey::verify`] for a key that is needed once.
pub fn verify(key: &[u8; PUBLIC_KEY_LEN], message: &[u8], signature: &[u8; SIGNATURE_LEN]) -> bool {
    PublicKey::from_bytes(key).is_ok_and(|key| key.verify(message, signature).is_ok())
}

/// Whether a key may be enrolled: the one encoding of a point that is not of small order.
pub fn is_sound_key(key: &[u8; PUBLIC_KEY_LEN]) -> bool {
    PublicKey::from_bytes(key).is_ok()
}

/// Signs a message. The same key and message always give the same signature (RFC 8032 section 5.1.6).
pub fn sign(key: &SigningKey, message: &[u8]) -> [u8; SIGNATURE_LEN] {
    key.sign(message).to_bytes()
}

/// Whether the encoded y, 255 bits little-endian, is below the field prime 2^255 - 19 (RFC 8032 section 5.1.3, step 1).
/// The other odd encoding, a sign on x = 0, occurs only at two points of small order.
fn is_canonical(bytes: &[u8; PUBLIC_KEY_LEN]) -> bool {
    let [low, middle @ .., high] = bytes;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}
