//! The rows of a chunk as events, with numbers that hold within the chunk.

use ledger_spec::code::{
    Basis, Channel, CommercialModel, Configuration, PriceTier, Rights, SourceFormat, UsageFlags, UseType,
};
use ledger_spec::event::usage::{
    AllocatedLine, Exchange, LineMoney, LineRefused, Terms, UsageLine, UsageList, UsageSummary,
};
use ledger_spec::hash::sha256;
use ledger_spec::money::{Currency, ExactSum, Ratio, SourceAmount};

use super::codes;
use super::numbering::{Keys, Mentions, Span};
use super::things::Things;
use crate::ingest::report::{
    Allocation, Breakdown, Chunk, Defect, Format, Header, Row, Sink, Summary, Usage, UsageDays, Warning,
};

/// ISO 4217: no currency. Of lines without money in a file that does not say which.
const NO_CURRENCY: Currency = match Currency::new(*b"XXX") {
    Ok(currency) => currency,
    Err(_) => panic!("three capital letters"),
};

/// What all lines of a file have in common.
#[derive(Debug)]
pub struct Context<'a> {
    /// Index of the source's first event.
    pub source: u64,
    /// What the head of the file says.
    pub header: &'a Header,
    /// The format: in a DSR the sender is the service, in a statement each line names it.
    pub format: SourceFormat,
    /// The days of what does not say its own.
    pub days: UsageDays,
    /// Places that are not known, as given; they are kept with the source.
    pub places: Vec<&'a str>,
    /// Makes keys that compare within this import.
    pub keys: Keys,
}

/// A row that is taken, or a line that is not.
pub enum Line {
    /// Streams or sales.
    Usage(UsageLine),
    /// A total, and its id.
    Summary(UsageSummary<'static>, Span),
    /// An allocation.
    Allocated(AllocatedLine),
    /// A long list.
    List(UsageList),
    /// A bad line.
    Refused(LineRefused),
}

/// The lines of a chunk, and what they name.
pub struct Lines<'a> {
    context: &'a Context<'a>,
    /// What the lines name, by the numbers they give.
    pub mentions: Mentions,
    /// One for each row, in the order of the file.
    pub lines: Vec<Line>,
    /// Lists whose block has not named its recording yet, by their place in `lines`.
    waiting: Vec<usize>,
    /// The block of those.
    waiting_block: String,
}

impl<'a> Lines<'a> {
    /// Reads a chunk.
    pub fn read(context: &'a Context<'a>, format: &dyn Format, chunk: &Chunk) -> Lines<'a> {
        let mut lines = Lines {
            context,
            mentions: Mentions::default(),
            lines: Vec::new(),
            waiting: Vec::new(),
            waiting_block: String::new(),
        };
        format.parse_chunk(chunk, &mut lines);
        lines
    }

    fn things(&mut self) -> Things<'_> {
        Things { keys: &self.context.keys, mentions: &mut self.mentions }
    }

    /// What a use was, as far as place, time and service say.
    fn terms(&mut self, used: Option<UsageDays>, territory: &str, service: &str, currency: Option<Currency>) -> Terms {
        let UsageDays { start, end } = used.unwrap_or(self.context.days);
        let (service, offering) = match self.context.format {
            SourceFormat::DSR => {
                let header = self.context.header;
                let sender = self.things().service(&header.sender, &header.sender_party_id, 0);
                let offering = if service.is_empty() { &header.service } else { service };
                (sender, self.things().service(offering, "", sender))
            }
            _ => (self.things().service(service, "", 0), 0),
        };
        Terms {
            from: start,
            to: end,
            territory: codes::territory(territory),
            use_type: UseType::UNKNOWN,
            model: CommercialModel::UNKNOWN,
            channel: Channel::UNKNOWN,
            configuration: Configuration::UNKNOWN,
            tier: PriceTier::UNKNOWN,
            service,
            offering,
            rights: Rights::NONE,
            basis: Basis::NONE,
            flags: UsageFlags::NONE,
            share_applied: Ratio::ONE,
            currency: currency.unwrap_or(NO_CURRENCY),
        }
    }

    fn usage(&mut self, usage: &Usage<'_>) {
        let resource = usage.resource.map_or(0, |resource| self.things().recording(resource, usage.works));
        let album = usage.album.map_or(0, |album| self.things().release(album, 0));
        let release = usage.release.map_or(0, |release| self.things().release(release, album));
        self.settle_lists(usage.block.raw(), resource);
        let (use_type, model) = match self.context.format {
            SourceFormat::DSR => (codes::use_type(usage.use_type.raw()), codes::model(usage.commercial_model.raw())),
            _ => codes::store(usage.service.raw()),
        };
        let (share_applied, share_flag) = codes::share_applied(usage.share_applied);
        let terms = Terms {
            use_type,
            model,
            configuration: match (usage.resource, usage.release) {
                (Some(_), _) => Configuration::TRACK,
                (None, Some(_)) => Configuration::RELEASE,
                (None, None) => Configuration::UNKNOWN,
            },
            // What a service or a consumer paid is not ours: it waits for its summary or its allocations.
            basis: if usage.earnings.is_some() { Basis::NET } else { Basis::NONE },
            flags: flags(usage).union(share_flag),
            share_applied,
            ..self.terms(usage.used, usage.territory.raw(), &usage.service.get(), usage.currency)
        };
        let money = LineMoney {
            gross: usage.net_revenue.or_else(|| price(usage)),
            net: usage.earnings,
            mechanicals: usage.withheld,
            recouped: usage.recouped,
            ..LineMoney::default()
        };
        self.lines.push(Line::Usage(UsageLine {
            source: self.context.source,
            row: usage.line,
            resource,
            release,
            summary: usage.summary.map_or(0, |summary| summary.line),
            terms,
            units: usage.units,
            returns: usage.returns,
            money,
            exchange: usage.summary.and_then(exchange),
        }));
    }

    fn allocation(&mut self, allocation: &Allocation<'_>) {
        let resource = allocation.resource.map_or(0, |resource| self.things().recording(resource, allocation.works));
        let controller = self.things().controller(&allocation.controller.get(), &allocation.controller_party_id.get());
        let of_summary = |field: fn(&Summary) -> &str| allocation.summary.map_or("", field);
        let service = of_summary(|summary| &summary.service);
        let terms = Terms {
            use_type: codes::use_type(of_summary(|summary| &summary.use_type)),
            model: codes::model(of_summary(|summary| &summary.commercial_model)),
            configuration: if resource == 0 { Configuration::UNKNOWN } else { Configuration::TRACK },
            rights: codes::rights(allocation.rights_type.raw()),
            basis: Basis::COMPUTED,
            ..self.terms(allocation.used, allocation.territory.raw(), service, allocation.currency)
        };
        self.lines.push(Line::Allocated(AllocatedLine {
            source: self.context.source,
            row: allocation.line,
            line: allocation.usage_line,
            resource,
            controller,
            terms,
            share: codes::ratio(allocation.share, 0),
            amount: allocation.amount,
            net: Some(allocation.net_revenue),
        }));
    }

    /// A summary is over what the lines say: it carries no money of its own.
    fn summary(&mut self, summary: &Summary) {
        let controller = self.things().controller(&summary.rights_controller, &summary.rights_controller_party_id);
        let terms = Terms {
            use_type: codes::use_type(&summary.use_type),
            model: codes::model(&summary.commercial_model),
            rights: codes::rights(&summary.rights_type),
            ..self.terms(summary.sub_period, &summary.territory, &summary.service, summary.currency)
        };
        let id = self.mentions.keep(&summary.id);
        let event = UsageSummary {
            source: self.context.source,
            row: summary.line,
            id: "",
            terms,
            controller,
            units: summary.usages.unwrap_or(0),
            users: summary.users.and_then(whole),
            allocated_units: sum(&summary.allocated_usages),
            net_revenue: summary.net_revenue,
            allocated: sum(&summary.allocated_revenue),
            allocated_net: sum(&summary.allocated_net_revenue),
            exchange: exchange(summary),
        };
        self.lines.push(Line::Summary(event, id));
    }

    fn breakdown(&mut self, breakdown: &Breakdown<'_>) {
        let block = breakdown.block.raw();
        if self.waiting_block != block {
            self.waiting.clear();
            block.clone_into(&mut self.waiting_block);
        }
        self.waiting.push(self.lines.len());
        self.lines.push(Line::List(UsageList {
            source: self.context.source,
            row: breakdown.line,
            resource: 0,
            // A line of at most 2^20 bytes has fewer.
            entries: u32::try_from(breakdown.entries).unwrap_or(u32::MAX),
            units: breakdown.units,
            line: breakdown.sha256,
        }));
    }

    /// The usage of a block says which recording its lists are of; it follows them.
    fn settle_lists(&mut self, block: &str, recording: u32) {
        if self.waiting.is_empty() || self.waiting_block != block {
            return;
        }
        for place in self.waiting.drain(..) {
            if let Some(Line::List(list)) = self.lines.get_mut(place) {
                list.resource = recording;
            }
        }
    }
}

impl Sink for Lines<'_> {
    fn row(&mut self, row: Row<'_>) {
        match row {
            Row::Usage(usage) => self.usage(usage),
            Row::Allocation(allocation) => self.allocation(allocation),
            Row::Summary(summary) => self.summary(summary),
            Row::Breakdown(breakdown) => self.breakdown(breakdown),
            // The rows of use carry what these say, as far as anything was used.
            Row::Release(_) | Row::Resource(_) | Row::Work(_) => {}
        }
    }

    fn defect(&mut self, defect: &Defect<'_>) {
        self.lines.push(Line::Refused(LineRefused {
            source: self.context.source,
            row: defect.line,
            reason: defect.reason.code(),
            column: defect.column.map_or(0, |column| u16::try_from(column.number).unwrap_or(u16::MAX)),
            line: sha256(&[defect.text]),
        }));
    }

    /// Warnings were counted by the first pass.
    fn warning(&mut self, _: u64, _: Warning) {}
}

fn flags(usage: &Usage<'_>) -> UsageFlags {
    let withheld = usage.withheld.is_some_and(|withheld| !withheld.is_zero());
    let master = usage.resource.and_then(|resource| resource.is_master);
    let said = [
        (!usage.promotion.is_empty(), UsageFlags::PROMOTIONAL),
        (usage.royalty_bearing == Some(false), UsageFlags::NOT_ROYALTY_BEARING),
        (withheld, UsageFlags::MECHANICALS_WITHHELD),
        (usage.sales_upgrade == Some(true), UsageFlags::SALES_UPGRADE),
        (master == Some(true), UsageFlags::MASTER_RECORDING),
    ];
    said.into_iter().filter(|(said, _)| *said).fold(UsageFlags::NONE, |flags, (_, flag)| flags.union(flag))
}

/// What consumers paid for the units of a line that were not returned.
fn price(usage: &Usage<'_>) -> Option<SourceAmount> {
    let (price, units) = (usage.unit_price?, usage.units.checked_sub(usage.returns)?);
    SourceAmount::new(price.mantissa().checked_mul(units.into())?, price.scale()).ok()
}

fn exchange(summary: &Summary) -> Option<Exchange> {
    let currency = summary.transaction_currency?;
    Some(Exchange { currency, rate: summary.exchange_rate, date: None })
}

/// The exact sum of the values of a cell; `None` if it has none.
fn sum(values: &[SourceAmount]) -> Option<SourceAmount> {
    match values {
        [] => None,
        [one] => Some(*one),
        several => {
            let mut sum = ExactSum::ZERO;
            several.iter().try_for_each(|value| sum.add(*value)).ok()?;
            sum.to_string().parse().ok()
        }
    }
}

/// A number that counts something.
fn whole(number: SourceAmount) -> Option<u64> {
    let unit = 10i128.pow(u32::from(number.scale()));
    let whole = (number.mantissa() % unit == 0).then_some(number.mantissa() / unit)?;
    u64::try_from(whole).ok()
}
