//! Which licence covers a part of a work, and when one whose terms fit covers nothing all the same.

use std::cmp::Reverse;

use ledger_spec::date::Date;
use ledger_spec::event::licensing::Notice;
use ledger_spec::reference::PartyId;

use super::catalogue::{Claimed, LicenceInForce};
use super::title::PaidShare;

/// How long after the making of a recording its notice of intention may be served, in calendar days (17 USC
/// 115(b)(1)). A bound of the statute, as is the minute that a begun one counts as; no rate.
const NOTICE_DAYS: i32 = 30;

/// Whether a notice of intention was served in time for a use on a day: before the distribution, and at the latest
/// thirty days after the recording was made. Failure forecloses the licence (17 USC 115(b)(4)). A licence that needs no
/// notice has none.
pub(super) fn in_time(notice: Option<Notice>, day: Date) -> bool {
    let timely = |made: Date, served: Date| served.days().saturating_sub(made.days()) <= NOTICE_DAYS;
    notice.is_none_or(|Notice { served, made }| served <= day && made.is_none_or(|made| timely(made, served)))
}

/// The licence that covers the part of a work that is one holder's, or with no holder the part nobody has agreed. What is
/// collected has two: whoever collects, and the owner.
///
/// Who holds a share, or claims one, licenses that share: nobody sets the price of another's by a claim. A compulsory
/// licence, and one that an operator recorded of somebody who neither holds nor claims and so acts for all, cover the
/// whole. Of several the holder's own goes first, then one that names the work before a blanket one, then the one
/// recorded last.
pub(super) fn covering<'a>(
    licences: &'a [LicenceInForce],
    shares: &[PaidShare],
    claims: &[Claimed],
    holders: &[PartyId],
) -> Option<&'a LicenceInForce> {
    let own = |licence: &LicenceInForce| licence.licensor.is_some_and(|licensor| holders.contains(&licensor));
    let for_all = |licence: &LicenceInForce| match licence.licensor {
        None => true,
        Some(_) if licence.blanket || !licence.vouched => false,
        Some(licensor) => {
            let mut parties = shares.iter().map(|share| share.party).chain(claims.iter().map(|claim| claim.party));
            parties.all(|party| party != licensor)
        }
    };
    let covering = licences.iter().filter(|licence| own(licence) || for_all(licence));
    covering.min_by_key(|licence| (!own(licence), licence.blanket, Reverse(licence.event)))
}
