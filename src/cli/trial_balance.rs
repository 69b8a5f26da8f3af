//! `cantus trial-balance`: debits and credits of all accounts, which come to the same in each currency.

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::date::Period;
use ledger_spec::money::Currency;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Accounted, ChartFile, Classed, Options, account_columns, month, or_nothing};
use crate::export::chart::Chart;
use crate::projection::reports::{Shown, Sides, trial_balance};
use crate::projection::{Filter, Row as Held};

/// Show debits and credits of all accounts, by class or each by itself.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus trial-balance
  cantus trial-balance --as-of 2026-03            as of the close of that period, as known then
  cantus trial-balance --as-of 2026-03 --restated as of the end of that month, as known now
  cantus trial-balance --detail --csv             every account, for a spreadsheet
  cantus trial-balance --chart accounts.toml      under your own account codes",
    after_help = "With --json, one object a line, without totals; amounts are text:
  class, code, account, currency, debit, credit
  with --detail: class, code, account, party, name, contract, reason, of, currency, debit, credit
With --restated also period, unless with --as-of: what each month changed accounts by. Every month balances; all months
come to the trial balance as posted."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    chart: ChartFile,
    /// Every account by itself.
    #[arg(long)]
    detail: bool,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// The accounts of a class in a currency, together.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The month of restated books.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(flatten)]
    class: Classed,
    currency: Currency,
    #[serde(flatten)]
    sides: Sides,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("PERIOD").if_asked(),
        Column::words("CURRENCY"),
        Column::words("CODE").optional(),
        Column::words("ACCOUNT"),
        Column::amounts("DEBIT"),
        Column::amounts("CREDIT"),
    ];

    fn cells(&self) -> Vec<String> {
        let [code, account] = self.class.cells();
        let [debit, credit] = side_cells(&self.sides);
        vec![month(self.period), self.currency.to_string(), code, account, debit, credit]
    }
}

/// An account.
#[derive(Debug, Serialize)]
struct Detail {
    /// The month of restated books.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(flatten)]
    account: Accounted,
    #[serde(flatten)]
    sides: Sides,
}

impl Row for Detail {
    const COLUMNS: &'static [Column] =
        account_columns![Column::words("PERIOD").if_asked(); Column::amounts("DEBIT"), Column::amounts("CREDIT")];

    fn cells(&self) -> Vec<String> {
        [month(self.period)].into_iter().chain(self.account.cells()).chain(side_cells(&self.sides)).collect()
    }
}

/// Debit and credit, each empty where there is nothing.
pub fn side_cells(sides: &Sides) -> [String; 2] {
    [sides.debit, sides.credit].map(or_nothing)
}

/// Shows the trial balance.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let filter = Filter { currency: arguments.currency, ..Filter::default() };
    let rows = settled.rows_by_month(&filter, &arguments.options.months(&settled, &ledger)?)?;
    let lines = by_class(&rows, &chart)?;
    if arguments.detail {
        let known = Known::new(settled.state(), &ledger);
        context.out.rows(&by_account(rows, &chart, &known))?;
    } else {
        context.out.rows(&lines)?;
    }
    say_whether_they_balance(&lines, context)?;
    Ok(Exit::Fine)
}

/// The classes of each currency.
pub fn by_class(rows: &[(Shown, Held)], chart: &Chart) -> Result<Vec<Line>, Failure> {
    let line = |((period, currency, class), sides)| Line { period, class: Classed::new(class, chart), currency, sides };
    Ok(trial_balance(rows)?.into_iter().map(line).collect())
}

/// Every account, by currency.
fn by_account(mut rows: Vec<(Shown, Held)>, chart: &Chart, known: &Known<'_>) -> Vec<Detail> {
    let mut labels = Labels::new(known);
    rows.sort_by_key(|(period, row)| (*period, row.account.currency));
    let labelled = |(period, row): (Shown, Held)| Detail {
        period,
        account: Accounted::new(&row.account, chart, &mut labels),
        sides: Sides::of(row.amount),
    };
    rows.into_iter().map(labelled).collect()
}

/// Says for each currency, of each month that is shown by itself, what both sides come to.
pub fn say_whether_they_balance(lines: &[Line], context: &Context) -> Result<(), Failure> {
    let mut sums: BTreeMap<(Shown, Currency), Sides> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry((line.period, line.currency)).or_default();
        *sum = sum.plus(line.sides)?;
    }
    for ((period, currency), Sides { debit, credit }) in sums {
        let of = period.map_or_else(String::new, |period| format!(" of {period}"));
        context.out.note(match debit == credit {
            true => format!("Debits and credits in {currency}{of} balance: {debit} each."),
            false => format!("Debits and credits in {currency}{of} do NOT balance: {debit} and {credit}."),
        });
    }
    Ok(())
}
