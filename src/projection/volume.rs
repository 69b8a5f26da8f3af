//! Volume: how much money events state by themselves in a currency, each amount by its size.
//!
//! Lines of sources, balances brought in, payments, advances, costs, conversions, adjustments and payouts state money;
//! everything else that is posted follows from it. What is reversed, a source as a whole, and payouts that failed count no longer. The
//! writer's judge keeps the volume V of a currency within [`LIMIT`], a tenth of what an account can hold, so that whatever is
//! accepted can be taken in, now and in every replay:
//!
//! - A cell holds lines and reversals of lines of one source: its money is at most the source's part of V, and all
//!   cells together hold at most 2 V. A line and its reversal may be in cells of two periods, so a source counts line by
//!   line until it is reversed as a whole.
//! - The residue of a source is half a pico for each of its lines at most.
//! - What an event posts by itself to an account is at most what it adds to V, and a reversal takes back exactly that.
//!   Closing moves what was earned on, and what was paid ahead back; each is within what there was until then. So an
//!   account holds five times V at most.
//! - Shares, splits and commissions divide the money of cells. Mechanicals, those of pools included, and royalties of a
//!   price do not: a rate is multiplied by units, or by a gross. What they come to in a cell is capped
//!   ([`crate::royalty`]); what they bring an account to over many cells, and what steps of a rate make of it at a close,
//!   no earlier event can know. Therefore totals of accounts are wider than an amount ([`super::balances`]): such an
//!   account stops nobody from taking back the rate or the licence, and nothing is shown, paid or closed before.

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use ledger_spec::money::{Amount, Currency};

use super::catalogue::Moment;
use super::error::FoldError;
use super::sources::Source;
use super::state::State;
use crate::royalty::Posting;

/// Most that events may state in a currency, in picos: 10^14 units, more than the world earns in a year.
pub(crate) const LIMIT: i128 = 10i128.pow(14 + Amount::SCALE as u32);

/// What closed sources and other events state, by currency. What open sources state is with their totals, where it
/// costs nothing to add a line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub(super) struct Volume(BTreeMap<Currency, i128>);

impl Volume {
    pub(super) fn add(&mut self, stated: impl Iterator<Item = (Currency, i128)>) {
        for (currency, size) in stated {
            let volume = self.0.entry(currency).or_default();
            // Saturates for logs alone that no judge has seen.
            *volume = volume.saturating_add(size);
        }
    }

    pub(super) fn take_out(&mut self, stated: impl Iterator<Item = (Currency, i128)>) {
        self.add(stated.map(|(currency, size)| (currency, -size)));
    }
}

/// What postings state, by currency: their debits, which are as much as their credits.
pub(super) fn debits(postings: &[Posting]) -> impl Iterator<Item = (Currency, i128)> {
    let debits = postings.iter().filter(|posting| posting.amount > Amount::ZERO);
    debits.map(|posting| (posting.account.currency, posting.amount.picos()))
}

impl Source {
    /// What its lines state, by currency.
    pub(super) fn stated(&self) -> impl Iterator<Item = (Currency, i128)> {
        self.reporting.iter().map(|reporting| (reporting.currency, reporting.size))
    }
}

impl State {
    /// The volume of a currency.
    pub(super) fn volume(&self, currency: Currency) -> i128 {
        let open = self.sources.open().filter_map(|source| self.sources.get(source)).flat_map(Source::stated);
        let closed = self.volume.0.get(&currency).copied().unwrap_or_default();
        open.filter(|(of, _)| *of == currency).fold(closed, |sum, (_, size)| sum.saturating_add(size))
    }

    /// Posts what an event states.
    pub(super) fn stated(&mut self, at: &Moment, posted: &[Posting]) -> Result<(), FoldError> {
        self.volume.add(debits(posted));
        self.stated_by.push(at.index, at.by)?;
        self.balances.record(at.index, posted)
    }

    /// Posts what takes back what an earlier event had `posted`.
    pub(super) fn taken_back(&mut self, at: &Moment, posted: &[Posting], back: &[Posting]) -> Result<(), FoldError> {
        self.volume.take_out(debits(posted));
        self.balances.record(at.index, back)
    }
}
