//! Rows: what every report says, in terms that all formats share.
//!
//! A row borrows from the chunk it was read from and lives as long as the call that hands it to a
//! [`Sink`](super::Sink). Identifiers, names and codes are kept as the file gives them, good or bad: a wrong check
//! digit or an unknown code is no reason to lose a line. Money is never rounded or converted here.

use ledger_spec::Hash;
use ledger_spec::date::Date;
use ledger_spec::money::{Currency, SourceAmount};

use super::text::Text;

/// One thing that a line of a report says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row<'a> {
    /// A total of a service, offering, territory or rights controller.
    Summary(&'a Summary),
    /// A release, or a part of one, named by the reporter.
    Release(&'a Release<'a>),
    /// A recording named by the reporter.
    Resource(&'a Resource<'a>),
    /// A composition named by the reporter, used by the recording before it.
    Work(&'a Work<'a>),
    /// Streams or sales.
    Usage(&'a Usage<'a>),
    /// The same usage again, by the releases or videos it came through. Never money.
    Breakdown(&'a Breakdown<'a>),
    /// What the reporter allocated to a rights controller for the usage before it.
    Allocation(&'a Allocation<'a>),
}

impl Row<'_> {
    /// The line of the file it stands on, from 1.
    pub fn line(&self) -> u64 {
        match self {
            Row::Summary(row) => row.line,
            Row::Release(row) => row.line,
            Row::Resource(row) => row.line,
            Row::Work(row) => row.line,
            Row::Usage(row) => row.line,
            Row::Breakdown(row) => row.line,
            Row::Allocation(row) => row.line,
        }
    }
}

/// The days in which the usage took place, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageDays {
    /// The first day.
    pub start: Date,
    /// The last day, not before the first.
    pub end: Date,
}

impl UsageDays {
    /// The days from `start` to `end`; `None` if they end before they start.
    pub fn new(start: Date, end: Date) -> Option<UsageDays> {
        (start <= end).then_some(UsageDays { start, end })
    }

    /// The shortest span that holds both.
    pub fn hull(self, other: UsageDays) -> UsageDays {
        UsageDays { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A total over many lines. Owned, because the lines of the whole file refer to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// The line of the file.
    pub line: u64,
    /// The record type, such as `SY02.01`.
    pub record: &'static str,
    /// The reporter's id, by which usage refers to it. Not always unique in real files.
    pub id: String,
    /// The distinct ids of the file counted from 0 in order of appearance; rows that share an id share the number.
    pub number: usize,
    /// Whose channel the usage came through, if not the reporter's own.
    pub distribution_channel: String,
    /// How the service is paid for (DDEX CommercialModelType).
    pub commercial_model: String,
    /// What was done (DDEX UseType).
    pub use_type: String,
    /// Where: ISO 3166-1, TIS number or `Worldwide`.
    pub territory: String,
    /// The offering.
    pub service: String,
    /// Uses of everything in the offering.
    pub usages: Option<i64>,
    /// Users, or subscribers.
    pub users: Option<SourceAmount>,
    /// What kind of subscriber.
    pub subscriber_type: String,
    /// The part of the reporting period that the row is about, if not all of it.
    pub sub_period: Option<UsageDays>,
    /// The currency of the amounts.
    pub currency: Option<Currency>,
    /// The service's net revenue, not the payee's.
    pub net_revenue: Option<SourceAmount>,
    /// Revenue that reached the service indirectly.
    pub indirect_net_revenue: Option<SourceAmount>,
    /// The currency consumers paid in.
    pub transaction_currency: Option<Currency>,
    /// Units of the reporting currency for one of the transaction currency.
    pub exchange_rate: Option<SourceAmount>,
    /// What a consumer paid for one subscription.
    pub consumer_price: Option<SourceAmount>,
    /// The part of the offering's use that is music, as the file gives it.
    pub music_usage: Option<SourceAmount>,
    /// Who controls the rights that the rest of the row is about, by the reporter's name for them.
    pub rights_controller: String,
    /// The same as a DDEX party id.
    pub rights_controller_party_id: String,
    /// Uses allocated to that controller.
    pub allocated_usages: Vec<SourceAmount>,
    /// Money allocated to that controller.
    pub allocated_revenue: Vec<SourceAmount>,
    /// Net revenue allocated to that controller.
    pub allocated_net_revenue: Vec<SourceAmount>,
    /// The controller's part of the market, as the file gives it.
    pub market_share: Option<SourceAmount>,
    /// Which right (DDEX RightsCoverage).
    pub rights_type: String,
    /// The part of the money that is for this right, as the file gives it.
    pub rights_type_percentage: Option<SourceAmount>,
    /// The kind of content (DDEX ContentCategory).
    pub content_category: String,
}

/// A product, or with `used_resources` a part of one (RE02).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Release<'a> {
    /// The line of the file.
    pub line: u64,
    /// By what the block refers to it.
    pub reference: Text<'a>,
    /// The service's own id.
    pub dsp_id: Text<'a>,
    /// Ids as `namespace::id`, one or more.
    pub proprietary_ids: Text<'a>,
    /// The label's catalogue number.
    pub catalog_number: Text<'a>,
    /// UPC or EAN.
    pub icpn: Text<'a>,
    /// Artist as displayed.
    pub artist: Text<'a>,
    /// The artist as a DDEX party id.
    pub artist_party_id: Text<'a>,
    /// Title.
    pub title: Text<'a>,
    /// Subtitle.
    pub subtitle: Text<'a>,
    /// DDEX ReleaseType.
    pub release_type: Text<'a>,
    /// Label.
    pub label: Text<'a>,
    /// The (P) line.
    pub p_line: Text<'a>,
    /// Who supplied the data.
    pub data_provider: Text<'a>,
    /// References of the recordings that this part of a release uses.
    pub used_resources: Text<'a>,
    /// Whether it is a part of a release.
    pub is_part: bool,
}

/// A sound recording or video.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resource<'a> {
    /// The line of the file. A row about usage on the same line means that the line names the recording itself.
    pub line: u64,
    /// By what the block refers to it.
    pub reference: Text<'a>,
    /// The service's own id.
    pub dsp_id: Text<'a>,
    /// One or more.
    pub isrc: Text<'a>,
    /// Title.
    pub title: Text<'a>,
    /// Subtitle.
    pub subtitle: Text<'a>,
    /// Artist as displayed.
    pub artist: Text<'a>,
    /// The artist as a DDEX party id.
    pub artist_party_id: Text<'a>,
    /// Playing time in whole seconds. Zero, which real files carry for "not known", is `None`.
    pub seconds: Option<u32>,
    /// DDEX ResourceType.
    pub resource_type: Text<'a>,
    /// Whether the reporter says it is the master recording.
    pub is_master: Option<bool>,
}

/// A composition.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work<'a> {
    /// The line of the file.
    pub line: u64,
    /// The service's own id.
    pub dsp_id: Text<'a>,
    /// ISWC.
    pub iswc: Text<'a>,
    /// Title; empty when the line of the recording names the work without a title of its own.
    pub title: Text<'a>,
    /// Subtitle.
    pub subtitle: Text<'a>,
    /// Composers and authors, one or more; so the rest.
    pub writers: Text<'a>,
    /// Their party ids.
    pub writer_party_ids: Text<'a>,
    /// Arrangers.
    pub arrangers: Text<'a>,
    /// Their party ids.
    pub arranger_party_ids: Text<'a>,
    /// Publishers.
    pub publishers: Text<'a>,
    /// Their party ids.
    pub publisher_party_ids: Text<'a>,
    /// Others who contributed.
    pub contributors: Text<'a>,
    /// Their party ids.
    pub contributor_party_ids: Text<'a>,
    /// Who supplied the data.
    pub data_provider: Text<'a>,
    /// An id as `namespace::id`.
    pub proprietary_id: Text<'a>,
}

/// Uses of a recording or release.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage<'a> {
    /// The line of the file.
    pub line: u64,
    /// The record type, or the format's name for its lines.
    pub record: &'static str,
    /// The block that the line belongs to.
    pub block: Text<'a>,
    /// The reporter's id of the line within its block.
    pub transaction: Text<'a>,
    /// The id of its summary as given.
    pub summary_id: Text<'a>,
    /// That summary: the first of this id, if the file has one.
    pub summary: Option<&'a Summary>,
    /// The recording, if the line is about one.
    pub resource: Option<&'a Resource<'a>>,
    /// The release, if the line names one.
    pub release: Option<&'a Release<'a>>,
    /// The release that this one is a part of, if it is a part and the block has one whole release.
    pub album: Option<&'a Release<'a>>,
    /// The works that the recording uses, as far as the reporter says.
    pub works: &'a [Work<'a>],
    /// The service or store.
    pub service: Text<'a>,
    /// How the service is paid for.
    pub commercial_model: Text<'a>,
    /// What was done.
    pub use_type: Text<'a>,
    /// Track or release, as the file calls it.
    pub source_type: Text<'a>,
    /// Where; empty if not known.
    pub territory: Text<'a>,
    /// When it was used.
    pub used: Option<UsageDays>,
    /// When the service reported it.
    pub reported_on: Option<Date>,
    /// When the distributor entered it.
    pub entered_on: Option<Date>,
    /// Uses or units sold, negative in a correction.
    pub units: i64,
    /// Units returned, given on the same line.
    pub returns: i64,
    /// The currency of the amounts.
    pub currency: Option<Currency>,
    /// What the line earns its payee. Negative for a refund.
    pub earnings: Option<SourceAmount>,
    /// The service's revenue from the line, not the payee's.
    pub net_revenue: Option<SourceAmount>,
    /// What a consumer paid for one, without sales tax.
    pub unit_price: Option<SourceAmount>,
    /// Mechanicals that the distributor withheld to pay the songwriters itself.
    pub withheld: Option<SourceAmount>,
    /// What was kept of the earnings to recoup an advance.
    pub recouped: Option<SourceAmount>,
    /// The payee's share in percent, already applied to the amounts.
    pub share_applied: Option<SourceAmount>,
    /// Whether the reporter says that royalties are due on it.
    pub royalty_bearing: Option<bool>,
    /// Whether it completes or upgrades an earlier sale.
    pub sales_upgrade: Option<bool>,
    /// The promotion it was part of.
    pub promotion: Text<'a>,
}

/// Usage by release or video. A long list does not fit an event: what is kept is its length and its hash.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breakdown<'a> {
    /// The line of the file.
    pub line: u64,
    /// The record type.
    pub record: &'static str,
    /// The block that the line belongs to.
    pub block: Text<'a>,
    /// The id of its summary as given.
    pub summary_id: Text<'a>,
    /// That summary.
    pub summary: Option<&'a Summary>,
    /// How many releases.
    pub entries: u64,
    /// The sum of the numbers of uses.
    pub units: i64,
    /// Title, if the record is about one release.
    pub title: Text<'a>,
    /// Address, if the record is about one release.
    pub url: Text<'a>,
    /// SHA-256 of the line as it stands in the file, without its end.
    pub sha256: Hash,
}

/// The reporter's allocation of money to one rights controller.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Allocation<'a> {
    /// The line of the file.
    pub line: u64,
    /// The block that the line belongs to.
    pub block: Text<'a>,
    /// The line of the usage that it follows in the block; zero if there is none.
    pub usage_line: u64,
    /// The id of its summary as given.
    pub summary_id: Text<'a>,
    /// That summary.
    pub summary: Option<&'a Summary>,
    /// The recording.
    pub resource: Option<&'a Resource<'a>>,
    /// The works that the recording uses.
    pub works: &'a [Work<'a>],
    /// The rights controller, by the reporter's name.
    pub controller: Text<'a>,
    /// The same as a DDEX party id.
    pub controller_party_id: Text<'a>,
    /// The controller's id of the work.
    pub controller_work_id: Text<'a>,
    /// The controller's share of the right, as given: 1.0000 is the whole.
    pub share: SourceAmount,
    /// Which right (DDEX RightsCoverage).
    pub rights_type: Text<'a>,
    /// When it was used.
    pub used: Option<UsageDays>,
    /// Where.
    pub territory: Text<'a>,
    /// The currency of the amounts.
    pub currency: Option<Currency>,
    /// The controller's part of the net revenue.
    pub net_revenue: SourceAmount,
    /// What is owed to the controller.
    pub amount: SourceAmount,
}
