//! What happens to groups when a period is closed (DESIGN section 5, stage 2): to all that is one party's under one
//! contract, and to contracts that are cross-collateralised.
//!
//! Cells are rated line by line of a contract; what depends on more than one cell is decided here, once for each
//! period. A [`Folio`] is the page of one party, contract and currency, as the period left it. [`close`] goes through
//! the folios step by step, each step for all of them before the next, in the order of SPEC.md section 14:
//!
//! 1. *Escalation*: units beyond a threshold earn at another rate (`escalation`).
//! 2. *Profit share*: costs go first (`profit`).
//! 3. *Reserves* are kept, and let go (`reserve`).
//! 4. *What waits* stays earned (`waits`).
//! 5. *Recoupment* of the contract's own advances and costs (`recoup`).
//! 6. *Crossing*: what is below zero in other contracts of its group is made up, then theirs are recouped (`netting`).
//! 7. *Letters of direction* take their share of what is left (`letters`); the rest becomes due.
//!
//! Every step moves money between the folio's account of class earned and one other, so a close sums to zero in each
//! currency whatever its numbers are. Pure: no clock, no state, no floats.

mod escalation;
mod figures;
mod letters;
mod netting;
mod profit;
mod recoup;
mod reserve;
mod rule;
mod waits;

use std::collections::BTreeMap;

use bincode::{Decode, Encode};
use ledger_spec::account::Account;
use ledger_spec::code::{Configuration, Crossing, PayWhen, RecoupOrder, UseType};
use ledger_spec::date::{Date, Period};
use ledger_spec::event::catalogue::{Escalation, ReserveTerms, Royalty};
use ledger_spec::money::{AllocationError, Amount, AmountError, Currency, Ratio, RatioError};
use ledger_spec::reference::PartyId;
use serde::Serialize;
use thiserror::Error;

use super::accounts;
use super::cell::Posting;
use super::why::Why;
pub use escalation::Laid;
pub use figures::{Figures, Reserve, Sums, Use};
pub use rule::{Rule, Times, Wait};

/// Whose, under which contract (by its first version; zero is none), in which currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, Serialize)]
pub struct Page {
    /// The party.
    pub party: PartyId,
    /// The contract.
    pub contract: u64,
    /// The currency.
    pub currency: Currency,
}

impl Page {
    /// The page that an account of a party is on.
    pub fn of(account: &Account) -> Page {
        Page { party: account.party, contract: account.contract, currency: account.currency }
    }

    /// For `map_err`: what cannot be computed of it.
    pub fn stuck<E: Into<GroupError>>(self, step: &'static str) -> impl FnOnce(E) -> Stuck {
        move |error| Stuck { page: self, step, error: error.into() }
    }

    fn earned(&self) -> Account {
        accounts::earned(self.party, self.contract, self.currency)
    }

    fn due(&self) -> Account {
        accounts::due(self.party, self.contract, self.currency)
    }

    fn commission(&self) -> Account {
        accounts::commission(self.contract, self.currency)
    }
}

/// What a contract says of its groups: the version in force on the last day of the period.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The version's event.
    pub version: u64,
    /// How the royalty is computed.
    pub royalty: &'a Royalty,
    /// What the operator keeps.
    pub commission: Ratio,
    /// Other rates from so many units on.
    pub escalation: Option<&'a Escalation>,
    /// What is kept back against returns.
    pub reserve: Option<&'a ReserveTerms>,
    /// In what order advances and costs are recouped.
    pub recoups: RecoupOrder,
    /// The first contract of its cross-collateral group; of a contract in none, itself.
    pub group: u64,
    /// How far it answers for the others of its group.
    pub crossing: Crossing,
    /// When money becomes payable.
    pub pay_when: PayWhen,
    /// Months from one statement to the next.
    pub cycle_months: u16,
    /// Whether the balance may go below zero.
    pub may_go_negative: bool,
}

/// What came of one use under a page's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Came {
    /// What cells posted to the page's account of class earned until the close before.
    pub before: Amount,
    /// What they posted there since.
    pub earned: Amount,
    /// Units less returns under the contract, in any currency, until the close before.
    pub units_before: i64,
    /// Units less returns since.
    pub units: i64,
}

/// What an outlay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub enum OutlayKind {
    /// Paid to the party.
    Advance,
    /// Paid for the contract.
    Cost,
}

/// An advance or a cost that is not recouped yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlay {
    /// Its account; the origin is its event.
    pub account: Account,
    /// What it is.
    pub kind: OutlayKind,
    /// The day it was booked.
    pub date: Date,
    /// What is still open, above zero.
    pub open: Amount,
}

/// A reserve that is kept, and what its account holds, credit above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// Its account; the origin is the month from which its closes are counted.
    pub account: Account,
    /// What its account holds.
    pub held: Amount,
    /// Its schedule.
    pub reserve: Reserve,
}

/// A letter of direction in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Its event.
    pub event: u64,
    /// Who is paid.
    pub to: PartyId,
    /// How much.
    pub share: Ratio,
}

/// A page as the period left it. What is owed to the party is above zero.
#[derive(Debug, Clone)]
pub struct Folio<'a> {
    /// Whose it is.
    pub page: Page,
    /// Its contract's terms; none without a contract.
    pub terms: Option<Terms<'a>>,
    /// What the account of class earned holds.
    pub balance: Amount,
    /// What came of each use.
    pub uses: BTreeMap<Use, Came>,
    /// What cells posted in the period, by uses that a reserve is kept of, by the month it is counted from.
    pub returnable: BTreeMap<Period, Amount>,
    /// What was counted until the close before.
    pub sums: Sums,
    /// Reserves that are kept.
    pub reserves: Vec<Kept>,
    /// What cells of all time posted to that account, as far as the source was not paid, where that matters.
    pub unpaid: Amount,
    /// Advances and costs that are not recouped.
    pub outlays: Vec<Outlay>,
    /// Letters of direction in force on the last day, in the order of their events.
    pub letters: Vec<Letter>,
    /// What waits, and why: [`close`] takes it out of the balance. None before that.
    pub waiting: Option<(Amount, Wait)>,
}

impl<'a> Folio<'a> {
    /// The folio of a page on which nothing happened.
    pub fn new(page: Page, terms: Option<Terms<'a>>) -> Folio<'a> {
        Folio {
            page,
            terms,
            balance: Amount::ZERO,
            uses: BTreeMap::new(),
            returnable: BTreeMap::new(),
            sums: Sums::default(),
            reserves: Vec::new(),
            unpaid: Amount::ZERO,
            outlays: Vec::new(),
            letters: Vec::new(),
            waiting: None,
        }
    }

    /// What came of the uses that these name: none of a kind means every one.
    fn came(&self, uses: &[UseType], configurations: &[Configuration]) -> impl Iterator<Item = &Came> {
        self.uses.iter().filter(|(of, _)| of.is_among(uses, configurations)).map(|(_, came)| came)
    }
}

/// Money that a close moves out of an account of class earned, or into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Whose account of class earned.
    pub page: Page,
    /// The other account.
    pub to: Account,
    /// What moves there; below zero from there.
    pub amount: Amount,
    /// By which rule.
    pub rule: Rule,
}

/// What stays earned, and why it does not become due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Whose.
    pub page: Page,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub wait: Wait,
}

/// What a close does to the groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// The period.
    pub period: Period,
    /// What moves, in order. None is zero.
    pub moves: Vec<Move>,
    /// What stays earned, by page.
    pub waiting: Vec<Waiting>,
    /// What is counted until this close, for the next.
    pub figures: Figures,
}

/// Beyond what amounts and ratios can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GroupError {
    /// An amount.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// A ratio.
    #[error(transparent)]
    Ratio(#[from] RatioError),
    /// A division.
    #[error(transparent)]
    Allocation(#[from] AllocationError),
    /// Units.
    #[error("units beyond 64 bits")]
    Units,
}

/// A step of a close that cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{step} of party {}, under contract {} (0 is none) in {}: {error}", page.party, page.contract, page.currency)]
pub struct Stuck {
    /// Of which page.
    pub page: Page,
    /// Which step.
    pub step: &'static str,
    /// What does not fit.
    pub error: GroupError,
}

/// What is moved, as it is decided.
#[derive(Default)]
struct Moves(Vec<Move>);

impl Moves {
    /// Moves an amount out of what a folio earned; below zero into it.
    fn post(&mut self, folio: &mut Folio<'_>, to: Account, amount: Amount, rule: Rule) -> Result<(), GroupError> {
        if !amount.is_zero() {
            folio.balance = folio.balance.try_sub(amount)?;
            self.0.push(Move { page: folio.page, to, amount, rule });
        }
        Ok(())
    }
}

/// A rule for one folio by itself.
type Apply = fn(&mut Folio<'_>, Period, &mut Moves) -> Result<(), GroupError>;

/// The rules that come before what waits is known, by name.
const FIRST: [(&str, Apply); 4] = [
    ("the steps of the rate", escalation::apply),
    ("the profit share", profit::apply),
    ("the reserve kept", reserve::keep),
    ("the reserves let go", reserve::let_go),
];

/// Those that come after recoupment.
const LAST: [(&str, Apply); 2] = [("the letters of direction", letters::direct), ("what becomes due", due)];

/// What becomes of the folios when the period is closed. They are sorted by page; `figures` is what was counted until
/// the close before.
pub fn close(period: Period, mut folios: Vec<Folio<'_>>, figures: Figures) -> Result<Close, Stuck> {
    let mut moves = Moves::default();
    for (step, apply) in FIRST {
        folios.iter_mut().try_for_each(|folio| apply(folio, period, &mut moves).map_err(folio.page.stuck(step)))?;
    }
    for folio in &mut folios {
        waits::hold(folio, period).map_err(folio.page.stuck("what waits"))?;
        recoup::own(folio, &mut moves).map_err(folio.page.stuck("recoupment"))?;
    }
    netting::cross(&mut folios, &mut moves)?;
    for (step, apply) in LAST {
        folios.iter_mut().try_for_each(|folio| apply(folio, period, &mut moves).map_err(folio.page.stuck(step)))?;
    }
    let waiting = folios.iter().filter_map(|folio| {
        let (amount, wait) = folio.waiting.filter(|(amount, _)| !amount.is_zero())?;
        Some(Waiting { page: folio.page, amount, wait })
    });
    Ok(Close { period, moves: moves.0, waiting: waiting.collect(), figures: figures.after(&folios)? })
}

/// What is left becomes due.
fn due(folio: &mut Folio<'_>, _: Period, moves: &mut Moves) -> Result<(), GroupError> {
    moves.post(folio, folio.page.due(), folio.balance, Rule::Due)
}

impl Close {
    /// The postings, two for each move: the account of class earned, then the other.
    pub fn postings(&self) -> Vec<Posting> {
        let sides = self.moves.iter().flat_map(|moved| {
            let why = Why::Close { period: self.period, rule: moved.rule };
            let earned = Posting { account: moved.page.earned(), amount: moved.amount, why };
            [earned, Posting { account: moved.to, amount: -moved.amount, why }]
        });
        sides.collect()
    }
}
