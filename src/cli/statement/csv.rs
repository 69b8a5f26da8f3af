//! The same statements as one record a row, for a spreadsheet.

use ledger_spec::money::Amount;
use serde::Serialize;

use super::Asked;
use super::words::{self, Said, Total, totals};
use crate::cli::contested::Told;
use crate::cli::explain::{Used, View};
use crate::cli::failure::Failure;
use crate::cli::held_share::HeldTold;
use crate::cli::known::Labels;
use crate::cli::out::{Column, Row};
use crate::projection::{Contested, Held, HeldFor, Stage, Statement, StatementLine, StatementMove};

/// A row of a statement.
#[derive(Default, Serialize)]
pub struct Record {
    statement: String,
    stage: &'static str,
    party: String,
    contract: String,
    currency: String,
    row: &'static str,
    event: String,
    what: String,
    service: String,
    territory: String,
    r#use: String,
    from: String,
    to: String,
    units: String,
    amount: String,
    before: String,
    late: String,
    formula: String,
    why: String,
    remark: String,
    source: String,
    file: String,
    payer: String,
}

impl Row for Record {
    const COLUMNS: &'static [Column] = &[
        Column::words("STATEMENT"),
        Column::words("STAGE"),
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("CURRENCY"),
        Column::words("ROW"),
        Column::words("EVENT"),
        Column::words("WHAT"),
        Column::words("SERVICE"),
        Column::words("TERRITORY"),
        Column::words("USE"),
        Column::words("FROM"),
        Column::words("TO"),
        Column::numbers("UNITS"),
        Column::amounts("AMOUNT"),
        Column::amounts("BEFORE"),
        Column::words("LATE"),
        Column::words("FORMULA"),
        Column::words("WHY"),
        Column::words("REMARK"),
        Column::words("SOURCE"),
        Column::words("FILE"),
        Column::words("PAYER"),
    ];

    fn cells(&self) -> Vec<String> {
        let Record { statement, stage, party, contract, currency, row, event, what, service, territory, .. } = self;
        let Record { r#use, from, to, units, amount, before, late, formula, why, remark, source, file, payer, .. } =
            self;
        let of = [statement, *stage, party, contract, currency, *row, event, what, service, territory];
        let cells = [r#use, from, to, units, amount, before, late, formula, why, remark, source, file, payer];
        of.into_iter().chain(cells.into_iter().map(String::as_str)).map(str::to_owned).collect()
    }
}

/// The records of a party's statements over the period that is open in the view.
pub fn records(of: Asked, view: &View<'_>) -> Result<Vec<Record>, Failure> {
    let Asked { party, period, stage } = of;
    let mut labels = Labels::new(&view.known);
    let (code, _) = labels.party(party);
    let payer = words::payer(view, &mut labels);
    let mut records = Vec::new();
    let statements = view.settled.statements(party, period, stage, view.ledger)?;
    for statement in &statements {
        let contract = labels.contract(statement.contract);
        let of = |row| Record { contract: contract.clone(), currency: statement.currency.to_string(), ..row };
        records.extend(rows(statement, view).into_iter().map(of));
    }
    for Total { currency, closing, due } in totals(&statements)? {
        let of = |row, amount: Amount| {
            let (currency, amount) = (currency.to_string(), amount.to_string());
            Record { currency, row, amount, ..Record::default() }
        };
        records.extend([of("total", closing), of("total-due", due)]);
    }
    for Contested { slice, currency, amount } in view.settled.contested(Some(party))? {
        let told = Told::new(&slice, &view.known, &mut labels);
        records.push(Record {
            currency: currency.to_string(),
            row: "contested",
            event: slice.work.to_string(),
            amount: amount.to_string(),
            why: told.words(),
            what: told.title,
            ..Record::default()
        });
    }
    for HeldFor { held, currency, amount } in view.settled.held_for(party)? {
        let told = HeldTold::new(&held, &view.known);
        records.push(Record {
            currency: currency.to_string(),
            row: "waiting",
            event: told.work.to_string(),
            amount: amount.to_string(),
            why: told.words(),
            what: told.title,
            ..Record::default()
        });
    }
    let stage = if stage == Stage::Closed { "closed" } else { "open" };
    for record in &mut records {
        (record.statement, record.stage, record.party) = (period.to_string(), stage, code.clone());
        record.payer.clone_from(&payer);
    }
    Ok(records)
}

fn rows(statement: &Statement, view: &View<'_>) -> Vec<Record> {
    let sum = |row, amount: Amount| Record { row, amount: amount.to_string(), ..Record::default() };
    let mut rows = vec![sum("opening", statement.opening)];
    rows.extend(statement.lines.iter().map(|line| self::line(line, view)));
    rows.push(sum("earned", statement.earned));
    rows.extend(statement.moves.iter().map(|moved| self::moved("move", moved, view)));
    rows.extend([
        sum("closing", statement.closing),
        sum("due", statement.due),
        sum("unrecouped", statement.unrecouped),
        sum("reserve-opening", statement.reserve.opening),
    ]);
    rows.extend(statement.reserve.moves.iter().map(|moved| self::moved("reserve-move", moved, view)));
    rows.push(sum("reserve-closing", statement.reserve.closing));
    let held = |held: &Held| Record { what: held.class.to_string(), why: held.words(), ..sum("held", held.amount) };
    rows.extend(statement.held.iter().map(held));
    rows
}

fn moved(row: &'static str, moved: &StatementMove, view: &View<'_>) -> Record {
    let Said { event, what, formula, remark } = Said::of(moved, view);
    Record {
        row,
        event: event.map_or_else(String::new, |event| event.to_string()),
        what: moved.account.class.to_string(),
        amount: moved.amount.to_string(),
        formula: formula.unwrap_or_default(),
        why: what,
        remark: remark.unwrap_or_default(),
        ..Record::default()
    }
}

fn line(line: &StatementLine, view: &View<'_>) -> Record {
    let StatementLine { cell, parts, before, amount, late, taken_back } = line;
    let Used { what, service, territory, file, .. } = Used::named(cell, view);
    let joined = |texts: Vec<String>| texts.join("; ");
    Record {
        row: "line",
        event: joined(taken_back.iter().map(u64::to_string).collect()),
        source: cell.source.to_string(),
        file: file.unwrap_or_default(),
        what,
        service: service.unwrap_or_default(),
        territory: territory.unwrap_or_default().to_owned(),
        r#use: cell.terms.use_type.to_string(),
        from: cell.terms.from.to_string(),
        to: cell.terms.to.to_string(),
        units: cell.units.to_string(),
        amount: amount.to_string(),
        before: before.to_string(),
        late: late.map_or_else(String::new, |late| late.to_string()),
        formula: joined(parts.iter().map(|part| part.why.formula(part.amount)).collect()),
        why: joined(parts.iter().map(|part| words::part(&part.why, view)).collect()),
        remark: joined(taken_back.iter().filter_map(|event| view.known.remark(*event)).collect()),
        ..Record::default()
    }
}
