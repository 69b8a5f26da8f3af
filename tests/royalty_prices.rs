//! A royalty of the price: `price x rate x factors`. The party earns it whatever came in, what is left of its part of
//! the net is the operator's, and where the price is not known the money waits.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use cantus::royalty::*;
use ledger_spec::code::*;
use ledger_spec::event::catalogue::{Royalty, RoyaltyFactor};
use ledger_spec::event::usage::Terms;
use ledger_spec::reference::Territory;
use royalty_support::*;

/// The cover's books, with the artist paid by this royalty.
fn books(royalty: &'static Royalty) -> Books {
    let mut books = cover();
    books.contracts.get_mut(&CONTRACT).unwrap().royalty = royalty;
    books
}

/// Rates a cell whose lines give their gross, and checks that the parts sum to the money.
fn with_gross(books: &Books, terms: &Terms, units: i64, money: &str, gross: &str) -> Rating {
    let content = Content { gross: Some(amount(gross)), ..content(units, money) };
    let rating = rate(&facts(terms), &content, books);
    assert_eq!(total(&rating), amount(money), "{rating:?}");
    rating
}

fn artist(rating: &Rating) -> (String, String) {
    (earned(rating, ARTIST), commission(rating))
}

fn dealer_price() -> Terms {
    Terms { basis: Basis::DEALER_PRICE, use_type: UseType::PHYSICAL, configuration: Configuration::CD, ..download() }
}

/// 1,000 albums at 8.00 to dealers, 14 % less a quarter for packaging, 85 % of the rate abroad: no mechanical due.
#[test]
fn a_royalty_is_price_times_rate_times_factors() {
    let factors = [
        RoyaltyFactor { configurations: vec![Configuration::CD], ..factor(FactorKind::PACKAGING, "75%") },
        RoyaltyFactor { territories: vec![EUROPE], ..factor(FactorKind::TERRITORY, "85%") },
    ];
    let mut books = books(of_price(PriceBase::DEALER_PRICE, "14%", &factors));
    books.mechanicals = vec![mechanical_row(Territory::WORLD, UseType::PHYSICAL, MechanicalPayer::NOT_DUE)];
    let abroad = Terms { territory: FRANCE, ..dealer_price() };
    let rating = with_gross(&books, &abroad, 1000, "5600", "8000");
    assert_eq!(artist(&rating), ("714".into(), "4886".into()));
    let earned = accounts::earned(ARTIST, CONTRACT, usd());
    assert_eq!(formula(&rating, earned), "8000 x 14 % x 75 % x 85 % = 714");
    assert_eq!(
        rating.parts[0].why.words(),
        "royalty of the dealer price, by split 30 under contract 40, packaging 75 %, territory 85 %"
    );
    let kept = accounts::commission(CONTRACT, usd());
    assert_eq!(formula(&rating, kept), "5600 - 714 = 4886");
    assert_eq!(
        rating.parts[1].why.words(),
        "what the royalty of contract 40 leaves of its part of the recording's net"
    );
    // At home, and of a download, factors of elsewhere and of a form do not count.
    let rating = with_gross(&books, &dealer_price(), 1000, "5600", "8000");
    assert_eq!(formula(&rating, earned), "8000 x 14 % x 75 % = 840");
    let vinyl = Terms { configuration: Configuration::VINYL, ..dealer_price() };
    assert_eq!(formula(&with_gross(&books, &vinyl, 1000, "5600", "8000"), earned), "8000 x 14 % = 1120");
}

#[test]
fn of_the_factors_of_one_kind_the_first_that_applies_counts() {
    let tier = |tier, rate| RoyaltyFactor { tiers: vec![tier], ..factor(FactorKind::PRICE_TIER, rate) };
    let factors = [
        tier(PriceTier::MID, "3/4"),
        tier(PriceTier::BUDGET, "1/2"),
        factor(FactorKind::PRICE_TIER, "9/10"),
        RoyaltyFactor { channels: vec![Channel::MOBILE], ..factor(FactorKind::FREE_GOODS, "85%") },
        RoyaltyFactor { uses: vec![UseType::DOWNLOAD], ..factor(FactorKind::FREE_GOODS, "90%") },
    ];
    let mut books = books(of_price(PriceBase::NET, "10%", &factors));
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    let earned_by = |terms: Terms| earned(&rated(&books, &terms, 1, "100"), ARTIST);
    assert_eq!(earned_by(Terms { tier: PriceTier::MID, ..download() }), "6.75");
    assert_eq!(earned_by(Terms { tier: PriceTier::BUDGET, ..download() }), "4.5");
    assert_eq!(earned_by(download()), "8.1");
    assert_eq!(earned_by(Terms { channel: Channel::MOBILE, ..download() }), "7.65");
    assert_eq!(earned_by(Terms { use_type: UseType::INTERACTIVE_STREAM, ..download() }), "9");
}

/// Mechanicals are paid beside a royalty of the price: they are the operator's, even above the net.
#[test]
fn mechanicals_do_not_make_a_royalty_of_the_price_less() {
    let mut books = books(of_price(PriceBase::GROSS, "20%", &[]));
    for excess in [ExcessBearer::ARTIST, ExcessBearer::OPERATOR] {
        books.contracts.get_mut(&CONTRACT).unwrap().excess = excess;
        let rating = with_gross(&books, &download(), 1, "0.70", "1.00");
        assert_eq!(artist(&rating), ("0.2".into(), "0.369".into()));
        assert_eq!(earned(&rating, PUBLISHER), "0.0655");
        assert_eq!(formula(&rating, accounts::commission(CONTRACT, usd())), "(0.7 - 0.131) - 0.2 = 0.369");
        // A copy given away, at a price: what came in does not matter.
        let rating = with_gross(&books, &download(), 1, "0", "1.00");
        assert_eq!(artist(&rating), ("0.2".into(), "-0.331".into()));
    }
    // So the writer who is alone paid for the recording is owed the mechanical too, not only a part of the price.
    books.shares.insert(WORK, vec![share(SHARE, ARTIST, "1")]);
    books.claims.insert(WORK, vec![claimed(ARTIST, "1")]);
    let rating = with_gross(&books, &download(), 1, "0.70", "1.00");
    assert_eq!(of(&rating, accounts::earned(ARTIST, 0, usd())), "0.131");
}

#[test]
fn refunds_take_back_what_sales_earned() {
    let books = books(of_price(PriceBase::GROSS, "1/3", &[factor(FactorKind::PACKAGING, "3/4")]));
    let sale = with_gross(&books, &download(), 3, "2.10", "2.99");
    let refund = with_gross(&books, &download(), -3, "-2.10", "-2.99");
    let mirrored: Vec<_> = refund.parts.iter().map(|part| (part.account, -part.amount)).collect();
    assert_eq!(sale.parts.iter().map(|part| (part.account, part.amount)).collect::<Vec<_>>(), mirrored);
    assert_eq!(earned(&sale, ARTIST), "0.7475");
}

/// Each payee's royalty is of its own part of the price, below what comes off the top.
#[test]
fn a_royalty_is_of_the_payees_part_of_the_price() {
    let mut books = books(of_price(PriceBase::GROSS, "20%", &[]));
    books.mechanicals[0].row.payer = MechanicalPayer::NOT_DUE;
    let payee = |party, contract, share, off_the_top| Payee { party, contract, share: ratio(share), off_the_top };
    let payees = vec![payee(SECOND_ARTIST, 0, "10%", true), payee(ARTIST, CONTRACT, "1/2", false)];
    books.splits.insert(RECORDING, payees);
    let rating = with_gross(&books, &download(), 100, "70", "100");
    assert_eq!(artist(&rating), ("9".into(), "22.5".into()));
    assert_eq!(earned(&rating, SECOND_ARTIST), "7");
    assert_eq!(waiting(&rating, SuspenseReason::NO_SPLIT), "31.5");
    assert_eq!(formula(&rating, accounts::earned(ARTIST, CONTRACT, usd())), "100 x (1 - 10 %) x 1/2 x 20 % = 9");
}

#[test]
fn without_the_price_the_payees_part_waits_and_says_what_is_missing() {
    for (base, basis, gross, gap) in [
        (PriceBase::GROSS, Basis::NET, false, Gap::NoGross),
        (PriceBase::GROSS, Basis::DEALER_PRICE, true, Gap::DealerPriceOnly),
        (PriceBase::DEALER_PRICE, Basis::DEALER_PRICE, false, Gap::NoGross),
        (PriceBase::DEALER_PRICE, Basis::GROSS, true, Gap::NoDealerPrice),
    ] {
        let mut books = books(of_price(base, "20%", &[]));
        let half = |party, contract| Payee { party, contract, share: ratio("1/2"), off_the_top: false };
        books.splits.insert(RECORDING, vec![half(ARTIST, CONTRACT), half(SECOND_ARTIST, 0)]);
        let terms = Terms { basis, ..download() };
        let content = Content { gross: gross.then(|| amount("1")), ..content(1, "0.70") };
        let rating = rate(&facts(&terms), &content, &books);
        assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.2845", "{gap:?}");
        assert_eq!(earned(&rating, SECOND_ARTIST), "0.2845", "nobody else waits for it");
        assert!(rating.parts.iter().any(|part| part.why == Why::NoPrice { contract: CONTRACT, gap }), "{gap:?}");
    }
    // What came in is always known.
    assert_eq!(earned(&rated(&books(of_price(PriceBase::NET, "20%", &[])), &download(), 1, "0.70"), ARTIST), "0.14");
}

#[test]
fn codes_from_the_future_and_numbers_beyond_reason_wait() {
    for royalty in
        [of_price(PriceBase(99), "20%", &[]), of_price(PriceBase::NET, "20%", &[factor(FactorKind(99), "1/2")])]
    {
        assert_eq!(waiting(&rated(&books(royalty), &download(), 1, "0.70"), SuspenseReason::NO_RATE), "0.569");
    }
    let books = books(of_price(PriceBase::GROSS, "100%", &[]));
    // 10^11 units: the same bound as for mechanicals.
    let rating = with_gross(&books, &download(), 1, "0.70", "100000000001");
    assert_eq!(waiting(&rating, SuspenseReason::NO_RATE), "0.7");
    assert_eq!(earned(&with_gross(&books, &download(), 1, "0.70", "100000000000"), ARTIST), "100000000000");
}
