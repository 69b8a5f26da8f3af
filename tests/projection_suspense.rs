//! What cannot be attributed waits in suspense and says why; the event that resolves it releases it, once.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::usage::Terms;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::*;

/// One download of 0.70 under an ISRC that nobody knows yet.
fn one_download() -> Log {
    let mut log = Log::furnished();
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    log
}

/// Everything there is to say about the recording of [`one_download`], but for the licence.
fn unlicensed() -> (Log, u64, u64) {
    let mut log = one_download();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    (log, recording, work)
}

#[test]
fn an_unknown_recording_waits_whole_until_a_recording_has_its_code() {
    let mut log = one_download();
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), amount("0.70"));

    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), Amount::ZERO);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_WORK), amount("0.131"), "only the mechanical waits for the work");
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.569"));
}

#[test]
fn a_code_that_two_recordings_have_stands_for_neither() {
    let mut log = one_download();
    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    log.recording(ISRC);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), amount("0.70"));
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), Amount::ZERO);
}

#[test]
fn a_match_of_the_resource_goes_before_its_codes() {
    let mut log = one_download();
    let (by_code, by_match) = (log.recording(ISRC), log.recording(SECOND_ISRC));
    log.split(by_code, &[(ARTIST, "1")]);
    log.split(by_match, &[(SECOND_ARTIST, "1")]);
    let source = log.state.sources().iter().next().unwrap().0;
    let matched = log.say(&Match {
        subject: MatchSubject::Reported { source, number: 1 },
        recording: Some(EventRef::At(by_match)),
        works: Vec::new(),
        method: MatchMethod::PERSON,
        replaces: None,
    });
    assert_eq!(log.owed(AccountClass::EARNED, SECOND_ARTIST), amount("0.569"));
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), Amount::ZERO);

    log.reverse(matched);
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.569"), "without the match the code decides again");
}

#[test]
fn an_assertion_of_the_reporters_own_number_identifies_a_recording() {
    let mut log = Log::furnished();
    let source = log.source("a");
    let number = Identifier { scheme: Scheme::DSP_RESOURCE, value: "store-77" };
    log.named(source, 1, ReportedKind::RECORDING, number);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), amount("0.70"));

    let mut assertion = IdentifierAsserted {
        identifier: number,
        subject: Subject::Recording(EventRef::At(recording)),
        reporter: Some(PUBLISHER),
        replaces: None,
    };
    let other = log.say(&assertion);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), amount("0.70"), "it holds for another reporter's files");
    (assertion.reporter, assertion.replaces) = (Some(STORE), Some(EventRef::At(other)));
    log.say(&assertion);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), Amount::ZERO);
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.569"));
}

#[test]
fn licence_share_and_match_each_release_their_part() {
    let (mut log, _, work) = unlicensed();
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.569"));
    assert_eq!(log.waits(SuspenseReason::UNCLAIMED), amount("0.131"), "a known work, and nobody's");

    log.agreed(work, PUBLISHER, "1/2");
    assert_eq!(log.waits(SuspenseReason::UNLICENSED), amount("0.0655"));
    assert_eq!(log.waits(SuspenseReason::UNCLAIMED), amount("0.0655"));

    log.licence(&[work]);
    assert_eq!(log.waits(SuspenseReason::UNLICENSED), Amount::ZERO);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.0655"));

    log.claim(work, SECOND_PUBLISHER, "1/2");
    assert_eq!(log.waits(SuspenseReason::CONTESTED), amount("0.0655"), "claimed, not agreed");
    assert_eq!(log.waits(SuspenseReason::UNCLAIMED), Amount::ZERO);
}

#[test]
fn a_blanket_licence_covers_the_works_that_its_licensor_has_a_share_of() {
    let (mut log, _, work) = unlicensed();
    log.agreed(work, PUBLISHER, "1");
    assert_eq!(log.waits(SuspenseReason::UNLICENSED), amount("0.131"));
    let blanket = |licensor| ledger_spec::event::licensing::Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::BLANKET,
        licensor: Some(licensor),
        works: Vec::new(),
        rights: Rights::MECHANICAL,
        uses: vec![UseType::DOWNLOAD],
        scope: Scope { include: vec![ledger_spec::reference::Territory(2129)], ..Scope::default() },
        rate: ledger_spec::event::licensing::LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() },
        replaces: None,
        configurations: Vec::new(),
        tiers: Vec::new(),
        notice: None,
    };
    log.say(&blanket(SECOND_PUBLISHER));
    assert_eq!(log.waits(SuspenseReason::UNLICENSED), amount("0.131"), "of a party without a share");
    let licence = log.say(&blanket(PUBLISHER));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.10"), "North America takes in the United States");
    log.reverse(licence);
    assert_eq!(log.waits(SuspenseReason::UNLICENSED), amount("0.131"));
}

#[test]
fn a_late_split_releases_the_recordings_net() {
    let mut log = one_download();
    let recording = log.recording(ISRC);
    assert_eq!(log.waits(SuspenseReason::NO_SPLIT), amount("0.569"));
    log.split(recording, &[(ARTIST, "1/2"), (SECOND_ARTIST, "1/4")]);
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.2845"));
    assert_eq!(log.owed(AccountClass::EARNED, SECOND_ARTIST), amount("0.14225"));
    assert_eq!(log.waits(SuspenseReason::NO_SPLIT), amount("0.14225"), "what the split leaves over");
}

#[test]
fn an_identifier_asserted_says_who_a_rights_controller_is() {
    let mut log = Log::furnished();
    let source = log.source("a");
    let name = Identifier { scheme: Scheme::RIGHTS_CONTROLLER, value: "PUB_2" };
    log.named(source, 1, ReportedKind::CONTROLLER, name);
    log.say_as(STORE, &allocated(source, 1, 1, "125.23"));
    assert_eq!(log.waits(SuspenseReason::UNKNOWN_CONTROLLER), amount("125.23"));

    let subject = Subject::Party(PUBLISHER);
    let said = log.say(&IdentifierAsserted { identifier: name, subject, reporter: None, replaces: None });
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("125.23"));
    assert_eq!(log.waits(SuspenseReason::UNKNOWN_CONTROLLER), Amount::ZERO);

    log.reverse(said);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), Amount::ZERO);
    assert_eq!(log.waits(SuspenseReason::UNKNOWN_CONTROLLER), amount("125.23"));
}

#[test]
fn a_service_named_in_the_report_decides_who_pays_the_mechanical() {
    let mut log = Log::furnished();
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    let service = Identifier { scheme: Scheme::SERVICE_NAME, value: "Tunes" };
    log.named(source, 2, ReportedKind::SERVICE, service);
    let mut sale = line(source, 1, 1, 1, "0.70");
    sale.terms = Terms { service: 2, ..terms() };
    log.say_as(STORE, &sale);
    let recording = log.recording(ISRC);
    log.split(recording, &[(ARTIST, "1")]);
    assert_eq!(
        log.owed(AccountClass::EARNED, ARTIST),
        amount("0.569"),
        "passed through, by the rule for every service"
    );

    log.say(&ledger_spec::event::governance::MechanicalsAdopted {
        rows: vec![ledger_spec::event::governance::MechanicalRow {
            service: Some(SECOND_PUBLISHER),
            payer: MechanicalPayer::PAID_AT_SOURCE,
            ..passed_through()
        }],
    });
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.569"), "nobody knows yet which service that is");
    let subject = Subject::Party(SECOND_PUBLISHER);
    log.say(&IdentifierAsserted { identifier: service, subject, reporter: None, replaces: None });
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("0.70"));
}

#[test]
fn a_release_sold_whole_is_its_tracks() {
    let mut log = Log::furnished();
    let source = log.source("a");
    log.named(source, 1, ReportedKind::RELEASE, Identifier { scheme: Scheme::UPC, value: "036000291452" });
    let mut sale = line(source, 1, 0, 1, "10");
    (sale.release, sale.terms.use_type) = (1, UseType::STREAM);
    log.say_as(STORE, &sale);
    let (first, second) = (log.recording(ISRC), log.recording(SECOND_ISRC));
    log.split(first, &[(ARTIST, "1")]);
    log.split(second, &[(SECOND_ARTIST, "1")]);
    assert_eq!(log.waits(SuspenseReason::UNMATCHED_RECORDING), amount("10"));
    let track = |recording, weight| Track { recording: EventRef::At(recording), weight };
    log.say(&Release {
        identifiers: vec![Identifier { scheme: Scheme::UPC, value: "0036000291452" }],
        kind: ReleaseKind::ALBUM,
        tracks: vec![track(first, 3), track(second, 1)],
    });
    assert_eq!(log.owed(AccountClass::EARNED, ARTIST), amount("7.5"));
    assert_eq!(log.owed(AccountClass::EARNED, SECOND_ARTIST), amount("2.5"));
    log.split(first, &[(PUBLISHER, "1")]);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("7.5"), "a split of a track touches the release");
}
