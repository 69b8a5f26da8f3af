//! Payouts: instructed, approved by another party's key, then settled or failed.

use bincode::{Decode, Encode};
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::reference::{EventRef, PartyId};

use super::catalogue::Moment;
use super::error::FoldError;
use super::state::State;
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

impl State {
    pub(super) fn payout_instructed(&mut self, at: &Moment, instruction: &PayoutInstructed) -> Result<(), FoldError> {
        let contract = self.catalogue.first_version(at, instruction.contract)?;
        let posted = postings::payout_instructed(at.index, contract, instruction);
        self.stated(at, &posted.map_err(wrong(at))?)?;
        let payout = Payout { instruction: *instruction, contract, by: at.by, status: PayoutStatus::Instructed };
        self.payouts.push(at.index, payout)?;
        Ok(())
    }

    pub(super) fn payout_approved(&mut self, at: &Moment, approved: &PayoutApproved) -> Result<(), FoldError> {
        self.payout_mut(at, approved.payout)?.1.status = PayoutStatus::Approved(at.index);
        Ok(())
    }

    pub(super) fn payout_settled(&mut self, at: &Moment, settled: &PayoutSettled) -> Result<(), FoldError> {
        let (event, payout) = self.payout_mut(at, settled.payout)?;
        payout.status = PayoutStatus::Settled(at.index);
        let posted = postings::payout_settled(event, payout.contract, &payout.instruction).map_err(wrong(at))?;
        self.balances.record(at.index, &posted)
    }

    pub(super) fn payout_failed(&mut self, at: &Moment, failed: &PayoutFailed) -> Result<(), FoldError> {
        let (event, payout) = self.payout_mut(at, failed.payout)?;
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

pub(super) fn wrong(at: &Moment) -> impl FnOnce(PostingError) -> FoldError {
    let index = at.index;
    move |error| FoldError::Posting { index, error }
}
