//! Lines: what a usage or allocated line adds to the books, and to which cell.

use ledger_spec::codec::{CodecError, decode_trusted};
use ledger_spec::event::usage::{AllocatedLine, Terms, UsageLine};
use ledger_spec::event::{Event, EventError, Kind};
use ledger_spec::money::{Amount, ExactSum};
use ledger_spec::reference::EventRef;

use super::cells::Key;
use super::error::FoldError;
use super::past::Past;
use super::state::State;
use crate::royalty;

/// A line as the books take it in, beside its terms. It follows from the bytes of the line alone, so any thread can work
/// it out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub source: u64,
    pub row: u64,
    pub resource: u32,
    pub release: u32,
    /// The rights controller of an allocated line.
    pub controller: u32,
    /// Units less returns.
    pub units: i64,
    /// The sum that is posted, exactly.
    pub exact: ExactSum,
    /// The same, rounded: what goes to the cell.
    pub money: Amount,
    /// The gross of that money, rounded; none if it gives none, or one beyond what an amount can hold.
    pub gross: Option<Amount>,
}

impl Line {
    pub(super) fn usage(index: u64, line: &UsageLine) -> Result<Line, FoldError> {
        let units = line.units.checked_sub(line.returns);
        let exact = royalty::posted_sum(line.terms.basis, &line.money).map_err(FoldError::range(index, MONEY))?;
        Ok(Line {
            release: line.release,
            gross: exact.and(line.money.gross).and_then(|gross| gross.to_amount_half_even().ok()),
            units: units.ok_or(FoldError::OutOfRange { index, what: "the units of a line" })?,
            ..Line::new(index, line.source, line.row, line.resource, exact.unwrap_or_default())?
        })
    }

    pub(super) fn allocated(index: u64, line: &AllocatedLine) -> Result<Line, FoldError> {
        let new = Line::new(index, line.source, line.row, line.resource, line.amount.into())?;
        Ok(Line { controller: line.controller, ..new })
    }

    fn new(index: u64, source: u64, row: u64, resource: u32, exact: ExactSum) -> Result<Line, FoldError> {
        let money = exact.to_amount_half_even().map_err(FoldError::range(index, MONEY))?;
        Ok(Line { source, row, resource, release: 0, controller: 0, units: 0, exact, money, gross: None })
    }

    /// The line that a body is, and its terms, if it is one. For bodies that were judged before: lines are nearly all there is in a
    /// log, so they are read without the detour over every kind of event.
    pub(super) fn read(index: u64, body: &[u8]) -> Result<Option<(Line, Terms)>, FoldError> {
        let Some((kind, rest)) = body.split_first_chunk::<2>() else { return Ok(None) };
        let unreadable =
            |kind| move |error: CodecError| FoldError::Body { index, error: EventError::Body { kind, error } };
        match u16::from_be_bytes(*kind) {
            UsageLine::CODE => {
                let line: UsageLine = decode_trusted(rest).map_err(unreadable(UsageLine::NAME))?;
                Ok(Some((Line::usage(index, &line)?, line.terms)))
            }
            AllocatedLine::CODE => {
                let line: AllocatedLine = decode_trusted(rest).map_err(unreadable(AllocatedLine::NAME))?;
                Ok(Some((Line::allocated(index, &line)?, line.terms)))
            }
            _ => Ok(None),
        }
    }
}

const MONEY: &str = "the money of a line";

impl State {
    /// Adds a line, or one that takes another back, to its cell and to its source. `terms` is the number of its terms.
    pub(super) fn line(&mut self, index: u64, line: &Line, terms: u32, takes_back: bool) -> Result<(), FoldError> {
        let Some(&Terms { currency, service, .. }) = self.cells.terms_of(terms) else {
            return Err(FoldError::TooMany { index });
        };
        let reported = self.sources.get_mut(index, line.source)?.report(line, currency, takes_back);
        reported.map_err(FoldError::range(index, "the total of a source"))?;
        let key = Key {
            source: self.sources.number(line.source).unwrap_or(u32::MAX),
            resource: line.resource,
            release: line.release,
            controller: line.controller,
            terms,
            epoch: self.periods.epoch(),
        };
        if let Some(cell) = self.cells.add(index, key, line)? {
            for number in [line.resource, line.release, line.controller, service] {
                self.sources.name(index, line.source, number, cell)?;
            }
        }
        Ok(())
    }

    /// The cell that an event added to, given its body: a line, or the reversal of one. None of any other.
    pub(super) fn cell_of(
        &self,
        index: u64,
        body: &[u8],
        past: &(impl Past + ?Sized),
    ) -> Result<Option<u32>, FoldError> {
        let epoch = self.periods.epoch_of(index);
        if let Some((line, terms)) = Line::read(index, body)? {
            return Ok(self.cell_of_line(&line, &terms, epoch));
        }
        let event = Event::decode_trusted(body).map_err(|error| FoldError::Body { index, error })?;
        let Event::Reversal(reversal) = event else { return Ok(None) };
        let EventRef::At(target) = reversal.target else { return Ok(None) };
        let body = past.body(target)?.ok_or(FoldError::Missing { index: target })?;
        Ok(Line::read(target, &body)?.and_then(|(line, terms)| self.cell_of_line(&line, &terms, epoch)))
    }

    /// The cell that a line, or its reversal, adds to in the period of that number.
    pub(super) fn cell_of_line(&self, line: &Line, terms: &Terms, epoch: u32) -> Option<u32> {
        let Line { resource, release, controller, .. } = *line;
        let (source, terms) = (self.sources.number(line.source)?, self.cells.find_terms(terms)?);
        self.cells.number(&Key { source, resource, release, controller, terms, epoch })
    }
}
