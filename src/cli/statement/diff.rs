//! `cantus statement diff`: what the uses of a month earned a party as known then and as known now, and the difference,
//! use by use.

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, AmountError, Currency};
use serde::Serialize;

use super::restated::{Earned, earned};
use crate::cli::Context;
use crate::cli::exit::Exit;
use crate::cli::explain::{Used, View};
use crate::cli::failure::Outcome;
use crate::cli::known::{Known, Labels};
use crate::cli::out::{Column, Row};
use crate::cli::values::{self, Moment};
use crate::projection::{CellView, Under};

/// Show what the uses of a month earned a party, as known then and as known now: each use that differs, and the sums of
/// all.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus statement diff anna 2026-03 --then 2026-03        since the close of March
  cantus statement diff anna 2026-03 --then 2026-05-01     since the first of May
  cantus statement diff anna 2026-03 --then 1200 --at 1460 --csv",
    after_help = "With --json, one object a line; amounts are text, above zero is the party's:
  line: contract, currency, what, service, territory, terms, units, source, file, then, now, change
  total: contract, currency, then, now, change: of all uses of the month, also of those that did not change
Change is now - then. What one of the moments does not know earned nothing there."
)]
pub struct Arguments {
    /// Whose, by code or id.
    party: String,
    /// The month of the uses.
    month: Period,
    /// As known then: after this event, at the end of this day, at this moment (UTC), or with the close of this period.
    #[arg(long, value_name = "INDEX|DATE|TIME|PERIOD", value_parser = values::moment)]
    then: Moment,
    /// As known at this later one instead of now.
    #[arg(long, value_name = "INDEX|DATE|TIME|PERIOD", value_parser = values::moment)]
    at: Option<Moment>,
    /// Write CSV: a line of names, then one row a line.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// What uses earned, or all uses together.
#[derive(Serialize)]
struct Line {
    row: &'static str,
    contract: String,
    currency: Currency,
    #[serde(flatten)]
    used: Option<Used>,
    #[serde(flatten)]
    sums: Sums,
}

/// As known then and as known now.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Sums {
    then: Amount,
    now: Amount,
    change: Amount,
}

impl Sums {
    fn new(then: Amount, now: Amount) -> Result<Sums, AmountError> {
        Ok(Sums { then, now, change: now.try_sub(then)? })
    }

    fn plus(self, other: Sums) -> Result<Sums, AmountError> {
        Sums::new(self.then.try_add(other.then)?, self.now.try_add(other.now)?)
    }

    fn cells(self) -> [String; 3] {
        [self.then, self.now, self.change].map(|amount| amount.to_string())
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CONTRACT"),
        Column::words("USES"),
        Column::amounts("THEN"),
        Column::amounts("NOW"),
        Column::amounts("CHANGE"),
        Column::words("CURRENCY"),
    ];

    fn cells(&self) -> Vec<String> {
        let used = self.used.as_ref().map_or_else(|| "all".to_owned(), Used::in_one_line);
        let of = [self.contract.clone(), used].into_iter();
        of.chain(self.sums.cells()).chain([self.currency.to_string()]).collect()
    }
}

/// The same for a spreadsheet.
#[derive(Serialize)]
struct Record(Line);

impl Row for Record {
    const COLUMNS: &'static [Column] = &[
        Column::words("ROW"),
        Column::words("CONTRACT"),
        Column::words("CURRENCY"),
        Column::words("FILE"),
        Column::words("WHAT"),
        Column::words("SERVICE"),
        Column::words("TERRITORY"),
        Column::words("USE"),
        Column::words("FROM"),
        Column::words("TO"),
        Column::numbers("UNITS"),
        Column::amounts("THEN"),
        Column::amounts("NOW"),
        Column::amounts("CHANGE"),
    ];

    fn cells(&self) -> Vec<String> {
        let Record(Line { row, contract, currency, used, sums }) = self;
        let used = used.as_ref().map(Used::cells).unwrap_or_default();
        let of = [(*row).to_owned(), contract.clone(), currency.to_string()].into_iter();
        of.chain(used).chain(sums.cells()).collect()
    }
}

/// Shows what differs.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.csv {
        context.out.as_csv();
    }
    let ledger = context.ledger()?;
    let mut now = context.state_known(&ledger, arguments.at.unwrap_or_default())?;
    let party = Known::new(&now, &ledger).find_party(&arguments.party)?;
    let before = earned(&context.state_known(&ledger, arguments.then)?.settle()?, party, arguments.month)?;
    let settled = now.settle()?;
    let view = View { settled, ledger: &ledger, known: Known::new(settled.state(), &ledger) };
    let mut labels = Labels::new(&view.known);
    let mut lines = Vec::new();
    let mut totals: BTreeMap<Under, Sums> = BTreeMap::new();
    for (under, cell, sums) in joined(before, earned(&view.settled, party, arguments.month)?)? {
        let total = totals.entry(under).or_default();
        *total = total.plus(sums)?;
        if !sums.change.is_zero() {
            let used = Some(Used::named(&cell, &view));
            lines.push(Line { row: "line", contract: labels.contract(under.0), currency: under.1, used, sums });
        }
    }
    if lines.is_empty() {
        context.out.note(format_args!("{}: Nothing changed since.", arguments.month));
    }
    let total = |((contract, currency), sums)| {
        let contract = labels.contract(contract);
        Line { row: "total", contract, currency, used: None, sums }
    };
    lines.extend(totals.into_iter().map(total).collect::<Vec<Line>>());
    match arguments.csv {
        true => context.out.rows(&lines.into_iter().map(Record).collect::<Vec<Record>>())?,
        false => context.out.rows(&lines)?,
    }
    Ok(Exit::Fine)
}

/// Both moments side by side. What one of them does not know earned nothing there.
fn joined(mut then: Earned, now: Earned) -> Result<Vec<(Under, CellView, Sums)>, AmountError> {
    let mut rows = Vec::new();
    for (uses, (cell, now)) in now {
        let before = then.remove(&uses).map_or(Amount::ZERO, |(_, amount)| amount);
        rows.push((uses.0, cell, Sums::new(before, now)?));
    }
    for ((under, ..), (cell, before)) in then {
        rows.push((under, cell, Sums::new(before, Amount::ZERO)?));
    }
    Ok(rows)
}
