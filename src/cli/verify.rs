//! `cantus verify`: is this ledger honest? Every check with its count and result, the first bad event, and what it means.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::note::{Note, VerifierKey};
use ledger_spec::policy::Policy;
use ledger_spec::verify::{Anchors, Check, Headline, Outcome as Came, Report};

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::out::{Column, Row};
use super::values::{ledger_id, many};
use crate::verify::{VerifyError, verify};

/// Verify a ledger's folder, a static log, or an extract, with nothing but public data.
///
/// Without --vkey, --policy or --ledger-id the best that can be said is "internally consistent": whoever made one
/// ledger could make another. Take these from somewhere else than the ledger's own folder.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus verify ledger --ledger-id 4b7666a9...
  cantus verify public/ --vkey example.com/royalties+b151b1ae+ATA6...
  cantus verify public/ --policy policy.txt      witnesses must have cosigned
  cantus verify ledger --since checkpoint.old    and nothing was rewritten since")]
pub struct Arguments {
    /// A ledger's folder, a static log's folder, or an extract.
    source: PathBuf,
    /// The log's verifier key, as text or a file that holds it.
    #[arg(long, value_name = "VKEY|FILE", value_parser = vkey)]
    vkey: Option<VerifierKey>,
    /// The ledger's id.
    #[arg(long, value_name = "ID", value_parser = ledger_id)]
    ledger_id: Option<Hash>,
    /// A file that says which log and which witnesses are trusted (tlog-policy).
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A checkpoint that was kept from before, a signed note.
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
}

impl Row for Check {
    const COLUMNS: &'static [Column] =
        &[Column::words("CHECK"), Column::numbers("COUNT"), Column::words("RESULT"), Column::words("")];

    fn cells(&self) -> Vec<String> {
        let (result, why) = match &self.outcome {
            Came::Passed => ("passed", ""),
            Came::Failed => ("FAILED", ""),
            Came::NotChecked(why) => ("not checked", why.as_str()),
        };
        vec![self.check.to_string(), self.count.to_string(), result.to_owned(), why.to_owned()]
    }
}

/// Verifies, and says what came of it.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let anchors = anchors(arguments)?;
    let progress = context.out.progress("verifying", None);
    let report = verify(&arguments.source, &anchors, &mut |records| progress.set_position(records));
    progress.finish_and_clear();
    let report = report?;
    // What was found stands, whether or not anybody reads it to the end.
    let exit = exit(report.headline);
    match show(&report, context) {
        Err(failure) if failure.exit != Exit::Fine => Err(failure),
        _ => Ok(exit),
    }
}

fn anchors(arguments: &Arguments) -> Result<Anchors, Failure> {
    let read = |path: &PathBuf| fs::read(path).map_err(|error| Failure::file("read", path.display(), &error));
    let malformed = |path: &PathBuf, error: &dyn std::fmt::Display| {
        Failure::with(Exit::Malformed, format_args!("{}: {error}", path.display()))
    };
    let policy =
        arguments.policy.as_ref().map(|path| Policy::parse(&read(path)?).map_err(|error| malformed(path, &error)));
    let since = arguments.since.as_ref().map(|path| Note::parse(&read(path)?).map_err(|error| malformed(path, &error)));
    Ok(Anchors {
        ledger: arguments.ledger_id,
        vkey: arguments.vkey.clone(),
        policy: policy.transpose()?,
        since: since.transpose()?,
    })
}

fn show(report: &Report, context: &mut Context) -> Result<(), Failure> {
    let out = &mut context.out;
    out.json(report)?;
    if !out.is_json() {
        out.rows(&report.checks)?;
    }
    let name = report.origin.as_deref().unwrap_or("this source");
    out.line(format_args!("\n{name}: {}", report.headline))?;
    out.line(format_args!("  {}", many(report.size, "event")))?;
    for (what, hash) in [("ledger", report.ledger), ("root", report.root)] {
        if let Some(hash) = hash {
            out.line(format_args!("  {what} {hash}"))?;
        }
    }
    if let Some(finding) = &report.finding {
        out.line(format_args!("\n{finding}"))?;
    }
    for note in &report.notes {
        out.line(format_args!("\nnote: {note}"))?;
    }
    out.flush()
}

/// The exit code of a headline.
fn exit(headline: Headline) -> Exit {
    match headline {
        Headline::Verified | Headline::InternallyConsistent => Exit::Fine,
        Headline::OperatorEquivocated | Headline::TamperingProven => Exit::Tampered,
        Headline::Malformed => Exit::Malformed,
        Headline::CannotDecide => Exit::Undecided,
    }
}

fn vkey(text: &str) -> Result<VerifierKey, String> {
    let text = match text.contains('+') {
        true => text.to_owned(),
        false => {
            fs::read_to_string(text).map_err(|error| format!("neither a vkey nor a file that can be read: {error}"))?
        }
    };
    text.trim().parse().map_err(|error| format!("not a verifier key: {error}"))
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Failure {
        match error {
            VerifyError::NoSource(_) => Failure::with(Exit::NoLedger, error),
            VerifyError::Store(error) => error.into(),
            _ => Failure::new(error),
        }
    }
}
