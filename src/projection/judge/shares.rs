//! Agreed shares: all those of a right for a use in a place are together at most the whole.

use std::collections::BTreeSet;

use ledger_spec::code::{DayOf, Rights};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Scope, Share};
use ledger_spec::money::Ratio;
use ledger_spec::reference::Territory;

use super::super::catalogue::{self, Agreed, counts};
use super::super::past::Past;
use super::cited::Claimed;
use super::{Judging, Refused, ensure};
use crate::royalty::{AgreedShare, Occasion, short, territory};

/// Dates are held against the day of use, or of receipt.
pub(super) fn day_known(day: DayOf) -> Result<(), Refused> {
    ensure(day.name().is_some(), "day", || {
        format!("dates are held against the day of use or of receipt; nobody knows what {day} is")
    })
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn share(&mut self, index: u64, share: &Share) -> Result<(), Refused> {
        let claim = self.resolve(share.claim);
        let claimed = self.claimed(claim)?;
        let (work, party) = (claimed.work, claimed.party);
        ensure(share.share > Ratio::ZERO && share.share <= claimed.share, "share", || {
            format!("a share of claim {claim} is above nothing and at most the {} claimed", claimed.share)
        })?;
        day_known(share.day)?;
        let counts = self.state.catalogue.status(claim).is_none_or(|status| self.counts(claim, status));
        ensure(counts && !self.spent.contains(&claim), "counts-no-longer", || {
            format!("claim {claim} was replaced or reversed; agree to one that counts")
        })?;
        let contract = self.contract_of(share.contract, party)?;
        if let Some(replaced) = share.replaces.map(|replaced| self.resolve(replaced)) {
            let before = self.agreed_share(replaced).map(|before| self.claimed(before.claim)).transpose()?;
            let same = before.is_some_and(|before| (before.work, before.party) == (work, party));
            self.same(same, "share of the same party in the same work")?;
            self.replace(replaced, index)?;
        }
        self.share_once(claim, share.share, contract)
    }

    /// Whether the shares that count fit into the whole for whatever a claim is of, all of this submission among them.
    pub(super) fn fit_whole(&self, claim: u64) -> Result<(), Refused> {
        let Claimed { work, rights, .. } = self.claimed(claim)?;
        let mut agreed = self.agreed_of(work);
        agreed.retain(|agreed| agreed.rights.intersects(rights));
        for right in (0..u16::BITS).map(|bit| Rights(1 << bit)).filter(|right| rights.contains(*right)) {
            for (place, on) in points(&agreed) {
                let there = agreed.iter().filter(|agreed| agreed.holds_for(right, place, on));
                let there: Vec<AgreedShare> = there.map(Agreed::share).collect();
                fits(&there, || format!("of work {work} ({right}, {})", where_and_when(place, on)))?;
            }
        }
        Ok(())
    }

    /// The shares of a work that count, as the submission so far leaves them.
    fn agreed_of(&self, work: u64) -> Vec<Agreed<'_>> {
        let catalogue = &self.state.catalogue;
        let claims = catalogue.works.get(work).map(|work| work.claims).unwrap_or_default();
        let known = catalogue.claims_in(claims).flat_map(|(_, claim)| catalogue.shares_in(claim.shares));
        let here = self.here.iter().filter(|(_, said)| matches!(said, Event::Share(_))).map(|(event, _)| *event);
        known.map(|(event, _)| event).chain(here).filter_map(|event| self.agreed_by(event, work)).collect()
    }

    /// What a share of a work says, if it counts.
    fn agreed_by(&self, event: u64, work: u64) -> Option<Agreed<'_>> {
        let catalogue::Share { status, claim, share, contract, day } = self.agreed_share(event)?;
        let claimed = self.claimed(claim).ok().filter(|claim| claim.work == work)?;
        let Claimed { party, rights, scope, collects, .. } = claimed;
        let (era, title) = (self.era(event)?, self.title(claim).ok()?);
        let agreed = Agreed { event, era, day, scope, rights, party, share, contract, title, collects };
        counts(self.status(claim)?.standing, status.standing).then_some(agreed)
    }
}

/// Of the shares that hold for one use, those of owners are together at most the whole, and those that collect find as much
/// to collect.
fn fits(shares: &[AgreedShare], of: impl Fn() -> String) -> Result<(), Refused> {
    let owned = Ratio::try_sum(shares.iter().filter(|share| share.collects == 0).map(|share| share.share));
    ensure(owned.is_ok_and(|owned| owned <= Ratio::ONE), "above-whole", || {
        format!("the agreed shares {} would be above the whole; replace or reverse another first", of())
    })?;
    let short = short(shares).ok().flatten();
    ensure(short.is_none(), "above-collected", || {
        format!(
            "share {} {} would be more than is left of what it collects from; replace or reverse it, or another that \
             collects, first",
            short.unwrap_or_default(),
            of()
        )
    })
}

/// A place and an occasion in words. Territory zero stands for where no claim names a place, the first day there is for
/// claims without one, and source zero for every source.
fn where_and_when(place: Territory, on: Occasion) -> String {
    let mut words = if place == Territory::UNKNOWN { "anywhere".to_owned() } else { format!("territory {place}") };
    words += &if on.used == Date::MIN { ", on any day".to_owned() } else { format!(", on {}", on.used) };
    if on.received != Date::MIN {
        words += &format!(", reported on {}", on.received);
    }
    if on.source != 0 {
        words += &format!(", reported after event {}", on.source);
    }
    words
}

/// The places and occasions at which sums can differ: any place of the table if some scope names one, the first day of
/// each scope and the days on which a place joined or left a group that one names, and the first source of each share,
/// since a sum grows only where one begins; what is collected is too much after a last day, too.
fn points(agreed: &[Agreed<'_>]) -> impl Iterator<Item = (Territory, Occasion)> {
    let named = || agreed.iter().flat_map(|agreed| agreed.scope.include.iter().chain(&agreed.scope.exclude));
    let all = territory::all().filter(|_| named().next().is_some());
    let places: Vec<Territory> = std::iter::once(Territory::UNKNOWN).chain(all).collect();
    let collects = agreed.iter().any(|agreed| agreed.collects != 0);
    let day_after = |day: Date| day.days().checked_add(1).and_then(Date::from_days);
    let days = |scope: &Scope| [scope.from, scope.to.filter(|_| collects).and_then(day_after)];
    let edges =
        |day| agreed.iter().filter(move |agreed| agreed.day == day).flat_map(|agreed| days(agreed.scope)).flatten();
    let always = || BTreeSet::from([Date::MIN]);
    let mut used = always();
    used.extend(edges(DayOf::USE).chain(named().flat_map(|group| territory::changes(*group))));
    let mut received = always();
    received.extend(edges(DayOf::RECEIPT));
    let sources: BTreeSet<u64> = agreed.iter().map(|agreed| agreed.era.from).chain([0]).collect();
    let mut occasions = Vec::with_capacity(used.len() * received.len() * sources.len());
    for used in used {
        for received in &received {
            occasions.extend(sources.iter().map(|source| Occasion { used, received: *received, source: *source }));
        }
    }
    occasions.into_iter().flat_map(move |on| places.clone().into_iter().map(move |place| (place, on)))
}
