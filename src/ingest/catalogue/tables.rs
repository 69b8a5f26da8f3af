//! The tables of the text, one struct each: what can be written, and what is assumed where nothing is.
//!
//! FORMAT.md beside this file describes each table; a test holds the two against each other.

mod contract;
mod money;
mod public;
mod rights;

use ledger_spec::code::{Extent, NameRole, PartyKind, ReleaseKind};
use ledger_spec::ident::Scheme;
use ledger_spec::money::Ratio;
use serde::Deserialize;

use super::values::{Cite, Many, Track, WorkUsed};
pub(super) use contract::{Contract, Escalation, Exchange, Factor, Letter, PriceRoyalty, Reserve, Step};
pub(super) use money::{
    Adjustment, Advance, Conversion, Cost, Hold, OpeningBalance, Payment, Pool, Reversal, Side, TaxForm,
};
pub(super) use public::{Citation, MechanicalRow, Mechanicals, RateRow, Rates, Rules};
pub(super) use rights::{Claim, Licence, Share, Split};

/// Declares every kind of table: the word after `[[`, and the struct of its fields.
///
/// Their order is the order in which a file's tables are taken, whatever their order in the file: what is cited
/// comes before what cites it.
macro_rules! kinds {
    ($($word:literal $name:ident,)*) => {
        /// A table of the text, read.
        #[derive(Debug, Clone)]
        pub(super) enum Table {
            $($name($name),)*
        }

        /// The kinds of table, in the order in which they are taken.
        pub const KINDS: &[&str] = &[$($word),*];

        impl Table {
            /// Reads a table of this kind; `None` if there is no such kind.
            pub(super) fn read(record: &super::tree::Record) -> Option<Result<Table, super::problem::Problem>> {
                match record.kind.as_str() {
                    $($word => Some(super::decode::table(record.line, &record.fields).map(Table::$name)),)*
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    "party" Party,
    "party-details" PartyDetails,
    "work" Work,
    "recording" Recording,
    "release" Release,
    "contract" Contract,
    "letter-of-direction" Letter,
    "claim" Claim,
    "share" Share,
    "split" Split,
    "licence" Licence,
    "match" Match,
    "identifier" IdentifierAsserted,
    "names" Names,
    "remark" Remark,
    "rates" Rates,
    "mechanicals" Mechanicals,
    "rules" Rules,
    "opening-balance" OpeningBalance,
    "payment" Payment,
    "advance" Advance,
    "cost" Cost,
    "conversion" Conversion,
    "tax-form" TaxForm,
    "hold" Hold,
    "pool" Pool,
    "adjustment" Adjustment,
    "reversal" Reversal,
}

/// An identifier of a scheme that has no field of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Other {
    pub scheme: Scheme,
    pub value: String,
}

/// A person or company.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Party {
    pub code: String,
    pub r#type: PartyKind,
    pub name: Option<String>,
    pub sort_name: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub country: Option<String>,
    pub bank_account: Option<String>,
    #[serde(default)]
    pub ipi: Many,
    #[serde(default)]
    pub ipi_base: Many,
    #[serde(default)]
    pub isni: Many,
    #[serde(default)]
    pub dpid: Many,
    #[serde(default)]
    pub cisac_society: Many,
    #[serde(default)]
    pub identifiers: Vec<Other>,
}

/// Names and addresses of a party that is in the ledger.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PartyDetails {
    pub party: String,
    pub name: Option<String>,
    pub sort_name: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub country: Option<String>,
    pub bank_account: Option<String>,
}

/// A composition.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Work {
    pub code: String,
    pub title: Option<String>,
    #[serde(default)]
    pub writers: Many,
    #[serde(default)]
    pub publishers: Many,
    #[serde(default)]
    pub iswc: Many,
    #[serde(default)]
    pub mlc_song_code: Many,
    #[serde(default)]
    pub hfa_song_code: Many,
    #[serde(default)]
    pub identifiers: Vec<Other>,
    #[serde(default)]
    pub public_domain: bool,
}

/// A sound recording.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Recording {
    pub code: String,
    pub title: Option<String>,
    #[serde(default)]
    pub artist: Many,
    #[serde(default)]
    pub isrc: Many,
    #[serde(default)]
    pub identifiers: Vec<Other>,
    pub seconds: Option<u32>,
    /// The works it is wholly of: writes the match too.
    #[serde(default)]
    pub works: Many<Cite>,
}

/// A product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Release {
    pub code: String,
    pub r#type: ReleaseKind,
    pub title: Option<String>,
    #[serde(default)]
    pub artist: Many,
    pub label: Option<String>,
    #[serde(default)]
    pub upc: Many,
    #[serde(default)]
    pub grid: Many,
    #[serde(default)]
    pub catalogue_number: Many,
    #[serde(default)]
    pub identifiers: Vec<Other>,
    #[serde(default)]
    pub tracks: Vec<Track>,
}

/// What a source calls by a number of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reported {
    pub source: Cite,
    pub number: u32,
}

/// Which compositions a recording, or something reported, is of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Match {
    pub code: Option<String>,
    pub recording: Option<Cite>,
    pub reported: Option<Reported>,
    #[serde(default)]
    pub works: Vec<WorkUsed>,
    pub replaces: Option<Cite>,
}

/// A work within a match.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct UsedWork {
    pub work: Cite,
    #[serde(default = "whole")]
    pub extent: Extent,
    #[serde(default = "one")]
    pub weight: Ratio,
}

pub(super) fn whole() -> Extent {
    Extent::WHOLE
}

pub(super) fn one() -> Ratio {
    Ratio::ONE
}

/// An identifier stands for a party, work, recording or release.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct IdentifierAsserted {
    pub code: Option<String>,
    pub scheme: Scheme,
    pub value: String,
    pub party: Option<String>,
    pub work: Option<Cite>,
    pub recording: Option<Cite>,
    pub release: Option<Cite>,
    pub reporter: Option<String>,
    pub replaces: Option<Cite>,
}

/// A text and what it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub role: NameRole,
    pub text: String,
}

/// Titles and names of a work, recording or release that is in the ledger.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Names {
    pub work: Option<Cite>,
    pub recording: Option<Cite>,
    pub release: Option<Cite>,
    pub names: Vec<Named>,
}

/// A sentence about an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Remark {
    pub about: Option<u64>,
    pub text: String,
}
