//! Holds: what is due to a party and not paid out, because somebody says why. The end of a hold is its reversal.

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::event::money as event;
use ledger_spec::money::Amount;

use super::super::error::FoldError;
use super::super::table::{Fact, Status};
use super::works::facts;
use super::{Catalogue, Moment};
use crate::royalty::accounts;

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Hold {
    pub status: Status,
    /// The first version of its contract, or zero.
    pub contract: u64,
    /// What was said.
    pub said: event::Hold,
}

facts!(Hold);

impl Hold {
    fn due(&self) -> Account {
        accounts::due(self.said.party, self.contract, self.said.currency)
    }
}

impl Catalogue {
    pub(super) fn hold(&mut self, at: &Moment, hold: &event::Hold) -> Result<(), FoldError> {
        let contract = self.first_version(at, hold.contract)?;
        let row = Hold { status: Status::new(at.by, None), contract, said: *hold };
        let number = self.holds.state(at.index, row)?;
        let party = self.parties.entry(hold.party).or_default();
        self.lists.holds.push(&mut party.holds, number).ok_or(FoldError::TooMany { index: at.index })
    }

    /// The holds that count of what is due on an account, in the order they were recorded.
    pub(crate) fn holds_on(&self, due: &Account) -> impl Iterator<Item = (u64, &event::Hold)> {
        let list = self.parties.get(&due.party).map(|party| party.holds).unwrap_or_default();
        let rows = self.lists.holds.iter(list).filter_map(|number| self.holds.row(number));
        let of_account = rows.filter(move |(_, hold)| hold.status.is_live() && hold.due() == *due);
        of_account.map(|(event, hold)| (event, &hold.said))
    }

    /// How much of an amount that is due on an account is held, by these holds beside those that count.
    pub(crate) fn held<'h>(
        &'h self,
        due: &Account,
        amount: Amount,
        beside: impl Iterator<Item = &'h event::Hold>,
    ) -> Amount {
        let mut holds = self.holds_on(due).map(|(_, hold)| hold).chain(beside);
        // All of it, and a sum beyond what an amount can be, is more than there is.
        let sum = holds.try_fold(Amount::ZERO, |sum, hold| sum.try_add(hold.amount?).ok());
        sum.map_or(amount, |sum| sum.min(amount)).max(Amount::ZERO)
    }
}
