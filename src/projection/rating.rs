//! Rating the cells that changed, and what can be asked once that is done.

use ledger_spec::money::Currency;

use super::balances::Balances;
use super::catalogue::Answers;
use super::cells::{Credit, Credits};
use super::error::FoldError;
use super::state::State;
use crate::royalty::{self, CellFacts, Content, Part, Rating, Why, postings};

/// A state whose cells are all rated: its balances are those of the events it has seen.
#[derive(Debug, Clone, Copy)]
pub struct Settled<'a> {
    pub(super) state: &'a State,
}

impl<'a> Settled<'a> {
    /// What every account holds.
    pub fn balances(&self) -> &'a Balances {
        &self.state.balances
    }

    /// The state.
    pub fn state(&self) -> &'a State {
        self.state
    }
}

/// A cell, rated by the catalogue as it stands.
pub(super) struct Rated {
    /// The source of its lines.
    pub source: u64,
    pub currency: Currency,
    pub rating: Rating,
}

impl State {
    /// Rates every cell that changed, and posts the differences in the open period. After [`FoldError::Beyond`] the
    /// state is as good as before.
    pub fn settle(&mut self) -> Result<Settled<'_>, FoldError> {
        self.rate_changed()?;
        self.balances.in_range()?;
        Ok(Settled { state: self })
    }

    /// The same without a look at what accounts come to.
    pub(super) fn rate_changed(&mut self) -> Result<(), FoldError> {
        let mut stale = self.cells.take_stale();
        stale.sort_unstable();
        for number in stale {
            self.post_cell(number)?;
        }
        Ok(())
    }

    /// Rates a cell. One of a source that was reversed has no content.
    pub(super) fn rate(&self, number: u32) -> Option<Rated> {
        let cell = self.cells.cell(number)?;
        let terms = self.cells.terms_of(cell.key.terms)?;
        let (event, source) = self.sources.row(cell.key.source)?;
        let facts = CellFacts {
            source: event,
            resource: cell.key.resource,
            release: cell.key.release,
            controller: cell.key.controller,
            terms,
            period: self.periods.of_epoch(cell.key.epoch)?,
        };
        let content = match source.reversed {
            None => {
                Content { units: cell.units, lines: cell.lines, money: cell.money, gross: self.cells.gross(number) }
            }
            Some(_) => Content::default(),
        };
        let answers = Answers { catalogue: &self.catalogue, sources: &self.sources };
        Some(Rated { source: event, currency: terms.currency, rating: royalty::rate(&facts, &content, &answers) })
    }

    /// Posts the difference between what is posted of a cell and what it rates at now.
    fn post_cell(&mut self, number: u32) -> Result<(), FoldError> {
        let Some(rated) = self.rate(number) else { return Ok(()) };
        let index = rated.source;
        let accounts = self
            .cells
            .posted(number)
            .iter()
            .filter_map(|(account, amount)| Some((self.balances.account(*account)?, *amount)));
        let before: Vec<Part> =
            accounts.map(|(account, amount)| Part { account: *account, amount, why: Why::Reported }).collect();
        let difference = postings::accrued(rated.source, rated.currency, &before, &rated.rating.parts);
        let difference = difference.map_err(|error| FoldError::Posting { index, error })?;
        if difference.is_empty() {
            return Ok(());
        }
        self.balances.post(index, &difference)?;
        let credits = self.credits(index, &rated.rating)?;
        self.cells.post(number, credits, self.periods.epoch());
        Ok(())
    }

    /// The parts of a rating by account.
    fn credits(&mut self, index: u64, rating: &Rating) -> Result<Credits, FoldError> {
        let mut credits: Vec<Credit> = Vec::with_capacity(rating.parts.len());
        for part in &rating.parts {
            let account = self.balances.number(index, &part.account)?;
            match credits.iter_mut().find(|(known, _)| *known == account) {
                Some((_, amount)) => {
                    *amount = amount.try_add(part.amount).map_err(FoldError::range(index, "a part of a cell"))?;
                }
                None => credits.push((account, part.amount)),
            }
        }
        credits.retain(|(_, amount)| !amount.is_zero());
        credits.sort_unstable_by_key(|(account, _)| *account);
        Ok(credits.into())
    }
}
