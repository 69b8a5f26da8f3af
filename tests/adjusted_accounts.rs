//! A correction by hand reaches accounts that something can come of: with the fields that accounts of their class have, of
//! advances that were paid and reserves that are kept. What a source never paid is not payable because it was given up.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod projection_support;

use cantus::royalty::accounts;
use ledger_spec::account::Account;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::{Contract, ReserveTerms};
use ledger_spec::event::money::{Adjustment, AdjustmentSide, Reversal};
use ledger_spec::event::particulars::Remark;
use ledger_spec::money::Amount;
use ledger_spec::reference::{EventRef, PartyId};
use projection_support::closes::{advance, opening, plain};
use projection_support::desk::Desk;
use projection_support::*;

const REMARK: Remark<'_> = Remark { about: None, text: "as agreed" };

/// Debits an account and credits fees, or the other way round.
fn corrects(account: Account, sum: &str) -> Adjustment {
    let sum = amount(sum);
    let sides = vec![
        AdjustmentSide { account, amount: sum },
        AdjustmentSide { account: accounts::fees(account.currency), amount: -sum },
    ];
    Adjustment { sides, reason: ReasonCode::AGREEMENT, remark: EventRef::Here(0), evidence: None }
}

fn of(class: AccountClass) -> Account {
    Account::of(class, usd())
}

#[test]
fn accounts_that_nothing_can_come_of_are_refused() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    let source = log.source("march");
    let mut desk = Desk::new(log);
    let party = ARTIST;
    for account in [
        of(AccountClass::DUE),
        of(AccountClass::EARNED),
        Account { contract, ..of(AccountClass::DUE) },
        Account { party, origin: source, ..of(AccountClass::DUE) },
        Account { party, reason: SuspenseReason::DISPUTED, ..of(AccountClass::DUE) },
        Account { party, contract, reason: SuspenseReason::DISPUTED, ..of(AccountClass::SUSPENSE) },
        Account { party, ..of(AccountClass::SUSPENSE) },
        Account { party, ..of(AccountClass::RECEIVABLE) },
        Account { party, ..of(AccountClass::COMMISSION) },
        Account { party, contract, ..of(AccountClass::ADVANCE) },
        Account { party, contract, ..of(AccountClass::RESERVE) },
    ] {
        assert_eq!(desk.refused(&[&REMARK, &corrects(account, "5")]), "account-fields", "{account:?}");
    }
    let nothing_kept = accounts::reserve(party, contract, month("2026-01"), usd());
    assert_eq!(desk.refused(&[&REMARK, &corrects(nothing_kept, "5")]), "no-reserve");
    let no_advance = accounts::advance(party, contract, contract, usd());
    assert_eq!(desk.refused(&[&REMARK, &corrects(no_advance, "5")]), "cites-other");
}

#[test]
fn a_corrected_advance_is_recouped_by_so_much_less() {
    let mut log = Log::furnished();
    let contract = log.say(&plain());
    log.under(ISRC, contract);
    let paid = log.say(&advance(contract, "2026-02-01", "50"));
    let mut desk = Desk::new(log);
    desk.say(&[&REMARK, &corrects(accounts::advance(ARTIST, contract, paid, usd()), "-20")]).unwrap();
    let mut log = Log { bodies: desk.past.all(), state: desk.state().clone() };
    log.streams(ISRC, 1, "100");
    log.close("2026-03");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("70"));
}

#[test]
fn a_corrected_reserve_is_let_go_by_so_much_less_and_one_let_go_is_not_taken_back() {
    let reserve =
        ReserveTerms { share: ratio("1/2"), uses: Vec::new(), after: 1, parts: 2, from: ReserveFrom::default() };
    let mut log = Log::furnished();
    let contract = log.say(&Contract { reserve: Some(reserve), ..plain() });
    let brought_in = log.say(&opening(contract, AccountClass::RESERVE, Some("2025-12"), "40"));
    log.close("2026-01");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("20"), "the first of two parts");
    let mut desk = Desk::new(log);
    let reversal = Reversal { target: EventRef::At(brought_in), reason: ReasonCode::ERROR, remark: EventRef::Here(0) };
    assert_eq!(desk.refused(&[&REMARK, &reversal]), "gone-on");
    let kept = accounts::reserve(ARTIST, contract, month("2025-12"), usd());
    desk.say(&[&REMARK, &corrects(kept, "5")]).unwrap();
    let mut log = Log { bodies: desk.past.all(), state: desk.state().clone() };
    log.close("2026-02");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("35"));
    assert_eq!(log.holds(AccountClass::RESERVE, contract), Amount::ZERO);
}

/// 1,000 were reported and 100 came. The rest is given up: no more becomes due for it.
#[test]
fn what_is_written_off_was_not_paid() {
    let mut log = Log::furnished();
    let contract = log.say(&Contract { pay_when: PayWhen::PAID, ..plain() });
    log.under(ISRC, contract);
    let source = log.streams(ISRC, 1, "1000");
    log.pays(source, "100");
    log.close("2026-03");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("100"));
    let remark = log.remark();
    let sides = vec![
        AdjustmentSide { account: accounts::written_off(0, usd()), amount: amount("900") },
        AdjustmentSide { account: accounts::receivable(source, usd()), amount: amount("-900") },
    ];
    log.say(&Adjustment { sides, reason: ReasonCode::WRITE_OFF, remark, evidence: None });
    log.close("2026-04");
    assert_eq!(log.holds(AccountClass::DUE, contract), amount("100"));
    assert_eq!(log.holds(AccountClass::EARNED, contract), amount("900"));
    assert_eq!(log.owed(AccountClass::RECEIVABLE, PartyId::NONE), Amount::ZERO);
}
