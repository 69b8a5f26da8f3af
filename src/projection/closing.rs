//! What a close says of every party: the rows under its root (SPEC.md section 14).
//!
//! Computed from a state that is rated to the end, and the lines of the open period. The writer's judge holds a close
//! against it; whoever makes a close computes it; an auditor computes it again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use ledger_spec::account::Account;
use ledger_spec::codec::{self, CodecError};
use ledger_spec::date::Period;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::hash::{Hash, leaf_hash};
use ledger_spec::merkle;
use ledger_spec::money::Amount;
use ledger_spec::period::{
    Counted, Row, Rows, Schedule, Sums, balance_leaf, cell_leaf, counter_leaf, earned_leaf, key_hash, posting_leaf,
    reserve_leaf, source_leaf, sums_leaf,
};
use ledger_spec::reference::PartyId;

use super::cells::{Cell, Credit, Key, change};
use super::cores::on_each_core;
use super::error::FoldError;
use super::past::Past;
use super::rating::Settled;
use super::state::State;
use crate::royalty::accounts;
use crate::royalty::groups::{self, Figures, Page, Reserve};

/// The rows of a close, one for each party that it concerns.
#[derive(Debug, Clone)]
pub struct Closing {
    rows: Vec<Row>,
}

impl Closing {
    /// The rows, by party; [`PartyId::NONE`] first, for what belongs to nobody.
    pub fn parties(&self) -> &[Row] {
        &self.rows
    }

    /// A party's row.
    pub fn row(&self, party: PartyId) -> Option<&Row> {
        self.rows.iter().find(|row| row.party == party)
    }

    /// The rows under a period key: their root, and each row's place.
    pub fn rows(&self, key: &Hash) -> Rows {
        Rows::new(key, &self.rows)
    }
}

/// A line, or a reversal of one: the number of its cell, and its index.
type Line = (u32, u64);

/// A cell by its number, and what was posted of it before and is now.
type Changed<'a> = (u32, &'a [Credit], &'a [Credit]);

const ROW: &str = "a row of the close";

/// What a row is made of.
#[derive(Default)]
struct Parts {
    balances: Vec<Hash>,
    state: Vec<Hash>,
    /// In the order of their keys.
    cells: Vec<Hash>,
    postings: Vec<Hash>,
}

impl Parts {
    fn row(&self, party: PartyId) -> Row {
        Row {
            party,
            balances: merkle::root_of(&self.balances),
            state: merkle::root_of(&self.state),
            cells: merkle::root_of(&self.cells),
            postings: merkle::root_of(&self.postings),
            posting_count: self.postings.len() as u64,
        }
    }
}

/// The party that a posting of an event is for, and its leaf.
fn leaf_of(index: u64, account: &Account, amount: Amount) -> Result<(PartyId, Hash), FoldError> {
    let leaf = posting_leaf(index, account, amount).map_err(|_| FoldError::OutOfRange { index, what: ROW })?;
    Ok((account.party, leaf))
}

impl State {
    /// The close of the open period under a period key, were it the next submission, and its rows. The submission is
    /// the key's event, then this one; its basis is the state's size.
    pub fn close(
        &mut self,
        key: &PeriodKey,
        past: &(impl Past + ?Sized),
    ) -> Result<(PeriodClosed, Closing), FoldError> {
        let closing = self.settle()?.closing(key.period, past)?;
        let closed = PeriodClosed {
            period: key.period,
            through: self.size(),
            root: closing.rows(&key.key).root(),
            key_hash: key_hash(&key.key),
            rules: self.rules(),
        };
        Ok((closed, closing))
    }
}

impl Settled<'_> {
    /// The rows of a close of the open period, were it the next submission.
    pub fn closing(&self, period: Period, past: &(impl Past + ?Sized)) -> Result<Closing, FoldError> {
        let mut parties: BTreeMap<PartyId, Parts> = BTreeMap::new();
        self.postings(period, &mut parties)?;
        self.cells(past, &mut parties)?;
        let parties = Vec::from_iter(parties);
        let rows = on_each_core(&parties, |some| Vec::from_iter(some.iter().map(|(party, parts)| parts.row(*party))));
        Ok(Closing { rows: rows.concat() })
    }

    /// What is posted in the period, in order: by events themselves, by cells, by the close; and what is held then.
    fn postings(&self, period: Period, parties: &mut BTreeMap<PartyId, Parts>) -> Result<(), FoldError> {
        let state = self.state;
        // The key comes first in the submission, the close second.
        let close = state.size() + 1;
        let wrong = |_| FoldError::OutOfRange { index: close, what: ROW };
        let mut push = |(party, leaf): (PartyId, Hash)| parties.entry(party).or_default().postings.push(leaf);
        for (line, account) in state.balances.journal(state.periods.first_event(state.periods.epoch())) {
            push(leaf_of(line.event, account, line.amount)?);
        }
        let changed = Vec::from_iter(state.cells.changed(state.periods.epoch()));
        for leaves in on_each_core(&changed, |changed| self.differences(changed, close)) {
            leaves?.into_iter().for_each(&mut push);
        }
        let mut held: BTreeMap<Account, Amount> = state.balances.iter().collect();
        let groups = self.groups(period)?;
        for posting in groups.postings() {
            push(leaf_of(close, &posting.account, posting.amount)?);
            let account = held.entry(posting.account).or_default();
            *account = account.try_add(posting.amount).map_err(FoldError::range(close, "the balance of an account"))?;
        }
        for (account, amount) in held.into_iter().filter(|(_, amount)| !amount.is_zero()) {
            let leaf = balance_leaf(&account, amount).map_err(wrong)?;
            parties.entry(account.party).or_default().balances.push(leaf);
        }
        self.figures(&groups.figures, parties).map_err(wrong)
    }

    /// What is counted from this close to the next, by contract and use, by contract and currency, by account; and what
    /// became of the rows of every source.
    fn figures(&self, figures: &Figures, parties: &mut BTreeMap<PartyId, Parts>) -> Result<(), CodecError> {
        let mut push = |party, leaf| parties.entry(party).or_default().state.push(leaf);
        let counted =
            |contract, of: groups::Use| Counted { contract, use_type: of.of, configuration: of.configuration };
        for ((contract, of), units) in &figures.units {
            if let Some(terms) = self.state.catalogue.contract_version(*contract) {
                push(terms.party, counter_leaf(&counted(*contract, *of), *units)?);
            }
        }
        for ((page, of), earned) in &figures.earned {
            push(page.party, earned_leaf(&counted(page.contract, *of), page.currency, *earned)?);
        }
        for (page, sums) in &figures.sums {
            let Page { party, contract, currency } = *page;
            let groups::Sums { uplift, shared, costs } = *sums;
            push(party, sums_leaf(&Sums { contract, currency, uplift, shared, costs })?);
        }
        for (account, reserve) in &figures.reserves {
            let Reserve { kept, released, after, parts } = *reserve;
            push(account.party, reserve_leaf(&Schedule { account: *account, kept, released, after, parts })?);
        }
        let mut rows = self.rows();
        for (index, source) in self.state.sources.iter() {
            let states = rows.remove(&index).unwrap_or_default();
            push(source.reporter, source_leaf(index, source.rows, &states));
        }
        Ok(())
    }

    /// What cells post in the close of that index, in order: the party of each posting, and its leaf.
    fn differences(&self, changed: &[Changed<'_>], close: u64) -> Result<Vec<(PartyId, Hash)>, FoldError> {
        let mut leaves = Vec::new();
        for (number, before, now) in changed {
            let Some(cell) = self.state.cells.cell(*number) else { continue };
            let changes = change(before, now).map_err(FoldError::range(close, ROW))?;
            for (account, amount) in self.difference(cell, &changes)? {
                leaves.push(leaf_of(close, &account, amount)?);
            }
        }
        Ok(leaves)
    }

    /// What changed credits post, by account, and what the source owes for it: debit above zero.
    fn difference(&self, cell: &Cell, changes: &[Credit]) -> Result<BTreeMap<Account, Amount>, FoldError> {
        let mut difference: BTreeMap<Account, Amount> = BTreeMap::new();
        let state = self.state;
        let Some((source, _)) = state.sources.row(cell.key.source) else { return Ok(difference) };
        for (account, credit) in changes {
            let Some(account) = state.balances.account(*account) else { continue };
            let owed = difference.entry(accounts::receivable(source, account.currency)).or_default();
            *owed = owed.try_add(*credit).map_err(FoldError::range(source, "the money of a cell"))?;
            difference.insert(*account, -*credit);
        }
        difference.retain(|_, amount| !amount.is_zero());
        Ok(difference)
    }

    /// The cells of the open period, each with the party of every part.
    fn cells(&self, past: &(impl Past + ?Sized), parties: &mut BTreeMap<PartyId, Parts>) -> Result<(), FoldError> {
        let epoch = self.state.periods.epoch();
        let cells = self.state.cells.iter().filter(|(_, cell, _)| cell.key.epoch == epoch);
        let lines = self.lines(past)?;
        let mut rest = &*lines;
        let of_cells = Vec::from_iter(cells.map(|(number, ..)| {
            let (own, others) = rest.split_at(rest.partition_point(|(cell, _)| *cell <= number));
            rest = others;
            (number, own)
        }));
        let mut leaves: Vec<(Vec<u8>, u32, Hash)> = Vec::with_capacity(of_cells.len());
        for some in on_each_core(&of_cells, |some| self.cell_leaves(some)) {
            leaves.append(&mut some?);
        }
        leaves.sort_unstable();
        for (_, cell, leaf) in leaves {
            let of: BTreeSet<PartyId> = self.holders(self.state.cells.posted(cell)).collect();
            for party in of {
                parties.entry(party).or_default().cells.push(leaf);
            }
        }
        Ok(())
    }

    /// The leaf of each cell, with its key and its number, given its lines.
    fn cell_leaves(&self, of_cells: &[(u32, &[Line])]) -> Result<Vec<(Vec<u8>, u32, Hash)>, FoldError> {
        let cells = &self.state.cells;
        let mut leaves = Vec::with_capacity(of_cells.len());
        for (number, lines) in of_cells {
            let Some(cell) = cells.cell(*number) else { continue };
            let Some(key) = self.cell_key(&cell.key)? else { continue };
            let indices: Vec<Hash> = lines.iter().map(|(_, index)| leaf_hash(&index.to_be_bytes())).collect();
            let indices = merkle::root_of(&indices);
            let leaf = cell_leaf(&key, cell.lines, cell.units, cell.money, cells.gross(*number), &indices);
            leaves.push((key, *number, leaf));
        }
        Ok(leaves)
    }

    fn holders(&self, credits: &[Credit]) -> impl Iterator<Item = PartyId> {
        credits.iter().filter_map(|(account, _)| Some(self.state.balances.account(*account)?.party))
    }

    /// `source u64 | resource u32 | release u32 | controller u32 | terms | period u32`.
    fn cell_key(&self, key: &Key) -> Result<Option<Vec<u8>>, FoldError> {
        let state = self.state;
        let (source, terms) = (state.sources.row(key.source), state.cells.terms_of(key.terms));
        let Some((((source, _), terms), period)) = source.zip(terms).zip(state.periods.of_epoch(key.epoch)) else {
            return Ok(None);
        };
        let bytes = codec::encode(&(source, key.resource, key.release, key.controller, *terms, period));
        bytes.map(Some).map_err(|_| FoldError::OutOfRange { index: source, what: "the key of a cell" })
    }

    /// The lines of the open period and the reversals of lines, in order of cell and index.
    fn lines(&self, past: &(impl Past + ?Sized)) -> Result<Vec<Line>, FoldError> {
        let state = self.state;
        let mut lines: Vec<Line> = Vec::new();
        past.each(state.periods.first_event(state.periods.epoch())..state.size(), &mut |index, body| {
            lines.extend(state.cell_of(index, body, past)?.map(|cell| (cell, index)));
            Ok(ControlFlow::Continue(()))
        })?;
        lines.sort_unstable();
        Ok(lines)
    }
}
