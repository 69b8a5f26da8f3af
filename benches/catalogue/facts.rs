//! Events with all that a bench does not look at filled in.

#![allow(dead_code, reason = "each bench uses a part of it")]

use ledger_spec::code::*;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::usage::*;
use ledger_spec::hash::sha256;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Currency, Ratio, SourceAmount};
use ledger_spec::reference::{EventRef, PartyId, Territory};

/// The months that are reported.
pub const MONTHS: u32 = 24;

/// A month by its number from zero.
pub fn period(month: u32) -> Period {
    Period::new(2024 + month / 12, month % 12 + 1).unwrap()
}

pub fn party(kind: u8, number: u64) -> PartyId {
    let mut id = [kind; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    PartyId(id)
}

pub fn operator() -> PartyId {
    party(9, 0)
}

pub fn store() -> PartyId {
    party(8, 0)
}

pub fn usd() -> Currency {
    Currency::new(*b"USD").unwrap()
}

pub fn ratio(numerator: u64, denominator: u64) -> Ratio {
    Ratio::new(numerator, denominator).unwrap()
}

pub fn isrc(number: u64) -> String {
    format!("GBXYZ26{number:05}")
}

pub fn by_isrc(isrc: &str) -> Vec<Identifier<'_>> {
    vec![Identifier { scheme: Scheme::ISRC, value: isrc }]
}

/// Whoever entered a table.
pub const CITATION: Citation = Citation { source: CitationSource::ENTERED_BY_USER, volume: 0, page: 0, section: 0 };

/// Who pays the mechanical, from 2020 on.
pub fn mechanical(territory: Territory, use_type: UseType, payer: MechanicalPayer) -> MechanicalRow {
    let from = Date::new(2020, 1, 1).unwrap();
    MechanicalRow { territory, use_type, service: None, from, to: None, payer, citation: CITATION }
}

pub fn matched(recording: u64, work: u64) -> Match {
    let work = MatchedWork { work: EventRef::At(work), extent: Extent::WHOLE, weight: Ratio::ONE };
    let subject = MatchSubject::Recording(EventRef::At(recording));
    Match { subject, recording: None, works: vec![work], method: MatchMethod::PERSON, replaces: None }
}

pub fn part(party: PartyId, contract: Option<u64>, share: Ratio) -> SplitPart {
    SplitPart { party, contract: contract.map(EventRef::At), share, off_the_top: false }
}

pub fn split(recording: u64, parts: Vec<SplitPart>) -> Split {
    let (recording, day) = (EventRef::At(recording), DayOf::USE);
    Split { recording, from: None, to: None, parts, day, prospective: false, replaces: None }
}

/// A compulsory licence of mechanicals.
pub fn licence(works: &[u64], uses: Vec<UseType>, rate: LicenceRate) -> Licence<'static> {
    let served = Date::new(2020, 1, 1).unwrap();
    Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::COMPULSORY,
        licensor: None,
        works: works.iter().map(|work| EventRef::At(*work)).collect(),
        rights: Rights::MECHANICAL,
        uses,
        configurations: Vec::new(),
        tiers: Vec::new(),
        scope: Scope::default(),
        rate,
        notice: Some(ledger_spec::event::licensing::Notice { served, made: None }),
        replaces: None,
    }
}

pub fn claim(work: u64, party: PartyId, share: Ratio) -> Claim {
    let (work, rights, scope) = (EventRef::At(work), Rights::MECHANICAL, Scope::default());
    Claim { work, party, rights, scope, share, collects: None, replaces: None }
}

pub fn share(claim: EventRef, share: Ratio, replaces: Option<u64>) -> Share {
    Share { claim, share, contract: None, day: DayOf::USE, prospective: false, replaces: replaces.map(EventRef::At) }
}

/// The store's report of a month.
pub fn opened(period: Period, lines: u64) -> SourceOpened<'static> {
    let name = period.to_string();
    SourceOpened {
        file: sha256(&[name.as_bytes()]),
        bytes: 1,
        content: sha256(&[name.as_bytes(), b"\n"]),
        format: SourceFormat::DSR,
        reporter: store(),
        identifiers: Vec::new(),
        from: Some(period.first_day()),
        to: Some(period.last_day()),
        lines,
        rows: lines,
        refused: 0,
        totals: Vec::new(),
        warnings: Vec::new(),
        more_warnings: 0,
    }
}

/// A recording that a report calls by a number.
pub fn reported(source: u64, number: u32, isrc: &str) -> ReportedResource<'_> {
    let (kind, identifiers) = (ReportedKind::RECORDING, by_isrc(isrc));
    ReportedResource { source, number, kind, parent: 0, seconds: None, identifiers }
}

/// What a line is of, beside its place in the report.
pub struct Used {
    pub resource: u32,
    pub use_type: UseType,
    pub territory: Territory,
    pub units: i64,
    pub net: SourceAmount,
}

/// A line of a report of a month.
pub fn line(source: u64, row: u64, period: Period, used: Used) -> UsageLine {
    let Used { resource, use_type, territory, units, net } = used;
    UsageLine {
        source,
        row: row + 2,
        resource,
        release: 0,
        summary: 0,
        terms: Terms {
            from: period.first_day(),
            to: period.last_day(),
            territory,
            use_type,
            model: CommercialModel::UNKNOWN,
            channel: Channel::ONLINE,
            configuration: Configuration::TRACK,
            tier: PriceTier::UNKNOWN,
            service: 0,
            offering: 0,
            rights: Rights::NONE,
            basis: Basis::NET,
            flags: UsageFlags::NONE,
            share_applied: Ratio::ONE,
            currency: usd(),
        },
        units,
        returns: 0,
        money: LineMoney { net: Some(net), ..LineMoney::default() },
        exchange: None,
    }
}
