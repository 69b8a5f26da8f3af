//! Splits in the books: which one holds for a use, and what one may not say.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::usage::{LineMoney, UsageLine};
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::desk::Desk;
use projection_support::*;

fn part(party: PartyId, share: &str, off_the_top: bool) -> SplitPart {
    SplitPart { party, contract: None, share: ratio(share), off_the_top }
}

fn split(recording: u64, parts: &[SplitPart]) -> Split {
    Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts: parts.to_vec(),
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    }
}

#[test]
fn parts_off_the_top_are_paid_first() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    log.matched(recording, &[]);
    log.say(&split(recording, &[part(ARTIST, "1", false), part(SECOND_ARTIST, "1/4", true)]));
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say(&line(source, 1, 1, 1, "4"));
    assert_eq!(log.owed(AccountClass::EARNED, SECOND_ARTIST), amount("1"));
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("3"));
}

#[test]
fn parts_off_the_top_and_the_others_are_each_at_most_the_whole() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    let mut desk = Desk::new(log);
    for above in [
        [part(ARTIST, "2/3", true), part(SECOND_ARTIST, "2/3", true)],
        [part(ARTIST, "2/3", false), part(SECOND_ARTIST, "2/3", false)],
    ] {
        assert_eq!(desk.refused(&[&split(recording, &above)]), "above-whole");
    }
    desk.say(&[&split(recording, &[part(ARTIST, "2/3", true), part(SECOND_ARTIST, "1", false)])]).unwrap();
}

/// A contract of the price, amended in the middle of the month before: the last day of use picks the version.
#[test]
fn a_royalty_of_the_price_is_that_of_the_version_in_force() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    log.matched(recording, &[]);
    let first = log.say(&contract(None, "10%"));
    let part = SplitPart { contract: Some(EventRef::At(first)), ..part(ARTIST, "1", false) };
    log.say(&split(recording, &[part]));
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    let sold = line(source, 1, 1, 1, "4");
    let money = LineMoney { gross: Some("10".parse().unwrap()), ..sold.money };
    log.say(&UsageLine { money, ..sold });
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("1"));
    let from = Some(date("2026-01-16"));
    log.say(&Contract { from, ..contract(Some(EventRef::At(first)), "12%") });
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("1.2"));
    // A line that keeps its gross to itself makes the price of the cell unknown.
    log.say(&line(source, 2, 1, 1, "4"));
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0"));
    assert_eq!(log.waits(SuspenseReason::NO_RATE), amount("8"));
}

#[test]
fn a_royalty_is_at_most_the_price() {
    let mut desk = Desk::new(Log::furnished());
    assert_eq!(desk.refused(&[&contract(None, "101%")]), "share");
    desk.say(&[&contract(None, "100%")]).unwrap();
}

fn contract(amends: Option<EventRef>, rate: &str) -> Contract<'static> {
    Contract {
        identifiers: Vec::new(),
        party: ARTIST,
        kind: ContractKind::ARTIST,
        royalty: Royalty::OfPrice { base: PriceBase::GROSS, rate: ratio(rate), factors: Vec::new() },
        commission: ratio("0"),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::OPERATOR,
        escalation: None,
        reserve: None,
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
        pay_when: PayWhen::REPORTED,
        minimum: amount("0"),
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends,
    }
}
