//! Balances, payments, advances and costs, conversions, tax forms, and corrections.

use ledger_spec::code::{
    AccountClass, CostKind, HoldReason, RateSource, RateTable, ReasonCode, SuspenseReason, TaxFormKind,
};
use ledger_spec::date::{Date, Period};
use ledger_spec::money::{Amount, Currency, Ratio, SourceAmount};
use serde::Deserialize;

use crate::ingest::catalogue::values::{Cite, Digest, Place};

/// A balance brought in from another system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct OpeningBalance {
    pub party: String,
    pub contract: Option<Cite>,
    pub as_of: Date,
    #[serde(default = "due")]
    pub account: AccountClass,
    pub period: Option<Period>,
    pub amount: Amount,
    pub currency: Currency,
    pub evidence: Digest,
}

fn due() -> AccountClass {
    AccountClass::DUE
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
    pub event: Option<u64>,
    pub period: Option<Period>,
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
    pub evidence: Option<Digest>,
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

/// An advance was paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Advance {
    pub contract: Cite,
    pub party: String,
    pub date: Date,
    pub amount: Amount,
    pub currency: Currency,
    pub bank_reference: String,
}

/// A cost was paid on behalf of a contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Cost {
    pub contract: Cite,
    pub party: String,
    pub date: Date,
    pub r#type: CostKind,
    pub recording: Option<Cite>,
    pub amount: Amount,
    pub currency: Currency,
    #[serde(default = "whole")]
    pub recoupable: Ratio,
    pub evidence: Digest,
}

fn whole() -> Ratio {
    Ratio::ONE
}

/// What is due was converted into another currency.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Conversion {
    pub party: String,
    pub contract: Option<Cite>,
    pub amount: Amount,
    pub from: Currency,
    pub to: Currency,
    pub rate: SourceAmount,
    pub date: Date,
    pub source: RateSource,
    pub why: Option<String>,
}

/// By what form tax is withheld.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct TaxForm {
    pub party: String,
    pub form: TaxFormKind,
    pub country: Place,
    pub rate: Ratio,
    #[serde(default)]
    pub article: u16,
    pub from: Date,
    pub until: Option<Date>,
    pub evidence: Digest,
    pub replaces: Option<Cite>,
}

/// What is due is not paid out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Hold {
    pub party: String,
    pub contract: Option<Cite>,
    pub currency: Currency,
    pub amount: Option<Amount>,
    pub reason: HoldReason,
    pub why: String,
}

/// The figures of an offering in a month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Pool {
    pub source: Cite,
    #[serde(default)]
    pub offering: u32,
    pub month: Period,
    pub table: RateTable,
    pub currency: Currency,
    pub revenue: SourceAmount,
    pub content_cost: SourceAmount,
    pub subscribers: u64,
    pub performance: SourceAmount,
    pub plays: SourceAmount,
    pub replaces: Option<Cite>,
}
