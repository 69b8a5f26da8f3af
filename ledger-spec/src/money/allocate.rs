//! Division of an amount into parts that sum to it, by largest remainder.
//!
//! Each part first gets its exact quota rounded towards zero; the picos left over go one each to the parts with the
//! largest remainders, ties to the part declared first. A negative amount is divided by its size. So the result
//! depends on the amount, the weights and their order alone, no part is a whole pico away from its quota, and
//! reversing an amount reverses its parts.

use std::cmp::Reverse;

use super::wide::{gcd, mul_div};
use super::{Amount, Ratio};

/// Why an amount cannot be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// There is nobody to give it to: no weights, or all are zero.
    #[error("cannot divide an amount: no weight is above zero")]
    NoWeight,
    /// The shares claim more than the whole.
    #[error("cannot divide an amount: the shares sum to more than the whole")]
    MoreThanWhole,
    /// The weights, brought to whole numbers, do not fit 128 bits.
    #[error("cannot divide an amount: the weights have no common denominator within 128 bits; use rounder shares")]
    OutOfRange,
}

/// Divides `total` in proportion to `weights`, in their order. The parts sum to `total`.
pub fn allocate(total: Amount, weights: &[u128]) -> Result<Vec<Amount>, AllocationError> {
    let whole = checked_sum(weights)?;
    if whole == 0 {
        return Err(AllocationError::NoWeight);
    }
    let mut left = total.size();
    let mut parts = Vec::with_capacity(weights.len());
    for &weight in weights {
        // A quota is at most the total, so the quotient always fits.
        let (quota, remainder) = mul_div(total.size(), weight, whole).ok_or(AllocationError::OutOfRange)?;
        left -= quota;
        parts.push((quota, remainder));
    }
    give_out(&mut parts, left);
    let sign = |size| Amount::from_size(total.is_negative(), size).map_err(|_| AllocationError::OutOfRange);
    parts.into_iter().map(|(size, _)| sign(size)).collect()
}

/// Gives `left` picos, one each, to the parts with the largest remainders. There are always more parts with a
/// remainder than picos left, because the remainders sum to `left` times something larger than each of them.
fn give_out(parts: &mut [(u128, u128)], left: u128) {
    if left == 0 {
        return;
    }
    let mut order: Vec<&mut (u128, u128)> = parts.iter_mut().collect();
    // The sort is stable: ties stay in declared order.
    order.sort_by_key(|(_, remainder)| Reverse(*remainder));
    for (_, (quota, _)) in (0..left).zip(order) {
        *quota += 1;
    }
}

/// Divides `total` by shares of the whole, and returns with the parts what no share covers.
///
/// The rest takes part in the division as one more share, `1 - sum`, last in order; parts and rest sum to `total`.
pub fn allocate_shares(total: Amount, shares: &[Ratio]) -> Result<(Vec<Amount>, Amount), AllocationError> {
    if shares.is_empty() {
        return Ok((Vec::new(), total));
    }
    let (mut weights, whole) = over_common_denominator(shares)?;
    let rest = whole.checked_sub(checked_sum(&weights)?).ok_or(AllocationError::MoreThanWhole)?;
    weights.push(rest);
    let mut parts = allocate(total, &weights)?;
    let rest = parts.pop().unwrap_or_default();
    Ok((parts, rest))
}

/// Ratios as whole-number weights in the same proportions, for [`allocate`].
pub fn weights(ratios: &[Ratio]) -> Result<Vec<u128>, AllocationError> {
    over_common_denominator(ratios).map(|(weights, _)| weights)
}

/// The numerators over the least common denominator, and that denominator.
fn over_common_denominator(ratios: &[Ratio]) -> Result<(Vec<u128>, u128), AllocationError> {
    let common = ratios.iter().try_fold(1u128, |common, ratio| {
        let denominator = u128::from(ratio.denominator());
        common.checked_mul(denominator / gcd(common, denominator)).ok_or(AllocationError::OutOfRange)
    })?;
    let weight = |ratio: &Ratio| {
        let factor = common / u128::from(ratio.denominator());
        u128::from(ratio.numerator()).checked_mul(factor).ok_or(AllocationError::OutOfRange)
    };
    Ok((ratios.iter().map(weight).collect::<Result<_, _>>()?, common))
}

fn checked_sum(weights: &[u128]) -> Result<u128, AllocationError> {
    let mut weights = weights.iter();
    weights.try_fold(0u128, |sum, &weight| sum.checked_add(weight)).ok_or(AllocationError::OutOfRange)
}
