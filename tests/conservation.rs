//! What goes in comes out: whatever the catalogue, terms and content, the parts of a rating sum to its money, refunds
//! mirror sales, and an independent slow calculation and the formulas shown to people come to the same amounts.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod royalty_support;

use std::collections::HashMap;

use cantus::royalty::*;
use ledger_spec::account::Account;
use ledger_spec::money::Amount;
use num_rational::Ratio;
use proptest::prelude::*;
use royalty_support::random::*;
use royalty_support::slow::{Exact, download_owes, exact};
use royalty_support::*;

fn content_of(units: i64, money: Amount) -> Content {
    Content { units, lines: 1, money, gross: Some(gross_of(money)) }
}

/// What was paid before a quarter was kept on the way.
fn gross_of(money: Amount) -> Amount {
    money.mul_ratio(ratio("4/3")).unwrap()
}

fn by_account(parts: &[Part]) -> HashMap<Account, Amount> {
    let mut sums = HashMap::new();
    for part in parts {
        let sum: &mut Amount = sums.entry(part.account).or_default();
        *sum = sum.try_add(part.amount).unwrap();
    }
    sums
}

fn units() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -5..50i64, 1 => any::<i64>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn parts_sum_to_the_money(books in any_books(), terms in any_terms(), units in units(), money in money(), whole: bool) {
        let (resource, release) = if whole { (0, RESOURCE) } else { (RESOURCE, 0) };
        let facts = CellFacts { resource, release, ..facts(&terms) };
        let sale = rate(&facts, &content_of(units, money), &books);
        prop_assert_eq!(total(&sale), money);
        prop_assert!(sale.parts.iter().all(|part| !part.amount.is_zero()));
        for part in &sale.parts {
            prop_assert!(!part.why.words().is_empty());
        }
    }

    #[test]
    fn refunds_mirror_sales(books in any_books(), terms in any_terms(), units in -50..50i64, money in money(), whole: bool) {
        let (resource, release) = if whole { (0, RESOURCE) } else { (RESOURCE, 0) };
        let facts = CellFacts { resource, release, ..facts(&terms) };
        let sale = rate(&facts, &content_of(units, money), &books);
        let refund = rate(&facts, &content_of(-units, -money), &books);
        let mirrored: Vec<_> = refund.parts.iter().map(|part| (part.account, -part.amount)).collect();
        prop_assert_eq!(sale.parts.iter().map(|part| (part.account, part.amount)).collect::<Vec<_>>(), mirrored);
    }

    #[test]
    fn exact_fractions_come_to_the_same(books in complete(), units in -5..50i64, money in money()) {
        let rating = rate(&facts(&download()), &content_of(units, money), &books);
        prop_assert_eq!(total(&rating), money);
        let found = by_account(&rating.parts);
        let expected = download_owes(&books, units, money, gross_of(money));
        // Half a pico for each rounding on the way to a part, and one for each largest remainder.
        let tolerance = Exact::from_integer(6);
        for (account, exactly) in &expected {
            let posted = exact(found.get(account).copied().unwrap_or_default());
            let off = (posted - exactly).max(exactly - posted);
            prop_assert!(off <= tolerance, "{account:?}: posted {posted}, exactly {exactly}");
        }
        prop_assert!(found.keys().all(|account| expected.contains_key(account)));
    }

    #[test]
    fn formulas_come_to_their_amounts(books in complete(), units in -5..50i64, money in money()) {
        let rating = rate(&facts(&download()), &content_of(units, money), &books);
        for part in &rating.parts {
            let formula = part.why.formula(part.amount);
            let (computed, shown) = formula::evaluate(&formula);
            prop_assert_eq!(shown * 10i128.pow(12), exact(part.amount));
            let off = (computed - shown).max(shown - computed);
            prop_assert!(off <= Ratio::new(6, 10i128.pow(12)), "{formula} {part:?}");
        }
    }
}
