//! Why a number is what it is: from an account down to cells and events, from a cell to its lines, and from a line up
//! to everyone who was paid from it.
//!
//! Nothing of this is kept. A cell is rated again, which gives its parts with the rule and the events behind each; the
//! lines are read again from the log.

use std::ops::ControlFlow;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::event::money::Converted;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Amount;

use super::balances::JournalLine;
use super::cells::{Cell, Credit};
use super::error::FoldError;
use super::past::Past;
use super::rating::Settled;
use crate::royalty::groups::{Laid, Rule};
use crate::royalty::{Movement, Part, Plays, Posting, Rating, Why};

/// A cell, as people ask about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellView {
    /// Its number, to ask for its lines by.
    pub number: u32,
    /// The source, by its first event.
    pub source: u64,
    /// The reported recording, or zero.
    pub resource: u32,
    /// The reported release, or zero.
    pub release: u32,
    /// The reported rights controller, or zero.
    pub controller: u32,
    /// What the use was.
    pub terms: Terms,
    /// The accounting month its lines belong to; of the open one, its working name.
    pub period: Period,
    /// Lines, and reversals of lines.
    pub lines: u64,
    /// Units less returns.
    pub units: i64,
    /// Money, line by line rounded.
    pub money: Amount,
    /// The gross, if every line gives it.
    pub gross: Option<Amount>,
    /// The event that reversed its source: nothing of it counts then.
    pub reversed: Option<u64>,
}

/// A cell and how its money is divided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellParts {
    /// The cell.
    pub cell: CellView,
    /// The parts asked for, credits.
    pub parts: Vec<Part>,
    /// What was found to be owed to nobody, and why.
    pub notes: Vec<Why>,
    /// The plays, where their money is a part of a pool.
    pub plays: Option<Box<Plays>>,
}

/// What makes an account hold what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The account.
    pub account: Account,
    /// What it holds, debit above zero: the parts of the cells, taken as credits, and the postings of the events.
    pub amount: Amount,
    /// The cells that have a part in it, in the order of their first lines; of a receivable, every part of theirs.
    pub cells: Vec<CellParts>,
    /// What events posted to it by themselves: event, and debit above zero.
    pub events: Vec<(u64, Amount)>,
}

/// A line, its cell, and everyone who is paid from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The line's event.
    pub event: u64,
    /// The event that reversed it.
    pub reversed: Option<u64>,
    /// Its cell; none for a row that is no line with units or money.
    pub cell: Option<CellParts>,
}

impl Settled<'_> {
    /// What makes an account hold what it does.
    pub fn explain(&self, account: &Account) -> Explained {
        let balances = &self.state.balances;
        let receivable = account.class == AccountClass::RECEIVABLE;
        let asked = |part: &Part| part.account == *account;
        let number = balances.find(account);
        let concerned = |cell: &Cell, posted: &[Credit]| match receivable {
            true => self.reported(cell, posted, account),
            false => posted.iter().any(|(posted, _)| Some(*posted) == number),
        };
        let cells = self.state.cells.iter().filter(|(_, cell, posted)| concerned(cell, posted));
        let cells = cells.filter_map(|(number, ..)| {
            let mut found = self.parts(number)?;
            found.parts.retain(|part| receivable || asked(part));
            Some(found)
        });
        let events = balances.journal(0).filter(|(_, posted)| *posted == account);
        Explained {
            account: *account,
            amount: balances.of(account),
            cells: cells.collect(),
            events: events.map(|(line, _)| (line.event, line.amount)).collect(),
        }
    }

    /// Whether a source owes something in the currency of its receivable for a cell.
    fn reported(&self, cell: &Cell, posted: &[Credit], receivable: &Account) -> bool {
        let state = self.state;
        let in_currency = |account| {
            state.balances.account(account).is_some_and(|account: &Account| account.currency == receivable.currency)
        };
        let source = state.sources.row(cell.key.source).map(|(source, _)| source);
        source == Some(receivable.origin) && posted.iter().any(|(account, _)| in_currency(*account))
    }

    /// A cell, by its number.
    pub fn cell(&self, number: u32) -> Option<CellView> {
        let state = self.state;
        let cell = state.cells.cell(number)?;
        let (source, opened) = state.sources.row(cell.key.source)?;
        Some(CellView {
            number,
            source,
            resource: cell.key.resource,
            release: cell.key.release,
            controller: cell.key.controller,
            terms: *state.cells.terms_of(cell.key.terms)?,
            period: state.periods.of_epoch(cell.key.epoch)?,
            lines: cell.lines,
            units: cell.units,
            money: cell.money,
            gross: state.cells.gross(number),
            reversed: opened.reversed,
        })
    }

    /// A cell with all its parts.
    pub fn parts(&self, number: u32) -> Option<CellParts> {
        let Rating { parts, notes, plays } = self.state.rate(number)?;
        Some(CellParts { cell: self.cell(number)?, parts, notes, plays })
    }

    /// The events that added to a cell: lines, and reversals of lines, in order.
    pub fn lines_of(&self, number: u32, past: &(impl Past + ?Sized)) -> Result<Vec<u64>, FoldError> {
        let state = self.state;
        let Some(cell) = state.cells.cell(number) else { return Ok(Vec::new()) };
        let Some((opened, source)) = state.sources.row(cell.key.source) else { return Ok(Vec::new()) };
        let mut lines = Vec::new();
        past.each(opened..source.closed.unwrap_or(state.size), &mut |index, body| {
            if state.cell_of(index, body, past)? == Some(number) {
                lines.push(index);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        // Lines are reversed after their source was closed.
        for reversal in state.reversed.values() {
            let body = past.body(*reversal)?.ok_or(FoldError::Missing { index: *reversal })?;
            if state.cell_of(*reversal, &body, past)? == Some(number) {
                lines.push(*reversal);
            }
        }
        lines.sort_unstable();
        Ok(lines)
    }

    /// The line that a row of a source became, its cell, and everyone who is paid from it. None if there is no such row.
    pub fn trace(&self, source: u64, row: u64, past: &(impl Past + ?Sized)) -> Result<Option<Traced>, FoldError> {
        let state = self.state;
        let Some(opened) = state.sources.get(source) else { return Ok(None) };
        let mut found = None;
        past.each(source..opened.closed.unwrap_or(state.size), &mut |index, body| {
            let event = Event::decode_trusted(body).map_err(|error| FoldError::Body { index, error })?;
            if place(&event) != Some((source, row)) {
                return Ok(ControlFlow::Continue(()));
            }
            let cell = state.cell_of(index, body, past)?.and_then(|cell| self.parts(cell));
            found = Some(Traced { event: index, reversed: state.reversal_of(index), cell });
            Ok(ControlFlow::Break(()))
        })?;
        Ok(found)
    }

    /// How an amount was computed, with its numbers; that of a step of the rate with the units at each rate.
    pub fn formula(&self, why: &Why, amount: Amount) -> String {
        let laid = || {
            let Why::Close { rule: rule @ Rule::Escalation { version, units_before, units, .. }, .. } = *why else {
                return None;
            };
            let terms = self.state.catalogue.contract_version(version)?;
            let steps = terms.escalation.as_ref()?;
            let laid = Laid::new(&terms.royalty, terms.commission, steps, units_before, units).ok()?;
            rule.in_steps(&laid, amount)
        };
        laid().unwrap_or_else(|| why.formula(amount))
    }

    /// What an event posted by itself, and by which rule.
    pub fn posted_by(&self, event: u64, past: &(impl Past + ?Sized)) -> Result<Vec<Posting>, FoldError> {
        let balances = &self.state.balances;
        let lines = balances.posted_by(event).iter();
        let sides: Vec<(Account, JournalLine)> =
            lines.filter_map(|line| Some((*balances.account(line.account)?, *line))).collect();
        if sides.is_empty() {
            // Also of an erased event: particulars post nothing.
            return Ok(Vec::new());
        }
        let body = past.body(event)?.ok_or(FoldError::Missing { index: event })?;
        let said = Event::decode_trusted(&body).map_err(|error| FoldError::Body { index: event, error })?;
        let in_transit = sides.iter().find(|(account, _)| account.class == AccountClass::IN_TRANSIT);
        let payout = in_transit.map_or(0, |(account, _)| account.origin);
        let target = self.state.reversed.iter().find(|(_, by)| **by == event).map_or(0, |(target, _)| *target);
        // A close posts in pairs, with one rule for each.
        let rules = self.state.groups.rules(event).iter().flat_map(|rule| [Some(*rule); 2]);
        let posting = |((account, line), rule): ((Account, JournalLine), Option<Rule>)| {
            let why = match (&said, rule) {
                (Event::PeriodClosed(closed), Some(rule)) => Why::Close { period: closed.period, rule },
                _ => why(&said, line.movement, account, payout, target),
            };
            Posting { account, amount: line.amount, why }
        };
        Ok(sides.into_iter().zip(rules.chain(std::iter::repeat(None))).map(posting).collect())
    }
}

/// The rule by which an event posts to an account, by what the posting is. `payout` and `target` are what it settles or
/// takes back.
fn why(event: &Event<'_>, movement: Movement, account: Account, payout: u64, target: u64) -> Why {
    match (event, movement) {
        (_, Movement::Opening) => Why::OpeningBalance,
        (_, Movement::Received) => Why::Received,
        (_, Movement::TaxKept) => Why::TaxKept,
        (_, Movement::FeeKept) => Why::FeeKept,
        (_, Movement::Settles) => Why::Settles { source: account.origin },
        (_, Movement::Withheld) => Why::TaxWithheld,
        (_, Movement::Payout) => Why::PayoutInstructed,
        (_, Movement::Paid) => Why::PayoutSettled { payout },
        (Event::Converted(Converted { from, amount, to, rate, date, source, .. }), _) => {
            Why::Converted { from: *from, amount: *amount, to: *to, rate: *rate, date: *date, source: *source }
        }
        (Event::Adjustment(adjustment), _) => Why::Adjustment { reason: adjustment.reason },
        // A reversed line, or source, changes the residue; all else it posts takes back what its target posted.
        (Event::Reversal(reversal), _) => Why::Reversed { target, reason: reversal.reason },
        (Event::PayoutFailed(failed), _) => Why::PayoutFailed { payout, reason: failed.reason },
        (_, Movement::Advance) => Why::AdvancePaid,
        (_, Movement::Cost) if account.class == AccountClass::COSTS => Why::CostBorne,
        (_, Movement::Cost) => Why::CostCharged,
        // The only other event with postings of its own is the close of a source.
        _ => Why::Residue,
    }
}

/// The source and row of a line.
fn place(event: &Event<'_>) -> Option<(u64, u64)> {
    match event {
        Event::UsageLine(line) => Some((line.source, line.row)),
        Event::AllocatedLine(line) => Some((line.source, line.row)),
        Event::UsageSummary(summary) => Some((summary.source, summary.row)),
        Event::UsageList(list) => Some((list.source, list.row)),
        Event::LineRefused(refused) => Some((refused.source, refused.row)),
        _ => None,
    }
}
