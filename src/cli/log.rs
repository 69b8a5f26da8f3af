//! `cantus log`: the events, in order.

use clap::Args;
use ledger_spec::event::{Class, KINDS};

use super::Context;
use super::beside::Beside;
use super::events::{Listed, walk};
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use crate::projection::{State, Until};

/// List the events of the log.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus log                          everything, from the first event
  cantus log --last 20                the newest
  cantus log --kind claim --kind share
  cantus log --class money --json | jq .event")]
pub struct Arguments {
    /// Begin with this event.
    #[arg(long, value_name = "INDEX", default_value_t = 0, conflicts_with = "last")]
    from: u64,
    /// End before this event.
    #[arg(long, value_name = "INDEX")]
    to: Option<u64>,
    /// The last so many events only.
    #[arg(long, value_name = "N")]
    last: Option<u64>,
    /// Events of this class only; may be given several times.
    #[arg(long, value_name = "CLASS", value_parser = class)]
    class: Vec<Class>,
    /// Events of this kind only, such as claim or usage-line; may be given several times.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Vec<&'static str>,
}

/// Lists the events that were asked for.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let size = ledger.head().size;
    let to = arguments.to.unwrap_or(size).min(size);
    let from = arguments.last.map_or(arguments.from, |last| to.saturating_sub(last));
    if from >= to {
        return Ok(Exit::Fine);
    }
    // A log that cannot be folded can still be listed, with what the events say themselves.
    let state = match context.out.is_json() {
        true => State::default(),
        false => context.state(&ledger, Until::End).unwrap_or_default(),
    };
    context
        .out
        .line(format_args!("{:>9}  {:<24}  {:<11}  {:<19}  {}", "INDEX", "RECORDED", "CLASS", "KIND", "SAYS"))?;
    let known = Known::new(&state, &ledger);
    let names = Beside::new(&known, &ledger);
    walk(&ledger, from, |event| {
        if event.index >= to {
            return Ok(false);
        }
        if arguments.wants(event) {
            print(event, &names, &known, context)?;
        }
        Ok(true)
    })?;
    Ok(Exit::Fine)
}

fn print(event: &Listed<'_>, names: &Beside<'_>, known: &Known<'_>, context: &mut Context) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.json(event);
    }
    let (kind, says) = match &event.event {
        Some(known) => (known.name(), names.describe(event.index, known)),
        None if event.erased => ("erased", String::new()),
        None => ("unknown", "of a kind that this version does not know".to_owned()),
    };
    let Listed { index, recorded_at, class, .. } = event;
    let text = [says].into_iter().chain(known.reversed(*index)).collect::<Vec<_>>().join("; ");
    context.out.line(format_args!("{index:>9}  {recorded_at:<24}  {class:<11}  {kind:<19}  {text}"))
}

impl Arguments {
    fn wants(&self, event: &Listed<'_>) -> bool {
        let kind = event.event.as_ref().map(|event| event.name());
        (self.class.is_empty() || self.class.contains(&event.class))
            && (self.kind.is_empty() || kind.is_some_and(|kind| self.kind.contains(&kind)))
    }
}

fn class(name: &str) -> Result<Class, String> {
    let known = || Class::ALL.map(Class::name).join(", ");
    Class::ALL.into_iter().find(|class| class.name() == name).ok_or_else(|| format!("known are {}", known()))
}

fn kind(name: &str) -> Result<&'static str, String> {
    let known = || KINDS.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    KINDS.iter().map(|(_, known)| *known).find(|known| *known == name).ok_or_else(|| format!("known are {}", known()))
}
