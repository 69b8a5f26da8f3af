//! Payouts: instructed within what is due, approved by the key of another party, which is not the one paid either, then
//! settled or failed once.
//!
//! The writer's judge holds a payout to this, and so does every fold: what a program without judgement wrote into a log
//! cannot be replayed, and is found by whoever verifies the ledger.

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Crossing};
use ledger_spec::date::Date;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::money::{Amount, Currency, Ratio};
use ledger_spec::reference::{EventRef, PartyId};
use thiserror::Error;

use super::catalogue::{Moment, TaxStatus};
use super::error::FoldError;
use super::state::State;
use crate::royalty::accounts;
use crate::royalty::postings::{self, PostingError};

/// How far a payout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum PayoutStatus {
    /// Ordered by one party.
    Instructed,
    /// Agreed to by another's key, with this event.
    Approved(u64),
    /// Paid by the bank, says this event.
    Settled(u64),
    /// Not paid by the bank, says this event.
    Failed(u64),
}

/// A payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Payout {
    /// What was ordered.
    pub instruction: PayoutInstructed,
    /// The first version of its contract, or zero.
    pub contract: u64,
    /// The party whose key ordered it.
    pub by: PartyId,
    /// How far it is.
    pub status: PayoutStatus,
}

/// Why a payout may not be carried further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PayoutError {
    /// More than is due and not held.
    #[error("{left} {currency} is due to party {party} and not held; {amount} is more")]
    Overpayment {
        /// What is due.
        left: Amount,
        /// In this currency.
        currency: Currency,
        /// To whom.
        party: PartyId,
        /// What was ordered.
        amount: Amount,
    },
    /// It stands elsewhere.
    #[error("payout {payout} {}", stands(status))]
    Status {
        /// The instruction.
        payout: u64,
        /// How far it is.
        status: PayoutStatus,
    },
    /// Other tax than by the form in force.
    #[error("by tax form {form}, {rate} of {amount} {currency} is withheld, which is {by_form}; {tax} is not")]
    Tax {
        /// The form.
        form: u64,
        /// Its rate.
        rate: Ratio,
        /// What was ordered.
        amount: Amount,
        /// In this currency.
        currency: Currency,
        /// The tax by the form.
        by_form: Amount,
        /// The tax that was given.
        tax: Amount,
    },
    /// Who ordered it approves it.
    #[error("payout {payout} was instructed by party {by}; another party's key has to approve it")]
    OneParty {
        /// The instruction.
        payout: u64,
        /// The party.
        by: PartyId,
    },
    /// Who is paid approves it.
    #[error("payout {payout} is to party {payee} itself; the key of one that is not paid has to approve it")]
    ToItself {
        /// The instruction.
        payout: u64,
        /// The party.
        payee: PartyId,
    },
}

fn stands(status: &PayoutStatus) -> String {
    match status {
        PayoutStatus::Instructed => "is not approved yet".to_owned(),
        PayoutStatus::Approved(by) => format!("was approved by event {by}"),
        PayoutStatus::Settled(by) => format!("was settled by event {by}; correct it with an adjustment"),
        PayoutStatus::Failed(by) => format!("failed, says event {by}; instruct another"),
    }
}

/// A payout is ordered within what is left of what is due.
pub(super) fn within_due(instruction: &PayoutInstructed, left: Amount) -> Result<(), PayoutError> {
    let PayoutInstructed { party, currency, amount, .. } = *instruction;
    if amount > left { Err(PayoutError::Overpayment { left, currency, party, amount }) } else { Ok(()) }
}

/// Where a tax form is in force, the tax is what it says. Where none is, it is what the person at the keyboard says.
pub(super) fn taxed_by_form(instruction: &PayoutInstructed, form: Option<(u64, Ratio)>) -> Result<(), PayoutError> {
    let PayoutInstructed { amount, currency, tax, .. } = *instruction;
    let Some((form, rate)) = form else { return Ok(()) };
    // What has no coin is refused as such.
    match postings::withheld(amount, currency, rate) {
        Ok(by_form) if by_form != tax => Err(PayoutError::Tax { form, rate, amount, currency, by_form, tax }),
        _ => Ok(()),
    }
}

impl Payout {
    /// It may be approved by a party; by any where one person pays.
    pub(super) fn may_be_approved(
        &self,
        payout: u64,
        approver: PartyId,
        one_person_pays: bool,
    ) -> Result<(), PayoutError> {
        let Payout { instruction: PayoutInstructed { party: payee, .. }, by, status, .. } = *self;
        match status {
            PayoutStatus::Instructed if one_person_pays => Ok(()),
            PayoutStatus::Instructed if by == approver => Err(PayoutError::OneParty { payout, by }),
            PayoutStatus::Instructed if payee == approver => Err(PayoutError::ToItself { payout, payee }),
            PayoutStatus::Instructed => Ok(()),
            status => Err(PayoutError::Status { payout, status }),
        }
    }

    /// The bank may pay it.
    pub(super) fn may_be_settled(&self, payout: u64) -> Result<(), PayoutError> {
        match self.status {
            PayoutStatus::Approved(_) => Ok(()),
            status => Err(PayoutError::Status { payout, status }),
        }
    }

    /// The bank may have refused it.
    pub(super) fn may_fail(&self, payout: u64) -> Result<(), PayoutError> {
        match self.status {
            PayoutStatus::Instructed | PayoutStatus::Approved(_) => Ok(()),
            status => Err(PayoutError::Status { payout, status }),
        }
    }
}

impl State {
    /// What a party earned too much on the page of an account, and on those that net with it in full beyond what is due
    /// there: that much of what is due is not paid before it is made up for, or who earned it instead would be paid a
    /// second time.
    pub(super) fn owed_back(&self, due: &Account) -> Amount {
        let Account { party, contract, currency, .. } = *due;
        let earned = |contract| self.balances.of(&accounts::earned(party, contract, currency)).max(Amount::ZERO);
        let group = self.nets(contract);
        let sisters = self.balances.accounts().filter(|account| {
            (account.class, account.party, account.currency) == (AccountClass::EARNED, party, currency)
                && account.contract != contract
                && group.is_some_and(|group| self.nets(account.contract) == Some(group))
        });
        let lacks = sisters.map(|sister| {
            let there = (-self.balances.of(&accounts::due(party, sister.contract, currency))).max(Amount::ZERO);
            earned(sister.contract).try_sub(there).unwrap_or_default().max(Amount::ZERO)
        });
        // Each is a balance: they do not sum to more than an amount can be.
        lacks.fold(earned(contract), |sum, lacks| sum.try_add(lacks).unwrap_or(sum))
    }

    /// The group that a contract nets with in full, as it stands now.
    fn nets(&self, contract: u64) -> Option<u64> {
        let (_, terms) = self.catalogue.terms_of(contract, Date::MAX)?;
        let group = if terms.crosses == 0 { contract } else { terms.crosses };
        (terms.crossing == Crossing::FULL).then_some(group)
    }

    pub(super) fn payout_instructed(&mut self, at: &Moment, instruction: &PayoutInstructed) -> Result<(), FoldError> {
        let contract = self.catalogue.first_version(at, instruction.contract)?;
        let due = accounts::due(instruction.party, contract, instruction.currency);
        let there = -self.balances.of(&due);
        let held = self.catalogue.held(&due, there, std::iter::empty());
        let free = there.try_sub(held).map_err(FoldError::range(at.index, "what is due"))?;
        within_due(instruction, free).map_err(refused(at))?;
        let posted = postings::payout_instructed(at.index, contract, instruction);
        let posted = posted.map_err(wrong(at))?;
        let form = match self.catalogue.tax_status(instruction.party, instruction.date) {
            TaxStatus::Form { form, rate } => Some((form, rate)),
            TaxStatus::Expired { .. } | TaxStatus::NoForm => None,
        };
        taxed_by_form(instruction, form).map_err(refused(at))?;
        self.stated(at, &posted)?;
        let payout = Payout { instruction: *instruction, contract, by: at.by, status: PayoutStatus::Instructed };
        self.payouts.push(at.index, payout)?;
        Ok(())
    }

    pub(super) fn payout_approved(&mut self, at: &Moment, approved: &PayoutApproved) -> Result<(), FoldError> {
        let one_person_pays = self.one_person_pays;
        let (event, payout) = self.payout_mut(at, approved.payout)?;
        payout.may_be_approved(event, at.by, one_person_pays).map_err(refused(at))?;
        payout.status = PayoutStatus::Approved(at.index);
        Ok(())
    }

    pub(super) fn payout_settled(&mut self, at: &Moment, settled: &PayoutSettled) -> Result<(), FoldError> {
        let (event, payout) = self.payout_mut(at, settled.payout)?;
        payout.may_be_settled(event).map_err(refused(at))?;
        payout.status = PayoutStatus::Settled(at.index);
        let posted = postings::payout_settled(event, payout.contract, &payout.instruction).map_err(wrong(at))?;
        self.balances.record(at.index, &posted)
    }

    pub(super) fn payout_failed(&mut self, at: &Moment, failed: &PayoutFailed) -> Result<(), FoldError> {
        let (event, payout) = self.payout_mut(at, failed.payout)?;
        payout.may_fail(event).map_err(refused(at))?;
        payout.status = PayoutStatus::Failed(at.index);
        let Payout { contract, instruction, .. } = *payout;
        let posted = postings::payout_failed(event, contract, &instruction, failed.reason).map_err(wrong(at))?;
        self.taken_back(at, &self.posted_by(event), &posted)
    }

    fn payout_mut(&mut self, at: &Moment, cited: EventRef) -> Result<(u64, &mut Payout), FoldError> {
        let event = at.resolve(cited);
        let payout = self.payouts.get_mut(event).ok_or_else(|| at.cites(event, "payout"))?;
        Ok((event, payout))
    }
}

fn refused(at: &Moment) -> impl FnOnce(PayoutError) -> FoldError {
    let index = at.index;
    move |error| FoldError::Payout { index, error }
}

pub(super) fn wrong(at: &Moment) -> impl FnOnce(PostingError) -> FoldError {
    let index = at.index;
    move |error| FoldError::Posting { index, error }
}
