//! The head of a flat file: HEAD and the summary records, which have to be known before any block can be read.

use std::collections::HashMap;
use std::sync::Arc;

use ledger_spec::money::Currency;

use super::layout::Kind;
use super::record::{Record, defect};
use crate::ingest::report::chunks::lines;
use crate::ingest::report::defect::{BadLine, Fault, Reason};
use crate::ingest::report::error::ReadError;
use crate::ingest::report::format::{Header, is_significant};
use crate::ingest::report::row::Summary;

/// The cells of HEAD up to SenderName, which no report can do without (its record type counted).
const HEAD_CELLS: usize = 12;

/// What the head says.
pub(super) struct Head {
    pub(super) header: Header,
    /// Summary records in the order of the file. The number of a record is that of its id.
    pub(super) summaries: Vec<Summary>,
    /// For each id, in the order of their numbers, the place of its first record in `summaries`.
    pub(super) firsts: Vec<usize>,
    numbers: HashMap<String, usize>,
    /// For each id the currency of its records, if they agree.
    currencies: Vec<Option<Currency>>,
    /// The currency of all summaries, if they agree.
    pub(super) currency: Option<Currency>,
    /// Lines that the head takes.
    pub(super) lines: u64,
}

impl Head {
    /// Reads the head. Summary records that cannot be read are left out here; they are reported when the lines are
    /// parsed.
    pub(super) fn read(bytes: &[u8], file: &Arc<str>) -> Result<Head, ReadError> {
        let mut records = (1..).zip(lines(bytes)).filter(|(_, line)| is_significant(line));
        let (number, line) = records.next().ok_or(ReadError::Empty)?;
        let header = header(number, line, file)?;
        let mut head = Head {
            header,
            summaries: Vec::new(),
            firsts: Vec::new(),
            numbers: HashMap::new(),
            currencies: Vec::new(),
            currency: None,
            lines: lines(bytes).count() as u64,
        };
        for (number, line) in records {
            let record = Record::split(number, line).ok().filter(|record| record.layout.kind == Kind::Summary);
            if let Some(Ok(summary)) = record.map(|record| summary(&record)) {
                head.add(summary);
            }
        }
        let mut currencies = head.summaries.iter().filter_map(|summary| summary.currency);
        head.currency = currencies.next().filter(|first| currencies.all(|other| other == *first));
        Ok(head)
    }

    fn add(&mut self, mut summary: Summary) {
        let next = self.firsts.len();
        summary.number = *self.numbers.entry(summary.id.clone()).or_insert(next);
        match self.currencies.get_mut(summary.number) {
            Some(currency) => *currency = currency.filter(|first| summary.currency == Some(*first)),
            None => {
                self.firsts.push(self.summaries.len());
                self.currencies.push(summary.currency);
            }
        }
        self.summaries.push(summary);
    }

    /// The first summary record of an id.
    pub(super) fn summary(&self, id: &str) -> Option<&Summary> {
        self.summaries.get(*self.firsts.get(*self.numbers.get(id)?)?)
    }

    /// The currency of the summary records of a number, if they agree.
    pub(super) fn currency_of(&self, number: usize) -> Option<Currency> {
        self.currencies.get(number).copied().flatten()
    }

    /// The summary record that stands on a line.
    pub(super) fn summary_on(&self, line: u64) -> Option<&Summary> {
        let index = self.summaries.binary_search_by_key(&line, |summary| summary.line).ok()?;
        self.summaries.get(index)
    }
}

fn header(line: u64, bytes: &[u8], file: &Arc<str>) -> Result<Header, ReadError> {
    let first = bytes.split(|byte| *byte == b'\t').next().unwrap_or_default();
    match first {
        b"HEAD" => {}
        b"SRHE" => {
            return Err(ReadError::NotAReport(
                "it is of the single-record variant (SRHE), and only the block variant (HEAD) is read".into(),
            ));
        }
        other => {
            let other = String::from_utf8_lossy(other);
            return Err(ReadError::NotAReport(format!("a flat file begins with HEAD, this one with {other}")));
        }
    }
    let found = bytes.split(|byte| *byte == b'\t').count();
    if found < HEAD_CELLS {
        return Err(ReadError::NotAReport(format!(
            "HEAD has {found} cells of 16, and sender and usage dates are not among them: this is a sample or the \
             remains of a report; ask the sender for the whole file"
        )));
    }
    let bad = |record: Option<&Record<'_>>, fault| {
        let defect = defect(line, bytes, record.map(|record| record.layout), fault);
        ReadError::Head(Box::new(BadLine::new(file, &defect)))
    };
    let record = Record::split(line, bytes).map_err(|fault| bad(None, fault))?;
    head_record(&record).map_err(|fault| bad(Some(&record), fault))
}

fn head_record<'a>(record: &Record<'a>) -> Result<Header, Fault<'a>> {
    let period = record.days("UsageStartDate", "UsageEndDate")?;
    let repertoire = record.text("RepresentedRepertoire")?;
    Ok(Header {
        profile: format!("{} {}", record.owned("Profile")?, record.owned("ProfileVersion")?),
        message_id: record.owned("MessageId")?,
        created: record.owned("MessageCreatedDateTime")?,
        sender_party_id: record.owned("SenderPartyId")?,
        sender: record.owned("SenderName")?,
        recipient_party_id: record.owned("RecipientPartyId")?,
        recipient: record.owned("RecipientName")?,
        service: record.owned("ServiceDescription")?,
        period: Some(period.ok_or_else(|| record.fault("UsageStartDate", Reason::MissingCell))?),
        file_number: record.count("FileNumber")?,
        number_of_files: record.count("NumberOfFiles")?,
        repertoire: repertoire.values().map(|name| name.get().into_owned()).collect(),
    })
}

/// Reads a summary record of any type. Its number is given by the head.
pub(super) fn summary<'a>(record: &Record<'a>) -> Result<Summary, Fault<'a>> {
    // The records name the same things by different names.
    let first = |names: [&'static str; 3]| names.into_iter().find(|name| !record.raw(name).is_empty());
    let usages = first(["Usages", "TotalUsages", "UsagesInReportingPeriod"]);
    let users = first(["Users", "Subscribers", ""]);
    let id = record.owned("SummaryRecordId")?;
    if id.is_empty() {
        return Err(record.fault("SummaryRecordId", Reason::MissingCell));
    }
    Ok(Summary {
        line: record.line,
        record: record.layout.name,
        id,
        number: 0,
        distribution_channel: record.owned("DistributionChannel")?,
        commercial_model: record.owned("CommercialModel")?,
        use_type: record.owned("UseType")?,
        territory: record.owned("Territory")?,
        service: record.owned("ServiceDescription")?,
        usages: usages.map(|name| record.integer(name)).transpose()?.flatten(),
        users: users.map(|name| record.decimal(name)).transpose()?.flatten(),
        subscriber_type: record.owned("SubscriberType")?,
        sub_period: record.days("SubPeriodStartDate", "SubPeriodEndDate")?,
        currency: record.currency("CurrencyOfReporting")?,
        net_revenue: record.decimal("NetRevenue")?,
        indirect_net_revenue: record.decimal("IndirectNetRevenue")?,
        transaction_currency: record.currency("CurrencyOfTransaction")?,
        exchange_rate: record.decimal("ExchangeRate")?,
        consumer_price: record.decimal("ConsumerPaidUnitPrice")?,
        music_usage: match record.decimal("MusicUsagePercentage")? {
            None => record.decimal("MusicUsageRatio")?,
            percentage => percentage,
        },
        rights_controller: record.owned("RightsController")?,
        rights_controller_party_id: record.owned("RightsControllerPartyId")?,
        allocated_usages: record.decimals("AllocatedUsages")?,
        allocated_revenue: record.decimals("AllocatedRevenue")?,
        allocated_net_revenue: record.decimals("AllocatedNetRevenue")?,
        market_share: record.decimal("RightsControllerMarketShare")?,
        rights_type: record.owned("RightsType")?,
        rights_type_percentage: record.decimal("RightsTypePercentage")?,
        content_category: record.owned("ContentCategory")?,
    })
}
