//! The systems that identifiers belong to: an open list of numbers, with the rule of each that is known.

use std::fmt;
use std::str::FromStr;

use super::check_digit;
use super::form::{Form, Rule};
use crate::text::serde_as_string;

/// A system of identifiers, as an open code: numbers not in the table are kept and passed on, never refused.
///
/// Tens group what is identified (10 parties, 30 works, 50 recordings, 70 releases, 80 reports, 90 anything); the gaps are room.
/// In text and JSON a scheme is its name, or its number where it has none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode, bincode::Decode)]
pub struct Scheme(pub u16);

/// Neither the name nor the number of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier scheme: expected a name such as isrc, iswc, ipi, isni or upc, or a number up to 65535")]
pub struct SchemeError;

/// Declares the constants and the table that finds their names and rules, so that neither lacks a row of the other.
macro_rules! schemes {
    ($($(#[$doc:meta])* $constant:ident = $code:literal, $name:literal, $rule:expr;)*) => {
        impl Scheme {
            $($(#[$doc])* pub const $constant: Scheme = Scheme($code);)*

            /// Every scheme that has a name, by number.
            pub const NAMED: &'static [(Scheme, &'static str)] = &[$((Scheme::$constant, $name)),*];

            /// What its identifiers look like; none if this program does not know the scheme.
            pub(super) fn rule(self) -> Option<&'static Rule> {
                match self {
                    $(Scheme::$constant => {
                        const RULE: Rule = $rule;
                        Some(&RULE)
                    })*
                    _ => None,
                }
            }
        }
    };
}

const fn form(pattern: &'static str, shortest: usize, print: &'static str) -> Form {
    Form { pattern: pattern.as_bytes(), shortest, print, label: "", check_digit: None }
}

schemes! {
    /// CISAC IPI name number: nine digits and two check digits, leading zeros often left out.
    IPI_NAME = 10, "ipi", Rule::Form(form("ddddddddddd", 1, "###########").label("IPI").checked(check_digit::ipi_name));
    /// CISAC IPI base number: `I-000000229-7`.
    IPI_BASE = 11, "ipi-base", Rule::Form(form("Idddddddddd", 11, "#-#########-#").checked(check_digit::ipi_base));
    /// International Standard Name Identifier, ISO 27729.
    ISNI = 12, "isni",
        Rule::Form(form("dddddddddddddddc", 16, "#### #### #### ####").label("ISNI").checked(check_digit::mod_11_2));
    /// DDEX Party Identifier.
    DPID = 13, "dpid", Rule::Form(form("PADPIDAddddddddddx", 18, "##################").checked(check_digit::mod_37_36));
    /// CISAC society code: three digits, leading zeros often left out.
    CISAC_SOCIETY = 14, "cisac-society", Rule::Form(form("ddd", 1, "###"));
    /// What a reporter calls the service of a line (a store's name in a statement).
    SERVICE_NAME = 18, "service-name", Rule::Text;
    /// What a reporter calls a rights controller in its files (DDEX RightsController), such as `PUB_2`.
    RIGHTS_CONTROLLER = 19, "rights-controller", Rule::Text;
    /// International Standard Musical Work Code, ISO 15707: `T-034.524.680-1`.
    ISWC = 30, "iswc",
        Rule::Form(form("Tdddddddddd", 11, "#-###.###.###-#").label("ISWC").checked(check_digit::iswc));
    /// Song code of The MLC.
    MLC_SONG_CODE = 31, "mlc-song-code", Rule::Form(form("xxxxxx", 6, "######"));
    /// Song code of the Harry Fox Agency.
    HFA_SONG_CODE = 32, "hfa-song-code", Rule::Form(form("xxxxxx", 6, "######"));
    /// A service's own number of a work (DDEX DspWorkId). Unique within the service only.
    DSP_WORK = 39, "dsp-work", Rule::Text;
    /// International Standard Recording Code, ISO 3901: `US-RC1-76-07839`. It has no check digit.
    ISRC = 50, "isrc", Rule::Form(form("aaxxxddddddd", 12, "##-###-##-#####").label("ISRC"));
    /// A service's own number of a recording (DDEX DspResourceId). Unique within the service only.
    DSP_RESOURCE = 59, "dsp-resource", Rule::Text;
    /// The number under a product's bar code: UPC-A, EAN-13 or GTIN-14 (GS1; DDEX calls it ICPN). Canonical is the
    /// GTIN-14, so that a UPC and the same number as an EAN are equal.
    UPC = 70, "upc", Rule::Form(form("dddddddddddddd", 12, "zz############").checked(check_digit::mod_10));
    /// Global Release Identifier: `A1-2425G-ABC1234002-M`.
    GRID = 71, "grid",
        Rule::Form(form("A1xxxxxxxxxxxxxxxx", 18, "##-#####-##########-#").label("GRID").checked(check_digit::mod_37_36));
    /// A label's own catalogue number of a release.
    CATALOGUE_NUMBER = 72, "catalogue-number", Rule::Text;
    /// A service's own number of a release (DDEX DspReleaseId). Unique within the service only.
    DSP_RELEASE = 79, "dsp-release", Rule::Text;
    /// The number of a report's message (DDEX MessageId).
    MESSAGE = 80, "message-id", Rule::Text;
    /// The profile and version a report follows (DDEX Profile).
    PROFILE = 81, "profile", Rule::Text;
    /// Any other, with its namespace: `namespace::id` (DDEX proprietary identifiers).
    PROPRIETARY = 90, "proprietary", Rule::Namespaced;
    /// The operator's own code, unique within the ledger for parties, works, recordings, releases and contracts.
    HOUSE = 91, "house", Rule::Text;
}

impl Scheme {
    /// Its name, if this program knows it.
    pub fn name(self) -> Option<&'static str> {
        Scheme::NAMED.iter().find_map(|&(scheme, name)| (scheme == self).then_some(name))
    }
}

impl FromStr for Scheme {
    type Err = SchemeError;

    fn from_str(text: &str) -> Result<Scheme, SchemeError> {
        let named = Scheme::NAMED.iter().find_map(|&(scheme, name)| (name == text).then_some(scheme));
        named.or_else(|| text.parse().ok().map(Scheme)).ok_or(SchemeError)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_as_string!(Scheme, "the name or number of an identifier scheme, such as \"isrc\"");
