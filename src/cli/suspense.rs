//! `cantus suspense`: the money that cannot be attributed yet, the largest first: why it waits, of what, and since when.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::Context;
use super::contested::Told;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::held_share::HeldTold;
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::Options;
use super::values;
use crate::projection::reports::Waiting;
use crate::projection::{Contested, Filter, HeldFor, Settled, State};

/// Show the money that waits in suspense, the largest first: why, of what, of which report, since when.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus suspense
  cantus suspense --by age                   what waits longest first
  cantus suspense --reason no-split --csv
  cantus suspense --restated --by age        by the month of the uses
  cantus suspense --party northlight         what waits for its shares, and what it claims
  cantus explain --class suspense            by which rule it waits, and which rows it is",
    after_help = "With --json, one object a line; amounts are text:
  reason, currency, amount, source, file, reporter, name, number, what, lines, since, contested
Number is the source's own of what waits; null for what was posted by hand. Since is the accounting period of its
first line. Contested is the work, title, part of it and claims (claim, party, name, share, agreed), of what is.
With --party: reason, currency, amount, title, words.
With --restated since is the month of the uses, one row for each month, or with --as-of of the first."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    /// For this reason.
    #[arg(long, value_name = "REASON", value_parser = values::suspense)]
    reason: Option<SuspenseReason>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// What waits for the shares of this party, what it claims, and what was put there for it; by its code or id.
    #[arg(long, value_name = "PARTY", conflicts_with = "by")]
    party: Option<String>,
    /// What comes first: the most money, or what waits longest.
    #[arg(long, value_name = "WHAT", default_value = "value")]
    by: By,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Value,
    Age,
}

/// What waits, for people and programs.
#[derive(Debug, Serialize)]
struct Line {
    reason: SuspenseReason,
    currency: Currency,
    amount: Amount,
    source: u64,
    file: String,
    reporter: String,
    name: Option<String>,
    number: Option<u32>,
    what: String,
    lines: u64,
    since: Period,
    contested: Option<Told>,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::words("REASON"),
        Column::words("SINCE"),
        Column::words("WHAT"),
        Column::numbers("LINES"),
        Column::words("REPORTER"),
        Column::words("FILE"),
        Column::words("WORK").optional(),
        Column::words("CLAIMS").optional(),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { reason, currency, amount, file, reporter, what, lines, since, contested, .. } = self;
        let (work, claims) = contested.as_ref().map(|told| (told.title.clone(), told.claims())).unwrap_or_default();
        vec![
            currency.to_string(),
            amount.to_string(),
            reason.to_string(),
            since.to_string(),
            what.clone(),
            lines.to_string(),
            reporter.clone(),
            file.clone(),
            work,
            claims,
        ]
    }
}

/// What waits for a reason in a currency, together.
#[derive(Serialize)]
struct Total {
    reason: SuspenseReason,
    currency: Currency,
    amount: Amount,
}

impl Row for Total {
    const COLUMNS: &'static [Column] =
        &[Column::words("CURRENCY"), Column::amounts("AMOUNT"), Column::words("REASON, IN ALL")];

    fn cells(&self) -> Vec<String> {
        vec![self.currency.to_string(), self.amount.to_string(), self.reason.to_string()]
    }
}

/// What waits for a party, for people and programs.
#[derive(Serialize)]
struct OfParty {
    reason: SuspenseReason,
    currency: Currency,
    amount: Amount,
    /// Of the work; nothing for what was put there by hand.
    title: String,
    words: String,
}

impl Row for OfParty {
    const COLUMNS: &'static [Column] = &[
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::words("REASON"),
        Column::words("WORK"),
        Column::words("WHY"),
    ];

    fn cells(&self) -> Vec<String> {
        let OfParty { reason, currency, amount, title, words } = self;
        vec![currency.to_string(), amount.to_string(), reason.to_string(), title.clone(), words.clone()]
    }
}

/// Shows what waits.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    if let Some(name) = &arguments.party {
        let known = Known::new(settled.state(), &ledger);
        let party = known.find_party(name)?;
        let mut rows = of_party(party, &settled, &known)?;
        rows.retain(|row| {
            arguments.reason.is_none_or(|reason| reason == row.reason)
                && arguments.currency.is_none_or(|currency| currency == row.currency)
        });
        context.out.rows(&rows)?;
        return Ok(Exit::Fine);
    }
    let mut waiting = settled.suspense(&arguments.options.months(&settled, &ledger)?)?;
    waiting.retain(|waiting| {
        arguments.reason.is_none_or(|reason| reason == waiting.account.reason)
            && arguments.currency.is_none_or(|currency| currency == waiting.account.currency)
    });
    if arguments.by == By::Age {
        // The order by value stays among those of a period.
        waiting.sort_by_key(|waiting| (waiting.account.currency, waiting.first));
    }
    let known = Known::new(settled.state(), &ledger);
    let mut labels = Labels::new(&known);
    let lines: Vec<Line> = waiting.iter().map(|waiting| line(waiting, settled.state(), &known, &mut labels)).collect();
    context.out.rows(&lines)?;
    if context.out.is_table() && !lines.is_empty() {
        context.out.line("")?;
        context.out.rows(&totals(&lines)?)?;
    }
    Ok(Exit::Fine)
}

/// What waits for a party. What is contested waits once, for all that claim it.
fn of_party(party: PartyId, settled: &Settled<'_>, known: &Known<'_>) -> Result<Vec<OfParty>, Failure> {
    let mut labels = Labels::new(known);
    let contested = settled.contested(Some(party))?.into_iter().map(|Contested { slice, currency, amount }| {
        let told = Told::new(&slice, known, &mut labels);
        let (reason, words) = (SuspenseReason::CONTESTED, told.words());
        OfParty { reason, currency, amount, title: told.title, words }
    });
    let mut rows: Vec<OfParty> = contested.collect();
    rows.extend(settled.held_for(party)?.into_iter().map(|HeldFor { held, currency, amount }| {
        let told = HeldTold::new(&held, known);
        OfParty { reason: held.reason, currency, amount, words: told.words(), title: told.title }
    }));
    let filter = Filter { class: Some(AccountClass::SUSPENSE), party: Some(party), ..Filter::default() };
    rows.extend(settled.balances().rows(&filter).into_iter().map(|row| OfParty {
        reason: row.account.reason,
        currency: row.account.currency,
        amount: -row.amount,
        title: String::new(),
        words: "put into suspense by hand".to_owned(),
    }));
    Ok(rows)
}

fn line(waiting: &Waiting, state: &State, known: &Known<'_>, labels: &mut Labels<'_>) -> Line {
    let Waiting { account, number, amount, lines, first, ref slice } = *waiting;
    let source = account.origin;
    let reporter = state.sources().get(source).map(|source| source.reporter);
    let (reporter, name) = reporter.map(|reporter| labels.party(reporter)).unwrap_or_default();
    let what = match number {
        0 if account.party != PartyId::NONE => format!("posted by hand for {}", labels.party(account.party).0),
        0 if lines == 0 => "posted by hand".to_owned(),
        0 => "unnamed".to_owned(),
        number => known.reported(source, number),
    };
    Line {
        reason: account.reason,
        currency: account.currency,
        amount,
        source,
        file: labels.file(source),
        reporter,
        name,
        number: (number != 0).then_some(number),
        what,
        lines,
        since: first,
        contested: slice.as_ref().map(|slice| Told::new(slice, known, labels)),
    }
}

fn totals(lines: &[Line]) -> Result<Vec<Total>, Failure> {
    let mut sums: BTreeMap<(Currency, SuspenseReason), Amount> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry((line.currency, line.reason)).or_default();
        *sum = sum.try_add(line.amount)?;
    }
    Ok(sums.into_iter().map(|((currency, reason), amount)| Total { reason, currency, amount }).collect())
}
