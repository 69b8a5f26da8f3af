//! Money goes by basis, recording, contract and split as the design's table of cases says, to the last digit; what
//! cannot be attributed waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::licensing::LicenceRate;
use ledger_spec::event::usage::{LineMoney, Terms};
use ledger_spec::money::{Amount, ExactSum, Ratio};
use royalty_support::*;

/// Design section 4, first case.
#[test]
fn a_download_of_a_cover_pays_publishers_operator_and_artist() {
    let rating = rated(&cover(), &download(), 1, "0.70");
    assert_eq!(earned(&rating, PUBLISHER), "0.0655");
    assert_eq!(earned(&rating, SECOND_PUBLISHER), "0.0655");
    assert_eq!(commission(&rating), "0.0569");
    assert_eq!(earned(&rating, ARTIST), "0.5121");
    assert_eq!(rating.parts.len(), 4);

    let formula = |account| formula(&rating, account);
    assert_eq!(formula(accounts::earned(PUBLISHER, 0, usd())), "0.131 x 1 unit x 1/2 = 0.0655");
    assert_eq!(formula(accounts::earned(ARTIST, CONTRACT, usd())), "(0.7 - 0.131) x (1 - 10 %) = 0.5121");
    assert_eq!(formula(accounts::commission(CONTRACT, usd())), "(0.7 - 0.131) x 10 % = 0.0569");
    assert_eq!(
        rating.parts[0].why.words(),
        "mechanical of work 20 for the holder of share 60: at the statutory rate of table 3, by licence 50; \
         used by match 25, passed through to us by rule 4"
    );

    let credited = Amount::try_sum(rating.parts.iter().map(|part| part.amount)).unwrap();
    assert_eq!(credited, amount("0.70"), "the receivable's side");
}

/// Design section 4, second case.
#[test]
fn an_unknown_recording_waits_whole_and_an_unknown_work_with_its_mechanical_only() {
    let mut books = cover();
    books.works.clear();
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::UNMATCHED_WORK), "0.131");
    assert_eq!(earned(&rating, ARTIST), "0.5121");

    books.tables.clear();
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::UNMATCHED_WORK), "0.7");

    books.recordings.clear();
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::UNMATCHED_RECORDING), "0.7");
}

#[test]
fn a_stream_paid_at_source_docks_no_artist() {
    let terms = Terms { use_type: UseType::INTERACTIVE_STREAM, ..download() };
    let rating = rated(&cover(), &terms, 1000, "4.00");
    assert_eq!((earned(&rating, ARTIST).as_str(), commission(&rating).as_str()), ("3.6", "0.4"));
    assert_eq!(rating.notes, [Why::PaidAtSource { rule: RULE }]);
    assert_eq!(formula(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "4 x (1 - 10 %) = 3.6");
}

#[test]
fn commission_is_taken_before_or_after_mechanicals() {
    let mut books = cover();
    books.contracts.get_mut(&CONTRACT).unwrap().commission_base = CommissionBase::BEFORE_MECHANICALS;
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("0.07", "0.499"));
    assert_eq!(formula(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "(0.7 x (1 - 10 %) - 0.131) = 0.499");
}

#[test]
fn the_contract_says_who_bears_a_mechanical_above_the_net() {
    let mut books = cover();
    let rating = rated(&books, &download(), 1, "0.05");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("0", "-0.081"));
    assert_eq!(formula(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "(0.05 - 0.131) = -0.081");

    books.contracts.get_mut(&CONTRACT).unwrap().excess = ExcessBearer::OPERATOR;
    let rating = rated(&books, &download(), 1, "0.05");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("-0.081", "0"));
    // Nothing at all was paid for a promotional copy: the publishers are owed all the same.
    let rating = rated(&books, &download(), 1, "0");
    assert_eq!((commission(&rating).as_str(), earned(&rating, PUBLISHER).as_str()), ("-0.131", "0.0655"));
    // Within the net, the operator bears nothing.
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("0.0569", "0.5121"));
}

#[test]
fn new_sales_beside_a_larger_refund_are_the_excess_of_whoever_bears_it() {
    let mut books = cover();
    let rating = rated(&books, &download(), 1, "-0.70");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("-0.07", "-0.761"));
    let formula_of = |rating: &Rating, account| formula(rating, account);
    assert_eq!(formula_of(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "(-0.7 x (1 - 10 %) - 0.131) = -0.761");
    books.contracts.get_mut(&CONTRACT).unwrap().excess = ExcessBearer::OPERATOR;
    let rating = rated(&books, &download(), 1, "-0.70");
    assert_eq!((commission(&rating).as_str(), earned(&rating, ARTIST).as_str()), ("-0.201", "-0.63"));
    assert_eq!(formula_of(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "-0.7 x (1 - 10 %) = -0.63");
}

#[test]
fn the_net_goes_by_split_and_its_rest_waits() {
    let mut books = cover();
    let payee = |party, share| Payee { party, contract: 0, share: ratio(share), off_the_top: false };
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    // Largest remainder, ties to the one declared first.
    books.splits.insert(RECORDING, vec![payee(PUBLISHER, "1/3"), payee(SECOND_ARTIST, "1/3")]);
    let rating = rated(&books, &download(), 1, "1");
    assert_eq!(earned(&rating, PUBLISHER), "0.333333333334");
    assert_eq!(earned(&rating, SECOND_ARTIST), "0.333333333333");
    assert_eq!(waiting(&rating, SuspenseReason::NO_SPLIT), "0.333333333333");
    books.splits.clear();
    assert_eq!(waiting(&rated(&books, &download(), 1, "1"), SuspenseReason::NO_SPLIT), "1");
}

#[test]
fn a_contract_without_terms_for_the_day_holds_its_part_only() {
    let mut books = cover();
    let half = |party, contract| Payee { party, contract, share: ratio("1/2"), off_the_top: false };
    books.splits.insert(RECORDING, vec![half(ARTIST, CONTRACT), half(SECOND_ARTIST, CONTRACT + 1)]);
    let rating = rated(&books, &download(), 1, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.2845");
    assert_eq!(earned(&rating, ARTIST), "0.25605");
    // So does a code from the future.
    books.contracts.get_mut(&CONTRACT).unwrap().commission_base = CommissionBase(99);
    assert_eq!(waiting(&rated(&books, &download(), 1, "0.70"), SuspenseReason::NO_RATE), "0.569");
}

#[test]
fn a_share_already_applied_is_not_applied_again() {
    let terms = Terms { flags: UsageFlags::SHARE_APPLIED, share_applied: ratio("1/2"), ..download() };
    let mut books = cover();
    // Half of the money came, so half of the mechanical is owed from it.
    let rating = rated(&books, &terms, 1, "0.35");
    assert_eq!(earned(&rating, PUBLISHER), "0.03275");
    assert_eq!(earned(&rating, ARTIST), "0.25605");
    let price = LicenceRate::PerUnit { amount: amount("0.10"), currency: usd() };
    books.licences.insert(WORK, vec![licence(LICENCE, price)]);
    assert_eq!(earned(&rated(&books, &terms, 1, "0.35"), PUBLISHER), "0.025");
    books.licences.insert(WORK, vec![licence(LICENCE, statutory("1"))]);
    // One payee: the money is that payee's, whatever the split gives it.
    books.splits.get_mut(&RECORDING).unwrap()[0].share = ratio("1/2");
    assert_eq!(earned(&rated(&books, &terms, 1, "0.35"), ARTIST), "0.25605");
    // Several: nobody can say whose.
    let half = |party| Payee { party, contract: 0, share: ratio("1/2"), off_the_top: false };
    books.splits.insert(RECORDING, vec![half(SECOND_ARTIST), half(SECOND_PUBLISHER)]);
    assert_eq!(waiting(&rated(&books, &terms, 1, "0.35"), SuspenseReason::NO_SPLIT), "0.2845");
    // The whole applied is nothing applied.
    let whole = Terms { share_applied: Ratio::ONE, ..terms };
    assert_eq!(earned(&rated(&books, &whole, 1, "0.70"), SECOND_ARTIST), "0.2845");
}

#[test]
fn a_release_sold_whole_is_paid_by_its_tracks() {
    let mut books = cover();
    let track = |recording, weight| Track { recording, weight, seconds: Some(200) };
    books.releases.insert(7, (70, vec![track(RECORDING, 3), track(11, 1)]));
    let terms = download();
    let facts = CellFacts { resource: 0, release: 7, ..facts(&terms) };
    let rating = rate(&facts, &content(1, "4"), &books);
    assert_eq!(total(&rating), amount("4"));
    // (3 - 0.131) x 0.9; of the other track no work and no split are known.
    assert_eq!(earned(&rating, ARTIST), "2.5821");
    assert_eq!(waiting(&rating, SuspenseReason::UNMATCHED_WORK), "0.131");
    assert_eq!(waiting(&rating, SuspenseReason::NO_SPLIT), "0.869");
    assert!(rating.notes.contains(&Why::Track { release: 70, recording: RECORDING, weight: 3, money: amount("3") }));

    books.releases.insert(7, (70, vec![]));
    assert_eq!(waiting(&rate(&facts, &content(1, "4"), &books), SuspenseReason::UNMATCHED_RECORDING), "4");
}

#[test]
fn a_computed_royalty_goes_to_the_party_it_names() {
    let terms = Terms { basis: Basis::COMPUTED, ..download() };
    let mut books = cover();
    for number in [0, 2] {
        books.controllers.insert(number, Controller { party: PUBLISHER, by: 5 });
    }
    let named = |controller| {
        let facts = CellFacts { controller, ..facts(&terms) };
        rate(&facts, &content(0, "125.23"), &books)
    };
    assert_eq!(earned(&named(2), PUBLISHER), "125.23");
    assert_eq!(named(2).parts[0].why, Why::Computed { by: 5 });
    for unknown in [0, 3] {
        assert_eq!(waiting(&named(unknown), SuspenseReason::UNKNOWN_CONTROLLER), "125.23");
    }
}

#[test]
fn usage_without_money_of_its_own_posts_nothing() {
    let terms = Terms { basis: Basis::NONE, ..download() };
    assert_eq!(rated(&cover(), &terms, 1000, "0"), Rating::default());
    // Money with a basis that only a later version knows is not lost.
    let terms = Terms { basis: Basis(99), ..download() };
    assert_eq!(waiting(&rated(&cover(), &terms, 1, "0.70"), SuspenseReason::NO_RATE), "0.7");
}

#[test]
fn each_reported_sum_is_posted_once() {
    let some = |text: &str| Some(text.parse().unwrap());
    let posted = |basis, money: &LineMoney| posted_sum(basis, money).unwrap();
    let exact =
        |text: &str| Some(ExactSum::from(text.parse().map(|amount: ledger_spec::money::SourceAmount| amount).unwrap()));
    let full = LineMoney { gross: some("1.00"), fee: some("0.15"), net: some("0.80"), ..LineMoney::default() };
    assert_eq!(posted(Basis::NET, &full), exact("0.80"));
    assert_eq!(posted(Basis::GROSS, &full), exact("0.80"));
    assert_eq!(posted(Basis::NONE, &full), None);
    // The distributor's figures of royaltyappv4's fixture: gross less 15 % is net, to all its decimals.
    let gross = LineMoney { gross: some("0.012863765233"), fee: some("0.00192956478495"), ..LineMoney::default() };
    assert_eq!(posted(Basis::GROSS, &gross), exact("0.01093420044805"));
    let kept =
        LineMoney { tax: some("0.1"), mechanicals: some("0.2"), recouped: some("0.3"), gross: some("1"), ..full };
    assert_eq!(posted(Basis::DEALER_PRICE, &LineMoney { net: None, fee: None, ..kept }), exact("0.4"));
    assert_eq!(posted(Basis::GROSS, &LineMoney::default()), None);
}

#[test]
fn numbers_that_no_amount_can_hold_wait_instead_of_stopping_the_ledger() {
    let rating = rated(&cover(), &download(), i64::MAX, "0.70");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7");
    assert_eq!(rating.parts[0].why, Why::OutOfRange);
}
