//! `cantus import`: a store's or distributor's report goes into the ledger, every line a signed event.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;
use serde::Serialize;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::values::many;
use crate::ingest::import::{Import, ImportError, ImportReport, Plan};
use crate::ingest::report::{BadLine, FileReport};

/// Import a report: a DDEX flat file (DSR) or DistroKid bank details, plain or gzip.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus import report.tsv --dry-run                  what it is, its totals, everything that is wrong
  cantus import report.tsv --reporter tunehouse
  cantus import report.tsv --reporter tunehouse --accept-partial")]
pub struct Arguments {
    /// The file. An import that was interrupted goes on where it stopped when it is run again.
    file: PathBuf,
    /// The party that sent it and owes its money, by code or id.
    #[arg(long, value_name = "PARTY", required_unless_present = "dry_run")]
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
    let plan = Plan::read(&arguments.file, threads)?;
    for bad in &plan.file.bad.first {
        context.out.problem(&Bad::of(bad), None);
    }
    if arguments.dry_run {
        plan.check(true)?;
        return report(&plan, None, context);
    }
    plan.check(arguments.accept_partial)?;

    let (desk, (reporter, sources)) = Desk::open_with(context, |books| {
        let reporter = books.known().find_party(arguments.reporter.as_deref().unwrap_or_default())?;
        Ok((reporter, books.state.sources().clone()))
    })?;
    let progress = context.out.progress("importing", Some(plan.rows()));
    let import = Import {
        writer: desk.writer(),
        author: desk.author_key(),
        reporter,
        accept_partial: arguments.accept_partial,
        threads,
    };
    let imported = import.run(&plan, &sources, |rows| progress.set_position(rows));
    progress.finish_and_clear();
    report(&plan, Some(&imported?), context)
}

fn report(plan: &Plan, imported: Option<&ImportReport>, context: &mut Context) -> Outcome {
    let FileReport { format, bad, totals, warnings, .. } = &plan.file;
    let name = plan.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
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
        context.out.line(format_args!("  {} {} {}", total.measure, total.total, total.currency))?;
    }
    if bad.count > 0 {
        context.out.line(format_args!("  {} refused", many(bad.count, "line")))?;
        return Ok(Exit::Partial);
    }
    Ok(Exit::Fine)
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

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Failure {
        match error {
            ImportError::Append(error) => error.into(),
            ImportError::Read(_) | ImportError::Refused(_) | ImportError::BadLines { .. } | ImportError::Nothing => {
                Failure::with(Exit::Malformed, error)
            }
            ImportError::Duplicate { source_event } => {
                Failure::new(&error).hint(format_args!("cantus reverse {source_event} takes that import back"))
            }
            _ => Failure::new(error),
        }
    }
}
