//! A reserve is kept of what can be returned, by the period it was earned in, and let go in equal parts that sum to it.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::accounts;
use ledger_spec::account::Account;
use ledger_spec::code::{AccountClass, ReasonCode, ReserveFrom, Rights, UseType};
use ledger_spec::event::catalogue::{Contract, ReserveTerms};
use ledger_spec::event::money::{Adjustment, AdjustmentSide};
use ledger_spec::money::Amount;
use ledger_spec::reference::EventRef;
use projection_support::closes::*;
use projection_support::desk::Desk;
use projection_support::*;

/// A quarter of physical sales, let go in three parts from the second close after.
fn quarter() -> Contract<'static> {
    let reserve = ReserveTerms {
        share: ratio("1/4"),
        uses: vec![UseType::PHYSICAL],
        from: ReserveFrom::CLOSE,
        after: 2,
        parts: 3,
    };
    Contract { reserve: Some(reserve), ..plain() }
}

fn sold(sum: &str) -> (Log, u64) {
    let mut log = Log::furnished();
    let contract = log.say(&quarter());
    log.under(ISRC, contract);
    log.sells(ISRC, UseType::PHYSICAL, 10, sum);
    (log, contract)
}

fn reserve(contract: u64, origin: &str) -> Account {
    accounts::reserve(ARTIST, contract, month(origin), usd())
}

fn held(log: &mut Log, account: &Account) -> Amount {
    -log.state.settle().unwrap().balances().of(account)
}

#[test]
fn it_is_kept_of_the_uses_it_names_and_let_go_to_the_last_pico() {
    let (mut log, contract) = sold("100");
    log.streams(ISRC, 1000, "40");
    log.close("2026-01");
    let january = reserve(contract, "2026-01");
    assert_eq!(held(&mut log, &january), amount("25"), "a quarter of 100, nothing of 40");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("115"));

    // 25 x 1/3, 25 x 2/3 and 25 rounded, each less what was let go before.
    let releases = [
        ("2026-02", "0"),
        ("2026-03", "8.333333333333"),
        ("2026-04", "8.333333333334"),
        ("2026-05", "8.333333333333"),
        ("2026-06", "0"),
    ];
    let mut due = amount("115");
    for (period, part) in releases {
        let close = log.close(period);
        due = due.try_add(amount(part)).unwrap();
        assert_eq!(log.holds(AccountClass::DUE, contract), due, "{period}");
        let bodies = log.bodies.clone();
        let posted = log.state.settle().unwrap().posted_by(close, &bodies).unwrap();
        if period == "2026-04" {
            let why = posted[0].why;
            assert_eq!(why.words(), "at the close of 2026-04: reserve of 2026-01 let go, part 2 of 3");
            assert_eq!(why.formula(posted[0].amount), "25 x 2/3 - 8.333333333333 = 8.333333333334");
        }
    }
    assert_eq!(due, amount("140"));
    assert_eq!(held(&mut log, &january), Amount::ZERO);
}

#[test]
fn each_period_has_its_own_and_returns_keep_nothing() {
    let (mut log, contract) = sold("100");
    log.close("2026-01");
    log.sells(ISRC, UseType::PHYSICAL, -4, "-40");
    log.close("2026-02");
    assert_eq!(held(&mut log, &reserve(contract, "2026-02")), Amount::ZERO);
    log.sells(ISRC, UseType::PHYSICAL, 6, "60");
    log.close("2026-03");
    assert_eq!(held(&mut log, &reserve(contract, "2026-03")), amount("15"));
    assert_eq!(held(&mut log, &reserve(contract, "2026-01")), amount("16.666666666667"), "25 less a third");
    let filter = cantus::projection::Filter { class: Some(AccountClass::RESERVE), ..Default::default() };
    assert_eq!(log.rows(&filter).len(), 2);
}

#[test]
fn a_reserve_keeps_the_schedule_it_was_kept_by() {
    let (mut log, contract) = sold("100");
    log.close("2026-01");
    log.say(&Contract { reserve: None, amends: Some(EventRef::At(contract)), ..plain() });
    log.sells(ISRC, UseType::PHYSICAL, 10, "100");
    log.close("2026-02");
    assert_eq!(held(&mut log, &reserve(contract, "2026-02")), Amount::ZERO, "nothing is kept any more");
    assert_eq!(held(&mut log, &reserve(contract, "2026-01")), amount("25"));
    log.close("2026-03");
    assert_eq!(held(&mut log, &reserve(contract, "2026-01")), amount("16.666666666667"));
}

#[test]
fn one_that_is_brought_in_goes_on_where_it_stood() {
    let mut log = Log::furnished();
    let contract = log.say(&quarter());
    let plain = log.say(&plain());
    log.say(&opening(contract, AccountClass::RESERVE, Some("2025-10"), "30"));
    log.say(&opening(contract, AccountClass::RESERVE, Some("2025-12"), "9"));
    log.say(&opening(plain, AccountClass::RESERVE, Some("2025-12"), "4"));
    log.close("2026-01");
    // December and January have passed for October's; February is the first for December's.
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("20"));
    assert_eq!(log.holds(AccountClass::DUE, plain), amount("4"), "nothing says that it is kept");
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("33"), "20 + 10 + 3");
    assert_eq!(log.holds(AccountClass::RESERVE, contract), amount("6"));
}

#[test]
fn what_was_taken_out_by_hand_is_not_let_go_again() {
    let (mut log, contract) = sold("100");
    log.close("2026-01");
    let remark = log.remark();
    let january = reserve(contract, "2026-01");
    let due = accounts::due(ARTIST, contract, usd());
    let sides = vec![
        AdjustmentSide { account: january, amount: amount("20") },
        AdjustmentSide { account: due, amount: amount("-20") },
    ];
    log.say(&Adjustment { sides, reason: ReasonCode::AGREEMENT, remark, evidence: None });
    for period in ["2026-02", "2026-03", "2026-04", "2026-05"] {
        log.close(period);
    }
    assert_eq!(held(&mut log, &january), Amount::ZERO);
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("100"));
}

/// A sum is taken out of a reserve by hand, below zero is put into it.
fn by_hand(log: &mut Log, account: Account, sum: &str) -> u64 {
    let remark = log.remark();
    let written_off = Account::of(AccountClass::WRITTEN_OFF, usd());
    let sides = vec![
        AdjustmentSide { account, amount: amount(sum) },
        AdjustmentSide { account: written_off, amount: -amount(sum) },
    ];
    log.say(&Adjustment { sides, reason: ReasonCode::WRITE_OFF, remark, evidence: None })
}

#[test]
fn a_correction_that_is_taken_back_leaves_the_schedule_as_it_was() {
    let (mut log, contract) = sold("100");
    log.close("2026-01");
    let january = reserve(contract, "2026-01");
    let correction = by_hand(&mut log, january, "25");
    log.close("2026-02");
    log.reverse(correction);
    assert_eq!(held(&mut log, &january), amount("25"));
    log.close("2026-03");
    assert_eq!(held(&mut log, &january), amount("16.666666666667"), "a third of 25, not of 50");
}

#[test]
fn with_the_last_part_goes_what_was_taken_out_beyond_what_there_was() {
    let (mut log, contract) = sold("100");
    log.close("2026-01");
    let january = reserve(contract, "2026-01");
    by_hand(&mut log, january, "30");
    for period in ["2026-02", "2026-03", "2026-04"] {
        log.close(period);
    }
    assert_eq!(held(&mut log, &january), amount("-5"), "there is nothing to let go of");
    let due = log.holds(AccountClass::DUE, contract);
    log.sells(ISRC, UseType::STREAM, 10, "8");
    log.close("2026-05");
    assert_eq!(held(&mut log, &january), Amount::ZERO);
    assert_eq!(log.holds(AccountClass::DUE, contract), due.try_add(amount("3")).unwrap(), "8 less what was too much");
}

#[test]
fn one_that_was_let_go_in_part_is_not_taken_back() {
    let mut log = Log::furnished();
    let contract = log.say(&quarter());
    let old = log.say(&opening(contract, AccountClass::RESERVE, Some("2025-10"), "30"));
    let new = log.say(&opening(contract, AccountClass::RESERVE, Some("2025-12"), "9"));
    log.close("2026-01");
    let remark = log.remark();
    let mut desk = Desk::new(log);
    let reversal = |target| ledger_spec::event::money::Reversal {
        target: EventRef::At(target),
        reason: ReasonCode::ERROR,
        remark,
    };
    assert_eq!(desk.refused(&[&reversal(old)]), "gone-on");
    desk.say(&[&reversal(new)]).unwrap();
    let state = desk.keeper.state_mut().settle().unwrap();
    assert_eq!(state.balances().of(&reserve(contract, "2025-12")), Amount::ZERO);
    let close = state.groups(month("2026-02")).unwrap();
    assert_eq!(close.moves.len(), 2, "the last part of October's becomes due");
}

/// A source of its own reports sales of copies in a month.
fn sold_in(log: &mut Log, used: &str, net: &str) {
    let source = log.source(&log.bodies.0.len().to_string());
    log.resource(source, 1, ISRC);
    let mut sold = line(source, 1, 1, 10, net);
    (sold.terms.from, sold.terms.to) = (month(used).first_day(), month(used).last_day());
    (sold.terms.use_type, sold.terms.rights) = (UseType::PHYSICAL, Rights::MASTER);
    log.say_as(STORE, &sold);
    log.close_source(source);
}

#[test]
fn one_that_is_counted_from_the_use_is_let_go_by_then_however_late_the_report_is() {
    let mut log = Log::furnished();
    // In three parts, with the seventh, eighth and ninth close after that of the month of use.
    let from_use = |given| ReserveTerms { from: ReserveFrom::USE, after: 7, ..given };
    let contract = log.say(&Contract { reserve: quarter().reserve.map(from_use), ..plain() });
    log.under(ISRC, contract);
    sold_in(&mut log, "2026-01", "60");
    log.close("2026-01");
    let (january, may) = (reserve(contract, "2026-01"), reserve(contract, "2026-05"));
    assert_eq!(held(&mut log, &january), amount("15"));
    for period in ["2026-02", "2026-03", "2026-04"] {
        log.close(period);
    }
    sold_in(&mut log, "2026-01", "48");
    sold_in(&mut log, "2026-05", "100");
    log.close("2026-05");
    assert_eq!((held(&mut log, &january), held(&mut log, &may)), (amount("27"), amount("25")), "15 + 12, and its own");
    for period in ["2026-06", "2026-07", "2026-08"] {
        log.close(period);
    }
    assert_eq!(held(&mut log, &january), amount("18"), "27 less a third");
    // 36 more, of which two of the three parts go with this close.
    sold_in(&mut log, "2026-01", "144");
    log.close("2026-09");
    assert_eq!(held(&mut log, &january), amount("21"), "a third of 63");
    log.close("2026-10");
    assert_eq!(held(&mut log, &january), Amount::ZERO, "the ninth month after January");
    // Nine months are over: nothing is kept of January any more.
    sold_in(&mut log, "2026-01", "1000");
    log.close("2026-11");
    assert_eq!(held(&mut log, &january), Amount::ZERO);
    assert_eq!(held(&mut log, &may), amount("25"));
    log.close("2026-12");
    assert_eq!(held(&mut log, &may), amount("16.666666666667"));
}
