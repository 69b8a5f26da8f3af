//! The records of the DDEX flat file and their cells, from the XSDs of the profiles Basic Audio 1.1 and 1.2, UGC 1.0
//! and 1.1.1 and Royalty Reporting 1.0.1. Cell 0 is the record type; the names are of the cells after it.

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Head,
    Summary,
    Release,
    SubRelease,
    Resource,
    ResourceAndWork,
    Work,
    ReleaseList,
    ReleaseUsage,
    Download,
    Stream,
    UserContent,
    Allocation,
    Foot,
}

/// A record and its cells.
#[derive(Debug)]
pub(super) struct Layout {
    /// The record type with its version.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) cells: &'static [&'static str],
}

impl Layout {
    /// The layout of a record type, which may be written without the point: `SY0201` is `SY02.01`.
    pub(super) fn find(record: &str) -> Option<&'static Layout> {
        LAYOUTS.iter().find(|layout| match layout.name.split_once('.') {
            None => layout.name == record,
            Some((family, version)) => {
                record.strip_prefix(family).is_some_and(|rest| rest.strip_prefix('.').unwrap_or(rest) == version)
            }
        })
    }
}

/// Writes the table as the standard does: record type, what it is, its cells in order.
macro_rules! layouts {
    ($($name:literal $kind:ident: $($cell:ident)*;)*) => {
        const LAYOUTS: &[Layout] =
            &[$(Layout { name: $name, kind: Kind::$kind, cells: &[$(stringify!($cell)),*] }),*];
    };
}

layouts! {
    "HEAD" Head:
        MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber NumberOfFiles
        UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription RecipientPartyId RecipientName
        RepresentedRepertoire;
    "FOOT" Foot:
        NumberOfLinesInFile NumberOfLinesInReport NumberOfSummaryRecords NumberOfBlocksInFile
        NumberOfBlocksInReport;
    "SY01.01" Summary:
        SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory
        ServiceDescription Usages Subscribers CurrencyOfReporting NetRevenue IndirectNetRevenue
        CurrencyOfTransaction ExchangeRate;
    "SY02.01" Summary:
        SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory
        ServiceDescription Usages Users CurrencyOfReporting NetRevenue RightsController RightsControllerPartyId
        AllocatedUsages AllocatedRevenue AllocatedNetRevenue RightsType;
    "SY02.02" Summary:
        SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory
        ServiceDescription Usages Users CurrencyOfReporting NetRevenue RightsController RightsControllerPartyId
        AllocatedUsages AllocatedRevenue AllocatedNetRevenue RightsType ContentCategory CurrencyOfTransaction
        ExchangeRate RightsTypePercentage;
    "SY04.01" Summary:
        SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory
        ServiceDescription SubscriberType Subscribers SubPeriodStartDate SubPeriodEndDate UsagesInSubPeriod
        UsagesInReportingPeriod CurrencyOfReporting CurrencyOfTransaction ExchangeRate ConsumerPaidUnitPrice
        NetRevenue MusicUsagePercentage;
    "SY05.02" Summary:
        SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory
        ServiceDescription RightsController RightsControllerPartyId RightsType TotalUsages AllocatedUsages
        MusicUsageRatio AllocatedNetRevenue AllocatedRevenue RightsControllerMarketShare CurrencyOfReporting
        CurrencyOfTransaction ExchangeRate SubscriberType SubPeriodStartDate SubPeriodEndDate ContentCategory
        RightsTypePercentage;
    "RE01" Release:
        BlockId ReleaseReference DspReleaseId ProprietaryReleaseId CatalogNumber ICPN DisplayArtistName
        DisplayArtistPartyId Title SubTitle ReleaseType Label PLine DataProvider;
    "RE02" SubRelease:
        BlockId ReleaseReference DspSubReleaseId ProprietarySubReleaseId UsedResources;
    "AS01" Resource:
        BlockId ResourceReference DspResourceId ISRC Title SubTitle DisplayArtistName DisplayArtistPartyId
        Duration ResourceType;
    "AS01.01" Resource:
        BlockId ResourceReference DspResourceId ISRC Title SubTitle DisplayArtistName DisplayArtistPartyId
        Duration ResourceType IsMasterRecording;
    "AS02.02" ResourceAndWork:
        BlockId ResourceReference DspResourceId ISRC Title SubTitle DisplayArtistName DisplayArtistPartyId
        Duration ResourceType ISWC ComposerAuthor ComposerAuthorPartyId Arranger ArrangerPartyId MusicPublisher
        MusicPublisherPartyId WorkContributor WorkContributorPartyId ProprietaryWorkId IsMasterRecording;
    "MW01.01" Work:
        BlockId DspWorkId ISWC Title SubTitle ComposerAuthor ComposerAuthorPartyId Arranger ArrangerPartyId
        MusicPublisher MusicPublisherPartyId WorkContributor WorkContributorPartyId DataProvider
        ProprietaryWorkId;
    "RU01" ReleaseList:
        BlockId SummaryRecordId DspReleaseId Usages;
    "RU02" ReleaseUsage:
        BlockId SummaryRecordId DspReleaseId ReleaseTitle ReleaseURL Usages;
    "SU01" Download:
        BlockId SummaryRecordId SalesTransactionId TransactedRelease TransactedResource IsRoyaltyBearing
        SalesUpgrade Usages Returns PriceConsumerPaidExcSalesTax PromotionalActivity;
    "SU02" Stream:
        BlockId SummaryRecordId SalesTransactionId TransactedRelease TransactedResource IsRoyaltyBearing
        NumberOfStreams PriceConsumerPaidExcSalesTax PromotionalActivity;
    "SU03.01" UserContent:
        BlockId SalesTransactionId SummaryRecordId DspReleaseId Usages NetRevenue ValidityPeriodStart
        ValidityPeriodEnd;
    "LI01.01" Allocation:
        BlockId SummaryRecordId RightsController RightsControllerPartyId RightsControllerWorkId
        RightSharePercentage RightsType AllocatedNetRevenue AllocatedAmount;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_same_record() {
        for (plain, dotted) in [("SY0201", "SY02.01"), ("AS0101", "AS01.01"), ("LI0101", "LI01.01")] {
            assert_eq!(Layout::find(plain).map(|layout| layout.name), Some(dotted));
            assert_eq!(Layout::find(dotted).map(|layout| layout.name), Some(dotted));
        }
        assert_eq!(Layout::find("AS01").map(|layout| layout.cells.len()), Some(10));
        for unknown in ["", "SY02", "SY02.", "SY0.201", "sy02.01", "SY02..01", "SY03.01", "HEAD1"] {
            assert!(Layout::find(unknown).is_none(), "{unknown}");
        }
    }

    #[test]
    fn records_have_as_many_cells_as_in_the_schemas() {
        // Counted with the record type.
        let counts = [
            ("HEAD", 16),
            ("FOOT", 6),
            ("SY01.01", 15),
            ("SY02.01", 18),
            ("SY02.02", 22),
            ("SY04.01", 20),
            ("SY05.02", 25),
            ("RE01", 15),
            ("RE02", 6),
            ("AS01", 11),
            ("AS01.01", 12),
            ("AS02.02", 22),
            ("MW01.01", 16),
            ("RU01", 5),
            ("RU02", 7),
            ("SU01", 12),
            ("SU02", 10),
            ("SU03.01", 9),
            ("LI01.01", 10),
        ];
        assert_eq!(LAYOUTS.iter().map(|layout| (layout.name, layout.cells.len() + 1)).collect::<Vec<_>>(), counts);
    }
}
