//! A ledger in which everything happens that a statement can show.

#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part of it")]

use crate::cli_support::Home;

/// Who has statements in it.
pub const PARTIES: [&str; 3] = ["anna", "tom", "mgmt"];

/// Its periods; the last is open.
pub const PERIODS: [&str; 4] = ["2026-01", "2026-02", "2026-03", "2026-04"];

const HOUSE: &str = r#"
[[party]]
code = "store"
type = "service"
name = "The Store"
[[party]]
code = "anna"
type = "person"
name = "Anna Berg"
[[party]]
code = "tom"
type = "person"
[[party]]
code = "mgmt"
type = "group"
name = "Berg Management"
[[party]]
code = "ines"
type = "person"
[[party]]
code = "otto"
type = "person"
[[recording]]
code = "river"
isrc = "QZDEM2600001"
title = "River"
[[recording]]
code = "hill"
isrc = "QZDEM2600002"
title = "Hill"
[[contract]]
code = "anna-2026"
party = "anna"
type = "artist"
commission = "50%"
currency = "USD"
minimum = "25"
escalation = { steps = [{ units = 1000, rate = "40%" }] }
reserve = { share = "10%", after = 1, parts = 2 }
[[contract]]
code = "tom-2026"
party = "tom"
type = "artist"
royalty = "profit-share"
commission = "50%"
currency = "USD"
[[split]]
recording = "river"
parts = [{ party = "anna", share = "100%", contract = "anna-2026" }]
[[split]]
recording = "hill"
parts = [{ party = "anna", share = "1/3", contract = "anna-2026" }, { party = "tom", share = "2/3", contract = "tom-2026" }]
[[letter-of-direction]]
party = "anna"
contract = "anna-2026"
to = "mgmt"
share = "20%"
from = 2026-01-01
evidence = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
[[mechanicals]]
rows = [{ territory = "World", use = "unknown", from = 2020-01-01, payer = "not-due", citation = { source = "entered-by-user" } }]
[[advance]]
party = "anna"
contract = "anna-2026"
date = 2026-01-10
amount = "30"
currency = "USD"
bank-reference = "SEPA 1"
[[cost]]
party = "tom"
contract = "tom-2026"
date = 2026-01-11
type = "recording"
amount = "20"
currency = "USD"
evidence = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"
"#;

/// Euros become dollars, and Anna's account is put right by hand.
const CONVERSION: &str = r#"
[[conversion]]
party = "anna"
contract = "anna-2026"
amount = "10.123456789"
from = "EUR"
to = "USD"
rate = "1.0871"
date = 2026-03-03
source = "central-bank"
"#;

/// Why Anna's account is put right.
pub const ADJUSTED: &str = "Promotion of January was charged twice.";
/// Why February's report is taken back.
pub const REVERSED: &str = "The store reported February twice.";

fn report(currency: &str, month: &str, rows: &[(&str, &str, u32, &str)]) -> String {
    let mut text = format!(
        "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\t\
         Country of Sale\tSongwriter Royalties Withheld\tEarnings ({currency})\n"
    );
    for (title, isrc, units, money) in rows {
        let row = format!(
            "2026-04-14\t{month}\tSpotify\tAnna Berg\t{title}\t{isrc}\t036000291452\t{units}\t100\tSong\tNO\t0\t{money}\n"
        );
        text.push_str(&row);
    }
    text
}

/// Reports of three months in two currencies; a reserve kept and let go, an advance recouped, a letter of direction, a
/// profit share, a step of the rate, payouts settled and failed, a conversion, an adjustment, and a report taken back.
pub fn eventful() -> Home {
    const RIVER: (&str, &str) = ("River", "QZDEM2600001");
    const HILL: (&str, &str) = ("Hill", "QZDEM2600002");
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    for name in ["ines", "otto"] {
        home.ok(&["key", "new", name]);
        home.ok(&["key", "enrol", name, "--party", name, "--role", "treasurer"]);
    }
    let import = |file: &str, currency, month, rows: &[((&str, &str), u32, &str)]| {
        let rows: Vec<_> = rows.iter().map(|((title, isrc), units, money)| (*title, *isrc, *units, *money)).collect();
        home.write(file, &report(currency, month, &rows));
        home.ok(&["import", file, "--reporter", "store"]);
    };
    import("jan.tsv", "USD", "2026-01", &[(RIVER, 700, "159.2998130461"), (HILL, 291, "100.77")]);
    home.ok(&["close", "2026-01"]);
    let pay = |order: &[&str], end: &[&str]| {
        let payout = home.json(&[&["pay", "instruct"], order, &["--currency", "USD", "--key", "ines"]].concat());
        let payout = payout[0]["event"].to_string();
        home.ok(&["pay", "approve", &payout, "--key", "otto"]);
        home.ok(&[&["pay", end[0], &payout], &end[1..], &["--key", "ines"]].concat());
    };
    pay(&["anna", "--contract", "anna-2026", "--amount", "30"], &["settle", "--reference", "SEPA 2"]);
    pay(&["mgmt", "--amount", "1.5"], &["fail"]);
    import("feb.tsv", "USD", "2026-02", &[(RIVER, 51, "9.99"), (HILL, 1200, "33.123456789012")]);
    import("feb-euro.tsv", "EUR", "2026-02", &[(RIVER, 51, "81.3355")]);
    home.ok(&["close", "2026-02"]);
    home.write("conversion.toml", CONVERSION);
    home.ok(&["append", "conversion.toml"]);
    import("mar.tsv", "USD", "2026-03", &[(RIVER, 2000, "77.7")]);
    home.ok(&["close", "2026-03"]);
    let adjustment = format!(
        "[[adjustment]]\nreason = \"error\"\nwhy = \"{ADJUSTED}\"\nsides = [\n\
         {{ account = \"due\", party = \"anna\", contract = \"anna-2026\", credit = \"5\", currency = \"USD\" }},\n\
         {{ account = \"fees\", debit = \"5\", currency = \"USD\" }},\n]\n"
    );
    home.write("adjustment.toml", &adjustment);
    home.ok(&["append", "adjustment.toml"]);
    home.ok(&["reverse", "feb.tsv", "--reason", "error", "--why", REVERSED]);
    import("late.tsv", "USD", "2026-01", &[(HILL, 12, "6.006")]);
    home
}
