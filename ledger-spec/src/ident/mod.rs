//! Identifiers of parties, works, recordings and releases.
//!
//! An identifier is kept as its source gave it, good or bad: a wrong check digit is never a reason to refuse a line,
//! it is a flag that whoever matches can weigh. What is derived from the text (its canonical form, its validity, its
//! printed form) is computed when asked for and never stored in an event.

mod check_digit;
mod form;
mod scheme;

use std::borrow::Cow;

pub use scheme::{Scheme, SchemeError};

use form::Rule;

/// An identifier: which system it belongs to, and its text as given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, bincode::Encode, bincode::BorrowDecode, serde::Serialize)]
pub struct Identifier<'a> {
    /// The system that gives it meaning.
    pub scheme: Scheme,
    /// The text, as given.
    pub value: &'a str,
}

/// What can be said of an identifier from its text alone. Valid does not mean that it was ever assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Validity {
    /// Its shape is right, and its check digit if the scheme has one.
    Valid,
    /// The shape is right, the check digit is not: most often a typing error.
    BadCheckDigit,
    /// Nothing but zeros: somebody filled a column that must not be empty.
    Placeholder,
    /// Not of the scheme's shape.
    BadShape,
    /// This program does not know the scheme.
    Unchecked,
}

impl<'a> Identifier<'a> {
    /// The form to compare and index by: equal for two spellings of one identifier.
    ///
    /// Separators removed, upper case, leading zeros restored. Text that is not of the scheme's shape, and text of
    /// schemes without a shape, is its own canonical form.
    pub fn canonical(self) -> Cow<'a, str> {
        match self.scheme.rule() {
            Some(Rule::Form(form)) => form.read(self.value).map_or(self.value.into(), |read| read.over(self.value)),
            Some(Rule::Namespaced | Rule::Text) | None => self.value.into(),
        }
    }

    /// What can be said of it from its text alone.
    pub fn check(self) -> Validity {
        let valid_if = |valid| if valid { Validity::Valid } else { Validity::BadShape };
        match self.scheme.rule() {
            Some(Rule::Form(form)) => form.check(self.value),
            Some(Rule::Namespaced) => {
                let parts = self.value.split_once("::");
                valid_if(parts.is_some_and(|(namespace, id)| !namespace.is_empty() && !id.is_empty()))
            }
            Some(Rule::Text) => valid_if(!self.value.trim().is_empty()),
            None => Validity::Unchecked,
        }
    }

    /// The form to print: grouped as the scheme's standard prints it, `T-034.524.680-1`.
    pub fn printed(self) -> Cow<'a, str> {
        match self.scheme.rule() {
            Some(Rule::Form(form)) => form.read(self.value).map_or(self.value.into(), |read| form.print(&read).into()),
            Some(Rule::Namespaced | Rule::Text) | None => self.value.into(),
        }
    }
}
