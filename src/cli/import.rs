//! `cantus import`: a store's or distributor's report goes into the ledger, every line a signed event.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use clap::Args;
use ledger_spec::code::Measure;
use ledger_spec::ident::Scheme;
use ledger_spec::reference::PartyId;
use serde::Serialize;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::values::many;
use crate::ingest::import::{Import, ImportError, ImportReport, Plan};
use crate::ingest::report::{BadLine, FileReport, ReadError};

/// Import a report: a DDEX flat file (DSR) or DistroKid bank details, plain or gzip.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus import report.tsv --dry-run                  what it is, its totals, everything that is wrong
  cantus import report.tsv --reporter tunehouse
  cantus import report.tsv --reporter tunehouse --accept-partial")]
pub struct Arguments {
    /// The file. An import that was interrupted goes on where it stopped when it is run again.
    file: PathBuf,
    /// The party that sent it and owes its money, by code or id. A DSR names its sender: if the ledger knows a party by
    /// that DDEX party id, it need not be said.
    #[arg(long, value_name = "PARTY")]
    reporter: Option<String>,
    /// Take the good lines of a file with bad ones, and record the bad ones as refused.
    #[arg(long)]
    accept_partial: bool,
    /// Read the file and say what is in it, and add nothing. Needs no ledger.
    #[arg(long)]
    dry_run: bool,
}

/// A control total of a file.
#[derive(Serialize)]
struct Total {
    measure: String,
    currency: String,
    total: String,
    /// Whether this is what the ledger posts.
    posted: bool,
}

/// What was imported, or would be.
#[derive(Serialize)]
struct Imported {
    file: String,
    /// Index of the source's first event; none of a trial.
    source: Option<u64>,
    format: &'static str,
    rows: u64,
    refused: u64,
    resumed: bool,
    totals: Vec<Total>,
    warnings: Vec<String>,
}

/// Imports a file.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let failed = |error| failure(&file_name(&arguments.file), error);
    let plan = Plan::read(&arguments.file, threads).map_err(failed)?;
    for bad in &plan.file.bad.first {
        context.out.problem(&Bad::of(bad), None);
    }
    if arguments.dry_run {
        plan.check(true).map_err(failed)?;
        return report(&plan, None, context);
    }
    plan.check(arguments.accept_partial).map_err(failed)?;

    let (desk, (reporter, sources)) = Desk::open_with(context, |books| {
        let reporter = reporter(&plan, arguments.reporter.as_deref(), &books.known())?;
        Ok((reporter, books.state.sources().clone()))
    })?;
    let (reporter, reporter_code) = reporter;
    if arguments.reporter.is_none() {
        context.out.note(format_args!("The reporter is {reporter_code}, by the sender's party id in the file."));
    }
    let stop = interrupts()?;
    let progress = context.out.progress("importing", Some(plan.rows()));
    let import = Import {
        writer: desk.writer(),
        author: desk.author_key(),
        reporter,
        accept_partial: arguments.accept_partial,
        threads,
        stop: &stop,
    };
    let imported = import.run(&plan, &sources, |rows| progress.set_position(rows));
    progress.finish_and_clear();
    report(&plan, Some(&imported.map_err(failed)?), context)
}

/// Set by the first Ctrl-C or SIGTERM from here on; a second one ends the process at once, which loses nothing that was
/// said to be in.
fn interrupts() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, Exit::Interrupted.code().into(), Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Failure::new(format_args!("cannot listen for interrupts: {error}")))?;
    }
    Ok(stop)
}

/// The party that sent the file, and its code: the one that was named, or the one whose DDEX party id is the sender's.
/// If there are both they must be the same, or the money would be owed by somebody else.
fn reporter(plan: &Plan, named: Option<&str>, known: &Known<'_>) -> Result<(PartyId, String), Failure> {
    let name = file_name(plan.path());
    let header = &plan.file.header;
    let id = header.sender_party_id.as_str();
    let sender = Some(id).filter(|id| !id.is_empty()).and_then(|id| known.party_of(Scheme::DPID, id));
    let named = named.map(|code| known.find_party(code)).transpose()?;
    match (named, sender) {
        (Some(named), Some(sender)) if named != sender => Err(Failure::with(
            Exit::Usage,
            format_args!(
                "{name}: its sender {} ({id}) is {}, not {}: nothing was added",
                header.sender,
                known.party_code(sender),
                known.party_code(named)
            ),
        )
        .hint(format_args!("leave --reporter out, or say --reporter {}", known.party_code(sender)))),
        (Some(party), _) | (None, Some(party)) => Ok((party, known.party_code(party))),
        (None, None) => Err(Failure::with(
            Exit::Usage,
            format_args!("{name}: the ledger knows no party by what the file says of its sender"),
        )
        .hint("say who sent it and owes its money with --reporter PARTY")),
    }
}

fn report(plan: &Plan, imported: Option<&ImportReport>, context: &mut Context) -> Outcome {
    let FileReport { format, bad, totals, warnings, counts, .. } = &plan.file;
    let name = file_name(plan.path());
    let mut said = Vec::new();
    for (check, count, first) in warnings.iter() {
        said.extend(first.iter().map(|(line, warning)| format!("{name}:{line}: {warning}")));
        let more = count - first.len() as u64;
        if more > 0 {
            said.push(format!("{name}: {more} more of this kind ({check:?})"));
        }
    }
    for warning in &said {
        context.out.warn(warning);
    }
    let object = Imported {
        file: name.clone(),
        source: imported.map(|imported| imported.source),
        format,
        rows: plan.rows(),
        refused: bad.count,
        resumed: imported.is_some_and(|imported| imported.resumed),
        totals: totals
            .iter()
            .map(|total| Total {
                measure: total.measure.to_string(),
                currency: total.currency.to_string(),
                total: total.sum.to_string(),
                posted: matches!(total.measure, Measure::NET | Measure::ALLOCATED),
            })
            .collect(),
        warnings: said,
    };
    context.out.json(&object)?;
    let rows = many(plan.rows(), "row");
    match imported {
        None => context.out.line(format_args!("{name}: {format}, {rows} would be imported"))?,
        Some(imported) => {
            let again = if imported.resumed { ", carried on from an interrupted import" } else { "" };
            context.out.line(format_args!("{name}: {rows} as source {}{again}", imported.source))?;
        }
    }
    for total in &object.totals {
        let posted = match (total.posted, imported) {
            (false, _) => "",
            (true, None) => " (this would be posted)",
            (true, Some(_)) => " (this is posted)",
        };
        context.out.line(format_args!("  {} {} {}{posted}", total.measure, total.total, total.currency))?;
    }
    if let Some(footer) = &counts.footer {
        let (lines, summaries, blocks) = (footer.lines, footer.summaries, footer.blocks);
        let said = [many(lines, "line"), words(summaries, "summary", "summaries"), many(blocks, "block")].join(", ");
        context.out.line(format_args!("  {said}: as the footer (FOOT) counts"))?;
    }
    if bad.count == 0 {
        return Ok(Exit::Fine);
    }
    context.out.line(format_args!("  {} refused", many(bad.count, "line")))?;
    if imported.is_some() {
        let reverse = reverse(&name, "The corrected file takes its place.");
        context.out.note(format_args!("The corrected file takes this one's place: first {reverse}"));
    }
    Ok(Exit::Partial)
}

/// The command that takes an import back, by its file's name or its index.
fn reverse(target: &str, why: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    let target = match target.chars().all(plain) {
        true => target.to_owned(),
        false => format!("'{}'", target.replace('\'', r"'\''")),
    };
    format!("cantus reverse {target} --reason replaced --why \"{why}\"")
}

fn words(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A bad line, for people and programs.
#[derive(Serialize)]
struct Bad {
    file: String,
    line: u64,
    column: Option<usize>,
    name: Option<String>,
    value: String,
    reason: String,
    #[serde(skip)]
    text: String,
}

impl Bad {
    fn of(bad: &BadLine) -> Bad {
        Bad {
            file: Path::new(&*bad.file).display().to_string(),
            line: bad.line,
            column: bad.column.as_ref().map(|(number, _)| *number),
            name: bad.column.as_ref().map(|(_, name)| name.clone()),
            value: bad.value.clone(),
            reason: bad.reason.to_string(),
            text: bad.to_string(),
        }
    }
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether it is the gzip stream that cannot be read, and not the file.
fn is_corrupt(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// Why the file of that name was not imported, and what to do.
fn failure(name: &str, error: ImportError) -> Failure {
    // An error in the head says the file itself, with the line.
    let message = match &error {
        ImportError::Read(ReadError::Head(_)) => error.to_string(),
        _ => format!("{name}: {error}"),
    };
    match error {
        ImportError::Append(error) => Failure { message, ..error.into() },
        ImportError::Interrupted { .. } => {
            Failure::with(Exit::Interrupted, message).hint("the same command again goes on where it stopped")
        }
        ImportError::Read(ReadError::Io(error)) if !is_corrupt(&error) => Failure::new(message),
        ImportError::Read(_)
        | ImportError::Refused(_)
        | ImportError::BadLines { .. }
        | ImportError::Nothing
        | ImportError::NothingUsable { .. } => Failure::with(Exit::Malformed, message),
        ImportError::Duplicate { source_event } | ImportError::SameMessage { source_event, .. } => {
            let reverse = reverse(&source_event.to_string(), "This file takes its place.");
            Failure::new(message).hint(format_args!("if this one is right, take that import back first: {reverse}"))
        }
        _ => Failure::new(message),
    }
}
