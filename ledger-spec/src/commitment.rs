//! Commitments: a salted hash that proves a body and says nothing about it (SPEC.md section 5).

use crate::hash::{Hash, sha256, sha256_each};

/// Domain of a commitment; no other signed or hashed message begins with it.
pub const DOMAIN: &[u8] = b"cantus/body/v1\0";

/// Sixteen random bytes, fresh for each body. All zero is forbidden: it marks an erased body.
pub type Salt = [u8; 16];

/// The salt that stands where a body was erased.
pub const ERASED: Salt = [0; 16];

/// `SHA-256("cantus/body/v1" NUL | salt | body)`.
pub fn commit(salt: &Salt, body: &[u8]) -> Hash {
    sha256(&[DOMAIN, salt, body])
}

/// [`commit`] to each of many bodies, given to `sink` in their order; side by side they take little more than half the
/// time.
pub fn commit_each<'a>(bodies: impl IntoIterator<Item = (&'a Salt, &'a [u8])>, sink: impl FnMut(Hash)) {
    sha256_each(bodies.into_iter().map(|(salt, body)| [DOMAIN, &salt[..], body]), sink);
}
