//! A ledger that grows act by act, and what there is in it to pick from.

use std::collections::BTreeMap;

use cantus::projection::{Filter, State};
use ledger_spec::account::Account;
use ledger_spec::date::Period;
use ledger_spec::event::money::Reversal;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::hash::Hash;
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use proptest::prelude::*;

use super::dice::Dice;
use crate::calculator::Said;
use crate::projection_support::desk::{Body, Desk};
use crate::projection_support::*;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Recording,
    Work,
    Release,
    Match,
    MatchReported,
    Claim,
    Share,
    Split,
    Contract,
    Amendment,
    Licence,
    Identifier,
    Rates,
    Mechanicals,
    Source,
    Line,
    ReleaseLine,
    Allocated,
    CloseSource,
    Pool,
    Payment,
    Adjustment,
    OpeningBalance,
    Advance,
    Cost,
    Letter,
    Conversion,
    Payout,
    TaxForm,
    WriteOff,
    BankAnswers,
    Reversal,
    ClosePeriod,
}

/// The events of a ledger, each by its index, with who said it and when.
pub fn said(bodies: &Bodies) -> Vec<Said<'_>> {
    Said::all(bodies.0.iter().enumerate().map(|(index, (by, body))| (*by, bodies.recorded_at(index), &body[..])))
}

/// One act, and the numbers that say how.
#[derive(Clone)]
pub struct Act {
    pub what: What,
    dice: [u16; 32],
}

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let last = self.dice.iter().rposition(|number| *number != 0).map_or(0, |place| place + 1);
        write!(f, "{:?} {:?}", self.what, &self.dice[..last])
    }
}

/// How often each happens.
const OFTEN: [(u32, What); 33] = [
    (1, What::Recording),
    (1, What::Work),
    (2, What::Release),
    (3, What::Match),
    (1, What::MatchReported),
    (5, What::Claim),
    (4, What::Share),
    (4, What::Split),
    (3, What::Contract),
    (5, What::Amendment),
    (10, What::Licence),
    (2, What::Identifier),
    (1, What::Rates),
    (1, What::Mechanicals),
    (1, What::Source),
    (14, What::Line),
    (6, What::ReleaseLine),
    (2, What::Allocated),
    (2, What::CloseSource),
    (4, What::Pool),
    (3, What::Payment),
    (2, What::Adjustment),
    (3, What::OpeningBalance),
    (4, What::Advance),
    (3, What::Cost),
    (4, What::Letter),
    (4, What::Conversion),
    (4, What::Payout),
    (2, What::TaxForm),
    (2, What::WriteOff),
    (3, What::BankAnswers),
    (8, What::Reversal),
    (9, What::ClosePeriod),
];

/// Any number of acts within a range.
pub fn acts(number: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Act>> {
    let what = proptest::strategy::Union::new_weighted(OFTEN.map(|(often, what)| (often, Just(what).boxed())).to_vec());
    let act = (what, any::<[u16; 32]>()).prop_map(|(what, dice)| Act { what, dice });
    prop::collection::vec(act, number)
}

/// The ledger, and the events that further ones may be about.
pub struct World {
    pub desk: Desk,
    pub recordings: Vec<u64>,
    pub works: Vec<u64>,
    pub releases: Vec<u64>,
    /// Claims, with the work and who claims.
    pub claims: Vec<(u64, (u64, PartyId))>,
    /// Those of them that collect for another.
    pub collectors: Vec<(u64, (u64, PartyId))>,
    /// Shares, with the claim.
    pub shares: Vec<(u64, u64)>,
    /// Splits, with the recording.
    pub splits: Vec<(u64, u64)>,
    /// Matches of recordings, with the recording.
    pub matches: Vec<(u64, u64)>,
    /// Contracts by their first versions, and whose they are.
    pub contracts: Vec<(u64, PartyId)>,
    pub licences: Vec<u64>,
    pub sources: Vec<u64>,
    /// The row that comes next in each source.
    pub rows: Vec<u64>,
    pub payouts: Vec<u64>,
    /// Tax forms, with whose they are.
    pub tax_forms: Vec<(u64, PartyId)>,
    /// Letters of direction, with the contract and its party.
    pub letters: Vec<(u64, (u64, PartyId))>,
    /// Figures of pools, with their source, offering and month.
    pub pools: Vec<(u64, (u64, u32, &'static str))>,
    /// What may be reversed, as far as the books allow it.
    pub reversible: Vec<u64>,
    pub period: Period,
    /// Where the last close stands.
    pub closed_over: u64,
    /// What the clock shows.
    pub now: u64,
    /// Whether shares and splits may leave alone what was reported before.
    pub prospective: bool,
}

/// Late in 2027: the months that are reported are over.
const NOW: u64 = 1_830_000_000_000;

impl World {
    /// A ledger with everybody in it, two recordings of two works, and an open report of both.
    pub fn new() -> World {
        let mut desk = Desk::new(Log::furnished());
        desk.at(NOW);
        let mut world = World {
            desk,
            recordings: Vec::new(),
            works: Vec::new(),
            releases: Vec::new(),
            claims: Vec::new(),
            collectors: Vec::new(),
            shares: Vec::new(),
            splits: Vec::new(),
            matches: Vec::new(),
            contracts: Vec::new(),
            licences: Vec::new(),
            sources: Vec::new(),
            rows: Vec::new(),
            payouts: Vec::new(),
            tax_forms: Vec::new(),
            letters: Vec::new(),
            pools: Vec::new(),
            reversible: Vec::new(),
            period: month("2026-01"),
            closed_over: 0,
            now: NOW,
            prospective: true,
        };
        world.furnish();
        world
    }

    /// Says one event, if the books take it.
    pub fn say(&mut self, event: &dyn Body) -> Option<u64> {
        self.say_as(OPERATOR, event)
    }

    pub fn say_as(&mut self, by: PartyId, event: &dyn Body) -> Option<u64> {
        self.submit(by, Roles::OPERATOR, &[event])
    }

    /// Says one event, if the books take it; that they refuse it for this is a mistake of theirs.
    pub fn say_unless(&mut self, code: &str, event: &dyn Body) -> Option<u64> {
        let said = self.desk.say_as(OPERATOR, Roles::OPERATOR, &[event]);
        assert!(said.as_ref().err().is_none_or(|objection| objection.code != code), "{said:?}\n{}", self.told());
        said.ok()
    }

    /// Says one event that the books refuse, if not for something else than for this.
    pub fn refuses(&mut self, event: &dyn Body) {
        let said = self.desk.say_as(OPERATOR, Roles::OPERATOR, &[event]);
        assert!(said.is_err(), "{}", self.told());
    }

    /// Hands in events as one submission, if the books take it. The index of the first.
    pub fn submit(&mut self, by: PartyId, roles: Roles, events: &[&dyn Body]) -> Option<u64> {
        self.desk.say_as(by, roles, events).ok()
    }

    /// The same of one that may be taken back later.
    pub fn say_reversibly(&mut self, event: &dyn Body) -> Option<u64> {
        let said = self.say(event)?;
        self.reversible.push(said);
        Some(said)
    }

    pub fn act(&mut self, act: &Act) {
        let dice = &mut Dice::new(&act.dice);
        match act.what {
            What::Recording => self.recording(dice),
            What::Work => self.work(dice),
            What::Release => self.release(dice),
            What::Match => self.matched(dice),
            What::MatchReported => self.matched_reported(dice),
            What::Claim => self.claim(dice),
            What::Share => self.share(dice),
            What::Split => self.split(dice),
            What::Contract => self.contract(dice, None),
            What::Amendment => {
                let original = self.some_contract(dice);
                self.contract(dice, Some(original));
            }
            What::Licence => self.licence(dice),
            What::Identifier => self.identifier(dice),
            What::Rates => self.rates(dice),
            What::Mechanicals => self.mechanicals(dice),
            What::Source => self.source(dice),
            What::Line => self.line(dice),
            What::ReleaseLine => self.release_line(dice),
            What::Allocated => self.allocated(dice),
            What::CloseSource => self.close_source(dice),
            What::Pool => self.pool(dice),
            What::Payment => self.payment(dice),
            What::Adjustment => self.adjustment(dice),
            What::OpeningBalance => self.opening_balance(dice),
            What::Advance => self.advance(dice),
            What::Cost => self.cost(dice),
            What::Letter => self.letter(dice),
            What::Conversion => self.conversion(dice),
            What::Payout => self.payout(dice),
            What::TaxForm => self.tax_form(dice),
            What::WriteOff => self.write_off(dice),
            What::BankAnswers => self.bank_answers(dice),
            What::Reversal => self.reversal(dice),
            What::ClosePeriod => self.close_period(),
        }
    }

    /// Takes something back: often of what was closed over, often what was said last.
    fn reversal(&mut self, dice: &mut Dice<'_>) {
        let closed = self.reversible.iter().copied().filter(|event| *event < self.closed_over).collect::<Vec<u64>>();
        let among = if dice.rarely(2) && !closed.is_empty() { closed } else { self.reversible.clone() };
        let recent = among[among.len().saturating_sub(5)..].to_vec();
        let among = if dice.rarely(3) { recent } else { among };
        let Some(target) = dice.one(&among) else { return };
        let about = EventRef::At(target);
        let remark = self.say(&Remark { about: Some(about), text: "it was wrong" }).unwrap();
        let reversal =
            Reversal { target: about, reason: ledger_spec::code::ReasonCode::ERROR, remark: EventRef::At(remark) };
        self.say(&reversal);
    }

    /// Closes the open period, with every source.
    pub fn close_period(&mut self) {
        for source in 0..self.sources.len() {
            self.finish(source);
        }
        let key = PeriodKey { period: self.period, key: Hash([5; 32]) };
        let past = self.desk.past.clone();
        let (closed, _) = self.desk.keeper.state_mut().close(&key, &past).unwrap();
        if let Some(close) = self.submit(OPERATOR, Roles::OPERATOR, &[&key, &closed]) {
            self.closed_over = close;
            self.period = self.period.next();
        }
    }

    /// A week goes by.
    pub fn wait_a_week(&mut self) {
        self.now += 7 * 86_400_000;
        self.desk.at(self.now);
    }

    /// What every account holds, with contracts and sources by their places instead of their events.
    pub fn named_books(&mut self) -> BTreeMap<Account, i128> {
        let place =
            |events: &[u64], event: u64| events.iter().position(|one| *one == event).map_or(0, |at| at as u64 + 1);
        let contracts: Vec<u64> = self.contracts.iter().map(|(contract, _)| *contract).collect();
        let books = self.books().into_iter().map(|(account, amount)| {
            let (contract, origin) = (place(&contracts, account.contract), place(&self.sources, account.origin));
            (Account { contract, origin, ..account }, amount)
        });
        books.collect()
    }

    /// What every account holds, in picos.
    pub fn books(&mut self) -> BTreeMap<Account, i128> {
        books_of(self.desk.keeper.state_mut())
    }
}

/// What every account holds, in picos; accounts that hold nothing are left out.
pub fn books_of(state: &mut State) -> BTreeMap<Account, i128> {
    let rows = state.settle().unwrap().balances().rows(&Filter::default());
    rows.into_iter().map(|row| (row.account, row.amount.picos())).filter(|(_, amount)| *amount != 0).collect()
}

impl World {
    /// Every event that was said, one a line.
    pub fn told(&self) -> String {
        let bodies = self.desk.past.all();
        let line = |(index, (_, body)): (usize, &(PartyId, Vec<u8>))| {
            format!("{index} {:?}\n", ledger_spec::event::Event::decode(body).unwrap())
        };
        bodies.0.iter().enumerate().map(line).collect()
    }
}
