//! Promise: a ratio is exact, reduced, and read as people write it.

#![allow(clippy::unwrap_used)]

use ledger_spec::money::{DecimalError, Ratio, RatioError};
use num_bigint::BigUint;
use proptest::prelude::*;

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn ratios_are_read_as_people_write_them() {
    for (text, numerator, denominator, printed) in [
        ("33.3333%", 333333, 1000000, "333333/1000000"),
        ("50 %", 1, 2, "1/2"),
        ("100%", 1, 1, "1"),
        ("1/3", 1, 3, "1/3"),
        ("50/100", 1, 2, "1/2"),
        ("0.5", 1, 2, "1/2"),
        (".125", 1, 8, "1/8"),
        ("0", 0, 1, "0"),
        ("0/7", 0, 1, "0"),
        ("-0.0", 0, 1, "0"),
        ("1.25", 5, 4, "5/4"),
    ] {
        let read = ratio(text);
        assert_eq!((read.numerator(), read.denominator()), (numerator, denominator), "{text}");
        assert_eq!(read.to_string(), printed);
        assert_eq!(ratio(printed), read);
    }
}

#[test]
fn what_is_not_a_ratio_is_refused_with_the_reason() {
    for (text, reason) in [
        ("1/0", RatioError::ZeroDenominator),
        ("-0.5", RatioError::Negative),
        ("-1/2", RatioError::Negative),
        ("1/2.5", RatioError::NotWhole),
        ("1/", RatioError::Text(DecimalError::NoDigits)),
        ("%", RatioError::Text(DecimalError::NoDigits)),
        ("1/2%", RatioError::Text(DecimalError::Character { character: '%', position: 2 })),
        ("1e-2", RatioError::Text(DecimalError::Exponent { position: 2 })),
        ("18446744073709551616", RatioError::OutOfRange),
        ("0.00000000000000000001", RatioError::OutOfRange),
        ("0.000000000000000000000000000001%", RatioError::OutOfRange),
    ] {
        assert_eq!(text.parse::<Ratio>(), Err(reason), "{text}");
    }
    assert_eq!(Ratio::ZERO.inverse(), Err(RatioError::ZeroDenominator));
    assert_eq!(ratio("1/2").try_sub(ratio("2/3")), Err(RatioError::Negative));
}

#[test]
fn three_thirds_are_the_whole() {
    assert_eq!(Ratio::try_sum([ratio("1/3"); 3]), Ok(Ratio::ONE));
    assert!(Ratio::try_sum([ratio("33.3333%"); 3]).unwrap() < Ratio::ONE);
}

/// The reduced fraction, if both parts fit.
fn reduced(numerator: BigUint, denominator: BigUint) -> Option<(u64, u64)> {
    let (mut a, mut b) = (numerator.clone(), denominator.clone());
    while b != BigUint::ZERO {
        (a, b) = (b.clone(), a % b);
    }
    Some((u64::try_from(numerator / &a).ok()?, u64::try_from(denominator / a).ok()?))
}

fn any_ratio() -> impl Strategy<Value = Ratio> {
    let parts = prop_oneof![(0..100u64, 1..100u64), (any::<u64>(), 1..=u64::MAX), (any::<u64>(), 1..100u64)];
    parts.prop_map(|(numerator, denominator)| Ratio::new(numerator, denominator).unwrap())
}

proptest! {
    #[test]
    fn arithmetic_is_exact_and_reduced(left in any_ratio(), right in any_ratio()) {
        let [a, b, c, d] = [left.numerator(), left.denominator(), right.numerator(), right.denominator()].map(BigUint::from);
        let parts = |result: Result<Ratio, RatioError>| result.ok().map(|ratio| (ratio.numerator(), ratio.denominator()));
        prop_assert_eq!(parts(left.try_add(right)), reduced(&a * &d + &c * &b, &b * &d));
        prop_assert_eq!(parts(left.try_mul(right)), reduced(&a * &c, &b * &d));
        let (cross_left, cross_right) = (&a * &d, &c * &b);
        prop_assert_eq!(left.cmp(&right), cross_left.cmp(&cross_right));
        if left >= right {
            prop_assert_eq!(parts(left.try_sub(right)), reduced(cross_left - cross_right, &b * &d));
        } else {
            prop_assert_eq!(left.try_sub(right), Err(RatioError::Negative));
        }
    }

    #[test]
    fn text_round_trips(ratio in any_ratio()) {
        prop_assert_eq!(ratio.to_string().parse(), Ok(ratio));
    }
}
