//! Payouts: in coins there are, not below the contract's minimum, and as [`super::super::payouts`] has them.

use ledger_spec::account::Account;
use ledger_spec::event::Event;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;

use super::super::past::Past;
use super::super::payouts::{Payout, PayoutError, PayoutStatus, taxed_by_form, within_due};
use super::cited::not_a;
use super::money::{fits, wrong};
use super::{Judging, Refused, ensure};
use crate::royalty::{accounts, postings};

impl<P: Past> Judging<'_, P> {
    pub(super) fn payout_instructed(&mut self, index: u64, payout: &PayoutInstructed) -> Result<(), Refused> {
        self.known(payout.party)?;
        fits(payout.amount)?;
        let contract = self.contract_of(payout.contract, payout.party)?;
        self.payout_once(payout, contract)?;
        let posted = postings::payout_instructed(index, contract, payout).map_err(wrong)?;
        taxed_by_form(payout, self.form_on(payout.party, payout.date)).map_err(refused)?;
        if let Some((version, terms)) = self.state.catalogue.contract_on(contract, payout.date) {
            let enough = terms.currency != payout.currency || payout.amount >= terms.minimum;
            ensure(enough, "under-minimum", || {
                format!(
                    "{} {} is less than contract {version} pays out, {}",
                    payout.amount, payout.currency, terms.minimum
                )
            })?;
        }
        let due = accounts::due(payout.party, contract, payout.currency);
        let left = self.left(&due)?;
        within_due(payout, left).map_err(refused)?;
        self.posts(&posted)
    }

    /// What an account owes, less what this submission took from it. What it added does not count yet.
    pub(super) fn left(&self, due: &Account) -> Result<Amount, Refused> {
        let taken = self.taken.iter().filter(|(account, _)| account == due).map(|(_, amount)| *amount);
        let left = Amount::try_sum(taken.chain([self.state.balances.of(due)])).map(|held| -held);
        left.map_err(|error| Refused { code: "amount", text: error.to_string() })
    }

    pub(super) fn payout_approved(&mut self, index: u64, approved: &PayoutApproved) -> Result<(), Refused> {
        let (event, payout) = self.payout(approved.payout)?;
        payout.may_be_approved(event, self.candidate.party, self.state.one_person_pays).map_err(refused)?;
        self.payouts.insert(event, PayoutStatus::Approved(index));
        Ok(())
    }

    pub(super) fn payout_settled(&mut self, index: u64, settled: &PayoutSettled) -> Result<(), Refused> {
        let (event, payout) = self.payout(settled.payout)?;
        payout.may_be_settled(event).map_err(refused)?;
        self.has_come(settled.date, "settlement")?;
        self.payouts.insert(event, PayoutStatus::Settled(index));
        Ok(())
    }

    pub(super) fn payout_failed(&mut self, index: u64, failed: &PayoutFailed) -> Result<(), Refused> {
        let (event, payout) = self.payout(failed.payout)?;
        payout.may_fail(event).map_err(refused)?;
        let PayoutInstructed { currency, amount, .. } = payout.instruction;
        self.takes_out([(currency, amount.picos())].into_iter());
        self.payouts.insert(event, PayoutStatus::Failed(index));
        Ok(())
    }

    /// A payout as the submission so far leaves it, and its instruction.
    pub(super) fn payout(&self, cited: EventRef) -> Result<(u64, Payout), Refused> {
        let index = self.resolve(cited);
        let payout = match self.here.get(&index) {
            Some(Event::PayoutInstructed(instruction)) => Payout {
                instruction: *instruction,
                contract: self.contract_of(instruction.contract, instruction.party)?,
                by: self.candidate.party,
                status: PayoutStatus::Instructed,
            },
            _ => *self.state.payouts.get(index).ok_or_else(not_a("payout", index))?,
        };
        let status = self.payouts.get(&index).copied().unwrap_or(payout.status);
        Ok((index, Payout { status, ..payout }))
    }
}

/// For `map_err`: a payout that may not be carried further.
fn refused(error: PayoutError) -> Refused {
    let code = match error {
        PayoutError::Overpayment { .. } => "overpayment",
        PayoutError::Tax { .. } => "tax",
        PayoutError::Status { .. } => "payout-status",
        PayoutError::OneParty { .. } => "four-eyes",
        PayoutError::ToItself { .. } => "payee-approves",
    };
    Refused { code, text: error.to_string() }
}
