//! Promise: no digit of a source is lost, nothing rounds but half to even where it says so, and text is exact.

#![allow(clippy::unwrap_used)]

use ledger_spec::money::{Amount, AmountError, Currency, DecimalError, ExactSum, Ratio, SourceAmount, minor_units};
use num_bigint::BigInt;
use proptest::collection::vec;
use proptest::prelude::*;

fn source(text: &str) -> SourceAmount {
    text.parse().unwrap()
}

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// `numerator / denominator` rounded half to even, by the definition: of the two neighbours the nearer, of two
/// equally near ones the even.
fn half_even(numerator: &BigInt, denominator: &BigInt) -> BigInt {
    let mut below = numerator / denominator;
    if &below * denominator > *numerator {
        below -= 1;
    }
    let twice_the_rest = (numerator - &below * denominator) * 2;
    let even = &below % 2 == BigInt::ZERO;
    if twice_the_rest < *denominator || (twice_the_rest == *denominator && even) { below } else { below + 1 }
}

fn power_of_ten(exponent: u8) -> BigInt {
    BigInt::from(10).pow(u32::from(exponent))
}

/// An amount, if the number is one.
fn in_range(picos: BigInt) -> Result<Amount, AmountError> {
    i128::try_from(picos).map_err(|_| AmountError::OutOfRange).and_then(Amount::from_picos)
}

#[test]
fn amounts_of_real_files_keep_every_digit() {
    for (text, mantissa, scale, printed) in [
        ("0.01000246370629471467011063892", 1000246370629471467011063892, 29, "0.01000246370629471467011063892"),
        (".021330", 21330, 6, "0.021330"),
        ("-.5", -5, 1, "-0.5"),
        ("1.0000", 10000, 4, "1.0000"),
        ("0000012.50", 1250, 2, "12.50"),
        ("-0000012.50", -1250, 2, "-12.50"),
        ("+3", 3, 0, "3"),
        ("7.", 7, 0, "7"),
        ("-0.00", 0, 2, "0.00"),
        ("0.000000000000000000000000000001", 1, 30, "0.000000000000000000000000000001"),
        ("999999999999999999999999999999999999", 10i128.pow(36) - 1, 0, "999999999999999999999999999999999999"),
    ] {
        let read = source(text);
        assert_eq!((read.mantissa(), read.scale()), (mantissa, scale), "{text}");
        assert_eq!(read.to_string(), printed);
        assert_eq!(source(printed), read);
    }
}

#[test]
fn what_is_not_a_number_is_refused_with_the_reason() {
    use DecimalError::*;
    for (text, reason) in [
        ("", NoDigits),
        ("-", NoDigits),
        (".", NoDigits),
        ("e5", Character { character: 'e', position: 1 }),
        ("1e5", Exponent { position: 2 }),
        ("1.2E-7", Exponent { position: 4 }),
        ("1,234.50", Character { character: ',', position: 2 }),
        ("1.2.3", Character { character: '.', position: 4 }),
        (" 1", Character { character: ' ', position: 1 }),
        ("1-", Character { character: '-', position: 2 }),
        ("--1", Character { character: '-', position: 2 }),
        ("€1", Character { character: '€', position: 1 }),
        ("1\u{a0}000", Character { character: '\u{a0}', position: 2 }),
        ("1000000000000000000000000000000000000", Digits { limit: 36 }),
        ("0.0000000000000000000000000000010", Decimals { limit: 30 }),
    ] {
        assert_eq!(text.parse::<SourceAmount>(), Err(reason), "{text}");
        assert_eq!(text.parse::<Amount>(), Err(AmountError::Text(reason)), "{text}");
    }
    assert_eq!(SourceAmount::new(10i128.pow(36), 0), Err(Digits { limit: 36 }));
    assert_eq!(SourceAmount::new(i128::MIN, 0), Err(Digits { limit: 36 }));
    assert_eq!(SourceAmount::new(0, 31), Err(Decimals { limit: 30 }));
}

#[test]
fn posted_amounts_have_one_text() {
    for (text, canonical) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("1.50", "1.5"),
        ("-.0655", "-0.0655"),
        ("0.000000000001", "0.000000000001"),
        ("1.00000000000000", "1"),
        ("1000000000000000", "1000000000000000"),
        ("-1000000000000000.000", "-1000000000000000"),
    ] {
        assert_eq!(amount(text).to_string(), canonical);
    }
    assert_eq!("0.0000000000001".parse::<Amount>(), Err(AmountError::Inexact));
    assert_eq!("1000000000000000.000000000001".parse::<Amount>(), Err(AmountError::OutOfRange));
    assert_eq!("-999999999999999999999999999999999999".parse::<Amount>(), Err(AmountError::OutOfRange));
}

#[test]
fn the_range_holds() {
    let (max, pico) = (Amount::MAX, Amount::PICO);
    assert_eq!(Amount::from_picos(max.picos() + 1), Err(AmountError::OutOfRange));
    assert_eq!(Amount::from_picos(i128::MIN), Err(AmountError::OutOfRange));
    assert_eq!(max.try_add(pico), Err(AmountError::OutOfRange));
    assert_eq!((-max).try_sub(pico), Err(AmountError::OutOfRange));
    assert_eq!(max.try_mul(i64::MAX), Err(AmountError::OutOfRange));
    assert_eq!(max.mul_ratio(Ratio::new(u64::MAX, 1).unwrap()), Err(AmountError::OutOfRange));
    // Only the total has to be in range.
    assert_eq!(Amount::try_sum([max, pico, -max]), Ok(pico));
}

#[test]
fn half_goes_to_the_even_neighbour() {
    for (text, rounded) in [
        ("0.0000000000005", "0"),
        ("0.0000000000015", "0.000000000002"),
        ("0.00000000000250", "0.000000000002"),
        ("0.00000000000250000001", "0.000000000003"),
        ("-0.0000000000005", "0"),
        ("-0.0000000000015", "-0.000000000002"),
    ] {
        assert_eq!(source(text).to_amount_half_even(), Ok(amount(rounded)), "{text}");
    }
}

#[test]
fn a_decimal_factor_is_exact_until_it_is_rounded_once() {
    for (text, factor, product) in [
        ("10", "0.9213", "9.213"),
        ("-10", "0.9213", "-9.213"),
        ("10", "-0.9213", "-9.213"),
        ("0.000000000001", "0.5", "0"),
        ("0.000000000003", "0.5", "0.000000000002"),
        ("999999999999999", "0.999999999999999999999999999999", "999999999999999"),
    ] {
        assert_eq!(amount(text).mul_decimal(source(factor)), Ok(amount(product)), "{text} x {factor}");
    }
    assert_eq!(Amount::MAX.mul_decimal(source("1.1")), Err(AmountError::OutOfRange));
    assert_eq!(amount("1").mul_div(1, 0), Err(AmountError::OutOfRange));
    assert_eq!(amount("910000").mul_div(360_000, 499_670_000), Ok(amount("655.632717593612")));
}

#[test]
fn a_payout_is_rounded_once_and_the_rest_is_returned() {
    for (text, decimals, rounded, rest) in [
        ("10.005", 2, "10", "0.005"),
        ("10.015", 2, "10.02", "-0.005"),
        ("-10.015", 2, "-10.02", "0.005"),
        ("0.5121", 2, "0.51", "0.0021"),
        ("1234.5", 0, "1234", "0.5"),
        ("0.0005", 3, "0", "0.0005"),
        ("0.000000000001", 12, "0.000000000001", "0"),
    ] {
        assert_eq!(amount(text).round(decimals), Ok((amount(rounded), amount(rest))), "{text}");
    }
    assert_eq!(amount("1").round(13), Err(AmountError::Digits(13)));
}

#[test]
fn minor_units_are_those_of_iso_4217() {
    let units = |code: &str| minor_units(code.parse().unwrap());
    for (expected, codes) in [
        (Some(2), "USD EUR GBP CHF AED ZWG XCG MGA MRU"),
        (Some(0), "JPY KRW ISK XPF BIF UGX"),
        (Some(3), "KWD BHD TND"),
        (Some(4), "CLF UYW"),
        (None, "XAU XXX XTS XDR ZZZ AAA"),
    ] {
        for code in codes.split(' ') {
            assert_eq!(units(code), expected, "{code}");
        }
    }
    let letters = b'A'..=b'Z';
    let all = letters.clone().flat_map(|a| letters.clone().map(move |b| (a, b)));
    let all = all.flat_map(|(a, b)| letters.clone().map(move |c| Currency::new([a, b, c]).unwrap()));
    assert_eq!(all.filter(|&currency| minor_units(currency).is_some()).count(), 165);
    for text in ["usd", "US", "USDT", "U$D", "", "ÄB"] {
        assert!(text.parse::<Currency>().is_err());
    }
}

/// Three lines that each lose something: the file's total is posted, not the total of what was rounded.
#[test]
fn the_residue_makes_the_books_show_the_total_of_the_file() {
    let lines = ["0.0000000000004", "0.0000000000004", "0.00000000000045", "12.5"].map(source);
    let mut exact = ExactSum::ZERO;
    lines.iter().for_each(|&line| exact.add(line).unwrap());
    let posted = Amount::try_sum(lines.iter().map(|line| line.to_amount_half_even().unwrap())).unwrap();
    assert_eq!(exact.to_string(), "12.50000000000125");
    assert_eq!(posted, amount("12.5"));
    assert_eq!(exact.residue(posted), Ok(amount("0.000000000001")));
    assert_eq!(ExactSum::from(source("1.0000")), ExactSum::from(source("1")));
    let half = ExactSum::from(source("0.5"));
    assert_eq!(half.plus(half), Ok(ExactSum::from(source("1"))));
    assert_ne!(source("1.0000"), source("1"));
}

fn any_source() -> impl Strategy<Value = SourceAmount> {
    let limit = 10i128.pow(36);
    let mantissa = prop_oneof![-1000..1000i128, -(1 << 64)..(1i128 << 64), 1 - limit..limit];
    (mantissa, 0..=30u8).prop_map(|(mantissa, scale)| SourceAmount::new(mantissa, scale).unwrap())
}

fn any_amount() -> impl Strategy<Value = Amount> {
    let max = Amount::MAX.picos();
    prop_oneof![-1000..1000i128, -max..=max].prop_map(|picos| Amount::from_picos(picos).unwrap())
}

/// Exactly half a pico more than some count, at any scale.
fn half_a_pico() -> impl Strategy<Value = SourceAmount> {
    (-1000..1000i128, 13..=30u8).prop_map(|(count, scale)| {
        let pico = 10i128.pow(u32::from(scale) - 12);
        SourceAmount::new(count * pico + pico / 2, scale).unwrap()
    })
}

proptest! {
    #[test]
    fn text_round_trips(source in any_source(), amount in any_amount()) {
        prop_assert_eq!(source.to_string().parse(), Ok(source));
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
    }

    #[test]
    fn a_source_amount_is_rounded_half_even(source in prop_oneof![any_source(), half_a_pico()]) {
        let expected = half_even(&(BigInt::from(source.mantissa()) * power_of_ten(12)), &power_of_ten(source.scale()));
        prop_assert_eq!(source.to_amount_half_even(), in_range(expected));
        prop_assert_eq!(source.negated().to_amount_half_even(), source.to_amount_half_even().map(|amount| -amount));
    }

    #[test]
    fn a_product_with_a_ratio_is_rounded_half_even_once(amount in any_amount(), numerator: u64, denominator in 1..u64::MAX, small in 1..20u64) {
        for ratio in [Ratio::new(numerator, denominator), Ratio::new(numerator % 100, small)].map(Result::unwrap) {
            let exact = BigInt::from(amount.picos()) * ratio.numerator();
            prop_assert_eq!(amount.mul_ratio(ratio), in_range(half_even(&exact, &ratio.denominator().into())));
        }
    }

    #[test]
    fn a_product_with_a_count_is_exact(amount in any_amount(), count: i64) {
        prop_assert_eq!(amount.try_mul(count), in_range(BigInt::from(amount.picos()) * count));
    }

    #[test]
    fn rounded_and_rest_are_the_whole(amount in any_amount(), decimals in 0..=12u8) {
        let (rounded, rest) = amount.round(decimals).unwrap();
        let step = power_of_ten(12 - decimals);
        prop_assert_eq!(BigInt::from(rounded.picos()), half_even(&amount.picos().into(), &step) * step);
        prop_assert_eq!(rounded.try_add(rest), Ok(amount));
    }

    #[test]
    fn an_exact_sum_is_exact_in_any_order(sources in vec(any_source(), 0..20), turn in 0..20usize) {
        let total = |sources: &[SourceAmount]| {
            let mut sum = ExactSum::ZERO;
            sources.iter().for_each(|&source| sum.add(source).unwrap());
            sum
        };
        let sum = total(&sources);
        let mut turned = sources.clone();
        turned.rotate_left(if sources.is_empty() { 0 } else { turn % sources.len() });
        prop_assert_eq!(total(&turned), sum);

        let scaled = |source: &SourceAmount| BigInt::from(source.mantissa()) * power_of_ten(30 - source.scale());
        let exact: BigInt = sources.iter().map(scaled).sum();
        prop_assert_eq!(sum.to_amount_half_even(), in_range(half_even(&exact, &power_of_ten(18))));
        let digits = sum.to_string();
        let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
        prop_assert_eq!(format!("{whole}{decimals:0<30}").parse::<BigInt>().unwrap(), exact);
    }

    #[test]
    fn lines_and_residue_are_the_total_rounded(sources in vec(half_a_pico(), 0..20)) {
        let mut exact = ExactSum::ZERO;
        sources.iter().for_each(|&source| exact.add(source).unwrap());
        let posted = Amount::try_sum(sources.iter().map(|source| source.to_amount_half_even().unwrap())).unwrap();
        prop_assert_eq!(posted.try_add(exact.residue(posted).unwrap()), exact.to_amount_half_even());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*", digits in "[-+]?[0-9]{0,40}\\.?[0-9]{0,40}") {
        for text in [&text, &digits] {
            if let Ok(read) = text.parse::<SourceAmount>() {
                prop_assert_eq!(read.to_string().parse(), Ok(read));
            }
            let _ = (text.parse::<Amount>(), text.parse::<Ratio>(), text.parse::<Currency>());
        }
    }
}
