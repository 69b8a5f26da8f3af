//! Promise: an identifier is kept as given and judged, never refused; two spellings of one are equal when canonical.

#![allow(clippy::unwrap_used)]

use ledger_spec::ident::{Identifier, Scheme, Validity};
use proptest::prelude::*;

const VECTORS: &str = include_str!("../vectors/identifiers.txt");

/// The rows of the golden file: scheme, text, validity, canonical form, printed form.
fn vectors() -> impl Iterator<Item = (Identifier<'static>, Validity, &'static str, &'static str)> {
    VECTORS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [scheme, value, validity, canonical, printed] = cells[..] else { panic!("not five cells: {line}") };
        let validity = match validity {
            "valid" => Validity::Valid,
            "bad-check-digit" => Validity::BadCheckDigit,
            "placeholder" => Validity::Placeholder,
            "bad-shape" => Validity::BadShape,
            "unchecked" => Validity::Unchecked,
            other => panic!("unknown validity {other}"),
        };
        (Identifier { scheme: scheme.parse().expect(line), value }, validity, canonical, printed)
    })
}

#[test]
fn every_golden_identifier_is_judged_as_written() {
    for (identifier, validity, canonical, printed) in vectors() {
        assert_eq!(identifier.check(), validity, "{identifier:?}");
        assert_eq!(identifier.canonical(), canonical, "{identifier:?}");
        assert_eq!(identifier.printed(), printed, "{identifier:?}");
    }
}

#[test]
fn every_known_scheme_has_a_golden_identifier_and_a_name_of_its_own() {
    for &(scheme, name) in Scheme::NAMED {
        assert!(vectors().any(|(identifier, ..)| identifier.scheme == scheme), "no vector for {scheme}");
        assert_eq!(name.parse(), Ok(scheme));
        assert_eq!(scheme.to_string(), name);
    }
    assert!(Scheme::NAMED.is_sorted_by(|a, b| a.0 < b.0), "numbers ascend, none twice");
    assert_eq!("4711".parse(), Ok(Scheme(4711)));
    assert!("ISRC number".parse::<Scheme>().is_err());
    assert!("65536".parse::<Scheme>().is_err());
}

#[test]
fn spellings_of_one_identifier_have_one_canonical_form() {
    for (identifier, ..) in vectors() {
        let canonical = identifier.canonical();
        let again = Identifier { scheme: identifier.scheme, value: &canonical };
        assert_eq!(again.canonical(), canonical);
        assert_eq!(again.check(), identifier.check());
        let printed = identifier.printed();
        let printed = Identifier { scheme: identifier.scheme, value: &printed };
        assert_eq!(printed.canonical(), canonical);
        assert_eq!(printed.check(), identifier.check());
    }
}

/// These check digits find every single wrong character (those of ISWC and IPI do not, by their design).
#[test]
fn one_wrong_character_is_found() {
    let strong = [Scheme::ISNI, Scheme::UPC, Scheme::GRID, Scheme::DPID];
    for (identifier, validity, canonical, _) in vectors() {
        if validity != Validity::Valid || !strong.contains(&identifier.scheme) {
            continue;
        }
        for place in 0..canonical.len() {
            for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars() {
                let mut wrong = canonical.to_owned();
                wrong.replace_range(place..=place, &other.to_string());
                let valid = Identifier { scheme: identifier.scheme, value: &wrong }.check() == Validity::Valid;
                assert_eq!(valid, wrong == canonical, "{wrong}");
            }
        }
    }
}

#[test]
fn separators_and_case_do_not_matter() {
    use Scheme as S;
    let standard = [S::IPI_NAME, S::IPI_BASE, S::ISNI, S::DPID, S::CISAC_SOCIETY, S::ISWC, S::ISRC, S::UPC, S::GRID];
    for (identifier, validity, canonical, _) in vectors() {
        let scheme = identifier.scheme;
        if validity != Validity::Valid || !standard.contains(&scheme) {
            continue;
        }
        for (place, separator) in (0..=canonical.len()).zip(['-', '.', '/', ' '].into_iter().cycle()) {
            let mut value = canonical.to_lowercase();
            value.insert(place, separator);
            let spelled = Identifier { scheme, value: &value };
            assert_eq!((spelled.check(), &*spelled.canonical()), (Validity::Valid, canonical), "{value}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_judged_and_kept(code: u16, known in 0..Scheme::NAMED.len(), text: String) {
        for scheme in [Scheme(code), Scheme::NAMED[known].0] {
            let identifier = Identifier { scheme, value: &text };
            let canonical = identifier.canonical().into_owned();
            if identifier.check() == Validity::BadShape {
                prop_assert_eq!(&canonical, &text);
            }
            let again = Identifier { scheme, value: &canonical };
            prop_assert_eq!(again.canonical(), canonical.as_str());
            identifier.printed();
        }
    }
}
