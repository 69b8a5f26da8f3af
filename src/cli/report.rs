//! What the accountant's reports have in common: the moment they are of, their form, and how accounts are told.

use std::path::PathBuf;

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::known::Labels;
use super::values;
use crate::export::chart::Chart;
use crate::files;
use crate::ledger::Ledger;
use crate::projection::reports::{Entry, Months, Restated, Shown};
use crate::projection::{Settled, State, Until};

/// The moment that something is of.
#[derive(Debug, Args)]
pub struct When {
    /// As it stood after this event, or at the end of this day or moment (UTC).
    #[arg(long, value_name = "INDEX|DATE|TIME", value_parser = values::until)]
    at: Option<Until>,
    /// As of the close of this period.
    #[arg(long, value_name = "PERIOD")]
    as_of: Option<Period>,
}

impl When {
    /// Opens the books of that moment.
    pub fn open(&self, context: &Context) -> Result<(Ledger, State), Failure> {
        let ledger = context.ledger()?;
        let state = match (self.as_of, self.at) {
            (Some(_), Some(_)) => {
                return Err(Failure::with(Exit::Usage, "--as-of is what was known at that close, and --at another moment")
                    .hint("give one of them; a report takes both with --restated: the books up to a month, as known at a moment"));
            }
            (Some(period), None) => context.state_as_of(&ledger, period)?,
            (None, at) => context.state(&ledger, at.unwrap_or(Until::End))?,
        };
        Ok((ledger, state))
    }
}

/// The moment a report is of, by which months it counts, and its form.
#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    when: When,
    /// By the month that uses, payments and costs are of, as known now or --at, not by the period they were posted in:
    /// each month by itself, or with --as-of all up to that month together.
    #[arg(long)]
    restated: bool,
    /// Write CSV: a line of names, then one row a line.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

impl Options {
    /// Opens the books that the report is of.
    pub fn open(&self, context: &mut Context) -> Result<(Ledger, State), Failure> {
        if self.csv {
            context.out.as_csv();
        }
        if !self.restated {
            return self.when.open(context);
        }
        let ledger = context.ledger()?;
        let state = context.state(&ledger, self.when.at.unwrap_or(Until::End))?;
        Ok((ledger, state))
    }

    /// The month of everything that is posted, if the books are to be restated.
    pub fn months(&self, settled: &Settled<'_>, ledger: &Ledger) -> Result<Months, Failure> {
        if !self.restated {
            return Ok(Months::as_posted());
        }
        let restated = self.when.as_of.map_or(Restated::EachMonth, Restated::Through);
        Ok(settled.months(restated, ledger.store())?)
    }

    /// Everything that was posted, in the periods that count.
    pub fn entries(&self, settled: &Settled<'_>, ledger: &Ledger) -> Result<Vec<Entry>, Failure> {
        match self.restated {
            true => Ok(settled.restated_entries(&self.months(settled, ledger)?)?),
            false => Ok(settled.entries()?),
        }
    }

    /// The month up to which restated books are shown.
    pub fn through(&self) -> Option<Period> {
        self.when.as_of.filter(|_| self.restated)
    }

    /// Whether they are restated.
    pub fn restated(&self) -> bool {
        self.restated
    }
}

/// A month of restated books, as a cell; empty if all that are shown are together.
pub fn month(shown: Shown) -> String {
    shown.map_or_else(String::new, |month| month.to_string())
}

/// Longest file of a chart of accounts.
const CHART_BYTES: u64 = 1 << 20;

/// The operator's own chart of accounts.
#[derive(Debug, Args)]
pub struct ChartFile {
    /// Your own codes and names of accounts: a TOML file with [CLASS], code = "1200", name = "..." for each class.
    #[arg(long, value_name = "FILE")]
    chart: Option<PathBuf>,
}

impl ChartFile {
    /// Reads it; without one, classes go by their own names.
    pub fn read(&self) -> Result<Chart, Failure> {
        let Some(path) = &self.chart else { return Ok(Chart::default()) };
        let text =
            files::read_text(path, CHART_BYTES).map_err(|error| Failure::file("read", path.display(), &error))?;
        Ok(Chart::parse(&text)?)
    }
}

/// A class of accounts under the operator's code and name.
#[derive(Debug, Clone, Serialize)]
pub struct Classed {
    pub class: AccountClass,
    pub code: Option<String>,
    /// The operator's name of it, or ours.
    pub account: String,
}

impl Classed {
    /// A class, by that chart.
    pub fn new(class: AccountClass, chart: &Chart) -> Classed {
        Classed { class, code: chart.code(class).map(str::to_owned), account: chart.name(class) }
    }

    /// Its columns: code and name.
    pub fn cells(&self) -> [String; 2] {
        [self.code.clone().unwrap_or_default(), self.account.clone()]
    }
}

/// An account, in words.
#[derive(Debug, Clone, Serialize)]
pub struct Accounted {
    #[serde(flatten)]
    pub class: Classed,
    pub party: String,
    pub name: Option<String>,
    pub contract: String,
    pub reason: SuspenseReason,
    /// The file of a receivable or of suspense, the period of a reserve, the payout in transit, what an advance was paid by.
    pub of: String,
    pub currency: Currency,
}

impl Accounted {
    /// An account, by that chart.
    pub fn new(account: &Account, chart: &Chart, labels: &mut Labels<'_>) -> Accounted {
        let (party, name) = labels.party(account.party);
        Accounted {
            class: Classed::new(account.class, chart),
            party,
            name,
            contract: labels.contract(account.contract),
            reason: account.reason,
            of: origin(account, labels),
            currency: account.currency,
        }
    }

    /// What is in its columns, those of [`account_columns`].
    pub fn cells(&self) -> [String; 7] {
        let (currency, [code, account]) = (self.currency.to_string(), self.class.cells());
        [currency, code, account, self.party.clone(), self.contract.clone(), self.reason.to_string(), self.of.clone()]
    }
}

/// The columns of an account, with others before and after.
macro_rules! account_columns {
    ($($before:expr),*; $($after:expr),+ $(,)?) => {
        &[
            $($before,)*
            Column::words("CURRENCY"),
            Column::words("CODE").optional(),
            Column::words("ACCOUNT"),
            Column::words("PARTY").optional(),
            Column::words("CONTRACT").optional(),
            Column::words("REASON").optional(),
            Column::words("OF").optional(),
            $($after),+
        ]
    };
}
pub(super) use account_columns;

/// An amount in a column, which is empty where there is nothing.
pub fn or_nothing(amount: Amount) -> String {
    if amount.is_zero() { String::new() } else { amount.to_string() }
}

/// What an account is of, beside its party.
pub fn origin(account: &Account, labels: &mut Labels<'_>) -> String {
    let number = account.origin;
    match account.class {
        _ if number == 0 => String::new(),
        AccountClass::RESERVE => {
            let period = u32::try_from(number).ok().and_then(Period::from_number);
            period.map_or_else(|| number.to_string(), |period| period.to_string())
        }
        AccountClass::IN_TRANSIT => format!("payout {number}"),
        AccountClass::ADVANCE => format!("event {number}"),
        _ => labels.file(number),
    }
}
