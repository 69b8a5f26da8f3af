//! Checking the bytes that a replay reads: the chain, the commitments, and the tree as it grows.

use ledger_spec::authority::ledger_id;
use ledger_spec::commitment::{self, ERASED};
use ledger_spec::event::Class;
use ledger_spec::hash::{Hash, leaf_hashes, sha256_each};
use ledger_spec::merkle::Range;

use super::error::FoldError;
use super::replay::{ReplayError, Until};
use crate::store::{Chunk, FrameView, Step, Walk};

/// Checks a log front to back. Hashes do not wait for each other: they are taken frame by frame, side by side.
#[derive(Debug)]
pub(super) struct Checker {
    next: u64,
    /// Leaf hash of the last record; for the first one not looked at.
    leaf: Hash,
    until: Until,
    /// The tree over what was checked.
    pub tree: Range,
}

impl Checker {
    pub(super) fn new(size: u64, leaf: Hash, until: Until) -> Checker {
        Checker { next: size, leaf, until, tree: Range::new(size) }
    }

    pub(super) fn chunk(&mut self, chunk: &Chunk) -> Result<(), ReplayError> {
        chunk.frames().try_for_each(|frame| self.frame(&frame))
    }

    fn frame(&mut self, frame: &FrameView<'_>) -> Result<(), ReplayError> {
        let mut walk = Walk::both(frame.records, frame.bodies);
        let mut steps: Vec<Step<'_>> = Vec::with_capacity(frame.count.min(1 << 20) as usize);
        while let Some(step) = walk.step().map_err(|error| FoldError::Log { index: frame.first_index, error })? {
            if !self.until.includes(&step.record) {
                break;
            }
            steps.push(step);
        }
        let leaves = self.chain(&steps)?;
        commitments(&steps)?;
        self.tree.extend(&leaves);
        Ok(())
    }

    /// Every record follows the one before it; the first one, the body of *ledger opened*. Returns the leaf hashes.
    fn chain(&mut self, steps: &[Step<'_>]) -> Result<Vec<Hash>, ReplayError> {
        let mut leaves = Vec::with_capacity(steps.len());
        leaf_hashes(steps.iter().map(|step| step.record.bytes()), |leaf| leaves.push(leaf));
        for (Step { record, .. }, leaf) in steps.iter().zip(&leaves) {
            let opened = record.inline.filter(|_| self.next == 0);
            let expected = opened.map_or(self.leaf, |opening| ledger_id(opening.body));
            if record.index != self.next || record.prev != expected {
                return Err(ReplayError::Chain(record.index));
            }
            (self.next, self.leaf) = (record.index + 1, *leaf);
        }
        Ok(leaves)
    }
}

/// Every body is the one that its record commits to. Only particulars may be erased.
fn commitments(steps: &[Step<'_>]) -> Result<(), ReplayError> {
    let opened = steps.iter().filter_map(|step| Some((&step.record, step.opening.or(step.record.inline)?)));
    let kept: Vec<_> =
        opened.filter(|(record, opening)| record.class != Class::Particulars || opening.salt != ERASED).collect();
    let messages = kept.iter().map(|(_, opening)| [commitment::DOMAIN, &opening.salt[..], opening.body]);
    let (mut records, mut wrong) = (kept.iter().map(|(record, _)| *record), None);
    sha256_each(messages, |found| {
        // Hashes come in the order of the messages, one for each.
        let record = records.next().filter(|record| record.commitment != found);
        wrong = wrong.or(record.map(|record| record.index));
    });
    wrong.map_or(Ok(()), |index| Err(ReplayError::Commitment(index)))
}
