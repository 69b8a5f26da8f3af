//! One record of a flat file: its cells, by name.

use ledger_spec::money::{Currency, SourceAmount};

use super::layout::{Kind, Layout};
use crate::ingest::report::cells::Cells;
use crate::ingest::report::chunks::LINE_BYTES;
use crate::ingest::report::defect::{Column, Defect, Fault, Reason};
use crate::ingest::report::format::{ROW_BYTES, Sink, utf8};
use crate::ingest::report::row::UsageDays;
use crate::ingest::report::text::{Text, preview};
use crate::ingest::report::warning::Warning;

/// A record whose type is known.
pub(super) struct Record<'a> {
    pub(super) line: u64,
    /// The line as it stands in the file, without its end.
    pub(super) as_given: &'a str,
    pub(super) layout: &'static Layout,
    pub(super) cells: Cells<'a>,
}

type Read<'a, T> = Result<T, Fault<'a>>;

impl<'a> Record<'a> {
    /// Splits a line into the cells of its record type.
    pub(super) fn split(line: u64, bytes: &'a [u8]) -> Read<'a, Record<'a>> {
        let text = utf8(bytes)?;
        let cells = Cells::split(text);
        let layout = Layout::find(cells.get(0)).ok_or_else(|| cells.fault(0, Reason::UnknownRecord))?;
        // Lists of releases are kept by hash, so only they may be longer than an event.
        let limit = if layout.kind == Kind::ReleaseList { LINE_BYTES } else { ROW_BYTES };
        if bytes.len() > limit {
            return Err(Fault { cell: None, value: bytes, reason: Reason::TooLong { limit } });
        }
        Ok(Record { line, as_given: text, layout, cells })
    }

    /// Says so if the line has other cells than its layout.
    pub(super) fn check_cells(&self, sink: &mut dyn Sink) {
        let (record, expected, found) = (self.layout.name, self.layout.cells.len() + 1, self.cells.len());
        if found < expected {
            sink.warning(self.line, Warning::MissingCells { record, expected, found });
        } else if (expected..found).any(|cell| !self.cells.get(cell).is_empty()) {
            sink.warning(self.line, Warning::SurplusCells { record, expected, found });
        }
    }

    /// Where a cell of this name stands; the number of cells if the record has none, where every line is empty.
    fn at(&self, name: &str) -> usize {
        let names = self.layout.cells;
        names.iter().position(|cell| *cell == name).map_or(usize::MAX, |index| index + 1)
    }

    /// The bytes of a cell.
    pub(super) fn raw(&self, name: &str) -> &'a str {
        self.cells.get(self.at(name))
    }

    /// An identifier or code.
    pub(super) fn id(&self, name: &str) -> Read<'a, Text<'a>> {
        self.cells.id(self.at(name)).map(Text::escaped)
    }

    /// A name, a title, or a list.
    pub(super) fn text(&self, name: &str) -> Read<'a, Text<'a>> {
        self.cells.name(self.at(name)).map(Text::escaped)
    }

    /// A name, its own copy without escapes.
    pub(super) fn owned(&self, name: &str) -> Read<'a, String> {
        Ok(self.text(name)?.get().into_owned())
    }

    pub(super) fn decimal(&self, name: &str) -> Read<'a, Option<SourceAmount>> {
        self.cells.decimal(self.at(name))
    }

    pub(super) fn amount(&self, name: &str) -> Read<'a, SourceAmount> {
        let cell = self.at(name);
        self.cells.needed(cell, self.cells.decimal(cell)?)
    }

    /// The amounts of a cell that may hold several.
    pub(super) fn decimals(&self, name: &str) -> Read<'a, Vec<SourceAmount>> {
        let fault = |error| self.cells.fault(self.at(name), Reason::NotADecimal(error));
        self.text(name)?.values().map(|value| value.raw().trim_ascii().parse().map_err(fault)).collect()
    }

    pub(super) fn integer(&self, name: &str) -> Read<'a, Option<i64>> {
        self.cells.integer(self.at(name))
    }

    pub(super) fn count(&self, name: &str) -> Read<'a, i64> {
        let cell = self.at(name);
        self.cells.needed(cell, self.cells.integer(cell)?)
    }

    pub(super) fn boolean(&self, name: &str) -> Read<'a, Option<bool>> {
        self.cells.boolean(self.at(name))
    }

    pub(super) fn currency(&self, name: &str) -> Read<'a, Option<Currency>> {
        self.cells.currency(self.at(name))
    }

    /// The days between two cells, if both are filled.
    pub(super) fn days(&self, start: &str, end: &str) -> Read<'a, Option<UsageDays>> {
        let last = self.at(end);
        match (self.cells.day(self.at(start))?, self.cells.day(last)?) {
            (Some(start), Some(end)) => {
                UsageDays::new(start, end).map(Some).ok_or_else(|| self.cells.fault(last, Reason::DaysReversed))
            }
            _ => Ok(None),
        }
    }

    /// A value that does no harm if it is left out; if it cannot be read, a warning says so.
    pub(super) fn harmless<T>(&self, name: &'static str, read: Read<'a, Option<T>>, sink: &mut dyn Sink) -> Option<T> {
        read.unwrap_or_else(|fault| {
            sink.warning(self.line, Warning::CellLeftOut { column: name, value: preview(fault.value) });
            None
        })
    }

    /// What is wrong with a cell that is read by name.
    pub(super) fn fault(&self, name: &str, reason: Reason) -> Fault<'a> {
        self.cells.fault(self.at(name), reason)
    }
}

/// A fault, with the line and the name of the column that it is in.
pub(super) fn defect<'a>(line: u64, text: &'a [u8], layout: Option<&'static Layout>, fault: Fault<'a>) -> Defect<'a> {
    let column = fault.cell.map(|cell| Column { number: cell + 1, name: column_name(layout, cell) });
    Defect { line, text, column, value: fault.value, reason: fault.reason }
}

fn column_name(layout: Option<&'static Layout>, cell: usize) -> &'static str {
    match cell.checked_sub(1) {
        None => "RecordType",
        Some(index) => layout.and_then(|layout| layout.cells.get(index)).copied().unwrap_or_default(),
    }
}
