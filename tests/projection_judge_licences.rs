//! Licences and what is beside them: terms that nothing could ever be paid by are refused by name, and leave nothing
//! behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::{
    Claim, Contract, Recording, Royalty, RoyaltyFactor, Scope, Split, SplitPart, Work,
};
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted, RateRow, RatesAdopted};
use ledger_spec::event::licensing::{Licence, LicenceRate, Notice};
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, Territory};
use projection_support::closes::plain;
use projection_support::desk::Desk;
use projection_support::*;

const WORK: Work<'_> = Work { identifiers: Vec::new(), public_domain: false };
const NOWHERE: Territory = Territory(999);

fn desk() -> Desk {
    Desk::new(Log::furnished())
}

fn statutory() -> LicenceRate {
    LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: Ratio::ONE }
}

/// Of the work before it.
fn compulsory(uses: &[UseType], notice: Option<Notice>) -> Licence<'static> {
    let uses = uses.to_vec();
    let works = vec![EventRef::Here(0)];
    Licence { kind: LicenceKind::COMPULSORY, licensor: None, works, uses, notice, ..voluntary(statutory()) }
}

fn notice() -> Option<Notice> {
    Some(Notice { served: date("2026-01-02"), made: None })
}

fn backwards() -> Scope {
    Scope { from: Some(date("2026-02-01")), to: Some(date("2026-01-31")), ..Scope::default() }
}

fn claim(scope: Scope) -> Claim {
    let (work, rights, share) = (EventRef::Here(0), Rights::MECHANICAL, Ratio::ONE);
    Claim { work, party: PUBLISHER, rights, scope, share, collects: None, replaces: None }
}

#[test]
fn a_compulsory_licence_for_copies_or_downloads_has_a_notice_of_intention() {
    let mut desk = desk();
    for uses in [&[][..], &[UseType::PHYSICAL], &[UseType::DOWNLOAD], &[UseType::RINGTONE, UseType::BROADCAST]] {
        assert_eq!(desk.refused(&[&WORK, &compulsory(uses, None)]), "notice", "{uses:?}");
        desk.say(&[&WORK, &compulsory(uses, notice())]).unwrap();
    }
    desk.say(&[&WORK, &compulsory(&[UseType::TETHERED_DOWNLOAD], None)]).unwrap();
    let of_every_work = Licence { works: Vec::new(), ..compulsory(&[UseType::PHYSICAL], notice()) };
    assert_eq!(desk.refused(&[&of_every_work]), "notice", "a notice lists its works");
    let granted = Licence { notice: notice(), ..voluntary(statutory()) };
    assert_eq!(desk.refused(&[&granted]), "notice", "what somebody grants takes no notice");
}

#[test]
fn nobody_grants_a_compulsory_licence() {
    let mut desk = desk();
    let granted = Licence { licensor: Some(PUBLISHER), ..compulsory(&[UseType::DOWNLOAD], notice()) };
    assert_eq!(desk.refused(&[&WORK, &granted]), "licensor");
}

#[test]
fn nothing_ends_before_it_starts() {
    let mut desk = desk();
    let (from, to) = (backwards().from, backwards().to);
    assert_eq!(desk.refused(&[&Licence { scope: backwards(), ..voluntary(statutory()) }]), "dates");
    assert_eq!(desk.refused(&[&WORK, &claim(backwards())]), "dates");
    let part = SplitPart { party: ARTIST, contract: None, share: Ratio::ONE, off_the_top: false };
    let (recording, parts) = (EventRef::Here(0), vec![part]);
    let split = Split { recording, from, to, parts, day: DayOf::USE, prospective: false, replaces: None };
    assert_eq!(desk.refused(&[&Recording { identifiers: Vec::new(), seconds: None }, &split]), "dates");
    assert_eq!(desk.refused(&[&Contract { from, to, ..plain() }]), "dates");
    let table = rates("0.2");
    let rows = table.rows.iter().map(|row| RateRow { from: from.unwrap(), to, ..*row }).collect();
    assert_eq!(desk.refused(&[&RatesAdopted { rows, ..table }]), "dates");
    let rows = mechanicals().rows.iter().map(|row| MechanicalRow { from: from.unwrap(), to, ..*row }).collect();
    assert_eq!(desk.refused(&[&MechanicalsAdopted { rows }]), "dates");
}

#[test]
fn a_place_that_nobody_knows_is_refused_wherever_it_is_named() {
    let mut desk = desk();
    for place in [NOWHERE, Territory::UNKNOWN] {
        let scopes = [(vec![place], Vec::new()), (vec![Territory::WORLD], vec![place])];
        for (include, exclude) in scopes {
            let scope = Scope { include, exclude, ..Scope::default() };
            assert_eq!(desk.refused(&[&WORK, &claim(scope.clone())]), "unknown-territory");
            assert_eq!(desk.refused(&[&Licence { scope, ..voluntary(statutory()) }]), "unknown-territory");
        }
        let factor = RoyaltyFactor {
            kind: FactorKind::TERRITORY,
            uses: Vec::new(),
            channels: Vec::new(),
            configurations: Vec::new(),
            tiers: Vec::new(),
            territories: vec![place],
            factor: Ratio::ONE,
        };
        let royalty = Royalty::OfPrice { base: PriceBase::GROSS, rate: Ratio::ONE, factors: vec![factor] };
        assert_eq!(desk.refused(&[&Contract { royalty, ..plain() }]), "unknown-territory");
        let table = rates("0.2");
        assert_eq!(desk.refused(&[&RatesAdopted { territory: place, ..table }]), "unknown-territory");
        let rows = mechanicals().rows.iter().map(|row| MechanicalRow { territory: place, ..*row }).collect();
        assert_eq!(desk.refused(&[&MechanicalsAdopted { rows }]), "unknown-territory");
    }
    // Serbia and Montenegro is no more, and a report of its last year may still come.
    let scope = Scope { include: vec![Territory(891)], ..Scope::default() };
    desk.say(&[&WORK, &claim(scope)]).unwrap();
}

#[test]
fn what_would_apply_nowhere_is_refused() {
    let mut desk = desk();
    let (us, america, union, kingdom) = (Territory(840), Territory(2101), Territory(2123), Territory(826));
    let scope = |include: &[Territory], exclude: &[Territory]| Scope {
        include: include.to_vec(),
        exclude: exclude.to_vec(),
        ..Scope::default()
    };
    let brexit = Some(date("2020-02-01"));
    for nowhere in [
        scope(&[us], &[us]),
        scope(&[us], &[america]),
        scope(&[us, kingdom], &[america, kingdom]),
        scope(&[], &[Territory::WORLD]),
        Scope { to: Some(date("2020-01-31")), ..scope(&[kingdom], &[union]) },
    ] {
        assert_eq!(desk.refused(&[&Licence { scope: nowhere.clone(), ..voluntary(statutory()) }]), "nowhere");
        assert_eq!(desk.refused(&[&WORK, &claim(nowhere)]), "nowhere");
    }
    for somewhere in [
        scope(&[america], &[us]),
        scope(&[], &[us]),
        scope(&[kingdom], &[union]),
        Scope { from: brexit, ..scope(&[kingdom], &[union]) },
    ] {
        desk.say(&[&WORK, &claim(somewhere.clone())]).unwrap();
        desk.say(&[&Licence { scope: somewhere, ..voluntary(statutory()) }]).unwrap();
    }
}

#[test]
fn a_public_table_has_rates_that_can_be_meant() {
    let mut desk = desk();
    let table = |of: RateTable, measure: RateMeasure, value: &str| {
        let row = RateRow { measure, value: value.parse().unwrap(), ..rates("0.1").rows[0] };
        RatesAdopted { table: of, rows: vec![row], ..rates("0.1") }
    };
    let (mechanical, headline, free) =
        (RateTable::US_MECHANICAL, RateTable::US_STREAMING, RateTable::US_STREAMING_FREE);
    let (per_work, of_revenue) = (RateMeasure::PER_WORK, RateMeasure::PERCENT_OF_REVENUE);
    for (of, measure, values) in [
        (mechanical, per_work, ["-5", "-0.0000000000001", "100.01", "99999999999999"]),
        (mechanical, RateMeasure::RINGTONE, ["-1", "-0.1", "1000", "101"]),
        (headline, of_revenue, ["-0.1", "1.01", "5", "15.3"]),
        (free, RateMeasure::PERCENT_OF_CONTENT_COST, ["-0.1", "1.01", "5", "26.2"]),
        (free, RateMeasure::PER_SUBSCRIBER_FLOOR, ["-0.1", "100.01", "1000", "99999999999999"]),
    ] {
        for value in values {
            assert_eq!(desk.refused(&[&table(of, measure, value)]), "rate", "{measure} {value}");
        }
    }
    for (of, measure) in [
        (mechanical, of_revenue),
        (mechanical, RateMeasure(99)),
        (headline, per_work),
        (free, of_revenue),
        (RateTable(99), per_work),
    ] {
        assert_eq!(desk.refused(&[&table(of, measure, "0.5")]), "rate-table", "{of} {measure}");
    }
    assert_eq!(desk.refused(&[&RatesAdopted { rows: Vec::new(), ..rates("0.1") }]), "no-rows");
    for (place, currency) in [(752, "USD"), (2136, "USD"), (840, "EUR"), (840, "XXX")] {
        let (territory, currency) = (Territory(place), currency.parse().unwrap());
        assert_eq!(desk.refused(&[&RatesAdopted { territory, currency, ..rates("0.1") }]), "rate-table");
    }
    desk.say(&[&table(mechanical, per_work, "0"), &table(headline, of_revenue, "1"), &rates("100")]).unwrap();
}

#[test]
fn a_price_is_possible() {
    let mut desk = desk();
    let above = Ratio::new(3, 2).unwrap();
    let controlled = |factor, works| LicenceRate::Controlled {
        table: RateTable::US_MECHANICAL,
        factor,
        fixed: None,
        works,
        protected: 0,
    };
    for (rate, code) in [
        (LicenceRate::PerUnit { amount: amount("-0.01"), currency: usd() }, "amount"),
        (LicenceRate::PercentOfNet(above), "share"),
        (LicenceRate::PercentOfGross(above), "share"),
        (LicenceRate::PercentOfGross(Ratio::ZERO), "share"),
        (controlled(above, None), "share"),
        (controlled(Ratio::ONE, Some(0)), "amount"),
    ] {
        assert_eq!(desk.refused(&[&voluntary(rate)]), code, "{rate:?}");
    }
    for rate in [
        LicenceRate::PercentOfNet(Ratio::ONE),
        LicenceRate::Statutory { table: RateTable::US_MECHANICAL, factor: above },
        controlled(Ratio::ONE, Some(1)),
        LicenceRate::Waived,
    ] {
        desk.say(&[&voluntary(rate)]).unwrap();
    }
}
