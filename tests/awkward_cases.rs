//! The cases that go wrong elsewhere, each with its numbers, as an accountant would set them out. Amounts are what is
//! owed to somebody: credits above zero.

#![allow(clippy::unwrap_used)]

mod projection_support;

use ledger_spec::Hash;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::{Contract, Split, SplitPart};
use ledger_spec::event::money::{PayoutApproved, PayoutInstructed, PayoutSettled};
use ledger_spec::event::usage::{Terms, UsageLine};
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::closes::plain;
use projection_support::*;

fn pay(log: &mut Log, party: PartyId, sum: &str) -> u64 {
    let date = date("2026-04-02");
    let order =
        PayoutInstructed { party, contract: None, currency: usd(), amount: amount(sum), tax: Amount::ZERO, date };
    let payout = log.say_as(TREASURER, &order);
    let cited = EventRef::At(payout);
    log.say(&PayoutApproved { payout: cited });
    log.say_as(TREASURER, &PayoutSettled { payout: cited, date, bank_reference: Hash([1; 32]) });
    payout
}

/// A cover: the recording is the artist's, the work the publisher's, under a compulsory licence at 0.131 a copy.
fn cover() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    log.split(recording, &[(ARTIST, "1")]);
    let share = log.agreed(work, PUBLISHER, "1");
    log.licence(&[work]);
    (log, share)
}

/// One download in a report of its own; its source and its line.
fn sold(log: &mut Log, file: &str, units: i64, net: &str) -> (u64, u64) {
    let source = log.source(file);
    log.resource(source, 1, ISRC);
    let line = log.say_as(STORE, &line(source, 1, 1, units, net));
    log.close_source(source);
    (source, line)
}

fn earned(log: &mut Log, party: PartyId) -> Amount {
    log.owed(AccountClass::EARNED, party)
}

fn due(log: &mut Log, party: PartyId) -> Amount {
    log.owed(AccountClass::DUE, party)
}

/// A promotional price of 0.10 does not pay a mechanical of 0.131. Without a contract the artist bears the 0.031.
#[test]
fn a_mechanical_above_the_net() {
    let (mut log, _) = cover();
    sold(&mut log, "march", 1, "0.10");
    assert_eq!(earned(&mut log, PUBLISHER), amount("0.131"));
    assert_eq!(earned(&mut log, ARTIST), amount("-0.031"));
}

/// The same where the contract has the operator bear it: the artist earns nothing, the operator loses 0.031.
#[test]
fn a_mechanical_above_the_net_that_the_operator_bears() {
    let (mut log, _) = cover();
    under_contract(&mut log, contract());
    sold(&mut log, "march", 1, "0.10");
    assert_eq!(earned(&mut log, ARTIST), Amount::ZERO);
    assert_eq!(log.owed(AccountClass::COMMISSION, PartyId::NONE), amount("-0.031"));
}

/// The publisher was paid 0.13 of its 0.131 when its share turns out to be another's: it owes them, the other earns all.
#[test]
fn a_share_that_changes_after_it_was_paid() {
    let (mut log, share) = cover();
    sold(&mut log, "march", 1, "0.70");
    log.close("2026-03");
    pay(&mut log, PUBLISHER, "0.13");
    log.reverse(share);
    let work = first(&log, 0x0202);
    log.agreed(work, SECOND_PUBLISHER, "1");
    assert_eq!(due(&mut log, PUBLISHER), amount("0.001"), "what was paid stays paid");
    assert_eq!(earned(&mut log, PUBLISHER), amount("-0.131"));
    assert_eq!(earned(&mut log, SECOND_PUBLISHER), amount("0.131"));
    log.close("2026-04");
    assert_eq!(due(&mut log, PUBLISHER), amount("-0.13"), "is to be made up");
    assert_eq!(due(&mut log, SECOND_PUBLISHER), amount("0.131"));
}

/// The first event of a kind.
fn first(log: &Log, kind: u16) -> u64 {
    log.bodies.0.iter().position(|(_, body)| body.starts_with(&kind.to_be_bytes())).unwrap() as u64
}

/// No table has a rate for a day: nobody can say what is the artist's, so all of it waits, and is released when one is
/// adopted.
#[test]
fn a_day_without_a_rate() {
    let (mut log, _) = cover();
    let source = log.source("old");
    log.resource(source, 1, ISRC);
    let terms = Terms { from: date("2025-12-01"), to: date("2025-12-31"), ..terms() };
    log.say_as(STORE, &UsageLine { terms, ..line(source, 1, 1, 1, "0.70") });
    log.close_source(source);
    assert_eq!(log.waits(SuspenseReason::NO_RATE), amount("0.70"));
    let mut table = rates("0.127");
    table.rows.iter_mut().for_each(|row| row.from = date("2025-01-01"));
    log.say(&table);
    assert_eq!(log.waits(SuspenseReason::NO_RATE), Amount::ZERO);
    assert_eq!((earned(&mut log, PUBLISHER), earned(&mut log, ARTIST)), (amount("0.127"), amount("0.573")));
}

/// A report of January arrives when March is closed: it is earned in April, and due with it.
#[test]
fn a_report_that_comes_after_its_period_is_closed() {
    let (mut log, _) = cover();
    log.close("2026-03");
    sold(&mut log, "january", 1, "0.70");
    assert_eq!((due(&mut log, ARTIST), earned(&mut log, ARTIST)), (Amount::ZERO, amount("0.569")));
    log.close("2026-04");
    assert_eq!((due(&mut log, ARTIST), earned(&mut log, ARTIST)), (amount("0.569"), Amount::ZERO));
}

/// A closed file is replaced by a corrected one: the difference is earned in the open period, nothing counts twice.
#[test]
fn a_file_that_is_replaced() {
    let (mut log, _) = cover();
    let (source, _) = sold(&mut log, "march", 10, "7.00");
    log.close("2026-03");
    log.reverse(source);
    sold(&mut log, "march, corrected", 8, "5.60");
    // 10 x 0.569 was closed, 8 x 0.569 should have been.
    assert_eq!((due(&mut log, ARTIST), earned(&mut log, ARTIST)), (amount("5.69"), amount("-1.138")));
    assert_eq!((due(&mut log, PUBLISHER), earned(&mut log, PUBLISHER)), (amount("1.31"), amount("-0.262")));
    let receivable = -log.owed(AccountClass::RECEIVABLE, PartyId::NONE);
    assert_eq!(receivable, amount("5.60"), "the store owes what the corrected file says");
}

/// More comes back than was sold: everything mirrors the sale.
#[test]
fn returns_beyond_sales() {
    let (mut log, _) = cover();
    sold(&mut log, "march", 2, "1.40");
    sold(&mut log, "returns", -5, "-3.50");
    assert_eq!((earned(&mut log, ARTIST), earned(&mut log, PUBLISHER)), (amount("-1.707"), amount("-0.393")));
}

/// A balance below zero stays earned under a contract that does not let it go there, and later earnings make it up;
/// under one that does, it is due below zero.
#[test]
fn a_negative_balance() {
    for (may_go_negative, after) in
        [(false, [("-1.707", "0"), ("0", "3.983")]), (true, [("0", "-1.707"), ("0", "3.983")])]
    {
        let (mut log, _) = cover();
        under_contract(&mut log, Contract { may_go_negative, ..contract() });
        sold(&mut log, "returns", -3, "-2.10");
        for (period, (stays, is_due)) in ["2026-03", "2026-04"].into_iter().zip(after) {
            log.close(period);
            assert_eq!(earned(&mut log, ARTIST), amount(stays), "{may_go_negative} {period}");
            assert_eq!(due(&mut log, ARTIST), amount(is_due), "{may_go_negative} {period}");
            sold(&mut log, period, 10, "7.00");
        }
    }
}

/// One contract earns in dollars and euros: two balances, never added.
#[test]
fn two_currencies_under_one_contract() {
    let (mut log, _) = cover();
    under_contract(&mut log, contract());
    sold(&mut log, "dollars", 1, "0.70");
    let source = log.source("euros");
    log.resource(source, 1, ISRC);
    let terms = Terms { currency: "EUR".parse().unwrap(), use_type: UseType::STREAM, ..terms() };
    log.say_as(STORE, &UsageLine { terms, ..line(source, 1, 1, 100, "2.00") });
    log.close_source(source);
    log.close("2026-03");
    let filter = |currency: &str| cantus::projection::Filter {
        class: Some(AccountClass::DUE),
        party: Some(ARTIST),
        currency: Some(currency.parse().unwrap()),
        ..Default::default()
    };
    let owed = |log: &mut Log, currency| log.rows(&filter(currency)).iter().map(|row| -row.amount).collect::<Vec<_>>();
    assert_eq!(owed(&mut log, "USD"), [amount("0.569")]);
    assert_eq!(owed(&mut log, "EUR"), [amount("2")]);
}

/// The line behind a settled payout is reversed: the payout stands, the party owes it.
#[test]
fn a_settled_payout_for_a_line_that_is_reversed() {
    let (mut log, _) = cover();
    let (_, line) = sold(&mut log, "march", 1, "0.70");
    log.close("2026-03");
    pay(&mut log, ARTIST, "0.56");
    log.reverse(line);
    log.close("2026-04");
    assert_eq!(due(&mut log, ARTIST), amount("-0.56"));
    assert_eq!(log.owed(AccountClass::BANK, PartyId::NONE), amount("0.56"), "the bank is 0.56 short");
}

/// A contract whose operator bears what a mechanical is above the net.
fn contract() -> Contract<'static> {
    Contract { excess: ExcessBearer::OPERATOR, may_go_negative: true, ..plain() }
}

/// The artist is paid for the log's recording under a contract.
fn under_contract(log: &mut Log, contract: Contract<'_>) {
    let contract = Some(EventRef::At(log.say(&contract)));
    let recording = first(log, 0x0203);
    log.say(&Split {
        recording: EventRef::At(recording),
        from: None,
        to: None,
        parts: vec![SplitPart { party: ARTIST, contract, share: Ratio::ONE, off_the_top: false }],
        day: DayOf::USE,
        prospective: false,
        replaces: None,
    });
}
