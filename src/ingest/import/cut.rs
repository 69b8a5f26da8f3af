//! A chunk's events, cut into submissions. Where the cuts are follows from the file alone: reading it again gives
//! submissions with the same events, of which only salts and signatures differ.

use ledger_spec::code::NameRole;
use ledger_spec::commitment::Salt;
use ledger_spec::event::Kind;
use ledger_spec::event::particulars::{Named, NamesOf, NamesReported};
use ledger_spec::event::usage::{ReportedResource, Terms, UsageSummary};
use ledger_spec::limits;
use ledger_spec::reference::EventRef;
use ledger_spec::submission::{Draft, SubmissionError};

use super::error::ImportError;
use super::lines::{Context, Line, Lines};
use super::numbering::{Mentions, Numbered};
use crate::ledger::Salts;

/// A submission to be signed. It holds at least one row or numbers at least one thing, so that how much of a source is
/// in says which of its submissions are.
#[derive(Default)]
pub struct Part {
    /// Its events.
    pub draft: Draft,
    /// Rows, those refused included.
    pub rows: u64,
    /// Things that it numbers.
    pub numbers: u64,
}

/// Cuts the events of a chunk: first the file's name and the places nobody knows if the chunk begins the source, then what it names for the first
/// time, then its lines.
pub fn cut(
    context: &Context<'_>,
    file_name: &str,
    mut lines: Lines<'_>,
    numbered: &Numbered,
    salts: &mut Salts,
) -> Result<Vec<Part>, ImportError> {
    let source = context.source;
    let mut cutter = Cutter { parts: Vec::new(), open: Part::default(), salts };
    if numbered.begins {
        let file = Named { role: NameRole::FILE_NAME, text: file_name };
        let places = context.places.iter().map(|place| Named { role: NameRole::COUNTRY, text: place });
        cutter.names(NamesOf::Event(EventRef::At(source)), [file].into_iter().chain(places))?;
    }
    for local in &numbered.fresh {
        cutter.thing(source, &lines.mentions, *local, numbered)?;
    }
    for line in &mut lines.lines {
        cutter.line(line, &lines.mentions, numbered)?;
    }
    Ok(cutter.finish())
}

struct Cutter<'a> {
    parts: Vec<Part>,
    open: Part,
    salts: &'a mut Salts,
}

impl Cutter<'_> {
    /// Adds an event to the open submission, or to the next one if that is full.
    fn push(&mut self, event: &impl Kind) -> Result<(), ImportError> {
        self.add(|draft, salt| draft.push(event, salt))
    }

    fn add(&mut self, push: impl Fn(&mut Draft, Salt) -> Result<u16, SubmissionError>) -> Result<(), ImportError> {
        let pushed = push(&mut self.open.draft, self.salts.fresh()?);
        match pushed {
            Err(SubmissionError::Count(_) | SubmissionError::Bytes(_)) if !self.open.draft.is_empty() => {
                self.parts.push(std::mem::take(&mut self.open));
                push(&mut self.open.draft, self.salts.fresh()?)?;
            }
            pushed => drop(pushed?),
        }
        Ok(())
    }

    fn thing(&mut self, source: u64, mentions: &Mentions, local: u32, to: &Numbered) -> Result<(), ImportError> {
        let Some(thing) = mentions.thing(local) else { return Ok(()) };
        let number = to.of(local);
        self.push(&ReportedResource {
            source,
            number,
            kind: thing.kind,
            parent: to.of(thing.parent),
            seconds: thing.seconds,
            identifiers: mentions.identifiers(thing).collect(),
        })?;
        self.open.numbers += 1;
        self.names(NamesOf::Reported { source, number }, mentions.names(thing))
    }

    /// Names of something, in as many bodies as they need.
    fn names<'n>(&mut self, of: NamesOf, given: impl Iterator<Item = Named<'n>>) -> Result<(), ImportError> {
        let mut names = Vec::new();
        let mut len = 0;
        for name in given {
            let name_len = size_of::<u16>() + size_of::<u64>() + name.text.len();
            if len + name_len > NAMES_LEN_MAX {
                self.push(&NamesReported { of, names: std::mem::take(&mut names) })?;
                len = 0;
            }
            len += name_len;
            names.push(name);
        }
        if names.is_empty() { Ok(()) } else { self.push(&NamesReported { of, names }) }
    }

    /// Numbers are put right in place: lines are large, and there are many.
    fn line(&mut self, line: &mut Line, mentions: &Mentions, to: &Numbered) -> Result<(), ImportError> {
        let put_right = |numbers: &mut [&mut u32]| numbers.iter_mut().for_each(|number| **number = to.of(**number));
        match line {
            Line::Usage(line) => {
                let Terms { service, offering, .. } = &mut line.terms;
                put_right(&mut [&mut line.resource, &mut line.release, service, offering]);
                self.add(|draft, salt| draft.push_line(line, salt))
            }
            Line::Allocated(line) => {
                let Terms { service, offering, .. } = &mut line.terms;
                put_right(&mut [&mut line.resource, &mut line.controller, service, offering]);
                self.push(line)
            }
            Line::Summary(summary, id) => {
                let Terms { service, offering, .. } = &mut summary.terms;
                put_right(&mut [&mut summary.controller, service, offering]);
                self.push(&UsageSummary { id: mentions.text(id), ..*summary })
            }
            Line::List(list) => {
                put_right(&mut [&mut list.resource]);
                self.push(list)
            }
            Line::Refused(refused) => self.push(refused),
        }?;
        self.open.rows += 1;
        Ok(())
    }

    fn finish(mut self) -> Vec<Part> {
        if !self.open.draft.is_empty() {
            self.parts.push(self.open);
        }
        self.parts
    }
}

/// Most bytes of names in one body; the others follow in the next.
const NAMES_LEN_MAX: usize = limits::BODY - 256;
