//! What events post by themselves (DESIGN section 4, the table of cases): debits above zero, credits below.

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::money::*;
use ledger_spec::money::Currency;
use ledger_spec::reference::EventRef;

use super::exact::{half_even, of, picos, whole, written};
use super::history::{History, Said};
use super::paths::took_if;
use super::rights;
use super::tax;

pub type Postings = Vec<(Account, i128)>;

/// The postings of an event, also of a reversal of one.
pub fn postings(history: &History<'_>, index: u64) -> Postings {
    let said = history.at(index);
    match &said.event {
        Event::OpeningBalance(event) => opening(history, index, event),
        Event::AdvancePaid(event) => advance(history, index, event),
        Event::CostCharged(event) => cost(history, index, event),
        Event::PaymentReceived(event) => payment(said, event),
        Event::Adjustment(event) => event.sides.iter().map(|side| (side.account, side.amount.picos())).collect(),
        Event::Converted(event) => conversion(history, said, event),
        Event::PayoutInstructed(event) => instructed(history, index, event),
        Event::PayoutSettled(event) => settled(history, event.payout.resolve(said.first)),
        Event::PayoutFailed(event) => negated(postings(history, event.payout.resolve(said.first))),
        Event::Reversal(event) => reversed(history, index, event.target.resolve(said.first)),
        _ => Vec::new(),
    }
}

fn reversed(history: &History<'_>, index: u64, target: u64) -> Postings {
    let closed = |said: &Said<'_>| matches!(said.event, Event::PeriodClosed(_));
    let after_a_close = history.said[target as usize..index as usize].iter().any(closed);
    took_if(after_a_close, "reversal: of what was closed over");
    let posted = postings(history, target);
    took_if(after_a_close && !posted.is_empty(), "reversal: of money that was closed over");
    negated(posted)
}

fn negated(postings: Postings) -> Postings {
    postings.into_iter().map(|(account, amount)| (account, -amount)).collect()
}

fn plain(class: AccountClass, currency: Currency) -> Account {
    Account::of(class, currency)
}

/// The account of a party under a contract.
fn account(
    history: &History<'_>,
    said: &Said<'_>,
    class: AccountClass,
    (party, contract): (ledger_spec::reference::PartyId, Option<EventRef>),
    currency: Currency,
) -> Account {
    Account { party, contract: history.first_version(contract, said.first), ..plain(class, currency) }
}

/// Dr opening, Cr what it was: due, the reserve of its period, or, below zero, an advance of its own.
fn opening(history: &History<'_>, index: u64, event: &OpeningBalance) -> Postings {
    let (amount, currency) = (event.amount.picos(), event.currency);
    let whose = account(history, history.at(index), event.class, (event.party, event.contract), currency);
    let origin = match event.class {
        AccountClass::ADVANCE => index,
        _ => event.origin.map_or(0, |period| period.number().into()),
    };
    vec![(plain(AccountClass::OPENING, currency), amount), (Account { origin, ..whose }, -amount)]
}

/// Dr advance, Cr bank.
fn advance(history: &History<'_>, index: u64, event: &AdvancePaid) -> Postings {
    let whose = (event.party, Some(event.contract));
    let account = account(history, history.at(index), AccountClass::ADVANCE, whose, event.currency);
    let amount = event.amount.picos();
    vec![(Account { origin: index, ..account }, amount), (plain(AccountClass::BANK, event.currency), -amount)]
}

/// Dr advance by what is recouped, and costs by the rest; Cr bank.
fn cost(history: &History<'_>, index: u64, event: &CostCharged) -> Postings {
    let whose = (event.party, Some(event.contract));
    let account = account(history, history.at(index), AccountClass::ADVANCE, whose, event.currency);
    let amount = event.amount.picos();
    let recouped = if in_whole(history, index) { 0 } else { half_even(&(whole(amount) * of(event.recoupable))) };
    let costs = Account { contract: account.contract, ..plain(AccountClass::COSTS, event.currency) };
    vec![
        (Account { origin: index, ..account }, recouped),
        (costs, amount - recouped),
        (plain(AccountClass::BANK, event.currency), -amount),
    ]
}

/// Whether all of a cost goes to costs: under a profit share, by the terms of its day.
pub fn in_whole(history: &History<'_>, index: u64) -> bool {
    let said = history.at(index);
    let Event::CostCharged(event) = &said.event else { return false };
    let contract = history.first_version(Some(event.contract), said.first);
    let terms = rights::terms_known(history, contract, event.date, index);
    terms.is_some_and(|terms| terms.royalty == Royalty::ProfitShare)
}

/// Dr bank, tax recoverable and fees; Cr receivable of each source that is settled.
fn payment(said: &Said<'_>, event: &PaymentReceived) -> Postings {
    let came =
        [(AccountClass::BANK, event.bank), (AccountClass::TAX_RECOVERABLE, event.tax), (AccountClass::FEES, event.fee)];
    let came = came.map(|(class, amount)| (plain(class, event.currency), amount.picos()));
    let settles = event.sources.iter().map(|part| {
        let origin = part.source.resolve(said.first);
        (Account { origin, ..plain(AccountClass::RECEIVABLE, event.currency) }, -part.amount.picos())
    });
    came.into_iter().chain(settles).collect()
}

/// Dr due in one currency, Cr exchange; Dr exchange in the other, Cr due.
fn conversion(history: &History<'_>, said: &Said<'_>, event: &Converted) -> Postings {
    let given = event.amount.picos();
    let comes = half_even(&(picos(event.amount) * written(event.rate)));
    let due = |currency| account(history, said, AccountClass::DUE, (event.party, event.contract), currency);
    vec![
        (due(event.from), given),
        (plain(AccountClass::EXCHANGE, event.from), -given),
        (plain(AccountClass::EXCHANGE, event.to), comes),
        (due(event.to), -comes),
    ]
}

/// Dr due; Cr in transit and tax payable. The tax is that of the form in force when it is instructed, else as said.
fn instructed(history: &History<'_>, index: u64, event: &PayoutInstructed) -> Postings {
    let said = history.at(index);
    let due = account(history, said, AccountClass::DUE, (event.party, event.contract), event.currency);
    let tax = Account { party: event.party, ..plain(AccountClass::TAX_PAYABLE, event.currency) };
    let amount = event.amount.picos();
    let kept = tax_of(history, index, event);
    vec![(due, amount), (in_transit(index, due), kept - amount), (tax, -kept)]
}

fn tax_of(history: &History<'_>, index: u64, event: &PayoutInstructed) -> i128 {
    let then = History::new(&history.said[..index as usize]);
    let by_form = tax::withheld(&then, event.party, event.date, event.amount, event.currency);
    by_form.unwrap_or_else(|| event.tax.picos())
}

/// Dr in transit, Cr bank.
fn settled(history: &History<'_>, payout: u64) -> Postings {
    let Event::PayoutInstructed(event) = &history.at(payout).event else { return Vec::new() };
    let said = history.at(payout);
    let due = account(history, said, AccountClass::DUE, (event.party, event.contract), event.currency);
    let paid = event.amount.picos() - tax_of(history, payout, event);
    vec![(in_transit(payout, due), paid), (plain(AccountClass::BANK, event.currency), -paid)]
}

fn in_transit(payout: u64, due: Account) -> Account {
    Account { class: AccountClass::IN_TRANSIT, origin: payout, ..due }
}
