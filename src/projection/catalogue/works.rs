//! Works, and who says, and is agreed, to own them and to license their use.

use bincode::{Decode, Encode};
use ledger_spec::code::{Configuration, DayOf, LicenceKind, PriceTier, Rights, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::{self as event, Scope};
use ledger_spec::event::licensing::{self, LicenceRate, Notice};
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{PartyId, Territory};

use super::super::error::FoldError;
use super::super::lists::List;
use super::super::table::{Fact, Status};
use super::agreed::{runs, takes_in};
use super::identifiers::Item;
use super::{Catalogue, Moment, Touch};

/// A composition.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Work {
    pub by: PartyId,
    pub public_domain: bool,
    /// Claims on it.
    pub claims: List,
    /// Licences that name it.
    pub licences: List,
    /// Matches that say where it is used.
    pub matches: List,
}

/// What a party says it owns of a work.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Claim {
    pub status: Status,
    pub work: u64,
    pub party: PartyId,
    pub rights: Rights,
    pub scope: Scope,
    pub share: Ratio,
    /// The first claim that it, by way of others, took the place of: its own, if of none.
    pub title: u64,
    /// The title of the claim it collects for, or zero.
    pub collects: u64,
    /// Shares agreed of it.
    pub shares: List,
}

/// The agreed part of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Share {
    pub status: Status,
    pub claim: u64,
    pub share: Ratio,
    /// The first version of the contract under which it is paid, or zero.
    pub contract: u64,
    /// The day that the dates of the claim are held against.
    pub day: DayOf,
}

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Licence {
    pub status: Status,
    pub kind: LicenceKind,
    pub licensor: Option<PartyId>,
    pub works: Vec<u64>,
    pub rights: Rights,
    pub uses: Vec<UseType>,
    pub configurations: Vec<Configuration>,
    pub tiers: Vec<PriceTier>,
    pub scope: Scope,
    pub rate: LicenceRate,
    pub notice: Option<Notice>,
}

impl Licence {
    /// Whether it covers a use of a right, of works it is for, while it runs. A configuration or price tier that the report does
    /// not name is none of those that the licence names.
    pub(crate) fn covers(&self, right: Rights, terms: &Terms, day: Date) -> bool {
        self.rights.contains(right)
            && (self.uses.is_empty() || self.uses.contains(&terms.use_type))
            && (self.configurations.is_empty() || self.configurations.contains(&terms.configuration))
            && (self.tiers.is_empty() || self.tiers.contains(&terms.tier))
            && takes_in(&self.scope, terms.territory, day)
    }
}

macro_rules! facts {
    ($($name:ident),*) => {$(
        impl Fact for $name {
            fn status(&self) -> &Status {
                &self.status
            }

            fn status_mut(&mut self) -> &mut Status {
                &mut self.status
            }
        }
    )*};
}

pub(super) use facts;

facts!(Claim, Share, Licence);

impl Catalogue {
    pub(super) fn work(&mut self, at: &Moment, work: &event::Work<'_>) -> Result<(), FoldError> {
        let row = Work {
            by: at.by,
            public_domain: work.public_domain,
            claims: List::default(),
            licences: List::default(),
            matches: List::default(),
        };
        self.works.push(at.index, row)?;
        self.own(at, &work.identifiers, Item::Work(at.index))?;
        Ok(())
    }

    pub(super) fn claim(&mut self, at: &Moment, claim: &event::Claim) -> Result<(), FoldError> {
        let work = at.resolve(claim.work);
        let replaces = claim.replaces.map(|event| at.resolve(event));
        let collects = claim.collects.map(|event| at.resolve(event));
        let title = |event| self.claims.get(event).map(|claim| claim.title);
        let row = Claim {
            status: Status::new(at.by, replaces),
            work,
            party: claim.party,
            rights: claim.rights,
            scope: claim.scope.clone(),
            share: claim.share,
            title: replaces.and_then(title).unwrap_or(at.index),
            collects: collects.and_then(title).unwrap_or(0),
            shares: List::default(),
        };
        self.touch_claim(replaces);
        let number = self.claims.state(at.index, row)?;
        let owner = self.works.get_mut(work).ok_or_else(|| at.cites(work, "work"))?;
        self.lists.claims.push(&mut owner.claims, number).ok_or(FoldError::TooMany { index: at.index })?;
        let holder = self.parties.entry(claim.party).or_default();
        self.lists.claims.push(&mut holder.claims, number).ok_or(FoldError::TooMany { index: at.index })?;
        self.touch(Touch::Work(work));
        Ok(())
    }

    pub(super) fn share(&mut self, at: &Moment, share: &event::Share) -> Result<(), FoldError> {
        let claim = at.resolve(share.claim);
        let replaces = share.replaces.map(|event| at.resolve(event));
        let contract = self.first_version(at, share.contract)?;
        let status = Status { prospective: share.prospective, ..Status::new(at.by, replaces) };
        let row = Share { status, claim, share: share.share, contract, day: share.day };
        self.touch_share(replaces);
        let number = self.shares.state(at.index, row)?;
        let owner = self.claims.get_mut(claim).ok_or_else(|| at.cites(claim, "claim"))?;
        self.lists.shares.push(&mut owner.shares, number).ok_or(FoldError::TooMany { index: at.index })?;
        if let Some(contract) = self.contracts.get_mut(contract) {
            self.lists.shares.push(&mut contract.shares, number).ok_or(FoldError::TooMany { index: at.index })?;
        }
        self.touch_share(Some(at.index));
        Ok(())
    }

    pub(super) fn licence(&mut self, at: &Moment, licence: &licensing::Licence<'_>) -> Result<(), FoldError> {
        let replaces = licence.replaces.map(|event| at.resolve(event));
        let works: Vec<u64> = licence.works.iter().map(|work| at.resolve(*work)).collect();
        let row = Licence {
            status: Status::new(at.by, replaces),
            kind: licence.kind,
            licensor: licence.licensor,
            works: works.clone(),
            rights: licence.rights,
            uses: licence.uses.clone(),
            configurations: licence.configurations.clone(),
            tiers: licence.tiers.clone(),
            scope: licence.scope.clone(),
            rate: licence.rate,
            notice: licence.notice,
        };
        self.own(at, &licence.identifiers, Item::Licence(at.index))?;
        self.touch_licence(replaces);
        let number = self.licences.state(at.index, row)?;
        let too_many = || FoldError::TooMany { index: at.index };
        for work in works.iter().copied() {
            let named = self.works.get_mut(work).ok_or_else(|| at.cites(work, "work"))?;
            self.lists.licences.push(&mut named.licences, number).ok_or_else(too_many)?;
        }
        if works.is_empty() {
            let blanket = match licence.licensor {
                Some(licensor) => &mut self.parties.entry(licensor).or_default().licences,
                None => &mut self.open_licences,
            };
            self.lists.licences.push(blanket, number).ok_or_else(too_many)?;
        }
        self.touch_licence(Some(at.index));
        Ok(())
    }

    pub(super) fn touch_claim(&mut self, claim: Option<u64>) {
        if let Some(work) = claim.and_then(|claim| self.claims.get(claim)).map(|claim| claim.work) {
            self.touch(Touch::Work(work));
        }
    }

    /// As a split, with all before it.
    pub(super) fn touch_share(&mut self, share: Option<u64>) {
        for share in self.shares.back_from(share) {
            self.touch_claim(self.shares.get(share).map(|share| share.claim));
        }
    }

    pub(super) fn touch_licence(&mut self, licence: Option<u64>) {
        let Some(licence) = licence.and_then(|licence| self.licences.get(licence)) else { return };
        match licence.licensor {
            _ if !licence.works.is_empty() => {
                let works = licence.works.clone();
                works.into_iter().for_each(|work| self.touch(Touch::Work(work)));
            }
            Some(licensor) => self.touch(Touch::Holder(licensor)),
            None => self.touch(Touch::All),
        }
    }

    /// The live claims on a right in a work that apply in a place on a day.
    pub(crate) fn claims_in_force(
        &self,
        work: u64,
        right: Rights,
        place: Territory,
        day: Date,
    ) -> impl Iterator<Item = (u64, &Claim)> {
        let claims = self.works.get(work).map_or_else(List::default, |work| work.claims);
        let of_right = move |claim: &Claim| claim.status.is_live() && claim.rights.contains(right);
        self.claims_in(claims)
            .filter(move |(_, claim)| of_right(claim) && takes_in(&claim.scope, place, day) && runs(&claim.scope, day))
    }
}
