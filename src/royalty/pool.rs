//! The pool of an offering: what a streaming service owes in mechanicals for all plays of a month, and for one of them
//! (17 USC 115(c)(1), 37 CFR 385.21).
//!
//! 1. All-in: the larger of a percentage of revenue and a percentage of what the recordings cost, the latter at most so
//!    much a subscriber where the offering's table has such a cap (385.21(b)(1) and (2)).
//! 2. Payable: less what is paid for performances of the works (385.21(b)(2)).
//! 3. Pool: at least so much a subscriber where the table has such a floor, and never below nothing (385.21(b)(3)).
//! 4. For a play: the pool over all plays, each counted by the playing time of its recording (385.21(b)(4), 385.21(c)).
//!
//! Figures and rates are rounded to 10^-12 where they come in, each product once; what a play comes to stays a
//! fraction, so that it is rounded but once, with the plays of a cell. No rate stands in this code, and where a row is
//! missing there is no pool, never a guess.

use std::fmt::Write;

use ledger_spec::code::{RateMeasure, RateTable, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::governance::RateRow;
use ledger_spec::event::usage::PoolReported;
use ledger_spec::money::{Amount, AmountError, SourceAmount};
use ledger_spec::reference::Territory;
use thiserror::Error;

use super::catalogue::AdoptedRates;
use super::statutory::narrower;
use super::territory;

/// Playing time up to which a play counts once.
const WHOLE_SECONDS: u32 = 300;

/// Why there is no pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoPool {
    /// A row is missing.
    #[error("no adopted table {table} has a row {measure} for that month and place; adopt one that has")]
    Missing {
        /// In this table.
        table: RateTable,
        /// Of this measure.
        measure: RateMeasure,
    },
    /// The rates are in another currency than the figures.
    #[error("the rates of table {table} are in another currency than the figures")]
    OtherCurrency {
        /// The table.
        table: RateTable,
    },
    /// Beyond what an amount can hold.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// Nothing was played.
    #[error("the number of all plays must be above zero")]
    NoPlays,
}

/// A rate, and the event that adopted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolRate {
    /// The rate: a fraction of one, or an amount for a subscriber.
    pub value: SourceAmount,
    /// The adopted table.
    pub table: u64,
}

/// A rate, and what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prong {
    /// The rate.
    pub rate: PoolRate,
    /// What it comes to.
    pub comes_to: Amount,
}

/// Steps 1 to 4, with every number on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// The figures.
    pub figures: PoolReported,
    /// The percentage of revenue.
    pub of_revenue: Prong,
    /// The percentage of the cost of content, before its cap.
    pub of_content: Prong,
    /// The most that the latter counts for, if there is a cap.
    pub cap: Option<Prong>,
    /// Step 1: the larger of both.
    pub all_in: Amount,
    /// Step 2: less what is paid for performances; below zero if that is more.
    pub payable: Amount,
    /// The least that is owed, if there is a floor.
    pub floor: Option<Prong>,
    /// Step 3: what is owed for all plays.
    pub pool: Amount,
    /// All plays, as an amount of one each.
    plays: Amount,
}

impl Pool {
    /// The pool that figures come to, for uses of a kind in a place.
    ///
    /// # Errors
    ///
    /// If a row that has to be there is not: the percentages. Cap and floor are for the offerings that have them.
    pub fn of(
        figures: &PoolReported,
        tables: &[AdoptedRates],
        place: Territory,
        use_type: UseType,
    ) -> Result<Pool, NoPool> {
        let find = |table, measure| rate(tables, table, measure, figures, place, use_type);
        let must = |table, measure| find(table, measure)?.ok_or(NoPool::Missing { table, measure });
        let percent = |rate: PoolRate, of: SourceAmount| {
            Ok::<_, NoPool>(Prong { rate, comes_to: of.to_amount_half_even()?.mul_decimal(rate.value)? })
        };
        let subscribers = i64::try_from(figures.subscribers).map_err(|_| AmountError::OutOfRange)?;
        let each = |rate: PoolRate| {
            let comes_to = rate.value.to_amount_half_even()?.try_mul(subscribers)?;
            Ok::<_, NoPool>(Prong { rate, comes_to })
        };
        let of_revenue = percent(must(RateTable::US_STREAMING, RateMeasure::PERCENT_OF_REVENUE)?, figures.revenue)?;
        let offering = figures.table;
        let of_content = percent(must(offering, RateMeasure::PERCENT_OF_CONTENT_COST)?, figures.content_cost)?;
        let cap = find(offering, RateMeasure::PER_SUBSCRIBER_CAP)?.map(each).transpose()?;
        let floor = find(offering, RateMeasure::PER_SUBSCRIBER_FLOOR)?.map(each).transpose()?;

        let content = cap.map_or(of_content.comes_to, |cap| cap.comes_to.min(of_content.comes_to));
        let all_in = of_revenue.comes_to.max(content);
        let payable = all_in.try_sub(figures.performance.to_amount_half_even()?)?;
        let pool = payable.max(floor.map_or(Amount::ZERO, |floor| floor.comes_to)).max(Amount::ZERO);
        let plays = figures.plays.to_amount_half_even()?;
        if plays <= Amount::ZERO {
            return Err(NoPool::NoPlays);
        }
        Ok(Pool { figures: *figures, of_revenue, of_content, cap, all_in, payable, floor, pool, plays })
    }

    /// What so many plays of a recording come to: `pool / plays x units x multiplier`, rounded half to even once.
    pub fn of_plays(&self, units: i64, multiplier: Multiplier) -> Result<Amount, AmountError> {
        let out_of_range = || AmountError::OutOfRange;
        let picos = |amount: Amount| u128::try_from(amount.picos()).map_err(|_| out_of_range());
        let adjusted = u128::from(units.unsigned_abs()).checked_mul(multiplier.fifths.into());
        let one = 10u128.pow(Amount::SCALE.into());
        let counted = adjusted.and_then(|adjusted| adjusted.checked_mul(one)).ok_or_else(out_of_range)?;
        let all = picos(self.plays)?.checked_mul(Multiplier::FIFTHS.into()).ok_or_else(out_of_range)?;
        let money = self.pool.mul_div(counted, all)?;
        Ok(if units < 0 { -money } else { money })
    }

    /// What a play comes to, to seventeen decimals and not rounded; dots follow where it has more.
    pub fn per_play(&self) -> String {
        // The pool is not below zero, plays are above it.
        let (pool, plays) = (self.pool.picos().unsigned_abs(), self.plays.picos().unsigned_abs());
        let mut digits = format!("{}.", pool / plays);
        let mut rest = pool % plays;
        for _ in 0..17 {
            // Below ten times 10^27.
            rest *= 10;
            // Writing to a string cannot fail.
            let _ = write!(digits, "{}", rest / plays);
            rest %= plays;
        }
        if rest == 0 { digits.trim_end_matches('0').trim_end_matches('.').to_owned() } else { digits + "..." }
    }
}

/// How often a play counts by the playing time of its recording: once up to five minutes, a fifth more for each further
/// minute or fraction of one (37 CFR 385.21(c)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Multiplier {
    fifths: u64,
}

impl Multiplier {
    const FIFTHS: u64 = 5;

    /// Of a recording of so many seconds.
    pub fn of(seconds: u32) -> Multiplier {
        let longer = seconds.saturating_sub(WHOLE_SECONDS).div_ceil(60);
        Multiplier { fifths: Multiplier::FIFTHS + u64::from(longer) }
    }
}

impl std::fmt::Display for Multiplier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.fifths / Multiplier::FIFTHS, self.fifths % Multiplier::FIFTHS * 2) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenths) => write!(f, "{whole}.{tenths}"),
        }
    }
}

/// The rate of a measure in a table for the month of the figures: of several tables the one for the narrower territory,
/// then the one adopted last.
fn rate(
    tables: &[AdoptedRates],
    table: RateTable,
    measure: RateMeasure,
    figures: &PoolReported,
    place: Territory,
    use_type: UseType,
) -> Result<Option<PoolRate>, NoPool> {
    let day = figures.month;
    let here = tables.iter().filter(|found| found.table == table && territory::contains(found.territory, place, day));
    let rated = here.filter_map(|found| Some((found, value(&found.rows, measure, day, use_type)?)));
    match rated.reduce(|best, next| narrower(best, next, day)) {
        Some((found, _)) if found.currency != figures.currency => Err(NoPool::OtherCurrency { table }),
        found => Ok(found.map(|(found, value)| PoolRate { value, table: found.event })),
    }
}

/// The row for this very use goes before one for every use, a later one before an earlier.
fn value(rows: &[RateRow], measure: RateMeasure, day: Date, use_type: UseType) -> Option<SourceAmount> {
    let in_force = rows.iter().filter(|row| {
        row.measure == measure
            && row.from <= day
            && row.to.is_none_or(|to| day <= to)
            && [UseType::UNKNOWN, use_type].contains(&row.use_type)
    });
    in_force.max_by_key(|row| row.use_type == use_type).map(|row| row.value)
}
