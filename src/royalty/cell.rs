//! Cells: what goes into a rating and what comes out of it.

use ledger_spec::account::Account;
use ledger_spec::code::DayOf;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Amount;

use super::pooled::Plays;
use super::why::Why;

/// What all usage of a cell has in common: everything a rule may look at but the money (DESIGN section 5).
///
/// Numbers are the source's own, as in the events; zero is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellFacts<'a> {
    /// The source, by its first event.
    pub source: u64,
    /// The reported recording.
    pub resource: u32,
    /// The reported release. It is what was sold where no recording is named.
    pub release: u32,
    /// The reported rights controller, of an allocated line.
    pub controller: u32,
    /// What the use was.
    pub terms: &'a Terms,
    /// The day its source was recorded.
    pub received: Date,
    /// The accounting month that the cell is posted in.
    pub period: Period,
}

impl CellFacts<'_> {
    /// The day that picks rates, licences and versions of contracts: the last day of use, when all
    /// of it has happened. A month's line of a recording released within the month thus finds its split.
    pub fn day(&self) -> Date {
        self.terms.to
    }

    /// What shares and splits are held against.
    pub fn occasion(&self) -> Occasion {
        Occasion { used: self.day(), received: self.received, source: self.source }
    }
}

/// When, and by which report, a use came: what says whether a share or split holds for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The last day of use.
    pub used: Date,
    /// The day the report was recorded.
    pub received: Date,
    /// The report's source, by its first event: what is prospective leaves alone the sources before it.
    pub source: u64,
}

impl Occasion {
    /// The day that dates are held against; none for a code from the future.
    pub fn day(&self, of: DayOf) -> Option<Date> {
        match of {
            DayOf::USE => Some(self.used),
            DayOf::RECEIPT => Some(self.received),
            _ => None,
        }
    }
}

/// What the lines of a cell add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Content {
    /// Units less returns.
    pub units: i64,
    /// Lines.
    pub lines: u64,
    /// Money as posted line by line, in the currency of the terms.
    pub money: Amount,
    /// The gross, in the currency of the terms: what was there before anything came off, which is the dealer price
    /// where that is the basis. Known only if every line gives it.
    pub gross: Option<Amount>,
}

/// How the money of a cell is divided. The parts sum to it exactly; to that of the plays for each work, where that is a
/// part of a pool, less what is owed to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rating {
    /// The parts. None is zero; an account may have several.
    pub parts: Vec<Part>,
    /// What was found to be owed to nobody, and why: a mechanical that is paid at source, a work in the public domain.
    pub notes: Vec<Why>,
    /// The plays, where their money is a part of a pool.
    pub plays: Option<Box<Plays>>,
}

impl Rating {
    /// Adds a part, unless it is nothing.
    pub(super) fn add(&mut self, part: Part) {
        if !part.amount.is_zero() {
            self.parts.push(part);
        }
    }

    /// Nothing is left in it.
    pub(super) fn clear(&mut self) {
        let Rating { parts, notes, plays } = self;
        parts.clear();
        notes.clear();
        *plays = None;
    }
}

/// One part of a cell's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The account it is credited to.
    pub account: Account,
    /// How much: a credit, so above zero is owed to the account's party. Refunds and returns mirror it.
    pub amount: Amount,
    /// The rule, and what it looked at.
    pub why: Why,
}

/// One side of a double entry. The sides of an event sum to zero in each currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// Debit above zero, credit below.
    pub amount: Amount,
    /// The rule, and what it looked at.
    pub why: Why,
}
