//! The statements of a period, account by account.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::money::{Amount, Currency};
use serde::Serialize;

use super::Asked;
use super::column::Column;
use super::words::{self, TakenBack, Total, payer, totals};
use crate::cli::Context;
use crate::cli::contested::Told;
use crate::cli::explain::{Used, View, cited};
use crate::cli::failure::Failure;
use crate::cli::held_share::HeldTold;
use crate::cli::known::Labels;
use crate::cli::values::many;
use crate::projection::{Contested, Held, HeldFor, NotPaid, Reserved, Stage, Statement, StatementLine};
use crate::royalty::Part;

/// Lines that are shown unless all are asked for.
const SHOWN: usize = 20;

/// A row of a statement, for programs.
#[derive(Serialize)]
#[serde(tag = "row", rename_all = "kebab-case")]
enum Said<'a> {
    Opening {
        amount: Amount,
    },
    Line {
        #[serde(flatten)]
        used: &'a Used,
        amount: Amount,
        before: Amount,
        /// The closed period that it belongs to.
        late: Option<Period>,
        taken_back: Vec<TakenBack>,
        parts: Vec<PartSaid>,
    },
    Move {
        #[serde(flatten)]
        said: words::Said,
        account: AccountClass,
        amount: Amount,
    },
    Closing {
        earned: Amount,
        amount: Amount,
        due: Amount,
        unrecouped: Amount,
        reserve: Amount,
    },
    ReserveOpening {
        amount: Amount,
    },
    ReserveMove {
        #[serde(flatten)]
        said: words::Said,
        amount: Amount,
    },
    ReserveClosing {
        amount: Amount,
    },
    Held {
        class: AccountClass,
        amount: Amount,
        why: &'a [NotPaid],
        words: String,
    },
    Total {
        amount: Amount,
        due: Amount,
    },
    Contested {
        amount: Amount,
        #[serde(flatten)]
        told: Told,
    },
    Waiting {
        amount: Amount,
        #[serde(flatten)]
        told: HeldTold,
    },
}

/// A part of a line, with its rule.
#[derive(Serialize)]
struct PartSaid {
    amount: Amount,
    why: String,
    formula: String,
    /// What it rests on.
    events: BTreeSet<u64>,
}

/// Any row, with what it is of.
#[derive(Serialize)]
struct Of<'a> {
    statement: Period,
    stage: Stage,
    party: &'a str,
    payer: &'a str,
    contract: &'a str,
    currency: Currency,
    #[serde(flatten)]
    said: Said<'a>,
}

/// How a statement is shown to people.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Every line, not the largest alone.
    pub all: bool,
    /// Every decimal.
    pub exact: bool,
}

/// Shows the statements of a party over the period that is open in the view.
pub fn statements(of: Asked, how: How, view: &View<'_>, context: &mut Context) -> Result<(), Failure> {
    let Asked { party, period, stage } = of;
    let mut labels = Labels::new(&view.known);
    let (code, name) = labels.party(party);
    let named = name.map_or_else(|| code.clone(), |name| format!("{name} ({code})"));
    context.out.line(format_args!("Statement of {named} for {period}"))?;
    let payer = payer(view, &mut labels);
    context.out.line(format_args!("From {payer}"))?;
    if stage == Stage::Open {
        context.out.line("This period is open: all of it is what closing it now would make it.")?;
    }
    let statements = view.settled.statements(party, period, stage, view.ledger)?;
    if statements.is_empty() {
        context.out.line("  nothing was earned, paid or owed")?;
    }
    for statement in &statements {
        let contract = labels.contract(statement.contract);
        Shown { statement, of, party: &code, payer: &payer, contract, how, view }.show(context)?;
    }
    for Total { currency, closing, due } in totals(&statements)? {
        let column = Column::new(currency, how.exact);
        context.out.line(format_args!("\nunder all contracts, {currency}"))?;
        column.beside(closing, "closing", context)?;
        column.beside(due, "of it due once the period is closed", context)?;
        let said = Said::Total { amount: closing, due };
        let (party, payer) = (code.as_str(), payer.as_str());
        context.out.json(&Of { statement: period, stage, party, payer, contract: "", currency, said })?;
    }
    waiting(of, how, &payer, &mut labels, view, context)?;
    if !how.exact && !statements.is_empty() {
        context.out.line(
            "\nAmounts are rounded to be read here; they are kept exactly, and rounded once, when they are paid.",
        )?;
    }
    Ok(())
}

/// What the party claims and others contest, or nobody has agreed, and what waits for its shares: in suspense, under no
/// contract.
fn waiting(
    of: Asked,
    how: How,
    payer: &str,
    labels: &mut Labels<'_>,
    view: &View<'_>,
    context: &mut Context,
) -> Result<(), Failure> {
    let Asked { party, period, stage } = of;
    let (contested, held) = (view.settled.contested(Some(party))?, view.settled.held_for(party)?);
    if !contested.is_empty() || !held.is_empty() {
        context.out.line("\nin suspense, and paid to nobody yet")?;
    }
    let (code, _) = labels.party(party);
    let say = |said, currency| Of { statement: period, stage, party: &code, payer, contract: "", currency, said };
    for Contested { slice, currency, amount } in contested {
        let told = Told::new(&slice, &view.known, labels);
        let column = Column::new(currency, how.exact);
        column.beside(amount, format_args!("{currency}: {}", told.words()), context)?;
        context.out.json(&say(Said::Contested { amount, told }, currency))?;
    }
    for HeldFor { held, currency, amount } in held {
        let told = HeldTold::new(&held, &view.known);
        let column = Column::new(currency, how.exact);
        column.beside(amount, format_args!("{currency}: {}", told.words()), context)?;
        context.out.json(&say(Said::Waiting { amount, told }, currency))?;
    }
    Ok(())
}

/// A statement under its labels.
struct Shown<'a> {
    statement: &'a Statement,
    of: Asked,
    party: &'a str,
    payer: &'a str,
    contract: String,
    how: How,
    view: &'a View<'a>,
}

impl Shown<'_> {
    fn show(&self, context: &mut Context) -> Result<(), Failure> {
        let &Statement { currency, opening, ref lines, earned, ref moves, closing, .. } = self.statement;
        let &Statement { due, unrecouped, ref reserve, ref held, .. } = self.statement;
        let under = if self.contract.is_empty() { "no contract" } else { &self.contract };
        context.out.line(format_args!("\n{under}, {currency}"))?;
        self.say(Said::Opening { amount: opening }, context)?;
        let mut column = Column::new(currency, self.how.exact);
        column.row(opening, "opening", context)?;
        let from = column.sum();
        self.lines(lines, &mut column, context)?;
        column.subtotal(from, earned, "earned", context)?;
        for moved in moves {
            let (said, amount) = (words::Said::of(moved, self.view), moved.amount);
            column.row(amount, said.words(), context)?;
            said.formula.iter().try_for_each(|formula| column.detail(formula, context))?;
            self.say(Said::Move { said, account: moved.account.class, amount }, context)?;
        }
        let kept = reserve.closing;
        self.say(Said::Closing { earned, amount: closing, due, unrecouped, reserve: kept }, context)?;
        column.total(closing, "closing", context)?;
        held.iter().try_for_each(|held| self.held(held, &column, context))?;
        if !unrecouped.is_zero() {
            column.beside(unrecouped, "of it advances and costs to recoup", context)?;
        }
        self.reserve(reserve, context)
    }

    /// What is kept back, which stands beside what is owed and foots by itself.
    fn reserve(&self, reserve: &Reserved, context: &mut Context) -> Result<(), Failure> {
        let Reserved { opening, moves, closing } = reserve;
        if *reserve == Reserved::default() {
            return Ok(());
        }
        context.out.line("\n  kept back against returns, beside what is owed")?;
        self.say(Said::ReserveOpening { amount: *opening }, context)?;
        let mut column = Column::new(self.statement.currency, self.how.exact);
        column.row(*opening, "opening", context)?;
        for moved in moves {
            let (said, amount) = (words::Said::of(moved, self.view), moved.amount);
            column.row(amount, said.words(), context)?;
            said.formula.iter().try_for_each(|formula| column.detail(formula, context))?;
            self.say(Said::ReserveMove { said, amount }, context)?;
        }
        self.say(Said::ReserveClosing { amount: *closing }, context)?;
        column.total(*closing, "closing", context)
    }

    /// A part of closing, or what is kept for the party beside it, and why it is not paid. What is kept back has a column
    /// of its own.
    fn held(&self, held: &Held, column: &Column, context: &mut Context) -> Result<(), Failure> {
        let (Held { class, amount, why }, words) = (held, held.words());
        match *class {
            AccountClass::DUE | AccountClass::EARNED => {
                column.beside(*amount, format_args!("of it {class}: {words}"), context)?
            }
            AccountClass::RESERVE => {}
            _ => column.beside(*amount, format_args!("beside it, {class}: {words}"), context)?,
        }
        self.say(Said::Held { class: *class, amount: *amount, why, words }, context)
    }

    fn lines(&self, lines: &[StatementLine], column: &mut Column, context: &mut Context) -> Result<(), Failure> {
        let mut lines: Vec<&StatementLine> = lines.iter().collect();
        lines.sort_by_key(|line| Reverse(line.amount.picos().unsigned_abs()));
        let shown = if self.how.all || context.out.is_json() { lines.len() } else { SHOWN.min(lines.len()) };
        let (first, rest) = lines.split_at(shown);
        for line in first {
            self.line(line, column, context)?;
        }
        if !rest.is_empty() {
            let left = Amount::try_sum(rest.iter().map(|line| line.amount)).map_err(Failure::new)?;
            let count = many(rest.len() as u64, "smaller line");
            column.row(left, format_args!("{count}; --all shows every one"), context)?;
        }
        Ok(())
    }

    fn line(&self, line: &StatementLine, column: &mut Column, context: &mut Context) -> Result<(), Failure> {
        let StatementLine { cell, parts, before, amount, late, .. } = line;
        let used = Used::named(cell, self.view);
        let said = |Part { amount, why, .. }: &Part| {
            let mut events = BTreeSet::new();
            cited(why, &mut events);
            events.remove(&0);
            PartSaid { amount: *amount, why: words::part(why, self.view), formula: why.formula(*amount), events }
        };
        let parts: Vec<PartSaid> = parts.iter().map(said).collect();
        column.row(*amount, used.in_one_line(), context)?;
        for PartSaid { why, formula, .. } in &parts {
            column.detail(formula, context)?;
            column.detail(why, context)?;
        }
        used.file.iter().try_for_each(|file| column.detail(format_args!("reported in {file}"), context))?;
        if !before.is_zero() {
            column.detail(format_args!("less {before}, posted in an earlier period"), context)?;
        }
        if let Some(late) = late {
            column.detail(format_args!("late: it belongs to {late}, which is closed"), context)?;
        }
        let taken_back = TakenBack::of(line, self.view);
        taken_back.iter().try_for_each(|one| column.detail(one.words(), context))?;
        self.say(Said::Line { used: &used, amount: *amount, before: *before, late: *late, taken_back, parts }, context)
    }

    fn say(&self, said: Said<'_>, context: &mut Context) -> Result<(), Failure> {
        let Statement { currency, .. } = *self.statement;
        let Asked { period, stage, .. } = self.of;
        let (party, contract) = (self.party, self.contract.as_str());
        context.out.json(&Of { statement: period, stage, party, payer: self.payer, contract, currency, said })
    }
}
