//! Catalogue (class 2): parties, works, recordings, who owns and who shares what, and what is what. Private;
//! frozen (SPEC.md section 12).

use bincode::{BorrowDecode, Decode, Encode};
use serde::Serialize;

use crate::code::{
    Channel, CommissionBase, Configuration, ContractKind, Crossing, DayOf, ExcessBearer, Extent, FactorKind,
    MatchMethod, PartyKind, PayWhen, PriceBase, PriceTier, RateDay, RateSource, RecoupOrder, ReleaseKind, ReserveFrom,
    Rights, UseType,
};
use crate::date::Date;
use crate::hash::Hash;
use crate::ident::Identifier;
use crate::money::{Amount, Currency, Ratio};
use crate::reference::{EventRef, PartyId, Territory};

/// A person or company. Its names are *particulars*, so that they can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Party<'a> {
    /// Its id.
    pub party: PartyId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: PartyKind,
    /// IPI, ISNI, DPID, the operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
}

/// A composition.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Work<'a> {
    /// ISWC, the operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
    /// Nobody is owed a mechanical for it.
    pub public_domain: bool,
}

/// A sound recording.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Recording<'a> {
    /// ISRC, the operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
    /// Playing time in seconds.
    pub seconds: Option<u32>,
}

/// A track of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Track {
    /// The recording.
    pub recording: EventRef,
    /// Its part of a release sold whole, relative to the other tracks'.
    pub weight: u32,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Release<'a> {
    /// UPC or EAN, GRid, the operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ReleaseKind,
    /// Its tracks.
    pub tracks: Vec<Track>,
}

/// Where and when something applies. No included territory means everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode, Serialize)]
pub struct Scope {
    /// Territories in.
    pub include: Vec<Territory>,
    /// Territories out of those.
    pub exclude: Vec<Territory>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// What a party says it owns of a work, or collects of another's.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Claim {
    /// The work.
    pub work: EventRef,
    /// Who claims.
    pub party: PartyId,
    /// Of which rights.
    pub rights: Rights,
    /// Where and when.
    pub scope: Scope,
    /// How much of the whole.
    pub share: Ratio,
    /// The claim of another party that this one collects for, where and when it applies: the next link in the chain of
    /// title. None for a claim to own.
    pub collects: Option<EventRef>,
    /// An earlier claim that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// The agreed part of a claim: what is paid. All shares of a right in a place on a day are at most the whole.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Share {
    /// The claim it agrees to.
    pub claim: EventRef,
    /// How much of the whole, at most the claim's.
    pub share: Ratio,
    /// The contract under which the party is paid, if any.
    pub contract: Option<EventRef>,
    /// The day that the dates of the claim are held against.
    pub day: DayOf,
    /// Whether it leaves alone what was reported before it was recorded: nothing paid to others is recovered.
    pub prospective: bool,
    /// An earlier share that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// One party's part of a recording's net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct SplitPart {
    /// Who is paid.
    pub party: PartyId,
    /// Under which contract: its commission applies, and the balance is kept under it.
    pub contract: Option<EventRef>,
    /// How much of the net.
    pub share: Ratio,
    /// Whether it comes off the top: the other parts share what these leave.
    pub off_the_top: bool,
}

/// Who shares a recording's net. What the parts leave over waits in suspense.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Split {
    /// The recording.
    pub recording: EventRef,
    /// First day of use it applies to.
    pub from: Option<Date>,
    /// Last day of use it applies to.
    pub to: Option<Date>,
    /// The parts: those off the top, and the others, are each at most the whole together.
    pub parts: Vec<SplitPart>,
    /// The day that its dates are held against.
    pub day: DayOf,
    /// Whether it leaves alone what was reported before it was recorded: nothing paid to others is recovered.
    pub prospective: bool,
    /// An earlier split that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// A factor of a royalty, where a use is what it names. What is empty does not matter. Of the factors of one kind the
/// first that applies counts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct RoyaltyFactor {
    /// Why there is one.
    #[serde(rename = "type")]
    pub kind: FactorKind,
    /// Uses.
    pub uses: Vec<UseType>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Configurations.
    pub configurations: Vec<Configuration>,
    /// Price tiers.
    pub tiers: Vec<PriceTier>,
    /// Territories.
    pub territories: Vec<Territory>,
    /// The factor, at most one.
    pub factor: Ratio,
}

/// How the party's part of a recording's money becomes what it earns.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Royalty {
    /// The net, less the commission.
    NetReceipts,
    /// `price x rate x factors`, each at most one; what is left of the net is the operator's.
    OfPrice {
        /// Which price.
        base: PriceBase,
        /// The rate.
        rate: Ratio,
        /// The factors.
        factors: Vec<RoyaltyFactor>,
    },
    /// The net less the commission, of income less costs over the life of the contract, while that is above zero.
    ProfitShare,
}

/// From so many units on, another commission or royalty rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Step {
    /// Units less returns of the uses counted, from the first under the contract.
    pub units: u64,
    /// The commission from there on; of a royalty of the price, the rate.
    pub rate: Ratio,
}

/// Rates that change with the number of units. What is counted is what earns at them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Escalation {
    /// The uses that count; none means every use.
    pub uses: Vec<UseType>,
    /// The configurations that count; none means every one.
    pub configurations: Vec<Configuration>,
    /// The steps, fewest units first.
    pub steps: Vec<Step>,
    /// Whether a step, once reached, holds for the units before it too.
    pub retroactive: bool,
}

/// What is kept back against returns, and when it is let go. The share of the money of a use is the share of its units at
/// the rate they earned.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct ReserveTerms {
    /// How much of what was earned by these uses in a period.
    pub share: Ratio,
    /// The uses; none means every use.
    pub uses: Vec<UseType>,
    /// The month from which closes are counted.
    pub from: ReserveFrom,
    /// Closes from that of this month to the one that lets the first part go.
    pub after: u16,
    /// In how many equal parts, one with each close, it is let go.
    pub parts: u16,
}

/// By which rate what is due in another currency is converted into that of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct ExchangeRule {
    /// Where the rate is from.
    pub source: RateSource,
    /// The day that it is of.
    pub day: RateDay,
    /// How many days it may be older, as where no rate is published on a holiday.
    pub within: u16,
}

/// The terms between the operator and a party.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct Contract<'a> {
    /// The operator's own codes.
    pub identifiers: Vec<Identifier<'a>>,
    /// The party that is paid.
    pub party: PartyId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ContractKind,
    /// How its royalty is computed.
    pub royalty: Royalty,
    /// What the operator keeps.
    pub commission: Ratio,
    /// Of what.
    pub commission_base: CommissionBase,
    /// Who bears a mechanical that is more than the net.
    pub excess: ExcessBearer,
    /// Other rates from so many units on.
    pub escalation: Option<Escalation>,
    /// What is kept back against returns.
    pub reserve: Option<ReserveTerms>,
    /// In what order advances and costs are recouped.
    pub recoups: RecoupOrder,
    /// The first contract of the group that it is cross-collateralised with: what one earns makes up what another lacks.
    pub crosses: Option<EventRef>,
    /// How far it answers for the others of its group, and they for it.
    pub crossing: Crossing,
    /// When money becomes payable.
    pub pay_when: PayWhen,
    /// The least that is paid out, in `currency`.
    pub minimum: Amount,
    /// The currency of the contract.
    pub currency: Currency,
    /// How what is due in another is converted into it; none means at any rate.
    pub exchange: Option<ExchangeRule>,
    /// Months from one statement to the next.
    pub cycle_months: u16,
    /// Whether the balance may go below zero.
    pub may_go_negative: bool,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// The first version of this contract, under which the balance is kept.
    pub amends: Option<EventRef>,
}

/// A letter of direction: what a party is to be paid goes to another, from the next close on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct LetterOfDirection {
    /// Who gives up the money.
    pub party: PartyId,
    /// What it earns under this contract only; none means under all and under none.
    pub contract: Option<EventRef>,
    /// Who is paid instead.
    pub to: PartyId,
    /// How much of it.
    pub share: Ratio,
    /// First day; a period counts by its last.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// SHA-256 of the letter.
    pub evidence: Hash,
    /// An earlier letter that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// What a match is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MatchSubject {
    /// A recording of the catalogue.
    Recording(EventRef),
    /// What a source calls by this number.
    Reported {
        /// Index of the source's first event.
        source: u64,
        /// The number within it.
        number: u32,
    },
}

/// A work within a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct MatchedWork {
    /// The work.
    pub work: EventRef,
    /// Whole, portion or sample.
    pub extent: Extent,
    /// Its part of a rate that is per recording; a rate per work is paid for each.
    pub weight: Ratio,
}

/// Which compositions a recording is of: several for a medley, each whole, portion or sample. For a reported
/// resource it can also say which recording it is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Match {
    /// What is matched.
    pub subject: MatchSubject,
    /// The recording that a reported resource is.
    pub recording: Option<EventRef>,
    /// The works.
    pub works: Vec<MatchedWork>,
    /// How it was found.
    pub method: MatchMethod,
    /// An earlier match that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// What an identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A party.
    Party(PartyId),
    /// A work.
    Work(EventRef),
    /// A recording.
    Recording(EventRef),
    /// A release.
    Release(EventRef),
}

/// An identifier stands for this: the report's `PUB_2` is that party. Holds for every report, or for those of one
/// reporter.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct IdentifierAsserted<'a> {
    /// The identifier.
    pub identifier: Identifier<'a>,
    /// What it stands for.
    pub subject: Subject,
    /// In reports of this party only.
    pub reporter: Option<PartyId>,
    /// An earlier assertion that this one takes the place of.
    pub replaces: Option<EventRef>,
}
