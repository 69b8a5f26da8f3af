//! The answers that the rules ask for ([`crate::royalty::Catalogue`]), out of catalogue and sources.

use ledger_spec::code::Rights;
use ledger_spec::date::Date;
use ledger_spec::event::usage::Terms;
use ledger_spec::ident::Scheme;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{PartyId, Territory};

use super::super::sources::{Reported, Source, Sources};
use super::agreed::runs;
use super::{Agreed, Catalogue, Claim, Item, Match};
use crate::royalty::{
    self, AdoptedMechanical, AdoptedRates, AgreedShare, Claimed, ContractTerms, Controller, Identified, LicenceInForce,
    Occasion, PoolInForce, SplitInForce, Tracks,
};

/// Catalogue and sources together, asked by the rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers<'a> {
    pub catalogue: &'a Catalogue,
    pub sources: &'a Sources,
}

/// What stands for something, and the event that says so.
type Said<T> = (T, u64);

impl Answers<'_> {
    /// What an assertion says that any of a reported thing's identifiers stands for: one for reports of this reporter
    /// first, then one for every report; of several the first identifier decides, and of its assertions the last.
    fn asserted<T>(&self, source: &Source, reported: &Reported, pick: impl Fn(Item) -> Option<T>) -> Option<Said<T>> {
        let Catalogue { identifiers, assertions, .. } = self.catalogue;
        let find = |reporter: Option<PartyId>| {
            self.sources.identifiers(reported).find_map(|number| {
                let live = identifiers.asserted(number).filter_map(|assertion| assertions.live_row(assertion));
                let said = live.filter(|(_, row)| row.reporter == reporter);
                said.filter_map(|(event, row)| Some((pick(row.subject)?, event))).last()
            })
        };
        find(Some(source.reporter)).or_else(|| find(None))
    }

    /// The one thing that bears any of the identifiers of a reported thing that `counts`; none if several do.
    fn bearer<T: PartialEq>(
        &self,
        reported: &Reported,
        counts: impl Fn(u32) -> bool,
        pick: impl Fn(Item) -> Option<T>,
    ) -> Option<T> {
        let identifiers = self.sources.identifiers(reported).filter(|number| counts(*number));
        let mut found = identifiers.flat_map(|number| self.catalogue.identifiers.owners(number)).filter_map(pick);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The party of a number: by assertion, else the one party that declared the identifier.
    fn party(&self, source: u64, number: u32) -> Option<Said<PartyId>> {
        let (source, reported) = self.sources.reported(source, number)?;
        let pick = |item| match item {
            Item::Party(party) => Some(party),
            _ => None,
        };
        self.asserted(source, reported, pick).or_else(|| {
            let party = self.bearer(reported, |_| true, pick)?;
            Some((party, self.catalogue.parties.get(&party)?.event))
        })
    }
}

impl royalty::Catalogue for Answers<'_> {
    fn recording(&self, source: u64, resource: u32) -> Option<Identified> {
        let (from, reported) = self.sources.reported(source, resource)?;
        let live = self.catalogue.matches_in(reported.matches).filter(|(_, matched)| matched.status.is_live());
        let matched = live.filter_map(|(event, matched)| Some((matched.recording?, event))).last();
        let pick = |item| match item {
            Item::Recording(recording) => Some(recording),
            _ => None,
        };
        let isrc = |number| self.catalogue.identifiers.is_valid(number, Scheme::ISRC);
        let (recording, by) = matched
            .or_else(|| self.asserted(from, reported, pick))
            .or_else(|| self.bearer(reported, isrc, pick).map(|recording| (recording, recording)))?;
        let own = self.catalogue.recordings.get(recording)?;
        Some(Identified { recording, by, seconds: own.seconds.or(reported.seconds) })
    }

    fn tracks(&self, source: u64, release: u32) -> Option<Tracks<'_>> {
        let (from, reported) = self.sources.reported(source, release)?;
        let pick = |item| match item {
            Item::Release(release) => Some(release),
            _ => None,
        };
        let standard = |number| {
            let identifiers = &self.catalogue.identifiers;
            identifiers.is_valid(number, Scheme::UPC) || identifiers.is_valid(number, Scheme::GRID)
        };
        let asserted = self.asserted(from, reported, pick).map(|(release, _)| release);
        let release = asserted.or_else(|| self.bearer(reported, standard, pick))?;
        let found = self.catalogue.releases.get(release)?;
        Some(Tracks { release, tracks: &found.tracks })
    }

    fn works(&self, source: u64, resource: u32, recording: u64) -> Option<royalty::Matched<'_>> {
        let of_resource = self.sources.reported(source, resource).map(|(_, reported)| reported.matches);
        let of_recording = self.catalogue.recordings.get(recording).map(|recording| recording.matches);
        [of_resource, of_recording].into_iter().flatten().find_map(|list| {
            let says = |matched: &Match| matched.status.is_live() && matched.says_works();
            let (event, found) = self.catalogue.matches_in(list).filter(|(_, matched)| says(matched)).last()?;
            Some(royalty::Matched { event, works: &found.works })
        })
    }

    fn public_domain(&self, work: u64) -> bool {
        self.catalogue.works.get(work).is_some_and(|work| work.public_domain)
    }

    fn shares(&self, work: u64, right: Rights, territory: Territory, on: Occasion) -> Vec<AgreedShare> {
        let found = self.catalogue.agreed_for(work, right, territory, on);
        found.iter().map(Agreed::share).collect()
    }

    fn claims(&self, work: u64, right: Rights, territory: Territory, day: Date) -> Vec<Claimed> {
        let claims = self.catalogue.claims_in_force(work, right, territory, day);
        let share = |claim: &Claim| if claim.collects == 0 { claim.share } else { Ratio::ZERO };
        claims.map(|(_, claim)| Claimed { party: claim.party, share: share(claim) }).collect()
    }

    fn licences(&self, work: u64, right: Rights, terms: &Terms, on: Occasion) -> Vec<LicenceInForce> {
        let catalogue = self.catalogue;
        let named = catalogue.works.get(work).map(|work| work.licences);
        let mut lists: Vec<_> = named.into_iter().collect();
        let mut holders = Vec::new();
        for Agreed { party, .. } in catalogue.agreed_for(work, right, terms.territory, on) {
            if !holders.contains(&party) {
                holders.push(party);
                lists.extend(catalogue.parties.get(&party).map(|party| party.licences));
            }
        }
        lists.push(catalogue.open_licences);
        let live =
            lists.into_iter().flat_map(|list| catalogue.licences_in(list)).filter(|(_, row)| row.status.is_live());
        let covering = live.filter(|(_, licence)| licence.covers(right, terms, on.used));
        let found = covering.map(|(event, licence)| LicenceInForce {
            event,
            licensor: licence.licensor,
            blanket: licence.works.is_empty(),
            rate: licence.rate,
            vouched: licence.licensor != Some(licence.status.by),
            runs: runs(&licence.scope, on.used),
            notice: licence.notice,
        });
        found.collect()
    }

    fn split(&self, recording: u64, on: Occasion) -> Option<SplitInForce<'_>> {
        let (event, split) = self.catalogue.split_on(recording, on)?;
        Some(SplitInForce { event, payees: &split.payees })
    }

    fn contract(&self, contract: u64, day: Date) -> Option<ContractTerms<'_>> {
        let (version, terms) = self.catalogue.contract_on(contract, day)?;
        Some(ContractTerms {
            version,
            royalty: &terms.royalty,
            commission: terms.commission,
            commission_base: terms.commission_base,
            excess: terms.excess,
        })
    }

    fn mechanicals(&self) -> &[AdoptedMechanical] {
        &self.catalogue.mechanicals
    }

    fn rate_tables(&self) -> &[AdoptedRates] {
        &self.catalogue.rates
    }

    fn service(&self, source: u64, number: u32) -> Option<PartyId> {
        match number {
            0 => self.sources.get(source).map(|source| source.reporter),
            number => self.party(source, number).map(|(party, _)| party),
        }
    }

    fn controller(&self, source: u64, number: u32) -> Option<Controller> {
        self.party(source, number).map(|(party, by)| Controller { party, by })
    }

    fn pool(&self, source: u64, offering: u32, day: Date) -> Option<PoolInForce<'_>> {
        let pools = self.catalogue.pools_on(self.sources, source, day);
        let of = pools.filter(|(_, pool)| [0, offering].contains(&pool.said.offering));
        let (event, pool) = of.max_by_key(|(event, pool)| (pool.said.offering, *event))?;
        Some(PoolInForce { event, figures: &pool.said })
    }

    fn seconds(&self, source: u64, resource: u32) -> Option<u32> {
        self.sources.reported(source, resource)?.1.seconds
    }
}
