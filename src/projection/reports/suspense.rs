//! What waits in suspense: every reported thing whose money cannot be attributed, why, how much, and since when.
//!
//! The amounts of what waits for a reason, of a source and in a currency, come to the balance of that suspense account.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError};

use super::restated::{Months, Shown};
use crate::projection::cells::Key;
use crate::projection::contested::Slice;
use crate::projection::rating::Settled;

/// The money of one reported thing that waits for one reason; of what is contested, for one work and its claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The suspense account: reason, source and currency.
    pub account: Account,
    /// What the source calls by this number waits; zero for what was posted to the account by hand.
    pub number: u32,
    /// What is contested, and who claims it; none for any other reason, and for what was posted by hand.
    pub slice: Option<Slice>,
    /// Above zero waits; below, more was taken back than came.
    pub amount: Amount,
    /// Lines, and reversals of lines, of the cells with a part that waits.
    pub lines: u64,
    /// The earliest accounting period of these lines; of what was posted by hand, of the first event. In restated books
    /// the earliest month.
    pub first: Period,
}

impl Waiting {
    /// Whether more waits here than there, or as much and for longer.
    fn rank(&self) -> impl Ord + use<> {
        (self.account.currency, Reverse(self.amount.abs()), self.first, self.account, self.number)
    }
}

impl Settled<'_> {
    /// Everything that waits, by currency, the largest first, of two the one that waits longer. In restated books since
    /// the month of the uses, and by hand since that which the event belongs to; month by month, each by itself.
    pub fn suspense(&self, months: &Months) -> Result<Vec<Waiting>, AmountError> {
        let mut waiting: BTreeMap<(Shown, Account, u32, Option<Slice>), Waiting> = BTreeMap::new();
        let mut add = |account: &Account, number, slice: Option<Slice>, amount, lines, first: Period| {
            let Some(shown) = months.shown(first) else { return Ok(()) };
            let new =
                || Waiting { account: *account, number, slice: slice.clone(), amount: Amount::ZERO, lines: 0, first };
            let found = waiting.entry((shown, *account, number, slice.clone())).or_insert_with(new);
            found.amount = found.amount.try_add(amount)?;
            found.lines += lines;
            found.first = found.first.min(first);
            Ok::<_, AmountError>(())
        };
        let state = self.state;
        let of_cell = |key: &Key| match months.are_restated() {
            true => state.cells.terms_of(key.terms).map(Months::of_uses),
            false => state.periods.of_epoch(key.epoch),
        };
        let of_event = |event| match months.are_restated() {
            true => months.of_event(event),
            false => state.periods.of_epoch(state.periods.epoch_of(event)),
        };
        for (cell_number, cell, posted) in state.cells.iter() {
            for (number, amount) in posted {
                let account = state.balances.account(*number).filter(|held| held.class == AccountClass::SUSPENSE);
                let Some((account, period)) = account.zip(of_cell(&cell.key)) else { continue };
                let number = waits(&cell.key, account.reason);
                match account.reason {
                    SuspenseReason::CONTESTED => {
                        for (slice, amount) in self.slices(cell_number, account)? {
                            add(account, number, slice, amount, cell.lines, period)?;
                        }
                    }
                    _ => add(account, number, None, *amount, cell.lines, period)?,
                }
            }
        }
        for (line, account) in state.balances.journal(0).filter(|(_, held)| held.class == AccountClass::SUSPENSE) {
            if let Some(period) = of_event(line.event) {
                add(account, 0, None, -line.amount, 0, period)?;
            }
        }
        let mut waiting: Vec<Waiting> = waiting.into_values().filter(|waiting| !waiting.amount.is_zero()).collect();
        waiting.sort_by_cached_key(Waiting::rank);
        Ok(waiting)
    }

    /// What of a cell waits in an account, by what is contested of it: together what is posted.
    fn slices(&self, cell: u32, account: &Account) -> Result<BTreeMap<Option<Slice>, Amount>, AmountError> {
        let mut slices: BTreeMap<Option<Slice>, Amount> = BTreeMap::new();
        let parts = self.state.rate(cell).map(|rating| rating.parts).unwrap_or_default();
        for part in parts.iter().filter(|part| part.account == *account) {
            let sum = slices.entry(self.slice(cell, &part.why)).or_default();
            *sum = sum.try_add(part.amount)?;
        }
        Ok(slices)
    }
}

/// What of a cell waits: the controller if it is the one that is not known, else the recording, else the release.
fn waits(key: &Key, reason: SuspenseReason) -> u32 {
    let things = match reason {
        SuspenseReason::UNKNOWN_CONTROLLER => [key.controller, key.resource, key.release],
        _ => [key.resource, key.release, key.controller],
    };
    things.into_iter().find(|number| *number != 0).unwrap_or(0)
}
