//! Accruals: what the cells of each source posted to each account in each period.
//!
//! Cells keep what is posted of them now, and what was when the last period was closed. What their difference came to in
//! the periods before is added up here at every close, so that a general ledger has a line for it: opening and lines
//! come to closing, for ever.

use bincode::{Decode, Encode};
use hashbrown::HashMap;
use ledger_spec::account::Account;
use ledger_spec::money::{Amount, AmountError, Currency};

use super::rating::Settled;
use super::state::State;
use crate::royalty::accounts;

/// What cells posted, of one source to one account in one closed period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Accrual {
    /// The number of the period.
    epoch: u32,
    /// Which source, in the order of their opening.
    source: u32,
    /// The number of the account.
    account: u32,
    /// Debit above zero. Wider than an amount for the same reason as the total of an account.
    picos: i128,
}

/// Those of all closed periods, in order of period, source and account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub(super) struct Accruals(Vec<Accrual>);

/// What cells posted, by source and account: debit above zero.
pub(super) type Accruing = HashMap<(u32, u32), i128>;

impl Accruals {
    /// The accounts that they speak of.
    pub(super) fn accounts(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|accrual| accrual.account)
    }

    /// Gives accounts other numbers.
    pub(super) fn renumber(&mut self, renumbered: impl Fn(u32) -> u32) {
        self.0.iter_mut().for_each(|accrual| accrual.account = renumbered(accrual.account));
        self.0.sort_unstable_by_key(|accrual| (accrual.epoch, accrual.source, accrual.account));
    }
}

/// What the cells of a source posted to an account in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accrued {
    /// The number of the period, from zero.
    pub(super) epoch: u32,
    /// The source, by its first event.
    pub source: u64,
    /// The account.
    pub account: Account,
    /// Debit above zero.
    pub amount: Amount,
}

/// Such sums as they are added up. Cells of one source follow each other, so the sums of the source at hand stand in a
/// vector by account.
#[derive(Default)]
struct Adding {
    source: u32,
    by_account: Vec<i128>,
    /// The accounts that may have a sum there.
    accounts: Vec<u32>,
    done: Accruing,
}

impl Adding {
    fn add(&mut self, source: u32, account: u32, picos: i128) {
        if self.source != source {
            self.next(source);
        }
        let Ok(at) = usize::try_from(account) else { return };
        if self.by_account.len() <= at {
            self.by_account.resize(at + 1, 0);
        }
        let Some(sum) = self.by_account.get_mut(at) else { return };
        if *sum == 0 {
            self.accounts.push(account);
        }
        *sum += picos;
    }

    /// Puts the sums of the source at hand to the others.
    fn next(&mut self, source: u32) {
        for account in self.accounts.drain(..) {
            let sum = usize::try_from(account).ok().and_then(|at| self.by_account.get_mut(at));
            let sum = sum.map(std::mem::take).unwrap_or_default();
            if sum != 0 {
                *self.done.entry((self.source, account)).or_default() += sum;
            }
        }
        self.source = source;
    }

    /// All of them, without zeros.
    fn finish(mut self) -> Accruing {
        self.next(0);
        self.done.retain(|_, sum| *sum != 0);
        self.done
    }
}

impl State {
    /// Notes what the cells posted in the period that is about to be closed.
    pub(super) fn accrue(&mut self, accruing: Accruing) {
        let epoch = self.periods.epoch();
        let accrued = accruing.into_iter().map(|((source, account), picos)| Accrual { epoch, source, account, picos });
        let first = self.accruals.0.len();
        self.accruals.0.extend(accrued);
        let these = self.accruals.0.get_mut(first..).unwrap_or_default();
        these.sort_unstable_by_key(|accrual| (accrual.source, accrual.account));
    }

    /// What the cells posted in the open period. All cells are rated.
    pub(super) fn accruing(&self) -> Accruing {
        let mut sums = Adding::default();
        for (number, before, now) in self.cells.changed(self.periods.epoch()) {
            let Some(cell) = self.cells.cell(number) else { continue };
            let source = cell.key.source;
            let now = now.iter().map(|(account, amount)| (*account, amount.picos()));
            let credits = now.chain(before.iter().map(|(account, amount)| (*account, -amount.picos())));
            self.sides(source, credits, |account, picos| sums.add(source, account, picos));
        }
        sums.finish()
    }

    /// What cells of all time posted. `accruing` is of the open period.
    pub(super) fn accrued(&self, accruing: &Accruing) -> Accruing {
        let mut sums = accruing.clone();
        for Accrual { source, account, picos, .. } in &self.accruals.0 {
            *sums.entry((*source, *account)).or_default() += picos;
        }
        sums
    }

    /// What credits of a cell post, debit above zero: each to its account, and what they sum to, in each currency, to
    /// what its source owes.
    pub(super) fn sides(
        &self,
        source: u32,
        credits: impl Iterator<Item = (u32, i128)>,
        mut post: impl FnMut(u32, i128),
    ) {
        let Some((source, _)) = self.sources.row(source) else { return };
        let mut owed: Vec<(Currency, i128)> = Vec::new();
        for (account, credit) in credits {
            post(account, -credit);
            let Some(currency) = self.balances.account(account).map(|account| account.currency) else { continue };
            match owed.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum += credit,
                None => owed.push((currency, credit)),
            }
        }
        for (currency, sum) in owed {
            if let Some(receivable) = self.balances.find(&accounts::receivable(source, currency)) {
                post(receivable, sum);
            }
        }
    }
}

impl Settled<'_> {
    /// What cells posted in every period, the open one included, in order of period, source and account.
    pub fn accruals(&self) -> Result<Vec<Accrued>, AmountError> {
        let state = self.state;
        let open = state.accruing().into_iter().map(|((source, account), picos)| Accrual {
            epoch: state.periods.epoch(),
            source,
            account,
            picos,
        });
        let told = |accrual: Accrual| {
            let (source, _) = state.sources.row(accrual.source)?;
            let account = *state.balances.account(accrual.account)?;
            let amount = Amount::from_picos(accrual.picos);
            Some(amount.map(|amount| Accrued { epoch: accrual.epoch, source, account, amount }))
        };
        let told = state.accruals.0.iter().copied().chain(open).filter_map(told);
        let mut told: Vec<Accrued> = told.collect::<Result<_, _>>()?;
        told.sort_unstable_by_key(|accrued| (accrued.epoch, accrued.source, accrued.account));
        Ok(told)
    }
}
