//! What a payout is of, if neither amount nor contract say so: all that is due to the party, from the one account that
//! it is due on. Where it is due on several, the person at the keyboard says which is meant: one payout is of one.

use ledger_spec::code::AccountClass;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency, Ratio, minor_units};
use ledger_spec::reference::PartyId;

use crate::cli::desk::Books;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::known::Known;
use crate::projection::{Filter, Payout, PayoutStatus, State, TaxStatus};
use crate::royalty::postings;

/// The contract, zero for none, and all that is due under it in whole minor units; what is left of a coin stays in the
/// balance.
pub fn all(
    party: PartyId,
    contract: Option<u64>,
    currency: Currency,
    books: &mut Books,
) -> Result<(u64, Amount), Failure> {
    let decimals = minor_units(currency).ok_or_else(|| {
        Failure::new(format_args!("{currency} has no smallest coin in this program's list: give --amount"))
    })?;
    let step = 10i128.pow(u32::from(Amount::SCALE - decimals));
    let filter =
        Filter { class: Some(AccountClass::DUE), party: Some(party), currency: Some(currency), ..Filter::default() };
    let (mut due, mut held) = (Vec::new(), Amount::ZERO);
    let settled = books.state.settle()?;
    for row in settled.balances().rows(&filter) {
        if contract.is_some_and(|contract| contract != row.account.contract) {
            continue;
        }
        held = held.try_sub(row.amount).map_err(Failure::new)?;
        // Towards zero: more than is due, less what makes up for what was earned too much, cannot be paid.
        let payable = Amount::from_picos(-row.amount.picos() - settled.owed_back(&row.account).picos());
        let payable = payable.map_err(Failure::new)?;
        let free = payable.picos() - settled.held(&row.account, payable).picos();
        let whole = Amount::from_picos(free / step * step).map_err(Failure::new)?;
        if whole > Amount::ZERO {
            due.push((row.account.contract, whole));
        }
    }
    match due.as_slice() {
        [one] => Ok(*one),
        [] => {
            let nothing = Failure::new(format_args!("nothing is due to be paid: the balance is {held} {currency}"));
            Err(nothing.hint(why_nothing(party, contract, currency, &books.state)))
        }
        several => Err(which(several, currency, &books.known())),
    }
}

/// The tax on a payout, and the form it is by with its rate: by the form in force that day; without one what was given.
pub fn taxed(
    party: PartyId,
    currency: Currency,
    amount: Amount,
    given: Option<Amount>,
    date: Date,
    state: &State,
) -> Result<(Option<(u64, Ratio)>, Amount), Failure> {
    match (state.catalogue().tax_status(party, date), given) {
        (TaxStatus::Form { form, rate }, None) => {
            let tax = postings::withheld(amount, currency, rate).map_err(Failure::new)?;
            Ok((Some((form, rate)), tax))
        }
        // What was given is held against the form when the payout is judged.
        (TaxStatus::Form { form, rate }, Some(given)) => Ok((Some((form, rate)), given)),
        (TaxStatus::Expired { .. } | TaxStatus::NoForm, given) => Ok((None, given.unwrap_or_default())),
    }
}

/// Several accounts, each with its amount and the option that names it.
fn which(due: &[(u64, Amount)], currency: Currency, known: &Known<'_>) -> Failure {
    let one = |(contract, amount): &(u64, Amount)| match contract {
        0 => format!("--amount {amount} ({amount} {currency} under no contract)"),
        contract => format!("--contract {} ({amount} {currency})", known.event_code(*contract)),
    };
    let options = due.iter().map(one).collect::<Vec<_>>().join(", ");
    Failure::with(Exit::Usage, "money is due on several accounts, and a payout is of one")
        .hint(format_args!("say which: {options}"))
}

/// Says what is ordered already, if that is where the money went: a command that was interrupted is given again.
fn why_nothing(party: PartyId, contract: Option<u64>, currency: Currency, state: &State) -> String {
    let open = state.payouts().rev().find(|(_, payout)| {
        matches!(payout.status, PayoutStatus::Instructed | PayoutStatus::Approved(_))
            && (payout.instruction.party, payout.instruction.currency) == (party, currency)
            && contract.is_none_or(|contract| contract == payout.contract)
    });
    match open {
        None => "what is earned becomes due when its period is closed; cantus balances shows both".to_owned(),
        Some((payout, Payout { instruction, .. })) => format!(
            "payout {payout} of {} {currency} to the same party is ordered already and not paid yet: cantus pay list \
             shows it",
            instruction.amount
        ),
    }
}
