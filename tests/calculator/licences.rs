//! Which licence covers a share of a work, and which one the whole of it (SPEC section 12.2).

use ledger_spec::code::Rights;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::event::licensing::Licence;
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;

use super::history::{History, Said};
use super::paths::{took, took_if};
use super::place::in_scope;
use super::rights::{self, Occasion};

/// Licences that are in force for a use; or those that would be, but for their dates or their notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    InForce,
    Lapsed,
}

/// The licence that covers a share of a work, whoever collects it and its owner being holders, or with none what nobody
/// has agreed: of several the holder's own before one of the whole work, then one that names the work before a blanket
/// one, then the one recorded last.
pub fn covering<'a>(
    history: &History<'a>,
    work: u64,
    on: Occasion<'_>,
    holders: &[PartyId],
    which: Which,
) -> Option<&'a Licence<'a>> {
    let own = || {
        licences(history, work, on, which)
            .filter(|(_, licence)| licence.licensor.is_some_and(|licensor| holders.contains(&licensor)))
    };
    let named = own().filter(|(_, licence)| !licence.works.is_empty()).last();
    took_if(named.is_some(), "licence: the holder's own, of the work");
    let of_holder = named.or_else(|| own().last().inspect(|_| took("licence: the holder's own, blanket")));
    of_holder.or_else(|| of_the_whole(history, work, on, which)).map(|(_, licence)| licence)
}

/// The licence that covers the whole work, whoever owns it: one without licensor; or one that names the work, of a
/// licensor that neither holds nor claims a share, if another party than the licensor recorded it.
fn of_the_whole<'a>(
    history: &History<'a>,
    work: u64,
    on: Occasion<'_>,
    which: Which,
) -> Option<(&'a Said<'a>, &'a Licence<'a>)> {
    let holds = rights::shares(history, work, on);
    let claims = rights::all_claims(history, work, on);
    let stranger = |party: PartyId| {
        holds.iter().all(|holder| holder.party != party) && claims.iter().all(|claim| claim.party != party)
    };
    let covers = |(said, licence): &(&Said<'_>, &Licence<'_>)| match licence.licensor {
        None => true,
        Some(licensor) => !licence.works.is_empty() && stranger(licensor) && said.by != licensor,
    };
    licences(history, work, on, which).filter(covers).last().inspect(|_| took("licence: of the whole work"))
}

/// The licences for the use of a work, by their dates and notices on the last day of use.
fn licences<'a>(
    history: &History<'a>,
    work: u64,
    on: Occasion<'_>,
    which: Which,
) -> impl Iterator<Item = (&'a Said<'a>, &'a Licence<'a>)> {
    history.counting().filter_map(move |(_, said)| match &said.event {
        Event::Licence(licence) if covers(history, said, licence, work, on) => {
            let runs = in_scope(&licence.scope, on.terms.territory, on.terms.to) && in_time(licence, on.terms);
            (runs == (which == Which::InForce)).then_some((said, licence))
        }
        _ => None,
    })
}

fn covers(history: &History<'_>, said: &Said<'_>, licence: &Licence<'_>, work: u64, on: Occasion<'_>) -> bool {
    let named = licence.works.iter().any(|named| named.resolve(said.first) == work);
    // None named means every work that the licensor has an agreed share of, whoever collects it.
    let blanket = licence.works.is_empty()
        && rights::agreed(history, work, on).iter().any(|holder| Some(holder.party) == licence.licensor);
    let of_use = licence.uses.is_empty() || licence.uses.contains(&on.terms.use_type);
    let of_form = licence.configurations.is_empty() || licence.configurations.contains(&on.terms.configuration);
    let of_tier = licence.tiers.is_empty() || licence.tiers.contains(&on.terms.tier);
    let of_right = licence.rights.contains(Rights::MECHANICAL);
    let always = Scope { from: None, to: None, ..licence.scope.clone() };
    let of_place = in_scope(&always, on.terms.territory, on.terms.to);
    (named || blanket) && of_right && of_use && of_form && of_tier && of_place
}

/// A notice of intention licenses nothing that was used before it was served, nor anything where it was served more than
/// 30 days after the recording was made.
fn in_time(licence: &Licence<'_>, terms: &Terms) -> bool {
    licence.notice.is_none_or(|notice| {
        let late = notice.made.is_some_and(|made| notice.served.days() > made.days() + 30);
        took_if(late || notice.served > terms.to, "licence: a notice too late");
        notice.served <= terms.to && !late
    })
}
