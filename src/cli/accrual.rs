//! `cantus accrual`: what is earned and not closed yet, and what is reported and not received yet.

use clap::Args;
use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::balances::own_side;
use super::exit::Exit;
use super::failure::Outcome;
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Accounted, ChartFile, Options};
use crate::projection::Filter;

/// Show what is accrued: earned and not closed yet, by party and contract, and receivable and not received yet, by source.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus accrual
  cantus accrual --at 2026-03-31
  cantus accrual --chart accounts.toml --csv",
    after_help = "With --json, one object a line; amounts are text, above zero is owed to us for a receivable, by us else:
  class, code, account, party, name, contract, reason, of, currency, amount"
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
    #[serde(flatten)]
    account: Accounted,
    amount: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::words("CODE").optional(),
        Column::words("ACCOUNT"),
        Column::words("PARTY").optional(),
        Column::words("CONTRACT").optional(),
        Column::words("REASON").optional(),
        Column::words("OF").optional(),
        Column::amounts("AMOUNT"),
    ];

    fn cells(&self) -> Vec<String> {
        let currency = self.account.currency.to_string();
        [currency].into_iter().chain(self.account.cells()).chain([self.amount.to_string()]).collect()
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
    for class in [AccountClass::RECEIVABLE, AccountClass::EARNED] {
        let filter = Filter { class: Some(class), currency: arguments.currency, ..Filter::default() };
        for row in settled.balances().rows(&filter) {
            let amount = own_side(&row.account, row.amount);
            lines.push(Line { account: Accounted::new(&row.account, &chart, &mut labels), amount });
        }
    }
    lines.sort_by_key(|line| line.account.currency);
    context.out.rows(&lines)?;
    Ok(Exit::Fine)
}
