//! A close: of the next month once that is over, over the head it was computed from, with no source open, and with the
//! root that the books come to.

use ledger_spec::date::{Date, Period};
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::period::key_hash;

use super::super::past::Past;
use super::super::rating::Settled;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    pub(super) fn period_key(&mut self, key: &PeriodKey) -> Result<(), Refused> {
        ensure(self.count == 0 && self.candidate.submission.statement().count == 2, "close-shape", close_shape)?;
        self.key = Some(*key);
        Ok(())
    }

    pub(super) fn period_closed(&mut self, closed: &PeriodClosed) -> Result<(), Refused> {
        let key = self.key.filter(|_| self.count == 1 && self.candidate.submission.statement().count == 2);
        let key = key.ok_or_else(|| Refused { code: "close-shape", text: close_shape() })?;
        ensure(key.period == closed.period && key_hash(&key.key) == closed.key_hash, "close-key", || {
            "the close is of another period than its key, or publishes the hash of another key".to_owned()
        })?;
        self.is_next(closed.period)?;
        ensure(closed.rules == self.state.rules, "close-rules", || {
            format!("version {} of the rules is in force, not {}", self.state.rules, closed.rules)
        })?;
        let open: Vec<String> = self.state.sources.open().map(|source| source.to_string()).collect();
        ensure(open.is_empty(), "source-open", || {
            format!("no period closes over an open source; finish or reverse {}", open.join(", "))
        })?;
        let closing = Settled { state: self.state }.closing(closed.period, self.past);
        let closing = closing.map_err(|error| Refused { code: "books-failed", text: error.to_string() })?;
        let root = closing.rows(&key.key).root();
        ensure(root == closed.root, "close-root", || {
            format!("the books come to root {root}, not {}; compute the close again", closed.root)
        })
    }

    /// A close is for good, so a month is closed only once it is over; and no month is left out, because a typing error
    /// in the year would otherwise lock every month before it. The first is none before there is usage, because every
    /// month from there on would have to be closed by itself.
    fn is_next(&self, period: Period) -> Result<(), Refused> {
        let today = Date::of_unix_ms(self.candidate.recorded_at);
        ensure(period.last_day() < today, "period-not-over", || {
            format!("{period} is not over: it ends on {}, and today is {today}; close it after that", period.last_day())
        })?;
        let Some(last) = self.state.periods.closed().last() else {
            let first = self.state.first_month().unwrap_or(period);
            return ensure(first <= period, "period-before-usage", || {
                format!(
                    "the first month of which a report has usage is {first}; close no month before it, as {period} is"
                )
            });
        };
        ensure(period == last.period.next(), "period-gap", || {
            format!("{} was closed last; close {} before {period}", last.period, last.period.next())
        })
    }
}

fn close_shape() -> String {
    "a period is closed by one submission of two events: its key, then the close".to_owned()
}
