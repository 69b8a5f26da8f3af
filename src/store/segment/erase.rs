//! Erasure: salt and body become zeros, in place; the length stays.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use ledger_spec::commitment::Salt;

use super::SegmentStore;
use super::file::Segment;
use super::read::Bodies;
use crate::store::StoreError;

impl SegmentStore {
    /// See [`EventStore::erase`](crate::store::EventStore::erase). Zeros are written whatever is there, because what
    /// reads as zeros need not be durable.
    pub(super) fn erase_bodies(&self, indices: &[u64]) -> Result<(), StoreError> {
        let mut touched: BTreeMap<u64, Arc<Segment>> = BTreeMap::new();
        for &index in indices {
            let (segment, offset, erased) = self.erased(index)?;
            let _erasing = self.erasing.write().unwrap_or_else(PoisonError::into_inner);
            self.guarded(|| segment.write(&erased, offset))?;
            touched.insert(segment.first_index, segment);
        }
        self.guarded(|| touched.values().try_for_each(|segment| segment.sync()))
    }

    /// Where the body is, and what is to stand there.
    fn erased(&self, index: u64) -> Result<(Arc<Segment>, u64, Vec<u8>), StoreError> {
        let span = self.read_span(index..index.saturating_add(1), Bodies::Raw)?;
        if index >= self.shared().last_frame {
            // Recovery tells a torn last frame by the checksum of its bodies, which erasure changes.
            return Err(StoreError::NotErasable { index, what: "it was committed last; append something first" });
        }
        match span.first_body {
            Some((segment, offset)) if !span.bodies.is_empty() => {
                let mut erased = span.bodies;
                let (salt, rest) = erased.split_at_mut(size_of::<Salt>());
                salt.fill(0);
                rest[2..].fill(0);
                Ok((segment, offset, erased))
            }
            _ => Err(StoreError::NotErasable { index, what: "it is inside the record" }),
        }
    }
}
