//! Every money event posts the balanced double entry of the design's table of cases, or is refused with its reason.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::postings::{self, PostingError};
use cantus::royalty::*;
use ledger_spec::account::Account;
use ledger_spec::code::AccountClass;
use ledger_spec::code::*;
use ledger_spec::event::money::*;
use ledger_spec::hash::Hash;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::EventRef;
use royalty_support::*;

/// Account and amount of each posting, after checking that they balance.
fn sides(postings: &[Posting]) -> Vec<(Account, String)> {
    assert_eq!(Amount::try_sum(postings.iter().map(|side| side.amount)).unwrap(), Amount::ZERO);
    postings.iter().map(|side| (side.account, side.amount.to_string())).collect()
}

fn expect(postings: &[Posting], expected: &[(Account, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(account, amount)| (*account, (*amount).to_owned())).collect();
    assert_eq!(sides(postings), expected);
}

fn payment() -> PaymentReceived {
    PaymentReceived {
        payer: PUBLISHER,
        date: date("2026-03-15"),
        currency: usd(),
        bank: amount("95"),
        tax: amount("3"),
        fee: amount("1"),
        sources: vec![SourcePayment { source: EventRef::At(SOURCE), amount: amount("99") }],
    }
}

fn payout(sum: &str, tax: &str) -> PayoutInstructed {
    PayoutInstructed {
        party: ARTIST,
        contract: Some(EventRef::At(CONTRACT)),
        currency: usd(),
        amount: amount(sum),
        tax: amount(tax),
        date: date("2026-03-31"),
    }
}

const PAYOUT: u64 = 500;

fn due() -> Account {
    accounts::due(ARTIST, CONTRACT, usd())
}

fn in_transit() -> Account {
    accounts::in_transit(ARTIST, CONTRACT, PAYOUT, usd())
}

/// SPEC.md section 13: fields that do not apply are zero.
#[test]
fn each_account_has_the_fields_of_its_class() {
    let of = |class| Account::of(class, usd());
    let whose = |class| Account { party: ARTIST, contract: CONTRACT, ..of(class) };
    let waits = SuspenseReason::NO_SPLIT;
    assert_eq!(accounts::receivable(SOURCE, usd()), Account { origin: SOURCE, ..of(AccountClass::RECEIVABLE) });
    assert_eq!(
        accounts::suspense(SOURCE, waits, usd()),
        Account { origin: SOURCE, reason: waits, ..of(AccountClass::SUSPENSE) }
    );
    assert_eq!(accounts::earned(ARTIST, CONTRACT, usd()), whose(AccountClass::EARNED));
    assert_eq!(due(), whose(AccountClass::DUE));
    assert_eq!(in_transit(), Account { origin: PAYOUT, ..whose(AccountClass::IN_TRANSIT) });
    assert_eq!(accounts::tax_payable(ARTIST, usd()), Account { party: ARTIST, ..of(AccountClass::TAX_PAYABLE) });
    assert_eq!(accounts::commission(CONTRACT, usd()), Account { contract: CONTRACT, ..of(AccountClass::COMMISSION) });
    assert_eq!(accounts::bank(usd()), of(AccountClass::BANK));
    assert_eq!(accounts::tax_recoverable(usd()), of(AccountClass::TAX_RECOVERABLE));
    assert_eq!(accounts::fees(usd()), of(AccountClass::FEES));
    assert_eq!(accounts::rounding(usd()), of(AccountClass::ROUNDING));
    assert_eq!(accounts::opening(usd()), of(AccountClass::OPENING));
}

#[test]
fn a_payment_settles_what_came_and_what_was_kept_of_it() {
    let postings = postings::payment_received(&payment(), &[SOURCE]).unwrap();
    expect(
        &postings,
        &[
            (accounts::bank(usd()), "95"),
            (accounts::tax_recoverable(usd()), "3"),
            (accounts::fees(usd()), "1"),
            (accounts::receivable(SOURCE, usd()), "-99"),
        ],
    );
    assert_eq!(postings[3].why.words(), "settles what source 100 reported");
    // Of the 100 that the source reported, 1 stays open.
    let reported = amount("100").try_add(postings[3].amount).unwrap();
    assert_eq!(reported, amount("1"));
}

#[test]
fn a_payment_must_be_allocated_whole() {
    let short = PaymentReceived { fee: amount("2"), ..payment() };
    assert_eq!(
        postings::payment_received(&short, &[SOURCE]),
        Err(PostingError::PaymentDiffers { received: amount("100"), settled: amount("99") })
    );
    assert!(postings::payment_received(&payment(), &[]).is_err());
}

#[test]
fn a_payout_leaves_what_is_due_and_is_in_transit_until_the_bank_answers() {
    let event = payout("100.00", "30.00");
    let instructed = postings::payout_instructed(PAYOUT, CONTRACT, &event).unwrap();
    expect(&instructed, &[(due(), "100"), (in_transit(), "-70"), (accounts::tax_payable(ARTIST, usd()), "-30")]);
    let settled = postings::payout_settled(PAYOUT, CONTRACT, &event).unwrap();
    expect(&settled, &[(in_transit(), "70"), (accounts::bank(usd()), "-70")]);
    let failed = postings::payout_failed(PAYOUT, CONTRACT, &event, ReasonCode::BANK_REFUSED).unwrap();
    expect(&failed, &[(due(), "-100"), (in_transit(), "70"), (accounts::tax_payable(ARTIST, usd()), "30")]);
    assert_eq!(failed[0].why.words(), "payout 500 failed: bank-refused");
}

#[test]
fn a_payout_that_no_bank_can_pay_is_refused() {
    let refused = |event: PayoutInstructed| postings::payout_instructed(PAYOUT, CONTRACT, &event).unwrap_err();
    assert_eq!(refused(payout("0", "0")), PostingError::NothingPaid(Amount::ZERO));
    assert_eq!(refused(payout("-5", "0")), PostingError::NothingPaid(amount("-5")));
    assert_eq!(refused(payout("5", "6")), PostingError::Tax { tax: amount("6"), amount: amount("5") });
    assert_eq!(refused(payout("5", "-1")), PostingError::Tax { tax: amount("-1"), amount: amount("5") });
    let half_a_cent = PostingError::NotWhole { amount: amount("0.005"), currency: usd(), decimals: 2 };
    assert_eq!(refused(payout("0.005", "0")), half_a_cent);
    assert_eq!(refused(payout("1", "0.005")), half_a_cent);
    let gold: Currency = "XAU".parse().unwrap();
    assert_eq!(refused(PayoutInstructed { currency: gold, ..payout("1", "0") }), PostingError::NotPayable(gold));
    let yen: Currency = "JPY".parse().unwrap();
    assert!(postings::payout_instructed(PAYOUT, 0, &PayoutInstructed { currency: yen, ..payout("1", "0") }).is_ok());
}

#[test]
fn an_opening_balance_stands_against_opening() {
    let event = |sum| OpeningBalance {
        party: ARTIST,
        contract: Some(EventRef::At(CONTRACT)),
        as_of: date("2025-12-31"),
        amount: amount(sum),
        currency: usd(),
        evidence: Hash([0; 32]),
        class: AccountClass::DUE,
        origin: None,
    };
    expect(
        &postings::opening_balance(7, CONTRACT, &event("12.34")),
        &[(accounts::opening(usd()), "12.34"), (due(), "-12.34")],
    );
    expect(&postings::opening_balance(7, CONTRACT, &event("-5")), &[(accounts::opening(usd()), "-5"), (due(), "5")]);
}

#[test]
fn an_adjustment_must_balance_in_each_currency() {
    let side = |account, sum| AdjustmentSide { account, amount: amount(sum) };
    let adjustment = |sides| Adjustment { sides, reason: ReasonCode::AUDIT, remark: EventRef::Here(0), evidence: None };
    let postings = postings::adjustment(&adjustment(vec![side(due(), "1.5"), side(accounts::fees(usd()), "-1.5")]));
    expect(&postings.unwrap(), &[(due(), "1.5"), (accounts::fees(usd()), "-1.5")]);

    let euros = "EUR".parse().unwrap();
    let crossed = adjustment(vec![side(due(), "1.5"), side(accounts::fees(euros), "-1.5")]);
    let sum = amount("1.5");
    assert_eq!(postings::adjustment(&crossed), Err(PostingError::Unbalanced { currency: usd(), sum }));
}

#[test]
fn what_is_reversed_is_taken_back_side_by_side() {
    let postings = postings::payment_received(&payment(), &[SOURCE]).unwrap();
    let back = postings::reversed(&postings, 7, ReasonCode::DUPLICATE);
    let negated: Vec<_> = postings.iter().map(|side| (side.account, (-side.amount).to_string())).collect();
    assert_eq!(sides(&back), negated);
    assert_eq!(back[0].why.words(), "takes back event 7: duplicate");
}

#[test]
fn a_closed_source_posts_what_rounding_line_by_line_left_over() {
    let residue = amount("-0.000000000003");
    expect(
        &postings::source_closed(SOURCE, usd(), residue),
        &[(accounts::receivable(SOURCE, usd()), "-0.000000000003"), (accounts::rounding(usd()), "0.000000000003")],
    );
    assert_eq!(postings::source_closed(SOURCE, usd(), Amount::ZERO), []);
}
