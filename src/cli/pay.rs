//! `cantus pay`: money out. One party's key instructs, another's approves, and what the bank did is recorded.

mod due;
mod unpaid;

use clap::{Args, Subcommand};
use ledger_spec::code::ReasonCode;
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::money::{PayoutApproved, PayoutFailed, PayoutInstructed, PayoutSettled};
use ledger_spec::hash::sha256;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use serde::Serialize;

use super::Context;
use super::desk::Desk;
use super::events::existing;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row};
use super::values;
use crate::projection::{Payout, PayoutStatus, Until};

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
  cantus pay list
  cantus pay due                                        what is not paid, and why")]
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
        #[arg(long, value_parser = values::reason(REASONS), hide_possible_values = true, default_value = "bank-refused")]
        reason: ReasonCode,
    },
    /// List payouts and how far they are.
    List,
    /// List what is owed to parties and not paid, each balance with its reasons.
    Due(unpaid::Arguments),
}

#[derive(Debug, Args)]
struct Instruct {
    /// Whom, by code or id.
    party: String,
    /// In which currency.
    #[arg(long, value_name = "CODE")]
    currency: Currency,
    /// How much leaves the balance; all that is due on the account, in whole cents, if not given.
    #[arg(long)]
    amount: Option<Amount>,
    /// Under which contract, by code or index; need not be said if all that is due is due on one account.
    #[arg(long)]
    contract: Option<String>,
    /// How much of it is withheld as tax; what the party's tax form says if one is in force, else nothing.
    #[arg(long)]
    tax: Option<Amount>,
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
    /// What the bank pays.
    net: Amount,
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
        Column::amounts("NET"),
        Column::words("DATE"),
        Column::words("STATUS"),
    ];

    fn cells(&self) -> Vec<String> {
        let Listed { payout, party, contract, currency, amount, tax, net, date, status, .. } = self;
        vec![
            payout.to_string(),
            party.clone(),
            contract.clone(),
            currency.to_string(),
            amount.to_string(),
            tax.to_string(),
            net.to_string(),
            date.to_string(),
            (*status).to_owned(),
        ]
    }
}

/// Does what the subcommand says.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let said = match &arguments.command {
        Command::List => return list(context),
        Command::Due(arguments) => return unpaid::run(arguments, context),
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
    let (mut desk, (instructed, form, under, missing)) = Desk::open_with(context, |books| {
        let known = books.known();
        let named = instruct.contract.as_deref().map(|name| known.find_contract(name)).transpose()?;
        let party = known.find_party(&instruct.party)?;
        let (contract, amount) = match instruct.amount {
            Some(amount) => (named.unwrap_or(0), amount),
            None => due::all(party, named, instruct.currency, books)?,
        };
        let date = instruct.date.unwrap_or_else(values::today);
        let (form, tax) = due::taxed(party, instruct.currency, amount, instruct.tax, date, &books.state)?;
        let under = (contract != 0).then(|| format!(" under {}", books.known().event_code(contract)));
        let instructed = PayoutInstructed {
            party,
            contract: (contract != 0).then_some(EventRef::At(contract)),
            currency: instruct.currency,
            amount,
            tax,
            date,
        };
        let settled = books.state.settle()?;
        let missing = settled.of_payee(party, date, &books.ledger)?;
        Ok((instructed, form, under.unwrap_or_default(), missing))
    })?;
    let accepted = desk.say(&[Event::PayoutInstructed(instructed)])?;
    let (payout, PayoutInstructed { amount, tax, currency, .. }) = (accepted.first, instructed);
    let net = amount.try_sub(tax).map_err(Failure::new)?;
    let said = serde_json::json!({
        "event": payout, "currency": currency, "amount": amount, "tax": tax, "net": net, "form": form.map(|(form, _)| form)
    });
    context.out.json(&said)?;
    let withheld = match (form, tax.is_zero()) {
        (Some((form, rate)), _) => format!(": {tax} of it withheld as tax by form {form}, {rate}; {net} is paid"),
        (None, false) => format!(": {tax} of it withheld as tax; {net} is paid"),
        (None, true) => String::new(),
    };
    context.out.line(format_args!("Payout {payout}: {amount} {currency} to {}{under}{withheld}", instruct.party))?;
    for missing in missing {
        context.out.note(format_args!("Of {} the ledger knows {}.", instruct.party, missing.words()));
    }
    match desk.ledger().authority().one_person_pays() {
        true => context.out.note(format_args!("Approve it, with any treasurer's key: cantus pay approve {payout}")),
        false => {
            context.out.note(format_args!("Another party's key approves it: cantus pay approve {payout} --key NAME"));
        }
    }
    Ok(Exit::Fine)
}

fn list(context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let state = context.state(&ledger, Until::End)?;
    let known = Known::new(&state, &ledger);
    let mut labels = Labels::new(&known);
    let listed = |(payout, found): (u64, &Payout)| {
        let net = found.instruction.amount.try_sub(found.instruction.tax).map_err(Failure::new)?;
        let Payout { instruction, contract, status, .. } = found;
        let (status, by) = match *status {
            PayoutStatus::Instructed => ("instructed", payout),
            PayoutStatus::Approved(by) => ("approved", by),
            PayoutStatus::Settled(by) => ("settled", by),
            PayoutStatus::Failed(by) => ("failed", by),
        };
        let (party, name) = labels.party(instruction.party);
        Ok(Listed {
            payout,
            party,
            name,
            contract: labels.contract(*contract),
            currency: instruction.currency,
            amount: instruction.amount,
            tax: instruction.tax,
            net,
            date: instruction.date,
            status,
            by,
        })
    };
    let rows: Vec<Listed> = state.payouts().map(listed).collect::<Result<_, Failure>>()?;
    context.out.rows(&rows)?;
    Ok(Exit::Fine)
}
