//! Terms of a contract that a close could not carry out are refused when they are said.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use ledger_spec::code::{ContractKind, PriceBase, ReserveFrom};
use ledger_spec::event::catalogue::{Contract, Escalation, ReserveTerms, Royalty, Step};
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::desk::Desk;
use projection_support::*;

fn desk() -> Desk {
    Desk::new(Log::furnished())
}

#[test]
fn steps_rise_from_a_rate_above_zero() {
    let mut desk = desk();
    let half = Contract { commission: ratio("1/2"), ..plain() };
    for wrong in [vec![], vec![(100, "1/4"), (100, "1/5")], vec![(200, "1/4"), (100, "1/5")], vec![(0, "1/4")]] {
        assert_eq!(desk.refused(&[&Contract { escalation: Some(escalation(&wrong)), ..half.clone() }]), "steps");
    }
    let rising = Some(escalation(&[(100, "1/4"), (200, "1/5")]));
    let nothing = Contract { commission: ratio("1"), escalation: rising.clone(), ..plain() };
    assert_eq!(desk.refused(&[&nothing]), "steps", "nothing times anything is nothing");
    let royalty = Royalty::OfPrice { base: PriceBase::NET, rate: ratio("0"), factors: Vec::new() };
    assert!(matches!(desk.refused(&[&Contract { royalty, ..nothing }]), "steps" | "share" | "rate"));
    let odd = ["1/4294967291", "1/4294967279", "1/4294967231"].map(ratio);
    let odd = (1..).zip(odd).map(|(units, rate)| Step { units, rate }).collect();
    let odd = Some(Escalation { steps: odd, ..escalation(&[]) });
    assert_eq!(desk.refused(&[&Contract { escalation: odd, ..half.clone() }]), "steps", "no common denominator");
    let above = Some(escalation(&[(1, "3/2")]));
    assert_eq!(desk.refused(&[&Contract { escalation: above, ..half.clone() }]), "share");
    desk.say(&[&Contract { escalation: rising, ..half }]).unwrap();
}

#[test]
fn a_reserve_is_let_go_some_day_and_one_of_mechanicals_within_nine_closes() {
    let mut desk = desk();
    let keeps = |share: &str, after, parts, kind| Contract {
        kind,
        reserve: Some(ReserveTerms { share: ratio(share), uses: Vec::new(), from: ReserveFrom::USE, after, parts }),
        ..plain()
    };
    let (artist, publishing) = (ContractKind::ARTIST, ContractKind::PUBLISHING);
    assert_eq!(desk.refused(&[&keeps("1/4", 1, 0, artist)]), "reserve");
    assert_eq!(desk.refused(&[&keeps("1/4", 0, 1, artist)]), "reserve");
    assert_eq!(desk.refused(&[&keeps("5/4", 1, 1, artist)]), "share");
    desk.say(&[&keeps("1/4", 12, 12, artist)]).unwrap();
    for kind in [publishing, ContractKind::ADMINISTRATION] {
        assert_eq!(desk.refused(&[&keeps("1/4", 9, 2, kind)]), "reserve");
        assert_eq!(desk.refused(&[&keeps("1/4", 1, 10, kind)]), "reserve");
        desk.say(&[&keeps("1/4", 9, 1, kind)]).unwrap();
        desk.say(&[&keeps("1/4", 6, 4, kind)]).unwrap();
        let late = keeps("1/4", 6, 4, kind);
        let reserve = late.reserve.clone().map(|given| ReserveTerms { from: ReserveFrom::CLOSE, ..given });
        assert_eq!(
            desk.refused(&[&Contract { reserve, ..late }]),
            "reserve",
            "January's, reported in May, in November"
        );
    }
}

#[test]
fn a_group_is_of_one_party_and_named_by_its_first_contract() {
    let mut desk = desk();
    let first = desk.say(&[&plain()]).unwrap();
    let others = desk.say(&[&Contract { party: SECOND_ARTIST, ..plain() }]).unwrap();
    let crossing = |with| Contract { crosses: Some(EventRef::At(with)), ..plain() };
    assert_eq!(desk.refused(&[&crossing(others)]), "contract-of-other");
    let second = desk.say(&[&crossing(first)]).unwrap();
    assert_eq!(desk.refused(&[&crossing(second)]), "crosses-other");
    desk.say(&[&crossing(first)]).unwrap();
}

#[test]
fn a_group_is_in_no_other_whichever_version_says_so() {
    let mut desk = desk();
    let [first, member, other] = [(); 3].map(|()| desk.say(&[&plain()]).unwrap());
    let crossing =
        |amended, with| Contract { crosses: Some(EventRef::At(with)), amends: Some(EventRef::At(amended)), ..plain() };
    let left = desk.say(&[&crossing(member, first)]).unwrap();
    assert_eq!(desk.refused(&[&crossing(first, other)]), "crosses-other", "another crosses it");
    assert_eq!(desk.refused(&[&crossing(first, member)]), "crosses-other", "nor each the other");
    desk.say(&[&crossing(first, first)]).unwrap();
    // It left the group; what it earned before is in it.
    desk.say(&[&Contract { amends: Some(EventRef::At(left)), ..plain() }]).unwrap();
    assert_eq!(desk.refused(&[&crossing(first, other)]), "crosses-other");
    assert_eq!(desk.refused(&[&crossing(other, member)]), "crosses-other");
    let here = |event: Contract<'static>, with| Contract { crosses: Some(EventRef::Here(with)), ..event };
    let (new, joins) = (plain(), here(plain(), 0));
    let moves = Contract { amends: Some(EventRef::Here(0)), crosses: Some(EventRef::At(other)), ..plain() };
    assert_eq!(desk.refused(&[&new, &joins, &moves]), "crosses-other", "of one submission too");
    desk.say(&[&new, &joins]).unwrap();
}

#[test]
fn statements_are_at_least_a_month_apart() {
    assert_eq!(desk().refused(&[&Contract { cycle_months: 0, ..plain() }]), "cycle");
}
