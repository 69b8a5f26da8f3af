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
//! - Where the cost of any work on the release cannot be said, nor can what the cap leaves.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::money::{Amount, Ratio, allocate};

use super::catalogue::{Catalogue, LicenceInForce, Matched, MatchedWork};
use super::price::unlicensed;
use super::rate::Use;
use super::responsibility::{Duty, duty};
use super::why::{Cap, Gap, Price, Why};
use super::work::Work;

/// A work on a track: the track, from zero, and the work.
type Place = (usize, u64);

/// What the caps on a release leave.
#[derive(Debug)]
pub(super) struct Caps(Vec<Clause>);

/// A clause with a cap.
#[derive(Debug)]
struct Clause {
    rate: LicenceRate,
    /// None where it cannot be said what it leaves.
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
        let slices: Vec<_> = tracks.iter().map(|of| slices(of, catalogue)).collect();
        let mut clauses: Vec<LicenceRate> = Vec::new();
        for clause in slices.iter().flatten().flatten().filter_map(|slice| slice.clause) {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        let all = slices.into_iter().collect::<Option<Vec<_>>>().map(|tracks| tracks.into_iter().flatten().collect());
        let apply = |rate| Clause { rate, applied: all.as_ref().and_then(|all: &Vec<Slice>| apply(rate, all)) };
        Caps(clauses.into_iter().map(apply).collect())
    }

    /// A note for each clause whose cap is reached.
    pub(super) fn reached(&self) -> impl Iterator<Item = Why> {
        self.0.iter().filter_map(|clause| clause.applied.as_ref()?.note)
    }

    /// What the cap of a licence leaves for a work in a use; none where it is no less than the full price.
    pub(super) fn left(&self, licence: &LicenceInForce, of: &Use<'_>, work: &MatchedWork) -> Result<Option<Cap>, Gap> {
        let Some(clause) = self.0.iter().find(|clause| clause.rate == licence.rate) else { return Ok(None) };
        let mut songs = clause.applied.as_ref().ok_or(Gap::NoCap)?.songs.iter();
        Ok(songs.find(|(place, _)| *place == (of.track, work.work)).map(|(_, cap)| *cap))
    }
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
    for matched in works.iter().filter(|matched| !catalogue.public_domain(matched.work)) {
        let work = Work::read(of, matched, rule, event, catalogue).ok()?;
        for slice in work.slices().ok()? {
            let Some(price) = work.price(slice.terms, catalogue).ok()? else { continue };
            let capped = |rate: &LicenceRate| matches!(rate, LicenceRate::Controlled { works: Some(_), .. });
            let clause = slice.terms.licence().map(|licence| licence.rate).filter(capped);
            let cost = price.amount().ok()?.mul_ratio(slice.part).ok()?;
            found.push(Slice { place: (of.track, matched.work), part: slice.part, clause, price, cost });
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
    let songs = Ratio::try_sum(ours.iter().map(|slice| slice.part)).ok()?;
    let mut places: Vec<Place> = ours.iter().map(|slice| slice.place).collect();
    places.dedup();
    // What is left is for so many whole works, if some are under the clause in part: each such part takes its part.
    let count = Ratio::new(places.len().try_into().ok()?, 1).ok()?;
    let whole = left.mul_ratio(count.try_mul(songs.inverse().ok()?).ok()?).ok()?;
    let lefts = allocate(forward(whole), &vec![1; places.len()]).ok()?;
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
