//! Steps 3 and 4 of a close: reserves are let go, and kept (SPEC section 14.1).

use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Period;
use ledger_spec::event::Event;

use super::cells::Key;
use super::closes::{Closing, Page, Step};
use super::exact::{half_even, of, whole};
use super::rights;

/// A reserve: the period it is of, what was kept, and how it is let go.
struct Reserve {
    origin: Period,
    kept: i128,
    after: u16,
    parts: u16,
}

impl Reserve {
    fn account(&self, page: &Page) -> Account {
        Account { origin: self.origin.number().into(), ..page.account(AccountClass::RESERVE) }
    }

    /// How many of the parts are let go with a period and those before it.
    fn parts_by(&self, period: Period) -> i128 {
        let first = i128::from(self.origin.number()) + i128::from(self.after);
        (i128::from(period.number()) - first + 1).max(0).min(self.parts.into())
    }
}

/// Step 3. Reserve, earned: kept x j / parts, less what was let go of it before; with the last part all there is.
pub fn let_go(closing: &mut Closing<'_>, page: &Page) {
    for reserve in kept(closing, page) {
        let account = reserve.account(page);
        let holds = -closing.held.get(&account).copied().unwrap_or_default();
        let parts = reserve.parts_by(closing.period);
        let so_far = half_even(&(whole(reserve.kept) * whole(parts) / whole(reserve.parts.into())));
        let last = parts == i128::from(reserve.parts);
        let amount = if last { holds } else { (so_far - let_go_before(closing, &account)).min(holds) };
        closing.shift(Step::Release, *page, account, -amount);
    }
}

fn let_go_before(closing: &Closing<'_>, account: &Account) -> i128 {
    let moves = closing.before.iter().flat_map(|close| &close.moves);
    moves.filter(|moved| moved.step == Step::Release && moved.other == *account).map(|moved| -moved.amount).sum()
}

/// The reserves of a page: kept at earlier closes, or brought in; by period.
fn kept(closing: &Closing<'_>, page: &Page) -> Vec<Reserve> {
    let history = closing.history;
    let mut reserves: Vec<Reserve> = Vec::new();
    for (index, said) in history.counting() {
        if let Event::OpeningBalance(event) = &said.event
            && let Some(origin) = event.origin
            && (event.party, event.currency) == (page.party, page.currency)
            && history.first_version(event.contract, said.first) == page.contract
        {
            // By the terms of the last day of its period, as they were known when it was brought in.
            let terms = rights::terms_known(history, page.contract, origin.last_day(), index);
            let reserve = terms.and_then(|terms| terms.reserve.as_ref());
            let (after, parts) = reserve.map_or((1, 1), |reserve| (reserve.after, reserve.parts));
            reserves.push(Reserve { origin, kept: event.amount.picos(), after, parts });
        }
    }
    for close in closing.before {
        for moved in close.moves.iter().filter(|moved| moved.step == Step::Reserve && moved.page == *page) {
            let known = close.through as u64;
            let terms = rights::terms_known(history, page.contract, close.period.last_day(), known);
            let reserve = terms.and_then(|terms| terms.reserve.as_ref()).unwrap();
            let (origin, after, parts) = (close.period, reserve.after, reserve.parts);
            reserves.push(Reserve { origin, kept: moved.amount, after, parts });
        }
    }
    reserves.sort_by_key(|reserve| reserve.origin);
    reserves
}

/// Step 4. Earned, reserve: a share of what cells of the uses named came to in the period, if that is above zero.
pub fn keep(closing: &mut Closing<'_>, page: &Page) {
    let Some(reserve) = closing.terms(page).and_then(|terms| terms.reserve.clone()) else { return };
    let named = |key: &Key| reserve.uses.is_empty() || reserve.uses.contains(&key.terms.use_type);
    let came_to = closing.earnings.of_period(page, &named);
    if came_to > 0 {
        let amount = half_even(&(whole(came_to) * of(reserve.share)));
        let origin = closing.period.number().into();
        let account = Account { origin, ..page.account(AccountClass::RESERVE) };
        closing.shift(Step::Reserve, *page, account, amount);
    }
}
