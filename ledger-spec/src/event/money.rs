//! Money (class 5): what came in, what is corrected, what goes out. Private; frozen (SPEC.md section 12).

use bincode::{Decode, Encode};
use serde::Serialize;

use crate::account::Account;
use crate::code::{AccountClass, CostKind, HoldReason, RateSource, ReasonCode, TaxFormKind};
use crate::date::{Date, Period};
use crate::hash::Hash;
use crate::money::{Amount, Currency, Ratio, SourceAmount};
use crate::reference::{EventRef, PartyId, Territory};

/// A balance brought in from another system. Posts against opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct OpeningBalance {
    /// Whose.
    pub party: PartyId,
    /// Under which contract.
    pub contract: Option<EventRef>,
    /// The day it stood.
    pub as_of: Date,
    /// What it is: due, a reserve, or an advance that is not recouped.
    pub class: AccountClass,
    /// Of a reserve, the period it was kept back in.
    pub origin: Option<Period>,
    /// What is owed to the party; below zero if it owes. An advance is below zero.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// SHA-256 of the evidence.
    pub evidence: Hash,
}

/// The part of a payment that settles one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct SourcePayment {
    /// The source, by its first event.
    pub source: EventRef,
    /// How much of what it reported.
    pub amount: Amount,
}

/// Money came in. What it settles is what came to the bank and what was kept as tax and fee on the way.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PaymentReceived {
    /// Who paid.
    pub payer: PartyId,
    /// The day it was booked.
    pub date: Date,
    /// Its currency.
    pub currency: Currency,
    /// What came to the bank.
    pub bank: Amount,
    /// Tax kept on the way that can be claimed back.
    pub tax: Amount,
    /// Fees kept on the way.
    pub fee: Amount,
    /// The sources it settles; together they are `bank + tax + fee`.
    pub sources: Vec<SourcePayment>,
}

/// One side of an adjustment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct AdjustmentSide {
    /// The account.
    pub account: Account,
    /// Debit above zero, credit below.
    pub amount: Amount,
}

/// A correction by hand. Its sides sum to zero in each currency.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Adjustment {
    /// The sides.
    pub sides: Vec<AdjustmentSide>,
    /// Why, as a code.
    pub reason: ReasonCode,
    /// Why, as a sentence the payee will read: a remark.
    pub remark: EventRef,
    /// SHA-256 of the evidence, if there is any.
    pub evidence: Option<Hash>,
}

/// An earlier event, or a whole source, counts no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Reversal {
    /// The event; the first event of a source stands for all of it.
    pub target: EventRef,
    /// Why, as a code.
    pub reason: ReasonCode,
    /// Why, as a sentence the payee will read: a remark.
    pub remark: EventRef,
}

/// A payment to a party is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PayoutInstructed {
    /// Whom.
    pub party: PartyId,
    /// Under which contract.
    pub contract: Option<EventRef>,
    /// The currency.
    pub currency: Currency,
    /// What leaves the balance, in whole minor units: what is paid and the tax together.
    pub amount: Amount,
    /// Tax withheld from it.
    pub tax: Amount,
    /// The day it is to be paid.
    pub date: Date,
}

/// Another party's key agrees to a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PayoutApproved {
    /// The instruction.
    pub payout: EventRef,
}

/// The bank paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PayoutSettled {
    /// The instruction.
    pub payout: EventRef,
    /// The day it was booked.
    pub date: Date,
    /// SHA-256 of the bank's reference.
    pub bank_reference: Hash,
}

/// The bank did not pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PayoutFailed {
    /// The instruction.
    pub payout: EventRef,
    /// Why.
    pub reason: ReasonCode,
}

/// An advance was paid. It is recouped from what the party earns under the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct AdvancePaid {
    /// Whom.
    pub party: PartyId,
    /// Under which contract.
    pub contract: EventRef,
    /// The day it was booked.
    pub date: Date,
    /// How much.
    pub amount: Amount,
    /// The currency.
    pub currency: Currency,
    /// SHA-256 of the bank's reference.
    pub bank_reference: Hash,
}

/// A cost was paid on behalf of a contract. A part of it is recouped from what the party earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct CostCharged {
    /// The party of the contract.
    pub party: PartyId,
    /// The contract.
    pub contract: EventRef,
    /// The day it was booked.
    pub date: Date,
    /// What it was for.
    #[serde(rename = "type")]
    pub kind: CostKind,
    /// The recording it was for.
    pub recording: Option<EventRef>,
    /// How much was paid.
    pub amount: Amount,
    /// The currency.
    pub currency: Currency,
    /// How much of it is recouped; the rest is the operator's. A profit share counts all of it.
    pub recoupable: Ratio,
    /// SHA-256 of the invoice.
    pub evidence: Hash,
}

/// What is due to a party was converted into another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Converted {
    /// Whose.
    pub party: PartyId,
    /// Under which contract.
    pub contract: Option<EventRef>,
    /// The currency that leaves the balance.
    pub from: Currency,
    /// How much of it.
    pub amount: Amount,
    /// The currency that comes in its place.
    pub to: Currency,
    /// Units of `to` for one of `from`.
    pub rate: SourceAmount,
    /// The day of the rate.
    pub date: Date,
    /// Where the rate is from.
    pub source: RateSource,
    /// The same in words: a remark.
    pub remark: Option<EventRef>,
}

/// By what form, and at what rate, tax is withheld from what a party is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct TaxForm {
    /// The party.
    pub party: PartyId,
    /// The form.
    pub form: TaxFormKind,
    /// Where the party is taxed.
    pub country: Territory,
    /// How much of a payout is withheld.
    pub rate: Ratio,
    /// The article of the treaty that allows the rate, or zero.
    pub article: u16,
    /// First day of payment it holds for.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// SHA-256 of the form.
    pub evidence: Hash,
    /// An earlier form that this one takes the place of.
    pub replaces: Option<EventRef>,
}

/// What is due to a party is not paid out, for a reason that the payee reads. It ends with its reversal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Hold {
    /// Whose.
    pub party: PartyId,
    /// Under which contract; none is what is due without one.
    pub contract: Option<EventRef>,
    /// The currency.
    pub currency: Currency,
    /// How much of it. None is all there is, and all that becomes due.
    pub amount: Option<Amount>,
    /// Why, as a code.
    pub reason: HoldReason,
    /// Why, as a sentence the payee will read: a remark.
    pub remark: EventRef,
}

impl TaxForm {
    /// Whether it holds for payments of that day.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}
