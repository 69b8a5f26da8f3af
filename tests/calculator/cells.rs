//! Cells: usage that any rule must treat alike is rated together (SPEC section 14).

use ledger_spec::code::Basis;
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::event::usage::{AllocatedLine, LineMoney, Terms, UsageLine};
use ledger_spec::money::SourceAmount;

use super::exact::{Exact, half_even, money};
use super::history::{History, Said};

/// What the lines of a cell have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub source: u64,
    pub resource: u32,
    pub release: u32,
    pub controller: u32,
    pub terms: Terms,
    pub period: Period,
}

/// A cell and what its lines add up to; money in picos.
#[derive(Debug, Clone)]
pub struct Cell {
    pub key: Key,
    pub units: i128,
    pub money: i128,
    /// What was there before anything came off, if every line gives it.
    pub gross: Option<i128>,
}

/// One line: its cell, and what it adds.
struct Line {
    key: Key,
    units: i128,
    /// The sum that is posted, exactly as given.
    posted: Exact,
    gross: Option<Exact>,
}

/// Every cell of the ledger.
pub fn cells(history: &History<'_>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for line in lines(history) {
        let place = cells.iter().position(|cell| cell.key == line.key).unwrap_or_else(|| {
            cells.push(Cell { key: line.key, units: 0, money: 0, gross: Some(0) });
            cells.len() - 1
        });
        let cell = &mut cells[place];
        cell.units += line.units;
        // Money as reported is rounded line by line (SPEC section 13), and so is the gross.
        cell.money += half_even(&line.posted);
        cell.gross = cell.gross.zip(line.gross).map(|(sum, gross)| sum + half_even(&gross));
    }
    cells
}

/// What rounding line by line left over of the exact total of the lines of a source in each currency.
pub fn residues(history: &History<'_>, source: u64) -> Vec<(ledger_spec::money::Currency, i128)> {
    let lines: Vec<Line> = lines(history).into_iter().filter(|line| line.key.source == source).collect();
    let mut currencies: Vec<_> = lines.iter().map(|line| line.key.terms.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let residue = |currency| {
        let of_currency = || lines.iter().filter(move |line| line.key.terms.currency == currency);
        let exact: Exact = of_currency().map(|line| line.posted.clone()).sum();
        let posted: i128 = of_currency().map(|line| half_even(&line.posted)).sum();
        (currency, half_even(&exact) - posted)
    };
    currencies.into_iter().map(residue).collect()
}

/// The lines of sources that are not reversed. The reversal of a line is a line of its own: the same, negated, in the
/// period that is open when it is recorded (SPEC section 14).
fn lines(history: &History<'_>) -> Vec<Line> {
    let of = |(index, said): (u64, &Said<'_>)| match &said.event {
        Event::Reversal(reversal) => {
            let line = line(history, reversal.target.resolve(said.first))?;
            Some(Line {
                key: Key { period: history.open_period(index), ..line.key },
                units: -line.units,
                posted: -line.posted,
                gross: line.gross.map(|gross| -gross),
            })
        }
        _ => line(history, index),
    };
    history.all().filter_map(of).filter(|line| history.counts(line.key.source)).collect()
}

fn line(history: &History<'_>, index: u64) -> Option<Line> {
    match &history.at(index).event {
        Event::UsageLine(line) => Some(sold(history, index, line)),
        Event::AllocatedLine(line) => Some(allocated(history, index, line)),
        _ => None,
    }
}

fn sold(history: &History<'_>, index: u64, line: &UsageLine) -> Line {
    let key = Key {
        source: line.source,
        resource: line.resource,
        release: line.release,
        controller: 0,
        terms: line.terms,
        period: history.open_period(index),
    };
    Line {
        key,
        units: i128::from(line.units) - i128::from(line.returns),
        posted: posted_sum(line.terms.basis, &line.money),
        gross: line.money.gross.map(money),
    }
}

fn allocated(history: &History<'_>, index: u64, line: &AllocatedLine) -> Line {
    let key = Key {
        source: line.source,
        resource: line.resource,
        release: 0,
        controller: line.controller,
        terms: line.terms,
        period: history.open_period(index),
    };
    Line { key, units: 0, posted: money(line.amount), gross: None }
}

/// Each reported sum is posted once: the net of a line; where it gives none, its gross less all that was kept of it.
fn posted_sum(basis: Basis, line: &LineMoney) -> Exact {
    let or_nothing = |sum: Option<SourceAmount>| sum.map_or_else(Exact::default, money);
    match (basis, line.net, line.gross) {
        (Basis::NONE, _, _) => Exact::default(),
        (_, Some(net), _) => money(net),
        (_, None, Some(gross)) => {
            let kept = [line.fee, line.tax, line.mechanicals, line.recouped];
            money(gross) - kept.into_iter().map(or_nothing).sum::<Exact>()
        }
        (_, None, None) => Exact::default(),
    }
}
