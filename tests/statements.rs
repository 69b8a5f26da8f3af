//! A statement opens where the one before it closed, its lines and moves make the difference, and it says of each line
//! by which rule; what is learned late shows in the period it is learned in, as the difference alone.

#![allow(clippy::unwrap_used)]

mod projection_support;

use cantus::projection::{Held, MovedBy, NotPaid, Stage, Statement};
use cantus::royalty::Movement;
use cantus::royalty::groups::Wait;
use ledger_spec::Hash;
use ledger_spec::code::*;
use ledger_spec::date::Period;
use ledger_spec::event::catalogue::{Contract, ReserveTerms, Split, SplitPart};
use ledger_spec::event::money::{PayoutApproved, PayoutInstructed, PayoutSettled};
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::closes::plain;
use projection_support::*;

const PARTIES: [PartyId; 4] = [ARTIST, SECOND_ARTIST, PUBLISHER, SECOND_PUBLISHER];

fn month(text: &str) -> Period {
    text.parse().unwrap()
}

fn statements(log: &mut Log, party: PartyId, period: &str) -> Vec<Statement> {
    let past = log.bodies.clone();
    log.state.settle().unwrap().statements(party, month(period), Stage::Closed, &past).unwrap()
}

/// The party's only statement.
fn statement(log: &mut Log, party: PartyId, period: &str) -> Statement {
    let [one] = <[Statement; 1]>::try_from(statements(log, party, period)).unwrap();
    one
}

/// A download of 0.70 of a cover, whose work is the publisher's.
fn sold() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    log.split(recording, &[(ARTIST, "1")]);
    let share = log.agreed(work, PUBLISHER, "1");
    log.licence(&[work]);
    let source = log.source("march");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    log.close_source(source);
    (log, share)
}

#[test]
fn a_line_says_what_it_earned_and_by_which_rule() {
    let (mut log, _) = sold();
    let artist = statement(&mut log, ARTIST, "2026-03");
    assert_eq!((artist.opening, artist.earned, artist.closing), (Amount::ZERO, amount("0.569"), amount("0.569")));
    assert_eq!(artist.due, amount("0.569"), "closing it makes it due");
    let [line] = artist.lines.as_slice() else { panic!("one line") };
    assert_eq!((line.amount, line.before, line.cell.units), (amount("0.569"), Amount::ZERO, 1));
    let [part] = line.parts.as_slice() else { panic!("one part") };
    assert_eq!(part.why.formula(part.amount), "(0.7 - 0.131) = 0.569");
    assert_eq!(artist.moves, [], "that it becomes due moves nothing");
    assert_eq!(statements(&mut log, SECOND_ARTIST, "2026-03"), []);
}

#[test]
fn what_is_learned_late_is_the_difference_in_the_open_period() {
    let (mut log, share) = sold();
    log.close("2026-03");
    assert_eq!(statement(&mut log, PUBLISHER, "2026-04").lines, [], "what was posted is not posted again");
    log.reverse(share);
    let publisher = statement(&mut log, PUBLISHER, "2026-04");
    assert_eq!((publisher.opening, publisher.earned), (amount("0.131"), amount("-0.131")));
    assert_eq!(publisher.closing, Amount::ZERO);
    let [line] = publisher.lines.as_slice() else { panic!("one line") };
    assert_eq!((line.before, line.amount, line.parts.len()), (amount("0.131"), amount("-0.131"), 0));
    assert_eq!(line.cell.period, month("2026-03"));
}

#[test]
fn a_payout_is_a_move_from_what_is_due() {
    let (mut log, _) = sold();
    log.close("2026-03");
    let order = PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: usd(),
        amount: amount("0.50"),
        tax: amount("0.10"),
        date: date("2026-04-02"),
    };
    let payout = log.say_as(TREASURER, &order);
    log.say(&PayoutApproved { payout: EventRef::At(payout) });
    let settled =
        PayoutSettled { payout: EventRef::At(payout), date: date("2026-04-03"), bank_reference: Hash([1; 32]) };
    log.say_as(TREASURER, &settled);
    let artist = statement(&mut log, ARTIST, "2026-04");
    let [paid] = artist.moves.as_slice() else { panic!("one move: {:?}", artist.moves) };
    assert_eq!(
        (paid.movement, paid.by, paid.account.class),
        (Movement::Payout, MovedBy::Event(payout), AccountClass::DUE)
    );
    assert_eq!((paid.amount, artist.closing, artist.due), (amount("-0.50"), amount("0.069"), amount("0.069")));
}

#[test]
fn each_opens_where_the_one_before_closed_and_all_of_them_are_the_balances() {
    let (mut log, share) = sold();
    let mut closings: Vec<(PartyId, Amount)> = Vec::new();
    for period in ["2026-03", "2026-04", "2026-05"] {
        let mut sums = Vec::new();
        for party in PARTIES {
            let found = statements(&mut log, party, period);
            for one in &found {
                let moved = Amount::try_sum(one.moves.iter().map(|moved| moved.amount)).unwrap();
                assert_eq!(one.closing, one.opening.try_add(one.earned).unwrap().try_add(moved).unwrap());
            }
            let before = closings.iter().find(|(of, _)| *of == party).map_or(Amount::ZERO, |(_, closing)| *closing);
            assert_eq!(Amount::try_sum(found.iter().map(|one| one.opening)).unwrap(), before, "{period}");
            sums.push((party, Amount::try_sum(found.iter().map(|one| one.closing)).unwrap()));
        }
        closings = sums;
        log.close(period);
        for (party, closing) in &closings {
            assert_eq!(log.owed(AccountClass::DUE, *party), *closing, "all is due once the period is closed");
        }
        match period {
            "2026-03" => drop(log.reverse(share)),
            _ => {
                let source = log.source(period);
                log.resource(source, 1, ISRC);
                log.say_as(STORE, &line(source, 1, 1, 3, "2.10"));
                log.close_source(source);
            }
        }
    }
}

#[test]
fn restated_is_all_that_the_uses_of_a_month_earned_as_known_there() {
    let (mut log, share) = sold();
    let earned = |log: &mut Log, party, of: &str| {
        let lines = log.state.settle().unwrap().restated(party, month(of)).unwrap();
        Amount::try_sum(lines.iter().map(|(_, line)| line.amount)).unwrap()
    };
    assert_eq!(earned(&mut log, PUBLISHER, "2026-01"), amount("0.131"));
    log.close("2026-03");
    log.reverse(share);
    log.close("2026-04");
    assert_eq!(earned(&mut log, PUBLISHER, "2026-01"), Amount::ZERO, "as known now");
    assert_eq!(earned(&mut log, ARTIST, "2026-01"), amount("0.569"));
    assert_eq!(earned(&mut log, ARTIST, "2026-03"), Amount::ZERO, "the month of the use, not of its posting");
}

#[test]
fn what_is_not_paid_says_why() {
    let mut log = Log::furnished();
    let first = log.say(&Contract { minimum: amount("25"), ..plain() });
    let recording = log.recording(ISRC);
    let part = SplitPart { party: ARTIST, contract: Some(EventRef::At(first)), share: ratio("1"), off_the_top: false };
    log.say(&Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts: vec![part],
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    });
    let source = log.source("march");
    log.resource(source, 1, ISRC);
    let terms = Terms { use_type: UseType::STREAM, ..terms() };
    log.say_as(STORE, &UsageLine { terms, ..line(source, 1, 1, 100, "20") });
    log.close_source(source);
    let held = |log: &mut Log| statement(log, ARTIST, "2026-03").held;
    let one = |class, sum: &str, why: &[NotPaid]| Held { class, amount: amount(sum), why: why.to_vec() };
    let missing = [NotPaid::NoTaxForm, NotPaid::NoBankAccount];
    let minimum = [&[NotPaid::UnderMinimum(amount("25"))], &missing[..]].concat();
    assert_eq!(held(&mut log), [one(AccountClass::DUE, "20", &minimum)]);
    let amends = Some(EventRef::At(first));
    log.say(&Contract { pay_when: PayWhen::PAID, amends, ..plain() });
    assert_eq!(held(&mut log), [one(AccountClass::EARNED, "20", &[NotPaid::Waits(Wait::Unpaid)])]);
    let reserve = ReserveTerms { share: ratio("1/4"), uses: Vec::new(), from: ReserveFrom::CLOSE, after: 6, parts: 1 };
    log.say(&Contract { reserve: Some(reserve), amends, ..plain() });
    let kept = one(AccountClass::RESERVE, "5", &[NotPaid::Reserve]);
    assert_eq!(held(&mut log), [one(AccountClass::DUE, "15", &missing), kept]);
    assert_eq!(statement(&mut log, ARTIST, "2026-03").due, amount("15"));
}
