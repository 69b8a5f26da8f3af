//! Check digits. Each function takes the canonical form, whose shape has been checked, and is true if the last
//! character (the last two for IPI name numbers) is the one computed from the others.

/// ISO 15707 annex: the letter counts 1, then weights 1 to 9, modulo 10.
pub(super) fn iswc(code: &[u8]) -> bool {
    weighted_mod_10(1, code)
}

/// IPI base number: as an ISWC, where the letter counts 2.
pub(super) fn ipi_base(code: &[u8]) -> bool {
    weighted_mod_10(2, code)
}

fn weighted_mod_10(letter: u32, code: &[u8]) -> bool {
    let Some((check, [_, digits @ ..])) = code.split_last() else { return false };
    let sum: u32 = (1..).zip(digits).map(|(weight, &byte)| weight * value(byte)).sum();
    value(*check) == (10 - (letter + sum) % 10) % 10
}

/// IPI name number: weights 10 down to 2, modulo 101, two digits.
pub(super) fn ipi_name(code: &[u8]) -> bool {
    let [digits @ .., tens, units] = code else { return false };
    let sum: u32 = (2..).zip(digits.iter().rev()).map(|(weight, &byte)| weight * value(byte)).sum();
    let check = match sum % 101 {
        0 => 0,
        rest => (101 - rest) % 100,
    };
    value(*tens) * 10 + value(*units) == check
}

/// GS1 and ISO/IEC 15420: weights 3 and 1 alternately from the right, modulo 10.
pub(super) fn mod_10(code: &[u8]) -> bool {
    let Some((check, digits)) = code.split_last() else { return false };
    let sum: u32 = [3, 1].iter().cycle().zip(digits.iter().rev()).map(|(weight, &byte)| weight * value(byte)).sum();
    value(*check) == (10 - sum % 10) % 10
}

/// ISO 7064 MOD 11-2, as ISO 27729 uses it: `X` is ten.
pub(super) fn mod_11_2(code: &[u8]) -> bool {
    let Some((check, digits)) = code.split_last() else { return false };
    let rest = digits.iter().fold(0, |rest, &byte| (rest + value(byte)) * 2 % 11);
    let check = if *check == b'X' { 10 } else { value(*check) };
    check == (12 - rest) % 11
}

/// ISO 7064 MOD 37,36: the hybrid system over digits and letters.
pub(super) fn mod_37_36(code: &[u8]) -> bool {
    let Some((check, characters)) = code.split_last() else { return false };
    let product = characters.iter().fold(36, |product, &byte| match (product + value(byte)) % 36 {
        0 => 36 * 2 % 37,
        sum => sum * 2 % 37,
    });
    value(*check) == (37 - product) % 36
}

/// 0 to 9 for digits, 10 to 35 for letters.
fn value(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}
