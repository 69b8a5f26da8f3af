//! What an explanation rests on: the steps to a pool, what was found, and the events, each in a line. A sentence names them
//! by their index.

use std::collections::BTreeSet;

use super::View;
use crate::cli::Context;
use crate::cli::failure::Failure;
use crate::projection::CellParts;
use crate::royalty::{Collected, Holder, Mechanical, Net, Pool, Price, PriceRoyalty, Why};

/// Adds the events that a reason names.
pub fn cited(why: &Why, events: &mut BTreeSet<u64>) {
    match *why {
        Why::Mechanical(ref mechanical) | Why::MechanicalCommission(ref mechanical) => {
            of_mechanical(mechanical, events)
        }
        Why::Earned(ref net) | Why::Commission(ref net) | Why::Excess(ref net) | Why::SplitRest(ref net) => {
            let Net { split, contract, .. } = *net;
            events.extend([split, contract]);
        }
        Why::Royalty(PriceRoyalty { split, contract, .. })
        | Why::AfterRoyalty { net: Net { split, contract, .. }, .. } => events.extend([split, contract]),
        Why::NoPrice { contract, .. } => events.extend([contract]),
        Why::Computed { by } => events.extend([by]),
        Why::Unlicensed { work } | Why::PublicDomain { work } => events.extend([work]),
        Why::NoRate { work, licence, .. } => events.extend([work, licence]),
        Why::NoSplit { recording } => events.extend([recording]),
        Why::NoTerms { contract, by } => events.extend([contract, by]),
        Why::NoPool { pool, .. } => events.extend([pool]),
        Why::Track { release, recording, .. } => events.extend([release, recording]),
        Why::PaidAtSource { rule } | Why::NotDue { rule } => events.extend([rule]),
        Why::Waived { work, licence } | Why::CapTaken { work, licence } => events.extend([work, licence]),
        Why::CapReached { licence, table, .. } => events.extend([licence, table]),
        Why::Collected { work, collected: Collected { from, by, .. } } => events.extend([work, from, by]),
        Why::OwnWork { work, share } => events.extend([work, share]),
        Why::Settles { source } => events.extend([source]),
        Why::Reversed { target, .. } => events.extend([target]),
        Why::PayoutSettled { payout } | Why::PayoutFailed { payout, .. } => events.extend([payout]),
        Why::Reported
        | Why::UnknownController
        | Why::UnknownRecording
        | Why::NoMechanicalRule
        | Why::UnknownWork
        | Why::NoBasis
        | Why::OutOfRange
        | Why::ShareApplied { .. }
        | Why::NotInMoney
        | Why::Withheld
        | Why::NotRoyaltyBearing
        | Why::Residue
        | Why::OpeningBalance
        | Why::Received
        | Why::TaxKept
        | Why::FeeKept
        | Why::Adjustment { .. }
        | Why::PayoutInstructed
        | Why::TaxWithheld
        | Why::Converted { .. }
        | Why::AdvancePaid
        | Why::CostCharged
        | Why::CostBorne => {}
        Why::Close { rule, .. } => events.extend(rule.events()),
    }
}

/// Shows how the plays of a cell come to their money, and what was found to be owed to nobody.
pub fn noted(cell: &CellParts, indent: &str, events: &mut BTreeSet<u64>, context: &mut Context) -> Result<(), Failure> {
    if let Some(plays) = &cell.plays {
        let Pool { of_revenue, of_content, cap, floor, .. } = plays.pool;
        let prongs = [Some(of_revenue), Some(of_content), cap, floor].into_iter().flatten();
        events.extend(prongs.map(|prong| prong.rate.table).chain([plays.event]));
        let steps = plays.steps();
        context.out.json(&serde_json::json!({ "pool": plays.event, "steps": steps }))?;
        steps.iter().try_for_each(|step| context.out.line(format_args!("{indent}{step}")))?;
    }
    for why in &cell.notes {
        cited(why, events);
        context.out.line(format_args!("{indent}{}", why.words()))?;
    }
    Ok(())
}

fn of_mechanical(mechanical: &Mechanical, events: &mut BTreeSet<u64>) {
    let Mechanical { rule, matched, work, price, holder, collects, contract, .. } = *mechanical;
    events.extend([rule, matched, work, collects, contract, price.licence()]);
    if let Price::Statutory { table, .. } | Price::Controlled { table, .. } = price {
        events.insert(table);
    }
    match holder {
        Holder::Agreed { share } => events.extend([share]),
        Holder::Unlicensed { share, late } => events.extend([share, late]),
        Holder::Contested | Holder::Unclaimed | Holder::Unmatched | Holder::Untimed => {}
    }
}

/// Lists the events, one a line: index, kind and what it says. Zero stands for none.
pub fn name_events(events: &BTreeSet<u64>, view: &View<'_>, context: &mut Context) -> Result<(), Failure> {
    let mut events = events.iter().filter(|event| **event != 0).peekable();
    if events.peek().is_some() {
        context.out.line("\nNamed above:")?;
    }
    events.try_for_each(|event| context.out.line(format_args!("  {event}  {}", view.known.said(*event))))
}
