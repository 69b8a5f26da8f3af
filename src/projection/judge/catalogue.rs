//! Catalogue: what is cited exists and counts, parts fit into their whole, codes are free.

use ledger_spec::code::ReportedKind;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{
    Claim, Contract, IdentifierAsserted, Match, MatchSubject, Party, Recording, Release, Royalty, Scope, Split, Subject,
};
use ledger_spec::event::particulars::{NamesOf, NamesReported, PartyDetails, Remark};
use ledger_spec::limits;
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::Territory;

use super::super::catalogue::{Matched, runs, takes_in};
use super::super::past::Past;
use super::super::table::{Era, Status};
use super::cited::{Claimed, Coded};
use super::once::Days;
use super::shares::day_known;
use super::{Judging, Refused, ensure};
use crate::royalty::territory;

/// A first day is not after the last.
pub(super) fn dates(from: Option<Date>, to: Option<Date>) -> Result<(), Refused> {
    let fits = from.zip(to).is_none_or(|(from, to)| from <= to);
    ensure(fits, "dates", || "the first day is after the last".to_owned())
}

/// A scope is of known places, and ends after it begins.
pub(super) fn scope(scope: &Scope) -> Result<(), Refused> {
    scope.include.iter().chain(&scope.exclude).try_for_each(|place| place_known(*place))?;
    dates(scope.from, scope.to)?;
    ensure(is_somewhere(scope), "nowhere", || {
        "the places left out are all there are of those it is for: it would never apply".to_owned()
    })
}

/// Whether a scope takes in any place on any of its days. Groups change; so does what is left of one in another.
fn is_somewhere(scope: &Scope) -> bool {
    let named = || scope.include.iter().chain(&scope.exclude);
    let changes = named().flat_map(|group| territory::changes(*group)).filter(|day| runs(scope, *day));
    let mut days = std::iter::once(scope.from.unwrap_or(Date::MIN)).chain(changes);
    scope.exclude.is_empty() || days.any(|day| territory::all().any(|place| takes_in(scope, place, day)))
}

/// A place or group of the table, former ones included: what is said of any other would never apply.
pub(super) fn place_known(place: Territory) -> Result<(), Refused> {
    ensure(territory::code(place).is_some(), "unknown-territory", || {
        format!("{place} is no territory of the CISAC table; name a country, \"World\" or a TIS number")
    })
}

/// A part of a whole: more than nothing, and not more than all of it.
pub(super) fn part(share: Ratio, what: &str) -> Result<(), Refused> {
    ensure(share > Ratio::ZERO && share <= Ratio::ONE, "share", || {
        format!("{what} is above nothing and at most the whole, not {share}")
    })
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn party(&mut self, party: &Party<'_>) -> Result<(), Refused> {
        let id = party.party;
        let new = id != ledger_spec::reference::PartyId::NONE
            && !self.state.catalogue.knows_party(id)
            && self.introduced.insert(id);
        ensure(new, "party-known", || format!("party {id} is known already; more identifiers are asserted"))?;
        self.identified(&party.identifiers, Coded::Party, None)?;
        self.speaks_for_reports(&party.identifiers, "party")
    }

    pub(super) fn recorded(&mut self, index: u64, recording: &Recording<'_>) -> Result<(), Refused> {
        self.identified(&recording.identifiers, Coded::Recording, None)?;
        self.speaks_for_reports(&recording.identifiers, "recording")?;
        self.found_once(index, Coded::Recording, &recording.identifiers)
    }

    pub(super) fn release(&mut self, index: u64, release: &Release<'_>) -> Result<(), Refused> {
        self.identified(&release.identifiers, Coded::Release, None)?;
        self.speaks_for_reports(&release.identifiers, "release")?;
        self.found_once(index, Coded::Release, &release.identifiers)?;
        release.tracks.iter().try_for_each(|track| self.recording(self.resolve(track.recording)).map(drop))
    }

    pub(super) fn claim(&mut self, index: u64, claim: &Claim) -> Result<(), Refused> {
        let work = self.resolve(claim.work);
        self.is_work(work)?;
        self.known(claim.party)?;
        self.speaks_for(claim.party, "a claim")?;
        part(claim.share, "a claim")?;
        ensure(claim.rights.0 != 0, "no-right", || "a claim is to at least one right".to_owned())?;
        scope(&claim.scope)?;
        self.collects_another(claim)?;
        let Some(replaced) = claim.replaces.map(|replaced| self.resolve(replaced)) else {
            let collects = self.collects(claim)?;
            let Claim { party, rights, ref scope, share, .. } = *claim;
            return self.claim_once(&Claimed { work, party, rights, scope, share, collects });
        };
        let before = self.claimed(replaced)?;
        self.same((before.work, before.party) == (work, claim.party), "claim of the same party on the same work")?;
        self.replace(replaced, index)
    }

    pub(super) fn split(&mut self, index: u64, split: &Split) -> Result<(), Refused> {
        let recording = self.resolve(split.recording);
        self.speaks_for(self.recording(recording)?, "the split of a recording")?;
        dates(split.from, split.to)?;
        day_known(split.day)?;
        for payee in &split.parts {
            self.known(payee.party)?;
            self.contract_of(payee.contract, payee.party)?;
            self.keeps_to_terms(payee.party, payee.contract)?;
            part(payee.share, "a part of a split")?;
        }
        for (top, which) in [(true, "parts of a split off the top"), (false, "other parts of a split")] {
            let parts = split.parts.iter().filter(|part| part.off_the_top == top);
            let sum = Ratio::try_sum(parts.map(|part| part.share));
            ensure(sum.is_ok_and(|sum| sum <= Ratio::ONE), "above-whole", || {
                format!("the {which} are together at most the whole")
            })?;
        }
        if let Some(replaced) = split.replaces.map(|replaced| self.resolve(replaced)) {
            let before = match self.here.get(&replaced) {
                Some(Event::Split(split)) => Some(self.resolve(split.recording)),
                _ => self.state.catalogue.splits.get(replaced).map(|split| split.recording),
            };
            self.same(before == Some(recording), "split of the same recording")?;
            self.replace(replaced, index)?;
        }
        let Split { from, to, day, prospective, .. } = *split;
        let status = Status { prospective, ..Status::default() };
        self.split_once(recording, &Days { from, to, day, era: Era::of(index, &status, |_| None) })
    }

    pub(super) fn contract(&mut self, contract: &Contract<'_>) -> Result<(), Refused> {
        self.known(contract.party)?;
        dates(contract.from, contract.to)?;
        ensure(contract.commission <= Ratio::ONE, "share", || "a commission is at most the whole".to_owned())?;
        if let Royalty::OfPrice { rate, factors, .. } = &contract.royalty {
            let rates = factors.iter().map(|factor| factor.factor).chain([*rate]);
            ensure(rates.max() <= Some(Ratio::ONE), "share", || {
                "a royalty is at most the price: neither its rate nor a factor is above one".to_owned()
            })?;
            factors.iter().flat_map(|factor| &factor.territories).try_for_each(|place| place_known(*place))?;
        }
        ensure(contract.minimum >= Amount::ZERO, "amount", || "a minimum is not below zero".to_owned())?;
        let first = match contract.amends {
            Some(_) => Some(self.contract_of(contract.amends, contract.party)?),
            None => None,
        };
        self.group_terms(contract, first)?;
        self.identified(&contract.identifiers, Coded::Contract, first)
    }

    pub(super) fn matched(&mut self, index: u64, found: &Match) -> Result<(), Refused> {
        let subject = match found.subject {
            MatchSubject::Recording(recording) => {
                let recording = self.resolve(recording);
                self.speaks_for(self.recording(recording)?, "the match of a recording")?;
                Matched::Recording(recording)
            }
            MatchSubject::Reported { source, number } => {
                self.numbered(source, number, &[ReportedKind::RECORDING, ReportedKind::WORK])?;
                Matched::Reported { source, number }
            }
        };
        if let Some(recording) = found.recording {
            self.recording(self.resolve(recording))?;
        }
        found.works.iter().try_for_each(|matched| self.is_work(self.resolve(matched.work)))?;
        if let Some(replaced) = found.replaces.map(|replaced| self.resolve(replaced)) {
            let before = match self.here.get(&replaced) {
                Some(Event::Match(before)) => Some(match before.subject {
                    MatchSubject::Recording(recording) => Matched::Recording(self.resolve(recording)),
                    MatchSubject::Reported { source, number } => Matched::Reported { source, number },
                }),
                _ => self.state.catalogue.matches.get(replaced).map(|before| before.subject),
            };
            self.same(before == Some(subject), "match of the same recording")?;
            self.spend(replaced)?;
        }
        self.matched_once(index, subject)
    }

    pub(super) fn asserted(&mut self, index: u64, asserted: &IdentifierAsserted<'_>) -> Result<(), Refused> {
        match asserted.subject {
            Subject::Party(party) => self.known(party)?,
            Subject::Work(work) => self.is_work(self.resolve(work))?,
            Subject::Recording(recording) => self.recording(self.resolve(recording)).map(drop)?,
            Subject::Release(release) => self.release_of(self.resolve(release)).map(drop)?,
        }
        if let Some(reporter) = asserted.reporter {
            self.known(reporter)?;
        }
        let length = asserted.identifier.value.len();
        ensure((1..=limits::IDENTIFIER).contains(&length), "identifier-length", || {
            format!("an identifier has 1 to {} bytes, not {length}", limits::IDENTIFIER)
        })?;
        if let Some(replaced) = asserted.replaces.map(|replaced| self.resolve(replaced)) {
            let catalogue = &self.state.catalogue;
            let same = match self.here.get(&replaced) {
                Some(Event::IdentifierAsserted(before)) => {
                    (before.identifier.scheme, before.identifier.canonical())
                        == (asserted.identifier.scheme, asserted.identifier.canonical())
                }
                _ => catalogue
                    .assertions
                    .get(replaced)
                    .is_some_and(|before| catalogue.identifiers.number(asserted.identifier) == Some(before.identifier)),
            };
            self.same(same, "assertion about the same identifier")?;
            self.spend(replaced)?;
        }
        self.asserted_once(index, asserted)
    }

    /// What takes the place of something is of the same sort.
    pub(super) fn same(&self, same: bool, what: &str) -> Result<(), Refused> {
        ensure(same, "replaces-other", || format!("it can take the place of a {what} only"))
    }

    pub(super) fn party_details(&self, details: &PartyDetails<'_>) -> Result<(), Refused> {
        self.known(details.party)?;
        self.speaks_for(details.party, "details")?;
        texts(details.details.iter().map(|named| named.text))
    }

    pub(super) fn names_reported(&self, names: &NamesReported<'_>) -> Result<(), Refused> {
        match names.of {
            NamesOf::Event(event) => self.is_named(self.resolve(event))?,
            NamesOf::Reported { source, number } => {
                self.reports(source)?;
                self.numbered(source, number, &[])?;
            }
        }
        texts(names.names.iter().map(|named| named.text))
    }

    pub(super) fn remark(&self, remark: &Remark<'_>) -> Result<(), Refused> {
        texts([remark.text].into_iter())
    }

    /// Names are given to works, recordings, releases and sources, by whom they are.
    fn is_named(&self, index: u64) -> Result<(), Refused> {
        if let Ok(by) = self.recording(index).or_else(|_| self.release_of(index)) {
            return self.speaks_for(by, "names");
        }
        if self.state.sources.get(index).is_some() || matches!(self.here.get(&index), Some(Event::SourceOpened(_))) {
            return self.reports(index);
        }
        self.is_work(index).map_err(|_| Refused {
            code: "cites-other",
            text: format!("event {index} is no work, recording, release or source, which have names"),
        })
    }
}

fn texts<'t>(mut texts: impl Iterator<Item = &'t str>) -> Result<(), Refused> {
    ensure(texts.all(|text| text.len() <= limits::TEXT), "text-length", || {
        format!("a text has at most {} bytes", limits::TEXT)
    })
}
