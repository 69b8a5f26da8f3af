//! Amounts as a file gave them, digit for digit.

use std::fmt;
use std::str::FromStr;

use bincode::de::{Decode, Decoder};
use bincode::error::DecodeError;

use super::decimal::{self, Decimal, DecimalError};
use super::{Amount, AmountError, wide};
use crate::text::serde_as_string;

/// An amount as a source wrote it: `mantissa / 10^scale`, at most 36 digits of which at most 30 decimals.
///
/// Trailing zeros are part of it (`1.0000` has scale 4), so equality is of what was written, not of value; compare
/// values with [`super::ExactSum`]. Leading zeros, a plus sign and the sign of zero are not kept. Encoded as a
/// big-endian `i128` and a `u8`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, bincode::Encode)]
pub struct SourceAmount {
    mantissa: i128,
    scale: u8,
}

impl SourceAmount {
    /// The most digits, leading zeros not counted: mantissas are below 10^36 in size.
    pub const MAX_DIGITS: u8 = decimal::MAX_DIGITS;
    /// The most decimals.
    pub const MAX_SCALE: u8 = decimal::MAX_SCALE;
    /// `0`, without decimals.
    pub const ZERO: SourceAmount = SourceAmount { mantissa: 0, scale: 0 };

    /// `mantissa / 10^scale`, within [`Self::MAX_DIGITS`] and [`Self::MAX_SCALE`].
    pub const fn new(mantissa: i128, scale: u8) -> Result<SourceAmount, DecimalError> {
        if mantissa.unsigned_abs() >= decimal::MANTISSA_LIMIT {
            return Err(DecimalError::Digits { limit: Self::MAX_DIGITS });
        }
        if scale > Self::MAX_SCALE {
            return Err(DecimalError::Decimals { limit: Self::MAX_SCALE });
        }
        Ok(SourceAmount { mantissa, scale })
    }

    /// The digits, without the point.
    pub const fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// How many of the digits are decimals.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// True if the value is nothing, however it is written.
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The same with the other sign.
    pub const fn negated(self) -> SourceAmount {
        SourceAmount { mantissa: -self.mantissa, scale: self.scale }
    }

    /// What is posted for it: rounded half to even at 10^-12.
    pub fn to_amount_half_even(self) -> Result<Amount, AmountError> {
        let size = self.mantissa.unsigned_abs();
        let size = match Amount::SCALE.checked_sub(self.scale) {
            Some(missing) => size.checked_mul(10u128.pow(u32::from(missing))).ok_or(AmountError::OutOfRange)?,
            None => {
                let step = 10u128.pow(u32::from(self.scale - Amount::SCALE));
                wide::round_half_even((size / step, size % step), step)
            }
        };
        Amount::from_size(self.mantissa < 0, size)
    }
}

impl FromStr for SourceAmount {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<SourceAmount, DecimalError> {
        let Decimal { negative, mantissa, scale } = decimal::parse(text)?;
        let size = i128::try_from(mantissa).map_err(|_| DecimalError::Digits { limit: Self::MAX_DIGITS })?;
        SourceAmount::new(if negative { -size } else { size }, scale)
    }
}

impl fmt::Display for SourceAmount {
    /// All its decimals, and a digit before the point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write(f, self.mantissa < 0, self.mantissa.unsigned_abs(), self.scale)
    }
}

impl fmt::Debug for SourceAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceAmount({self})")
    }
}

serde_as_string!(SourceAmount, "an amount as a string, digit for digit as the source gave it");

impl<Context> Decode<Context> for SourceAmount {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (mantissa, scale) = Decode::decode(decoder)?;
        SourceAmount::new(mantissa, scale)
            .map_err(|_| DecodeError::Other("source amount beyond 36 digits or 30 decimals"))
    }
}
bincode::impl_borrow_decode!(SourceAmount);
