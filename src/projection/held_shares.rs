//! What waits for an agreed share of a work: until a licence covers it, or until the price of the licence can be had.
//!
//! Like what is contested, it stands in suspense accounts that name no party; whose it is follows from the cells and the
//! shares behind them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ledger_spec::code::{Rights, SuspenseReason};
use ledger_spec::money::{Amount, AmountError, Currency, Ratio};
use ledger_spec::reference::PartyId;

use super::error::FoldError;
use super::rating::Settled;
use crate::royalty::{Holder, Mechanical, Occasion, Part, Why};

/// Why money waits for a share.
const REASONS: [SuspenseReason; 2] = [SuspenseReason::UNLICENSED, SuspenseReason::NO_RATE];

/// An agreed share of a work that money waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldShare {
    /// Why it waits.
    pub reason: SuspenseReason,
    /// The work.
    pub work: u64,
    /// The share's event.
    pub share: u64,
    /// How much of the whole work it is.
    pub part: Ratio,
    /// Whether what waits is for all who have a part in the use: no price says how much of it is for the share.
    pub for_all: bool,
}

/// The money that waits for one share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldFor {
    /// The share, and why it waits.
    pub held: HeldShare,
    /// The currency.
    pub currency: Currency,
    /// How much waits.
    pub amount: Amount,
}

impl Settled<'_> {
    /// What waits for the agreed shares of a party: by currency, the largest first.
    pub fn held_for(&self, party: PartyId) -> Result<Vec<HeldFor>, FoldError> {
        let mut found: BTreeMap<(Currency, HeldShare), Amount> = BTreeMap::new();
        let wide = |error: AmountError| FoldError::range(self.state.size(), "a sum of what waits")(error);
        for number in self.cells_waiting_for(party, &REASONS) {
            let parts = self.state.rate(number).map(|rating| rating.parts).unwrap_or_default();
            for Part { account, amount, why } in &parts {
                for held in self.shares_held(number, account.reason, why, party) {
                    let sum = found.entry((account.currency, held)).or_default();
                    *sum = sum.try_add(*amount).map_err(wide)?;
                }
            }
        }
        let found = found.into_iter().filter(|(_, amount)| !amount.is_zero());
        let mut held: Vec<HeldFor> =
            found.map(|((currency, held), amount)| HeldFor { held, currency, amount }).collect();
        held.sort_by_key(|held| (held.currency, Reverse(held.amount.abs())));
        Ok(held)
    }

    /// The shares of a party that a part of a cell waits for.
    fn shares_held(&self, cell: u32, reason: SuspenseReason, why: &Why, party: PartyId) -> Vec<HeldShare> {
        let (work, of) = match *why {
            Why::Mechanical(Mechanical { holder: Holder::Unlicensed { share, .. }, work, .. }) => (work, Some(share)),
            Why::Unlicensed { work } | Why::NoRate { work, .. } => (work, None),
            _ => return Vec::new(),
        };
        let agreed = self.agreed_in(cell, work).unwrap_or_default();
        let shares =
            agreed.into_iter().filter(|(share, holder, _)| *holder == party && of.is_none_or(|of| of == *share));
        shares.map(|(share, _, part)| HeldShare { reason, work, share, part, for_all: of.is_none() }).collect()
    }

    /// The agreed shares of a work that hold for the uses of a cell: event, party and part.
    fn agreed_in(&self, cell: u32, work: u64) -> Option<Vec<(u64, PartyId, Ratio)>> {
        let state = self.state;
        let key = state.cells.cell(cell)?.key;
        let terms = state.cells.terms_of(key.terms)?;
        let (source, opened) = state.sources.row(key.source)?;
        let on = Occasion { used: terms.to, received: opened.received, source };
        let agreed = state.catalogue.agreed_for(work, Rights::MECHANICAL, terms.territory, on);
        Some(agreed.into_iter().map(|agreed| (agreed.event, agreed.party, agreed.share)).collect())
    }
}
