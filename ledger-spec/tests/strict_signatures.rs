//! One answer to every Ed25519 signature: on the twelve of "Taming the many EdDSAs" only number 3 is accepted, and no
//! key is read that is weak or oddly encoded.

use ledger_spec::sign::{PublicKey, SignError, SigningKey, is_sound_key, sign, verify};
use proptest::prelude::*;

#[path = "common/hex.rs"]
mod hex;
#[path = "common/vectors.rs"]
mod vectors;

#[test]
fn the_twelve() {
    let mut numbers = Vec::new();
    for line in vectors::lines(include_str!("../vectors/ed25519-speccheck.txt")) {
        let [number, answer, message, key, signature] = line[..] else { panic!("{line:?}") };
        let key: [u8; 32] = hex::bytes(key).try_into().expect("32 bytes");
        let signature: [u8; 64] = hex::bytes(signature).try_into().expect("64 bytes");
        let accepted = verify(&key, &hex::bytes(message), &signature);
        assert_eq!(accepted, answer == "accept", "number {number}");
        assert_eq!(accepted, number == "3");
        numbers.push(number);
    }
    assert_eq!(numbers.join(" "), "0 1 2 3 4 5 6 7 8 9 10 11");
}

/// All points of small order, in the canonical encodings of SPEC.md section 2.1 with either sign bit.
#[test]
fn weak_keys_are_refused() {
    let order_8 = [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ];
    let mut weak: Vec<[u8; 32]> = order_8.map(|key| hex::bytes(key).try_into().expect("32 bytes")).into();
    let y = |low: u8, rest: u8, high: u8| {
        let mut key = [rest; 32];
        (key[0], key[31]) = (low, high);
        key
    };
    weak.extend([y(0, 0, 0), y(1, 0, 0), y(0xec, 0xff, 0x7f)]);
    for key in weak {
        let mut negative = key;
        negative[31] |= 0x80;
        assert_eq!(PublicKey::from_bytes(&key), Err(SignError::WeakKey));
        assert_eq!(PublicKey::from_bytes(&negative), Err(SignError::WeakKey));
        assert!(!is_sound_key(&key));
    }
}

/// Whoever found the discrete logarithm of one of these points would have one key with two encodings.
#[test]
fn other_encodings_of_a_point_are_refused() {
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut key = [0xff; 32];
            (key[0], key[31]) = (low, high);
            assert_eq!(PublicKey::from_bytes(&key), Err(SignError::KeyEncoding), "{low:x}");
        }
    }
    // y = 2 is on no point.
    let mut key = [0; 32];
    key[0] = 2;
    assert_eq!(PublicKey::from_bytes(&key), Err(SignError::KeyEncoding));
}

/// Close to the prime, but below it: y = p - 2 and the like are canonical, and read if they are on the curve.
#[test]
fn the_canonical_check_refuses_nothing_below_the_prime() {
    let near = |at: usize, byte: u8| {
        let mut key = [0xff; 32];
        (key[31], key[at]) = (0x7f, byte);
        key
    };
    let on_curve = (0..=0xecu8).map(|low| near(0, low)).chain((0..=0xfeu8).map(|byte| near(17, byte)));
    let read = on_curve.filter(|key| PublicKey::from_bytes(key).is_ok()).count();
    assert!((200..300).contains(&read), "half of 492 are points, all but y = -1 sound: {read}");
}

proptest! {
    #[test]
    fn own_signatures_verify_and_altered_ones_do_not(seed in any::<[u8; 32]>(), message in any::<Vec<u8>>(), bit in 0usize..512) {
        let key = SigningKey::from_bytes(&seed);
        let public = PublicKey::from(&key);
        let signature = sign(&key, &message);
        prop_assert_eq!(PublicKey::from_bytes(public.as_bytes()), Ok(public));
        prop_assert_eq!(public.verify(&message, &signature), Ok(()));

        let mut altered = signature;
        altered[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(public.verify(&message, &altered), Err(SignError::Signature));
        let longer = [&message[..], &[0]].concat();
        prop_assert_eq!(public.verify(&longer, &signature), Err(SignError::Signature));
        let mut other = *public.as_bytes();
        other[bit % 32] ^= 1;
        prop_assert!(!verify(&other, &message, &signature));
    }
}
