//! Conversions: within what is due, at a rate of a day that has come and as the contract asks for, and not by the party
//! whose money it is.

use ledger_spec::code::RateDay;
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::ExchangeRule;
use ledger_spec::event::money::Converted;

use super::super::past::Past;
use super::money::{fits, wrong};
use super::{Judging, Refused, ensure};
use crate::royalty::{accounts, postings};

impl<P: Past> Judging<'_, P> {
    pub(super) fn converted(&mut self, index: u64, converted: &Converted) -> Result<(), Refused> {
        let Converted { party, amount, from, date, .. } = *converted;
        self.known(party)?;
        let contract = self.contract_of(converted.contract, party)?;
        self.has_come(date, "rate of exchange")?;
        if let Some(remark) = converted.remark {
            self.is_remark(remark)?;
        }
        self.by_rule(contract, converted)?;
        fits(amount)?;
        let posted = postings::converted(contract, converted).map_err(wrong)?;
        posted.iter().try_for_each(|side| fits(side.amount))?;
        // Whoever sets the rate sets what is due.
        self.favours_another(posted.iter().map(|side| (side.account, side.amount)))?;
        let due = accounts::due(party, contract, from);
        self.converted_once(index, converted, &due)?;
        let left = self.left(&due)?;
        ensure(amount <= left, "more-than-due", || {
            format!("{left} {from} is due to party {party}; {amount} is more than can be converted")
        })?;
        self.is_free(&due, left, amount)?;
        self.posts(&posted)
    }

    /// Into the currency of a contract that says by which rate, at no other. Of versions that which is in force today.
    fn by_rule(&self, contract: u64, converted: &Converted) -> Result<(), Refused> {
        let Converted { to, date, source, .. } = *converted;
        let today = Date::of_unix_ms(self.candidate.recorded_at);
        let terms = self.state.catalogue.terms_of(contract, today).map(|(_, terms)| (terms.currency, terms.exchange));
        let Some((currency, Some(rule))) = terms else { return Ok(()) };
        ensure(to == currency, "exchange-rule", || format!("the contract is in {currency}, not in {to}"))?;
        let ExchangeRule { source: asked, day, within } = rule;
        ensure(source == asked, "exchange-rule", || {
            format!("by the contract the rate of exchange is from source {asked}, not {source}")
        })?;
        let last = match day {
            RateDay::CONVERSION => Some(today),
            RateDay::PERIOD_END => self.state.periods.open().and_then(|open| earlier(open.first_day(), 1)),
            _ => None,
        };
        // A day that these rules do not know cannot be held against anything.
        let Some(last) = last else { return Ok(()) };
        let first = earlier(last, within).unwrap_or(Date::MIN);
        ensure((first..=last).contains(&date), "exchange-rule", || match first == last {
            true => format!("by the contract the rate of exchange is that of {last}, not of {date}"),
            false => format!("by the contract the rate of exchange is one of {first} to {last}, not of {date}"),
        })
    }
}

fn earlier(day: Date, days: u16) -> Option<Date> {
    Date::from_days(day.days() - i32::from(days))
}
