//! Who owns a work, who shares a recording's net, and under which terms, in a place on a day.

use ledger_spec::code::{DayOf, Rights};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Claim, Contract, Split};
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;

use super::exact::{Exact, of};
use super::history::{History, Said};
use super::place::{in_days, in_scope, takes_in};

/// An agreed share of a work: who is paid, under which contract (zero for none).
#[derive(Debug, Clone)]
pub struct Holder {
    pub party: PartyId,
    pub contract: u64,
    pub share: Exact,
}

/// A use, and the source that reports it.
#[derive(Clone, Copy)]
pub struct Occasion<'t> {
    pub source: u64,
    pub terms: &'t Terms,
}

impl Occasion<'_> {
    /// The last day of use, or the day of receipt; a day of any other kind is none.
    fn day(&self, history: &History<'_>, day: DayOf) -> Option<Date> {
        match day {
            DayOf::USE => Some(self.terms.to),
            DayOf::RECEIPT => Some(history.received(self.source)),
            _ => None,
        }
    }
}

/// The agreed shares of the mechanical right of a work that hold for a use.
pub fn shares(history: &History<'_>, work: u64, on: Occasion<'_>) -> Vec<Holder> {
    let mut holders = Vec::new();
    for (index, said) in history.all() {
        if let Event::Share(share) = &said.event
            && history.holds_for(index, on.source)
            && let Some(claim) = claim_under(history, index, share.claim.resolve(said.first))
            && let Some(day) = on.day(history, share.day)
            && is_to(claim, work)
            && takes_in(&claim.1.scope, on.terms.territory, on.terms.to)
            && in_days(claim.1.scope.from, claim.1.scope.to, day)
        {
            let contract = history.first_version(share.contract, said.first);
            holders.push(Holder { party: claim.1.party, contract, share: of(share.share) });
        }
    }
    holders
}

/// The claim that a share agrees to, if the share counts with it. A reversed claim takes all its shares with it. What a
/// prospective share took the place of goes on with its claim, though another has taken the place of that too.
fn claim_under<'a>(history: &History<'a>, share: u64, claim: u64) -> Option<(&'a Said<'a>, &'a Claim)> {
    let said = history.at(claim);
    let Event::Claim(event) = &said.event else { return None };
    let goes_on = history.reversal_of(claim).is_none() && !history.counts(share);
    (history.counts(claim) || goes_on).then_some((said, event))
}

/// The claims to it: who, and how much.
pub fn claims(history: &History<'_>, work: u64, on: Occasion<'_>) -> Vec<(PartyId, Exact)> {
    let of = |(_, said): (u64, &Said<'_>)| match &said.event {
        Event::Claim(claim) => {
            let here = in_scope(&claim.scope, on.terms.territory, on.terms.to);
            (here && is_to((said, claim), work)).then(|| (claim.party, of(claim.share)))
        }
        _ => None,
    };
    history.counting().filter_map(of).collect()
}

/// Whether a claim is to the mechanical right of a work.
fn is_to((said, claim): (&Said<'_>, &Claim), work: u64) -> bool {
    claim.work.resolve(said.first) == work && claim.rights.contains(Rights::MECHANICAL)
}

/// The split of a recording's net that holds for a use: the one recorded last.
pub fn split<'a>(history: &History<'a>, recording: u64, on: Occasion<'_>) -> Option<(&'a Said<'a>, &'a Split)> {
    let of = |(index, said): (u64, &'a Said<'a>)| match &said.event {
        Event::Split(split) => {
            let day = on.day(history, split.day)?;
            let holds = history.holds_for(index, on.source) && in_days(split.from, split.to, day);
            (holds && split.recording.resolve(said.first) == recording).then_some((said, split))
        }
        _ => None,
    };
    history.all().filter_map(of).last()
}

/// The version of a contract that holds on a day: of those that do, the one recorded last.
pub fn terms<'a>(history: &History<'a>, contract: u64, day: Date) -> Option<&'a Contract<'a>> {
    let versions = versions(history, contract).map(|(_, terms)| terms);
    versions.filter(|terms| in_days(terms.from, terms.to, day)).last()
}

/// The terms of a contract as events before `known` say: the version in force on a day or, if none is, the one recorded
/// last (SPEC section 14.1).
pub fn terms_known<'a>(history: &History<'a>, contract: u64, day: Date, known: u64) -> Option<&'a Contract<'a>> {
    let versions = || versions(history, contract).filter(move |(index, _)| *index < known).map(|(_, terms)| terms);
    versions().filter(|terms| in_days(terms.from, terms.to, day)).last().or_else(|| versions().last())
}

/// Every version of a contract, with its event.
fn versions<'a>(history: &History<'a>, contract: u64) -> impl Iterator<Item = (u64, &'a Contract<'a>)> {
    history.counting().filter_map(move |(index, said)| match &said.event {
        Event::Contract(terms) => {
            let original = terms.amends.map_or(index, |original| original.resolve(said.first));
            (original == contract).then_some((index, terms))
        }
        _ => None,
    })
}
