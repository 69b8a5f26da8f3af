//! A distributor's ledger: its catalogue, its terms, and two years of a store's reports, written by one author.

use std::path::Path;
use std::time::Duration;

use cantus::ledger::{
    Author, Clock, Folder, Ledger, LogKeys, Opening, Pending, Prepared, Salts, SystemClock, Writer, WriterOptions,
};
use cantus::projection::{Bookkeeper, Entry, State};
use ed25519_dalek::SigningKey;
use ledger_spec::Hash;
use ledger_spec::code::*;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::*;
use ledger_spec::event::{Event, Kind};
use ledger_spec::hash::sha256;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Currency, Ratio, SourceAmount};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;
use ledger_spec::submission::Draft;

use crate::limits::timed;

const ARTISTS: u64 = 1000;
const PUBLISHERS: u64 = 300;
const RECORDINGS: u64 = 20_000;
const MONTHS: u32 = 24;
const GROUP: u64 = 4096;
/// Of a recording in a month: the uses that are told apart.
const USES: [(UseType, u16); 6] = [
    (UseType::INTERACTIVE_STREAM, 840),
    (UseType::INTERACTIVE_STREAM, 752),
    (UseType::INTERACTIVE_STREAM, 276),
    (UseType::DOWNLOAD, 840),
    (UseType::PHYSICAL, 840),
    (UseType::DOWNLOAD, 276),
];

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn party(kind: u8, number: u64) -> PartyId {
    let mut id = [kind; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    PartyId(id)
}

fn operator() -> PartyId {
    party(9, 0)
}

fn store() -> PartyId {
    party(8, 0)
}

fn artist(recording: u64) -> PartyId {
    party(1, recording % ARTISTS)
}

fn publisher(recording: u64, which: u64) -> PartyId {
    party(2, (recording * 7 + which) % PUBLISHERS)
}

fn usd() -> Currency {
    Currency::new(*b"USD").unwrap()
}

fn ratio(numerator: u64, denominator: u64) -> Ratio {
    Ratio::new(numerator, denominator).unwrap()
}

/// Writes in submissions of as many events as fit, as one author.
struct Pen<'l> {
    ledger: &'l Ledger,
    writer: &'l Writer<Bookkeeper<Ledger>>,
    author: Author,
    number: u64,
    salts: Salts,
    draft: Draft,
    drafted: u64,
    /// Where the draft will begin.
    next: u64,
    pending: Vec<Pending>,
}

impl<'l> Pen<'l> {
    fn new(ledger: &'l Ledger, writer: &'l Writer<Bookkeeper<Ledger>>) -> Pen<'l> {
        let author = Author::new(key(1), ledger.id());
        let (salts, draft, next) = (Salts::new(), Draft::new(), ledger.head().size);
        Pen { ledger, writer, author, number: 2, salts, draft, drafted: 0, next, pending: Vec::new() }
    }

    /// The index that the event will have.
    fn say(&mut self, event: &impl Kind) -> u64 {
        if self.drafted == GROUP {
            self.send();
        }
        self.draft.push(event, self.salts.fresh().unwrap()).unwrap();
        self.drafted += 1;
        self.next + self.drafted - 1
    }

    fn send(&mut self) {
        if self.drafted == 0 {
            return;
        }
        let draft = std::mem::replace(&mut self.draft, Draft::new());
        let submission = self.author.sign(draft, self.number, self.ledger.basis(), SystemClock.wall()).unwrap();
        self.pending.push(self.writer.submit(Prepared::new(&self.ledger.id(), submission).unwrap()));
        self.number += 1;
        self.next += std::mem::take(&mut self.drafted);
        if self.pending.len() > 8 {
            self.pending.remove(0).wait().unwrap();
        }
    }

    /// Sends what is drafted and waits until all is durable, so that what follows can cite it.
    fn settle(&mut self) {
        self.send();
        for pending in self.pending.drain(..) {
            pending.wait().unwrap();
        }
        assert_eq!(self.ledger.head().size, self.next);
    }
}

/// Writes the ledger.
pub fn write(path: &Path, lines: u64) {
    let opening = Opening { origin: "bench.example", operator: operator(), roles: Roles(0x7f), one_person_pays: false };
    let ledger = Ledger::create_in(&Folder::new(path), &opening, key(1), &key(2)).unwrap();
    let judge = Bookkeeper::new(state(&ledger), ledger.clone());
    let (keys, clock) = (LogKeys::new(vec![key(2)]), Box::new(SystemClock));
    let writer = Writer::start(&ledger, keys, judge, clock, WriterOptions::default()).unwrap();
    let mut pen = Pen::new(&ledger, &writer);
    catalogue(&mut pen);
    for month in 0..MONTHS {
        let each = lines / u64::from(MONTHS);
        report(&mut pen, month, each);
        // The last month stays open.
        if month + 1 < MONTHS {
            close(&mut pen, month);
        }
    }
    pen.settle();
    writer.close().unwrap();
}

fn state(ledger: &Ledger) -> State {
    use cantus::projection::{Checks, Until, replay};
    replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Trusted, &mut |_| {}).unwrap().state
}

fn catalogue(pen: &mut Pen<'_>) {
    let identifiers = Vec::new;
    pen.say(&Party { party: operator(), kind: PartyKind::OPERATOR, identifiers: identifiers() });
    pen.say(&Party { party: store(), kind: PartyKind::SERVICE, identifiers: identifiers() });
    for number in 0..ARTISTS {
        pen.say(&Party { party: party(1, number), kind: PartyKind::PERSON, identifiers: identifiers() });
    }
    for number in 0..PUBLISHERS {
        pen.say(&Party { party: party(2, number), kind: PartyKind::PUBLISHER, identifiers: identifiers() });
    }
    tables(pen);
    let contracts: Vec<u64> = (0..ARTISTS).map(|number| contract(pen, number)).collect();
    pen.settle();
    let works: Vec<u64> =
        (0..RECORDINGS).map(|_| pen.say(&Work { identifiers: Vec::new(), public_domain: false })).collect();
    let recordings: Vec<u64> = (0..RECORDINGS).map(|number| recording(pen, number)).collect();
    pen.settle();
    for (number, (work, recording)) in (0..).zip(works.iter().zip(&recordings)) {
        let contract = contracts[(number % ARTISTS) as usize];
        rights(pen, number, *work, *recording, contract);
    }
    pen.settle();
    for works in works.chunks(1000) {
        pen.say(&Licence {
            identifiers: Vec::new(),
            kind: LicenceKind::COMPULSORY,
            licensor: None,
            works: works.iter().map(|work| EventRef::At(*work)).collect(),
            rights: Rights::MECHANICAL,
            uses: vec![UseType::DOWNLOAD, UseType::PHYSICAL],
            configurations: Vec::new(),
            tiers: Vec::new(),
            scope: Scope::default(),
            rate: LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: Ratio::ONE },
            notice: Some(ledger_spec::event::licensing::Notice { served: Date::new(2020, 1, 1).unwrap(), made: None }),
            replaces: None,
        });
        pen.settle();
    }
}

fn tables(pen: &mut Pen<'_>) {
    let citation = Citation { source: CitationSource::ENTERED_BY_USER, volume: 0, page: 0, section: 0 };
    let from = Date::new(2020, 1, 1).unwrap();
    let rate = |measure, value: &str| {
        let (to, use_type, value) = (None, UseType::UNKNOWN, value.parse().unwrap());
        RateRow { from, to, measure, use_type, value, citation }
    };
    let rows = vec![rate(RateMeasure::PER_WORK, "0.131"), rate(RateMeasure::PER_MINUTE, "0.0252")];
    pen.say(&RatesAdopted { table: RateTable::US_MECHANICAL, territory: Territory(840), currency: usd(), rows });
    let payer = |territory, use_type, payer| MechanicalRow {
        territory: Territory(territory),
        use_type,
        service: None,
        from,
        to: None,
        payer,
        citation,
    };
    let rows = vec![
        payer(840, UseType::DOWNLOAD, MechanicalPayer::PASSED_THROUGH),
        payer(840, UseType::PHYSICAL, MechanicalPayer::PASSED_THROUGH),
        payer(2136, UseType::UNKNOWN, MechanicalPayer::PAID_AT_SOURCE),
    ];
    pen.say(&MechanicalsAdopted { rows });
}

/// Every fifth artist has a reserve, every seventh is paid when the store has paid.
fn contract(pen: &mut Pen<'_>, number: u64) -> u64 {
    let reserve = ReserveTerms {
        share: ratio(1, 5),
        uses: vec![UseType::PHYSICAL],
        from: ReserveFrom::CLOSE,
        after: 3,
        parts: 3,
    };
    pen.say(&Contract {
        identifiers: Vec::new(),
        party: party(1, number),
        kind: ContractKind::DISTRIBUTION,
        royalty: Royalty::NetReceipts,
        commission: ratio(15, 100),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::OPERATOR,
        escalation: None,
        reserve: number.is_multiple_of(5).then_some(reserve),
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
        pay_when: if number.is_multiple_of(7) { PayWhen::PAID } else { PayWhen::REPORTED },
        minimum: "25".parse().unwrap(),
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends: None,
    })
}

fn isrc(number: u64) -> String {
    format!("GBXYZ26{number:05}")
}

fn recording(pen: &mut Pen<'_>, number: u64) -> u64 {
    let isrc = isrc(number);
    let identifiers = vec![Identifier { scheme: Scheme::ISRC, value: &isrc }];
    pen.say(&Recording { identifiers, seconds: Some(120 + (number % 300) as u32) })
}

/// Two publishers own the work; every fourth recording has a featured artist.
fn rights(pen: &mut Pen<'_>, number: u64, work: u64, recording: u64, contract: u64) {
    pen.say(&Match {
        subject: MatchSubject::Recording(EventRef::At(recording)),
        recording: None,
        works: vec![MatchedWork { work: EventRef::At(work), extent: Extent::WHOLE, weight: Ratio::ONE }],
        method: MatchMethod::PERSON,
        replaces: None,
    });
    let featured = number.is_multiple_of(4);
    let part = |party, contract, share| SplitPart { party, contract, share, off_the_top: false };
    let mut parts = vec![part(artist(number), Some(EventRef::At(contract)), ratio(if featured { 4 } else { 5 }, 5))];
    parts.extend(featured.then(|| part(artist(number + 1), None, ratio(1, 5))));
    pen.say(&Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts,
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    });
    for which in 0..2 {
        agree(pen, work, publisher(number, which), ratio(1, 2));
    }
}

fn agree(pen: &mut Pen<'_>, work: u64, party: PartyId, share: Ratio) {
    // A share cites its claim by offset, so both have to be in one submission.
    if pen.drafted + 2 > GROUP {
        pen.send();
    }
    let claim = pen.say(&Claim {
        work: EventRef::At(work),
        party,
        rights: Rights::MECHANICAL,
        scope: Scope::default(),
        share,
        collects: None,
        replaces: None,
    });
    let claim = EventRef::Here((claim - pen.next) as u16);
    pen.say(&Share { claim, share, contract: None, day: DayOf::USE, prospective: false, replaces: None });
}

fn period(month: u32) -> Period {
    Period::new(2024 + month / 12, month % 12 + 1).unwrap()
}

/// A month of the store: each line is of a recording and of one of its uses.
fn report(pen: &mut Pen<'_>, month: u32, lines: u64) {
    let period = period(month);
    let name = format!("{period}");
    let source = pen.say(&SourceOpened {
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
    });
    pen.settle();
    for number in 0..RECORDINGS {
        let isrc = isrc(number);
        let identifiers = vec![Identifier { scheme: Scheme::ISRC, value: &isrc }];
        let (number, kind) = (number as u32 + 1, ReportedKind::RECORDING);
        pen.say(&ReportedResource { source, number, kind, parent: 0, seconds: None, identifiers });
    }
    for row in 0..lines {
        pen.say(&line(source, row, period));
    }
    pen.say(&SourceClosed { source, rows: lines, refused: 0 });
    pen.settle();
}

fn line(source: u64, row: u64, period: Period) -> UsageLine {
    let recording = (row * 7919) % RECORDINGS;
    let (use_type, territory) = USES[((row / RECORDINGS + recording) % USES.len() as u64) as usize];
    let units = (row % 900 + 1) as i64;
    let cents = if use_type == UseType::INTERACTIVE_STREAM { 3 } else { 700 };
    let net = SourceAmount::new(i128::from(units) * cents * 100_000 + i128::from(row % 99_991), 8).unwrap();
    UsageLine {
        source,
        row: row + 2,
        resource: recording as u32 + 1,
        release: 0,
        summary: 0,
        terms: Terms {
            from: period.first_day(),
            to: period.last_day(),
            territory: Territory(territory),
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

fn close(pen: &mut Pen<'_>, month: u32) {
    let ledger = pen.ledger;
    let key = PeriodKey { period: period(month), key: sha256(&[&month.to_be_bytes()]) };
    // The books that the writer keeps are its own: these are folded from the last snapshot.
    let mut state = cantus::projection::books(ledger, cantus::projection::Until::End, &mut |_| {}).unwrap();
    let (closed, _) = state.close(&key, ledger).unwrap();
    pen.say(&key);
    pen.say(&closed);
    pen.settle();
}

/// How long it takes to take in another share of a work, and to rate all that it touches.
pub fn change_share(keeper: &mut Bookkeeper<Ledger>, ledger: &Ledger) -> Duration {
    let state = keeper.state_mut();
    let (claim, share) = first_share(ledger);
    let event = Event::Share(Share {
        claim: EventRef::At(claim),
        share: ratio(1, 3),
        contract: None,
        day: DayOf::USE,
        prospective: false,
        replaces: Some(EventRef::At(share)),
    });
    let index = state.size();
    let entry = Entry { index, first: index, recorded_at: SystemClock.wall(), by: operator(), event: Some(event) };
    let (time, ()) = timed(|| {
        state.apply(&entry, ledger).unwrap();
        state.settle().unwrap();
    });
    time
}

/// The first share of the log, and the claim before it.
fn first_share(ledger: &Ledger) -> (u64, u64) {
    use cantus::projection::Past;
    use std::ops::ControlFlow;
    let mut found = None;
    ledger
        .each(0..ledger.head().size, &mut |index, body| {
            found = body.starts_with(&Share::CODE.to_be_bytes()).then_some((index - 1, index));
            Ok(if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
    found.unwrap()
}
