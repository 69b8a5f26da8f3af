//! What every source still owes: what it reported, what was received of it, what is open.
//!
//! A source owes by its receivable account. What the events post to it by themselves tells payments and corrections
//! from what was reported; the four columns always tie: reported - received + adjusted = open.

use std::collections::HashMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::known::{Known, Labels};
use crate::cli::out::{Column, Row};
use crate::projection::{Balances, Filter, State};
use crate::royalty::accounts;

/// A source, for people and programs; of a total only the currency and the amounts.
#[derive(Debug, Serialize)]
pub struct Owes {
    /// Its first event; none of what was adjusted by hand for no source.
    source: Option<u64>,
    file: String,
    payer: String,
    name: Option<String>,
    currency: Currency,
    #[serde(flatten)]
    amounts: Amounts,
}

/// The parts of a receivable, and what they come to.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Amounts {
    reported: Amount,
    received: Amount,
    adjusted: Amount,
    open: Amount,
}

impl Amounts {
    fn plus(self, other: Amounts) -> Result<Amounts, Failure> {
        let add = |a: Amount, b: Amount| a.try_add(b).map_err(Failure::new);
        Ok(Amounts {
            reported: add(self.reported, other.reported)?,
            received: add(self.received, other.received)?,
            adjusted: add(self.adjusted, other.adjusted)?,
            open: add(self.open, other.open)?,
        })
    }

    fn is_zero(&self) -> bool {
        [self.reported, self.received, self.adjusted, self.open].iter().all(|amount| amount.is_zero())
    }
}

impl Row for Owes {
    const COLUMNS: &'static [Column] = &[
        Column::words("SOURCE"),
        Column::words("FILE"),
        Column::words("PAYER"),
        Column::words("CURRENCY"),
        Column::amounts("REPORTED"),
        Column::amounts("RECEIVED"),
        Column::amounts("ADJUSTED"),
        Column::amounts("OPEN"),
    ];

    fn cells(&self) -> Vec<String> {
        let Amounts { reported, received, adjusted, open } = self.amounts;
        let source = self.source.map_or_else(String::new, |source| source.to_string());
        let words = [source, self.file.clone(), self.payer.clone(), self.currency.to_string()];
        words.into_iter().chain([reported, received, adjusted, open].map(|amount| amount.to_string())).collect()
    }
}

/// What the sources owe in the currency and by the payer that are asked for, in the order of the log.
pub fn owed(state: &State, balances: &Balances, filter: &Filter, known: &Known<'_>) -> Result<Vec<Owes>, Failure> {
    let moved = moved(balances, known)?;
    let mut labels = Labels::new(known);
    let mut owed = Vec::new();
    for (source, found) in state.sources().iter() {
        for currency in found.reporting.iter().map(|reporting| reporting.currency) {
            let account = accounts::receivable(source, currency);
            let asked = filter.party.is_none_or(|payer| payer == found.reporter)
                && filter.currency.is_none_or(|wanted| wanted == currency);
            let amounts = amounts(balances.of(&account), moved.get(&account))?;
            // What was taken back and never paid owes nothing.
            if asked && !amounts.is_zero() {
                let (payer, name) = labels.party(found.reporter);
                let file = known.file_name(source).unwrap_or_default();
                owed.push(Owes { source: Some(source), file, payer, name, currency, amounts });
            }
        }
    }
    let by_hand = Filter { class: Some(AccountClass::RECEIVABLE), origin: Some(0), ..*filter };
    for row in balances.rows(&by_hand) {
        let (payer, name) = labels.party(row.account.party);
        let amounts = amounts(row.amount, moved.get(&row.account))?;
        let file = "(no source)".to_owned();
        owed.push(Owes { source: None, file, payer, name, currency: row.account.currency, amounts });
    }
    Ok(owed)
}

/// The sum of each currency, for the end of a table.
pub fn totals(owed: &[Owes]) -> Result<Vec<Owes>, Failure> {
    let mut sums: Vec<(Currency, Amounts)> = Vec::new();
    for Owes { currency, amounts, .. } in owed {
        match sums.iter_mut().find(|(other, _)| other == currency) {
            Some((_, sum)) => *sum = sum.plus(*amounts)?,
            None => sums.push((*currency, *amounts)),
        }
    }
    sums.sort_unstable_by_key(|(currency, _)| *currency);
    let total = |(currency, amounts)| Owes {
        source: None,
        file: "all".to_owned(),
        payer: String::new(),
        name: None,
        currency,
        amounts,
    };
    Ok(sums.into_iter().map(total).collect())
}

/// What was received and adjusted of a receivable.
#[derive(Clone, Copy, Default)]
struct Moved {
    received: Amount,
    adjusted: Amount,
}

fn amounts(open: Amount, moved: Option<&Moved>) -> Result<Amounts, Failure> {
    let Moved { received, adjusted } = moved.copied().unwrap_or_default();
    let reported = Amount::try_sum([open, received, -adjusted]).map_err(Failure::new)?;
    Ok(Amounts { reported, received, adjusted, open })
}

/// What payments and corrections posted to receivables. A reversal undoes what it is of.
fn moved(balances: &Balances, known: &Known<'_>) -> Result<HashMap<Account, Moved>, Failure> {
    let mut moved: HashMap<Account, Moved> = HashMap::new();
    let receivables = balances.journal(0).filter(|(_, account)| account.class == AccountClass::RECEIVABLE);
    for (line, account) in receivables {
        let moved = moved.entry(*account).or_default();
        let part = match what(line.event, known) {
            Some(Moves::Received) => (&mut moved.received, -line.amount),
            Some(Moves::Adjusted) => (&mut moved.adjusted, line.amount),
            None => continue,
        };
        *part.0 = part.0.try_add(part.1).map_err(Failure::new)?;
    }
    Ok(moved)
}

#[derive(Clone, Copy)]
enum Moves {
    Received,
    Adjusted,
}

fn what(event: u64, known: &Known<'_>) -> Option<Moves> {
    known.read(event, |said| match said {
        Event::PaymentReceived(_) => Some(Moves::Received),
        Event::Adjustment(_) => Some(Moves::Adjusted),
        Event::Reversal(reversal) => match reversal.target {
            EventRef::At(target) => what(target, known),
            EventRef::Here(_) => None,
        },
        _ => None,
    })
}
