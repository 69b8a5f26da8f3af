//! A close makes what was earned due, pins what everybody was shown, and is refused unless it is exactly the one that
//! the books come to. What is learned later is posted later.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::projection::{Closing, Filter, State};
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::code::{AccountClass, DayOf};
use ledger_spec::codec;
use ledger_spec::event::catalogue::{Contract, ReserveTerms, Share};
use ledger_spec::event::governance::PeriodClosed;
use ledger_spec::event::particulars::Remark;
use ledger_spec::event::period::PeriodKey;
use ledger_spec::event::usage::{LineMoney, LineRefused, SourceClosed, SourceOpened, Terms, UsageLine, UsageList};
use ledger_spec::hash::{Hash, empty_root, leaf_hash};
use ledger_spec::merkle::root_of;
use ledger_spec::money::Amount;
use ledger_spec::period::{
    Counted, Row, RowState, Rows, Schedule, Sums, balance_leaf, cell_leaf, counter_leaf, earned_leaf, posting_leaf,
    reserve_leaf, row_salt, source_leaf, sums_leaf, verify_row,
};
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::closes::{escalation, plain};
use projection_support::desk::Desk;
use projection_support::*;

const KEY: Hash = Hash([5; 32]);

/// A download of a licensed cover, in an open source: 0.131 to the publisher, 0.569 to the artist.
fn sold() -> (Log, u64) {
    let mut log = Log::furnished();
    let (recording, work) = (log.recording(ISRC), log.work());
    log.split(recording, &[(ARTIST, "1")]);
    log.matched(recording, &[work]);
    log.agreed(work, PUBLISHER, "1");
    log.licence(&[work]);
    let source = log.source("a");
    log.resource(source, 1, ISRC);
    let download = line(source, 1, 1, 1, "0.70");
    let money = LineMoney { gross: Some("0.99".parse().unwrap()), ..download.money };
    log.say_as(STORE, &UsageLine { money, ..download });
    (log, source)
}

fn closed_source() -> Desk {
    let (mut log, source) = sold();
    log.close_source(source);
    Desk::new(log)
}

fn key(period: &str) -> PeriodKey {
    PeriodKey { period: month(period), key: KEY }
}

/// The close that the books come to.
fn close(desk: &mut Desk, period: &str) -> (PeriodClosed, Closing) {
    let past = desk.past.clone();
    desk.keeper.state_mut().close(&key(period), &past).unwrap()
}

fn closes(desk: &mut Desk, period: &str) -> u64 {
    let (closed, _) = close(desk, period);
    desk.say(&[&key(period), &closed]).unwrap()
}

fn owed(desk: &mut Desk, class: AccountClass, party: PartyId) -> Amount {
    let filter = Filter { class: Some(class), party: Some(party), ..Filter::default() };
    let rows = desk.keeper.state_mut().settle().unwrap().balances().rows(&filter);
    -Amount::try_sum(rows.iter().map(|row| row.amount)).unwrap()
}

#[test]
fn no_period_closes_over_an_open_source() {
    let (log, source) = sold();
    let mut desk = Desk::new(log);
    let (closed, _) = close(&mut desk, "2026-03");
    assert_eq!(desk.refused(&[&key("2026-03"), &closed]), "source-open");
    let rows = desk.state().sources().get(source).unwrap().rows;
    assert_eq!(rows, 9, "eight rows are missing");
    assert_eq!(desk.refused(&[&SourceClosed { source, rows, refused: 0 }]), "source-incomplete");
}

#[test]
fn what_was_earned_becomes_due() {
    let mut desk = closed_source();
    assert_eq!(owed(&mut desk, AccountClass::EARNED, ARTIST), amount("0.569"));
    closes(&mut desk, "2026-03");
    for (party, sum) in [(ARTIST, "0.569"), (PUBLISHER, "0.131")] {
        assert_eq!(owed(&mut desk, AccountClass::EARNED, party), Amount::ZERO);
        assert_eq!(owed(&mut desk, AccountClass::DUE, party), amount(sum));
    }
    assert_eq!(desk.state().periods().open(), Some(month("2026-04")));
}

#[test]
fn what_is_learned_late_is_posted_in_the_open_period_and_the_closed_one_stays() {
    let mut desk = closed_source();
    let close_event = closes(&mut desk, "2026-03") + 1;
    let shares: Vec<u64> = (0..close_event).filter(|event| is_share(&desk, *event)).collect();
    let claim = desk.say(&[&ledger_spec::event::catalogue::Claim {
        work: EventRef::At(work_of(&desk)),
        party: SECOND_PUBLISHER,
        rights: Rights::MECHANICAL,
        scope: Default::default(),
        share: ratio("1"),
        replaces: None,
        collects: None,
    }]);
    let target = EventRef::At(shares[0]);
    let remark = EventRef::Here(0);
    let reversal = ledger_spec::event::money::Reversal { target, reason: ReasonCode::ERROR, remark };
    desk.say(&[&Remark { about: None, text: "it was another's" }, &reversal]).unwrap();
    let late = Share {
        claim: EventRef::At(claim.unwrap()),
        share: ratio("1"),
        contract: None,
        replaces: None,
        day: DayOf::USE,
        prospective: false,
    };
    desk.say(&[&late]).unwrap();

    assert_eq!(owed(&mut desk, AccountClass::DUE, PUBLISHER), amount("0.131"), "what was due stays due");
    assert_eq!(owed(&mut desk, AccountClass::EARNED, PUBLISHER), amount("-0.131"));
    assert_eq!(owed(&mut desk, AccountClass::EARNED, SECOND_PUBLISHER), amount("0.131"));

    let (_, closing) = close(&mut desk, "2026-04");
    let late = closing.row(SECOND_PUBLISHER).unwrap();
    assert_eq!((late.posting_count, late.cells), (3, empty_root()), "the difference, and it became due; no new line");
    assert!(closing.row(ARTIST).is_some_and(|row| row.posting_count == 0), "nothing happened to the artist");
    closes(&mut desk, "2026-04");
    assert_eq!(owed(&mut desk, AccountClass::DUE, PUBLISHER), Amount::ZERO);
    assert_eq!(owed(&mut desk, AccountClass::DUE, SECOND_PUBLISHER), amount("0.131"));
}

fn is_share(desk: &Desk, event: u64) -> bool {
    body(desk, event).starts_with(&0x0206u16.to_be_bytes())
}

fn work_of(desk: &Desk) -> u64 {
    (0..desk.size()).find(|event| body(desk, *event).starts_with(&0x0202u16.to_be_bytes())).unwrap()
}

fn body(desk: &Desk, event: u64) -> Vec<u8> {
    cantus::projection::Past::body(&desk.past, event).unwrap().unwrap()
}

#[test]
fn only_the_very_close_that_the_books_come_to_is_taken() {
    let mut desk = closed_source();
    let (closed, _) = close(&mut desk, "2026-03");
    let period_key = key("2026-03");
    assert_eq!(desk.refused(&[&closed]), "close-shape", "without its key");
    assert_eq!(desk.refused(&[&period_key]), "close-shape", "without its close");
    assert_eq!(desk.refused(&[&closed, &period_key]), "close-shape");
    let remark = Remark { about: None, text: "and this" };
    assert_eq!(desk.refused(&[&period_key, &closed, &remark]), "close-shape");
    assert_eq!(desk.refused(&[&period_key, &PeriodClosed { root: Hash([1; 32]), ..closed }]), "close-root");
    assert_eq!(desk.refused(&[&period_key, &PeriodClosed { key_hash: Hash([1; 32]), ..closed }]), "close-key");
    assert_eq!(desk.refused(&[&key("2026-02"), &closed]), "close-key");
    assert_eq!(desk.refused(&[&period_key, &PeriodClosed { rules: 2, ..closed }]), "close-rules");
    desk.say(&[&remark]).unwrap();
    assert_eq!(desk.refused(&[&period_key, &closed]), "close-root", "it was computed from another head");
    let (later, _) = close(&mut desk, "2026-03");
    desk.say(&[&period_key, &later]).unwrap();
}

#[test]
fn months_are_closed_one_after_the_other_once_they_are_over() {
    let mut desk = closed_source();
    for early in ["2026-05", "2062-03"] {
        let (closed, _) = close(&mut desk, early);
        assert_eq!(desk.refused(&[&key(early), &closed]), "period-not-over");
    }
    closes(&mut desk, "2026-02");
    let (gap, _) = close(&mut desk, "2026-04");
    assert_eq!(desk.refused(&[&key("2026-04"), &gap]), "period-gap");
    closes(&mut desk, "2026-03");
    closes(&mut desk, "2026-04");
}

#[test]
fn a_payee_checks_its_own_row_and_an_auditor_recomputes_them_all() {
    let mut desk = closed_source();
    let (closed, closing) = close(&mut desk, "2026-03");
    let rows = closing.rows(&KEY);
    for row in closing.parties() {
        let salt = row_salt(&KEY, &row.party);
        let proof = rows.prove(&row.leaf(&salt)).unwrap();
        verify_row(row, &salt, &proof, &closed.root).unwrap();
        let mut other = *row;
        other.posting_count += 1;
        assert!(verify_row(&other, &salt, &proof, &closed.root).is_err());
    }
    let parties: Vec<PartyId> = closing.parties().iter().map(|row| row.party).collect();
    assert_eq!(parties, [PartyId::NONE, ARTIST, PUBLISHER, STORE]);

    let size = desk.size();
    desk.say(&[&key("2026-03"), &closed]).unwrap();
    let mut auditor = State::new();
    let bodies = desk.past.clone();
    bodies.fold(&mut auditor, size as usize);
    assert_eq!(auditor.close(&key("2026-03"), &bodies).unwrap().0, closed);
}

#[test]
fn a_row_is_made_of_the_bytes_that_the_specification_says() {
    let mut desk = closed_source();
    let (_, closing) = close(&mut desk, "2026-03");
    let row = closing.row(PUBLISHER).unwrap();
    let account = |class| Account { party: PUBLISHER, ..Account::of(class, usd()) };
    let (earned, due) = (account(AccountClass::EARNED), account(AccountClass::DUE));
    let close = desk.size() + 1;
    assert_eq!(row.balances, root_of(&[balance_leaf(&due, amount("-0.131")).unwrap()]));
    let postings = [(earned, "-0.131"), (earned, "0.131"), (due, "-0.131")]
        .map(|(account, sum)| posting_leaf(close, &account, amount(sum)).unwrap());
    assert_eq!((row.postings, row.posting_count), (root_of(&postings), 3));
    assert_eq!(row.state, empty_root());

    let (source, known) = desk.state().sources().iter().next().unwrap();
    let sold = known.closed.unwrap() - 1;
    let key = codec::encode(&(source, 1u32, 0u32, 0u32, terms(), month("2026-03"))).unwrap();
    let indices = root_of(&[leaf_hash(&sold.to_be_bytes())]);
    assert_eq!(row.cells, root_of(&[cell_leaf(&key, 1, 1, amount("0.70"), Some(amount("0.99")), &indices)]));
}

#[test]
fn counters_sums_and_reserves_are_under_the_root() {
    let mut log = Log::furnished();
    let reserve = ReserveTerms { share: ratio("1/4"), uses: vec![], from: ReserveFrom::CLOSE, after: 2, parts: 3 };
    let escalation = Some(escalation(&[(5, "2/5")]));
    let contract = log.say(&Contract { commission: ratio("1/2"), reserve: Some(reserve), escalation, ..plain() });
    log.under(ISRC, contract);
    log.streams(ISRC, 10, "10");
    let mut desk = Desk::new(log);
    let account = cantus::royalty::accounts::reserve(ARTIST, contract, month("2026-03"), usd());
    // 5 earned; 5 units at 1/2 and 5 at 3/5 make it 5.5; a quarter of the 5 is kept.
    let kept = Schedule { account, kept: amount("1.25"), released: Amount::ZERO, after: 2, parts: 3 };
    let sums = Sums { contract, currency: usd(), uplift: amount("0.5"), shared: Amount::ZERO, costs: Amount::ZERO };
    let configuration = terms().configuration;
    let streams = Counted { contract, use_type: UseType::STREAM, configuration };
    let leaves = |released: &str| {
        let reserve = Schedule { released: amount(released), ..kept };
        let units = counter_leaf(&streams, 10).unwrap();
        let earned = earned_leaf(&streams, usd(), amount("5")).unwrap();
        root_of(&[units, earned, sums_leaf(&sums).unwrap(), reserve_leaf(&reserve).unwrap()])
    };
    let (_, closing) = close(&mut desk, "2026-03");
    assert_eq!(closing.row(ARTIST).unwrap().state, leaves("0"));
    closes(&mut desk, "2026-03");
    let (_, closing) = close(&mut desk, "2026-04");
    assert_eq!(closing.row(ARTIST).unwrap().state, leaves("0"), "they stand as long as they count");
    let (_, closing) = close(&mut desk, "2026-05");
    assert_eq!(closing.row(ARTIST).unwrap().state, leaves("0.416666666667"), "a third of 1.25");
}

/// The close of an open period over other books: the reporter's row says something else.
fn over(desk: &mut Desk, period: &str, state: Hash) -> PeriodClosed {
    let (closed, closing) = close(desk, period);
    let other = |row: &Row| if row.party == STORE { Row { state, ..*row } } else { *row };
    let rows: Vec<Row> = closing.parties().iter().map(other).collect();
    PeriodClosed { root: Rows::new(&KEY, &rows).root(), ..closed }
}

/// Eight rows: one is sold, two wait, one waits until it is taken back in the next period, one is taken back in this
/// one, one is a summary, one was refused, and one comes to nothing.
fn rows_of_all_kinds() -> (Log, u64, u64) {
    let (mut log, _) = sold();
    let source = log.say_as(STORE, &SourceOpened { refused: 1, ..opened("b", 8) });
    log.resource(source, 1, ISRC);
    log.resource(source, 2, SECOND_ISRC);
    log.say_as(STORE, &line(source, 1, 1, 1, "0.70"));
    log.say_as(STORE, &line(source, 2, 2, 1, "0.70"));
    log.say_as(STORE, &line(source, 3, 2, 1, "0.70"));
    let later = log.say_as(STORE, &line(source, 4, 2, 1, "0.70"));
    let twice = log.say_as(STORE, &line(source, 5, 1, 1, "0.70"));
    log.say_as(STORE, &UsageList { source, row: 6, resource: 1, entries: 5000, units: 9, line: Hash::default() });
    log.say_as(
        STORE,
        &LineRefused { source, row: 7, reason: RefusalReason::NOT_A_NUMBER, column: 3, line: Hash::default() },
    );
    let nothing = line(source, 8, 1, 1, "0");
    log.say_as(STORE, &UsageLine { terms: Terms { use_type: UseType::STREAM, ..nothing.terms }, ..nothing });
    log.say_as(STORE, &SourceClosed { source, rows: 8, refused: 1 });
    log.reverse_for(twice, ReasonCode::DUPLICATE);
    (log, source, later)
}

#[test]
fn what_became_of_every_row_stands_under_the_row_of_its_reporter() {
    use RowState::*;
    let (mut log, source, later) = rows_of_all_kinds();
    let first = log.state.sources().iter().next().unwrap().0;
    log.reverse_for(first, ReasonCode::REPLACED);
    let mut desk = Desk::new(log);
    let of_first = source_leaf(first, 9, &[(Reversed(ReasonCode::REPLACED), 1), (NotIn, 8)].into());
    let waits = Suspense(SuspenseReason::UNMATCHED_RECORDING);
    let root = |waiting, reversed: &[(RowState, u64)]| {
        let states = [(Posted, 1), (waits, waiting), (Refused, 1), (WithoutMoney, 2)];
        let states = states.into_iter().chain(reversed.iter().copied()).collect();
        root_of(&[of_first, source_leaf(source, 8, &states)])
    };
    let duplicate = (Reversed(ReasonCode::DUPLICATE), 1);
    let (_, closing) = close(&mut desk, "2026-03");
    assert_eq!(closing.row(STORE).unwrap().state, root(3, &[duplicate]));

    // Nobody is owed any other amount, and yet the close is refused.
    let waiting_for_less = over(&mut desk, "2026-03", root(2, &[duplicate, (NotIn, 1)]));
    assert_eq!(desk.refused(&[&key("2026-03"), &waiting_for_less]), "close-root");
    let as_it_is = over(&mut desk, "2026-03", root(3, &[duplicate]));
    desk.say(&[&key("2026-03"), &as_it_is]).unwrap();

    let (target, remark) = (EventRef::At(later), EventRef::Here(0));
    let reversal = ledger_spec::event::money::Reversal { target, reason: ReasonCode::ERROR, remark };
    desk.say(&[&Remark { about: None, text: "it was another's" }, &reversal]).unwrap();
    let (_, closing) = close(&mut desk, "2026-04");
    assert_eq!(closing.row(STORE).unwrap().state, root(2, &[duplicate, (Reversed(ReasonCode::ERROR), 1)]));
}
