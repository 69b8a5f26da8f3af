//! Promise: parts sum to the whole, each is within one pico of its quota, and who gets the odd picos is decided by
//! remainder and declared order alone.

#![allow(clippy::unwrap_used)]

use ledger_spec::money::{AllocationError, Amount, Ratio, allocate, allocate_shares, weights};
use num_bigint::BigInt;
use proptest::collection::vec;
use proptest::prelude::*;

const VECTORS: &str = include_str!("../vectors/allocation.txt");

fn picos(count: i128) -> Amount {
    Amount::from_picos(count).unwrap()
}

fn ratio(numerator: u64, denominator: u64) -> Ratio {
    Ratio::new(numerator, denominator).unwrap()
}

fn sum(parts: &[Amount]) -> Amount {
    Amount::try_sum(parts.iter().copied()).unwrap()
}

/// The definition, followed literally with numbers that have no limit: while something is left, the next pico goes
/// to the part whose quota exceeds what it has got by the most, the earlier one if equal.
fn by_definition(total: i128, weights: &[u128]) -> Vec<i128> {
    let whole: BigInt = weights.iter().map(|&weight| BigInt::from(weight)).sum();
    let size = BigInt::from(total.unsigned_abs());
    let mut parts: Vec<BigInt> = weights.iter().map(|&weight| &size * weight / &whole).collect();
    let mut left = &size - parts.iter().sum::<BigInt>();
    while left > BigInt::ZERO {
        let missing = |place: usize| &size * weights[place] - &parts[place] * &whole;
        let next = (0..weights.len()).rev().max_by_key(|&place| missing(place)).unwrap();
        parts[next] += 1;
        left -= 1;
    }
    parts.iter().map(|part| i128::try_from(part).unwrap() * total.signum()).collect()
}

#[test]
fn golden_vectors() {
    let mut count = 0;
    for line in VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [total, given, expected] = cells[..] else { panic!("not three cells: {line}") };
        let total: i128 = total.parse().unwrap();
        let given: Vec<u128> = given.split(' ').map(|weight| weight.parse().unwrap()).collect();
        let expected: Vec<i128> = expected.split(' ').map(|part| part.parse().unwrap()).collect();
        let parts: Vec<i128> = allocate(picos(total), &given).unwrap().into_iter().map(Amount::picos).collect();
        assert_eq!(parts, expected, "{line}");
        assert_eq!(by_definition(total, &given), expected, "{line}");
        count += 1;
    }
    assert_eq!(count, 15);
}

#[test]
fn nobody_to_give_to_is_an_error() {
    assert_eq!(allocate(picos(1), &[]), Err(AllocationError::NoWeight));
    assert_eq!(allocate(picos(1), &[0, 0]), Err(AllocationError::NoWeight));
    assert_eq!(allocate(Amount::ZERO, &[0]), Err(AllocationError::NoWeight));
    assert_eq!(allocate(picos(1), &[u128::MAX, 1]), Err(AllocationError::OutOfRange));
}

#[test]
fn what_no_share_covers_is_returned() {
    let (parts, rest) = allocate_shares(picos(100), &[ratio(1, 3), ratio(1, 4)]).unwrap();
    assert_eq!((parts, rest), (vec![picos(33), picos(25)], picos(42)));
    // The rest comes last where remainders tie.
    assert_eq!(allocate_shares(picos(1), &[ratio(1, 2)]), Ok((vec![picos(1)], Amount::ZERO)));
    assert_eq!(allocate_shares(picos(-7), &[]), Ok((vec![], picos(-7))));
    assert_eq!(allocate_shares(picos(7), &[Ratio::ONE]), Ok((vec![picos(7)], Amount::ZERO)));
    assert_eq!(allocate_shares(picos(7), &[Ratio::ZERO]), Ok((vec![Amount::ZERO], picos(7))));
}

#[test]
fn shares_beyond_the_whole_are_refused() {
    let over = [ratio(1, 3), ratio(1, 3), ratio(3334, 10000)];
    assert_eq!(allocate_shares(picos(100), &over), Err(AllocationError::MoreThanWhole));
    let primes = [18446744073709551557, 18446744073709551533, 18446744073709551521].map(|prime| ratio(1, prime));
    assert_eq!(allocate_shares(picos(100), &primes), Err(AllocationError::OutOfRange));
}

fn any_amount() -> impl Strategy<Value = i128> {
    let max = Amount::MAX.picos();
    prop_oneof![-1000..1000i128, -max..=max, Just(max), Just(-max)]
}

fn any_weights() -> impl Strategy<Value = Vec<u128>> {
    let weight = prop_oneof![0..4u128, 0..10_000u128, any::<u64>().prop_map(u128::from), 0..u128::MAX / 16];
    vec(weight, 1..12).prop_filter("somebody has a weight", |weights| weights.iter().any(|&weight| weight > 0))
}

proptest! {
    #[test]
    fn agrees_with_the_definition_and_sums_to_the_whole(total in any_amount(), weights in any_weights()) {
        let parts = allocate(picos(total), &weights).unwrap();
        prop_assert_eq!(sum(&parts), picos(total));
        let parts: Vec<i128> = parts.into_iter().map(Amount::picos).collect();
        prop_assert_eq!(parts, by_definition(total, &weights));
    }

    #[test]
    fn a_larger_weight_never_gets_less(total in any_amount(), weights in any_weights()) {
        let parts = allocate(picos(total), &weights).unwrap();
        for (one, part) in weights.iter().zip(&parts) {
            for (other, other_part) in weights.iter().zip(&parts) {
                prop_assert!(one <= other || part.abs() >= other_part.abs());
            }
        }
    }

    #[test]
    fn a_reversal_reverses_the_parts(total in any_amount(), weights in any_weights()) {
        let forward = allocate(picos(total), &weights).unwrap();
        let back = allocate(picos(-total), &weights).unwrap();
        prop_assert!(forward.iter().zip(&back).all(|(one, other)| *one == -*other));
    }

    #[test]
    fn order_matters_between_equal_remainders_only(total in any_amount(), weights in any_weights(), turn in 0..12usize) {
        let parts = allocate(picos(total), &weights).unwrap();
        let mut turned = weights.clone();
        turned.rotate_left(turn % weights.len());
        let mut turned_parts = allocate(picos(total), &turned).unwrap();
        turned_parts.rotate_right(turn % weights.len());
        for (place, (one, other)) in parts.iter().zip(&turned_parts).enumerate() {
            // Parts may differ by the odd pico, and only where another part has the very same remainder.
            let whole: BigInt = weights.iter().map(|&weight| BigInt::from(weight)).sum();
            let remainder = |weight: u128| BigInt::from(total.unsigned_abs()) * weight % &whole;
            let tied = (0..weights.len()).any(|k| k != place && remainder(weights[k]) == remainder(weights[place]));
            prop_assert!(one == other || tied);
        }
    }

    #[test]
    fn shares_and_rest_sum_to_the_whole(total in any_amount(), numerators in vec(0..1000u64, 0..8), extra in 0..1000u64) {
        let denominator = numerators.iter().sum::<u64>() + extra + 1;
        let shares: Vec<Ratio> = numerators.iter().map(|&numerator| ratio(numerator, denominator)).collect();
        let (parts, rest) = allocate_shares(picos(total), &shares).unwrap();
        prop_assert_eq!(sum(&parts).try_add(rest), Ok(picos(total)));
        let mut all: Vec<u128> = numerators.iter().copied().map(u128::from).collect();
        all.push(u128::from(extra) + 1);
        let expected = by_definition(total, &all);
        prop_assert_eq!(parts.into_iter().chain([rest]).map(Amount::picos).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ratios_weigh_what_they_are(total in any_amount(), ratios in vec((1..50u64, 1..50u64), 1..6)) {
        let ratios: Vec<Ratio> = ratios.into_iter().map(|(numerator, denominator)| ratio(numerator, denominator)).collect();
        let whole = weights(&ratios).unwrap();
        for (ratio, weight) in ratios.iter().zip(&whole) {
            let (first, first_weight) = (ratios[0], whole[0]);
            let left = weight * u128::from(first.numerator()) * u128::from(ratio.denominator());
            prop_assert_eq!(left, first_weight * u128::from(ratio.numerator()) * u128::from(first.denominator()));
        }
        prop_assert_eq!(sum(&allocate(picos(total), &whole).unwrap()), picos(total));
    }
}
