//! `cantus reverse`: an earlier event, or a whole source, counts no longer.

use clap::Args;
use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::event::particulars::Remark;
use ledger_spec::reference::EventRef;

use super::Context;
use super::desk::Desk;
use super::events::existing;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::text::one_line;
use super::values;

/// Why money is taken back.
const REASONS: &[ReasonCode] = &[
    ReasonCode::ERROR,
    ReasonCode::DUPLICATE,
    ReasonCode::REPLACED,
    ReasonCode::DISPUTE,
    ReasonCode::AGREEMENT,
    ReasonCode::AUDIT,
];

/// Take back an earlier event, or all of a report. Nothing is deleted: the opposite is posted.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus reverse 812 --reason duplicate --why \"Tunehouse sent February twice.\"
  cantus reverse tunehouse-2026-02.tsv --reason duplicate --why \"Tunehouse sent February twice.\"")]
pub struct Arguments {
    /// The event by its index, or a report by the name of its file.
    #[arg(value_name = "INDEX|FILE")]
    target: String,
    /// Why, as a code: error, duplicate, replaced, dispute, agreement or audit.
    #[arg(long, value_parser = values::reason(REASONS), hide_possible_values = true)]
    reason: ReasonCode,
    /// Why, in a sentence that the payee will read.
    #[arg(long, value_name = "SENTENCE")]
    why: String,
}

/// Reverses an event or a source.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (mut desk, target) = Desk::open_with(context, |books| match arguments.target.parse() {
        Ok(index) => existing(&books.ledger, index),
        Err(_) => source(&arguments.target, &books.known()),
    })?;
    let target = EventRef::At(target);
    let accepted = desk.say(&[
        Event::Remark(Remark { about: Some(target), text: &arguments.why }),
        Event::Reversal(Reversal { target, reason: arguments.reason, remark: EventRef::Here(0) }),
    ])?;
    context.out.done(accepted.first + 1, format_args!("Event {target} counts no longer"))?;
    Ok(Exit::Fine)
}

/// The one source of that file name that still counts.
fn source(file: &str, known: &Known<'_>) -> Result<u64, Failure> {
    let (all, live) = known.sources(file);
    match (live.as_slice(), all.as_slice()) {
        ([one], _) => Ok(*one),
        ([], []) => Err(Failure::new(format_args!("no file called {} was imported", one_line(file))).hint(match known
            .open_sources()
        {
            open if open.is_empty() => {
                "cantus log --kind source-opened lists the reports with their indexes".to_owned()
            }
            open => format!("imports were interrupted: {}; give the source that is meant", open.join(", ")),
        })),
        ([], reversed) => Err(Failure::new(format_args!("{file} is reversed already: source {}", indexes(reversed)))),
        (several, _) => {
            Err(Failure::with(Exit::Usage, format_args!("{file} is the name of sources {}", indexes(several)))
                .hint("give the index of the one that is meant; cantus show INDEX tells them apart"))
        }
    }
}

fn indexes(events: &[u64]) -> String {
    events.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}
