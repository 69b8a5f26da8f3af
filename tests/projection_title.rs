//! A claim that collects for another: paid where and when it applies, instead of the owner, and never beyond it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;
use projection_support::desk::Desk;
use projection_support::*;

const USA: Territory = Territory(840);

fn claim(work: u64, party: PartyId, share: &str) -> Claim {
    let (rights, scope) = (Rights::MECHANICAL, Scope::default());
    let (collects, replaces) = (None, None);
    Claim { work: EventRef::At(work), party, rights, scope, share: ratio(share), collects, replaces }
}

/// A claim of the second publisher that collects for another.
fn collecting(work: u64, of: u64, share: &str) -> Claim {
    Claim { collects: Some(EventRef::At(of)), ..claim(work, SECOND_PUBLISHER, share) }
}

fn share(claim: u64, share: &str) -> Share {
    let (contract, day, replaces, prospective) = (None, DayOf::USE, None, false);
    Share { claim: EventRef::At(claim), share: ratio(share), contract, day, prospective, replaces }
}

fn replacing(event: u64) -> Option<EventRef> {
    Some(EventRef::At(event))
}

/// A licensed work in a recording without a split, half of it agreed with the publisher: the work, the claim, the share.
fn released() -> (Log, u64, u64, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    log.licence(&[work]);
    let owned = log.say(&claim(work, PUBLISHER, "1/2"));
    let agreed = log.say(&share(owned, "1/2"));
    (log, work, owned, agreed)
}

fn report(log: &mut Log, file: &str, day: &str) {
    let source = log.source(file);
    log.resource(source, 1, ISRC);
    let used = Terms { from: date(day), to: date(day), ..terms() };
    log.say(&UsageLine { terms: used, ..line(source, 1, 1, 2, "1") });
}

fn earned(log: &mut Log) -> (String, String) {
    let mut of = |party| log.owed(AccountClass::EARNED, party).to_string();
    (of(PUBLISHER), of(SECOND_PUBLISHER))
}

fn sums(owner: &str, collector: &str) -> (String, String) {
    (owner.to_owned(), collector.to_owned())
}

#[test]
fn who_collects_is_paid_where_and_when_its_claim_applies() {
    let (mut log, work, owned, _) = released();
    report(&mut log, "a", "2026-01-15");
    assert_eq!(earned(&mut log), sums("0.131", "0"));
    let scope = Scope { include: vec![USA], from: Some(date("2026-02-01")), ..Scope::default() };
    let there = log.say(&Claim { scope, ..collecting(work, owned, "1/2") });
    assert_eq!(earned(&mut log), sums("0.131", "0"));
    log.say(&share(there, "3/8"));
    report(&mut log, "b", "2026-02-15");
    assert_eq!(earned(&mut log), sums("0.16375", "0.09825"));
    let scope = Scope { include: vec![Territory(250)], ..Scope::default() };
    let elsewhere = log.say(&Claim { scope, ..collecting(work, owned, "1/8") });
    log.say(&share(elsewhere, "1/8"));
    assert_eq!(earned(&mut log), sums("0.16375", "0.09825"));
}

/// Its title goes on when the owner's claim is replaced, and comes back when that was wrong.
#[test]
fn a_collector_follows_the_claim_it_collects_for() {
    let (mut log, work, owned, agreed) = released();
    report(&mut log, "a", "2026-01-15");
    let there = log.say(&collecting(work, owned, "1/4"));
    assert_eq!(log.waits(SuspenseReason::UNCLAIMED), amount("0.131"), "a claim to collect is none to own");
    log.say(&share(there, "1/4"));
    assert_eq!(earned(&mut log), sums("0.0655", "0.0655"));
    let more = log.say(&Claim { replaces: replacing(owned), ..claim(work, PUBLISHER, "1") });
    assert_eq!(earned(&mut log), sums("0", "0"), "nothing is agreed of the new claim yet");
    log.say(&Share { replaces: replacing(agreed), ..share(more, "1") });
    assert_eq!(earned(&mut log), sums("0.1965", "0.0655"));
    log.reverse(more);
    assert_eq!(earned(&mut log), sums("0", "0"));
    let again = log.say(&share(owned, "1/2"));
    assert_eq!(earned(&mut log), sums("0.0655", "0.0655"));
    // Without an owner there is nothing to collect.
    log.reverse(again);
    assert_eq!(earned(&mut log), sums("0", "0"));
}

#[test]
fn a_prospective_collector_leaves_earlier_reports_to_the_owner() {
    let (mut log, work, owned, _) = released();
    report(&mut log, "a", "2026-01-15");
    let there = log.say(&collecting(work, owned, "1/2"));
    log.say(&Share { prospective: true, ..share(there, "1/2") });
    report(&mut log, "b", "2026-01-15");
    assert_eq!(earned(&mut log), sums("0.131", "0.131"));
}

#[test]
fn a_claim_collects_for_a_live_one_of_another_party_on_the_same_work_and_rights() {
    let (mut log, work, owned, _) = released();
    let other = log.work();
    let mut desk = Desk::new(log);
    assert_eq!(desk.refused(&[&collecting(other, owned, "1/2")]), "collects-other");
    assert_eq!(desk.refused(&[&Claim { party: PUBLISHER, ..collecting(work, owned, "1/2") }]), "collects-other");
    let rights = Rights::MECHANICAL.union(Rights::PERFORMING);
    assert_eq!(desk.refused(&[&Claim { rights, ..collecting(work, owned, "1/2") }]), "collects-other");
    assert_eq!(desk.refused(&[&collecting(work, work, "1/2")]), "cites-other");
    let new = desk.say(&[&Claim { replaces: replacing(owned), ..claim(work, PUBLISHER, "2/3") }]).unwrap();
    assert_eq!(desk.refused(&[&collecting(work, owned, "1/2")]), "counts-no-longer");
    // It takes the owner's side too, so neither the collector nor the owner says it alone.
    for party in [PUBLISHER, SECOND_PUBLISHER] {
        assert_eq!(desk.refused_as(party, Roles::PUBLISHER, &[&collecting(work, new, "1/2")]), "operator-only");
    }
    desk.say(&[&collecting(work, new, "1/2")]).unwrap();
    assert_eq!(desk.refused(&[&collecting(work, new, "1/2")]), "said-already");
}

#[test]
fn no_chain_of_title_leads_back_to_itself() {
    let (log, work, owned, _) = released();
    let mut desk = Desk::new(log);
    let second = desk.say(&[&collecting(work, owned, "1/2")]).unwrap();
    let third = Claim { party: ARTIST, ..collecting(work, second, "1/2") };
    let third = desk.say(&[&third]).unwrap();
    let turned = Claim { collects: replacing(third), replaces: replacing(owned), ..claim(work, PUBLISHER, "1/2") };
    assert_eq!(desk.refused(&[&turned]), "collects-itself");
    // Also by way of an event of the same submission.
    let moved = Claim { replaces: replacing(third), party: ARTIST, ..collecting(work, owned, "1/2") };
    let turned = Claim { collects: Some(EventRef::Here(0)), ..turned };
    assert_eq!(desk.refused(&[&moved, &turned]), "collects-itself");
    let stranger = Claim { party: SECOND_ARTIST, ..claim(work, SECOND_ARTIST, "1/2") };
    desk.say(&[&stranger, &turned]).unwrap();
}

#[test]
fn nobody_is_agreed_to_collect_more_than_there_is() {
    let (log, work, owned, agreed) = released();
    let mut desk = Desk::new(log);
    let there = desk.say(&[&collecting(work, owned, "1")]).unwrap();
    assert_eq!(desk.refused(&[&share(there, "2/3")]), "above-collected");
    let third = desk.say(&[&Claim { party: ARTIST, ..collecting(work, owned, "1") }]).unwrap();
    desk.say(&[&share(there, "1/4")]).unwrap();
    assert_eq!(desk.refused(&[&share(third, "1/3")]), "above-collected", "two collect from one");
    desk.say(&[&share(third, "1/4")]).unwrap();
    // Nor does the owner's share become less than what others collect of it.
    let less = Share { replaces: replacing(agreed), ..share(owned, "1/3") };
    assert_eq!(desk.refused(&[&less]), "above-collected");
    let less = desk.say(&[&Share { prospective: true, replaces: replacing(agreed), ..share(owned, "1/2") }]).unwrap();
    let next = Share { prospective: true, replaces: replacing(less), ..share(owned, "1/3") };
    assert_eq!(desk.refused(&[&next]), "above-collected", "of later reports");
    // Who collects takes nothing of the whole: all of it can still be owned.
    let rest = desk.say(&[&claim(work, SECOND_ARTIST, "1/2")]).unwrap();
    desk.say(&[&share(rest, "1/2")]).unwrap();
}

/// One share of the owner ends with June's uses, the other with June's reports.
#[test]
fn nobody_is_agreed_to_collect_more_than_is_left_when_a_share_ends() {
    let (log, work, owned, agreed) = released();
    let mut desk = Desk::new(log);
    let scope = Scope { to: Some(date("2026-06-30")), ..Scope::default() };
    let ends = Claim { scope, replaces: replacing(owned), ..claim(work, PUBLISHER, "1/2") };
    let ends = desk.say(&[&ends]).unwrap();
    let by_receipt = Share { day: DayOf::RECEIPT, replaces: replacing(agreed), ..share(ends, "1/8") };
    desk.say(&[&share(ends, "1/4"), &by_receipt]).unwrap();
    let there = desk.say(&[&collecting(work, ends, "1")]).unwrap();
    assert_eq!(desk.refused(&[&share(there, "3/8")]), "above-collected");
    // Where nothing is left to collect, nobody collects anything.
    desk.say(&[&share(there, "1/8")]).unwrap();
}
