//! Reading earlier events again: to take back what a line said, to judge what a citation means, to list the lines of
//! a cell. The state keeps sums, not lines.

use std::ops::{ControlFlow, Range};

use ledger_spec::event::Class;
use ledger_spec::record::Record;

use super::error::FoldError;
use crate::store::{EventStore, Walk};

/// Takes the index and the body of an event, and says whether to go on.
pub type Take<'a> = dyn FnMut(u64, &[u8]) -> Result<ControlFlow<()>, FoldError> + 'a;

/// The bodies of the events so far.
pub trait Past {
    /// The body of an event; `None` if it is erased.
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError>;

    /// Hands over the bodies of the events of a range, in order, until told to stop: but for those that are inline, and
    /// those that are erased. Only particulars can be erased, which nothing that is computed depends on.
    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError>;
}

impl<S: EventStore + ?Sized> Past for S {
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError> {
        Ok(self.event(index)?.into_body())
    }

    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError> {
        for chunk in self.scan(range.start)? {
            for frame in chunk?.frames() {
                let mut walk = Walk::both(frame.records, frame.bodies);
                let log = |error| FoldError::Log { index: frame.first_index, error };
                while let Some(step) = walk.step().map_err(log)? {
                    let Record { index, class, inline, .. } = step.record;
                    if index >= range.end {
                        return Ok(());
                    }
                    let goes_on = match step.body() {
                        Some(body) => inline.is_some() || take(index, body)?.is_continue(),
                        None if class == Class::Particulars => true,
                        None => return Err(FoldError::Missing { index }),
                    };
                    if !goes_on {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }
}
