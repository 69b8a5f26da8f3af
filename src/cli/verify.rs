//! `cantus verify`: is this ledger honest? Every check with its count and result, the first bad event, and what it means.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::checkpoint::{Checkpoint, CheckpointError};
use ledger_spec::note::{NOTE_LEN_MAX, Note, VerifierKey};
use ledger_spec::policy::Policy;
use ledger_spec::verify::{Anchors, Check, Headline, Outcome as Came, Report};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::out::{Column, Row};
use super::values::{ledger_id, many};
use crate::files;
use crate::ledger::{Folder, Ledger};
use crate::projection::{Checks, ReplayError, State, Until, replay};
use crate::verify::{VerifyError, verify, verify_public};

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
    /// Check what everybody sees alone, and pass over bodies.
    #[arg(long)]
    public: bool,
}

/// A check, as a line of the table.
#[derive(Serialize)]
struct Line {
    check: String,
    count: u64,
    result: &'static str,
    why: String,
}

impl From<&Check> for Line {
    fn from(check: &Check) -> Line {
        let (result, why) = match &check.outcome {
            Came::Passed => ("passed", String::new()),
            Came::Failed => ("FAILED", String::new()),
            Came::NotChecked(why) => ("not checked", why.clone()),
        };
        Line { check: check.check.to_string(), count: check.count, result, why }
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] =
        &[Column::words("CHECK"), Column::numbers("COUNT"), Column::words("RESULT"), Column::words("")];

    fn cells(&self) -> Vec<String> {
        vec![self.check.clone(), self.count.to_string(), self.result.to_owned(), self.why.clone()]
    }
}

/// The report of the log, and what came of its closed periods.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    periods: Option<Line>,
    rules: Option<Line>,
}

/// Verifies, and says what came of it.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let anchors = anchors(arguments)?;
    let progress = context.out.progress("verifying", None);
    let verify = if arguments.public { verify_public } else { verify };
    let report = verify(&arguments.source, &anchors, &mut |records| progress.set_position(records));
    progress.finish_and_clear();
    let mut report = report?;
    let books = match exit(report.headline) {
        Exit::Fine if !arguments.public => books(&arguments.source, context),
        _ => None,
    };
    report.headline = match &books {
        // A close that is not what the books come to, or a payout that nobody agreed to, breaks the ledger's own rules.
        Some(Books::Wrong(_)) => Headline::Malformed,
        // Whoever pinned wrong books could otherwise be found honest by having them not computed.
        Some(Books::NotComputed(_)) => Headline::CannotDecide,
        _ => report.headline,
    };
    // What was found stands, whether or not anybody reads it to the end.
    let exit = exit(report.headline);
    match show(&report, books.as_ref(), context) {
        Err(failure) if failure.exit != Exit::Fine => Err(failure),
        _ => Ok(exit),
    }
}

/// The books of a ledger's folder, computed again, and with them its closed periods. They follow from the bodies, which
/// no other source has all.
enum Books {
    /// With so many closed periods.
    Computed(usize),
    Wrong(ReplayError),
    NotComputed(String),
}

fn books(source: &Path, context: &Context) -> Option<Books> {
    let folder = Folder::new(source);
    if !folder.segments().is_dir() {
        return None;
    }
    let progress = context.out.progress("computing closed periods", None);
    let books = Ledger::read_in(&folder, &mut |_| {}).map(|ledger| {
        let (state, leaf) = (State::new(), Hash::default());
        replay(ledger.store(), state, leaf, Until::End, Checks::Closes, &mut |events| progress.set_position(events))
    });
    progress.finish_and_clear();
    Some(match books {
        Ok(Ok(replayed)) => Books::Computed(replayed.state.periods().closed().len()),
        Ok(Err(error @ ReplayError::Close(_))) => Books::Wrong(error),
        Ok(Err(ReplayError::Fold(error))) if error.is_breach() => Books::Wrong(error.into()),
        Ok(Err(error)) => Books::NotComputed(error.to_string()),
        Err(error) => Books::NotComputed(error.to_string()),
    })
}

impl Books {
    /// Whether what every close pins can be opened: the key whose hash it publishes stands before it.
    fn periods(&self) -> Line {
        let (count, result, why) = match self {
            Books::Computed(closed) => (*closed, "passed", String::new()),
            Books::Wrong(ReplayError::Close(wrong)) if wrong.found.is_none() => (0, "FAILED", String::new()),
            Books::Wrong(_) => (0, "not checked", "the rules, run again, come to something else".to_owned()),
            Books::NotComputed(why) => (0, "not checked", why.clone()),
        };
        Line { check: "closed periods".to_owned(), count: count as u64, result, why }
    }

    /// Whether the rules, run again over all events, come to what the closes pin.
    fn rules(&self) -> Line {
        let (count, result, why) = match self {
            Books::Computed(closed) => (*closed, "passed", String::new()),
            Books::Wrong(ReplayError::Close(wrong)) if wrong.found.is_none() => {
                (0, "not checked", "there is no key to open a close with".to_owned())
            }
            Books::Wrong(_) => (0, "FAILED", String::new()),
            Books::NotComputed(why) => (0, "not checked", why.clone()),
        };
        Line { check: "rules, run again".to_owned(), count: count as u64, result, why }
    }

    /// What is wrong or missing, in a sentence.
    fn finding(&self) -> Option<String> {
        match self {
            Books::Wrong(error @ ReplayError::Close(_)) => Some(format!("closed periods, {error}.")),
            Books::Wrong(error) => Some(format!("books, {error}.")),
            Books::NotComputed(why) => Some(format!("closed periods, they could not be checked: {why}.")),
            Books::Computed(_) => None,
        }
    }
}

/// No policy, note or key is longer; notes have this limit (`ledger_spec::note`).
const ANCHOR_MAX: u64 = NOTE_LEN_MAX as u64;

fn anchors(arguments: &Arguments) -> Result<Anchors, Failure> {
    let read =
        |path: &PathBuf| files::read(path, ANCHOR_MAX).map_err(|error| Failure::file("read", path.display(), &error));
    // What the caller brings is no part of the ledger: if it cannot be read, nothing is said of that.
    let unreadable = |path: &PathBuf, error: &dyn Display| Failure::new(format_args!("{}: {error}", path.display()));
    let checkpoint = |bytes: &[u8]| -> Result<Note, CheckpointError> {
        let note = Note::parse(bytes)?;
        Checkpoint::parse(note.text()).map(|_| note)
    };
    let policy = arguments.policy.as_ref();
    let policy = policy.map(|path| Policy::parse(&read(path)?).map_err(|error| unreadable(path, &error)));
    let since = arguments.since.as_ref();
    let since = since.map(|path| checkpoint(&read(path)?).map_err(|error| unreadable(path, &error)));
    Ok(Anchors {
        ledger: arguments.ledger_id,
        vkey: arguments.vkey.clone(),
        policy: policy.transpose()?,
        since: since.transpose()?,
    })
}

fn show(report: &Report, books: Option<&Books>, context: &mut Context) -> Result<(), Failure> {
    let out = &mut context.out;
    out.json(&Whole { report, periods: books.map(Books::periods), rules: books.map(Books::rules) })?;
    if !out.is_json() {
        let lines: Vec<Line> = report.checks.iter().map(Line::from).collect();
        let lines: Vec<Line> =
            lines.into_iter().chain(books.map(Books::periods)).chain(books.map(Books::rules)).collect();
        out.rows(&lines)?;
    }
    let name = report.origin.as_deref().unwrap_or("this source");
    out.line(format_args!("\n{name}: {}", report.headline))?;
    out.line(format_args!("  {}", many(report.size, "event")))?;
    if report.beyond > 0 {
        let covered = many(report.size - report.beyond, "event");
        out.line(format_args!(
            "  this is said of the first {covered}; {} stand beyond the checkpoint, and nothing was proven of them but \
             that their authors signed them",
            report.beyond
        ))?;
    }
    for (what, hash) in [("ledger", report.ledger), ("root", report.root)] {
        if let Some(hash) = hash {
            out.line(format_args!("  {what} {hash}"))?;
        }
    }
    if let Some(finding) = &report.finding {
        out.line(format_args!("\n{finding}"))?;
    }
    if let Some(finding) = books.and_then(Books::finding) {
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
        false => files::read_text(Path::new(text), ANCHOR_MAX)
            .map_err(|error| format!("neither a vkey nor a file that can be read: {error}"))?,
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
