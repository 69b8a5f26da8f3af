//! Who owns a work, who shares a recording's net, and under which terms, in a place on a day.

use ledger_spec::code::{DayOf, Rights};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Claim, Contract, Split};
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;

use super::exact::{Exact, of, whole};
use super::history::{History, Said};
use super::paths::took_if;
use super::place::{in_days, in_scope, takes_in};

/// An agreed share of a work: who is paid, under which contract (zero for none).
#[derive(Debug, Clone)]
pub struct Holder {
    pub party: PartyId,
    pub contract: u64,
    pub share: Exact,
    /// Who owns it: the party, or the one at the end of the chain of title.
    pub owner: PartyId,
    /// The first version of the claim.
    claim: u64,
    /// The first version of the claim of another that it collects for.
    collects: Option<u64>,
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

/// Who is paid for the agreed shares of a work that hold for a use. Who collects for another is paid out of the other's
/// shares, link by link from the owner on; so what is paid is what is agreed of the ownership.
pub fn shares(history: &History<'_>, work: u64, on: Occasion<'_>) -> Vec<Holder> {
    let mut holders = agreed(history, work, on);
    for place in 0..holders.len() {
        holders[place].owner = owner(&holders, place);
    }
    let mut collectors: Vec<usize> = (0..holders.len()).filter(|place| holders[*place].collects.is_some()).collect();
    collectors.sort_by_key(|place| links(&holders, *place));
    for place in collectors {
        let wanted = std::mem::replace(&mut holders[place].share, whole(0));
        let from = holders[place].collects;
        let mut got = whole(0);
        for owner in holders.iter_mut().filter(|owner| Some(owner.claim) == from) {
            let part = (&wanted - &got).min(owner.share.clone());
            owner.share -= &part;
            got += part;
        }
        took_if(got > whole(0), "rights: collected for another");
        took_if(links(&holders, place) > 1 && got > whole(0), "rights: a chain of two links");
        holders[place].share = got;
    }
    holders.retain(|holder| holder.share != whole(0));
    holders
}

fn owner(holders: &[Holder], place: usize) -> PartyId {
    next(holders, place).map_or(holders[place].party, |next| owner(holders, next))
}

/// The share that another is collected from.
fn next(holders: &[Holder], place: usize) -> Option<usize> {
    let from = holders[place].collects?;
    holders.iter().position(|holder| holder.claim == from)
}

/// How many links lie between a share and that of the owner.
fn links(holders: &[Holder], place: usize) -> usize {
    next(holders, place).map_or(0, |next| 1 + links(holders, next))
}

/// The agreed shares of the mechanical right of a work that hold for a use, those that collect included.
pub fn agreed(history: &History<'_>, work: u64, on: Occasion<'_>) -> Vec<Holder> {
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
            took_if(share.day == DayOf::RECEIPT, "rights: a share by the day of receipt");
            took_if(!history.counts(index), "rights: a share goes on beside a prospective one");
            let contract = history.first_version(share.contract, said.first);
            let collects = claim.1.collects.map(|from| first_claim(history, from.resolve(claim.0.first)));
            let title = first_claim(history, share.claim.resolve(said.first));
            let (party, share) = (claim.1.party, of(share.share));
            holders.push(Holder { party, contract, share, owner: party, claim: title, collects });
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

/// The first version of a claim: a chain of title follows the owner's claim through its later ones.
fn first_claim(history: &History<'_>, claim: u64) -> u64 {
    match &history.at(claim).event {
        Event::Claim(Claim { replaces: Some(earlier), .. }) => {
            first_claim(history, earlier.resolve(history.at(claim).first))
        }
        _ => claim,
    }
}

/// The claims to own it: who, and how much. One that collects for another contests nothing.
pub fn claims(history: &History<'_>, work: u64, on: Occasion<'_>) -> Vec<(PartyId, Exact)> {
    let to_own = all_claims(history, work, on).into_iter().filter(|claim| claim.collects.is_none());
    to_own.map(|claim| (claim.party, of(claim.share))).collect()
}

/// Every claim to it, those that collect for another included.
pub fn all_claims<'a>(history: &History<'a>, work: u64, on: Occasion<'_>) -> Vec<&'a Claim> {
    let here = |(_, said): (u64, &'a Said<'a>)| match &said.event {
        Event::Claim(claim) => {
            let here = in_scope(&claim.scope, on.terms.territory, on.terms.to);
            (here && is_to((said, claim), work)).then_some(claim)
        }
        _ => None,
    };
    history.counting().filter_map(here).collect()
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
    let held = history.all().filter_map(|one| Some((one.0, of(one)?))).last();
    took_if(held.is_some_and(|(index, _)| !history.counts(index)), "rights: a split goes on beside a prospective one");
    held.map(|(_, split)| split)
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
