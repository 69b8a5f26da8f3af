//! `cantus aged`: since when what is owed, kept back or waits has been there.

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::money::{Amount, AmountError, Currency};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Outcome;
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{ChartFile, Classed, Options, or_nothing};
use super::values;
use crate::projection::reports::Ages;

/// Show since when what is earned, due, kept in reserve or waiting has been there: liabilities by months of age.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus aged
  cantus aged --class due --as-of 2026-03
  cantus aged --class suspense --restated     by the age of the uses
  cantus aged --csv",
    after_help = "With --json, one object a line; amounts are text, above zero is owed:
  class, code, account, party, name, contract, reason, currency, months_0, months_1, months_2, months_3_to_5,
  months_6_to_11, months_12, total
Months are counted from the accounting period in which something arose to the one that is open, or as of a close to the
one that is closed. What is paid settles the oldest first.
With --restated what is earned or waits is as old as its uses, whenever they were reported; what is due is as old as the
close that made it due, and a reserve as the period it was kept back in. With --as-of ages count from that month."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    chart: ChartFile,
    /// Of this class: earned, due, reserve, suspense, in-transit or tax-payable.
    #[arg(long, value_name = "CLASS", value_parser = values::class)]
    class: Option<AccountClass>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// Accounts of a kind by age, for people and programs.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    class: Classed,
    party: String,
    name: Option<String>,
    contract: String,
    reason: SuspenseReason,
    currency: Currency,
    months_0: Amount,
    months_1: Amount,
    months_2: Amount,
    months_3_to_5: Amount,
    months_6_to_11: Amount,
    months_12: Amount,
    total: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::words("CODE").optional(),
        Column::words("ACCOUNT"),
        Column::words("PARTY"),
        Column::words("CONTRACT").optional(),
        Column::words("REASON").optional(),
        Column::amounts("THIS MONTH"),
        Column::amounts("1 MONTH").optional(),
        Column::amounts("2").optional(),
        Column::amounts("3 TO 5").optional(),
        Column::amounts("6 TO 11").optional(),
        Column::amounts("12 AND MORE").optional(),
        Column::amounts("TOTAL"),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { party, contract, reason, currency, .. } = self;
        let [code, account] = self.class.cells();
        let mut cells = vec![currency.to_string(), code, account, party.clone(), contract.clone(), reason.to_string()];
        let ages = [self.months_0, self.months_1, self.months_2, self.months_3_to_5, self.months_6_to_11];
        let ages = ages.into_iter().chain([self.months_12]);
        cells.extend(ages.map(or_nothing));
        cells.push(self.total.to_string());
        cells
    }
}

/// Shows liabilities by age.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    // Those of one kind together, whichever source or period they are of.
    let mut sums: BTreeMap<(Currency, Account), Ages> = BTreeMap::new();
    let entries = arguments.options.entries(&settled, &ledger)?;
    let Some(now) = arguments.options.through().or_else(|| settled.aged_from()) else { return Ok(Exit::Fine) };
    for (account, ages) in settled.aged(&entries, now)? {
        let asked = arguments.class.is_none_or(|class| class == account.class)
            && arguments.currency.is_none_or(|currency| currency == account.currency);
        if asked {
            let sum = sums.entry((account.currency, Account { origin: 0, ..account })).or_default();
            for (sum, age) in sum.iter_mut().zip(ages) {
                *sum = sum.try_add(age)?;
            }
        }
    }
    let known = Known::new(settled.state(), &ledger);
    let mut labels = Labels::new(&known);
    let line = |((currency, account), ages): ((Currency, Account), Ages)| {
        let [months_0, months_1, months_2, months_3_to_5, months_6_to_11, months_12] = ages;
        let (party, name) = labels.party(account.party);
        Ok(Line {
            class: Classed::new(account.class, &chart),
            party,
            name,
            contract: labels.contract(account.contract),
            reason: account.reason,
            currency,
            months_0,
            months_1,
            months_2,
            months_3_to_5,
            months_6_to_11,
            months_12,
            total: Amount::try_sum(ages)?,
        })
    };
    let lines: Vec<Line> = sums.into_iter().map(line).collect::<Result<_, AmountError>>()?;
    context.out.rows(&lines)?;
    if context.out.is_table() {
        context.out.note(format_args!("\nMonths before {now}."));
    }
    Ok(Exit::Fine)
}
