//! What a submission means, judged before it is taken in.
//!
//! The [`Bookkeeper`] keeps a [`State`] in step with the writer and answers for it: it refuses what the rules of the
//! books forbid, names the event and says what to do. Events of one submission may build on each other; what those
//! before an event did is looked up beside the state, which does not change until the submission stands.

mod catalogue;
mod cited;
mod close;
mod conversion;
mod eras;
mod governance;
mod holds;
mod licences;
mod money;
mod once;
mod outlays;
mod payouts;
mod pools;
mod reversal;
mod shares;
mod tax_forms;
mod terms;
mod title;
mod twice;
mod usage;
mod versions;
mod voice;
mod volume;
mod write_off;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

use ledger_spec::codec::decode_trusted;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::event::{Event, Kind, governance as governance_event, money as money_event, usage as usage_event};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;

use super::error::FoldError;
use super::lines::Line;
use super::past::{Past, Take};
use super::payouts::PayoutStatus;
use super::state::{Entry, State};
use crate::ledger::{Candidate, Judge, Ledger, Objection, Proposed};
use usage::Progress;

/// Why an event may not stand: a name for programs, a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    code: &'static str,
    text: String,
}

/// Refuses, unless something holds.
fn ensure(holds: bool, code: &'static str, text: impl FnOnce() -> String) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(Refused { code, text: text() }) }
}

/// Keeps the books in step with the writer, and judges what is to go into them.
#[derive(Debug)]
pub struct Bookkeeper<P> {
    state: State,
    past: P,
    /// Why the state could not follow the log; from then on nothing can be judged.
    failed: Option<String>,
    /// The usage lines of the submission that was checked last, by index, for when it is applied.
    lines: Vec<(u64, Line, Terms)>,
}

impl<P> Bookkeeper<P> {
    /// The bookkeeper of a log that the state has seen to its end. `past` reads that log.
    pub fn new(state: State, past: P) -> Bookkeeper<P> {
        Bookkeeper { state, past, failed: None, lines: Vec::new() }
    }

    /// The state after everything that was taken in.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state, to rate what changed or to make a snapshot.
    pub fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// The state, given back.
    pub fn into_state(self) -> State {
        self.state
    }
}

impl<P: Past + Send> Judge for Bookkeeper<P> {
    fn check(&mut self, candidate: &Candidate<'_>) -> Result<(), Objection> {
        let objection = |offset, Refused { code, text }| Objection { offset, code, text };
        if let Some(failed) = &self.failed {
            return Err(objection(0, Refused { code: "books-failed", text: failed.clone() }));
        }
        // A close, what is owed and what can be paid are held against the books as they are when everything is
        // rated.
        let rated = [
            governance_event::PeriodClosed::CODE,
            money_event::PaymentReceived::CODE,
            money_event::PayoutInstructed::CODE,
            money_event::Adjustment::CODE,
        ];
        let rates = candidate.events().any(|event| rated.contains(&event.kind()));
        if rates && let Err(error) = self.state.settle() {
            return Err(objection(0, Refused { code: "books-failed", text: error.to_string() }));
        }
        self.lines.clear();
        let mut judging = Judging::new(&self.state, &self.past, candidate);
        for proposed in candidate.events() {
            let line = judging.next(&proposed).map_err(|refused| objection(proposed.offset, refused))?;
            self.lines.extend(line.map(|(line, terms)| (proposed.index, line, terms)));
        }
        Ok(())
    }

    fn apply(&mut self, candidate: &Candidate<'_>) {
        if let Err(error) = self.take_in(candidate) {
            self.failed = Some(format!("the books could not follow the log: {error}; replay the ledger"));
        }
    }
}

impl<P: Past> Bookkeeper<P> {
    fn take_in(&mut self, candidate: &Candidate<'_>) -> Result<(), FoldError> {
        let Bookkeeper { state, past, lines, .. } = self;
        let mut lines = lines.drain(..).peekable();
        for proposed in candidate.events() {
            let index = proposed.index;
            if let Some((_, line, terms)) = lines.next_if(|(of, ..)| *of == index) {
                let terms = state.cells.terms_number(index, &terms)?;
                state.apply_line(index, &line, terms)?;
                continue;
            }
            let event = proposed.decode().map_err(|error| FoldError::Body { index, error })?;
            let Candidate { first, recorded_at, party: by, .. } = *candidate;
            state.apply(&Entry { index, first, recorded_at, by, event: Some(event) }, past)?;
        }
        Ok(())
    }
}

/// The state, and what the events of the submission so far would do to it.
struct Judging<'a, P> {
    state: &'a State,
    past: &'a P,
    candidate: &'a Candidate<'a>,
    /// Events of this submission that others can cite, by the index they would have.
    here: BTreeMap<u64, Event<'a>>,
    /// Facts that an event of this submission replaces or reverses.
    spent: HashSet<u64>,
    /// Of those, by which event of it another was replaced.
    replaced: HashMap<u64, u64>,
    /// Facts that count again, because what had taken their place is reversed.
    revived: HashSet<u64>,
    /// Parties that this submission introduces.
    introduced: BTreeSet<PartyId>,
    /// The operator's own codes that it gives, by what they are given to.
    codes: HashSet<(cited::Coded, String)>,
    /// What may be said once, and the event of this submission that says it.
    said: HashMap<once::Said, u64>,
    /// Sources as its lines leave them; nearly always one.
    sources: Vec<(u64, Progress)>,
    /// Files that it opens as sources.
    files: HashSet<ledger_spec::Hash>,
    /// What it takes out of what is due, and out of what sources owe.
    taken: Vec<(ledger_spec::account::Account, Amount)>,
    /// What it holds of what is due.
    holds: Vec<(u64, ledger_spec::account::Account, money_event::Hold)>,
    /// The volume of the currencies that it states money in, in picos.
    volumes: BTreeMap<Currency, i128>,
    /// Payouts that it carries further.
    payouts: HashMap<u64, PayoutStatus>,
    /// The key of the period that it closes.
    key: Option<PeriodKey>,
    /// The events that were judged so far.
    count: u32,
}

impl<'a, P: Past> Judging<'a, P> {
    fn new(state: &'a State, past: &'a P, candidate: &'a Candidate<'a>) -> Judging<'a, P> {
        Judging {
            state,
            past,
            candidate,
            here: BTreeMap::new(),
            spent: HashSet::new(),
            replaced: HashMap::new(),
            revived: HashSet::new(),
            introduced: BTreeSet::new(),
            codes: HashSet::new(),
            said: HashMap::new(),
            sources: Vec::new(),
            files: HashSet::new(),
            taken: Vec::new(),
            holds: Vec::new(),
            volumes: BTreeMap::new(),
            payouts: HashMap::new(),
            key: None,
            count: 0,
        }
    }

    fn resolve(&self, cited: EventRef) -> u64 {
        cited.resolve(self.candidate.first)
    }

    fn is_operator(&self) -> bool {
        self.candidate.roles.contains(Roles::OPERATOR)
    }

    /// Judges the next event. What a usage line adds to the books is given back, so that it is read but once.
    fn next(&mut self, proposed: &Proposed<'a>) -> Result<Option<(Line, Terms)>, Refused> {
        let unreadable = |text| Refused { code: "unreadable", text };
        if proposed.kind() != UsageLine::CODE {
            let event = proposed.decode().map_err(|error| unreadable(error.to_string()))?;
            return self.event(proposed.index, event).map(|()| None);
        }
        let fields = proposed.body.get(size_of::<u16>()..).unwrap_or_default();
        let line: UsageLine = decode_trusted(fields).map_err(|error| unreadable(error.to_string()))?;
        self.usage_line(&line)?;
        self.count += 1;
        let read = Line::usage(proposed.index, &line).map_err(|error| unreadable(error.to_string()))?;
        Ok(Some((read, line.terms)))
    }

    /// Judges the next event, any but a usage line, which would have this index.
    fn event(&mut self, index: u64, event: Event<'a>) -> Result<(), Refused> {
        self.speaks_for_both(&event)?;
        match &event {
            Event::AllocatedLine(line) => self.allocated_line(line)?,
            Event::ReportedResource(resource) => self.reported(resource)?,
            Event::UsageSummary(summary) => self.summary(summary)?,
            Event::UsageList(list) => self.list(list)?,
            Event::LineRefused(usage_event::LineRefused { source, row, .. }) => self.line_refused(*source, *row)?,
            Event::SourceOpened(opened) => self.source_opened(index, opened)?,
            Event::SourceClosed(closed) => self.source_closed(closed)?,
            Event::PoolReported(pool) => self.pool_reported(pool)?,
            Event::Party(party) => self.party(party)?,
            Event::Work(work) => self.identified(&work.identifiers, cited::Coded::Work, None)?,
            Event::Recording(recording) => self.recorded(index, recording)?,
            Event::Release(release) => self.release(index, release)?,
            Event::Claim(claim) => self.claim(index, claim)?,
            Event::Share(share) => self.share(index, share)?,
            Event::Split(split) => self.split(index, split)?,
            Event::Contract(contract) => self.contract(contract)?,
            Event::LetterOfDirection(letter) => self.letter(letter)?,
            Event::Match(found) => self.matched(index, found)?,
            Event::IdentifierAsserted(asserted) => self.asserted(index, asserted)?,
            Event::Licence(licence) => self.licence(licence)?,
            Event::OpeningBalance(balance) => self.opening_balance(index, balance)?,
            Event::AdvancePaid(advance) => self.advance_paid(index, advance)?,
            Event::CostCharged(cost) => self.cost_charged(index, cost)?,
            Event::PaymentReceived(payment) => self.payment(index, payment)?,
            Event::TaxForm(form) => self.tax_form(form)?,
            Event::Hold(hold) => self.hold(index, hold)?,
            Event::Converted(converted) => self.converted(index, converted)?,
            Event::Adjustment(adjustment) => self.adjustment(index, adjustment)?,
            Event::Reversal(reversal) => self.reversal(reversal)?,
            Event::PayoutInstructed(instruction) => self.payout_instructed(index, instruction)?,
            Event::PayoutApproved(approved) => self.payout_approved(index, approved)?,
            Event::PayoutSettled(settled) => self.payout_settled(index, settled)?,
            Event::PayoutFailed(failed) => self.payout_failed(index, failed)?,
            Event::PeriodKey(key) => self.period_key(key)?,
            Event::PeriodClosed(closed) => self.period_closed(closed)?,
            Event::RulesAdopted(adopted) => self.rules_adopted(adopted)?,
            Event::RatesAdopted(adopted) => self.rates_adopted(adopted)?,
            Event::MechanicalsAdopted(adopted) => self.mechanicals_adopted(adopted)?,
            Event::Redacted(redacted) => self.redacted(redacted)?,
            Event::PartyDetails(details) => self.party_details(details)?,
            Event::NamesReported(names) => self.names_reported(names)?,
            Event::Remark(remark) => self.remark(remark)?,
            // Keys, ends: authority has judged who, and there is nothing else to them.
            _ => {}
        }
        self.count += 1;
        let agreed = if let Event::Share(share) = &event { Some(self.resolve(share.claim)) } else { None };
        if cited::is_cited(&event) {
            self.here.insert(index, event);
        }
        // With the new one among them.
        agreed.map_or(Ok(()), |claim| self.fit_whole(claim))
    }
}

impl Past for Ledger {
    fn body(&self, index: u64) -> Result<Option<Vec<u8>>, FoldError> {
        self.store().body(index)
    }

    fn each(&self, range: Range<u64>, take: &mut Take<'_>) -> Result<(), FoldError> {
        self.store().each(range, take)
    }
}
