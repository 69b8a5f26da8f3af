//! Plays without money of their own: their part of the pool of their offering (37 CFR 385.21, SPEC section 12.3).

use ledger_spec::code::{RateMeasure, RateTable, SuspenseReason};
use ledger_spec::event::Event;
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::SourceAmount;

use super::cells::Cell;
use super::exact::{Exact, half_even, money, whole, written};
use super::history::History;
use super::identity;
use super::mechanical::{self, Sale, To};
use super::paths::{took, took_if};
use super::sale::{Credits, suspense, with_commission};
use super::statute;

/// What the plays of a cell come to, and whose it is.
pub fn rate(history: &History<'_>, cell: &Cell) -> Credits {
    let Some(figures) = figures(history, cell).filter(|_| mechanical::in_the_money(&cell.key.terms)) else {
        return Vec::new();
    };
    let terms = Terms { currency: figures.currency, ..cell.key.terms };
    let Some((pool, plays)) = pool(history, figures, &terms) else { return Vec::new() };
    let (source, resource) = (cell.key.source, cell.key.resource);
    let known = identity::recording(history, source, resource);
    let seconds = known.map_or_else(|| identity::reported_seconds(history, source, resource), |known| known.seconds);
    let longer = whole(seconds.unwrap_or(0).saturating_sub(300).div_ceil(60).into());
    let multiplier = whole(1) + longer / whole(5);
    took(if figures.offering == 0 { "pool: of every offering" } else { "pool: of one offering" });
    took_if(multiplier > whole(1), "pool: a long recording");
    let money = half_even(&(pool / plays * whole(cell.units) * multiplier));
    let waits = |reason| vec![(suspense(source, reason, terms.currency), money)];
    let Some(known) = known else { return waits(SuspenseReason::UNMATCHED_RECORDING) };
    if seconds.is_none() {
        return waits(SuspenseReason::NO_RATE);
    }
    let (recording, units, gross) = (known.recording, cell.units, None);
    let sale = Sale { source, resource, recording, seconds, terms: &terms, units, money, gross, caps_known: true };
    match identity::works(history, source, resource, recording) {
        None => waits(SuspenseReason::UNMATCHED_WORK),
        Some(works) => with_commission(history, &sale, of_works(history, &sale, &works)),
    }
}

/// Step 5: a play is one of each work, and for each is divided among its agreed shares. A work in the public domain is
/// owed nothing.
fn of_works(
    history: &History<'_>,
    sale: &Sale<'_>,
    works: &[(u64, &ledger_spec::event::catalogue::MatchedWork)],
) -> Vec<(To, i128)> {
    let owed = works.iter().filter(|(work, _)| !identity::public_domain(history, *work));
    owed.flat_map(|(work, _)| mechanical::shared(history, sale, *work, sale.money)).collect()
}

/// The figures of the offering and month of a cell; those for every offering where it has none of its own.
fn figures<'a>(history: &History<'a>, cell: &Cell) -> Option<&'a PoolReported> {
    let of_offering = |offering: u32| {
        let all = history.counting().filter_map(|(_, said)| match &said.event {
            Event::PoolReported(figures) => Some(figures),
            _ => None,
        });
        let here = all.filter(|figures| {
            (figures.source, figures.offering) == (cell.key.source, offering)
                && figures.month.period() == cell.key.terms.to.period()
        });
        here.last()
    };
    of_offering(cell.key.terms.offering).or_else(|| of_offering(0))
}

/// Steps 1 to 3, and all plays. None: a percentage is missing.
fn pool(history: &History<'_>, figures: &PoolReported, terms: &Terms) -> Option<(Exact, Exact)> {
    let rate = |table, measure| statute::rate_of_month(history, table, measure, figures, terms);
    let rounded = |amount: SourceAmount| whole(half_even(&money(amount)));
    let product = |amount: Exact, rate: SourceAmount| whole(half_even(&(amount * written(rate))));
    let subscribers = whole(figures.subscribers.into());
    let each = |rate: SourceAmount| rounded(rate) * &subscribers;
    let of_revenue = product(rounded(figures.revenue), rate(RateTable::US_STREAMING, RateMeasure::PERCENT_OF_REVENUE)?);
    let of_content = product(rounded(figures.content_cost), rate(figures.table, RateMeasure::PERCENT_OF_CONTENT_COST)?);
    let cap = rate(figures.table, RateMeasure::PER_SUBSCRIBER_CAP).map(each);
    took_if(cap.as_ref().is_some_and(|cap| *cap < of_content), "pool: the cap of content cost");
    let content = cap.map_or(of_content.clone(), |cap| cap.min(of_content));
    let payable = of_revenue.clone().max(content.clone()) - rounded(figures.performance);
    let floor = rate(figures.table, RateMeasure::PER_SUBSCRIBER_FLOOR).map_or(whole(0), each);
    took_if(of_revenue < content, "pool: content cost above revenue");
    took_if(floor > payable, "pool: the floor");
    took_if(payable < whole(0), "pool: performance above all-in");
    let plays = rounded(figures.plays);
    (plays > whole(0)).then(|| (payable.max(floor).max(whole(0)), plays / whole(10i128.pow(12))))
}
