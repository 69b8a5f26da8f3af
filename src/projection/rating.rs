//! Rating the cells that changed, and what can be asked once that is done.

use ledger_spec::account::Account;
use ledger_spec::money::Amount;

use super::balances::Balances;
use super::catalogue::Answers;
use super::cells::{Credit, Credits, change};
use super::cores::on_each_core;
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

/// What is to be posted of a cell.
struct Draft {
    /// The source of its lines.
    source: u64,
    credits: Drafted,
}

/// Credits of which every account has its number, or those of which one has none yet.
enum Drafted {
    Known(Credits),
    New(Vec<(Account, Amount)>),
}

/// Cells rated at a time: as many drafts are held in memory before they are posted.
const AT_ONCE: usize = 1 << 16;

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
            let drafts = on_each_core(numbers, |numbers| self.drafts(numbers));
            let drafts = drafts.into_iter().collect::<Result<Vec<_>, _>>()?;
            for (number, draft) in numbers.iter().zip(drafts.into_iter().flatten()) {
                if let Some(draft) = draft {
                    self.post_cell(*number, draft)?;
                }
            }
        }
        Ok(())
    }

    /// A draft of each cell.
    fn drafts(&self, numbers: &[u32]) -> Result<Vec<Option<Draft>>, FoldError> {
        let mut rating = Rating::default();
        numbers.iter().map(|number| self.draft(*number, &mut rating)).collect()
    }

    /// A draft of a cell. `rating` is room to rate it in.
    fn draft(&self, number: u32, rating: &mut Rating) -> Result<Option<Draft>, FoldError> {
        let Some((facts, content)) = self.facts(number) else { return Ok(None) };
        royalty::rate_into(&facts, &content, &self.answers(), rating);
        let mut known = Vec::with_capacity(rating.parts.len());
        known.extend(rating.parts.iter().map_while(|part| Some((self.balances.find(&part.account)?, part.amount))));
        let credits = if known.len() == rating.parts.len() {
            Drafted::Known(credits(facts.source, known)?)
        } else {
            Drafted::New(rating.parts.iter().map(|part| (part.account, part.amount)).collect())
        };
        Ok(Some(Draft { source: facts.source, credits }))
    }

    /// Rates a cell by the catalogue as it stands.
    pub(super) fn rate(&self, number: u32) -> Option<Rating> {
        let (facts, content) = self.facts(number)?;
        Some(royalty::rate(&facts, &content, &self.answers()))
    }

    fn answers(&self) -> Answers<'_> {
        Answers { catalogue: &self.catalogue, sources: &self.sources }
    }

    /// A cell as the rules take it. One of a source that was reversed has no content.
    fn facts(&self, number: u32) -> Option<(CellFacts<'_>, Content)> {
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
        Some((facts, content))
    }

    /// Posts the difference between what is posted of a cell and what it rates at now.
    fn post_cell(&mut self, number: u32, Draft { source, credits }: Draft) -> Result<(), FoldError> {
        let credits = match credits {
            Drafted::Known(credits) => credits,
            Drafted::New(parts) => {
                let number = |(account, part)| Ok((self.balances.number(source, &account)?, part));
                self::credits(source, parts.into_iter().map(number).collect::<Result<_, FoldError>>()?)?
            }
        };
        let posted = self.cells.posted(number);
        if *posted == *credits {
            return Ok(());
        }
        if posted.is_empty() {
            self.balances.accrue(source, &credits)?;
        } else {
            let changes = change(posted, &credits).map_err(FoldError::range(source, PART))?;
            self.balances.accrue(source, &changes)?;
        }
        self.cells.post(number, credits, self.periods.epoch());
        Ok(())
    }
}

const PART: &str = "a part of a cell";

/// The parts of a cell as its credits: one for each account, in order and without zeros.
fn credits(source: u64, mut parts: Vec<Credit>) -> Result<Credits, FoldError> {
    parts.sort_unstable_by_key(|(account, _)| *account);
    let mut beyond = None;
    parts.dedup_by(|(account, part), (before, sum)| {
        let same = account == before;
        if same {
            sum.try_add(*part).map_or_else(|error| beyond = Some(error), |added| *sum = added);
        }
        same
    });
    parts.retain(|(_, amount)| !amount.is_zero());
    beyond.map_or(Ok(parts.into()), |error| Err(FoldError::range(source, PART)(error)))
}
