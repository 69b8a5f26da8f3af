//! Who owns a work, who shares a recording's net, and under which terms, in a place on a day.

use ledger_spec::code::Rights;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Claim, Contract, Split};
use ledger_spec::reference::{PartyId, Territory};

use super::exact::{Exact, of};
use super::history::{History, Said};
use super::place::{in_days, in_scope};

/// An agreed share of a work: who is paid, under which contract (zero for none).
#[derive(Debug, Clone)]
pub struct Holder {
    pub party: PartyId,
    pub contract: u64,
    pub share: Exact,
}

/// The agreed shares of the mechanical right of a work that hold in a place on a day.
pub fn shares(history: &History<'_>, work: u64, place: Territory, day: Date) -> Vec<Holder> {
    let mut holders = Vec::new();
    for (_, said) in history.counting() {
        if let Event::Share(share) = &said.event {
            let claimed = share.claim.resolve(said.first);
            let Some(claim) = claim_of(history, claimed, work, place, day) else { continue };
            let contract = history.first_version(share.contract, said.first);
            holders.push(Holder { party: claim.party, contract, share: of(share.share) });
        }
    }
    holders
}

/// The claims to it: who, and how much.
pub fn claims(history: &History<'_>, work: u64, place: Territory, day: Date) -> Vec<(PartyId, Exact)> {
    let claim = |(index, _)| claim_of(history, index, work, place, day).map(|claim| (claim.party, of(claim.share)));
    history.counting().filter_map(claim).collect()
}

/// The claim at an index, if it counts and is to the mechanical right of the work in that place on that day.
fn claim_of<'a>(history: &History<'a>, index: u64, work: u64, place: Territory, day: Date) -> Option<&'a Claim> {
    let said = history.at(index);
    let Event::Claim(claim) = &said.event else { return None };
    let of_work = claim.work.resolve(said.first) == work && claim.rights.contains(Rights::MECHANICAL);
    (history.counts(index) && of_work && in_scope(&claim.scope, place, day)).then_some(claim)
}

/// The split of a recording's net that holds on a day: the one recorded last.
pub fn split<'a>(history: &History<'a>, recording: u64, day: Date) -> Option<(&'a Said<'a>, &'a Split)> {
    let of = |(_, said): (u64, &'a Said<'a>)| match &said.event {
        Event::Split(split) => {
            let holds = split.recording.resolve(said.first) == recording && in_days(split.from, split.to, day);
            holds.then_some((said, split))
        }
        _ => None,
    };
    history.counting().filter_map(of).last()
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
