//! Every statement foots: opening, lines and moves come to closing in the numbers that are printed, as text, as CSV and
//! as JSON, for every party, contract and currency; and so does what is kept back beside it.

#![allow(clippy::unwrap_used)]

mod books_support;
mod cli_support;
mod statement_support;

use std::collections::BTreeMap;

use cli_support::Home;
use ledger_spec::money::Amount;
use statement_support::{PARTIES, PERIODS, eventful};

/// What a column comes to, and what stands below it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Column {
    sum: i128,
    closing: Option<i128>,
}

/// Columns by what they are of. The name of a row says which column it is in.
#[derive(Default)]
struct Columns(BTreeMap<String, Column>);

impl Columns {
    fn add(&mut self, of: &str, row: &str, amount: &str) {
        let place = row.trim_start_matches("reserve-");
        if !["opening", "line", "move", "rounding", "closing"].contains(&place) {
            return;
        }
        let picos = amount.parse::<Amount>().unwrap_or_else(|_| panic!("{amount} of {of}")).picos();
        let of = if place == row { of.to_owned() } else { format!("{of} reserve") };
        let column = self.0.entry(of).or_default();
        match place {
            "closing" => assert_eq!(column.closing.replace(picos), None, "one closing"),
            _ => column.sum += picos,
        }
    }

    /// How many columns there are, once each is seen to foot.
    fn foot(self) -> usize {
        for (of, Column { sum, closing }) in &self.0 {
            assert_eq!(Some(*sum), *closing, "{of}");
        }
        self.0.len()
    }
}

fn json(home: &Home, party: &str, period: &str) -> usize {
    let (mut columns, mut parts) = (Columns::default(), Columns::default());
    for row in home.json(&["statement", party, period]) {
        let text = |field: &str| row[field].as_str().unwrap();
        let of = [text("statement"), text("contract"), text("currency")].join(" ");
        columns.add(&of, text("row"), text("amount"));
        // What is not paid, and what is to recoup, takes closing apart.
        match text("row") {
            "closing" => {
                parts.add(&of, "closing", text("amount"));
                parts.add(&of, "line", text("unrecouped"));
            }
            "held" if ["due", "earned"].contains(&text("class")) => parts.add(&of, "line", text("amount")),
            _ => {}
        }
    }
    parts.foot();
    columns.foot()
}

fn csv(home: &Home, party: &str, period: &str) -> usize {
    let mut columns = Columns::default();
    let text = home.ok(&["statement", party, period, "--csv"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    for record in reader.records().map(Result::unwrap) {
        let cell = |name: &str| record.get(names.iter().position(|known| known == name).unwrap()).unwrap();
        columns.add(&[cell("statement"), cell("contract"), cell("currency")].join(" "), cell("row"), cell("amount"));
    }
    columns.foot()
}

/// In the text, a column begins with its opening and ends with its closing; what stands below takes it apart.
fn text(home: &Home, party: &str, period: &str, more: &[&str]) -> usize {
    let text = home.ok(&[&["statement", party, period], more].concat());
    let (mut columns, mut number, mut inside) = (Columns::default(), 0, false);
    for line in text.lines() {
        let Some((amount, what)) = line.trim_start().split_once("  ") else { continue };
        let what = what.trim_start();
        if amount.parse::<Amount>().is_err() || line.find(amount).is_some_and(|at| at > 12) {
            continue;
        }
        if what.starts_with("opening") {
            (number, inside) = (number + 1, true);
        }
        if inside && what != "earned" {
            let row = if what.starts_with("closing") { "closing" } else { "line" };
            columns.add(&number.to_string(), row, amount);
            inside = row != "closing";
        }
    }
    columns.foot()
}

/// How many columns foot in all three forms, which have the same ones.
fn foots(home: &Home, parties: &[&str], periods: &[&str]) -> usize {
    let mut count = 0;
    for party in parties {
        for period in periods {
            let of = format!("{party} {period}");
            let found = json(home, party, period);
            assert_eq!(text(home, party, period, &[]), found, "{of}");
            assert_eq!(text(home, party, period, &["--all"]), found, "{of}");
            assert_eq!(text(home, party, period, &["--exact"]), found, "{of}");
            assert!(csv(home, party, period) >= found, "{of}: CSV has a reserve in any case");
            count += found;
        }
    }
    count
}

#[test]
fn those_of_the_demo() {
    let home = books_support::busy();
    has_a_total(&home);
    let parties = ["mira", "lanterns", "copperleaf", "saltwater", "crestline", "ines"];
    assert!(foots(&home, &parties, &["2026-03", "2026-04", "2026-05"]) > 20);
}

/// Mira has dollars under her contract, and for her part of a song under none.
fn has_a_total(home: &Home) {
    let statement = ["statement", "mira", "2026-03"];
    let rows = home.json(&statement);
    let closings = rows.iter().filter(|row| row["row"] == "closing" && row["currency"] == "USD");
    let closings = closings.map(|row| row["amount"].as_str().unwrap().parse::<Amount>().unwrap());
    let sum = Amount::try_sum(closings).unwrap().to_string();
    let totals: Vec<_> = rows.iter().filter(|row| row["row"] == "total").collect();
    assert_eq!(totals.len(), 1, "her euros are under one contract");
    assert_eq!((totals[0]["currency"].as_str(), totals[0]["amount"].as_str()), (Some("USD"), Some(sum.as_str())));
    assert_eq!(totals[0]["payer"], "Harbour & Lark, demo.example/harbour-lark");
    assert!(home.ok(&[&statement[..], &["--csv"]].concat()).contains(&format!(",total,,,,,,,,,{sum},")));
    let text = home.ok(&statement);
    assert!(text.contains("From Harbour & Lark, demo.example/harbour-lark\n"), "{text}");
    assert!(text.contains("\nunder all contracts, USD\n         296.67  closing\n"), "{text}");
    assert!(text.contains("292.96  closing, exactly 292.962692121503\n"), "{text}");
}

#[test]
fn those_of_a_ledger_in_which_everything_happens() {
    let home = eventful();
    assert!(foots(&home, &PARTIES, &PERIODS) > 20);
    // Everything did happen.
    let mut text = String::new();
    for party in PARTIES {
        for period in PERIODS {
            text.push_str(&home.ok(&["statement", party, period, "--csv"]));
        }
    }
    for what in [
        "a step of the rate",
        // Of February: 1,302 units came in, and 991 before.
        "(9 units x 50 % + 1293 units x 60 %) / (1302 units x 50 %)",
        "costs go before",
        "kept back against returns",
        "let go, part",
        "recoups the advance of 2026-01-10",
        "directed to Berg Management",
        "directed here by Anna Berg",
        "10.123456789 EUR converted to USD",
        "payout ordered for",
        "did not go through",
        "put right by hand",
    ] {
        assert!(text.contains(what), "{what}\n{text}");
    }
}
