//! What a statement says of a move, or of a part of a line, in the words of the people who are paid: names, titles and
//! dates in place of indexes. The index stands beside it, for whoever looks it up.

use std::collections::BTreeMap;

use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::event::money::{Converted, PayoutInstructed};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use serde::Serialize;

use crate::cli::explain::View;
use crate::cli::failure::Failure;
use crate::cli::known::Labels;
use crate::projection::{MovedBy, Statement, StatementLine, StatementMove};
use crate::royalty::groups::{OutlayKind, Rule};
use crate::royalty::{Holder, Mechanical, Price, Why};

/// Who moved something, and why.
#[derive(Debug, Serialize)]
pub struct Said {
    /// The event; none for the close.
    pub event: Option<u64>,
    /// What it is.
    pub what: String,
    /// How the close computed it, with its numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// The sentence that it gives as its reason.
    pub remark: Option<String>,
}

/// An event that took uses back, and the sentence that it gives as its reason.
#[derive(Debug, Serialize)]
pub struct TakenBack {
    event: u64,
    remark: Option<String>,
}

impl TakenBack {
    /// Those of a line.
    pub fn of(line: &StatementLine, view: &View<'_>) -> Vec<TakenBack> {
        let one = |event: &u64| TakenBack { event: *event, remark: view.known.remark(*event) };
        line.taken_back.iter().map(one).collect()
    }

    /// As a sentence without its full stop.
    pub fn words(&self) -> String {
        let TakenBack { event, remark } = self;
        format!("taken back by event {event}{}", quoted(remark.as_deref()))
    }
}

impl Said {
    /// What a move says.
    pub fn of(moved: &StatementMove, view: &View<'_>) -> Said {
        match moved.by {
            MovedBy::Event(event) => {
                let (what, remark) = (by_event(event, view), view.known.remark(event));
                Said { event: Some(event), what, formula: None, remark }
            }
            MovedBy::Close(why) => {
                let what = match why {
                    Why::Close { rule, .. } => by_close(rule, moved.account.class, view),
                    _ => why.words(),
                };
                let formula = view.settled.formula(&why, moved.amount);
                let formula = (formula != moved.amount.to_string()).then_some(formula);
                Said { event: None, what, formula, remark: None }
            }
        }
    }

    /// The same in one line.
    pub fn words(&self) -> String {
        let event = self.event.map_or_else(String::new, |event| format!(", event {event}"));
        format!("{}{event}{}", self.what, quoted(self.remark.as_deref()))
    }
}

/// `: "So it was agreed."`
fn quoted(remark: Option<&str>) -> String {
    remark.map_or_else(String::new, |remark| format!(": \"{remark}\""))
}

/// What an event did. One that cannot be read says what the log says of it.
fn by_event(event: u64, view: &View<'_>) -> String {
    let said = view.known.read(event, |body| {
        Some(match body {
            Event::PayoutInstructed(PayoutInstructed { date, tax, .. }) if tax.is_zero() => {
                format!("payout ordered for {date}")
            }
            Event::PayoutInstructed(PayoutInstructed { date, tax, .. }) => {
                format!("payout ordered for {date}, of which {tax} is withheld as tax")
            }
            Event::PayoutFailed(failed) => {
                let EventRef::At(payout) = failed.payout else { return None };
                let ordered = view.settled.state().payout(payout).map(|payout| payout.instruction.date);
                let ordered = ordered.map_or_else(String::new, |date| format!(" ordered for {date}"));
                format!("the payout{ordered} did not go through, and is due again: {}", plain(failed.reason))
            }
            Event::Converted(Converted { amount, from, to, rate, date, .. }) => {
                format!("{amount} {from} converted to {to} at {rate}, the rate of {date}")
            }
            Event::AdvancePaid(advance) => format!("advance paid on {}", advance.date),
            Event::CostCharged(cost) => format!("{} cost of {}", cost.kind, cost.date),
            Event::OpeningBalance(opening) => format!("brought in from another system as of {}", opening.as_of),
            Event::Adjustment(adjustment) => match adjustment.reason {
                ReasonCode::WRITE_OFF => "given up".to_owned(),
                reason => format!("put right by hand, {}", plain(reason)),
            },
            Event::Reversal(reversal) => match reversal.target {
                EventRef::At(target) => format!("takes back event {target}: {}", by_event(target, view)),
                EventRef::Here(_) => return None,
            },
            _ => return None,
        })
    });
    said.unwrap_or_else(|| view.known.said(event))
}

fn plain(reason: ReasonCode) -> String {
    reason.to_string().replace('-', " ")
}

/// What the close did by a rule to an account of that class.
fn by_close(rule: Rule, class: AccountClass, view: &View<'_>) -> String {
    match rule {
        Rule::Escalation { units_before: 0, .. } => "a step of the rate was reached".to_owned(),
        Rule::Escalation { units_before, .. } => {
            format!("a step of the rate was reached, {units_before} units having come before")
        }
        Rule::ProfitShare { .. } => "costs go before the share of the profit".to_owned(),
        Rule::ReserveKept { .. } => "kept back against returns".to_owned(),
        Rule::Recouped { outlay, kind, .. } | Rule::Crossed { outlay, kind, .. } => {
            let kind = if kind == OutlayKind::Advance { "advance" } else { "cost" };
            let of = outlay_date(outlay, view).map_or_else(String::new, |date| format!(" of {date}"));
            let group = match rule {
                Rule::Crossed { contract, .. } => {
                    format!(" of {}, which is in the same group", view.known.event_code(contract))
                }
                _ => String::new(),
            };
            match class {
                AccountClass::ADVANCE => format!("so much of the {kind}{of}{group} is recouped"),
                _ => format!("recoups the {kind}{of}{group}"),
            }
        }
        Rule::Directed { letter, .. } => {
            let parties = view.known.read(letter, |event| match event {
                Event::LetterOfDirection(letter) => Some((letter.party, letter.to)),
                _ => None,
            });
            let name = |party| view.known.party_name(party).unwrap_or_else(|| view.known.party_code(party));
            match (parties, class) {
                (Some((from, _)), AccountClass::DUE) => format!("directed here by {}", name(from)),
                (Some((_, to)), _) => format!("directed to {}", name(to)),
                (None, _) => rule.words(),
            }
        }
        Rule::ReserveReleased { .. } | Rule::MadeUp { .. } | Rule::Due => view.known.named(&rule.words()),
    }
}

/// The day of an advance, a cost, or a balance of either that was brought in.
fn outlay_date(outlay: u64, view: &View<'_>) -> Option<Date> {
    view.known.read(outlay, |event| match event {
        Event::AdvancePaid(advance) => Some(advance.date),
        Event::CostCharged(cost) => Some(cost.date),
        Event::OpeningBalance(opening) => Some(opening.as_of),
        _ => None,
    })
}

/// By which rule a part of a line is the party's. What is rare says it with the indexes of the log.
pub fn part(why: &Why, view: &View<'_>) -> String {
    match *why {
        Why::Earned(_) => "part of the recording's net".to_owned(),
        Why::Computed { .. } => "reported as the royalty of this party".to_owned(),
        Why::Mechanical(Mechanical { work, ref price, holder: Holder::Agreed { .. }, collects, .. }) => {
            let by = match price {
                Price::PerUnit { .. } => "at the licence's price for each unit",
                Price::Statutory { .. } => "at the statutory rate",
                Price::Controlled { .. } => "at the controlled part of the statutory rate",
                Price::Capped { .. } => "an equal part of the cap on the release",
                Price::PercentOfNet { .. } => "at the licence's part of net",
                Price::PercentOfGross { .. } => "at the licence's part of gross",
                Price::Pool { .. } => "from the pool of the service",
            };
            let collected = if collects == 0 { "" } else { ", collected for another" };
            format!("mechanical of {}, {by}{collected}", view.known.title(work))
        }
        _ => view.known.named(&why.words()),
    }
}

/// Who pays: the operator's name or code, and the ledger's.
pub fn payer(view: &View<'_>, labels: &mut Labels<'_>) -> String {
    let (code, name) = labels.party(view.settled.state().operator());
    format!("{}, {}", name.unwrap_or(code), view.ledger.origin())
}

/// What is owed in a currency under several contracts together.
pub struct Total {
    /// The currency.
    pub currency: Currency,
    /// What is owed.
    pub closing: Amount,
    /// What of it is due, once the period is closed.
    pub due: Amount,
}

/// The totals of the currencies with more than one statement.
pub fn totals(statements: &[Statement]) -> Result<Vec<Total>, Failure> {
    let mut found: BTreeMap<Currency, Vec<&Statement>> = BTreeMap::new();
    for statement in statements {
        found.entry(statement.currency).or_default().push(statement);
    }
    let several = found.into_iter().filter(|(_, of)| of.len() > 1);
    let total = |(currency, of): (Currency, Vec<&Statement>)| {
        let closing = Amount::try_sum(of.iter().map(|one| one.closing))?;
        let due = Amount::try_sum(of.iter().map(|one| one.due))?;
        Ok(Total { currency, closing, due })
    };
    several.map(total).collect()
}
