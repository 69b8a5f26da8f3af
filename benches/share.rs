//! A share changes that millions of lines have behind them: what is rated again are their cells.
//!
//! `cargo bench --bench share -- [LINES]`: one recording with LINES usage lines (5,000,000) in 24 monthly reports, of two
//! uses in every territory there is. The books are kept in memory alone: nothing else is timed.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

#[allow(dead_code, reason = "each bench uses a part of it")]
mod limits;

use std::ops::Range;

use cantus::projection::{Entry, FoldError, Past, State, Take};
use cantus::royalty::territory;
use ledger_spec::code::*;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{Citation, LedgerOpened, MechanicalRow, MechanicalsAdopted};
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::usage::*;
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::key::PublicKey;
use ledger_spec::money::{Currency, Ratio};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;

use limits::{report, timed};

const OPERATOR: PartyId = PartyId([1; 16]);
const MONTHS: u32 = 24;
const ISRC: Identifier<'_> = Identifier { scheme: Scheme::ISRC, value: "USRC17607839" };

/// Lines and facts of a catalogue need nothing that was said before.
struct Nothing;

impl Past for Nothing {
    fn body(&self, _: u64) -> Result<Option<Vec<u8>>, FoldError> {
        Ok(None)
    }

    fn each(&self, _: Range<u64>, _: &mut Take<'_>) -> Result<(), FoldError> {
        Ok(())
    }
}

fn main() {
    let lines = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(5_000_000);
    let mut state = State::new();
    let (claim, agreed) = catalogue(&mut state);
    for month in 0..MONTHS {
        month_of_uses(&mut state, month, lines / u64::from(MONTHS));
    }
    state.settle().unwrap();
    let cells = state.cell_count();
    let less = share(claim, Ratio::new(1, 3).unwrap(), Some(EventRef::At(agreed)));
    let (time, ()) = timed(|| {
        say(&mut state, Event::Share(less));
        state.settle().unwrap();
    });
    let figure = format!("{:.0} ms, {cells} cells", time.as_secs_f64() * 1e3);
    report(&format!("share of {lines} lines changed"), &figure, "under 1000 ms", time.as_secs_f64());
}

fn say(state: &mut State, event: Event<'_>) -> u64 {
    let index = state.size();
    let entry = Entry { index, first: index, recorded_at: 1_772_323_200_000, by: OPERATOR, event: Some(event) };
    state.apply(&entry, &Nothing).unwrap();
    index
}

fn share(claim: u64, share: Ratio, replaces: Option<EventRef>) -> Share {
    Share { claim: EventRef::At(claim), share, contract: None, day: DayOf::USE, prospective: false, replaces }
}

/// A recording of one work, whose mechanicals are owed everywhere: the claim on it, and the share that is agreed.
fn catalogue(state: &mut State) -> (u64, u64) {
    say(
        state,
        Event::LedgerOpened(LedgerOpened {
            nonce: Hash::default(),
            origin: "bench.example",
            log_key: PublicKey([1; 32]),
            operator: OPERATOR,
            operator_key: PublicKey([2; 32]),
            roles: Roles::OPERATOR,
            one_person_pays: false,
            continues: None,
        }),
    );
    let citation = Citation { source: CitationSource::ENTERED_BY_USER, volume: 0, page: 0, section: 0 };
    let row = MechanicalRow {
        territory: Territory::WORLD,
        use_type: UseType::UNKNOWN,
        service: None,
        from: Date::MIN,
        to: None,
        payer: MechanicalPayer::PASSED_THROUGH,
        citation,
    };
    say(state, Event::MechanicalsAdopted(MechanicalsAdopted { rows: vec![row] }));
    let work = EventRef::At(say(state, Event::Work(Work { identifiers: Vec::new(), public_domain: false })));
    let recording = Recording { identifiers: vec![ISRC], seconds: Some(200) };
    let recording = EventRef::At(say(state, Event::Recording(recording)));
    say(
        state,
        Event::Match(Match {
            subject: MatchSubject::Recording(recording),
            recording: None,
            works: vec![MatchedWork { work, extent: Extent::WHOLE, weight: Ratio::ONE }],
            method: MatchMethod::PERSON,
            replaces: None,
        }),
    );
    say(
        state,
        Event::Licence(Licence {
            identifiers: Vec::new(),
            kind: LicenceKind::COMPULSORY,
            licensor: None,
            works: vec![work],
            rights: Rights::MECHANICAL,
            uses: Vec::new(),
            configurations: Vec::new(),
            tiers: Vec::new(),
            scope: Scope::default(),
            rate: LicenceRate::PercentOfNet(Ratio::new(1, 10).unwrap()),
            notice: None,
            replaces: None,
        }),
    );
    let part = SplitPart { party: PartyId([2; 16]), contract: None, share: Ratio::ONE, off_the_top: false };
    let (from, to, day) = (None, None, DayOf::USE);
    let parts = vec![part];
    say(state, Event::Split(Split { recording, from, to, parts, day, prospective: false, replaces: None }));
    let claim = say(
        state,
        Event::Claim(Claim {
            work,
            party: PartyId([3; 16]),
            rights: Rights::MECHANICAL,
            scope: Scope::default(),
            share: Ratio::ONE,
            collects: None,
            replaces: None,
        }),
    );
    (claim, say(state, Event::Share(share(claim, Ratio::new(1, 2).unwrap(), None))))
}

/// A report of the recording, its lines of two uses in every territory in turn.
fn month_of_uses(state: &mut State, month: u32, lines: u64) {
    let period = Period::new(2024 + month / 12, month % 12 + 1).unwrap();
    let file = sha256(&[&month.to_be_bytes()]);
    let source = say(
        state,
        Event::SourceOpened(SourceOpened {
            file,
            bytes: 1,
            content: file,
            format: SourceFormat::DSR,
            reporter: PartyId([4; 16]),
            identifiers: Vec::new(),
            from: Some(period.first_day()),
            to: Some(period.last_day()),
            lines,
            rows: lines,
            refused: 0,
            totals: Vec::new(),
            warnings: Vec::new(),
            more_warnings: 0,
        }),
    );
    let (number, kind, identifiers) = (1, ReportedKind::RECORDING, vec![ISRC]);
    let resource = ReportedResource { source, number, kind, parent: 0, seconds: None, identifiers };
    say(state, Event::ReportedResource(resource));
    let places: Vec<Territory> = territory::all().collect();
    let uses = [UseType::INTERACTIVE_STREAM, UseType::DOWNLOAD];
    for row in 0..lines {
        let place = usize::try_from(row).unwrap();
        let terms = Terms {
            from: period.first_day(),
            to: period.last_day(),
            territory: places[place / uses.len() % places.len()],
            use_type: uses[place % uses.len()],
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
            currency: Currency::new(*b"USD").unwrap(),
        };
        let money = LineMoney { net: Some("0.0347".parse().unwrap()), ..LineMoney::default() };
        let (resource, release, summary) = (1, 0, 0);
        let (units, returns, exchange) = (10, 0, None);
        let line =
            UsageLine { source, row: row + 2, resource, release, summary, terms, units, returns, money, exchange };
        say(state, Event::UsageLine(line));
    }
}
