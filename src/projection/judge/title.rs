//! The chain of title: a claim that collects for another one.

use std::collections::BTreeSet;

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Claim;

use super::super::past::Past;
use super::cited::not_a;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    /// The title of a claim: the first that it, by way of others, took the place of.
    pub(super) fn title(&self, claim: u64) -> Result<u64, Refused> {
        match self.here.get(&claim) {
            Some(Event::Claim(Claim { replaces: None, .. })) => Ok(claim),
            Some(Event::Claim(Claim { replaces: Some(before), .. })) => self.title(self.resolve(*before)),
            _ => self.state.catalogue.claims.get(claim).map(|claim| claim.title).ok_or_else(not_a("claim", claim)),
        }
    }

    /// The title of the claim that one collects for, or zero.
    pub(super) fn collects(&self, claim: &Claim) -> Result<u64, Refused> {
        claim.collects.map_or(Ok(0), |collected| self.title(self.resolve(collected)))
    }

    /// A claim collects for a live one of another party, of the same work and of rights that contain its own, and never by
    /// way of others for itself.
    pub(super) fn collects_another(&self, claim: &Claim) -> Result<(), Refused> {
        let Some(collected) = claim.collects.map(|collected| self.resolve(collected)) else { return Ok(()) };
        let base = self.claimed(collected)?;
        let fits = base.work == self.resolve(claim.work) && base.party != claim.party;
        ensure(fits && base.rights.contains(claim.rights), "collects-other", || {
            format!(
                "a claim collects for another party's, of the same work and of its rights; claim {collected} is not"
            )
        })?;
        ensure(self.status(collected).is_some_and(|status| status.is_live()), "counts-no-longer", || {
            format!("claim {collected} was replaced or reversed; collect for one that counts")
        })?;
        let Some(replaced) = claim.replaces.map(|replaced| self.resolve(replaced)) else { return Ok(()) };
        let (own, mut leads_to) = (self.title(replaced)?, vec![self.title(collected)?]);
        let mut seen = BTreeSet::new();
        while let Some(title) = leads_to.pop() {
            ensure(title != own, "collects-itself", || {
                format!("claim {collected} is collected, by way of others, for claim {replaced} itself")
            })?;
            if seen.insert(title) {
                leads_to.extend(self.collected_by(base.work, title));
            }
        }
        Ok(())
    }

    /// What the claims of a title on a work collect for: all of them, since earlier ones may hold for earlier reports.
    fn collected_by(&self, work: u64, title: u64) -> Vec<u64> {
        let catalogue = &self.state.catalogue;
        let claims = catalogue.works.get(work).map(|work| work.claims).unwrap_or_default();
        let known = catalogue.claims_in(claims).map(|(event, _)| event);
        let here = self.here.iter().filter(|(_, said)| matches!(said, Event::Claim(_))).map(|(event, _)| *event);
        let of_title = known.chain(here).filter(|event| self.title(*event) == Ok(title));
        let collects = of_title.filter_map(|event| self.claimed(event).ok()).map(|claim| claim.collects);
        collects.filter(|title| *title != 0).collect()
    }
}
