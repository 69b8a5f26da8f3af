//! Rating: how the money of a cell is divided (DESIGN section 5, stage 1).

use ledger_spec::code::{Basis, SuspenseReason};
use ledger_spec::money::{Amount, allocate};

use super::accounts;
use super::catalogue::{Catalogue, Identified, Track, Tracks};
use super::cell::{CellFacts, Content, Part, Rating};
use super::controlled::Caps;
use super::mechanical::mechanicals;
use super::pooled::pooled;
use super::recording::divide;
use super::waits::hold;
use super::why::Why;

/// The uses of one recording within a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'a> {
    pub facts: &'a CellFacts<'a>,
    pub recording: u64,
    pub seconds: Option<u32>,
    /// Units less returns.
    pub units: i64,
    /// The recording's part of the cell's money.
    pub money: Amount,
    /// Its part of the cell's gross, if that is known.
    pub gross: Option<Amount>,
    /// Which track of a release sold whole it is, from zero.
    pub track: usize,
    /// What caps on that release leave, once that is known.
    pub caps: Option<&'a Caps>,
}

/// Divides the money of a cell among those it is owed to.
///
/// The parts sum to the money exactly. What cannot be attributed goes to suspense with its reason; there is no input
/// for which a rating fails.
pub fn rate(facts: &CellFacts<'_>, content: &Content, catalogue: &impl Catalogue) -> Rating {
    let mut rating = Rating::default();
    rate_into(facts, content, catalogue, &mut rating);
    rating
}

/// The same into a rating that was made before, which is emptied first: its memory is used again.
pub fn rate_into(facts: &CellFacts<'_>, content: &Content, catalogue: &impl Catalogue, rating: &mut Rating) {
    rating.clear();
    match facts.terms.basis {
        Basis::COMPUTED => rating.add(computed(facts, content.money, catalogue)),
        Basis::GROSS | Basis::DEALER_PRICE | Basis::NET => sold(facts, content, catalogue, rating),
        Basis::NONE if content.money.is_zero() => {
            if let Some(pool) = catalogue.pool(facts.source, facts.terms.offering, facts.day()) {
                pooled(facts, content, pool, catalogue, rating);
            }
        }
        // Nothing is known of money with a basis from the future, and without one there should be none.
        _ => rating.add(hold(facts, content.money, SuspenseReason::NO_RATE, Why::NoBasis)),
    }
}

/// The reporter applied the shares: the money is the royalty of the rights controller it names.
fn computed(facts: &CellFacts<'_>, money: Amount, catalogue: &impl Catalogue) -> Part {
    let named = Some(facts.controller).filter(|number| *number != 0);
    match named.and_then(|number| catalogue.controller(facts.source, number)) {
        None => hold(facts, money, SuspenseReason::UNKNOWN_CONTROLLER, Why::UnknownController),
        Some(found) => {
            let account = accounts::earned(found.party, 0, facts.terms.currency);
            Part { account, amount: money, why: Why::Computed { by: found.by } }
        }
    }
}

/// The money is for uses of a recording, or of all tracks of a release.
fn sold(facts: &CellFacts<'_>, content: &Content, catalogue: &impl Catalogue, rating: &mut Rating) {
    let found = match (facts.resource, facts.release) {
        (0, 0) => None,
        (0, release) => tracks(facts, release, content, catalogue, rating),
        (resource, _) => catalogue.recording(facts.source, resource).map(|found| {
            let Identified { recording, seconds, .. } = found;
            let Content { units, money, gross, .. } = *content;
            vec![Use { facts, recording, seconds, units, money, gross, track: 0, caps: None }]
        }),
    };
    match found {
        None => rating.add(hold(facts, content.money, SuspenseReason::UNMATCHED_RECORDING, Why::UnknownRecording)),
        Some(uses) => {
            let caps = (facts.resource == 0).then(|| Caps::on(&uses, catalogue));
            rating.notes.extend(caps.iter().flat_map(Caps::reached));
            uses.iter().for_each(|of| one(&Use { caps: caps.as_ref(), ..*of }, catalogue, rating));
        }
    }
}

/// The tracks of a release sold whole: each unit is a unit of every track, the money goes by their weights. None if
/// nobody knows yet what was used, as of a release without tracks, or all without weight.
fn tracks<'a>(
    facts: &'a CellFacts<'a>,
    release: u32,
    content: &Content,
    catalogue: &impl Catalogue,
    rating: &mut Rating,
) -> Option<Vec<Use<'a>>> {
    let Tracks { release, tracks } = catalogue.tracks(facts.source, release)?;
    let weights: Vec<u128> = tracks.iter().map(|track| track.weight.into()).collect();
    let moneys = allocate(content.money, &weights).ok()?;
    let gross = content.gross.and_then(|gross| allocate(gross, &weights).ok());
    let mut uses = Vec::with_capacity(tracks.len());
    for (track, (Track { recording, weight, seconds }, money)) in tracks.iter().copied().zip(moneys).enumerate() {
        rating.notes.push(Why::Track { release, recording, weight, money });
        let gross = gross.as_ref().and_then(|gross| gross.get(track)).copied();
        uses.push(Use { facts, recording, seconds, units: content.units, money, gross, track, caps: None });
    }
    Some(uses)
}

/// Rates one recording. What was found before it had to wait is taken back: all of its money waits, or none.
fn one(of: &Use<'_>, catalogue: &impl Catalogue, rating: &mut Rating) {
    let start = (rating.parts.len(), rating.notes.len());
    let rated = mechanicals(of, catalogue, rating).and_then(|owed| divide(of, owed, catalogue, rating));
    if let Err(waits) = rated {
        rating.parts.truncate(start.0);
        rating.notes.truncate(start.1);
        rating.add(hold(of.facts, of.money, waits.reason, *waits.why));
    }
}
