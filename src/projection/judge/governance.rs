//! Governance: rules that this program knows, tables that change something, bodies that are still there. Who may say
//! so, authority has judged.

use ledger_spec::code::{RateMeasure, RateTable};
use ledger_spec::date::Date;
use ledger_spec::event::governance::{
    MechanicalRow, MechanicalsAdopted, RateRow, RatesAdopted, Redacted, RulesAdopted,
};
use ledger_spec::money::Amount;
use ledger_spec::reference::Territory;

use super::super::past::Past;
use super::catalogue::{dates, place_known};
use super::pools::OFFERINGS;
use super::{Judging, Refused, ensure};
use crate::royalty::{VERSIONS, territory};

const UNITED_STATES: Territory = Territory(840);

/// What a table of one kind of offering fixes (37 CFR 385.21).
const OF_AN_OFFERING: [RateMeasure; 3] =
    [RateMeasure::PERCENT_OF_CONTENT_COST, RateMeasure::PER_SUBSCRIBER_CAP, RateMeasure::PER_SUBSCRIBER_FLOOR];

/// Most that is believed of a rate for a copy, a minute or a subscriber, in units of the currency: none ever was a tenth
/// of it, and a comma in the wrong place reaches every use of every work.
const MOST: Amount = units(100);

const fn units(number: i128) -> Amount {
    match Amount::from_picos(number * 10i128.pow(Amount::SCALE as u32)) {
        Ok(amount) => amount,
        Err(_) => Amount::MAX,
    }
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn rules_adopted(&self, adopted: &RulesAdopted) -> Result<(), Refused> {
        ensure(VERSIONS.contains(&adopted.version), "unknown-rules", || {
            format!("this program computes by versions {VERSIONS:?} of the rules, not {}", adopted.version)
        })
    }

    /// A table that is in force is not adopted again: it would change nothing, and say for ever that something changed.
    pub(super) fn rates_adopted(&self, adopted: &RatesAdopted) -> Result<(), Refused> {
        place_known(adopted.territory)?;
        of_the_united_states(adopted)?;
        ensure(!adopted.rows.is_empty(), "no-rows", || {
            format!(
                "a table {} without rows would leave everything without a rate; adopt one that has them",
                adopted.table
            )
        })?;
        adopted.rows.iter().try_for_each(|row| rate(adopted.table, row))?;
        let mut tables = self.state.catalogue.rates.iter();
        let same = tables.find(|known| {
            (known.table, known.territory, known.currency) == (adopted.table, adopted.territory, adopted.currency)
                && known.rows == adopted.rows
        });
        same.map_or(Ok(()), |known| Err(already(known.event)))
    }

    /// The same of who pays the mechanical. Rows are adopted one by one: each decides until a later one covers it.
    pub(super) fn mechanicals_adopted(&self, adopted: &MechanicalsAdopted) -> Result<(), Refused> {
        adopted.rows.iter().try_for_each(|row| place_known(row.territory))?;
        adopted.rows.iter().try_for_each(|row| dates(Some(row.from), row.to))?;
        let known = &self.state.catalogue.mechanicals;
        let decides = |row: &MechanicalRow| known.iter().rfind(|known| rivals(&known.row, row));
        let in_force = adopted.rows.iter().map(|row| decides(row).filter(|known| known.row == *row));
        let Some(in_force) = in_force.collect::<Option<Vec<_>>>() else { return Ok(()) };
        in_force.last().map_or(Ok(()), |known| Err(already(known.event)))
    }

    /// What is erased cannot be erased again.
    pub(super) fn redacted(&mut self, redacted: &Redacted) -> Result<(), Refused> {
        let target = redacted.target;
        let there = self.spent.insert(target) && self.read(target)?.is_some();
        ensure(there, "already-redacted", || format!("event {target} is redacted already; its body is gone"))
    }
}

/// Every table there is follows from 17 USC 115: it is of that country, in its currency.
fn of_the_united_states(adopted: &RatesAdopted) -> Result<(), Refused> {
    let RatesAdopted { table, territory, currency, .. } = *adopted;
    ensure(territory == UNITED_STATES && currency.code() == *b"USD", "rate-table", || {
        let place = territory::code(territory).unwrap_or("a place unknown");
        format!("the rates of {table} are set for the US, in USD, not for {place} in {currency}")
    })
}

/// A row fixes what its table does, with a value that can be meant, for days in their order.
fn rate(table: RateTable, row: &RateRow) -> Result<(), Refused> {
    dates(Some(row.from), row.to)?;
    let measures: &[RateMeasure] = match table {
        RateTable::US_MECHANICAL => &[RateMeasure::PER_WORK, RateMeasure::PER_MINUTE, RateMeasure::RINGTONE],
        RateTable::US_STREAMING => &[RateMeasure::PERCENT_OF_REVENUE],
        offering if OFFERINGS.contains(&offering) => &OF_AN_OFFERING,
        _ => &[],
    };
    let measure = row.measure;
    ensure(measures.contains(&measure), "rate-table", || {
        let names: Vec<String> = measures.iter().map(RateMeasure::to_string).collect();
        let fixes = if names.is_empty() { "nothing that these rules know".to_owned() } else { names.join(", ") };
        format!("a table {table} fixes {fixes}; {measure} is no part of it")
    })?;
    let percentage = [RateMeasure::PERCENT_OF_REVENUE, RateMeasure::PERCENT_OF_CONTENT_COST].contains(&measure);
    let most = if percentage { units(1) } else { MOST };
    let value = row.value.to_amount_half_even().ok();
    let possible = row.value.mantissa() >= 0 && value.is_some_and(|value| value <= most);
    ensure(possible, "rate", || {
        let fraction = if percentage { " A percentage is a fraction of one." } else { "" };
        format!("{measure} is not below zero, and at most {most}, not {}.{fraction}", row.value)
    })
}

fn already(event: u64) -> Refused {
    Refused { code: "already-adopted", text: format!("event {event} adopted the very same, and it is in force") }
}

/// Whether two rows are about the same use, and one of their days: then the later decides.
fn rivals(a: &MechanicalRow, b: &MechanicalRow) -> bool {
    let last = |row: &MechanicalRow| row.to.unwrap_or(Date::MAX);
    (a.territory, a.use_type, a.service) == (b.territory, b.use_type, b.service)
        && a.from <= last(b)
        && b.from <= last(a)
}
