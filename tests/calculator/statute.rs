//! Public tables: who owes the mechanical of a use, and what the law asks for one.

use ledger_spec::code::{MechanicalPayer, RateMeasure, RateTable, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{MechanicalRow, RateRow, RatesAdopted};
use ledger_spec::event::usage::{PoolReported, Terms};
use ledger_spec::money::{Currency, SourceAmount};
use ledger_spec::reference::PartyId;

use super::exact::{Exact, picos, whole};
use super::history::History;
use super::paths::took_if;
use super::place::{in_days, within};

/// Who owes the mechanical of a use on its last day. Of the rows that apply, one for the service goes before one for
/// every service, then a narrower place before a wider one, then the use before every use, then the later adopted.
pub fn payer(history: &History<'_>, terms: &Terms, service: Option<PartyId>) -> Option<MechanicalPayer> {
    let applies = |row: &&MechanicalRow| {
        within(terms.territory, row.territory, terms.to)
            && (row.use_type == terms.use_type || row.use_type == UseType::UNKNOWN)
            && row.service.is_none_or(|only| Some(only) == service)
            && in_days(Some(row.from), row.to, terms.to)
    };
    let mut best: Option<&MechanicalRow> = None;
    for (_, said) in history.counting() {
        let Event::MechanicalsAdopted(adopted) = &said.event else { continue };
        for row in adopted.rows.iter().filter(applies) {
            if best.is_none_or(|best| !more_specific(best, row, terms.to)) {
                best = Some(row);
            }
        }
    }
    best.map(|row| row.payer)
}

fn more_specific(one: &MechanicalRow, other: &MechanicalRow, day: Date) -> bool {
    if one.service != other.service {
        return one.service.is_some();
    }
    if one.territory != other.territory {
        return within(one.territory, other.territory, day);
    }
    one.use_type != UseType::UNKNOWN && other.use_type == UseType::UNKNOWN
}

/// The rate of a copy: what it is for one, in picos of the table's currency.
pub enum Rate {
    Known(Exact, Currency),
    Unknown,
}

/// The rate of one copy by a table (any table if none is named), for a use on its last day and a playing time: the
/// larger of the rate per work and the rate per minute or fraction (37 CFR 385.11).
pub fn rate(history: &History<'_>, table: Option<RateTable>, terms: &Terms, seconds: Option<u32>) -> Rate {
    let Some((adopted, found)) = table_for(history, table, terms) else { return Rate::Unknown };
    let by_time = match (found.per_minute, seconds) {
        (Some(per_minute), Some(seconds)) => Some(per_minute * whole(seconds.div_ceil(60).into())),
        (Some(_), None) => return Rate::Unknown,
        (None, _) => None,
    };
    took_if(by_time > found.per_work, "statute: by the minute");
    let rate = [found.per_work, by_time].into_iter().flatten().max().unwrap();
    Rate::Known(rate, adopted.currency)
}

/// The rate per work alone, on a day, which knows no playing time.
pub fn flat_rate(history: &History<'_>, table: RateTable, terms: &Terms, day: Date) -> Rate {
    let on_the_day = Terms { to: day, ..*terms };
    let found = table_for(history, Some(table), &on_the_day);
    let flat = found.and_then(|(adopted, found)| Some((found.per_work?, adopted.currency)));
    flat.map_or(Rate::Unknown, |(rate, currency)| Rate::Known(rate, currency))
}

/// What a table says of a use on a day.
struct Found {
    per_work: Option<Exact>,
    per_minute: Option<Exact>,
}

/// Of the tables that have a rate for a use on its last day, the one for the narrowest place; of two for one place the
/// later.
fn table_for<'a>(history: &History<'a>, table: Option<RateTable>, terms: &Terms) -> Option<(&'a RatesAdopted, Found)> {
    let mut best: Option<(&RatesAdopted, Found)> = None;
    for (index, said) in history.counting() {
        let Event::RatesAdopted(adopted) = &said.event else { continue };
        let applies = table.is_none_or(|table| table == adopted.table)
            && within(terms.territory, adopted.territory, terms.to)
            && !is_replaced(history, index, adopted);
        let Some(found) = found_in(adopted, terms).filter(|_| applies) else { continue };
        if best.as_ref().is_none_or(|(best, _)| within(adopted.territory, best.territory, terms.to)) {
            best = Some((adopted, found));
        }
    }
    best
}

/// A later table for the same number and territory replaces an earlier one.
fn is_replaced(history: &History<'_>, index: u64, adopted: &RatesAdopted) -> bool {
    history.counting().any(|(later, said)| match &said.event {
        Event::RatesAdopted(other) => {
            later > index && other.table == adopted.table && other.territory == adopted.territory
        }
        _ => false,
    })
}

fn found_in(adopted: &RatesAdopted, terms: &Terms) -> Option<Found> {
    let row = |measure| {
        row_for(adopted, measure, terms.use_type, terms.to).map(|row| picos(row.value.to_amount_half_even().unwrap()))
    };
    let ringtone = terms.use_type == UseType::RINGTONE;
    let found = Found {
        per_work: row(if ringtone { RateMeasure::RINGTONE } else { RateMeasure::PER_WORK }),
        per_minute: row(RateMeasure::PER_MINUTE),
    };
    (found.per_work.is_some() || found.per_minute.is_some()).then_some(found)
}

/// The row of a measure on a day: one for the use before one for every use of the table, then the later one. What the
/// uses of a table are is the law's to say: those of copies are phonograms and downloads, and ringtones by themselves.
fn row_for(adopted: &RatesAdopted, measure: RateMeasure, use_type: UseType, day: Date) -> Option<&RateRow> {
    let every_use = match (adopted.table, measure) {
        (RateTable::US_MECHANICAL, RateMeasure::RINGTONE) => use_type == UseType::RINGTONE,
        (RateTable::US_MECHANICAL, _) => [UseType::DOWNLOAD, UseType::PHYSICAL].contains(&use_type),
        _ => false,
    };
    let rows = || {
        let of_day = |row: &&RateRow| row.measure == measure && in_days(Some(row.from), row.to, day);
        adopted.rows.iter().filter(of_day)
    };
    let own = rows().rfind(|row| row.use_type == use_type && use_type != UseType::UNKNOWN);
    own.or_else(|| rows().rfind(|row| row.use_type == UseType::UNKNOWN && every_use))
}

/// A rate of a streaming table for the month of a pool: of several tables that have one that for the narrowest place, then
/// the later; in it a row for the use before one for every use.
pub fn rate_of_month(
    history: &History<'_>,
    table: RateTable,
    measure: RateMeasure,
    figures: &PoolReported,
    terms: &Terms,
) -> Option<SourceAmount> {
    let mut best: Option<(&RatesAdopted, SourceAmount)> = None;
    for (index, said) in history.counting() {
        let Event::RatesAdopted(adopted) = &said.event else { continue };
        let here = adopted.table == table && within(terms.territory, adopted.territory, figures.month);
        let of_day = |row: &&RateRow| row.measure == measure && in_days(Some(row.from), row.to, figures.month);
        let of_use = |wanted| adopted.rows.iter().filter(of_day).rfind(|row| row.use_type == wanted);
        let row = of_use(terms.use_type).or_else(|| of_use(UseType::UNKNOWN));
        let Some(row) = row.filter(|_| here && !is_replaced(history, index, adopted)) else { continue };
        if best.is_none_or(|(best, _)| within(adopted.territory, best.territory, figures.month)) {
            best = Some((adopted, row.value));
        }
    }
    best.filter(|(adopted, _)| adopted.currency == figures.currency).map(|(_, value)| value)
}
