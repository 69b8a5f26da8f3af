//! Aged liabilities: since when what is owed, kept back or waits has been there.
//!
//! What is taken from an account is taken from its oldest part first. Within a period only what the account changed by
//! in sum counts: what was rated one way and then another is not older for it. What is kept in reserve is as old as the
//! period it was kept back in.

use std::collections::{BTreeMap, VecDeque};

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError};

use crate::projection::rating::Settled;

/// The classes that are aged.
pub const AGED: [AccountClass; 4] =
    [AccountClass::EARNED, AccountClass::DUE, AccountClass::RESERVE, AccountClass::SUSPENSE];

/// The first month of each bucket: less than one month, one, two, three to five, six to eleven, twelve and more.
pub const BUCKETS: [u32; 6] = [0, 1, 2, 3, 6, 12];

/// What of an account arose how many months ago: credit above zero, by bucket.
pub type Ages = [Amount; BUCKETS.len()];

impl Settled<'_> {
    /// The month that ages count from: right after a close the one that was closed, else the open one.
    pub fn aged_from(&self) -> Option<Period> {
        let periods = &self.state.periods;
        let closed = periods.closed().last().filter(|closed| closed.event + 1 == self.state.size);
        closed.map(|closed| closed.period).or_else(|| periods.open())
    }

    /// The ages of what each account of the classes [`AGED`] holds; they sum to it.
    pub fn aged(&self) -> Result<BTreeMap<Account, Ages>, AmountError> {
        let mut changes: BTreeMap<Account, BTreeMap<Period, Amount>> = BTreeMap::new();
        for entry in self.entries()?.iter().filter(|entry| AGED.contains(&entry.account.class)) {
            let arose = kept_in(&entry.account).unwrap_or(entry.period);
            let change = changes.entry(entry.account).or_default().entry(arose).or_default();
            *change = change.try_sub(entry.amount)?;
        }
        let Some(now) = self.aged_from() else { return Ok(BTreeMap::new()) };
        let mut aged = BTreeMap::new();
        for (account, changes) in changes {
            let mut ages = Ages::default();
            for (arose, amount) in left(changes)? {
                let months = now.number().saturating_sub(arose.number());
                // The first bucket begins at nothing, so there always is one.
                let bucket = BUCKETS.partition_point(|first| *first <= months) - 1;
                if let Some(age) = ages.get_mut(bucket) {
                    *age = age.try_add(amount)?;
                }
            }
            if ages.iter().any(|age| !age.is_zero()) {
                aged.insert(account, ages);
            }
        }
        Ok(aged)
    }
}

/// The period that a reserve was kept back in.
fn kept_in(account: &Account) -> Option<Period> {
    let origin = u32::try_from(account.origin).ok().filter(|_| account.class == AccountClass::RESERVE)?;
    Period::from_number(origin)
}

/// What is left of changes, each of one sign: a change of the other takes from the oldest first, and what it takes more
/// than there is stands as of its own period.
fn left(changes: BTreeMap<Period, Amount>) -> Result<VecDeque<(Period, Amount)>, AmountError> {
    let mut left: VecDeque<(Period, Amount)> = VecDeque::new();
    for (period, mut change) in changes {
        while let Some((_, oldest)) = left.front_mut() {
            if change.is_zero() || oldest.is_negative() == change.is_negative() {
                break;
            }
            let rest = oldest.try_add(change)?;
            if rest.is_zero() || rest.is_negative() == change.is_negative() {
                left.pop_front();
                change = rest;
            } else {
                *oldest = rest;
                change = Amount::ZERO;
            }
        }
        if !change.is_zero() {
            left.push_back((period, change));
        }
    }
    Ok(left)
}
