//! What is contested: money of a work that somebody claims and nobody has agreed, by whom, and how much waits for it.
//!
//! The suspense account says no more than that it waits. Whose it may be follows from the cells behind it and the claims
//! that apply to them, so nothing of this is kept: a claim, a share or a reversal changes it with what waits.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Rights, SuspenseReason};
use ledger_spec::money::{Amount, AmountError, Currency, Ratio};
use ledger_spec::reference::PartyId;

use super::catalogue::{Agreed, Claim};
use super::cells::Credit;
use super::error::FoldError;
use super::rating::Settled;
use super::touch::cells_of_work;
use crate::royalty::{Holder, Mechanical, Occasion, Part, Why};

/// A claim on a work, and how much of it is agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimant {
    /// The claim.
    pub claim: u64,
    /// Who claims.
    pub party: PartyId,
    /// How much of the whole work.
    pub share: Ratio,
    /// How much of that is agreed, and so paid.
    pub agreed: Ratio,
}

impl Claimant {
    /// Whether more is claimed than is agreed.
    pub fn is_open(&self) -> bool {
        self.share > self.agreed
    }
}

/// A part of a work that is claimed, and agreed with nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slice {
    /// The work.
    pub work: u64,
    /// How much of the whole work it is.
    pub part: Ratio,
    /// Every claim to own of the work that applies, in the order they were recorded.
    pub claims: Vec<Claimant>,
}

impl Slice {
    /// Whether a party claims of it.
    pub fn is_claimed_by(&self, party: PartyId) -> bool {
        self.claims.iter().any(|claim| claim.party == party && claim.is_open())
    }

    /// The parties that claim of it, each once.
    pub fn claimants(&self) -> BTreeSet<PartyId> {
        self.claims.iter().filter(|claim| claim.is_open()).map(|claim| claim.party).collect()
    }
}

/// The money that waits for one slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contested {
    /// Which part of which work, and who claims it.
    pub slice: Slice,
    /// The currency.
    pub currency: Currency,
    /// How much waits.
    pub amount: Amount,
}

impl Settled<'_> {
    /// What waits as contested, of a party what it claims itself: by currency, the largest first. An amount waits once,
    /// however many claim it.
    pub fn contested(&self, party: Option<PartyId>) -> Result<Vec<Contested>, FoldError> {
        let mut found: BTreeMap<(Currency, Slice), Amount> = BTreeMap::new();
        let wide = |error: AmountError| FoldError::range(self.state.size(), "a sum of what is contested")(error);
        for number in self.contested_cells(party) {
            let parts = self.state.rate(number).map(|rating| rating.parts).unwrap_or_default();
            for Part { account, amount, why } in &parts {
                let slice = self.slice(number, why);
                let Some(slice) = slice.filter(|slice| party.is_none_or(|party| slice.is_claimed_by(party))) else {
                    continue;
                };
                let sum = found.entry((account.currency, slice)).or_default();
                *sum = sum.try_add(*amount).map_err(wide)?;
            }
        }
        let found = found.into_iter().filter(|(_, amount)| !amount.is_zero());
        let contested = |((currency, slice), amount)| Contested { slice, currency, amount };
        let mut contested: Vec<Contested> = found.map(contested).collect();
        contested.sort_by_key(|contested| (contested.currency, Reverse(contested.amount.abs())));
        Ok(contested)
    }

    /// The cells with money that waits as contested; for a party, of the works that it claims.
    fn contested_cells(&self, party: Option<PartyId>) -> BTreeSet<u32> {
        let state = self.state;
        let Some(party) = party else {
            let accounts = self.suspense_accounts(&[SuspenseReason::CONTESTED]);
            let holds = |posted: &[Credit]| posted.iter().any(|(account, _)| accounts.contains(account));
            return state.cells.iter().filter(|(_, _, posted)| holds(posted)).map(|(number, ..)| number).collect();
        };
        self.cells_waiting_for(party, &[SuspenseReason::CONTESTED])
    }

    /// The cells of works that a party claims, with money that waits for one of these reasons.
    pub(super) fn cells_waiting_for(&self, party: PartyId, reasons: &[SuspenseReason]) -> BTreeSet<u32> {
        let state = self.state;
        let accounts = self.suspense_accounts(reasons);
        let mut cells = BTreeSet::new();
        if accounts.is_empty() {
            return cells;
        }
        let claims = state.catalogue.parties.get(&party).map(|party| party.claims).unwrap_or_default();
        let works: BTreeSet<u64> = state.catalogue.claims_in(claims).map(|(_, claim)| claim.work).collect();
        for work in works {
            cells_of_work(work, &state.catalogue, &state.sources, |number| {
                if state.cells.posted(number).iter().any(|(account, _)| accounts.contains(account)) {
                    cells.insert(number);
                }
            });
        }
        cells
    }

    /// The suspense accounts of these reasons, by their numbers.
    fn suspense_accounts(&self, reasons: &[SuspenseReason]) -> BTreeSet<u32> {
        let balances = &self.state.balances;
        let waits = |held: &&Account| held.class == AccountClass::SUSPENSE && reasons.contains(&held.reason);
        balances.accounts().filter(waits).filter_map(|held| balances.find(held)).collect()
    }

    /// What is contested in a part of a cell; none if it is another part.
    pub fn slice(&self, cell: u32, why: &Why) -> Option<Slice> {
        let Why::Mechanical(Mechanical { holder: Holder::Contested, work, share, .. }) = *why else { return None };
        Some(Slice { work, part: share, claims: self.claimants(cell, work)? })
    }

    /// The claims to own of a work that apply to the uses of a cell. Who collects for another claims nothing for itself.
    fn claimants(&self, cell: u32, work: u64) -> Option<Vec<Claimant>> {
        let (state, right) = (self.state, Rights::MECHANICAL);
        let key = state.cells.cell(cell)?.key;
        let terms = state.cells.terms_of(key.terms)?;
        let (source, opened) = state.sources.row(key.source)?;
        let on = Occasion { used: terms.to, received: opened.received, source };
        let agreed = state.catalogue.agreed_for(work, right, terms.territory, on);
        let of = |title: u64| {
            let shares = agreed.iter().filter(|Agreed { title: of, .. }| *of == title);
            Ratio::try_sum(shares.map(|agreed| agreed.share))
        };
        let claims = state.catalogue.claims_in_force(work, right, terms.territory, terms.to);
        let claimant = |(claim, row): (u64, &Claim)| {
            // Agreed shares that cannot be summed leave nothing open of a claim.
            let agreed = of(row.title).unwrap_or(row.share);
            Claimant { claim, party: row.party, share: row.share, agreed }
        };
        Some(claims.filter(|(_, row)| row.collects == 0).map(claimant).collect())
    }
}
