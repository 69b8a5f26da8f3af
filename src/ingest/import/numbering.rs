//! Numbers for what a report names: recordings, works, releases, services and rights controllers, in the order in
//! which the file first names them. The same file gives the same numbers, whenever and by however many threads it is
//! read, which is what lets an interrupted import go on.
//!
//! A chunk's [`Mentions`] give each thing a number within the chunk; the [`Book`], which the chunks pass in order,
//! gives it its number in the source. Things are told apart by 128 bits of keyed hash of their identifiers as given,
//! so that the book stays small: two meet by chance once in 10^38 pairs, and the keys are random, so nobody who writes
//! a file can know which would.

use std::hash::{BuildHasher, Hash};
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashMap};
use ledger_spec::code::{NameRole, ReportedKind};
use ledger_spec::event::particulars::Named;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::limits;

use super::error::ImportError;

/// Makes keys; those of one maker can be compared.
#[derive(Debug, Default)]
pub struct Keys([DefaultHashBuilder; 2]);

impl Keys {
    /// The key of what tells a thing apart.
    pub fn of(&self, what: &impl Hash) -> Key {
        let [first, second] = &self.0;
        Key([first.hash_one(what), second.hash_one(what)])
    }
}

/// What tells a thing from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u64; 2]);

type ByKey = HashMap<Key, u32>;

/// A part of a chunk's texts.
pub type Span = Range<usize>;

/// What a chunk names, each thing once. Its numbers are counted from 1; zero is nothing.
#[derive(Default)]
pub struct Mentions {
    numbers: ByKey,
    things: Vec<Thing>,
    identifiers: Vec<(Scheme, Span)>,
    names: Vec<(NameRole, Span)>,
    texts: String,
}

/// A thing as it is first mentioned in a chunk.
pub struct Thing {
    key: Key,
    /// What it is.
    pub kind: ReportedKind,
    /// The number in the chunk of the thing it belongs to.
    pub parent: u32,
    /// Playing time.
    pub seconds: Option<u32>,
    identifiers: Range<usize>,
    names: Range<usize>,
}

/// Describes a thing.
pub struct Description<'a> {
    mentions: &'a mut Mentions,
    /// Bytes that the identifiers take in a body.
    identifiers_len: usize,
}

impl Mentions {
    /// The number of a thing. It is described if this is its first mention.
    pub fn mention(
        &mut self,
        key: Key,
        kind: ReportedKind,
        parent: u32,
        seconds: Option<u32>,
        describe: impl FnOnce(&mut Description<'_>),
    ) -> u32 {
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let (identifiers, names) = (self.identifiers.len(), self.names.len());
        describe(&mut Description { mentions: self, identifiers_len: 0 });
        let (identifiers, names) = (identifiers..self.identifiers.len(), names..self.names.len());
        self.things.push(Thing { key, kind, parent, seconds, identifiers, names });
        // A chunk has far fewer lines than 2^32, each with a few mentions.
        let number = self.things.len() as u32;
        self.numbers.insert(key, number);
        number
    }

    /// The thing of a number.
    pub fn thing(&self, number: u32) -> Option<&Thing> {
        self.things.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }

    /// The identifiers of a thing.
    pub fn identifiers<'a>(&'a self, thing: &Thing) -> impl Iterator<Item = Identifier<'a>> {
        let identifiers = self.identifiers.get(thing.identifiers.clone()).unwrap_or_default();
        identifiers.iter().map(|(scheme, span)| Identifier { scheme: *scheme, value: self.text(span) })
    }

    /// The names of a thing.
    pub fn names<'a>(&'a self, thing: &Thing) -> impl Iterator<Item = Named<'a>> {
        let names = self.names.get(thing.names.clone()).unwrap_or_default();
        names.iter().map(|(role, span)| Named { role: *role, text: self.text(span) })
    }

    /// Keeps a text.
    pub fn keep(&mut self, text: &str) -> Span {
        let start = self.texts.len();
        self.texts.push_str(text);
        start..self.texts.len()
    }

    /// A text that was kept.
    pub fn text(&self, span: &Span) -> &str {
        self.texts.get(span.clone()).unwrap_or_default()
    }
}

impl Thing {
    /// What tells it apart.
    pub fn key(&self) -> Key {
        self.key
    }
}

impl Description<'_> {
    /// Most bytes of identifiers: they share a body with little else.
    const IDENTIFIERS_LEN_MAX: usize = limits::BODY - 256;

    /// Adds an identifier as given. An empty one is none. One that is longer than any identifier, or for which the
    /// body has no room, is left out: the line in the file has it.
    pub fn identifier(&mut self, scheme: Scheme, value: &str) {
        let len = self.identifiers_len + size_of::<u16>() + size_of::<u64>() + value.len();
        if !value.is_empty() && value.len() <= limits::IDENTIFIER && len <= Self::IDENTIFIERS_LEN_MAX {
            self.identifiers_len = len;
            let span = self.mentions.keep(value);
            self.mentions.identifiers.push((scheme, span));
        }
    }

    /// Adds a name as given; an empty one is none.
    pub fn name(&mut self, role: NameRole, text: &str) {
        if !text.is_empty() {
            let span = self.mentions.keep(text);
            self.mentions.names.push((role, span));
        }
    }
}

/// The numbers of a source.
#[derive(Default)]
pub struct Book {
    numbers: ByKey,
    /// Whether something of the file was taken already.
    begun: bool,
}

/// What the book says to a chunk.
pub struct Numbered {
    /// The number in the source of each number in the chunk.
    numbers: Vec<u32>,
    /// The numbers in the chunk of what the source had not named before.
    pub fresh: Vec<u32>,
    /// Whether the chunk is the first with something to take.
    pub begins: bool,
}

impl Book {
    /// Gives everything that a chunk names its number. Chunks come in the order of the file; `empty` ones have
    /// nothing to take.
    pub fn number(&mut self, mentions: &Mentions, empty: bool) -> Result<Numbered, ImportError> {
        let mut numbered =
            Numbered { numbers: Vec::with_capacity(mentions.things.len() + 1), fresh: Vec::new(), begins: false };
        numbered.numbers.push(0);
        for (thing, local) in mentions.things.iter().zip(1..) {
            let next = u32::try_from(self.numbers.len() + 1).map_err(|_| ImportError::TooManyResources)?;
            let number = *self.numbers.entry(thing.key).or_insert(next);
            if number == next {
                numbered.fresh.push(local);
            }
            numbered.numbers.push(number);
        }
        numbered.begins = !empty && !self.begun;
        self.begun |= !empty;
        Ok(numbered)
    }
}

impl Numbered {
    /// The number in the source of a number in the chunk.
    pub fn of(&self, local: u32) -> u32 {
        usize::try_from(local).ok().and_then(|local| self.numbers.get(local)).copied().unwrap_or(0)
    }
}
