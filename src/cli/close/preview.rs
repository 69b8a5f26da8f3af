//! `cantus close --preview`: what to look at first, then exactly what would be frozen. Nothing is written.

use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::{Arguments, check_next, check_sources, later};
use crate::cli::Context;
use crate::cli::balances::own_side;
use crate::cli::exit::Exit;
use crate::cli::failure::Outcome;
use crate::cli::known::{Known, Labels};
use crate::cli::out::{Column, Row};
use crate::cli::tie::rows;
use crate::cli::values::{count, many};
use crate::projection::{Finding, Until};
use crate::royalty::Posting;
use crate::royalty::groups::Close;

/// Something to look at, for people and programs.
#[derive(Serialize)]
struct Found {
    look: &'static str,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<Currency>,
}

impl Row for Found {
    const COLUMNS: &'static [Column] =
        &[Column::words("LOOK AT"), Column::words("WHAT"), Column::amounts("AMOUNT"), Column::words("CURRENCY")];

    fn cells(&self) -> Vec<String> {
        let text = |value: Option<String>| value.unwrap_or_default();
        let (amount, currency) = (self.amount.map(|one| one.to_string()), self.currency.map(|one| one.to_string()));
        [self.look.to_owned(), self.what.clone(), text(amount), text(currency)].to_vec()
    }
}

/// What becomes of what was earned: where the close posts it, or that it stays.
#[derive(Serialize)]
struct Frozen {
    party: String,
    name: Option<String>,
    contract: String,
    becomes: AccountClass,
    why: String,
    currency: Currency,
    /// On the account's own side.
    amount: Amount,
}

impl Row for Frozen {
    const COLUMNS: &'static [Column] = &[
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("BECOMES"),
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::words("WHY"),
    ];

    fn cells(&self) -> Vec<String> {
        let Frozen { party, contract, becomes, why, currency, amount, .. } = self;
        let (becomes, currency, amount) = (becomes.to_string(), currency.to_string(), amount.to_string());
        [party.clone(), contract.clone(), becomes, currency, amount, why.clone()].to_vec()
    }
}

pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let period = arguments.period;
    let ledger = context.ledger()?;
    let mut state = context.state(&ledger, Until::End)?;
    check_sources(&Known::new(&state, &ledger))?;
    check_next(period, &state)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);

    let findings = settled.checklist(period, arguments.suspense_limit, &ledger)?;
    let found: Vec<Found> = findings.iter().map(|finding| told(finding, &known)).collect();
    if found.is_empty() {
        context.out.note("Nothing has to be looked at first.");
    } else {
        context.out.rows(&found)?;
        context.out.line("")?;
    }
    let close = settled.groups(period)?;
    let frozen = frozen(&close, &known);
    if !frozen.is_empty() {
        context.out.rows(&frozen)?;
    }
    let counted = rows::under_a_close(&settled, &mut Labels::new(&known));
    if !counted.is_empty() {
        context.out.line("")?;
        context.out.rows(&counted)?;
    }
    let parties = settled.closing(period, &ledger)?.parties().len();
    context.out.note(format_args!(
        "\nThis comes out of what was earned once {period} is closed, with a row for each of {}. Nothing was closed.",
        count(parties as u64, "party", "parties")
    ));
    if let Some(later) = later(period, &settled) {
        context.out.note(later);
    }
    Ok(Exit::Fine)
}

fn frozen(close: &Close, known: &Known<'_>) -> Vec<Frozen> {
    let mut labels = Labels::new(known);
    let postings = close.postings();
    // Of the two of each move the second: where it goes; or, where it comes out of what is nobody's, that it is earned.
    let owned = |posting: &&Posting| posting.account.party != PartyId::NONE;
    let of = postings.chunks(2).filter_map(|pair| pair.iter().rfind(owned));
    let of = of.map(|posting| {
        let (party, name) = labels.party(posting.account.party);
        Frozen {
            party,
            name,
            contract: labels.contract(posting.account.contract),
            becomes: posting.account.class,
            why: posting.why.words(),
            currency: posting.account.currency,
            amount: own_side(&posting.account, posting.amount),
        }
    });
    let mut rows: Vec<Frozen> = of.collect();
    // What stays earned is frozen as it is.
    rows.extend(close.waiting.iter().map(|waiting| {
        let (party, name) = labels.party(waiting.page.party);
        Frozen {
            party,
            name,
            contract: labels.contract(waiting.page.contract),
            becomes: AccountClass::EARNED,
            why: waiting.wait.words().to_owned(),
            currency: waiting.page.currency,
            amount: waiting.amount,
        }
    }));
    rows
}

/// What was there to look at when a period was closed, in a sentence.
pub fn summed(findings: &[Finding]) -> Option<String> {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for finding in findings {
        let look = look(finding);
        match counts.iter_mut().find(|(known, _)| *known == look) {
            Some((_, count)) => *count += 1,
            None => counts.push((look, 1)),
        }
    }
    let parts: Vec<String> = counts.iter().map(|(look, count)| format!("{look} ({count})")).collect();
    (!parts.is_empty()).then(|| format!("Closed with things to look at: {}.", parts.join(", ")))
}

/// What kind of finding it is.
fn look(finding: &Finding) -> &'static str {
    match finding {
        Finding::MissingReport { .. } => "missing report",
        Finding::FailedChecks { .. } => "failed checks",
        Finding::RefusedRows { .. } => "refused rows",
        Finding::LaterMoney { .. } => "later money",
        Finding::NotTiedToCash { .. } => "not tied to cash",
        Finding::Waits { .. } => "waits",
        Finding::NoTaxForm { .. } => "no tax form",
        Finding::NoBankAccount { .. } => "no bank account",
    }
}

/// A finding in words.
fn told(finding: &Finding, known: &Known<'_>) -> Found {
    let file = |source: u64| known.file_name(source).unwrap_or_else(|| format!("source {source}"));
    let found = |what| Found { look: look(finding), what, amount: None, currency: None };
    match *finding {
        Finding::MissingReport { reporter, last } => {
            found(format!("{}, whose last report was {}", known.party_code(reporter), file(last)))
        }
        Finding::FailedChecks { source, checks } => {
            let what = format!("{}: {} of its own numbers; cantus show {source}", file(source), many(checks, "check"));
            found(what)
        }
        Finding::RefusedRows { source, rows } => {
            found(format!("{}: {}; cantus tie --rows", file(source), many(rows, "row")))
        }
        Finding::LaterMoney { event, date } => found(format!("event {event}, of {date}, counts in the period")),
        Finding::NotTiedToCash { source, currency, open, reported } => {
            let what = match (open.is_negative(), reported.is_negative()) {
                (false, _) => "is not paid yet",
                (true, true) => "takes back more than it sells; its reporter is owed that",
                (true, false) => "was paid more than it reports",
            };
            let what = format!("{} {what}", file(source));
            Found { amount: Some(open), currency: Some(currency), ..found(what) }
        }
        Finding::Waits { reason, currency, amount } => {
            Found { amount: Some(amount), currency: Some(currency), ..found(reason.to_string()) }
        }
        Finding::NoTaxForm { party } => found(known.party_code(party)),
        Finding::NoBankAccount { party } => found(known.party_code(party)),
    }
}
