//! `cantus replay`: every balance again, from the first event.

use std::time::Instant;

use clap::Args;
use ledger_spec::Hash;

use super::Context;
use super::exit::Exit;
use super::failure::Outcome;
use super::trial_balance::{by_class, say_whether_they_balance};
use super::values;
use crate::export::chart::Chart;
use crate::projection::reports::Months;
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
    let rows = replayed.state.settle()?.rows_by_month(&Filter::default(), &Months::as_posted())?;
    let lines = by_class(&rows, &Chart::default())?;
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
    say_whether_they_balance(&lines, context)?;
    Ok(Exit::Fine)
}
