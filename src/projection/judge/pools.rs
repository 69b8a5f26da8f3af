//! Pools: figures that make sense, of an offering there is, in a month that is over, and with every rate they need.

use ledger_spec::code::{Basis, RateMeasure, RateTable, ReportedKind, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::usage::PoolReported;
use ledger_spec::money::{Amount, SourceAmount};

use super::super::past::Past;
use super::money::fits;
use super::once::refuse_beside;
use super::{Judging, Refused, ensure};
use crate::royalty::{NoPool, Pool};

/// The tables that are each for a kind of offering.
pub(super) const OFFERINGS: [RateTable; 5] = [
    RateTable::US_STREAMING_PORTABLE,
    RateTable::US_STREAMING_NON_PORTABLE,
    RateTable::US_STREAMING_MIXED,
    RateTable::US_STREAMING_BUNDLE,
    RateTable::US_STREAMING_FREE,
];

/// One, as an amount of 10^-12.
const ONE: i128 = 10i128.pow(Amount::SCALE as u32);

impl<P: Past> Judging<'_, P> {
    pub(super) fn pool_reported(&mut self, pool: &PoolReported) -> Result<(), Refused> {
        let source = pool.source;
        self.reports(source)?;
        let reversed = self.state.sources.get(source).is_some_and(|source| source.reversed.is_some());
        ensure(!reversed && !self.spent.contains(&source), "source-closed", || {
            format!("source {source} was reversed; its plays count no longer")
        })?;
        self.numbered(source, pool.offering, &[ReportedKind::SERVICE])?;
        ensure(OFFERINGS.contains(&pool.table), "unknown-table", || {
            let names: Vec<String> = OFFERINGS.iter().map(RateTable::to_string).collect();
            format!("the rates of an offering are in one of {}; {} is none of them", names.join(", "), pool.table)
        })?;
        let month = pool.month.period();
        ensure(pool.month == month.first_day(), "month", || {
            format!("a month is said by its first day, {}, not {}", month.first_day(), pool.month)
        })?;
        let today = Date::of_unix_ms(self.candidate.recorded_at);
        ensure(month.last_day() < today, "not-yet", || format!("{month} is not over: today is {today}"))?;
        self.figures(pool)?;
        if let Some(replaced) = pool.replaces.map(|replaced| self.resolve(replaced)) {
            let before = match self.here.get(&replaced) {
                Some(Event::PoolReported(before)) => Some(before),
                _ => self.state.catalogue.pools.get(replaced).map(|before| &before.said),
            };
            self.same(before.is_some_and(|before| alike(before, pool)), "pool of the same offering and month")?;
            self.spend(replaced)?;
        }
        self.pool_once(pool)?;
        self.rated(pool)
    }

    /// Amounts are not below zero and of a size that fits; there are plays, and not fewer than the source has.
    fn figures(&self, pool: &PoolReported) -> Result<(), Refused> {
        let amount = |amount: SourceAmount| {
            amount.to_amount_half_even().map_err(|error| Refused { code: "amount", text: error.to_string() })
        };
        for (what, figure) in [
            ("revenue", pool.revenue),
            ("content cost", pool.content_cost),
            ("performance royalties", pool.performance),
        ] {
            fits(amount(figure)?)?;
            ensure(figure.mantissa() >= 0, "amount", || format!("{what} cannot be below zero: {figure} is"))?;
        }
        let plays = amount(pool.plays)?;
        ensure(plays > Amount::ZERO && pool.plays.scale() <= Amount::SCALE, "plays", || {
            format!("all plays are a number above zero with at most 12 decimals, not {}", pool.plays)
        })?;
        let counted = self.plays(pool);
        // A play counts once at least, and the source is among all that was played.
        let enough = counted.checked_mul(ONE).is_some_and(|counted| counted <= plays.picos());
        ensure(enough, "plays", || {
            format!("source {} alone has {counted} plays of it; all plays cannot be {}", pool.source, pool.plays)
        })
    }

    /// The plays of a pool that its source has so far, each counted once.
    fn plays(&self, pool: &PoolReported) -> i128 {
        let state = self.state;
        let Some(source) = state.sources.number(pool.source) else { return 0 };
        let cells = state.cells.iter().map(|(_, cell, _)| cell).filter(|cell| cell.key.source == source);
        let played = cells.filter(|cell| {
            state.cells.terms_of(cell.key.terms).is_some_and(|terms| {
                terms.basis == Basis::NONE
                    && terms.to.period() == pool.month.period()
                    && [0, terms.offering].contains(&pool.offering)
            })
        });
        played.map(|cell| i128::from(cell.units)).sum()
    }

    /// An offering has one pool in a month.
    pub(super) fn pool_once(&self, pool: &PoolReported) -> Result<(), Refused> {
        let catalogue = &self.state.catalogue;
        let known = catalogue.pools.iter().filter(|(_, row)| alike(&row.said, pool));
        let known = known.filter(|(event, row)| self.counts(*event, &row.status)).map(|(event, _)| event);
        let here = self.here.iter().filter_map(|(event, said)| match said {
            Event::PoolReported(said) => (alike(said, pool) && !self.spent.contains(event)).then_some(*event),
            _ => None,
        });
        refuse_beside(known.chain(here).next(), "the figures of this offering and month")
    }

    /// There is a place for which every rate is adopted that the pool needs.
    fn rated(&self, pool: &PoolReported) -> Result<(), Refused> {
        let tables = &self.state.catalogue.rates;
        let headline = tables.iter().filter(|table| table.table == RateTable::US_STREAMING);
        let mut why = NoPool::Missing { table: RateTable::US_STREAMING, measure: RateMeasure::PERCENT_OF_REVENUE };
        for place in headline.map(|table| table.territory) {
            match Pool::of(pool, tables, place, UseType::INTERACTIVE_STREAM) {
                Ok(_) => return Ok(()),
                Err(missing) => why = missing,
            }
        }
        let code = if matches!(why, NoPool::Amount(_)) { "amount" } else { "no-rate" };
        Err(Refused { code, text: why.to_string() })
    }
}

fn alike(a: &PoolReported, b: &PoolReported) -> bool {
    (a.source, a.offering, a.month) == (b.source, b.offering, b.month)
}
