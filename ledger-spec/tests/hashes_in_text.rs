//! A hash is 64 hexadecimal digits in text, and nothing else is one.

use ledger_spec::Hash;
use proptest::prelude::*;

#[test]
fn what_is_not_64_digits_is_no_hash() {
    let digits = "00112233445566778899aabbccddeeff0123456789abcdef0123456789ABCDEF";
    let hash = Hash::from_hex(digits).expect("64 digits");
    assert_eq!(hash.0[..4], [0x00, 0x11, 0x22, 0x33]);
    assert_eq!(hash.to_string(), digits.to_lowercase());
    assert_eq!(format!("{hash:?}"), hash.to_string());
    for other in ["", &digits[1..], &digits[2..], &format!("{digits}0"), &format!("{digits}00")] {
        assert_eq!(Hash::from_hex(other), None, "{other:?}");
    }
    for byte in ["g", "/", ":", "@", "`", " ", "+", "-", "x"] {
        assert_eq!(Hash::from_hex(&format!("{}{byte}", &digits[1..])), None, "{byte:?}");
        assert_eq!(Hash::from_hex(&format!("{byte}{}", &digits[1..])), None, "{byte:?}");
    }
    assert_eq!(Hash::from_hex(&"\u{e9}".repeat(32)), None, "64 bytes, 32 characters");
}

proptest! {
    #[test]
    fn read_as_written(bytes in any::<[u8; 32]>()) {
        prop_assert_eq!(Hash::from_hex(&Hash(bytes).to_string()), Some(Hash(bytes)));
    }
}
