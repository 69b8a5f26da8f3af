//! Steps 1 and 2 of a close: other rates from so many units on, and profit shares (SPEC section 14.1).

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{self as event, Contract, Escalation, Royalty};

use super::cells::Key;
use super::closes::{Closing, Page, Step};
use super::exact::{Exact, half_even, of, whole};
use super::money;
use super::paths::took_if;

/// Step 1. Commission, earned: what another rate makes of what cells came to at the base rate.
pub fn escalation(closing: &mut Closing<'_>, page: &Page) {
    let Some(terms) = closing.terms(page) else { return };
    let Some(Escalation { uses, configurations, steps, retroactive }) = &terms.escalation else { return };
    let counted = |key: &Key| {
        (uses.is_empty() || uses.contains(&key.terms.use_type))
            && (configurations.is_empty() || configurations.contains(&key.terms.configuration))
    };
    let rates = rates(terms, steps);
    let (before, now) = closing.earnings.units(page.contract, &counted);
    let base = party_rate(terms, terms.commission, 0);
    let (came_to, times, already) = if *retroactive {
        let already = -closing.moved_before(Step::Escalation, page);
        (closing.earnings.of_life(page, &counted), standing(&rates, now) / base, already)
    } else {
        let other = if now == before { 0 } else { now };
        let (low, high) = (before.min(other), before.max(other));
        let times = match high - low {
            0 => standing(&rates, before) / base,
            units => laid_out(&rates, low, high) / (whole(units) * base),
        };
        (closing.earnings.of_period(page, &counted), times, 0)
    };
    took_if(*retroactive && adds_up(came_to, &times), "escalation: retroactive");
    took_if(now < before && adds_up(came_to, &times), "escalation: more returned than sold");
    let adds = half_even(&(whole(came_to) * times)) - came_to - already;
    closing.shift(Step::Escalation, *page, page.commission(), -adds);
}

/// Whether something comes of another rate.
fn adds_up(came_to: i128, times: &Exact) -> bool {
    came_to != 0 && *times != whole(1)
}

/// The party's rate by a commission, or by the rate of a royalty of the price.
fn party_rate(terms: &Contract<'_>, commission: ledger_spec::money::Ratio, step: u64) -> Exact {
    match (&terms.royalty, step) {
        (Royalty::OfPrice { rate, .. }, 0) => of(*rate),
        (Royalty::OfPrice { .. }, _) => of(commission),
        _ => whole(1) - of(commission),
    }
}

/// The thresholds, and the rate from each on; the base rate from the beginning of time.
fn rates(terms: &Contract<'_>, steps: &[event::Step]) -> Vec<(i128, Exact)> {
    let mut rates = vec![(i128::MIN, party_rate(terms, terms.commission, 0))];
    rates.extend(steps.iter().map(|step| (step.units.into(), party_rate(terms, step.rate, step.units))));
    rates
}

/// The rate that stands at a counter.
fn standing(rates: &[(i128, Exact)], counter: i128) -> Exact {
    rates.iter().rfind(|(from, _)| *from <= counter).unwrap().1.clone()
}

/// The sum of the units from one counter to another, each at its rate.
fn laid_out(rates: &[(i128, Exact)], before: i128, now: i128) -> Exact {
    let mut sum = whole(0);
    for (place, (from, rate)) in rates.iter().enumerate() {
        let until = rates.get(place + 1).map_or(i128::MAX, |(next, _)| *next);
        let units = now.min(until) - before.max(*from).min(now);
        sum += whole(units.max(0)) * rate;
    }
    sum
}

/// Step 2. Commission, earned: costs go first, over the life of the contract.
pub fn profit_share(closing: &mut Closing<'_>, page: &Page) {
    let Some(terms) = closing.terms(page).filter(|terms| terms.royalty == Royalty::ProfitShare) else { return };
    let came_to = closing.earnings.of_life(page, &|_| true);
    let share = whole(1) - of(terms.commission);
    let entitled = half_even(&(whole(came_to) - share * whole(costs(closing, page)))).max(0);
    let already = -closing.moved_before(Step::ProfitShare, page);
    took_if(entitled == 0 && came_to > 0, "profit share: costs above income");
    took_if(already != 0, "profit share: moved before");
    closing.shift(Step::ProfitShare, *page, page.commission(), came_to - entitled + already);
}

/// The costs of a page that went to costs in whole, and count.
fn costs(closing: &Closing<'_>, page: &Page) -> i128 {
    let of = |(index, said): (u64, &super::history::Said<'_>)| match &said.event {
        Event::CostCharged(cost) => {
            let contract = closing.history.first_version(Some(cost.contract), said.first);
            let here = contract == page.contract && cost.party == page.party && cost.currency == page.currency;
            (here && money::in_whole(closing.history, index)).then_some(cost.amount.picos())
        }
        _ => None,
    };
    closing.history.counting().filter_map(of).sum()
}
