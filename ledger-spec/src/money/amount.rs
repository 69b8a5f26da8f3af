//! Posted amounts: what accounts hold (DESIGN: counts of 10^-12 of a currency unit).

use std::fmt;
use std::ops::Neg;
use std::str::FromStr;

use bincode::de::{Decode, Decoder};
use bincode::error::DecodeError;

use super::decimal::{self, Decimal, DecimalError};
use super::{Ratio, SourceAmount, wide};
use crate::text::serde_as_string;

/// A posted amount: an exact count of 10^-12 of a currency unit ("picos"), at most 10^27 of them in size.
///
/// The currency stands beside it, never inside: amounts of different currencies are never added. Encoded as a
/// big-endian `i128`; in JSON a string such as `"-0.0655"`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bincode::Encode)]
pub struct Amount(i128);

/// Why there is no such [`Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Beyond [`Amount::MAX`] in size.
    #[error("amount out of range: at most 10^15 currency units are held")]
    OutOfRange,
    /// Not a decimal number.
    #[error("not an amount: {0}")]
    Text(#[from] DecimalError),
    /// The text has digits below 10^-12 and this type does not round what it reads.
    #[error("not an amount: more than 12 decimals")]
    Inexact,
    /// More decimals were asked for than an amount has.
    #[error("cannot round to {0} decimals: amounts have 12")]
    Digits(u8),
}

impl Amount {
    /// Decimals of a posted amount.
    pub const SCALE: u8 = 12;
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    /// The largest amount, 10^15 currency units. The smallest is its negative.
    pub const MAX: Amount = Amount(10i128.pow(27));
    /// The smallest step, 10^-12 of a currency unit.
    pub const PICO: Amount = Amount(1);

    /// The amount of so many 10^-12 of a currency unit.
    pub const fn from_picos(picos: i128) -> Result<Amount, AmountError> {
        if picos.unsigned_abs() <= Amount::MAX.0.unsigned_abs() {
            Ok(Amount(picos))
        } else {
            Err(AmountError::OutOfRange)
        }
    }

    /// The count of 10^-12 of a currency unit.
    pub const fn picos(self) -> i128 {
        self.0
    }

    /// The amount of this size and sign.
    pub(super) fn from_size(negative: bool, size: u128) -> Result<Amount, AmountError> {
        let size = i128::try_from(size).map_err(|_| AmountError::OutOfRange)?;
        Amount::from_picos(if negative { -size } else { size })
    }

    /// Its size in picos, without the sign.
    pub(super) fn size(self) -> u128 {
        self.0.unsigned_abs()
    }

    /// True for nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// True below nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The same size, not negative.
    pub const fn abs(self) -> Amount {
        Amount(self.0.abs())
    }

    /// `self + other`.
    pub const fn try_add(self, other: Amount) -> Result<Amount, AmountError> {
        // Both are at most 10^27 in size, so the sum is far from the ends of i128.
        Amount::from_picos(self.0 + other.0)
    }

    /// `self - other`.
    pub const fn try_sub(self, other: Amount) -> Result<Amount, AmountError> {
        self.try_add(Amount(-other.0))
    }

    /// The exact total of all of them; only the total has to be in range, in whatever order they come.
    pub fn try_sum(amounts: impl IntoIterator<Item = Amount>) -> Result<Amount, AmountError> {
        let mut amounts = amounts.into_iter();
        // 10^11 amounts of the largest size fit an i128; beyond that the checked addition refuses.
        let total = amounts.try_fold(0i128, |total, amount| total.checked_add(amount.0));
        Amount::from_picos(total.ok_or(AmountError::OutOfRange)?)
    }

    /// `self x count`, exactly: a rate per unit times units.
    pub const fn try_mul(self, count: i64) -> Result<Amount, AmountError> {
        match self.0.checked_mul(count as i128) {
            Some(picos) => Amount::from_picos(picos),
            None => Err(AmountError::OutOfRange),
        }
    }

    /// `self x ratio`, rounded half to even once, at 10^-12.
    pub fn mul_ratio(self, ratio: Ratio) -> Result<Amount, AmountError> {
        self.mul_div(ratio.numerator().into(), ratio.denominator().into())
    }

    /// `self x factor`, rounded half to even once, at 10^-12: an amount in another currency, or a percentage of it.
    pub fn mul_decimal(self, factor: SourceAmount) -> Result<Amount, AmountError> {
        let product = self.mul_div(factor.mantissa().unsigned_abs(), 10u128.pow(u32::from(factor.scale())))?;
        Ok(if factor.mantissa() < 0 { -product } else { product })
    }

    /// `self x numerator / denominator`, exact until it is rounded half to even once, at 10^-12. A denominator of zero
    /// is out of range.
    pub fn mul_div(self, numerator: u128, denominator: u128) -> Result<Amount, AmountError> {
        let exact = wide::mul_div(self.size(), numerator, denominator).ok_or(AmountError::OutOfRange)?;
        Amount::from_size(self.is_negative(), wide::round_half_even(exact, denominator))
    }

    /// This amount rounded half to even to so many decimals (see [`super::minor_units`]), and what is left:
    /// `self = rounded + rest`. The rest is negative where the amount was rounded up.
    pub fn round(self, decimals: u8) -> Result<(Amount, Amount), AmountError> {
        let dropped = Amount::SCALE.checked_sub(decimals).ok_or(AmountError::Digits(decimals))?;
        let step = 10u128.pow(u32::from(dropped));
        let count = wide::round_half_even((self.size() / step, self.size() % step), step);
        let rounded = Amount::from_size(self.is_negative(), count * step)?;
        Ok((rounded, rounded.try_sub(self)?.neg()))
    }
}

impl Neg for Amount {
    type Output = Amount;

    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    /// Reads a decimal number with at most 12 decimals (trailing zeros beyond them do no harm). Nothing is rounded.
    fn from_str(text: &str) -> Result<Amount, AmountError> {
        let Decimal { negative, mantissa, scale } = decimal::parse(text)?;
        let size = match Amount::SCALE.checked_sub(scale) {
            Some(missing) => mantissa.checked_mul(10u128.pow(u32::from(missing))).ok_or(AmountError::OutOfRange)?,
            None => {
                let surplus = 10u128.pow(u32::from(scale - Amount::SCALE));
                if !mantissa.is_multiple_of(surplus) {
                    return Err(AmountError::Inexact);
                }
                mantissa / surplus
            }
        };
        Amount::from_size(negative, size)
    }
}

impl fmt::Display for Amount {
    /// The one canonical text: no trailing zeros, no `-0`, no exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decimal::write_shortest(f, self.is_negative(), self.size(), Amount::SCALE)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({self})")
    }
}

serde_as_string!(Amount, "an amount as a string, such as \"12.5\"");

impl<Context> Decode<Context> for Amount {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Amount::from_picos(i128::decode(decoder)?).map_err(|_| DecodeError::Other("amount beyond 10^27 picos"))
    }
}
bincode::impl_borrow_decode!(Amount);
