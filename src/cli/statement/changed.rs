//! What the uses of a month earned a party, whenever it was posted; and what of that is known otherwise than then.

use std::collections::BTreeMap;

use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::Arguments;
use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::explain::{Used, View};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Labels;
use crate::cli::out::{Column, Row};
use crate::projection::{CellView, Settled, Under};

/// What uses have earned, as known then and as known now.
#[derive(Serialize)]
struct Changed {
    contract: String,
    currency: Currency,
    #[serde(flatten)]
    used: Used,
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<Amount>,
    now: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Amount>,
}

impl Row for Changed {
    const COLUMNS: &'static [Column] = &[
        Column::words("CONTRACT"),
        Column::words("USES"),
        Column::amounts("THEN"),
        Column::amounts("NOW"),
        Column::amounts("CHANGE"),
        Column::words("CURRENCY"),
    ];

    fn cells(&self) -> Vec<String> {
        let amount = |amount: Option<Amount>| amount.map_or_else(String::new, |amount| amount.to_string());
        let Changed { contract, currency, used, then, now, change } = self;
        let (then, now, change) = (amount(*then), now.to_string(), amount(*change));
        [contract.clone(), used.in_one_line(), then, now, change, currency.to_string()].to_vec()
    }
}

/// Uses that are told apart, whichever periods they were posted in: by source, numbers and terms.
type Uses = (Under, (u64, u32, u32, u32), ledger_spec::event::usage::Terms);

/// What uses have earned, and the cell that says what they are.
type Earned = BTreeMap<Uses, (CellView, Amount)>;

pub fn run(party: PartyId, arguments: &Arguments, view: &View<'_>, context: &mut Context) -> Outcome {
    let month = arguments.period;
    let now = earned(&view.settled, party, month)?;
    let then = match arguments.then {
        None => None,
        Some(until) => {
            let mut state = context.state(view.ledger, until)?;
            Some(earned(&state.settle()?, party, month)?)
        }
    };
    let mut labels = Labels::new(&view.known);
    let mut rows = Vec::new();
    for (uses, cell, then, now) in joined(then, now) {
        let change = then.map(|then| now.try_sub(then)).transpose().map_err(Failure::new)?;
        if change.is_some_and(Amount::is_zero) {
            continue;
        }
        let (contract, currency) = uses.0;
        rows.push(Changed {
            contract: labels.contract(contract),
            currency,
            used: Used::named(&cell, view),
            then,
            now,
            change,
        });
    }
    context.out.rows(&rows)?;
    if rows.is_empty() {
        let what = if arguments.then.is_some() { "Nothing changed since" } else { "Nothing was earned by its uses" };
        context.out.note(format_args!("{month}: {what}."));
    }
    Ok(Exit::Fine)
}

fn earned(settled: &Settled<'_>, party: PartyId, month: ledger_spec::date::Period) -> Result<Earned, Failure> {
    let mut earned = Earned::new();
    for (under, line) in settled.restated(party, month)? {
        let CellView { source, resource, release, controller, terms, .. } = line.cell;
        let sum = earned.entry((under, (source, resource, release, controller), terms));
        let (_, sum) = sum.or_insert((line.cell, Amount::ZERO));
        *sum = sum.try_add(line.amount).map_err(Failure::new)?;
    }
    Ok(earned)
}

/// Both moments side by side. What one of them does not know earned nothing there.
fn joined(then: Option<Earned>, now: Earned) -> Vec<(Uses, CellView, Option<Amount>, Amount)> {
    let compares = then.is_some();
    let mut then = then.unwrap_or_default();
    let mut rows = Vec::new();
    for (uses, (cell, now)) in now {
        let before = then.remove(&uses).map_or(Amount::ZERO, |(_, amount)| amount);
        rows.push((uses, cell, compares.then_some(before), now));
    }
    rows.extend(then.into_iter().map(|(uses, (cell, before))| (uses, cell, Some(before), Amount::ZERO)));
    rows
}
