//! What uses were: terms, each kept once and found by a number.

use bincode::{Decode, Encode};
use hashbrown::HashMap;
use ledger_spec::event::usage::Terms;

/// Terms by number, in the order they first appeared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uses {
    terms: Vec<Terms>,
    numbers: HashMap<Terms, u32>,
    /// The number asked for last: lines of one use often follow each other.
    last: u32,
}

impl Uses {
    /// The number of terms, given to them now if they are new. None if there are more than can be numbered.
    pub(crate) fn number(&mut self, terms: &Terms) -> Option<u32> {
        if self.get(self.last) == Some(terms) {
            return Some(self.last);
        }
        let next = u32::try_from(self.terms.len()).ok()?;
        let number = *self.numbers.entry(*terms).or_insert(next);
        if number == next {
            self.terms.push(*terms);
        }
        self.last = number;
        Some(number)
    }

    /// The number of terms, if they have one.
    pub(crate) fn find(&self, terms: &Terms) -> Option<u32> {
        self.numbers.get(terms).copied()
    }

    /// The terms of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&Terms> {
        self.terms.get(usize::try_from(number).ok()?)
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Terms> {
        self.terms.iter()
    }
}

impl PartialEq for Uses {
    fn eq(&self, other: &Uses) -> bool {
        self.terms == other.terms
    }
}

impl Eq for Uses {}

impl Encode for Uses {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        self.terms.encode(encoder)
    }
}

impl<Context> Decode<Context> for Uses {
    fn decode<D: bincode::de::Decoder<Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, bincode::error::DecodeError> {
        let terms: Vec<Terms> = Decode::decode(decoder)?;
        let numbers = terms.iter().copied().zip(0..).collect();
        Ok(Uses { terms, numbers, last: 0 })
    }
}

bincode::impl_borrow_decode!(Uses);
