//! Ratios: shares, percentages, rates and exchange rates, as reduced fractions.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use bincode::de::{Decode, Decoder};
use bincode::error::DecodeError;

use super::decimal::{self, Decimal, DecimalError};
use super::wide::gcd;
use crate::text::serde_as_string;

/// A fraction of two `u64`, never negative, always reduced; nothing is `0/1`.
///
/// Encoded as two big-endian `u64`, numerator first; an encoding that is not reduced is refused. In JSON a string
/// such as `"1/3"`; read from `1/3`, `0.5` or `33.3333%`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, bincode::Encode)]
pub struct Ratio {
    numerator: u64,
    denominator: u64,
}

/// Why there is no such [`Ratio`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatioError {
    /// The denominator is zero.
    #[error("a ratio with denominator zero")]
    ZeroDenominator,
    /// The result is below zero.
    #[error("a ratio below zero")]
    Negative,
    /// Numerator or denominator, reduced, is beyond `u64`.
    #[error("a ratio beyond 64-bit numerator and denominator: use fewer digits")]
    OutOfRange,
    /// Not a number.
    #[error("not a ratio such as 1/3, 0.5 or 33.3333%: {0}")]
    Text(#[from] DecimalError),
    /// `a/b` where `a` or `b` is not a whole number.
    #[error("not a ratio: both sides of the / must be whole numbers")]
    NotWhole,
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio { numerator: 0, denominator: 1 };
    /// The whole.
    pub const ONE: Ratio = Ratio { numerator: 1, denominator: 1 };

    /// `numerator / denominator`, reduced.
    pub fn new(numerator: u64, denominator: u64) -> Result<Ratio, RatioError> {
        Ratio::reduced(numerator.into(), denominator.into())
    }

    fn reduced(numerator: u128, denominator: u128) -> Result<Ratio, RatioError> {
        if denominator == 0 {
            return Err(RatioError::ZeroDenominator);
        }
        let divisor = gcd(numerator, denominator);
        let part = |x: u128| u64::try_from(x / divisor).map_err(|_| RatioError::OutOfRange);
        Ok(Ratio { numerator: part(numerator)?, denominator: part(denominator)? })
    }

    /// Above the line.
    pub const fn numerator(self) -> u64 {
        self.numerator
    }

    /// Below the line, never zero.
    pub const fn denominator(self) -> u64 {
        self.denominator
    }

    /// True for nothing.
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// `self + other`.
    pub fn try_add(self, other: Ratio) -> Result<Ratio, RatioError> {
        let (left, right, denominator) = self.over_common_denominator(other);
        // Only coprime denominators can overflow here, and then the sum is reduced and does not fit either.
        Ratio::reduced(left.checked_add(right).ok_or(RatioError::OutOfRange)?, denominator)
    }

    /// `self - other`; below zero is refused.
    pub fn try_sub(self, other: Ratio) -> Result<Ratio, RatioError> {
        let (left, right, denominator) = self.over_common_denominator(other);
        Ratio::reduced(left.checked_sub(right).ok_or(RatioError::Negative)?, denominator)
    }

    /// `self x other`.
    pub fn try_mul(self, other: Ratio) -> Result<Ratio, RatioError> {
        Ratio::reduced(
            u128::from(self.numerator) * u128::from(other.numerator),
            u128::from(self.denominator) * u128::from(other.denominator),
        )
    }

    /// `1 / self`.
    pub fn inverse(self) -> Result<Ratio, RatioError> {
        Ratio::new(self.denominator, self.numerator)
    }

    /// The sum of all of them.
    pub fn try_sum(ratios: impl IntoIterator<Item = Ratio>) -> Result<Ratio, RatioError> {
        ratios.into_iter().try_fold(Ratio::ZERO, Ratio::try_add)
    }

    /// Both numerators over the least common denominator, and that denominator.
    fn over_common_denominator(self, other: Ratio) -> (u128, u128, u128) {
        let (left, right) = (u128::from(self.denominator), u128::from(other.denominator));
        let shared = gcd(left, right);
        let (left_factor, right_factor) = (right / shared, left / shared);
        (u128::from(self.numerator) * left_factor, u128::from(other.numerator) * right_factor, left * left_factor)
    }

    fn from_decimal(text: &str, percent: bool) -> Result<Ratio, RatioError> {
        let Decimal { negative, mantissa, scale } = decimal::parse(text)?;
        if negative {
            return Err(RatioError::Negative);
        }
        let hundred = if percent { 2 } else { 0 };
        Ratio::reduced(mantissa, 10u128.pow(u32::from(scale) + hundred))
    }
}

impl Default for Ratio {
    fn default() -> Ratio {
        Ratio::ZERO
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        let left = u128::from(self.numerator) * u128::from(other.denominator);
        left.cmp(&(u128::from(other.numerator) * u128::from(self.denominator)))
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl FromStr for Ratio {
    type Err = RatioError;

    /// Reads `1/3`, `0.5` or `33.3333%`, exactly.
    fn from_str(text: &str) -> Result<Ratio, RatioError> {
        if let Some((numerator, denominator)) = text.split_once('/') {
            return Ratio::new(whole(numerator)?, whole(denominator)?);
        }
        match text.strip_suffix('%') {
            Some(percent) => Ratio::from_decimal(percent.trim_ascii_end(), true),
            None => Ratio::from_decimal(text, false),
        }
    }
}

/// A whole number of decimal digits.
fn whole(text: &str) -> Result<u64, RatioError> {
    match decimal::parse(text)? {
        Decimal { negative: true, .. } => Err(RatioError::Negative),
        Decimal { mantissa, .. } if !text.contains('.') => u64::try_from(mantissa).map_err(|_| RatioError::OutOfRange),
        _ => Err(RatioError::NotWhole),
    }
}

impl fmt::Display for Ratio {
    /// `1/3`; a whole number stands alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ratio({self})")
    }
}

serde_as_string!(Ratio, "a ratio as a string, such as \"1/3\", \"0.5\" or \"33.3333%\"");

impl<Context> Decode<Context> for Ratio {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (numerator, denominator) = Decode::decode(decoder)?;
        if denominator == 0 || gcd(u128::from(numerator), u128::from(denominator)) != 1 {
            return Err(DecodeError::Other("ratio that is not reduced"));
        }
        Ok(Ratio { numerator, denominator })
    }
}
bincode::impl_borrow_decode!(Ratio);
