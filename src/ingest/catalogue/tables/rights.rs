//! Claims, shares, splits and licences.

use ledger_spec::code::{Configuration, DayOf, LicenceKind, PriceTier, Rights, UseType};
use ledger_spec::date::Date;
use ledger_spec::money::Ratio;
use serde::Deserialize;

use super::Other;
use crate::ingest::catalogue::values::{Cite, Many, Place, Rate};

/// What a party says it owns of a work; with `agreed`, the share too.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Claim {
    pub code: Option<String>,
    pub work: Cite,
    pub party: String,
    pub rights: Rights,
    pub share: Ratio,
    pub collects: Option<Cite>,
    #[serde(default)]
    pub territories: Many<Place>,
    #[serde(default)]
    pub except: Many<Place>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub replaces: Option<Cite>,
    #[serde(default)]
    pub agreed: bool,
    pub contract: Option<Cite>,
}

/// The agreed part of a claim. The claim is named, or found by its work and party.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Share {
    pub code: Option<String>,
    pub claim: Option<Cite>,
    pub work: Option<Cite>,
    pub party: Option<String>,
    pub share: Ratio,
    pub contract: Option<Cite>,
    #[serde(default = "of_use")]
    pub day: DayOf,
    #[serde(default)]
    pub prospective: bool,
    pub replaces: Option<Cite>,
}

pub(in crate::ingest::catalogue) fn of_use() -> DayOf {
    DayOf::USE
}

/// One party's part of a recording's net.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Part {
    pub party: String,
    pub share: Ratio,
    pub contract: Option<Cite>,
    #[serde(default)]
    pub off_the_top: bool,
}

/// Who shares a recording's net.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Split {
    pub code: Option<String>,
    pub recording: Cite,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub parts: Vec<Part>,
    #[serde(default = "of_use")]
    pub day: DayOf,
    #[serde(default)]
    pub prospective: bool,
    pub replaces: Option<Cite>,
}

/// The permission to use works, and its price.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Licence {
    pub code: Option<String>,
    pub r#type: LicenceKind,
    pub licensor: Option<String>,
    #[serde(default)]
    pub works: Many<Cite>,
    pub rights: Rights,
    #[serde(default)]
    pub uses: Vec<UseType>,
    #[serde(default)]
    pub configurations: Vec<Configuration>,
    #[serde(default)]
    pub tiers: Vec<PriceTier>,
    #[serde(default)]
    pub territories: Many<Place>,
    #[serde(default)]
    pub except: Many<Place>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub rate: Rate,
    pub notice: Option<Notice>,
    pub replaces: Option<Cite>,
    #[serde(default)]
    pub identifiers: Vec<Other>,
}

/// The notice of intention of a compulsory licence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Notice {
    pub served: Date,
    pub made: Option<Date>,
}
