//! `cantus show`: one event, whole: the public record, its submission, and the body.

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::commitment::Salt;
use ledger_spec::record::Record;
use serde::Serialize;

use super::Context;
use super::beside::Beside;
use super::events::{Listed, existing, moment, submission_of};
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use crate::ledger::Ledger;
use crate::projection::Until;
use crate::store::Body;

/// Show one event: what everybody sees of it, and what it says.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus show 42
  cantus show 42 --json")]
pub struct Arguments {
    /// Its place in the log.
    index: u64,
}

/// The whole of an event.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    listed: Listed<'a>,
    prev: Hash,
    commitment: Hash,
    record: String,
    salt: Option<String>,
    body: Option<String>,
    submission: Submission,
}

/// The submission it came in.
#[derive(Serialize)]
struct Submission {
    first: u64,
    count: u32,
    number: u64,
    basis: u64,
    signed_at: String,
    signature: String,
}

impl Submission {
    fn of(ledger: &Ledger, index: u64) -> Result<Submission, Failure> {
        let (first, seal) = submission_of(ledger, index)?;
        Ok(Submission {
            first,
            count: seal.count,
            number: seal.number,
            basis: seal.basis_size,
            signed_at: moment(seal.signed_at),
            signature: seal.signature.to_string(),
        })
    }
}

/// Shows an event.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let event = ledger.store().event(existing(&ledger, arguments.index)?)?;
    let record = Record::parse(&event.record).map_err(|error| Failure::with(Exit::Malformed, error))?;
    let (opening, erased): (Option<(Salt, &[u8])>, bool) = match &event.body {
        Body::Inline => (record.inline.map(|opening| (opening.salt, opening.body)), false),
        Body::Present { salt, bytes } => (Some((*salt, bytes)), false),
        Body::Erased { .. } => (None, true),
    };
    let shown = Shown {
        listed: Listed::new(&record, opening.map(|(_, body)| body), erased),
        prev: record.prev,
        commitment: record.commitment,
        record: hex(&event.record),
        salt: opening.map(|(salt, _)| hex(&salt)),
        body: opening.map(|(_, body)| hex(body)),
        submission: Submission::of(&ledger, record.index)?,
    };
    if context.out.is_json() {
        context.out.json(&shown)?;
        return Ok(Exit::Fine);
    }
    let state = context.state(&ledger, Until::End).unwrap_or_default();
    let known = Known::new(&state, &ledger);
    let names = Beside::new(&known, &ledger);
    let says = shown.listed.event.as_ref().map(|event| names.describe(record.index, event));
    let says = says.into_iter().chain(known.reversed(record.index)).collect::<Vec<_>>().join("; ");
    print(&shown, &says, context)?;
    Ok(Exit::Fine)
}

fn print(shown: &Shown<'_>, says: &str, context: &mut Context) -> Result<(), Failure> {
    let Shown { listed, prev, commitment, submission, .. } = shown;
    let out = &mut context.out;
    let kind = listed.event.as_ref().map_or("unknown", |event| event.name());
    out.line(format_args!("event       {}", listed.index))?;
    out.line(format_args!("kind        {} ({})", if listed.erased { "erased" } else { kind }, listed.class))?;
    if !says.is_empty() {
        out.line(format_args!("says        {says}"))?;
    }
    out.line(format_args!("recorded    {}", listed.recorded_at))?;
    out.line(format_args!("author      {}", listed.author))?;
    out.line(format_args!("hash        {}", listed.hash))?;
    out.line(format_args!("prev        {prev}"))?;
    out.line(format_args!("commitment  {commitment}"))?;
    let Submission { first, count, number, basis, signed_at, signature } = submission;
    let last = first + u64::from(*count) - 1;
    let events = if last == *first { format!("event {first}") } else { format!("events {first} to {last}") };
    out.line(format_args!("submission  {number} of its author: {events}, on a basis of {basis}"))?;
    out.line(format_args!("signed      {signed_at}"))?;
    out.line(format_args!("signature   {signature}"))?;
    match &listed.event {
        _ if listed.erased => out.line("\nIts body was erased."),
        None => out.line("\nThis version does not know its kind; a newer one may read it."),
        Some(event) => {
            let body = serde_json::to_string_pretty(event).map_err(Failure::new)?;
            out.line(format_args!("\n{body}"))
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
