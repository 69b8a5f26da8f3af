//! `cantus write-off`: what is owed to the house and will not come is given up, with the reason and its evidence.

use std::path::{Path, PathBuf};

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::Event;
use ledger_spec::event::money::{Adjustment, AdjustmentSide};
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use serde::Serialize;

use super::Context;
use super::desk::{Books, Desk};
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::report::origin;
use crate::files;
use crate::projection::Until;
use crate::royalty::accounts;

/// Longest paper that is taken as evidence.
const EVIDENCE_BYTES: u64 = 256 << 20;

/// Write off what a party, or a report, owes and will not pay: advances that are not recouped, a balance below zero, or a
/// receivable.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus write-off anna --contract anna-2026 --currency USD --why \"The contract has ended.\" --dry-run
  cantus write-off anna --contract anna-2026 --currency USD --amount 50 --why \"Agreed.\" --evidence letter.pdf
  cantus write-off --source tunehouse-2026-02.tsv --currency USD --why \"Tunehouse is bankrupt.\"",
    after_help = "With --json, one object a line; amounts are text:
  class, party, name, contract, of, currency, owed, amount (what is written off)
Of a party, what is due below zero goes first, then advances and costs in the order they were recorded. What the house
owes is never written off. Where a contract pays what was received, what waited for a receivable goes on waiting once
that is written off, because it never came."
)]
pub struct Arguments {
    /// The party that owes, by code or id.
    #[arg(required_unless_present = "source")]
    party: Option<String>,
    /// Under which contract, by code or index; without one what it owes under none.
    #[arg(long, requires = "party")]
    contract: Option<String>,
    /// The report whose reporter owes, by the name of its file or its first event.
    #[arg(long, value_name = "FILE|INDEX", conflicts_with = "party")]
    source: Option<String>,
    /// In which currency.
    #[arg(long, value_name = "CODE")]
    currency: Currency,
    /// How much; all that is owed if not given.
    #[arg(long)]
    amount: Option<Amount>,
    /// Why, in a sentence that the payee will read.
    #[arg(long, value_name = "SENTENCE")]
    why: String,
    /// The paper it rests on: its SHA-256 goes into the ledger.
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    /// List what would be written off, and sign nothing.
    #[arg(long)]
    dry_run: bool,
}

/// A part of what is written off, for people and programs.
#[derive(Serialize)]
struct Line {
    class: AccountClass,
    party: String,
    name: Option<String>,
    contract: String,
    /// The advance or cost, or the report.
    of: String,
    currency: Currency,
    owed: Amount,
    amount: Amount,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("CLASS"),
        Column::words("PARTY").optional(),
        Column::words("CONTRACT").optional(),
        Column::words("OF").optional(),
        Column::words("CURRENCY"),
        Column::amounts("OWED"),
        Column::amounts("WRITTEN OFF"),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { class, party, contract, of, currency, owed, amount, .. } = self;
        let texts = [class.to_string(), party.clone(), contract.clone(), of.clone(), currency.to_string()];
        texts.into_iter().chain([owed.to_string(), amount.to_string()]).collect()
    }
}

/// A balance, and how much of it is written off.
struct Part {
    account: Account,
    owed: Amount,
    amount: Amount,
}

/// Writes off, or lists what would be.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let evidence = arguments.evidence.as_deref().map(digest).transpose()?;
    if arguments.dry_run {
        let ledger = context.ledger()?;
        let state = context.state(&ledger, Until::End)?;
        let mut books = Books { ledger, state };
        let parts = plan(arguments, &mut books)?;
        context.out.rows(&lines(&parts, &books.known()))?;
        context.out.note("Without --dry-run this is signed.");
        return Ok(Exit::Fine);
    }
    let (mut desk, (parts, lines)) = Desk::open_with(context, |books| {
        let parts = plan(arguments, books)?;
        let lines = lines(&parts, &books.known());
        Ok((parts, lines))
    })?;
    context.out.rows(&lines)?;
    let adjustment =
        Adjustment { sides: sides(&parts)?, reason: ReasonCode::WRITE_OFF, remark: EventRef::Here(0), evidence };
    let remark = Remark { about: None, text: &arguments.why };
    let accepted = desk.say(&[Event::Remark(remark), Event::Adjustment(adjustment)])?;
    context.out.done(accepted.first + 1, "Written off")?;
    Ok(Exit::Fine)
}

fn digest(path: &Path) -> Result<Hash, Failure> {
    let bytes = files::read(path, EVIDENCE_BYTES).map_err(|error| Failure::file("read", path.display(), &error))?;
    Ok(sha256(&[&bytes]))
}

/// What of each balance is written off: all of it, or as far as the amount goes.
fn plan(arguments: &Arguments, books: &mut Books) -> Result<Vec<Part>, Failure> {
    let known = books.known();
    let currency = arguments.currency;
    let owing = match (&arguments.party, &arguments.source) {
        (Some(party), _) => {
            let party = known.find_party(party)?;
            let contract = arguments.contract.as_deref().map(|name| known.find_contract(name)).transpose()?;
            books.state.settle()?.owed_by(party, contract.unwrap_or(0), currency)
        }
        (None, source) => {
            let source = known.find_source(source.as_deref().unwrap_or_default())?;
            books.state.settle()?.owed_for(source, currency)
        }
    };
    let owed = Amount::try_sum(owing.iter().map(|(_, owed)| *owed)).map_err(Failure::new)?;
    let mut left = arguments.amount.unwrap_or(owed);
    if left > owed || left <= Amount::ZERO {
        let text = format!("{owed} {currency} is owed to the house there; {left} cannot be written off");
        return Err(Failure::new(text).hint("cantus balances shows what each account holds"));
    }
    let mut parts = Vec::new();
    for (account, owed) in owing {
        let amount = owed.min(left);
        left = left.try_sub(amount).map_err(Failure::new)?;
        parts.extend((!amount.is_zero()).then_some(Part { account, owed, amount }));
    }
    Ok(parts)
}

/// What was owed is credited, and debited to what is written off under the contract.
fn sides(parts: &[Part]) -> Result<Vec<AdjustmentSide>, Failure> {
    let Some(Part { account: Account { contract, currency, .. }, .. }) = parts.first() else { return Ok(Vec::new()) };
    let amount = Amount::try_sum(parts.iter().map(|part| part.amount)).map_err(Failure::new)?;
    let given_up = AdjustmentSide { account: accounts::written_off(*contract, *currency), amount };
    let credits = parts.iter().map(|part| AdjustmentSide { account: part.account, amount: -part.amount });
    Ok(std::iter::once(given_up).chain(credits).collect())
}

fn lines(parts: &[Part], known: &Known<'_>) -> Vec<Line> {
    let mut labels = Labels::new(known);
    let line = |&Part { account, owed, amount }: &Part| {
        let ((party, name), contract) = (labels.party(account.party), labels.contract(account.contract));
        let (class, of) = (account.class, origin(&account, &mut labels));
        Line { class, party, name, contract, of, currency: account.currency, owed, amount }
    };
    parts.iter().map(line).collect()
}
