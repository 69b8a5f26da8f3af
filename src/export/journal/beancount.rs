//! The format of Beancount (beancount.github.io, *Beancount Language Syntax*), so that `bean-check` holds: commodity and
//! open directives, prices, transactions with metadata, and balance assertions.
//!
//! Nothing is tolerated: the tolerance that Beancount infers for a transaction is half of the last decimal, of which all
//! amounts have twelve, and balances state theirs as zero.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::RangeInclusive;

use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency};

use super::{AccountNames, Asserted, Format, Journal, Price, Root, Side, Transaction, decimals};

/// The format of Beancount.
#[derive(Debug, Clone, Copy)]
pub struct Beancount;

impl Format for Beancount {
    fn account(&self, root: Root, class: &str, labels: &[String]) -> String {
        let root = match root {
            Root::Assets => "Assets",
            Root::Liabilities => "Liabilities",
            Root::Equity => "Equity",
            Root::Income => "Income",
            Root::Expenses => "Expenses",
        };
        let parts = [class].into_iter().chain(labels.iter().map(String::as_str)).map(part);
        [root.to_owned()].into_iter().chain(parts).collect::<Vec<_>>().join(":")
    }

    fn numbered(&self, account: &str, number: u64) -> String {
        format!("{account}-{number}")
    }

    fn declarations(&self, journal: &Journal, accounts: &AccountNames<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "option \"title\" {}\n", text(&journal.title))?;
        let Some(first) = journal.first_day() else { return Ok(()) };
        for currency in &journal.currencies {
            writeln!(out, "{first} commodity {currency}")?;
        }
        writeln!(out)?;
        accounts.all().try_for_each(|(name, _)| writeln!(out, "{first} open {name}"))
    }

    fn price(&self, price: &Price, out: &mut dyn Write) -> io::Result<()> {
        let Price { date, of, rate, to } = price;
        writeln!(out, "{date} price {of} {rate} {to}")
    }

    fn transaction(&self, transaction: &Transaction, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { date, booked, event: _, what, tags, says, sides } = transaction;
        writeln!(out, "{date} * {} {}", text(what), text(&says.join("; ")))?;
        if let Some(booked) = booked {
            writeln!(out, "  booked: {booked}")?;
        }
        for (tag, value) in tags {
            writeln!(out, "  {tag}: {}", text(value))?;
        }
        for Side { account, amount, currency, movement } in sides {
            writeln!(out, "  {account}  {} {currency}\n    movement: {}", decimals(*amount), text(movement))?;
        }
        Ok(())
    }

    /// A balance is that of the beginning of a day, so what is held at the end of one is said of the next, and what is
    /// held in between cannot be said.
    fn balances(&self, asserted: &Asserted, day_over: bool, out: &mut dyn Write) -> io::Result<()> {
        let Asserted { date, when, balances } = asserted;
        if !day_over {
            return writeln!(out, "; {}: more follows on {date}", one_line(when));
        }
        let next = Date::from_days(date.days() + 1).unwrap_or(Date::MAX);
        writeln!(out, "; {}", one_line(when))?;
        let held =
            balances.iter().map(|(account, amount, currency)| ((*currency, account.as_str()), *amount)).collect();
        for (account, _, currency) in balances {
            let amount = decimals(with_those_under_it(&held, *currency, account)?);
            writeln!(out, "{next} balance {account}  {amount} ~ 0 {currency}")?;
        }
        Ok(())
    }
}

/// A balance as Beancount asserts it: of an account together with all accounts under it.
fn with_those_under_it(
    held: &BTreeMap<(Currency, &str), Amount>,
    currency: Currency,
    account: &str,
) -> io::Result<Amount> {
    // A semicolon is what comes after a colon.
    let (first, end) = (format!("{account}:"), format!("{account};"));
    let under = held.range((currency, first.as_str())..(currency, end.as_str()));
    let own = held.get(&(currency, account));
    Amount::try_sum(under.map(|(_, amount)| *amount).chain(own.copied())).map_err(io::Error::other)
}

/// A word as a part of a name, which has letters, digits and hyphens, and begins with a capital or a digit.
fn part(word: &str) -> String {
    let words = word.split(|char: char| !char.is_ascii_alphanumeric() && !is_letter(char));
    let part = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let mut rest = part.chars();
    let mut upper = rest.next().into_iter().flat_map(char::to_uppercase);
    match (upper.next(), upper.next()) {
        (Some(first), None) if first.is_ascii_digit() || first.is_uppercase() => {
            [first].into_iter().chain(rest).collect()
        }
        _ => format!("X{part}"),
    }
}

/// Letters beyond ASCII that every version of Beancount takes: it goes by general categories, the second version by
/// those of an old Unicode, and marks that make up a letter with others are of another category.
const LETTERS: [RangeInclusive<char>; 9] = [
    // Latin, Greek, Cyrillic.
    '\u{c0}'..='\u{24f}',
    '\u{386}'..='\u{3ce}',
    '\u{400}'..='\u{481}',
    '\u{48a}'..='\u{513}',
    // Hebrew, Arabic.
    '\u{5d0}'..='\u{5ea}',
    '\u{621}'..='\u{64a}',
    // Kana, Han, Hangul.
    '\u{3041}'..='\u{30fe}',
    '\u{4e00}'..='\u{9fc3}',
    '\u{ac00}'..='\u{d7a3}',
];

fn is_letter(char: char) -> bool {
    char.is_alphabetic() && LETTERS.iter().any(|letters| letters.contains(&char))
}

/// A text between quotes.
fn text(text: &str) -> String {
    let escaped = one_line(text).replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}
