//! `cantus pay`: money out. One party's key instructs, another's approves, and what the bank did is recorded.

use clap::{Args, Subcommand};
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::hash::sha256;
use ledger_spec::money::{Amount, Currency, minor_units};
use ledger_spec::reference::{EventRef, PartyId};
use serde::Serialize;

use super::Context;
use super::desk::{Books, Desk};
use super::events::existing;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::values;
use crate::projection::{Filter, Payout, PayoutStatus, State, Until};

/// Why a payout fails.
const REASONS: &[ReasonCode] =
    &[ReasonCode::BANK_REFUSED, ReasonCode::ERROR, ReasonCode::DUPLICATE, ReasonCode::DISPUTE];

/// Pay out what is due: instruct, approve with another person's key, and record what the bank did.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus pay instruct anna --currency USD --key ines    all that is due
  cantus pay approve 912 --key otto                     another party's key
  cantus pay settle 912 --reference \"SEPA 2026-04-30 0017\"
  cantus pay fail 912 --reason bank-refused
  cantus pay list")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Order a payment to a party.
    Instruct(Instruct),
    /// Agree to a payment that another party's key ordered.
    Approve {
        /// The event that ordered it.
        payout: u64,
    },
    /// Record that the bank paid.
    Settle {
        /// The event that ordered it.
        payout: u64,
        /// The bank's reference; its hash goes into the ledger.
        #[arg(long, value_name = "TEXT")]
        reference: String,
        /// The day it was booked; today if not given.
        #[arg(long)]
        date: Option<Date>,
    },
    /// Record that the bank did not pay: what was to leave the balance is due again.
    Fail {
        /// The event that ordered it.
        payout: u64,
        /// Why, as a code: bank-refused, error, duplicate or dispute.
        #[arg(long, value_parser = values::reason(REASONS), default_value = "bank-refused")]
        reason: ReasonCode,
    },
    /// List payouts and how far they are.
    List,
}

#[derive(Debug, Args)]
struct Instruct {
    /// Whom, by code or id.
    party: String,
    /// In which currency.
    #[arg(long, value_name = "CODE")]
    currency: Currency,
    /// How much leaves the balance; all that is due, in whole cents, if not given.
    #[arg(long)]
    amount: Option<Amount>,
    /// Under which contract, by code or index.
    #[arg(long)]
    contract: Option<String>,
    /// How much of it is withheld as tax.
    #[arg(long, default_value = "0")]
    tax: Amount,
    /// The day it is to be paid; today if not given.
    #[arg(long)]
    date: Option<Date>,
}

/// A payout, for people and programs.
#[derive(Serialize)]
struct Listed {
    payout: u64,
    party: String,
    name: Option<String>,
    contract: String,
    currency: Currency,
    amount: Amount,
    tax: Amount,
    date: Date,
    status: &'static str,
    /// The event that brought it there.
    by: u64,
}

impl Row for Listed {
    const COLUMNS: &'static [Column] = &[
        Column::numbers("PAYOUT"),
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::amounts("TAX"),
        Column::words("DATE"),
        Column::words("STATUS"),
    ];

    fn cells(&self) -> Vec<String> {
        let Listed { payout, party, contract, currency, amount, tax, date, status, .. } = self;
        vec![
            payout.to_string(),
            party.clone(),
            contract.clone(),
            currency.to_string(),
            amount.to_string(),
            tax.to_string(),
            date.to_string(),
            (*status).to_owned(),
        ]
    }
}

/// Does what the subcommand says.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let said = match &arguments.command {
        Command::List => return list(context),
        Command::Instruct(instruct) => return order(instruct, context),
        Command::Approve { payout } => {
            let event = Event::PayoutApproved(PayoutApproved { payout: EventRef::At(*payout) });
            ("approved", *payout, event)
        }
        Command::Settle { payout, reference, date } => {
            let bank_reference = sha256(&[reference.as_bytes()]);
            let date = date.unwrap_or_else(values::today);
            let settled = PayoutSettled { payout: EventRef::At(*payout), date, bank_reference };
            ("settled", *payout, Event::PayoutSettled(settled))
        }
        Command::Fail { payout, reason } => {
            let failed = PayoutFailed { payout: EventRef::At(*payout), reason: *reason };
            ("failed", *payout, Event::PayoutFailed(failed))
        }
    };
    let (what, payout, event) = said;
    let (mut desk, _) = Desk::open_with(context, |books| existing(&books.ledger, payout))?;
    let accepted = desk.say(&[event])?;
    context.out.done(accepted.first, format_args!("The payout is {what}"))?;
    Ok(Exit::Fine)
}

fn order(instruct: &Instruct, context: &mut Context) -> Outcome {
    let (mut desk, instructed) = Desk::open_with(context, |books| {
        let known = books.known();
        let contract = instruct.contract.as_deref().map(|name| known.find_contract(name)).transpose()?;
        let party = known.find_party(&instruct.party)?;
        let amount = match instruct.amount {
            Some(amount) => amount,
            None => due(&mut books.state, party, contract, instruct.currency)
                .map_err(|failure| name_contracts(failure, instruct, party, books))
                .map_err(|failure| name_open(failure, instruct.currency, party, contract, &books.state))?,
        };
        Ok(PayoutInstructed {
            party,
            contract: contract.map(EventRef::At),
            currency: instruct.currency,
            amount,
            tax: instruct.tax,
            date: instruct.date.unwrap_or_else(values::today),
        })
    })?;
    let accepted = desk.say(&[Event::PayoutInstructed(instructed)])?;
    let (payout, PayoutInstructed { amount, currency, .. }) = (accepted.first, instructed);
    context.out.json(&serde_json::json!({ "event": payout, "currency": currency, "amount": amount }))?;
    context.out.line(format_args!("Payout {payout}: {amount} {currency} to {}", instruct.party))?;
    match desk.ledger().authority().one_person_pays() {
        true => context.out.note(format_args!("Approve it, with any treasurer's key: cantus pay approve {payout}")),
        false => {
            context.out.note(format_args!("Another party's key approves it: cantus pay approve {payout} --key NAME"));
        }
    }
    Ok(Exit::Fine)
}

/// All that is due to a party under a contract, in whole minor units; what is left stays in the balance.
fn due(state: &mut State, party: PartyId, contract: Option<u64>, currency: Currency) -> Result<Amount, Failure> {
    let account = Account { party, contract: contract.unwrap_or(0), ..Account::of(AccountClass::DUE, currency) };
    let held = -state.settle()?.balances().of(&account);
    let decimals = minor_units(currency).ok_or_else(|| {
        Failure::new(format_args!("{currency} has no smallest coin in this program's list: give --amount"))
    })?;
    let step = 10i128.pow(u32::from(Amount::SCALE - decimals));
    // Towards zero: more than is due cannot be paid.
    let whole = Amount::from_picos(held.picos() / step * step).map_err(Failure::new)?;
    if whole.is_zero() || whole.is_negative() {
        return Err(Failure::new(format_args!("nothing is due to be paid: the balance is {held} {currency}"))
            .hint("what is earned becomes due when its period is closed; cantus balances shows both"));
    }
    Ok(whole)
}

/// Says what is ordered already, if that is where the money went: a command that was interrupted is given again.
fn name_open(failure: Failure, currency: Currency, party: PartyId, contract: Option<u64>, state: &State) -> Failure {
    let open = state.payouts().rev().find(|(_, payout)| {
        matches!(payout.status, PayoutStatus::Instructed | PayoutStatus::Approved(_))
            && (payout.instruction.party, payout.instruction.currency) == (party, currency)
            && payout.contract == contract.unwrap_or(0)
    });
    match open {
        None => failure,
        Some((payout, Payout { instruction, .. })) => failure.hint(format_args!(
            "payout {payout} of {} {currency} to the same party is ordered already and not paid yet: cantus pay list \
             shows it",
            instruction.amount
        )),
    }
}

/// Says under which contracts money is due, if none was named and nothing is due outside any.
fn name_contracts(failure: Failure, instruct: &Instruct, party: PartyId, books: &mut Books) -> Failure {
    if instruct.contract.is_some() {
        return failure;
    }
    let filter = Filter {
        class: Some(AccountClass::DUE),
        party: Some(party),
        currency: Some(instruct.currency),
        ..Filter::default()
    };
    let Ok(settled) = books.state.settle() else { return failure };
    let rows = settled.balances().rows(&filter).into_iter().filter(|row| row.amount.is_negative());
    let known = books.known();
    let contracts = rows.filter(|row| row.account.contract != 0).map(|row| {
        format!("--contract {} ({} {})", known.event_code(row.account.contract), -row.amount, instruct.currency)
    });
    match contracts.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => failure,
        contracts => failure.hint(format_args!("money is due under contracts: {contracts}")),
    }
}

fn list(context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let state = context.state(&ledger, Until::End)?;
    let known = Known::new(&state, &ledger);
    let mut labels = Labels::new(&known);
    let listed = |(payout, found): (u64, &Payout)| {
        let Payout { instruction, contract, status, .. } = found;
        let (status, by) = match *status {
            PayoutStatus::Instructed => ("instructed", payout),
            PayoutStatus::Approved(by) => ("approved", by),
            PayoutStatus::Settled(by) => ("settled", by),
            PayoutStatus::Failed(by) => ("failed", by),
        };
        let (party, name) = labels.party(instruction.party);
        Listed {
            payout,
            party,
            name,
            contract: labels.contract(*contract),
            currency: instruction.currency,
            amount: instruction.amount,
            tax: instruction.tax,
            date: instruction.date,
            status,
            by,
        }
    };
    let rows: Vec<Listed> = state.payouts().map(listed).collect();
    context.out.rows(&rows)?;
    Ok(Exit::Fine)
}
