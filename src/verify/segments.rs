//! A ledger's own folder, bodies included, read as it stands: see [`Claim::inspect`].

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use ledger_spec::record::split_entry;
use ledger_spec::verify::{Anchors, Published, Report};

use super::source::{Piece, Source};
use super::{VerifyError, pipeline};
use crate::store::{Claim, Inspection, RealDisk, Scan, StoreError};

/// Verifies the log whose segment files are in that folder.
pub fn verify(folder: &Path, anchors: &Anchors, progress: &mut dyn FnMut(u64)) -> Result<Report, VerifyError> {
    let disk = RealDisk::new(folder).map_err(VerifyError::read(folder))?;
    let inspection = Claim::new(Arc::new(disk))?.inspect()?;
    let published = Published {
        checkpoint: inspection.given_out().map(|given_out| given_out.checkpoint.clone()),
        ..Published::default()
    };
    let scan = inspection.scan()?;
    let mut segments = Segments { inspection, scan, damage: None };
    let mut verifier = pipeline::run(&mut segments, anchors, &published, progress)?;
    if let Some(damage) = segments.damage {
        verifier.break_off(&damage.to_string());
    }
    Ok(verifier.finish())
}

struct Segments {
    inspection: Inspection,
    scan: Scan,
    /// Where the files are no frames any more.
    damage: Option<StoreError>,
}

impl Source for Segments {
    fn next(&mut self) -> Result<Option<Piece>, VerifyError> {
        match self.scan.next() {
            None => Ok(None),
            Some(Ok(chunk)) => Ok(Some(Piece::Frames(chunk))),
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
