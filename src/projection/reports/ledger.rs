//! The general ledger: of each account what it held before, everything that was posted to it, and what it held after.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError};

use super::entries::Entry;
use crate::projection::balances::Filter;

/// An account over a range of periods. Opening and entries come to closing; all are debit above zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// What it held before.
    pub opening: Amount,
    /// What was posted to it, in order.
    pub entries: Vec<Entry>,
    /// What it held after.
    pub closing: Amount,
}

impl Page {
    /// The pages of entries, by account, from one period through another. An account that held nothing and that nothing
    /// was posted to has none.
    pub fn of(
        entries: Vec<Entry>,
        filter: &Filter,
        from: Option<Period>,
        to: Option<Period>,
    ) -> Result<BTreeMap<Account, Page>, AmountError> {
        let mut pages: BTreeMap<Account, Page> = BTreeMap::new();
        let entries = entries.into_iter().filter(|entry| filter.accepts(&entry.account));
        for entry in entries.filter(|entry| to.is_none_or(|to| entry.period <= to)) {
            let page = pages.entry(entry.account).or_default();
            page.closing = page.closing.try_add(entry.amount)?;
            match from.is_some_and(|from| entry.period < from) {
                true => page.opening = page.closing,
                false => page.entries.push(entry),
            }
        }
        pages.retain(|_, page| !page.opening.is_zero() || !page.entries.is_empty());
        Ok(pages)
    }
}
