//! What there is in a ledger: kinds of events, what is reversed, what comes after a close, accounts that hold something.

use std::collections::BTreeSet;

use ledger_spec::code::{Basis, ReasonCode};
use ledger_spec::date::Period;
use ledger_spec::event::Event;

use super::world::World;

/// By name.
pub fn census(world: &mut World) -> BTreeSet<String> {
    let bodies = world.desk.past.all();
    let events: Vec<Event<'_>> = bodies.0.iter().map(|(_, body)| Event::decode(body).unwrap()).collect();
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut closed: Option<(usize, Period)> = None;
    for (index, event) in events.iter().enumerate() {
        found.insert(format!("kind: {}", event.name()));
        match event {
            Event::PeriodClosed(close) => closed = Some((index, close.period)),
            Event::Reversal(reversal) => {
                let target = reversal.target.resolve(0) as usize;
                found.insert(format!("reversed: {}", events[target].name()));
                if closed.is_some_and(|(close, _)| target < close) {
                    found.insert(format!("reversed after a close: {}", events[target].name()));
                }
            }
            _ => {}
        }
        found.extend(particulars(event));
        if closed.is_some() {
            found.extend(after_a_close(event, closed.map(|(_, period)| period)));
        }
    }
    for account in world.books().keys() {
        let reason = account.reason.name().filter(|_| account.reason.0 != 0);
        found.insert(format!("account: {} {}", account.class, reason.unwrap_or_default()).trim_end().to_owned());
    }
    found
}

/// What is worth telling apart within a kind.
fn particulars(event: &Event<'_>) -> Vec<String> {
    match event {
        Event::Claim(claim) if claim.collects.is_some() => vec!["claim: that collects for another".to_owned()],
        Event::Adjustment(adjustment) if adjustment.reason == ReasonCode::WRITE_OFF => {
            vec![format!("write-off: {}", adjustment.sides[0].account.class)]
        }
        Event::OpeningBalance(opening) => vec![format!("brought in: {}", opening.class)],
        Event::PayoutInstructed(payout) => {
            let taxed = if payout.tax.is_zero() { "payout: untaxed" } else { "payout: taxed" };
            vec![taxed.to_owned(), format!("payout: in {}", payout.currency)]
        }
        Event::PoolReported(pool) if pool.replaces.is_some() => vec!["pool: replaced".to_owned()],
        Event::PoolReported(pool) if pool.offering != 0 => vec!["pool: an offering's own".to_owned()],
        _ => Vec::new(),
    }
}

/// What comes late: uses of a month that was closed, facts about what was closed over.
fn after_a_close(event: &Event<'_>, closed: Option<Period>) -> Vec<String> {
    let late = match event {
        Event::UsageLine(line) if Some(line.terms.to.period()) <= closed && line.terms.basis != Basis::NONE => "line",
        Event::Share(_) => "share",
        Event::Split(_) => "split",
        Event::Match(_) => "match",
        Event::Licence(_) => "licence",
        Event::Contract(contract) if contract.amends.is_some() => "amendment",
        Event::PoolReported(_) => "pool",
        _ => return Vec::new(),
    };
    vec![format!("after a close: {late}")]
}
