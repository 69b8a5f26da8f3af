//! The one encoding of bodies (SPEC.md section 4): big-endian, fixed-width integers, canonical.
//!
//! bincode alone is not canonical: it ignores trailing bytes and would follow a hostile length prefix into an
//! allocation that aborts the process. So every read is bounded, must consume all its input, and must encode
//! again to the very same bytes.

use bincode::{BorrowDecode, Encode, config};
use thiserror::Error;

/// Memory a decoder may claim for one value, in bytes. It stands well above what a body of
/// [`crate::limits::BODY_INLINE`] bytes can need, and well below what would hurt.
const DECODE_LIMIT: usize = 4 << 20;

type Config = config::Configuration<config::BigEndian, config::Fixint, config::Limit<DECODE_LIMIT>>;

const CONFIG: Config = config::standard().with_big_endian().with_fixed_int_encoding().with_limit::<DECODE_LIMIT>();

/// Why bytes are not a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CodecError {
    /// The bytes end early, hold an impossible value, or claim too much memory.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// Bytes are left over after the value.
    #[error("{0} bytes are left over after the value")]
    Trailing(usize),
    /// The value has another encoding, and only that one is accepted.
    #[error("not the canonical encoding of its value")]
    NotCanonical,
    /// The value cannot be written; it holds something out of its bounds.
    #[error("cannot be written: {0}")]
    Unwritable(String),
}

/// Appends the encoding of `value` to `out`, which is left as it was on error.
pub fn encode_into<T: Encode>(value: &T, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let start = out.len();
    bincode::encode_into_std_write(value, out, CONFIG).map(drop).map_err(|error| {
        out.truncate(start);
        CodecError::Unwritable(error.to_string())
    })
}

/// The encoding of `value`.
pub fn encode<T: Encode>(value: &T) -> Result<Vec<u8>, CodecError> {
    let mut out = Vec::new();
    encode_into(value, &mut out)?;
    Ok(out)
}

/// Reads one value that borrows from `bytes` and fills them entirely, without asking for the canonical form.
///
/// For bytes whose commitment was checked against a log that only ever accepted canonical bodies.
pub fn decode_trusted<'a, T: BorrowDecode<'a, ()>>(bytes: &'a [u8]) -> Result<T, CodecError> {
    let (value, used) =
        bincode::borrow_decode_from_slice(bytes, CONFIG).map_err(|error| CodecError::Unreadable(error.to_string()))?;
    match bytes.len() - used {
        0 => Ok(value),
        left => Err(CodecError::Trailing(left)),
    }
}

/// Reads one value that borrows from `bytes`, fills them entirely, and encodes to exactly these bytes again.
pub fn decode<'a, T: BorrowDecode<'a, ()> + Encode>(bytes: &'a [u8]) -> Result<T, CodecError> {
    let value: T = decode_trusted(bytes)?;
    let mut check = Compare { expected: bytes, at: 0 };
    bincode::encode_into_writer(&value, &mut check, CONFIG).map_err(|_| CodecError::NotCanonical)?;
    if check.at == bytes.len() { Ok(value) } else { Err(CodecError::NotCanonical) }
}

/// Compares what is written with what was read, so that the canonical check copies nothing.
struct Compare<'a> {
    expected: &'a [u8],
    at: usize,
}

impl bincode::enc::write::Writer for Compare<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        let end = self.at + bytes.len();
        if self.expected.get(self.at..end) != Some(bytes) {
            return Err(bincode::error::EncodeError::Other("differs from what was read"));
        }
        self.at = end;
        Ok(())
    }
}
