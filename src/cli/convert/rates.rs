//! Rates of exchange as they are written: `USD/EUR=0.9213`, euros for one dollar; in a file one a line.

use std::collections::BTreeMap;
use std::path::Path;

use ledger_spec::money::{Currency, SourceAmount};

use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::files;

/// Longest file of rates.
const FILE_BYTES: u64 = 1 << 20;

/// From one currency into another.
pub type Pair = (Currency, Currency);

/// A rate: units of the second currency for one of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pair: Pair,
    rate: SourceAmount,
}

/// The rates that were given, one for each pair.
#[derive(Debug, Default)]
pub struct Rates(BTreeMap<Pair, SourceAmount>);

impl std::str::FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Rate, String> {
        let parts = text.split_once('=').and_then(|(pair, rate)| Some((pair.trim().split_once('/')?, rate.trim())));
        let ((from, to), rate) = parts.ok_or_else(|| "expected FROM/TO=RATE, such as USD/EUR=0.9213".to_owned())?;
        let currency = |code: &str| code.parse::<Currency>().map_err(|error| format!("{code}: {error}"));
        let pair = (currency(from)?, currency(to)?);
        let rate: SourceAmount = rate.parse().map_err(|error| format!("{rate}: {error}"))?;
        if rate.mantissa() <= 0 {
            return Err(format!("a rate of exchange must be above zero, not {rate}"));
        }
        Ok(Rate { pair, rate })
    }
}

impl Rates {
    /// Those of the command line and those of a file.
    pub fn read(given: &[Rate], file: Option<&Path>) -> Result<Rates, Failure> {
        let mut rates = Rates::default();
        let usage = |text: String| Failure::with(Exit::Usage, text);
        given.iter().try_for_each(|rate| rates.add(*rate).map_err(usage))?;
        let Some(path) = file else { return Ok(rates) };
        let text = files::read_text(path, FILE_BYTES).map_err(|error| Failure::file("read", path.display(), &error))?;
        for (number, line) in (1..).zip(text.lines()) {
            let said = line.split_once('#').map_or(line, |(said, _)| said).trim();
            if !said.is_empty() {
                let added = said.parse().and_then(|rate| rates.add(rate));
                added.map_err(|wrong| {
                    Failure::with(Exit::Malformed, format_args!("{}, line {number}: {wrong}", path.display()))
                        .hint("a line is FROM/TO=RATE, such as USD/EUR=0.9213; after # stands a comment")
                })?;
            }
        }
        Ok(rates)
    }

    fn add(&mut self, Rate { pair, rate }: Rate) -> Result<(), String> {
        match self.0.insert(pair, rate) {
            Some(other) if other != rate => Err(format!("two rates for {}/{}: {other} and {rate}", pair.0, pair.1)),
            _ => Ok(()),
        }
    }

    /// The rate of a pair, if it was given.
    pub fn of(&self, pair: Pair) -> Option<SourceAmount> {
        self.0.get(&pair).copied()
    }
}
