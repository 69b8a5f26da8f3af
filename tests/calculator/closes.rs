//! What a close moves, step by step (SPEC section 14.1). A page is one party, contract and currency; money moves between
//! its account of class earned and others.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Contract;
use ledger_spec::money::Currency;
use ledger_spec::reference::PartyId;

use super::books::{self, Balances, Rated, add};
use super::cells;
use super::earnings::Earnings;
use super::history::{History, Said};
use super::paths::{took, took_if};
use super::reserves;
use super::rights;
use super::steps;
use super::waterfall;

/// One party, contract (zero for none) and currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Page {
    pub party: PartyId,
    pub contract: u64,
    pub currency: Currency,
}

impl Page {
    pub fn of(account: &Account) -> Page {
        Page { party: account.party, contract: account.contract, currency: account.currency }
    }

    pub fn account(&self, class: AccountClass) -> Account {
        Account { party: self.party, contract: self.contract, ..Account::of(class, self.currency) }
    }

    pub fn earned(&self) -> Account {
        self.account(AccountClass::EARNED)
    }

    pub fn commission(&self) -> Account {
        Account { party: PartyId::NONE, ..self.account(AccountClass::COMMISSION) }
    }
}

/// The step of a close that moves something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Escalation,
    ProfitShare,
    Release,
    Reserve,
    Recoupment,
    MadeUp,
    Letter,
    Due,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Step::Escalation => "close: another rate from so many units on",
            Step::ProfitShare => "close: profit share",
            Step::Release => "close: a reserve let go",
            Step::Reserve => "close: a reserve kept",
            Step::Recoupment => "close: recoupment",
            Step::MadeUp => "close: a sister in the red made up for",
            Step::Letter => "close: a letter of direction",
            Step::Due => "close: due",
        }
    }
}

/// An amount that leaves a page's account of class earned for another account; below zero the other way.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    pub step: Step,
    pub page: Page,
    pub other: Account,
    pub amount: i128,
}

/// A close: its period, how many events it closes over, what cells came to, and what it moved.
pub struct Close {
    pub period: Period,
    pub through: usize,
    pub rated: Vec<Rated>,
    pub moves: Vec<Move>,
}

/// What a step may look at.
pub struct Closing<'a> {
    pub history: &'a History<'a>,
    pub period: Period,
    /// The closes before.
    pub before: &'a [Close],
    pub earnings: &'a Earnings<'a>,
    /// What accounts hold by now, the moves of the steps before included.
    pub held: Balances,
    pub moves: Vec<Move>,
}

impl<'a> Closing<'a> {
    /// What is owed to a page by its account of class earned.
    pub fn earned(&self, page: &Page) -> i128 {
        -self.held.get(&page.earned()).copied().unwrap_or_default()
    }

    pub fn shift(&mut self, step: Step, page: Page, other: Account, amount: i128) {
        if amount != 0 {
            took(step.name());
            took_if(amount < 0 && step == Step::Due, "close: a balance below zero becomes due");
            add(&mut self.held, [(page.earned(), amount), (other, -amount)]);
            self.moves.push(Move { step, page, other, amount });
        }
    }

    /// What earlier closes moved out of the page's earned by a step.
    pub fn moved_before(&self, step: Step, page: &Page) -> i128 {
        let moves = self.before.iter().flat_map(|close| &close.moves);
        moves.filter(|moved| moved.step == step && moved.page == *page).map(|moved| moved.amount).sum()
    }

    /// The terms of a page's contract at this close: the version in force on the last day of the period.
    pub fn terms(&self, page: &Page) -> Option<&'a Contract<'a>> {
        rights::terms_known(self.history, page.contract, self.period.last_day(), u64::MAX)
    }

    /// What rounding line by line left over of a source, if that is closed.
    pub fn residue(&self, source: u64, currency: Currency) -> i128 {
        let closed = |said: &Said<'_>| matches!(&said.event, Event::SourceClosed(closed) if closed.source == source);
        if !self.history.counting().any(|(_, said)| closed(said)) {
            return 0;
        }
        let residues = cells::residues(self.history, source);
        residues.into_iter().filter(|(one, _)| *one == currency).map(|(_, residue)| residue).sum()
    }
}

/// What a close of a period over these events moves, after these closes before it.
pub fn close(said: &[Said<'_>], period: Period, before: &[Close]) -> Close {
    let history = History::new(said);
    let now = books::rated(&history);
    let earnings = Earnings { now: &now, before: before.last().map_or(&[], |close| &close.rated) };
    let held = books::held(&history, &now, before);
    let mut pages: Vec<Page> = held.keys().filter(|account| account.party != PartyId::NONE).map(Page::of).collect();
    pages.extend(earnings.pages());
    pages.sort_unstable();
    pages.dedup();
    let mut closing = Closing { history: &history, period, before, earnings: &earnings, held, moves: Vec::new() };
    let under_contract: Vec<Page> = pages.iter().copied().filter(|page| page.contract != 0).collect();
    under_contract.iter().for_each(|page| steps::escalation(&mut closing, page));
    under_contract.iter().for_each(|page| steps::profit_share(&mut closing, page));
    under_contract.iter().for_each(|page| reserves::keep(&mut closing, page));
    under_contract.iter().for_each(|page| reserves::let_go(&mut closing, page));
    waterfall::pay_out(&mut closing, &pages);
    let moves = closing.moves;
    Close { period, through: said.len(), rated: now, moves }
}
