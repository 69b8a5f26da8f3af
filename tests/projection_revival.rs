//! What a fact had taken the place of counts again once that fact is reversed, and only if it may still be said.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::DayOf;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::money::Reversal;
use ledger_spec::event::particulars::Remark;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::desk::{Body, Desk};
use projection_support::*;

const REMARK: Remark<'_> = Remark { about: None, text: "it was wrong" };
const WORK: Work<'_> = Work { identifiers: Vec::new(), public_domain: false };
const RECORDING: Recording<'_> = Recording { identifiers: Vec::new(), seconds: None };

fn reversal(target: u64) -> Reversal {
    Reversal { target: EventRef::At(target), reason: ReasonCode::ERROR, remark: EventRef::Here(0) }
}

fn desk() -> (Desk, EventRef) {
    let mut desk = Desk::new(Log::furnished());
    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    (desk, work)
}

fn claim(work: EventRef, party: PartyId, share: &str) -> Claim {
    let (rights, scope) = (Rights::MECHANICAL, Scope::default());
    Claim { work, party, rights, scope, share: ratio(share), replaces: None, collects: None }
}

fn share(claim: u64, share: &str, replaces: Option<u64>) -> Share {
    Share {
        claim: EventRef::At(claim),
        share: ratio(share),
        contract: None,
        replaces: replaces.map(EventRef::At),
        day: DayOf::USE,
        prospective: false,
    }
}

/// The second fact takes the place of the first; with the third beside it the first may not come back, and without it
/// may.
fn comes_back_unless(desk: &mut Desk, second: u64, third: &dyn Body, code: &str) {
    let beside = desk.say(&[third]).unwrap();
    let objection = desk.say(&[&REMARK, &reversal(second)]).unwrap_err();
    assert_eq!((objection.code, objection.offset), (code, 1), "{}", objection.text);
    assert!(objection.text.contains("counts again"), "{}", objection.text);
    assert_eq!(desk.refused(&[&REMARK, &reversal(second), &reversal(beside)]), code, "in the order they are said");
    desk.say(&[&REMARK, &reversal(beside), &reversal(second)]).unwrap();
    assert_eq!(desk.refused(&[third]), code, "it counts again");
}

#[test]
fn a_share_comes_back_where_it_fits_into_the_whole() {
    let (mut desk, work) = desk();
    let claimed = desk.say(&[&claim(work, PUBLISHER, "1"), &claim(work, SECOND_PUBLISHER, "1")]).unwrap();
    let first = desk.say(&[&share(claimed, "3/4", None)]).unwrap();
    let second = desk.say(&[&share(claimed, "1/4", Some(first))]).unwrap();
    comes_back_unless(&mut desk, second, &share(claimed + 1, "1/2", None), "above-whole");
}

#[test]
fn what_comes_back_counts_for_the_rest_of_the_submission() {
    let (mut desk, work) = desk();
    let claimed = desk.say(&[&claim(work, PUBLISHER, "1"), &claim(work, SECOND_PUBLISHER, "1")]).unwrap();
    let first = desk.say(&[&share(claimed, "3/4", None)]).unwrap();
    let second = desk.say(&[&share(claimed, "1/4", Some(first))]).unwrap();
    let half = share(claimed + 1, "1/2", None);
    assert_eq!(desk.refused(&[&REMARK, &reversal(second), &half]), "above-whole");
    desk.say(&[&REMARK, &reversal(second), &reversal(first), &half]).unwrap();
}

#[test]
fn a_claim_comes_back_with_its_shares() {
    let (mut desk, work) = desk();
    let first = desk.say(&[&claim(work, PUBLISHER, "1"), &claim(work, SECOND_PUBLISHER, "1")]).unwrap();
    desk.say(&[&share(first, "3/4", None)]).unwrap();
    let again = Claim { replaces: Some(EventRef::At(first)), ..claim(work, PUBLISHER, "1/2") };
    let second = desk.say(&[&again]).unwrap();
    comes_back_unless(&mut desk, second, &share(first + 1, "1/2", None), "above-whole");
}

#[test]
fn a_claim_comes_back_where_nobody_said_the_same() {
    let (mut desk, work) = desk();
    let first = desk.say(&[&claim(work, PUBLISHER, "1")]).unwrap();
    let again = Claim { replaces: Some(EventRef::At(first)), ..claim(work, PUBLISHER, "1/2") };
    let second = desk.say(&[&again]).unwrap();
    comes_back_unless(&mut desk, second, &claim(work, PUBLISHER, "1"), "said-already");
}

#[test]
fn a_share_of_a_claim_that_counts_no_longer_comes_back_to_nothing() {
    let (mut desk, work) = desk();
    let first = desk.say(&[&claim(work, PUBLISHER, "1"), &claim(work, SECOND_PUBLISHER, "1")]).unwrap();
    let agreed = desk.say(&[&share(first, "3/4", None)]).unwrap();
    let again = Claim { replaces: Some(EventRef::At(first)), ..claim(work, PUBLISHER, "1/2") };
    let second = desk.say(&[&again]).unwrap();
    let less = desk.say(&[&share(second, "1/4", Some(agreed))]).unwrap();
    desk.say(&[&share(first + 1, "3/4", None)]).unwrap();
    desk.say(&[&REMARK, &reversal(less)]).unwrap();
    assert_eq!(desk.refused(&[&REMARK, &reversal(second)]), "above-whole", "but with its claim it would count");
}

#[test]
fn a_split_comes_back_on_days_that_are_free() {
    let (mut desk, _) = desk();
    let recording = EventRef::At(desk.say(&[&RECORDING]).unwrap());
    let split = |from: &str, to: &str, replaces: Option<u64>| {
        let parts = vec![SplitPart { party: ARTIST, contract: None, share: ratio("1"), off_the_top: false }];
        let replaces = replaces.map(EventRef::At);
        Split {
            recording,
            from: Some(date(from)),
            to: Some(date(to)),
            parts,
            replaces,
            day: DayOf::USE,
            prospective: false,
        }
    };
    let first = desk.say(&[&split("2026-01-01", "2026-12-31", None)]).unwrap();
    let second = desk.say(&[&split("2026-01-01", "2026-06-30", Some(first))]).unwrap();
    comes_back_unless(&mut desk, second, &split("2026-07-01", "2026-12-31", None), "said-already");
}

#[test]
fn a_match_and_an_assertion_come_back_alone() {
    // Both are said once, so nothing can stand beside what replaced them: but in the submission that reverses it.
    let (mut desk, work) = desk();
    let recording = EventRef::At(desk.say(&[&RECORDING]).unwrap());
    let matched = |replaces: Option<u64>| Match {
        subject: MatchSubject::Recording(recording),
        recording: None,
        works: vec![MatchedWork { work, extent: Extent::WHOLE, weight: ratio("1") }],
        method: MatchMethod::PERSON,
        replaces: replaces.map(EventRef::At),
    };
    let asserted = |replaces: Option<u64>| IdentifierAsserted {
        identifier: Identifier { scheme: Scheme::ISRC, value: ISRC },
        subject: Subject::Recording(recording),
        reporter: None,
        replaces: replaces.map(EventRef::At),
    };
    let first = desk.say(&[&matched(None), &asserted(None)]).unwrap();
    let second = desk.say(&[&matched(Some(first)), &asserted(Some(first + 1))]).unwrap();
    assert_eq!(desk.refused(&[&REMARK, &reversal(second), &matched(None)]), "said-already");
    assert_eq!(desk.refused(&[&REMARK, &reversal(second + 1), &asserted(None)]), "said-already");
    desk.say(&[&REMARK, &reversal(second), &reversal(second + 1)]).unwrap();
    let again = desk.say(&[&matched(Some(first)), &asserted(Some(first + 1))]).unwrap();
    desk.say(&[&REMARK, &reversal(again), &matched(Some(first))]).unwrap();
}
