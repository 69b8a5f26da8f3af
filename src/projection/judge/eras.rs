//! Which sources a share or split would hold for: what is prospective leaves alone those opened before it, and what it
//! took the place of goes on holding for them.

use ledger_spec::event::Event;

use super::super::catalogue::Share;
use super::super::past::Past;
use super::super::table::{Era, Standing, Status};
use super::{Judging, Refused};

impl<P: Past> Judging<'_, P> {
    /// A fact takes the place of another, which counts until then.
    pub(super) fn replace(&mut self, replaced: u64, by: u64) -> Result<(), Refused> {
        self.spend(replaced)?;
        self.replaced.insert(replaced, by);
        Ok(())
    }

    /// The sources that a claim, share or split holds for, as the submission so far leaves it.
    pub(super) fn era(&self, event: u64) -> Option<Era> {
        Some(Era::of(event, &self.status(event)?, |later| self.status(later)))
    }

    /// How a claim, share or split stands, as the submission so far leaves it.
    pub(super) fn status(&self, event: u64) -> Option<Status> {
        let said = match self.here.get(&event) {
            Some(Event::Share(share)) => Status { prospective: share.prospective, ..Status::default() },
            Some(Event::Split(split)) => Status { prospective: split.prospective, ..Status::default() },
            Some(_) => Status::default(),
            None => *self.state.catalogue.status(event)?,
        };
        let standing = match self.replaced.get(&event) {
            Some(by) => Standing::Replaced(*by),
            // By which event does not matter.
            None if self.spent.contains(&event) => Standing::Reversed(self.candidate.first),
            None if self.revived.contains(&event) => Standing::Live,
            None => said.standing,
        };
        Some(Status { standing, ..said })
    }

    /// A share, wherever it stands.
    pub(super) fn agreed_share(&self, event: u64) -> Option<Share> {
        let Some(Event::Share(share)) = self.here.get(&event) else {
            let known = self.state.catalogue.shares.get(event)?;
            return Some(Share { status: self.status(event)?, ..known.clone() });
        };
        let contract = share.contract.map_or(Ok(0), |cited| self.agreed(cited).map(|agreed| agreed.first)).ok()?;
        let (claim, day) = (self.resolve(share.claim), share.day);
        Some(Share { status: self.status(event)?, claim, share: share.share, contract, day })
    }
}
