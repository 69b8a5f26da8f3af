//! Names of accounts in a journal, from the root that a class belongs to down to what the account is of:
//! `liabilities:due:mira:mira-2026`. One account, one name: what would be called the same is told apart by a number.

use std::collections::{BTreeMap, HashMap};

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::reference::PartyId;

use super::Format;
use crate::export::chart::Chart;

/// An account without its currency: a journal's account holds any.
type Key = (AccountClass, PartyId, u64, SuspenseReason, u64);

/// What every account stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// What is there, or owed to the operator.
    Assets,
    /// What the operator owes.
    Liabilities,
    /// What conversions and openings are balanced by.
    Equity,
    /// What the operator earns.
    Income,
    /// What it spends.
    Expenses,
}

impl Root {
    /// The root of a class.
    pub fn of(class: AccountClass) -> Root {
        match class {
            AccountClass::BANK | AccountClass::RECEIVABLE | AccountClass::ADVANCE | AccountClass::TAX_RECOVERABLE => {
                Root::Assets
            }
            AccountClass::COMMISSION => Root::Income,
            AccountClass::FEES | AccountClass::EXCHANGE_RESULT | AccountClass::ROUNDING => Root::Expenses,
            AccountClass::WRITTEN_OFF | AccountClass::COSTS => Root::Expenses,
            AccountClass::EXCHANGE | AccountClass::OPENING => Root::Equity,
            _ => Root::Liabilities,
        }
    }
}

/// The names given so far.
pub struct AccountNames<'a> {
    chart: &'a Chart,
    format: &'a dyn Format,
    names: HashMap<Key, String>,
    taken: BTreeMap<String, Root>,
}

impl<'a> AccountNames<'a> {
    /// None yet; they will be as this format has them.
    pub fn new(chart: &'a Chart, format: &'a dyn Format) -> AccountNames<'a> {
        AccountNames { chart, format, names: HashMap::new(), taken: BTreeMap::new() }
    }

    /// The name of an account. `labels` are asked once: what it is of, from the general to the particular.
    pub fn name(&mut self, account: &Account, labels: impl FnOnce() -> Vec<String>) -> String {
        let Account { class, party, contract, reason, origin, currency: _ } = *account;
        let key = (class, party, contract, reason, origin);
        if let Some(name) = self.names.get(&key) {
            return name.clone();
        }
        let classed = match self.chart.code(class) {
            Some(code) => format!("{code} {}", self.chart.name(class)),
            None => class.to_string(),
        };
        let labels: Vec<String> = labels().into_iter().filter(|label| !label.trim().is_empty()).collect();
        let root = Root::of(class);
        let plain = self.format.account(root, &classed, &labels);
        let numbered = (2..).map(|number| self.format.numbered(&plain, number));
        let free = [plain.clone()].into_iter().chain(numbered).find(|name| !self.taken.contains_key(name));
        let name = free.unwrap_or(plain);
        self.taken.insert(name.clone(), root);
        self.names.insert(key, name.clone());
        name
    }

    /// The format that they are in.
    pub fn format(&self) -> &'a dyn Format {
        self.format
    }

    /// Every name with its root, in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, Root)> {
        self.taken.iter().map(|(name, root)| (name.as_str(), *root))
    }
}
