//! One block: what was used, how much of it, and for whom.

use ledger_spec::money::{Currency, ExactSum, SourceAmount};

use super::head::Head;
use super::layout::Kind;
use super::record::Record;
use crate::ingest::report::defect::{Fault, Reason};
use crate::ingest::report::format::Sink;
use crate::ingest::report::row::{Release, Resource, Summary, UsageDays, Work};
use crate::ingest::report::text::Text;
use crate::ingest::report::unrecorded::Unrecorded;
use crate::ingest::report::warning::Warning;

/// What the lines of a block said so far.
pub(super) struct Block<'a> {
    pub(super) head: &'a Head,
    id: Option<&'a str>,
    /// The block's first line.
    line: u64,
    pub(super) releases: Vec<Named<Release<'a>>>,
    pub(super) resources: Vec<Named<Described<'a>>>,
    /// The works of all resources, in the order of the file.
    pub(super) works: Vec<Work<'a>>,
    /// The line and the days of the usage record that allocations follow.
    pub(super) usage: Option<(u64, Option<UsageDays>)>,
    pub(super) units: i128,
    pub(super) units_by_release: Option<i128>,
    shares: Vec<(Text<'a>, ExactSum)>,
}

/// Something that the block describes, and whether a line of use is about it.
pub(super) struct Named<T> {
    pub(super) what: T,
    pub(super) named: bool,
}

impl<T> Named<T> {
    /// Nothing is about it yet.
    pub(super) fn not_yet(what: T) -> Named<T> {
        Named { what, named: false }
    }
}

/// A resource, and which of the block's works it uses.
pub(super) struct Described<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) first_work: usize,
    pub(super) end_work: usize,
}

/// Whether a record could be read.
pub(super) type Read<'a> = Result<(), Fault<'a>>;

impl<'a> Block<'a> {
    /// No block yet.
    pub(super) fn new(head: &'a Head) -> Block<'a> {
        Block {
            head,
            id: None,
            line: 0,
            releases: Vec::new(),
            resources: Vec::new(),
            works: Vec::new(),
            usage: None,
            units: 0,
            units_by_release: None,
            shares: Vec::new(),
        }
    }

    /// Enters the block of a record, and ends the one before; says whether it is another.
    pub(super) fn enter(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Result<bool, Fault<'a>> {
        let id = record.id("BlockId")?.raw();
        if id.is_empty() {
            return Err(record.fault("BlockId", Reason::MissingCell));
        }
        if self.id == Some(id) {
            return Ok(false);
        }
        self.end(sink);
        self.id = Some(id);
        self.line = record.line;
        Ok(true)
    }

    /// Checks the sums of the block and forgets it.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) {
        self.end_shares(sink);
        let releases = self.releases.iter().filter(|release| !release.named);
        let releases = releases.map(|release| (Unrecorded::Release, release.what.line));
        let resources = self.resources.iter().filter(|found| !found.named);
        let resources = resources.map(|found| (Unrecorded::Resource, found.what.resource.line));
        for (kind, line) in releases.chain(resources) {
            sink.warning(line, Warning::Unrecorded { kind, lines: 1 });
        }
        if let Some(found) = self.units_by_release.take().filter(|found| *found != self.units) {
            let block = self.block().to_string();
            sink.warning(self.line, Warning::BlockUsages { block, expected: self.units, found });
        }
        self.id = None;
        self.releases.clear();
        self.resources.clear();
        self.works.clear();
        self.usage = None;
        self.units = 0;
    }

    /// Reads a record of the block.
    pub(super) fn record(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        match record.layout.kind {
            Kind::Release => self.release(record, sink),
            Kind::SubRelease => self.sub_release(record, sink),
            Kind::Resource | Kind::ResourceAndWork => self.resource(record, sink),
            Kind::Work => self.work(record, sink),
            Kind::ReleaseList => self.release_list(record, sink),
            Kind::ReleaseUsage => self.release_usage(record, sink),
            Kind::Download | Kind::Stream => self.transaction(record, sink),
            Kind::UserContent => self.user_content(record, sink),
            Kind::Allocation => self.allocation(record, sink),
            // These are in no block, and the file reads them itself.
            Kind::Head | Kind::Summary | Kind::Foot => Ok(()),
        }
    }

    /// The block's id.
    pub(super) fn block(&self) -> Text<'a> {
        Text::escaped(self.id.unwrap_or_default())
    }

    /// The summary that a record names, and the currency of its amounts.
    pub(super) fn summary(
        &self,
        record: &Record<'a>,
        sink: &mut dyn Sink,
    ) -> Result<(Text<'a>, Option<&'a Summary>, Option<Currency>), Fault<'a>> {
        let id = record.id("SummaryRecordId")?;
        let summary = self.head.summary(&id.get());
        if summary.is_none() && !id.is_empty() {
            sink.warning(record.line, Warning::UnknownSummary { id: id.to_string() });
        }
        let currency = summary.and_then(|summary| self.head.currency_of(summary.number)).or(self.head.currency);
        Ok((id, summary, currency))
    }

    /// The release of a reference, by its place in the block.
    pub(super) fn release_of(&self, reference: Text<'a>, line: u64, sink: &mut dyn Sink) -> Option<usize> {
        let found = self.releases.iter().position(|release| release.what.reference == reference);
        self.found(found, reference, line, sink)
    }

    /// The resource of a reference, by its place in the block.
    pub(super) fn resource_of(&self, reference: Text<'a>, line: u64, sink: &mut dyn Sink) -> Option<usize> {
        let found = self.resources.iter().position(|found| found.what.resource.reference == reference);
        self.found(found, reference, line, sink)
    }

    /// What was found for a reference that is not empty, with a warning if that is nothing.
    fn found(&self, found: Option<usize>, reference: Text<'a>, line: u64, sink: &mut dyn Sink) -> Option<usize> {
        if reference.is_empty() {
            return None;
        }
        if found.is_none() {
            let (block, reference) = (self.block().to_string(), reference.to_string());
            sink.warning(line, Warning::UnknownReference { block, reference });
        }
        found
    }

    /// The resource that a transaction is about: the one it names, or the only one of the part of a release that it
    /// names, or the only one there is. A transaction of a whole release is about none.
    pub(super) fn transacted(
        &self,
        reference: Text<'a>,
        release: Option<usize>,
        line: u64,
        sink: &mut dyn Sink,
    ) -> Option<usize> {
        if !reference.is_empty() {
            return self.resource_of(reference, line, sink);
        }
        let Some(release) = release.and_then(|index| self.releases.get(index)) else { return self.only_resource() };
        let mut used = release.what.used_resources.values();
        let only = used.next().filter(|_| used.next().is_none())?;
        self.resources.iter().position(|found| found.what.resource.reference == only)
    }

    /// The release that one is a part of: the only whole one of the block.
    pub(super) fn album_of(&self, release: usize) -> Option<usize> {
        let is_part = self.releases.get(release).is_some_and(|release| release.what.is_part);
        let mut whole = (0..).zip(&self.releases).filter(|(_, release)| !release.what.is_part);
        let (only, _) = whole.next().filter(|_| is_part)?;
        whole.next().is_none().then_some(only)
    }

    /// The block's resource, if it has just one.
    pub(super) fn only_resource(&self) -> Option<usize> {
        (self.resources.len() == 1).then_some(0)
    }

    /// The works that a resource uses.
    pub(super) fn works_of(&self, resource: Option<&Described<'a>>) -> &[Work<'a>] {
        resource.and_then(|found| self.works.get(found.first_work..found.end_work)).unwrap_or_default()
    }

    /// Counts a share of a right in the usage before it.
    pub(super) fn add_share(&mut self, right: Text<'a>, share: SourceAmount) {
        let place = self.shares.iter().position(|(other, _)| *other == right);
        match place.and_then(|index| self.shares.get_mut(index)) {
            // A share that cannot be added leaves a sum that is not the whole, which is what has to be said.
            Some((_, sum)) => *sum = sum.plus(share.into()).unwrap_or(*sum),
            None => self.shares.push((right, share.into())),
        }
    }

    /// Checks that the shares of each right are the whole. They are per usage record: ownership may change from one
    /// validity period to the next. The whole is 1; some write it as 100.
    pub(super) fn end_shares(&mut self, sink: &mut dyn Sink) {
        let is_whole = |sum: ExactSum| ["1", "100"].iter().any(|whole| sum.to_string() == *whole);
        let line = self.usage.map_or(self.line, |(line, _)| line);
        let block = self.block();
        for (right, sum) in self.shares.drain(..).filter(|(_, sum)| !is_whole(*sum)) {
            sink.warning(line, Warning::Shares { block: block.to_string(), right: right.to_string(), sum });
        }
    }
}
