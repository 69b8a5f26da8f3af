//! `cantus replay`: every balance again, from the first event.

use std::time::Instant;

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::out::{Column, Row};
use super::values;
use crate::projection::{Checks, Filter, State, Until, replay};

/// Fold the log again from its first event, check every byte and every close on the way, and show the trial balance.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus replay
  cantus replay --at 2026-03-31
  cantus replay --trust                 without checking chain and commitments")]
pub struct Arguments {
    /// Up to this event, or to the end of this day or moment (UTC).
    #[arg(long, value_name = "INDEX|DATE|TIME", value_parser = values::until)]
    at: Option<Until>,
    /// Do not check chain, commitments and tree.
    #[arg(long)]
    trust: bool,
}

/// The accounts of a class in a currency, together.
#[derive(Serialize)]
struct Line {
    class: AccountClass,
    currency: Currency,
    debit: Amount,
    credit: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] =
        &[Column::words("CLASS"), Column::words("CURRENCY"), Column::amounts("DEBIT"), Column::amounts("CREDIT")];

    fn cells(&self) -> Vec<String> {
        let amount = |amount: Amount| if amount.is_zero() { String::new() } else { amount.to_string() };
        vec![self.class.to_string(), self.currency.to_string(), amount(self.debit), amount(self.credit)]
    }
}

/// Replays, and shows the trial balance.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let until = arguments.at.unwrap_or(Until::End);
    let checks = if arguments.trust { Checks::Closes } else { Checks::Everything };
    let progress = context.out.progress("replaying", Some(ledger.head().size));
    let started = Instant::now();
    let mut replayed = replay(ledger.store(), State::new(), Hash::default(), until, checks, &mut |events| {
        progress.set_position(events);
    })?;
    let lines = trial_balance(replayed.state.settle()?.balances().rows(&Filter::default()))?;
    progress.finish_and_clear();
    context.say_where_it_ends(&ledger, until);
    context.out.rows(&lines)?;
    let size = replayed.state.size();
    context.out.note(format_args!("\n{} in {} ms", values::many(size, "event"), started.elapsed().as_millis()));
    if let Some(root) = replayed.root {
        context.out.note(format_args!("Chain, commitments and tree are in order; the root is {root}."));
    }
    let closed = replayed.state.periods().closed().len();
    if closed > 0 {
        let closes = values::many(closed as u64, "closed period");
        context.out.note(format_args!("The roots of {closes} are what the books come to."));
    }
    for (currency, total) in totals(&lines)? {
        let word = if total.is_zero() { "balance" } else { "do NOT balance" };
        context.out.note(format_args!("Debits and credits in {currency} {word}."));
    }
    Ok(Exit::Fine)
}

fn trial_balance(rows: Vec<crate::projection::Row>) -> Result<Vec<Line>, Failure> {
    let mut lines: Vec<Line> = Vec::new();
    for row in rows {
        let (class, currency) = (row.account.class, row.account.currency);
        let place = lines.iter().position(|line| (line.class, line.currency) == (class, currency));
        let line = match place.and_then(|at| lines.get_mut(at)) {
            Some(line) => line,
            None => lines.push_mut(Line { class, currency, debit: Amount::ZERO, credit: Amount::ZERO }),
        };
        let side = if row.amount.is_negative() { &mut line.credit } else { &mut line.debit };
        *side = side.try_add(row.amount.abs()).map_err(Failure::new)?;
    }
    Ok(lines)
}

/// Debits less credits of each currency, which are nothing.
fn totals(lines: &[Line]) -> Result<Vec<(Currency, Amount)>, Failure> {
    let mut currencies: Vec<Currency> = lines.iter().map(|line| line.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let total = |currency: Currency| {
        let of = lines.iter().filter(|line| line.currency == currency);
        let total = Amount::try_sum(of.flat_map(|line| [line.debit, -line.credit])).map_err(Failure::new)?;
        Ok((currency, total))
    };
    currencies.into_iter().map(total).collect()
}
