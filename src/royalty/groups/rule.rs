//! Why a close moves what it moves, and why something waits: the rule with its numbers, for [`crate::royalty::Why`].

use std::fmt;

use bincode::{Decode, Encode};
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Ratio};
use serde::Serialize;

use super::escalation::{self, Laid};
use super::{OutlayKind, profit, reserve};
use crate::royalty::explain::percent;

/// The rule behind a move. Events are named by their index in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Rule {
    /// A step of the rate: `earned x times - earned - before`.
    Escalation {
        /// The version of the contract.
        version: u64,
        /// What cells came to: in the period, or, where steps hold for all units, in all.
        earned: Amount,
        /// The rates of the steps over the base rate.
        times: Times,
        /// What earlier closes added.
        before: Amount,
        /// Units that count, until the close before.
        units_before: i64,
        /// Units that count, since.
        units: i64,
    },
    /// Costs go first: `earned - share x costs`, at least nothing, less what is posted already.
    ProfitShare {
        /// The version of the contract.
        version: u64,
        /// What cells came to, in all.
        earned: Amount,
        /// Costs, in all.
        costs: Amount,
        /// The party's share.
        share: Ratio,
        /// What earlier closes added.
        before: Amount,
    },
    /// Kept back: `earned x share`.
    ReserveKept {
        /// The version of the contract.
        version: u64,
        /// What cells came to in the period, by uses that can be returned.
        earned: Amount,
        /// How much of it.
        share: Ratio,
    },
    /// Let go: `kept x part / parts - before`.
    ReserveReleased {
        /// The period it was kept back in.
        origin: Option<Period>,
        /// So many parts are let go by now.
        part: u16,
        /// Of so many.
        parts: u16,
        /// What was kept back.
        kept: Amount,
        /// What earlier closes let go.
        before: Amount,
    },
    /// Pays back an advance or a cost of the contract.
    Recouped {
        /// Its event.
        outlay: u64,
        /// What it is.
        kind: OutlayKind,
        /// What was open of it.
        open: Amount,
    },
    /// Pays back an advance or a cost of another contract of the group.
    Crossed {
        /// Its event.
        outlay: u64,
        /// What it is.
        kind: OutlayKind,
        /// The other contract.
        contract: u64,
        /// What was open of it.
        open: Amount,
    },
    /// Makes up the balance of another contract of the group, which is below zero.
    MadeUp {
        /// The other contract.
        contract: u64,
        /// Its balance.
        red: Amount,
    },
    /// Goes to another party: `left x share`.
    Directed {
        /// The letter.
        letter: u64,
        /// What was left to direct.
        left: Amount,
        /// How much of it.
        share: Ratio,
    },
    /// The rest is due.
    Due,
}

/// Why something stays earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wait {
    /// The source was not paid.
    Unpaid,
    /// The period ends no statement.
    Cycle,
    /// It is below zero, and may not become due so.
    Negative,
}

/// A factor of any size, reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Times {
    /// Above the line.
    pub numerator: u128,
    /// Below it; not zero.
    pub denominator: u128,
}

impl Times {
    /// `numerator / denominator`, reduced.
    pub(super) fn new(numerator: u128, denominator: u128) -> Times {
        let (mut divisor, mut rest) = (numerator, denominator);
        while rest != 0 {
            (divisor, rest) = (rest, divisor % rest);
        }
        let divisor = divisor.max(1);
        Times { numerator: numerator / divisor, denominator: denominator / divisor }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(f, "{}", self.numerator),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

impl Wait {
    /// The reason, as a sentence without its full stop.
    pub fn words(self) -> &'static str {
        match self {
            Wait::Unpaid => "the report that it is from was not paid yet",
            Wait::Cycle => "no statement ends with this period",
            Wait::Negative => "it is below zero, and made up by what is earned later",
        }
    }
}

impl Rule {
    /// The reason, as a sentence without its full stop.
    pub fn words(&self) -> String {
        match *self {
            Rule::Escalation { version, .. } => format!("a step of the rate was reached, by contract {version}"),
            Rule::ProfitShare { version, .. } => {
                format!("costs go before the share of the profit, by contract {version}")
            }
            Rule::ReserveKept { version, .. } => format!("kept back against returns, by contract {version}"),
            Rule::ReserveReleased { origin, part, parts, .. } => {
                let of = origin.map(|origin| format!(" of {origin}")).unwrap_or_default();
                format!("reserve{of} let go, part {part} of {parts}")
            }
            Rule::Recouped { outlay, kind, .. } => format!("recoups {} {outlay}", kind.name()),
            Rule::Crossed { outlay, kind, contract, .. } => {
                format!("recoups {} {outlay} of contract {contract}, which is in the same group", kind.name())
            }
            Rule::MadeUp { contract, red } => {
                format!("makes up the balance of contract {contract}, which is in the same group and at {red}")
            }
            Rule::Directed { letter, .. } => format!("directed to another party by letter {letter}"),
            Rule::Due => "earned, now due".into(),
        }
    }

    /// The events it rests on.
    pub fn events(&self) -> impl Iterator<Item = u64> + use<> {
        let events = match *self {
            Rule::Escalation { version, .. }
            | Rule::ProfitShare { version, .. }
            | Rule::ReserveKept { version, .. } => [Some(version), None],
            Rule::Recouped { outlay, .. } => [Some(outlay), None],
            Rule::Crossed { outlay, contract, .. } => [Some(outlay), Some(contract)],
            Rule::MadeUp { contract, .. } => [Some(contract), None],
            Rule::Directed { letter, .. } => [Some(letter), None],
            Rule::ReserveReleased { .. } | Rule::Due => [None, None],
        };
        events.into_iter().flatten()
    }

    /// How an escalation was computed, with the units at each rate; none of another rule.
    pub fn in_steps(&self, laid: &Laid, amount: Amount) -> Option<String> {
        let Rule::Escalation { earned, times, before, .. } = *self else { return None };
        let value = escalation::uplift(earned, times, before).ok().filter(|value| value.abs() == amount.abs())?;
        let steps = laid.steps.iter().map(|(units, rate)| format!("{units} units x {}", percent(*rate)));
        let (steps, all) = (steps.collect::<Vec<_>>().join(" + "), laid.units());
        let (base, less) = (percent(laid.base), less(before));
        Some(format!("{earned} x ({steps}) / ({all} units x {base}) - {earned}{less} = {value}"))
    }

    /// How an amount was computed, with its numbers; the amount alone where it is simply what there was, or was put
    /// right by hand. Both sides of a move show the same.
    pub(crate) fn formula(&self, amount: Amount) -> String {
        let (left, value) = match *self {
            Rule::Escalation { earned, times, before, .. } => {
                (format!("{earned} x {times} - {earned}{}", less(before)), escalation::uplift(earned, times, before))
            }
            Rule::ProfitShare { earned, costs, share, before, .. } => {
                let above = profit::entitled(earned, costs, share).is_ok_and(|entitled| !entitled.is_zero());
                let entitled = if above { format!("{earned} - {costs} x {share}") } else { "0".into() };
                (format!("{entitled} - {earned}{}", less(before)), profit::change(earned, costs, share, before))
            }
            Rule::ReserveKept { earned, share, .. } => (format!("{earned} x {share}"), Ok(amount.abs())),
            Rule::ReserveReleased { part, parts, kept, before, .. } => {
                (format!("{kept} x {part}/{parts}{}", less(before)), reserve::released(kept, part, parts, before))
            }
            Rule::Directed { left, share, .. } => (format!("{left} x {share}"), Ok(amount.abs())),
            Rule::Recouped { .. } | Rule::Crossed { .. } | Rule::MadeUp { .. } | Rule::Due => {
                return amount.to_string();
            }
        };
        match value {
            Ok(value) if value.abs() == amount.abs() => format!("{left} = {value}"),
            _ => amount.to_string(),
        }
    }
}

/// ` - 5`, ` + 5`; nothing for nothing.
fn less(amount: Amount) -> String {
    match amount {
        Amount::ZERO => String::new(),
        amount if amount.is_negative() => format!(" + {}", -amount),
        amount => format!(" - {amount}"),
    }
}

impl OutlayKind {
    fn name(self) -> &'static str {
        match self {
            OutlayKind::Advance => "advance",
            OutlayKind::Cost => "cost",
        }
    }
}
