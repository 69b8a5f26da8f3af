//! The months that usage is of, for a close: a period closes over all that was recorded, whatever month it is of.

use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;

use super::rating::Settled;
use super::state::State;

impl State {
    /// The first month of which a source that was not reversed reports usage.
    pub fn first_month(&self) -> Option<Period> {
        let counts = |source| self.sources.row(source).is_some_and(|(_, source)| source.reversed.is_none());
        let cells = self.cells.iter().map(|(_, cell, _)| cell.key).filter(|key| counts(key.source));
        cells.filter_map(|key| self.cells.terms_of(key.terms)).map(|terms| terms.from.period()).min()
    }
}

impl Settled<'_> {
    /// The last month of the usage of which something is earned that becomes due with the next close.
    pub fn last_month(&self) -> Option<Period> {
        let state = self.state;
        let earned = |account| state.balances.account(account).is_some_and(|held| held.class == AccountClass::EARNED);
        let changed = state.cells.changed(state.periods.epoch());
        let earning = changed.filter(|(_, _, now)| now.iter().any(|(account, _)| earned(*account)));
        let terms = earning.filter_map(|(number, _, _)| state.cells.terms_of(state.cells.cell(number)?.key.terms));
        terms.map(|terms| terms.to.period()).max()
    }
}
