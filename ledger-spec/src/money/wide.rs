//! 256-bit intermediates: `a x b / d` without losing a bit, and division rounded half to even.

/// `a * b / d` as quotient and remainder; `None` if `d` is zero or the quotient does not fit `u128`.
pub(super) fn mul_div(a: u128, b: u128, d: u128) -> Option<(u128, u128)> {
    if let Some(product) = a.checked_mul(b) {
        return Some((product.checked_div(d)?, product.checked_rem(d)?));
    }
    let (low, high) = a.carrying_mul(b, 0);
    // The quotient fits 128 bits exactly when the upper half is below the divisor; this also excludes d = 0.
    if high >= d {
        return None;
    }
    Some(if d <= u128::from(u64::MAX) { divide_by_u64(high, low, d) } else { divide_by_u128(high, low, d) })
}

/// Schoolbook division in base 2^64. Needs `high < d < 2^64`.
fn divide_by_u64(high: u128, low: u128, d: u128) -> (u128, u128) {
    let upper = (high << 64) | (low >> 64);
    let lower = ((upper % d) << 64) | (low & u128::from(u64::MAX));
    (((upper / d) << 64) | (lower / d), lower % d)
}

/// Division bit by bit, the way it is done on paper. Needs `high < d`.
fn divide_by_u128(high: u128, low: u128, d: u128) -> (u128, u128) {
    let (mut remainder, mut quotient) = (high, low);
    for _ in 0..128 {
        let carried = remainder >> 127 == 1;
        remainder = (remainder << 1) | (quotient >> 127);
        quotient <<= 1;
        if carried || remainder >= d {
            // With the carry the true remainder is 2^128 above; the subtraction wraps to the right value.
            remainder = remainder.wrapping_sub(d);
            quotient |= 1;
        }
    }
    (quotient, remainder)
}

/// Rounds `quotient + remainder / d` half to even. Needs `remainder < d`. Saturates, far beyond any amount.
pub(super) fn round_half_even((quotient, remainder): (u128, u128), d: u128) -> u128 {
    let up = match remainder.cmp(&(d - remainder)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => quotient % 2 == 1,
        std::cmp::Ordering::Less => false,
    };
    quotient.saturating_add(u128::from(up))
}

/// Greatest common divisor (Euclid); `gcd(x, 0) = x`.
pub(super) fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = match (u64::try_from(a), u64::try_from(b)) {
            // Division of 64-bit numbers is several times faster.
            (Ok(a), Ok(b)) => (u128::from(b), u128::from(a % b)),
            _ => (b, a % b),
        };
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_three_divisions_agree(high in any::<u64>(), low: u128, d in 1..=u64::MAX) {
            let (high, d) = (u128::from(high % d), u128::from(d));
            prop_assert_eq!(divide_by_u64(high, low, d), divide_by_u128(high, low, d));
            prop_assert_eq!(divide_by_u128(0, low, d), (low / d, low % d));
        }

        #[test]
        fn quotient_and_remainder_multiply_back(a: u128, b: u128, d in 1..=u128::MAX) {
            let (low, high) = a.carrying_mul(b, 0);
            match mul_div(a, b, d) {
                None => prop_assert!(high >= d),
                Some((quotient, remainder)) => {
                    prop_assert!(remainder < d);
                    prop_assert_eq!(quotient.carrying_mul(d, remainder), (low, high));
                }
            }
        }
    }

    #[test]
    fn division_by_zero_is_refused() {
        assert_eq!(mul_div(1, 1, 0), None);
        assert_eq!(mul_div(u128::MAX, u128::MAX, 0), None);
    }
}
