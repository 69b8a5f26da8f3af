//! From a row of a file up to everyone paid from it, and from an event to what it posted.

use std::collections::BTreeSet;

use ledger_spec::account::Account;
use ledger_spec::money::Amount;
use serde::Serialize;

use super::View;
use super::cell::Used;
use super::cited::{cited, name_events, noted};
use crate::cli::Context;
use crate::cli::balances::own_side;
use crate::cli::contested::Told;
use crate::cli::events::existing;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Labels;
use crate::projection::Traced;
use crate::royalty::{Part, Why};

/// A posting, for programs.
#[derive(Serialize)]
struct Posted {
    class: String,
    party: String,
    name: Option<String>,
    contract: String,
    reason: String,
    currency: String,
    /// Debit above zero.
    debit: Amount,
    why: String,
    formula: String,
    /// Who claims it, of what is contested.
    #[serde(skip_serializing_if = "Option::is_none")]
    contested: Option<Told>,
}

impl Posted {
    /// What is shown is on the account's own side, as balances are.
    fn new(
        account: &Account,
        debit: Amount,
        shown: Amount,
        why: &Why,
        view: &View<'_>,
        labels: &mut Labels<'_>,
    ) -> Posted {
        let (party, name) = labels.party(account.party);
        Posted {
            class: account.class.to_string(),
            party,
            name,
            contract: labels.contract(account.contract),
            reason: account.reason.to_string(),
            currency: account.currency.to_string(),
            debit,
            why: why.words(),
            formula: view.settled.formula(why, shown),
            contested: None,
        }
    }

    fn show(&self, context: &mut Context) -> Result<(), Failure> {
        context.out.json(self)?;
        let labels = [&self.class, &self.party, &self.contract, &self.reason];
        let labels = labels.into_iter().filter(|label| !label.is_empty()).map(String::as_str).collect::<Vec<_>>();
        context.out.line(format_args!("  {}: {} {}", labels.join(" "), self.formula, self.currency))?;
        context.out.line(format_args!("    {}", self.why))?;
        self.contested.iter().try_for_each(|told| context.out.line(format_args!("    {}", told.claims())))
    }
}

/// A row, its cell, and everyone who is paid from it.
pub fn row(source: u64, row: u64, view: &View<'_>, context: &mut Context) -> Outcome {
    let traced = view.settled.trace(source, row, view.ledger)?.ok_or_else(|| {
        Failure::new(format_args!("row {row} of source {source} became no event"))
            .hint("rows are the lines of the file, counted from 1; headers and comments become none")
    })?;
    let Traced { event, reversed, cell } = traced;
    context.out.line(format_args!("Row {row} is event {event}: {}", view.known.said(event)))?;
    // Itself, or with its whole source.
    if let Some(by) = reversed.or(cell.as_ref().and_then(|cell| cell.cell.reversed)) {
        taken_back(by, view, context)?;
    }
    let Some(cell) = cell else {
        context.out.line("It carries no money of its own, and nobody is paid from it.")?;
        return Ok(Exit::Fine);
    };
    let used = Used::new(&cell.cell, view)?;
    context.out.line("It is rated together with all that any rule must treat alike:")?;
    context.out.line(format_args!("  {}\n", used.words().replace('\n', "\n  ")))?;
    let (mut labels, mut events) = (Labels::new(&view.known), BTreeSet::new());
    for Part { account, amount, why } in &cell.parts {
        cited(why, &mut events);
        let contested = view.settled.slice(cell.cell.number, why);
        let contested = contested.map(|slice| Told::new(&slice, &view.known, &mut labels));
        Posted { contested, ..Posted::new(account, -*amount, *amount, why, view, &mut labels) }.show(context)?;
    }
    noted(&cell, "  ", &mut events, context)?;
    name_events(&events, view, context)?;
    Ok(Exit::Fine)
}

/// Says that it counts no longer, and why.
fn taken_back(by: u64, view: &View<'_>, context: &mut Context) -> Result<(), Failure> {
    let why = view.known.remark(by).map_or_else(String::new, |remark| format!(": \"{remark}\""));
    context.out.line(format_args!("It was reversed by event {by}{why}"))
}

/// What an event posted by itself.
pub fn event(event: u64, view: &View<'_>, context: &mut Context) -> Outcome {
    existing(view.ledger, event)?;
    context.out.line(format_args!("Event {event}: {}", view.known.said(event)))?;
    if let Some(remark) = view.known.remark(event) {
        context.out.line(format_args!("Because: \"{remark}\""))?;
    }
    if let Some(by) = view.settled.state().reversal_of(event) {
        taken_back(by, view, context)?;
    }
    let postings = view.settled.posted_by(event, view.ledger)?;
    let (mut labels, mut events) = (Labels::new(&view.known), BTreeSet::new());
    for posting in &postings {
        cited(&posting.why, &mut events);
        let own = own_side(&posting.account, posting.amount);
        Posted::new(&posting.account, posting.amount, own, &posting.why, view, &mut labels).show(context)?;
    }
    if postings.is_empty() {
        context.out.line("It posts nothing by itself. What it changes is in the usage that it is about.")?;
    }
    name_events(&events, view, context)?;
    Ok(Exit::Fine)
}
