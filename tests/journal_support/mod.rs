//! Programs nobody here wrote that check journals and add them up.

#![allow(dead_code, clippy::unwrap_used, reason = "each user has a use for a part of it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use ledger_spec::money::Amount;
use serde_json::Value;

/// What accounts hold, by name and currency; those that hold nothing are not in it.
pub type Balances = BTreeMap<(String, String), Amount>;

/// A program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Hledger,
    Ledger,
    Beancount,
}

impl Tool {
    pub const ALL: [Tool; 3] = [Tool::Hledger, Tool::Ledger, Tool::Beancount];

    /// The journal format for it.
    pub fn format(self) -> &'static str {
        match self {
            Tool::Hledger => "hledger",
            Tool::Ledger => "ledger",
            Tool::Beancount => "beancount",
        }
    }

    /// All its checks of a journal; what it says if one fails.
    pub fn check(self, journal: &Path) -> Result<(), String> {
        let all: &[&[&str]] = match self {
            Tool::Hledger => &[&["check", "--strict"], &["check", "ordereddates"]],
            Tool::Ledger => &[&["--pedantic", "source"]],
            Tool::Beancount => &[&["bean-check", "--no-cache"]],
        };
        all.iter().try_for_each(|check| {
            let ran = self.run(journal, check);
            let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
            if ran.status.success() { Ok(()) } else { Err(said) }
        })
    }

    /// What it makes of a journal: of every account, or of one.
    pub fn balances(self, journal: &Path, account: Option<&str>) -> Balances {
        let ran = self.add_up(journal, account);
        assert!(ran.status.success(), "{self:?}: {}", String::from_utf8_lossy(&ran.stderr));
        self.read(&String::from_utf8(ran.stdout).unwrap())
    }

    /// Adds up a journal: every account, or one, for which Beancount may use what it kept of reading the journal before.
    pub fn add_up(self, journal: &Path, account: Option<&str>) -> Output {
        let exactly = account.map(|account| format!("^{}$", account.replace('(', "\\(").replace(')', "\\)")));
        let mut arguments = match self {
            Tool::Hledger => vec!["balance", "--flat", "--no-total", "--layout=bare", "--output-format=csv"],
            Tool::Ledger => vec!["balance", "--flat", "--no-total", "--format=%(account)\t%(amount)\n"],
            Tool::Beancount => {
                let of = account.map_or_else(String::new, |account| format!(" WHERE account = '{account}'"));
                let query = format!("SELECT account, currency, sum(number){of} GROUP BY account, currency");
                let mut command = Command::new("bean-query");
                if account.is_none() {
                    command.env("BEANCOUNT_DISABLE_LOAD_CACHE", "1");
                }
                return output(command.args(["--format=csv"]).arg(journal).arg(query));
            }
        };
        arguments.extend(exactly.as_deref());
        self.run(journal, &arguments)
    }

    fn run(self, journal: &Path, arguments: &[&str]) -> Output {
        match self {
            Tool::Beancount => output(Command::new(arguments[0]).args(&arguments[1..]).arg(journal)),
            Tool::Hledger => output(Command::new("hledger").arg("-f").arg(journal).args(arguments)),
            // Not with what the user's own settings say.
            Tool::Ledger => output(Command::new("ledger").arg("--args-only").arg("-f").arg(journal).args(arguments)),
        }
    }

    fn read(self, text: &str) -> Balances {
        let mut rows = Vec::new();
        match self {
            Tool::Hledger => rows.extend(text.lines().skip(1).map(|line| {
                let cells: Vec<&str> = line.trim_matches('"').split("\",\"").collect();
                ((cells[0].to_owned(), cells[1].to_owned()), cells[2].parse().unwrap())
            })),
            Tool::Beancount => rows.extend(text.lines().skip(1).map(|line| {
                let cells: Vec<&str> = line.split(',').map(str::trim).collect();
                ((cells[0].to_owned(), cells[1].to_owned()), with_exponent(cells[2]))
            })),
            // An account with its first amount, and each further one on a line of its own.
            Tool::Ledger => {
                let mut account = "";
                for line in text.lines() {
                    let amount = line.split_once('\t').map_or(line, |(name, amount)| {
                        account = name;
                        amount
                    });
                    if let Some((amount, currency)) = amount.trim().split_once(' ') {
                        rows.push(((account.to_owned(), currency.to_owned()), amount.parse().unwrap()));
                    }
                }
            }
        }
        rows.into_iter().filter(|(_, amount): &(_, Amount)| !amount.is_zero()).collect()
    }

    /// Whether it is on the path.
    pub fn is_there(self) -> bool {
        let program = if self == Tool::Beancount { "bean-check" } else { self.format() };
        Command::new(program).arg("--version").output().is_ok()
    }

    /// What the rows of `cantus --json trial-balance --detail` say, under the names of the tool's journal, which has
    /// sources for `files`.
    pub fn named(self, rows: &[Value], files: &BTreeMap<String, String>) -> Balances {
        let mut named = Balances::new();
        for row in rows {
            let text = |field: &str| row[field].as_str().unwrap();
            let amount = |field| text(field).parse::<Amount>().unwrap();
            let of = files.get(text("of")).map_or(text("of"), String::as_str);
            let class = text("class");
            let name = self.name([root(class), class, text("party"), text("contract"), text("reason"), of]);
            let held = named.entry((name, text("currency").to_owned())).or_default();
            *held = held.try_add(amount("debit")).unwrap().try_sub(amount("credit")).unwrap();
        }
        named.retain(|_, held| !held.is_zero());
        named
    }

    /// An account's name, from its root and the words under it.
    pub fn name<'a>(self, parts: impl IntoIterator<Item = &'a str>) -> String {
        let part = |part: &str| match self {
            Tool::Hledger | Tool::Ledger => part.to_owned(),
            Tool::Beancount => part[..1].to_uppercase() + &part[1..].replace([' ', '.'], "-"),
        };
        parts.into_iter().filter(|part| !part.is_empty()).map(part).collect::<Vec<_>>().join(":")
    }
}

fn output(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{:?}, which tests/run installs: {error}", command.get_program()))
}

/// A number of at most twelve decimals as Python writes it: small ones with an exponent.
fn with_exponent(text: &str) -> Amount {
    let (digits, exponent) = text.split_once("E-").unwrap_or((text, "0"));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let scale = decimals + exponent.parse::<usize>().unwrap();
    let mantissa: i128 = digits.replace('.', "").parse().unwrap();
    Amount::from_picos(mantissa * 10i128.pow((usize::from(Amount::SCALE) - scale).try_into().unwrap())).unwrap()
}

/// The root of a class.
fn root(class: &str) -> &'static str {
    match class {
        "bank" | "receivable" | "advance" | "tax-recoverable" => "assets",
        "commission" => "income",
        "fees" | "rounding" | "costs" | "written-off" => "expenses",
        "exchange" | "opening" => "equity",
        _ => "liabilities",
    }
}
