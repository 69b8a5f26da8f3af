//! The figures of a pool rate the plays of their source, whenever they come and whatever takes their place; the source owes
//! what comes of it beside what it reported, and a payment settles it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::reports::Months;
use cantus::projection::{Filter, State};
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf, RecoupOrder, ReportedKind};
use ledger_spec::event::catalogue::{Contract, Royalty, Share};
use ledger_spec::event::governance::{RateRow, RatesAdopted};
use ledger_spec::event::money::{PaymentReceived, Reversal, SourcePayment};
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::*;
use ledger_spec::hash::Hash;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::{EventRef, PartyId, Territory};
use ledger_spec::role::Roles;
use projection_support::desk::Desk;
use projection_support::*;

const KEY: Hash = Hash([5; 32]);
const REMARK: Remark<'_> = Remark { about: None, text: "it was wrong" };

fn nowhere() -> Currency {
    "XXX".parse().unwrap()
}

fn table(table: RateTable, rows: &[(RateMeasure, &str)]) -> RatesAdopted {
    let row = |(measure, value): &(RateMeasure, &str)| RateRow {
        measure: *measure,
        value: value.parse().unwrap(),
        ..rates("0.131").rows[0].clone()
    };
    RatesAdopted { table, territory: Territory(840), currency: usd(), rows: rows.iter().map(row).collect() }
}

fn headline() -> RatesAdopted {
    table(RateTable::US_STREAMING, &[(RateMeasure::PERCENT_OF_REVENUE, "0.153")])
}

fn portable() -> RatesAdopted {
    let rows = [
        (RateMeasure::PERCENT_OF_CONTENT_COST, "0.262"),
        (RateMeasure::PER_SUBSCRIBER_CAP, "1.10"),
        (RateMeasure::PER_SUBSCRIBER_FLOOR, "0.60"),
    ];
    table(RateTable::US_STREAMING_PORTABLE, &rows)
}

/// 9.10 for 1000 plays: 15.3 % of 100, less 6.20.
fn figures(source: u64) -> PoolReported {
    PoolReported {
        source,
        offering: 0,
        month: date("2026-01-01"),
        table: RateTable::US_STREAMING_PORTABLE,
        currency: usd(),
        revenue: "100".parse().unwrap(),
        content_cost: "52".parse().unwrap(),
        subscribers: 10,
        performance: "6.20".parse().unwrap(),
        plays: "1000".parse().unwrap(),
        replaces: None,
    }
}

/// So many streams without money; the report knows no currency.
fn streams(source: u64, row: u64, units: i64, offering: u32) -> UsageLine {
    let terms =
        Terms { use_type: UseType::INTERACTIVE_STREAM, basis: Basis::NONE, currency: nowhere(), offering, ..terms() };
    UsageLine { terms, units, money: LineMoney::default(), ..line(source, row, 1, 1, "0") }
}

/// A work of the publisher's, and a closed report of 100 plays of two offerings.
fn furnished() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.say(&headline());
    log.say(&portable());
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    for number in [2, 3] {
        let name = Identifier { scheme: Scheme::SERVICE_NAME, value: "an offering" };
        log.named(source, number, ReportedKind::SERVICE, name);
    }
    log.say_as(STORE, &streams(source, 1, 60, 2));
    log.say_as(STORE, &streams(source, 2, 40, 3));
    log.close_source(source);
    (log, source)
}

fn desk() -> (Desk, u64) {
    let (log, source) = furnished();
    (Desk::new(log), source)
}

fn sum(state: &mut State, class: AccountClass) -> Amount {
    let filter = Filter { class: Some(class), currency: Some(usd()), ..Filter::default() };
    let rows = state.settle().unwrap().balances().rows(&filter);
    Amount::try_sum(rows.iter().map(|row| row.amount)).unwrap()
}

fn owed(desk: &mut Desk, class: AccountClass) -> String {
    sum(desk.keeper.state_mut(), class).to_string()
}

#[test]
fn figures_rate_plays_whether_they_come_before_or_after_them() {
    let (mut after, source) = furnished();
    assert_eq!(after.rows(&Filter::default()), [], "plays without figures have no money");
    after.say_as(STORE, &figures(source));
    assert_eq!(after.owed(AccountClass::EARNED, PUBLISHER), amount("0.91"), "9.10 / 1000 x 100");
    assert_eq!(after.owed(AccountClass::RECEIVABLE, PartyId::NONE), amount("-0.91"));

    let mut before = Log::furnished();
    let (recording, work) = (before.recording(ISRC), before.work());
    before.say(&headline());
    before.say(&portable());
    let source = before.source("a");
    before.say_as(STORE, &figures(source));
    before.resource(source, 1, ISRC);
    before.say_as(STORE, &streams(source, 1, 100, 0));
    assert_eq!(before.waits(SuspenseReason::UNMATCHED_WORK), amount("0.91"));
    before.matched(recording, &[work]);
    assert_eq!(before.waits(SuspenseReason::UNCLAIMED), amount("0.91"));
    before.agreed(work, PUBLISHER, "1");
    assert_eq!(before.owed(AccountClass::EARNED, PUBLISHER), amount("0.91"));
    assert_eq!(before.owed(AccountClass::SUSPENSE, PartyId::NONE), Amount::ZERO);
}

#[test]
fn the_figures_of_an_offering_go_before_those_of_all() {
    let (mut log, source) = furnished();
    log.say_as(STORE, &figures(source));
    let of_one = log.say_as(STORE, &PoolReported { offering: 3, plays: "500".parse().unwrap(), ..figures(source) });
    // 60 x 0.0091 + 40 x 0.0182
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("1.274"));
    log.reverse(of_one);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.91"));
}

#[test]
fn later_figures_and_rates_post_the_difference() {
    let (mut log, source) = furnished();
    let first = log.say_as(STORE, &figures(source));
    let replaces = Some(EventRef::At(first));
    let second = log.say_as(STORE, &PoolReported { performance: "5.30".parse().unwrap(), replaces, ..figures(source) });
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("1"));
    log.reverse(second);
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.91"), "what it replaced counts again");
    log.say(&table(RateTable::US_STREAMING, &[(RateMeasure::PERCENT_OF_REVENUE, "0.162")]));
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("1"));
    log.reverse(first);
    assert_eq!(log.rows(&Filter::default()), []);

    // In another currency, where there are rates in it.
    let euros = PoolReported { currency: "EUR".parse().unwrap(), ..figures(source) };
    log.say_as(STORE, &euros);
    assert_eq!(log.rows(&Filter::default()), [], "the rates are in dollars");
}

#[test]
fn what_a_reversed_source_played_counts_no_longer() {
    let (mut log, source) = furnished();
    log.say_as(STORE, &figures(source));
    log.reverse(source);
    assert_eq!(log.rows(&Filter::default()), []);
}

#[test]
fn a_payment_settles_what_a_pool_comes_to_and_a_close_makes_it_due() {
    let (mut desk, source) = desk();
    desk.say_as(STORE, Roles::REPORTER, &[&figures(source)]).unwrap();
    let payment = |sum: &str| PaymentReceived {
        payer: STORE,
        date: date("2026-04-30"),
        currency: usd(),
        bank: amount(sum),
        tax: Amount::ZERO,
        fee: Amount::ZERO,
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount(sum) }],
    };
    assert_eq!(desk.refused(&[&payment("0.92")]), "overpaid");
    let nothing = PaymentReceived { currency: "EUR".parse().unwrap(), ..payment("0.10") };
    assert_eq!(desk.refused(&[&nothing]), "source-reports-other");
    desk.say(&[&payment("0.91")]).unwrap();
    assert_eq!(owed(&mut desk, AccountClass::RECEIVABLE), "0");

    let key = PeriodKey { period: month("2026-03"), key: KEY };
    let past = desk.past.clone();
    let (closed, closing) = desk.keeper.state_mut().close(&key, &past).unwrap();
    let row = closing.row(PUBLISHER).unwrap();
    assert_eq!(row.posting_count, 4, "two cells, and what the close makes due");
    desk.say(&[&key, &closed]).unwrap();
    assert_eq!(owed(&mut desk, AccountClass::DUE), "-0.91");

    // Later figures are posted in the next period: what was due stays as it was closed.
    let first = closed.through - 2;
    let later = PoolReported { performance: "5.30".parse().unwrap(), ..figures(source) };
    desk.say(&[&PoolReported { replaces: Some(EventRef::At(first)), ..later }]).unwrap();
    assert_eq!(owed(&mut desk, AccountClass::DUE), "-0.91");
    assert_eq!(owed(&mut desk, AccountClass::EARNED), "-0.09");
    assert_eq!(owed(&mut desk, AccountClass::RECEIVABLE), "0.09");
}

#[test]
fn the_residue_of_a_source_is_of_what_it_reported_alone() {
    let (mut log, source) = furnished();
    let closed = log.bodies.0.len() as u64 - 1;
    log.say_as(STORE, &PoolReported { plays: "999".parse().unwrap(), ..figures(source) });
    let settled = log.state.settle().unwrap();
    assert!(settled.balances().posted_by(closed).is_empty());
    assert_eq!(sum(&mut log.state, AccountClass::ROUNDING), Amount::ZERO);
    let rows = log.rows(&Filter::default());
    assert_eq!(Amount::try_sum(rows.iter().map(|row| row.amount)), Ok(Amount::ZERO));
    // 9.10 x 60 / 999 and 9.10 x 40 / 999, each rounded once.
    assert_eq!(log.owed(AccountClass::EARNED, PUBLISHER), amount("0.910910910911"));
}

#[test]
fn the_money_of_a_pool_ties_beside_what_was_reported() {
    let (mut log, source) = furnished();
    log.say_as(STORE, &figures(source));
    let settled = log.state.settle().unwrap();
    let ties = settled.ties(&Months::as_posted()).unwrap();
    let tie = ties.iter().find(|tie| tie.account.currency == usd()).unwrap();
    assert_eq!((tie.reported.to_string().as_str(), tie.cells), ("0", Amount::ZERO));
    assert_eq!((tie.pooled, tie.posted(), tie.owed), (amount("0.91"), Ok(amount("0.91")), amount("0.91")));
    assert_eq!(tie.difference(), Ok(Amount::ZERO));
    // The journal has both sides of it, in the currency of the pool.
    let entries = settled.entries().unwrap();
    let posted = |class| {
        let of = entries.iter().filter(|entry| entry.account.class == class && entry.account.currency == usd());
        Amount::try_sum(of.map(|entry| entry.amount)).unwrap()
    };
    assert_eq!((posted(AccountClass::RECEIVABLE), posted(AccountClass::EARNED)), (amount("0.91"), amount("-0.91")));
}

/// Of a contract that pays what was received, what the service has not paid of its pool stays earned.
#[test]
fn what_is_not_paid_of_a_pool_does_not_become_due_where_the_contract_says_so() {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.matched(recording, &[work]);
    let contract = log.say(&paid_on_receipt());
    let claim = EventRef::At(log.claim(work, PUBLISHER, "1"));
    log.say(&Share {
        claim,
        share: ratio("1"),
        contract: Some(EventRef::At(contract)),
        replaces: None,
        day: DayOf::USE,
        prospective: false,
    });
    log.say(&headline());
    log.say(&portable());
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    log.say_as(STORE, &streams(source, 1, 100, 0));
    log.close_source(source);
    let mut desk = Desk::new(log);
    desk.say(&[&figures(source)]).unwrap();
    let paid = PaymentReceived {
        payer: STORE,
        date: date("2026-04-30"),
        currency: usd(),
        bank: amount("0.60"),
        tax: Amount::ZERO,
        fee: Amount::ZERO,
        sources: vec![SourcePayment { source: EventRef::At(source), amount: amount("0.60") }],
    };
    desk.say(&[&paid]).unwrap();
    let key = PeriodKey { period: month("2026-03"), key: KEY };
    let past = desk.past.clone();
    let (closed, _) = desk.keeper.state_mut().close(&key, &past).unwrap();
    desk.say(&[&key, &closed]).unwrap();
    assert_eq!(owed(&mut desk, AccountClass::DUE), "-0.6");
    assert_eq!(owed(&mut desk, AccountClass::EARNED), "-0.31");
}

fn paid_on_receipt() -> Contract<'static> {
    Contract {
        identifiers: Vec::new(),
        party: PUBLISHER,
        kind: ContractKind::PUBLISHING,
        commission: ratio("0"),
        commission_base: CommissionBase::AFTER_MECHANICALS,
        excess: ExcessBearer::ARTIST,
        pay_when: PayWhen::PAID,
        minimum: Amount::ZERO,
        currency: usd(),
        cycle_months: 1,
        may_go_negative: false,
        exchange: None,
        from: None,
        to: None,
        amends: None,
        royalty: Royalty::NetReceipts,
        escalation: None,
        reserve: None,
        recoups: RecoupOrder::BY_DATE,
        crosses: None,
        crossing: Crossing::FULL,
    }
}

#[test]
fn figures_that_make_no_sense_are_refused_and_say_why() {
    let (mut desk, source) = desk();
    let good = figures(source);
    let zero = "0".parse().unwrap();
    for (wrong, code) in [
        (PoolReported { source: 1, ..good }, "cites-other"),
        (PoolReported { offering: 1, ..good }, "number"),
        (PoolReported { offering: 9, ..good }, "number"),
        (PoolReported { table: RateTable::US_MECHANICAL, ..good }, "unknown-table"),
        (PoolReported { table: RateTable::US_STREAMING, ..good }, "unknown-table"),
        (PoolReported { month: date("2026-01-02"), ..good }, "month"),
        (PoolReported { month: date("2026-05-01"), ..good }, "not-yet"),
        (PoolReported { revenue: "-1".parse().unwrap(), ..good }, "amount"),
        (PoolReported { content_cost: "-1".parse().unwrap(), ..good }, "amount"),
        (PoolReported { performance: "1000000000000.1".parse().unwrap(), ..good }, "amount"),
        (PoolReported { subscribers: u64::MAX, ..good }, "amount"),
        (PoolReported { plays: zero, ..good }, "plays"),
        (PoolReported { plays: "1000.0000000000001".parse().unwrap(), ..good }, "plays"),
        (PoolReported { plays: "99".parse().unwrap(), ..good }, "plays"),
        (PoolReported { month: date("2025-12-01"), ..good }, "no-rate"),
        (PoolReported { table: RateTable::US_STREAMING_BUNDLE, ..good }, "no-rate"),
        (PoolReported { currency: "EUR".parse().unwrap(), ..good }, "no-rate"),
    ] {
        assert_eq!(desk.refused(&[&wrong]), code, "{wrong:?}");
    }
    let bundle = PoolReported { table: RateTable::US_STREAMING_BUNDLE, ..good };
    assert_eq!(
        desk.say(&[&bundle]).unwrap_err().text,
        "no adopted table us-streaming-bundle has a row percent-of-content-cost for that month and place; adopt one \
         that has"
    );
    assert_eq!(desk.refused_as(ARTIST, Roles::REPORTER, &[&good]), "not-yours");
    assert_eq!(desk.refused(&[&good, &good]), "said-already");
    let first = desk.say_as(STORE, Roles::REPORTER, &[&good]).unwrap();
    assert_eq!(desk.refused(&[&good]), "said-already");
    let replaces = Some(EventRef::At(first));
    assert_eq!(desk.refused(&[&PoolReported { offering: 2, replaces, ..good }]), "replaces-other");
    let second = desk.say(&[&PoolReported { replaces, ..good }]).unwrap();
    assert_eq!(desk.refused(&[&PoolReported { replaces, ..good }]), "counts-no-longer");

    let taken_back =
        |event| Reversal { target: EventRef::At(event), reason: ReasonCode::ERROR, remark: EventRef::Here(0) };
    desk.say(&[&REMARK, &taken_back(second)]).unwrap();
    assert_eq!(desk.refused(&[&good]), "said-already", "the first counts again");
    desk.say(&[&REMARK, &taken_back(source)]).unwrap();
    assert_eq!(desk.refused(&[&PoolReported { replaces, ..good }]), "source-closed");
}

#[test]
fn a_snapshot_keeps_the_figures() {
    let (mut log, source) = furnished();
    log.say_as(STORE, &figures(source));
    let bytes = log.state.snapshot(&Hash::default()).unwrap();
    let (mut again, _) = State::from_snapshot(&bytes).unwrap();
    assert!(again == log.state);
    assert_eq!(sum(&mut again, AccountClass::EARNED), amount("-0.91"));
}
