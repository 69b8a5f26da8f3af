//! Checking the bytes that a replay reads: the chain, the commitments, and the tree as it grows.

use ledger_spec::authority::ledger_id;
use ledger_spec::commitment::{self, ERASED};
use ledger_spec::event::Class;
use ledger_spec::hash::{Hash, leaf_hashes, sha256_each};
use ledger_spec::merkle::Range;

use super::replay::ReplayError;
use crate::store::Step;

/// Checks a log front to back. Hashes do not wait for each other: those of many events are taken side by side.
#[derive(Debug)]
pub(super) struct Checker {
    next: u64,
    /// Leaf hash of the last record; for the first one not looked at.
    leaf: Hash,
    /// The tree over what was checked.
    pub tree: Range,
}

impl Checker {
    pub(super) fn new(size: u64, leaf: Hash) -> Checker {
        Checker { next: size, leaf, tree: Range::new(size) }
    }

    /// Checks the next events.
    pub(super) fn check<'a>(&mut self, steps: impl Iterator<Item = &'a Step<'a>> + Clone) -> Result<(), ReplayError> {
        let leaves = self.chain(steps.clone())?;
        commitments(steps)?;
        self.tree.extend(&leaves);
        Ok(())
    }

    /// Every record follows the one before it; the first one, the body of *ledger opened*. Returns the leaf hashes.
    fn chain<'a>(&mut self, steps: impl Iterator<Item = &'a Step<'a>> + Clone) -> Result<Vec<Hash>, ReplayError> {
        let mut leaves = Vec::new();
        leaf_hashes(steps.clone().map(|step| step.record.bytes()), |leaf| leaves.push(leaf));
        for (Step { record, .. }, leaf) in steps.zip(&leaves) {
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
fn commitments<'a>(steps: impl Iterator<Item = &'a Step<'a>>) -> Result<(), ReplayError> {
    let opened = steps.filter_map(|step| Some((&step.record, step.opening.or(step.record.inline)?)));
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
