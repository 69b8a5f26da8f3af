//! Rating the cells that changed, and what can be asked once that is done.

use std::thread;

use ledger_spec::account::Account;
use ledger_spec::money::Amount;

use super::balances::Balances;
use super::catalogue::Answers;
use super::cells::{Credit, change};
use super::error::FoldError;
use super::state::State;
use crate::royalty::{self, CellFacts, Content, Rating};

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
    pub rating: Rating,
}

/// What is to be posted of a cell: its source, and credits by account.
struct Draft {
    source: u64,
    credits: Vec<(Numbered, Amount)>,
}

/// An account by its number, or one that has none yet.
enum Numbered {
    Known(u32),
    New(Account),
}

/// Cells rated at a time: as many drafts are held in memory before they are posted.
const AT_ONCE: usize = 1 << 16;

/// Fewer cells than this are rated before another thread has started.
const WORTH_A_THREAD: usize = 1 << 10;

impl State {
    /// Rates every cell that changed, and posts the differences in the open period. After [`FoldError::Beyond`] the
    /// state is as good as before.
    pub fn settle(&mut self) -> Result<Settled<'_>, FoldError> {
        self.rate_changed()?;
        self.balances.in_range()?;
        Ok(Settled { state: self })
    }

    /// The same without a look at what accounts come to. Rating looks at what the events said and at nothing that is
    /// posted, so cells are rated side by side; in which order they are posted does not matter.
    pub(super) fn rate_changed(&mut self) -> Result<(), FoldError> {
        let mut stale = self.cells.take_stale();
        // Cells of one recording ask the catalogue for the same, which is at hand then.
        let key = |number: &u32| self.cells.cell(*number).map(|cell| (cell.key.source, cell.key.resource));
        stale.sort_by_cached_key(|number| (key(number), *number));
        for numbers in stale.chunks(AT_ONCE) {
            for (number, draft) in numbers.iter().zip(self.drafts(numbers)) {
                if let Some(draft) = draft {
                    self.post_cell(*number, &draft)?;
                }
            }
        }
        Ok(())
    }

    /// A draft of each cell, made on every core.
    fn drafts(&self, numbers: &[u32]) -> Vec<Option<Draft>> {
        let some = |numbers: &[u32]| numbers.iter().map(|number| self.draft(*number)).collect::<Vec<_>>();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let each = numbers.len().div_ceil(threads).max(WORTH_A_THREAD);
        let Some((own, others)) = numbers.split_at_checked(each) else { return some(numbers) };
        thread::scope(|scope| {
            let others: Vec<_> = others.chunks(each).map(|numbers| scope.spawn(move || some(numbers))).collect();
            let mut drafts = some(own);
            for other in others {
                // A panic there is one here.
                drafts.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            drafts
        })
    }

    fn draft(&self, number: u32) -> Option<Draft> {
        let Rated { source, rating } = self.rate(number)?;
        let numbered = |account: &Account| match self.balances.find(account) {
            Some(number) => Numbered::Known(number),
            None => Numbered::New(*account),
        };
        let credits = rating.parts.iter().map(|part| (numbered(&part.account), part.amount)).collect();
        Some(Draft { source, credits })
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
            received: source.received,
            period: self.periods.of_epoch(cell.key.epoch)?,
        };
        let content = match source.reversed {
            None => {
                Content { units: cell.units, lines: cell.lines, money: cell.money, gross: self.cells.gross(number) }
            }
            Some(_) => Content::default(),
        };
        let answers = Answers { catalogue: &self.catalogue, sources: &self.sources };
        Some(Rated { source: event, rating: royalty::rate(&facts, &content, &answers) })
    }

    /// Posts the difference between what is posted of a cell and what it rates at now.
    fn post_cell(&mut self, number: u32, draft: &Draft) -> Result<(), FoldError> {
        let index = draft.source;
        let wide = FoldError::range(index, "a part of a cell");
        let credits = self.credits(draft)?;
        let changes = change(self.cells.posted(number), &credits).map_err(wide)?;
        if changes.is_empty() {
            return Ok(());
        }
        self.balances.accrue(index, &changes)?;
        self.cells.post(number, credits.into(), self.periods.epoch());
        Ok(())
    }

    /// The credits of a draft by account, in order and without zeros.
    fn credits(&mut self, draft: &Draft) -> Result<Vec<Credit>, FoldError> {
        let mut credits: Vec<Credit> = Vec::with_capacity(draft.credits.len());
        for (account, part) in &draft.credits {
            let account = match account {
                Numbered::Known(number) => *number,
                Numbered::New(account) => self.balances.number(draft.source, account)?,
            };
            match credits.iter_mut().find(|(known, _)| *known == account) {
                Some((_, amount)) => {
                    *amount = amount.try_add(*part).map_err(FoldError::range(draft.source, "a part of a cell"))?;
                }
                None => credits.push((account, *part)),
            }
        }
        credits.retain(|(_, amount)| !amount.is_zero());
        credits.sort_unstable_by_key(|(account, _)| *account);
        Ok(credits)
    }
}
