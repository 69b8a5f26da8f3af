//! What a report says and no event has a place for. It is counted by kind, so that nothing is left out without a word.

use std::fmt;

use ledger_spec::limits;

use super::row::{Allocation, Release, Resource, Usage, Work};
use super::seen::Seen;
use super::text::Text;
use super::warning::{Warning, Warnings};

/// A kind of thing that stays in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unrecorded {
    /// A release that no line of use is about.
    Release,
    /// A recording, with its works, that no line of use is about.
    Resource,
    /// An identifier that is longer than any.
    LongIdentifier,
    /// What a rights controller calls a work.
    ControllerWorkId,
    /// Who the artists, writers and publishers are, by party id; their names are recorded.
    PartyIds,
}

impl Unrecorded {
    const ALL: [Unrecorded; 5] = [
        Unrecorded::Release,
        Unrecorded::Resource,
        Unrecorded::LongIdentifier,
        Unrecorded::ControllerWorkId,
        Unrecorded::PartyIds,
    ];
}

impl fmt::Display for Unrecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unrecorded::Release => f.write_str("releases that no line of use names"),
            Unrecorded::Resource => f.write_str("recordings that no line of use names"),
            Unrecorded::LongIdentifier => write!(f, "identifiers of more than {} bytes", limits::IDENTIFIER),
            Unrecorded::ControllerWorkId => f.write_str("the rights controllers' own ids of works"),
            Unrecorded::PartyIds => f.write_str("party ids of artists, writers and publishers"),
        }
    }
}

/// The lines that have something of each kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted([Seen; Unrecorded::ALL.len()]);

impl Counted {
    pub(super) fn add(&mut self, kind: Unrecorded, line: u64, lines: u64) {
        // There is one for each kind.
        self.0[kind as usize].add(line, lines);
    }

    pub(super) fn merge(&mut self, other: Counted) {
        self.0.iter_mut().zip(other.0).for_each(|(seen, other)| seen.merge(other));
    }

    /// One warning for each kind.
    pub(super) fn warn(self, warnings: &mut Warnings) {
        for (kind, seen) in Unrecorded::ALL.into_iter().zip(self.0) {
            if let Some((first, lines)) = seen.lines() {
                warnings.push(first, Warning::Unrecorded { kind, lines });
            }
        }
    }

    /// A line of use. What it names itself, and no line before it, is looked at too.
    pub(super) fn usage(&mut self, usage: &Usage<'_>) {
        if let Some(resource) = usage.resource.filter(|resource| resource.line == usage.line) {
            self.resource(resource);
        }
        if let Some(release) = usage.release.filter(|release| release.line == usage.line) {
            self.release(release);
        }
        self.identifiers(usage.line, &[usage.service]);
    }

    pub(super) fn resource(&mut self, resource: &Resource<'_>) {
        self.identifiers(resource.line, &[resource.dsp_id, resource.isrc]);
        self.party_ids(resource.line, &[resource.artist_party_id]);
    }

    pub(super) fn release(&mut self, release: &Release<'_>) {
        let Release { dsp_id, proprietary_ids, catalog_number, icpn, .. } = *release;
        self.identifiers(release.line, &[dsp_id, proprietary_ids, catalog_number, icpn]);
        self.party_ids(release.line, &[release.artist_party_id]);
    }

    pub(super) fn work(&mut self, work: &Work<'_>) {
        self.identifiers(work.line, &[work.dsp_id, work.iswc, work.proprietary_id]);
        let Work { writer_party_ids, arranger_party_ids, publisher_party_ids, contributor_party_ids, .. } = *work;
        self.party_ids(work.line, &[writer_party_ids, arranger_party_ids, publisher_party_ids, contributor_party_ids]);
    }

    pub(super) fn allocation(&mut self, allocation: &Allocation<'_>) {
        self.identifiers(allocation.line, &[allocation.controller, allocation.controller_party_id]);
        if !allocation.controller_work_id.is_empty() {
            self.add(Unrecorded::ControllerWorkId, allocation.line, 1);
        }
    }

    fn identifiers(&mut self, line: u64, cells: &[Text<'_>]) {
        // The whole cell is looked at first: nearly all are short.
        let mut cells = cells.iter().filter(|cell| cell.raw().len() > limits::IDENTIFIER);
        if cells.any(|cell| cell.values().any(|value| value.get().len() > limits::IDENTIFIER)) {
            self.add(Unrecorded::LongIdentifier, line, 1);
        }
    }

    fn party_ids(&mut self, line: u64, cells: &[Text<'_>]) {
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.add(Unrecorded::PartyIds, line, 1);
        }
    }
}
