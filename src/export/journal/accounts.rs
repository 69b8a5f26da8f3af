//! Names of accounts in a journal: `liabilities:due:mira:mira-2026`, from the root that its class belongs to down to
//! what the account is of. One account, one name: what would be called the same is told apart by a number.

use std::collections::{BTreeMap, HashMap};

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::reference::PartyId;

use crate::export::chart::Chart;

/// An account without its currency: a journal's account holds any.
type Key = (AccountClass, PartyId, u64, SuspenseReason, u64);

/// The names given so far.
#[derive(Debug)]
pub struct AccountNames<'a> {
    chart: &'a Chart,
    names: HashMap<Key, String>,
    taken: BTreeMap<String, AccountClass>,
}

impl<'a> AccountNames<'a> {
    /// None yet.
    pub fn new(chart: &'a Chart) -> AccountNames<'a> {
        AccountNames { chart, names: HashMap::new(), taken: BTreeMap::new() }
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
        let labels = labels().into_iter().map(|label| plain(&label)).filter(|label| !label.is_empty());
        let parts: Vec<String> = [root(class).to_owned(), classed].into_iter().chain(labels).collect();
        let plain = parts.join(":");
        let numbered = (2..).map(|number: u64| format!("{plain} ({number})"));
        let free = [plain.clone()].into_iter().chain(numbered).find(|name| !self.taken.contains_key(name));
        let name = free.unwrap_or(plain);
        self.taken.insert(name.clone(), class);
        self.names.insert(key, name.clone());
        name
    }

    /// Every name with its class, in order.
    pub fn all(&self) -> impl Iterator<Item = (&str, AccountClass)> {
        self.taken.iter().map(|(name, class)| (name.as_str(), *class))
    }
}

/// The root of a class.
pub(super) fn root(class: AccountClass) -> &'static str {
    match class {
        AccountClass::BANK | AccountClass::RECEIVABLE | AccountClass::ADVANCE | AccountClass::TAX_RECOVERABLE => {
            "assets"
        }
        AccountClass::COMMISSION => "income",
        AccountClass::FEES | AccountClass::EXCHANGE_RESULT | AccountClass::ROUNDING => "expenses",
        AccountClass::WRITTEN_OFF | AccountClass::COSTS => "expenses",
        AccountClass::EXCHANGE | AccountClass::OPENING => "equity",
        _ => "liabilities",
    }
}

/// A label as a part of a name: without what separates parts, begins a comment, or ends the name.
fn plain(label: &str) -> String {
    let mut plain = String::with_capacity(label.len());
    for char in label.chars() {
        let fits = char.is_alphanumeric() || "-_.+@&'".contains(char);
        match char {
            ' ' if !plain.ends_with(' ') => plain.push(' '),
            ' ' => {}
            _ => plain.push(if fits { char } else { '_' }),
        }
    }
    plain.trim().to_owned()
}
