//! The one way a signature is checked (SPEC.md section 2): Ed25519, strictly, so that every verifier agrees.

use ed25519_dalek::{Signature, VerifyingKey};

/// Whether `signature` is that of `key` over `message`.
///
/// Strict: small-order keys and commitments, non-canonical encodings and the cofactored equation are refused, on
/// which Ed25519 verifiers in the field disagree.
pub fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

/// Whether the bytes are a point of the curve, in its one encoding, and not of small order.
pub fn is_sound_key(key: &[u8; 32]) -> bool {
    VerifyingKey::from_bytes(key).is_ok_and(|point| !point.is_weak() && point.as_bytes() == key)
}
