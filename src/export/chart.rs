//! The operator's own chart of accounts: a code and a name for each class of ours, so that reports and journals speak
//! of the accounts that the operator's general ledger has.
//!
//! ```toml
//! [receivable]
//! code = "1200"
//! name = "Royalties receivable"
//! ```
//!
//! A class that the file does not name keeps its own name. No code stands for two classes, because a posting must be
//! found again under it.

use std::collections::BTreeMap;

use ledger_spec::code::AccountClass;
use serde::Deserialize;
use thiserror::Error;

/// A code and a name for each class of accounts; empty until the operator gives some.
#[derive(Debug, Clone, Default)]
pub struct Chart(BTreeMap<AccountClass, Entry>);

/// What the operator calls a class.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    name: String,
}

/// Why a text is no chart of accounts.
#[derive(Debug, Error)]
pub enum ChartError {
    /// It is no TOML, or something else than a code and a name for each class.
    #[error("the chart of accounts cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// No class of ours.
    #[error("the chart of accounts names {0}, which is no class of accounts; known are {1}")]
    Class(String, String),
    /// A code or name that is empty, or that would be cut where a journal ends an account's name.
    #[error("the chart of accounts gives {0} the {1} {2:?}; it must be one line of text without ':' and double spaces")]
    Word(AccountClass, &'static str, String),
    /// One code, two classes.
    #[error("the chart of accounts gives the code {0} to {1} and to {2}; each class needs its own")]
    Twice(String, AccountClass, AccountClass),
}

impl Chart {
    /// Reads a chart of accounts.
    pub fn parse(text: &str) -> Result<Chart, ChartError> {
        let entries: BTreeMap<String, Entry> = toml::from_str(text)?;
        let (mut chart, mut classes) = (BTreeMap::new(), BTreeMap::<String, AccountClass>::new());
        for (class, entry) in entries {
            let known = || AccountClass::KNOWN.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
            let class = AccountClass::from_name(&class).ok_or_else(|| ChartError::Class(class, known()))?;
            for (what, word) in [("code", &entry.code), ("name", &entry.name)] {
                if !plain(word) {
                    return Err(ChartError::Word(class, what, word.clone()));
                }
            }
            if let Some(other) = classes.insert(entry.code.clone(), class) {
                return Err(ChartError::Twice(entry.code, other, class));
            }
            chart.insert(class, entry);
        }
        Ok(Chart(chart))
    }

    /// The operator's code of a class.
    pub fn code(&self, class: AccountClass) -> Option<&str> {
        self.0.get(&class).map(|entry| entry.code.as_str())
    }

    /// The operator's name of a class, or ours.
    pub fn name(&self, class: AccountClass) -> String {
        self.0.get(&class).map_or_else(|| class.to_string(), |entry| entry.name.clone())
    }
}

/// Whether a word can be part of an account's name in a journal.
fn plain(word: &str) -> bool {
    !word.is_empty()
        && word.trim() == word
        && !word.contains("  ")
        && !word.contains([':', ';', '(', '[', '"'])
        && !word.chars().any(char::is_control)
}
