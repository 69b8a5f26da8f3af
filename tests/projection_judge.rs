//! What the books forbid is refused, by name, and leaves nothing behind.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf, RecoupOrder};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted, Redacted};
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::usage::*;
use ledger_spec::hash::Hash;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;
use projection_support::desk::Desk;
use projection_support::*;

const NOBODY: PartyId = PartyId([66; 16]);
const REMARK: Remark<'_> = Remark { about: None, text: "it was wrong" };

fn desk() -> Desk {
    Desk::new(Log::furnished())
}

fn resource(source: u64, number: u32) -> ReportedResource<'static> {
    let identifiers = vec![Identifier { scheme: Scheme::ISRC, value: ISRC }];
    ReportedResource { source, number, kind: ReportedKind::RECORDING, parent: 0, seconds: None, identifiers }
}

fn here(offset: u16) -> EventRef {
    EventRef::Here(offset)
}

fn claim(work: EventRef, party: PartyId, share: &str) -> Claim {
    let (rights, scope) = (Rights::MECHANICAL, Scope::default());
    Claim { work, party, rights, scope, share: ratio(share), replaces: None, collects: None }
}

fn share(claim: EventRef, share: &str) -> Share {
    Share { claim, share: ratio(share), contract: None, replaces: None, day: DayOf::USE, prospective: false }
}

const WORK: Work<'_> = Work { identifiers: Vec::new(), public_domain: false };
const RECORDING: Recording<'_> = Recording { identifiers: Vec::new(), seconds: None };

fn split(recording: EventRef, parts: &[(PartyId, &str)]) -> Split {
    let part = |(party, share): &(PartyId, &str)| SplitPart {
        party: *party,
        contract: None,
        share: ratio(share),
        off_the_top: false,
    };
    Split {
        recording,
        from: None,
        to: None,
        parts: parts.iter().map(part).collect(),
        replaces: None,
        day: DayOf::USE,
        prospective: false,
    }
}

#[test]
fn rows_come_once_in_order_and_as_many_as_promised() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 3)]).unwrap();
    desk.say(&[&resource(source, 1), &line(source, 2, 1, 1, "1")]).unwrap();
    assert_eq!(desk.refused(&[&line(source, 2, 1, 1, "1")]), "row-order");
    assert_eq!(desk.refused(&[&line(source, 1, 1, 1, "1")]), "row-order");
    assert_eq!(desk.refused(&[&line(source, 3, 1, 1, "1"), &line(source, 3, 1, 1, "1")]), "row-order");
    assert_eq!(desk.refused(&[&SourceClosed { source, rows: 3, refused: 0 }]), "source-incomplete");
    assert_eq!(desk.refused(&[&SourceClosed { source, rows: 1, refused: 0 }]), "source-incomplete");
    let rows: Vec<UsageLine> = (3..6).map(|row| line(source, row, 1, 1, "1")).collect();
    assert_eq!(desk.refused(&[&rows[0], &rows[1], &rows[2]]), "rows");
    desk.say(&[&rows[0], &rows[1], &SourceClosed { source, rows: 3, refused: 0 }]).unwrap();
    assert_eq!(desk.refused(&[&line(source, 9, 1, 1, "1")]), "source-closed");
    assert_eq!(desk.refused(&[&resource(source, 2)]), "source-closed");
}

#[test]
fn numbers_come_without_gaps_and_are_known_before_they_are_named() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 3)]).unwrap();
    assert_eq!(desk.refused(&[&resource(source, 2)]), "number-order");
    assert_eq!(desk.refused(&[&line(source, 1, 1, 1, "1"), &resource(source, 1)]), "number");
    let controller = ReportedResource { kind: ReportedKind::CONTROLLER, ..resource(source, 2) };
    desk.say(&[&resource(source, 1), &controller]).unwrap();
    assert_eq!(desk.refused(&[&line(source, 1, 2, 1, "1")]), "number", "a controller is no recording");
    assert_eq!(desk.refused(&[&allocated(source, 1, 1, "1")]), "number", "a recording is no controller");
    assert_eq!(desk.refused(&[&ReportedResource { parent: 3, ..resource(source, 3) }]), "number");
    assert_eq!(desk.refused(&[&line(99, 1, 1, 1, "1")]), "cites-other");
    desk.say(&[&line(source, 1, 1, 1, "1"), &allocated(source, 2, 2, "1")]).unwrap();
}

#[test]
fn a_file_is_imported_once_until_its_source_is_reversed() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 0)]).unwrap();
    let objection = desk.say(&[&opened("a", 0)]).unwrap_err();
    assert_eq!(objection.code, "file-known");
    assert!(objection.text.contains(&format!("source {source}")), "it names the first import: {}", objection.text);
    assert_eq!(desk.refused(&[&opened("b", 0), &opened("b", 0)]), "file-known");
    let target = EventRef::At(source);
    desk.say(&[&REMARK, &Reversal { target, reason: ReasonCode::ERROR, remark: here(0) }]).unwrap();
    desk.say(&[&opened("a", 0)]).unwrap();
}

#[test]
fn control_totals_tie_when_a_source_is_closed() {
    let mut desk = desk();
    let total = |measure, total: &str| ControlTotal {
        measure,
        currency: (measure != Measure::UNITS).then(usd),
        total: total.parse().unwrap(),
    };
    let with = |file, units, net, allocated| SourceOpened {
        totals: vec![
            total(Measure::UNITS, units),
            total(Measure::NET, net),
            total(Measure::ALLOCATED, allocated),
            total(Measure::GROSS, "77"),
        ],
        ..opened(file, 2)
    };
    for (file, units, net, allocated, ties) in [
        ("a", "3", "1.50", "0.25", true),
        ("b", "4", "1.50", "0.25", false),
        ("c", "3", "1.5000000000000000001", "0.25", false),
    ] {
        let source = desk.say(&[&with(file, units, net, allocated)]).unwrap();
        let controller = ReportedResource { kind: ReportedKind::CONTROLLER, ..resource(source, 2) };
        desk.say(&[&resource(source, 1), &controller]).unwrap();
        desk.say(&[&line(source, 1, 1, 3, "1.5"), &projection_support::allocated(source, 2, 2, "0.25")]).unwrap();
        let close = SourceClosed { source, rows: 2, refused: 0 };
        match ties {
            true => drop(desk.say(&[&close]).unwrap()),
            false => assert_eq!(desk.refused(&[&close]), "control-total"),
        }
    }
}

#[test]
fn amounts_and_units_stay_where_nothing_overflows() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 9)]).unwrap();
    desk.say(&[&resource(source, 1)]).unwrap();
    let half = "500000000000.000000000000";
    assert_eq!(desk.refused(&[&line(source, 1, 1, 1, "1000000000000.01")]), "amount");
    assert_eq!(desk.refused(&[&line(source, 1, 1, 1, "99999999999999999999999")]), "amount");
    desk.say(&[&line(source, 1, 1, 1, half), &line(source, 2, 1, 1, &format!("-{half}"))]).unwrap();
    assert_eq!(desk.refused(&[&line(source, 3, 1, 1, "0.01")]), "amount", "sizes add up, signs do not help");
    assert_eq!(desk.refused(&[&line(source, 3, 1, i64::MAX, "0")]), "units");
    assert_eq!(desk.refused(&[&UsageLine { returns: i64::MAX, ..line(source, 3, 1, -2, "0") }]), "units");
}

#[test]
fn totals_beyond_what_a_source_can_hold_are_refused_before_the_first_line() {
    let mut desk = desk();
    let total = |measure, total: &str| ControlTotal {
        measure,
        currency: (measure != Measure::UNITS).then(usd),
        total: total.parse().unwrap(),
    };
    let with = |totals| SourceOpened { totals, ..opened("a", 1) };
    for units in ["9007199254740992", "-9007199254740992", "99999999999999999999999999"] {
        assert_eq!(desk.refused(&[&with(vec![total(Measure::UNITS, units)])]), "units");
    }
    let half = "500000000000.01";
    for measure in [Measure::NET, Measure::ALLOCATED] {
        assert_eq!(desk.refused(&[&with(vec![total(measure, "-1000000000000.01")])]), "amount");
    }
    let both = vec![total(Measure::NET, half), total(Measure::ALLOCATED, half)];
    assert_eq!(desk.refused(&[&with(both)]), "amount", "both are posted");
    let most = vec![total(Measure::UNITS, "9007199254740991"), total(Measure::NET, "1000000000000")];
    desk.say(&[&with(most)]).unwrap();
}

#[test]
fn others_are_silent_of_what_is_somebodys_own() {
    let mut desk = desk();
    let publisher = Roles::PUBLISHER;
    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    assert_eq!(desk.refused_as(PUBLISHER, publisher, &[&claim(work, SECOND_PUBLISHER, "1")]), "not-yours");
    let own = desk.say_as(PUBLISHER, publisher, &[&claim(work, PUBLISHER, "1")]).unwrap();
    let agreed = share(EventRef::At(own), "1");
    assert_eq!(desk.refused_as(PUBLISHER, publisher, &[&agreed]), "operator-only", "nobody agrees with itself");
    desk.say(&[&agreed]).unwrap();

    let recording = EventRef::At(desk.say_as(ARTIST, Roles::ARTIST, &[&RECORDING]).unwrap());
    let taken = split(recording, &[(SECOND_ARTIST, "1")]);
    assert_eq!(desk.refused_as(SECOND_ARTIST, Roles::ARTIST, &[&taken]), "not-yours");
    let mut own = split(recording, &[(ARTIST, "1/2"), (SECOND_ARTIST, "1/2")]);
    let terms = [ARTIST, SECOND_ARTIST].map(|party| desk.say(&[&contract(party, Vec::new(), None)]).unwrap());
    own.parts[0].contract = Some(EventRef::At(terms[0]));
    assert_eq!(desk.refused_as(ARTIST, Roles::ARTIST, &[&own]), "no-contract", "all of it, with nobody's consent");
    own.parts[1].contract = Some(EventRef::At(terms[1]));
    desk.say_as(ARTIST, Roles::ARTIST, &[&own]).unwrap();
    let replaces = Some(EventRef::At(desk.past.all().0.len() as u64 - 1));
    desk.say(&[&Split { replaces, ..split(recording, &[(ARTIST, "1")]) }]).unwrap();

    let said = IdentifierAsserted {
        identifier: Identifier { scheme: Scheme::ISRC, value: ISRC },
        subject: Subject::Recording(recording),
        reporter: None,
        replaces: None,
    };
    assert_eq!(desk.refused_as(ARTIST, Roles::ARTIST, &[&said]), "operator-only");

    assert_eq!(desk.refused_as(PUBLISHER, Roles::REPORTER, &[&opened("a", 1)]), "not-yours");
    let source = desk.say_as(STORE, Roles::REPORTER, &[&opened("a", 1)]).unwrap();
    assert_eq!(desk.refused_as(PUBLISHER, Roles::REPORTER, &[&resource(source, 1)]), "not-yours");
}

#[test]
fn citations_are_of_the_right_kind_and_count() {
    let mut desk = desk();
    let first = desk.say(&[&WORK, &RECORDING]).unwrap();
    let (work, recording) = (EventRef::At(first), EventRef::At(first + 1));
    assert_eq!(desk.refused(&[&claim(recording, PUBLISHER, "1")]), "cites-other");
    assert_eq!(desk.refused(&[&RECORDING, &claim(here(0), PUBLISHER, "1")]), "cites-other");
    assert_eq!(desk.refused(&[&claim(work, NOBODY, "1")]), "unknown-party");
    assert_eq!(desk.refused(&[&split(work, &[(ARTIST, "1")])]), "cites-other");
    assert_eq!(desk.refused(&[&split(recording, &[(ARTIST, "1/2"), (SECOND_ARTIST, "2/3")])]), "above-whole");
    assert_eq!(desk.refused(&[&Claim { share: ratio("3/2"), ..claim(work, PUBLISHER, "1") }]), "share");

    let before = desk.say(&[&split(recording, &[(ARTIST, "1")])]).unwrap();
    let again = Split { replaces: Some(EventRef::At(before)), ..split(recording, &[(ARTIST, "1/2")]) };
    assert_eq!(desk.refused(&[&again, &again]), "counts-no-longer", "one thing is replaced once");
    let other = Split { replaces: Some(EventRef::At(before)), ..split(here(0), &[(ARTIST, "1")]) };
    assert_eq!(desk.refused(&[&RECORDING, &other]), "replaces-other");
    desk.say(&[&again]).unwrap();
    assert_eq!(desk.refused(&[&again]), "counts-no-longer");
    let target = EventRef::At(before);
    let reversal = Reversal { target, reason: ReasonCode::ERROR, remark: here(0) };
    assert_eq!(desk.refused(&[&REMARK, &reversal]), "counts-no-longer", "what was replaced is not reversed");
}

#[test]
fn what_is_said_once_is_replaced_and_not_said_again() {
    let mut desk = desk();
    let isrc = |value| vec![Identifier { scheme: Scheme::ISRC, value }];
    let known = Recording { identifiers: isrc(ISRC), seconds: None };
    let index = desk.say(&[&known]).unwrap();
    let objection = desk.say(&[&known]).unwrap_err();
    assert_eq!(objection.code, "isrc-taken");
    assert!(objection.text.contains(&format!("recording {index} ")), "it names the first: {}", objection.text);
    let second = Recording { identifiers: isrc(SECOND_ISRC), seconds: None };
    assert_eq!(desk.refused(&[&second, &second]), "isrc-taken");
    let recording = EventRef::At(index);
    for (scheme, value, again, code) in [
        (Scheme::UPC, "036000291452", "0036000291452", "upc-taken"),
        (Scheme::GRID, "A1-2425G-ABC1234002-M", "A12425GABC1234002M", "grid-taken"),
    ] {
        let release = |value| Release {
            identifiers: vec![Identifier { scheme, value }],
            kind: ReleaseKind::SINGLE,
            tracks: Vec::new(),
        };
        assert_eq!(desk.refused(&[&release(value), &release(again)]), code);
        let index = desk.say(&[&release(value)]).unwrap();
        let objection = desk.say(&[&release(again)]).unwrap_err();
        assert_eq!(objection.code, code);
        assert!(objection.text.contains(&format!("release {index} ")), "it names the first: {}", objection.text);
    }

    let days = |from: &str, to: &str| Split {
        from: Some(date(from)),
        to: Some(date(to)),
        ..split(recording, &[(ARTIST, "1")])
    };
    let early = desk.say(&[&days("2026-01-01", "2026-06-30")]).unwrap();
    let objection = desk.say(&[&days("2026-06-30", "2026-12-31")]).unwrap_err();
    assert_eq!(objection.code, "said-already");
    assert!(objection.text.contains(&format!("replaces = {early}")), "{}", objection.text);
    let late = days("2026-07-01", "2026-12-31");
    assert_eq!(desk.refused(&[&late, &late]), "said-already");
    desk.say(&[&late]).unwrap();
    let all = Split { replaces: Some(EventRef::At(early)), ..split(recording, &[(ARTIST, "1")]) };
    assert_eq!(desk.refused(&[&all]), "said-already", "the later half is split already");

    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    let found = Match {
        subject: MatchSubject::Recording(recording),
        recording: None,
        works: vec![MatchedWork { work, extent: Extent::WHOLE, weight: ratio("1") }],
        method: MatchMethod::PERSON,
        replaces: None,
    };
    assert_eq!(desk.refused(&[&found, &found]), "said-already");
    let first = desk.say(&[&found]).unwrap();
    assert_eq!(desk.refused(&[&found]), "said-already");
    desk.say(&[&Match { replaces: Some(EventRef::At(first)), ..found.clone() }]).unwrap();
    assert_eq!(desk.refused(&[&found]), "said-already");

    let asserted = |reporter, value| IdentifierAsserted {
        identifier: Identifier { scheme: Scheme::ISRC, value },
        subject: Subject::Recording(recording),
        reporter,
        replaces: None,
    };
    assert_eq!(desk.refused(&[&asserted(None, ISRC), &asserted(None, "US-RC1-76-07839")]), "said-already");
    let first = desk.say(&[&asserted(None, ISRC), &asserted(Some(STORE), ISRC)]).unwrap();
    assert_eq!(desk.refused(&[&asserted(None, ISRC)]), "said-already");
    assert_eq!(desk.refused(&[&asserted(Some(STORE), ISRC)]), "said-already");
    desk.say(&[&IdentifierAsserted { replaces: Some(EventRef::At(first)), ..asserted(None, ISRC) }]).unwrap();
    desk.say(&[&REMARK, &Reversal { target: EventRef::At(first + 1), reason: ReasonCode::ERROR, remark: here(0) }])
        .unwrap();
    desk.say(&[&asserted(Some(STORE), ISRC)]).unwrap();
}

#[test]
fn agreed_shares_are_at_most_the_whole_wherever_they_apply() {
    let mut desk = desk();
    let place = |number, from: Option<&str>| Scope {
        include: vec![Territory(number)],
        from: from.map(date),
        ..Scope::default()
    };
    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    let scoped = |scope, party| Claim { scope, ..claim(work, party, "1") };
    let world = EventRef::At(desk.say(&[&claim(work, PUBLISHER, "1")]).unwrap());
    let first = desk.say(&[&share(world, "1/2")]).unwrap();
    assert_eq!(desk.refused(&[&share(world, "2/3")]), "above-whole");
    assert_eq!(desk.refused(&[&share(world, "1/4"), &share(world, "1/3")]), "above-whole", "both of one submission");

    let europe = scoped(place(2120, None), SECOND_PUBLISHER);
    let france = scoped(place(250, Some("2026-07-01")), SECOND_PUBLISHER);
    let canada = scoped(place(124, None), SECOND_PUBLISHER);
    desk.say(&[&europe, &share(here(0), "1/3")]).unwrap();
    assert_eq!(desk.refused(&[&france, &share(here(0), "1/4")]), "above-whole", "France is in Europe and in the world");
    desk.say(&[&canada, &share(here(0), "1/2")]).unwrap();
    desk.say(&[&france, &share(here(0), "1/6")]).unwrap();

    let replaces = Some(EventRef::At(first));
    assert_eq!(desk.refused(&[&Share { replaces, ..share(world, "3/5") }]), "above-whole");
    desk.say(&[&Share { replaces, ..share(world, "1/4") }, &share(world, "1/5")]).unwrap();
    assert_eq!(desk.refused(&[&share(world, "1/5")]), "said-already");
}

#[test]
fn codes_of_the_operators_own_stand_for_one_thing() {
    let mut desk = desk();
    let coded = || vec![Identifier { scheme: Scheme::HOUSE, value: "x1" }];
    let work = Work { identifiers: coded(), public_domain: false };
    desk.say(&[&work, &Recording { identifiers: coded(), seconds: None }]).unwrap();
    assert_eq!(desk.refused(&[&work]), "code-taken");
    let other = Work { identifiers: vec![Identifier { scheme: Scheme::HOUSE, value: "x2" }], public_domain: false };
    assert_eq!(desk.refused(&[&other, &other]), "code-taken");
    assert_eq!(desk.refused(&[&Party { party: ARTIST, kind: PartyKind::PERSON, identifiers: vec![] }]), "party-known");

    let contract = |amends| contract(ARTIST, coded(), amends);
    let first = desk.say(&[&contract(None)]).unwrap();
    assert_eq!(desk.refused(&[&contract(None)]), "code-taken");
    desk.say(&[&contract(Some(EventRef::At(first)))]).unwrap();
}

fn contract<'a>(party: PartyId, identifiers: Vec<Identifier<'a>>, amends: Option<EventRef>) -> Contract<'a> {
    Contract {
        identifiers,
        party,
        kind: ContractKind::ARTIST,
        commission: ratio("1/10"),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::ARTIST,
        pay_when: PayWhen::REPORTED,
        minimum: amount("10"),
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends,
        royalty: Royalty::NetReceipts,
        escalation: None,
        reserve: None,
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
    }
}

#[test]
fn a_licence_takes_both_sides() {
    let mut desk = desk();
    let licence = |licensor| Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::BLANKET,
        licensor,
        works: Vec::new(),
        rights: Rights::MECHANICAL,
        uses: Vec::new(),
        scope: Scope::default(),
        rate: LicenceRate::Waived,
        replaces: None,
        configurations: Vec::new(),
        tiers: Vec::new(),
        notice: None,
    };
    for (speaker, licensor) in [(PUBLISHER, Some(PUBLISHER)), (ARTIST, Some(PUBLISHER)), (ARTIST, None)] {
        assert_eq!(desk.refused_as(speaker, Roles::PUBLISHER, &[&licence(licensor)]), "operator-only");
    }
    let none = Licence { rights: Rights::NONE, ..licence(Some(PUBLISHER)) };
    assert_eq!(desk.refused(&[&none]), "no-right");
    let first = desk.say(&[&licence(Some(PUBLISHER))]).unwrap();
    let other = Licence { replaces: Some(EventRef::At(first)), ..licence(Some(SECOND_PUBLISHER)) };
    assert_eq!(desk.refused(&[&other]), "replaces-other");
}

fn balance(party: PartyId, contract: Option<EventRef>, sum: &str) -> OpeningBalance {
    let (as_of, evidence) = (date("2025-12-31"), Hash::default());
    OpeningBalance {
        party,
        contract,
        as_of,
        amount: amount(sum),
        currency: usd(),
        evidence,
        class: AccountClass::DUE,
        origin: None,
    }
}

fn payout(party: PartyId, contract: Option<EventRef>, sum: &str) -> PayoutInstructed {
    let (tax, date) = (Amount::ZERO, date("2026-05-01"));
    PayoutInstructed { party, contract, currency: usd(), amount: amount(sum), tax, date }
}

fn settled(payout: EventRef) -> PayoutSettled {
    PayoutSettled { payout, date: date("2026-03-31"), bank_reference: Hash::default() }
}

#[test]
fn payouts_stay_within_what_is_due_in_coins_there_are() {
    let mut desk = desk();
    desk.say(&[&balance(ARTIST, None, "100.005")]).unwrap();
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "100.01")]), "overpayment");
    assert_eq!(desk.refused(&[&payout(SECOND_ARTIST, None, "1")]), "overpayment");
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "100.005")]), "not-payable");
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "0")]), "amount");
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "60"), &payout(ARTIST, None, "61")]), "overpayment");
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "50"), &payout(ARTIST, None, "50")]), "said-already");
    desk.say(&[&payout(ARTIST, None, "60")]).unwrap();
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "61")]), "overpayment");
    desk.say(&[&payout(ARTIST, None, "40")]).unwrap();

    let terms = EventRef::At(desk.say(&[&contract(ARTIST, Vec::new(), None)]).unwrap());
    desk.say(&[&balance(ARTIST, Some(terms), "20")]).unwrap();
    assert_eq!(desk.refused(&[&payout(ARTIST, Some(terms), "9.99")]), "under-minimum");
    assert_eq!(desk.refused(&[&balance(SECOND_ARTIST, Some(terms), "20")]), "contract-of-other");
    desk.say(&[&payout(ARTIST, Some(terms), "10")]).unwrap();
}

#[test]
fn a_payout_takes_two_parties_and_goes_one_way() {
    let mut desk = desk();
    desk.say(&[&balance(ARTIST, None, "100")]).unwrap();
    let index = desk.say(&[&payout(ARTIST, None, "60")]).unwrap();
    let at = EventRef::At(index);
    let (approved, failed) =
        (PayoutApproved { payout: at }, PayoutFailed { payout: at, reason: ReasonCode::BANK_REFUSED });
    assert_eq!(desk.refused(&[&settled(at)]), "payout-status", "not approved yet");
    assert_eq!(desk.refused(&[&approved]), "four-eyes");
    assert_eq!(desk.refused(&[&payout(ARTIST, None, "1"), &PayoutApproved { payout: here(0) }]), "four-eyes");
    desk.say_as(TREASURER, Roles::TREASURER, &[&approved]).unwrap();
    assert_eq!(desk.refused_as(TREASURER, Roles::TREASURER, &[&approved]), "payout-status");
    assert_eq!(desk.refused(&[&settled(at), &failed]), "payout-status", "settled or failed, not both");
    let tomorrow = PayoutSettled { date: date("2026-05-02"), ..settled(at) };
    assert_eq!(desk.refused(&[&tomorrow]), "not-yet");
    desk.say(&[&settled(at)]).unwrap();
    assert_eq!(desk.refused(&[&failed]), "payout-status");

    let second = EventRef::At(desk.say(&[&payout(ARTIST, None, "40")]).unwrap());
    desk.say(&[&PayoutFailed { payout: second, reason: ReasonCode::BANK_REFUSED }]).unwrap();
    desk.say(&[&payout(ARTIST, None, "40")]).unwrap();

    for target in [at, EventRef::At(index + 1), second] {
        let reversal = Reversal { target, reason: ReasonCode::ERROR, remark: here(0) };
        assert_eq!(desk.refused(&[&REMARK, &reversal]), "not-reversible");
    }
}

#[test]
fn nobody_approves_a_payout_to_itself() {
    let mut desk = desk();
    desk.say(&[&balance(TREASURER, None, "100")]).unwrap();
    let approved = PayoutApproved { payout: EventRef::At(desk.say(&[&payout(TREASURER, None, "60")]).unwrap()) };
    assert_eq!(desk.refused_as(TREASURER, Roles::TREASURER, &[&approved]), "payee-approves");
    desk.say_as(ARTIST, Roles::TREASURER, &[&approved]).unwrap();
}

#[test]
fn a_table_in_force_is_not_adopted_again() {
    let mut desk = desk();
    assert_eq!(desk.refused(&[&rates("0.131")]), "already-adopted");
    desk.say(&[&rates("0.132")]).unwrap();
    desk.say(&[&rates("0.131")]).unwrap();
    assert_eq!(desk.refused(&[&rates("0.131")]), "already-adopted");

    let adopted = |rows: &[MechanicalRow]| MechanicalsAdopted { rows: rows.to_vec() };
    let row = passed_through();
    let changed = MechanicalRow { payer: MechanicalPayer::NOT_DUE, from: date("2026-02-01"), ..row };
    assert_eq!(desk.refused(&[&adopted(&[row])]), "already-adopted");
    desk.say(&[&adopted(&[row, changed])]).unwrap();
    desk.say(&[&adopted(&[row])]).unwrap();
    assert_eq!(desk.refused(&[&adopted(&[row])]), "already-adopted");
}

#[test]
fn what_is_erased_is_not_erased_again() {
    let mut desk = desk();
    let target = desk.say(&[&REMARK]).unwrap();
    let redacted = Redacted { target, reason: RedactionReason::REQUEST };
    assert_eq!(desk.refused(&[&redacted, &redacted]), "already-redacted");
    desk.say(&[&redacted]).unwrap();
    desk.past.erase(target);
    assert_eq!(desk.refused(&[&redacted]), "already-redacted");
}

#[test]
fn reversals_name_what_counts_and_why() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 1)]).unwrap();
    let row = desk.say(&[&resource(source, 1), &line(source, 1, 1, 1, "1")]).unwrap() + 1;
    let reversal = |target, remark| Reversal { target: EventRef::At(target), reason: ReasonCode::ERROR, remark };
    assert_eq!(desk.refused(&[&REMARK, &reversal(row, here(0))]), "source-open");
    desk.say(&[&SourceClosed { source, rows: 1, refused: 0 }]).unwrap();
    assert_eq!(desk.refused(&[&reversal(row, EventRef::At(row))]), "cites-other", "a line is no remark");
    assert_eq!(desk.refused(&[&WORK, &reversal(row, here(0))]), "cites-other");
    let twice = reversal(row, here(0));
    assert_eq!(desk.refused(&[&REMARK, &twice, &twice]), "counts-no-longer");
    let remark = EventRef::At(desk.say(&[&REMARK]).unwrap());
    let done = desk.say(&[&reversal(row, remark)]).unwrap();
    assert_eq!(desk.refused(&[&reversal(row, remark)]), "counts-no-longer");
    assert_eq!(desk.refused(&[&reversal(done, remark)]), "not-reversible", "a reversal of a reversal");
    assert_eq!(desk.refused(&[&reversal(source + 1, remark)]), "not-reversible");
    let here = Reversal { target: here(0), reason: ReasonCode::ERROR, remark };
    assert_eq!(desk.refused(&[&balance(ARTIST, None, "1"), &here]), "not-reversible");
}

#[test]
fn a_balance_is_brought_in_once() {
    let mut desk = desk();
    let first = balance(ARTIST, None, "100");
    assert_eq!(desk.refused(&[&first, &first]), "said-already");
    let index = desk.say(&[&first]).unwrap();
    let objection = desk.say(&[&balance(ARTIST, None, "70")]).unwrap_err();
    assert_eq!(objection.code, "said-already");
    assert!(objection.text.contains(&format!("event {index} ")), "it names the first: {}", objection.text);
    desk.say(&[&OpeningBalance { as_of: date("2025-11-30"), ..first }]).unwrap();
    desk.say(&[&OpeningBalance { evidence: Hash([1; 32]), ..first }]).unwrap();
    desk.say(&[&OpeningBalance { currency: "EUR".parse().unwrap(), ..first }, &balance(SECOND_ARTIST, None, "1")])
        .unwrap();
    let target = EventRef::At(index);
    let reversal = Reversal { target, reason: ReasonCode::ERROR, remark: here(0) };
    desk.say(&[&REMARK, &reversal, &balance(ARTIST, None, "70")]).unwrap();
}

#[test]
fn payments_and_adjustments_add_up() {
    let mut desk = desk();
    let source = desk.say(&[&opened("a", 1)]).unwrap();
    desk.say(&[&resource(source, 1), &line(source, 1, 1, 1, "100")]).unwrap();
    let payment = |settled: &str| PaymentReceived {
        payer: STORE,
        date: date("2026-03-31"),
        currency: usd(),
        bank: amount("95"),
        tax: amount("3"),
        fee: amount("1"),
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount(settled) }],
    };
    assert_eq!(desk.refused(&[&payment("100")]), "payment-differs");
    let euro = PaymentReceived { currency: "EUR".parse().unwrap(), ..payment("99") };
    assert_eq!(desk.refused(&[&euro]), "source-reports-other");
    desk.say(&[&payment("99")]).unwrap();
    assert_eq!(desk.refused(&[&payment("99")]), "said-already", "the same in every word");
    let rest = |source, rest: &str| PaymentReceived {
        bank: amount(rest),
        tax: Amount::ZERO,
        fee: Amount::ZERO,
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount(rest) }],
        ..payment("99")
    };
    assert_eq!(desk.refused(&[&rest(source, "1.01")]), "overpaid", "1 of the 100 is left");
    assert_eq!(desk.refused(&[&rest(source, "0.1"), &rest(source, "0.1")]), "said-already");
    assert_eq!(desk.refused(&[&rest(source, "0.6"), &rest(source, "0.5")]), "overpaid");
    assert_eq!(desk.refused(&[&PaymentReceived { payer: ARTIST, ..rest(source, "1") }]), "payer-other");
    assert_eq!(desk.refused(&[&PaymentReceived { date: date("2026-05-02"), ..rest(source, "1") }]), "not-yet");
    let negative = PaymentReceived { bank: amount("2"), fee: amount("-1"), ..rest(source, "1") };
    assert_eq!(desk.refused(&[&negative]), "amount");
    let returns = desk.say(&[&opened("b", 1)]).unwrap();
    desk.say(&[&resource(returns, 1), &line(returns, 1, 1, -1, "-0.4")]).unwrap();
    let part = |source, part: &str| SourcePayment { source: EventRef::At(source), amount: amount(part) };
    let less = |back: &str, bank: &str| PaymentReceived {
        sources: vec![part(source, "1"), part(returns, back)],
        ..rest(source, bank)
    };
    assert_eq!(desk.refused(&[&less("-0.41", "0.59")]), "overpaid", "no more is taken back than was returned");
    assert_eq!(desk.refused(&[&less("0.1", "1.1")]), "overpaid", "nothing is owed for returns");
    desk.say(&[&less("-0.4", "0.6")]).unwrap();
    assert_eq!(desk.refused(&[&rest(source, "0.01")]), "overpaid");

    let side = |class, party, sum: &str| AdjustmentSide {
        account: Account { party, ..Account::of(class, usd()) },
        amount: amount(sum),
    };
    let adjustment = |sides| Adjustment { sides, reason: ReasonCode::AGREEMENT, remark: here(0), evidence: None };
    let fees = || side(AccountClass::FEES, PartyId::NONE, "5");
    let unbalanced = adjustment(vec![fees(), side(AccountClass::DUE, ARTIST, "-4")]);
    assert_eq!(desk.refused(&[&REMARK, &unbalanced]), "unbalanced");
    let unknown = adjustment(vec![fees(), side(AccountClass::DUE, NOBODY, "-5")]);
    assert_eq!(desk.refused(&[&REMARK, &unknown]), "unknown-party");
    let transit = adjustment(vec![fees(), side(AccountClass::IN_TRANSIT, ARTIST, "-5")]);
    assert_eq!(desk.refused(&[&REMARK, &transit]), "account");
    let nothing = adjustment(vec![side(AccountClass::FEES, PartyId::NONE, "0"), side(AccountClass::DUE, ARTIST, "0")]);
    assert_eq!(desk.refused(&[&REMARK, &nothing]), "amount");
    let terms = desk.say(&[&contract(ARTIST, Vec::new(), None)]).unwrap();
    let under = |party| {
        let mut sides = vec![fees(), side(AccountClass::DUE, party, "-5")];
        sides[1].account.contract = terms;
        adjustment(sides)
    };
    assert_eq!(desk.refused(&[&REMARK, &under(SECOND_ARTIST)]), "contract-of-other");
    desk.say(&[&REMARK, &under(ARTIST)]).unwrap();
    let fine = adjustment(vec![fees(), side(AccountClass::DUE, ARTIST, "-5")]);
    desk.say(&[&REMARK, &fine]).unwrap();
    let taken = adjustment(vec![side(AccountClass::FEES, PartyId::NONE, "-4"), side(AccountClass::DUE, ARTIST, "4")]);
    assert_eq!(desk.refused(&[&REMARK, &taken, &payout(ARTIST, None, "2")]), "overpayment");
    desk.say(&[&payout(ARTIST, None, "5")]).unwrap();
}
