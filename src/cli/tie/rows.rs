//! What each row of each source became, counted.

use std::collections::BTreeMap;

use ledger_spec::code::ReasonCode;
use ledger_spec::reference::PartyId;
use serde::Serialize;

use crate::cli::known::Labels;
use crate::cli::out::{Column, Row};
use crate::projection::State;
use crate::projection::reports::{RowState, States};

/// The rows of a source in one state, for people and programs.
#[derive(Debug, Serialize)]
pub struct Counted {
    source: u64,
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
        vec![source.to_string(), file.clone(), (*state).to_owned(), reason.clone(), rows.to_string()]
    }
}

/// The states of the sources of a payer, or of all.
pub fn counted(
    states: BTreeMap<u64, States>,
    payer: Option<PartyId>,
    books: &State,
    labels: &mut Labels<'_>,
) -> Vec<Counted> {
    let reporter = |source: u64| books.sources().get(source).map(|source| source.reporter);
    let asked = states.into_iter().filter(|(source, _)| payer.is_none() || reporter(*source) == payer);
    let mut all = Vec::new();
    for (source, states) in asked {
        for (state, rows) in states {
            let (state, reason) = words(state);
            all.push(Counted { source, file: labels.file(source), state, reason, rows });
        }
    }
    all
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
