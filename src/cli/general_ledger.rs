//! `cantus general-ledger`: what was posted to accounts over periods, with what they held before and after.

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Accounted, ChartFile, Options, account_columns};
use super::trial_balance::side_cells;
use super::values;
use crate::export::chart::Chart;
use crate::projection::reports::{Entry, Origin, Page, Sides};
use crate::projection::{Filter, Settled};

/// Show what was posted to accounts over periods, with opening and closing balance: one line for each event, and one for
/// what the usage of a source came to in a period.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus general-ledger --class bank
  cantus general-ledger --party anna --from 2026-01 --to 2026-03
  cantus general-ledger --from 2026-01 --to 2026-03 --restated   by the month that uses are of, as known now
  cantus general-ledger --chart accounts.toml --csv",
    after_help = "With --json, one object a line; amounts are text:
  class, code, account, party, name, contract, reason, of, currency, period, entry, late, index, what, debit, credit, balance
Entry is opening-balance, closing-balance or what the posting is: usage, received, payout, recouped, closed and so on.
Index is that of the event, or for usage of the source. Balance is debit above zero.
Late is the closed period that usage belongs to, where it came, or changed, after that was closed.
With --restated an entry stands in the month that it belongs to: what usage came to, one for each month of the uses of a
source; a payment, payout, advance, cost or conversion by its own day; the rest by the period it was posted in."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    chart: ChartFile,
    /// Of this class: earned, due, suspense, receivable, bank and so on.
    #[arg(long, value_name = "CLASS", value_parser = values::class)]
    class: Option<AccountClass>,
    /// Of this party, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Under this contract, by its code or first event.
    #[arg(long, value_name = "CONTRACT")]
    contract: Option<String>,
    /// Waiting for this reason.
    #[arg(long, value_name = "REASON", value_parser = values::suspense)]
    reason: Option<SuspenseReason>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// From this period on; what came before is in the opening balance.
    #[arg(long, value_name = "PERIOD")]
    from: Option<Period>,
    /// Through this period.
    #[arg(long, value_name = "PERIOD")]
    to: Option<Period>,
}

/// A line of an account.
#[derive(Debug, Serialize)]
struct Line {
    #[serde(flatten)]
    account: Accounted,
    period: Option<Period>,
    entry: String,
    late: Option<Period>,
    index: Option<u64>,
    what: String,
    #[serde(flatten)]
    sides: Sides,
    balance: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = account_columns![;
        Column::words("PERIOD"),
        Column::words("ENTRY"),
        Column::words("LATE").optional(),
        Column::numbers("INDEX").optional(),
        Column::words("WHAT"),
        Column::amounts("DEBIT"),
        Column::amounts("CREDIT"),
        Column::amounts("BALANCE"),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { account, period, entry, late, index, what, sides, balance } = self;
        let words = [
            period.map_or_else(String::new, |period| period.to_string()),
            entry.clone(),
            late.map_or_else(String::new, |late| late.to_string()),
            index.map_or_else(String::new, |index| index.to_string()),
            what.clone(),
        ];
        let cells = account.cells().into_iter().chain(words).chain(side_cells(sides));
        cells.chain([balance.to_string()]).collect()
    }
}

/// Shows the pages that are asked for.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let chart = arguments.chart.read()?;
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);
    let filter = Filter {
        class: arguments.class,
        party: arguments.party.as_deref().map(|name| known.find_party(name)).transpose()?,
        contract: arguments.contract.as_deref().map(|name| known.find_contract(name)).transpose()?,
        reason: arguments.reason,
        currency: arguments.currency,
        ..Filter::default()
    };
    let mut labels = Labels::new(&known);
    let mut lines = Vec::new();
    let entries = arguments.options.entries(&settled, &ledger)?;
    for (account, page) in Page::of(entries, &filter, arguments.from, arguments.to)? {
        lines.extend(page_lines(&account, &page, arguments, &chart, settled, &known, &mut labels)?);
    }
    context.out.rows(&lines)?;
    Ok(Exit::Fine)
}

fn page_lines(
    account: &Account,
    page: &Page,
    arguments: &Arguments,
    chart: &Chart,
    settled: Settled<'_>,
    known: &Known<'_>,
    labels: &mut Labels<'_>,
) -> Result<Vec<Line>, Failure> {
    let told = Accounted::new(account, chart, labels);
    let ends = |entry: &str, period, balance| Line {
        account: told.clone(),
        period,
        entry: entry.to_owned(),
        late: None,
        index: None,
        what: String::new(),
        sides: Sides::default(),
        balance,
    };
    let mut balance = page.opening;
    let mut lines = vec![ends("opening-balance", arguments.from, balance)];
    for entry in &page.entries {
        balance = balance.try_add(entry.amount)?;
        let (index, what) = posted_by(entry, known, labels);
        let late = match entry.origin {
            Origin::Usage(source) => settled.late(source, entry.period),
            Origin::Event(_) => None,
        };
        let (period, kind, sides) = (Some(entry.period), entry.movement.to_string(), Sides::of(entry.amount));
        lines.push(Line { account: told.clone(), period, entry: kind, late, index: Some(index), what, sides, balance });
    }
    lines.push(ends("closing-balance", arguments.to, page.closing));
    Ok(lines)
}

/// What posted an entry: its index, and in words.
fn posted_by(entry: &Entry, known: &Known<'_>, labels: &mut Labels<'_>) -> (u64, String) {
    match entry.origin {
        Origin::Usage(source) => (source, labels.file(source)),
        Origin::Event(event) => (event, known.said(event)),
    }
}
