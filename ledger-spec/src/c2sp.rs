//! What the C2SP text formats have in common: base64 of RFC 4648 section 4, padded, and decimals without leading zeros.
//! Each value has exactly one spelling; any other is refused, so that what is parsed is written back byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Refuses missing padding, stray bits in the last digit, and anything outside the alphabet.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(crate) fn hash_from_base64(text: &str) -> Option<Hash> {
    from_base64(text)?.try_into().ok().map(Hash)
}

/// Digits alone, no sign, no leading zero but `0` itself, at most `u64::MAX`.
pub(crate) fn from_decimal(text: &str) -> Option<u64> {
    let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok())?
}
