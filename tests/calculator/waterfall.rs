//! Steps 5 to 10 of a close: what waits stays earned; of the rest advances and costs are recouped, letters of direction
//! followed; what is left becomes due (SPEC section 14.1).

use std::collections::BTreeMap;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, Crossing, PayWhen, ReasonCode, RecoupOrder};
use ledger_spec::date::Date;
use ledger_spec::event::Event;

use super::closes::{Closing, Page, Step};
use super::exact::{Exact, between, divide_by_shares, half_even, of, whole};
use super::paths::took_if;
use super::place::in_days;

pub fn pay_out(closing: &mut Closing<'_>, pages: &[Page]) {
    let mut left: BTreeMap<Page, i128> = pages.iter().map(|page| (*page, waits(closing, page))).collect();
    let under_contract = || pages.iter().filter(|page| page.contract != 0);
    for page in under_contract() {
        recoup(closing, page, page, left[page]);
    }
    let sisters = sisters(closing, pages);
    for (page, sister) in &sisters {
        make_up(closing, page, sister, &mut left);
    }
    for (page, sister) in &sisters {
        if in_full(closing, page, sister) {
            let open = !open_outlays(closing, sister).is_empty();
            took_if(open && closing.earned(page) > left[page], "recoupment: of a sister contract");
            recoup(closing, page, sister, left[page]);
        }
    }
    for page in pages {
        directed(closing, page, left[page]);
    }
    for page in pages {
        let amount = closing.earned(page) - left[page];
        closing.shift(Step::Due, *page, page.account(AccountClass::DUE), amount);
    }
}

/// Step 5. How much of what earned holds is left out of the steps after it.
fn waits(closing: &Closing<'_>, page: &Page) -> i128 {
    let earned = closing.earned(page);
    let Some(terms) = closing.terms(page) else { return 0 };
    let ends_a_statement = (closing.period.number() + 1).is_multiple_of(terms.cycle_months.into());
    if !ends_a_statement || (earned < 0 && !terms.may_go_negative) {
        took_if(!ends_a_statement && earned != 0, "waits: no statement yet");
        took_if(ends_a_statement, "waits: below zero");
        return earned;
    }
    took_if(earned < 0, "close: may go below zero");
    if terms.pay_when == PayWhen::PAID { between(0, earned.max(0), not_paid(closing, page)) } else { 0 }
}

/// What cells of each source came to, as far as the source has not paid what it reported.
fn not_paid(closing: &Closing<'_>, page: &Page) -> i128 {
    let of_source = |(source, came_to): (u64, i128)| {
        let receivable = Account { origin: source, ..Account::of(AccountClass::RECEIVABLE, page.currency) };
        let open = closing.held.get(&receivable).copied().unwrap_or_default() + written_off(closing, &receivable);
        let reported = closing.earnings.reported(source, page.currency) + closing.residue(source, page.currency);
        if reported == 0 {
            return 0;
        }
        took_if(open != 0 && came_to != 0, "waits: not paid by the source");
        took_if(open != 0 && open != reported && came_to != 0, "waits: paid in part");
        let fraction = (whole(open) / whole(reported)).max(whole(0)).min(whole(1));
        half_even(&(whole(came_to) * fraction))
    };
    closing.earnings.by_source(page).into_iter().map(of_source).sum()
}

/// What was written off of a receivable before the close: it never came.
fn written_off(closing: &Closing<'_>, receivable: &Account) -> i128 {
    let sides = closing.history.counting().flat_map(|(_, said)| match &said.event {
        Event::Adjustment(event) if event.reason == ReasonCode::WRITE_OFF => event.sides.clone(),
        _ => Vec::new(),
    });
    sides.filter(|side| side.account == *receivable).map(|side| -side.amount.picos()).sum()
}

/// The contract that `crosses` names, or itself.
fn group_of(closing: &Closing<'_>, page: &Page) -> u64 {
    let crosses = closing.terms(page).and_then(|terms| terms.crosses);
    crosses.map_or(page.contract, |first| closing.history.first_version(Some(first), 0))
}

/// Each page with each other of its party, currency and group.
fn sisters(closing: &Closing<'_>, pages: &[Page]) -> Vec<(Page, Page)> {
    let mut sisters = Vec::new();
    for page in pages.iter().filter(|page| page.contract != 0) {
        let same = |other: &&Page| {
            (other.party, other.currency) == (page.party, page.currency) && other.contract != 0 && *other != page
        };
        let others = pages.iter().filter(same);
        let group = others.filter(|other| group_of(closing, other) == group_of(closing, page));
        sisters.extend(group.map(|other| (*page, *other)));
    }
    sisters
}

/// Whether neither of two contracts crosses only what is recouped.
fn in_full(closing: &Closing<'_>, page: &Page, sister: &Page) -> bool {
    [page, sister].into_iter().all(|page| closing.terms(page).unwrap().crossing != Crossing::RECOUPED)
}

/// Step 7. Earned, earned: what a page can be paid makes up what a sister's account lacks to nothing.
fn make_up(closing: &mut Closing<'_>, page: &Page, sister: &Page, waits: &mut BTreeMap<Page, i128>) {
    let can_be_paid = closing.earned(page) - waits[page];
    let lacks = -closing.earned(sister);
    let recouped = open_outlays(closing, sister).is_empty();
    let amount = can_be_paid.min(lacks);
    if amount > 0 && (recouped || in_full(closing, page, sister)) {
        closing.shift(Step::MadeUp, *page, sister.earned(), amount);
        // What waited below zero waits no longer.
        let waiting = waits.get_mut(sister).unwrap();
        *waiting += if *waiting < 0 { amount } else { 0 };
    }
}

/// Steps 6 and 8. Earned, advance: what a page can be paid recoups what is open of a contract, in the order of that one.
fn recoup(closing: &mut Closing<'_>, page: &Page, of: &Page, waits: i128) {
    for account in open_outlays(closing, of) {
        let there = (closing.earned(page) - waits).max(0);
        let open = closing.held.get(&account).copied().unwrap_or_default();
        closing.shift(Step::Recoupment, *page, account, there.min(open));
    }
}

/// The advances and costs of a page that hold something, in the order in which the contract recoups them.
fn open_outlays(closing: &Closing<'_>, page: &Page) -> Vec<Account> {
    let accounts = closing.held.iter().filter(|(account, amount)| {
        account.class == AccountClass::ADVANCE && Page::of(account) == *page && **amount > 0
    });
    let mut accounts: Vec<Account> = accounts.map(|(account, _)| *account).collect();
    let order = closing.terms(page).map_or(RecoupOrder::BY_DATE, |terms| terms.recoups);
    took_if(accounts.len() > 1 && order != RecoupOrder::BY_DATE, "recoupment: advances or costs first");
    accounts.sort_by_key(|account| {
        let (date, is_cost) = outlay(closing, account.origin);
        let later = match order {
            RecoupOrder::ADVANCES_FIRST => is_cost,
            RecoupOrder::COSTS_FIRST => !is_cost,
            _ => false,
        };
        (later, date, account.origin)
    });
    accounts
}

/// The day of an advance or a cost, and whether it is a cost.
fn outlay(closing: &Closing<'_>, event: u64) -> (Date, bool) {
    match &closing.history.at(event).event {
        Event::AdvancePaid(advance) => (advance.date, false),
        Event::CostCharged(cost) => (cost.date, true),
        Event::OpeningBalance(brought) => (brought.as_of, false),
        other => panic!("{} is no outlay", other.name()),
    }
}

/// Step 9. Earned, due of another party: its share of what is left above zero, by each letter of direction.
fn directed(closing: &mut Closing<'_>, page: &Page, waits: i128) {
    let left = closing.earned(page) - waits;
    if left <= 0 {
        return;
    }
    let day = closing.period.last_day();
    let letters = closing.history.counting().filter_map(|(_, said)| match &said.event {
        Event::LetterOfDirection(letter) => {
            let contract = letter.contract.map(|_| closing.history.first_version(letter.contract, said.first));
            let here = letter.party == page.party && contract.is_none_or(|contract| contract == page.contract);
            (here && in_days(letter.from, letter.until, day)).then_some(letter)
        }
        _ => None,
    });
    let letters: Vec<_> = letters.collect();
    let shares: Vec<Exact> = letters.iter().map(|letter| of(letter.share)).collect();
    took_if(letters.len() > 1, "letters: several");
    let (parts, _) = divide_by_shares(left, &shares);
    for (letter, part) in letters.into_iter().zip(parts) {
        let to = Page { party: letter.to, contract: 0, currency: page.currency };
        closing.shift(Step::Letter, *page, to.account(AccountClass::DUE), part);
    }
}
