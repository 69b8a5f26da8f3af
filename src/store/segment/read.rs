//! Reading by index, every byte checked before it is handed out.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use ledger_spec::Hash;
use ledger_spec::commitment::{ERASED, commit};
use ledger_spec::record::{Opening, split_opening};

use super::SegmentStore;
use super::erase::withhold;
use super::file::Segment;
use crate::store::{Body, Event, Misfit, Step, StoreError};

/// What to do about the bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// Leave them.
    None,
    /// Read them as they are.
    Raw,
    /// Read them, and check those that are not erased.
    Checked,
}

/// A part of the log in memory, its records checked by the chain.
#[derive(Default)]
pub struct Span {
    /// `u16 length | record` of each.
    pub records: Vec<u8>,
    /// `salt | u16 length | body` of each that is not inline, if asked for.
    pub bodies: Vec<u8>,
    /// Where the first body asked for is: the file, and the offset in it.
    pub first_body: Option<(Arc<Segment>, u64)>,
}

impl SegmentStore {
    /// Reads the events of the range and checks their records.
    pub(super) fn read_span(&self, range: Range<u64>, bodies: Bodies) -> Result<Span, StoreError> {
        let mut span = Span::default();
        let Some(mut cursor) = self.cursor(&range)? else { return Ok(span) };
        let with_bodies = bodies != Bodies::None;
        let _erasing = with_bodies.then(|| self.erasing.read().unwrap_or_else(PoisonError::into_inner));
        let mut leaf: Option<Hash> = None;
        while cursor.index < range.end {
            let part = cursor.load(with_bodies)?;
            let mut walk = part.walk();
            let mut index = cursor.index;
            let mut kept = None;
            while index < range.end {
                let at = walk.at();
                let Some(step) = walk.step().map_err(|misfit| cursor.damaged(index, at.0, misfit))? else { break };
                if step.record.index != index {
                    return Err(cursor.damaged(index, at.0, Misfit::Index(step.record.index)));
                }
                if leaf.is_some_and(|leaf| leaf != step.record.prev) {
                    return Err(cursor.damaged(index - 1, at.0, Misfit::Chain));
                }
                if index >= range.start {
                    if bodies == Bodies::Checked && !is_fit(&step) {
                        return Err(cursor.damaged_body(index, at.1));
                    }
                    leaf = Some(step.record.leaf_hash());
                    kept.get_or_insert(at);
                }
                index += 1;
            }
            let (record_end, body_end) = walk.at();
            if let Some((record, body)) = kept {
                span.first_body = span.first_body.or_else(|| cursor.body_at(body));
                span.records.extend_from_slice(&part.records[record..record_end]);
                span.bodies.extend_from_slice(&part.bodies[body..body_end]);
            }
            cursor.advance(index, record_end, body_end)?;
        }
        if leaf != Some(cursor.prev()?) {
            return Err(cursor.damaged(range.end - 1, 0, Misfit::Chain));
        }
        if let Some(withheld) = self.withheld.get().filter(|_| with_bodies) {
            let hidden = withhold(&span.records, &mut span.bodies, withheld);
            hidden.map_err(|misfit| cursor.damaged(range.start, 0, misfit))?;
        }
        Ok(span)
    }

    /// Reads one event, record and body, and checks both.
    pub(super) fn read_event(&self, index: u64) -> Result<Event, StoreError> {
        let span = self.read_span(index..index.saturating_add(1), Bodies::Checked)?;
        let record = span.records.get(2..).unwrap_or_default().to_vec();
        let body = match split_opening(&mut span.bodies.as_slice()) {
            None => Body::Inline,
            // Its length was a u16.
            Some(Opening { salt: ERASED, body }) => Body::Erased { length: body.len() as u16 },
            Some(Opening { salt, body }) => Body::Present { salt, bytes: body.to_vec() },
        };
        Ok(Event { record, body })
    }

    /// See [`EventStore::leaf_before`](crate::store::EventStore::leaf_before).
    pub(super) fn read_leaf_before(&self, index: u64) -> Result<Hash, StoreError> {
        let head = self.shared().head;
        if index == head.size {
            return Ok(head.leaf);
        }
        let out_of_range = StoreError::OutOfRange { index, size: head.size };
        let mut cursor = self.cursor(&(index..index.saturating_add(1)))?.ok_or(out_of_range)?;
        while cursor.index < index {
            let part = cursor.load(false)?;
            let mut walk = part.walk();
            let mut reached = cursor.index;
            while reached < index && walk.step().map_err(|misfit| cursor.damaged(reached, 0, misfit))?.is_some() {
                reached += 1;
            }
            cursor.advance(reached, walk.at().0, 0)?;
        }
        cursor.prev()
    }
}

/// A body that is not inline is what the record commits to, or erased.
fn is_fit(step: &Step<'_>) -> bool {
    step.opening.is_none_or(|Opening { salt, body }| salt == ERASED || commit(&salt, body) == step.record.commitment)
}
