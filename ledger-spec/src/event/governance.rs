//! Governance (class 1): public, inline, frozen, never erased. Opaque ids and codes only; no names, no free text,
//! no negotiated rate (SPEC.md section 8).

use bincode::{BorrowDecode, Decode, Encode};
use serde::Serialize;

use crate::code::{CitationSource, MechanicalPayer, RateMeasure, RateTable, ReasonCode, RedactionReason, UseType};
use crate::date::{Date, Period};
use crate::hash::Hash;
use crate::key::{PublicKey, Signature};
use crate::money::{Currency, SourceAmount};
use crate::reference::{PartyId, Territory};
use crate::role::Roles;

/// The first record of a ledger. Its body is what the ledger's id is a hash of.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct LedgerOpened<'a> {
    /// Random, so that no two ledgers have one id.
    pub nonce: Hash,
    /// The ledger's name: the origin of its checkpoints and the name of its log key.
    pub origin: &'a str,
    /// The key that signs checkpoints. Never an author's.
    pub log_key: PublicKey,
    /// The party that runs the ledger.
    pub operator: PartyId,
    /// The operator's first key, which signs this submission: its proof of possession.
    pub operator_key: PublicKey,
    /// The roles of that key; operator is one of them.
    pub roles: Roles,
    /// Whether one party may both instruct and approve a payout. Off unless a one-person operator says so here.
    pub one_person_pays: bool,
    /// The ledger this one carries on from. Refused for now.
    pub continues: Option<Continues>,
}

/// The state of another ledger that this one carries on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Continues {
    /// Its id.
    pub ledger: Hash,
    /// Its size.
    pub size: u64,
    /// Its root at that size.
    pub root: Hash,
}

/// How a key came to be enrolled, visible for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EnrolMode {
    /// By an operator; the party never had a key.
    First,
    /// By a live key of the same party, with no role that key does not hold.
    Endorsed,
    /// By an operator, for a party that had a key before, live or not.
    Override,
}

/// A key may speak for a party from the next submission on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct KeyEnrolled {
    /// The party it speaks for.
    pub party: PartyId,
    /// What it may say.
    pub roles: Roles,
    /// The key; a key is enrolled once, ever.
    pub key: PublicKey,
    /// How it came in.
    pub mode: EnrolMode,
    /// Proof of possession: the key's signature over `"cantus/enrol/v1" NUL | ledger id | party | roles | key`.
    pub proof: Signature,
}

/// A key may no longer speak, from the next submission on. Never retroactive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct KeyRevoked {
    /// The key.
    pub key: PublicKey,
    /// Why.
    pub reason: ReasonCode,
}

/// The rules by which balances are computed from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct RulesAdopted {
    /// Version of the rules.
    pub version: u32,
}

/// Where a public rate or rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Citation {
    /// The publication.
    pub source: CitationSource,
    /// Its volume or title number.
    pub volume: u32,
    /// Page, part or section.
    pub page: u32,
    /// Subsection, or zero.
    pub section: u32,
}

/// One dated row of a rate table.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct RateRow {
    /// First day it applies to.
    pub from: Date,
    /// Last day it applies to, or open.
    pub to: Option<Date>,
    /// What it fixes.
    pub measure: RateMeasure,
    /// The use it is for; unknown means every use of the table.
    pub use_type: UseType,
    /// The value, in units of the table's currency or as a fraction of one for percentages.
    pub value: SourceAmount,
    /// Where it is published.
    pub citation: Citation,
}

/// A public rate table. A later table for the same number and territory replaces it for what is rated from then on.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct RatesAdopted {
    /// Which table.
    pub table: RateTable,
    /// Where it applies.
    pub territory: Territory,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Its rows.
    pub rows: Vec<RateRow>,
}

/// One dated row: who owes the mechanical of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct MechanicalRow {
    /// Where the use took place.
    pub territory: Territory,
    /// The use.
    pub use_type: UseType,
    /// One service only, or every one.
    pub service: Option<PartyId>,
    /// First day it applies to.
    pub from: Date,
    /// Last day it applies to, or open.
    pub to: Option<Date>,
    /// Who pays.
    pub payer: MechanicalPayer,
    /// Where it is published.
    pub citation: Citation,
}

/// Who pays the mechanical, by territory, use and service. Rows add to those adopted before; for the same
/// territory, use and service the later adopted row wins.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct MechanicalsAdopted {
    /// The rows.
    pub rows: Vec<MechanicalRow>,
}

/// A period is frozen as of `through`: everything before it counts, nothing after it changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PeriodClosed {
    /// The accounting month.
    pub period: Period,
    /// The number of events it closes over: the index of the first record of this very submission.
    pub through: u64,
    /// Root over one row per party (SPEC.md section 14).
    pub root: Hash,
    /// SHA-256 of the period key, which opens the rows to auditors.
    pub key_hash: Hash,
    /// The version of the rules it was computed by.
    pub rules: u32,
}

/// The body and salt of an earlier event of class *particulars* are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Redacted {
    /// Index of the event, below the basis.
    pub target: u64,
    /// Why.
    pub reason: RedactionReason,
}

/// Checkpoints are signed by another key from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct LogKeyChanged {
    /// The new key.
    pub log_key: PublicKey,
    /// The old key is lost, so no checkpoint of it covers this change: under the old key nothing can be decided.
    pub lost: bool,
    /// The new key's signature over `"cantus/logkey/v1" NUL | ledger id | key`.
    pub proof: Signature,
}

/// Nothing follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct LedgerEnded {
    /// Why.
    pub reason: ReasonCode,
}
