//! `cantus tie`: what every source reported, what is posted, received and owed of it, and what each of its rows became.

pub mod rows;

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency, ExactSum};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Options, month, or_nothing};
use crate::projection::State;
use crate::projection::reports::{Received, Shown, Tie};

/// Tie every report (a source) three ways: what it reported, what was received of it, what it still owes.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus tie
  cantus tie --open                  those that still owe something
  cantus tie --payer tunehouse --csv
  cantus tie --restated              by the month that uses are of, as known now
  cantus tie --rows                  what each row of each report became",
    after_help = "With --json, one object a line; amounts are text:
  source, file, payer, name, currency, reported, cells, pooled, residue, posted, bank, tax, fee, received, adjusted, owed,
  difference, reversed
  with --rows: source, file, state, reason, rows
Posted - received + adjusted = owed. Reported is the control total of the file; difference is what of it is not posted,
because it was taken back or is not in yet. Pooled is what plays without money come to by the figures of their pool.
With --restated also period, unless with --as-of: cells and pooled are of the uses of a month, what was received of its
days; reported is what its lines come to, and in the last month of a source what the control total is beyond that.
A row is in one state: posted, suspense, duplicate, reversed, refused, without-money, or not-in. With --as-of it is what
that close counts under its root, in the row of the party that reported the source."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Of this payer, by its code or id.
    #[arg(long, value_name = "PARTY")]
    payer: Option<String>,
    /// In this currency.
    #[arg(long, value_name = "CODE", conflicts_with = "rows")]
    currency: Option<Currency>,
    /// Those that still owe something, or were paid too much.
    #[arg(long, conflicts_with = "rows")]
    open: bool,
    /// What each row became, counted by state.
    #[arg(long, conflicts_with = "restated")]
    rows: bool,
}

/// A source, for people and programs; of a total only the currency and the amounts.
#[derive(Debug, Serialize)]
struct Line {
    /// The month of restated books.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    /// Its first event; none of what was posted by hand for no source.
    source: Option<u64>,
    file: String,
    payer: String,
    name: Option<String>,
    currency: Currency,
    #[serde(flatten)]
    money: Money,
    /// The event that took the source back.
    reversed: Option<u64>,
}

/// What was reported, and what came of it.
#[derive(Debug, Clone, Serialize)]
struct Money {
    #[serde(serialize_with = "exactly")]
    reported: ExactSum,
    cells: Amount,
    pooled: Amount,
    residue: Amount,
    posted: Amount,
    bank: Amount,
    tax: Amount,
    fee: Amount,
    received: Amount,
    adjusted: Amount,
    owed: Amount,
    difference: Amount,
}

fn exactly<S: serde::Serializer>(sum: &ExactSum, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sum)
}

impl Money {
    fn of(tie: &Tie) -> Result<Money, Failure> {
        let Tie { reported, cells, pooled, residue, received, adjusted, owed, .. } = *tie;
        let Received { bank, tax, fee } = received;
        let (posted, difference, received) = (tie.posted()?, tie.difference()?, received.total()?);
        Ok(Money { reported, cells, pooled, residue, posted, bank, tax, fee, received, adjusted, owed, difference })
    }

    fn plus(&self, other: &Money) -> Result<Money, Failure> {
        Ok(Money {
            reported: self.reported.plus(other.reported)?,
            cells: self.cells.try_add(other.cells)?,
            pooled: self.pooled.try_add(other.pooled)?,
            residue: self.residue.try_add(other.residue)?,
            posted: self.posted.try_add(other.posted)?,
            bank: self.bank.try_add(other.bank)?,
            tax: self.tax.try_add(other.tax)?,
            fee: self.fee.try_add(other.fee)?,
            received: self.received.try_add(other.received)?,
            adjusted: self.adjusted.try_add(other.adjusted)?,
            owed: self.owed.try_add(other.owed)?,
            difference: self.difference.try_add(other.difference)?,
        })
    }
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("PERIOD").if_asked(),
        Column::words("SOURCE"),
        Column::words("FILE"),
        Column::words("PAYER"),
        Column::words("CURRENCY"),
        Column::amounts("REPORTED"),
        Column::amounts("POOLED").optional(),
        Column::amounts("RESIDUE").optional(),
        Column::amounts("POSTED"),
        Column::amounts("BANK"),
        Column::amounts("TAX").optional(),
        Column::amounts("FEE").optional(),
        Column::amounts("ADJUSTED").optional(),
        Column::amounts("OWED"),
        Column::amounts("DIFFERENCE").optional(),
        Column::numbers("REVERSED BY").optional(),
    ];

    fn cells(&self) -> Vec<String> {
        let source = self.source.map_or_else(String::new, |source| source.to_string());
        let words = [month(self.period), source, self.file.clone(), self.payer.clone(), self.currency.to_string()];
        let Money { reported, pooled, residue, posted, bank, tax, fee, adjusted, owed, difference, .. } = &self.money;
        let sums = [
            reported.to_string(),
            or_nothing(*pooled),
            or_nothing(*residue),
            posted.to_string(),
            bank.to_string(),
            or_nothing(*tax),
            or_nothing(*fee),
            or_nothing(*adjusted),
            owed.to_string(),
            or_nothing(*difference),
        ];
        let reversed = self.reversed.map_or_else(String::new, |event| event.to_string());
        words.into_iter().chain(sums).chain([reversed]).collect()
    }
}

/// Shows the ties.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);
    let payer = arguments.payer.as_deref().map(|name| known.find_party(name)).transpose()?;
    if arguments.rows {
        let mut states = settled.rows();
        let reporter = |source: u64| settled.state().sources().get(source).map(|source| source.reporter);
        states.retain(|source, _| payer.is_none() || reporter(*source) == payer);
        context.out.rows(&rows::counted(states, &mut Labels::new(&known)))?;
        return Ok(Exit::Fine);
    }
    let asked = |tie: &Tie| {
        arguments.currency.is_none_or(|currency| currency == tie.account.currency)
            && payer.is_none_or(|payer| Some(payer) == payer_of(tie, settled.state()))
            && !(arguments.open && tie.owed.is_zero())
    };
    let mut labels = Labels::new(&known);
    let ties = settled.ties(&arguments.options.months(&settled, &ledger)?)?;
    let lines = ties.iter().filter(|tie| asked(tie)).map(|tie| line(tie, settled.state(), &mut labels));
    let mut lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
    if context.out.is_table() {
        lines.extend(totals(&lines)?);
    }
    context.out.rows(&lines)?;
    Ok(Exit::Fine)
}

fn payer_of(tie: &Tie, state: &State) -> Option<PartyId> {
    match tie.account.origin {
        0 => Some(tie.account.party),
        source => state.sources().get(source).map(|source| source.reporter),
    }
}

fn line(tie: &Tie, state: &State, labels: &mut Labels<'_>) -> Result<Line, Failure> {
    let source = Some(tie.account.origin).filter(|source| *source != 0);
    let (payer, name) = payer_of(tie, state).map(|payer| labels.party(payer)).unwrap_or_default();
    Ok(Line {
        period: tie.shown,
        source,
        file: source.map_or_else(|| "(no source)".to_owned(), |source| labels.file(source)),
        payer,
        name,
        currency: tie.account.currency,
        money: Money::of(tie)?,
        reversed: source.and_then(|source| state.sources().get(source)?.reversed),
    })
}

/// The sum of each currency, of each month that is shown by itself, for the end of a table.
fn totals(lines: &[Line]) -> Result<Vec<Line>, Failure> {
    let mut sums: BTreeMap<(Shown, Currency), Money> = BTreeMap::new();
    for Line { period, currency, money, .. } in lines {
        let of = (*period, *currency);
        let sum = sums.get(&of).map_or_else(|| Ok(money.clone()), |sum| sum.plus(money))?;
        sums.insert(of, sum);
    }
    let total = |((period, currency), money)| Line {
        period,
        source: None,
        file: "all".to_owned(),
        payer: String::new(),
        name: None,
        currency,
        money,
        reversed: None,
    };
    Ok(sums.into_iter().map(total).collect())
}
