//! Pools: the figures of offerings, by source and month.

use bincode::{Decode, Encode};
use ledger_spec::date::Date;
use ledger_spec::event::usage::PoolReported;

use super::super::error::FoldError;
use super::super::sources::Sources;
use super::super::table::{Fact, Status};
use super::works::facts;
use super::{Catalogue, Moment, Touch};

/// The figures of an offering in a month.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Pool {
    pub status: Status,
    /// What was said.
    pub said: PoolReported,
}

facts!(Pool);

impl Catalogue {
    pub(super) fn pool(&mut self, at: &Moment, pool: &PoolReported, sources: &mut Sources) -> Result<(), FoldError> {
        let status = Status::new(at.by, pool.replaces.map(|event| at.resolve(event)));
        self.touch_pool(Some(status.replaces));
        let number = self.pools.state(at.index, Pool { status, said: *pool })?;
        let source = sources.get_mut(at.index, pool.source)?;
        self.lists.pools.push(&mut source.pools, number).ok_or(FoldError::TooMany { index: at.index })?;
        self.touch_pool(Some(at.index));
        Ok(())
    }

    pub(super) fn touch_pool(&mut self, pool: Option<u64>) {
        if let Some(source) = pool.and_then(|pool| self.pools.get(pool)).map(|pool| pool.said.source) {
            self.touch(Touch::Source(source));
        }
    }

    /// The pools of a source that count and are of a day's month, with their events.
    pub(crate) fn pools_on(&self, sources: &Sources, source: u64, day: Date) -> impl Iterator<Item = (u64, &Pool)> {
        let pools = sources.get(source).map(|source| source.pools).unwrap_or_default();
        let numbers = self.lists.pools.iter(pools);
        let live = numbers.filter_map(|number| self.pools.live_row(number));
        live.filter(move |(_, pool)| pool.said.month.period() == day.period())
    }
}
