//! Mechanicals: what is owed to the publishers of the works that a recording uses (DESIGN section 5).
//!
//! Each work is paid for (`work`); a medley pays each. Where something is owed and nobody can say how much, what is left
//! for the artists cannot be said either, so all the money of the recording waits.

use ledger_spec::code::SuspenseReason;
use ledger_spec::money::Amount;

use super::catalogue::{Catalogue, Matched};
use super::cell::Rating;
use super::price::unlicensed;
use super::rate::Use;
use super::responsibility::{Duty, duty};
use super::waits::{Waits, hold, within_reason};
use super::why::{Holder, Mechanical, Why};
use super::work::Work;

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
            for (at, work) in works.iter().enumerate() {
                if catalogue.public_domain(work.work) {
                    rating.notes.push(Why::PublicDomain { work: work.work });
                } else {
                    Work::read(of, (at, work), rule, event, catalogue)?.pay(catalogue, rating)?;
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
    let whole = Mechanical::held(rule, price, Holder::Unmatched);
    rating.add(hold(of.facts, price.amount()?, reason, Why::Mechanical(whole)));
    Ok(())
}
