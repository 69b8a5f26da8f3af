//! `cantus convert`: what a close made due in other currencies than the contracts pay in, converted into those.

mod rates;

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::RateSource;
use ledger_spec::date::{Date, Period};
use ledger_spec::event::Event;
use ledger_spec::event::money::Converted;
use ledger_spec::event::particulars::Remark;
use ledger_spec::limits;
use ledger_spec::money::{Amount, Currency, SourceAmount};
use ledger_spec::reference::EventRef;
use serde::Serialize;

use rates::{Pair, Rate, Rates};

use super::Context;
use super::desk::{Books, Desk};
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::Labels;
use super::out::{Column, Row};
use super::trial::Trial;
use super::values::{many, one_of, today};
use crate::projection::{Foreign, Until};

/// Convert what is due in other currencies than the contracts pay in, contract by contract.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus convert 2026-03 --rate USD/EUR=0.9213 --source central-bank --dry-run
  cantus convert 2026-03 --rates march.txt --source central-bank --why \"Euro reference rates of the ECB.\"",
    after_help = "A file of rates has one a line: USD/EUR=0.9213, euros for one dollar; after # stands a comment.
With --json, one object a line; amounts and rates are text:
  party, name, contract, currency, amount, into, rate, comes_to, date, source
A second run converts what became due since, and nothing twice. A contract may say from where and of which day its rate
is: another is refused, and then nothing is converted. --contract converts the contracts of one rule by themselves."
)]
pub struct Arguments {
    /// The last period closed: what it made due is converted.
    period: Period,
    /// A rate: units of the second currency for one of the first.
    #[arg(long, value_name = "FROM/TO=RATE")]
    rate: Vec<Rate>,
    /// A file of rates, one a line.
    #[arg(long, value_name = "FILE", required_unless_present = "rate")]
    rates: Option<PathBuf>,
    /// Where the rates are from.
    #[arg(long, value_parser = one_of(RateSource::KNOWN.to_vec()))]
    source: RateSource,
    /// The same in words, for the payees to read.
    #[arg(long, value_name = "SENTENCE")]
    why: Option<String>,
    /// The day of the rates; the last one of the period if not given.
    #[arg(long)]
    date: Option<Date>,
    /// Under this contract only, by its code or index.
    #[arg(long)]
    contract: Vec<String>,
    /// List what would be converted, check it as if it were signed, and sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write CSV: a line of names, then one row a line.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// A conversion, for people and programs.
#[derive(Serialize)]
struct Line {
    party: String,
    name: Option<String>,
    contract: String,
    currency: Currency,
    amount: Amount,
    into: Currency,
    rate: SourceAmount,
    comes_to: Amount,
    date: Date,
    source: RateSource,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::words("INTO"),
        Column::amounts("RATE"),
        Column::amounts("COMES TO"),
        Column::words("DATE"),
        Column::words("SOURCE"),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { party, contract, currency, amount, into, rate, comes_to, date, source, .. } = self;
        let numbers = [amount.to_string(), into.to_string(), rate.to_string(), comes_to.to_string()];
        let texts = [party.clone(), contract.clone(), currency.to_string()];
        texts.into_iter().chain(numbers).chain([date.to_string(), source.to_string()]).collect()
    }
}

/// Converts, or lists what would be converted.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.csv {
        context.out.as_csv();
    }
    let rates = Rates::read(&arguments.rate, arguments.rates.as_deref())?;
    let (mut desk, mut books) = match arguments.dry_run {
        true => {
            let ledger = context.ledger()?;
            let state = context.state(&ledger, Until::End)?;
            (None, Books { ledger, state })
        }
        false => {
            let (desk, books) = Desk::open_with(context, |books| Ok(books.clone()))?;
            (Some(desk), books)
        }
    };
    let planned = plan(arguments, &rates, &mut books)?;
    let submissions: Vec<_> = planned.chunks(AT_ONCE).map(|planned| said(planned, arguments.why.as_deref())).collect();
    try_out(&submissions, &books, context)?;
    let lines = planned.iter().map(|planned| planned.line(&mut Labels::new(&books.known()))).collect::<Vec<_>>();
    context.out.rows(&lines)?;
    if let Some(desk) = &mut desk {
        submissions.iter().try_for_each(|events| desk.say(events).map(drop))?;
    }
    let conversions = many(planned.len() as u64, "conversion");
    context.out.note(match (planned.is_empty(), arguments.dry_run) {
        (true, _) => "Nothing is due in another currency than its contract pays in.".to_owned(),
        (false, true) => format!("{conversions}; without --dry-run they are signed."),
        (false, false) => format!("{conversions} signed."),
    });
    Ok(Exit::Fine)
}

/// Conversions in a submission, each of which may have its sentence.
const AT_ONCE: usize = limits::SUBMISSION_EVENTS as usize / 2;

/// A conversion, and what comes of it.
struct Planned {
    converted: Converted,
    contract: u64,
    comes_to: Amount,
}

/// What is to be converted, each balance whole.
fn plan(arguments: &Arguments, rates: &Rates, books: &mut Books) -> Result<Vec<Planned>, Failure> {
    let date = day(arguments, books)?;
    let known = books.known();
    let only: Vec<u64> =
        arguments.contract.iter().map(|name| known.find_contract(name)).collect::<Result<_, Failure>>()?;
    let mut foreign = books.state.settle()?.foreign(today());
    foreign.retain(|foreign| only.is_empty() || only.contains(&foreign.account.contract));
    let pair = |foreign: &Foreign| (foreign.account.currency, foreign.into);
    let missing: BTreeSet<Pair> = foreign.iter().map(pair).filter(|pair| rates.of(*pair).is_none()).collect();
    if !missing.is_empty() {
        let pairs = missing.iter().map(|(from, to)| format!("{from}/{to}")).collect::<Vec<_>>().join(", ");
        return Err(Failure::with(Exit::Usage, format_args!("money is due that no rate was given for: {pairs}"))
            .hint("give each with --rate FROM/TO=RATE, or in the file of --rates; nothing was converted"));
    }
    let mut planned = Vec::with_capacity(foreign.len());
    for Foreign { account: Account { party, contract, currency: from, .. }, amount, into: to } in foreign {
        let Some(rate) = rates.of((from, to)) else { continue };
        let comes_to = amount.mul_decimal(rate).map_err(Failure::new)?;
        if comes_to.is_zero() {
            // Less than the smallest part of a unit that the books know: it waits for more.
            continue;
        }
        let (source, contract_ref) = (arguments.source, Some(EventRef::At(contract)));
        let converted = Converted { party, contract: contract_ref, from, amount, to, rate, date, source, remark: None };
        planned.push(Planned { converted, contract, comes_to });
    }
    Ok(planned)
}

/// The day of the rates. What is due is due by the last close, so that is the period that is converted.
fn day(arguments: &Arguments, books: &Books) -> Result<Date, Failure> {
    let last = books.state.periods().closed().last().map(|closed| closed.period);
    match last {
        Some(last) if last == arguments.period => Ok(arguments.date.unwrap_or(last.last_day())),
        Some(last) => {
            let text = format!("{} is not the last period closed: what is due now is due by {last}", arguments.period);
            Err(Failure::with(Exit::Usage, text).hint(format_args!("cantus convert {last} converts it")))
        }
        None => Err(Failure::with(Exit::Usage, "no period is closed yet")
            .hint(format_args!("close it first: cantus close {}", arguments.period))),
    }
}

/// The events of a submission: each conversion, after the sentence that says where its rate is from.
fn said<'w>(planned: &[Planned], why: Option<&'w str>) -> Vec<Event<'w>> {
    let mut events = Vec::with_capacity(planned.len() * 2);
    for (place, Planned { converted, .. }) in (0..).step_by(2).zip(planned) {
        events.extend(why.map(|text| Event::Remark(Remark { about: None, text })));
        let remark = why.map(|_| EventRef::Here(place));
        events.push(Event::Converted(Converted { remark, ..*converted }));
    }
    events
}

/// Whatever is against any of it is against all: nothing is signed then.
fn try_out(submissions: &[Vec<Event<'_>>], books: &Books, context: &Context) -> Result<(), Failure> {
    let mut trial = Trial::of(books, context);
    for events in submissions {
        let body = |event: &Event<'_>| {
            let mut body = Vec::new();
            event.write_body(&mut body).map(|()| body)
        };
        let bodies = events.iter().map(body).collect::<Result<Vec<_>, _>>().map_err(Failure::new)?;
        if let Err(objection) = trial.submit(&bodies)? {
            let offset = usize::try_from(objection.offset).unwrap_or(usize::MAX);
            let what = events.get(offset).map_or_else(String::new, |event| match event {
                Event::Converted(Converted { contract: Some(contract), .. }) => {
                    format!("contract {}: ", books.known().event_code(contract.resolve(0)))
                }
                _ => String::new(),
            });
            let text = format!("{what}{}", books.known().named(&objection.text));
            return Err(Failure::new(text).hint("nothing was converted"));
        }
    }
    Ok(())
}

impl Planned {
    fn line(&self, labels: &mut Labels<'_>) -> Line {
        let &Planned { converted, contract, comes_to } = self;
        let Converted { party, from: currency, amount, to: into, rate, date, source, .. } = converted;
        let ((party, name), contract) = (labels.party(party), labels.contract(contract));
        Line { party, name, contract, currency, amount, into, rate, comes_to, date, source }
    }
}
