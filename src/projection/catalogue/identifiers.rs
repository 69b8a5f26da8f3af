//! Identifiers: each spelled one way once, and everything that bears it, is said to be it, or was reported by it.

use bincode::{Decode, Encode};
use hashbrown::{DefaultHashBuilder, HashTable};
use ledger_spec::ident::{Identifier, Scheme, Validity};
use ledger_spec::reference::PartyId;
use std::hash::BuildHasher;

use super::super::error::FoldError;
use super::super::lists::{List, Lists};

/// Something of the catalogue that an identifier can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum Item {
    /// A party.
    Party(PartyId),
    /// A work, by its event.
    Work(u64),
    /// A recording, by its event.
    Recording(u64),
    /// A release, by its event.
    Release(u64),
    /// A contract, by the event of its first version.
    Contract(u64),
    /// A licence, by its event.
    Licence(u64),
}

/// What a source calls by a number: the source's place among the sources, and the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
pub(crate) struct ReportedAs {
    /// Which source, in the order of their opening.
    pub source: u32,
    /// The source's own number.
    pub number: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
struct Row {
    scheme: Scheme,
    valid: bool,
    /// End of its text in `texts`; it begins where the one before ends.
    end: u64,
    owners: List,
    asserted: List,
    reported: List,
}

/// Every identifier there is, by its canonical form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identifiers {
    kept: Kept,
    /// Numbers of rows by scheme and text.
    found: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

/// All of it that is not recomputed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
struct Kept {
    rows: Vec<Row>,
    texts: String,
    owners: Lists<Item>,
    asserted: Lists<u32>,
    reported: Lists<ReportedAs>,
}

impl Kept {
    fn text(&self, number: u32) -> &str {
        let Ok(at) = usize::try_from(number) else { return "" };
        let end_of = |row: &Row| usize::try_from(row.end).unwrap_or(usize::MAX);
        let start = at.checked_sub(1).and_then(|before| self.rows.get(before)).map_or(0, end_of);
        self.rows.get(at).and_then(|row| self.texts.get(start..end_of(row))).unwrap_or_default()
    }

    fn row(&self, number: u32) -> Option<&Row> {
        self.rows.get(usize::try_from(number).ok()?)
    }

    fn is(&self, number: u32, scheme: Scheme, text: &str) -> bool {
        self.row(number).is_some_and(|row| row.scheme == scheme) && self.text(number) == text
    }
}

impl Identifiers {
    fn hash(&self, scheme: Scheme, text: &str) -> u64 {
        self.hasher.hash_one((scheme, text))
    }

    /// The number of an identifier, if it was ever seen.
    pub(crate) fn number(&self, identifier: Identifier<'_>) -> Option<u32> {
        let (scheme, text) = (identifier.scheme, identifier.canonical());
        self.found.find(self.hash(scheme, &text), |number| self.kept.is(*number, scheme, &text)).copied()
    }

    /// The number of an identifier, given to it now if it is new. `index` is the event that brings it.
    pub(crate) fn intern(&mut self, index: u64, identifier: Identifier<'_>) -> Result<u32, FoldError> {
        let (scheme, text) = (identifier.scheme, identifier.canonical());
        let hash = self.hash(scheme, &text);
        if let Some(number) = self.found.find(hash, |number| self.kept.is(*number, scheme, &text)) {
            return Ok(*number);
        }
        let number = u32::try_from(self.kept.rows.len()).map_err(|_| FoldError::TooMany { index })?;
        self.kept.texts.push_str(&text);
        self.kept.rows.push(Row {
            scheme,
            valid: identifier.check() == Validity::Valid,
            end: self.kept.texts.len() as u64, // usize is at most 64 bits
            owners: List::default(),
            asserted: List::default(),
            reported: List::default(),
        });
        self.insert(number);
        Ok(number)
    }

    fn insert(&mut self, number: u32) {
        let (kept, hasher) = (&self.kept, &self.hasher);
        let hash = |number: &u32| {
            let scheme = kept.row(*number).map_or(Scheme(0), |row| row.scheme);
            hasher.hash_one((scheme, kept.text(*number)))
        };
        self.found.insert_unique(hash(&number), number, hash);
    }

    /// Whether it is of that scheme, and valid.
    pub(crate) fn is_valid(&self, number: u32, scheme: Scheme) -> bool {
        self.kept.row(number).is_some_and(|row| row.valid && row.scheme == scheme)
    }

    /// What declared it as its own, in order.
    pub(crate) fn owners(&self, number: u32) -> impl Iterator<Item = Item> {
        self.kept.owners.iter(self.kept.row(number).map_or_else(List::default, |row| row.owners))
    }

    /// The assertions about it, by their numbers, in order.
    pub(crate) fn asserted(&self, number: u32) -> impl Iterator<Item = u32> {
        self.kept.asserted.iter(self.kept.row(number).map_or_else(List::default, |row| row.asserted))
    }

    /// What was reported by it, in order.
    pub(crate) fn reported(&self, number: u32) -> impl Iterator<Item = ReportedAs> {
        self.kept.reported.iter(self.kept.row(number).map_or_else(List::default, |row| row.reported))
    }

    /// Something bears the identifier.
    pub(crate) fn own(&mut self, index: u64, number: u32, item: Item) -> Result<(), FoldError> {
        let Kept { rows, owners, .. } = &mut self.kept;
        add(rows, owners, number, |row| &mut row.owners, item).ok_or(FoldError::TooMany { index })
    }

    /// An assertion is about the identifier.
    pub(crate) fn assert(&mut self, index: u64, number: u32, assertion: u32) -> Result<(), FoldError> {
        let Kept { rows, asserted, .. } = &mut self.kept;
        add(rows, asserted, number, |row| &mut row.asserted, assertion).ok_or(FoldError::TooMany { index })
    }

    /// A source reports something by the identifier.
    pub(crate) fn report(&mut self, index: u64, number: u32, reported_as: ReportedAs) -> Result<(), FoldError> {
        let Kept { rows, reported, .. } = &mut self.kept;
        add(rows, reported, number, |row| &mut row.reported, reported_as).ok_or(FoldError::TooMany { index })
    }
}

fn add<T: Copy>(
    rows: &mut [Row],
    lists: &mut Lists<T>,
    number: u32,
    list: impl FnOnce(&mut Row) -> &mut List,
    item: T,
) -> Option<()> {
    let row = rows.get_mut(usize::try_from(number).ok()?)?;
    lists.push(list(row), item)
}

impl PartialEq for Identifiers {
    fn eq(&self, other: &Identifiers) -> bool {
        self.kept == other.kept
    }
}

impl Eq for Identifiers {}

impl Encode for Identifiers {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        self.kept.encode(encoder)
    }
}

impl<Context> Decode<Context> for Identifiers {
    fn decode<D: bincode::de::Decoder<Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, bincode::error::DecodeError> {
        let mut identifiers = Identifiers { kept: Decode::decode(decoder)?, ..Identifiers::default() };
        let rows = u32::try_from(identifiers.kept.rows.len())
            .map_err(|_| bincode::error::DecodeError::Other("more identifiers than can be numbered"))?;
        for number in 0..rows {
            identifiers.insert(number);
        }
        Ok(identifiers)
    }
}

bincode::impl_borrow_decode!(Identifiers);
