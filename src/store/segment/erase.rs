//! Erasure: salt and body become zeros, in place; the length stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};

use ledger_spec::commitment::Salt;

use super::SegmentStore;
use super::file::Segment;
use super::read::Bodies;
use crate::store::{Misfit, StoreError, Walk};

/// Zeros salt and body of `salt [16] | u16 length | body`.
fn blank(opening: &mut [u8]) {
    let (salt, rest) = opening.split_at_mut(opening.len().min(size_of::<Salt>()));
    salt.fill(0);
    rest.get_mut(2..).unwrap_or_default().fill(0);
}

/// Zeros, in memory, the bodies of these records that are to read as erased.
pub fn withhold(records: &[u8], bodies: &mut [u8], withheld: &BTreeSet<u64>) -> Result<(), Misfit> {
    let mut spots = Vec::new();
    let mut walk = Walk::both(records, bodies);
    loop {
        let (_, start) = walk.at();
        let Some(step) = walk.step()? else { break };
        if withheld.contains(&step.record.index) {
            spots.push(start..walk.at().1);
        }
    }
    for spot in spots {
        blank(bodies.get_mut(spot).unwrap_or_default());
    }
    Ok(())
}

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
                blank(&mut erased);
                Ok((segment, offset, erased))
            }
            _ => Err(StoreError::NotErasable { index, what: "it is inside the record" }),
        }
    }
}
