//! What a close says of every party: the rows under its root (SPEC.md section 14).
//!
//! Computed from a state that is rated to the end, and the lines of the open period. The writer's judge holds a close
//! against it; whoever makes a close computes it; an auditor computes it again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use ledger_spec::account::Account;
use ledger_spec::codec::{self, CodecError};
use ledger_spec::date::Period;
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::hash::{Hash, empty_root, leaf_hash};
use ledger_spec::merkle::{self, Range};
use ledger_spec::money::Amount;
use ledger_spec::period::{
    Counted, Row, Rows, Schedule, Sums, balance_leaf, cell_leaf, counter_leaf, earned_leaf, key_hash, posting_leaf,
    reserve_leaf, source_leaf, sums_leaf,
};
use ledger_spec::reference::PartyId;

use super::cells::{Cell, Credit, Key, change};
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

/// What a row is made of.
#[derive(Default)]
struct Parts {
    balances: Vec<Hash>,
    state: Vec<Hash>,
    cells: Vec<(Vec<u8>, Hash)>,
    postings: Vec<Hash>,
}

impl Parts {
    fn row(mut self, party: PartyId) -> Row {
        self.cells.sort_unstable();
        let cells: Vec<Hash> = self.cells.into_iter().map(|(_, leaf)| leaf).collect();
        Row {
            party,
            balances: merkle::root_of(&self.balances),
            state: merkle::root_of(&self.state),
            cells: merkle::root_of(&cells),
            postings: merkle::root_of(&self.postings),
            posting_count: self.postings.len() as u64,
        }
    }
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
        let rows = parties.into_iter().map(|(party, parts)| parts.row(party));
        Ok(Closing { rows: rows.collect() })
    }

    /// What is posted in the period, in order: by events themselves, by cells, by the close; and what is held then.
    fn postings(&self, period: Period, parties: &mut BTreeMap<PartyId, Parts>) -> Result<(), FoldError> {
        let state = self.state;
        // The key comes first in the submission, the close second.
        let close = state.size() + 1;
        let row = "a row of the close";
        let wrong = |_| FoldError::OutOfRange { index: close, what: row };
        let mut post = |index, account: &Account, amount| {
            let leaf = posting_leaf(index, account, amount).map_err(wrong)?;
            parties.entry(account.party).or_default().postings.push(leaf);
            Ok::<_, FoldError>(())
        };
        for (line, account) in state.balances.journal(state.periods.first_event(state.periods.epoch())) {
            post(line.event, account, line.amount)?;
        }
        for (number, before, now) in state.cells.changed(state.periods.epoch()) {
            let Some(cell) = state.cells.cell(number) else { continue };
            let changes = change(before, now).map_err(FoldError::range(close, row))?;
            for (account, amount) in self.difference(cell, &changes)? {
                post(close, &account, amount)?;
            }
        }
        let mut held: BTreeMap<Account, Amount> = state.balances.iter().collect();
        let groups = self.groups(period)?;
        for posting in groups.postings() {
            post(close, &posting.account, posting.amount)?;
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
        let state = self.state;
        let epoch = state.periods.epoch();
        let lines = self.lines(past)?;
        for (number, cell, posted) in state.cells.iter().filter(|(_, cell, _)| cell.key.epoch == epoch) {
            let Some(key) = self.cell_key(&cell.key)? else { continue };
            let indices = lines.get(&number).and_then(Range::root).unwrap_or_else(empty_root);
            let leaf = cell_leaf(&key, cell.lines, cell.units, cell.money, state.cells.gross(number), &indices);
            let mut of: Vec<PartyId> = self.holders(posted).collect();
            of.sort_unstable();
            of.dedup();
            for party in of {
                parties.entry(party).or_default().cells.push((key.clone(), leaf));
            }
        }
        Ok(())
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

    /// For each cell of the open period, the tree over the indices of its lines and of reversals of lines.
    fn lines(&self, past: &(impl Past + ?Sized)) -> Result<BTreeMap<u32, Range>, FoldError> {
        let state = self.state;
        let mut lines: BTreeMap<u32, Range> = BTreeMap::new();
        past.each(state.periods.first_event(state.periods.epoch())..state.size(), &mut |index, body| {
            if let Some(cell) = state.cell_of(index, body, past)? {
                lines.entry(cell).or_insert_with(|| Range::new(0)).push(leaf_hash(&index.to_be_bytes()));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(lines)
    }
}
