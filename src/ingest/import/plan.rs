//! The first pass, and what follows from it: whether the file may be imported, and the event that opens its source.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use ledger_spec::code::{Measure, SourceFormat};
use ledger_spec::event::usage::{ControlTotal, SourceOpened, SourceWarning};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::limits;
use ledger_spec::money::SourceAmount;
use ledger_spec::reference::PartyId;

use super::error::ImportError;
use super::unknown;
use crate::ingest::report::{Digested, FileReport, Report, Said, UsageDays, Word, scan};
use crate::projection::{Sources, message};

/// How much is in of an import that was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted {
    /// Index of the source's first event.
    pub source: u64,
    /// Rows that are in, those refused included.
    pub rows: u64,
    /// Reported things that are in.
    pub numbers: u64,
}

/// A file that was read once.
#[derive(Clone, Debug)]
pub struct Plan {
    path: PathBuf,
    /// What it is.
    pub file: FileReport,
}

impl Plan {
    /// Reads a file with so many threads. Nothing is added to any ledger, so this is also the dry run.
    pub fn read(path: &Path, threads: NonZeroUsize) -> Result<Plan, ImportError> {
        let mut file = scan(Report::open(path)?, threads)?;
        unknown::find(&mut file);
        Ok(Plan { path: path.to_owned(), file })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lines that become events of use, those refused included.
    pub fn rows(&self) -> u64 {
        self.file.rows.reported() + self.file.bad.count
    }

    /// Stores of which it is not known what their lines are, in the order of their first lines.
    pub fn unknown_stores(&self) -> impl Iterator<Item = &Said> {
        self.unknown(Word::Store)
    }

    /// Places that are not known.
    pub(super) fn unknown_places(&self) -> impl Iterator<Item = &str> {
        self.unknown(Word::Territory).map(|said| said.value.as_str())
    }

    fn unknown(&self, word: Word) -> impl Iterator<Item = &Said> {
        self.file.said.iter().filter(move |said| said.word == word)
    }

    /// Whether the file may be imported: it is whole, says something, and its bad lines, if any, may be left out.
    pub fn check(&self, accept_partial: bool) -> Result<(), ImportError> {
        if !self.file.refusals.is_empty() {
            return Err(ImportError::Refused(self.file.refusals.clone()));
        }
        if self.file.bad.count > 0 && self.file.rows.reported() > 0 && !accept_partial {
            let bad = &self.file.bad;
            return Err(ImportError::BadLines { count: bad.count, first: bad.first.clone() });
        }
        self.days().map(drop)
    }

    /// What is in of an interrupted import of this file. One that is complete, or was begun for another reporter, is
    /// an error.
    pub fn interrupted(&self, sources: &Sources, reporter: PartyId) -> Result<Option<Interrupted>, ImportError> {
        let Digested { sha256, content, .. } = &self.file.digest;
        let found = sources.of_file(sha256, content).and_then(|index| Some((index, sources.get(index)?)));
        match found {
            None => self.same_message(sources, reporter).map(|()| None),
            Some((source_event, found)) if found.closed.is_some() => Err(ImportError::Duplicate { source_event }),
            Some((source_event, found)) if found.reporter != reporter => {
                Err(ImportError::OtherReporter { source_event })
            }
            Some((source, found)) => {
                Ok(Some(Interrupted { source, rows: found.rows_in, numbers: found.numbers() as u64 }))
            }
        }
    }

    /// An error if the sender's message is in already, in other words. Only where the report is one file: those of a
    /// longer one share its message id.
    fn same_message(&self, sources: &Sources, reporter: PartyId) -> Result<(), ImportError> {
        if self.file.header.number_of_files != 1 {
            return Ok(());
        }
        match message(&self.identifiers()).and_then(|message| sources.of_message(reporter, &message)) {
            Some(source_event) => {
                Err(ImportError::SameMessage { source_event, message: self.file.header.message_id.clone() })
            }
            None => Ok(()),
        }
    }

    /// The days that the file reports; there are some if it reports anything.
    pub(super) fn days(&self) -> Result<UsageDays, ImportError> {
        let days = self.file.header.period.or(self.file.used);
        days.filter(|_| self.file.rows.reported() > 0).ok_or(match self.file.bad.count {
            0 => ImportError::Nothing,
            refused => ImportError::NothingUsable { refused },
        })
    }

    /// The format, as the ledger names it.
    pub(super) fn format(&self) -> SourceFormat {
        SourceFormat::from_name(self.file.format).unwrap_or_default()
    }

    /// The event that opens the source.
    pub(super) fn opened(&self, reporter: PartyId) -> Result<SourceOpened<'_>, ImportError> {
        let days = self.days()?;
        let (warnings, more_warnings) = self.warnings();
        Ok(SourceOpened {
            file: self.file.digest.sha256,
            bytes: self.file.digest.bytes,
            content: self.file.digest.content,
            format: self.format(),
            reporter,
            identifiers: self.identifiers(),
            from: Some(days.start),
            to: Some(days.end),
            lines: self.file.counts.lines,
            rows: self.rows(),
            refused: self.file.bad.count,
            totals: self.totals()?,
            warnings,
            more_warnings,
        })
    }

    /// Message, profile, sender, recipient, in this order; the sender's party id stands before the recipient's.
    pub(super) fn identifiers(&self) -> Vec<Identifier<'_>> {
        let header = &self.file.header;
        let said = [
            (Scheme::MESSAGE, &header.message_id),
            (Scheme::PROFILE, &header.profile),
            (Scheme::SERVICE_NAME, &header.sender),
            (Scheme::DPID, &header.sender_party_id),
            (Scheme::DPID, &header.recipient_party_id),
        ];
        let fits = |value: &String| (1..=limits::IDENTIFIER).contains(&value.len());
        said.into_iter().filter(|(_, value)| fits(value)).map(|(scheme, value)| Identifier { scheme, value }).collect()
    }

    /// Units less returns, then the money.
    pub(super) fn totals(&self) -> Result<Vec<ControlTotal>, ImportError> {
        let units = self.file.rows.units - self.file.rows.returns;
        let units = SourceAmount::new(units, 0).map_err(|_| ImportError::Total)?;
        let mut totals = vec![ControlTotal { measure: Measure::UNITS, currency: None, total: units }];
        for total in &self.file.totals {
            // The sum of amounts may have more digits than an amount.
            let sum = total.sum.to_string().parse().map_err(|_| ImportError::Total)?;
            totals.push(ControlTotal { measure: total.measure, currency: Some(total.currency), total: sum });
        }
        Ok(totals)
    }

    /// The first warnings of each check, and how many there are beside them.
    fn warnings(&self) -> (Vec<SourceWarning>, u64) {
        let (mut kept, mut all) = (Vec::new(), 0);
        for (_, count, first) in self.file.warnings.iter() {
            all += count;
            for (row, warning) in first.iter().take(WARNINGS_PER_CHECK) {
                let (measure, expected, found) = warning.quantity();
                kept.push(SourceWarning { measure, row: *row, expected, found });
            }
        }
        let more = all - kept.len() as u64;
        (kept, more)
    }
}

/// Of each check, so that each is heard and all fit one body.
const WARNINGS_PER_CHECK: usize = 16;
