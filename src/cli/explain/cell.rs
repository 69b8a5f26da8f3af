//! A cell in words: what was used, where, when, and in which rows of which file it was reported.

use ledger_spec::code::{Basis, NameRole};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Amount;
use serde::Serialize;

use super::View;
use crate::cli::failure::Failure;
use crate::projection::{CellView, Named};
use crate::royalty::territory;

/// A cell, for people and programs.
#[derive(Debug, Serialize)]
pub struct Used {
    source: u64,
    /// The name of the file it was reported in.
    pub file: Option<String>,
    /// Lines of the file, where they were looked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<u64>,
    /// What was used, in words.
    pub what: String,
    /// The service.
    pub service: Option<String>,
    /// The place, by its code.
    pub territory: Option<&'static str>,
    terms: Terms,
    units: i64,
    money: Amount,
    /// The event that took the whole source back.
    reversed: Option<u64>,
}

impl Used {
    /// A cell, with the rows that made it.
    pub fn new(cell: &CellView, view: &View<'_>) -> Result<Used, Failure> {
        Ok(Used { rows: rows(cell.number, view)?, ..Used::named(cell, view) })
    }

    /// A cell, without its rows, for which all of its source would have to be read.
    pub fn named(cell: &CellView, view: &View<'_>) -> Used {
        let CellView { source, resource, release, controller, terms, .. } = *cell;
        let named = [resource, release, controller].into_iter().find(|number| *number != 0);
        Used {
            source,
            file: view.known.text(Named::Event(source), NameRole::FILE_NAME),
            rows: Vec::new(),
            what: named.map_or_else(|| "unnamed".to_owned(), |number| view.known.reported(source, number)),
            service: (terms.service != 0).then(|| view.known.reported(source, terms.service)),
            territory: territory::code(terms.territory),
            terms,
            units: cell.units,
            money: cell.money,
            reversed: cell.reversed,
        }
    }

    /// For a spreadsheet: file, what, service, territory, use, first and last day, units.
    pub fn cells(&self) -> [String; 8] {
        let Terms { use_type, from, to, .. } = self.terms;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let territory = self.territory.unwrap_or_default().to_owned();
        let [from, to] = [from, to].map(|day| day.to_string());
        let (file, service, units) = (text(&self.file), text(&self.service), self.units.to_string());
        [file, self.what.clone(), service, territory, use_type.to_string(), from, to, units]
    }

    /// What was used, where and when, and how much of it.
    pub fn in_one_line(&self) -> String {
        let Terms { use_type, from, to, currency, .. } = self.terms;
        let mut words = vec![self.what.clone()];
        words.extend(self.service.clone());
        words.extend(self.territory.map(str::to_owned));
        words.push(use_type.to_string());
        words.push(days(from, to));
        let units = match self.units {
            0 => String::new(),
            1 => "1 unit, ".to_owned(),
            units => format!("{units} units, "),
        };
        let money = match self.terms.basis {
            Basis::NONE => "no money of its own".to_owned(),
            _ => format!("{} {currency}", self.money),
        };
        format!("{}: {units}{money}", words.join(", "))
    }

    /// Two lines: what was used, and where it stands.
    pub fn words(&self) -> String {
        let file = self.file.clone().unwrap_or_else(|| format!("source {}", self.source));
        let taken_back = self.reversed.map_or_else(String::new, |event| format!(", reversed by event {event}"));
        format!("{}\n  {file}, {}{taken_back}", self.in_one_line(), row_words(&self.rows))
    }
}

fn days(from: Date, to: Date) -> String {
    let month = from.period();
    match (from, to) {
        _ if from == month.first_day() && to == month.last_day() => month.to_string(),
        _ if from == to => from.to_string(),
        _ => format!("{from} to {to}"),
    }
}

fn row_words(rows: &[u64]) -> String {
    const SHOWN: usize = 6;
    let shown = rows.iter().take(SHOWN).map(u64::to_string).collect::<Vec<_>>().join(", ");
    match rows.len() {
        0 => "no row".to_owned(),
        1 => format!("row {shown}"),
        2..=SHOWN => format!("rows {shown}"),
        more => format!("rows {shown} and {} more", more - SHOWN),
    }
}

/// The lines of the file that added to a cell.
fn rows(cell: u32, view: &View<'_>) -> Result<Vec<u64>, Failure> {
    let mut rows = Vec::new();
    for event in view.settled.lines_of(cell, view.ledger)? {
        rows.extend(view.known.read(event, |event| match event {
            Event::UsageLine(line) => Some(line.row),
            Event::AllocatedLine(line) => Some(line.row),
            _ => None,
        }));
    }
    Ok(rows)
}
