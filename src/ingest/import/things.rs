//! What tells the things of a report apart, and how they are described.

use ledger_spec::code::{NameRole, ReportedKind};
use ledger_spec::ident::Scheme;

use super::numbering::{Description, Key, Keys, Mentions};
use crate::ingest::report::{Release, Resource, Text, Work};

/// Mentions things. A thing is told apart by its identifiers as given; one without any, by its names.
pub struct Things<'a> {
    /// Makes keys.
    pub keys: &'a Keys,
    /// Where things are mentioned.
    pub mentions: &'a mut Mentions,
}

impl Things<'_> {
    /// A recording and the works it uses. With another work it is another thing: a reporter that names both says
    /// which composition it pays for. The recording belongs to its work; of several works each belongs to it.
    pub fn recording(&mut self, resource: &Resource<'_>, works: &[Work<'_>]) -> u32 {
        let names = match resource.dsp_id.is_empty() && resource.isrc.is_empty() {
            true => (resource.title.raw(), resource.subtitle.raw(), resource.artist.raw()),
            false => ("", "", ""),
        };
        let own = (ReportedKind::RECORDING, resource.dsp_id.raw(), resource.isrc.raw(), names);
        match works {
            [] => self.add_recording(resource, self.keys.of(&own), 0),
            [work] => {
                let (key, parent) = self.work(work, 0);
                self.add_recording(resource, self.keys.of(&(own, key)), parent)
            }
            several => {
                let keys: Vec<_> = several.iter().map(|work| self.work_key(work, 0)).collect();
                let recording = self.add_recording(resource, self.keys.of(&(own, keys)), 0);
                for work in several {
                    self.work(work, recording);
                }
                recording
            }
        }
    }

    fn add_recording(&mut self, resource: &Resource<'_>, key: Key, parent: u32) -> u32 {
        self.mentions.mention(key, ReportedKind::RECORDING, parent, resource.seconds, |thing| {
            each(resource.isrc, |isrc| thing.identifier(Scheme::ISRC, isrc));
            thing.identifier(Scheme::DSP_RESOURCE, &resource.dsp_id.get());
            thing.name(NameRole::TITLE, &resource.title.get());
            thing.name(NameRole::SUBTITLE, &resource.subtitle.get());
            thing.name(NameRole::ARTIST, &resource.artist.get());
        })
    }

    /// What tells a work apart: for one of several, also the recording that uses it, so that it can belong to it.
    fn work_key(&self, work: &Work<'_>, parent: u32) -> Key {
        let names = match work.dsp_id.is_empty() && work.iswc.is_empty() && work.proprietary_id.is_empty() {
            true => (work.title.raw(), work.writers.raw()),
            false => ("", ""),
        };
        let recording = self.mentions.thing(parent).map(|recording| recording.key());
        let own = (ReportedKind::WORK, work.dsp_id.raw(), work.iswc.raw(), work.proprietary_id.raw(), names);
        self.keys.of(&(own, recording))
    }

    fn work(&mut self, work: &Work<'_>, parent: u32) -> (Key, u32) {
        let key = self.work_key(work, parent);
        let number = self.mentions.mention(key, ReportedKind::WORK, parent, None, |thing| {
            thing.identifier(Scheme::ISWC, &work.iswc.get());
            thing.identifier(Scheme::DSP_WORK, &work.dsp_id.get());
            thing.identifier(Scheme::PROPRIETARY, &work.proprietary_id.get());
            thing.name(NameRole::TITLE, &work.title.get());
            thing.name(NameRole::SUBTITLE, &work.subtitle.get());
            each(work.writers, |name| thing.name(NameRole::WRITER, name));
            each(work.arrangers, |name| thing.name(NameRole::ARRANGER, name));
            each(work.publishers, |name| thing.name(NameRole::PUBLISHER, name));
            each(work.contributors, |name| thing.name(NameRole::CONTRIBUTOR, name));
        });
        (key, number)
    }

    /// A release, or a part of one, which belongs to it.
    pub fn release(&mut self, release: &Release<'_>, album: u32) -> u32 {
        let ids =
            (release.dsp_id.raw(), release.icpn.raw(), release.proprietary_ids.raw(), release.catalog_number.raw());
        let names = match ids == ("", "", "", "") {
            true => (release.title.raw(), release.artist.raw()),
            false => ("", ""),
        };
        let key = self.keys.of(&(ReportedKind::RELEASE, ids, names));
        self.mentions.mention(key, ReportedKind::RELEASE, album, None, |thing| {
            thing.identifier(Scheme::UPC, &release.icpn.get());
            thing.identifier(Scheme::DSP_RELEASE, &release.dsp_id.get());
            thing.identifier(Scheme::CATALOGUE_NUMBER, &release.catalog_number.get());
            each(release.proprietary_ids, |id| thing.identifier(Scheme::PROPRIETARY, id));
            thing.name(NameRole::TITLE, &release.title.get());
            thing.name(NameRole::SUBTITLE, &release.subtitle.get());
            thing.name(NameRole::ARTIST, &release.artist.get());
            thing.name(NameRole::LABEL, &release.label.get());
            thing.name(NameRole::PRODUCT_LINE, &release.p_line.get());
        })
    }

    /// A service, or with `parent` an offering of it.
    pub fn service(&mut self, name: &str, party_id: &str, parent: u32) -> u32 {
        self.party(ReportedKind::SERVICE, Scheme::SERVICE_NAME, name, party_id, parent)
    }

    /// A rights controller.
    pub fn controller(&mut self, name: &str, party_id: &str) -> u32 {
        self.party(ReportedKind::CONTROLLER, Scheme::RIGHTS_CONTROLLER, name, party_id, 0)
    }

    fn party(&mut self, kind: ReportedKind, scheme: Scheme, name: &str, party_id: &str, parent: u32) -> u32 {
        if name.is_empty() && party_id.is_empty() {
            return 0;
        }
        let key = self.keys.of(&(kind, name, party_id, parent > 0));
        self.mentions.mention(key, kind, parent, None, |thing: &mut Description<'_>| {
            thing.identifier(scheme, name);
            thing.identifier(Scheme::DPID, party_id);
        })
    }
}

/// Calls `add` with each value of a cell that may hold several.
fn each(cell: Text<'_>, mut add: impl FnMut(&str)) {
    cell.values().for_each(|value| add(&value.get()));
}
