//! Contracts, claims, shares, splits and licences.

use ledger_spec::code::{CommissionBase, ContractKind, ExcessBearer, LicenceKind, PayWhen, Rights, UseType};
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, Ratio};
use serde::Deserialize;

use super::Other;
use crate::ingest::catalogue::values::{Cite, Many, Place, Rate};

/// The terms between the operator and a party.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Contract {
    pub code: Option<String>,
    pub party: String,
    pub r#type: ContractKind,
    pub commission: Ratio,
    #[serde(default = "after_mechanicals")]
    pub commission_base: CommissionBase,
    #[serde(default = "borne_by_operator")]
    pub excess: ExcessBearer,
    #[serde(default = "when_reported")]
    pub pay_when: PayWhen,
    #[serde(default)]
    pub minimum: Amount,
    pub currency: Currency,
    #[serde(default = "one_month")]
    pub cycle_months: u16,
    #[serde(default)]
    pub may_go_negative: bool,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub amends: Option<Cite>,
    #[serde(default)]
    pub identifiers: Vec<Other>,
}

fn after_mechanicals() -> CommissionBase {
    CommissionBase::AFTER_MECHANICALS
}

/// Nobody comes to owe money without having said so.
fn borne_by_operator() -> ExcessBearer {
    ExcessBearer::OPERATOR
}

fn when_reported() -> PayWhen {
    PayWhen::REPORTED
}

fn one_month() -> u16 {
    1
}

/// What a party says it owns of a work; with `agreed`, the share too.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Claim {
    pub code: Option<String>,
    pub work: Cite,
    pub party: String,
    pub rights: Rights,
    pub share: Ratio,
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
    pub replaces: Option<Cite>,
}

/// One party's part of a recording's net.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Part {
    pub party: String,
    pub share: Ratio,
    pub contract: Option<Cite>,
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
    pub territories: Many<Place>,
    #[serde(default)]
    pub except: Many<Place>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub rate: Rate,
    pub replaces: Option<Cite>,
    #[serde(default)]
    pub identifiers: Vec<Other>,
}
