//! Evaluates the formulas that are shown to people, with exact fractions.

use num_rational::Ratio;

type Exact = Ratio<i128>;

/// The value of the left side of `left = right`, and the right side.
pub fn evaluate(formula: &str) -> (Exact, Exact) {
    let (left, right) = formula.rsplit_once(" = ").unwrap_or((formula, formula));
    let spaced = left.replace('(', "( ").replace(')', " )");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.as_slice();
    let value = difference(&mut words);
    assert!(words.is_empty(), "{words:?} is left of {formula:?}");
    (value, number(right))
}

fn difference(words: &mut &[&str]) -> Exact {
    let mut value = product(words);
    loop {
        if take(words, "-") {
            value -= product(words);
        } else if take(words, "+") {
            value += product(words);
        } else {
            return value;
        }
    }
}

fn product(words: &mut &[&str]) -> Exact {
    let mut value = factor(words);
    while take(words, "x") {
        value *= factor(words);
    }
    value
}

fn factor(words: &mut &[&str]) -> Exact {
    if take(words, "(") {
        let value = difference(words);
        assert!(take(words, ")"), "an open bracket");
        return value;
    }
    let (first, rest) = words.split_first().unwrap();
    *words = rest;
    let value = number(first);
    for unit in ["unit", "units", "minute", "minutes"] {
        take(words, unit);
    }
    if take(words, "%") { value / 100 } else { value }
}

fn take(words: &mut &[&str], wanted: &str) -> bool {
    let found = words.first() == Some(&wanted);
    if found {
        *words = &words[1..];
    }
    found
}

/// `-12.5` or `2/3`.
fn number(text: &str) -> Exact {
    if let Some((above, below)) = text.split_once('/') {
        return Exact::new(above.parse().unwrap(), below.parse().unwrap());
    }
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    Exact::new(text.replace('.', "").parse().unwrap(), 10i128.pow(decimals as u32))
}
