//! The trial balance: what all accounts hold, by class. In each currency debits and credits come to the same.

use std::collections::BTreeMap;

use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, AmountError, Currency};
use serde::Serialize;

use super::restated::Shown;
use crate::projection::balances::Row;

/// What accounts hold in debit, and what others hold in credit; neither is below zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// The sum of the accounts in debit.
    pub debit: Amount,
    /// The sum of the accounts in credit.
    pub credit: Amount,
}

impl Sides {
    /// An amount, debit above zero, on its side.
    pub fn of(amount: Amount) -> Sides {
        match amount.is_negative() {
            true => Sides { credit: -amount, ..Sides::default() },
            false => Sides { debit: amount, ..Sides::default() },
        }
    }

    /// Both sides added up.
    pub fn plus(self, other: Sides) -> Result<Sides, AmountError> {
        Ok(Sides { debit: self.debit.try_add(other.debit)?, credit: self.credit.try_add(other.credit)? })
    }
}

/// The sums of the rows in each currency, by class; of restated books by what is shown.
pub fn trial_balance(rows: &[(Shown, Row)]) -> Result<BTreeMap<(Shown, Currency, AccountClass), Sides>, AmountError> {
    let mut sums: BTreeMap<(Shown, Currency, AccountClass), Sides> = BTreeMap::new();
    for (shown, Row { account, amount }) in rows {
        let sum = sums.entry((*shown, account.currency, account.class)).or_default();
        *sum = sum.plus(Sides::of(*amount))?;
    }
    Ok(sums)
}
