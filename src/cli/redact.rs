//! `cantus redact`: names and sentences are erased; that there were some stays visible.

use clap::Args;
use ledger_spec::code::RedactionReason;
use ledger_spec::event::Event;
use ledger_spec::event::governance::Redacted;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::Outcome;
use super::values::one_of;

/// Erase the body of an event that holds names or a sentence.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus log --class particulars        what can be erased
  cantus redact 17 --reason request")]
pub struct Arguments {
    /// The event. Only party details, remarks and names as reported can be erased.
    index: u64,
    /// Why: request, court-order, entered-by-mistake or retention-ended.
    #[arg(long, value_parser = one_of(RedactionReason::KNOWN.to_vec()), hide_possible_values = true)]
    reason: RedactionReason,
}

/// Erases a body.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let mut desk = Desk::open(context)?;
    let redacted = Redacted { target: arguments.index, reason: arguments.reason };
    let accepted = desk.say(&[Event::Redacted(redacted)])?;
    context.out.done(accepted.first, format_args!("Erased the body of event {}", arguments.index))?;
    context.out.note(
        "Its record and proofs stay. Backups and copies of the ledger made before may still hold the body, as may \
         remnants on the disk.",
    );
    Ok(Exit::Fine)
}
