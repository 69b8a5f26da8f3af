//! Statutory rates per unit, from public rate tables (17 USC 115 and 37 CFR 385.11, as adopted by events).
//!
//! The rate is the larger of one per work and one per minute of playing time or fraction thereof, by the day the copy
//! was made and distributed. No rate stands in this code.

use ledger_spec::code::{RateMeasure, RateTable, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::governance::RateRow;
use ledger_spec::money::Amount;

use super::catalogue::{AdoptedRates, Catalogue};
use super::cell::CellFacts;
use super::territory;
use super::why::Gap;

/// A rate found: `rate` for a unit, or for each of its `minutes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The adopted table.
    pub table: u64,
    /// For a unit, or a minute of it.
    pub rate: Amount,
    /// Minutes, if the rate is per minute.
    pub minutes: Option<u32>,
}

/// The rate for a work in a cell's uses: by this table, or by whichever has one.
pub(super) fn find(
    facts: &CellFacts<'_>,
    seconds: Option<u32>,
    only: Option<RateTable>,
    catalogue: &impl Catalogue,
) -> Result<Found, Gap> {
    let (table, rates) = in_force(facts, facts.day(), only, catalogue)?;
    rates.larger(table, seconds)
}

/// The rate of a table for a work in a cell's uses as of a day, whatever its playing time: the *minimum* statutory rate,
/// of which a controlled composition clause is a part.
pub(super) fn minimum(
    facts: &CellFacts<'_>,
    day: Date,
    table: RateTable,
    catalogue: &impl Catalogue,
) -> Result<Found, Gap> {
    let (table, rates) = in_force(facts, day, Some(table), catalogue)?;
    rates.flat(table).ok_or(Gap::NoRow)
}

/// The rates for a cell's uses as of a day: of several tables those for the narrower territory, then those adopted last.
fn in_force<'a, C: Catalogue>(
    facts: &CellFacts<'_>,
    day: Date,
    only: Option<RateTable>,
    catalogue: &'a C,
) -> Result<(&'a AdoptedRates, Rates), Gap> {
    let terms = facts.terms;
    let candidates = catalogue.rate_tables().iter().filter(|table| only.is_none_or(|only| table.table == only));
    let here = candidates.filter(|table| territory::contains(table.territory, terms.territory, day));
    let rated = here.filter_map(|table| Some((table, Rates::on(table, terms.use_type, day)?)));
    let narrowest = rated.reduce(|best, next| narrower(best, next, day));
    let (table, rates) = narrowest.ok_or(Gap::NoRow)?;
    if table.currency == terms.currency { Ok((table, rates)) } else { Err(Gap::OtherCurrency) }
}

/// Of two tables that apply, in the order of their adoption, the one that counts.
pub(super) fn narrower<'a, T>(
    best: (&'a AdoptedRates, T),
    next: (&'a AdoptedRates, T),
    day: Date,
) -> (&'a AdoptedRates, T) {
    let (outer, inner) = (next.0.territory, best.0.territory);
    if outer != inner && territory::contains(outer, inner, day) { best } else { next }
}

/// The rates of a table for a use on a day.
struct Rates {
    per_work: Option<Amount>,
    per_minute: Option<Amount>,
}

impl Rates {
    fn on(table: &AdoptedRates, use_type: UseType, day: Date) -> Option<Rates> {
        let flat = if use_type == UseType::RINGTONE { RateMeasure::RINGTONE } else { RateMeasure::PER_WORK };
        let value = |measure| {
            let rows = table.rows.iter().filter(|row| {
                row.measure == measure
                    && row.from <= day
                    && row.to.is_none_or(|to| day <= to)
                    && covers(table, row, use_type)
            });
            // A row for this very use goes before one for every use of the table, a later one before an earlier.
            let row = rows.max_by_key(|row| row.use_type == use_type)?;
            row.value.to_amount_half_even().ok()
        };
        let rates = Rates { per_work: value(flat), per_minute: value(RateMeasure::PER_MINUTE) };
        (rates.per_work.is_some() || rates.per_minute.is_some()).then_some(rates)
    }

    /// The one for a work, whatever its playing time.
    fn flat(&self, table: &AdoptedRates) -> Option<Found> {
        self.per_work.map(|rate| Found { table: table.event, rate, minutes: None })
    }

    /// The larger of both for this playing time.
    fn larger(&self, table: &AdoptedRates, seconds: Option<u32>) -> Result<Found, Gap> {
        let flat = self.flat(table).map(|found| (found.rate, found));
        let timed = match self.per_minute {
            None => None,
            Some(rate) => {
                let minutes = seconds.ok_or(Gap::NoPlayingTime)?.div_ceil(60);
                let total = rate.try_mul(minutes.into()).map_err(|_| Gap::NoRow)?;
                Some((total, Found { table: table.event, rate, minutes: Some(minutes) }))
            }
        };
        // Of two equal rates the simpler one is named.
        let larger = [timed, flat].into_iter().flatten().max_by_key(|(total, _)| *total);
        larger.map(|(_, found)| found).ok_or(Gap::NoRow)
    }
}

/// Whether a row is for this use. A row without a use is for every use of its table, and what those are is the law's
/// to say: 37 CFR 385.11 is about physical copies and permanent downloads, and has a rate of its own for ringtones. A
/// use that is not known is none of them: a row without a use says nothing of it, and it finds no rate.
fn covers(table: &AdoptedRates, row: &RateRow, use_type: UseType) -> bool {
    match (row.use_type, table.table, row.measure) {
        (UseType::UNKNOWN, RateTable::US_MECHANICAL, RateMeasure::RINGTONE) => use_type == UseType::RINGTONE,
        (UseType::UNKNOWN, RateTable::US_MECHANICAL, _) => matches!(use_type, UseType::PHYSICAL | UseType::DOWNLOAD),
        (UseType::UNKNOWN, ..) => false,
        (named, ..) => named == use_type,
    }
}
