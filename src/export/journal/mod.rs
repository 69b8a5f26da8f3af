//! Journals for plain-text accounting tools, which accountants already trust: every posting of the ledger, in a form
//! that a program nobody here wrote adds up and checks.
//!
//! A [`Journal`] is what there is to write, in order of days, with accounts under their names; a format writes it.
//! Balances are asserted from the books, never from the entries before them, so a tool that checks a journal checks
//! that the two agree.

mod accounts;
mod hledger;

pub use accounts::AccountNames;
pub use hledger::hledger;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, SourceAmount};

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

/// A part of a journal.
#[derive(Debug, Clone)]
pub enum Item {
    /// The price of a currency in another.
    Price {
        /// The day of the rate.
        date: Date,
        /// One unit of this...
        of: Currency,
        /// ...is so many...
        rate: SourceAmount,
        /// ...of this.
        to: Currency,
    },
    /// A transaction.
    Transaction(Transaction),
    /// What accounts hold at this point.
    Balances(Asserted),
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
    /// Further tags, each a word and a value.
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
