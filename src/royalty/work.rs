//! A work in a use: who holds what of it, under which licence, and what each is owed.
//!
//! Each agreed share is owed to its holder, the claimed rest waits as contested, what nobody claims as unclaimed. It is
//! held at the price that covers the whole work; at a claimant's own only if that claims all of it and no other does, so
//! that no claim makes what is held less.

use ledger_spec::code::{Rights, SuspenseReason};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::money::{Amount, AmountError, Ratio, RatioError, allocate, allocate_shares, weights};
use ledger_spec::reference::PartyId;

use super::accounts;
use super::catalogue::{Catalogue, Claimed, LicenceInForce, MatchedWork, Payee};
use super::cell::{Part, Rating};
use super::licence::{covering, in_time};
use super::price::{licensed, unlicensed};
use super::rate::Use;
use super::title::{Collected, PaidShare, paid};
use super::waits::{Waits, hold};
use super::why::{Cap, Holder, Mechanical, Price, Why};

/// A work in a use, with all that decides what is owed for it.
pub(super) struct Work<'a> {
    of: &'a Use<'a>,
    rule: u64,
    matched: u64,
    /// Which of the works of its match.
    at: usize,
    work: u64,
    weight: Ratio,
    /// Each what is left of it for its party.
    shares: Vec<PaidShare>,
    collected: Vec<Collected>,
    claims: Vec<Claimed>,
    licences: Vec<LicenceInForce>,
    /// Those that would be among them, if they ran on that day, or their notices of intention had been served in time.
    others: Vec<LicenceInForce>,
    /// Who alone is paid for the recording, and owes nothing to itself.
    own: Option<PartyId>,
}

/// A part of a work that is under one licence, or under none.
pub(super) struct Slice<'a> {
    whose: Whose<'a>,
    /// How much of the whole.
    pub part: Ratio,
    pub terms: Covered<'a>,
}

/// By what the price of a part is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covered<'a> {
    /// The licence that covers it.
    By(&'a LicenceInForce),
    /// No licence: by statute, or where that is silent by one that would cover it on another day, if there is one.
    Not { instead: Option<&'a LicenceInForce> },
}

impl<'a> Covered<'a> {
    /// The licence that covers it.
    pub(super) fn licence(self) -> Option<&'a LicenceInForce> {
        match self {
            Covered::By(licence) => Some(licence),
            Covered::Not { .. } => None,
        }
    }
}

/// Whose a part of a work is.
enum Whose<'a> {
    /// Agreed with a holder, and which of the shares it is.
    Agreed { share: &'a PaidShare, at: usize },
    /// Agreed with nobody: how much of the whole is claimed, and how much is not.
    Rest { contested: Ratio, unclaimed: Ratio },
}

/// The cost of a work on some terms, divided among its shares.
pub(super) struct Divided {
    pub price: Price,
    /// In the order of the shares.
    parts: Vec<Amount>,
    /// What no share covers, as far as it is claimed.
    contested: Amount,
    /// The rest of it.
    unclaimed: Amount,
}

impl Divided {
    /// What a slice comes to.
    pub(super) fn of(&self, slice: &Slice<'_>) -> Result<Amount, AmountError> {
        match slice.whose {
            Whose::Agreed { at, .. } => Ok(self.parts.get(at).copied().unwrap_or_default()),
            Whose::Rest { .. } => self.contested.try_add(self.unclaimed),
        }
    }
}

impl<'a> Work<'a> {
    pub(super) fn read(
        of: &'a Use<'a>,
        (at, work): (usize, &MatchedWork),
        rule: u64,
        matched: u64,
        catalogue: &impl Catalogue,
    ) -> Result<Work<'a>, Waits> {
        let (right, terms, day) = (Rights::MECHANICAL, of.facts.terms, of.facts.day());
        let MatchedWork { work, weight } = *work;
        let agreed = catalogue.shares(work, right, terms.territory, of.facts.occasion());
        let (shares, collected) = paid(&agreed)?;
        let claims = catalogue.claims(work, right, terms.territory, day);
        let licences = catalogue.licences(work, right, terms, of.facts.occasion());
        let (licences, others) = licences.into_iter().partition(|licence| licence.runs && in_time(licence.notice, day));
        let own = sole_payee(of, catalogue);
        Ok(Work { of, rule, matched, at, work, weight, shares, collected, claims, licences, others, own })
    }

    /// Pays for the work: each of its slices at the price of its licence.
    pub(super) fn pay(&self, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<(), Waits> {
        self.note_collected(rating);
        let own = self.shares.iter().filter(|share| self.is_own(share));
        rating.notes.extend(own.map(|share| Why::OwnWork { work: self.work, share: share.event }));
        let (slices, mut last) = (self.slices()?, None);
        for slice in &slices {
            let Some(divided) = self.divided(slice, &slices, &mut last, catalogue)? else {
                let waived = |licence: &LicenceInForce| Why::Waived { work: self.work, licence: licence.event };
                rating.notes.extend(slice.terms.licence().map(waived));
                continue;
            };
            let taken = self.cap_taken(&divided.price).filter(|note| !rating.notes.contains(note));
            rating.notes.extend(taken);
            match slice.whose {
                Whose::Agreed { share, .. } => {
                    let amount = divided.of(slice)?;
                    match slice.terms {
                        Covered::By(_) => self.pay_share(share, divided.price, amount, catalogue, rating)?,
                        Covered::Not { .. } => self.hold_share(share, divided.price, amount, rating),
                    }
                }
                Whose::Rest { contested, unclaimed } => self.hold_rest(contested, unclaimed, divided, rating),
            }
        }
        Ok(())
    }

    /// Divides the work's part of a pool. The service owes it to all holders alike: own works are paid, and no other
    /// licence matters.
    pub(super) fn share_out(&self, price: Price, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<(), Waits> {
        self.note_collected(rating);
        let divided = self.divide(price)?;
        for (share, amount) in self.shares.iter().zip(&divided.parts) {
            self.pay_share(share, price, *amount, catalogue, rating)?;
        }
        let (contested, unclaimed) = self.left()?;
        self.hold_rest(contested, unclaimed, &divided, rating);
        Ok(())
    }

    /// The agreed shares that something is owed for, and what all of them leave of the work.
    pub(super) fn slices(&self) -> Result<Vec<Slice<'_>>, RatioError> {
        let among = |licences, holders: &[_]| covering(licences, &self.shares, &self.claims, holders);
        let covering = |holders: &[_]| match among(&self.licences, holders) {
            Some(licence) => Covered::By(licence),
            None => Covered::Not { instead: among(&self.others, holders) },
        };
        let shares = self.shares.iter().enumerate().filter(|(_, share)| !self.is_own(share));
        let agreed = |(at, share)| Slice {
            whose: Whose::Agreed { share, at },
            part: share.share,
            terms: covering(&[share.party, share.owner]),
        };
        let mut slices: Vec<Slice<'_>> = shares.map(agreed).collect();
        let (contested, unclaimed) = self.left()?;
        let part = contested.try_add(unclaimed)?;
        if !part.is_zero() {
            let alone = self.sole_claimant().filter(|_| unclaimed.is_zero());
            slices.push(Slice { whose: Whose::Rest { contested, unclaimed }, part, terms: covering(alone.as_slice()) });
        }
        Ok(slices)
    }

    fn note_collected(&self, rating: &mut Rating) {
        let note = |collected: &Collected| Why::Collected { work: self.work, collected: *collected };
        rating.notes.extend(self.collected.iter().map(note));
    }

    fn is_own(&self, share: &PaidShare) -> bool {
        self.own == Some(share.party)
    }

    /// The note that a cap leaves nothing for the work, if it does.
    fn cap_taken(&self, price: &Price) -> Option<Why> {
        let Price::Capped { licence, cap } = *price else { return None };
        cap.left.is_zero().then_some(Why::CapTaken { work: self.work, licence })
    }

    /// The cost of the work on the terms of a slice, divided; `last` keeps it for the next on the same.
    pub(super) fn divided<'b, 't>(
        &self,
        slice: &Slice<'t>,
        slices: &[Slice<'t>],
        last: &'b mut Option<(Covered<'t>, Divided)>,
        catalogue: &impl Catalogue,
    ) -> Result<Option<&'b Divided>, Waits> {
        if last.as_ref().is_none_or(|(before, _)| *before != slice.terms) {
            let Some(price) = self.price(slice.terms, catalogue)? else { return Ok(None) };
            let divided = match price {
                Price::Capped { cap, .. } => self.divide_left(price, &cap, slice, slices)?,
                price => self.divide(price)?,
            };
            *last = Some((slice.terms, divided));
        }
        Ok(last.as_ref().map(|(_, divided)| divided))
    }

    fn divide(&self, price: Price) -> Result<Divided, Waits> {
        let shares: Vec<Ratio> = self.shares.iter().map(|share| share.share).collect();
        let whole = price.amount()?;
        let (parts, rest) = allocate_shares(whole, &shares)?;
        let (contested, unclaimed) = self.left()?;
        let contested = if unclaimed.is_zero() { rest } else { whole.mul_ratio(contested)? };
        Ok(Divided { price, parts, contested, unclaimed: rest.try_sub(contested)? })
    }

    /// What a cap leaves is for the parts of the work that are under its clause, and for no other.
    fn divide_left(&self, price: Price, cap: &Cap, slice: &Slice<'_>, slices: &[Slice<'_>]) -> Result<Divided, Waits> {
        let rate = |slice: &Slice<'_>| slice.terms.licence().map(|licence| licence.rate);
        let under = slices.iter().filter(|other| rate(other) == rate(slice));
        let mut ratios = vec![Ratio::ZERO; self.shares.len() + 1];
        for slice in under {
            let at = if let Whose::Agreed { at, .. } = slice.whose { at } else { self.shares.len() };
            ratios.iter_mut().skip(at).take(1).for_each(|ratio| *ratio = slice.part);
        }
        let mut parts = allocate(cap.left, &weights(&ratios)?)?;
        let rest = parts.pop().unwrap_or_default();
        let (contested, unclaimed) = self.left()?;
        let held = contested.try_add(unclaimed)?;
        let contested = match unclaimed.is_zero() {
            true => rest,
            false => rest.mul_ratio(contested.try_mul(held.inverse()?)?)?,
        };
        Ok(Divided { price, parts, contested, unclaimed: rest.try_sub(contested)? })
    }

    /// What the whole work costs by the licence that covers it; without one by statute, or where that is silent by what
    /// one asks that would cover it on another day. None if the licence waives it.
    pub(super) fn price(&self, terms: Covered<'_>, catalogue: &impl Catalogue) -> Result<Option<Price>, Waits> {
        let Work { of, work, weight, .. } = *self;
        let by = |licence| licensed(of, &MatchedWork { work, weight }, licence, catalogue);
        match terms {
            Covered::By(licence) => {
                let no_rate =
                    |gap| Waits::new(SuspenseReason::NO_RATE, Why::NoRate { licence: licence.event, work, gap });
                let price = by(licence).map_err(no_rate)?;
                let left = of.caps.map(|caps| caps.left(licence, (of.track, self.at))).transpose().map_err(no_rate)?;
                Ok(left.flatten().map(|cap| Price::Capped { licence: licence.event, cap }).or(price))
            }
            Covered::Not { instead } => {
                let agreed = || instead.and_then(|licence| by(licence).ok().flatten());
                let price = unlicensed(of, catalogue).ok().or_else(agreed);
                price.map(Some).ok_or_else(|| Waits::new(SuspenseReason::UNLICENSED, Why::Unlicensed { work }))
            }
        }
    }

    fn mechanical(&self, price: Price, holder: Holder, share: Ratio) -> Mechanical {
        let Work { rule, matched, work, .. } = *self;
        Mechanical { rule, matched, work, price, holder, share, collects: 0, contract: 0, commission: Ratio::ZERO }
    }

    /// A holder's share that no licence covers: held until one does.
    fn hold_share(&self, share: &PaidShare, price: Price, amount: Amount, rating: &mut Rating) {
        let facts = self.of.facts;
        let late: Vec<_> = self.others.iter().copied().filter(|licence| licence.runs).collect();
        let late = covering(&late, &self.shares, &self.claims, &[share.party, share.owner]);
        let holder = Holder::Unlicensed { share: share.event, late: late.map_or(0, |licence| licence.event) };
        let held = self.mechanical(price, holder, share.share);
        let why = Why::Mechanical(Mechanical { collects: share.collects, ..held });
        rating.add(hold(facts, amount, SuspenseReason::UNLICENSED, why));
    }

    /// A holder's share: owed under its contract.
    fn pay_share(
        &self,
        share: &PaidShare,
        price: Price,
        amount: Amount,
        catalogue: &impl Catalogue,
        rating: &mut Rating,
    ) -> Result<(), Waits> {
        let facts = self.of.facts;
        let owed = self.mechanical(price, Holder::Agreed { share: share.event }, share.share);
        let mut owed = Mechanical { collects: share.collects, ..owed };
        if share.contract != 0 {
            let Some(terms) = catalogue.contract(share.contract, facts.day()) else {
                let why = Why::NoTerms { contract: share.contract, by: share.event };
                rating.add(hold(facts, amount, SuspenseReason::NO_RATE, why));
                return Ok(());
            };
            (owed.contract, owed.commission) = (terms.version, terms.commission);
        }
        let commission = amount.mul_ratio(owed.commission)?;
        rating.add(Part {
            account: accounts::earned(share.party, share.contract, facts.terms.currency),
            amount: amount.try_sub(commission)?,
            why: Why::Mechanical(owed),
        });
        rating.add(Part {
            account: accounts::commission(share.contract, facts.terms.currency),
            amount: commission,
            why: Why::MechanicalCommission(owed),
        });
        Ok(())
    }

    /// What nobody has agreed: contested as far as it is claimed, unclaimed beyond that.
    fn hold_rest(&self, contested: Ratio, unclaimed: Ratio, divided: &Divided, rating: &mut Rating) {
        let slices = [
            (Holder::Contested, SuspenseReason::CONTESTED, contested, divided.contested),
            (Holder::Unclaimed, SuspenseReason::UNCLAIMED, unclaimed, divided.unclaimed),
        ];
        for (holder, reason, share, amount) in slices {
            let why = Why::Mechanical(self.mechanical(divided.price, holder, share));
            rating.add(hold(self.of.facts, amount, reason, why));
        }
    }

    /// How much of what is not agreed is claimed, and how much is not.
    fn left(&self) -> Result<(Ratio, Ratio), RatioError> {
        let agreed = Ratio::try_sum(self.shares.iter().map(|share| share.share))?;
        Ok(self.beyond(agreed, Ratio::ONE.try_sub(agreed)?))
    }

    /// How much of the rest is claimed, and how much is not. Anybody may claim anything, so claims whose sum cannot be
    /// held must not hold up the agreed shares: then all of it is contested.
    fn beyond(&self, agreed: Ratio, rest: Ratio) -> (Ratio, Ratio) {
        let claimed = || match Ratio::try_sum(self.claims.iter().map(|claim| claim.share))?.try_sub(agreed) {
            Err(RatioError::Negative) => Ok(Ratio::ZERO),
            claimed => claimed.map(|claimed| claimed.min(rest)),
        };
        let split = |claimed: Ratio| Ok::<_, RatioError>((claimed, rest.try_sub(claimed)?));
        claimed().and_then(split).unwrap_or((rest, Ratio::ZERO))
    }

    /// The one party that claims more than was agreed with it.
    fn sole_claimant(&self) -> Option<PartyId> {
        let of = |party| {
            let claimed = self.claims.iter().filter(|claim| claim.party == party).map(|claim| claim.share);
            let agreed = self.shares.iter().filter(|share| share.owner == party).map(|share| share.share);
            (Ratio::try_sum(claimed), Ratio::try_sum(agreed))
        };
        let beyond = |party| match of(party) {
            (Ok(claimed), Ok(agreed)) => claimed > agreed,
            _ => true,
        };
        let mut claimants = self.claims.iter().map(|claim| claim.party).filter(|party| beyond(*party));
        let first = claimants.next()?;
        claimants.all(|party| party == first).then_some(first)
    }
}

/// The party that alone is paid for the recording, by its net. It owes nothing to itself: own works are paid for in the
/// net. A royalty of the price has no mechanicals in it, so they are owed beside it.
fn sole_payee(of: &Use<'_>, catalogue: &impl Catalogue) -> Option<PartyId> {
    let split = catalogue.split(of.recording, of.facts.occasion())?;
    let (first, others) = split.payees.split_first()?;
    let terms = |payee: &Payee| catalogue.contract(payee.contract, of.facts.day());
    let by_net = |payee: &Payee| terms(payee).is_none_or(|terms| !matches!(terms.royalty, Royalty::OfPrice { .. }));
    let alone = others.iter().all(|payee| payee.party == first.party) && split.payees.iter().all(by_net);
    alone.then_some(first.party)
}
