//! The roll-forward of a period: what stood to a party's credit at its beginning, what changed it, and what stands at its
//! end, by party, contract and currency.
//!
//! A party's position is what its accounts *earned*, *due* and *advance* hold, on its own side: above zero is owed to it.
//! What is kept in reserve is outside, and shown beside it. Every entry of these accounts is in one column, so opening
//! and columns come to closing, and the closings of a currency to the trial balance.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::entries::{Entry, Origin};
use crate::projection::rating::Settled;
use crate::royalty::Movement;

/// Party, contract (by its first version, or zero) and currency.
pub type Holding = (PartyId, u64, Currency);

/// How a position went from opening to closing. Above zero is to the party's credit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RollForward {
    /// What stood before the period.
    pub opening: Amount,
    /// What usage earned, with steps of the rate and profit shares.
    pub earned: Amount,
    /// Recoupable costs.
    pub costs: Amount,
    /// Advances paid.
    pub advances: Amount,
    /// Kept back against returns.
    pub reserves_held: Amount,
    /// Let go of what was kept back.
    pub reserves_released: Amount,
    /// Came from, or went to, another currency, contract or party: conversion, crossing, letters of direction.
    pub transfers: Amount,
    /// Corrected by hand, taken back, given up, or brought in from another system.
    pub adjustments: Amount,
    /// Withheld from payouts as tax.
    pub tax: Amount,
    /// Paid out, as ordered; what the bank refused is due again.
    pub paid: Amount,
    /// What stands after it.
    pub closing: Amount,
    /// Kept in reserve after it, outside the position.
    pub reserve: Amount,
}

impl RollForward {
    /// Whether there is nothing to show.
    fn is_nothing(&self) -> bool {
        *self == RollForward::default()
    }

    /// The column of a movement. What was earned becomes due within the position, as what is recouped leaves it at once
    /// in two accounts: in whatever column, it comes to nothing.
    fn column(&mut self, movement: Movement) -> &mut Amount {
        match movement {
            Movement::Usage | Movement::Escalation | Movement::ProfitShare | Movement::Closed => &mut self.earned,
            Movement::Cost => &mut self.costs,
            Movement::Advance => &mut self.advances,
            Movement::ReserveKept => &mut self.reserves_held,
            Movement::ReserveReleased => &mut self.reserves_released,
            Movement::Converted | Movement::Crossed | Movement::MadeUp | Movement::Directed => &mut self.transfers,
            Movement::Payout | Movement::Failed => &mut self.paid,
            _ => &mut self.adjustments,
        }
    }
}

impl Settled<'_> {
    /// The roll-forward of every position in a period, by these entries.
    pub fn roll_forward(
        &self,
        entries: &[Entry],
        period: Period,
    ) -> Result<BTreeMap<Holding, RollForward>, AmountError> {
        let mut positions: BTreeMap<Holding, RollForward> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.period <= period) {
            let Account { class, party, contract, currency, .. } = entry.account;
            let position = positions.entry((party, contract, currency)).or_default();
            let change = -entry.amount;
            match class {
                AccountClass::EARNED | AccountClass::DUE | AccountClass::ADVANCE => {}
                AccountClass::RESERVE => {
                    position.reserve = position.reserve.try_add(change)?;
                    continue;
                }
                _ => continue,
            }
            position.closing = position.closing.try_add(change)?;
            if entry.period < period {
                position.opening = position.closing;
                continue;
            }
            let tax = self.tax_of(entry)?;
            position.tax = position.tax.try_add(tax)?;
            let column = position.column(entry.movement);
            *column = column.try_add(change)?.try_sub(tax)?;
        }
        positions.retain(|_, position| !position.is_nothing());
        Ok(positions)
    }

    /// What of a payout's change to what is due is tax: below zero is withheld, above was withheld and is due again.
    fn tax_of(&self, entry: &Entry) -> Result<Amount, AmountError> {
        let Origin::Event(event) = entry.origin else { return Ok(Amount::ZERO) };
        if !matches!(entry.movement, Movement::Payout | Movement::Failed) {
            return Ok(Amount::ZERO);
        }
        let balances = &self.state.balances;
        let tax = balances.posted_by(event).iter().filter(|line| {
            balances.account(line.account).is_some_and(|account| account.class == AccountClass::TAX_PAYABLE)
        });
        Amount::try_sum(tax.map(|line| line.amount))
    }
}
