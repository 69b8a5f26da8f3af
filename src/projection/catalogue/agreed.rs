//! Agreed shares: which of them hold for a use.

use ledger_spec::code::{DayOf, Rights};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{PartyId, Territory};

use super::super::table::{Era, Standing};
use super::Catalogue;
use crate::royalty::{AgreedShare, Occasion, territory};

/// An agreed share with what its claim says, and what it holds for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreed<'a> {
    pub event: u64,
    pub era: Era,
    /// The day that the dates of the scope are held against.
    pub day: DayOf,
    pub scope: &'a Scope,
    pub rights: Rights,
    pub party: PartyId,
    pub share: Ratio,
    /// The first version of the contract under which it is paid, or zero.
    pub contract: u64,
    /// Titles of its claim, and of the one that collects for, or zero.
    pub title: u64,
    pub collects: u64,
}

impl Agreed<'_> {
    /// As the rules ask for it.
    pub(crate) fn share(&self) -> AgreedShare {
        let Agreed { event, party, contract, share, title, collects, .. } = *self;
        AgreedShare { event, party, contract, share, title, collects }
    }

    /// Whether it holds for a use of a right in a place. Where a place belongs to is asked of the day of use; a day by a
    /// code from the future is none.
    pub(crate) fn holds_for(&self, right: Rights, place: Territory, on: Occasion) -> bool {
        self.rights.contains(right)
            && self.era.holds_for(on.source)
            && takes_in(self.scope, place, on.used)
            && on.day(self.day).is_some_and(|day| runs(self.scope, day))
    }
}

/// Whether a share of a claim counts, whatever it holds for. One that a prospective share took the place of goes on with
/// its claim, though another has taken the place of that too; a reversed claim takes all its shares with it.
pub(crate) fn counts(claim: Standing, share: Standing) -> bool {
    match (claim, share) {
        (_, Standing::Reversed(_)) | (Standing::Reversed(_), _) => false,
        (Standing::Live, _) => true,
        (Standing::Replaced(_), share) => matches!(share, Standing::Replaced(_)),
    }
}

/// Whether a scope takes in a place on a day. No included territory means everywhere.
pub(crate) fn takes_in(scope: &Scope, place: Territory, day: Date) -> bool {
    let within = |groups: &[Territory]| groups.iter().any(|group| territory::contains(*group, place, day));
    (scope.include.is_empty() || within(&scope.include)) && !within(&scope.exclude)
}

/// Whether the dates of a scope include a day.
pub(crate) fn runs(scope: &Scope, day: Date) -> bool {
    scope.from.is_none_or(|from| from <= day) && scope.to.is_none_or(|to| day <= to)
}

impl Catalogue {
    /// The agreed shares of a work that count, those included that hold for earlier sources only.
    pub(crate) fn agreed(&self, work: u64) -> impl Iterator<Item = Agreed<'_>> {
        let claims = self.works.get(work).map(|work| work.claims).unwrap_or_default();
        self.claims_in(claims).flat_map(move |(_, claim)| {
            let shares = self.shares_in(claim.shares);
            let counting = shares.filter(|(_, share)| counts(claim.status.standing, share.status.standing));
            counting.map(|(event, share)| Agreed {
                event,
                era: self.shares.era(event, share),
                day: share.day,
                scope: &claim.scope,
                rights: claim.rights,
                party: claim.party,
                share: share.share,
                contract: share.contract,
                title: claim.title,
                collects: claim.collects,
            })
        })
    }

    /// The agreed shares of a right in a work that hold for a use in a place, in the order they were recorded.
    pub(crate) fn agreed_for(&self, work: u64, right: Rights, place: Territory, on: Occasion) -> Vec<Agreed<'_>> {
        let mut found: Vec<_> = self.agreed(work).filter(|agreed| agreed.holds_for(right, place, on)).collect();
        found.sort_unstable_by_key(|agreed| agreed.event);
        found
    }
}
