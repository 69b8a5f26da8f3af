//! `cantus append`: what people wrote by hand goes into the ledger.

mod begun;
mod trial;

use std::io;
use std::path::Path;

use clap::{ArgGroup, Args};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use begun::Begun;

use super::Context;
use super::desk::{Books, Desk};
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::values::{count, many, one_of};
use crate::files;
use crate::ingest::catalogue::{BUILTIN, Builtin, Checked, Document, FORMAT, Problem, Syntax};
use crate::projection::Until;

/// Add parties, works, shares, contracts, licences, payments and corrections from a file.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["file", "builtin", "format"]),
    before_help = "Examples:
  cantus append catalogue.toml --dry-run    say what is wrong and what would be added
  cantus append catalogue.toml              add it, whole or not at all
  cantus append --format                    describe the format, with an example of everything
  cantus append --builtin us-mechanical --print
  cantus append --builtin us-mechanical"
)]
pub struct Arguments {
    /// TOML, or JSON Lines if its name ends in .jsonl; - reads TOML from standard input.
    file: Option<String>,
    /// A text that comes with the program instead; nothing of it is in force until it is appended.
    #[arg(long, value_name = "NAME", value_parser = one_of(builtins()), hide_possible_values = true, help = builtin_help())]
    builtin: Option<&'static Builtin>,
    /// Print the text of --builtin, and append nothing.
    #[arg(long, requires = "builtin")]
    print: bool,
    /// Describe the format of files, and append nothing.
    #[arg(long)]
    format: bool,
    /// Check the file as if it were appended, say what would be added, and append nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What was added, or would be.
#[derive(Serialize)]
struct Added<'a> {
    file: &'a str,
    events: usize,
    /// Index of the first event of each submission; none of a trial.
    submissions: Vec<u64>,
    dry_run: bool,
}

/// Appends a file.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.format {
        context.out.bytes(FORMAT.as_bytes())?;
        return Ok(Exit::Fine);
    }
    if let (Some(builtin), true) = (arguments.builtin, arguments.print) {
        context.out.bytes(builtin.text.as_bytes())?;
        return Ok(Exit::Fine);
    }
    let (name, text) = match (arguments.builtin, &arguments.file) {
        (Some(builtin), _) => (builtin.name.to_owned(), builtin.text.to_owned()),
        (None, file) => read(file.as_deref().unwrap_or("-"))?,
    };
    append(&name, &text, arguments.dry_run, context)
}

fn append(name: &str, text: &str, dry_run: bool, context: &mut Context) -> Outcome {
    let document = Document::read(name, text, Syntax::of_file_name(name));
    let document = document.map_err(|problems| refuse(name, &problems, context))?;
    if dry_run {
        let ledger = context.ledger()?;
        let state = context.state(&ledger, Until::End)?;
        let checked =
            document.check(&Known::new(&state, &ledger)).map_err(|problems| refuse(name, &problems, context))?;
        trial::run(&document, checked.count("party"), &Books { ledger, state }, context)?;
        return report(name, &checked, Vec::new(), true, context);
    }
    // The text goes on asking what things are called while it is handed in.
    let (mut desk, mut books) = Desk::open_with(context, |books| Ok(books.clone()))?;
    let begun = Begun::find(text, &desk)?;
    if let Some(begun) = &begun {
        books.state = context.state(&books.ledger, Until::Size(begun.size))?;
    }
    let checked = document.check(&books.known()).map_err(|problems| refuse(name, &problems, context))?;
    let begun = match begun {
        Some(begun) => begun,
        None => {
            let submissions = trial::run(&document, checked.count("party"), &books, context)?;
            let begun = Begun::new(checked.count("party"), &desk)?;
            if submissions > 1 {
                begun.note(text, &desk)?;
            }
            begun
        }
    };
    let submissions = submit(&document, begun, &books.known(), &mut desk, context)?;
    Begun::finish(text, &desk)?;
    report(name, &checked, submissions, false, context)
}

/// Hands the document in, submission by submission, but for those that are in. Returns the index of the first event of
/// each.
fn submit(
    document: &Document,
    mut begun: Begun,
    known: &Known<'_>,
    desk: &mut Desk,
    context: &Context,
) -> Result<Vec<u64>, Failure> {
    let mut ids = begun.parties();
    let mut fresh = || ids.next().unwrap_or(PartyId::NONE);
    let mut translation = document.translate(known, &mut fresh);
    let mut firsts = Vec::new();
    while let Some(bodies) = translation.submission().map_err(|problems| refuse(document.file(), &problems, context))? {
        let accepted = match begun.find_in(bodies, desk)? {
            Some(accepted) => accepted,
            None => desk.hand_in(bodies)?,
        };
        translation.settle(accepted.first);
        firsts.push(accepted.first);
    }
    Ok(firsts)
}

fn report(name: &str, checked: &Checked, submissions: Vec<u64>, dry_run: bool, context: &mut Context) -> Outcome {
    for warning in &checked.warnings {
        context.out.warn(warning);
    }
    let events = checked.events;
    context.out.json(&Added { file: name, events, submissions: submissions.clone(), dry_run })?;
    let what = checked
        .tables
        .iter()
        .map(|(kind, number)| count(*number as u64, kind, &plural(kind)))
        .collect::<Vec<_>>()
        .join(", ");
    match submissions.first() {
        _ if dry_run => context.out.line(format_args!("{name} would add {}: {what}", many(events as u64, "event")))?,
        None => {}
        Some(first) => {
            context.out.line(format_args!("{name}: {} from {first} on: {what}", many(events as u64, "event")))?
        }
    }
    Ok(Exit::Fine)
}

/// Several tables of a kind; some are called by several as they are.
fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => kind.to_owned(),
        None if kind.ends_with("ch") => format!("{kind}es"),
        None => format!("{kind}s"),
    }
}

/// Says all that is wrong.
fn refuse(name: &str, problems: &[Problem], context: &Context) -> Failure {
    for problem in problems {
        context.out.problem(problem, problem.hint.as_deref());
    }
    let count = many(problems.len() as u64, "problem");
    Failure::with(Exit::Malformed, format_args!("{count} in {name}: nothing of it was taken"))
        .hint("cantus append --format describes the format")
}

/// A text is held in memory, several times over: longer ones are to be appended in parts.
const TEXT_MAX: u64 = 256 << 20;

fn read(file: &str) -> Result<(String, String), Failure> {
    let (name, bytes) = match file {
        "-" => ("standard input", files::read_up_to(io::stdin(), TEXT_MAX)),
        file => (file, files::read(Path::new(file), TEXT_MAX)),
    };
    let text = bytes.and_then(files::text).map_err(|error| Failure::file("read", name, &error))?;
    Ok((name.to_owned(), text))
}

fn builtins() -> Vec<(&'static Builtin, &'static str)> {
    BUILTIN.iter().map(|builtin| (builtin, builtin.name)).collect()
}

fn builtin_help() -> String {
    let line = |builtin: &Builtin| format!("{}: {}", builtin.name, builtin.about);
    let known = BUILTIN.iter().map(line).collect::<Vec<_>>().join("; ");
    format!("A text that comes with the program; nothing of it is in force until it is appended ({known})")
}
