//! The state of a ledger as of an event, and how the next event changes it.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::key::PublicKey;
use ledger_spec::reference::PartyId;

use super::accruals::Accruals;
use super::balances::Balances;
use super::catalogue::{Catalogue, Moment};
use super::cells::Cells;
use super::error::FoldError;
use super::groups::Groups;
use super::lines::Line;
use super::past::Past;
use super::payouts::{Payout, wrong};
use super::periods::{Closed, Periods};
use super::sources::Sources;
use super::table::Table;
use super::touch;
use super::volume::Volume;
use crate::royalty::{self, postings};

/// An event in its place.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its index.
    pub index: u64,
    /// The index of the first event of its submission.
    pub first: u64,
    /// Unix milliseconds by the ledger's clock.
    pub recorded_at: u64,
    /// The party that said it.
    pub by: PartyId,
    /// The event; none if its body is erased, or of a kind that changes nothing.
    pub event: Option<Event<'a>>,
}

/// Everything that the events so far add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct State {
    /// How many events there were.
    pub(super) size: u64,
    pub(super) operator: PartyId,
    pub(super) one_person_pays: bool,
    /// The version of the rules that was adopted last; one before any is.
    pub(super) rules: u32,
    keys: BTreeMap<PublicKey, PartyId>,
    pub(super) catalogue: Catalogue,
    pub(super) sources: Sources,
    pub(super) cells: Cells,
    pub(super) balances: Balances,
    pub(super) accruals: Accruals,
    pub(super) volume: Volume,
    /// The party that said it, of each event that states money by itself.
    pub(super) stated_by: Table<PartyId>,
    pub(super) payouts: Table<Payout>,
    /// What was reversed, and by which event.
    pub(super) reversed: BTreeMap<u64, u64>,
    pub(super) periods: Periods,
    pub(super) groups: Groups,
}

impl State {
    /// The state before the first event.
    pub fn new() -> State {
        State { rules: 1, ..State::default() }
    }

    /// How many events it has seen: the index of the next.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The party that runs the ledger.
    pub fn operator(&self) -> PartyId {
        self.operator
    }

    /// The version of the rules in force.
    pub fn rules(&self) -> u32 {
        self.rules
    }

    /// Parties, works, recordings and what is said about them.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// What was reported.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The periods that were closed.
    pub fn periods(&self) -> &Periods {
        &self.periods
    }

    /// How many cells there are.
    pub fn cell_count(&self) -> u64 {
        self.cells.iter().count() as u64 // usize is at most 64 bits
    }

    /// A payout, by its instruction.
    pub fn payout(&self, instruction: u64) -> Option<&Payout> {
        self.payouts.get(instruction)
    }

    /// Every payout with its instruction, in order.
    pub fn payouts(&self) -> impl DoubleEndedIterator<Item = (u64, &Payout)> {
        self.payouts.iter()
    }

    /// The event that reversed another.
    pub fn reversal_of(&self, event: u64) -> Option<u64> {
        self.reversed.get(&event).copied()
    }

    /// The party that a key speaks for, or spoke for.
    pub fn party_of(&self, key: &PublicKey) -> Option<PartyId> {
        self.keys.get(key).copied()
    }

    /// Takes in the next event. `past` has the events before it and those of its own submission.
    ///
    /// After an error the state is of no more use.
    pub fn apply(&mut self, entry: &Entry<'_>, past: &(impl Past + ?Sized)) -> Result<(), FoldError> {
        if entry.index != self.size {
            return Err(FoldError::Order { expected: self.size, found: entry.index });
        }
        let at = Moment { index: entry.index, first: entry.first, by: entry.by };
        if let Some(event) = &entry.event {
            self.take(&at, entry.recorded_at, event, past)?;
        }
        self.size = entry.index + 1;
        Ok(())
    }

    /// Takes in the next event, which is a line. `terms` is the number of its terms.
    pub(super) fn apply_line(&mut self, index: u64, line: &Line, terms: u32) -> Result<(), FoldError> {
        if index != self.size {
            return Err(FoldError::Order { expected: self.size, found: index });
        }
        self.row(index, line, terms)?;
        self.size = index + 1;
        Ok(())
    }

    /// A line, which is a row of its source.
    fn row(&mut self, index: u64, line: &Line, terms: u32) -> Result<(), FoldError> {
        self.sources.row_in(index, line.source, line.row)?;
        self.line(index, line, terms, false)
    }

    fn take(
        &mut self,
        at: &Moment,
        recorded_at: u64,
        event: &Event<'_>,
        past: &(impl Past + ?Sized),
    ) -> Result<(), FoldError> {
        match event {
            Event::UsageLine(line) => {
                let terms = self.cells.terms_number(at.index, &line.terms)?;
                self.row(at.index, &Line::usage(at.index, line)?, terms)
            }
            Event::AllocatedLine(line) => {
                let terms = self.cells.terms_number(at.index, &line.terms)?;
                self.row(at.index, &Line::allocated(at.index, line)?, terms)
            }
            Event::ReportedResource(resource) => self.sources.resource(at, resource, &mut self.catalogue.identifiers),
            Event::UsageSummary(summary) => {
                let source = self.sources.row_in(at.index, summary.source, summary.row)?;
                source.summaries.push((summary.row, at.index));
                Ok(())
            }
            Event::UsageList(list) => self.sources.row_in(at.index, list.source, list.row).map(drop),
            Event::LineRefused(refused) => {
                self.sources.row_in(at.index, refused.source, refused.row)?.refused_in += 1;
                Ok(())
            }
            Event::SourceOpened(opened) => self.sources.opened(at, Date::of_unix_ms(recorded_at), opened),
            Event::SourceClosed(closed) => {
                self.volume.add(self.sources.closed(at, closed.source)?.stated());
                self.settle_residue(at, closed.source)
            }
            Event::LedgerOpened(opened) => {
                self.operator = opened.operator;
                self.one_person_pays = opened.one_person_pays;
                self.keys.insert(opened.operator_key, opened.operator);
                self.periods.start(Date::of_unix_ms(recorded_at).period());
                Ok(())
            }
            Event::KeyEnrolled(enrolled) => {
                self.keys.insert(enrolled.key, enrolled.party);
                Ok(())
            }
            Event::RulesAdopted(adopted) if !royalty::VERSIONS.contains(&adopted.version) => {
                Err(FoldError::Rules { index: at.index, version: adopted.version })
            }
            Event::RulesAdopted(adopted) => {
                self.rules = adopted.version;
                self.cells.mark_all();
                Ok(())
            }
            Event::Redacted(redacted) => {
                self.catalogue.redact(redacted.target);
                Ok(())
            }
            Event::PeriodClosed(closed) => self.period_closed(at, closed),
            Event::OpeningBalance(opening) => self.opening_balance(at, opening),
            Event::AdvancePaid(advance) => self.advance_paid(at, advance),
            Event::CostCharged(cost) => self.cost_charged(at, cost),
            Event::PaymentReceived(payment) => {
                let sources: Vec<u64> = payment.sources.iter().map(|paid| at.resolve(paid.source)).collect();
                let posted = postings::payment_received(payment, &sources).map_err(wrong(at))?;
                self.stated(at, &posted)
            }
            Event::Converted(converted) => {
                let contract = self.catalogue.first_version(at, converted.contract)?;
                self.stated(at, &postings::converted(contract, converted).map_err(wrong(at))?)
            }
            Event::Adjustment(adjustment) => self.stated(at, &postings::adjustment(adjustment).map_err(wrong(at))?),
            Event::Reversal(reversal) => self.reversal(at, reversal, past),
            Event::PayoutInstructed(instruction) => self.payout_instructed(at, instruction),
            Event::PayoutApproved(approved) => self.payout_approved(at, approved),
            Event::PayoutSettled(settled) => self.payout_settled(at, settled),
            Event::PayoutFailed(failed) => self.payout_failed(at, failed),
            Event::KeyRevoked(_) | Event::LogKeyChanged(_) | Event::LedgerEnded(_) => Ok(()),
            Event::PeriodKey(_) | Event::Remark(_) => Ok(()),
            _ => {
                self.catalogue.apply(at, event, &mut self.sources)?;
                self.mark_touched();
                Ok(())
            }
        }
    }

    pub(super) fn mark_touched(&mut self) {
        for touched in self.catalogue.take_touched() {
            touch::mark(touched, &self.catalogue, &self.sources, &mut self.cells);
        }
    }

    /// Posts what the lines of a source, each rounded, differ from its exact total, once that is known.
    pub(super) fn settle_residue(&mut self, at: &Moment, source: u64) -> Result<(), FoldError> {
        let changes = self.sources.get_mut(at.index, source)?.settle_residue();
        for (currency, change) in changes.map_err(FoldError::range(at.index, "the residue of a source"))? {
            self.balances.record(at.index, &postings::source_closed(source, currency, change))?;
        }
        Ok(())
    }

    /// Closes the period: all cells are rated, the groups get what is theirs, and the next period is open.
    fn period_closed(&mut self, at: &Moment, closed: &PeriodClosed) -> Result<(), FoldError> {
        let accruing = self.close_groups(at, closed.period)?;
        self.accrue(accruing);
        let PeriodClosed { period, through, root, .. } = *closed;
        self.periods.close(Closed { period, event: at.index, through, root });
        self.cells.close();
        Ok(())
    }
}
