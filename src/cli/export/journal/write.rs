//! The entries of the books as transactions, with their days, sentences and accounts in words.

use std::collections::BTreeSet;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::money::Converted;
use ledger_spec::record::Record;

use super::Held;
use crate::cli::failure::Failure;
use crate::cli::known::{Known, Labels};
use crate::export::journal::{AccountNames, Asserted, Item, Journal, Price, Side, Transaction};
use crate::ledger::Ledger;
use crate::projection::reports::{Entry, Origin, day_of};
use crate::projection::{Closed, Settled};
use crate::store::Event as Stored;

/// What a journal is made with.
pub struct Writing<'a, 'n, 'c> {
    settled: &'a Settled<'a>,
    ledger: &'a Ledger,
    known: &'a Known<'a>,
    labels: Labels<'a>,
    names: &'n mut AccountNames<'c>,
    /// The accounts that anything was posted to.
    posted: BTreeSet<Account>,
}

impl<'a, 'n, 'c> Writing<'a, 'n, 'c> {
    /// Of these books; the accounts get their names on the way.
    pub fn new(
        settled: &'a Settled<'a>,
        ledger: &'a Ledger,
        known: &'a Known<'a>,
        names: &'n mut AccountNames<'c>,
    ) -> Writing<'a, 'n, 'c> {
        Writing { settled, ledger, known, labels: Labels::new(known), names, posted: BTreeSet::new() }
    }

    /// The journal, with what was held at each close and is held at the end.
    pub fn journal(mut self, closes: Vec<(Closed, Held)>, end: Held) -> Result<Journal, Failure> {
        let size = self.settled.state().size();
        let last = self.recorded(size.saturating_sub(1))?;
        let entries = self.settled.entries()?;
        let mut currencies: BTreeSet<_> = entries.iter().map(|entry| entry.account.currency).collect();
        self.posted = entries.iter().map(|entry| entry.account).collect();
        let mut closes = closes.into_iter().peekable();
        let mut items = Vec::new();
        for entries in entries.chunk_by(|a, b| (a.period, a.origin) == (b.period, b.origin)) {
            let Some(first) = entries.first() else { continue };
            // A close that posts nothing has its balances all the same.
            while let Some((closed, held)) = closes.next_if(|(closed, _)| closed.period < first.period) {
                items.push(self.held_at(&closed, &held)?);
            }
            let (price, transaction) = self.transaction(first, entries, last)?;
            if let Some(price) = price {
                currencies.extend([price.of, price.to]);
                items.push(Item::Price(price));
            }
            items.push(Item::Transaction(transaction));
        }
        for (closed, held) in closes {
            items.push(self.held_at(&closed, &held)?);
        }
        items.push(Item::Balances(self.asserted(last, "the end".to_owned(), &end)));
        let title = format!("Cantus, ledger {}, after {size} events", self.ledger.id());
        Ok(Journal { title, currencies: currencies.into_iter().collect(), items })
    }

    fn held_at(&mut self, closed: &Closed, held: &Held) -> Result<Item, Failure> {
        let date = self.recorded(closed.event)?;
        Ok(Item::Balances(self.asserted(date, format!("the close of {}", closed.period), held)))
    }

    fn asserted(&mut self, date: Date, when: String, held: &Held) -> Asserted {
        // What was rated one way and another between two closes has accounts that nothing is posted to in the end.
        let told = held.iter().filter(|(account, amount)| !amount.is_zero() || self.posted.contains(account));
        let told: Vec<_> = told.collect();
        let balances =
            told.into_iter().map(|(account, amount)| (self.name(account), *amount, account.currency)).collect();
        Asserted { date, when, balances }
    }

    /// The entries of one origin and period as a transaction, and the price if it is a conversion.
    fn transaction(
        &mut self,
        first: &Entry,
        entries: &[Entry],
        last: Date,
    ) -> Result<(Option<Price>, Transaction), Failure> {
        let sides = entries.iter().map(|entry| Side {
            account: self.name(&entry.account),
            amount: entry.amount,
            currency: entry.account.currency,
            movement: entry.movement.to_string(),
        });
        let sides = sides.collect();
        let period = ("period", first.period.to_string());
        Ok(match first.origin {
            Origin::Usage(source) => {
                let closed = self.closed(first.period);
                let date = closed.map_or(Ok(last), |closed| self.recorded(closed.event))?;
                let tags = vec![("source", source.to_string()), period];
                let says = vec![self.labels.file(source)];
                let booked = closed.map(|closed| closed.period.last_day()).filter(|booked| *booked != date);
                (None, Transaction { date, booked, event: None, what: "usage".to_owned(), tags, says, sides })
            }
            Origin::Event(event) => {
                let stored = self.ledger.store().event(event)?;
                let date = day(event, &stored)?;
                let body = stored.into_body();
                let said = body.as_deref().and_then(|body| Event::decode(body).ok());
                let (what, booked, price) = said.as_ref().map(about).unwrap_or_default();
                let tags = vec![("index", event.to_string()), ("kind", what.clone()), period];
                let booked = booked.filter(|booked| *booked != date);
                let says = said.as_ref().map_or_else(Vec::new, |said| {
                    let remark = self.known.remark_of(event, said);
                    [self.known.told(event, said)].into_iter().chain(remark).collect()
                });
                (price, Transaction { date, booked, event: Some(event), what, tags, says, sides })
            }
        })
    }

    fn closed(&self, period: Period) -> Option<&'a Closed> {
        self.settled.state().periods().closed().iter().find(|closed| closed.period == period)
    }

    /// The day an event was recorded.
    fn recorded(&self, event: u64) -> Result<Date, Failure> {
        day(event, &self.ledger.store().event(event)?)
    }

    fn name(&mut self, account: &Account) -> String {
        let labels = &mut self.labels;
        self.names.name(account, || {
            let origin = match account.class {
                _ if account.origin == 0 => String::new(),
                AccountClass::RESERVE => crate::cli::report::origin(account, labels),
                AccountClass::IN_TRANSIT => format!("payout {}", account.origin),
                AccountClass::ADVANCE => format!("event {}", account.origin),
                _ => format!("source {}", account.origin),
            };
            vec![labels.party(account.party).0, labels.contract(account.contract), account.reason.to_string(), origin]
        })
    }
}

/// The day an event was recorded.
fn day(event: u64, stored: &Stored) -> Result<Date, Failure> {
    let record = Record::parse(&stored.record);
    let record = record.map_err(|_| Failure::new(format_args!("the record of event {event} cannot be read")))?;
    Ok(Date::of_unix_ms(record.recorded_at))
}

/// The kind of an event, the day it was booked where it happened, and the price that it states.
fn about(event: &Event<'_>) -> (String, Option<Date>, Option<Price>) {
    let price = match event {
        Event::Converted(Converted { date, from, rate, to, .. }) => {
            Some(Price { date: *date, of: *from, rate: *rate, to: *to })
        }
        _ => None,
    };
    (event.name().to_owned(), day_of(event), price)
}
