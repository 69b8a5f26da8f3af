//! `cantus import`: a store's or distributor's report goes into the ledger, every line a signed event.

mod summary;

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use clap::Args;
use ledger_spec::ident::Scheme;
use ledger_spec::reference::PartyId;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Known;
use super::text::one_line;
use crate::ingest::import::{Import, ImportError, Plan};
use crate::ingest::report::ReadError;

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
    /// Import a file that has as many rows, the same totals and the same days as another, or that is of the reporter and
    /// days of one that was taken in part: it is a report of its own.
    #[arg(long)]
    not_a_copy: bool,
    /// Read the file and say what is in it, and add nothing. Needs no ledger.
    #[arg(long)]
    dry_run: bool,
}

/// Imports a file.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let failed = |error| failure(&one_line(&arguments.file.display().to_string()), error);
    let plan = Plan::read(&arguments.file, threads).map_err(failed)?;
    for bad in &plan.file.bad.first {
        context.out.problem(&summary::Bad::of(bad), None);
    }
    if arguments.dry_run {
        plan.check(true).map_err(failed)?;
        let exit = summary::say(&plan, None, context)?;
        plan.check(arguments.accept_partial).map_err(failed)?;
        return Ok(exit);
    }
    plan.check(arguments.accept_partial).map_err(failed)?;

    let (desk, (reporter, sources)) = Desk::open_with(context, |books| {
        let known = books.known();
        let reporter = reporter(&plan, arguments.reporter.as_deref(), &known)?;
        Ok(((reporter, sender(&plan, &known).is_some()), books.state.sources().clone()))
    })?;
    let ((reporter, reporter_code), known_by_id) = reporter;
    match (&arguments.reporter, plan.file.header.sender_party_id.as_str()) {
        (None, _) => {
            context.out.note(format_args!("The reporter is {reporter_code}, by the sender's party id in the file."));
        }
        (Some(_), id) if !id.is_empty() && !known_by_id => context.out.note(format_args!(
            "No party has the sender's id: until {reporter_code} gets identifiers = [{{ scheme = \"dpid\", value = \
             \"{id}\" }}], rules for that service do not find its lines."
        )),
        _ => {}
    }
    let stop = interrupts()?;
    let progress = context.out.progress("importing", Some(plan.rows()));
    let import = Import {
        writer: desk.writer(),
        author: desk.author_key(),
        reporter,
        accept_partial: arguments.accept_partial,
        not_a_copy: arguments.not_a_copy,
        threads,
        stop: &stop,
    };
    let imported = import.run(&plan, &sources, |rows| progress.set_position(rows));
    progress.finish_and_clear();
    desk.keep_last_receipt()?;
    summary::say(&plan, Some(&imported.map_err(|error| desk.named(failed(error)))?), context)
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

/// The party whose DDEX party id is the sender's, if the file says one.
fn sender(plan: &Plan, known: &Known<'_>) -> Option<PartyId> {
    let id = Some(plan.file.header.sender_party_id.as_str()).filter(|id| !id.is_empty())?;
    known.party_of(Scheme::DPID, id)
}

/// The party that sent the file, and its code: the one that was named, or the one whose DDEX party id is the sender's.
/// If there are both they must be the same, or the money would be owed by somebody else.
fn reporter(plan: &Plan, named: Option<&str>, known: &Known<'_>) -> Result<(PartyId, String), Failure> {
    let name = one_line(&file_name(plan.path()));
    let header = &plan.file.header;
    let (id, sender) = (header.sender_party_id.as_str(), sender(plan, known));
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

/// The command that takes an import back, by its file's name or its index.
fn reverse(target: &str, why: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    let target = match target.chars().all(plain) {
        true => target.to_owned(),
        false => format!("'{}'", target.replace('\'', r"'\''")),
    };
    format!("cantus reverse {target} --reason replaced --why \"{why}\"")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether it is the gzip stream that cannot be read, and not the file.
fn is_corrupt(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

/// Why the file, called as it was typed, was not imported, and what to do.
fn failure(name: &str, error: ImportError) -> Failure {
    // An error in the head says the file itself, with the line.
    let message = match &error {
        ImportError::Read(ReadError::Head(_)) => one_line(&error.to_string()),
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
        ImportError::Copy { source_event } => {
            let reverse = reverse(&source_event.to_string(), "This file takes its place.");
            Failure::new(message).hint(format_args!(
                "if this one is right, take that import back first: {reverse}; if it is another report, say \
                 --not-a-copy"
            ))
        }
        ImportError::Corrected { source_event, .. } => {
            let reverse = reverse(&source_event.to_string(), "The corrected file takes its place.");
            Failure::new(message).hint(format_args!(
                "take that import back first: {reverse}; if this is another report, say --not-a-copy"
            ))
        }
        _ => Failure::new(message),
    }
}
