//! Steps 3 and 4 of a close: reserves are kept, and let go (SPEC section 14.1).

use std::collections::BTreeSet;

use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReserveFrom};
use ledger_spec::date::Period;
use ledger_spec::event::Event;

use super::cells::Key;
use super::closes::{Closing, Move, Page, Step};
use super::exact::{self, half_even, whole};
use super::paths::{took, took_if};
use super::rights;

/// After how many closes the first part is let go, and in how many parts.
type Schedule = (u16, u16);

/// A reserve: the period it is of, what was kept, what was let go of it, and how it is.
struct Reserve {
    origin: Period,
    kept: i128,
    let_go: i128,
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

/// Step 4. Reserve, earned: kept x j / parts, less what was let go of it before; with the last part all there is.
pub fn let_go(closing: &mut Closing<'_>, page: &Page) {
    for reserve in kept(closing, page).0 {
        let account = reserve.account(page);
        let holds = -closing.held.get(&account).copied().unwrap_or_default();
        let parts = reserve.parts_by(closing.period);
        let so_far = half_even(&(whole(reserve.kept) * whole(parts) / whole(reserve.parts.into())));
        let last = parts == i128::from(reserve.parts);
        took_if(parts > 0 && !last && holds > 0, "reserve: a part let go");
        took_if(last && reserve.parts > 1 && holds > 0, "reserve: the last of several parts");
        took_if(parts > 0 && holds < 0, "reserve: less than nothing left");
        let amount = if last { holds } else { (so_far - reserve.let_go).min(holds).max(0) };
        closing.shift(Step::Release, *page, account, -amount);
    }
}

/// The reserves of a page that are not let go yet, by period.
struct Kept(Vec<Reserve>);

impl Kept {
    /// Something more is kept, or brought in, or taken back: on top of what there is, or else by a schedule.
    fn keep(&mut self, origin: Period, amount: i128, schedule: Option<Schedule>) {
        match self.0.iter_mut().find(|reserve| reserve.origin == origin) {
            Some(reserve) => reserve.kept += amount,
            None => {
                let (after, parts) = schedule.unwrap_or((1, 1));
                self.0.push(Reserve { origin, kept: amount, let_go: 0, after, parts });
            }
        }
        self.0.retain(|reserve| reserve.kept != 0);
    }

    /// A close kept something, and let something go.
    fn close(&mut self, closing: &Closing<'_>, page: &Page, (period, known): (Period, u64), moves: &[Move]) {
        let terms = rights::terms_known(closing.history, page.contract, period.last_day(), known);
        let schedule = terms.and_then(|terms| terms.reserve.as_ref()).map(|reserve| (reserve.after, reserve.parts));
        for moved in moves.iter().filter(|moved| moved.page == *page) {
            let origin = Period::from_number(moved.other.origin.try_into().unwrap_or(0));
            match (moved.step, origin) {
                (Step::Reserve, Some(origin)) => self.keep(origin, moved.amount, schedule),
                (Step::Release, Some(origin)) => {
                    let reserve = self.0.iter_mut().find(|reserve| reserve.origin == origin);
                    reserve.unwrap().let_go -= moved.amount;
                }
                _ => {}
            }
        }
    }

    /// Nothing is left to be let go of some once a period is closed.
    fn forget(&mut self, period: Period) {
        self.0.retain(|reserve| reserve.parts_by(period) < reserve.parts.into());
    }
}

/// The reserves of a page: kept at this close or an earlier one, or brought in.
fn kept(closing: &Closing<'_>, page: &Page) -> Kept {
    let mut kept = Kept(Vec::new());
    let mut closes = closing.before.iter().peekable();
    for (index, said) in closing.history.all() {
        while let Some(close) = closes.next_if(|close| close.through as u64 <= index) {
            kept.close(closing, page, (close.period, close.through as u64), &close.moves);
            kept.forget(close.period);
        }
        match &said.event {
            Event::Reversal(reversal) => {
                if let Some((origin, amount, _)) = brought(closing, page, reversal.target.resolve(said.first)) {
                    kept.keep(origin, -amount, None);
                }
            }
            _ => {
                if let Some((origin, amount, schedule)) = brought(closing, page, index) {
                    kept.keep(origin, amount, schedule);
                }
            }
        }
    }
    for close in closes {
        kept.close(closing, page, (close.period, close.through as u64), &close.moves);
        kept.forget(close.period);
    }
    kept.close(closing, page, (closing.period, u64::MAX), &closing.moves);
    kept.0.sort_by_key(|reserve| reserve.origin);
    kept
}

/// A reserve that an event brought in: its period, how much, and when the terms of the last day of its period, as they were
/// known then, let it go.
fn brought(closing: &Closing<'_>, page: &Page, index: u64) -> Option<(Period, i128, Option<Schedule>)> {
    let said = closing.history.at(index);
    let Event::OpeningBalance(event) = &said.event else { return None };
    let origin = event.origin?;
    took("reserve: brought in");
    let contract = closing.history.first_version(event.contract, said.first);
    if (event.party, contract, event.currency) != (page.party, page.contract, page.currency) {
        return None;
    }
    let terms = rights::terms_known(closing.history, page.contract, origin.last_day(), index);
    let reserve = terms.and_then(|terms| terms.reserve.as_ref());
    Some((origin, event.amount.picos(), reserve.map(|reserve| (reserve.after, reserve.parts))))
}

/// Step 3. Earned, reserve: a share of what cells of the uses named came to in the period, if that is above zero; by the
/// month of use, where that is what closes are counted from.
pub fn keep(closing: &mut Closing<'_>, page: &Page) {
    let Some(terms) = closing.terms(page).and_then(|terms| terms.reserve.clone()) else { return };
    let named = |key: &Key| terms.uses.is_empty() || terms.uses.contains(&key.terms.use_type);
    let month = |key: &Key| if terms.from == ReserveFrom::USE { key.terms.to.period() } else { closing.period };
    let months: BTreeSet<Period> = closing.earnings.keys().filter(|key| named(key)).map(month).collect();
    let mut keeps: Vec<(Period, i128)> = Vec::new();
    for of in months {
        let came_to = closing.earnings.of_period(page, &|key| named(key) && month(key) == of);
        let reserve = Reserve { origin: of, kept: 0, let_go: 0, after: terms.after, parts: terms.parts };
        if came_to > 0 && reserve.parts_by(closing.period) < terms.parts.into() {
            keeps.push((of, half_even(&(whole(came_to) * exact::of(terms.share)))));
        }
    }
    for (origin, amount) in keeps {
        let account = Account { origin: origin.number().into(), ..page.account(AccountClass::RESERVE) };
        closing.shift(Step::Reserve, *page, account, amount);
    }
}
