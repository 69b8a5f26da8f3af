//! Postings: the balanced double entry that each event turns into (DESIGN section 4).
//!
//! Debits are above zero, credits below; the postings of an event sum to zero in each currency. Whether an event may
//! happen at all (a payout within what is due, a period without open sources) is the writer's to judge; what is
//! refused here is an event that does not add up in itself. Approving a payout posts nothing.

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::money::{
    Adjustment, AdvancePaid, Converted, CostCharged, OpeningBalance, PaymentReceived, PayoutInstructed,
};
use ledger_spec::money::{Amount, AmountError, Currency, Ratio, SourceAmount, minor_units};
use thiserror::Error;

use super::accounts;
use super::cell::Posting;
use super::why::Why;

/// An event that does not add up in itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PostingError {
    /// The sides of an adjustment do not sum to zero.
    #[error("the sides of an adjustment must sum to zero in each currency: in {currency} they sum to {sum}")]
    Unbalanced {
        /// The currency.
        currency: Currency,
        /// What they sum to.
        sum: Amount,
    },
    /// What a payment settles is not what came and what was kept of it.
    #[error("a payment of {received} (bank, tax and fee) cannot settle {settled}: the sources must sum to the payment")]
    PaymentDiffers {
        /// Bank, tax and fee.
        received: Amount,
        /// The sources.
        settled: Amount,
    },
    /// Nothing, or less, is paid out.
    #[error("a payout must be above zero, not {0}")]
    NothingPaid(Amount),
    /// The tax is negative or more than what is paid.
    #[error("tax withheld must be between zero and the payout: {tax} is not, of {amount}")]
    Tax {
        /// The tax.
        tax: Amount,
        /// What leaves the balance.
        amount: Amount,
    },
    /// A part of a cent cannot be paid.
    #[error("{amount} {currency} cannot be paid: {currency} has {decimals} decimals; leave the rest in the balance")]
    NotWhole {
        /// The amount.
        amount: Amount,
        /// The currency.
        currency: Currency,
        /// Its decimals.
        decimals: u8,
    },
    /// The currency has no minor unit that a bank could pay in.
    #[error("nothing can be paid in {0}: ISO 4217 gives it no minor unit")]
    NotPayable(Currency),
    /// A rate of exchange that says nothing.
    #[error("a rate of exchange must be above zero, not {0}")]
    Rate(SourceAmount),
    /// Nothing, or less, is converted, or comes of it.
    #[error("what is converted, and what comes of it, must be above zero: {amount} {from} comes to {converted} {to}")]
    NothingConverted {
        /// What leaves the balance.
        amount: Amount,
        /// Of this currency.
        from: Currency,
        /// What comes in its place.
        converted: Amount,
        /// Of this currency.
        to: Currency,
    },
    /// From a currency into itself.
    #[error("{0} is converted into another currency, not into itself")]
    SameCurrency(Currency),
    /// Beyond what an account can hold.
    #[error(transparent)]
    Amount(#[from] AmountError),
}

fn posting(account: Account, amount: Amount, why: Why) -> Posting {
    Posting { account, amount, why }
}

/// Postings without those of nothing.
fn entry(postings: impl IntoIterator<Item = Posting>) -> Vec<Posting> {
    postings.into_iter().filter(|posting| !posting.amount.is_zero()).collect()
}

/// A source is closed: the difference between its exact total, rounded once, and the lines, each rounded.
pub fn source_closed(source: u64, currency: Currency, residue: Amount) -> Vec<Posting> {
    entry([
        posting(accounts::receivable(source, currency), residue, Why::Residue),
        posting(accounts::rounding(currency), -residue, Why::Residue),
    ])
}

/// A balance is brought in. It was closed where it comes from, so it is due, unless it is a reserve that is still kept,
/// or an advance that is not recouped. `index` is the event's own.
pub fn opening_balance(index: u64, contract: u64, event: &OpeningBalance) -> Vec<Posting> {
    let OpeningBalance { party, class, origin, amount, currency, .. } = *event;
    let account = match (class, origin) {
        (AccountClass::ADVANCE, _) => accounts::advance(party, contract, index, currency),
        (AccountClass::RESERVE, Some(origin)) => accounts::reserve(party, contract, origin, currency),
        _ => accounts::due(party, contract, currency),
    };
    entry([
        posting(accounts::opening(currency), amount, Why::OpeningBalance),
        posting(account, -amount, Why::OpeningBalance),
    ])
}

/// An advance was paid: the party owes it, until it is recouped.
pub fn advance_paid(index: u64, contract: u64, event: &AdvancePaid) -> Vec<Posting> {
    let AdvancePaid { party, amount, currency, .. } = *event;
    entry([
        posting(accounts::advance(party, contract, index, currency), amount, Why::AdvancePaid),
        posting(accounts::bank(currency), -amount, Why::AdvancePaid),
    ])
}

/// A cost was paid for a contract: the part to be recouped stands like an advance, the rest is the operator's. Under a
/// profit share nothing is recouped, because the close counts all of it.
pub fn cost_charged(
    index: u64,
    contract: u64,
    profit_share: bool,
    event: &CostCharged,
) -> Result<Vec<Posting>, PostingError> {
    let CostCharged { party, amount, currency, recoupable, .. } = *event;
    let recouped = if profit_share { Amount::ZERO } else { amount.mul_ratio(recoupable)? };
    let borne = amount.try_sub(recouped)?;
    Ok(entry([
        posting(accounts::advance(party, contract, index, currency), recouped, Why::CostCharged),
        posting(accounts::costs(contract, currency), borne, Why::CostBorne),
        posting(accounts::bank(currency), -amount, Why::CostCharged),
    ]))
}

/// Money came in: 95 to the bank, 3 kept as tax and 1 as fee settle 99 of the 100 that a source reported.
///
/// `sources` are the indexes of the sources that the event settles, in its order.
pub fn payment_received(event: &PaymentReceived, sources: &[u64]) -> Result<Vec<Posting>, PostingError> {
    let PaymentReceived { currency, bank, tax, fee, .. } = *event;
    let received = Amount::try_sum([bank, tax, fee])?;
    let settled = Amount::try_sum(event.sources.iter().map(|source| source.amount))?;
    if received != settled || sources.len() != event.sources.len() {
        return Err(PostingError::PaymentDiffers { received, settled });
    }
    let came = [
        posting(accounts::bank(currency), bank, Why::Received),
        posting(accounts::tax_recoverable(currency), tax, Why::TaxKept),
        posting(accounts::fees(currency), fee, Why::FeeKept),
    ];
    let settles =
        event.sources.iter().zip(sources).map(|(paid, &source)| {
            posting(accounts::receivable(source, currency), -paid.amount, Why::Settles { source })
        });
    Ok(entry(came.into_iter().chain(settles)))
}

/// What is due in one currency becomes due in another: `amount x rate`, rounded half to even once, at 10^-12.
///
/// The exchange accounts hold the difference of two currencies, each in its own; what that is worth is said by an
/// adjustment, once the bank has exchanged the money. `contract` is the first version, or zero.
pub fn converted(contract: u64, event: &Converted) -> Result<Vec<Posting>, PostingError> {
    let Converted { party, from, amount, to, rate, date, source, .. } = *event;
    if rate.mantissa() <= 0 {
        return Err(PostingError::Rate(rate));
    }
    if from == to {
        return Err(PostingError::SameCurrency(from));
    }
    let converted = amount.mul_decimal(rate)?;
    if amount <= Amount::ZERO || converted <= Amount::ZERO {
        return Err(PostingError::NothingConverted { amount, from, converted, to });
    }
    let why = Why::Converted { from, amount, to, rate, date, source };
    Ok(entry([
        posting(accounts::due(party, contract, from), amount, why),
        posting(accounts::exchange(from), -amount, why),
        posting(accounts::exchange(to), converted, why),
        posting(accounts::due(party, contract, to), -converted, why),
    ]))
}

/// A correction by hand: its sides, if they balance.
pub fn adjustment(event: &Adjustment) -> Result<Vec<Posting>, PostingError> {
    let why = Why::Adjustment { reason: event.reason };
    let postings = entry(event.sides.iter().map(|side| posting(side.account, side.amount, why)));
    for Posting { account: Account { currency, .. }, .. } in &postings {
        let same = postings.iter().filter(|other| other.account.currency == *currency);
        let sum = Amount::try_sum(same.map(|posting| posting.amount))?;
        if !sum.is_zero() {
            return Err(PostingError::Unbalanced { currency: *currency, sum });
        }
    }
    Ok(postings)
}

/// An event counts no longer: what it posted is taken back, side by side.
pub fn reversed(postings: &[Posting], target: u64, reason: ReasonCode) -> Vec<Posting> {
    taken_back(postings, Why::Reversed { target, reason })
}

fn taken_back(postings: &[Posting], why: Why) -> Vec<Posting> {
    postings.iter().map(|side| posting(side.account, -side.amount, why)).collect()
}

/// The tax on a payout of whole minor units by a form's rate: `amount x rate`, rounded half to even once, to the minor
/// unit.
pub fn withheld(amount: Amount, currency: Currency, rate: Ratio) -> Result<Amount, PostingError> {
    let decimals = minor_units(currency).ok_or(PostingError::NotPayable(currency))?;
    let step = 10i128.pow(Amount::SCALE.saturating_sub(decimals).into());
    // In minor units, so that it is rounded but once.
    let tax = Amount::from_picos(amount.picos() / step)?.mul_ratio(rate)?;
    Ok(Amount::from_picos(tax.picos() * step)?)
}

/// A payout is ordered: it leaves what is due, and is in transit until the bank answers; tax stays behind.
///
/// `payout` is the instruction's own index, `contract` the first version of its contract or zero.
pub fn payout_instructed(payout: u64, contract: u64, event: &PayoutInstructed) -> Result<Vec<Posting>, PostingError> {
    let PayoutInstructed { party, currency, amount, tax, .. } = *event;
    if amount <= Amount::ZERO {
        return Err(PostingError::NothingPaid(amount));
    }
    if tax.is_negative() || tax > amount {
        return Err(PostingError::Tax { tax, amount });
    }
    let decimals = minor_units(currency).ok_or(PostingError::NotPayable(currency))?;
    for amount in [amount, tax] {
        let (_, rest) = amount.round(decimals)?;
        if !rest.is_zero() {
            return Err(PostingError::NotWhole { amount, currency, decimals });
        }
    }
    Ok(entry([
        posting(accounts::due(party, contract, currency), amount, Why::PayoutInstructed),
        posting(accounts::in_transit(party, contract, payout, currency), -amount.try_sub(tax)?, Why::PayoutInstructed),
        posting(accounts::tax_payable(party, currency), -tax, Why::TaxWithheld),
    ]))
}

/// The bank paid what was in transit.
pub fn payout_settled(payout: u64, contract: u64, event: &PayoutInstructed) -> Result<Vec<Posting>, PostingError> {
    let PayoutInstructed { party, currency, amount, tax, .. } = *event;
    let (paid, why) = (amount.try_sub(tax)?, Why::PayoutSettled { payout });
    Ok(entry([
        posting(accounts::in_transit(party, contract, payout, currency), paid, why),
        posting(accounts::bank(currency), -paid, why),
    ]))
}

/// The bank did not pay: the instruction is taken back.
pub fn payout_failed(
    payout: u64,
    contract: u64,
    event: &PayoutInstructed,
    reason: ReasonCode,
) -> Result<Vec<Posting>, PostingError> {
    Ok(taken_back(&payout_instructed(payout, contract, event)?, Why::PayoutFailed { payout, reason }))
}
