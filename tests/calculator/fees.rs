//! What a work costs, by licence or by statute, before anybody's share of it (SPEC sections 12.2 and 13.1).

use ledger_spec::code::{SuspenseReason, UsageFlags};
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::Terms;
use ledger_spec::money::Currency;

use super::exact::{Exact, of, picos, whole};
use super::history::History;
use super::mechanical::{AllWaits, Sale};
use super::paths::took;
use super::statute::{self, Rate};

/// The price of the whole work by a licence, for all units, exactly.
pub fn licensed(history: &History<'_>, sale: &Sale<'_>, rate: &LicenceRate, weight: &Exact) -> Result<Exact, AllWaits> {
    let unknown = AllWaits(SuspenseReason::NO_RATE);
    match rate {
        LicenceRate::Waived => {
            took("licence: waived");
            Ok(whole(0))
        }
        LicenceRate::PerUnit { amount, currency } if *currency == sale.terms.currency => {
            took("licence: an amount per unit");
            Ok(picos(*amount) * whole(sale.units) * applied(sale.terms))
        }
        LicenceRate::PerUnit { .. } => Err(unknown),
        LicenceRate::PercentOfNet(percent) => {
            took("licence: a part of the net");
            Ok(whole(sale.money) * of(*percent) * weight)
        }
        LicenceRate::PercentOfGross(percent) => match sale.gross {
            Some(gross) => {
                took("licence: a part of the gross");
                Ok(whole(gross) * of(*percent) * weight)
            }
            None => {
                took("licence: a part of a gross nobody gives");
                Err(unknown)
            }
        },
        LicenceRate::Statutory { table, factor } => {
            match in_currency(statute::rate(history, Some(*table), sale.terms, sale.seconds), sale.terms.currency) {
                Some(rate) => {
                    took("licence: a factor of the statutory rate");
                    Ok(rate * whole(sale.units) * of(*factor) * applied(sale.terms))
                }
                None => Err(unknown),
            }
        }
        LicenceRate::Controlled { works: Some(_), .. } if !sale.caps_known => {
            took("clause: a cap nobody can say");
            Err(unknown)
        }
        LicenceRate::Controlled { .. } => clause(history, sale, rate).ok_or(unknown),
    }
}

/// A controlled composition clause: a factor of the rate per work, whatever the playing time, on the day that the clause
/// fixes or else the last day of use. What one work comes to for all units; none where there is no rate.
pub fn clause(history: &History<'_>, sale: &Sale<'_>, rate: &LicenceRate) -> Option<Exact> {
    let LicenceRate::Controlled { table, factor, fixed, .. } = rate else { return None };
    let day = fixed.unwrap_or(sale.terms.to);
    let flat = in_currency(statute::flat_rate(history, *table, sale.terms, day), sale.terms.currency)?;
    took(if fixed.is_some() { "clause: rate of a fixed day" } else { "clause: rate of the day of use" });
    Some(flat * of(*factor) * whole(sale.units) * applied(sale.terms))
}

/// The statutory price of the whole work for all units; where there is none, all waits for the reason given.
pub fn by_statute(history: &History<'_>, sale: &Sale<'_>, reason: SuspenseReason) -> Result<Exact, AllWaits> {
    in_currency(statute::rate(history, None, sale.terms, sale.seconds), sale.terms.currency)
        .map(|rate| rate * whole(sale.units) * applied(sale.terms))
        .ok_or(AllWaits(reason))
}

/// A rate in another currency is not the rate of this money.
fn in_currency(rate: Rate, wanted: Currency) -> Option<Exact> {
    match rate {
        Rate::Known(rate, currency) if currency == wanted => Some(rate),
        _ => None,
    }
}

/// Where only a share of the money came, the same share of the mechanical is owed from it.
fn applied(terms: &Terms) -> Exact {
    if terms.flags.contains(UsageFlags::SHARE_APPLIED) { of(terms.share_applied) } else { whole(1) }
}
