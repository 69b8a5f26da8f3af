//! Usage (class 4): what was reported. Private; frozen (SPEC.md section 12).
//!
//! What belongs to a source is cited by the source's index and a number within it, so that an import need not
//! wait for receipts. A row is the number of a line in the file, from 1.

use bincode::{BorrowDecode, Decode, Encode};
use serde::Serialize;

use crate::code::{
    Basis, Channel, CommercialModel, Configuration, Measure, PriceTier, RateTable, RefusalReason, ReportedKind, Rights,
    SourceFormat, UsageFlags, UseType,
};
use crate::date::Date;
use crate::hash::Hash;
use crate::ident::Identifier;
use crate::money::{Currency, Ratio, SourceAmount};
use crate::reference::{EventRef, PartyId, Territory};

/// What a quantity of a source adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct ControlTotal {
    /// The quantity.
    pub measure: Measure,
    /// The currency of an amount.
    pub currency: Option<Currency>,
    /// The exact total.
    pub total: SourceAmount,
}

/// A cross-check inside the file that failed. The file is taken nonetheless, and says so for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct SourceWarning {
    /// What was checked.
    pub measure: Measure,
    /// The row it shows at, or zero for the whole file.
    pub row: u64,
    /// What the file says it should be.
    pub expected: Option<SourceAmount>,
    /// What it is.
    pub found: Option<SourceAmount>,
}

/// A report's file, before any of its lines. From here the source is open until it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct SourceOpened<'a> {
    /// SHA-256 of the file as received; a file is imported once.
    pub file: Hash,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its lines, unpacked, without a byte order mark, each ended by LF; they are imported once.
    pub content: Hash,
    /// Its format.
    pub format: SourceFormat,
    /// The party that sent it and owes its money.
    pub reporter: PartyId,
    /// Message id, sender, recipient and profile as the file gives them.
    pub identifiers: Vec<Identifier<'a>>,
    /// First day of use it covers.
    pub from: Option<Date>,
    /// Last day of use it covers.
    pub to: Option<Date>,
    /// Lines in the file, every kind counted.
    pub lines: u64,
    /// Lines that become usage, summary, allocated, list or refused events.
    pub rows: u64,
    /// Rows that will be refused; zero unless a partial import was asked for.
    pub refused: u64,
    /// Control totals of what is taken, taken from the file before anything was appended.
    pub totals: Vec<ControlTotal>,
    /// Failed cross-checks.
    pub warnings: Vec<SourceWarning>,
    /// Failed cross-checks beyond those listed.
    pub more_warnings: u64,
}

/// What the reporter means by a number: a recording, work, release, service or rights controller, by its
/// identifiers as given.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct ReportedResource<'a> {
    /// Index of the source's first event.
    pub source: u64,
    /// The number, from 1 upwards without gaps.
    pub number: u32,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: ReportedKind,
    /// Another number of the same source that this one belongs to (the work a recording is reported with, the release
    /// that one is a part of), or zero.
    pub parent: u32,
    /// Playing time in seconds.
    pub seconds: Option<u32>,
    /// Identifiers as given, bad ones included.
    pub identifiers: Vec<Identifier<'a>>,
}

/// How an amount came into the currency of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Exchange {
    /// The currency of the transaction.
    pub currency: Currency,
    /// Units of the reporting currency for one of the transaction's.
    pub rate: Option<SourceAmount>,
    /// The day of the rate.
    pub date: Option<Date>,
}

/// What a use was: everything a rule may look at but the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode, Serialize)]
pub struct Terms {
    /// First day of use.
    pub from: Date,
    /// Last day of use.
    pub to: Date,
    /// Where.
    pub territory: Territory,
    /// What was done.
    pub use_type: UseType,
    /// How the service is paid for.
    pub model: CommercialModel,
    /// Through what.
    pub channel: Channel,
    /// In what form.
    pub configuration: Configuration,
    /// At what price class.
    pub tier: PriceTier,
    /// The service, as numbered in the source, or zero.
    pub service: u32,
    /// The offering of the service, as numbered in the source, or zero.
    pub offering: u32,
    /// The rights that the money covers.
    pub rights: Rights,
    /// What the money is.
    pub basis: Basis,
    /// What else was said.
    pub flags: UsageFlags,
    /// The share already applied to the money; one if none was.
    pub share_applied: Ratio,
    /// The currency of the money.
    pub currency: Currency,
}

/// The money of a line, in the currency of its terms, as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode, Serialize)]
pub struct LineMoney {
    /// Before anything came off.
    pub gross: Option<SourceAmount>,
    /// The reporter's fee.
    pub fee: Option<SourceAmount>,
    /// Tax withheld upstream.
    pub tax: Option<SourceAmount>,
    /// What is left: the sum that is posted.
    pub net: Option<SourceAmount>,
    /// Mechanicals withheld upstream.
    pub mechanicals: Option<SourceAmount>,
    /// Kept by the reporter to recoup what it advanced.
    pub recouped: Option<SourceAmount>,
}

/// A stream or sale line as reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct UsageLine {
    /// Index of the source's first event.
    pub source: u64,
    /// The line in the file.
    pub row: u64,
    /// The reported recording, as numbered in the source, or zero.
    pub resource: u32,
    /// The reported release, as numbered in the source, or zero.
    pub release: u32,
    /// The row of the summary it belongs to, or zero.
    pub summary: u64,
    /// What the use was.
    pub terms: Terms,
    /// Units sold or used.
    pub units: i64,
    /// Units returned, on the same row.
    pub returns: i64,
    /// Its money.
    pub money: LineMoney,
    /// How the money came into the reporting currency.
    pub exchange: Option<Exchange>,
}

/// A summary the reporter computed over lines.
#[derive(Debug, Clone, PartialEq, Eq, Encode, BorrowDecode, Serialize)]
pub struct UsageSummary<'a> {
    /// Index of the source's first event.
    pub source: u64,
    /// The line in the file.
    pub row: u64,
    /// The reporter's own id of it.
    pub id: &'a str,
    /// What the use was.
    pub terms: Terms,
    /// The reported rights controller, as numbered in the source, or zero.
    pub controller: u32,
    /// All units of the offering.
    pub units: i64,
    /// Subscribers or users.
    pub users: Option<u64>,
    /// Units allocated to the controller.
    pub allocated_units: Option<SourceAmount>,
    /// Net revenue of the offering.
    pub net_revenue: Option<SourceAmount>,
    /// Revenue allocated to the controller.
    pub allocated: Option<SourceAmount>,
    /// Net revenue allocated to the controller.
    pub allocated_net: Option<SourceAmount>,
    /// How the money came into the reporting currency.
    pub exchange: Option<Exchange>,
}

/// What the reporter allocated to one rights controller for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct AllocatedLine {
    /// Index of the source's first event.
    pub source: u64,
    /// The line in the file.
    pub row: u64,
    /// The row of the usage line it allocates, or zero.
    pub line: u64,
    /// The reported recording, as numbered in the source, or zero.
    pub resource: u32,
    /// The reported rights controller, as numbered in the source, or zero.
    pub controller: u32,
    /// What the use was.
    pub terms: Terms,
    /// The controller's share as reported.
    pub share: Option<Ratio>,
    /// The amount: the sum that is posted.
    pub amount: SourceAmount,
    /// The net revenue it was computed from.
    pub net: Option<SourceAmount>,
}

/// A list of uses too long for a body, kept as its count and hash (DSR record RU01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct UsageList {
    /// Index of the source's first event.
    pub source: u64,
    /// The line in the file.
    pub row: u64,
    /// The reported recording the uses are of, or zero.
    pub resource: u32,
    /// How many entries.
    pub entries: u32,
    /// Their units together.
    pub units: i64,
    /// SHA-256 of the line as it stands in the file, without its end.
    pub line: Hash,
}

/// A line that could not be taken. It is counted and can be proven, so nothing is lost silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct LineRefused {
    /// Index of the source's first event.
    pub source: u64,
    /// The line in the file.
    pub row: u64,
    /// Why.
    pub reason: RefusalReason,
    /// The cell, from 1, or zero for the whole line.
    pub column: u16,
    /// SHA-256 of the line as it stands in the file, without its end.
    pub line: Hash,
}

/// The last line of a source is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct SourceClosed {
    /// Index of the source's first event.
    pub source: u64,
    /// Rows taken, as promised when it was opened.
    pub rows: u64,
    /// Rows refused, as promised when it was opened.
    pub refused: u64,
}

/// The figures of an offering from which the mechanicals of its streams are computed (37 CFR 385.21), for usage of a
/// source that carries no money of its own. The source owes what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PoolReported {
    /// Index of the source's first event.
    pub source: u64,
    /// The offering, as numbered in the source; zero for a source of one offering.
    pub offering: u32,
    /// The month, by its first day.
    pub month: Date,
    /// What kind of offering it is: the table its rates are in.
    pub table: RateTable,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Service provider revenue.
    pub revenue: SourceAmount,
    /// Total cost of content: what the service pays for the recordings.
    pub content_cost: SourceAmount,
    /// Subscribers, or end users with at least one play.
    pub subscribers: u64,
    /// Royalties for the performance of works, of the same offering.
    pub performance: SourceAmount,
    /// All plays of works, adjusted for playing time (37 CFR 385.21(b)(4)): of a medley, one of each work.
    pub plays: SourceAmount,
    /// Earlier figures that these take the place of.
    pub replaces: Option<EventRef>,
}
