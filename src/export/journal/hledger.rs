//! The journal format of hledger (hledger.org, *Journal format*): commodity and account directives, market prices,
//! transactions with tags, and balance assertions, so that `hledger check --strict` holds.

use std::io::{self, Write};

use ledger_spec::code::AccountClass;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency};

use super::{AccountNames, Asserted, Item, Journal, Side, Transaction};

/// Writes a journal.
pub fn hledger(journal: &Journal, accounts: &AccountNames<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "; {}\n", comment(&journal.title))?;
    for currency in &journal.currencies {
        writeln!(out, "commodity 1000.{} {currency}", "0".repeat(Amount::SCALE.into()))?;
    }
    writeln!(out)?;
    for (name, class) in accounts.all() {
        writeln!(out, "account {name}  ; type:{}", kind(class))?;
    }
    for item in &journal.items {
        writeln!(out)?;
        match item {
            Item::Price { date, of, rate, to } => writeln!(out, "P {date} {of} {rate} {to}")?,
            Item::Transaction(transaction) => self::transaction(transaction, out)?,
            Item::Balances(asserted) => balances(asserted, out)?,
        }
    }
    Ok(())
}

fn transaction(transaction: &Transaction, out: &mut impl Write) -> io::Result<()> {
    let Transaction { date, booked, event, what, tags, says, sides } = transaction;
    let booked = booked.filter(|booked| booked != date).map_or_else(String::new, |booked: Date| format!("={booked}"));
    let code = event.map_or_else(String::new, |event| format!(" ({event})"));
    let index = event.map(|event| ("index", event.to_string()));
    let tags = index.iter().chain(tags).map(|(tag, value)| format!("{tag}:{}", comment(value)));
    writeln!(out, "{date}{booked}{code} {what}  ; {}", tags.collect::<Vec<_>>().join(", "))?;
    for says in says {
        writeln!(out, "    ; {}", comment(says))?;
    }
    for Side { account, amount, currency, movement } in sides {
        writeln!(out, "    {account}  {}  ; movement:{movement}", money(*amount, *currency))?;
    }
    Ok(())
}

fn balances(asserted: &Asserted, out: &mut impl Write) -> io::Result<()> {
    let Asserted { date, when, balances } = asserted;
    writeln!(out, "{date} balances  ; when:{}", comment(when))?;
    for (account, amount, currency) in balances {
        writeln!(out, "    {account}  {} = {}", money(Amount::ZERO, *currency), money(*amount, *currency))?;
    }
    Ok(())
}

/// An amount with all its decimals.
fn money(amount: Amount, currency: Currency) -> String {
    let text = amount.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{decimals:0<width$} {currency}", width = usize::from(Amount::SCALE))
}

/// The account type of a class (hledger.org, *Account types*).
fn kind(class: AccountClass) -> char {
    match super::accounts::root(class) {
        "assets" => 'A',
        "income" => 'R',
        "expenses" => 'X',
        "equity" => 'E',
        _ => 'L',
    }
}

/// Text in a comment, where it must neither end the line nor become a tag, which is a word with a colon behind it.
fn comment(text: &str) -> String {
    let one_line = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    one_line.collect::<String>().replace(':', " :")
}
