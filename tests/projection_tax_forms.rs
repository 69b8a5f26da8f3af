//! Tax is withheld by the form in force on the day of payment, to the cent, and nobody says how it is taxed itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{Entry, Filter, FoldError, TaxStatus};
use cantus::royalty::postings;
use ledger_spec::code::{AccountClass, ReasonCode, TaxFormKind};
use ledger_spec::event::Event;
use ledger_spec::event::money::{OpeningBalance, PayoutInstructed, Reversal, TaxForm};
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::Hash;
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;
use projection_support::desk::{Desk, MAY};
use projection_support::*;

const NORWAY: Territory = Territory(578);

fn balance() -> OpeningBalance {
    OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of: date("2025-12-31"),
        class: AccountClass::DUE,
        origin: None,
        amount: amount("1000"),
        currency: usd(),
        evidence: Hash::default(),
    }
}

fn form(rate: &str) -> TaxForm {
    TaxForm {
        party: ARTIST,
        form: TaxFormKind::W8BEN,
        country: NORWAY,
        rate: ratio(rate),
        article: 12,
        from: date("2026-01-01"),
        until: Some(date("2026-12-31")),
        evidence: Hash::default(),
        replaces: None,
    }
}

fn payout(sum: &str, tax: &str, day: &str) -> PayoutInstructed {
    let (amount, tax, date) = (amount(sum), amount(tax), date(day));
    PayoutInstructed { party: ARTIST, contract: None, currency: usd(), amount, tax, date }
}

fn desk() -> Desk {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&[&balance()]).unwrap();
    desk
}

#[test]
fn tax_is_the_rate_of_the_payout_rounded_once_to_the_minor_unit() {
    for (sum, currency, rate, tax) in [
        ("100", "USD", "30%", "30"),
        ("100.05", "USD", "30%", "30.02"), // 30.015: to the even cent
        ("100.15", "USD", "30%", "30.04"), // 30.045
        ("0.01", "USD", "1/2", "0"),       // half a cent
        ("0.03", "USD", "1/2", "0.02"),    // one and a half
        ("0.01", "USD", "49999999999999/100000000000000", "0"),
        ("0.03", "USD", "49999999999999/100000000000000", "0.01"), // just below one and a half, however near
        ("101", "JPY", "15%", "15"),
        ("1", "KWD", "1/3", "0.333"),
        ("100", "USD", "0", "0"),
        ("100", "USD", "1", "100"),
    ] {
        let found = postings::withheld(amount(sum), currency.parse().unwrap(), ratio(rate)).unwrap();
        assert_eq!(found, amount(tax), "{rate} of {sum} {currency}");
    }
    assert!(postings::withheld(amount("1"), "XAU".parse().unwrap(), ratio("1/2")).is_err());
}

#[test]
fn a_payout_has_the_tax_of_the_form_in_force_that_day() {
    let mut desk = desk();
    desk.say(&[&payout("10", "1.11", "2026-04-30")]).unwrap();
    let first = desk.say(&[&form("30%")]).unwrap();
    assert_eq!(desk.refused(&[&payout("100.05", "0", "2026-04-30")]), "tax");
    assert_eq!(
        desk.say(&[&payout("100.05", "30.01", "2026-04-30")]).unwrap_err().text,
        format!("by tax form {first}, 3/10 of 100.05 USD is withheld, which is 30.02; 30.01 is not")
    );
    desk.say(&[&payout("100.05", "30.02", "2026-04-30")]).unwrap();
    desk.at(MAY + 243 * 86_400_000);
    assert_eq!(
        desk.say(&[&payout("50", "0", "2027-01-01")]).unwrap_err().text,
        format!("tax form {first} of the party ended on 2026-12-31; append the one that holds now")
    );
    let filter = Filter { class: Some(AccountClass::TAX_PAYABLE), ..Filter::default() };
    let tax = desk.keeper.state_mut().settle().unwrap().balances().rows(&filter);
    assert_eq!(tax[0].amount, amount("-31.13"));

    let status = |day| desk.state().catalogue().tax_status(ARTIST, date(day));
    assert_eq!(status("2026-12-31"), TaxStatus::Form { form: first, rate: ratio("3/10") });
    assert_eq!(status("2027-01-01"), TaxStatus::Expired { form: first, until: date("2026-12-31") });
    assert_eq!(status("2025-12-31"), TaxStatus::NoForm);
}

#[test]
fn a_form_is_replaced_and_taken_back_like_other_facts() {
    let mut desk = desk();
    let first = desk.say(&[&form("30%")]).unwrap();
    assert_eq!(desk.refused(&[&form("15%")]), "said-already");
    let replaces = Some(EventRef::At(first));
    let treaty = TaxForm { replaces, ..form("15%") };
    let other = TaxForm { party: SECOND_ARTIST, ..treaty };
    assert_eq!(desk.refused(&[&other]), "replaces-other");
    let second = desk.say(&[&treaty, &payout("10", "1.50", "2026-04-30")]).unwrap();
    assert_eq!(desk.refused(&[&treaty]), "counts-no-longer");

    let remark = Remark { about: None, text: "the treaty does not apply" };
    let (target, reason) = (EventRef::At(second), ReasonCode::ERROR);
    desk.say(&[&remark, &Reversal { target, reason, remark: EventRef::Here(0) }]).unwrap();
    assert_eq!(desk.refused(&[&payout("20", "3", "2026-04-30")]), "tax");
    desk.say(&[&payout("20", "6", "2026-04-30")]).unwrap();
    let next = TaxForm { from: date("2027-01-01"), until: None, ..form("0") };
    desk.say(&[&next]).unwrap();
}

#[test]
fn a_form_that_makes_no_sense_is_refused() {
    let mut desk = desk();
    let good = form("30%");
    for (wrong, code) in [
        (TaxForm { rate: ratio("101%"), ..good }, "rate"),
        (TaxForm { until: Some(date("2025-12-31")), ..good }, "dates"),
        (TaxForm { country: Territory(9999), ..good }, "unknown-territory"),
        (TaxForm { form: TaxFormKind(99), ..good }, "unknown-form"),
        (TaxForm { party: PartyId([66; 16]), ..good }, "unknown-party"),
        (TaxForm { replaces: Some(EventRef::At(1)), ..good }, "replaces-other"),
    ] {
        assert_eq!(desk.refused(&[&wrong]), code, "{wrong:?}");
    }
    assert_eq!(desk.refused(&[&good, &good]), "said-already");
    assert_eq!(desk.refused_as(ARTIST, Roles::TREASURER, &[&form("0")]), "own-favour");
    desk.say_as(TREASURER, Roles::TREASURER, &[&good]).unwrap();
}

/// A log that a program without judgement wrote cannot be replayed.
#[test]
fn the_fold_holds_a_payout_to_its_form_too() {
    let mut log = Log::furnished();
    log.say(&balance());
    log.say(&form("30%"));
    let index = log.bodies.0.len() as u64;
    let event = Some(Event::PayoutInstructed(payout("100", "0", "2026-04-30")));
    let entry = Entry { index, first: index, recorded_at: MARCH + index, by: OPERATOR, event };
    let error = log.state.apply(&entry, &log.bodies).unwrap_err();
    assert!(matches!(error, FoldError::Payout { .. }), "{error}");
}
