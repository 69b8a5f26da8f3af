//! What each row of each source became, counted.

use std::collections::BTreeMap;

use ledger_spec::code::ReasonCode;
use ledger_spec::period::RowState;
use serde::Serialize;

use crate::cli::known::Labels;
use crate::cli::out::{Column, Row};
use crate::projection::Settled;
use crate::projection::reports::States;

/// The rows of a source in one state, for people and programs.
#[derive(Debug, Serialize)]
pub struct Counted {
    /// Its first event; none of earlier reports together.
    source: Option<u64>,
    file: String,
    state: &'static str,
    reason: String,
    rows: u64,
}

impl Row for Counted {
    const COLUMNS: &'static [Column] = &[
        Column::words("SOURCE"),
        Column::words("FILE"),
        Column::words("STATE"),
        Column::words("REASON"),
        Column::numbers("ROWS"),
    ];

    fn cells(&self) -> Vec<String> {
        let Counted { source, file, state, reason, rows } = self;
        let source = source.map_or_else(String::new, |source| source.to_string());
        vec![source, file.clone(), (*state).to_owned(), reason.clone(), rows.to_string()]
    }
}

/// The states of sources.
pub fn counted(states: BTreeMap<u64, States>, labels: &mut Labels<'_>) -> Vec<Counted> {
    let of = |(source, states)| of(Some(source), &labels.file(source), states);
    states.into_iter().flat_map(of).collect()
}

/// What a close counts: the sources of its period each by itself, those before together.
pub fn under_a_close(settled: &Settled<'_>, labels: &mut Labels<'_>) -> Vec<Counted> {
    let periods = settled.state().periods();
    let mut earlier = settled.rows();
    let these = earlier.split_off(&periods.first_event(periods.epoch()));
    let mut together = States::new();
    for (state, rows) in earlier.into_values().flatten() {
        *together.entry(state).or_default() += rows;
    }
    let mut all = counted(these, labels);
    all.extend(of(None, "earlier reports", together));
    all
}

fn of(source: Option<u64>, file: &str, states: States) -> Vec<Counted> {
    let counted = |(state, rows)| {
        let (state, reason) = words(state);
        Counted { source, file: file.to_owned(), state, reason, rows }
    };
    states.into_iter().map(counted).collect()
}

fn words(state: RowState) -> (&'static str, String) {
    match state {
        RowState::Posted => ("posted", String::new()),
        RowState::Suspense(reason) => ("suspense", reason.to_string()),
        RowState::Reversed(ReasonCode::DUPLICATE) => ("duplicate", String::new()),
        RowState::Reversed(reason) => ("reversed", reason.to_string()),
        RowState::Refused => ("refused", String::new()),
        RowState::WithoutMoney => ("without-money", String::new()),
        RowState::NotIn => ("not-in", String::new()),
    }
}
