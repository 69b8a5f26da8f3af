//! The ledger of the demo, and its figures worked out from the events alone.

#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};

use ledger_spec::money::{Amount, ExactSum, SourceAmount};
use serde_json::Value;

use crate::cli_support::{Home, ran};

/// A folder with the demo's ledger in it.
pub fn demo() -> Home {
    let home = Home::new();
    home.ok(&["demo", "."]);
    home
}

/// A field that is text.
pub fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_else(|| panic!("{field} of {row}")).to_owned()
}

/// A field that is an amount.
pub fn amount(row: &Value, field: &str) -> Amount {
    text(row, field).parse().unwrap()
}

/// Sums by key.
pub fn sums<K: Ord>(parts: impl IntoIterator<Item = (K, Amount)>) -> BTreeMap<K, Amount> {
    let mut sums = BTreeMap::new();
    for (key, amount) in parts {
        let sum: &mut Amount = sums.entry(key).or_default();
        *sum = sum.try_add(amount).unwrap();
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

/// The events as `cantus log` lists them.
pub struct Events(pub Vec<Value>);

impl Events {
    pub fn of(home: &Home) -> Events {
        Events(home.json(&["log"]))
    }

    /// The events of a kind: index and body.
    pub fn kind(&self, kind: &str) -> Vec<(u64, &Value)> {
        let of = self.0.iter().filter(|event| event["event"]["kind"] == kind);
        of.map(|event| (event["index"].as_u64().unwrap(), &event["event"])).collect()
    }

    /// The index that a citation means; of one within its submission, `None`.
    pub fn cited(value: &Value) -> Option<u64> {
        value.as_u64().or_else(|| value["At"].as_u64()).or_else(|| value["at"].as_u64())
    }

    /// What was reversed.
    pub fn reversed(&self) -> BTreeSet<u64> {
        self.kind("reversal").iter().filter_map(|(_, body)| Events::cited(&body["target"])).collect()
    }

    /// What the lines of each source that counts come to in each currency, exactly.
    pub fn reported(&self) -> BTreeMap<(u64, String), ExactSum> {
        let reversed = self.reversed();
        let mut sums: BTreeMap<(u64, String), ExactSum> = BTreeMap::new();
        for kind in ["usage-line", "allocated-line"] {
            for (index, line) in self.kind(kind) {
                let source = line["source"].as_u64().unwrap();
                let Some(money) = money(line).filter(|_| !reversed.contains(&index) && !reversed.contains(&source))
                else {
                    continue;
                };
                sums.entry((source, text(&line["terms"], "currency"))).or_default().add(money).unwrap();
            }
        }
        sums
    }
}

/// The sum of a line that is posted, in the reports of the demo: the net of a usage line, the amount of an allocated one.
fn money(line: &Value) -> Option<SourceAmount> {
    let sum = if line["kind"] == "usage-line" { &line["money"]["net"] } else { &line["amount"] };
    sum.as_str().map(|sum| sum.parse().unwrap())
}

/// Says something in the demo's ledger, as text of the catalogue's format.
pub fn append(home: &Home, text: &str) {
    home.write("more.toml", text);
    say(home, &["append", "more.toml"]);
}

/// Runs a command that signs in the demo's ledger.
pub fn say(home: &Home, arguments: &[&str]) -> String {
    let mut command = home.command(arguments);
    let ran = ran(command.env("CANTUS_PASSPHRASE", "harbour and lark").output().unwrap());
    assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// Every kind of event that posts, in two closed periods and the open one.
pub fn busy() -> Home {
    let home = demo();
    append(
        &home,
        "[[advance]]\nparty = \"lanterns\"\ncontract = \"lanterns-2026\"\ndate = 2026-05-02\namount = \"50\"\n\
         currency = \"USD\"\nbank-reference = \"SEPA 77\"\n\
         [[opening-balance]]\nparty = \"saltwater\"\nas-of = 2025-12-31\namount = \"12.345678901234\"\n\
         currency = \"EUR\"\nevidence = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"\n\
         [[conversion]]\nparty = \"lanterns\"\ncontract = \"lanterns-2026\"\namount = \"100\"\nfrom = \"USD\"\n\
         to = \"EUR\"\nrate = \"0.92130000000000000001\"\ndate = 2026-05-03\nsource = \"central-bank\"\n\
         [[adjustment]]\nreason = \"agreement\"\nwhy = \"index:1, date:2020-01-01 [2020-02-02] ; half: yes\"\nsides = [\n\
         { account = \"fees\", debit = \"0.5\", currency = \"USD\" },\n\
         { account = \"receivable\", source = \"crestline-2026-02-corrected.tsv\", credit = \"0.5\", currency = \"USD\" },\n]\n",
    );
    let say = |arguments: &[&str]| say(&home, arguments);
    say(&["close", "2026-04"]);
    let paid = home.json(&["log", "--kind", "payment-received"])[0]["index"].to_string();
    say(&["reverse", &paid, "--reason", "error", "--why", "It was another house's."]);
    say(&["reverse", "nordwave-2026-q1.tsv", "--reason", "error", "--why", "Closed in March, taken back in May."]);
    home
}

const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
[[party]]
code = "store"
type = "service"
[[recording]]
code = "river-rec"
isrc = "QZDEM2600001"
[[contract]]
code = "anna-2026"
party = "anna"
type = "artist"
currency = "EUR"
reserve = { share = "25%", uses = ["interactive-stream"], after = 1, parts = 2 }
[[split]]
recording = "river-rec"
parts = [{ party = "anna", share = "100%", contract = "anna-2026" }]
[[mechanicals]]
rows = [{ territory = "World", use = "unknown", from = 2020-01-01, payer = "not-due", citation = { source = "entered-by-user" } }]
[[advance]]
party = "anna"
contract = "anna-2026"
date = 2026-01-10
amount = "30"
currency = "EUR"
bank-reference = "SEPA 1"
[[cost]]
party = "anna"
contract = "anna-2026"
date = 2026-01-11
type = "recording"
amount = "20"
currency = "EUR"
recoupable = "50%"
evidence = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
"#;

/// A report of 100 euros for one recording.
pub const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
                      Country of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
                      2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t100\n";

/// Anna earns 100 less a reserve of a quarter, an advance of 30 and half of a cost of 20; three periods are closed, and
/// the reserve is let go in the two after the first.
pub fn reserving() -> Home {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    home.write("report.tsv", REPORT);
    home.ok(&["import", "report.tsv", "--reporter", "store"]);
    for month in ["2026-03", "2026-04", "2026-05"] {
        home.ok(&["close", month]);
    }
    home
}
