//! The catalogue: parties, works, recordings, releases, contracts and licences, who claims and is agreed what, which
//! identifier stands for which of them, and the public tables.
//!
//! Everything is found by the index of its event. What a change may alter elsewhere is noted as a [`Touch`], so that
//! the cells it concerns, and no others, are rated again.

mod agreed;
mod answers;
mod holds;
mod identifiers;
mod letters;
mod matches;
mod pools;
mod recordings;
mod tax_forms;
mod works;

use std::collections::{BTreeMap, BTreeSet};

use bincode::{Decode, Encode};
use ledger_spec::code::PartyKind;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{MechanicalsAdopted, RatesAdopted};
use ledger_spec::event::particulars::NamesOf;
use ledger_spec::ident::Identifier;
use ledger_spec::reference::{EventRef, PartyId};

use super::error::FoldError;
use super::lists::{List, Lists};
use super::sources::Sources;
use super::table::{Fact, Status, Table};
use crate::royalty::{AdoptedMechanical, AdoptedRates};

pub(crate) use agreed::{Agreed, counts, runs, takes_in};
pub(crate) use answers::Answers;
pub(crate) use holds::Hold;
pub use identifiers::Item;
pub(crate) use identifiers::{Identifiers, ReportedAs};
pub(crate) use letters::Letter;
pub(crate) use matches::{Assertion, Match, Matched};
pub(crate) use pools::Pool;
pub use recordings::Contract;
pub(crate) use recordings::{Recording, Release, Split};
pub(crate) use tax_forms::TaxForm;
pub use tax_forms::TaxStatus;
pub(crate) use works::{Claim, Licence, Share, Work};

/// Where an event stands, and who said it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Its index.
    pub index: u64,
    /// The index of the first event of its submission.
    pub first: u64,
    /// The party that said it.
    pub by: PartyId,
}

impl Moment {
    /// The index that a citation means.
    pub(crate) fn resolve(&self, cited: EventRef) -> u64 {
        cited.resolve(self.first)
    }

    pub(crate) fn cites(&self, cited: u64, expected: &'static str) -> FoldError {
        FoldError::Cites { index: self.index, cited, expected }
    }
}

/// What a change of the catalogue may alter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Touch {
    /// Everything that is, or may now be, this recording.
    Recording(u64),
    /// Everything that uses this work.
    Work(u64),
    /// Everything reported by this identifier.
    Identifier(u32),
    /// What a source calls by this number.
    Reported { source: u64, number: u32 },
    /// Everything paid under this contract.
    Contract(u64),
    /// Everything that uses a work this party claims.
    Holder(PartyId),
    /// Everything a source reported.
    Source(u64),
    /// Everything.
    All,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub(crate) struct Party {
    /// The event that introduced it; zero if it is only spoken of.
    pub event: u64,
    pub kind: PartyKind,
    /// Its claims.
    pub claims: List,
    /// Its blanket licences.
    pub licences: List,
    /// Its tax forms.
    pub tax_forms: List,
    /// Holds of what is due to it.
    pub holds: List,
}

/// What names are given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Named {
    /// A party.
    Party(PartyId),
    /// A work, recording, release or source, by its event.
    Event(u64),
    /// What a source calls by this number.
    Reported {
        /// The source.
        source: u64,
        /// The number.
        number: u32,
    },
}

/// The items of all lists of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
struct Items {
    claims: Lists<u32>,
    shares: Lists<u32>,
    splits: Lists<u32>,
    versions: Lists<u32>,
    licences: Lists<u32>,
    matches: Lists<u32>,
    assertions: Lists<u32>,
    releases: Lists<u32>,
    pools: Lists<u32>,
    tax_forms: Lists<u32>,
    holds: Lists<u32>,
}

/// The catalogue as of an event.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Catalogue {
    pub(crate) identifiers: Identifiers,
    pub(crate) parties: BTreeMap<PartyId, Party>,
    pub(crate) works: Table<Work>,
    pub(crate) recordings: Table<Recording>,
    pub(crate) releases: Table<Release>,
    pub(crate) contracts: Table<Contract>,
    pub(crate) claims: Table<Claim>,
    pub(crate) shares: Table<Share>,
    pub(crate) splits: Table<Split>,
    pub(crate) licences: Table<Licence>,
    pub(crate) matches: Table<Match>,
    pub(crate) assertions: Table<Assertion>,
    pub(crate) letters: Table<Letter>,
    pub(crate) pools: Table<Pool>,
    pub(crate) tax_forms: Table<TaxForm>,
    pub(crate) holds: Table<Hold>,
    /// The items of the lists in the tables, each by its number in its own table.
    lists: Items,
    /// Licences of nobody for every work.
    open_licences: List,
    pub(crate) rates: Vec<AdoptedRates>,
    pub(crate) mechanicals: Vec<AdoptedMechanical>,
    /// The events that give names, all but the redacted. The names themselves are read where they are shown, so
    /// that no copy outlives an erasure.
    names: BTreeSet<(Named, u64)>,
    /// What changed since it was last asked for. Empty between events.
    touched: Vec<Touch>,
}

impl Catalogue {
    /// Takes in an event of the classes catalogue, licensing and particulars, a public table, a pool, a tax form or a hold. Others
    /// change nothing.
    pub(crate) fn apply(&mut self, at: &Moment, event: &Event<'_>, sources: &mut Sources) -> Result<(), FoldError> {
        match event {
            Event::Party(party) => {
                let known = self.parties.entry(party.party).or_default();
                (known.event, known.kind) = (at.index, party.kind);
                let numbers = self.own(at, &party.identifiers, Item::Party(party.party))?;
                numbers.into_iter().for_each(|number| self.touch(Touch::Identifier(number)));
                Ok(())
            }
            Event::Work(work) => self.work(at, work),
            Event::Recording(recording) => self.recording(at, recording),
            Event::Release(release) => self.release(at, release),
            Event::Claim(claim) => self.claim(at, claim),
            Event::Share(share) => self.share(at, share),
            Event::Split(split) => self.split(at, split),
            Event::Contract(contract) => self.contract(at, contract),
            Event::LetterOfDirection(letter) => self.letter(at, letter),
            Event::Match(found) => self.matched(at, found, sources),
            Event::IdentifierAsserted(asserted) => self.assertion(at, asserted),
            Event::Licence(licence) => self.licence(at, licence),
            Event::TaxForm(form) => self.tax_form(at, form),
            Event::Hold(hold) => self.hold(at, hold),
            Event::PoolReported(pool) => self.pool(at, pool, sources),
            Event::RatesAdopted(rates) => {
                self.adopt_rates(at, rates);
                Ok(())
            }
            Event::MechanicalsAdopted(adopted) => {
                self.adopt_mechanicals(at, adopted);
                Ok(())
            }
            Event::PartyDetails(details) => {
                self.names.insert((Named::Party(details.party), at.index));
                Ok(())
            }
            Event::NamesReported(names) => {
                let of = match names.of {
                    NamesOf::Event(event) => Named::Event(at.resolve(event)),
                    NamesOf::Reported { source, number } => Named::Reported { source, number },
                };
                self.names.insert((of, at.index));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn adopt_rates(&mut self, at: &Moment, adopted: &RatesAdopted) {
        let RatesAdopted { table, territory, currency, ref rows } = *adopted;
        self.rates.retain(|rates| (rates.table, rates.territory) != (table, territory));
        self.rates.push(AdoptedRates { event: at.index, table, territory, currency, rows: rows.clone() });
        self.touch(Touch::All);
    }

    fn adopt_mechanicals(&mut self, at: &Moment, adopted: &MechanicalsAdopted) {
        self.mechanicals.extend(adopted.rows.iter().map(|row| AdoptedMechanical { event: at.index, row: *row }));
        self.touch(Touch::All);
    }

    /// Notes the identifiers of something, and returns their numbers.
    fn own(&mut self, at: &Moment, given: &[Identifier<'_>], item: Item) -> Result<Vec<u32>, FoldError> {
        let mut numbers = Vec::with_capacity(given.len());
        for identifier in given {
            let number = self.identifiers.intern(at.index, *identifier)?;
            if !self.identifiers.owners(number).any(|owner| owner == item) {
                self.identifiers.own(at.index, number, item)?;
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    /// A body was erased: if it gave names, they are nobody's now.
    pub(crate) fn redact(&mut self, target: u64) {
        self.names.retain(|(_, event)| *event != target);
    }

    /// The claims of a list.
    pub(crate) fn claims_in(&self, list: List) -> impl Iterator<Item = (u64, &Claim)> {
        self.lists.claims.iter(list).filter_map(|number| self.claims.row(number))
    }

    /// The shares of a list.
    pub(crate) fn shares_in(&self, list: List) -> impl Iterator<Item = (u64, &Share)> {
        self.lists.shares.iter(list).filter_map(|number| self.shares.row(number))
    }

    /// The splits of a list.
    pub(crate) fn splits_in(&self, list: List) -> impl Iterator<Item = (u64, &Split)> {
        self.lists.splits.iter(list).filter_map(|number| self.splits.row(number))
    }

    /// The versions of a list.
    pub(crate) fn versions_in(&self, list: List) -> impl Iterator<Item = (u64, &Contract)> {
        self.lists.versions.iter(list).filter_map(|number| self.contracts.row(number))
    }

    /// The licences of a list.
    pub(crate) fn licences_in(&self, list: List) -> impl Iterator<Item = (u64, &Licence)> {
        self.lists.licences.iter(list).filter_map(|number| self.licences.row(number))
    }

    /// The matches of a list.
    pub(crate) fn matches_in(&self, list: List) -> impl Iterator<Item = (u64, &Match)> {
        self.lists.matches.iter(list).filter_map(|number| self.matches.row(number))
    }

    /// The assertions of a list.
    pub(crate) fn assertions_in(&self, list: List) -> impl Iterator<Item = (u64, &Assertion)> {
        self.lists.assertions.iter(list).filter_map(|number| self.assertions.row(number))
    }

    /// The releases of a list.
    pub(crate) fn releases_in(&self, list: List) -> impl Iterator<Item = (u64, &Release)> {
        self.lists.releases.iter(list).filter_map(|number| self.releases.row(number))
    }

    /// The status of a fact, if the event is one that can be replaced and reversed.
    pub(crate) fn status(&self, event: u64) -> Option<&Status> {
        let Catalogue {
            claims, shares, splits, licences, matches, assertions, letters, pools, tax_forms, holds, ..
        } = self;
        (claims.get(event).map(Fact::status))
            .or_else(|| shares.get(event).map(Fact::status))
            .or_else(|| splits.get(event).map(Fact::status))
            .or_else(|| licences.get(event).map(Fact::status))
            .or_else(|| matches.get(event).map(Fact::status))
            .or_else(|| assertions.get(event).map(Fact::status))
            .or_else(|| letters.get(event).map(Fact::status))
            .or_else(|| pools.get(event).map(Fact::status))
            .or_else(|| tax_forms.get(event).map(Fact::status))
            .or_else(|| holds.get(event).map(Fact::status))
    }

    /// A fact is reversed, and what it had replaced counts again.
    pub(crate) fn reverse(&mut self, target: u64, by: u64) {
        let replaced = self.status(target).map_or(0, |status| status.replaces);
        self.claims.reverse(target, by);
        self.shares.reverse(target, by);
        self.splits.reverse(target, by);
        self.licences.reverse(target, by);
        self.matches.reverse(target, by);
        self.assertions.reverse(target, by);
        self.letters.reverse(target, by);
        self.pools.reverse(target, by);
        self.tax_forms.reverse(target, by);
        self.holds.reverse(target, by);
        for fact in [target, replaced] {
            self.touch_claim(Some(fact));
            self.touch_share(Some(fact));
            self.touch_split(Some(fact));
            self.touch_licence(Some(fact));
            self.touch_match(Some(fact));
            self.touch_assertion(Some(fact));
            self.touch_pool(Some(fact));
        }
    }

    fn touch(&mut self, touch: Touch) {
        // A submission of claims on one work, or of tables, touches one thing many times in a row.
        if self.touched.last() != Some(&touch) {
            self.touched.push(touch);
        }
    }

    /// What changed since this was last asked.
    pub(crate) fn take_touched(&mut self) -> Vec<Touch> {
        std::mem::take(&mut self.touched)
    }

    /// The events that give names to something, in order; redacted ones left out.
    pub fn names(&self, of: Named) -> impl Iterator<Item = u64> {
        self.names.range((of, 0)..=(of, u64::MAX)).map(|(_, event)| *event)
    }

    /// What bears an identifier of its own, in the order it was declared.
    pub fn bearers(&self, identifier: Identifier<'_>) -> Vec<Item> {
        self.identifiers.number(identifier).map_or_else(Vec::new, |number| self.identifiers.owners(number).collect())
    }

    /// Whether a party was introduced.
    pub fn knows_party(&self, party: PartyId) -> bool {
        self.party_event(party).is_some()
    }

    /// The event that introduced a party.
    pub fn party_event(&self, party: PartyId) -> Option<u64> {
        self.parties.get(&party).map(|party| party.event).filter(|event| *event != 0)
    }

    /// Every party that was introduced, with its event and what it is, in the order of their events.
    pub fn parties(&self) -> impl Iterator<Item = (PartyId, u64, PartyKind)> {
        let known = self.parties.iter().filter(|(_, party)| party.event != 0);
        let mut parties: Vec<_> = known.map(|(id, party)| (*id, party.event, party.kind)).collect();
        parties.sort_unstable_by_key(|(_, event, _)| *event);
        parties.into_iter()
    }

    /// A version of a contract, by its event.
    pub fn contract_version(&self, event: u64) -> Option<&Contract> {
        self.contracts.get(event)
    }
}
