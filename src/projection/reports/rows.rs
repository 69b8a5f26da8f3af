//! What every row of every source became. Each is in exactly one state, and the states of a source sum to the rows that
//! it promised.
//!
//! The books keep sums, not rows, so lines take the state of their cell: if any part of it waits, all its lines wait,
//! for the reason of the largest part that does; else they are posted. Lines of a cell that comes to nothing are without
//! money, as are summaries and lists of uses. A row that was taken back is so whatever became of it before.

use std::collections::{BTreeMap, HashMap};

use ledger_spec::code::{AccountClass, ReasonCode, SuspenseReason};
use ledger_spec::event::Event;
use ledger_spec::money::Amount;

use crate::projection::cells::Credit;
use crate::projection::error::FoldError;
use crate::projection::past::Past;
use crate::projection::rating::Settled;

/// What a row became.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowState {
    /// All its money is posted to those it belongs to.
    Posted,
    /// Money of it waits.
    Suspense(SuspenseReason),
    /// It, or its whole source, was taken back; as a duplicate, or for another reason.
    Reversed(ReasonCode),
    /// It could not be taken.
    Refused,
    /// It carries no money of its own.
    WithoutMoney,
    /// Its import is not finished.
    NotIn,
}

/// How many rows of a source are in each state.
pub type States = BTreeMap<RowState, u64>;

/// Rows that were taken back.
#[derive(Default)]
struct TakenBack {
    /// Lines and their reversals, by cell: neither is a row that counts.
    of_cell: HashMap<u32, u64>,
    /// Lines by source and reason.
    lines: Vec<(u64, ReasonCode)>,
    /// Whole sources.
    sources: HashMap<u64, ReasonCode>,
}

impl Settled<'_> {
    /// What the rows of each source became.
    pub fn rows(&self, past: &(impl Past + ?Sized)) -> Result<BTreeMap<u64, States>, FoldError> {
        let back = self.taken_back(past)?;
        let mut lines: HashMap<u32, States> = HashMap::new();
        for (number, cell, posted) in self.state.cells.iter() {
            let rows = cell.lines.saturating_sub(back.of_cell.get(&number).copied().unwrap_or_default());
            *lines.entry(cell.key.source).or_default().entry(self.state_of(posted)).or_default() += rows;
        }
        let mut of_sources = BTreeMap::new();
        for (index, source) in self.state.sources.iter() {
            let taken = source.rows_in.saturating_sub(source.refused_in);
            let mut states = match back.sources.get(&index) {
                Some(reason) => States::from([(RowState::Reversed(*reason), taken)]),
                None => {
                    let number = self.state.sources.number(index).unwrap_or(u32::MAX);
                    let mut states = lines.remove(&number).unwrap_or_default();
                    for (_, reason) in back.lines.iter().filter(|(source, _)| *source == index) {
                        *states.entry(RowState::Reversed(*reason)).or_default() += 1;
                    }
                    let others = taken.saturating_sub(states.values().sum());
                    *states.entry(RowState::WithoutMoney).or_default() += others;
                    states
                }
            };
            states.insert(RowState::Refused, source.refused_in);
            states.insert(RowState::NotIn, source.rows.saturating_sub(source.rows_in));
            states.retain(|_, rows| *rows > 0);
            of_sources.insert(index, states);
        }
        Ok(of_sources)
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

    fn taken_back(&self, past: &(impl Past + ?Sized)) -> Result<TakenBack, FoldError> {
        let mut back = TakenBack::default();
        for (&target, &by) in &self.state.reversed {
            let (line, reversal) = (read(target, past)?, read(by, past)?);
            let Event::Reversal(said) = decoded(by, &reversal)? else { continue };
            let source = match decoded(target, &line)? {
                Event::UsageLine(line) => line.source,
                Event::AllocatedLine(line) => line.source,
                Event::SourceOpened(_) => {
                    back.sources.insert(target, said.reason);
                    continue;
                }
                _ => continue,
            };
            back.lines.push((source, said.reason));
            for (index, body) in [(target, &line), (by, &reversal)] {
                if let Some(cell) = self.state.cell_of(index, body, past)? {
                    *back.of_cell.entry(cell).or_default() += 1;
                }
            }
        }
        Ok(back)
    }
}

fn read(index: u64, past: &(impl Past + ?Sized)) -> Result<Vec<u8>, FoldError> {
    past.body(index)?.ok_or(FoldError::Missing { index })
}

fn decoded(index: u64, body: &[u8]) -> Result<Event<'_>, FoldError> {
    Event::decode_trusted(body).map_err(|error| FoldError::Body { index, error })
}
