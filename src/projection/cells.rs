//! Cells: all usage that any rule must treat alike, added up, and what is posted of it.
//!
//! Taking in a line costs one lookup and a few additions. Rating is put off until somebody asks: a cell whose content
//! or surroundings changed is *stale*, and when it is rated again the difference is posted in the open period. What
//! is posted of a cell depends on its content and on the catalogue alone, so it does not matter how often, or when,
//! cells were rated in between.

use bincode::{Decode, Encode};
use hashbrown::{DefaultHashBuilder, HashTable};
use ledger_spec::event::usage::Terms;
use ledger_spec::money::{Amount, AmountError};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};

use super::error::FoldError;
use super::lines::Line;
use super::uses::Uses;

/// What all usage of a cell has in common; the numbers are the source's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Key {
    /// Which source, in the order of their opening.
    pub source: u32,
    pub resource: u32,
    pub release: u32,
    /// The rights controller of allocated lines.
    pub controller: u32,
    /// Which terms, in the order they first appeared.
    pub terms: u32,
    /// How many periods were closed before.
    pub epoch: u32,
}

impl Hash for Key {
    /// Three words instead of six, because every line is found by one.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Key { source, resource, release, controller, terms, epoch } = *self;
        for (upper, lower) in [(source, resource), (release, controller), (terms, epoch)] {
            state.write_u64(u64::from(upper) << 32 | u64::from(lower));
        }
    }
}

/// A cell, one cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[repr(align(64))]
pub(crate) struct Cell {
    pub key: Key,
    /// Units less returns.
    pub units: i64,
    /// Lines, and reversals of lines.
    pub lines: u64,
    /// Money, line by line rounded.
    pub money: Amount,
    /// Of the lines, those that were taken back and those that take one back: neither is a row that counts.
    undone: u32,
    stale: bool,
}

impl Cell {
    /// How many rows of the source count in it.
    pub(crate) fn rows(&self) -> u64 {
        self.lines.saturating_sub(u64::from(self.undone))
    }
}

/// What the lines of a cell give as their gross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
struct Gross {
    /// Lines, and reversals of lines, that give it.
    lines: u64,
    sum: Amount,
}

impl Gross {
    /// A gross beyond what an amount can hold is as good as none.
    fn add(&mut self, gross: Amount) {
        if let Ok(sum) = self.sum.try_add(gross) {
            (self.lines, self.sum) = (self.lines + 1, sum);
        }
    }
}

/// What is posted to an account, by its number: credit above zero.
pub(crate) type Credit = (u32, Amount);

/// What is posted of a cell, by account and without zeros.
pub(crate) type Credits = Box<[Credit]>;

/// Every cell there is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    kept: Kept,
    /// Numbers of cells by key, for each period by itself: lines come for the open one, whose table stays small enough
    /// for the cache.
    found: BTreeMap<u32, HashTable<u32>>,
    hasher: DefaultHashBuilder,
    stale: Vec<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
struct Kept {
    cells: Vec<Cell>,
    /// The gross of each cell, up to the last one with a line that gives it. Beside the cells, which stay one cache line.
    gross: Vec<Gross>,
    /// What is posted of each cell.
    posted: Vec<Credits>,
    /// What was posted of cells of closed periods when the last one was closed, where it is something else now.
    before: BTreeMap<u32, Credits>,
    uses: Uses,
}

impl Cells {
    /// The number of terms, given to them now if they are new.
    pub(crate) fn terms_number(&mut self, index: u64, terms: &Terms) -> Result<u32, FoldError> {
        self.kept.uses.number(terms).ok_or(FoldError::TooMany { index })
    }

    /// The number of terms that a line had.
    pub(crate) fn find_terms(&self, terms: &Terms) -> Option<u32> {
        self.kept.uses.find(terms)
    }

    /// The terms of a number.
    pub(crate) fn terms_of(&self, number: u32) -> Option<&Terms> {
        self.kept.uses.get(number)
    }

    /// Adds a line to its cell. The number of the cell, if it is a new one.
    pub(super) fn add(&mut self, index: u64, key: Key, line: &Line) -> Result<Option<u32>, FoldError> {
        let hash = self.hasher.hash_one(key);
        let cells = &self.kept.cells;
        let is = |number: &u32| cell(cells, *number).is_some_and(|cell| cell.key == key);
        let found = self.found.get(&key.epoch).and_then(|found| found.find(hash, is)).copied();
        let number = match found {
            Some(number) => number,
            None => self.insert(index, hash, key)?,
        };
        self.mark(number);
        let cell = self.cell_mut(number).ok_or(FoldError::TooMany { index })?;
        let out_of_range = |what| FoldError::OutOfRange { index, what };
        cell.units = cell.units.checked_add(line.units).ok_or_else(|| out_of_range("the units of a cell"))?;
        cell.money = cell.money.try_add(line.money).map_err(|_| out_of_range("the money of a cell"))?;
        cell.lines += 1;
        if let Some(gross) = line.gross {
            self.gross_mut(index, number)?.add(gross);
        }
        Ok(found.is_none().then_some(number))
    }

    fn gross_mut(&mut self, index: u64, number: u32) -> Result<&mut Gross, FoldError> {
        let (all, too_many) = (&mut self.kept.gross, FoldError::TooMany { index });
        let Ok(at) = usize::try_from(number) else { return Err(too_many) };
        if all.len() <= at {
            all.resize(at + 1, Gross::default());
        }
        all.get_mut(at).ok_or(too_many)
    }

    fn insert(&mut self, index: u64, hash: u64, key: Key) -> Result<u32, FoldError> {
        let number = u32::try_from(self.kept.cells.len()).map_err(|_| FoldError::TooMany { index })?;
        self.kept.cells.push(Cell { key, units: 0, lines: 0, money: Amount::ZERO, undone: 0, stale: false });
        self.kept.posted.push(Credits::default());
        self.find_by(hash, number, key.epoch);
        Ok(number)
    }

    /// A line of a cell was taken back, or takes one back.
    pub(crate) fn undo(&mut self, index: u64, number: u32) -> Result<(), FoldError> {
        let cell = self.cell_mut(number).ok_or(FoldError::TooMany { index })?;
        cell.undone = cell.undone.checked_add(1).ok_or(FoldError::TooMany { index })?;
        Ok(())
    }

    /// From now on a cell is found by the hash of its key.
    fn find_by(&mut self, hash: u64, number: u32, epoch: u32) {
        let Cells { kept, found, hasher, .. } = self;
        let rehash = |number: &u32| cell(&kept.cells, *number).map_or(0, |cell| hasher.hash_one(cell.key));
        // A month has about as many as the month before.
        let room = found.last_key_value().map_or(0, |(_, before)| before.len());
        let found = found.entry(epoch).or_insert_with(|| HashTable::with_capacity(room));
        found.insert_unique(hash, number, rehash);
    }

    /// The number of the cell of a key.
    pub(crate) fn number(&self, key: &Key) -> Option<u32> {
        let is = |number: &u32| cell(&self.kept.cells, *number).is_some_and(|cell| cell.key == *key);
        self.found.get(&key.epoch)?.find(self.hasher.hash_one(key), is).copied()
    }

    /// A cell.
    pub(crate) fn cell(&self, number: u32) -> Option<&Cell> {
        cell(&self.kept.cells, number)
    }

    /// The gross of a cell, if every one of its lines gives it, and every reversal of one: a sum of some of them is no
    /// gross of the cell.
    pub(crate) fn gross(&self, number: u32) -> Option<Amount> {
        let gross = self.kept.gross.get(usize::try_from(number).ok()?)?;
        (gross.lines == self.cell(number)?.lines).then_some(gross.sum)
    }

    fn cell_mut(&mut self, number: u32) -> Option<&mut Cell> {
        self.kept.cells.get_mut(usize::try_from(number).ok()?)
    }

    /// What is posted of a cell.
    pub(crate) fn posted(&self, number: u32) -> &[Credit] {
        usize::try_from(number).ok().and_then(|at| self.kept.posted.get(at)).map(|posted| &**posted).unwrap_or_default()
    }

    /// Every cell with its number and what is posted of it.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Cell, &Credits)> {
        (0..).zip(&self.kept.cells).zip(&self.kept.posted).map(|((number, cell), posted)| (number, cell, posted))
    }

    /// The cells of which something else is posted than when the last period was closed: number, before, and now.
    /// `epoch` is the open period.
    pub(crate) fn changed(&self, epoch: u32) -> impl Iterator<Item = (u32, &[Credit], &[Credit])> {
        let late = self.kept.before.iter().map(|(number, before)| (*number, &**before, self.posted(*number)));
        // Cells are numbered as they come, so those of the open period are the last.
        let first = self.kept.cells.partition_point(|cell| cell.key.epoch < epoch);
        let posted = self.kept.posted.get(first..).unwrap_or_default();
        let open = (0..).skip(first).zip(posted).map(|(number, now)| (number, &[][..], &**now));
        late.chain(open).filter(|(_, before, now)| before != now)
    }

    /// The cell has to be rated again.
    pub(crate) fn mark(&mut self, number: u32) {
        let Some(cell) = self.cell_mut(number) else { return };
        if !cell.stale {
            cell.stale = true;
            self.stale.push(number);
        }
    }

    /// Every cell has to be rated again.
    pub(crate) fn mark_all(&mut self) {
        let count = u32::try_from(self.kept.cells.len()).unwrap_or(u32::MAX);
        (0..count).for_each(|number| self.mark(number));
    }

    /// Every cell of a source has to be rated again.
    pub(crate) fn mark_source(&mut self, source: u32) {
        let cells = (0..).zip(&self.kept.cells).filter(|(_, cell)| cell.key.source == source);
        let numbers: Vec<u32> = cells.map(|(number, _)| number).collect();
        numbers.into_iter().for_each(|number| self.mark(number));
    }

    /// The cells that have to be rated again, which now are taken to be.
    pub(crate) fn take_stale(&mut self) -> Vec<u32> {
        let stale = std::mem::take(&mut self.stale);
        for number in &stale {
            if let Some(cell) = self.cell_mut(*number) {
                cell.stale = false;
            }
        }
        stale
    }

    /// Notes what is posted of a cell now. `now` is sorted by account and without zeros, `epoch` the open period.
    pub(crate) fn post(&mut self, number: u32, now: Credits, epoch: u32) {
        let Kept { cells, posted, before, .. } = &mut self.kept;
        let Some(at) = usize::try_from(number).ok() else { return };
        let (Some(cell), Some(posted)) = (cells.get(at), posted.get_mut(at)) else { return };
        let was = std::mem::replace(posted, now);
        // Of a cell of the open period nothing was posted when the last one was closed.
        if cell.key.epoch == epoch {
            return;
        }
        // What is again as it was has no difference to show for.
        if before.entry(number).or_insert(was) == posted {
            before.remove(&number);
        }
    }

    /// A period is closed: what is posted now is what was before.
    pub(crate) fn close(&mut self) {
        self.kept.before.clear();
    }

    /// The accounts that cells speak of.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = u32> {
        let credits = self.kept.posted.iter().chain(self.kept.before.values());
        credits.flatten().map(|(account, _)| *account)
    }

    /// Gives accounts other numbers.
    pub(crate) fn renumber(&mut self, renumbered: impl Fn(u32) -> u32) {
        for credits in self.kept.posted.iter_mut().chain(self.kept.before.values_mut()) {
            credits.iter_mut().for_each(|(account, _)| *account = renumbered(*account));
            credits.sort_unstable_by_key(|(account, _)| *account);
        }
    }
}

fn cell(cells: &[Cell], number: u32) -> Option<&Cell> {
    cells.get(usize::try_from(number).ok()?)
}

/// By how much the credits of each account have changed, in the order of the accounts.
pub(crate) fn change(before: &[(u32, Amount)], now: &[(u32, Amount)]) -> Result<Vec<(u32, Amount)>, AmountError> {
    let mut changes = now.to_vec();
    for (account, amount) in before {
        match changes.iter_mut().find(|(changed, _)| changed == account) {
            Some((_, change)) => *change = change.try_sub(*amount)?,
            None => changes.push((*account, -*amount)),
        }
    }
    changes.retain(|(_, change)| !change.is_zero());
    changes.sort_unstable_by_key(|(account, _)| *account);
    Ok(changes)
}

impl PartialEq for Cells {
    fn eq(&self, other: &Cells) -> bool {
        self.kept == other.kept
    }
}

impl Eq for Cells {}

impl Encode for Cells {
    fn encode<E: bincode::enc::Encoder>(&self, encoder: &mut E) -> Result<(), bincode::error::EncodeError> {
        self.kept.encode(encoder)
    }
}

impl<Context> Decode<Context> for Cells {
    fn decode<D: bincode::de::Decoder<Context = Context>>(
        decoder: &mut D,
    ) -> Result<Self, bincode::error::DecodeError> {
        let kept = Kept::decode(decoder)?;
        let stale = (0..).zip(&kept.cells).filter(|(_, cell)| cell.stale).map(|(number, _)| number).collect();
        let keys: Vec<Key> = kept.cells.iter().map(|cell| cell.key).collect();
        let mut cells = Cells { kept, stale, ..Cells::default() };
        for (key, number) in keys.iter().zip(0..) {
            cells.find_by(cells.hasher.hash_one(key), number, key.epoch);
        }
        Ok(cells)
    }
}

bincode::impl_borrow_decode!(Cells);
