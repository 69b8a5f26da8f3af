//! Money: what was received, brought in or corrected adds up, and is about what there is.

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Date;
use ledger_spec::event::money::{Adjustment, PaymentReceived};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};

use super::super::past::Past;
use super::super::volume::debits;
use super::cited::{not_a, with_other};
use super::{Judging, Refused, ensure};
use crate::royalty::accounts;
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
        PostingError::NothingPaid(_)
        | PostingError::NothingConverted { .. }
        | PostingError::Tax { .. }
        | PostingError::Amount(_) => "amount",
        PostingError::Rate(_) => "exchange-rate",
        PostingError::SameCurrency(_) => "same-currency",
        PostingError::NotWhole { .. } | PostingError::NotPayable(_) => "not-payable",
    };
    Refused { code, text: error.to_string() }
}

impl<P: Past> Judging<'_, P> {
    pub(super) fn payment(&mut self, index: u64, payment: &PaymentReceived) -> Result<(), Refused> {
        self.payment_once(index, payment)?;
        self.known(payment.payer)?;
        self.has_come(payment.date, "payment")?;
        for received in [payment.bank, payment.tax, payment.fee] {
            fits(received)?;
            ensure(received >= Amount::ZERO, "amount", || {
                format!("what came, and tax and fee kept of it, are not below zero: {received} is")
            })?;
        }
        let mut sources = Vec::with_capacity(payment.sources.len());
        for paid in &payment.sources {
            let source = self.resolve(paid.source);
            self.pays(source, payment, paid.amount)?;
            sources.push(source);
        }
        let posted = postings::payment_received(payment, &sources).map_err(wrong)?;
        debits(&posted).try_for_each(|(currency, size)| self.states(currency, size))
    }

    /// What moved at the bank moved by today.
    pub(super) fn has_come(&self, booked: Date, what: &str) -> Result<(), Refused> {
        let today = Date::of_unix_ms(self.candidate.recorded_at);
        ensure(booked <= today, "not-yet", || format!("a {what} of {booked} has not come yet: today is {today}"))
    }

    /// A part of a payment is by the party that reported the source, and within what that still owes. What it owes may
    /// be below zero, if more was taken back than sold.
    fn pays(&mut self, source: u64, payment: &PaymentReceived, part: Amount) -> Result<(), Refused> {
        let PaymentReceived { payer, currency, .. } = *payment;
        let known = self.state.sources.get(source).ok_or_else(not_a("source", source))?;
        let reported = known.reporting.iter().any(|reporting| reporting.currency == currency);
        if let Some(by) = known.reversed {
            let text = format!("source {source} was reversed by event {by}: it owes nothing any more");
            return Err(Refused { code: "source-reports-other", text });
        }
        let receivable = accounts::receivable(source, currency);
        // Plays without money are owed in the currency of their pool.
        let reported = reported || self.state.balances.find(&receivable).is_some();
        ensure(reported, "source-reports-other", || format!("source {source} reports nothing in {currency}"))?;
        ensure(known.reporter == payer, "payer-other", || {
            format!("source {source} was reported by party {}, who owes it; {payer} does not", known.reporter)
        })?;
        fits(part)?;
        let owed = -self.left(&receivable)?;
        let within = owed.min(Amount::ZERO) <= part && part <= owed.max(Amount::ZERO);
        ensure(within, "overpaid", || {
            format!("source {source} still owes {owed} {currency}; {part} is not a part of that")
        })?;
        self.taken.push((receivable, -part));
        Ok(())
    }

    pub(super) fn adjustment(&mut self, index: u64, adjustment: &Adjustment) -> Result<(), Refused> {
        self.is_remark(adjustment.remark)?;
        self.adjustment_once(index, adjustment)?;
        self.favours_another(adjustment.sides.iter().map(|side| (side.account, side.amount)))?;
        for side in &adjustment.sides {
            self.account(&side.account)?;
            self.adjusts(&side.account)?;
            fits(side.amount)?;
            ensure(!side.amount.is_zero(), "amount", || "a side of 0 moves nothing; leave it out".to_owned())?;
        }
        self.writes_off(adjustment)?;
        self.posts(&postings::adjustment(adjustment).map_err(wrong)?)
    }

    /// An account that can be corrected by hand: of a class that is known, with the fields that such accounts have, of a
    /// party, contract and source that are.
    fn account(&self, account: &Account) -> Result<(), Refused> {
        let known = account.class.name().is_some() && account.class != AccountClass::IN_TRANSIT;
        ensure(known, "account", || {
            format!("an account of class {} cannot be adjusted; what is in transit is settled or fails", account.class)
        })?;
        has_its_fields(account)?;
        if account.party != PartyId::NONE {
            self.known(account.party)?;
        }
        if account.contract != 0 {
            let agreed = self.agreed(EventRef::At(account.contract))?;
            ensure(agreed.first == account.contract, "cites-other", || {
                format!("event {} is no first version of a contract", account.contract)
            })?;
            // What was kept under a contract is nobody's account.
            let other = account.party != PartyId::NONE && agreed.party != account.party;
            ensure(!other, "contract-of-other", || with_other(&agreed, account.party))?;
        }
        let of_source = [AccountClass::RECEIVABLE, AccountClass::SUSPENSE].contains(&account.class);
        if of_source && account.origin != 0 {
            self.state.sources.get(account.origin).ok_or_else(not_a("source", account.origin))?;
        }
        self.is_outlay(account)?;
        self.is_kept(account)
    }
}

/// An account has the fields of its class and no others (SPEC.md section 13).
fn has_its_fields(account: &Account) -> Result<(), Refused> {
    let there = [
        account.party != PartyId::NONE,
        account.contract != 0,
        account.reason != SuspenseReason::default(),
        account.origin != 0,
    ];
    let names = ["a party", "a contract", "a reason", "an origin: its source, event or period"];
    for ((field, there), name) in accounts::fields(account.class).into_iter().zip(there).zip(names) {
        ensure(field.fits(there), "account-fields", || {
            let has = if there { "has not" } else { "has" };
            format!("an account of class {} {has} {name}", account.class)
        })?;
    }
    Ok(())
}
