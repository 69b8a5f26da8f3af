//! Agreed shares: all those of a right in a place on a day are together at most the whole.

use std::collections::BTreeSet;

use ledger_spec::code::Rights;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Scope, Share};
use ledger_spec::money::Ratio;
use ledger_spec::reference::Territory;

use super::super::catalogue::applies;
use super::super::past::Past;
use super::cited::Claimed;
use super::{Judging, Refused, ensure};
use crate::royalty::territory;

/// An agreed share, and where it applies.
struct Part<'a> {
    rights: Rights,
    scope: &'a Scope,
    share: Ratio,
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn share(&mut self, share: &Share) -> Result<(), Refused> {
        let claim = self.resolve(share.claim);
        let claimed = self.claimed(claim)?;
        let (work, party) = (claimed.work, claimed.party);
        ensure(share.share > Ratio::ZERO && share.share <= claimed.share, "share", || {
            format!("a share of claim {claim} is above nothing and at most the {} claimed", claimed.share)
        })?;
        let counts = self.state.catalogue.status(claim).is_none_or(|status| self.counts(claim, status));
        ensure(counts && !self.spent.contains(&claim), "counts-no-longer", || {
            format!("claim {claim} was replaced or reversed; agree to one that counts")
        })?;
        let contract = self.contract_of(share.contract, party)?;
        if let Some(replaced) = share.replaces.map(|replaced| self.resolve(replaced)) {
            let before = match self.here.get(&replaced) {
                Some(Event::Share(before)) => Some(self.resolve(before.claim)),
                _ => self.state.catalogue.shares.get(replaced).map(|before| before.claim),
            };
            let before = before.map(|before| self.claimed(before)).transpose()?;
            let same = before.is_some_and(|before| (before.work, before.party) == (work, party));
            self.same(same, "share of the same party in the same work")?;
            self.spend(replaced)?;
        }
        self.share_once(claim, share.share, contract)?;
        self.fit_whole(claim, Some(share.share))
    }

    /// Whether the shares that count fit into the whole where a claim applies, a new share of it among them.
    pub(super) fn fit_whole(&self, claim: u64, new: Option<Ratio>) -> Result<(), Refused> {
        let Claimed { work, rights, scope, .. } = self.claimed(claim)?;
        let mut parts = self.parts(work);
        parts.retain(|part| part.rights.intersects(rights));
        parts.extend(new.map(|share| Part { rights, scope, share }));
        for right in (0..u16::BITS).map(|bit| Rights(1 << bit)).filter(|right| rights.contains(*right)) {
            for (place, day) in points(&parts) {
                let there = parts.iter().filter(|part| part.rights.contains(right) && applies(part.scope, place, day));
                let sum = Ratio::try_sum(there.map(|part| part.share));
                ensure(sum.is_ok_and(|sum| sum <= Ratio::ONE), "above-whole", || {
                    format!(
                        "the agreed shares of work {work} would be above the whole ({right}, {}); replace or reverse \
                         another first",
                        where_and_when(place, day)
                    )
                })?;
            }
        }
        Ok(())
    }

    /// The shares of a work that count, those of this submission included.
    fn parts(&self, work: u64) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let catalogue = &self.state.catalogue;
        let claims = catalogue.works.get(work).map(|work| work.claims).unwrap_or_default();
        for (event, claim) in catalogue.claims_in(claims) {
            if !self.counts(event, &claim.status) {
                continue;
            }
            for (event, share) in catalogue.shares_in(claim.shares) {
                if self.counts(event, &share.status) {
                    parts.push(Part { rights: claim.rights, scope: &claim.scope, share: share.share });
                }
            }
        }
        for (event, said) in &self.here {
            if let Event::Share(share) = said
                && !self.spent.contains(event)
                && !self.spent.contains(&self.resolve(share.claim))
                && let Ok(claim) = self.claimed(self.resolve(share.claim))
                && claim.work == work
            {
                parts.push(Part { rights: claim.rights, scope: claim.scope, share: share.share });
            }
        }
        parts
    }
}

/// A place and a day in words. Territory zero stands for where no claim names a place, and the first day there is for
/// claims without one.
fn where_and_when(place: Territory, day: Date) -> String {
    let place = if place == Territory::UNKNOWN { "anywhere".to_owned() } else { format!("territory {place}") };
    if day == Date::MIN { format!("{place}, on any day") } else { format!("{place}, on {day}") }
}

/// The places and days at which sums can differ: any place of the table if some scope names one, and the first day
/// of each scope, since a sum grows only where one begins.
fn points(parts: &[Part<'_>]) -> impl Iterator<Item = (Territory, Date)> {
    let everywhere = parts.iter().all(|part| part.scope.include.is_empty() && part.scope.exclude.is_empty());
    let named = territory::all().filter(move |_| !everywhere);
    let places: Vec<Territory> = std::iter::once(Territory::UNKNOWN).chain(named).collect();
    let days: BTreeSet<Date> = parts.iter().map(|part| part.scope.from.unwrap_or(Date::MIN)).collect();
    days.into_iter().flat_map(move |day| places.clone().into_iter().map(move |place| (place, day)))
}
