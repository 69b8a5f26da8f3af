//! Decimal text as real files carry it: `12.50`, `.021330`, `-0000012.5`, `0.01000246370629471467011063892`.
//!
//! A sign, digits and at most one point, nothing else. An exponent is refused: it is the trace of a spreadsheet
//! or a float, and the digits it dropped cannot be recovered.

use std::fmt;

/// What is wrong with a decimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is empty, or a sign or a point without digits.
    #[error("no digits: expected a decimal number such as 12.50")]
    NoDigits,
    /// A character that does not belong, at this place (counted in characters from 1).
    #[error(
        "unexpected {character:?} at character {position}: expected digits, one decimal point and an optional sign"
    )]
    Character {
        /// What stands there.
        character: char,
        /// Where, counted in characters from 1.
        position: usize,
    },
    /// Scientific notation.
    #[error("an exponent at character {position}: write all digits out, a spreadsheet has shortened this number")]
    Exponent {
        /// Where, counted in characters from 1.
        position: usize,
    },
    /// More digits than the type holds.
    #[error("too many digits: at most {limit} are held, leading zeros not counted")]
    Digits {
        /// How many are held.
        limit: u8,
    },
    /// More decimals than the type holds.
    #[error("too many decimals: at most {limit} are held")]
    Decimals {
        /// How many are held.
        limit: u8,
    },
}

/// `mantissa / 10^scale`, negative if it says so; zero is never negative.
pub(super) struct Decimal {
    pub(super) negative: bool,
    pub(super) mantissa: u128,
    pub(super) scale: u8,
}

/// The most digits a decimal may have, leading zeros not counted.
pub(super) const MAX_DIGITS: u8 = 36;
/// The most decimals a decimal may have.
pub(super) const MAX_SCALE: u8 = 30;
/// Mantissas are below this in size.
pub(super) const MANTISSA_LIMIT: u128 = 10u128.pow(MAX_DIGITS as u32);

/// Reads a decimal number within [`MAX_DIGITS`] and [`MAX_SCALE`], every digit kept.
pub(super) fn parse(text: &str) -> Result<Decimal, DecimalError> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let mut mantissa = 0u128;
    let mut scale = None;
    let mut any = false;
    for (offset, byte) in digits.iter().enumerate() {
        match (byte, &mut scale) {
            (b'0'..=b'9', decimals) => {
                mantissa = mantissa * 10 + u128::from(byte - b'0');
                if mantissa >= MANTISSA_LIMIT {
                    return Err(DecimalError::Digits { limit: MAX_DIGITS });
                }
                if let Some(decimals) = decimals {
                    if *decimals == MAX_SCALE {
                        return Err(DecimalError::Decimals { limit: MAX_SCALE });
                    }
                    *decimals += 1;
                }
                any = true;
            }
            (b'.', None) => scale = Some(0),
            _ => return Err(unexpected(text, text.len() - digits.len() + offset, any)),
        }
    }
    if !any {
        return Err(DecimalError::NoDigits);
    }
    Ok(Decimal { negative: negative && mantissa != 0, mantissa, scale: scale.unwrap_or(0) })
}

/// Names the character at a byte offset. All bytes before it were ASCII, so the offset is also its character index.
fn unexpected(text: &str, offset: usize, after_digits: bool) -> DecimalError {
    let position = offset + 1;
    match text.get(offset..).and_then(|rest| rest.chars().next()) {
        Some('e' | 'E') if after_digits => DecimalError::Exponent { position },
        Some(character) => DecimalError::Character { character, position },
        None => DecimalError::NoDigits,
    }
}

/// Writes `mantissa / 10^scale` with exactly `scale` decimals and at least one digit before the point.
pub(super) fn write(f: &mut fmt::Formatter<'_>, negative: bool, mantissa: u128, scale: u8) -> fmt::Result {
    let unit = 10u128.pow(u32::from(scale));
    let sign = if negative { "-" } else { "" };
    match scale {
        0 => write!(f, "{sign}{mantissa}"),
        _ => write!(f, "{sign}{}.{:0width$}", mantissa / unit, mantissa % unit, width = usize::from(scale)),
    }
}

/// As [`write()`], without the decimals that are trailing zeros.
pub(super) fn write_shortest(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    mut mantissa: u128,
    mut scale: u8,
) -> fmt::Result {
    while scale > 0 && mantissa.is_multiple_of(10) {
        mantissa /= 10;
        scale -= 1;
    }
    write(f, negative, mantissa, scale)
}
