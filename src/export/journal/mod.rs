//! Journals for plain-text accounting tools, which accountants already trust: every posting of the ledger, in a form
//! that a program nobody here wrote adds up and checks.
//!
//! A [`Journal`] is what there is to write, in order of days, with accounts under their names; a [`Format`] says how a
//! tool has each part written. Balances are asserted from the books, never from the entries before them, so a tool that
//! checks a journal checks that the two agree.

mod accounts;
mod beancount;
mod ledger;

use std::io::{self, Write};

pub use accounts::{AccountNames, Root};
pub use beancount::Beancount;
pub use ledger::Ledger;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, SourceAmount};

/// How a tool has the parts of a journal written.
pub trait Format {
    /// The name of an account: what it stands under, its class in words, and what it is of. No label is blank.
    fn account(&self, root: Root, class: &str, labels: &[String]) -> String;
    /// The same name for another account, told apart by a number.
    fn numbered(&self, account: &str, number: u64) -> String;
    /// What stands before everything: the title, and the currencies and accounts that there are.
    fn declarations(&self, journal: &Journal, accounts: &AccountNames<'_>, out: &mut dyn Write) -> io::Result<()>;
    /// A price.
    fn price(&self, price: &Price, out: &mut dyn Write) -> io::Result<()>;
    /// A transaction.
    fn transaction(&self, transaction: &Transaction, out: &mut dyn Write) -> io::Result<()>;
    /// What accounts hold, and whether that is so until the end of the day.
    fn balances(&self, asserted: &Asserted, day_over: bool, out: &mut dyn Write) -> io::Result<()>;
}

/// Writes a journal whose accounts have these names, in their format.
pub fn write(journal: &Journal, accounts: &AccountNames<'_>, out: &mut dyn Write) -> io::Result<()> {
    let format = accounts.format();
    format.declarations(journal, accounts, out)?;
    let mut items = journal.items.iter();
    while let Some(item) = items.next() {
        writeln!(out)?;
        match item {
            Item::Price(price) => format.price(price, out)?,
            Item::Transaction(transaction) => format.transaction(transaction, out)?,
            Item::Balances(asserted) => {
                let next = items.clone().find_map(Item::day);
                format.balances(asserted, next.is_none_or(|next| next > asserted.date), out)?;
            }
        }
    }
    Ok(())
}

/// An amount with all its decimals.
fn decimals(amount: Amount) -> String {
    let text = amount.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{decimals:0<width$}", width = usize::from(Amount::SCALE))
}

/// Everything to write, in order.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// What it is of.
    pub title: String,
    /// Currencies, in order.
    pub currencies: Vec<Currency>,
    /// What there is, by day.
    pub items: Vec<Item>,
}

impl Journal {
    /// The day of the first entry.
    pub fn first_day(&self) -> Option<Date> {
        self.items.iter().find_map(Item::day)
    }
}

/// A part of a journal.
#[derive(Debug, Clone)]
pub enum Item {
    /// The price of a currency in another.
    Price(Price),
    /// A transaction.
    Transaction(Transaction),
    /// What accounts hold at this point.
    Balances(Asserted),
}

impl Item {
    /// The day it is entered on; a price has that of its rate, which may be any.
    fn day(&self) -> Option<Date> {
        match self {
            Item::Price(_) => None,
            Item::Transaction(transaction) => Some(transaction.date),
            Item::Balances(asserted) => Some(asserted.date),
        }
    }
}

/// The price of a currency in another.
#[derive(Debug, Clone, Copy)]
pub struct Price {
    /// The day of the rate.
    pub date: Date,
    /// One unit of this...
    pub of: Currency,
    /// ...is so many...
    pub rate: SourceAmount,
    /// ...of this.
    pub to: Currency,
}

/// A transaction. Its sides sum to zero in each currency.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// The day it was recorded.
    pub date: Date,
    /// The day it was booked where it happened, if that was another.
    pub booked: Option<Date>,
    /// The event.
    pub event: Option<u64>,
    /// What it is.
    pub what: String,
    /// Tags, each a word and a value.
    pub tags: Vec<(&'static str, String)>,
    /// Sentences.
    pub says: Vec<String>,
    /// Account, amount (debit above zero), currency and, where sides differ in it, what the side is.
    pub sides: Vec<Side>,
}

/// One side of a transaction.
#[derive(Debug, Clone)]
pub struct Side {
    /// The account's name.
    pub account: String,
    /// Debit above zero.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// What it is.
    pub movement: String,
}

/// Balances by the books.
#[derive(Debug, Clone)]
pub struct Asserted {
    /// The day.
    pub date: Date,
    /// At what point.
    pub when: String,
    /// Account, balance (debit above zero) and currency.
    pub balances: Vec<(String, Amount, Currency)>,
}
