//! The books restated: every posting in the month that it belongs to, as known now, not in the period it was posted in.
//!
//! What uses came to belongs to the month of the uses (of their last day), whenever they were reported, matched or
//! corrected. What rounding left of a source belongs to the last month of its uses. What an event posted by itself
//! belongs to the month of the day that it states (received, paid, charged, converted, ordered, as of); what takes it
//! back, a payout that failed as well, to the same month. What a close posted belongs to its period, and what states no day to the period that it was
//! posted in.
//!
//! All sides of a posting belong to one month, so each month balances, and all months together are the books as posted.

use std::collections::{BTreeMap, HashMap};

use ledger_spec::code::AccountClass;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Amount;

use super::entries::{Entry, Origin};
use crate::projection::balances::{Filter, Row};
use crate::projection::error::FoldError;
use crate::projection::past::Past;
use crate::projection::payouts::PayoutStatus;
use crate::projection::rating::Settled;
use crate::royalty::Movement;

/// Which months of restated books are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restated {
    /// Every month by itself.
    EachMonth,
    /// All months up to this one, together.
    Through(Period),
}

/// The months that are shown together: one, or all, which has no name.
pub type Shown = Option<Period>;

impl Restated {
    /// With what a month is shown, if at all.
    fn shown(self, month: Period) -> Option<Shown> {
        match self {
            Restated::EachMonth => Some(Some(month)),
            Restated::Through(last) => (month <= last).then_some(None),
        }
    }
}

/// The month of everything that was posted, and which months are shown.
#[derive(Debug, Default)]
pub struct Months {
    /// None shows everything, as posted.
    restated: Option<Restated>,
    /// By event, of those that posted by themselves.
    of_events: BTreeMap<u64, Period>,
    /// The last month that lines are of, by the number of the source.
    last: Vec<Period>,
}

impl Months {
    /// Everything, as posted.
    pub fn as_posted() -> Months {
        Months::default()
    }

    /// Whether postings are in the months that they belong to.
    pub fn are_restated(&self) -> bool {
        self.restated.is_some()
    }

    /// With what a month is shown, if at all.
    pub(in crate::projection) fn shown(&self, month: Period) -> Option<Shown> {
        self.restated.map_or(Some(None), |restated| restated.shown(month))
    }

    /// The month that uses under these terms belong to.
    pub(in crate::projection) fn of_uses(terms: &Terms) -> Period {
        terms.to.period()
    }

    /// The month that what an event posted by itself belongs to.
    pub(super) fn of_event(&self, event: u64) -> Option<Period> {
        self.of_events.get(&event).copied()
    }

    /// With what that is shown, if at all.
    pub(super) fn event_shown(&self, event: u64) -> Option<Shown> {
        if self.are_restated() { self.shown(self.of_event(event)?) } else { Some(None) }
    }

    /// The last month of the uses of a source, by its number.
    pub(super) fn last_of(&self, source: u32) -> Option<Period> {
        self.last.get(usize::try_from(source).ok()?).copied()
    }
}

/// The day that an event states for what it posts.
pub fn day_of(event: &Event<'_>) -> Option<Date> {
    match event {
        Event::OpeningBalance(opening) => Some(opening.as_of),
        Event::PaymentReceived(payment) => Some(payment.date),
        Event::AdvancePaid(advance) => Some(advance.date),
        Event::CostCharged(cost) => Some(cost.date),
        Event::Converted(converted) => Some(converted.date),
        Event::PayoutInstructed(payout) => Some(payout.date),
        Event::PayoutSettled(settled) => Some(settled.date),
        Event::PeriodClosed(closed) => Some(closed.period.last_day()),
        _ => None,
    }
}

impl Settled<'_> {
    /// The month that everything belongs to, to show these.
    pub fn months(&self, restated: Restated, past: &(impl Past + ?Sized)) -> Result<Months, FoldError> {
        let last = self.last_uses();
        let mut targets: HashMap<u64, u64> = self.state.reversed.iter().map(|(target, by)| (*by, *target)).collect();
        targets.extend(self.state.payouts().filter_map(|(instruction, payout)| match payout.status {
            PayoutStatus::Failed(by) => Some((by, instruction)),
            _ => None,
        }));
        let mut of_events = BTreeMap::new();
        for (line, account) in self.state.balances.journal(0) {
            if line.movement == Movement::Residue && account.class == AccountClass::RECEIVABLE {
                let source = self.state.sources.number(account.origin).and_then(|at| usize::try_from(at).ok());
                of_events.extend(source.and_then(|at| last.get(at)).map(|month| (line.event, *month)));
            } else if !of_events.contains_key(&line.event) {
                let said = targets.get(&line.event).unwrap_or(&line.event);
                of_events.extend(self.month_of(*said, past)?.map(|month| (line.event, month)));
            }
        }
        Ok(Months { restated: Some(restated), of_events, last })
    }

    /// The month of the day that an event states, or else its period.
    fn month_of(&self, event: u64, past: &(impl Past + ?Sized)) -> Result<Option<Period>, FoldError> {
        let body = past.body(event)?.ok_or(FoldError::Missing { index: event })?;
        let said = Event::decode_trusted(&body).map_err(|error| FoldError::Body { index: event, error })?;
        let periods = &self.state.periods;
        Ok(day_of(&said).map(|day| day.period()).or_else(|| periods.of_epoch(periods.epoch_of(event))))
    }

    /// The last month that the lines of each source are of; of one without lines, the period it was opened in.
    fn last_uses(&self) -> Vec<Period> {
        let (periods, sources) = (&self.state.periods, &self.state.sources);
        let mut last: Vec<Option<Period>> = vec![None; sources.iter().count()];
        for (_, cell, _) in self.state.cells.iter() {
            let found = usize::try_from(cell.key.source).ok().and_then(|source| last.get_mut(source));
            if let Some((found, terms)) = found.zip(self.state.cells.terms_of(cell.key.terms)) {
                *found = (*found).max(Some(Months::of_uses(terms)));
            }
        }
        let opened = |index| periods.of_epoch(periods.epoch_of(index)).unwrap_or(Date::of_unix_ms(0).period());
        sources.iter().zip(last).map(|((index, _), last)| last.unwrap_or_else(|| opened(index))).collect()
    }

    /// Every entry that is shown, in the month that it belongs to, in order of the months.
    pub fn restated_entries(&self, months: &Months) -> Result<Vec<Entry>, FoldError> {
        let mut entries = Vec::new();
        for (line, account) in self.state.balances.journal(0) {
            let Some(period) = months.of_event(line.event) else { continue };
            let (origin, movement) = (Origin::Event(line.event), line.movement);
            entries.push(Entry { period, origin, movement, account: *account, amount: line.amount });
        }
        for ((period, source, account), picos) in self.usage_by_month() {
            let Some(((source, _), account)) = self.state.sources.row(source).zip(self.state.balances.account(account))
            else {
                continue;
            };
            let amount = Amount::from_picos(picos).map_err(FoldError::range(source, SUM))?;
            let origin = Origin::Usage(source);
            entries.push(Entry { period, origin, movement: Movement::Usage, account: *account, amount });
        }
        entries.retain(|entry| !entry.amount.is_zero() && months.shown(entry.period).is_some());
        // What uses came to is found in no order.
        entries.sort_by_key(|entry| match entry.origin {
            Origin::Event(_) => None,
            Origin::Usage(_) => Some(entry.account),
        });
        self.sort(&mut entries);
        Ok(entries)
    }

    /// What uses came to, by month, source and account.
    fn usage_by_month(&self) -> HashMap<(Period, u32, u32), i128> {
        let mut sums: HashMap<(Period, u32, u32), i128> = HashMap::new();
        for (_, cell, posted) in self.state.cells.iter().filter(|(_, _, posted)| !posted.is_empty()) {
            let Some(month) = self.state.cells.terms_of(cell.key.terms).map(Months::of_uses) else { continue };
            let source = cell.key.source;
            let credits = posted.iter().map(|(account, credit)| (*account, credit.picos()));
            self.state.sides(source, credits, |account, picos| {
                *sums.entry((month, source, account)).or_default() += picos;
            });
        }
        sums
    }

    /// What the accounts that are asked for hold by what is shown, sorted; without those that hold nothing.
    pub fn rows_by_month(&self, filter: &Filter, months: &Months) -> Result<Vec<(Shown, Row)>, FoldError> {
        if !months.are_restated() {
            return Ok(self.balances().rows(filter).into_iter().map(|row| (None, row)).collect());
        }
        let mut sums: BTreeMap<_, Amount> = BTreeMap::new();
        for entry in self.restated_entries(months)?.into_iter().filter(|entry| filter.accepts(&entry.account)) {
            let Some(shown) = months.shown(entry.period) else { continue };
            let sum = sums.entry((shown, entry.account)).or_default();
            *sum = sum.try_add(entry.amount).map_err(FoldError::range(self.state.size, SUM))?;
        }
        let held = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
        Ok(held.map(|((shown, account), amount)| (shown, Row { account, amount })).collect())
    }
}

const SUM: &str = "a sum of a report";
