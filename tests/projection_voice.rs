//! What is somebody's own, others neither say nor take back; and nobody enriches itself by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf, RecoupOrder};
use ledger_spec::event::catalogue::Royalty;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::usage::*;
use ledger_spec::hash::Hash;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use projection_support::desk::{Body, Desk};
use projection_support::*;

const REMARK: Remark<'_> = Remark { about: None, text: "it was wrong" };
const WORK: Work<'_> = Work { identifiers: Vec::new(), public_domain: false };
const RECORDING: Recording<'_> = Recording { identifiers: Vec::new(), seconds: None };

fn reversal(target: u64) -> Reversal {
    Reversal { target: EventRef::At(target), reason: ReasonCode::ERROR, remark: EventRef::Here(0) }
}

fn claim(work: EventRef) -> Claim {
    let (rights, scope, share) = (Rights::MECHANICAL, Scope::default(), ratio("1"));
    Claim { work, party: PUBLISHER, rights, scope, share, replaces: None, collects: None }
}

fn balance(party: PartyId, sum: &str) -> OpeningBalance {
    let (as_of, evidence) = (date("2025-12-31"), Hash::default());
    OpeningBalance {
        party,
        contract: None,
        as_of,
        amount: amount(sum),
        currency: usd(),
        evidence,
        class: AccountClass::DUE,
        origin: None,
    }
}

/// Fees against an account of a party: the amount is debited there.
fn adjusts(class: AccountClass, party: PartyId, sum: &str) -> Adjustment {
    let side = |account, amount| AdjustmentSide { account, amount };
    let reason = if class == AccountClass::SUSPENSE { SuspenseReason::DISPUTED } else { SuspenseReason::default() };
    let account = Account { party, reason, ..Account::of(class, usd()) };
    let sides = vec![side(account, amount(sum)), side(Account::of(AccountClass::FEES, usd()), -amount(sum))];
    Adjustment { sides, reason: ReasonCode::AGREEMENT, remark: EventRef::Here(0), evidence: None }
}

#[test]
fn what_another_party_said_is_not_taken_back() {
    let mut desk = Desk::new(Log::furnished());
    let money = Roles::TREASURER.union(Roles::ACCOUNTANT);
    let both = money.union(Roles::PUBLISHER);
    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    let own = desk.say_as(PUBLISHER, Roles::PUBLISHER, &[&claim(work)]).unwrap();
    assert_eq!(desk.refused_as(TREASURER, both, &[&REMARK, &reversal(own)]), "not-yours");
    assert_eq!(desk.refused_as(PUBLISHER, money, &[&REMARK, &reversal(own)]), "role", "its treasurer may not claim");
    desk.say_as(PUBLISHER, both, &[&REMARK, &reversal(own)]).unwrap();

    let own = desk.say_as(PUBLISHER, Roles::PUBLISHER, &[&claim(work)]).unwrap();
    desk.say(&[&REMARK, &reversal(own)]).unwrap();
}

#[test]
fn a_report_and_its_lines_are_taken_back_by_who_brought_them() {
    let mut desk = Desk::new(Log::furnished());
    let accountant = Roles::ACCOUNTANT;
    let source = desk.say_as(STORE, Roles::REPORTER, &[&opened("file", 1)]).unwrap();
    let row = desk.say_as(STORE, Roles::REPORTER, &[&line(source, 1, 0, 1, "1")]).unwrap();
    desk.say_as(STORE, Roles::REPORTER, &[&SourceClosed { source, rows: 1, refused: 0 }]).unwrap();
    for target in [source, row] {
        assert_eq!(
            desk.refused_as(TREASURER, accountant.union(Roles::REPORTER), &[&REMARK, &reversal(target)]),
            "not-yours"
        );
        assert_eq!(desk.refused_as(STORE, accountant, &[&REMARK, &reversal(target)]), "role");
    }
    for target in [row, source] {
        desk.say_as(STORE, accountant.union(Roles::REPORTER), &[&REMARK, &reversal(target)]).unwrap();
    }
}

#[test]
fn what_takes_both_sides_is_taken_back_by_an_operator() {
    let mut desk = Desk::new(Log::furnished());
    let work = EventRef::At(desk.say(&[&WORK]).unwrap());
    let claimed = EventRef::At(desk.say(&[&claim(work), &RECORDING]).unwrap());
    let agreed = Share {
        claim: claimed,
        share: ratio("1"),
        contract: None,
        replaces: None,
        day: DayOf::USE,
        prospective: false,
    };
    let asserted = IdentifierAsserted {
        identifier: Identifier { scheme: Scheme::ISRC, value: ISRC },
        subject: Subject::Work(work),
        reporter: None,
        replaces: None,
    };
    let licence = Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::BLANKET,
        licensor: None,
        works: Vec::new(),
        rights: Rights::MECHANICAL,
        uses: vec![UseType::DOWNLOAD],
        scope: Scope::default(),
        rate: LicenceRate::Waived,
        replaces: None,
        configurations: Vec::new(),
        tiers: Vec::new(),
        notice: None,
    };
    let first = desk.say(&[&agreed, &asserted, &licence]).unwrap();
    // Another key of the operator's own party, with every role but that.
    let every = Roles(0x7e);
    for target in first..first + 3 {
        assert_eq!(desk.refused_as(OPERATOR, every, &[&REMARK, &reversal(target)]), "operator-only");
        desk.say(&[&REMARK, &reversal(target)]).unwrap();
    }
}

#[test]
fn an_operator_says_by_what_reports_find_a_recording_release_or_party() {
    let mut desk = Desk::new(Log::furnished());
    let every = Roles(0x7e);
    let house = Identifier { scheme: Scheme::HOUSE, value: "river" };
    for (scheme, value) in [
        (Scheme::ISRC, ISRC),
        (Scheme::UPC, "036000291452"),
        (Scheme::GRID, "A1-2425G-ABC1234002-M"),
        (Scheme::CATALOGUE_NUMBER, "CAT 1"),
        (Scheme::DSP_RESOURCE, "r1"),
        (Scheme::DSP_RELEASE, "r2"),
        (Scheme::PROPRIETARY, "ours::1"),
    ] {
        let identifiers = vec![house, Identifier { scheme, value }];
        let recording = Recording { identifiers: identifiers.clone(), seconds: None };
        let release = Release { identifiers, kind: ReleaseKind::SINGLE, tracks: Vec::new() };
        for event in [&recording as &dyn Body, &release] {
            let objection = desk.say_as(ARTIST, every, &[event]).unwrap_err();
            assert_eq!(objection.code, "operator-only", "{scheme}");
            assert!(objection.text.contains("[[identifier]]"), "it says who may: {}", objection.text);
        }
    }
    let named = |identifiers| Party { party: PartyId([77; 16]), kind: PartyKind::PUBLISHER, identifiers };
    let controller = Identifier { scheme: Scheme::RIGHTS_CONTROLLER, value: "Residual" };
    assert_eq!(desk.refused_as(ARTIST, every, &[&named(vec![house, controller])]), "operator-only");
    desk.say_as(ARTIST, every, &[&named(vec![house])]).unwrap();
    let recording = desk.say_as(ARTIST, every, &[&Recording { identifiers: vec![house], seconds: None }]).unwrap();
    let asserted = IdentifierAsserted {
        identifier: Identifier { scheme: Scheme::ISRC, value: ISRC },
        subject: Subject::Recording(EventRef::At(recording)),
        reporter: None,
        replaces: None,
    };
    assert_eq!(desk.refused_as(ARTIST, every, &[&asserted]), "operator-only");
    desk.say(&[&asserted]).unwrap();
}

#[test]
fn money_is_taken_back_by_the_party_that_stated_it() {
    let mut desk = Desk::new(Log::furnished());
    let stated = desk.say_as(TREASURER, Roles::TREASURER, &[&balance(ARTIST, "5")]).unwrap();
    assert_eq!(desk.refused_as(STORE, Roles::ACCOUNTANT, &[&REMARK, &reversal(stated)]), "not-yours");
    desk.say_as(TREASURER, Roles::ACCOUNTANT, &[&REMARK, &reversal(stated)]).unwrap();
}

#[test]
fn the_bank_is_adjusted_by_an_operator() {
    let mut desk = Desk::new(Log::furnished());
    let bank = adjusts(AccountClass::BANK, PartyId::NONE, "5");
    assert_eq!(desk.refused_as(TREASURER, Roles::TREASURER, &[&REMARK, &bank]), "bank-adjusted");
    desk.say(&[&REMARK, &bank]).unwrap();
}

#[test]
fn nobody_credits_itself() {
    let mut desk = Desk::new(Log::furnished());
    let treasurer = Roles::TREASURER;
    for class in [AccountClass::RESERVE, AccountClass::ADVANCE] {
        let own = adjusts(class, TREASURER, "-5");
        assert_eq!(desk.refused_as(TREASURER, treasurer, &[&REMARK, &own]), "own-favour");
    }
    for class in [AccountClass::DUE, AccountClass::EARNED, AccountClass::SUSPENSE, AccountClass::TAX_PAYABLE] {
        let own = adjusts(class, TREASURER, "-5");
        assert_eq!(desk.refused_as(TREASURER, treasurer, &[&REMARK, &own]), "own-favour");
        desk.say_as(TREASURER, treasurer, &[&REMARK, &adjusts(class, ARTIST, "-5")]).unwrap();
        desk.say(&[&REMARK, &own]).unwrap();
        let against = desk.say_as(TREASURER, treasurer, &[&REMARK, &adjusts(class, TREASURER, "5")]).unwrap() + 1;
        assert_eq!(desk.refused_as(TREASURER, treasurer, &[&REMARK, &reversal(against)]), "own-favour");
    }
    assert_eq!(desk.refused_as(TREASURER, treasurer, &[&balance(TREASURER, "5")]), "own-favour");
    desk.say_as(TREASURER, treasurer, &[&balance(TREASURER, "-5")]).unwrap();
}

#[test]
fn a_contract_is_written_by_neither_side_alone() {
    let mut desk = Desk::new(Log::furnished());
    let contract = |party, amends| Contract {
        identifiers: Vec::new(),
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
    };
    let every = Roles(0x7e);
    // A label's own terms, and those of an artist that it may have brought to share in them.
    for party in [STORE, ARTIST] {
        assert_eq!(desk.refused_as(STORE, every, &[&contract(party, None)]), "operator-only");
        let first = desk.say(&[&contract(party, None)]).unwrap();
        let amended = contract(party, Some(EventRef::At(first)));
        assert_eq!(desk.refused_as(STORE, every, &[&amended]), "operator-only");
        desk.say(&[&amended]).unwrap();
    }
}

#[test]
fn a_licence_of_anothers_work_sets_no_price_unless_an_operator_records_it() {
    let mut log = Log::furnished();
    let (work, recording) = (log.work(), log.recording(ISRC));
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.split(recording, &[(ARTIST, "1")]);
    log.licence(&[work]);
    let waived = Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::VOLUNTARY,
        licensor: Some(SECOND_PUBLISHER),
        works: vec![EventRef::At(work)],
        rights: Rights::MECHANICAL,
        uses: Vec::new(),
        scope: Scope::default(),
        rate: LicenceRate::Waived,
        replaces: None,
        configurations: Vec::new(),
        tiers: Vec::new(),
        notice: None,
    };
    log.say_as(SECOND_PUBLISHER, &waived);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.131"));
    log.say(&waived);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0"));
}
