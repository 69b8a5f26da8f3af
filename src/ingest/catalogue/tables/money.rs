//! Public tables and rules; balances, payments and corrections.

use ledger_spec::code::{
    AccountClass, CitationSource, MechanicalPayer, RateMeasure, RateTable, ReasonCode, SuspenseReason, UseType,
};
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, SourceAmount};
use serde::Deserialize;

use crate::ingest::catalogue::values::{Cite, Digest, Place};

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

/// A balance brought in from another system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct OpeningBalance {
    pub party: String,
    pub contract: Option<Cite>,
    pub as_of: Date,
    pub amount: Amount,
    pub currency: Currency,
    pub evidence: Digest,
}

/// The part of a payment that settles a source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct SourcePart {
    pub source: Cite,
    pub amount: Amount,
}

/// Money came in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Payment {
    pub payer: String,
    pub date: Date,
    pub currency: Currency,
    pub bank: Amount,
    #[serde(default)]
    pub tax: Amount,
    #[serde(default)]
    pub fee: Amount,
    pub sources: Vec<SourcePart>,
}

/// One side of an adjustment: a debit or a credit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Side {
    pub account: AccountClass,
    pub party: Option<String>,
    pub contract: Option<Cite>,
    #[serde(default)]
    pub reason: SuspenseReason,
    pub source: Option<Cite>,
    pub debit: Option<Amount>,
    pub credit: Option<Amount>,
    pub currency: Currency,
}

/// A correction by hand.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Adjustment {
    pub sides: Vec<Side>,
    pub reason: ReasonCode,
    pub why: String,
}

/// An earlier event, or a whole source, counts no longer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Reversal {
    pub event: Option<u64>,
    pub source: Option<Cite>,
    pub reason: ReasonCode,
    pub why: String,
}
