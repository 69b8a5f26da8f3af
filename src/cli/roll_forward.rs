//! `cantus roll-forward`: how what every party is owed went from the beginning of a period to its end.

use clap::Args;
use ledger_spec::date::Period;
use ledger_spec::money::Currency;
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::{Options, or_nothing};
use crate::projection::reports::{Entry, Holding, RollForward};
use crate::projection::{Periods, State};

/// Show how what every party is owed went from the beginning of a period to its end, by party, contract and currency.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus roll-forward 2026-03
  cantus roll-forward 2026-03 --party anna
  cantus roll-forward 2026-03 --restated      by the month that uses are of, as known now
  cantus roll-forward 2026-03 --csv",
    after_help = "With --json, one object a line; amounts are text, above zero to the party's credit:
  party, name, contract, currency, opening, earned, costs, advances, reserves_held, reserves_released, transfers,
  adjustments, tax, paid, closing, reserve
Opening and what is between come to closing: what is earned and due, less advances and costs that are not recouped.
Reserve is kept back outside of it.
With --restated the period is a month: earned is what its uses earned, whenever it was posted; paid, advances, costs and
transfers are of its days; what closes did (reserves, steps of a rate) stays with their period."
)]
pub struct Arguments {
    /// The period: a closed one, or the open one so far.
    period: Period,
    #[command(flatten)]
    options: Options,
    /// Of this party, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// A position, for people and programs.
#[derive(Debug, Serialize)]
struct Line {
    party: String,
    name: Option<String>,
    contract: String,
    currency: Currency,
    #[serde(flatten)]
    position: RollForward,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("CURRENCY"),
        Column::amounts("OPENING"),
        Column::amounts("EARNED").optional(),
        Column::amounts("COSTS").optional(),
        Column::amounts("ADVANCES").optional(),
        Column::amounts("RESERVES HELD").optional(),
        Column::amounts("RESERVES RELEASED").optional(),
        Column::amounts("TRANSFERS").optional(),
        Column::amounts("ADJUSTMENTS").optional(),
        Column::amounts("TAX").optional(),
        Column::amounts("PAID").optional(),
        Column::amounts("CLOSING"),
        Column::amounts("RESERVE").optional(),
    ];

    fn cells(&self) -> Vec<String> {
        let RollForward { opening, earned, costs, advances, reserves_held, reserves_released, .. } = self.position;
        let RollForward { transfers, adjustments, tax, paid, closing, reserve, .. } = self.position;
        let between = [earned, costs, advances, reserves_held, reserves_released, transfers, adjustments, tax, paid];
        let mut cells = vec![self.party.clone(), self.contract.clone(), self.currency.to_string(), opening.to_string()];
        cells.extend(between.map(or_nothing));
        cells.extend([closing.to_string(), or_nothing(reserve)]);
        cells
    }
}

/// Shows the roll-forward.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let entries = arguments.options.entries(&settled, &ledger)?;
    check_period(arguments.period, settled.state(), &entries, arguments.options.restated())?;
    let known = Known::new(settled.state(), &ledger);
    let party = arguments.party.as_deref().map(|name| known.find_party(name)).transpose()?;
    let asked = |(of, _, currency): &Holding| {
        party.is_none_or(|party| party == *of) && arguments.currency.is_none_or(|wanted| wanted == *currency)
    };
    let mut labels = Labels::new(&known);
    let positions = settled.roll_forward(&entries, arguments.period)?.into_iter().filter(|(holding, _)| asked(holding));
    let line = |((party, contract, currency), position): (Holding, RollForward)| {
        let (party, name) = labels.party(party);
        Line { party, name, contract: labels.contract(contract), currency, position }
    };
    context.out.rows(&positions.map(line).collect::<Vec<Line>>())?;
    Ok(Exit::Fine)
}

/// Only a period that was closed, or the open one, has a roll-forward; of restated books any month from the first that
/// anything belongs to.
fn check_period(period: Period, state: &State, entries: &[Entry], restated: bool) -> Result<(), Failure> {
    let months = entries.iter().map(|entry| entry.period);
    if restated && months.clone().min() <= Some(period) && Some(period) <= months.max().max(state.periods().open()) {
        return Ok(());
    }
    let periods: &Periods = state.periods();
    let known = periods.closed().iter().map(|closed| closed.period).chain(periods.open());
    if known.clone().any(|known| known == period) {
        return Ok(());
    }
    let known = known.map(|known| known.to_string()).collect::<Vec<_>>().join(", ");
    Err(Failure::with(Exit::Usage, format_args!("{period} is no period of the books"))
        .hint(format_args!("there are {known}; the last is open")))
}
