//! Aged liabilities: since when what is owed, kept back or waits has been there.
//!
//! What is taken from an account is taken from its oldest part first. Of what is earned or waits, only what the account
//! changed by in sum within a period counts: what was rated one way and then another is not older for it. All else counts
//! as it was posted, since a payout settles what was due before, not what becomes due later in its period; a payout that
//! failed leaves what it was to settle as old as it was. What is kept in reserve is as old as the period it was kept back
//! in.

use std::collections::{BTreeMap, VecDeque};

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError};

use super::entries::{Entry, Origin};
use crate::projection::payouts::PayoutStatus;
use crate::projection::rating::Settled;
use crate::royalty::Movement;

/// The classes that are aged: all liabilities.
pub const AGED: [AccountClass; 6] = [
    AccountClass::EARNED,
    AccountClass::DUE,
    AccountClass::RESERVE,
    AccountClass::SUSPENSE,
    AccountClass::IN_TRANSIT,
    AccountClass::TAX_PAYABLE,
];

/// The classes that ratings post to, again and again.
const RATED: [AccountClass; 2] = [AccountClass::EARNED, AccountClass::SUSPENSE];

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

    /// The ages, as of a month, of what each account of the classes [`AGED`] holds by these entries; they sum to it.
    pub fn aged(&self, entries: &[Entry], now: Period) -> Result<BTreeMap<Account, Ages>, AmountError> {
        let mut changes: BTreeMap<Account, Vec<(Period, Amount)>> = BTreeMap::new();
        let counts = |entry: &&Entry| AGED.contains(&entry.account.class) && !self.of_failed_payout(entry);
        for entry in entries.iter().filter(counts) {
            let arose = kept_in(&entry.account).unwrap_or(entry.period);
            let changes = changes.entry(entry.account).or_default();
            match changes.last_mut() {
                Some((last, sum)) if *last == arose && RATED.contains(&entry.account.class) => {
                    *sum = sum.try_sub(entry.amount)?;
                }
                _ => changes.push((arose, Amount::ZERO.try_sub(entry.amount)?)),
            }
        }
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

    /// Whether an entry is of a payout that failed: it was ordered and taken back.
    fn of_failed_payout(&self, entry: &Entry) -> bool {
        let failed = |event| {
            let payout = self.state.payouts.get(event);
            payout.is_some_and(|payout| matches!(payout.status, PayoutStatus::Failed(_)))
        };
        entry.movement == Movement::Failed || matches!(entry.origin, Origin::Event(event) if failed(event))
    }
}

/// The period that a reserve was kept back in.
fn kept_in(account: &Account) -> Option<Period> {
    let origin = u32::try_from(account.origin).ok().filter(|_| account.class == AccountClass::RESERVE)?;
    Period::from_number(origin)
}

/// What is left of changes, each of one sign: a change of the other takes from the oldest first, and what it takes more
/// than there is stands as of its own period.
fn left(changes: Vec<(Period, Amount)>) -> Result<VecDeque<(Period, Amount)>, AmountError> {
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
