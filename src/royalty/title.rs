//! The chain of title: who is paid for an agreed share of a work (SPEC section 13.3).
//!
//! A share of a claim to own is the owner's. A share of a claim that collects for another takes its amount out of the
//! agreed shares of that one, and may be collected from in turn, as by a sub-publisher for an administrator for the
//! publisher. So whoever collects, what is paid for a work is what is agreed of its ownership.

use ledger_spec::money::{Ratio, RatioError};
use ledger_spec::reference::PartyId;

use super::catalogue::AgreedShare;

/// What is paid of an agreed share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidShare {
    /// The share's event.
    pub event: u64,
    /// Who is paid.
    pub party: PartyId,
    /// The contract that the party is paid under, by its first version, or zero.
    pub contract: u64,
    /// How much of the whole, less what others collect of it.
    pub share: Ratio,
    /// The claim that it is collected for, or zero.
    pub collects: u64,
    /// Who owns it: the party, or the one at the end of the chain.
    pub owner: PartyId,
}

/// A part of a share that another collects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collected {
    /// The share that it is taken from.
    pub from: u64,
    /// The share that collects it.
    pub by: u64,
    /// How much of the whole work.
    pub part: Ratio,
}

/// Who is paid for the shares that hold for a use, in the order they were recorded, and who collects from whom. A share of
/// which nothing is left for its party is left out.
///
/// The nearest to the owner collects first, of several the one recorded first, from the share recorded first. Nobody
/// collects more than there is, and nothing comes of a chain that leads back to itself.
pub fn paid(agreed: &[AgreedShare]) -> Result<(Vec<PaidShare>, Vec<Collected>), RatioError> {
    let mut shares = agreed.to_vec();
    let mut collectors: Vec<(usize, &AgreedShare)> =
        agreed.iter().filter(|share| share.collects != 0).map(|share| (chain(agreed, share).count(), share)).collect();
    collectors.sort_by_key(|(links, _)| *links);
    let mut collected = Vec::new();
    for (links, collector) in collectors {
        let wanted = if links > agreed.len() { Ratio::ZERO } else { collector.share };
        let mut left = wanted;
        for from in shares.iter_mut().filter(|from| from.title == collector.collects) {
            let part = left.min(from.share);
            from.share = from.share.try_sub(part)?;
            left = left.try_sub(part)?;
            if !part.is_zero() {
                collected.push(Collected { from: from.event, by: collector.event, part });
            }
        }
        if let Some(own) = shares.iter_mut().find(|share| share.event == collector.event) {
            own.share = wanted.try_sub(left)?;
        }
    }
    shares.retain(|share| !share.share.is_zero());
    let paid = shares.into_iter().map(|found| {
        let AgreedShare { event, party, contract, share, collects, .. } = found;
        let owner = chain(agreed, &found).last().map_or(party, |owner| owner.party);
        PaidShare { event, party, contract, share, collects, owner }
    });
    Ok((paid.collect(), collected))
}

/// A share that collects less than is agreed of it, though there is somebody to collect from; none if there is none.
pub fn short(agreed: &[AgreedShare]) -> Result<Option<u64>, RatioError> {
    let (_, collected) = paid(agreed)?;
    let collectors = agreed.iter().filter(|share| share.collects != 0);
    for share in collectors.filter(|share| chain(agreed, share).last().is_some_and(|end| end.collects == 0)) {
        let parts = collected.iter().filter(|collected| collected.by == share.event).map(|collected| collected.part);
        if Ratio::try_sum(parts)? < share.share {
            return Ok(Some(share.event));
        }
    }
    Ok(None)
}

/// A share, the one it is collected from, and so on to that of the owner; more than there are shares, if there is none.
fn chain<'a>(agreed: &'a [AgreedShare], share: &'a AgreedShare) -> impl Iterator<Item = &'a AgreedShare> {
    let next = |share: &&AgreedShare| agreed.iter().find(|next| share.collects != 0 && next.title == share.collects);
    std::iter::successors(Some(share), next).take(agreed.len() + 1)
}
