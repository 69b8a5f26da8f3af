//! The questions that the rules ask of the state, and the shape of the answers.
//!
//! The state answers as of the moment it stands at: live facts only, with replaced and reversed ones left out.
//! Events are named by their index in the log; `0`, the ledger's own opening, stands for *none* where a contract is
//! optional. Everything that is a judgement (which row is the more specific, which licence goes first, what is
//! contested) is made by the rules, not by the state.

use bincode::{Decode, Encode};
use ledger_spec::code::{CommissionBase, ExcessBearer, RateTable, Rights};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::governance::{MechanicalRow, RateRow};
use ledger_spec::event::licensing::{LicenceRate, Notice};
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::{Currency, Ratio};
use ledger_spec::reference::{PartyId, Territory};

use super::cell::Occasion;

/// What the rules need to know of catalogue, licences, contracts and public tables.
pub trait Catalogue {
    /// Which recording a reported resource is: by a match of the resource, or by its identifiers.
    fn recording(&self, source: u64, resource: u32) -> Option<Identified>;

    /// The tracks of a reported release, for a line that is about the release as a whole.
    fn tracks(&self, source: u64, release: u32) -> Option<Tracks<'_>>;

    /// The works of a recording: by a match of the reported resource if there is one (`resource` zero has none),
    /// else by a match of the recording. `None` if nobody has matched it yet; no works if it uses none.
    fn works(&self, source: u64, resource: u32, recording: u64) -> Option<Matched<'_>>;

    /// Whether a work is in the public domain.
    fn public_domain(&self, work: u64) -> bool;

    /// The agreed shares of a right in a work that hold for a use in a place, in the order they were recorded.
    fn shares(&self, work: u64, right: Rights, territory: Territory, on: Occasion) -> Vec<AgreedShare>;

    /// The claims behind and beside those shares: of every live claim that applies there and then, whose it is and how
    /// much of the whole it is for. Agreed ones included.
    fn claims(&self, work: u64, right: Rights, territory: Territory, day: Date) -> Vec<Claimed>;

    /// The licences of a right in a work for such a use, in any order: those that name the work, the blanket ones of the
    /// holders of its agreed shares, and those of nobody for every work. Of the use its type, configuration, price tier
    /// and territory matter; those whose dates do not include its day are among them.
    fn licences(&self, work: u64, right: Rights, terms: &Terms, on: Occasion) -> Vec<LicenceInForce>;

    /// Who shares a recording's net of a use; of several, the one recorded last.
    fn split(&self, recording: u64, on: Occasion) -> Option<SplitInForce<'_>>;

    /// The terms of a contract on a day: of the versions whose dates include it, the one recorded last. `contract`
    /// is the first version.
    fn contract(&self, contract: u64, day: Date) -> Option<ContractTerms<'_>>;

    /// Every adopted row of who pays the mechanical, in the order of adoption.
    fn mechanicals(&self) -> &[AdoptedMechanical];

    /// The public rate tables, of each table and territory the one adopted last, in the order of adoption.
    fn rate_tables(&self) -> &[AdoptedRates];

    /// The figures of the pool that plays of an offering are part of on a day: those reported for the offering by itself
    /// before those for every offering of the source.
    fn pool(&self, source: u64, offering: u32, day: Date) -> Option<PoolInForce<'_>>;

    /// The playing time of a resource, as reported.
    fn seconds(&self, source: u64, resource: u32) -> Option<u32>;

    /// The party that a service's number in a source stands for; number zero, the reporter itself.
    fn service(&self, source: u64, number: u32) -> Option<PartyId>;

    /// The party that a reported rights controller is, by identifier asserted.
    fn controller(&self, source: u64, number: u32) -> Option<Controller>;
}

/// The recording that a reported resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identified {
    /// The recording.
    pub recording: u64,
    /// The event that says so: a match, an assertion, or the recording's own for an identifier of its own.
    pub by: u64,
    /// Playing time in seconds: the catalogue's if it has one, else as reported.
    pub seconds: Option<u32>,
}

/// The tracks of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracks<'a> {
    /// The release.
    pub release: u64,
    /// Its tracks, in declared order.
    pub tracks: &'a [Track],
}

/// A track of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Track {
    /// The recording.
    pub recording: u64,
    /// Its part of a release sold whole, relative to the other tracks'.
    pub weight: u32,
    /// Playing time in seconds.
    pub seconds: Option<u32>,
}

/// The match in force for a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The match.
    pub event: u64,
    /// Its works, in declared order.
    pub works: &'a [MatchedWork],
}

/// A work that a recording uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct MatchedWork {
    /// The work.
    pub work: u64,
    /// Its part of a rate that is per recording; a rate per work is paid for each.
    pub weight: Ratio,
}

/// An agreed share of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedShare {
    /// The share's event.
    pub event: u64,
    /// Who holds it.
    pub party: PartyId,
    /// The contract that the party is paid under, by its first version, or zero.
    pub contract: u64,
    /// How much of the whole.
    pub share: Ratio,
    /// The claim it is of, by the first that later ones took the place of.
    pub title: u64,
    /// The claim that this one collects for, likewise; zero for a claim to own.
    pub collects: u64,
}

/// What a party claims of a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimed {
    /// The party.
    pub party: PartyId,
    /// How much of the whole; nothing, if it only collects for another.
    pub share: Ratio,
}

/// A licence that covers a use, or would if it ran on that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenceInForce {
    /// The licence.
    pub event: u64,
    /// Who grants it; none for a compulsory licence.
    pub licensor: Option<PartyId>,
    /// Whether it names no works: it covers all that its licensor holds a share of, or with no licensor every work.
    pub blanket: bool,
    /// The price.
    pub rate: LicenceRate,
    /// Whether somebody else than its licensor said it, which an operator alone may. Nobody speaks for others by itself.
    pub vouched: bool,
    /// Whether its dates include the day of use.
    pub runs: bool,
    /// The notice of intention. Whether it was served in time is the rules' to say.
    pub notice: Option<Notice>,
}

/// The split in force for a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitInForce<'a> {
    /// The split.
    pub event: u64,
    /// Its parts, in declared order.
    pub payees: &'a [Payee],
}

/// One party's part of a recording's net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Payee {
    /// Who is paid.
    pub party: PartyId,
    /// Under which contract, by its first version, or zero.
    pub contract: u64,
    /// How much of the net, or of what those off the top leave of it.
    pub share: Ratio,
    /// Whether it comes off the top: the others share what is left.
    pub off_the_top: bool,
}

/// What a contract says on a day, as far as stage 1 goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContractTerms<'a> {
    /// The version's event.
    pub version: u64,
    /// How its royalty is computed.
    pub royalty: &'a Royalty,
    /// What the operator keeps.
    pub commission: Ratio,
    /// Of what.
    pub commission_base: CommissionBase,
    /// Who bears a mechanical that is more than the net.
    pub excess: ExcessBearer,
}

/// A row of who pays the mechanical, and the event that adopted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct AdoptedMechanical {
    /// The event.
    pub event: u64,
    /// The row.
    pub row: MechanicalRow,
}

/// A public rate table, and the event that adopted it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AdoptedRates {
    /// The event.
    pub event: u64,
    /// Which table.
    pub table: RateTable,
    /// Where it applies.
    pub territory: Territory,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Its rows.
    pub rows: Vec<RateRow>,
}

/// The figures of an offering in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolInForce<'a> {
    /// The event.
    pub event: u64,
    /// What it says.
    pub figures: &'a PoolReported,
}

/// The party that a reported rights controller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Controller {
    /// The party.
    pub party: PartyId,
    /// The assertion that says so.
    pub by: u64,
}
