//! What is owed to the house: by a party under a contract, or by a source for what it reported.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;

use super::balances::Filter;
use super::rating::Settled;
use crate::royalty::accounts;

/// A balance that is owed to the house, above zero.
pub type Owing = (Account, Amount);

impl Settled<'_> {
    /// What a party owes in a currency under a contract, or with zero under none: what is due below zero first, then
    /// advances and costs that are not recouped, in the order they were recorded.
    pub fn owed_by(&self, party: PartyId, contract: u64, currency: Currency) -> Vec<Owing> {
        let filter = |class| Filter {
            class: Some(class),
            party: Some(party),
            contract: Some(contract),
            currency: Some(currency),
            ..Filter::default()
        };
        let rows = |class| self.balances().rows(&filter(class));
        let mut advances = rows(AccountClass::ADVANCE);
        advances.sort_by_key(|row| row.account.origin);
        let all = rows(AccountClass::DUE).into_iter().chain(advances);
        all.map(|row| (row.account, row.amount)).filter(|(_, amount)| *amount > Amount::ZERO).collect()
    }

    /// What a source still owes in a currency.
    pub fn owed_for(&self, source: u64, currency: Currency) -> Vec<Owing> {
        let account = accounts::receivable(source, currency);
        let amount = self.balances().of(&account);
        (amount > Amount::ZERO).then_some((account, amount)).into_iter().collect()
    }
}
