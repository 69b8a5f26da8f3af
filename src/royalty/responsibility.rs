//! Who pays the mechanical (DESIGN section 5): a dated table by territory, use and service.

use std::cmp::Ordering;

use ledger_spec::code::{MechanicalPayer, Rights, SuspenseReason, UsageFlags, UseType};
use ledger_spec::date::Date;
use ledger_spec::event::governance::MechanicalRow;
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::PartyId;

use super::catalogue::{AdoptedMechanical, Catalogue};
use super::cell::CellFacts;
use super::territory;
use super::waits::Waits;
use super::why::Why;

/// Whether we owe the mechanical of a use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// It was passed through to us: we owe the publishers, by the row that this event adopted.
    Ours(u64),
    /// Nothing of ours is owed, and this is why.
    NotOurs(Why),
}

/// Whether we owe the mechanical of a cell's uses.
///
/// What the line says of itself goes first: money for rights without the mechanical, mechanicals that the reporter
/// withheld, a use without royalties. Else the table decides. Without a row for the use nobody can say what part of
/// the money is whose, so all of it waits: a date without a rule goes to suspense, never to a guess.
pub(super) fn duty(facts: &CellFacts<'_>, catalogue: &impl Catalogue) -> Result<Duty, Waits> {
    if let Some(why) = excluded(facts.terms) {
        return Ok(Duty::NotOurs(why));
    }
    let found = row_in_force(facts, catalogue).map(|found| (found.row.payer, found.event));
    match found {
        Some((MechanicalPayer::PASSED_THROUGH, rule)) => Ok(Duty::Ours(rule)),
        Some((MechanicalPayer::PAID_AT_SOURCE, rule)) => Ok(Duty::NotOurs(Why::PaidAtSource { rule })),
        Some((MechanicalPayer::NOT_DUE, rule)) => Ok(Duty::NotOurs(Why::NotDue { rule })),
        _ => Err(Waits::new(SuspenseReason::NO_MECHANICAL_RULE, Why::NoMechanicalRule)),
    }
}

/// Why no mechanical is due, if the line says so of itself.
pub(super) fn excluded(terms: &Terms) -> Option<Why> {
    if terms.rights != Rights::NONE && !terms.rights.contains(Rights::MECHANICAL) {
        return Some(Why::NotInMoney);
    }
    if terms.flags.contains(UsageFlags::MECHANICALS_WITHHELD) {
        return Some(Why::Withheld);
    }
    terms.flags.contains(UsageFlags::NOT_ROYALTY_BEARING).then_some(Why::NotRoyaltyBearing)
}

/// The row that decides: of all that cover the use, one for the service before one for every service, then the
/// narrower territory, then one for the use before one for every use (`unknown`), then the one adopted last.
fn row_in_force<'a, C: Catalogue>(facts: &CellFacts<'_>, catalogue: &'a C) -> Option<&'a AdoptedMechanical> {
    let service = catalogue.service(facts.source, facts.terms.service);
    let covering = catalogue.mechanicals().iter().filter(|found| covers(&found.row, facts, service));
    covering.reduce(|best, next| match compare(&best.row, &next.row, facts.day()) {
        Ordering::Greater => best,
        _ => next,
    })
}

fn covers(row: &MechanicalRow, facts: &CellFacts<'_>, service: Option<PartyId>) -> bool {
    let (terms, day) = (facts.terms, facts.day());
    (row.use_type == terms.use_type || row.use_type == UseType::UNKNOWN)
        && row.from <= day
        && row.to.is_none_or(|to| day <= to)
        && (row.service.is_none() || row.service == service)
        && territory::contains(row.territory, terms.territory, day)
}

/// Which row is the more specific.
fn compare(a: &MechanicalRow, b: &MechanicalRow, day: Date) -> Ordering {
    let within = |row: &MechanicalRow, group: &MechanicalRow| territory::contains(group.territory, row.territory, day);
    let narrower = within(a, b).cmp(&within(b, a));
    let use_named = |row: &MechanicalRow| row.use_type != UseType::UNKNOWN;
    a.service.is_some().cmp(&b.service.is_some()).then(narrower).then(use_named(a).cmp(&use_named(b)))
}
