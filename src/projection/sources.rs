//! Sources: the files that were reported, what each calls by its numbers, and how much of each is in.

use std::collections::{BTreeMap, BTreeSet};

use bincode::{Decode, Encode};
use ledger_spec::code::{ReasonCode, ReportedKind, SourceFormat};
use ledger_spec::date::Date;
use ledger_spec::event::usage::{ControlTotal, ReportedResource, SourceOpened};
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Amount, AmountError, Currency, ExactSum};
use ledger_spec::reference::PartyId;

use super::catalogue::{Identifiers, Moment, ReportedAs};
use super::error::FoldError;
use super::lines::Line;
use super::lists::{List, Lists};
use super::table::Table;

/// What a source calls by a number: a recording, work, release, service or rights controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Reported {
    /// Its event.
    pub event: u64,
    /// What it is.
    pub kind: ReportedKind,
    /// The number it belongs to, or zero.
    pub parent: u32,
    /// Playing time in seconds.
    pub seconds: Option<u32>,
    /// Its identifiers: a part of [`Sources::identifiers`].
    first_identifier: u32,
    identifiers: u32,
    /// Matches that are about it.
    pub(crate) matches: List,
    /// Cells that name it.
    pub(crate) cells: List,
}

/// What a source reported in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Reporting {
    /// The currency.
    pub currency: Currency,
    /// The exact total of the lines that count.
    pub exact: ExactSum,
    /// The same, each line rounded: what is posted to cells.
    pub lines: Amount,
    /// What is posted of the difference: nothing while the source is open.
    pub residue: Amount,
    /// The amounts of all lines by their size, in picos. A line that was taken back still counts: it and its reversal
    /// may be in two cells, each rated by itself.
    pub(crate) size: i128,
}

/// A file that was reported.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Source {
    /// SHA-256 of the file.
    pub file: Hash,
    /// SHA-256 of its lines.
    pub content: Hash,
    /// Its [`message`].
    pub message: Option<Hash>,
    /// The party that sent it and owes its money.
    pub reporter: PartyId,
    /// The party that imports it.
    pub by: PartyId,
    /// The day it was recorded.
    pub received: Date,
    /// Its format.
    pub format: SourceFormat,
    /// First day of use.
    pub from: Option<Date>,
    /// Last day of use.
    pub to: Option<Date>,
    /// Rows promised, refused ones included.
    pub rows: u64,
    /// Rows promised to be refused.
    pub refused: u64,
    /// Cross-checks that the file failed.
    pub warnings: u64,
    /// Control totals promised.
    pub totals: Vec<ControlTotal>,
    /// Rows in so far, refused ones included.
    pub rows_in: u64,
    /// Rows in so far as refused.
    pub refused_in: u64,
    /// The last row in, or zero. Rows come in the order of the file.
    pub last_row: u64,
    /// Units less returns of the lines that count.
    pub units: i64,
    /// The same by their size, line by line, those taken back included.
    pub(crate) size_of_units: u64,
    /// Summaries: row and event.
    pub summaries: Vec<(u64, u64)>,
    /// The event that closed it.
    pub closed: Option<u64>,
    /// The event that reversed it.
    pub reversed: Option<u64>,
    /// For what reason.
    pub reversed_for: Option<ReasonCode>,
    /// Lines that were reversed by themselves, by reason.
    pub lines_reversed: BTreeMap<ReasonCode, u64>,
    /// What it reported, by currency in the order they appeared.
    pub reporting: Vec<Reporting>,
    /// The figures of its offerings.
    pub(crate) pools: List,
    reported: Vec<Reported>,
}

impl Source {
    /// What it calls by a number.
    pub fn reported(&self, number: u32) -> Option<&Reported> {
        self.reported.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// How many numbers it has given out.
    pub fn numbers(&self) -> usize {
        self.reported.len()
    }

    /// Adds the units and the money of a line, or of one that takes another back.
    pub(super) fn report(&mut self, line: &Line, currency: Currency, takes_back: bool) -> Result<(), AmountError> {
        self.units = self.units.checked_add(line.units).ok_or(AmountError::OutOfRange)?;
        let (units, money) = if takes_back { (0, 0) } else { (line.units.unsigned_abs(), line.money.abs().picos()) };
        self.size_of_units = self.size_of_units.saturating_add(units);
        let at = match self.reporting.iter().position(|reporting| reporting.currency == currency) {
            Some(at) => at,
            None => {
                let (lines, residue) = (Amount::ZERO, Amount::ZERO);
                self.reporting.push(Reporting { currency, exact: ExactSum::ZERO, lines, residue, size: 0 });
                self.reporting.len() - 1
            }
        };
        if let Some(reporting) = self.reporting.get_mut(at) {
            reporting.exact = reporting.exact.plus(line.exact)?;
            reporting.lines = reporting.lines.try_add(line.money)?;
            reporting.size = reporting.size.saturating_add(money);
        }
        Ok(())
    }

    /// By how much the posted residue of each currency has to change, and changes it: nothing is left over while the
    /// source is open, or once it is reversed.
    pub(crate) fn settle_residue(&mut self) -> Result<Vec<(Currency, Amount)>, AmountError> {
        let counts = self.closed.is_some() && self.reversed.is_none();
        let mut changes = Vec::new();
        for reporting in &mut self.reporting {
            let residue = if counts { reporting.exact.residue(reporting.lines)? } else { Amount::ZERO };
            let change = residue.try_sub(reporting.residue)?;
            reporting.residue = residue;
            if !change.is_zero() {
                changes.push((reporting.currency, change));
            }
        }
        Ok(changes)
    }
}

/// Every source there is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Sources {
    table: Table<Source>,
    /// The import that was not reversed of each file, by the hash of the file and by that of its lines.
    files: BTreeMap<Hash, u64>,
    open: BTreeSet<u64>,
    /// Numbers of the identifiers of what was reported, one reported thing after the other.
    identifiers: Vec<u32>,
    /// The cells that name a reported thing.
    pub(crate) cells_of: Lists<u32>,
}

impl Sources {
    /// A source, by its first event.
    pub fn get(&self, source: u64) -> Option<&Source> {
        self.table.get(source)
    }

    /// Every source with its first event, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &Source)> {
        self.table.iter()
    }

    /// The sources that are neither closed nor reversed, by their first events.
    pub fn open(&self) -> impl Iterator<Item = u64> {
        self.open.iter().copied()
    }

    /// The source that a file, or another with the same lines, was imported as, unless that was reversed.
    pub fn of_file(&self, file: &Hash, content: &Hash) -> Option<u64> {
        self.files.get(file).or_else(|| self.files.get(content)).copied()
    }

    /// The source that a [`message`] of this reporter was imported as, unless that was reversed.
    pub fn of_message(&self, reporter: PartyId, message: &Hash) -> Option<u64> {
        let same = |source: &Source| source.reporter == reporter && source.message.as_ref() == Some(message);
        self.iter().find(|(_, source)| source.reversed.is_none() && same(source)).map(|(source, _)| source)
    }

    /// What a source calls by a number, and the source.
    pub(crate) fn reported(&self, source: u64, number: u32) -> Option<(&Source, &Reported)> {
        let source = self.table.get(source)?;
        Some((source, source.reported(number)?))
    }

    /// The identifiers of a reported thing, as declared, by their numbers.
    pub(crate) fn identifiers(&self, reported: &Reported) -> impl Iterator<Item = u32> {
        let from = usize::try_from(reported.first_identifier).unwrap_or(usize::MAX);
        let count = usize::try_from(reported.identifiers).unwrap_or(usize::MAX);
        self.identifiers.get(from..).unwrap_or_default().iter().take(count).copied()
    }

    /// The number of a source among the sources.
    pub(crate) fn number(&self, source: u64) -> Option<u32> {
        self.table.number(source)
    }

    /// The first event and the source of a number.
    pub(crate) fn row(&self, number: u32) -> Option<(u64, &Source)> {
        self.table.row(number)
    }

    pub(crate) fn get_mut(&mut self, index: u64, source: u64) -> Result<&mut Source, FoldError> {
        self.table.get_mut(source).ok_or(FoldError::Cites { index, cited: source, expected: "source" })
    }

    pub(crate) fn reported_mut(&mut self, index: u64, source: u64, number: u32) -> Result<&mut Reported, FoldError> {
        let unknown = FoldError::Number { index, source_event: source, number };
        let reported = &mut self.get_mut(index, source)?.reported;
        let at = number.checked_sub(1).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| reported.get_mut(at)).ok_or(unknown)
    }

    /// Notes that a cell names what a source calls by a number. Number zero is nothing.
    pub(crate) fn name(&mut self, index: u64, source: u64, number: u32, cell: u32) -> Result<(), FoldError> {
        if number == 0 {
            return Ok(());
        }
        let mut cells = self.reported_mut(index, source, number)?.cells;
        self.cells_of.push(&mut cells, cell).ok_or(FoldError::TooMany { index })?;
        self.reported_mut(index, source, number)?.cells = cells;
        Ok(())
    }

    pub(crate) fn opened(&mut self, at: &Moment, received: Date, opened: &SourceOpened<'_>) -> Result<(), FoldError> {
        let source = Source {
            file: opened.file,
            content: opened.content,
            message: message(&opened.identifiers),
            reporter: opened.reporter,
            by: at.by,
            received,
            format: opened.format,
            from: opened.from,
            to: opened.to,
            rows: opened.rows,
            refused: opened.refused,
            warnings: (opened.warnings.len() as u64).saturating_add(opened.more_warnings), // usize is at most 64 bits
            totals: opened.totals.clone(),
            rows_in: 0,
            refused_in: 0,
            last_row: 0,
            units: 0,
            size_of_units: 0,
            summaries: Vec::new(),
            closed: None,
            reversed: None,
            reversed_for: None,
            lines_reversed: BTreeMap::new(),
            reporting: Vec::new(),
            pools: List::default(),
            reported: Vec::new(),
        };
        self.table.push(at.index, source)?;
        for hash in [opened.file, opened.content] {
            self.files.entry(hash).or_insert(at.index);
        }
        self.open.insert(at.index);
        Ok(())
    }

    /// Takes in what a source calls by its next number.
    pub(crate) fn resource(
        &mut self,
        at: &Moment,
        resource: &ReportedResource<'_>,
        identifiers: &mut Identifiers,
    ) -> Result<(), FoldError> {
        let too_many = || FoldError::TooMany { index: at.index };
        let source = self.number(resource.source).ok_or_else(|| at.cites(resource.source, "source"))?;
        let reported = Reported {
            event: at.index,
            kind: resource.kind,
            parent: resource.parent,
            seconds: resource.seconds,
            first_identifier: u32::try_from(self.identifiers.len()).map_err(|_| too_many())?,
            identifiers: u32::try_from(resource.identifiers.len()).map_err(|_| too_many())?,
            matches: List::default(),
            cells: List::default(),
        };
        for identifier in &resource.identifiers {
            let number = identifiers.intern(at.index, *identifier)?;
            identifiers.report(at.index, number, ReportedAs { source, number: resource.number })?;
            self.identifiers.push(number);
        }
        let numbers = &mut self.get_mut(at.index, resource.source)?.reported;
        if u32::try_from(numbers.len()).ok().and_then(|last| last.checked_add(1)) != Some(resource.number) {
            let source_event = resource.source;
            return Err(FoldError::Number { index: at.index, source_event, number: resource.number });
        }
        numbers.push(reported);
        Ok(())
    }

    /// A row of the source is in.
    pub(crate) fn row_in(&mut self, index: u64, source: u64, row: u64) -> Result<&mut Source, FoldError> {
        let source = self.get_mut(index, source)?;
        source.rows_in += 1;
        source.last_row = row;
        Ok(source)
    }

    pub(crate) fn closed(&mut self, at: &Moment, source: u64) -> Result<&mut Source, FoldError> {
        self.open.remove(&source);
        let closed = self.get_mut(at.index, source)?;
        closed.closed = Some(at.index);
        Ok(closed)
    }

    /// A whole source counts no longer; its file may be imported again.
    pub(crate) fn reversed(&mut self, at: &Moment, source: u64, reason: ReasonCode) -> Result<&mut Source, FoldError> {
        self.open.remove(&source);
        let &mut Source { file, content, .. } = self.get_mut(at.index, source)?;
        for hash in [file, content] {
            if self.files.get(&hash) == Some(&source) {
                self.files.remove(&hash);
            }
        }
        let reversed = self.get_mut(at.index, source)?;
        (reversed.reversed, reversed.reversed_for) = (Some(at.index), Some(reason));
        Ok(reversed)
    }
}

/// What tells a sender's message from every other: SHA-256 of the sender's DDEX party id, a NUL and the message id, out
/// of a source's identifiers. Nothing if either is missing.
pub fn message(identifiers: &[Identifier<'_>]) -> Option<Hash> {
    let of = |scheme| identifiers.iter().find(|identifier| identifier.scheme == scheme).map(|one| one.value);
    let (sender, message) = (of(Scheme::DPID)?, of(Scheme::MESSAGE)?);
    Some(sha256(&[sender.as_bytes(), &[0], message.as_bytes()]))
}
