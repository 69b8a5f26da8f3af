//! A ledger's own folder, bodies included, read as it stands: see [`Claim::inspect`].

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use ledger_spec::record::split_entry;
use ledger_spec::verify::{Anchors, Published, Report};

use super::source::{Piece, Source};
use super::static_log::handovers;
use super::{Scope, VerifyError, pipeline};
use crate::store::{Claim, Inspection, RealDisk, Scan, StoreError};

/// Verifies the log whose segment files are in that ledger's folder.
pub fn verify(
    ledger: &Path,
    anchors: &Anchors,
    scope: Scope,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, VerifyError> {
    let folder = ledger.join("segments");
    let inspection = Claim::new(Arc::new(RealDisk::for_reading(&folder)))?.inspect()?;
    let (given_out, damaged_guard) = match inspection.given_out() {
        Ok(given_out) => (given_out, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let published = Published {
        checkpoint: given_out.map(|given_out| given_out.checkpoint.clone()),
        handovers: handovers(ledger)?,
        ..Published::default()
    };
    let scan = inspection.scan()?;
    let mut segments = Segments { inspection, scan, scope, damage: None, blemish: None };
    let mut verifier = pipeline::run(&mut segments, anchors, &published, progress)?;
    if let Some(damage) = segments.damage {
        verifier.break_off(&damage.to_string());
    }
    if let Some((index, damage)) = segments.blemish {
        verifier.note_damage(Some(index), &damage);
    }
    if let Some(damage) = damaged_guard {
        verifier.note_damage(None, &damage);
    }
    Ok(verifier.finish())
}

struct Segments {
    inspection: Inspection,
    scan: Scan,
    scope: Scope,
    /// Where the files are no frames any more.
    damage: Option<StoreError>,
    /// The first damage to the files that leaves the frames readable: its event, and what it is.
    blemish: Option<(u64, String)>,
}

impl Source for Segments {
    fn next(&mut self) -> Result<Option<Piece>, VerifyError> {
        match self.scan.next() {
            None => Ok(None),
            Some(Ok(chunk)) => {
                if let (None, Some(damage @ StoreError::Damaged { index, .. })) = (&self.blemish, chunk.damage()) {
                    self.blemish = Some((*index, damage.to_string()));
                }
                Ok(Some(Piece::Frames { chunk, scope: self.scope }))
            }
            Some(Err(damage @ StoreError::Damaged { .. })) => {
                self.damage = Some(damage);
                Ok(None)
            }
            Some(Err(error)) => Err(error.into()),
        }
    }

    /// Frames have no index here, so the log is read from its start once more.
    fn again(&mut self, ranges: &[Range<u64>], mut give: impl FnMut(&[u8])) -> Result<(), VerifyError> {
        let mut ranges = ranges.iter();
        let mut wanted = ranges.next();
        let mut entries = Vec::new();
        for chunk in self.inspection.scan()? {
            for frame in chunk?.frames() {
                let mut rest = frame.records;
                for index in frame.first_index..frame.first_index + u64::from(frame.count) {
                    let Some(range) = wanted else { return Ok(()) };
                    let before = rest;
                    if split_entry(&mut rest).is_some() && range.contains(&index) {
                        entries.extend_from_slice(&before[..before.len() - rest.len()]);
                    }
                    if index + 1 == range.end {
                        give(&entries);
                        entries.clear();
                        wanted = ranges.next();
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ledger_spec::Hash;
    use ledger_spec::commitment::commit;
    use ledger_spec::event::Class;
    use ledger_spec::hash::leaf_hash;
    use ledger_spec::key::{PublicKey, Signature};
    use ledger_spec::record::{Fields, Opening, Seal, write_opening};

    use super::*;
    use crate::store::{Block, EventStore, Options, SegmentStore};

    /// A submission of one event with nothing to it, chained to the one before.
    fn block(first_index: u64, prev: Hash) -> Block {
        let (class, author, salt, body) = (Class::Money, PublicKey([0; 32]), [1; 16], &[5, 1][..]);
        let (commitment, opening) = (commit(&salt, body), Opening { salt, body });
        let seal = Seal {
            number: 1,
            count: 1,
            basis_size: 0,
            basis_head: Hash::default(),
            signed_at: 0,
            signature: Signature([0; 64]),
        };
        let (mut record, mut bodies) = (Vec::new(), Vec::new());
        let fields =
            Fields { class, index: first_index, prev, recorded_at: 0, author, commitment, seal: Some(&seal), opening };
        fields.write(&mut record);
        write_opening(&opening, &mut bodies);
        let records = [&(record.len() as u16).to_be_bytes()[..], &record].concat();
        Block { first_index, count: 1, records, bodies, leaf: leaf_hash(&record) }
    }

    #[test]
    fn what_is_read_again_is_what_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(RealDisk::new(folder.path()).unwrap());
        let store = SegmentStore::create(disk.clone(), Hash::default(), Options::default()).unwrap();
        for start in (0..1000).step_by(50) {
            let mut prev = store.head().leaf;
            let blocks = (start..start + 50).map(|index| {
                let block = block(index, prev);
                prev = block.leaf;
                block
            });
            let blocks: Vec<Block> = blocks.collect();
            store.append(&store.head(), &blocks).unwrap();
        }
        let ranges = [0..256, 512..768, 768..1000];
        let expected = ranges.clone().map(|range| store.records(range).unwrap());
        drop(store);
        let inspection = Claim::new(disk).unwrap().inspect().unwrap();
        let scan = inspection.scan().unwrap();
        let mut source = Segments { inspection, scan, scope: Scope::Everything, damage: None, blemish: None };
        let mut given = Vec::new();
        source.again(&ranges, |entries| given.push(entries.to_vec())).unwrap();
        assert_eq!(given, expected);
    }
}
