//! `cantus trial-balance`: debits and credits of all accounts, which come to the same in each currency.

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::money::Currency;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Accounted, ChartFile, Classed, Options};
use crate::export::chart::Chart;
use crate::projection::reports::{Sides, trial_balance};
use crate::projection::{Balances, Filter, Row as Held};

/// Show debits and credits of all accounts, by class or each by itself.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus trial-balance
  cantus trial-balance --as-of 2026-03            as of the close of that period
  cantus trial-balance --detail --csv             every account, for a spreadsheet
  cantus trial-balance --chart accounts.toml      under your own account codes",
    after_help = "With --json, one object a line, without totals; amounts are text:
  class, code, account, currency, debit, credit
  with --detail: class, code, account, party, name, contract, reason, of, currency, debit, credit"
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
    #[serde(flatten)]
    class: Classed,
    currency: Currency,
    #[serde(flatten)]
    sides: Sides,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::words("CODE").optional(),
        Column::words("ACCOUNT"),
        Column::amounts("DEBIT"),
        Column::amounts("CREDIT"),
    ];

    fn cells(&self) -> Vec<String> {
        let [code, account] = self.class.cells();
        let [debit, credit] = side_cells(&self.sides);
        vec![self.currency.to_string(), code, account, debit, credit]
    }
}

/// An account.
#[derive(Debug, Serialize)]
struct Detail {
    #[serde(flatten)]
    account: Accounted,
    #[serde(flatten)]
    sides: Sides,
}

impl Row for Detail {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::words("CODE").optional(),
        Column::words("ACCOUNT"),
        Column::words("PARTY"),
        Column::words("CONTRACT").optional(),
        Column::words("REASON").optional(),
        Column::words("OF").optional(),
        Column::amounts("DEBIT"),
        Column::amounts("CREDIT"),
    ];

    fn cells(&self) -> Vec<String> {
        let currency = self.account.currency.to_string();
        [currency].into_iter().chain(self.account.cells()).chain(side_cells(&self.sides)).collect()
    }
}

/// Debit and credit, each empty where there is nothing.
fn side_cells(sides: &Sides) -> [String; 2] {
    [sides.debit, sides.credit].map(|amount| if amount.is_zero() { String::new() } else { amount.to_string() })
}

/// Shows the trial balance.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let filter = Filter { currency: arguments.currency, ..Filter::default() };
    let lines = by_class(settled.balances(), &filter, &chart)?;
    if arguments.detail {
        let known = Known::new(settled.state(), &ledger);
        context.out.rows(&by_account(settled.balances(), &filter, &chart, &known))?;
    } else {
        context.out.rows(&lines)?;
    }
    say_whether_they_balance(&lines, context)?;
    Ok(Exit::Fine)
}

/// The classes of each currency.
pub fn by_class(balances: &Balances, filter: &Filter, chart: &Chart) -> Result<Vec<Line>, Failure> {
    let sums = trial_balance(&balances.rows(filter))?;
    let line = |((currency, class), sides)| Line { class: Classed::new(class, chart), currency, sides };
    Ok(sums.into_iter().map(line).collect())
}

/// Every account, by currency.
fn by_account(balances: &Balances, filter: &Filter, chart: &Chart, known: &Known<'_>) -> Vec<Detail> {
    let mut labels = Labels::new(known);
    let mut rows = balances.rows(filter);
    rows.sort_by_key(|row| row.account.currency);
    let labelled =
        |row: &Held| Detail { account: Accounted::new(&row.account, chart, &mut labels), sides: Sides::of(row.amount) };
    rows.iter().map(labelled).collect()
}

/// Says for each currency what both sides come to.
pub fn say_whether_they_balance(lines: &[Line], context: &Context) -> Result<(), Failure> {
    let mut sums: BTreeMap<Currency, Sides> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry(line.currency).or_default();
        *sum = sum.plus(line.sides)?;
    }
    for (currency, Sides { debit, credit }) in sums {
        context.out.note(match debit == credit {
            true => format!("Debits and credits in {currency} balance: {debit} each."),
            false => format!("Debits and credits in {currency} do NOT balance: {debit} and {credit}."),
        });
    }
    Ok(())
}
