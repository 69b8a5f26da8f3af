//! Mechanicals: what is owed to the publishers of the works that a recording uses (DESIGN section 5).
//!
//! Each work is paid for; a medley pays each. Of a work, each agreed share is owed to its holder, the claimed rest
//! waits as contested, what nobody claims as unclaimed. It is held at the price that covers the whole work; at a
//! claimant's own only if that claims all of it and no other does, so that no claim makes what is held less. Where something is owed and nobody can say how much, what is
//! left for the artists cannot be said either, so all the money of the recording waits.

use ledger_spec::code::{Rights, SuspenseReason};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::money::{Amount, Ratio, RatioError, allocate_shares};
use ledger_spec::reference::PartyId;

use super::accounts;
use super::catalogue::{AgreedShare, Catalogue, Claimed, LicenceInForce, Matched, MatchedWork, Payee};
use super::cell::{Part, Rating};
use super::licence::{covering, in_time};
use super::price::{licensed, unlicensed};
use super::rate::Use;
use super::responsibility::{Duty, duty};
use super::waits::{Waits, hold, within_reason};
use super::why::{Holder, Mechanical, Price, Why};

/// Adds the mechanicals of a recording's uses to the rating, and returns their sum.
pub(super) fn mechanicals(of: &Use<'_>, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<Amount, Waits> {
    let rule = match duty(of.facts, catalogue)? {
        Duty::Ours(rule) => rule,
        Duty::NotOurs(why) => {
            rating.notes.push(why);
            return Ok(Amount::ZERO);
        }
    };
    let start = rating.parts.len();
    match catalogue.works(of.facts.source, of.facts.resource, of.recording) {
        None => unmatched(of, rule, catalogue, rating)?,
        Some(Matched { event, works }) => {
            for work in works {
                if catalogue.public_domain(work.work) {
                    rating.notes.push(Why::PublicDomain { work: work.work });
                } else {
                    Work::read(of, work, rule, event, catalogue).pay(catalogue, rating)?;
                }
            }
        }
    }
    let owed = || rating.parts.iter().skip(start).map(|part| part.amount);
    within_reason(owed())?;
    Ok(Amount::try_sum(owed())?)
}

/// The work is not known: the statutory rate of one work waits; all waits where there is no such rate.
fn unmatched(of: &Use<'_>, rule: u64, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<(), Waits> {
    let reason = SuspenseReason::UNMATCHED_WORK;
    let price = unlicensed(of, catalogue).map_err(|_| Waits::new(reason, Why::UnknownWork))?;
    let whole = Mechanical {
        rule,
        matched: 0,
        work: 0,
        price,
        holder: Holder::Unmatched,
        share: Ratio::ONE,
        contract: 0,
        commission: Ratio::ZERO,
    };
    rating.add(hold(of.facts, price.amount()?, reason, Why::Mechanical(whole)));
    Ok(())
}

/// A work in a use, with all that decides what is owed for it.
struct Work<'a> {
    of: &'a Use<'a>,
    rule: u64,
    matched: u64,
    work: u64,
    weight: Ratio,
    shares: Vec<AgreedShare>,
    claims: Vec<Claimed>,
    licences: Vec<LicenceInForce>,
    /// Those that would be among them, had their notices of intention been served in time.
    late: Vec<LicenceInForce>,
}

/// The cost of the whole work by one licence, divided among its shares.
struct Divided {
    price: Price,
    whole: Amount,
    /// In the order of the shares.
    parts: Vec<Amount>,
    /// What no share covers.
    rest: Amount,
}

impl<'a> Work<'a> {
    fn read(of: &'a Use<'a>, work: &MatchedWork, rule: u64, matched: u64, catalogue: &impl Catalogue) -> Work<'a> {
        let (right, terms, day) = (Rights::MECHANICAL, of.facts.terms, of.facts.day());
        let MatchedWork { work, weight } = *work;
        let shares = catalogue.shares(work, right, terms.territory, day);
        let claims = catalogue.claims(work, right, terms.territory, day);
        let licences = catalogue.licences(work, right, terms, day);
        let (licences, late) = licences.into_iter().partition(|licence| in_time(licence.notice, day));
        Work { of, rule, matched, work, weight, shares, claims, licences, late }
    }

    fn pay(&self, catalogue: &impl Catalogue, rating: &mut Rating) -> Result<(), Waits> {
        let payee = sole_payee(self.of, catalogue);
        let mut last = None;
        for (index, share) in self.shares.iter().enumerate() {
            if payee == Some(share.party) {
                rating.notes.push(Why::OwnWork { work: self.work, share: share.event });
                continue;
            }
            let licence = covering(&self.licences, &self.shares, &self.claims, Some(share.party));
            match self.divided(licence, &mut last, catalogue)? {
                None => rating.notes.extend(self.waived(licence)),
                Some(divided) => {
                    let amount = divided.parts.get(index).copied().unwrap_or_default();
                    self.pay_share(share, divided.price, amount, catalogue, rating)?;
                }
            }
        }
        let agreed = Ratio::try_sum(self.shares.iter().map(|share| share.share))?;
        let rest = Ratio::ONE.try_sub(agreed)?;
        if !rest.is_zero() {
            let (contested, unclaimed) = self.beyond(agreed, rest);
            let alone = self.sole_claimant().filter(|_| unclaimed.is_zero());
            let licence = covering(&self.licences, &self.shares, &self.claims, alone);
            match self.divided(licence, &mut last, catalogue)? {
                None => rating.notes.extend(self.waived(licence)),
                Some(divided) => self.hold_rest(contested, unclaimed, divided, rating)?,
            }
        }
        Ok(())
    }

    /// The cost of the work by a licence, divided; `last` keeps it for the next share under the same licence.
    fn divided<'b>(
        &self,
        licence: Option<&LicenceInForce>,
        last: &'b mut Option<Divided>,
        catalogue: &impl Catalogue,
    ) -> Result<Option<&'b Divided>, Waits> {
        let event = licence.map_or(0, |licence| licence.event);
        if last.as_ref().is_some_and(|last| last.price.licence() == event) {
            return Ok(last.as_ref());
        }
        let price = match licence {
            Some(licence) => licensed(self.of, self.weight, licence, catalogue)
                .map_err(|gap| Waits::new(SuspenseReason::NO_RATE, Why::NoRate { licence: event, gap }))?,
            None => Some(
                unlicensed(self.of, catalogue)
                    .map_err(|_| Waits::new(SuspenseReason::UNLICENSED, Why::Unlicensed { work: self.work }))?,
            ),
        };
        let Some(price) = price else { return Ok(None) };
        let shares: Vec<Ratio> = self.shares.iter().map(|share| share.share).collect();
        let whole = price.amount()?;
        let (parts, rest) = allocate_shares(whole, &shares)?;
        Ok(Some(last.insert(Divided { price, whole, parts, rest })))
    }

    fn waived(&self, licence: Option<&LicenceInForce>) -> Option<Why> {
        licence.map(|licence| Why::Waived { work: self.work, licence: licence.event })
    }

    fn mechanical(&self, price: Price, holder: Holder, share: Ratio) -> Mechanical {
        let Work { rule, matched, work, .. } = *self;
        Mechanical { rule, matched, work, price, holder, share, contract: 0, commission: Ratio::ZERO }
    }

    /// A holder's share: owed under its contract, or held until it is licensed.
    fn pay_share(
        &self,
        share: &AgreedShare,
        price: Price,
        amount: Amount,
        catalogue: &impl Catalogue,
        rating: &mut Rating,
    ) -> Result<(), Waits> {
        let facts = self.of.facts;
        if price.licence() == 0 {
            let late = covering(&self.late, &self.shares, &self.claims, Some(share.party));
            let holder = Holder::Unlicensed { share: share.event, late: late.map_or(0, |licence| licence.event) };
            let why = Why::Mechanical(self.mechanical(price, holder, share.share));
            rating.add(hold(facts, amount, SuspenseReason::UNLICENSED, why));
            return Ok(());
        }
        let mut owed = self.mechanical(price, Holder::Agreed { share: share.event }, share.share);
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
    fn hold_rest(
        &self,
        contested: Ratio,
        unclaimed: Ratio,
        divided: &Divided,
        rating: &mut Rating,
    ) -> Result<(), Waits> {
        let amount = if unclaimed.is_zero() { divided.rest } else { divided.whole.mul_ratio(contested)? };
        let slices = [
            (Holder::Contested, SuspenseReason::CONTESTED, contested, amount),
            (Holder::Unclaimed, SuspenseReason::UNCLAIMED, unclaimed, divided.rest.try_sub(amount)?),
        ];
        for (holder, reason, share, amount) in slices {
            let why = Why::Mechanical(self.mechanical(divided.price, holder, share));
            rating.add(hold(self.of.facts, amount, reason, why));
        }
        Ok(())
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
            let agreed = self.shares.iter().filter(|share| share.party == party).map(|share| share.share);
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
    let split = catalogue.split(of.recording, of.facts.day())?;
    let (first, others) = split.payees.split_first()?;
    let terms = |payee: &Payee| catalogue.contract(payee.contract, of.facts.day());
    let by_net = |payee: &Payee| terms(payee).is_none_or(|terms| !matches!(terms.royalty, Royalty::OfPrice { .. }));
    let alone = others.iter().all(|payee| payee.party == first.party) && split.payees.iter().all(by_net);
    alone.then_some(first.party)
}
