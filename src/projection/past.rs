//! Reading earlier events again: to take back what a line said, to judge what a citation means, to list the lines of
//! a cell. The state keeps sums, not lines.

use std::ops::{ControlFlow, Range};

use ledger_spec::record::Record;

use super::error::FoldError;
use crate::store::{Body, EventStore, Step, Walk};

/// Takes the index and the body of an event, and says whether to go on.
pub type Take<'a> = dyn FnMut(u64, &[u8]) -> Result<ControlFlow<()>, FoldError> + 'a;

/// The bodies of the events so far.
pub trait Past {
    /// The body of an event; `None` if it is erased.
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError>;

    /// Hands over the bodies of the events of a range that are not inline, in order, until told to stop.
    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError>;
}

impl<S: EventStore + ?Sized> Past for S {
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError> {
        let event = self.event(index)?;
        Ok(match event.body {
            Body::Present { bytes, .. } => Some(bytes),
            Body::Erased { .. } => None,
            // The store checked the record, so it can be read.
            Body::Inline => {
                Record::parse(&event.record).ok().and_then(|record| record.inline).map(|opening| opening.body.to_vec())
            }
        })
    }

    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError> {
        for chunk in self.scan(range.start)? {
            for frame in chunk?.frames() {
                let mut walk = Walk::both(frame.records, frame.bodies);
                while let Some(Step { record, opening }) =
                    walk.step().map_err(|error| FoldError::Log { index: frame.first_index, error })?
                {
                    if record.index >= range.end {
                        return Ok(());
                    }
                    if let Some(opening) = opening
                        && take(record.index, opening.body)?.is_break()
                    {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}
