//! `cantus explain`: why is this number this number? From a balance down to rule, licence, share, split and the row of
//! the file; from a row up to everyone paid from it; from an event to what it posted.

mod account;
mod cell;
mod cited;
mod row;

pub use cell::Used;
pub use cited::cited;
use clap::{ArgGroup, Args};
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::money::Currency;

use super::Context;
use super::failure::Outcome;
use super::known::Known;
use super::values;
use crate::ledger::Ledger;
use crate::projection::{Settled, Until};

/// Explain a balance, a row of a report, or what an event posted: in words, and as a formula with its numbers.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["event", "party", "class", "source"]),
    before_help = "Examples:
  cantus explain --party mira                        what Mira has, and where it comes from
  cantus explain --party mira --currency USD --all   every part of it, however many
  cantus explain --class suspense                    why money waits
  cantus explain --source report.tsv --row 5         who was paid from this row
  cantus explain 223                                 what this event posted"
)]
pub struct Arguments {
    /// What this event posted by itself.
    event: Option<u64>,
    /// The balances of this party, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Balances of this class.
    #[arg(long, value_name = "CLASS", value_parser = values::class)]
    class: Option<AccountClass>,
    /// Money that waits for this reason.
    #[arg(long, value_name = "REASON", value_parser = values::suspense)]
    reason: Option<SuspenseReason>,
    /// Balances in this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Every part of a balance; only the largest are shown otherwise.
    #[arg(long)]
    all: bool,
    /// A report, by the name of its file or its first event.
    #[arg(long, value_name = "FILE|INDEX", requires = "row")]
    source: Option<String>,
    /// A line of the report's file, from 1.
    #[arg(long, value_name = "LINE", requires = "source")]
    row: Option<u64>,
    /// As it stood after this event, or at the end of this day or moment (UTC).
    #[arg(long, value_name = "INDEX|DATE|TIME", value_parser = values::until)]
    at: Option<Until>,
}

/// What explanations are made from.
pub struct View<'a> {
    /// The books.
    pub settled: Settled<'a>,
    /// The log they are of.
    pub ledger: &'a Ledger,
    /// Its codes and names.
    pub known: Known<'a>,
}

/// Explains what was asked for.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let mut state = context.state(&ledger, arguments.at.unwrap_or(Until::End))?;
    let settled = state.settle()?;
    let view = View { settled, ledger: &ledger, known: Known::new(settled.state(), &ledger) };
    match (arguments.event, &arguments.source, arguments.row) {
        (Some(event), ..) => row::event(event, &view, context),
        (_, Some(source), Some(row)) => row::row(view.known.find_source(source)?, row, &view, context),
        _ => account::run(arguments, &view, context),
    }
}
