//! From a line of the log to its cell.

use ledger_spec::event::Event;
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::EventRef;

use super::cells::Key;
use super::error::FoldError;
use super::past::Past;
use super::state::State;

impl State {
    /// The cell that an event added to, given its body: a line, or the reversal of one. None of any other.
    pub(super) fn cell_of(
        &self,
        index: u64,
        body: &[u8],
        past: &(impl Past + ?Sized),
    ) -> Result<Option<u32>, FoldError> {
        let epoch = self.periods.epoch_of(index);
        let event = read(index, body)?;
        let Event::Reversal(reversal) = event else { return Ok(self.cell_of_line(&event, epoch)) };
        let EventRef::At(target) = reversal.target else { return Ok(None) };
        let body = past.body(target)?.ok_or(FoldError::Missing { index: target })?;
        Ok(self.cell_of_line(&read(target, &body)?, epoch))
    }

    /// The cell that a line, or its reversal, adds to in the period of that number.
    fn cell_of_line(&self, event: &Event<'_>, epoch: u32) -> Option<u32> {
        let key = |source, resource, release, controller, terms: &Terms| {
            let (source, terms) = (self.sources.number(source)?, self.cells.find_terms(terms)?);
            Some(Key { source, resource, release, controller, terms, epoch })
        };
        let key = match event {
            Event::UsageLine(line) => key(line.source, line.resource, line.release, 0, &line.terms),
            Event::AllocatedLine(line) => key(line.source, line.resource, 0, line.controller, &line.terms),
            _ => None,
        };
        self.cells.number(&key?)
    }
}

fn read(index: u64, body: &[u8]) -> Result<Event<'_>, FoldError> {
    Event::decode_trusted(body).map_err(|error| FoldError::Body { index, error })
}
