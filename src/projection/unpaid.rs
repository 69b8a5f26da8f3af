//! What is owed to parties and not paid, and why.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, NameRole};
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, minor_units};
use ledger_spec::reference::PartyId;

use super::balances::Filter;
use super::catalogue::TaxStatus;
use super::error::FoldError;
use super::past::Past;
use super::rating::Settled;
use super::statement::NotPaid;
use crate::royalty::groups::Page;

/// A balance that is owed to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaid {
    /// Of class earned, due, reserve or in transit, or of suspense if it was put there for the party.
    pub account: Account,
    /// What is owed.
    pub amount: Amount,
    /// Why it is not paid. Of what is due, nothing if it can be ordered.
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
                    let of_account = self.of_account(&account, amount, day);
                    of_account.into_iter().chain(of_party.iter().copied()).collect()
                }
                _ => continue,
            };
            unpaid.push(Unpaid { account, amount, why });
        }
        Ok(unpaid)
    }

    /// What is missing to pay a party at all.
    fn of_payee(&self, party: PartyId, day: Date, past: &(impl Past + ?Sized)) -> Result<Vec<NotPaid>, FoldError> {
        let form = match self.state.catalogue.tax_status(party, day) {
            TaxStatus::Form { .. } => None,
            TaxStatus::Expired { form, until } => Some(NotPaid::TaxFormExpired { form, until }),
            TaxStatus::NoForm => Some(NotPaid::NoTaxForm),
        };
        let bank = !self.has_detail(party, NameRole::BANK_ACCOUNT, past)?;
        Ok(form.into_iter().chain(bank.then_some(NotPaid::NoBankAccount)).collect())
    }

    /// What keeps all that is due on an account.
    fn of_account(&self, due: &Account, amount: Amount, day: Date) -> Option<NotPaid> {
        let Some(decimals) = minor_units(due.currency) else { return Some(NotPaid::NoCoin) };
        if amount.picos() < 10i128.pow(Amount::SCALE.saturating_sub(decimals).into()) {
            return Some(NotPaid::NoCoin);
        }
        let (_, terms) = self.state.catalogue.contract_on(due.contract, day)?;
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
