//! From a balance down: the cells that have a part in it, by which rule and with which numbers, and the events that
//! posted to it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::money::Amount;
use serde::Serialize;

use super::cell::Used;
use super::cited::{cited, name_events, noted};
use super::{Arguments, View};
use crate::cli::Context;
use crate::cli::balances::own_side;
use crate::cli::contested::Told;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Labels;
use crate::cli::values::many;
use crate::projection::{CellParts, Explained, Filter};
use crate::royalty::Part;

/// Cells of a balance that are shown unless all are asked for.
const SHOWN: usize = 20;

/// A part of a balance, for programs: of a cell, or posted by an event.
#[derive(Serialize)]
struct Line<'a> {
    class: AccountClass,
    party: &'a str,
    contract: &'a str,
    currency: String,
    /// On the account's own side, as in `cantus balances`.
    amount: Amount,
    why: String,
    formula: String,
    /// Who claims it, of what is contested.
    #[serde(skip_serializing_if = "Option::is_none")]
    contested: Option<Told>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a Used>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
}

/// An account under its labels.
struct Headed {
    explained: Explained,
    party: String,
    contract: String,
}

pub fn run(arguments: &Arguments, view: &View<'_>, context: &mut Context) -> Outcome {
    let filter = Filter {
        class: arguments.class,
        party: arguments.party.as_deref().map(|name| view.known.find_party(name)).transpose()?,
        reason: arguments.reason,
        currency: arguments.currency,
        ..Filter::default()
    };
    let mut labels = Labels::new(&view.known);
    let (mut events, mut shown) = (BTreeSet::new(), false);
    for account in accounts(&filter, view) {
        let explained = view.settled.explain(&account);
        if explained.amount.is_zero() && explained.cells.is_empty() && explained.events.is_empty() {
            continue;
        }
        let headed =
            Headed { explained, party: labels.party(account.party).0, contract: labels.contract(account.contract) };
        if shown {
            context.out.line("")?;
        }
        shown = true;
        headed.show(arguments.all, &mut events, view, context)?;
    }
    name_events(&events, view, context)?;
    Ok(Exit::Fine)
}

/// The accounts that are asked for, and for what is due the account that it was earned in.
fn accounts(filter: &Filter, view: &View<'_>) -> BTreeSet<Account> {
    let balances = view.settled.balances();
    let mut accounts: BTreeSet<Account> = balances.rows(filter).into_iter().map(|row| row.account).collect();
    let due: Vec<Account> = accounts.iter().copied().filter(|account| account.class == AccountClass::DUE).collect();
    accounts.extend(due.into_iter().map(|due| Account { class: AccountClass::EARNED, ..due }));
    accounts
}

impl Headed {
    fn show(
        &self,
        all: bool,
        cited_events: &mut BTreeSet<u64>,
        view: &View<'_>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let Headed { explained: Explained { account, amount, cells, events }, party, contract } = self;
        let labels = [account.class.to_string(), party.clone(), contract.clone(), account.reason.to_string()];
        let labels = labels.iter().filter(|label| !label.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
        context.out.line(format_args!("{labels}: {} {}", own_side(account, *amount), account.currency))?;
        for (event, debit) in events {
            self.event(*event, *debit, view, context)?;
        }
        let mut cells: Vec<&CellParts> = cells.iter().collect();
        cells.sort_by_key(|cell| Reverse(size(cell)));
        let shown = if all { cells.len() } else { SHOWN.min(cells.len()) };
        let (first, rest) = cells.split_at(shown);
        for cell in first {
            self.cell(cell, cited_events, view, context)?;
        }
        if !rest.is_empty() {
            let left = many(rest.len() as u64, "smaller part");
            context.out.line(format_args!("  and {left}; --all shows every one"))?;
        }
        Ok(())
    }

    fn event(&self, event: u64, debit: Amount, view: &View<'_>, context: &mut Context) -> Result<(), Failure> {
        let account = &self.explained.account;
        let (amount, mut why) = (own_side(account, debit), view.known.said(event));
        if let Some(remark) = view.known.remark(event) {
            why = format!("{why}: \"{remark}\"");
        }
        context.out.json(&Line { event: Some(event), ..self.line(amount, why.clone(), amount.to_string()) })?;
        context.out.line(format_args!("  {amount}  by event {event}: {why}"))
    }

    fn cell(
        &self,
        cell: &CellParts,
        cited_events: &mut BTreeSet<u64>,
        view: &View<'_>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let used = Used::new(&cell.cell, view)?;
        context.out.line(format_args!("  {}", used.words().replace('\n', "\n  ")))?;
        let receivable = self.explained.account.class == AccountClass::RECEIVABLE;
        for Part { amount, why, .. } in &cell.parts {
            cited(why, cited_events);
            let (words, formula) = (why.words(), why.formula(*amount));
            let own = if receivable { *amount } else { own_side(&self.explained.account, -*amount) };
            let contested = view.settled.slice(cell.cell.number, why);
            let contested = contested.map(|slice| Told::new(&slice, &view.known, &mut Labels::new(&view.known)));
            context.out.line(format_args!("    {formula}\n      {words}"))?;
            contested.iter().try_for_each(|told| context.out.line(format_args!("      {}", told.claims())))?;
            let line = Line { contested, cell: Some(&used), ..self.line(own, words, formula) };
            context.out.json(&line)?;
        }
        noted(cell, "      ", cited_events, context)
    }

    fn line(&self, amount: Amount, why: String, formula: String) -> Line<'_> {
        let Headed { explained: Explained { account, .. }, party, contract } = self;
        Line {
            class: account.class,
            party,
            contract,
            currency: account.currency.to_string(),
            amount,
            why,
            formula,
            contested: None,
            cell: None,
            event: None,
        }
    }
}

/// How much of the balance a cell is, whatever its sign.
fn size(cell: &CellParts) -> i128 {
    cell.parts.iter().map(|part| part.amount.picos()).sum::<i128>().abs()
}
