//! The chart of accounts: which fields an account of each class has (DESIGN section 4, SPEC.md section 13).
//!
//! Two events that mean the same account build the same one here, so every account is made here and nowhere else.

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::Currency;
use ledger_spec::reference::PartyId;

/// Where money is.
pub const fn bank(currency: Currency) -> Account {
    Account::of(AccountClass::BANK, currency)
}

/// What a source reported and has not paid yet.
pub const fn receivable(source: u64, currency: Currency) -> Account {
    Account { origin: source, ..Account::of(AccountClass::RECEIVABLE, currency) }
}

/// What was paid ahead of what a party earns under a contract, by the event that says so, and is not recouped yet.
pub const fn advance(party: PartyId, contract: u64, outlay: u64, currency: Currency) -> Account {
    Account { party, contract, origin: outlay, ..Account::of(AccountClass::ADVANCE, currency) }
}

/// Tax kept on the way, to be claimed back.
pub const fn tax_recoverable(currency: Currency) -> Account {
    Account::of(AccountClass::TAX_RECOVERABLE, currency)
}

/// What a party earned in the open period, under a contract or none (zero).
pub const fn earned(party: PartyId, contract: u64, currency: Currency) -> Account {
    Account { party, contract, ..Account::of(AccountClass::EARNED, currency) }
}

/// What a party is to be paid.
pub const fn due(party: PartyId, contract: u64, currency: Currency) -> Account {
    Account { party, contract, ..Account::of(AccountClass::DUE, currency) }
}

/// What was kept back against returns from what a party earned in a period.
pub fn reserve(party: PartyId, contract: u64, origin: Period, currency: Currency) -> Account {
    Account { party, contract, origin: origin.number().into(), ..Account::of(AccountClass::RESERVE, currency) }
}

/// What a source reported and cannot be attributed yet.
pub const fn suspense(source: u64, reason: SuspenseReason, currency: Currency) -> Account {
    Account { reason, origin: source, ..Account::of(AccountClass::SUSPENSE, currency) }
}

/// A payout on its way.
pub const fn in_transit(party: PartyId, contract: u64, payout: u64, currency: Currency) -> Account {
    Account { party, contract, origin: payout, ..Account::of(AccountClass::IN_TRANSIT, currency) }
}

/// Tax withheld from a party, owed to the authorities.
pub const fn tax_payable(party: PartyId, currency: Currency) -> Account {
    Account { party, ..Account::of(AccountClass::TAX_PAYABLE, currency) }
}

/// What the operator kept under a contract.
pub const fn commission(contract: u64, currency: Currency) -> Account {
    Account { contract, ..Account::of(AccountClass::COMMISSION, currency) }
}

/// What was converted out of a currency, or into it.
pub const fn exchange(currency: Currency) -> Account {
    Account::of(AccountClass::EXCHANGE, currency)
}

/// Fees kept on the way.
pub const fn fees(currency: Currency) -> Account {
    Account::of(AccountClass::FEES, currency)
}

/// What the operator paid for a contract and does not recoup.
pub const fn costs(contract: u64, currency: Currency) -> Account {
    Account { contract, ..Account::of(AccountClass::COSTS, currency) }
}

/// What was owed to the operator and is given up, under a contract or none (zero).
pub const fn written_off(contract: u64, currency: Currency) -> Account {
    Account { contract, ..Account::of(AccountClass::WRITTEN_OFF, currency) }
}

/// What rounding line by line left over.
pub const fn rounding(currency: Currency) -> Account {
    Account::of(AccountClass::ROUNDING, currency)
}

/// What balances brought in stand against.
pub const fn opening(currency: Currency) -> Account {
    Account::of(AccountClass::OPENING, currency)
}

/// Whether an account of a class has a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// It is zero.
    Never,
    /// It is there, or zero.
    Maybe,
    /// It is there.
    Always,
}

impl Field {
    /// Whether the field is as it must be.
    pub fn fits(self, is_there: bool) -> bool {
        match self {
            Field::Never => !is_there,
            Field::Maybe => true,
            Field::Always => is_there,
        }
    }
}

/// Which fields an account of a class has: party, contract, reason and origin. Money on an account that has others could
/// never be paid, recouped or let go again.
pub const fn fields(class: AccountClass) -> [Field; 4] {
    use Field::{Always, Maybe, Never};
    match class {
        AccountClass::EARNED | AccountClass::DUE => [Always, Maybe, Never, Never],
        AccountClass::ADVANCE | AccountClass::RESERVE | AccountClass::IN_TRANSIT => [Always, Maybe, Never, Always],
        AccountClass::RECEIVABLE => [Never, Never, Never, Maybe],
        AccountClass::SUSPENSE => [Maybe, Never, Always, Maybe],
        AccountClass::TAX_PAYABLE => [Maybe, Never, Never, Never],
        AccountClass::COMMISSION | AccountClass::COSTS | AccountClass::WRITTEN_OFF => [Never, Maybe, Never, Never],
        _ => [Never, Never, Never, Never],
    }
}
