//! From what changed to the cells that have to be rated again.
//!
//! It may be too many cells, never too few: to rate a cell again that did not change posts nothing.

use super::catalogue::{Catalogue, Matched, Touch};
use super::cells::Cells;
use super::sources::Sources;

/// Marks the cells that a change may concern.
pub(super) fn mark(touch: Touch, catalogue: &Catalogue, sources: &Sources, cells: &mut Cells) {
    let mut marker = Marker { catalogue, sources, mark: |cell| cells.mark(cell) };
    match touch {
        Touch::Recording(recording) => marker.recording(recording),
        Touch::Work(work) => marker.work(work),
        Touch::Identifier(number) => marker.identifier(number),
        Touch::Reported { source, number } => marker.reported(source, number),
        Touch::Contract(contract) => marker.contract(contract),
        Touch::Holder(party) => {
            let claims = catalogue.parties.get(&party).map(|party| party.claims).unwrap_or_default();
            catalogue.claims_in(claims).for_each(|(_, claim)| marker.work(claim.work));
        }
        Touch::Source(source) => {
            if let Some(source) = sources.number(source) {
                cells.mark_source(source);
            }
        }
        Touch::All => cells.mark_all(),
    }
}

/// Hands every cell that may use a work to `mark`, some more than once.
pub(super) fn cells_of_work(work: u64, catalogue: &Catalogue, sources: &Sources, mark: impl FnMut(u32)) {
    Marker { catalogue, sources, mark }.work(work);
}

struct Marker<'a, M> {
    catalogue: &'a Catalogue,
    sources: &'a Sources,
    mark: M,
}

impl<M: FnMut(u32)> Marker<'_, M> {
    /// Every way in which a reported resource or release can be, or be of, the recording.
    fn recording(&mut self, recording: u64) {
        let Some(row) = self.catalogue.recordings.get(recording) else { return };
        let catalogue = self.catalogue;
        row.identifiers.iter().for_each(|number| self.identifier(*number));
        for (_, asserted) in catalogue.assertions_in(row.asserted) {
            self.identifier(asserted.identifier);
        }
        for (_, named) in catalogue.matches_in(row.named) {
            self.matched(named.subject);
        }
        for (_, release) in catalogue.releases_in(row.releases) {
            release.identifiers.iter().for_each(|number| self.identifier(*number));
            for (_, asserted) in catalogue.assertions_in(release.asserted) {
                self.identifier(asserted.identifier);
            }
        }
    }

    /// Everything that was ever matched to the work.
    fn work(&mut self, work: u64) {
        let matches = self.catalogue.works.get(work).map(|work| work.matches).unwrap_or_default();
        for (_, found) in self.catalogue.matches_in(matches) {
            self.matched(found.subject);
        }
    }

    fn matched(&mut self, subject: Matched) {
        match subject {
            Matched::Recording(recording) => self.recording(recording),
            Matched::Reported { source, number } => self.reported(source, number),
        }
    }

    fn contract(&mut self, contract: u64) {
        let Some(row) = self.catalogue.contracts.get(contract) else { return };
        for (_, split) in self.catalogue.splits_in(row.splits) {
            self.recording(split.recording);
        }
        for (_, share) in self.catalogue.shares_in(row.shares) {
            if let Some(claim) = self.catalogue.claims.get(share.claim) {
                self.work(claim.work);
            }
        }
    }

    fn identifier(&mut self, number: u32) {
        for reported_as in self.catalogue.identifiers.reported(number) {
            if let Some((source, _)) = self.sources.row(reported_as.source) {
                self.reported(source, reported_as.number);
            }
        }
    }

    fn reported(&mut self, source: u64, number: u32) {
        let Some((_, reported)) = self.sources.reported(source, number) else { return };
        self.sources.cells_of.iter(reported.cells).for_each(&mut self.mark);
    }
}
