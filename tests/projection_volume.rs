//! Whatever amounts are handed in: what is accepted can be taken in, then and in every replay.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{FoldError, SnapshotError, State};
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::Work;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::event::money::*;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::usage::*;
use ledger_spec::hash::{Hash, sha256};
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::{EventRef, PartyId};
use ledger_spec::role::Roles;
use projection_support::desk::{Body, Desk};
use projection_support::*;
use proptest::prelude::*;

const REMARK: Remark<'_> = Remark { about: None, text: "it was wrong" };
/// The most that one event may move.
const MOST: &str = "1000000000000";

fn balance(evidence: u64, sum: &str) -> OpeningBalance {
    let (as_of, evidence) = (date("2025-12-31"), sha256(&[&evidence.to_be_bytes()]));
    OpeningBalance {
        party: ARTIST,
        contract: None,
        as_of,
        amount: amount(sum),
        currency: usd(),
        evidence,
        class: AccountClass::DUE,
        origin: None,
    }
}

fn balances(from: u64, count: u64) -> Vec<OpeningBalance> {
    (from..from + count)
        .map(|evidence| balance(evidence, if evidence % 2 == 0 { MOST } else { "-1000000000000" }))
        .collect()
}

fn said(events: &[impl Body]) -> Vec<&dyn Body> {
    events.iter().map(|event| event as &dyn Body).collect()
}

fn reversal(target: u64) -> Reversal {
    Reversal { target: EventRef::At(target), reason: ReasonCode::ERROR, remark: EventRef::Here(0) }
}

#[test]
fn a_currency_holds_so_much_by_size_and_no_more() {
    let mut desk = Desk::new(Log::furnished());
    assert_eq!(desk.refused(&said(&balances(0, 101))), "amount", "what one submission adds up to counts");
    let first = desk.say(&said(&balances(0, 100))).unwrap();
    assert_eq!(desk.refused(&[&balance(100, "0.01")]), "amount", "and so does what is there, whatever its sign");
    assert_eq!(desk.refused(&[&balance(101, "-0.01")]), "amount");
    let promise = ControlTotal { measure: Measure::NET, currency: Some(usd()), total: "0.01".parse().unwrap() };
    assert_eq!(
        desk.refused(&[&SourceOpened { totals: vec![promise], ..opened("a", 1) }]),
        "amount",
        "before a line is in"
    );
    let euro = OpeningBalance { currency: "EUR".parse().unwrap(), ..balance(102, "1") };
    desk.say(&[&euro]).unwrap();

    desk.say(&[&REMARK, &reversal(first), &balance(103, MOST)]).unwrap();
    assert_eq!(desk.refused(&[&balance(104, "0.01")]), "amount", "as much as was taken out, and no more");
}

#[test]
fn a_source_counts_line_by_line_until_it_is_reversed() {
    let mut desk = Desk::new(Log::furnished());
    desk.say(&said(&balances(0, 99))).unwrap();
    let half = "500000000000";
    let source = desk.say(&[&opened("a", 3)]).unwrap();
    desk.say(&[&line(source, 1, 0, 1, half), &line(source, 2, 0, 1, "-500000000000")]).unwrap();
    assert_eq!(desk.refused(&[&balance(100, "0.01")]), "amount", "lines of an open source count");
    desk.say(&[&line(source, 3, 0, 1, "0"), &SourceClosed { source, rows: 3, refused: 0 }]).unwrap();
    assert_eq!(desk.refused(&[&balance(100, "0.01")]), "amount", "and those of a closed one");
    let other = desk.say(&[&opened("b", 1)]).unwrap();
    assert_eq!(desk.refused(&[&line(other, 1, 0, 1, "0.01")]), "amount", "lines are held to it like anything else");

    desk.say(&[&REMARK, &reversal(source + 1)]).unwrap();
    assert_eq!(desk.refused(&[&balance(100, "0.01")]), "amount", "a line and its reversal may be in two cells");
    desk.say(&[&REMARK, &reversal(source), &balance(100, MOST)]).unwrap();
    assert_eq!(desk.refused(&[&balance(101, "0.01")]), "amount");
}

#[test]
fn payouts_count_until_they_fail() {
    let mut desk = Desk::new(Log::furnished());
    // As much comes in as goes out, though nothing of it stays.
    let payout = || PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: usd(),
        amount: amount(MOST),
        tax: Amount::ZERO,
        date: date("2026-05-01"),
    };
    desk.say(&said(&balances(0, 98))).unwrap();
    desk.say(&[&balance(200, MOST)]).unwrap();
    let instructed = desk.say(&[&payout()]).unwrap();
    assert_eq!(desk.refused(&[&balance(100, "0.01")]), "amount");
    desk.say(&[&PayoutFailed { payout: EventRef::At(instructed), reason: ReasonCode::ERROR }]).unwrap();
    desk.say(&[&balance(100, "0.01")]).unwrap();
}

#[test]
fn what_is_taken_back_in_a_submission_is_not_paid_out_in_it() {
    let mut desk = Desk::new(Log::furnished());
    let first = desk.say(&[&balance(0, "100")]).unwrap();
    let payout = PayoutInstructed {
        party: ARTIST,
        contract: None,
        currency: usd(),
        amount: amount("100"),
        tax: Amount::ZERO,
        date: date("2026-05-01"),
    };
    assert_eq!(desk.refused(&[&REMARK, &reversal(first), &payout]), "overpayment");
    assert_eq!(desk.refused(&[&balance(1, "-1"), &payout]), "overpayment");
    desk.say(&[&payout]).unwrap();
}

/// A recording whose work a licence asks 10^11 a unit for, and a closed source of downloads of it.
fn overpriced(sources: u64) -> (Desk, u64) {
    let mut log = Log::furnished();
    let (work, recording) = (log.work(), log.recording(ISRC));
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.split(recording, &[(ARTIST, "1")]);
    let mut desk = Desk::new(log);
    let licence = Licence {
        identifiers: Vec::new(),
        kind: LicenceKind::BLANKET,
        licensor: None,
        works: vec![EventRef::At(work)],
        rights: Rights::MECHANICAL,
        uses: vec![UseType::DOWNLOAD],
        scope: Default::default(),
        rate: LicenceRate::PerUnit { amount: amount("100000000000"), currency: usd() },
        replaces: None,
        configurations: Vec::new(),
        tiers: Vec::new(),
        notice: None,
    };
    let licence = desk.say(&[&licence]).unwrap();
    for number in 0..sources {
        let source = desk.say(&[&opened(&format!("file {number}"), 1)]).unwrap();
        let identifiers =
            vec![ledger_spec::ident::Identifier { scheme: ledger_spec::ident::Scheme::ISRC, value: ISRC }];
        let (kind, seconds) = (ReportedKind::RECORDING, Some(200));
        desk.say(&[
            &ReportedResource { source, number: 1, kind, parent: 0, seconds, identifiers },
            &line(source, 1, 1, if number == 0 { 2 } else { 1 }, "7"),
            &SourceClosed { source, rows: 1, refused: 0 },
        ])
        .unwrap();
    }
    (desk, licence)
}

#[test]
fn a_mechanical_that_nobody_can_be_owed_waits() {
    let (mut desk, _) = overpriced(1);
    let settled = desk.keeper.state_mut().settle().unwrap();
    let waits = settled.balances().iter().filter(|(account, _)| account.reason == SuspenseReason::NO_RATE);
    assert_eq!(Amount::try_sum(waits.map(|(_, amount)| amount)).unwrap(), amount("-7"));
}

#[test]
fn rates_that_bring_an_account_out_of_range_can_be_taken_back() {
    // 10,001 times 10^11 units are more than 10^15.
    let (mut desk, licence) = overpriced(10_002);
    let beyond = desk.keeper.state_mut().settle().map(drop);
    assert!(matches!(&beyond, Err(FoldError::Beyond { account: Account { .. } })), "{beyond:?}");
    desk.keeper.state_mut().snapshot(&Hash::default()).unwrap();

    desk.say(&[&REMARK, &reversal(licence)]).unwrap();
    desk.keeper.state_mut().settle().unwrap();
    assert_eq!(replayed(&desk), desk.keeper.state_mut().snapshot(&Hash::default()).unwrap());
}

#[test]
fn a_snapshot_of_another_version_is_foreign() {
    let mut log = Log::furnished();
    let mut bytes = log.state.snapshot(&Hash::default()).unwrap();
    assert!(State::from_snapshot(&bytes).is_ok());
    assert_eq!(&bytes[..14], b"cantus/state/v");
    bytes[14] -= 1;
    assert_eq!(State::from_snapshot(&bytes).unwrap_err(), SnapshotError::Unknown);
}

/// The snapshot of a fold of everything from the first event.
fn replayed(desk: &Desk) -> Vec<u8> {
    let mut state = State::new();
    desk.past.fold(&mut state, desk.size() as usize);
    state.snapshot(&Hash::default()).unwrap()
}

/// Something that somebody hands in.
#[derive(Debug, Clone)]
enum Act {
    Opening(Amount),
    Adjusts(AccountClass, Amount),
    Source { lines: Vec<(i64, i128, u8)>, closed: bool },
    Allocates(i128, u8),
    Licence(Amount),
    Rates(u32),
    Pays(usize, Amount),
    Payout(Amount),
    Carries(u8),
    Reverses(usize),
    Again,
}

fn extreme() -> impl Strategy<Value = Amount> {
    let size = prop_oneof![0..1000i128, (0..28u32).prop_map(|digits| 10i128.pow(digits)), 0..=10i128.pow(27)];
    let size = prop_oneof![2 => size, 3 => 10i128.pow(23)..=10i128.pow(24)];
    (size, any::<bool>()).prop_map(|(size, negative)| Amount::from_picos(if negative { -size } else { size }).unwrap())
}

fn mantissa() -> impl Strategy<Value = i128> {
    prop_oneof![-1000..1000i128, -(10i128.pow(36) - 1)..10i128.pow(36), -(10i128.pow(24))..=10i128.pow(24)]
}

fn act() -> impl Strategy<Value = Act> {
    let units = prop_oneof![-3..9i64, any::<i64>(), Just(1i64 << 52)];
    let lines = proptest::collection::vec((units, mantissa(), 0..=30u8), 1..5);
    let class = prop_oneof![
        Just(AccountClass::DUE),
        Just(AccountClass::EARNED),
        Just(AccountClass::BANK),
        Just(AccountClass::FEES),
        Just(AccountClass::SUSPENSE),
    ];
    prop_oneof![
        4 => extreme().prop_map(Act::Opening),
        3 => (class, extreme()).prop_map(|(class, amount)| Act::Adjusts(class, amount)),
        4 => (lines, any::<bool>()).prop_map(|(lines, closed)| Act::Source { lines, closed }),
        2 => (mantissa(), 0..=30u8).prop_map(|(mantissa, scale)| Act::Allocates(mantissa, scale)),
        2 => extreme().prop_map(|amount| Act::Licence(amount.abs())),
        1 => (0..3u32).prop_map(Act::Rates),
        1 => (any::<usize>(), extreme()).prop_map(|(source, amount)| Act::Pays(source, amount.abs())),
        3 => extreme().prop_map(|amount| Act::Payout(amount.abs())),
        3 => (0..3u8).prop_map(Act::Carries),
        4 => any::<usize>().prop_map(Act::Reverses),
        3 => Just(Act::Again),
    ]
}

/// Hands in acts, each a submission; those that are refused leave nothing behind.
struct World {
    desk: Desk,
    work: u64,
    remark: u64,
    said: u64,
    sources: Vec<u64>,
    reversible: Vec<u64>,
    payouts: Vec<u64>,
    last: Option<Act>,
}

impl World {
    fn new() -> World {
        let mut log = Log::furnished();
        let (work, recording) = (log.work(), log.recording(ISRC));
        log.matched(recording, &[work]);
        log.agreed(work, PUBLISHER, "1");
        log.split(recording, &[(ARTIST, "2/3")]);
        let EventRef::At(remark) = log.remark() else { unreachable!() };
        let (sources, reversible, payouts) = Default::default();
        World { desk: Desk::new(log), work, remark, said: 0, sources, reversible, payouts, last: None }
    }

    fn act(&mut self, act: &Act) -> Option<u64> {
        self.said += 1;
        let (said, remark) = (self.said, EventRef::At(self.remark));
        let hands_in = |desk: &mut Desk, party: PartyId, events: &[&dyn Body]| {
            let (size, roles) = (desk.size(), Roles::OPERATOR);
            let first = desk.say_as(party, roles, events).ok()?;
            assert_eq!(desk.size(), size + events.len() as u64, "what is accepted is taken in: {act:?}");
            Some(first)
        };
        let desk = &mut self.desk;
        match act {
            Act::Opening(amount) => {
                let opening = OpeningBalance { amount: *amount, ..balance(said, "1") };
                self.reversible.push(hands_in(desk, OPERATOR, &[&opening])?);
            }
            Act::Adjusts(class, amount) => {
                let side = |class, amount| AdjustmentSide { account: Account::of(class, usd()), amount };
                let own = Account { party: ARTIST, ..Account::of(*class, usd()) };
                let account = if *class == AccountClass::DUE { own } else { Account::of(*class, usd()) };
                let sides = vec![AdjustmentSide { account, amount: *amount }, side(AccountClass::OPENING, -*amount)];
                let adjustment = Adjustment { sides, reason: ReasonCode::AGREEMENT, remark, evidence: None };
                self.reversible.push(hands_in(desk, OPERATOR, &[&adjustment])?);
            }
            Act::Source { lines, closed } => {
                let file = format!("file {said}");
                let source = hands_in(desk, STORE, &[&opened(&file, lines.len() as u64)])?;
                self.sources.push(source);
                self.reversible.push(source);
                let identifiers =
                    vec![ledger_spec::ident::Identifier { scheme: ledger_spec::ident::Scheme::ISRC, value: ISRC }];
                let (kind, seconds) = (ReportedKind::RECORDING, Some(200));
                hands_in(
                    desk,
                    STORE,
                    &[&ReportedResource { source, number: 1, kind, parent: 0, seconds, identifiers }],
                )?;
                for ((units, mantissa, scale), row) in lines.iter().zip(1..) {
                    let net = ledger_spec::money::SourceAmount::new(*mantissa, *scale).ok()?;
                    let line = line(source, row, 1, *units, &net.to_string());
                    // A line that is refused keeps its source open.
                    self.reversible.push(hands_in(desk, STORE, &[&line])?);
                }
                if *closed {
                    hands_in(desk, STORE, &[&SourceClosed { source, rows: lines.len() as u64, refused: 0 }])?;
                }
            }
            Act::Allocates(mantissa, scale) => {
                let amount = ledger_spec::money::SourceAmount::new(*mantissa, *scale).ok()?;
                let source = hands_in(desk, STORE, &[&opened(&format!("file {said}"), 1)])?;
                self.reversible.push(source);
                let line = AllocatedLine { amount, ..allocated(source, 1, 0, "1") };
                self.reversible.push(hands_in(desk, STORE, &[&line])?);
                hands_in(desk, STORE, &[&SourceClosed { source, rows: 1, refused: 0 }])?;
            }
            Act::Licence(amount) => {
                let licence = Licence {
                    identifiers: Vec::new(),
                    kind: LicenceKind::BLANKET,
                    licensor: None,
                    works: vec![EventRef::At(self.work)],
                    rights: Rights::MECHANICAL,
                    uses: vec![UseType::DOWNLOAD],
                    scope: Default::default(),
                    rate: match said % 3 {
                        0 => LicenceRate::Statutory {
                            table: RateTable::US_MECHANICAL,
                            factor: Ratio::new(u64::MAX, said).unwrap(),
                        },
                        _ => LicenceRate::PerUnit { amount: *amount, currency: usd() },
                    },
                    replaces: None,
                    configurations: Vec::new(),
                    tiers: Vec::new(),
                    notice: None,
                };
                self.reversible.push(hands_in(desk, OPERATOR, &[&licence])?);
            }
            Act::Rates(digits) => {
                hands_in(desk, OPERATOR, &[&rates(&format!("1{}", "0".repeat(*digits as usize)))])?;
            }
            Act::Pays(source, part) => {
                let source = EventRef::At(*self.sources.get(source % self.sources.len().max(1))?);
                let sources = vec![SourcePayment { source, amount: *part }];
                let (date, currency, zero) = (date("2026-04-01"), usd(), Amount::ZERO);
                let payment =
                    PaymentReceived { payer: STORE, date, currency, bank: *part, tax: zero, fee: zero, sources };
                self.reversible.push(hands_in(desk, OPERATOR, &[&payment])?);
            }
            Act::Payout(sum) => {
                let (sum, _) = sum.round(2).ok()?;
                let payout = PayoutInstructed {
                    party: ARTIST,
                    contract: None,
                    currency: usd(),
                    amount: sum,
                    tax: Amount::ZERO,
                    date: date("2026-05-01"),
                };
                self.payouts.push(hands_in(desk, OPERATOR, &[&payout])?);
            }
            Act::Carries(step) => {
                let payout = EventRef::At(*self.payouts.last()?);
                let settled = PayoutSettled { payout, date: date("2026-04-01"), bank_reference: Hash::default() };
                match step {
                    0 => hands_in(desk, TREASURER, &[&PayoutApproved { payout }])?,
                    1 => hands_in(desk, OPERATOR, &[&settled])?,
                    _ => hands_in(desk, OPERATOR, &[&PayoutFailed { payout, reason: ReasonCode::ERROR }])?,
                };
            }
            Act::Reverses(which) => {
                let target = EventRef::At(*self.reversible.get(which % self.reversible.len().max(1))?);
                hands_in(desk, OPERATOR, &[&Reversal { target, reason: ReasonCode::ERROR, remark }])?;
            }
            Act::Again => {
                for _ in 0..40 {
                    self.act(&self.last.clone()?)?;
                }
                return None;
            }
        }
        self.last = Some(act.clone());
        None
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_accepted_can_be_taken_in_and_replayed(acts in proptest::collection::vec(act(), 1..60)) {
        let mut world = World::new();
        for act in &acts {
            world.act(act);
        }
        if !acts.iter().any(|act| matches!(act, Act::Licence(_) | Act::Rates(_))) {
            prop_assert!(world.desk.keeper.state_mut().settle().is_ok(), "rates alone can bring an account out of range");
        }
        let work = Work { identifiers: Vec::new(), public_domain: false };
        prop_assert!(world.desk.say(&[&work]).is_ok(), "the books follow the log to the end");
        prop_assert_eq!(replayed(&world.desk), world.desk.keeper.state_mut().snapshot(&Hash::default()).unwrap());
    }
}
