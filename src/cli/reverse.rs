//! `cantus reverse`: an earlier event, or a whole source, counts no longer.

use clap::Args;
use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::money::Reversal;
use ledger_spec::event::particulars::Remark;
use ledger_spec::reference::EventRef;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::values;
use crate::ingest::catalogue::Names;

/// Take back an earlier event, or all of a report. Nothing is deleted: the opposite is posted.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus reverse 812 --reason duplicate --why \"Tunehouse sent February twice.\"
  cantus reverse tunehouse-2026-02.tsv --reason duplicate --why \"Tunehouse sent February twice.\"")]
pub struct Arguments {
    /// The event by its index, or a report by the name of its file.
    #[arg(value_name = "INDEX|FILE")]
    target: String,
    /// Why, as a code: error, duplicate, replaced, dispute, agreement, audit.
    #[arg(long, value_parser = values::reason)]
    reason: ReasonCode,
    /// Why, in a sentence that the payee will read.
    #[arg(long, value_name = "SENTENCE")]
    why: String,
}

/// Reverses an event or a source.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (mut desk, target) = Desk::open_with(context, |books| match arguments.target.parse() {
        Ok(index) => Ok(index),
        Err(_) => books.known().source(&arguments.target).ok_or_else(|| {
            Failure::new(format_args!("no file called {} was imported", arguments.target))
                .hint("cantus log --kind source-opened lists the reports with their indexes")
        }),
    })?;
    let target = EventRef::At(target);
    let accepted = desk.say(&[
        Event::Remark(Remark { about: Some(target), text: &arguments.why }),
        Event::Reversal(Reversal { target, reason: arguments.reason, remark: EventRef::Here(0) }),
    ])?;
    context.out.done(accepted.first + 1, format_args!("Event {target} counts no longer"))?;
    Ok(Exit::Fine)
}
