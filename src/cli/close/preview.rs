//! `cantus close --preview`: what to look at first, then exactly what would be frozen. Nothing is written.

use ledger_spec::code::AccountClass;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use super::{Arguments, check_first, check_sources, later};
use crate::cli::Context;
use crate::cli::balances::own_side;
use crate::cli::exit::Exit;
use crate::cli::failure::Outcome;
use crate::cli::known::{Known, Labels};
use crate::cli::out::{Column, Row};
use crate::cli::tie::rows;
use crate::cli::values::{count, many};
use crate::projection::{Finding, Until};
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
    check_first(period, &state)?;
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
    // Of the two of each move the second: where it goes.
    let of = postings.iter().skip(1).step_by(2).filter(|posting| posting.account.party != PartyId::NONE);
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

/// A finding in words.
fn told(finding: &Finding, known: &Known<'_>) -> Found {
    let file = |source: u64| known.file_name(source).unwrap_or_else(|| format!("source {source}"));
    let found = |look, what| Found { look, what, amount: None, currency: None };
    match *finding {
        Finding::MissingReport { reporter, last } => {
            let last = file(last);
            found(
                "missing report",
                format!("{}, whose report of the month before was {last}", known.party_code(reporter)),
            )
        }
        Finding::FailedChecks { source, checks } => {
            found("failed checks", format!("{}: {} of its own numbers", file(source), many(checks, "check")))
        }
        Finding::NotTiedToCash { source, currency, open } => {
            let what = if open.is_negative() { "was paid more than it reports" } else { "is not paid yet" };
            let what = format!("{} {what}", file(source));
            Found { amount: Some(open), currency: Some(currency), ..found("not tied to cash", what) }
        }
        Finding::Waits { reason, currency, amount } => {
            Found { amount: Some(amount), currency: Some(currency), ..found("waits", reason.to_string()) }
        }
        Finding::NoTaxForm { party } => found("no tax form", known.party_code(party)),
        Finding::NoBankAccount { party } => found("no bank account", known.party_code(party)),
    }
}
