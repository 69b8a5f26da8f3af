//! What is due in one currency becomes due in another at a rate that somebody answers for: two exchange accounts hold the
//! difference, no account ever mixes currencies.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::Filter;
use cantus::royalty::Movement;
use ledger_spec::code::{AccountClass, RateDay, RateSource, ReasonCode};
use ledger_spec::date::Date;
use ledger_spec::event::catalogue::{Contract, ExchangeRule};
use ledger_spec::event::money::{Converted, OpeningBalance, PayoutInstructed, Reversal};
use ledger_spec::event::particulars::Remark;
use ledger_spec::hash::Hash;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use projection_support::closes::plain;
use projection_support::desk::Desk;
use projection_support::*;

fn eur() -> Currency {
    "EUR".parse().unwrap()
}

fn balance(party: PartyId) -> OpeningBalance {
    OpeningBalance {
        party,
        contract: None,
        as_of: date("2025-12-31"),
        class: AccountClass::DUE,
        origin: None,
        amount: amount("100.50"),
        currency: usd(),
        evidence: Hash::default(),
    }
}

fn conversion(sum: &str, rate: &str) -> Converted {
    Converted {
        party: ARTIST,
        contract: None,
        from: usd(),
        amount: amount(sum),
        to: eur(),
        rate: rate.parse().unwrap(),
        date: date("2026-03-31"),
        source: RateSource::CENTRAL_BANK,
        remark: None,
    }
}

fn held(log: &mut Log, class: AccountClass, currency: Currency) -> Amount {
    let filter = Filter { class: Some(class), currency: Some(currency), ..Filter::default() };
    Amount::try_sum(log.rows(&filter).into_iter().map(|row| row.amount)).unwrap()
}

#[test]
fn each_currency_balances_by_itself() {
    let mut log = Log::furnished();
    log.say(&balance(ARTIST));
    let event = log.say(&conversion("10.00", "0.9213"));
    assert_eq!(held(&mut log, AccountClass::DUE, usd()), amount("-90.5"));
    assert_eq!(held(&mut log, AccountClass::EXCHANGE, usd()), amount("-10"));
    assert_eq!(held(&mut log, AccountClass::EXCHANGE, eur()), amount("9.213"));
    assert_eq!(held(&mut log, AccountClass::DUE, eur()), amount("-9.213"));

    let settled = log.state.settle().unwrap();
    let movements: Vec<_> = settled.balances().posted_by(event).iter().map(|line| line.movement).collect();
    assert_eq!(movements, [Movement::Converted; 4]);
    let posted = settled.posted_by(event, &log.bodies).unwrap();
    assert!(posted.iter().all(|side| {
        side.why.words() == "10 USD converted into EUR at 0.9213, the rate of 2026-03-31 by central-bank"
    }));
}

/// 0.000000000001 x 0.5 and 1.5: half to even, once; and a product of 256 bits.
#[test]
fn what_comes_of_it_is_rounded_once() {
    for (sum, rate, comes) in [
        ("0.000000000003", "0.5", "0.000000000002"),
        ("0.000000000005", "0.5", "0.000000000002"),
        ("33.333333333333", "0.333333333333333333333333333333", "11.111111111111"),
        ("90.5", "1.000000000000000000000000000001", "90.5"),
    ] {
        let mut log = Log::furnished();
        log.say(&balance(ARTIST));
        log.say(&conversion(sum, rate));
        assert_eq!(-held(&mut log, AccountClass::DUE, eur()), amount(comes), "{sum} x {rate}");
    }
}

#[test]
fn what_is_wrong_with_a_conversion_is_said_and_nothing_is_written() {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&[&balance(ARTIST)]).unwrap();
    let one = conversion("10", "0.9213");
    for (wrong, code) in [
        (conversion("10", "0"), "exchange-rate"),
        (conversion("10", "-0.9"), "exchange-rate"),
        (conversion("0", "0.9"), "amount"),
        (conversion("-10", "0.9"), "amount"),
        (conversion("0.000000000001", "0.1"), "amount"),
        (conversion("10", "1000000000000"), "amount"),
        (conversion("100.51", "0.9"), "more-than-due"),
        (Converted { to: usd(), ..one }, "same-currency"),
        (Converted { date: date("2026-05-02"), ..one }, "not-yet"),
        (Converted { party: PartyId([66; 16]), ..one }, "unknown-party"),
        (Converted { contract: Some(EventRef::At(1)), ..one }, "cites-other"),
        (Converted { from: eur(), to: usd(), ..one }, "more-than-due"),
    ] {
        assert_eq!(desk.refused(&[&wrong]), code, "{wrong:?}");
    }
    let zero = desk.say(&[&conversion("10", "0.00")]).unwrap_err();
    assert_eq!(zero.text, "a rate of exchange must be above zero, not 0.00");
    assert_eq!(desk.refused(&[&one, &one]), "said-already");
    assert_eq!(desk.refused(&[&conversion("60", "0.9"), &conversion("41", "0.9")]), "more-than-due");
    desk.say(&[&one]).unwrap();
    assert_eq!(desk.refused(&[&one]), "said-already", "a command that is run again converts once");
    desk.say(&[&Converted { rate: "0.9214".parse().unwrap(), ..one }]).unwrap();
}

/// The desk is open on the first of May, in the period of the opening: what is due is converted by the rule of the
/// contract, or not at all.
#[test]
fn a_contract_says_by_which_rate() {
    let mut desk = Desk::new(Log::furnished());
    let open = desk.state().periods().open().unwrap();
    let before = Date::from_days(open.first_day().days() - 1).unwrap();
    let rule = |day, within| Some(ExchangeRule { source: RateSource::CENTRAL_BANK, day, within });
    for (exchange, first, last) in [
        (rule(RateDay::CONVERSION, 0), date("2026-05-01"), date("2026-05-01")),
        (rule(RateDay::CONVERSION, 3), date("2026-04-28"), date("2026-05-01")),
        (rule(RateDay::PERIOD_END, 0), before, before),
        (rule(RateDay::PERIOD_END, 2), Date::from_days(before.days() - 2).unwrap(), before),
    ] {
        let contract = desk.say(&[&Contract { currency: eur(), exchange, ..plain() }]).unwrap();
        let contract = Some(EventRef::At(contract));
        desk.say(&[&OpeningBalance { contract, ..balance(ARTIST) }]).unwrap();
        let one = Converted { contract, ..conversion("10", "0.9213") };
        let day = |day: Date, by| Converted { date: Date::from_days(day.days() + by).unwrap(), ..one };
        assert_eq!(desk.refused(&[&day(first, -1)]), "exchange-rule", "{exchange:?}");
        if last < date("2026-05-01") {
            assert_eq!(desk.refused(&[&day(last, 1)]), "exchange-rule", "{exchange:?}");
        }
        assert_eq!(desk.refused(&[&Converted { source: RateSource::BANK, ..day(last, 0) }]), "exchange-rule");
        let pounds = "GBP".parse().unwrap();
        assert_eq!(desk.refused(&[&Converted { to: pounds, ..day(last, 0) }]), "exchange-rule");
        desk.say(&[&Converted { amount: amount("11"), ..day(last, 0) }]).unwrap();
        desk.say(&[&day(first, 0)]).unwrap();
    }
}

/// The sentence says more of the rate, and is no other conversion.
#[test]
fn where_a_rate_is_from_can_be_said_in_words() {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&[&balance(ARTIST)]).unwrap();
    let one = Converted { remark: Some(EventRef::Here(0)), ..conversion("10", "0.9213") };
    desk.say(&[&Remark { about: None, text: "Euro reference rate of the ECB." }, &one]).unwrap();
    let other = Remark { about: None, text: "Euro reference rate." };
    assert_eq!(desk.refused(&[&other, &one]), "said-already");
    assert_eq!(desk.refused(&[&Converted { remark: Some(EventRef::At(1)), ..conversion("11", "0.9") }]), "cites-other");
}

#[test]
fn nobody_sets_the_rate_of_its_own_money() {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&[&balance(TREASURER)]).unwrap();
    let own = Converted { party: TREASURER, ..conversion("10", "0.9213") };
    assert_eq!(desk.refused_as(TREASURER, Roles::TREASURER, &[&own]), "own-favour");
    desk.say_as(SECOND_ARTIST, Roles::ACCOUNTANT, &[&own]).unwrap();
}

#[test]
fn what_was_converted_can_be_paid_and_taken_back() {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&[&balance(ARTIST)]).unwrap();
    let event = desk.say(&[&conversion("10", "0.9213")]).unwrap();
    let payout = PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: eur(),
        amount: amount("9.21"),
        tax: Amount::ZERO,
        date: date("2026-05-01"),
    };
    assert_eq!(
        desk.refused(&[&PayoutInstructed { amount: amount("9.22"), ..payout }]),
        "overpayment",
        "a whole cent is more than 9.213"
    );
    let remark = Remark { about: None, text: "the rate of another day" };
    let (target, reason) = (EventRef::At(event), ReasonCode::ERROR);
    let reversal = Reversal { target, reason, remark: EventRef::Here(0) };
    desk.say(&[&remark, &reversal]).unwrap();
    let mut state = desk.state().clone();
    let rows = state.settle().unwrap().balances().rows(&Filter::default());
    let held: Vec<_> = rows.iter().map(|row| (row.account.class, row.amount)).collect();
    assert_eq!(held, [(AccountClass::DUE, amount("-100.5")), (AccountClass::OPENING, amount("100.5"))]);
    desk.say(&[&conversion("10", "0.9213")]).unwrap();
    desk.say(&[&payout]).unwrap();
}
