//! The same events give the same state: from the first one or from a snapshot at any point, however often cells were
//! rated on the way. And whatever the events are, the books balance and nothing reported is lost.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use std::collections::BTreeMap;

use cantus::projection::{Filter, SnapshotError, State};
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf, RecoupOrder};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{PeriodClosed, RulesAdopted};
use ledger_spec::event::money::*;
use ledger_spec::hash::Hash;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use projection_support::*;
use proptest::prelude::*;

/// Something that happens. Numbers pick among what there is, whatever that is by then.
#[derive(Debug, Clone)]
enum Act {
    Recording { second: bool },
    Work,
    Match { recording: usize, work: usize },
    MatchReported { number: u32, recording: usize, work: usize },
    Claim { work: usize, second: bool, half: bool },
    Share { claim: usize, contract: Option<usize>, half: bool, prospective: bool },
    Split { recording: usize, second: bool, replace: bool, prospective: bool },
    Contract { version_of: Option<usize> },
    SplitUnderContract { recording: usize, contract: usize },
    Licence { work: usize, rate: u8 },
    Blanket { second: bool },
    Assert { second: bool, recording: usize },
    AssertController { second: bool },
    Release { first: usize, second: usize },
    Source,
    Line { number: u32, units: i64, picos: i64, scale: u8, stream: bool },
    ReleaseLine { picos: i64 },
    Allocated { picos: i64, scale: u8 },
    CloseSource,
    Pay { cents: i64 },
    Reverse { target: usize },
    ClosePeriod,
}

fn act() -> impl Strategy<Value = Act> {
    let n = 0..4usize;
    let b = any::<bool>;
    let line = (1..=3u32, -3..9i64, -2_000_000..9_000_000i64, 5..16u8, b());
    prop_oneof![
        1 => b().prop_map(|second| Act::Recording { second }),
        1 => Just(Act::Work),
        2 => (n.clone(), n.clone()).prop_map(|(recording, work)| Act::Match { recording, work }),
        1 => (1..=3u32, n.clone(), n.clone())
            .prop_map(|(number, recording, work)| Act::MatchReported { number, recording, work }),
        2 => (n.clone(), b(), b()).prop_map(|(work, second, half)| Act::Claim { work, second, half }),
        2 => (n.clone(), prop::option::of(n.clone()), b(), b())
            .prop_map(|(claim, contract, half, prospective)| Act::Share { claim, contract, half, prospective }),
        2 => (n.clone(), b(), b(), b()).prop_map(|(recording, second, replace, prospective)| {
            Act::Split { recording, second, replace, prospective }
        }),
        2 => prop::option::of(n.clone()).prop_map(|version_of| Act::Contract { version_of }),
        2 => (n.clone(), n.clone()).prop_map(|(recording, contract)| Act::SplitUnderContract { recording, contract }),
        3 => (n.clone(), 0..5u8).prop_map(|(work, rate)| Act::Licence { work, rate }),
        1 => b().prop_map(|second| Act::Blanket { second }),
        1 => (b(), n.clone()).prop_map(|(second, recording)| Act::Assert { second, recording }),
        1 => b().prop_map(|second| Act::AssertController { second }),
        1 => (n.clone(), n).prop_map(|(first, second)| Act::Release { first, second }),
        1 => Just(Act::Source),
        6 => line.prop_map(|(number, units, picos, scale, stream)| Act::Line { number, units, picos, scale, stream }),
        1 => (0..9_000_000i64).prop_map(|picos| Act::ReleaseLine { picos }),
        2 => (-5_000_000..9_000_000i64, 5..16u8).prop_map(|(picos, scale)| Act::Allocated { picos, scale }),
        1 => Just(Act::CloseSource),
        1 => (1..900i64).prop_map(|cents| Act::Pay { cents }),
        3 => (0..200usize).prop_map(|target| Act::Reverse { target }),
        1 => Just(Act::ClosePeriod),
    ]
}

/// What there is to pick from.
struct World {
    log: Log,
    recordings: Vec<u64>,
    works: Vec<u64>,
    claims: Vec<u64>,
    shares: Vec<u64>,
    splits: Vec<u64>,
    contracts: Vec<u64>,
    source: u64,
    row: u64,
    /// What can still be reversed.
    reversible: Vec<u64>,
    period: ledger_spec::date::Period,
}

const UPC: Identifier<'_> = Identifier { scheme: Scheme::UPC, value: "036000291452" };
const CONTROLLER: Identifier<'_> = Identifier { scheme: Scheme::RIGHTS_CONTROLLER, value: "PUB_2" };

impl World {
    fn new() -> World {
        let mut log = Log::furnished();
        let recordings = vec![log.recording(ISRC), log.recording(SECOND_ISRC)];
        let works = vec![log.work()];
        let claims = vec![log.claim(works[0], PUBLISHER, "1/2")];
        let shares = Vec::new();
        let splits = vec![log.split(recordings[0], &[(ARTIST, "1")])];
        let contracts = vec![log.say(&contract(None))];
        let period = month("2026-03");
        let (source, row, reversible) = (0, 0, Vec::new());
        let mut world =
            World { log, recordings, works, claims, shares, splits, contracts, source, row, reversible, period };
        world.open_source();
        world
    }

    fn open_source(&mut self) {
        let file = self.log.bodies.0.len().to_string();
        self.source = self.log.source(&file);
        self.log.resource(self.source, 1, ISRC);
        self.log.resource(self.source, 2, SECOND_ISRC);
        self.log.resource(self.source, 3, "000000000000");
        self.log.named(self.source, 4, ReportedKind::CONTROLLER, CONTROLLER);
        self.log.named(self.source, 5, ReportedKind::RELEASE, UPC);
        self.reversible.push(self.source);
        self.row = 0;
    }

    fn is_open(&self) -> bool {
        self.log.state.sources().open().any(|open| open == self.source)
    }

    fn replaceable(&self, event: u64) -> bool {
        self.log.state.reversal_of(event).is_none()
    }

    fn act(&mut self, act: &Act) {
        let pick = |from: &[u64], at: usize| from[at % from.len()];
        let open = self.is_open();
        let log = &mut self.log;
        match *act {
            Act::Recording { second } => {
                let recording = log.recording(if second { SECOND_ISRC } else { ISRC });
                self.recordings.push(recording);
            }
            Act::Work => self.works.push(log.work()),
            Act::Match { recording, work } => {
                let (recording, work) = (pick(&self.recordings, recording), pick(&self.works, work));
                self.reversible.push(log.matched(recording, &[work]));
            }
            Act::MatchReported { number, recording, work } => {
                let subject = MatchSubject::Reported { source: self.source, number };
                let recording = Some(EventRef::At(pick(&self.recordings, recording)));
                let works = whole(&[pick(&self.works, work)]);
                let (method, replaces) = (MatchMethod::PERSON, None);
                self.reversible.push(log.say(&Match { subject, recording, works, method, replaces }));
            }
            Act::Claim { work, second, half } => {
                let party = if second { SECOND_PUBLISHER } else { PUBLISHER };
                let claim = log.claim(pick(&self.works, work), party, if half { "1/2" } else { "1" });
                self.claims.push(claim);
                self.reversible.push(claim);
            }
            Act::Share { claim, contract, half, prospective } => {
                let contract = contract.map(|at| EventRef::At(pick(&self.contracts, at)));
                let claim = EventRef::At(pick(&self.claims, claim));
                let share = ratio(if half { "1/4" } else { "1/3" });
                let day = if half { DayOf::USE } else { DayOf::RECEIPT };
                let replaces = self.shares.last().copied().filter(|share| half && self.replaceable(*share));
                let replaces = replaces.map(EventRef::At);
                let share = self.log.say(&Share { claim, share, contract, replaces, day, prospective });
                self.shares.push(share);
                self.reversible.push(share);
            }
            Act::Split { recording, second, replace, prospective } => {
                let recording = EventRef::At(pick(&self.recordings, recording));
                let replaces = self.splits.last().copied().filter(|_| replace);
                let replaces = replaces.filter(|split| self.replaceable(*split)).map(EventRef::At);
                let share = ratio(if second { "2/3" } else { "1" });
                let party = if second { SECOND_ARTIST } else { ARTIST };
                let parts = vec![SplitPart { party, contract: None, share, off_the_top: false }];
                let (from, to, day) = (None, None, DayOf::USE);
                let split = self.log.say(&Split { recording, from, to, parts, replaces, day, prospective });
                self.splits.push(split);
                self.reversible.push(split);
            }
            Act::Contract { version_of } => {
                let amends = version_of.map(|at| pick(&self.contracts, at));
                self.contracts.push(log.say(&contract(amends)));
            }
            Act::SplitUnderContract { recording, contract } => {
                let recording = EventRef::At(pick(&self.recordings, recording));
                let contract = Some(EventRef::At(pick(&self.contracts, contract)));
                let parts = vec![SplitPart { party: ARTIST, contract, share: ratio("1"), off_the_top: false }];
                let split = Split {
                    recording,
                    from: None,
                    to: None,
                    parts,
                    replaces: None,
                    day: DayOf::USE,
                    prospective: false,
                };
                self.reversible.push(log.say(&split));
            }
            Act::Licence { work, rate } => {
                let works = vec![EventRef::At(pick(&self.works, work))];
                self.reversible.push(log.say(&ledger_spec::event::licensing::Licence { works, ..licence(rate) }));
            }
            Act::Blanket { second } => {
                let licensor = Some(if second { SECOND_PUBLISHER } else { PUBLISHER });
                let amount = amount("0.05");
                let rate = ledger_spec::event::licensing::LicenceRate::PerUnit { amount, currency: usd() };
                self.reversible.push(log.say(&ledger_spec::event::licensing::Licence {
                    identifiers: Vec::new(),
                    kind: LicenceKind::BLANKET,
                    licensor,
                    works: Vec::new(),
                    rights: Rights::MECHANICAL,
                    uses: Vec::new(),
                    scope: Scope::default(),
                    rate,
                    replaces: None,
                    configurations: Vec::new(),
                    tiers: Vec::new(),
                    notice: None,
                }));
            }
            Act::Assert { second, recording } => {
                let value = if second { SECOND_ISRC } else { ISRC };
                let subject = Subject::Recording(EventRef::At(pick(&self.recordings, recording)));
                let identifier = Identifier { scheme: Scheme::ISRC, value };
                let said = IdentifierAsserted { identifier, subject, reporter: None, replaces: None };
                self.reversible.push(log.say(&said));
            }
            Act::AssertController { second } => {
                let subject = Subject::Party(if second { SECOND_PUBLISHER } else { PUBLISHER });
                let said =
                    IdentifierAsserted { identifier: CONTROLLER, subject, reporter: Some(STORE), replaces: None };
                self.reversible.push(log.say(&said));
            }
            Act::Release { first, second } => {
                let track = |at, weight| Track { recording: EventRef::At(pick(&self.recordings, at)), weight };
                let tracks = vec![track(first, 1), track(second, 2)];
                log.say(&Release { identifiers: vec![UPC], kind: ReleaseKind::ALBUM, tracks });
            }
            Act::Source => self.open_source(),
            Act::Line { number, units, picos, scale, stream } if open => {
                self.row += 1;
                let mut line = line(self.source, self.row, number, units, "0");
                line.money.net = Some(ledger_spec::money::SourceAmount::new(picos.into(), scale).unwrap());
                // Most lines give their gross.
                line.money.gross = line.money.net.filter(|_| picos % 8 != 0);
                line.terms.use_type = if stream { UseType::STREAM } else { UseType::DOWNLOAD };
                self.reversible.push(self.log.say_as(STORE, &line));
            }
            Act::ReleaseLine { picos } if open => {
                self.row += 1;
                let mut line = line(self.source, self.row, 0, 1, "0");
                line.release = 5;
                line.money.net = Some(ledger_spec::money::SourceAmount::new(picos.into(), 12).unwrap());
                self.reversible.push(self.log.say_as(STORE, &line));
            }
            Act::Allocated { picos, scale } if open => {
                self.row += 1;
                let mut line = allocated(self.source, self.row, 4, "0");
                line.amount = ledger_spec::money::SourceAmount::new(picos.into(), scale).unwrap();
                self.reversible.push(self.log.say_as(STORE, &line));
            }
            Act::CloseSource if open => {
                self.log.close_source(self.source);
            }
            Act::Line { .. } | Act::ReleaseLine { .. } | Act::Allocated { .. } | Act::CloseSource => {}
            Act::Pay { cents } => {
                let paid = Amount::from_picos(i128::from(cents) * 10_000_000_000).unwrap();
                self.reversible.push(log.say(&PaymentReceived {
                    payer: STORE,
                    date: date("2026-03-31"),
                    currency: usd(),
                    bank: paid,
                    tax: Amount::ZERO,
                    fee: Amount::ZERO,
                    sources: vec![SourcePayment { source: EventRef::At(self.source), amount: paid }],
                }));
            }
            Act::Reverse { target } if !self.reversible.is_empty() => {
                let target = self.reversible.swap_remove(target % self.reversible.len());
                log.reverse(target);
            }
            Act::Reverse { .. } => {}
            Act::ClosePeriod => {
                let through = log.bodies.0.len() as u64;
                let (root, key_hash) = (Hash::default(), Hash::default());
                log.say(&PeriodClosed { period: self.period, through, root, key_hash, rules: 1 });
                self.period = self.period.next();
            }
        }
    }
}

/// A licence of any sort: by statute, of the gross, under a clause with a cap, by a notice that came late.
fn licence(rate: u8) -> ledger_spec::event::licensing::Licence<'static> {
    use ledger_spec::event::licensing::{Licence, LicenceRate, Notice};
    let table = RateTable::US_MECHANICAL;
    let statutory = LicenceRate::Statutory { table, factor: ratio("1") };
    let clause = |protected| {
        let (factor, fixed, works) = (ratio("3/4"), None, Some(1));
        Licence { licensor: None, ..voluntary(LicenceRate::Controlled { table, factor, fixed, works, protected }) }
    };
    let notice = (rate == 4).then(|| Notice { served: date("2026-02-01"), made: None });
    match rate {
        0 => clause(0),
        1 => clause(1),
        2 => Licence { licensor: None, ..voluntary(LicenceRate::PercentOfGross(ratio("10%"))) },
        _ => Licence { kind: LicenceKind::COMPULSORY, licensor: None, notice, ..voluntary(statutory) },
    }
}

/// A contract of the artist's, or a version of one with another commission.
fn contract(amends: Option<u64>) -> Contract<'static> {
    Contract {
        identifiers: Vec::new(),
        party: ARTIST,
        kind: ContractKind::DISTRIBUTION,
        commission: ratio(if amends.is_some() { "1/10" } else { "1/5" }),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::ARTIST,
        pay_when: PayWhen::REPORTED,
        minimum: Amount::ZERO,
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends: amends.map(EventRef::At),
        royalty: Royalty::NetReceipts,
        escalation: None,
        reserve: None,
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
    }
}

fn world(acts: &[Act]) -> World {
    let mut world = World::new();
    acts.iter().for_each(|act| world.act(act));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_snapshot_leads_to_the_same_state(
        acts in prop::collection::vec(act(), 1..60),
        cut in any::<prop::sample::Index>(),
        settled in any::<prop::sample::Index>(),
    ) {
        let world = world(&acts);
        let (bodies, size) = (&world.log.bodies, world.log.bodies.0.len());
        let mut from_zero = State::new();
        bodies.fold(&mut from_zero, size);
        let whole = from_zero.snapshot(&Hash([7; 32])).unwrap();

        // Once more from the middle, with cells rated at some point before it and at some point after.
        let mut first = State::new();
        let cut = cut.index(size + 1);
        bodies.fold(&mut first, settled.index(cut + 1));
        first.settle().unwrap();
        bodies.fold(&mut first, cut);
        let (mut second, leaf) = State::from_snapshot(&first.snapshot(&Hash([1; 32])).unwrap()).unwrap();
        prop_assert_eq!(leaf, Hash([1; 32]));
        bodies.fold(&mut second, cut.midpoint(size));
        second.settle().unwrap();
        bodies.fold(&mut second, size);
        prop_assert!(second.snapshot(&Hash([7; 32])).unwrap() == whole);
    }

    #[test]
    fn to_rate_everything_again_changes_nothing(acts in prop::collection::vec(act(), 1..60)) {
        let mut world = World::new();
        for act in &acts {
            world.act(act);
            // Rated now, so that from here on only what is touched is rated again.
            world.log.state.settle().unwrap();
        }
        let books = world.log.books();
        world.log.say(&RulesAdopted { version: 1 });
        prop_assert_eq!(world.log.books(), books);
    }

    #[test]
    fn the_books_balance_and_sources_are_posted_whole(acts in prop::collection::vec(act(), 1..60)) {
        let mut world = world(&acts);
        let rows = world.log.rows(&Filter::default());
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        rows.iter().for_each(|row| *sums.entry(row.account.currency).or_default() += row.amount.picos());
        prop_assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");

        let mut paid: BTreeMap<u64, i128> = BTreeMap::new();
        for (index, (_, body)) in world.log.bodies.0.iter().enumerate() {
            if let ledger_spec::event::Event::PaymentReceived(payment) = ledger_spec::event::Event::decode(body).unwrap()
                && world.log.state.reversal_of(index as u64).is_none()
            {
                *paid.entry(payment.sources[0].source.resolve(0)).or_default() += payment.bank.picos();
            }
        }
        let state = &world.log.state;
        for (event, source) in state.sources().iter() {
            let receivable = |row: &&cantus::projection::Row| {
                row.account.class == AccountClass::RECEIVABLE && row.account.origin == event
            };
            let open: i128 = rows.iter().filter(receivable).map(|row| row.amount.picos()).sum();
            let counts = source.reversed.is_none();
            let posted = source.reporting.iter().filter(|_| counts).map(|usd| usd.lines.picos() + usd.residue.picos());
            let posted: i128 = posted.sum();
            prop_assert_eq!(open + paid.get(&event).copied().unwrap_or_default(), posted);
            if counts && source.closed.is_some() {
                let exact = source.reporting.iter().map(|usd| usd.exact.to_amount_half_even().unwrap().picos());
                prop_assert_eq!(posted, exact.sum::<i128>(), "what was reported is posted, to the last digit that fits");
            }
        }
    }
}

#[test]
fn a_snapshot_that_is_not_whole_is_refused() {
    let bytes = world(&[]).log.state.snapshot(&Hash::default()).unwrap();
    assert!(State::from_snapshot(&bytes).is_ok());
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        // Size and leaf are for the reader to hold against the log.
        let in_place = (24..56).contains(&at);
        assert_eq!(State::from_snapshot(&flipped).is_ok(), in_place, "byte {at}");
    }
    for length in [0, 15, 40, 87, bytes.len() - 1] {
        assert!(State::from_snapshot(&bytes[..length]).is_err());
    }
    assert_eq!(State::from_snapshot(b"something else").unwrap_err(), SnapshotError::Unknown);
}
