//! Conversions: within what is due, at a rate of a day that has come, and not by the party whose money it is.

use ledger_spec::event::money::Converted;

use super::super::past::Past;
use super::money::{fits, wrong};
use super::{Judging, Refused, ensure};
use crate::royalty::{accounts, postings};

impl<P: Past> Judging<'_, P> {
    pub(super) fn converted(&mut self, index: u64, converted: &Converted) -> Result<(), Refused> {
        let Converted { party, amount, from, date, .. } = *converted;
        self.known(party)?;
        let contract = self.contract_of(converted.contract, party)?;
        self.has_come(date, "rate of exchange")?;
        fits(amount)?;
        let posted = postings::converted(contract, converted).map_err(wrong)?;
        posted.iter().try_for_each(|side| fits(side.amount))?;
        // Whoever sets the rate sets what is due.
        self.favours_another(posted.iter().map(|side| (side.account, side.amount)))?;
        let due = accounts::due(party, contract, from);
        self.converted_once(index, converted, &due)?;
        let left = self.left(&due)?;
        ensure(amount <= left, "more-than-due", || {
            format!("{left} {from} is due to party {party}; {amount} is more than can be converted")
        })?;
        self.posts(&posted)
    }
}
