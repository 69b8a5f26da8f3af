//! Promise: bodies are what SPEC.md says. Bodies of every kind, written from nothing but its tables and section 4, with
//! random values, are read and written again to the same bytes; cut short, with a byte more or with a bit flipped,
//! they are refused or mean something else under another commitment.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ledger_spec::commitment::commit;
use ledger_spec::event::{Class, Event, EventError, KINDS};
use proptest::prelude::*;

const SPEC: &str = include_str!("../SPEC.md");

/// Random values, the extreme ones often.
struct Values(u64);

impl Values {
    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Within the bounds; one of them in half the cases.
    fn between(&mut self, low: i128, high: i128) -> i128 {
        match self.below(4) {
            0 => low,
            1 => high,
            _ => {
                let wide = (u128::from(self.next()) << 64) | u128::from(self.next());
                low + (wide % (high - low + 1) as u128) as i128
            }
        }
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    fn text(&mut self, longest: u64) -> String {
        let letters = ['a', 'Z', '0', ' ', '-', 'é', 'ß', '音', '🎼', '\u{301}', '"', '\\'];
        let mut text = String::new();
        for _ in 0..self.below(longest / 4) {
            text.push(letters[self.below(letters.len() as u64) as usize]);
        }
        text
    }
}

/// The rows of the table below a heading of SPEC.md: their second and third cells.
fn table(heading: &str) -> Vec<(String, String)> {
    let (_, after) = SPEC.split_once(heading).unwrap_or_else(|| panic!("SPEC.md has no {heading:?}"));
    let rows = after.lines().skip(1).skip_while(|line| !line.starts_with("| ")).skip(2);
    rows.map_while(|row| {
        let mut cells = row.strip_prefix("| ")?.split(" | ").map(|cell| cell.trim().to_owned());
        Some((cells.nth(1)?, cells.next()?))
    })
    .collect()
}

/// Appends a value of a type of section 4, or of a part defined elsewhere in SPEC.md.
fn write(kind: &str, values: &mut Values, out: &mut Vec<u8>) {
    if let Some(inner) = kind.strip_prefix("option ") {
        let some = values.below(2) == 1;
        out.push(u8::from(some));
        if some {
            write(inner, values, out);
        }
        return;
    }
    if let Some(inner) = kind.strip_prefix("list of ") {
        let count = values.below(4);
        out.extend_from_slice(&count.to_be_bytes());
        (0..count).for_each(|_| write(inner, values, out));
        return;
    }
    let kind = ["code ", "flags "].iter().find_map(|prefix| kind.strip_prefix(prefix).map(|_| "u16")).unwrap_or(kind);
    match kind {
        "bool" => out.push(values.below(2) as u8),
        "u16" | "territory" => out.extend_from_slice(&(values.between(0, 65_535) as u16).to_be_bytes()),
        "u32" | "roles" => out.extend_from_slice(&(values.between(0, u32::MAX.into()) as u32).to_be_bytes()),
        "u64" => out.extend_from_slice(&(values.between(0, u64::MAX.into()) as u64).to_be_bytes()),
        "i64" => out.extend_from_slice(&(values.between(i64::MIN.into(), i64::MAX.into()) as i64).to_be_bytes()),
        "hash" | "key" => out.extend(values.bytes(32)),
        "signature" => out.extend(values.bytes(64)),
        "party" => out.extend(values.bytes(16)),
        "date" => out.extend_from_slice(&(values.between(-719_162, 2_932_896) as i32).to_be_bytes()),
        "period" => out.extend_from_slice(&(values.between(12, 119_999) as u32).to_be_bytes()),
        "currency" => out.extend((0..3).map(|_| b'A' + values.below(26) as u8)),
        "amount" => {
            let largest = 10i128.pow(27);
            out.extend_from_slice(&values.between(-largest, largest).to_be_bytes());
        }
        "source-amount" => {
            let largest = 10i128.pow(36) - 1;
            out.extend_from_slice(&values.between(-largest, largest).to_be_bytes());
            out.push(values.between(0, 30) as u8);
        }
        "ratio" => write_ratio(values, out),
        "text" => write_text(&values.text(200), out),
        "identifier" => {
            out.extend(values.bytes(2));
            write_text(&values.text(200), out);
        }
        "event" => {
            let here = values.below(2) == 1;
            out.push(u8::from(here));
            match here {
                true => write("u16", values, out),
                false => out.extend_from_slice(&values.below(1 << 53).to_be_bytes()),
            }
        }
        "account" => ["u16", "party", "u64", "u16", "u64", "currency"].iter().for_each(|it| write(it, values, out)),
        part => write_part(part, values, out),
    }
}

fn write_ratio(values: &mut Values, out: &mut Vec<u8>) {
    let (mut a, mut b) = (values.below(1 << 20), 1 + values.below(1 << 20));
    let (numerator, denominator) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    out.extend_from_slice(&(numerator / a).to_be_bytes());
    out.extend_from_slice(&(denominator / a).to_be_bytes());
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// A struct, or one of several cases, that SPEC.md defines under its own name.
fn write_part(name: &str, values: &mut Values, out: &mut Vec<u8>) {
    let name = name[..1].to_uppercase() + &name[1..];
    if SPEC.contains(&format!("*{name}* (a part")) {
        table(&format!("*{name}* (")).iter().for_each(|(kind, _)| write(kind, values, out));
        return;
    }
    let cases = table(&format!("*{name}* (one of"));
    let case = values.below(cases.len() as u64);
    out.extend_from_slice(&(case as u32).to_be_bytes());
    let fields = &cases[case as usize].1;
    for field in fields.split(", ").filter(|field| !field.is_empty()) {
        // "`name` type", or a type alone.
        write(field.rsplit_once("` ").map_or(field, |(_, kind)| kind), values, out);
    }
}

/// A body of a kind, from its table.
fn body(code: u16, name: &str, seed: u64) -> Vec<u8> {
    let mut out = code.to_be_bytes().to_vec();
    let mut values = Values(seed);
    table(&format!("**0x{code:04x} {name}.**")).iter().for_each(|(kind, _)| write(kind, &mut values, &mut out));
    out
}

fn any_body() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    (0..KINDS.len(), any::<u64>()).prop_map(|(kind, seed)| {
        let (code, name) = KINDS[kind];
        (name, body(code, name, seed))
    })
}

#[test]
fn every_kind_is_read_and_written_as_the_spec_says() {
    for (code, name) in KINDS {
        for seed in 0..64 {
            let body = body(*code, name, seed);
            let event = Event::decode(&body).unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
            assert_eq!((event.code(), event.name()), (*code, *name));
            assert_eq!(event.class(), Class::from_number((*code >> 8) as u8).unwrap());
            let mut again = Vec::new();
            event.write_body(&mut again).unwrap();
            assert_eq!(again, body, "{name}, seed {seed}");
            assert_eq!(Event::decode_trusted(&body).unwrap(), event);
        }
    }
}

proptest! {
    #[test]
    fn a_body_cut_short_or_with_a_byte_more_is_refused((name, body) in any_body(), more in any::<u8>()) {
        for length in 0..body.len() {
            prop_assert!(Event::decode(&body[..length]).is_err(), "{name} cut to {length} bytes");
        }
        let longer = [&body[..], &[more]].concat();
        prop_assert!(Event::decode(&longer).is_err(), "{name} with a byte more");
        prop_assert!(Event::decode_trusted(&longer).is_err(), "{name} with a byte more");
    }

    #[test]
    fn a_flipped_bit_is_refused_or_means_something_else((name, body) in any_body(), bit in any::<prop::sample::Index>()) {
        let mut flipped = body.clone();
        let bit = bit.index(body.len() * 8);
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert_ne!(commit(&[1; 16], &flipped), commit(&[1; 16], &body));
        if let Ok(event) = Event::decode(&flipped) {
            let mut again = Vec::new();
            event.write_body(&mut again).unwrap();
            prop_assert_eq!(&again, &flipped, "{} has two encodings of one value", name);
            prop_assert_ne!(event, Event::decode(&body).unwrap());
        }
    }

    #[test]
    fn any_bytes_are_read_canonically_or_refused(kind in 0..KINDS.len(), rest in prop::collection::vec(any::<u8>(), 0..300)) {
        let body = [&KINDS[kind].0.to_be_bytes()[..], &rest].concat();
        if let Ok(event) = Event::decode(&body) {
            let mut again = Vec::new();
            event.write_body(&mut again).unwrap();
            prop_assert_eq!(again, body);
        }
    }
}

#[test]
fn hostile_lengths_and_unknown_kinds_are_errors() {
    for (code, _) in KINDS {
        let hostile = [&code.to_be_bytes()[..], &[0xff; 400]].concat();
        assert!(Event::decode(&hostile).is_err());
    }
    assert_eq!(Event::decode(&[0x02, 0xff, 1]), Err(EventError::UnknownKind(0x02ff)));
    assert_eq!(Event::decode(&[0; 40]), Err(EventError::Erased));
    assert_eq!(Event::decode(&[2]), Err(EventError::NoKind(1)));
    let details = [&0x0701u16.to_be_bytes()[..], &[7; 16], &(1u64 << 40).to_be_bytes()].concat();
    assert!(Event::decode(&details).is_err(), "a list of 2^40 entries is not allocated");
}
