//! A prospective share or split leaves alone what was reported before it; one by day of receipt is held against the day of
//! the report. Whatever is replaced or reversed, one version holds for each report, and shares stay within the whole.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted};
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use projection_support::desk::Desk;
use projection_support::*;
use proptest::prelude::*;

fn split(recording: u64, party: PartyId) -> Split {
    Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts: vec![SplitPart { party, contract: None, share: ratio("1"), off_the_top: false }],
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    }
}

fn share(claim: u64, share: &str) -> Share {
    let (contract, replaces, prospective) = (None, None, false);
    Share { claim: EventRef::At(claim), share: ratio(share), contract, day: DayOf::USE, prospective, replaces }
}

fn claim(work: u64, party: PartyId, share: &str) -> Claim {
    let (rights, scope) = (Rights::MECHANICAL, Scope::default());
    let (collects, replaces) = (None, None);
    Claim { work: EventRef::At(work), party, rights, scope, share: ratio(share), collects, replaces }
}

/// A recording of a licensed work, all of whose net is the artist's.
fn released() -> (Log, u64, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    log.licence(&[work]);
    log.split(recording, &[(ARTIST, "1")]);
    (log, recording, work)
}

/// A report of one download for 1.00, of which 0.131 are mechanicals.
fn report(log: &mut Log, file: &str) -> u64 {
    let source = log.source(file);
    log.resource(source, 1, ISRC);
    log.say(&line(source, 1, 1, 1, "1"));
    source
}

fn earned(log: &mut Log, party: PartyId) -> String {
    log.owed(AccountClass::EARNED, party).to_string()
}

#[test]
fn a_prospective_share_recovers_nothing_and_its_reversal_gives_it_all_back() {
    let (mut log, _, work) = released();
    let first = log.claim(work, PUBLISHER, "1");
    let whole = log.say(&share(first, "1"));
    report(&mut log, "a");
    let second = log.claim(work, SECOND_PUBLISHER, "1/2");
    let replaces = Some(EventRef::At(whole));
    let less = log.say(&Share { prospective: true, replaces, ..share(first, "1/2") });
    let other = log.say(&Share { prospective: true, ..share(second, "1/2") });
    assert_eq!((earned(&mut log, PUBLISHER).as_str(), earned(&mut log, SECOND_PUBLISHER).as_str()), ("0.131", "0"));
    report(&mut log, "b");
    assert_eq!(earned(&mut log, PUBLISHER), "0.1965");
    assert_eq!(earned(&mut log, SECOND_PUBLISHER), "0.0655");
    log.reverse(other);
    log.reverse(less);
    assert_eq!((earned(&mut log, PUBLISHER).as_str(), earned(&mut log, SECOND_PUBLISHER).as_str()), ("0.262", "0"));
}

#[test]
fn a_share_that_is_not_prospective_recovers_what_was_paid() {
    let (mut log, _, work) = released();
    let first = log.claim(work, PUBLISHER, "1");
    let whole = log.say(&share(first, "1"));
    report(&mut log, "a");
    let later = log.say(&Share { prospective: true, replaces: Some(EventRef::At(whole)), ..share(first, "1/2") });
    report(&mut log, "b");
    assert_eq!(earned(&mut log, PUBLISHER), "0.1965");
    // It takes the place of the prospective one, and so of what that had left in force.
    let last = log.say(&Share { replaces: Some(EventRef::At(later)), ..share(first, "1/4") });
    assert_eq!(earned(&mut log, PUBLISHER), "0.0655");
    assert_eq!(log.waits(SuspenseReason::CONTESTED), amount("0.1965"));
    // What a prospective one leaves in force is that, and nothing that it had taken the place of.
    log.say(&Share { prospective: true, replaces: Some(EventRef::At(last)), ..share(first, "1/8") });
    assert_eq!(earned(&mut log, PUBLISHER), "0.0655");
}

/// A claim that took the place of another leaves its earlier shares in force where a prospective share did.
#[test]
fn what_a_prospective_share_leaves_in_force_goes_on_when_the_claim_is_replaced() {
    let (mut log, _, work) = released();
    let first = log.claim(work, PUBLISHER, "1/2");
    let half = log.say(&share(first, "1/2"));
    report(&mut log, "a");
    let more = log.say(&Claim { replaces: Some(EventRef::At(first)), ..claim(work, PUBLISHER, "1") });
    log.say(&Share { prospective: true, replaces: Some(EventRef::At(half)), ..share(more, "1") });
    report(&mut log, "b");
    assert_eq!(earned(&mut log, PUBLISHER), "0.1965");
    // A claim that was wrong was wrong for every report.
    let remark = log.remark();
    log.say(&ledger_spec::event::money::Reversal { target: EventRef::At(more), reason: ReasonCode::ERROR, remark });
    assert_eq!(earned(&mut log, PUBLISHER), "0.0655");
}

#[test]
fn a_prospective_split_pays_later_reports_only() {
    let (mut log, recording, _) = released();
    let first = log.say(&split(recording, ARTIST));
    report(&mut log, "a");
    let later =
        log.say(&Split { prospective: true, replaces: Some(EventRef::At(first)), ..split(recording, SECOND_ARTIST) });
    report(&mut log, "b");
    assert_eq!((earned(&mut log, ARTIST), earned(&mut log, SECOND_ARTIST)), ("0.869".into(), "0.869".into()));
    log.reverse(later);
    assert_eq!((earned(&mut log, ARTIST), earned(&mut log, SECOND_ARTIST)), ("1.738".into(), "0".into()));
}

/// January's uses, reported in March and again in April: the agreement is of what is received from April on.
#[test]
fn by_day_of_receipt_the_day_of_the_report_counts() {
    let (mut log, recording, work) = released();
    let scope = Scope { from: Some(date("2026-04-01")), ..Scope::default() };
    let first = log.say(&Claim { scope, ..claim(work, PUBLISHER, "1") });
    let by_receipt = log.say(&Share { day: DayOf::RECEIPT, ..share(first, "1") });
    let (from, day) = (Some(date("2026-04-01")), DayOf::RECEIPT);
    log.say(&Split { from, day, ..split(recording, SECOND_ARTIST) });
    report(&mut log, "a");
    log.on("2026-04-02");
    report(&mut log, "b");
    assert_eq!(earned(&mut log, PUBLISHER), "0.131");
    assert_eq!((earned(&mut log, ARTIST), earned(&mut log, SECOND_ARTIST)), ("0.869".into(), "0.869".into()));
    // By day of use neither report is of it.
    log.say(&Share { replaces: Some(EventRef::At(by_receipt)), ..share(first, "1") });
    assert_eq!(earned(&mut log, PUBLISHER), "0");
    // Nor by a day that only a later version knows.
    let unknown = Share { day: DayOf(99), replaces: Some(EventRef::At(by_receipt)), ..share(first, "1") };
    log.say(&unknown);
    assert_eq!(earned(&mut log, PUBLISHER), "0");
}

/// The United Kingdom was of the European Union on the day of use, and no longer when the use was reported.
#[test]
fn by_day_of_receipt_the_place_of_the_use_still_counts() {
    let (mut log, _, work) = released();
    let kingdom = Territory(826);
    log.say(&MechanicalsAdopted { rows: vec![MechanicalRow { territory: kingdom, ..passed_through() }] });
    let rate = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    let licence = Licence { works: vec![EventRef::At(work)], licensor: None, ..voluntary(rate) };
    log.say(&licence);
    for (group, owed) in [(Territory(2123), "0.1"), (Territory(250), "0")] {
        let scope = Scope { include: vec![group], from: Some(date("2026-02-01")), ..Scope::default() };
        let there = log.say(&Claim { scope, ..claim(work, PUBLISHER, "1") });
        let agreed = log.say(&Share { day: DayOf::RECEIPT, ..share(there, "1") });
        let source = log.source(owed);
        log.resource(source, 1, ISRC);
        let (from, to) = (date("2020-01-01"), date("2020-01-31"));
        let then = Terms { territory: kingdom, from, to, ..terms() };
        log.say(&UsageLine { terms: then, ..line(source, 1, 1, 1, "1") });
        assert_eq!(earned(&mut log, PUBLISHER), owed);
        log.reverse(agreed);
    }
}

/// Two publishers share a work half and half until one sells half of its half to the other.
#[test]
fn shares_are_within_the_whole_for_every_report() {
    let (mut log, _, work) = released();
    let (first, second) = (log.claim(work, PUBLISHER, "1"), log.claim(work, SECOND_PUBLISHER, "1"));
    let (half, other) = (log.say(&share(first, "1/2")), log.say(&share(second, "1/2")));
    report(&mut log, "a");
    let mut desk = Desk::new(log);
    let replaces = |event| Some(EventRef::At(event));
    let sold = Share { prospective: true, replaces: replaces(half), ..share(first, "1/4") };
    let bought = Share { replaces: replaces(other), ..share(second, "3/4") };
    // Of the report before, half is the first's still.
    assert_eq!(desk.refused(&[&sold, &bought]), "above-whole");
    let sold = desk.say(&[&sold]).unwrap();
    assert_eq!(desk.refused(&[&bought]), "above-whole");
    let bought = desk.say(&[&Share { prospective: true, ..bought }]).unwrap();
    // What comes back for every report has to fit into every report.
    let remark = ledger_spec::event::particulars::Remark { about: None, text: "not sold" };
    let reason = ReasonCode::ERROR;
    let back = |target| ledger_spec::event::money::Reversal {
        target: EventRef::At(target),
        reason,
        remark: EventRef::Here(0),
    };
    assert_eq!(desk.refused(&[&remark, &back(sold)]), "above-whole");
    desk.say(&[&remark, &back(bought), &back(sold)]).unwrap();
}

/// Croatia joined the European Union on 1 July 2013.
#[test]
fn shares_are_within_the_whole_when_a_place_joins_a_group() {
    let (mut log, _, work) = released();
    let of = |place| Scope { include: vec![Territory(place)], ..Scope::default() };
    let union = log.say(&Claim { scope: of(2123), ..claim(work, PUBLISHER, "1") });
    let croatia = Claim { scope: of(191), ..claim(work, SECOND_PUBLISHER, "1") };
    let until = Scope { to: Some(date("2013-06-30")), ..of(191) };
    let before = log.say(&Claim { scope: until, ..croatia.clone() });
    let croatia = log.say(&croatia);
    let mut desk = Desk::new(log);
    desk.say(&[&share(union, "1")]).unwrap();
    assert_eq!(desk.refused(&[&share(croatia, "1")]), "above-whole");
    desk.say(&[&share(before, "1")]).unwrap();
}

#[test]
fn a_day_of_receipt_may_go_with_any_day_of_use() {
    let (mut log, _, work) = released();
    let scope =
        |from: Option<&str>, to: Option<&str>| Scope { from: from.map(date), to: to.map(date), ..Scope::default() };
    let old = log.say(&Claim { scope: scope(None, Some("2026-06-30")), ..claim(work, PUBLISHER, "1") });
    let new = log.say(&Claim { scope: scope(Some("2026-07-01"), None), ..claim(work, SECOND_PUBLISHER, "1") });
    let mut desk = Desk::new(log);
    let by_receipt = |share: Share| Share { day: DayOf::RECEIPT, ..share };
    let first = desk.say(&[&share(old, "1")]).unwrap();
    // A use in May that is reported in August would be both's.
    assert_eq!(desk.refused(&[&by_receipt(share(new, "1"))]), "above-whole");
    let replaces = Some(EventRef::At(first));
    desk.say(&[&Share { replaces, ..by_receipt(share(old, "1")) }, &by_receipt(share(new, "1"))]).unwrap();
    assert_eq!(desk.refused(&[&Share { day: DayOf(3), ..share(old, "1/2") }]), "day");
}

#[test]
fn a_recording_has_one_split_for_a_use() {
    let (mut log, _, _) = released();
    let recording = log.recording(SECOND_ISRC);
    let mut desk = Desk::new(log);
    let first = desk.say(&[&split(recording, ARTIST)]).unwrap();
    let later = Split { prospective: true, ..split(recording, SECOND_ARTIST) };
    assert_eq!(desk.refused(&[&later]), "said-already", "it does not say whose place it takes");
    let later = Split { replaces: Some(EventRef::At(first)), from: Some(date("2026-07-01")), ..later };
    desk.say(&[&later]).unwrap();
    // For reports before, the first holds for every day; for those after, only July is taken.
    let until = |prospective| Split { to: Some(date("2026-06-30")), prospective, ..split(recording, ARTIST) };
    assert_eq!(desk.refused(&[&until(false)]), "said-already");
    desk.say(&[&until(true)]).unwrap();
    assert_eq!(desk.refused(&[&Split { day: DayOf::RECEIPT, ..until(true) }]), "said-already");
    assert_eq!(desk.refused(&[&Split { day: DayOf(0), ..until(true) }]), "day");
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Report,
    Replace { second: bool, prospective: bool },
    Reverse,
}

fn act() -> impl Strategy<Value = Act> {
    let replace = any::<(bool, bool)>().prop_map(|(second, prospective)| Act::Replace { second, prospective });
    prop_oneof![2 => Just(Act::Report), 2 => replace, 1 => Just(Act::Reverse)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Of the versions that were not reversed, the last that may speak of a report holds for it.
    #[test]
    fn one_version_holds_for_each_report(acts in prop::collection::vec(act(), 1..25)) {
        let mut log = Log::furnished();
        let recording = log.recording(ISRC);
        log.matched(recording, &[]);
        let (mut reports, mut versions) = (Vec::new(), Vec::<(u64, bool, bool)>::new());
        for act in acts {
            match act {
                Act::Report => reports.push(report(&mut log, &format!("{}", reports.len()))),
                Act::Replace { second, prospective } => {
                    let replaces = versions.last().map(|(event, ..)| EventRef::At(*event));
                    let party = if second { SECOND_ARTIST } else { ARTIST };
                    let version = log.say(&Split { prospective, replaces, ..split(recording, party) });
                    versions.push((version, second, prospective));
                }
                Act::Reverse => if let Some((last, ..)) = versions.pop() {
                    log.reverse(last);
                }
            }
            let mut paid = [0, 0, 0];
            for report in &reports {
                let speaks = |(event, _, prospective): &&(u64, bool, bool)| !prospective || event < report;
                let holds = versions.iter().rev().find(speaks);
                paid[holds.map_or(2, |(_, second, _)| usize::from(*second))] += 1;
            }
            prop_assert_eq!(earned(&mut log, ARTIST), paid[0].to_string());
            prop_assert_eq!(earned(&mut log, SECOND_ARTIST), paid[1].to_string());
            prop_assert_eq!(log.waits(SuspenseReason::NO_SPLIT).to_string(), paid[2].to_string());
        }
    }
}
