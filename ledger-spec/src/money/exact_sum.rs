//! The exact total of amounts of any scale, and what rounding line by line left over.

use std::fmt;

use bincode::de::{Decode, Decoder};
use bincode::error::DecodeError;

use super::{Amount, AmountError, SourceAmount, wide};

/// 10^30: the fraction of an [`ExactSum`] is counted in 10^-30, the finest a source amount can be.
const FRACTIONS: i128 = 10i128.pow(SourceAmount::MAX_SCALE as u32);

/// An exact total of [`SourceAmount`]s, independent of their order.
///
/// Invariant: the value is `units + fraction / 10^30` with `0 <= fraction < 10^30`, so each value has one form, and
/// equality is equality of value. Encoded as two big-endian `i128`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, bincode::Encode)]
pub struct ExactSum {
    // The order of the fields makes the derived order the order of values.
    units: i128,
    fraction: i128,
}

impl ExactSum {
    /// Nothing yet.
    pub const ZERO: ExactSum = ExactSum { units: 0, fraction: 0 };

    /// Adds an amount.
    pub fn add(&mut self, amount: SourceAmount) -> Result<(), AmountError> {
        *self = self.plus(amount.into())?;
        Ok(())
    }

    /// The total of both.
    pub fn plus(self, other: ExactSum) -> Result<ExactSum, AmountError> {
        let fraction = self.fraction + other.fraction;
        let carry = i128::from(fraction >= FRACTIONS);
        let units = self.units.checked_add(other.units).and_then(|units| units.checked_add(carry));
        Ok(ExactSum { units: units.ok_or(AmountError::OutOfRange)?, fraction: fraction - carry * FRACTIONS })
    }

    /// The total, rounded half to even at 10^-12.
    pub fn to_amount_half_even(self) -> Result<Amount, AmountError> {
        let (negative, units, fraction) = self.sign_and_size();
        let step = 10u128.pow(u32::from(SourceAmount::MAX_SCALE - Amount::SCALE));
        let picos = units.checked_mul(10u128.pow(u32::from(Amount::SCALE))).ok_or(AmountError::OutOfRange)?;
        let picos = picos.checked_add(fraction / step).ok_or(AmountError::OutOfRange)?;
        Amount::from_size(negative, wide::round_half_even((picos, fraction % step), step))
    }

    /// What posting line by line left over: this total, rounded, less the sum of the rounded lines. Posted beside
    /// them, it makes the books show the source's exact total, rounded once.
    pub fn residue(self, posted: Amount) -> Result<Amount, AmountError> {
        self.to_amount_half_even()?.try_sub(posted)
    }

    /// True if it is negative, and the whole units and the 10^-30 of its size.
    fn sign_and_size(self) -> (bool, u128, u128) {
        let (units, fraction) = (self.units.unsigned_abs(), self.fraction.unsigned_abs());
        match (self.units < 0, fraction) {
            (true, 1..) => (true, units - 1, FRACTIONS.unsigned_abs() - fraction),
            (negative, _) => (negative, units, fraction),
        }
    }
}

impl From<SourceAmount> for ExactSum {
    fn from(amount: SourceAmount) -> ExactSum {
        let unit = 10i128.pow(u32::from(amount.scale()));
        let finer = 10i128.pow(u32::from(SourceAmount::MAX_SCALE - amount.scale()));
        ExactSum { units: amount.mantissa().div_euclid(unit), fraction: amount.mantissa().rem_euclid(unit) * finer }
    }
}

impl fmt::Display for ExactSum {
    /// All digits that matter, none that do not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, units, fraction) = self.sign_and_size();
        let sign = if negative { "-" } else { "" };
        let decimals = format!("{fraction:030}");
        match decimals.trim_end_matches('0') {
            "" => write!(f, "{sign}{units}"),
            decimals => write!(f, "{sign}{units}.{decimals}"),
        }
    }
}

impl fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExactSum({self})")
    }
}

impl<Context> Decode<Context> for ExactSum {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let (units, fraction) = Decode::decode(decoder)?;
        if !(0..FRACTIONS).contains(&fraction) {
            return Err(DecodeError::Other("exact sum with a fraction outside 0 to 10^30"));
        }
        Ok(ExactSum { units, fraction })
    }
}
bincode::impl_borrow_decode!(ExactSum);
