//! Recordings and releases, who shares their net, and the contracts that say how.

use bincode::{Decode, Encode};
use ledger_spec::code::{
    CommissionBase, ContractKind, Crossing, DayOf, ExcessBearer, PayWhen, RecoupOrder, ReleaseKind,
};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::{self as event, Escalation, ExchangeRule, ReserveTerms, Royalty};
use ledger_spec::money::{Amount, Currency, Ratio};
use ledger_spec::reference::{EventRef, PartyId};

use super::super::error::FoldError;
use super::super::lists::List;
use super::super::table::{Fact, Status};
use super::identifiers::Item;
use super::works::facts;
use super::{Catalogue, Moment, Touch};
use crate::royalty::{Occasion, Payee, Track};

/// A sound recording.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Recording {
    pub by: PartyId,
    pub seconds: Option<u32>,
    /// Its identifiers, by number.
    pub identifiers: Vec<u32>,
    /// Splits of its net.
    pub splits: List,
    /// Matches that say which works it is of.
    pub matches: List,
    /// Matches that say that a reported resource is this recording.
    pub named: List,
    /// Assertions that an identifier stands for it.
    pub asserted: List,
    /// Releases it is a track of.
    pub releases: List,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Release {
    pub by: PartyId,
    pub kind: ReleaseKind,
    /// Its identifiers, by number.
    pub identifiers: Vec<u32>,
    pub tracks: Vec<Track>,
    /// Assertions that an identifier stands for it.
    pub asserted: List,
}

/// Who shares a recording's net.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Split {
    pub status: Status,
    pub recording: u64,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// The day that its dates are held against.
    pub day: DayOf,
    pub payees: Vec<Payee>,
}

/// A version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Contract {
    /// The party that is paid.
    pub party: PartyId,
    /// What it is.
    pub kind: ContractKind,
    /// The event of the first version: its own, if it amends none.
    pub first: u64,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
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
    /// The group it is cross-collateralised in, by the first version of that group's first contract, or zero.
    pub crosses: u64,
    /// How far it answers for the others of that group.
    pub crossing: Crossing,
    /// When money becomes payable.
    pub pay_when: PayWhen,
    /// The least that is paid out, in its currency.
    pub minimum: Amount,
    /// Its currency.
    pub currency: Currency,
    /// How what is due in another is converted into it.
    pub exchange: Option<ExchangeRule>,
    /// Months from one statement to the next.
    pub cycle_months: u16,
    /// Whether the balance may go below zero.
    pub may_go_negative: bool,
    /// All versions, by number; of a first version only.
    pub(crate) versions: List,
    /// Splits that pay under it, by number; of a first version only.
    pub(crate) splits: List,
    /// Shares that are paid under it, by number; of a first version only.
    pub(crate) shares: List,
}

facts!(Split);

impl Catalogue {
    pub(super) fn recording(&mut self, at: &Moment, recording: &event::Recording<'_>) -> Result<(), FoldError> {
        let row = Recording {
            by: at.by,
            seconds: recording.seconds,
            identifiers: self.own(at, &recording.identifiers, Item::Recording(at.index))?,
            splits: List::default(),
            matches: List::default(),
            named: List::default(),
            asserted: List::default(),
            releases: List::default(),
        };
        // Another recording with one ISRC makes it stand for none of them: those that had it are touched too.
        row.identifiers.iter().for_each(|number| self.touch(Touch::Identifier(*number)));
        self.recordings.push(at.index, row)?;
        Ok(())
    }

    pub(super) fn release(&mut self, at: &Moment, release: &event::Release<'_>) -> Result<(), FoldError> {
        let identifiers = self.own(at, &release.identifiers, Item::Release(at.index))?;
        identifiers.iter().for_each(|number| self.touch(Touch::Identifier(*number)));
        let mut tracks = Vec::with_capacity(release.tracks.len());
        for track in &release.tracks {
            let recording = at.resolve(track.recording);
            let found = self.recordings.get_mut(recording).ok_or_else(|| at.cites(recording, "recording"))?;
            tracks.push(Track { recording, weight: track.weight, seconds: found.seconds });
            let number = u32::try_from(self.releases.len()).map_err(|_| FoldError::TooMany { index: at.index })?;
            self.lists.releases.push(&mut found.releases, number).ok_or(FoldError::TooMany { index: at.index })?;
        }
        let row = Release { by: at.by, kind: release.kind, identifiers, tracks, asserted: List::default() };
        self.releases.push(at.index, row)?;
        Ok(())
    }

    pub(super) fn split(&mut self, at: &Moment, split: &event::Split) -> Result<(), FoldError> {
        let recording = at.resolve(split.recording);
        let replaces = split.replaces.map(|event| at.resolve(event));
        let mut payees = Vec::with_capacity(split.parts.len());
        for part in &split.parts {
            let contract = self.first_version(at, part.contract)?;
            let event::SplitPart { party, share, off_the_top, .. } = *part;
            payees.push(Payee { party, contract, share, off_the_top });
        }
        let contracts: Vec<u64> = payees.iter().map(|payee| payee.contract).collect();
        let event::Split { from, to, day, prospective, .. } = *split;
        let status = Status { prospective, ..Status::new(at.by, replaces) };
        self.touch_split(replaces);
        let number = self.splits.state(at.index, Split { status, recording, from, to, day, payees })?;
        let too_many = || FoldError::TooMany { index: at.index };
        let owner = self.recordings.get_mut(recording).ok_or_else(|| at.cites(recording, "recording"))?;
        self.lists.splits.push(&mut owner.splits, number).ok_or_else(too_many)?;
        for contract in contracts {
            if let Some(contract) = self.contracts.get_mut(contract) {
                self.lists.splits.push(&mut contract.splits, number).ok_or_else(too_many)?;
            }
        }
        self.touch(Touch::Recording(recording));
        Ok(())
    }

    pub(super) fn contract(&mut self, at: &Moment, contract: &event::Contract<'_>) -> Result<(), FoldError> {
        let first = match contract.amends {
            Some(_) => self.first_version(at, contract.amends)?,
            None => at.index,
        };
        let crosses = self.first_version(at, contract.crosses)?;
        let number = self.contracts.push(
            at.index,
            Contract {
                party: contract.party,
                kind: contract.kind,
                first,
                from: contract.from,
                to: contract.to,
                royalty: contract.royalty.clone(),
                commission: contract.commission,
                commission_base: contract.commission_base,
                excess: contract.excess,
                escalation: contract.escalation.clone(),
                reserve: contract.reserve.clone(),
                recoups: contract.recoups,
                crosses,
                crossing: contract.crossing,
                pay_when: contract.pay_when,
                minimum: contract.minimum,
                currency: contract.currency,
                exchange: contract.exchange,
                cycle_months: contract.cycle_months,
                may_go_negative: contract.may_go_negative,
                versions: List::default(),
                splits: List::default(),
                shares: List::default(),
            },
        )?;
        self.own(at, &contract.identifiers, Item::Contract(first))?;
        if let Some(first) = self.contracts.get_mut(first) {
            self.lists.versions.push(&mut first.versions, number).ok_or(FoldError::TooMany { index: at.index })?;
        }
        self.touch(Touch::Contract(first));
        Ok(())
    }

    /// What a split holds for changes with all that took its place, and the place of that: so all before it are touched.
    pub(super) fn touch_split(&mut self, split: Option<u64>) {
        for split in self.splits.back_from(split) {
            if let Some(recording) = self.splits.get(split).map(|split| split.recording) {
                self.touch(Touch::Recording(recording));
            }
        }
    }

    /// The first version of the contract that is cited, or zero.
    pub(crate) fn first_version(&self, at: &Moment, contract: Option<EventRef>) -> Result<u64, FoldError> {
        let Some(cited) = contract.map(|contract| at.resolve(contract)) else { return Ok(0) };
        self.contracts.get(cited).map(|contract| contract.first).ok_or_else(|| at.cites(cited, "contract"))
    }

    /// The version of a contract in force on a day: of those whose dates include it, the one recorded last.
    pub(crate) fn contract_on(&self, first: u64, day: Date) -> Option<(u64, &Contract)> {
        let versions = self.contracts.get(first)?.versions;
        let in_force = |contract: &Contract| {
            contract.from.is_none_or(|from| from <= day) && contract.to.is_none_or(|to| day <= to)
        };
        self.versions_in(versions).filter(|(_, version)| in_force(version)).last()
    }

    /// What a contract says of a day that is over: the version in force then, or, if none is, the one recorded last.
    /// What was earned under it is paid under it.
    pub(crate) fn terms_of(&self, first: u64, day: Date) -> Option<(u64, &Contract)> {
        let last = || self.versions_in(self.contracts.get(first)?.versions).last();
        self.contract_on(first, day).or_else(last)
    }

    /// The split of a recording that holds for a use: of several, the one recorded last.
    pub(crate) fn split_on(&self, recording: u64, on: Occasion) -> Option<(u64, &Split)> {
        let splits = self.recordings.get(recording)?.splits;
        let in_force = |event: u64, split: &Split| {
            let runs = |day| split.from.is_none_or(|from| from <= day) && split.to.is_none_or(|to| day <= to);
            self.splits.era(event, split).holds_for(on.source) && on.day(split.day).is_some_and(runs)
        };
        self.splits_in(splits).filter(|(event, split)| in_force(*event, split)).last()
    }
}
