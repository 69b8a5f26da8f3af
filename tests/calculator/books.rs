//! Everything together: what every account holds after a list of events.
//!
//! What cells derive is never posted by a single event: at any moment it is what all cells of that moment come to. A
//! close moves what stood earned at that moment, by rules that look at earlier closes (`closes`). So the books after
//! some events are computed close by close, each time from the first event on.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Basis};
use ledger_spec::event::Event;

use super::cells::{self, Key};
use super::closes::{self, Close};
use super::history::{History, Said};
use super::money;
use super::sale::{self, Credits};

/// What accounts hold, debit above zero.
pub type Balances = BTreeMap<Account, i128>;

/// What a cell is rated as at some moment.
pub struct Rated {
    pub key: Key,
    pub units: i128,
    pub credits: Credits,
}

/// The balance of every account after these events; accounts that hold nothing are left out.
pub fn balances(said: &[Said<'_>]) -> Balances {
    balances_after(said, &mut Vec::new())
}

/// The same of a ledger that grows: what its closes moved is computed once for each.
pub fn balances_after(said: &[Said<'_>], closes: &mut Vec<Close>) -> Balances {
    let known = closes.last().map_or(0, |close| close.through + 1);
    for (index, one) in said.iter().enumerate().skip(known) {
        if let Event::PeriodClosed(close) = &one.event {
            let close = closes::close(&said[..index], close.period, closes);
            closes.push(close);
        }
    }
    let history = History::new(said);
    let mut balances = held(&history, &rated(&history), closes);
    balances.retain(|_, amount| *amount != 0);
    balances
}

/// What accounts hold after these events, with cells rated so, and the moves of these closes.
pub fn held(history: &History<'_>, rated: &[Rated], closes: &[Close]) -> Balances {
    let mut balances = without_closes(history, rated);
    for moved in closes.iter().flat_map(|close| &close.moves) {
        add(&mut balances, [(moved.page.earned(), moved.amount), (moved.other, -moved.amount)]);
    }
    balances
}

/// Every cell, rated.
pub fn rated(history: &History<'_>) -> Vec<Rated> {
    let rate = |cell: cells::Cell| Rated { key: cell.key, units: cell.units, credits: sale::rate(history, &cell) };
    cells::cells(history).into_iter().map(rate).collect()
}

/// What everything but closes comes to.
fn without_closes(history: &History<'_>, rated: &[Rated]) -> Balances {
    let mut balances = Balances::new();
    for (index, _) in history.all() {
        add(&mut balances, money::postings(history, index));
    }
    for cell in rated {
        for (account, amount) in &cell.credits {
            let of_source = Account::of(AccountClass::RECEIVABLE, account.currency);
            let receivable = Account { origin: cell.key.source, ..of_source };
            add(&mut balances, [(receivable, *amount), (*account, -amount)]);
        }
    }
    add(&mut balances, rounding(history));
    balances
}

/// What rounding line by line left over of the exact total of a source, once the source is closed.
fn rounding(history: &History<'_>) -> Vec<(Account, i128)> {
    let mut postings = Vec::new();
    for (_, said) in history.counting() {
        if let Event::SourceClosed(closed) = &said.event
            && history.counts(closed.source)
        {
            for (currency, residue) in cells::residues(history, closed.source) {
                let of_source = Account { origin: closed.source, ..Account::of(AccountClass::RECEIVABLE, currency) };
                postings.push((of_source, residue));
                postings.push((Account::of(AccountClass::ROUNDING, currency), -residue));
            }
        }
    }
    postings
}

pub fn add(balances: &mut Balances, postings: impl IntoIterator<Item = (Account, i128)>) {
    for (account, amount) in postings {
        *balances.entry(account).or_default() += amount;
    }
}

/// What is to be received of each source: what its lines report, in all exactly as given once it is closed, less what was
/// paid of it. Without a rule or a catalogue: only what was reported and what was paid.
pub fn receivables(said: &[Said<'_>]) -> Balances {
    let history = History::new(said);
    let mut owed = Balances::new();
    for cell in cells::cells(&history) {
        let of_source = Account::of(AccountClass::RECEIVABLE, cell.key.terms.currency);
        add(&mut owed, [(Account { origin: cell.key.source, ..of_source }, cell.money)]);
        // What plays come to of a pool their source owes beside what it reported.
        if cell.key.terms.basis == Basis::NONE {
            for (account, amount) in sale::rate(&history, &cell) {
                let of_source = Account::of(AccountClass::RECEIVABLE, account.currency);
                add(&mut owed, [(Account { origin: cell.key.source, ..of_source }, amount)]);
            }
        }
    }
    let kept = |account: &Account| account.class == AccountClass::RECEIVABLE;
    for (index, _) in history.all() {
        add(&mut owed, money::postings(&history, index).into_iter().filter(|(account, _)| kept(account)));
    }
    add(&mut owed, rounding(&history).into_iter().filter(|(account, _)| kept(account)));
    owed.retain(|_, amount| *amount != 0);
    owed
}
