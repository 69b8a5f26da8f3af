//! Parts of a split that come off the top are paid first; the others share what these leave, and nothing is lost or
//! paid twice.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::reference::PartyId;
use royalty_support::random::AGENT;
use royalty_support::*;

fn top(party: PartyId, share: &str) -> Payee {
    Payee { party, contract: 0, share: ratio(share), off_the_top: true }
}

fn below(party: PartyId, share: &str) -> Payee {
    Payee { off_the_top: false, ..top(party, share) }
}

/// Two artists share what a producer's three per cent leave.
#[test]
fn a_producer_is_paid_off_the_top_and_the_others_share_the_rest() {
    let mut books = cover();
    books.splits.insert(RECORDING, vec![below(SECOND_ARTIST, "1/2"), top(AGENT, "3%"), below(SECOND_PUBLISHER, "1/2")]);
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    let rating = rated(&books, &download(), 1, "100");
    let paid = |party| of(&rating, accounts::earned(party, 0, usd()));
    assert_eq!((paid(AGENT).as_str(), paid(SECOND_ARTIST).as_str()), ("3", "48.5"));
    assert_eq!(paid(SECOND_PUBLISHER), "48.5");
    let formula = |party| formula(&rating, accounts::earned(party, 0, usd()));
    assert_eq!(formula(AGENT), "100 x 3/100 = 3");
    assert_eq!(formula(SECOND_ARTIST), "100 x (1 - 3 %) x 1/2 = 48.5");
    // Refunds mirror sales.
    let refunded = rated(&books, &download(), -1, "-100");
    assert_eq!(of(&refunded, accounts::earned(AGENT, 0, usd())), "-3");
}

/// The commission before mechanicals, and the mechanicals, are of each party's part.
#[test]
fn commission_and_mechanicals_are_of_the_part_below_the_top() {
    let mut books = cover();
    books.contracts.get_mut(&CONTRACT).unwrap().commission_base = CommissionBase::BEFORE_MECHANICALS;
    let artist = Payee { contract: CONTRACT, ..below(ARTIST, "1") };
    books.splits.insert(RECORDING, vec![top(AGENT, "20%"), artist]);
    let rating = rated(&books, &download(), 1, "0.70");
    // (0.7 - 0.131) x 20 %, and of the other four fifths: 0.7 x 80 % less its tenth, less the mechanicals.
    assert_eq!(of(&rating, accounts::earned(AGENT, 0, usd())), "0.1138");
    assert_eq!(commission(&rating), "0.056");
    assert_eq!(earned(&rating, ARTIST), "0.3992");
    let artist = accounts::earned(ARTIST, CONTRACT, usd());
    assert_eq!(formula(&rating, artist), "(0.7 x (1 - 10 %) - 0.131) x (1 - 20 %) = 0.3992");
}

#[test]
fn what_the_parts_below_the_top_leave_over_waits() {
    let mut books = cover();
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    books.splits.insert(RECORDING, vec![top(AGENT, "1/4"), below(SECOND_ARTIST, "2/3")]);
    let rating = rated(&books, &download(), 1, "4");
    assert_eq!(of(&rating, accounts::earned(SECOND_ARTIST, 0, usd())), "2");
    assert_eq!(waiting(&rating, SuspenseReason::NO_SPLIT), "1");
    let waits = accounts::suspense(SOURCE, SuspenseReason::NO_SPLIT, usd());
    assert_eq!(formula(&rating, waits), "4 x (1 - 25 %) x 1/3 = 1");
    // The whole may come off the top: nothing is left, and nothing waits.
    books.splits.insert(RECORDING, vec![top(AGENT, "1"), below(SECOND_ARTIST, "1")]);
    let rating = rated(&books, &download(), 1, "4");
    assert_eq!((of(&rating, accounts::earned(AGENT, 0, usd())).as_str(), rating.parts.len()), ("4", 1));
}

/// Largest remainder in each of the two steps, in declared order: the residue never leaves the cell.
#[test]
fn the_last_trillionth_goes_by_largest_remainder_in_each_step() {
    let mut books = cover();
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    let payees = vec![top(AGENT, "1/3"), below(SECOND_ARTIST, "1/2"), below(SECOND_PUBLISHER, "1/2")];
    books.splits.insert(RECORDING, payees);
    let rating = rated(&books, &download(), 1, "0.000000000011");
    let paid = |party| of(&rating, accounts::earned(party, 0, usd()));
    assert_eq!(paid(AGENT), "0.000000000004");
    assert_eq!(paid(SECOND_ARTIST), "0.000000000004");
    assert_eq!(paid(SECOND_PUBLISHER), "0.000000000003");
}

/// Two groups above the whole each: no rounding pays it, it waits.
#[test]
fn parts_above_the_whole_wait() {
    let mut books = cover();
    for payees in [
        vec![top(AGENT, "2/3"), top(SECOND_ARTIST, "1/2")],
        vec![top(AGENT, "1/10"), below(SECOND_ARTIST, "2/3"), below(SECOND_PUBLISHER, "2/3")],
    ] {
        books.splits.insert(RECORDING, payees);
        let rating = rated(&books, &download(), 1, "4");
        assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "4");
    }
}
