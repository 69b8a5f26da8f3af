//! Promise: the rules of authority that one event cannot show: what a submission may hold together, which keys a party
//! may get after its first, and what the first submission of a ledger must be (SPEC.md sections 9.1 and 10).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[allow(dead_code, unused_imports, reason = "other tests use the rest")]
mod forge;

use forge::{Forge, LOG_SEED, OPERATOR_SEED, REPORTER_SEED, STRANGER_SEED, body, golden, key, public, rules};
use ledger_spec::authority::{enrol_message, ledger_id, log_key_message};
use ledger_spec::code::ReasonCode;
use ledger_spec::date::Period;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{
    Continues, EnrolMode, KeyEnrolled, KeyRevoked, LedgerOpened, LogKeyChanged, PeriodClosed,
};
use ledger_spec::event::period::PeriodKey;
use ledger_spec::hash::Hash;
use ledger_spec::key::Signature;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use ledger_spec::verify::{Anchors, Verdict};

const NEW_SEED: u8 = 21;

fn enrol(log: &Forge, seed: u8, party: PartyId, roles: Roles, mode: EnrolMode) -> Vec<u8> {
    let message = enrol_message(&log.ledger, &party, roles, &public(seed));
    let proof = Signature(ledger_spec::sign::sign(&key(seed), &message));
    body(&Event::KeyEnrolled(KeyEnrolled { party, roles, key: public(seed), mode, proof }))
}

fn revoke(seed: u8) -> Vec<u8> {
    body(&Event::KeyRevoked(KeyRevoked { key: public(seed), reason: ReasonCode::RETIRED }))
}

fn log_key(log: &Forge, seed: u8) -> Vec<u8> {
    let proof = Signature(ledger_spec::sign::sign(&key(seed), &log_key_message(&log.ledger, &public(seed))));
    body(&Event::LogKeyChanged(LogKeyChanged { log_key: public(seed), lost: true, proof }))
}

/// The honest ledger goes on with these events; what the verifier says of them, if anything.
#[track_caller]
fn judged(author: u8, events: impl FnOnce(&Forge) -> Vec<Vec<u8>>) -> Option<String> {
    let mut log = Forge::honest();
    let events = events(&log);
    log.submit(author, &events);
    let finding = log.verify(&log.published(), &Anchors::default()).finding?;
    assert_eq!((finding.verdict, finding.index), (Verdict::Tampered, Some(12)), "{finding}");
    Some(finding.meaning)
}

#[track_caller]
fn refused(meaning: &str, events: impl FnOnce(&Forge) -> Vec<Vec<u8>>) {
    let found = judged(OPERATOR_SEED, events).unwrap_or_else(|| panic!("{meaning}: nothing found"));
    assert!(found.contains(meaning), "{found} does not say {meaning}");
}

#[track_caller]
fn accepted(events: impl FnOnce(&Forge) -> Vec<Vec<u8>>) {
    assert_eq!(judged(OPERATOR_SEED, events), None);
}

#[test]
fn a_party_gets_its_first_key_once() {
    use EnrolMode::{First, Override};
    let (party, roles) = (golden::REPORTER, Roles::REPORTER);
    accepted(|log| vec![enrol(log, NEW_SEED, golden::ARTIST, Roles::ARTIST, First)]);
    refused("never had one", |log| vec![enrol(log, NEW_SEED, golden::ARTIST, Roles::ARTIST, Override)]);
    refused("had a key before", |log| vec![enrol(log, NEW_SEED, party, roles, First)]);
    accepted(|log| vec![enrol(log, NEW_SEED, party, roles, Override)]);
    // Revoking does not make it a party without keys.
    let revoked = |mode| {
        let mut log = Forge::honest();
        log.submit(OPERATOR_SEED, &[revoke(REPORTER_SEED)]);
        log.submit(OPERATOR_SEED, &[enrol(&log, NEW_SEED, party, roles, mode)]);
        log.verify(&log.published(), &Anchors::default()).finding
    };
    assert!(revoked(First).unwrap().meaning.contains("had a key before"));
    assert_eq!(revoked(Override), None);
    refused("had a key before", |log| {
        let first = |seed| enrol(log, seed, golden::ARTIST, Roles::ARTIST, First);
        vec![first(NEW_SEED), first(STRANGER_SEED)]
    });
    refused("party zero", |log| vec![enrol(log, NEW_SEED, PartyId::NONE, roles, First)]);
}

#[test]
fn an_operator_key_is_left_whatever_one_submission_revokes() {
    let operator = |log: &Forge| enrol(log, NEW_SEED, golden::OPERATOR, Roles::OPERATOR, EnrolMode::Endorsed);
    accepted(|_| vec![rules(), revoke(REPORTER_SEED)]);
    accepted(|log| vec![operator(log), revoke(OPERATOR_SEED), revoke(REPORTER_SEED)]);
    refused("no live operator key", |_| vec![revoke(REPORTER_SEED), revoke(OPERATOR_SEED)]);
    refused("revoked twice", |_| vec![revoke(REPORTER_SEED), revoke(REPORTER_SEED)]);
    refused("is not enrolled", |log| vec![operator(log), revoke(NEW_SEED)]);
    refused("is not enrolled", |_| vec![revoke(STRANGER_SEED)]);
    let mut log = Forge::honest();
    log.submit(OPERATOR_SEED, &[operator(&log)]);
    log.submit(NEW_SEED, &[revoke(OPERATOR_SEED), revoke(NEW_SEED)]);
    let finding = log.verify(&log.published(), &Anchors::default()).finding.unwrap();
    assert!(finding.meaning.contains("no live operator key"), "{finding}");
    let mut log = Forge::honest();
    log.submit(OPERATOR_SEED, &[revoke(REPORTER_SEED)]);
    log.submit(OPERATOR_SEED, &[revoke(REPORTER_SEED)]);
    let finding = log.verify(&log.published(), &Anchors::default()).finding.unwrap();
    assert!(finding.meaning.contains("was revoked by event 12"), "{finding}");
}

#[test]
fn a_key_is_an_author_s_or_the_log_s() {
    let artist = |log: &Forge, seed| enrol(log, seed, golden::ARTIST, Roles::ARTIST, EnrolMode::First);
    refused("signs checkpoints", |log| vec![artist(log, LOG_SEED)]);
    refused("was enrolled before", |log| vec![log_key(log, OPERATOR_SEED)]);
    refused("was enrolled before", |log| vec![artist(log, NEW_SEED), log_key(log, NEW_SEED)]);
    refused("signs checkpoints", |log| vec![log_key(log, NEW_SEED), artist(log, NEW_SEED)]);
    refused("second new log key", |log| vec![log_key(log, NEW_SEED), log_key(log, STRANGER_SEED)]);
}

#[test]
fn a_close_stands_second_of_two() {
    let period = Period::new(2026, 1).unwrap();
    let key = || body(&Event::PeriodKey(PeriodKey { period, key: Hash([5; 32]) }));
    let close = |through| {
        let (root, key_hash) = (Hash([6; 32]), Hash([7; 32]));
        body(&Event::PeriodClosed(PeriodClosed { period, through, root, key_hash, rules: 1 }))
    };
    accepted(|_| vec![key(), close(12)]);
    refused("the three are one number", |_| vec![key(), close(11)]);
    for events in [
        vec![close(12)],
        vec![close(12), key()],
        vec![close(12), close(12)],
        vec![key(), close(12), rules()],
        vec![rules(), close(12)],
        vec![forge::catalogue().remove(0), close(12)],
    ] {
        refused("does not stand second of two", |_| events);
    }
    assert!(judged(REPORTER_SEED, |_| vec![key(), close(12)]).unwrap().contains("may not author"));
}

#[test]
fn a_ledger_that_does_not_begin_as_it_must() {
    type Alter = fn(&mut LedgerOpened<'_>);
    let rows: [(Alter, Verdict, &str); 8] = [
        (|opened| opened.operator = PartyId::NONE, Verdict::Malformed, "party zero"),
        (|opened| opened.roles = Roles::ACCOUNTANT, Verdict::Malformed, "none, or not known"),
        (|opened| opened.roles = Roles(0x101), Verdict::Malformed, "none, or not known"),
        (|opened| opened.log_key = opened.operator_key, Verdict::Malformed, "signs checkpoints"),
        (|opened| opened.log_key.0 = [0; 32], Verdict::Malformed, "is weak"),
        (|opened| opened.operator_key = public(STRANGER_SEED), Verdict::Malformed, "begins with exactly one event"),
        (|opened| opened.origin = "two words", Verdict::Malformed, "not a name"),
        (
            |opened| opened.continues = Some(Continues { ledger: Hash([1; 32]), size: 1, root: Hash([2; 32]) }),
            Verdict::Undecided,
            "continues another",
        ),
    ];
    for (alter, verdict, meaning) in rows {
        let mut opened = golden::opened();
        alter(&mut opened);
        let opened = body(&Event::LedgerOpened(opened));
        let mut log = Forge::open();
        (log.records, log.bodies, log.ledger) = (Vec::new(), Vec::new(), ledger_id(&opened));
        log.submit_as(OPERATOR_SEED, &[opened], |plan| plan.number = 1);
        let finding = log.verify(&Default::default(), &Anchors::default()).finding.unwrap();
        assert_eq!((finding.verdict, finding.index), (verdict, Some(0)), "{finding}");
        assert!(finding.meaning.contains(meaning), "{finding} does not say {meaning}");
    }
}
