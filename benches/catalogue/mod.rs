//! A distributor's ledger: its catalogue, its terms, and what follows month by month, written by one author.

#![allow(dead_code, reason = "each bench uses a part of it")]

pub mod facts;
mod pen;
mod terms;

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use cantus::ledger::{Clock, Folder, Ledger, LogKeys, Opening, SystemClock, Writer, WriterOptions};
use cantus::projection::{Bookkeeper, Checks, Entry, Past, State, Until, books, replay};
use ed25519_dalek::SigningKey;
use ledger_spec::Hash;
use ledger_spec::code::*;
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::*;
use ledger_spec::event::{Event, Kind};
use ledger_spec::hash::sha256;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Ratio, SourceAmount};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;

use crate::limits::timed;
use facts::*;
use pen::Pen;

const ARTISTS: u64 = 1000;
const PUBLISHERS: u64 = 300;
const UNITED_STATES: Territory = Territory(840);
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

/// The artist of a recording.
pub fn artist(recording: u64) -> PartyId {
    party(1, recording % ARTISTS)
}

fn publisher(recording: u64, which: u64) -> PartyId {
    party(2, (recording * 7 + which) % PUBLISHERS)
}

/// A distributor that keeps its books.
pub struct House<'l> {
    /// What it says.
    pub pen: Pen<'l>,
    recordings: u64,
    contracts: Vec<u64>,
    /// The second contract of an artist, which nets with the first.
    sisters: Vec<Option<u64>>,
}

/// Writes the ledger of a house with so many recordings: what it has, and then what it says every month. The events.
pub fn write(path: &Path, recordings: u64, mut monthly: impl FnMut(&mut House<'_>, u32)) -> u64 {
    let opening = Opening { origin: "bench.example", operator: operator(), roles: Roles(0x7f), one_person_pays: false };
    let ledger = Ledger::create_in(&Folder::new(path), &opening, key(1), &key(2)).unwrap();
    let start = replay(ledger.store(), State::new(), Hash::default(), Until::End, Checks::Trusted, &mut |_| {});
    let judge = Bookkeeper::new(start.unwrap().state, ledger.clone());
    let (keys, clock) = (LogKeys::new(vec![key(2)]), Box::new(SystemClock));
    let writer = Writer::start(&ledger, keys, judge, clock, WriterOptions::default()).unwrap();
    let mut house =
        House { pen: Pen::new(key(1), &ledger, &writer), recordings, contracts: Vec::new(), sisters: Vec::new() };
    house.describe();
    for month in 0..MONTHS {
        monthly(&mut house, month);
    }
    house.pen.settle();
    writer.close().unwrap();
    ledger.head().size
}

impl House<'_> {
    /// The contract of an artist, by its event.
    pub fn contract(&self, recording: u64) -> u64 {
        self.contracts[(recording % ARTISTS) as usize]
    }

    fn describe(&mut self) {
        let pen = &mut self.pen;
        parties(pen);
        tables(pen);
        self.contracts = (0..ARTISTS).map(|number| pen.say(&terms::contract(number))).collect();
        pen.settle();
        self.sisters = (0..ARTISTS)
            .map(|number| terms::sister(number, self.contracts[number as usize]))
            .map(|sister| sister.map(|sister| pen.say(&sister)))
            .collect();
        for letter in (0..ARTISTS).filter_map(terms::letter) {
            pen.say(&letter);
        }
        pen.settle();
        let work = Work { identifiers: Vec::new(), public_domain: false };
        let works: Vec<u64> = (0..self.recordings).map(|_| pen.say(&work)).collect();
        let recordings: Vec<u64> = (0..self.recordings).map(|number| recording(pen, number)).collect();
        pen.settle();
        for (number, (work, recording)) in (0..).zip(works.iter().zip(&recordings)) {
            let contract = self.contracts[(number % ARTISTS) as usize];
            let featured = self.sisters[((number + 1) % ARTISTS) as usize];
            rights(pen, number, *work, *recording, (contract, featured));
        }
        pen.settle();
        for works in works.chunks(1000) {
            let rate = LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: Ratio::ONE };
            pen.say(&licence(works, vec![UseType::DOWNLOAD, UseType::PHYSICAL], rate));
            pen.settle();
        }
    }

    /// A month of the store: each line is of a recording and of one of its uses. The source.
    pub fn report(&mut self, month: u32, lines: u64) -> u64 {
        let (pen, period) = (&mut self.pen, period(month));
        let source = pen.say(&opened(period, lines));
        pen.settle();
        for number in 0..self.recordings {
            pen.say(&reported(source, number as u32 + 1, &isrc(number)));
        }
        for row in 0..lines {
            pen.say(&line(source, row, period, used(row, self.recordings)));
        }
        pen.say(&SourceClosed { source, rows: lines, refused: 0 });
        pen.settle();
        source
    }

    /// Advances and costs of a month, each artist's once in a year.
    pub fn spend(&mut self, month: u32) {
        for number in (0..ARTISTS).filter(|number| number % 12 == u64::from(month % 12)) {
            let contract = self.contracts[number as usize];
            self.pen.say(&terms::advance(number, contract, period(month)));
            self.pen.say(&terms::cost(number, contract, period(month)));
        }
        self.pen.settle();
    }

    /// Closes a month.
    pub fn close(&mut self, month: u32) {
        let ledger = self.pen.ledger;
        let key = PeriodKey { period: period(month), key: sha256(&[&month.to_be_bytes()]) };
        // The books that the writer keeps are its own: these are folded from the last snapshot.
        let mut state = books(ledger, Until::End, &mut |_| {}).unwrap();
        let (closed, _) = state.close(&key, ledger).unwrap();
        self.pen.say(&key);
        self.pen.say(&closed);
        self.pen.settle();
    }
}

fn parties(pen: &mut Pen<'_>) {
    let mut introduce = |party, kind, code: &str| {
        let identifiers = vec![Identifier { scheme: Scheme::HOUSE, value: code }];
        pen.say(&Party { party, kind, identifiers });
    };
    introduce(operator(), PartyKind::OPERATOR, "house");
    introduce(store(), PartyKind::SERVICE, "store");
    for number in 0..ARTISTS {
        introduce(party(1, number), PartyKind::PERSON, &format!("artist-{number}"));
    }
    for number in 0..PUBLISHERS {
        introduce(party(2, number), PartyKind::PUBLISHER, &format!("publisher-{number}"));
    }
}

fn tables(pen: &mut Pen<'_>) {
    let from = Date::new(2020, 1, 1).unwrap();
    let rate = |measure, value: &str| {
        let (to, use_type, value) = (None, UseType::UNKNOWN, value.parse().unwrap());
        RateRow { from, to, measure, use_type, value, citation: CITATION }
    };
    let rows = vec![rate(RateMeasure::PER_WORK, "0.131"), rate(RateMeasure::PER_MINUTE, "0.0252")];
    pen.say(&RatesAdopted { table: RateTable::US_MECHANICAL, territory: UNITED_STATES, currency: usd(), rows });
    let rows = vec![
        mechanical(UNITED_STATES, UseType::DOWNLOAD, MechanicalPayer::PASSED_THROUGH),
        mechanical(UNITED_STATES, UseType::PHYSICAL, MechanicalPayer::PASSED_THROUGH),
        mechanical(Territory::WORLD, UseType::UNKNOWN, MechanicalPayer::PAID_AT_SOURCE),
    ];
    pen.say(&MechanicalsAdopted { rows });
}

fn recording(pen: &mut Pen<'_>, number: u64) -> u64 {
    pen.say(&Recording { identifiers: by_isrc(&isrc(number)), seconds: Some(120 + (number % 300) as u32) })
}

/// Two publishers own the work. Every fourth recording has a featured artist, and every fifteenth work a third publisher
/// that collects for the first; of every twentieth more is claimed than there is; every ninth is licensed by its owner.
fn rights(pen: &mut Pen<'_>, number: u64, work: u64, recording: u64, (own, other): (u64, Option<u64>)) {
    pen.say(&matched(recording, work));
    let featured = number.is_multiple_of(4);
    let mut parts = vec![part(artist(number), Some(own), ratio(if featured { 4 } else { 5 }, 5))];
    parts.extend(featured.then(|| part(artist(number + 1), other, ratio(1, 5))));
    pen.say(&split(recording, parts));
    let here = pen.together(6);
    for which in 0..2 {
        // A share cites its claim within the submission.
        pen.say(&claim(work, publisher(number, which), ratio(1, 2)));
        pen.say(&share(EventRef::Here(here + which as u16 * 2), ratio(1, 2), None));
    }
    if number.is_multiple_of(15) {
        let collects = Some(EventRef::Here(here));
        pen.say(&Claim { collects, ..claim(work, publisher(number, 2), ratio(1, 2)) });
        pen.say(&share(EventRef::Here(here + 4), ratio(1, 2), None));
    }
    if number.is_multiple_of(20) {
        pen.say(&claim(work, publisher(number, 3), ratio(1, 4)));
    }
    if number.is_multiple_of(9) {
        pen.say(&terms::licence(work, publisher(number, 1)));
    }
}

fn used(row: u64, recordings: u64) -> Used {
    let recording = (row * 7919) % recordings;
    let (use_type, territory) = USES[((row / recordings + recording) % USES.len() as u64) as usize];
    let units = (row % 900 + 1) as i64;
    let cents = if use_type == UseType::INTERACTIVE_STREAM { 3 } else { 700 };
    let net = SourceAmount::new(i128::from(units) * cents * 100_000 + i128::from(row % 99_991), 8).unwrap();
    Used { resource: recording as u32 + 1, use_type, territory: Territory(territory), units, net }
}

/// How long it takes to take in another share of a work, and to rate all that it touches.
pub fn change_share(keeper: &mut Bookkeeper<Ledger>, ledger: &Ledger) -> Duration {
    let state = keeper.state_mut();
    let (claim, share) = first_share(ledger);
    let event = Event::Share(facts::share(EventRef::At(claim), ratio(1, 3), Some(share)));
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
    let mut found = None;
    ledger
        .each(0..ledger.head().size, &mut |index, body| {
            found = body.starts_with(&Share::CODE.to_be_bytes()).then_some((index - 1, index));
            Ok(if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
        .unwrap();
    found.unwrap()
}
