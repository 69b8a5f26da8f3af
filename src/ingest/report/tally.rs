//! The tally of a file: how many rows, how many uses, how much money, what is wrong.

use std::sync::Arc;

use ledger_spec::code::Measure;
use ledger_spec::money::{AmountError, Currency, ExactSum, SourceAmount};

use super::defect::{BadLine, Bounded, Defect};
use super::format::Sink;
use super::row::{Row, Summary, Usage, UsageDays};
use super::unlikely::UnlikelyUnits;
use super::unrecorded::Counted;
use super::warning::{Warning, Warnings};
use super::words::{Word, Words};

/// Rows by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Summary rows.
    pub summaries: u64,
    /// Release rows.
    pub releases: u64,
    /// Resource rows.
    pub resources: u64,
    /// Work rows.
    pub works: u64,
    /// Usage rows.
    pub usages: u64,
    /// Breakdown rows.
    pub breakdowns: u64,
    /// Allocation rows.
    pub allocations: u64,
    /// Uses or units sold, by usage rows.
    pub units: i128,
    /// Units returned, by usage rows.
    pub returns: i128,
}

impl RowCounts {
    /// Lines that say how much was used or is owed: usage, its breakdowns, summaries and allocations. The others
    /// say what it was.
    pub fn reported(&self) -> u64 {
        self.summaries + self.usages + self.breakdowns + self.allocations
    }

    fn add(&mut self, other: RowCounts) {
        self.summaries += other.summaries;
        self.releases += other.releases;
        self.resources += other.resources;
        self.works += other.works;
        self.usages += other.usages;
        self.breakdowns += other.breakdowns;
        self.allocations += other.allocations;
        self.units += other.units;
        self.returns += other.returns;
    }
}

/// Adds up the rows of chunks. Tallies of different chunks merge to that of the file.
#[derive(Clone, Debug)]
pub struct Tally {
    file: Arc<str>,
    /// Rows.
    pub rows: RowCounts,
    /// Bad lines, the first in full.
    pub bad: Bounded<BadLine>,
    /// Warnings.
    pub warnings: Warnings,
    /// The days of all usage rows.
    pub used: Option<UsageDays>,
    /// The words of lines and summaries.
    pub(super) words: Words,
    /// Lines of more units than there can be.
    pub(super) unlikely: UnlikelyUnits,
    /// What no event has a place for.
    pub(super) unrecorded: Counted,
    totals: Vec<((Measure, Currency), Total)>,
    units_by_summary: Vec<i128>,
}

impl Tally {
    /// Bad lines that are kept in full; more are counted.
    pub const BAD_LINES: usize = 1000;

    /// Nothing yet. The name is that of the file, for bad lines.
    pub fn new(file: &Arc<str>) -> Tally {
        Tally {
            file: Arc::clone(file),
            rows: RowCounts::default(),
            bad: Bounded::new(Self::BAD_LINES),
            warnings: Warnings::default(),
            used: None,
            words: Words::default(),
            unlikely: UnlikelyUnits::default(),
            unrecorded: Counted::default(),
            totals: Vec::new(),
            units_by_summary: Vec::new(),
        }
    }

    /// Takes in the tally of other chunks.
    pub fn merge(&mut self, other: Tally) {
        self.rows.add(other.rows);
        self.bad.merge(other.bad, |bad| bad.line);
        self.warnings.merge(other.warnings);
        self.used = match (self.used, other.used) {
            (Some(a), Some(b)) => Some(a.hull(b)),
            (a, b) => a.or(b),
        };
        self.words.merge(other.words);
        self.unlikely.merge(other.unlikely);
        self.unrecorded.merge(other.unrecorded);
        for (key, total) in other.totals {
            self.total(key).merge(total);
        }
        for (number, units) in other.units_by_summary.into_iter().enumerate() {
            *self.units_of(number) += units;
        }
    }

    /// The uses of the usage lines of a summary, by its number.
    pub fn units_of_summary(&self, number: usize) -> i128 {
        self.units_by_summary.get(number).copied().unwrap_or(0)
    }

    /// The exact totals, in the order of measure and currency.
    pub fn totals(&self) -> Result<Vec<(Measure, Currency, ExactSum)>, AmountError> {
        let mut totals = Vec::with_capacity(self.totals.len());
        for ((measure, currency), total) in &self.totals {
            totals.push((*measure, *currency, total.sum()?));
        }
        totals.sort_by_key(|(measure, currency, _)| (*measure, *currency));
        Ok(totals)
    }

    fn usage(&mut self, usage: &Usage<'_>) {
        self.rows.usages += 1;
        self.rows.units += i128::from(usage.units);
        self.rows.returns += i128::from(usage.returns);
        self.unlikely.add(usage.line, i128::from(usage.units) - i128::from(usage.returns));
        if let Some(days) = usage.used {
            self.used = Some(self.used.map_or(days, |used| used.hull(days)));
        }
        match usage.summary {
            Some(summary) => *self.units_of(summary.number) += i128::from(usage.units),
            // It speaks for itself.
            None => {
                let money = usage.currency.zip(usage.earnings);
                self.words.add(Word::Store, usage.line, usage.service.raw(), money);
                self.words.add(Word::Territory, usage.line, usage.territory.raw(), None);
            }
        }
        self.unrecorded.usage(usage);
        self.money(usage.currency, Measure::NET, usage.earnings);
        self.money(usage.currency, Measure::WITHHELD, usage.withheld);
        self.money(usage.currency, Measure::RECOUPED, usage.recouped);
        self.money(usage.currency, Measure::LINE_REVENUE, usage.net_revenue);
    }

    fn summary(&mut self, summary: &Summary) {
        let said = [
            (Word::Territory, &summary.territory),
            (Word::UseType, &summary.use_type),
            (Word::CommercialModel, &summary.commercial_model),
            (Word::RightsType, &summary.rights_type),
        ];
        said.into_iter().for_each(|(word, value)| self.words.add(word, summary.line, value, None));
    }

    fn money(&mut self, currency: Option<Currency>, measure: Measure, amount: Option<SourceAmount>) {
        if let (Some(currency), Some(amount)) = (currency, amount) {
            self.total((measure, currency)).add(amount);
        }
    }

    fn total(&mut self, key: (Measure, Currency)) -> &mut Total {
        let found = self.totals.iter().position(|(other, _)| *other == key);
        let index = found.unwrap_or(self.totals.len());
        if found.is_none() {
            self.totals.push((key, Total::new()));
        }
        // Found, or just pushed at this index.
        &mut self.totals[index].1
    }

    fn units_of(&mut self, number: usize) -> &mut i128 {
        if self.units_by_summary.len() <= number {
            self.units_by_summary.resize(number + 1, 0);
        }
        // The list was just made long enough.
        &mut self.units_by_summary[number]
    }
}

impl Sink for Tally {
    fn row(&mut self, row: Row<'_>) {
        match row {
            Row::Usage(usage) => self.usage(usage),
            Row::Allocation(allocation) => {
                self.rows.allocations += 1;
                self.words.add(Word::RightsType, allocation.line, allocation.rights_type.raw(), None);
                self.unrecorded.allocation(allocation);
                self.money(allocation.currency, Measure::ALLOCATED, Some(allocation.amount));
                self.money(allocation.currency, Measure::ALLOCATED_NET, Some(allocation.net_revenue));
            }
            Row::Summary(summary) => {
                self.rows.summaries += 1;
                self.summary(summary);
                self.money(summary.currency, Measure::SUMMARY_REVENUE, summary.net_revenue);
            }
            Row::Release(release) => {
                self.rows.releases += 1;
                self.unrecorded.release(release);
            }
            Row::Resource(resource) => {
                self.rows.resources += 1;
                self.unrecorded.resource(resource);
            }
            Row::Work(work) => {
                self.rows.works += 1;
                self.unrecorded.work(work);
            }
            Row::Breakdown(_) => self.rows.breakdowns += 1,
        }
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        self.bad.push_with(|| BadLine::new(&self.file, defect));
    }

    fn warning(&mut self, line: u64, warning: Warning) {
        match warning {
            Warning::Unrecorded { kind, lines } => self.unrecorded.add(kind, line, lines),
            warning => self.warnings.push(line, warning),
        }
    }
}

/// An exact sum that is cheap to add to: amounts are added by their number of decimals, and brought together only at
/// the end, or when a sum outgrows what an amount can hold.
#[derive(Clone, Debug)]
pub(super) struct Total {
    /// The sum of the amounts with so many decimals; each is a valid mantissa of a [`SourceAmount`].
    by_scale: [i128; SCALES],
    outgrown: Result<ExactSum, AmountError>,
}

const SCALES: usize = SourceAmount::MAX_SCALE as usize + 1;

impl Total {
    pub(super) fn new() -> Total {
        Total { by_scale: [0; SCALES], outgrown: Ok(ExactSum::ZERO) }
    }

    pub(super) fn add(&mut self, amount: SourceAmount) {
        // An amount has at most MAX_SCALE decimals, and two mantissas below 10^36 fit an i128.
        let held = &mut self.by_scale[usize::from(amount.scale())];
        match SourceAmount::new(*held + amount.mantissa(), amount.scale()) {
            Ok(sum) => *held = sum.mantissa(),
            Err(_) => self.outgrown = self.outgrown.and_then(|sum| sum.plus(amount.into())),
        }
    }

    pub(super) fn merge(&mut self, other: Total) {
        let sum = other.sum().and_then(|other| self.sum()?.plus(other));
        *self = Total { by_scale: [0; SCALES], outgrown: sum };
    }

    pub(super) fn sum(&self) -> Result<ExactSum, AmountError> {
        (0..).zip(self.by_scale).try_fold(self.outgrown?, |sum, (scale, mantissa)| {
            let held = SourceAmount::new(mantissa, scale).map_err(|_| AmountError::OutOfRange)?;
            sum.plus(held.into())
        })
    }
}
