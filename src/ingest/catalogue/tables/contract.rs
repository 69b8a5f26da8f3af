//! Contracts and letters of direction: how what comes in becomes what is paid.

use ledger_spec::code::{
    Channel, CommissionBase, Configuration, ContractKind, Crossing, ExcessBearer, FactorKind, PayWhen, PriceBase,
    PriceTier, RateDay, RateSource, RecoupOrder, ReserveFrom, UseType,
};
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, Ratio};
use serde::Deserialize;

use super::Other;
use crate::ingest::catalogue::values::{Cite, Digest, Many, Place, Royalty};

/// The terms between the operator and a party.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Contract {
    pub code: Option<String>,
    pub party: String,
    pub r#type: ContractKind,
    #[serde(default)]
    pub royalty: Royalty,
    #[serde(default)]
    pub commission: Ratio,
    #[serde(default = "after_mechanicals")]
    pub commission_base: CommissionBase,
    #[serde(default = "borne_by_operator")]
    pub excess: ExcessBearer,
    pub escalation: Option<Escalation>,
    pub reserve: Option<Reserve>,
    #[serde(default = "by_date")]
    pub recoups: RecoupOrder,
    pub crosses: Option<Cite>,
    #[serde(default = "in_full")]
    pub crossing: Crossing,
    #[serde(default = "when_reported")]
    pub pay_when: PayWhen,
    #[serde(default)]
    pub minimum: Amount,
    pub currency: Currency,
    pub exchange: Option<Exchange>,
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

fn in_full() -> Crossing {
    Crossing::FULL
}

fn from_the_close() -> ReserveFrom {
    ReserveFrom::CLOSE
}

fn when_reported() -> PayWhen {
    PayWhen::REPORTED
}

fn one_month() -> u16 {
    1
}

fn by_date() -> RecoupOrder {
    RecoupOrder::BY_DATE
}

/// Rates that change with the number of units.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Escalation {
    #[serde(default)]
    pub uses: Vec<UseType>,
    #[serde(default)]
    pub configurations: Vec<Configuration>,
    pub steps: Vec<Step>,
    #[serde(default)]
    pub retroactive: bool,
}

/// Where another commission or royalty rate begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Step {
    pub units: u64,
    pub rate: Ratio,
}

/// What is kept back against returns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Reserve {
    pub share: Ratio,
    #[serde(default)]
    pub uses: Vec<UseType>,
    #[serde(default = "from_the_close")]
    pub from: ReserveFrom,
    pub after: u16,
    pub parts: u16,
}

/// By which rate what is due in another currency is converted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Exchange {
    pub source: RateSource,
    pub day: RateDay,
    #[serde(default)]
    pub within: u16,
}

/// A royalty on the price of a sale.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct PriceRoyalty {
    pub base: PriceBase,
    pub rate: Ratio,
    #[serde(default)]
    pub factors: Vec<Factor>,
}

/// A factor of a royalty, where a use is what it names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest::catalogue) struct Factor {
    pub r#type: FactorKind,
    #[serde(default)]
    pub uses: Vec<UseType>,
    #[serde(default)]
    pub channels: Vec<Channel>,
    #[serde(default)]
    pub configurations: Vec<Configuration>,
    #[serde(default)]
    pub tiers: Vec<PriceTier>,
    #[serde(default)]
    pub territories: Many<Place>,
    pub factor: Ratio,
}

/// A letter of direction.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::ingest::catalogue) struct Letter {
    pub party: String,
    pub contract: Option<Cite>,
    pub to: String,
    pub share: Ratio,
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub evidence: Digest,
    pub replaces: Option<Cite>,
}
