//! A share changes that millions of lines have behind them: what is rated again are their cells.
//!
//! `cargo bench --bench share -- [LINES]`: one recording with LINES usage lines (5,000,000) in 24 monthly reports, of two
//! uses in every territory there is. The books are kept in memory alone: nothing else is timed.

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

#[path = "catalogue/facts.rs"]
mod facts;
#[allow(dead_code, reason = "each bench uses a part of it")]
mod limits;

use std::ops::Range;

use cantus::projection::{Entry, FoldError, Past, State, Take};
use cantus::royalty::territory;
use ledger_spec::code::*;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{LedgerOpened, MechanicalsAdopted};
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::hash::Hash;
use ledger_spec::key::PublicKey;
use ledger_spec::money::{Ratio, SourceAmount};
use ledger_spec::reference::{EventRef, Territory};
use ledger_spec::role::Roles;

use facts::*;
use limits::{report, timed};

const ISRC: &str = "USRC17607839";

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
    let less = share(EventRef::At(claim), ratio(1, 3), Some(agreed));
    let (time, ()) = timed(|| {
        say(&mut state, Event::Share(less));
        state.settle().unwrap();
    });
    let figure = format!("{:.0} ms, {cells} cells", time.as_secs_f64() * 1e3);
    report(&format!("share of {lines} lines changed"), &figure, "under 1000 ms", time.as_secs_f64());
}

fn say(state: &mut State, event: Event<'_>) -> u64 {
    let index = state.size();
    let entry = Entry { index, first: index, recorded_at: 1_772_323_200_000, by: operator(), event: Some(event) };
    state.apply(&entry, &Nothing).unwrap();
    index
}

/// A recording of one work, whose mechanicals are owed everywhere: the claim on it, and the share that is agreed.
fn catalogue(state: &mut State) -> (u64, u64) {
    say(
        state,
        Event::LedgerOpened(LedgerOpened {
            nonce: Hash::default(),
            origin: "bench.example",
            log_key: PublicKey([1; 32]),
            operator: operator(),
            operator_key: PublicKey([2; 32]),
            roles: Roles::OPERATOR,
            one_person_pays: false,
            continues: None,
        }),
    );
    let rows = vec![mechanical(Territory::WORLD, UseType::UNKNOWN, MechanicalPayer::PASSED_THROUGH)];
    say(state, Event::MechanicalsAdopted(MechanicalsAdopted { rows }));
    let work = say(state, Event::Work(Work { identifiers: Vec::new(), public_domain: false }));
    let recording = Recording { identifiers: by_isrc(ISRC), seconds: Some(200) };
    let recording = say(state, Event::Recording(recording));
    say(state, Event::Match(matched(recording, work)));
    say(state, Event::Licence(licence(&[work], Vec::new(), LicenceRate::PercentOfNet(ratio(1, 10)))));
    say(state, Event::Split(split(recording, vec![part(party(1, 0), None, Ratio::ONE)])));
    let claim = say(state, Event::Claim(claim(work, party(2, 0), Ratio::ONE)));
    (claim, say(state, Event::Share(share(EventRef::At(claim), ratio(1, 2), None))))
}

/// A report of the recording, its lines of two uses in every territory in turn.
fn month_of_uses(state: &mut State, month: u32, lines: u64) {
    let period = period(month);
    let source = say(state, Event::SourceOpened(opened(period, lines)));
    say(state, Event::ReportedResource(reported(source, 1, ISRC)));
    let places: Vec<Territory> = territory::all().collect();
    let uses = [UseType::INTERACTIVE_STREAM, UseType::DOWNLOAD];
    let net: SourceAmount = "0.0347".parse().unwrap();
    for row in 0..lines {
        let place = usize::try_from(row).unwrap();
        let territory = places[place / uses.len() % places.len()];
        let used = Used { resource: 1, use_type: uses[place % uses.len()], territory, units: 10, net };
        say(state, Event::UsageLine(line(source, row, period, used)));
    }
}
