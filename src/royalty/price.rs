//! What the mechanical of a whole work costs: by the licence that covers it, or by the statutory rate where there is
//! none and the money must be held.

use ledger_spec::code::UsageFlags;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::money::{Amount, Ratio};

use super::catalogue::{Catalogue, LicenceInForce, MatchedWork};
use super::rate::Use;
use super::statutory;
use super::waits::Waits;
use super::why::{Gap, Price};

impl Price {
    /// What the whole work costs: exact until it is rounded, once.
    pub(super) fn amount(&self) -> Result<Amount, Waits> {
        Ok(match *self {
            Price::PerUnit { rate, units, applied, .. } => rate.try_mul(units)?.mul_ratio(applied)?,
            Price::Statutory { rate, minutes, factor, units, applied, .. } => {
                let a_unit = rate.try_mul(minutes.unwrap_or(1).into())?;
                a_unit.try_mul(units)?.mul_ratio(factor.try_mul(applied)?)?
            }
            Price::Capped { cap, .. } => cap.left,
            Price::Controlled { rate, factor, units, applied, .. } => {
                rate.try_mul(units)?.mul_ratio(factor.try_mul(applied)?)?
            }
            Price::PercentOfNet { net, percent, weight, .. } => net.mul_ratio(percent.try_mul(weight)?)?,
            Price::Pool { money, .. } => money,
            Price::PercentOfGross { gross, percent, weight, .. } => gross.mul_ratio(percent.try_mul(weight)?)?,
        })
    }

    /// The licence it is from; zero where there is none.
    pub fn licence(&self) -> u64 {
        match *self {
            Price::PerUnit { licence, .. }
            | Price::Statutory { licence, .. }
            | Price::Controlled { licence, .. }
            | Price::Capped { licence, .. }
            | Price::PercentOfNet { licence, .. }
            | Price::PercentOfGross { licence, .. } => licence,
            Price::Pool { pool, .. } => pool,
        }
    }
}

/// The price that a licence asks for a work, before any cap; none if it waives it.
///
/// A price per unit is due for the part of the money that reached us: where the reporter already applied a share,
/// whoever received the rest owes the rest.
pub(super) fn licensed(
    of: &Use<'_>,
    work: &MatchedWork,
    licence: &LicenceInForce,
    catalogue: &impl Catalogue,
) -> Result<Option<Price>, Gap> {
    let (terms, weight) = (of.facts.terms, work.weight);
    match licence.rate {
        LicenceRate::PerUnit { amount, currency } if currency == terms.currency => {
            Ok(Some(Price::PerUnit { licence: licence.event, rate: amount, units: of.units, applied: applied(of) }))
        }
        LicenceRate::PerUnit { .. } => Err(Gap::OtherCurrency),
        LicenceRate::PercentOfNet(percent) => {
            Ok(Some(Price::PercentOfNet { licence: licence.event, net: of.money, percent, weight }))
        }
        LicenceRate::PercentOfGross(percent) => {
            let gross = of.gross.ok_or(Gap::NoGross)?;
            Ok(Some(Price::PercentOfGross { licence: licence.event, gross, percent, weight }))
        }
        LicenceRate::Statutory { table, factor } => {
            let found = statutory::find(of.facts, of.seconds, Some(table), catalogue)?;
            Ok(Some(statutory_price(of, found, licence.event, factor)))
        }
        LicenceRate::Controlled { table, factor, fixed, .. } => {
            let day = fixed.unwrap_or(of.facts.day());
            let statutory::Found { table, rate, .. } = statutory::minimum(of.facts, day, table, catalogue)?;
            let (licence, units, applied) = (licence.event, of.units, applied(of));
            Ok(Some(Price::Controlled { licence, table, day, rate, factor, units, applied }))
        }
        LicenceRate::Waived => Ok(None),
    }
}

/// What has to be held for a work without a licence, or for a work nobody knows yet: the full statutory rate.
pub(super) fn unlicensed(of: &Use<'_>, catalogue: &impl Catalogue) -> Result<Price, Gap> {
    let found = statutory::find(of.facts, of.seconds, None, catalogue)?;
    Ok(statutory_price(of, found, 0, Ratio::ONE))
}

fn statutory_price(of: &Use<'_>, found: statutory::Found, licence: u64, factor: Ratio) -> Price {
    let statutory::Found { table, rate, minutes } = found;
    Price::Statutory { licence, table, rate, minutes, factor, units: of.units, applied: applied(of) }
}

/// The share of the money that the reporter already applied; the whole if none was.
pub(super) fn applied(of: &Use<'_>) -> Ratio {
    let terms = of.facts.terms;
    if terms.flags.contains(UsageFlags::SHARE_APPLIED) { terms.share_applied } else { Ratio::ONE }
}
