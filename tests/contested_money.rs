//! Contested money names its parties: the work, the part of it, every claim and the amount that waits are shown to
//! whoever claims it, in suspense, statements and what is not paid, and to nobody else.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod books_support;
mod cli_support;
mod projection_support;

use cantus::projection::{Contested, Filter, Held, NotPaid, Stage};
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::{Claim, Scope};
use ledger_spec::event::money::{Adjustment, AdjustmentSide};
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use projection_support::closes::plain;
use projection_support::*;

/// A recording of these works, sold once for 0.70 in the United States, and the compulsory licence of each.
fn sold(works: usize) -> (Log, Vec<u64>) {
    let mut log = Log::furnished();
    let recording = log.recording(ISRC);
    let works: Vec<u64> = (0..works).map(|_| log.work()).collect();
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &works);
    log.licence(&works);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    (log, works)
}

fn contested(log: &mut Log, party: Option<PartyId>) -> Vec<Contested> {
    log.state.settle().unwrap().contested(party).unwrap()
}

/// Amount, part of the work, and each claim with what of it is agreed.
fn told(found: &Contested) -> (String, Ratio, Vec<(PartyId, Ratio, Ratio)>) {
    let claims = found.slice.claims.iter().map(|claim| (claim.party, claim.share, claim.agreed));
    (found.amount.to_string(), found.slice.part, claims.collect())
}

#[test]
fn claims_of_more_than_the_whole_are_shown_to_those_that_make_them() {
    let (mut log, works) = sold(1);
    log.claim(works[0], PUBLISHER, "3/5");
    let rival = log.claim(works[0], SECOND_PUBLISHER, "3/5");
    let all = contested(&mut log, None);
    let claim = |party, agreed: &str| (party, ratio("3/5"), ratio(agreed));
    let both = vec![claim(PUBLISHER, "0"), claim(SECOND_PUBLISHER, "0")];
    assert_eq!(all.iter().map(told).collect::<Vec<_>>(), [("0.131".into(), Ratio::ONE, both)]);
    for party in [PUBLISHER, SECOND_PUBLISHER] {
        assert_eq!(contested(&mut log, Some(party)), all, "both see both claims");
    }
    assert_eq!(contested(&mut log, Some(ARTIST)), [], "nobody else's");
    log.reverse(rival);
    let left = contested(&mut log, Some(PUBLISHER));
    assert_eq!(left.iter().map(told).map(|(amount, ..)| amount).collect::<Vec<_>>(), ["0.0786"], "claimed alone");
    assert_eq!(contested(&mut log, Some(SECOND_PUBLISHER)), []);
}

#[test]
fn who_has_all_it_claims_contests_nothing() {
    let (mut log, works) = sold(1);
    log.agreed(works[0], PUBLISHER, "3/5");
    log.claim(works[0], SECOND_PUBLISHER, "3/5");
    let found = contested(&mut log, Some(SECOND_PUBLISHER));
    let holder = (PUBLISHER, ratio("3/5"), ratio("3/5"));
    let claims = vec![holder, (SECOND_PUBLISHER, ratio("3/5"), Ratio::ZERO)];
    assert_eq!(found.iter().map(told).collect::<Vec<_>>(), [("0.0524".into(), ratio("2/5"), claims)]);
    assert_eq!(contested(&mut log, Some(PUBLISHER)), []);
}

/// A claim for elsewhere, or to collect another's, contests nothing here; each work of a medley is told by itself.
#[test]
fn each_part_is_told_with_the_claims_that_apply_to_it() {
    let (mut log, works) = sold(2);
    let own = log.claim(works[0], PUBLISHER, "1");
    log.claim(works[1], SECOND_PUBLISHER, "1/2");
    let claim = |scope: Scope, collects| Claim {
        work: EventRef::At(works[0]),
        party: SECOND_PUBLISHER,
        rights: Rights::MECHANICAL,
        scope,
        share: Ratio::ONE,
        collects,
        replaces: None,
    };
    log.say(&claim(Scope { include: vec![Territory(752)], ..Scope::default() }, None));
    log.say(&claim(Scope::default(), Some(EventRef::At(own))));
    let of = |log: &mut Log, party| contested(log, Some(party)).iter().map(told).collect::<Vec<_>>();
    let first = ("0.131".into(), Ratio::ONE, vec![(PUBLISHER, Ratio::ONE, Ratio::ZERO)]);
    assert_eq!(of(&mut log, PUBLISHER), [first]);
    let second = ("0.0655".into(), ratio("1/2"), vec![(SECOND_PUBLISHER, ratio("1/2"), Ratio::ZERO)]);
    assert_eq!(of(&mut log, SECOND_PUBLISHER), [second]);
    assert_eq!(contested(&mut log, None).len(), 2);

    let suspense = log.state.settle().unwrap().suspense(&cantus::projection::reports::Months::as_posted()).unwrap();
    let rows = suspense.iter().filter(|row| row.account.reason == SuspenseReason::CONTESTED);
    let rows: Vec<_> = rows.map(|row| (row.amount.to_string(), row.slice.as_ref().unwrap().work)).collect();
    assert_eq!(rows, [("0.131".to_owned(), works[0]), ("0.0655".to_owned(), works[1])]);
}

/// What a dispute holds back stays the party's, and says so.
#[test]
fn what_is_put_into_suspense_for_a_party_is_not_paid_for_that_reason() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let due = Account { party: ARTIST, contract, ..Account::of(AccountClass::DUE, usd()) };
    let held = Account { reason: SuspenseReason::DISPUTED, class: AccountClass::SUSPENSE, ..due };
    log.say(&closes::opening(contract, AccountClass::DUE, None, "100"));
    let remark = log.remark();
    let side = |account, sum: &str| AdjustmentSide { account, amount: amount(sum) };
    let sides = vec![side(due, "30"), side(held, "-30")];
    log.say(&Adjustment { sides, reason: ReasonCode::DISPUTE, remark, evidence: None });

    let bodies = log.bodies.clone();
    let settled = log.state.settle().unwrap();
    let filter = Filter { party: Some(ARTIST), ..Filter::default() };
    let unpaid = settled.not_paid(&filter, date("2026-05-01"), &bodies).unwrap();
    let why = NotPaid::InSuspense(SuspenseReason::DISPUTED);
    let disputed = unpaid.iter().find(|unpaid| unpaid.account == held).unwrap();
    assert_eq!((disputed.amount, disputed.why.as_slice()), (amount("30"), [why].as_slice()));
    let statement = settled.statements(ARTIST, month("2026-03"), Stage::Closed, &bodies).unwrap().remove(0);
    assert_eq!((statement.due, statement.closing), (amount("70"), amount("70")));
    let disputed = Held { class: AccountClass::SUSPENSE, amount: amount("30"), why: vec![why] };
    assert!(statement.held.contains(&disputed), "{:?}", statement.held);
}

/// The late share of the demo is taken back, and a third party claims the song too.
#[test]
fn every_command_names_the_parties() {
    let home = books_support::demo();
    let late = books_support::Events::of(&home).kind("share").last().unwrap().0;
    let reversal =
        format!("[[reversal]]\nevent = {late}\nreason = \"dispute\"\nwhy = \"The Lanterns claim it too.\"\n");
    let claim = "[[claim]]\nwork = \"old-bridge\"\nparty = \"lanterns\"\nrights = [\"mechanical\"]\nshare = \"60%\"\n";
    books_support::append(&home, &(reversal + claim));
    let claims = "copperleaf holds 50 %; saltwater claims 50 %; lanterns claims 60 %";
    let words = format!("50 % of \"Old Bridge\" is claimed and not agreed: {claims}");

    for party in ["saltwater", "lanterns"] {
        let statement = ["statement", party, "2026-04"];
        assert!(home.ok(&statement).contains(&format!("7.93  USD: {words}")), "{party}");
        let row = home.json(&statement).into_iter().find(|row| row["row"] == "contested").unwrap();
        assert_eq!((row["amount"].as_str(), row["part"].as_str()), (Some("7.9255"), Some("1/2")));
        assert_eq!(row["claims"].as_array().unwrap().len(), 3, "{row}");
        let csv = home.ok(&[&statement[..], &["--csv"]].concat());
        assert!(csv.contains(&format!(",open,{party},,USD,contested,25,Old Bridge,")), "{csv}");
        let due = home.json(&["pay", "due", "--party", party]);
        let due = due.iter().find(|row| row["class"] == "suspense").unwrap();
        assert_eq!((due["amount"].as_str(), due["words"].as_str()), (Some("7.9255"), Some(&*words)));
        assert_eq!(due["why"][0]["contested"]["title"], "Old Bridge");
        assert!(home.ok(&["pay", "due", "--csv"]).contains(&format!("{party},,suspense,USD,7.9255,\"50 % of ")));
    }
    let other = home.ok(&["statement", "copperleaf", "2026-04"]);
    assert!(!other.contains("contested"), "who has all it claims sees nothing of it:\n{other}");
    let suspense = home.json(&["suspense", "--reason", "contested"]);
    assert!(suspense.iter().all(|row| row["contested"]["title"] == "Old Bridge"), "{suspense:?}");
    let sum = Amount::try_sum(suspense.iter().map(|row| books_support::amount(row, "amount"))).unwrap();
    assert_eq!(sum, amount("7.9255"));
    assert!(home.ok(&["suspense", "--csv"]).contains(claims));
    assert!(home.ok(&["explain", "--class", "suspense", "--reason", "contested"]).contains(claims));
    assert!(home.ok(&["explain", "--source", "crestline-2026-01.tsv", "--row", "5"]).contains(claims));
}
