//! What is withheld of a payout (SPEC section 12.4).

use ledger_spec::date::Date;
use ledger_spec::event::Event;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;

use super::exact::{half_even, of, picos, whole};
use super::history::History;
use super::paths::{took, took_if};
use super::place::in_days;

/// By the form that holds for the party on the day of payment, of several the one recorded last: the part that it says,
/// rounded once to the minor unit of the currency. None without a form.
pub fn withheld(history: &History<'_>, party: PartyId, day: Date, amount: Amount, currency: Currency) -> Option<i128> {
    let forms = history.counting().filter_map(|(_, said)| match &said.event {
        Event::TaxForm(form) if form.party == party => Some(form),
        _ => None,
    });
    let forms: Vec<_> = forms.collect();
    let in_force = forms.iter().rfind(|form| in_days(Some(form.from), form.until, day));
    took_if(in_force.is_none() && !forms.is_empty(), "tax: no form holds for the day");
    let unit = minor_unit(currency);
    let coins = half_even(&(picos(amount) * of(in_force?.rate) / whole(unit)));
    took("tax: by form");
    Some(coins * unit)
}

/// The smallest coin, in picos: a cent, but of some currencies the whole unit or a thousandth (ISO 4217).
pub fn minor_unit(currency: Currency) -> i128 {
    let decimals = match currency.to_string().as_str() {
        "JPY" => 0,
        "KWD" => 3,
        _ => 2,
    };
    10i128.pow(12 - decimals)
}
