//! The values of fields that can be written in more than one way: short where the short form says it all.

use std::fmt;
use std::marker::PhantomData;

use ledger_spec::code::RateTable;
use ledger_spec::date::Date;
use ledger_spec::hash::Hash;
use ledger_spec::money::{Amount, Currency, Ratio};
use ledger_spec::reference::Territory;
use serde::de::value::{MapAccessDeserializer, StrDeserializer, U64Deserializer};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::tables::{PriceRoyalty, UsedWork, one, whole};
use crate::royalty::territory;

/// An event: by its code, or by its index in the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Cite {
    Code(String),
    Index(u64),
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cite::Code(code) => f.write_str(code),
            Cite::Index(index) => write!(f, "{index}"),
        }
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub(super) struct Many<T = String>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Many<T> {
        Many(Vec::new())
    }
}

/// A place: `"US"`, `"World"`, or a TIS number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place(pub Territory);

/// A track of a release: a recording, or `{ recording = "…", weight = 2 }`.
#[derive(Debug, Clone)]
pub(super) struct Track {
    pub recording: Cite,
    pub weight: u32,
}

/// A work of a match: a work, or `{ work = "…", extent = "sample", weight = "1/2" }`.
#[derive(Debug, Clone)]
pub(super) struct WorkUsed(pub UsedWork);

/// The price of a licence: `"waived"`, or a table with one of the other forms.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rate {
    PerUnit { amount: Amount, currency: Currency },
    PercentOfNet(Ratio),
    Statutory { table: RateTable, factor: Ratio },
    PercentOfGross(Ratio),
    Controlled { table: RateTable, factor: Ratio, fixed: Option<Date>, works: Option<u16>, protected: u16 },
    Waived,
}

/// How a contract's royalty is computed: `"net-receipts"`, `"profit-share"`, or a table with a price and a rate.
#[derive(Debug, Clone, Default)]
pub(super) enum Royalty {
    #[default]
    NetReceipts,
    OfPrice(PriceRoyalty),
    ProfitShare,
}

/// A SHA-256 as 64 hex digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digest(pub Hash);

/// Implements `Deserialize` by a visitor that takes the forms given.
macro_rules! read_as {
    ($type:ty, $expected:literal, $($form:item)*) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Forms;
                impl<'de> Visitor<'de> for Forms {
                    type Value = $type;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }
                    $($form)*
                }
                deserializer.deserialize_any(Forms)
            }
        }
    };
}

read_as! { Cite, "a code in quotes, or the index of an event",
    fn visit_str<E: de::Error>(self, code: &str) -> Result<Cite, E> {
        Ok(Cite::Code(code.to_owned()))
    }
    fn visit_u64<E: de::Error>(self, index: u64) -> Result<Cite, E> {
        Ok(Cite::Index(index))
    }
}

read_as! { Place, "a country such as \"US\", \"World\", or a TIS number",
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Place, E> {
        let place = match text {
            "World" => Some(Territory::WORLD),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok().map(Territory),
            code => territory::from_code(code),
        };
        place.map(Place).ok_or_else(|| {
            E::custom("no such place: expected a country such as \"US\" (ISO 3166-1), \"World\", or a TIS number")
        })
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Place, E> {
        u16::try_from(number).map(|number| Place(Territory(number))).map_err(|_| E::custom("no such TIS number"))
    }
}

read_as! { Track, "the code of a recording, or a table with recording and weight",
    fn visit_str<E: de::Error>(self, code: &str) -> Result<Track, E> {
        Ok(Track { recording: Cite::Code(code.to_owned()), weight: 1 })
    }
    fn visit_u64<E: de::Error>(self, index: u64) -> Result<Track, E> {
        Ok(Track { recording: Cite::Index(index), weight: 1 })
    }
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Track, A::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Weighted {
            recording: Cite,
            weight: u32,
        }
        let Weighted { recording, weight } = Weighted::deserialize(MapAccessDeserializer::new(fields))?;
        Ok(Track { recording, weight })
    }
}

read_as! { WorkUsed, "the code of a work, or a table with work, extent and weight",
    fn visit_str<E: de::Error>(self, code: &str) -> Result<WorkUsed, E> {
        Ok(WorkUsed(UsedWork { work: Cite::Code(code.to_owned()), extent: whole(), weight: one() }))
    }
    fn visit_u64<E: de::Error>(self, index: u64) -> Result<WorkUsed, E> {
        Ok(WorkUsed(UsedWork { work: Cite::Index(index), extent: whole(), weight: one() }))
    }
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<WorkUsed, A::Error> {
        UsedWork::deserialize(MapAccessDeserializer::new(fields)).map(WorkUsed)
    }
}

read_as! { Rate, "\"waived\", or a table with per-unit and currency, percent-of-net, percent-of-gross, \
    or statutory or controlled with factor",
    fn visit_str<E: de::Error>(self, word: &str) -> Result<Rate, E> {
        match word {
            "waived" => Ok(Rate::Waived),
            _ => Err(E::custom("expected \"waived\", or a table such as { percent-of-net = \"8%\" }")),
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Rate, A::Error> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        struct Forms {
            per_unit: Option<Amount>,
            currency: Option<Currency>,
            percent_of_net: Option<Ratio>,
            percent_of_gross: Option<Ratio>,
            statutory: Option<RateTable>,
            controlled: Option<RateTable>,
            factor: Option<Ratio>,
            fixed: Option<Date>,
            works: Option<u16>,
            protected: Option<u16>,
        }
        let forms = Forms::deserialize(MapAccessDeserializer::new(fields))?;
        let Forms { per_unit, currency, percent_of_net, percent_of_gross, statutory, controlled, factor, .. } = forms;
        let clause = controlled.is_some() || (forms.fixed, forms.works, forms.protected) == (None, None, None);
        match (per_unit, percent_of_net, percent_of_gross, statutory, controlled, currency, factor) {
            (Some(amount), None, None, None, None, Some(currency), None) if clause => {
                Ok(Rate::PerUnit { amount, currency })
            }
            (None, Some(share), None, None, None, None, None) if clause => Ok(Rate::PercentOfNet(share)),
            (None, None, Some(share), None, None, None, None) if clause => Ok(Rate::PercentOfGross(share)),
            (None, None, None, Some(table), None, None, factor) if clause => {
                Ok(Rate::Statutory { table, factor: factor.unwrap_or(Ratio::ONE) })
            }
            (None, None, None, None, Some(table), None, Some(factor)) => Ok(Rate::Controlled {
                table,
                factor,
                fixed: forms.fixed,
                works: forms.works,
                protected: forms.protected.unwrap_or(0),
            }),
            _ => Err(de::Error::custom(
                "one price is expected: per-unit with currency, percent-of-net, percent-of-gross, statutory with \
                 factor, or controlled with factor and its clause",
            )),
        }
    }
}

read_as! { Royalty, "\"net-receipts\", \"profit-share\", or a table with base, rate and factors",
    fn visit_str<E: de::Error>(self, word: &str) -> Result<Royalty, E> {
        match word {
            "net-receipts" => Ok(Royalty::NetReceipts),
            "profit-share" => Ok(Royalty::ProfitShare),
            _ => Err(E::custom("expected \"net-receipts\", \"profit-share\", or { base = \"dealer-price\", rate = \"14%\" }")),
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Royalty, A::Error> {
        PriceRoyalty::deserialize(MapAccessDeserializer::new(fields)).map(Royalty::OfPrice)
    }
}

read_as! { Digest, "a SHA-256 as 64 hex digits, in quotes",
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Digest, E> {
        Hash::from_hex(text).map(Digest).ok_or_else(|| E::custom("expected a SHA-256 as 64 hex digits"))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMore<T> {
            type Value = Many<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text in quotes, or a list of them")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Many<T>, E> {
                T::deserialize(StrDeserializer::new(text)).map(|one| Many(vec![one]))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Many<T>, E> {
                T::deserialize(U64Deserializer::new(number)).map(|one| Many(vec![one]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Many(list))
            }
        }
        deserializer.deserialize_any(OneOrMore(PhantomData))
    }
}
