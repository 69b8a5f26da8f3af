//! Money: what was received, brought in or corrected adds up, and is about what there is.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::event::money::{Adjustment, OpeningBalance, PaymentReceived};
use ledger_spec::money::Amount;
use ledger_spec::reference::PartyId;

use super::super::past::Past;
use super::cited::not_a;
use super::{Judging, Refused, ensure};
use crate::royalty::postings::{self, PostingError};

/// Most that an event may move at once: 10^12 units, a thousandth of what an account can hold.
const MOVED: i128 = 10i128.pow(12 + Amount::SCALE as u32);

/// Amounts are of a size that fits.
pub(super) fn fits(amount: Amount) -> Result<(), Refused> {
    ensure(amount.abs().picos() <= MOVED, "amount", || format!("{amount} is more than can be moved at once, 10^12"))
}

/// For `map_err`: an event that does not add up.
pub(super) fn wrong(error: PostingError) -> Refused {
    let code = match error {
        PostingError::Unbalanced { .. } => "unbalanced",
        PostingError::PaymentDiffers { .. } => "payment-differs",
        PostingError::NothingPaid(_) | PostingError::Tax { .. } | PostingError::Amount(_) => "amount",
        PostingError::NotWhole { .. } | PostingError::NotPayable(_) => "not-payable",
    };
    Refused { code, text: error.to_string() }
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn opening_balance(&self, balance: &OpeningBalance) -> Result<(), Refused> {
        self.known(balance.party)?;
        self.contract_of(balance.contract, balance.party)?;
        fits(balance.amount)
    }

    pub(super) fn payment(&self, payment: &PaymentReceived) -> Result<(), Refused> {
        self.known(payment.payer)?;
        [payment.bank, payment.tax, payment.fee].into_iter().try_for_each(fits)?;
        let mut sources = Vec::with_capacity(payment.sources.len());
        for paid in &payment.sources {
            let source = self.resolve(paid.source);
            let known = self.state.sources.get(source).ok_or_else(not_a("source", source))?;
            let reported = known.reporting.iter().any(|reporting| reporting.currency == payment.currency);
            ensure(reported && known.reversed.is_none(), "source-reports-other", || {
                format!("source {source} was reversed, or reports nothing in {}", payment.currency)
            })?;
            fits(paid.amount)?;
            sources.push(source);
        }
        postings::payment_received(payment, &sources).map(drop).map_err(wrong)
    }

    pub(super) fn adjustment(&mut self, adjustment: &Adjustment) -> Result<(), Refused> {
        self.is_remark(adjustment.remark)?;
        for side in &adjustment.sides {
            self.account(&side.account)?;
            fits(side.amount)?;
        }
        postings::adjustment(adjustment).map_err(wrong)?;
        for side in &adjustment.sides {
            if side.account.class == AccountClass::DUE && side.amount > Amount::ZERO {
                self.taken.push((side.account, side.amount));
            }
        }
        Ok(())
    }

    /// An account that can be corrected by hand: of a class that is known, of a party, contract and source that are.
    fn account(&self, account: &Account) -> Result<(), Refused> {
        let known = account.class.name().is_some() && account.class != AccountClass::IN_TRANSIT;
        ensure(known, "account", || {
            format!("an account of class {} cannot be adjusted; what is in transit is settled or fails", account.class)
        })?;
        if account.party != PartyId::NONE {
            self.known(account.party)?;
        }
        if account.contract != 0 {
            let here = matches!(self.here.get(&account.contract), Some(Event::Contract(contract)) if contract.amends.is_none());
            let first =
                self.state.catalogue.contracts.get(account.contract).is_some_and(|row| row.first == account.contract);
            ensure(here || first, "cites-other", || {
                format!("event {} is no first version of a contract", account.contract)
            })?;
        }
        let of_source = [AccountClass::RECEIVABLE, AccountClass::SUSPENSE].contains(&account.class);
        if of_source && account.origin != 0 {
            self.state.sources.get(account.origin).ok_or_else(not_a("source", account.origin))?;
        }
        Ok(())
    }
}
