//! What the uses of a month earned a party, whenever it was posted.

use std::collections::BTreeMap;

use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::explain::{Used, View};
use crate::cli::failure::Outcome;
use crate::cli::known::Labels;
use crate::cli::out::{Column, Row};
use crate::projection::{CellView, FoldError, Settled, Under};

/// What uses have earned.
#[derive(Serialize)]
struct Line {
    contract: String,
    currency: Currency,
    #[serde(flatten)]
    used: Used,
    now: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] =
        &[Column::words("CONTRACT"), Column::words("USES"), Column::amounts("NOW"), Column::words("CURRENCY")];

    fn cells(&self) -> Vec<String> {
        let Line { contract, currency, used, now } = self;
        [contract.clone(), used.in_one_line(), now.to_string(), currency.to_string()].to_vec()
    }
}

/// Uses that are told apart, whichever periods they were posted in: by source, numbers and terms.
pub type Uses = (Under, (u64, u32, u32, u32), ledger_spec::event::usage::Terms);

/// What uses have earned, and the cell that says what they are, with the units and the money of all of them.
pub type Earned = BTreeMap<Uses, (CellView, Amount)>;

/// Shows what the uses of a month have earned.
pub fn run(party: PartyId, month: Period, view: &View<'_>, context: &mut Context) -> Outcome {
    let mut labels = Labels::new(&view.known);
    let line = |(((contract, currency), ..), (cell, now)): (Uses, (CellView, Amount))| Line {
        contract: labels.contract(contract),
        currency,
        used: Used::named(&cell, view),
        now,
    };
    let rows: Vec<Line> = earned(&view.settled, party, month)?.into_iter().map(line).collect();
    context.out.rows(&rows)?;
    if rows.is_empty() {
        context.out.note(format_args!("{month}: Nothing was earned by its uses."));
    }
    Ok(Exit::Fine)
}

/// What the uses of a month have earned a party.
pub fn earned(settled: &Settled<'_>, party: PartyId, month: Period) -> Result<Earned, FoldError> {
    let wide = |_: AmountError| FoldError::OutOfRange { index: settled.state().size(), what: "a sum of a statement" };
    let mut earned = Earned::new();
    for (under, line) in settled.restated(party, month)? {
        let CellView { source, resource, release, controller, terms, units, money, .. } = line.cell;
        let uses = (under, (source, resource, release, controller), terms);
        match earned.get_mut(&uses) {
            None => drop(earned.insert(uses, (line.cell, line.amount))),
            Some((cell, sum)) => {
                cell.units = cell.units.saturating_add(units);
                cell.money = cell.money.try_add(money).map_err(wide)?;
                *sum = sum.try_add(line.amount).map_err(wide)?;
            }
        }
    }
    Ok(earned)
}
