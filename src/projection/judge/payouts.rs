//! Payouts: in coins there are, not below the contract's minimum, and as [`super::super::payouts`] has them.

use ledger_spec::account::Account;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::money::{Amount, AmountError, Currency};
use ledger_spec::reference::{EventRef, PartyId};

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
        self.paid_soon(payout.date)?;
        self.taxed(payout)?;
        self.as_contracted(payout, contract)?;
        let left = self.payable(payout.party, contract, payout.currency)?;
        self.is_free(&accounts::due(payout.party, contract, payout.currency), left, payout.amount)?;
        within_due(payout, left).map_err(refused)?;
        self.posts(&posted)
    }

    /// A payout is ordered for today or a day soon to come, so that no day is chosen for the tax form or the terms that
    /// hold, or do not hold, on it. A day back is still today somewhere.
    fn paid_soon(&self, date: Date) -> Result<(), Refused> {
        let today = Date::of_unix_ms(self.candidate.recorded_at);
        let soon = (today.days() - 1..=today.days() + 31).contains(&date.days());
        ensure(soon, "date", || format!("a payout is for today, {today}, or a day within a month, not {date}"))
    }

    /// The tax is by the form in force. A party whose last form has ended is asked for another; of one that never had
    /// one the program knows nothing.
    fn taxed(&self, payout: &PayoutInstructed) -> Result<(), Refused> {
        let form = self.form_on(payout.party, payout.date);
        let ended = self.form_ended(payout.party, payout.date).filter(|_| form.is_none());
        if let Some((form, until)) = ended {
            let text = format!("tax form {form} of the party ended on {until}; append the one that holds now");
            return Err(Refused { code: "tax-form-ended", text });
        }
        taxed_by_form(payout, form).map_err(refused)
    }

    /// A contract pays in its own currency, and not less than its minimum. What was earned under one that has ended is
    /// paid by its last terms.
    fn as_contracted(&self, payout: &PayoutInstructed, contract: u64) -> Result<(), Refused> {
        let PayoutInstructed { amount, currency, date, .. } = *payout;
        let Some((version, terms)) = self.state.catalogue.terms_of(contract, date) else { return Ok(()) };
        ensure(terms.currency == currency, "other-currency", || {
            format!("contract {version} pays in {}; convert what is due in {currency} first", terms.currency)
        })?;
        ensure(amount >= terms.minimum, "under-minimum", || {
            format!("{amount} {currency} is less than contract {version} pays out, {}", terms.minimum)
        })
    }

    /// What is due and not needed to make up for what was earned too much before: money whose report was reversed, or
    /// whose split moved, is earned by another now.
    fn payable(&self, party: PartyId, contract: u64, currency: Currency) -> Result<Amount, Refused> {
        let due = accounts::due(party, contract, currency);
        self.left(&due)?.try_sub(self.state.owed_back(&due)).map_err(beyond)
    }

    /// What an account owes, less what this submission took from it. What it added does not count yet.
    pub(super) fn left(&self, due: &Account) -> Result<Amount, Refused> {
        let taken = self.taken.iter().filter(|(account, _)| account == due).map(|(_, amount)| *amount);
        let left = Amount::try_sum(taken.chain([self.state.balances.of(due)])).map(|held| -held);
        left.map_err(beyond)
    }

    pub(super) fn payout_approved(&mut self, index: u64, approved: &PayoutApproved) -> Result<(), Refused> {
        let (event, payout) = self.payout(approved.payout)?;
        payout.may_be_approved(event, self.candidate.party, self.state.one_person_pays).map_err(refused)?;
        self.still_free(&payout)?;
        self.payouts.insert(event, PayoutStatus::Approved(index));
        Ok(())
    }

    /// What is on its way is not agreed to once it is held. What the bank has paid can only be recorded.
    fn still_free(&self, payout: &Payout) -> Result<(), Refused> {
        let PayoutInstructed { party, currency, amount, .. } = payout.instruction;
        let due = accounts::due(party, payout.contract, currency);
        let there = self.left(&due)?.try_add(amount).map_err(beyond)?;
        self.is_free(&due, there, amount)
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

/// For `map_err`: a sum that cannot be held.
fn beyond(error: AmountError) -> Refused {
    Refused { code: "amount", text: error.to_string() }
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
