//! Currencies: ISO 4217 codes and their minor units.

use std::fmt;
use std::str::FromStr;

use bincode::de::{Decode, Decoder};
use bincode::error::DecodeError;

use crate::text::serde_as_string;

/// A currency by its ISO 4217 alphabetic code: three letters A to Z. Encoded as those three bytes.
///
/// Any three letters are a currency, listed or not: a source may name one that has been withdrawn, or is newer than
/// this program. What needs the list asks [`minor_units`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, bincode::Encode)]
pub struct Currency([u8; 3]);

/// Not three letters A to Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a currency code: expected three letters A to Z (ISO 4217), such as EUR")]
pub struct CurrencyError;

impl Currency {
    /// The currency of this code.
    pub const fn new(code: [u8; 3]) -> Result<Currency, CurrencyError> {
        let [a, b, c] = code;
        if a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase() {
            Ok(Currency(code))
        } else {
            Err(CurrencyError)
        }
    }

    /// The code's bytes.
    pub const fn code(self) -> [u8; 3] {
        self.0
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    fn from_str(text: &str) -> Result<Currency, CurrencyError> {
        Currency::new(text.as_bytes().try_into().map_err(|_| CurrencyError)?)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The code is ASCII, so each byte is its character.
        let [a, b, c] = self.0.map(char::from);
        write!(f, "{a}{b}{c}")
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_as_string!(Currency, "a currency code as a string, such as \"EUR\"");

impl<Context> Decode<Context> for Currency {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Self, DecodeError> {
        Currency::new(Decode::decode(decoder)?)
            .map_err(|_| DecodeError::Other("currency code that is not three letters"))
    }
}
bincode::impl_borrow_decode!(Currency);

/// How many decimals the smallest coin or book amount of a currency has: 2 for EUR, 0 for JPY, 3 for KWD.
///
/// `None` for codes that have no minor unit (gold, special drawing rights, test codes) or are not in the list; such
/// a currency can be held but not paid out.
pub fn minor_units(currency: Currency) -> Option<u8> {
    let code = currency.code();
    let listed = |codes: &[&str]| codes.binary_search_by(|listed| listed.as_bytes().cmp(&code)).is_ok();
    [(2, &TWO[..]), (0, &ZERO), (3, &THREE), (4, &FOUR)]
        .into_iter()
        .find_map(|(units, codes)| listed(codes).then_some(units))
}

// ISO 4217 List One (current currencies and funds), column "Minor unit", as the maintenance agency published it in 2025:
// XCG is in it, ANG no longer, BGN still. Sorted, for the binary search.

/// No minor unit in use.
const ZERO: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];

/// Hundredths.
const TWO: [&str; 139] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND", "BOB",
    "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY", "COP", "COU", "CRC",
    "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP",
    "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW",
    "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP",
    "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD",
    "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "USN",
    "UYU", "UZS", "VED", "VES", "WST", "XCD", "XCG", "YER", "ZAR", "ZMW", "ZWG",
];

/// Thousandths.
const THREE: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Ten-thousandths.
const FOUR: [&str; 2] = ["CLF", "UYW"];
