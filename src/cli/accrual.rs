//! `cantus accrual`: what is earned and not closed yet, and what is reported and not received yet.

use clap::Args;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::balances::own_side;
use super::exit::Exit;
use super::failure::Outcome;
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Accounted, ChartFile, Options, account_columns, month};
use crate::projection::Filter;

/// Show what is accrued: earned and not closed yet, by party and contract, and receivable and not received yet, by source.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus accrual
  cantus accrual --at 2026-03-31
  cantus accrual --as-of 2026-03 --restated   earned by uses to the end of March and not closed then, as known now
  cantus accrual --chart accounts.toml --csv",
    after_help = "With --json, one object a line; amounts are text, above zero is owed to us for a receivable, by us else:
  class, code, account, party, name, contract, reason, of, currency, amount
With --restated also period, unless with --as-of: what is earned counts in the month of its uses, what a close made due
in its period, what was received on its day; each month shows what it changed the account by."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    chart: ChartFile,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// An account that accrues, for people and programs.
#[derive(Debug, Serialize)]
struct Line {
    /// The month of restated books.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(flatten)]
    account: Accounted,
    amount: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = account_columns![Column::words("PERIOD").if_asked(); Column::amounts("AMOUNT")];

    fn cells(&self) -> Vec<String> {
        [month(self.period)].into_iter().chain(self.account.cells()).chain([self.amount.to_string()]).collect()
    }
}

/// Shows what is accrued.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);
    let mut labels = Labels::new(&known);
    let mut lines = Vec::new();
    let months = arguments.options.months(&settled, &ledger)?;
    for class in [AccountClass::RECEIVABLE, AccountClass::EARNED] {
        let filter = Filter { class: Some(class), currency: arguments.currency, ..Filter::default() };
        for (period, row) in settled.rows_by_month(&filter, &months)? {
            let amount = own_side(&row.account, row.amount);
            lines.push(Line { period, account: Accounted::new(&row.account, &chart, &mut labels), amount });
        }
    }
    lines.sort_by_key(|line| (line.period, line.account.currency));
    context.out.rows(&lines)?;
    Ok(Exit::Fine)
}
