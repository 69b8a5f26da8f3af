//! `cantus statement`: what a party earned in a period, line by line with its formula, and what became of it.

mod column;
mod csv;
mod diff;
mod print;
mod restated;
mod words;

use clap::{Args, Subcommand};
use ledger_spec::date::Period;
use ledger_spec::reference::PartyId;

use super::Context;
use super::exit::Exit;
use super::explain::View;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::report::When;
use crate::projection::{Periods, Stage, Until};

/// Show a party's statement over a period: what came in, by which rule, and what is due.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    before_help = "Examples:
  cantus statement anna 2026-03                  as it was closed
  cantus statement anna 2026-01 --to 2026-03     three periods, one after the other
  cantus statement anna 2026-04                  the open period, as it stands
  cantus statement anna 2026-03 --restated       all that March's uses earned, as known now
  cantus statement diff anna 2026-03 --then 2026-03
                                                 what of that was known otherwise when March was closed",
    after_help = "With --json, one object a line; amounts are text, above zero is the party's:
  opening: statement, stage (closed or open), party, payer, contract, currency, amount
  line: what, service, territory, terms, units, source, file, amount, before, late, taken_back (event, remark), parts
    (amount, why, formula, events)
  move: event, what, formula, remark, account, amount
  closing: earned, amount, due, unrecouped, reserve
  held: class, amount, why it is not paid on the last day of the period (nothing if it can be), words (the same)
  contested: amount, work, title, part, claims (claim, party, name, share, agreed): it waits once, for all
  waiting: reason, amount, work, title, share, part, for_all: what waits for a share of the party until it is licensed or priced
  total: amount, due: of the contracts in a currency together, where there are several
  reserve-opening, reserve-move, reserve-closing: what is kept back against returns
Each has the first six of opening. Opening, lines and moves come to closing; what is kept back stands beside them and comes to its own.
A line of uses that were posted in an earlier period too shows what changed: amount = parts - before.
Late is the closed period that a line belongs to, where it came, or changed, after that was closed."
)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Whose statement, by code or id.
    #[arg(required = true)]
    party: Option<String>,
    /// The period: a closed one, or the open one as it stands.
    #[arg(required = true)]
    period: Option<Period>,
    /// The last of several periods.
    #[arg(long, value_name = "PERIOD")]
    to: Option<Period>,
    /// What the uses of that month earned, whenever it was posted, as known now or --at.
    #[arg(long, conflicts_with_all = ["to", "as_of"])]
    restated: bool,
    #[command(flatten)]
    when: When,
    /// Every line; only the largest are shown otherwise.
    #[arg(long)]
    all: bool,
    /// Every decimal of the amounts; the text rounds them to coins otherwise. JSON and CSV always have them all.
    #[arg(long)]
    exact: bool,
    /// Write records for a spreadsheet.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diff(diff::Arguments),
}

/// Whose statements, over which period.
#[derive(Debug, Clone, Copy)]
struct Asked {
    party: PartyId,
    period: Period,
    stage: Stage,
}

/// Shows a statement, or what of one is known otherwise.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    match (&arguments.command, &arguments.party, arguments.period) {
        (Some(Command::Diff(arguments)), ..) => diff::run(arguments, context),
        (None, Some(party), Some(period)) => statement(party, period, arguments, context),
        // Both are required where there is no command.
        (None, ..) => Err(Failure::with(Exit::Usage, "whose statement, over which period?")),
    }
}

fn statement(party: &str, period: Period, arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.csv {
        context.out.as_csv();
    }
    let (ledger, mut now) = arguments.when.open(context)?;
    let at = Until::Size(now.size());
    let party = Known::new(&now, &ledger).find_party(party)?;
    if arguments.restated {
        let settled = now.settle()?;
        let view = View { settled, ledger: &ledger, known: Known::new(settled.state(), &ledger) };
        return restated::run(party, period, &view, context);
    }
    let periods = asked(now.periods(), period, arguments.to.unwrap_or(period))?;
    let mut records = Vec::new();
    for (place, (period, through)) in periods.into_iter().enumerate() {
        let mut state = context.state(&ledger, through.map_or(at, Until::Size))?;
        let settled = state.settle()?;
        let view = View { settled, ledger: &ledger, known: Known::new(settled.state(), &ledger) };
        let of = Asked { party, period, stage: if through.is_some() { Stage::Closed } else { Stage::Open } };
        if arguments.csv {
            records.extend(csv::records(of, &view)?);
            continue;
        }
        if place > 0 {
            context.out.line("")?;
        }
        let how = print::How { all: arguments.all, exact: arguments.exact };
        print::statements(of, how, &view, context)?;
    }
    if arguments.csv {
        context.out.rows(&records)?;
    }
    Ok(Exit::Fine)
}

/// The periods of a range: how many events each was closed over, or that it is open.
fn asked(periods: &Periods, from: Period, to: Period) -> Result<Vec<(Period, Option<u64>)>, Failure> {
    let closed = periods.closed().iter().map(|closed| (closed.period, Some(closed.through)));
    let all = closed.chain(periods.open().map(|open| (open, None)));
    let found: Vec<_> = all.clone().filter(|(period, _)| (from..=to).contains(period)).collect();
    if let (Some((first, _)), Some((last, _))) = (found.first(), found.last())
        && (*first, *last) == (from, to)
    {
        return Ok(found);
    }
    let known: Vec<_> = all.map(|(period, _)| period.to_string()).collect();
    let range = if from == to { from.to_string() } else { format!("{from} to {to}") };
    let failure = Failure::with(Exit::Usage, format_args!("there are no books of {range}"));
    Err(match known.as_slice() {
        [] => failure,
        [open] => failure.hint(format_args!("no period was closed yet; the open one is {open}")),
        [first, .., last] => failure.hint(format_args!("there are those of {first} to {last}, which is open")),
    })
}
