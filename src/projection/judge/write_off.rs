//! Write-offs: what is owed to the house and will not come is given up, no more than that, and never what the house owes.

use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::money::{Adjustment, AdjustmentSide};
use ledger_spec::money::Amount;

use super::super::past::Past;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    /// An adjustment to write off credits what is owed, up to all of it, and debits what is written off.
    pub(super) fn writes_off(&mut self, adjustment: &Adjustment) -> Result<(), Refused> {
        if adjustment.reason != ReasonCode::WRITE_OFF {
            return Ok(());
        }
        for AdjustmentSide { account, amount } in &adjustment.sides {
            if account.class == AccountClass::WRITTEN_OFF && *amount > Amount::ZERO {
                continue;
            }
            let owes = [AccountClass::ADVANCE, AccountClass::RECEIVABLE, AccountClass::DUE].contains(&account.class);
            ensure(owes && amount.is_negative(), "write-off", || {
                "a write-off credits what a source still owes, what is not recouped, or what is due below zero, and \
                 debits what is written off; what is owed to a party is not written off"
                    .to_owned()
            })?;
            let owed = (-self.left(account)?).max(Amount::ZERO);
            ensure(amount.abs() <= owed, "write-off", || {
                format!("{owed} {} is owed there; {} is more than can be written off", account.currency, amount.abs())
            })?;
            if account.class != AccountClass::RECEIVABLE {
                // That one is noted with every adjustment.
                self.taken.push((*account, *amount));
            }
        }
        Ok(())
    }
}
