//! What is owed to parties and not paid, and why.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, HoldReason, NameRole, SuspenseReason};
use ledger_spec::date::Date;
use ledger_spec::event::money::PayoutInstructed;
use ledger_spec::money::{Amount, Currency, minor_units};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::balances::Filter;
use super::catalogue::TaxStatus;
use super::error::FoldError;
use super::past::Past;
use super::payouts::{Payout, PayoutStatus};
use super::rating::Settled;
use crate::royalty::groups::{Page, Wait};

/// Why something is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotPaid {
    /// It stays earned.
    Waits(Wait),
    /// It is due, and less than what the contract pays out.
    UnderMinimum(Amount),
    /// It is kept back against returns.
    Reserve,
    /// It becomes due when the period is closed.
    NextClose,
    /// This payout of it was ordered, and the bank has not paid it.
    Ordered(u64),
    /// It is due, and less than the smallest coin, or its currency has none.
    NoCoin,
    /// It is due in another currency than the contract pays in.
    OtherCurrency(Currency),
    /// Nobody said by what tax form the party is paid.
    NoTaxForm,
    /// The party's tax form does not hold any more.
    TaxFormExpired {
        /// The form.
        form: u64,
        /// Its last day.
        until: Date,
    },
    /// The party's bank account is not known.
    NoBankAccount,
    /// A hold keeps this much of it, or all.
    Held {
        /// Its event.
        hold: u64,
        /// How much.
        amount: Option<Amount>,
        /// Why.
        reason: HoldReason,
    },
    /// It was put into suspense by hand, as a dispute over it is.
    InSuspense(SuspenseReason),
    /// So much of it makes up for what was earned too much before.
    OwedBack(Amount),
    /// The bank did not pay this payout of it.
    Refused(u64),
}

impl NotPaid {
    /// The reason, as a sentence without its full stop.
    pub fn words(self) -> String {
        match self {
            NotPaid::Waits(wait) => wait.words().to_owned(),
            NotPaid::UnderMinimum(minimum) => format!("less than {minimum}, the least that the contract pays out"),
            NotPaid::Reserve => "kept back against returns".to_owned(),
            NotPaid::NextClose => "becomes due when its period is closed".to_owned(),
            NotPaid::Ordered(payout) => format!("payout {payout} is ordered, and the bank has not paid it"),
            NotPaid::NoCoin => "less than the smallest coin of its currency".to_owned(),
            NotPaid::OtherCurrency(currency) => format!("the contract pays in {currency}: convert it"),
            NotPaid::NoTaxForm => "no tax form".to_owned(),
            NotPaid::TaxFormExpired { form, until } => format!("tax form {form} expired after {until}"),
            NotPaid::NoBankAccount => "no bank account".to_owned(),
            NotPaid::Held { hold, amount, reason } => {
                let part = amount.map(|amount| format!("{amount} of it ")).unwrap_or_default();
                format!("{part}held by event {hold}: {reason}")
            }
            NotPaid::InSuspense(reason) => format!("put into suspense: {reason}"),
            NotPaid::OwedBack(amount) => format!("{amount} of it makes up for what was earned too much before"),
            NotPaid::Refused(payout) => format!("the bank did not pay payout {payout}"),
        }
    }
}

/// A balance that is owed to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaid {
    /// Of class earned, due, reserve or in transit, or of suspense if it was put there for the party.
    pub account: Account,
    /// What is owed.
    pub amount: Amount,
    /// Why it is not paid. Of what is due, nothing if all of it can be ordered.
    pub why: Vec<NotPaid>,
}

impl Settled<'_> {
    /// Every balance that is owed to a party, with what keeps it from being paid on a day.
    pub fn not_paid(&self, filter: &Filter, day: Date, past: &(impl Past + ?Sized)) -> Result<Vec<Unpaid>, FoldError> {
        let mut waits: BTreeMap<Page, Vec<(Amount, NotPaid)>> = BTreeMap::new();
        if let Some(period) = self.state.periods.open() {
            for waiting in self.groups(period)?.waiting {
                waits.entry(waiting.page).or_default().push((waiting.amount, NotPaid::Waits(waiting.wait)));
            }
        }
        let mut payable: BTreeMap<PartyId, Vec<NotPaid>> = BTreeMap::new();
        let mut unpaid = Vec::new();
        for row in self.balances().rows(filter) {
            let (account, amount) = (row.account, -row.amount);
            if amount <= Amount::ZERO {
                continue;
            }
            let why = match account.class {
                AccountClass::EARNED => earned(amount, waits.get(&Page::of(&account)).map_or(&[], Vec::as_slice)),
                AccountClass::RESERVE => vec![NotPaid::Reserve],
                AccountClass::IN_TRANSIT => vec![NotPaid::Ordered(account.origin)],
                AccountClass::SUSPENSE if account.party != PartyId::NONE => vec![NotPaid::InSuspense(account.reason)],
                AccountClass::DUE => {
                    let of_party = match payable.get(&account.party) {
                        Some(known) => known,
                        None => payable.entry(account.party).or_insert(self.of_payee(account.party, day, past)?),
                    };
                    self.of_due(&account, amount, self.owed_back(&account), day, of_party)?
                }
                _ => continue,
            };
            unpaid.push(Unpaid { account, amount, why });
        }
        Ok(unpaid)
    }

    /// What keeps an amount that is due from being paid, or a part of it, where so much was earned too much, with what is
    /// missing to pay the party at all.
    pub(super) fn of_due(
        &self,
        due: &Account,
        amount: Amount,
        too_much: Amount,
        day: Date,
        of_party: &[NotPaid],
    ) -> Result<Vec<NotPaid>, FoldError> {
        if amount.is_negative() {
            return Ok(vec![NotPaid::Waits(Wait::Negative)]);
        }
        let back = too_much.min(amount);
        let left = amount.try_sub(back).map_err(FoldError::range(self.state.size, "what is due"))?;
        let back = (!back.is_zero()).then_some(NotPaid::OwedBack(back));
        let refused = self.refused(due).map(NotPaid::Refused);
        let rest = match left.is_zero() {
            true => Vec::new(),
            false => {
                let free =
                    left.try_sub(self.held(due, left)).map_err(FoldError::range(self.state.size, "what is due"))?;
                let free = if free.is_zero() { None } else { self.of_account(due, free, day) };
                free.into_iter().chain(of_party.iter().copied()).collect()
            }
        };
        let holds = self.state.catalogue.holds_on(due);
        let holds = holds.map(|(hold, said)| NotPaid::Held { hold, amount: said.amount, reason: said.reason });
        Ok(holds.chain(back).chain(refused).chain(rest).collect())
    }

    /// How much of what is due is not paid, because as much was earned too much before.
    pub fn owed_back(&self, due: &Account) -> Amount {
        self.state.owed_back(due)
    }

    /// The last payout from an account, if the bank did not pay it.
    fn refused(&self, due: &Account) -> Option<u64> {
        let of_account = |payout: &Payout| {
            let PayoutInstructed { party, currency, .. } = payout.instruction;
            (party, payout.contract, currency) == (due.party, due.contract, due.currency)
        };
        let (event, payout) = self.state.payouts().rev().find(|(_, payout)| of_account(payout))?;
        matches!(payout.status, PayoutStatus::Failed(_)).then_some(event)
    }

    /// What is missing to pay a party at all.
    pub fn of_payee(&self, party: PartyId, day: Date, past: &(impl Past + ?Sized)) -> Result<Vec<NotPaid>, FoldError> {
        let form = match self.state.catalogue.tax_status(party, day) {
            TaxStatus::Form { .. } => None,
            TaxStatus::Expired { form, until } => Some(NotPaid::TaxFormExpired { form, until }),
            TaxStatus::NoForm => Some(NotPaid::NoTaxForm),
        };
        let bank = !self.has_detail(party, NameRole::BANK_ACCOUNT, past)?;
        Ok(form.into_iter().chain(bank.then_some(NotPaid::NoBankAccount)).collect())
    }

    /// How much of an amount that is due is held.
    pub fn held(&self, due: &Account, amount: Amount) -> Amount {
        self.state.catalogue.held(due, amount, std::iter::empty())
    }

    /// What keeps all that is due on an account.
    fn of_account(&self, due: &Account, amount: Amount, day: Date) -> Option<NotPaid> {
        let Some(decimals) = minor_units(due.currency) else { return Some(NotPaid::NoCoin) };
        if amount.picos() < 10i128.pow(Amount::SCALE.saturating_sub(decimals).into()) {
            return Some(NotPaid::NoCoin);
        }
        let (_, terms) = self.state.catalogue.terms_of(due.contract, day)?;
        match terms.currency == due.currency {
            true => (amount < terms.minimum).then_some(NotPaid::UnderMinimum(terms.minimum)),
            false => Some(NotPaid::OtherCurrency(terms.currency)),
        }
    }
}

/// What waits beyond the next close, and the rest for that.
fn earned(amount: Amount, waits: &[(Amount, NotPaid)]) -> Vec<NotPaid> {
    let held: i128 = waits.iter().map(|(amount, _)| amount.picos()).sum();
    let next = (held < amount.picos()).then_some(NotPaid::NextClose);
    waits.iter().map(|(_, why)| *why).chain(next).collect()
}
