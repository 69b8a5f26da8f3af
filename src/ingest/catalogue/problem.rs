//! What is wrong with a hand-written text: file, line, field and value, the reason, and what to do about it.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Expected, Unexpected};

/// Something that must be put right before any of the file is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file as it was named.
    pub file: Box<str>,
    /// The line, from 1; 0 if it is not known.
    pub line: u64,
    /// The kind of table, such as `claim`; empty outside any.
    pub kind: Box<str>,
    /// The field, such as `parts.1.share`; empty if the whole table is meant.
    pub field: String,
    /// What stands there, if that helps.
    pub value: Option<Box<str>>,
    /// What is wrong with it.
    pub reason: Box<str>,
    /// What to do.
    pub hint: Option<Box<str>>,
}

impl Problem {
    /// A problem at a line.
    pub(super) fn at(line: u64, reason: impl Into<Box<str>>) -> Problem {
        Problem { line, ..Problem::new(reason) }
    }

    /// A problem whose place is yet to be said.
    pub(super) fn new(reason: impl Into<Box<str>>) -> Problem {
        Problem {
            file: "".into(),
            line: 0,
            kind: "".into(),
            field: String::new(),
            value: None,
            reason: reason.into(),
            hint: None,
        }
    }

    /// With what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<Box<str>>) -> Problem {
        self.hint = Some(hint.into());
        self
    }

    /// With the value that is wrong.
    pub(super) fn value(mut self, value: impl Into<Box<str>>) -> Problem {
        self.value.get_or_insert_with(|| value.into());
        self
    }

    /// Inside this field; outer fields come later and stand before inner ones.
    pub(super) fn inside(mut self, field: &str) -> Problem {
        self.field = match self.field.as_str() {
            "" => field.to_owned(),
            inner => format!("{field}.{inner}"),
        };
        self
    }

    /// On this line, unless an inner value has said so already.
    pub(super) fn on(mut self, line: u64) -> Problem {
        if self.line == 0 {
            self.line = line;
        }
        self
    }
}

/// The known word that was most likely meant by `word`: at most a third of its letters wrong.
pub fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|candidate| (strsim::osa_distance(word, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= word.chars().count().div_ceil(3).max(1)).then_some(candidate)
}

impl std::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match (&*self.kind, self.field.as_str()) {
            ("", "") => {}
            (kind, "") => write!(f, "{kind}: ")?,
            (kind, field) => write!(f, "{kind}, {field}: ")?,
        }
        if let Some(value) = &self.value {
            write!(f, "\"{value}\": ")?;
        }
        f.write_str(&self.reason)
    }
}

impl de::Error for Problem {
    fn custom<T: fmt::Display>(reason: T) -> Problem {
        Problem::new(reason.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Problem {
        let problem = Problem::new(format!("this is {found}; expected {expected}"));
        match found {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) | Unexpected::Other(_) => {
                problem.hint("put amounts, shares and codes in quotes, such as \"0.5\"")
            }
            _ => problem,
        }
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Problem {
        let problem = Problem::new("there is no such field here").inside(field);
        match meant(field, known.iter().copied()) {
            Some(meant) => problem.hint(format!("did you mean {meant}?")),
            None => problem.hint(format!("its fields are {}", known.join(", "))),
        }
    }

    fn missing_field(field: &'static str) -> Problem {
        Problem::new("this field is missing").inside(field).hint(format!("add {field} = … to the table"))
    }

    fn duplicate_field(field: &'static str) -> Problem {
        Problem::new("this field is given twice").inside(field)
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Problem {
        Problem::new(format!("expected one of {}", known.join(", "))).value(variant)
    }
}
