//! Volume: what a submission states is within what a currency can hold, all that is stated already counted.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};

use super::super::past::Past;
use super::super::volume::{self, debits};
use super::{Judging, Refused, ensure};
use crate::royalty::Posting;

impl<P: Past> Judging<'_, P> {
    /// More money is stated.
    pub(super) fn states(&mut self, currency: Currency, size: i128) -> Result<(), Refused> {
        self.has_room(currency, size)?;
        *self.volume(currency) += size;
        Ok(())
    }

    /// As much more may be stated.
    pub(super) fn has_room(&mut self, currency: Currency, size: i128) -> Result<(), Refused> {
        ensure(*self.volume(currency) + size <= volume::LIMIT, "amount", || {
            format!(
                "the books would hold more than 10^14 {currency}, every amount counted by its size; reverse what was \
                 stated by mistake first"
            )
        })
    }

    /// An event posts by itself. What it takes out of what is due, and does to what sources owe, counts for the rest
    /// of the submission.
    pub(super) fn posts(&mut self, postings: &[Posting]) -> Result<(), Refused> {
        self.takes(postings.iter().map(|posting| (posting.account, posting.amount)));
        debits(postings).try_for_each(|(currency, size)| self.states(currency, size))
    }

    /// What an event posted counts no longer.
    pub(super) fn takes_back(&mut self, postings: &[Posting]) {
        self.takes(postings.iter().map(|posting| (posting.account, -posting.amount)));
        self.takes_out(debits(postings));
    }

    fn takes(&mut self, sides: impl Iterator<Item = (Account, Amount)>) {
        self.taken.extend(sides.filter(|(account, amount)| match account.class {
            AccountClass::DUE => *amount > Amount::ZERO,
            class => class == AccountClass::RECEIVABLE,
        }));
    }

    /// What was stated counts no longer.
    pub(super) fn takes_out(&mut self, stated: impl Iterator<Item = (Currency, i128)>) {
        stated.for_each(|(currency, size)| *self.volume(currency) -= size);
    }

    /// The volume of a currency as the submission so far leaves it.
    fn volume(&mut self, currency: Currency) -> &mut i128 {
        self.volumes.entry(currency).or_insert_with(|| self.state.volume(currency))
    }
}
