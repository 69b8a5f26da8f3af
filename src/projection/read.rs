//! The first half of a replay: bytes of the log are checked, and lines, which are nearly all there is, worked out.
//!
//! Runs in a thread of its own, a chunk ahead of the fold.

use ledger_spec::hash::{Hash, leaf_hash};

use super::check::Checker;
use super::error::FoldError;
use super::lines::Line;
use super::replay::{ReplayError, Until};
use super::uses::Uses;
use crate::store::{Chunk, FrameView, Step, Walk};

/// Events that are checked together: as many as stay in the second-level cache.
const GROUP: usize = 256;

/// A chunk of the log, as the fold takes it.
pub(super) struct Batch {
    pub chunk: Chunk,
    pub items: Items,
    /// Leaf hash of its last event; none if there is none.
    pub leaf: Option<Hash>,
    /// Nothing of what follows is wanted.
    pub end: bool,
}

/// The events of a chunk, in order.
pub(super) struct Items {
    pub all: Vec<Item>,
    /// The terms of the lines among them, in the order they first appear.
    pub uses: Uses,
}

/// An event of a chunk.
pub(super) enum Item {
    /// A line, the number of its terms among those of the chunk, and whether it is the last event of its submission.
    Line { line: Line, terms: u32, sealed: bool },
    /// Any other, and where it is: its frame, and the bytes before it in the frame's two sections.
    Event { frame: usize, records: usize, bodies: usize },
}

/// Makes batches of chunks.
pub(super) struct Reader {
    pub until: Until,
    pub checker: Option<Checker>,
}

impl Reader {
    pub(super) fn batch(&mut self, chunk: Chunk) -> Result<Batch, ReplayError> {
        let count = chunk.frames().map(|frame| usize::try_from(frame.count).unwrap_or_default()).sum();
        let mut items = Items { all: Vec::with_capacity(count), uses: Uses::default() };
        let (mut leaf, mut end) = (None, false);
        for (number, frame) in chunk.frames().enumerate() {
            let last = self.frame(number, &frame, &mut items, &mut end)?;
            leaf = last.map(leaf_hash).or(leaf);
            if end {
                break;
            }
        }
        Ok(Batch { chunk, items, leaf, end })
    }

    /// Reads the events of a frame up to the end that is wanted. Returns the last record.
    fn frame<'a>(
        &mut self,
        number: usize,
        frame: &FrameView<'a>,
        items: &mut Items,
        end: &mut bool,
    ) -> Result<Option<&'a [u8]>, ReplayError> {
        let mut walk = Walk::both(frame.records, frame.bodies);
        let mut group: Vec<Place<'a>> = Vec::new();
        let mut last = None;
        loop {
            let (records, bodies) = walk.at();
            let step = walk.step().map_err(|error| FoldError::Log { index: frame.first_index, error })?;
            let wanted = step.filter(|step| self.until.includes(&step.record));
            let Some(step) = wanted else {
                *end = walk.at() != (records, bodies);
                self.take(&mut group, items)?;
                return Ok(last);
            };
            last = Some(step.record.bytes());
            let place = Item::Event { frame: number, records, bodies };
            if self.checker.is_none() {
                items.add(&step, place)?;
                continue;
            }
            group.push((step, place));
            if group.len() == GROUP {
                self.take(&mut group, items)?;
            }
        }
    }

    /// Checks a group of events, then works out the lines among them.
    fn take(&mut self, group: &mut Vec<Place<'_>>, items: &mut Items) -> Result<(), ReplayError> {
        if let Some(checker) = &mut self.checker {
            checker.check(group.iter().map(|(step, _)| step))?;
        }
        for (step, place) in group.drain(..) {
            items.add(&step, place)?;
        }
        Ok(())
    }
}

/// An event, and where it is.
type Place<'a> = (Step<'a>, Item);

impl Items {
    /// Adds an event: what it says if it is a line, else its place.
    fn add(&mut self, step: &Step<'_>, place: Item) -> Result<(), FoldError> {
        let index = step.record.index;
        let line = step.body().map(|body| Line::read(index, body)).transpose()?.flatten();
        self.all.push(match line {
            None => place,
            Some((line, terms)) => {
                let terms = self.uses.number(&terms).ok_or(FoldError::TooMany { index })?;
                Item::Line { line, terms, sealed: step.record.seal.is_some() }
            }
        });
        Ok(())
    }
}
