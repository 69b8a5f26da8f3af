//! Promise: a value of money has one encoding of a fixed size; whatever else is decoded is refused.

#![allow(clippy::unwrap_used)]

use bincode::error::DecodeError;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Amount, Currency, ExactSum, Ratio, SourceAmount};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

/// The configuration of event bodies (SPEC.md).
const CONFIG: bincode::config::Configuration<bincode::config::BigEndian, bincode::config::Fixint> =
    bincode::config::standard().with_big_endian().with_fixed_int_encoding();

fn encode(value: impl bincode::Encode) -> Vec<u8> {
    bincode::encode_to_vec(value, CONFIG).unwrap()
}

/// Decodes from a reader and from a slice, which must agree, and takes all bytes.
fn decode<T>(bytes: &[u8]) -> Option<T>
where
    T: bincode::Decode<()> + for<'de> bincode::BorrowDecode<'de, ()> + PartialEq + std::fmt::Debug,
{
    let owned: Result<(T, usize), DecodeError> = bincode::decode_from_slice(bytes, CONFIG);
    let borrowed: Result<(T, usize), DecodeError> = bincode::borrow_decode_from_slice(bytes, CONFIG);
    assert_eq!(owned.is_ok(), borrowed.is_ok());
    let (value, length) = owned.ok()?;
    assert_eq!(value, borrowed.unwrap().0);
    (length == bytes.len()).then_some(value)
}

#[test]
fn encodings_are_as_the_specification_says() {
    let amount: Amount = "-0.000000000002".parse().unwrap();
    assert_eq!(encode(amount), [[0xff; 15].as_slice(), &[0xfe]].concat());
    assert_eq!(encode("EUR".parse::<Currency>().unwrap()), b"EUR");
    let source: SourceAmount = "2.58".parse().unwrap();
    assert_eq!(encode(source), [[0; 14].as_slice(), &[1, 2, 2]].concat());
    assert_eq!(encode(Ratio::new(2, 6).unwrap()), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3]);
    let identifier = Identifier { scheme: Scheme::ISWC, value: "T-1" };
    assert_eq!(encode(identifier), [0, 30, 0, 0, 0, 0, 0, 0, 0, 3, b'T', b'-', b'1']);
    assert_eq!(bincode::borrow_decode_from_slice(&encode(identifier), CONFIG).unwrap(), (identifier, 13));
}

#[test]
fn amounts_out_of_range_are_refused() {
    let max = Amount::MAX.picos();
    assert_eq!(decode(&max.to_be_bytes()), Some(Amount::MAX));
    assert_eq!(decode(&(-max).to_be_bytes()), Some(-Amount::MAX));
    for picos in [max + 1, -max - 1, i128::MAX, i128::MIN] {
        assert_eq!(decode::<Amount>(&picos.to_be_bytes()), None);
    }
}

#[test]
fn source_amounts_out_of_range_are_refused() {
    let limit = 10i128.pow(36);
    let bytes = |mantissa: i128, scale: u8| [mantissa.to_be_bytes().as_slice(), &[scale]].concat();
    assert_eq!(decode(&bytes(1 - limit, 30)), SourceAmount::new(1 - limit, 30).ok());
    for (mantissa, scale) in [(limit, 0), (-limit, 0), (i128::MIN, 0), (1, 31), (0, 255)] {
        assert_eq!(decode::<SourceAmount>(&bytes(mantissa, scale)), None, "{mantissa} {scale}");
    }
}

#[test]
fn ratios_that_are_not_reduced_are_refused() {
    let bytes = |numerator: u64, denominator: u64| [numerator.to_be_bytes(), denominator.to_be_bytes()].concat();
    assert_eq!(decode(&bytes(0, 1)), Some(Ratio::ZERO));
    assert_eq!(decode(&bytes(u64::MAX, 2)), Ratio::new(u64::MAX, 2).ok());
    for (numerator, denominator) in [(2, 4), (0, 2), (1, 0), (0, 0), (7, 7)] {
        assert_eq!(decode::<Ratio>(&bytes(numerator, denominator)), None, "{numerator}/{denominator}");
    }
}

#[test]
fn currencies_that_are_not_three_letters_are_refused() {
    assert_eq!(decode(b"JPY"), "JPY".parse::<Currency>().ok());
    for code in [b"eur", b"E1R", b"\0\0\0", b"\xc3\x84B"] {
        assert_eq!(decode::<Currency>(code), None);
    }
}

#[test]
fn exact_sums_have_one_form() {
    let unit = 10i128.pow(30);
    let bytes = |units: i128, fraction: i128| [units.to_be_bytes(), fraction.to_be_bytes()].concat();
    let sum: ExactSum = "-0.5".parse::<SourceAmount>().unwrap().into();
    assert_eq!(encode(sum), bytes(-1, unit / 2));
    assert_eq!(decode(&bytes(-1, unit / 2)), Some(sum));
    assert_eq!(decode::<ExactSum>(&bytes(0, unit)), None);
    assert_eq!(decode::<ExactSum>(&bytes(0, -1)), None);
}

/// What serde makes of a JSON string and of JSON numbers.
fn from_text<T: for<'de> Deserialize<'de>>(text: &str) -> Option<T> {
    let read: Result<T, ValueError> = T::deserialize(text.into_deserializer());
    read.ok()
}

#[test]
fn in_json_money_is_a_string_and_never_a_number() {
    assert_eq!(from_text("-0.0655"), "-0.0655".parse::<Amount>().ok());
    assert_eq!(from_text("1.0000"), "1.0000".parse::<SourceAmount>().ok());
    assert_eq!(from_text("33.3333%"), Ratio::new(333333, 1000000).ok());
    assert_eq!(from_text("EUR"), "EUR".parse::<Currency>().ok());
    assert_eq!(from_text::<Amount>("1e3"), None);
    let number: Result<Amount, ValueError> = Amount::deserialize(5u64.into_deserializer());
    assert!(number.is_err());
    let number: Result<Ratio, ValueError> = Ratio::deserialize(0.5f64.into_deserializer());
    assert!(number.is_err());
}

proptest! {
    #[test]
    fn what_decodes_encodes_to_the_same_bytes(bytes in prop::array::uniform32(any::<u8>()), small: bool) {
        let mut bytes = bytes;
        if small {
            // Most random values are out of range; these are often within.
            bytes[..6].fill(0);
            bytes[16] %= 32;
        }
        prop_assert!(decode::<Amount>(&bytes[..16]).is_none_or(|value| encode(value) == bytes[..16]));
        prop_assert!(decode::<SourceAmount>(&bytes[..17]).is_none_or(|value| encode(value) == bytes[..17]));
        prop_assert!(decode::<Ratio>(&bytes[..16]).is_none_or(|value| encode(value) == bytes[..16]));
        prop_assert!(decode::<Currency>(&bytes[..3]).is_none_or(|value| encode(value) == bytes[..3]));
        prop_assert!(decode::<ExactSum>(&bytes).is_none_or(|value| encode(value) == bytes));
        for length in 0..16 {
            prop_assert!(decode::<Amount>(&bytes[..length]).is_none());
        }
    }
}
