//! Caps of controlled composition clauses, on releases sold whole.
//!
//! A clause says what the works that an artist controls are paid, and what all works of an album may come to together:
//! so many times that rate. Works that others license are paid in full first; what they leave of the cap is for the
//! controlled works, as much for each, and never below nothing. It is the same for every unit, so the rule needs no
//! look beyond the cell.
//!
//! - Licences whose clauses say the same in every field are under one clause: an artist's publishers share one cap. To
//!   another clause their works are those of others, at what they cost before any cap.
//! - The clause protects some works of others, which take nothing of the cap. The dearest are protected first: what a
//!   protection does not cover comes off the artist's own works, whom it is there for.
//! - A work of which the clause covers a part counts as that part; the rest of it is others'.
//! - What is left is divided to the last digit: all that is paid under the clause is never more than its cap.
//! - Where the cost of any work on the release cannot be said, nor can what the cap leaves.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::money::{Amount, Ratio, allocate, weights};

use super::catalogue::{Catalogue, LicenceInForce, Matched};
use super::price::unlicensed;
use super::rate::Use;
use super::responsibility::{Duty, duty};
use super::why::{Cap, Gap, Price, Why};
use super::work::Work;

/// A work on a track: the track, and which of its works, from zero. A medley may come back to a work.
pub(super) type Place = (usize, usize);

/// What the caps on a release leave; none where it cannot be said what a work on it costs.
#[derive(Debug)]
pub(super) struct Caps(Option<Vec<Clause>>);

/// A clause with a cap.
#[derive(Debug)]
struct Clause {
    rate: LicenceRate,
    /// None where the numbers do not fit.
    applied: Option<Applied>,
}

/// What came of the cap of a clause: nothing, where all works under it come to no more.
#[derive(Debug, Default)]
struct Applied {
    note: Option<Why>,
    songs: Vec<(Place, Cap)>,
}

/// A part of a work that is under one licence, and what it costs before any cap.
struct Slice {
    place: Place,
    part: Ratio,
    /// The clause with a cap that it is under.
    clause: Option<LicenceRate>,
    price: Price,
    cost: Amount,
}

impl Caps {
    /// The caps on a release of these tracks, each a use that knows of none yet.
    pub(super) fn on(tracks: &[Use<'_>], catalogue: &impl Catalogue) -> Caps {
        let mut all = Vec::new();
        for of in tracks {
            let Some(slices) = slices(of, catalogue) else { return Caps(None) };
            all.extend(slices);
        }
        let mut clauses: Vec<LicenceRate> = Vec::new();
        for clause in all.iter().filter_map(|slice| slice.clause) {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        let apply = |rate| Clause { rate, applied: apply(rate, &all) };
        Caps(Some(clauses.into_iter().map(apply).collect()))
    }

    /// A note for each clause whose cap is reached.
    pub(super) fn reached(&self) -> impl Iterator<Item = Why> {
        self.0.iter().flatten().filter_map(|clause| clause.applied.as_ref()?.note)
    }

    /// What the cap of a licence leaves for a work; none where it is no less than the full price.
    pub(super) fn left(&self, licence: &LicenceInForce, work: Place) -> Result<Option<Cap>, Gap> {
        if capped(&licence.rate).is_none() {
            return Ok(None);
        }
        let clauses = self.0.as_ref().ok_or(Gap::NoCap)?;
        let Some(clause) = clauses.iter().find(|clause| clause.rate == licence.rate) else { return Ok(None) };
        let mut songs = clause.applied.as_ref().ok_or(Gap::NoCap)?.songs.iter();
        Ok(songs.find(|(place, _)| *place == work).map(|(_, cap)| *cap))
    }
}

/// The clause of a licence, if it has a cap.
fn capped(rate: &LicenceRate) -> Option<LicenceRate> {
    matches!(rate, LicenceRate::Controlled { works: Some(_), .. }).then_some(*rate)
}

/// What is owed for a track, in full; none if that cannot be said.
fn slices(of: &Use<'_>, catalogue: &impl Catalogue) -> Option<Vec<Slice>> {
    let Duty::Ours(rule) = duty(of.facts, catalogue).ok()? else { return Some(Vec::new()) };
    let Some(Matched { event, works }) = catalogue.works(of.facts.source, of.facts.resource, of.recording) else {
        let price = unlicensed(of, catalogue).ok()?;
        let cost = price.amount().ok()?;
        return Some(vec![Slice { place: (of.track, 0), part: Ratio::ONE, clause: None, price, cost }]);
    };
    let mut found = Vec::new();
    for (at, matched) in works.iter().enumerate().filter(|(_, matched)| !catalogue.public_domain(matched.work)) {
        let work = Work::read(of, (at, matched), rule, event, catalogue).ok()?;
        let (slices, mut last) = (work.slices().ok()?, None);
        for slice in &slices {
            let Some(divided) = work.divided(slice, &slices, &mut last, catalogue).ok()? else { continue };
            let clause = slice.terms.licence().and_then(|licence| capped(&licence.rate));
            let (price, cost) = (divided.price, divided.of(slice).ok()?);
            found.push(Slice { place: (of.track, at), part: slice.part, clause, price, cost });
        }
    }
    Some(found)
}

/// What the cap of a clause leaves for each work under it. None if the numbers do not fit. Returns mirror sales:
/// everything is by size in the direction of the units.
fn apply(clause: LicenceRate, all: &[Slice]) -> Option<Applied> {
    let LicenceRate::Controlled { works, protected, .. } = clause else { return None };
    let (ours, others): (Vec<&Slice>, Vec<&Slice>) = all.iter().partition(|slice| slice.clause == Some(clause));
    let Price::Controlled { licence, table, day, rate, factor, units, applied } = ours.first()?.price else {
        return None;
    };
    let (works, forward) = (works?, |amount: Amount| if units < 0 { -amount } else { amount });
    let cap = rate.try_mul(works.into()).ok()?.try_mul(units).ok()?.mul_ratio(factor.try_mul(applied).ok()?).ok()?;

    let others = unprotected(&others, protected, forward)?;
    let left = forward(cap).try_sub(others).ok()?.max(Amount::ZERO);
    if Amount::try_sum(ours.iter().map(|slice| forward(slice.cost))).ok()? <= left {
        return Some(Applied::default());
    }
    // As much for each whole work: one that is under the clause in part takes that part.
    let mut parts: BTreeMap<Place, Ratio> = BTreeMap::new();
    for slice in ours {
        let part = parts.entry(slice.place).or_insert(Ratio::ZERO);
        *part = part.try_add(slice.part).ok()?;
    }
    let (places, parts): (Vec<Place>, Vec<Ratio>) = parts.into_iter().unzip();
    let songs = Ratio::try_sum(parts.iter().copied()).ok()?;
    let lefts = allocate(forward(left), &weights(&parts).ok()?).ok()?;
    let capped = |left| Cap { works, cap, others: forward(others), songs, left };
    Some(Applied {
        note: Some(Why::CapReached { licence, table, day, rate, works, factor, units, applied, cap }),
        songs: places.into_iter().zip(lefts).map(|(place, left)| (place, capped(left))).collect(),
    })
}

/// What the works of others come to that the clause does not protect.
fn unprotected(others: &[&Slice], protected: u16, forward: impl Fn(Amount) -> Amount) -> Option<Amount> {
    let mut costs: BTreeMap<Place, Amount> = BTreeMap::new();
    for slice in others {
        let cost = costs.entry(slice.place).or_default();
        *cost = cost.try_add(forward(slice.cost)).ok()?;
    }
    let mut costs: Vec<Amount> = costs.into_values().collect();
    costs.sort_unstable_by_key(|cost| Reverse(*cost));
    Some(Amount::try_sum(costs.into_iter().skip(protected.into())).ok()?.max(Amount::ZERO))
}
