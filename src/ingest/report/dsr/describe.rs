//! The records that say what was used: releases, recordings, works.

use jiff::SignedDuration;

use super::block::{Block, Described, Named, Read};
use super::layout::Kind;
use super::record::Record;
use crate::ingest::report::defect::{Fault, Reason};
use crate::ingest::report::format::Sink;
use crate::ingest::report::row::{Release, Resource, Row, Work};
use crate::ingest::report::text::Text;

impl<'a> Block<'a> {
    pub(super) fn release(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let release = Release {
            line: record.line,
            reference: record.id("ReleaseReference")?,
            dsp_id: record.id("DspReleaseId")?,
            proprietary_ids: record.text("ProprietaryReleaseId")?,
            catalog_number: record.id("CatalogNumber")?,
            icpn: record.id("ICPN")?,
            artist: record.text("DisplayArtistName")?,
            artist_party_id: record.id("DisplayArtistPartyId")?,
            title: record.text("Title")?,
            subtitle: record.text("SubTitle")?,
            release_type: record.id("ReleaseType")?,
            label: record.text("Label")?,
            p_line: record.text("PLine")?,
            data_provider: record.text("DataProvider")?,
            ..Release::default()
        };
        sink.row(Row::Release(&release));
        self.releases.push(Named::not_yet(release));
        Ok(())
    }

    pub(super) fn sub_release(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let release = Release {
            line: record.line,
            reference: record.id("ReleaseReference")?,
            dsp_id: record.id("DspSubReleaseId")?,
            proprietary_ids: record.text("ProprietarySubReleaseId")?,
            used_resources: record.text("UsedResources")?,
            is_part: true,
            ..Release::default()
        };
        for used in release.used_resources.values() {
            self.resource_of(used, record.line, sink);
        }
        sink.row(Row::Release(&release));
        self.releases.push(Named::not_yet(release));
        Ok(())
    }

    /// AS01 and AS02. The latter names the work too; both are read before either is handed out.
    pub(super) fn resource(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let work = (record.layout.kind == Kind::ResourceAndWork).then(|| work(record)).transpose()?;
        let seconds = record.harmless("Duration", seconds(record), sink);
        let is_master = record.harmless("IsMasterRecording", record.boolean("IsMasterRecording"), sink);
        let resource = Resource {
            line: record.line,
            reference: record.id("ResourceReference")?,
            dsp_id: record.id("DspResourceId")?,
            isrc: record.text("ISRC")?,
            title: record.text("Title")?,
            subtitle: record.text("SubTitle")?,
            artist: record.text("DisplayArtistName")?,
            artist_party_id: record.id("DisplayArtistPartyId")?,
            seconds: seconds.filter(|seconds| *seconds > 0),
            resource_type: record.id("ResourceType")?,
            is_master,
        };
        sink.row(Row::Resource(&resource));
        let works = self.works.len();
        self.resources.push(Named::not_yet(Described { resource, first_work: works, end_work: works }));
        if let Some(work) = work {
            self.add_work(work, sink);
        }
        Ok(())
    }

    pub(super) fn work(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        self.add_work(work(record)?, sink);
        Ok(())
    }

    /// Adds a work to the resource before it.
    fn add_work(&mut self, work: Work<'a>, sink: &mut dyn Sink) {
        sink.row(Row::Work(&work));
        self.works.push(work);
        if let Some(last) = self.resources.last_mut() {
            last.what.end_work = self.works.len();
        }
    }
}

fn work<'a>(record: &Record<'a>) -> Result<Work<'a>, Fault<'a>> {
    // The titles of AS02 are those of the recording.
    let own = record.layout.kind == Kind::Work;
    let title = |name| if own { record.text(name) } else { Ok(Text::default()) };
    Ok(Work {
        line: record.line,
        dsp_id: record.id("DspWorkId")?,
        iswc: record.id("ISWC")?,
        title: title("Title")?,
        subtitle: title("SubTitle")?,
        writers: record.text("ComposerAuthor")?,
        writer_party_ids: record.text("ComposerAuthorPartyId")?,
        arrangers: record.text("Arranger")?,
        arranger_party_ids: record.text("ArrangerPartyId")?,
        publishers: record.text("MusicPublisher")?,
        publisher_party_ids: record.text("MusicPublisherPartyId")?,
        contributors: record.text("WorkContributor")?,
        contributor_party_ids: record.text("WorkContributorPartyId")?,
        data_provider: record.text("DataProvider")?,
        proprietary_id: record.id("ProprietaryWorkId")?,
    })
}

/// Playing time, an ISO 8601 duration such as `PT3M25S`, in whole seconds, a fraction counted as one.
fn seconds<'a>(record: &Record<'a>) -> Result<Option<u32>, Fault<'a>> {
    let text = record.raw("Duration");
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || record.fault("Duration", Reason::NotACode("a duration such as PT3M25S"));
    let duration: SignedDuration = text.parse().map_err(|_| wrong())?;
    let seconds = duration.as_secs().saturating_add(i64::from(duration.subsec_nanos() > 0));
    u32::try_from(seconds).map(Some).map_err(|_| wrong())
}
