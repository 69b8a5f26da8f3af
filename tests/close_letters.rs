//! A letter of direction sends its share of what a party would be paid to another: after recoupment, on the days it
//! holds, never more than the whole.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::accounts;
use ledger_spec::code::{AccountClass, ReasonCode};
use ledger_spec::event::catalogue::LetterOfDirection;
use ledger_spec::event::money::Reversal;
use ledger_spec::hash::Hash;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use projection_support::closes::*;
use projection_support::desk::Desk;
use projection_support::*;

fn letter(contract: Option<u64>, to: PartyId, share: &str) -> LetterOfDirection {
    LetterOfDirection {
        party: ARTIST,
        contract: contract.map(EventRef::At),
        to,
        share: ratio(share),
        from: None,
        until: None,
        evidence: Hash([6; 32]),
        replaces: None,
    }
}

fn earns(sum: &str) -> (Log, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    log.streams(ISRC, 1, sum);
    (log, contract)
}

fn due(log: &mut Log, party: PartyId) -> Amount {
    log.owed(AccountClass::DUE, party)
}

#[test]
fn its_share_of_what_is_left_goes_to_the_other_party() {
    let (mut log, contract) = earns("110");
    log.say(&advance(contract, "2026-01-01", "10"));
    log.say(&letter(None, SECOND_ARTIST, "1/3"));
    let close = log.close("2026-01");
    assert_eq!(due(&mut log, SECOND_ARTIST), amount("33.333333333333"), "a third of 110 - 10");
    assert_eq!(due(&mut log, ARTIST), amount("66.666666666667"));
    let bodies = log.bodies.clone();
    let settled = log.state.settle().unwrap();
    assert_eq!(settled.balances().of(&accounts::due(SECOND_ARTIST, 0, usd())), amount("-33.333333333333"));
    let posted = settled.posted_by(close, &bodies).unwrap();
    assert_eq!(posted[2].why.formula(posted[2].amount), "100 x 1/3 = 33.333333333333");
}

#[test]
fn letters_that_nothing_can_be_divided_by_are_refused_as_that() {
    let mut desk = Desk::new(Log::furnished());
    let odd = [u64::MAX, u64::MAX - 1, u64::MAX - 2];
    let odd = odd.map(|denominator| letter(None, SECOND_ARTIST, &format!("1/{denominator}")));
    assert_eq!(desk.refused(&[&odd[0], &odd[1], &odd[2]]), "letter-shares");
    desk.say(&[&odd[0], &odd[1]]).unwrap();
    assert_eq!(desk.refused(&[&letter(None, SECOND_ARTIST, "1")]), "above-whole");
}

#[test]
fn letters_for_a_contract_do_not_touch_what_is_earned_under_another() {
    let (mut log, contract) = earns("100");
    let free = log.recording(SECOND_ISRC);
    log.split(free, &[(ARTIST, "1")]);
    log.streams(SECOND_ISRC, 1, "50");
    log.say(&letter(Some(contract), SECOND_ARTIST, "1/10"));
    log.say(&letter(None, PUBLISHER, "1/5"));
    log.close("2026-01");
    assert_eq!(due(&mut log, SECOND_ARTIST), amount("10"));
    assert_eq!(due(&mut log, PUBLISHER), amount("30"), "a fifth of 100 and of 50");
    assert_eq!(due(&mut log, ARTIST), amount("110"));
}

#[test]
fn a_letter_holds_for_periods_that_end_on_its_days() {
    let (mut log, _) = earns("100");
    let from = Some(date("2026-02-28"));
    let until = Some(date("2026-03-30"));
    log.say(&LetterOfDirection { from, until, ..letter(None, SECOND_ARTIST, "1") });
    for (period, directed) in [("2026-01", "0"), ("2026-02", "100"), ("2026-03", "100")] {
        log.close(period);
        assert_eq!(due(&mut log, SECOND_ARTIST), amount(directed), "{period}");
        log.streams(ISRC, 1, "100");
    }
}

#[test]
fn debts_are_not_directed_and_a_letter_taken_back_directs_nothing() {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    let said = log.say(&letter(None, SECOND_ARTIST, "1/2"));
    log.streams(ISRC, -1, "-10");
    log.close("2026-01");
    assert_eq!((due(&mut log, ARTIST), due(&mut log, SECOND_ARTIST)), (amount("-10"), Amount::ZERO));
    log.reverse(said);
    log.streams(ISRC, 1, "10");
    log.close("2026-02");
    assert_eq!((due(&mut log, ARTIST), due(&mut log, SECOND_ARTIST)), (Amount::ZERO, Amount::ZERO));
}

#[test]
fn no_more_than_the_whole_is_directed_nor_to_oneself() {
    let (mut log, contract) = earns("100");
    let second = log.say(&plain());
    let mut desk = Desk::new(log);
    assert_eq!(desk.refused(&[&letter(None, ARTIST, "1/2")]), "letter-to-itself");
    assert_eq!(desk.refused(&[&letter(None, SECOND_ARTIST, "0")]), "share");
    assert_eq!(desk.refused(&[&letter(None, SECOND_ARTIST, "4/3")]), "share");
    assert_eq!(desk.refused(&[&letter(None, PartyId([77; 16]), "1/3")]), "unknown-party");
    let (half, most) = (letter(None, SECOND_ARTIST, "1/2"), letter(Some(contract), PUBLISHER, "2/3"));
    assert_eq!(desk.refused(&[&half, &most]), "above-whole");
    let first = desk.say(&[&half]).unwrap();
    assert_eq!(desk.refused(&[&most]), "above-whole");
    let later = LetterOfDirection { from: Some(date("2027-01-01")), ..most };
    assert_eq!(desk.refused(&[&later]), "above-whole", "the first one has no end");
    // In its place it may stand, and then the first may not come back.
    let replaces = Some(EventRef::At(first));
    let most = desk.say(&[&LetterOfDirection { replaces, ..most }]).unwrap();
    desk.say(&[&letter(Some(second), SECOND_ARTIST, "2/3")]).unwrap();
    let remark = ledger_spec::event::particulars::Remark { about: None, text: "not this one" };
    let target = EventRef::At(most);
    let reversal = Reversal { target, reason: ReasonCode::ERROR, remark: EventRef::Here(0) };
    assert_eq!(desk.refused(&[&remark, &reversal]), "above-whole");
}

#[test]
fn a_party_directs_its_own_money_alone() {
    let (log, _) = earns("100");
    let mut desk = Desk::new(log);
    let label = Roles::LABEL;
    assert_eq!(desk.refused_as(SECOND_ARTIST, label, &[&letter(None, SECOND_ARTIST, "1/2")]), "not-yours");
    desk.say_as(ARTIST, label, &[&letter(None, SECOND_ARTIST, "1/2")]).unwrap();
}
