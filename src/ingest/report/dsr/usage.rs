//! The records that say how much was used, and for whom: SU, RU, LI.

use ledger_spec::hash::sha256;

use super::block::{Block, Read};
use super::layout::Kind;
use super::record::Record;
use crate::ingest::report::defect::{Fault, Reason};
use crate::ingest::report::format::Sink;
use crate::ingest::report::row::{Allocation, Breakdown, Row, Summary, Usage};
use crate::ingest::report::text::Text;
use crate::ingest::report::warning::Warning;

impl<'a> Block<'a> {
    /// SU01 and SU02: a transaction of a release or resource of the block, by reference.
    pub(super) fn transaction(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let download = record.layout.kind == Kind::Download;
        let units = record.count(if download { "Usages" } else { "NumberOfStreams" })?;
        let (release, resource) = (record.id("TransactedRelease")?, record.id("TransactedResource")?);
        let release = self.release_of(release, record.line, sink);
        let resource = self.transacted(resource, release, record.line, sink);
        let usage = Usage {
            transaction: record.id("SalesTransactionId")?,
            units,
            returns: record.integer("Returns")?.unwrap_or(0),
            unit_price: record.decimal("PriceConsumerPaidExcSalesTax")?,
            royalty_bearing: record.boolean("IsRoyaltyBearing")?,
            sales_upgrade: record.boolean("SalesUpgrade")?,
            promotion: record.text("PromotionalActivity")?,
            ..self.usage_record(record, sink)?
        };
        self.hand_out(usage, resource, release, sink);
        Ok(())
    }

    /// SU03: use of the block's resource in videos of users, for some days.
    pub(super) fn user_content(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let valid = record.days("ValidityPeriodStart", "ValidityPeriodEnd")?;
        let named = record.id("DspReleaseId")?;
        let same = self.resources.iter().position(|found| found.what.resource.dsp_id == named);
        let usage = self.usage_record(record, sink)?;
        let usage = Usage {
            transaction: record.id("SalesTransactionId")?,
            units: record.integer("Usages")?.unwrap_or(0),
            net_revenue: Some(record.amount("NetRevenue")?),
            used: valid.or(usage.used),
            ..usage
        };
        if usage.currency.is_none() {
            return Err(record.fault("NetRevenue", Reason::NoCurrency));
        }
        self.hand_out(usage, same.or(self.only_resource()), None, sink);
        Ok(())
    }

    /// What all usage records of a block say alike.
    fn usage_record(&self, record: &Record<'a>, sink: &mut dyn Sink) -> Result<Usage<'a>, Fault<'a>> {
        let (summary_id, summary, currency) = self.summary(record, sink)?;
        let of =
            |field: fn(&Summary) -> &String| summary.map(|summary| Text::plain(field(summary))).unwrap_or_default();
        let service = of(|summary| &summary.service);
        Ok(Usage {
            line: record.line,
            record: record.layout.name,
            block: self.block(),
            summary_id,
            summary,
            currency,
            service: if service.is_empty() { Text::plain(&self.head.header.service) } else { service },
            commercial_model: of(|summary| &summary.commercial_model),
            use_type: of(|summary| &summary.use_type),
            territory: of(|summary| &summary.territory),
            used: self.head.header.period,
            ..Usage::default()
        })
    }

    fn hand_out(&mut self, usage: Usage<'a>, resource: Option<usize>, release: Option<usize>, sink: &mut dyn Sink) {
        let album = release.and_then(|index| self.album_of(index));
        for release in [release, album].into_iter().flatten() {
            if let Some(release) = self.releases.get_mut(release) {
                release.named = true;
            }
        }
        if let Some(found) = resource.and_then(|index| self.resources.get_mut(index)) {
            found.named = true;
        }
        let described = resource.and_then(|index| self.resources.get(index)).map(|found| &found.what);
        let release_at =
            |index: Option<usize>| index.and_then(|index| self.releases.get(index)).map(|found| &found.what);
        sink.row(Row::Usage(&Usage {
            resource: described.map(|found| &found.resource),
            release: release_at(release),
            album: release_at(album),
            works: self.works_of(described),
            ..usage
        }));
        self.units += i128::from(usage.units);
        self.end_shares(sink);
        self.usage = Some((usage.line, usage.used));
    }

    pub(super) fn release_list(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let usages = Text::escaped(record.raw("Usages"));
        let number = |value: Text<'a>| value.raw().trim_ascii().parse::<i64>().ok().filter(|units| *units >= 0);
        let sum = usages.values().try_fold(0i64, |sum, value| sum.checked_add(number(value)?));
        let units = sum.ok_or_else(|| record.fault("Usages", Reason::NotAnInteger))?;
        let (entries, numbers) = (Text::escaped(record.raw("DspReleaseId")).places(), usages.places());
        if entries != numbers {
            sink.warning(record.line, Warning::ListLengths { releases: entries, usages: numbers });
        }
        self.breakdown(record, (entries, units), (Text::default(), Text::default()), sink)
    }

    pub(super) fn release_usage(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let counted = (1, record.count("Usages")?);
        self.breakdown(record, counted, (record.text("ReleaseTitle")?, record.text("ReleaseURL")?), sink)
    }

    fn breakdown(
        &mut self,
        record: &Record<'a>,
        (entries, units): (u64, i64),
        (title, url): (Text<'a>, Text<'a>),
        sink: &mut dyn Sink,
    ) -> Read<'a> {
        let (summary_id, summary, _) = self.summary(record, sink)?;
        sink.row(Row::Breakdown(&Breakdown {
            line: record.line,
            record: record.layout.name,
            block: self.block(),
            summary_id,
            summary,
            entries,
            units,
            title,
            url,
            sha256: sha256(&[record.as_given.as_bytes()]),
        }));
        *self.units_by_release.get_or_insert(0) += i128::from(units);
        Ok(())
    }

    pub(super) fn allocation(&mut self, record: &Record<'a>, sink: &mut dyn Sink) -> Read<'a> {
        let (summary_id, summary, currency) = self.summary(record, sink)?;
        let (usage_line, used) = self.usage.unwrap_or((0, self.head.header.period));
        let (rights_type, share) = (record.id("RightsType")?, record.amount("RightSharePercentage")?);
        if let Some(found) = self.only_resource().and_then(|index| self.resources.get_mut(index)) {
            found.named = true;
        }
        let described = self.only_resource().and_then(|index| self.resources.get(index)).map(|found| &found.what);
        let allocation = Allocation {
            line: record.line,
            block: self.block(),
            usage_line,
            summary_id,
            summary,
            resource: described.map(|found| &found.resource),
            works: self.works_of(described),
            controller: record.text("RightsController")?,
            controller_party_id: record.id("RightsControllerPartyId")?,
            controller_work_id: record.id("RightsControllerWorkId")?,
            share,
            rights_type,
            used,
            territory: summary.map(|summary| Text::plain(&summary.territory)).unwrap_or_default(),
            currency,
            net_revenue: record.amount("AllocatedNetRevenue")?,
            amount: record.amount("AllocatedAmount")?,
        };
        if currency.is_none() {
            return Err(record.fault("AllocatedAmount", Reason::NoCurrency));
        }
        sink.row(Row::Allocation(&allocation));
        self.add_share(rights_type, share);
        Ok(())
    }
}
