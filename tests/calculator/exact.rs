//! Exact numbers. An amount is a whole number of picos (10^-12 of a unit of its currency); what lies between two picos
//! is a fraction, until a rule says that it is rounded.

use ledger_spec::money::{Amount, Ratio, SourceAmount};
use num_rational::BigRational;

/// A fraction of two whole numbers of any size.
pub type Exact = BigRational;

/// A whole number.
pub fn whole(number: i128) -> Exact {
    Exact::from_integer(number.into())
}

/// A share, percentage or factor.
pub fn of(ratio: Ratio) -> Exact {
    Exact::new(ratio.numerator().into(), ratio.denominator().into())
}

/// An amount, in picos.
pub fn picos(amount: Amount) -> Exact {
    whole(amount.picos())
}

/// A number as a report wrote it, in its own unit: `mantissa / 10^scale`.
pub fn written(amount: SourceAmount) -> Exact {
    Exact::new(amount.mantissa().into(), 10i128.pow(amount.scale().into()).into())
}

/// Money as a report wrote it, in picos.
pub fn money(amount: SourceAmount) -> Exact {
    written(amount) * whole(10i128.pow(12))
}

/// The nearest whole number; from the middle between two, the even one (DESIGN section 4).
pub fn half_even(value: &Exact) -> i128 {
    let below = value.floor();
    let half = Exact::new(1.into(), 2.into());
    let rest = value - &below;
    let below = i128::try_from(below.to_integer()).unwrap();
    if rest > half || (rest == half && below % 2 != 0) { below + 1 } else { below }
}

/// `value`, but at least `low` and at most `high`.
pub fn between(low: i128, high: i128, value: i128) -> i128 {
    value.max(low).min(high)
}

/// Divides a total by weights: largest remainder, ties by declared order, negatives by magnitude; the parts sum to the
/// whole (DESIGN section 4).
pub fn divide(total: i128, weights: &[Exact]) -> Vec<i128> {
    let all: Exact = weights.iter().sum();
    let size = whole(total.abs());
    let quotas: Vec<Exact> = weights.iter().map(|weight| &size * weight / &all).collect();
    let mut parts: Vec<i128> = quotas.iter().map(|quota| i128::try_from(quota.floor().to_integer()).unwrap()).collect();
    let mut remainders: Vec<(usize, Exact)> = quotas.iter().map(|quota| quota - quota.floor()).enumerate().collect();
    remainders.sort_by(|(_, one), (_, other)| other.cmp(one));
    let left = total.abs() - parts.iter().sum::<i128>();
    for (place, _) in remainders.iter().take(usize::try_from(left).unwrap()) {
        parts[*place] += 1;
    }
    parts.into_iter().map(|part| part * total.signum()).collect()
}

/// Divides a total by shares of the whole. What they leave over takes part as one more share, last in order.
pub fn divide_by_shares(total: i128, shares: &[Exact]) -> (Vec<i128>, i128) {
    let mut weights = shares.to_vec();
    weights.push(whole(1) - shares.iter().sum::<Exact>());
    let mut parts = divide(total, &weights);
    let rest = parts.pop().unwrap();
    (parts, rest)
}
