//! Groups: what the state keeps for the rules of closes ([`crate::royalty::groups`]), and what they come to.
//!
//! Counters, cumulative sums and reserve schedules change with closes, and with the events that charge costs or bring
//! reserves in. What a close does is a function of the rated state and the period alone ([`Settled::groups`]): the
//! preview, the rows under the root, and the fold of the close all ask for the same.

mod gather;

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::money::{AdvancePaid, CostCharged, OpeningBalance};
use ledger_spec::money::{Amount, AmountError};

use super::accruals::Accruing;
use super::catalogue::Moment;
use super::error::FoldError;
use super::payouts::wrong;
use super::rating::Settled;
use super::state::State;
use super::table::Table;
use crate::royalty::groups::{Close, Figures, OutlayKind, Page, Reserve, Rule, close};
use crate::royalty::{Posting, accounts, postings};

/// What is kept for closes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub(crate) struct Groups {
    /// What is counted from one close to the next.
    pub figures: Figures,
    /// Advances, costs, and what was brought in of either, by event.
    pub outlays: Table<Outlay>,
    /// The rules of each close, one for each pair of its postings.
    rules: Table<Vec<Rule>>,
}

/// An advance or a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Outlay {
    pub page: Page,
    pub kind: OutlayKind,
    pub date: Date,
    /// What a profit share counts of it as a cost.
    pub shared: Amount,
}

impl Groups {
    /// The rules behind the postings of a close, one for each pair.
    pub(super) fn rules(&self, close: u64) -> &[Rule] {
        self.rules.get(close).map_or(&[], Vec::as_slice)
    }

    /// A profit share counts a cost, or counts it no longer.
    fn share_cost(&mut self, page: Page, amount: Amount) -> Result<(), AmountError> {
        let sums = self.figures.sums.entry(page).or_default();
        sums.costs = sums.costs.try_add(amount)?;
        self.figures.sums.retain(|_, sums| *sums != Default::default());
        Ok(())
    }

    /// A reserve is brought in, or taken out again.
    fn keep(&mut self, account: Account, amount: Amount, after: u16, parts: u16) -> Result<(), AmountError> {
        let new = Reserve { kept: Amount::ZERO, released: Amount::ZERO, after, parts };
        let reserve = self.figures.reserves.entry(account).or_insert(new);
        reserve.kept = reserve.kept.try_add(amount)?;
        if reserve.kept.is_zero() {
            self.figures.reserves.remove(&account);
        }
        Ok(())
    }
}

impl Settled<'_> {
    /// What closing the period now would do to the groups.
    pub fn groups(&self, period: Period) -> Result<Close, FoldError> {
        self.groups_and_sums(period).map(|(close, _)| close)
    }

    /// The same, and what the cells posted in the open period.
    fn groups_and_sums(&self, period: Period) -> Result<(Close, Accruing), FoldError> {
        let (folios, accruing) = self.folios(period)?;
        Ok((close(period, folios, self.state.groups.figures.clone())?, accruing))
    }
}

impl State {
    pub(super) fn opening_balance(&mut self, at: &Moment, opening: &OpeningBalance) -> Result<(), FoldError> {
        let OpeningBalance { party, class, origin, as_of, amount, currency, .. } = *opening;
        let contract = self.catalogue.first_version(at, opening.contract)?;
        self.stated(at, &postings::opening_balance(at.index, contract, opening))?;
        let page = Page { party, contract, currency };
        match (class, origin) {
            (AccountClass::ADVANCE, _) => {
                let outlay = Outlay { page, kind: OutlayKind::Advance, date: as_of, shared: Amount::ZERO };
                self.groups.outlays.push(at.index, outlay).map(drop)
            }
            (AccountClass::RESERVE, Some(origin)) => {
                let account = accounts::reserve(party, contract, origin, currency);
                let (after, parts) = self.reserve_schedule(contract, origin);
                let kept = self.groups.keep(account, amount, after, parts);
                kept.map_err(FoldError::range(at.index, "a reserve"))
            }
            _ => Ok(()),
        }
    }

    /// When a contract lets go of what it kept back in a period: with the next close, if it says nothing of reserves.
    fn reserve_schedule(&self, contract: u64, origin: Period) -> (u16, u16) {
        let terms = self.catalogue.terms_of(contract, origin.last_day());
        let reserve = terms.and_then(|(_, terms)| terms.reserve.as_ref());
        reserve.map_or((1, 1), |reserve| (reserve.after, reserve.parts.max(1)))
    }

    pub(super) fn advance_paid(&mut self, at: &Moment, advance: &AdvancePaid) -> Result<(), FoldError> {
        let AdvancePaid { party, date, currency, .. } = *advance;
        let contract = self.catalogue.first_version(at, Some(advance.contract))?;
        let page = Page { party, contract, currency };
        let outlay = Outlay { page, kind: OutlayKind::Advance, date, shared: Amount::ZERO };
        self.groups.outlays.push(at.index, outlay)?;
        self.stated(at, &postings::advance_paid(at.index, contract, advance))
    }

    pub(super) fn cost_charged(&mut self, at: &Moment, cost: &CostCharged) -> Result<(), FoldError> {
        let CostCharged { party, date, amount, currency, .. } = *cost;
        let contract = self.catalogue.first_version(at, Some(cost.contract))?;
        let page = Page { party, contract, currency };
        let terms = self.catalogue.terms_of(contract, date);
        let profit_share = terms.is_some_and(|(_, terms)| terms.royalty == Royalty::ProfitShare);
        let shared = if profit_share { amount } else { Amount::ZERO };
        self.groups.share_cost(page, shared).map_err(FoldError::range(at.index, "the costs of a contract"))?;
        self.groups.outlays.push(at.index, Outlay { page, kind: OutlayKind::Cost, date, shared })?;
        self.stated(at, &postings::cost_charged(at.index, contract, profit_share, cost).map_err(wrong(at))?)
    }

    /// An outlay counts no longer.
    pub(super) fn outlay_reversed(&mut self, at: &Moment, target: u64) -> Result<(), FoldError> {
        if let Some(outlay) = self.groups.outlays.get(target).copied() {
            let uncounted = self.groups.share_cost(outlay.page, -outlay.shared);
            uncounted.map_err(FoldError::range(at.index, "the costs of a contract"))?;
        }
        Ok(())
    }

    /// A balance that was brought in counts no longer. An adjustment of a reserve is no part of what was kept, nor is its
    /// reversal.
    pub(super) fn opening_reversed(&mut self, at: &Moment, posted: &[Posting]) -> Result<(), FoldError> {
        for posting in posted.iter().filter(|posting| posting.account.class == AccountClass::RESERVE) {
            // What it had posted to the reserve is below zero: a credit.
            let kept = self.groups.keep(posting.account, posting.amount, 1, 1);
            kept.map_err(FoldError::range(at.index, "a reserve"))?;
        }
        Ok(())
    }

    /// Does to the groups what closing the period does, and returns what the cells posted in it.
    pub(super) fn close_groups(&mut self, at: &Moment, period: Period) -> Result<Accruing, FoldError> {
        let (close, accruing) = self.settle()?.groups_and_sums(period)?;
        self.balances.record(at.index, &close.postings())?;
        self.groups.figures = close.figures;
        let rules = close.moves.iter().map(|moved| moved.rule).collect();
        self.groups.rules.push(at.index, rules)?;
        Ok(accruing)
    }
}
