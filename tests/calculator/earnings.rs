//! What cells came to: in the period, and over the life of a contract (SPEC section 14.1).

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;

use super::books::Rated;
use super::cells::Key;
use super::closes::Page;

/// The cells as they are rated now, and as they were at the close before.
pub struct Earnings<'a> {
    pub now: &'a [Rated],
    pub before: &'a [Rated],
}

impl Earnings<'_> {
    /// Every page that cells credit, or did.
    pub fn pages(&self) -> Vec<Page> {
        let credits = self.now.iter().chain(self.before).flat_map(|cell| &cell.credits);
        let earned = credits.filter(|(account, _)| account.class == AccountClass::EARNED);
        earned.map(|(account, _)| Page::of(account)).collect()
    }

    /// What the lines of each cell have in common, of those there are or were.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.now.iter().chain(self.before).map(|cell| &cell.key)
    }

    /// What some cells came to over the life of the contract.
    pub fn of_life(&self, page: &Page, wanted: &dyn Fn(&Key) -> bool) -> i128 {
        came_to(self.now, page, wanted)
    }

    /// What they came to in the period: what is posted of them now and was not at the close before.
    pub fn of_period(&self, page: &Page, wanted: &dyn Fn(&Key) -> bool) -> i128 {
        came_to(self.now, page, wanted) - came_to(self.before, page, wanted)
    }

    /// What cells of each source came to over all time.
    pub fn by_source(&self, page: &Page) -> Vec<(u64, i128)> {
        let mut sums: std::collections::BTreeMap<u64, i128> = std::collections::BTreeMap::new();
        for cell in self.now {
            *sums.entry(cell.key.source).or_default() += credited(cell, &page.earned());
        }
        sums.into_iter().collect()
    }

    /// Units of some cells under a contract until the close before, and until now.
    pub fn units(&self, contract: u64, wanted: &dyn Fn(&Key) -> bool) -> (i128, i128) {
        let sum = |cells: &[Rated]| {
            let under = cells.iter().filter(|cell| wanted(&cell.key)).filter(|cell| {
                cell.credits.iter().any(|(account, _)| {
                    account.class == AccountClass::EARNED
                        && account.contract == contract
                        && credited(cell, account) != 0
                })
            });
            under.map(|cell| cell.units).sum()
        };
        (sum(self.before), sum(self.now))
    }

    /// What is posted of the cells of a source in a currency.
    pub fn reported(&self, source: u64, currency: ledger_spec::money::Currency) -> i128 {
        let credits = self.now.iter().filter(|cell| cell.key.source == source).flat_map(|cell| &cell.credits);
        credits.filter(|(account, _)| account.currency == currency).map(|(_, amount)| amount).sum()
    }
}

fn came_to(cells: &[Rated], page: &Page, wanted: &dyn Fn(&Key) -> bool) -> i128 {
    cells.iter().filter(|cell| wanted(&cell.key)).map(|cell| credited(cell, &page.earned())).sum()
}

/// What a cell credits to an account.
fn credited(cell: &Rated, account: &Account) -> i128 {
    cell.credits.iter().filter(|(one, _)| one == account).map(|(_, amount)| amount).sum()
}
