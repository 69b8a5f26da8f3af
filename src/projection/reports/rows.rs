//! What every row of every source became (SPEC.md section 14.2). Each is in exactly one state, and the states of a source
//! sum to the rows that it promised.
//!
//! The books keep sums, not rows, so lines take the state of their cell: if any part of it waits, all its lines wait,
//! for the reason of the largest part that does; else they are posted. Lines of a cell that comes to nothing are without
//! money, as are summaries and lists of uses. A row that was taken back is so whatever became of it before. Cells and
//! sources count their rows as they come, so no line is read again.

use std::collections::BTreeMap;

use ledger_spec::code::AccountClass;
use ledger_spec::money::Amount;
use ledger_spec::period::RowState;

use crate::projection::cells::Credit;
use crate::projection::rating::Settled;
use crate::projection::sources::Source;

/// How many rows of a source are in each state.
pub type States = BTreeMap<RowState, u64>;

impl Settled<'_> {
    /// What the rows of each source became, by its first event.
    pub fn rows(&self) -> BTreeMap<u64, States> {
        let sources = &self.state.sources;
        let mut lines = vec![States::new(); sources.iter().count()];
        for (_, cell, posted) in self.state.cells.iter() {
            if let Some(lines) = usize::try_from(cell.key.source).ok().and_then(|source| lines.get_mut(source)) {
                *lines.entry(self.state_of(posted)).or_default() += cell.rows();
            }
        }
        sources.iter().zip(lines).map(|((index, source), lines)| (index, states(source, lines))).collect()
    }

    /// The state of the lines of a cell.
    fn state_of(&self, posted: &[Credit]) -> RowState {
        let account = |number: &u32| self.state.balances.account(*number);
        let waits = posted.iter().filter_map(|(number, amount)| Some((account(number)?, amount)));
        let waits = waits.filter(|(account, _)| account.class == AccountClass::SUSPENSE);
        let largest = waits.map(|(account, amount): (_, &Amount)| (amount.abs(), std::cmp::Reverse(account.reason)));
        match largest.max() {
            Some((_, reason)) => RowState::Suspense(reason.0),
            None if posted.is_empty() => RowState::WithoutMoney,
            None => RowState::Posted,
        }
    }
}

/// The states of the rows of a source. `lines` are those of its lines that were not taken back.
fn states(source: &Source, lines: States) -> States {
    let taken = source.rows_in.saturating_sub(source.refused_in);
    let mut states = match source.reversed_for {
        Some(reason) => States::from([(RowState::Reversed(reason), taken)]),
        None => {
            let mut states = lines;
            let reversed = source.lines_reversed.iter().map(|(reason, rows)| (RowState::Reversed(*reason), *rows));
            states.extend(reversed);
            let others = taken.saturating_sub(states.values().sum());
            *states.entry(RowState::WithoutMoney).or_default() += others;
            states
        }
    };
    states.insert(RowState::Refused, source.refused_in);
    states.insert(RowState::NotIn, source.rows.saturating_sub(source.rows_in));
    states.retain(|_, rows| *rows > 0);
    states
}
