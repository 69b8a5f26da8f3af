//! `cantus balances`: what every account holds, now or at any moment before.

use std::collections::BTreeMap;

use clap::Args;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, SuspenseReason};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::known::{Known, Labels};
use super::out::{Column, Row as Shows};
use super::report::{Options, month};
use super::values;
use crate::projection::reports::Shown;
use crate::projection::{Filter, Row};

/// Show what every account holds: what is earned, due, waiting, received.
#[derive(Debug, Args)]
#[command(
    before_help = "Examples:
  cantus balances
  cantus balances --party anna
  cantus balances --class suspense          money that waits, and why
  cantus explain --class suspense           which rows of which files that is
  cantus tie --open                         what every report still owes
  cantus balances --at 2026-03-31           as it stood at the end of that day
  cantus balances --as-of 2026-03 --restated  what was owed at the end of March, as known now
  cantus balances --at 1200 --json",
    after_help = "With --json, one object a line; amounts are text, and what has no value is empty or null:
  class, party, name, contract, reason, currency, amount, debit
Amount is on the account's own side; debit is above zero for a debit.
With --restated also period, unless with --as-of: what each month changed the account by."
)]
pub struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Of this party, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// Of this class: earned, due, suspense, receivable, bank and so on.
    #[arg(long, value_name = "CLASS", value_parser = values::class)]
    class: Option<AccountClass>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// An account, for people and programs.
#[derive(Debug, Serialize)]
struct Held {
    /// The month of restated books.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    class: AccountClass,
    party: String,
    name: Option<String>,
    contract: String,
    reason: SuspenseReason,
    currency: Currency,
    /// Above zero is the account's own side: owed, for what is owed; there, for what is there.
    amount: Amount,
    /// Debit above zero; all debits of a currency sum to zero.
    debit: Amount,
}

impl Shows for Held {
    const COLUMNS: &'static [Column] = &[
        Column::words("PERIOD").if_asked(),
        Column::words("CLASS"),
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("REASON"),
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
    ];

    fn cells(&self) -> Vec<String> {
        let Held { period, class, party, contract, reason, currency, amount, .. } = self;
        [
            month(*period),
            class.to_string(),
            party.clone(),
            contract.clone(),
            reason.to_string(),
            currency.to_string(),
            amount.to_string(),
        ]
        .to_vec()
    }
}

/// Shows balances.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (ledger, mut state) = arguments.options.open(context)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);
    let filter = Filter {
        class: arguments.class,
        party: arguments.party.as_deref().map(|name| known.find_party(name)).transpose()?,
        currency: arguments.currency,
        ..Filter::default()
    };
    let rows = settled.rows_by_month(&filter, &arguments.options.months(&settled, &ledger)?)?;
    let rows = held(rows, &known)?;
    context.out.rows(&rows)?;
    if rows.iter().any(|row| row.class == AccountClass::SUSPENSE) && context.out.is_table() {
        context.out.note("\nWhy money waits in suspense, and which rows it is: cantus explain --class suspense");
    }
    Ok(Exit::Fine)
}

/// A debit as the account's own side has it: above zero is owed, for what is owed, and there, for what is there.
pub fn own_side(account: &Account, debit: Amount) -> Amount {
    if account.class.is_credit() { -debit } else { debit }
}

/// The accounts that are asked for, those of one kind together: what has sources of its own is summed over them.
fn held(rows: Vec<(Shown, Row)>, known: &Known<'_>) -> Result<Vec<Held>, Failure> {
    let mut labels = Labels::new(known);
    let mut sums: BTreeMap<(Shown, Account), Amount> = BTreeMap::new();
    for (shown, row) in rows {
        let sum = sums.entry((shown, Account { origin: 0, ..row.account })).or_default();
        *sum = sum.try_add(row.amount).map_err(Failure::new)?;
    }
    let held = |((period, account), debit): ((Shown, Account), Amount)| {
        let (party, name) = labels.party(account.party);
        Held {
            period,
            class: account.class,
            party,
            name,
            contract: labels.contract(account.contract),
            reason: account.reason,
            currency: account.currency,
            amount: own_side(&account, debit),
            debit,
        }
    };
    Ok(sums.into_iter().filter(|(_, debit)| !debit.is_zero()).map(held).collect())
}
