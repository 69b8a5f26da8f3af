//! What is due in another currency than its contract pays in, and so waits to be converted.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency};

use super::balances::Filter;
use super::rating::Settled;

/// A balance in another currency than its contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// Of class due, under a contract.
    pub account: Account,
    /// What is due; above zero.
    pub amount: Amount,
    /// The currency of the contract.
    pub into: Currency,
}

impl Settled<'_> {
    /// Everything that is due under a contract in another currency than the contract pays in on a day, in the
    /// order of the contracts. What a party owes is not converted, nor what is due under no contract, for which no currency was agreed.
    pub fn foreign(&self, day: Date) -> Vec<Foreign> {
        let due = Filter { class: Some(AccountClass::DUE), ..Filter::default() };
        let rows = self.balances().rows(&due).into_iter();
        let foreign = rows.filter_map(|row| {
            let (account, due) = (row.account, -row.amount);
            // What is held stays where it is.
            let amount = due.try_sub(self.held(&account, due)).ok()?;
            let (_, terms) = self.state.catalogue.terms_of(account.contract, day)?;
            let waits = amount > Amount::ZERO && terms.currency != account.currency;
            waits.then_some(Foreign { account, amount, into: terms.currency })
        });
        let mut foreign: Vec<Foreign> = foreign.collect();
        foreign.sort_by_key(|foreign| (foreign.account.contract, foreign.account.currency));
        foreign
    }
}
