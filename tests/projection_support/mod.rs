//! A log in memory, folded as it grows, and short names for what goes into it.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

pub mod closes;
pub mod desk;

use std::collections::BTreeMap;
use std::ops::Range;

use cantus::projection::{Entry, Filter, FoldError, Past, Row, State, Take};
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf};
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::usage::*;
use ledger_spec::event::{Event, Kind};
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::money::{Amount, Currency, Ratio};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;

pub const OPERATOR: PartyId = PartyId([9; 16]);
pub const TREASURER: PartyId = PartyId([8; 16]);
pub const STORE: PartyId = PartyId([7; 16]);
pub const ARTIST: PartyId = PartyId([1; 16]);
pub const SECOND_ARTIST: PartyId = PartyId([2; 16]);
pub const PUBLISHER: PartyId = PartyId([3; 16]);
pub const SECOND_PUBLISHER: PartyId = PartyId([4; 16]);

pub const ISRC: &str = "USRC17607839";
pub const SECOND_ISRC: &str = "GBAYE0601498";
pub const MARCH: u64 = 1_772_323_200_000; // 2026-03-01

/// The log: bodies and who said them, and from which event on its clock shows another time than March.
#[derive(Clone, Default)]
pub struct Bodies(pub Vec<(PartyId, Vec<u8>)>, pub BTreeMap<usize, u64>);

impl Past for Bodies {
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError> {
        Ok(self.0.get(index as usize).map(|(_, body)| body.clone()).filter(|body| !body.is_empty()))
    }

    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError> {
        for index in range {
            if let Some((_, body)) = self.0.get(index as usize).filter(|(_, body)| body[0] != 1)
                && take(index, body)?.is_break()
            {
                break;
            }
        }
        Ok(())
    }
}

impl Bodies {
    /// When an event was recorded.
    pub fn recorded_at(&self, index: usize) -> u64 {
        self.1.range(..=index).next_back().map_or(MARCH, |(_, time)| *time) + index as u64
    }

    /// Folds the events from the state's own size up to `to` into it.
    pub fn fold(&self, state: &mut State, to: usize) {
        for index in state.size() as usize..to {
            let (by, body) = &self.0[index];
            let event = Some(Event::decode(body).unwrap());
            let entry = Entry {
                index: index as u64,
                first: index as u64,
                recorded_at: self.recorded_at(index),
                by: *by,
                event,
            };
            state.apply(&entry, self).unwrap();
        }
    }
}

/// A log and its state. Every event is a submission of its own.
#[derive(Clone)]
pub struct Log {
    pub bodies: Bodies,
    pub state: State,
}

impl Log {
    /// A ledger that was just opened.
    pub fn open() -> Log {
        let mut log = Log { bodies: Bodies::default(), state: State::new() };
        log.say(&LedgerOpened {
            nonce: Hash::default(),
            origin: "test",
            log_key: PublicKey([1; 32]),
            operator: OPERATOR,
            operator_key: PublicKey([2; 32]),
            roles: Roles::OPERATOR,
            one_person_pays: false,
            continues: None,
        });
        log
    }

    /// A ledger with every party, the rates of the United States, and the rule that downloads there are passed
    /// through while streams are paid at source.
    pub fn furnished() -> Log {
        let mut log = Log::open();
        for (party, kind) in [
            (OPERATOR, PartyKind::OPERATOR),
            (TREASURER, PartyKind::PERSON),
            (STORE, PartyKind::SERVICE),
            (ARTIST, PartyKind::PERSON),
            (SECOND_ARTIST, PartyKind::PERSON),
            (PUBLISHER, PartyKind::PUBLISHER),
            (SECOND_PUBLISHER, PartyKind::PUBLISHER),
        ] {
            log.say(&Party { party, kind, identifiers: Vec::new() });
        }
        log.say(&rates("0.131"));
        log.say(&mechanicals());
        log
    }

    /// What follows is recorded on this day.
    pub fn on(&mut self, day: &str) {
        let since_march = u64::try_from(date(day).days() - date("2026-03-01").days()).unwrap();
        self.bodies.1.insert(self.bodies.0.len(), MARCH + since_march * 86_400_000);
    }

    /// Appends an event by the operator.
    pub fn say(&mut self, event: &impl Kind) -> u64 {
        self.say_as(OPERATOR, event)
    }

    /// Appends an event by a party.
    pub fn say_as(&mut self, by: PartyId, event: &impl Kind) -> u64 {
        let index = self.bodies.0.len();
        self.bodies.0.push((by, event.to_body().unwrap()));
        self.bodies.fold(&mut self.state, index + 1);
        index as u64
    }

    pub fn remark(&mut self) -> EventRef {
        EventRef::At(self.say(&Remark { about: None, text: "it was wrong" }))
    }

    pub fn reverse(&mut self, target: u64) -> u64 {
        self.reverse_for(target, ReasonCode::ERROR)
    }

    pub fn reverse_for(&mut self, target: u64, reason: ReasonCode) -> u64 {
        let remark = self.remark();
        self.say(&Reversal { target: EventRef::At(target), reason, remark })
    }

    /// What accounts hold, shown with a plus when it is in credit.
    pub fn owed(&mut self, class: AccountClass, party: PartyId) -> Amount {
        let filter = Filter { class: Some(class), party: Some(party), ..Filter::default() };
        -Amount::try_sum(self.rows(&filter).into_iter().map(|row| row.amount)).unwrap()
    }

    pub fn waits(&mut self, reason: SuspenseReason) -> Amount {
        let filter = Filter { class: Some(AccountClass::SUSPENSE), reason: Some(reason), ..Filter::default() };
        -Amount::try_sum(self.rows(&filter).into_iter().map(|row| row.amount)).unwrap()
    }

    pub fn rows(&mut self, filter: &Filter) -> Vec<Row> {
        self.state.settle().unwrap().balances().rows(filter)
    }

    /// What every account holds, as text.
    pub fn books(&mut self) -> Vec<(Account, String)> {
        self.rows(&Filter::default()).into_iter().map(|row| (row.account, row.amount.to_string())).collect()
    }

    pub fn recording(&mut self, isrc: &str) -> u64 {
        let identifiers = vec![Identifier { scheme: Scheme::ISRC, value: isrc }];
        self.say(&Recording { identifiers, seconds: Some(200) })
    }

    pub fn work(&mut self) -> u64 {
        self.say(&Work { identifiers: Vec::new(), public_domain: false })
    }

    pub fn matched(&mut self, recording: u64, works: &[u64]) -> u64 {
        self.say(&Match {
            subject: MatchSubject::Recording(EventRef::At(recording)),
            recording: None,
            works: whole(works),
            method: MatchMethod::PERSON,
            replaces: None,
        })
    }

    pub fn split(&mut self, recording: u64, parts: &[(PartyId, &str)]) -> u64 {
        let part = |(party, share): &(PartyId, &str)| SplitPart {
            party: *party,
            contract: None,
            share: ratio(share),
            off_the_top: false,
        };
        let (from, to, replaces) = (None, None, None);
        let parts = parts.iter().map(part).collect();
        self.say(&Split {
            recording: EventRef::At(recording),
            from,
            to,
            parts,
            replaces,
            day: DayOf::USE,
            prospective: false,
        })
    }

    pub fn claim(&mut self, work: u64, party: PartyId, share: &str) -> u64 {
        self.say(&Claim {
            work: EventRef::At(work),
            party,
            rights: Rights::MECHANICAL,
            scope: Scope::default(),
            share: ratio(share),
            replaces: None,
            collects: None,
        })
    }

    /// A claim, and all of it agreed.
    pub fn agreed(&mut self, work: u64, party: PartyId, share: &str) -> u64 {
        let claim = EventRef::At(self.claim(work, party, share));
        self.say(&Share {
            claim,
            share: ratio(share),
            contract: None,
            replaces: None,
            day: DayOf::USE,
            prospective: false,
        })
    }

    pub fn licence(&mut self, works: &[u64]) -> u64 {
        self.say(&Licence {
            identifiers: Vec::new(),
            kind: LicenceKind::COMPULSORY,
            licensor: None,
            works: works.iter().map(|work| EventRef::At(*work)).collect(),
            rights: Rights::MECHANICAL,
            uses: Vec::new(),
            scope: Scope::default(),
            rate: LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: Ratio::ONE },
            replaces: None,
            configurations: Vec::new(),
            tiers: Vec::new(),
            notice: None,
        })
    }

    pub fn source(&mut self, file: &str) -> u64 {
        self.say_as(STORE, &opened(file, 9))
    }

    pub fn resource(&mut self, source: u64, number: u32, isrc: &str) {
        self.named(source, number, ReportedKind::RECORDING, Identifier { scheme: Scheme::ISRC, value: isrc });
    }

    pub fn named(&mut self, source: u64, number: u32, kind: ReportedKind, identifier: Identifier<'_>) {
        let identifiers = vec![identifier];
        self.say_as(STORE, &ReportedResource { source, number, kind, parent: 0, seconds: Some(200), identifiers });
    }

    pub fn close_source(&mut self, source: u64) -> u64 {
        let rows = self.state.sources().get(source).unwrap().rows_in;
        self.say_as(STORE, &SourceClosed { source, rows, refused: 0 })
    }
}

/// A licence of the publisher, for every use of every work it holds a share of.
pub fn voluntary(rate: LicenceRate) -> Licence<'static> {
    Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::VOLUNTARY,
        licensor: Some(PUBLISHER),
        works: Vec::new(),
        rights: Rights::MECHANICAL,
        uses: Vec::new(),
        configurations: Vec::new(),
        tiers: Vec::new(),
        scope: Scope::default(),
        rate,
        notice: None,
        replaces: None,
    }
}

pub fn whole(works: &[u64]) -> Vec<MatchedWork> {
    let one = |work: &u64| MatchedWork { work: EventRef::At(*work), extent: Extent::WHOLE, weight: Ratio::ONE };
    works.iter().map(one).collect()
}

pub fn terms() -> Terms {
    Terms {
        from: date("2026-01-01"),
        to: date("2026-01-31"),
        territory: Territory(840),
        use_type: UseType::DOWNLOAD,
        model: CommercialModel::PAY_AS_YOU_GO,
        channel: Channel::ONLINE,
        configuration: Configuration::TRACK,
        tier: PriceTier::FULL,
        service: 0,
        offering: 0,
        rights: Rights::NONE,
        basis: Basis::NET,
        flags: UsageFlags::NONE,
        share_applied: Ratio::ONE,
        currency: usd(),
    }
}

/// A row of downloads in the United States.
pub fn line(source: u64, row: u64, resource: u32, units: i64, net: &str) -> UsageLine {
    UsageLine {
        source,
        row,
        resource,
        release: 0,
        summary: 0,
        terms: terms(),
        units,
        returns: 0,
        money: LineMoney { net: Some(net.parse().unwrap()), ..LineMoney::default() },
        exchange: None,
    }
}

pub fn allocated(source: u64, row: u64, controller: u32, amount: &str) -> AllocatedLine {
    AllocatedLine {
        source,
        row,
        line: 0,
        resource: 0,
        controller,
        terms: Terms { basis: Basis::COMPUTED, ..terms() },
        share: None,
        amount: amount.parse().unwrap(),
        net: None,
    }
}

/// The mechanical rates of the United States, with this one per work.
pub fn rates(per_work: &str) -> RatesAdopted {
    let row = |measure, value: &str| RateRow {
        from: date("2026-01-01"),
        to: None,
        measure,
        use_type: UseType::UNKNOWN,
        value: value.parse().unwrap(),
        citation: citation(),
    };
    RatesAdopted {
        table: RateTable::US_MECHANICAL,
        territory: Territory(840),
        currency: usd(),
        rows: vec![row(RateMeasure::PER_WORK, per_work), row(RateMeasure::PER_MINUTE, "0.0252")],
    }
}

pub fn mechanicals() -> MechanicalsAdopted {
    let paid_at_source =
        MechanicalRow { use_type: UseType::STREAM, payer: MechanicalPayer::PAID_AT_SOURCE, ..passed_through() };
    MechanicalsAdopted { rows: vec![passed_through(), paid_at_source] }
}

/// Downloads in the United States: we owe the mechanical.
pub fn passed_through() -> MechanicalRow {
    MechanicalRow {
        territory: Territory(840),
        use_type: UseType::DOWNLOAD,
        service: None,
        from: date("2020-01-01"),
        to: None,
        payer: MechanicalPayer::PASSED_THROUGH,
        citation: citation(),
    }
}

fn citation() -> Citation {
    Citation { source: CitationSource::ENTERED_BY_USER, volume: 0, page: 0, section: 0 }
}

/// A report of the store, of so many rows, by the name of its file.
pub fn opened(file: &str, rows: u64) -> SourceOpened<'static> {
    let hash = sha256(&[file.as_bytes()]);
    SourceOpened {
        file: hash,
        bytes: 1,
        content: hash,
        format: SourceFormat::DISTROKID,
        reporter: STORE,
        identifiers: Vec::new(),
        from: None,
        to: None,
        lines: rows,
        rows,
        refused: 0,
        totals: Vec::new(),
        warnings: Vec::new(),
        more_warnings: 0,
    }
}

pub fn usd() -> Currency {
    "USD".parse().unwrap()
}

pub fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

pub fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn month(text: &str) -> Period {
    text.parse().unwrap()
}

pub fn signature() -> Signature {
    Signature([0; 64])
}
