//! Public tables and rules.

use ledger_spec::code::{CitationSource, MechanicalPayer, RateMeasure, RateTable, UseType};
use ledger_spec::date::Date;
use ledger_spec::money::{Currency, SourceAmount};
use serde::Deserialize;

use crate::ingest::catalogue::values::Place;

/// Where a public rate or rule stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Citation {
    pub source: CitationSource,
    #[serde(default)]
    pub volume: u32,
    #[serde(default)]
    pub page: u32,
    #[serde(default)]
    pub section: u32,
}

/// A row of a rate table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct RateRow {
    pub from: Date,
    pub to: Option<Date>,
    pub measure: RateMeasure,
    #[serde(default)]
    pub r#use: UseType,
    pub value: SourceAmount,
    pub citation: Citation,
}

/// A public rate table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Rates {
    pub table: RateTable,
    pub territory: Place,
    pub currency: Currency,
    pub rows: Vec<RateRow>,
}

/// Who owes the mechanical of a use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct MechanicalRow {
    pub territory: Place,
    pub r#use: UseType,
    pub service: Option<String>,
    pub from: Date,
    pub to: Option<Date>,
    pub payer: MechanicalPayer,
    pub citation: Citation,
}

/// A table of who owes mechanicals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Mechanicals {
    pub rows: Vec<MechanicalRow>,
}

/// The version of the rules from here on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Rules {
    pub version: u32,
}
