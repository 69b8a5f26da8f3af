//! Holds: of a party there is, of its own contract, with a reason and a sentence, said once. What is held is neither paid
//! nor converted.

use ledger_spec::account::Account;
use ledger_spec::event::money::Hold;
use ledger_spec::money::Amount;
use ledger_spec::reference::PartyId;

use super::super::past::Past;
use super::money::fits;
use super::{Judging, Refused, ensure};
use crate::royalty::accounts;

impl<P: Past> Judging<'_, P> {
    pub(super) fn hold(&mut self, index: u64, hold: &Hold) -> Result<(), Refused> {
        let Hold { party, currency, amount, reason, .. } = *hold;
        self.known(party)?;
        let contract = self.contract_of(hold.contract, party)?;
        self.is_remark(hold.remark)?;
        ensure(reason.name().is_some(), "unknown-reason", || format!("{reason} is no reason of a hold that is known"))?;
        amount.map_or(Ok(()), fits)?;
        ensure(amount.is_none_or(|amount| amount > Amount::ZERO), "amount", || {
            "an amount above zero is held, or all of it: leave amount out".to_owned()
        })?;
        let due = accounts::due(party, contract, currency);
        // A file that is appended again would hold twice as much.
        let same = |other: &Hold| (other.amount, other.reason) == (amount, reason);
        let known = self.state.catalogue.holds_on(&due).find(|(_, other)| same(other)).map(|(event, _)| event);
        let here = self.holds.iter().find(|(_, on, other)| *on == due && same(other)).map(|(event, ..)| *event);
        if let Some(first) = known.or(here) {
            let text = format!("event {first} holds as much of the same balance already, for the same reason");
            return Err(Refused { code: "said-already", text });
        }
        self.holds.push((index, due, *hold));
        Ok(())
    }

    /// What of an amount is not held. What this submission lets go of is held until the next one.
    pub(super) fn free(&self, due: &Account, amount: Amount) -> Result<Amount, Refused> {
        let here = self.holds.iter().filter(|(_, on, _)| on == due).map(|(_, _, hold)| hold);
        let held = self.state.catalogue.held(due, amount, here);
        amount.try_sub(held).map_err(|error| Refused { code: "amount", text: error.to_string() })
    }

    /// What leaves a balance is not held there.
    pub(super) fn is_free(&self, due: &Account, there: Amount, amount: Amount) -> Result<(), Refused> {
        let free = self.free(due, there)?;
        ensure(amount <= free || amount > there, "held", || {
            format!(
                "of {there} {} that is due to party {}, {free} is not held; cantus pay due shows why, and a reversal of the \
                 hold ends it",
                due.currency, due.party
            )
        })
    }

    /// Who is paid does not end a hold.
    pub(super) fn lets_go(&self, target: u64, party: PartyId) -> Result<(), Refused> {
        ensure(self.is_operator() || self.candidate.party != party, "own-favour", || {
            format!(
                "party {party} may not end hold {target} of its own money; another party's key has to, or an operator"
            )
        })
    }
}
