//! What plays come to by pools: money that their sources owe beside what they reported.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Basis};
use ledger_spec::money::{Amount, Currency};

use super::rating::Settled;
use super::reports::{Months, Shown};

/// Picos by what is shown, the number of the source, and the currency.
pub(super) type Pooled = BTreeMap<(Shown, u32, Currency), i128>;

impl Settled<'_> {
    /// What the plays of each source come to, of the months that are shown.
    pub(super) fn pooled(&self, months: &Months) -> Pooled {
        let (state, mut pooled) = (self.state, Pooled::new());
        if state.catalogue.pools.len() == 0 {
            return pooled;
        }
        for (_, cell, credits) in state.cells.iter() {
            let terms = state.cells.terms_of(cell.key.terms).filter(|terms| terms.basis == Basis::NONE);
            let Some(shown) = terms.and_then(|terms| months.shown(Months::of_uses(terms))) else { continue };
            for (account, credit) in credits {
                if let Some(Account { currency, .. }) = state.balances.account(*account) {
                    // Fewer than 2^32 cells of at most 10^27 each.
                    *pooled.entry((shown, cell.key.source, *currency)).or_default() += credit.picos();
                }
            }
        }
        pooled
    }

    /// What sources that count owe or owed, by source and currency, with what of it is open.
    pub(super) fn receivables(&self) -> impl Iterator<Item = (u64, Currency, Amount)> {
        let state = self.state;
        let of_sources = state.balances.accounts().filter(|account| account.class == AccountClass::RECEIVABLE);
        let mut accounts: Vec<Account> = of_sources.copied().collect();
        accounts.sort_unstable();
        accounts.into_iter().filter_map(move |account| {
            state.sources.get(account.origin).filter(|source| source.reversed.is_none())?;
            Some((account.origin, account.currency, state.balances.of(&account)))
        })
    }
}
