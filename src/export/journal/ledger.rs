//! The journal format of ledger (ledger-cli.org, *Journal Format*), which hledger reads too (hledger.org, *Journal
//! format*): commodity, account and tag directives, market prices, transactions with tags, and balance assertions.
//! Only what both read alike is used, so that `ledger --pedantic` and `hledger check --strict` hold for one text.

use std::io::{self, Write};

use ledger_spec::money::Amount;

use super::{AccountNames, Asserted, Format, Journal, Price, Root, Side, Transaction, decimals};

/// The format of ledger and hledger.
#[derive(Debug, Clone, Copy)]
pub struct Ledger;

/// Every tag that is used: ledger wants them declared.
const TAGS: [&str; 6] = ["index", "kind", "movement", "period", "source", "when"];

impl Format for Ledger {
    fn account(&self, root: Root, class: &str, labels: &[String]) -> String {
        let root = match root {
            Root::Assets => "assets",
            Root::Liabilities => "liabilities",
            Root::Equity => "equity",
            Root::Income => "income",
            Root::Expenses => "expenses",
        };
        let labels = labels.iter().map(|label| part(label));
        [root.to_owned(), class.to_owned()].into_iter().chain(labels).collect::<Vec<_>>().join(":")
    }

    fn numbered(&self, account: &str, number: u64) -> String {
        format!("{account} ({number})")
    }

    fn declarations(&self, journal: &Journal, accounts: &AccountNames<'_>, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "; {}\n", comment(&journal.title))?;
        for currency in &journal.currencies {
            writeln!(out, "commodity {currency}\n    format 1000.{} {currency}", "0".repeat(Amount::SCALE.into()))?;
        }
        writeln!(out)?;
        for (name, root) in accounts.all() {
            writeln!(out, "account {name}\n    ; type: {}", kind(root))?;
        }
        writeln!(out)?;
        TAGS.iter().try_for_each(|tag| writeln!(out, "tag {tag}"))
    }

    fn price(&self, price: &Price, out: &mut dyn Write) -> io::Result<()> {
        let Price { date, of, rate, to } = price;
        writeln!(out, "P {date} {of} {rate} {to}")
    }

    fn transaction(&self, transaction: &Transaction, out: &mut dyn Write) -> io::Result<()> {
        let Transaction { date, booked, event, what, tags, says, sides } = transaction;
        let booked = booked.map_or_else(String::new, |booked| format!("={booked}"));
        let code = event.map_or_else(String::new, |event| format!(" ({event})"));
        writeln!(out, "{date}{booked}{code} {what}")?;
        for (tag, value) in tags {
            writeln!(out, "    ; {tag}: {}", comment(value))?;
        }
        for says in says {
            writeln!(out, "    ; {}", comment(says))?;
        }
        for Side { account, amount, currency, movement } in sides {
            writeln!(out, "    {account}  {} {currency}  ; movement: {movement}", decimals(*amount))?;
        }
        Ok(())
    }

    fn balances(&self, asserted: &Asserted, _: bool, out: &mut dyn Write) -> io::Result<()> {
        let Asserted { date, when, balances } = asserted;
        writeln!(out, "{date} balances\n    ; when: {}", comment(when))?;
        let nothing = decimals(Amount::ZERO);
        for (account, amount, currency) in balances {
            writeln!(out, "    {account}  {nothing} {currency} = {} {currency}", decimals(*amount))?;
        }
        Ok(())
    }
}

/// The account type of a root (hledger.org, *Account types*).
fn kind(root: Root) -> char {
    match root {
        Root::Assets => 'A',
        Root::Liabilities => 'L',
        Root::Equity => 'E',
        Root::Income => 'R',
        Root::Expenses => 'X',
    }
}

/// A label as a part of a name: without what separates parts, begins a comment, or ends the name.
fn part(label: &str) -> String {
    let mut part = String::with_capacity(label.len());
    for char in label.chars() {
        let fits = char.is_alphanumeric() || "-_.+@&'".contains(char);
        match char {
            ' ' if !part.ends_with(' ') => part.push(' '),
            ' ' => {}
            _ => part.push(if fits { char } else { '_' }),
        }
    }
    part.trim().to_owned()
}

/// Text in a comment, where it must neither end the line, nor become a tag, which is a word with a colon behind it, nor
/// the transaction's date, which ledger takes from brackets.
fn comment(text: &str) -> String {
    let one_line = text.chars().map(|char| match char {
        '[' => '(',
        ']' => ')',
        _ if char.is_control() => ' ',
        _ => char,
    });
    one_line.collect::<String>().replace(':', " :")
}
