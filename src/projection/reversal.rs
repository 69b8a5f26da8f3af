//! Reversals: an earlier event, or a whole source, counts no longer. What it did is undone in the open period, once.
//!
//! What can be reversed is listed in [`State::reversal`]. A reversal itself cannot be: say again what was reversed by
//! mistake. A reversed line's row stays taken; the file of a reversed source can be imported again.

use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::event::usage::{AllocatedLine, LineMoney, Terms, UsageLine};
use ledger_spec::money::SourceAmount;

use super::catalogue::Moment;
use super::error::FoldError;
use super::lines::Line;
use super::past::Past;
use super::state::State;
use crate::royalty::{Posting, Why, postings};

impl State {
    pub(super) fn reversal(
        &mut self,
        at: &Moment,
        reversal: &Reversal,
        past: &(impl Past + ?Sized),
    ) -> Result<(), FoldError> {
        let target = at.resolve(reversal.target);
        if self.reversed.insert(target, at.index).is_some() {
            return Err(at.cites(target, "event that still counts"));
        }
        let body = past.body(target)?.ok_or(FoldError::Missing { index: target })?;
        let event = Event::decode_trusted(&body).map_err(|error| FoldError::Body { index: target, error })?;
        match event {
            Event::UsageLine(line) => {
                self.line_reversed(at, target, &Line::usage(target, &negated_line(line))?, &line.terms, reversal.reason)
            }
            Event::AllocatedLine(line) => {
                let negated = AllocatedLine { amount: line.amount.negated(), ..line };
                self.line_reversed(at, target, &Line::allocated(target, &negated)?, &line.terms, reversal.reason)
            }
            Event::SourceOpened(_) => {
                let source = self.sources.reversed(at, target, reversal.reason)?;
                // An open source is not in the volume by itself.
                if source.closed.is_some() {
                    self.volume.take_out(source.stated());
                }
                if let Some(source) = self.sources.number(target) {
                    self.cells.mark_source(source);
                }
                self.settle_residue(at, target)
            }
            Event::Match(_)
            | Event::Claim(_)
            | Event::Share(_)
            | Event::Split(_)
            | Event::Licence(_)
            | Event::IdentifierAsserted(_)
            | Event::LetterOfDirection(_)
            | Event::PoolReported(_)
            | Event::TaxForm(_)
            | Event::Hold(_) => {
                self.catalogue.reverse(target, at.index);
                self.mark_touched();
                Ok(())
            }
            Event::PaymentReceived(_)
            | Event::Adjustment(_)
            | Event::OpeningBalance(_)
            | Event::Converted(_)
            | Event::AdvancePaid(_)
            | Event::CostCharged(_) => {
                let posted = self.posted_by(target);
                self.outlay_reversed(at, target)?;
                if matches!(event, Event::OpeningBalance(_)) {
                    self.opening_reversed(at, &posted)?;
                }
                self.taken_back(at, &posted, &postings::reversed(&posted, target, reversal.reason))
            }
            _ => Err(at.cites(target, "event that can be reversed")),
        }
    }

    /// A line is taken back by its negative, which may be in another cell: that of this period.
    fn line_reversed(
        &mut self,
        at: &Moment,
        target: u64,
        negated: &Line,
        terms: &Terms,
        reason: ReasonCode,
    ) -> Result<(), FoldError> {
        let number = self.cells.terms_number(at.index, terms)?;
        self.line(at.index, negated, number, true)?;
        for epoch in [self.periods.epoch_of(target), self.periods.epoch()] {
            let cell = self.cell_of_line(negated, terms, epoch).ok_or_else(|| at.cites(target, "line of a cell"))?;
            self.cells.undo(at.index, cell)?;
        }
        *self.sources.get_mut(at.index, negated.source)?.lines_reversed.entry(reason).or_default() += 1;
        self.settle_residue(at, negated.source)
    }

    /// What an event posted by itself.
    pub(super) fn posted_by(&self, event: u64) -> Vec<Posting> {
        let lines = self.balances.posted_by(event).iter();
        let sides = lines.filter_map(|line| Some((*self.balances.account(line.account)?, line.amount)));
        sides.map(|(account, amount)| Posting { account, amount, why: Why::Reported }).collect()
    }
}

/// The line that takes another back.
fn negated_line(line: UsageLine) -> UsageLine {
    let LineMoney { gross, fee, tax, net, mechanicals, recouped } = line.money;
    let negated = |amount: Option<SourceAmount>| amount.map(SourceAmount::negated);
    let money = LineMoney {
        gross: negated(gross),
        fee: negated(fee),
        tax: negated(tax),
        net: negated(net),
        mechanicals: negated(mechanicals),
        recouped: negated(recouped),
    };
    // Units and returns change places, which negates their difference without a number that could overflow.
    UsageLine { units: line.returns, returns: line.units, money, ..line }
}
