//! `cantus close`: a period is frozen. What was earned becomes due, and the books of that moment are pinned in public.

mod preview;

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::money::Amount;
use serde::Serialize;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::values::{count, many, today};
use crate::projection::{Settled, State};

/// Close a period: everything recorded so far counts in it, and nothing later changes it.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus close 2026-03 --preview     what would be frozen, and what to look at first
  cantus close 2026-03",
    after_help = "With --preview and --json, one object a line; amounts are text:
  look, what, amount, currency: what to look at first
  party, name, contract, becomes, why, currency, amount: what becomes of what was earned
  source, file, state, reason, rows: what each row of each report of the period became, of earlier ones together
The root covers all of it; what became of the rows of a report stands under the row of the party that reported it."
)]
pub struct Arguments {
    /// The month: the one after the last one closed, once it is over.
    period: Period,
    /// Show what would be frozen and what to look at first, and close nothing.
    #[arg(long)]
    preview: bool,
    /// With --preview: how much may wait for one reason, in one currency, before it is worth a look.
    #[arg(long, value_name = "AMOUNT", default_value = "0", requires = "preview")]
    suspense_limit: Amount,
}

/// A close.
#[derive(Serialize)]
struct Closed {
    event: u64,
    period: Period,
    through: u64,
    root: Hash,
    parties: usize,
}

/// Closes a period, or shows what closing it would do.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.preview {
        if let Some(not_over) = not_over(arguments.period) {
            context.out.warn(format_args!("{not_over}; what is recorded until then counts in it too"));
        }
        return preview::run(arguments, context);
    }
    if let Some(not_over) = not_over(arguments.period) {
        return Err(
            Failure::new(not_over).hint("cantus close --preview shows what would be frozen; close it after that day")
        );
    }
    let (mut desk, (key, closed, parties, notes)) = Desk::open_with(context, |books| {
        check_sources(&books.known())?;
        check_next(arguments.period, &books.state)?;
        let mut key = PeriodKey { period: arguments.period, key: Hash::default() };
        getrandom::fill(&mut key.key.0)?;
        let (closed, closing) = books.state.close(&key, &books.ledger)?;
        let settled = books.state.settle()?;
        let found = settled.checklist(arguments.period, Amount::ZERO, &books.ledger)?;
        let notes = [preview::summed(&found), later(arguments.period, &settled)];
        Ok((key, closed, closing.parties().len(), notes))
    })?;
    let accepted = desk.say(&[Event::PeriodKey(key), Event::PeriodClosed(closed)])?;
    let event = accepted.first + 1;
    context.out.json(&Closed { event, period: closed.period, through: closed.through, root: closed.root, parties })?;
    context.out.line(format_args!(
        "Closed {} over {}, with a row for each of {} (event {event})",
        closed.period,
        many(closed.through, "event"),
        count(parties as u64, "party", "parties")
    ))?;
    context.out.line(format_args!("  root {}", closed.root))?;
    notes.into_iter().flatten().for_each(|note| context.out.note(note));
    Ok(Exit::Fine)
}

/// A month is closed once it is over.
fn not_over(period: Period) -> Option<String> {
    let (last, today) = (period.last_day(), today());
    (last >= today).then(|| format!("{period} is not over: it ends on {last}, and today is {today}"))
}

/// Months are closed one after the other; the first that is closed is none before there is usage.
fn check_next(period: Period, state: &State) -> Result<(), Failure> {
    let closed = state.periods().closed();
    if let Some(last) = closed.last().filter(|last| last.period.next() != period) {
        let already = closed.iter().find(|one| one.period == period);
        let what = match already {
            Some(already) => format!("{period} is closed already, by event {}", already.event),
            None => format!("{} was closed last, and no month is left out", last.period),
        };
        return Err(Failure::new(what).hint(format_args!("the next one is {}", last.period.next())));
    }
    match state.first_month().filter(|first| closed.is_empty() && period < *first) {
        None => Ok(()),
        Some(first) => Err(Failure::with(
            Exit::Usage,
            format_args!("{period} is before {first}, the first month of which a report has usage"),
        )
        .hint(format_args!(
            "the first close says where the books begin, and every month follows it: cantus close {first}"
        ))),
    }
}

/// Says that sales of months after the one that is closed become due with it, if any do.
fn later(period: Period, settled: &Settled<'_>) -> Option<String> {
    let last = settled.last_month().filter(|last| *last > period)?;
    Some(format!(
        "Sales of later months, up to {last}, become due with {period} too: a close is over all that was recorded \
         before it."
    ))
}

/// No period closes over a source whose lines are not all in.
fn check_sources(known: &Known<'_>) -> Result<(), Failure> {
    let open = known.open_sources();
    if open.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format_args!("imports were interrupted: {}", open.join(", ")))
        .hint("run cantus import on their files again, or reverse them; then close the period"))
}
