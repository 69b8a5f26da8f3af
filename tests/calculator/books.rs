//! Everything together: what every account holds after a list of events.
//!
//! What cells derive is never posted by a single event: at any moment it is what all cells of that moment come to. A
//! close makes due what stood earned at that moment. So what is due after some events is computed close by close, each
//! time from the first event on.

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;

use super::cells;
use super::history::{History, Said};
use super::money;
use super::sale;

/// What accounts hold, debit above zero; accounts that hold nothing are left out.
pub type Balances = BTreeMap<Account, i128>;

/// The balance of every account after these events.
pub fn balances(said: &[Said<'_>]) -> Balances {
    let mut moved = Balances::new();
    for (index, close) in said.iter().enumerate() {
        if let Event::PeriodClosed(_) = close.event {
            let mut before = without_closes(&said[..index]);
            add(&mut before, moved.clone());
            add(&mut moved, closed(&before));
        }
    }
    let mut balances = without_closes(said);
    add(&mut balances, moved);
    balances.retain(|_, amount| *amount != 0);
    balances
}

/// What a close does: Dr earned, Cr due (DESIGN section 4).
fn closed(before: &Balances) -> Balances {
    let mut postings = Balances::new();
    for (account, amount) in before {
        if account.class == AccountClass::EARNED {
            add(&mut postings, [(*account, -amount), (Account { class: AccountClass::DUE, ..*account }, *amount)]);
        }
    }
    postings
}

/// What everything but closes comes to.
fn without_closes(said: &[Said<'_>]) -> Balances {
    let history = History::new(said);
    let mut balances = Balances::new();
    for (index, _) in history.all() {
        add(&mut balances, money::postings(&history, index));
    }
    for cell in cells::cells(&history) {
        let receivable =
            Account { origin: cell.key.source, ..Account::of(AccountClass::RECEIVABLE, cell.key.terms.currency) };
        let credits = sale::rate(&history, &cell);
        let posted: i128 = credits.iter().map(|(_, amount)| amount).sum();
        add(&mut balances, [(receivable, posted)]);
        add(&mut balances, credits.into_iter().map(|(account, amount)| (account, -amount)));
    }
    add(&mut balances, rounding(&history));
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

fn add(balances: &mut Balances, postings: impl IntoIterator<Item = (Account, i128)>) {
    for (account, amount) in postings {
        *balances.entry(account).or_default() += amount;
    }
}
