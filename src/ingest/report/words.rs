//! What the cells of a column say, each value once: the words of a report, for those to judge who know what they mean.

use hashbrown::HashMap;
use ledger_spec::money::{AmountError, Currency, ExactSum, SourceAmount};

use super::tally::Total;
use super::warning::{Warning, Warnings};

/// A column whose words mean something to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// The store or service of a line.
    Store,
    /// Where something was used.
    Territory,
    /// What was done.
    UseType,
    /// How the service is paid for.
    CommercialModel,
    /// Which right.
    RightsType,
}

impl Word {
    const ALL: [Word; 5] = [Word::Store, Word::Territory, Word::UseType, Word::CommercialModel, Word::RightsType];

    /// What messages call it.
    pub const fn name(self) -> &'static str {
        match self {
            Word::Store => "store",
            Word::Territory => "territory",
            Word::UseType => "use type",
            Word::CommercialModel => "commercial model",
            Word::RightsType => "right",
        }
    }
}

/// A value, where it first stands, how often, and with how much money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Of what.
    pub word: Word,
    /// As given; never empty.
    pub value: String,
    /// The first line that has it.
    pub line: u64,
    /// How many lines have it.
    pub lines: u64,
    /// What these lines earn, by currency, as far as they say.
    pub money: Vec<(Currency, ExactSum)>,
}

/// The values of all columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    columns: [Values; Word::ALL.len()],
}

#[derive(Clone, Debug, Default)]
struct Values {
    values: HashMap<String, Seen>,
    /// Lines with a value that is beyond those that are kept.
    more: u64,
}

#[derive(Clone, Debug)]
struct Seen {
    line: u64,
    lines: u64,
    money: Vec<(Currency, Total)>,
}

impl Words {
    /// Values of a column that are kept, so that no file can take memory for more.
    const MOST: usize = 1000;

    /// Takes in what a line says; an empty cell says nothing.
    pub(super) fn add(&mut self, word: Word, line: u64, value: &str, money: Option<(Currency, SourceAmount)>) {
        if value.is_empty() {
            return;
        }
        // There is one for each word.
        let column = &mut self.columns[word as usize];
        let room = column.values.len() < Self::MOST;
        let seen = match column.values.get_mut(value) {
            Some(seen) => seen,
            None if room => column.values.entry_ref(value).or_insert(Seen { line, lines: 0, money: Vec::new() }),
            None => {
                column.more += 1;
                return;
            }
        };
        seen.lines += 1;
        if let Some((currency, amount)) = money {
            seen.total(currency).add(amount);
        }
    }

    /// Takes in the words of other lines.
    pub(super) fn merge(&mut self, other: Words) {
        for (column, other) in self.columns.iter_mut().zip(other.columns) {
            column.more += other.more;
            for (value, theirs) in other.values {
                let seen =
                    column.values.entry(value).or_insert(Seen { line: theirs.line, lines: 0, money: Vec::new() });
                seen.line = seen.line.min(theirs.line);
                seen.lines += theirs.lines;
                for (currency, total) in theirs.money {
                    seen.total(currency).merge(total);
                }
            }
        }
    }

    /// Every word, in the order of their first lines. Of words beyond those that are kept a warning tells.
    pub(super) fn said(self, warnings: &mut Warnings) -> Result<Vec<Said>, AmountError> {
        let mut said = Vec::new();
        for (word, column) in Word::ALL.into_iter().zip(self.columns) {
            if column.more > 0 {
                warnings.push(0, Warning::MoreWords { word, lines: column.more });
            }
            for (value, Seen { line, lines, money }) in column.values {
                let sum = |(currency, total): (Currency, Total)| Ok((currency, total.sum()?));
                let money = money.into_iter().map(sum).collect::<Result<_, AmountError>>()?;
                said.push(Said { word, value, line, lines, money });
            }
        }
        said.sort_by(|a, b| (a.word, a.line, &a.value).cmp(&(b.word, b.line, &b.value)));
        Ok(said)
    }
}

impl Seen {
    fn total(&mut self, currency: Currency) -> &mut Total {
        let at = self.money.iter().position(|(other, _)| *other == currency).unwrap_or_else(|| {
            self.money.push((currency, Total::new()));
            self.money.len() - 1
        });
        // Found, or just pushed.
        &mut self.money[at].1
    }
}
