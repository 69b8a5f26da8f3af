//! Payouts: within what is due and in coins there are, agreed to by the key of another party, which is not the one paid
//! either, settled or failed once.

use ledger_spec::account::Account;
use ledger_spec::event::Event;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;

use super::super::past::Past;
use super::super::payouts::{Payout, PayoutStatus};
use super::cited::not_a;
use super::money::{fits, wrong};
use super::{Judging, Refused, ensure};
use crate::royalty::{accounts, postings};

impl<P: Past> Judging<'_, P> {
    pub(super) fn payout_instructed(&mut self, index: u64, payout: &PayoutInstructed) -> Result<(), Refused> {
        self.known(payout.party)?;
        fits(payout.amount)?;
        let contract = self.contract_of(payout.contract, payout.party)?;
        let posted = postings::payout_instructed(index, contract, payout).map_err(wrong)?;
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
        ensure(payout.amount <= left, "overpayment", || {
            format!("{left} {} is due to party {}; {} is more", payout.currency, payout.party, payout.amount)
        })?;
        self.posts(&posted)
    }

    /// What an account owes, less what this submission took from it. What it added does not count yet.
    pub(super) fn left(&self, due: &Account) -> Result<Amount, Refused> {
        let taken = self.taken.iter().filter(|(account, _)| account == due).map(|(_, amount)| *amount);
        let left = Amount::try_sum(taken.chain([self.state.balances.of(due)])).map(|held| -held);
        left.map_err(|error| Refused { code: "amount", text: error.to_string() })
    }

    pub(super) fn payout_approved(&mut self, index: u64, approved: &PayoutApproved) -> Result<(), Refused> {
        let (payout, Payout { instruction, by, status, .. }) = self.payout(approved.payout)?;
        let payee = instruction.party;
        ensure(status == PayoutStatus::Instructed, "payout-status", || stands(payout, status))?;
        let (approver, alone) = (self.candidate.party, self.state.one_person_pays);
        ensure(by != approver || alone, "four-eyes", || {
            format!("payout {payout} was instructed by party {by}; another party's key has to approve it")
        })?;
        ensure(payee != approver || alone, "payee-approves", || {
            format!("payout {payout} is to party {payee} itself; the key of one that is not paid has to approve it")
        })?;
        self.payouts.insert(payout, PayoutStatus::Approved(index));
        Ok(())
    }

    pub(super) fn payout_settled(&mut self, index: u64, settled: &PayoutSettled) -> Result<(), Refused> {
        let (payout, Payout { status, .. }) = self.payout(settled.payout)?;
        ensure(matches!(status, PayoutStatus::Approved(_)), "payout-status", || stands(payout, status))?;
        self.payouts.insert(payout, PayoutStatus::Settled(index));
        Ok(())
    }

    pub(super) fn payout_failed(&mut self, index: u64, failed: &PayoutFailed) -> Result<(), Refused> {
        let (payout, Payout { instruction, status, .. }) = self.payout(failed.payout)?;
        let on_its_way = matches!(status, PayoutStatus::Instructed | PayoutStatus::Approved(_));
        ensure(on_its_way, "payout-status", || stands(payout, status))?;
        self.takes_out([(instruction.currency, instruction.amount.picos())].into_iter());
        self.payouts.insert(payout, PayoutStatus::Failed(index));
        Ok(())
    }

    /// A payout as the submission so far leaves it, and its instruction.
    fn payout(&self, cited: EventRef) -> Result<(u64, Payout), Refused> {
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

fn stands(payout: u64, status: PayoutStatus) -> String {
    match status {
        PayoutStatus::Instructed => format!("payout {payout} is not approved yet"),
        PayoutStatus::Approved(by) => format!("payout {payout} was approved by event {by}"),
        PayoutStatus::Settled(by) => {
            format!("payout {payout} was settled by event {by}; correct it with an adjustment")
        }
        PayoutStatus::Failed(by) => format!("payout {payout} failed, says event {by}; instruct another"),
    }
}
