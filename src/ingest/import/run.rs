//! The second pass: the source is opened or found open, its lines go in, it is closed.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ledger_spec::event::Kind;
use ledger_spec::event::usage::SourceClosed;
use ledger_spec::reference::PartyId;
use ledger_spec::submission::{Basis, Draft};

use super::error::ImportError;
use super::lines::Context;
use super::numbering::Keys;
use super::pipeline::{Begun, Pipeline};
use super::plan::{Interrupted, Plan};
use crate::ingest::report::{ControlTotal, Report, Warnings};
use crate::ledger::{Accepted, Author, Clock, Judge, Prepared, Salts, SystemClock, Writer};
use crate::projection::Sources;

/// An import into a ledger.
pub struct Import<'a, J: Judge> {
    /// Takes the submissions in.
    pub writer: &'a Writer<J>,
    /// Signs them: a key with the role of operator or reporter. While the import runs nobody else may use it.
    pub author: &'a Author,
    /// The party that sent the file and owes its money.
    pub reporter: PartyId,
    /// Bad lines are left out and recorded.
    pub accept_partial: bool,
    /// The file is a report of its own, however like another it is.
    pub not_a_copy: bool,
    /// Threads that read lines and sign, beside the writer's.
    pub threads: NonZeroUsize,
    /// Set by anyone at any time, it ends the import as soon as what was handed in is durable.
    pub stop: &'a AtomicBool,
}

/// What was imported.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// Index of the source's first event.
    pub source: u64,
    /// Index of its last event.
    pub last: u64,
    /// Whether an import that was interrupted was carried on.
    pub resumed: bool,
    /// Rows, those refused included.
    pub rows: u64,
    /// Rows refused.
    pub refused: u64,
    /// Recordings, works, releases, services and rights controllers that the file names.
    pub resources: u64,
    /// Exact sums of the file.
    pub totals: Vec<ControlTotal>,
    /// What does not agree inside the file.
    pub warnings: Warnings,
}

impl<J: Judge + 'static> Import<'_, J> {
    /// Imports the file of a plan, or what is missing of it by what is folded up to the end of the log. `progress` is
    /// told how many rows are durable, of the [rows](Plan::rows) of the plan.
    ///
    /// After an error what is in stays in, and the source stays open: run it again to go on.
    pub fn run(
        &self,
        plan: &Plan,
        sources: &Sources,
        progress: impl FnMut(u64) + Send,
    ) -> Result<ImportReport, ImportError> {
        plan.check(self.accept_partial)?;
        let found = plan.interrupted(sources, self.reporter)?;
        if found.is_none() && !self.not_a_copy {
            plan.is_no_copy(sources, self.reporter, self.writer.ledger())?;
        }
        let (source, basis) = match found {
            Some(Interrupted { source, .. }) => (source, self.writer.ledger().basis()),
            None => {
                let opened = self.append(&plan.opened(self.reporter)?, self.writer.ledger().basis())?;
                (opened.first, opened.basis())
            }
        };
        let Report { format, chunks, .. } = Report::open(plan.path())?;
        let context = Context {
            source,
            header: &plan.file.header,
            format: plan.format(),
            days: plan.days()?,
            places: plan.unknown_places().collect(),
            keys: Keys::default(),
        };
        let begun = Begun {
            number: self.next_number()?,
            rows: found.map_or(0, |found| found.rows),
            numbers: found.map_or(0, |found| found.numbers),
        };
        let pipeline = Pipeline::new(self, &context, &*format, file_name(plan.path()), basis, chunks, begun, progress);
        let taken = pipeline.run(self.threads)?;
        if self.is_stopped() {
            return Err(ImportError::Interrupted { source_event: source, rows: taken.durable, of: plan.rows() });
        }
        if taken.digest != plan.file.digest || taken.rows != plan.rows() {
            return Err(ImportError::Changed { source_event: source });
        }
        let closed = SourceClosed { source, rows: plan.rows(), refused: plan.file.bad.count };
        let closed = self.append(&closed, basis)?;
        Ok(ImportReport {
            source,
            last: closed.first,
            resumed: found.is_some(),
            rows: plan.rows(),
            refused: plan.file.bad.count,
            resources: taken.numbers,
            totals: plan.file.totals.clone(),
            warnings: plan.file.warnings.clone(),
        })
    }

    /// Whether it was asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        // Nothing else is passed from thread to thread by it.
        self.stop.load(Ordering::Relaxed)
    }

    /// Signs one event and waits until it is durable.
    fn append(&self, event: &impl Kind, basis: Basis) -> Result<Accepted, ImportError> {
        let mut draft = Draft::new();
        draft.push(event, Salts::new().fresh()?)?;
        Ok(self.writer.submit(self.sign(draft, self.next_number()?, basis)?).wait()?)
    }

    /// Signs a draft and checks what can be checked of it here.
    pub(super) fn sign(&self, draft: Draft, number: u64, basis: Basis) -> Result<Prepared, ImportError> {
        let submission = self.author.sign(draft, number, basis, SystemClock.wall())?;
        let ledger = submission.statement().ledger;
        Ok(Prepared::new(&ledger, submission).map_err(crate::ledger::AppendError::from)?)
    }

    fn next_number(&self) -> Result<u64, ImportError> {
        self.writer.ledger().next_number(&self.author.public()).ok_or(ImportError::UnknownKey)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
