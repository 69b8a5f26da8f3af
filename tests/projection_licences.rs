//! A licence covers the uses that it names, in the configurations, price tiers, places and days that it names, and nothing
//! else.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted};
use ledger_spec::event::licensing::{Licence, LicenceRate, Notice};
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, Territory};
use projection_support::*;

/// A cover whose publisher licenses it at ten cents a unit on these terms, and a report of it.
fn licensed(licence: Licence<'static>) -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.say(&Licence { works: vec![EventRef::At(work)], ..licence });
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    (log, source)
}

fn ten_cents() -> Licence<'static> {
    voluntary(LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() })
}

/// What the publisher is paid for one unit, and what waits for it at the statutory 0.131 until it is licensed.
fn paid_and_waiting(licence: Licence<'static>, terms: Terms) -> [Amount; 2] {
    let (mut log, source) = licensed(licence);
    log.say_as(STORE, &UsageLine { terms, ..line(source, 1, 1, 1, "0.70") });
    [log.owed(AccountClass::EARNED, PUBLISHER), log.waits(SuspenseReason::UNLICENSED)]
}

fn is_covered(licence: &Licence<'static>, terms: Terms) -> bool {
    match paid_and_waiting(licence.clone(), terms).map(|amount| amount.to_string()) {
        [paid, waiting] if (&*paid, &*waiting) == ("0.1", "0") => true,
        [paid, waiting] if (&*paid, &*waiting) == ("0", "0.131") => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_licence_covers_the_configurations_that_it_names() {
    let of = |configuration| Terms { configuration, ..terms() };
    let licence = Licence { configurations: vec![Configuration::TRACK, Configuration::CD], ..ten_cents() };
    assert!(is_covered(&licence, of(Configuration::TRACK)));
    assert!(is_covered(&licence, of(Configuration::CD)));
    assert!(!is_covered(&licence, of(Configuration::VINYL)));
    assert!(!is_covered(&licence, of(Configuration::UNKNOWN)), "what nobody named is not what it names");
    for configuration in [Configuration::UNKNOWN, Configuration::VINYL] {
        assert!(is_covered(&ten_cents(), of(configuration)), "no configuration named is every configuration");
    }
}

#[test]
fn a_licence_covers_the_price_tiers_that_it_names() {
    let of = |tier| Terms { tier, ..terms() };
    let licence = Licence { tiers: vec![PriceTier::MID, PriceTier::BUDGET], ..ten_cents() };
    assert!(is_covered(&licence, of(PriceTier::MID)) && is_covered(&licence, of(PriceTier::BUDGET)));
    assert!(!is_covered(&licence, of(PriceTier::FULL)));
    assert!(!is_covered(&licence, of(PriceTier::UNKNOWN)), "what nobody named is not what it names");
    assert!(is_covered(&ten_cents(), of(PriceTier::MID)), "no tier named is every tier");
}

#[test]
fn a_licence_covers_the_uses_that_it_names() {
    let licence = Licence { uses: vec![UseType::PHYSICAL], ..ten_cents() };
    assert!(!is_covered(&licence, terms()));
    let licence = Licence { uses: vec![UseType::PHYSICAL, UseType::DOWNLOAD], ..ten_cents() };
    assert!(is_covered(&licence, terms()));
}

#[test]
fn a_licence_covers_places_in_and_not_those_out() {
    let within = |include: &[u16], exclude: &[u16]| {
        let places = |numbers: &[u16]| numbers.iter().map(|number| Territory(*number)).collect();
        let scope = Scope { include: places(include), exclude: places(exclude), from: None, to: None };
        is_covered(&Licence { scope, ..ten_cents() }, terms())
    };
    // 2101 is America, 2120 is Europe, 2136 is the world, 840 the United States.
    assert!(within(&[2101], &[]) && within(&[], &[2120]) && within(&[2136], &[]));
    assert!(!within(&[2120], &[]) && !within(&[2136], &[840]) && !within(&[], &[2101]));
}

#[test]
fn a_licence_covers_its_term_by_the_last_day_of_use() {
    let on = |from: Option<&str>, to: Option<&str>| {
        let scope = Scope { from: from.map(date), to: to.map(date), ..Scope::default() };
        is_covered(&Licence { scope, ..ten_cents() }, terms())
    };
    assert!(on(Some("2026-01-31"), None) && on(None, Some("2026-01-31")));
    assert!(!on(Some("2026-02-01"), None) && !on(None, Some("2026-01-30")));
}

#[test]
fn a_licence_covers_nothing_before_its_notice_was_served() {
    let by_notice = |served| {
        let notice = Some(Notice { served: date(served), made: None });
        is_covered(&Licence { kind: LicenceKind::COMPULSORY, licensor: None, notice, ..ten_cents() }, terms())
    };
    assert!(by_notice("2026-01-31") && !by_notice("2026-02-01"));
}

/// Sold in Sweden, for which no table has a rate, on the day after the licence ended: what it asked is held, and the
/// rest is the artist's. Where the statute has a rate, that is held whatever the licence asked.
#[test]
fn what_no_licence_covers_any_more_is_held_at_what_it_asked() {
    let ended = Scope { to: Some(date("2026-01-30")), ..Scope::default() };
    let not_yet = Scope { from: Some(date("2026-02-01")), ..Scope::default() };
    let sweden = Terms { territory: Territory(752), ..terms() };
    let held = |licence: &Licence<'static>, terms: Terms| {
        let (mut log, source) = licensed(licence.clone());
        let ours = MechanicalRow { territory: Territory(752), ..passed_through() };
        log.say(&MechanicalsAdopted { rows: vec![ours] });
        log.say_as(STORE, &UsageLine { terms, ..line(source, 1, 1, 1, "0.70") });
        [log.waits(SuspenseReason::UNLICENSED), log.owed(AccountClass::EARNED, ARTIST)].map(|sum| sum.to_string())
    };
    for scope in [ended.clone(), not_yet] {
        let licence = Licence { scope, ..ten_cents() };
        assert_eq!(held(&licence, sweden), ["0.1", "0.6"]);
        assert_eq!(held(&licence, terms()), ["0.131", "0.569"], "the statute goes first");
    }
    for says_nothing in [
        Licence { scope: ended.clone(), ..voluntary(LicenceRate::Waived) },
        Licence { scope: ended.clone(), uses: vec![UseType::PHYSICAL], ..ten_cents() },
        Licence { scope: Scope { include: vec![Territory(840)], ..ended }, ..ten_cents() },
    ] {
        assert_eq!(held(&says_nothing, sweden), ["0.7", "0"], "all of it waits");
    }
}
