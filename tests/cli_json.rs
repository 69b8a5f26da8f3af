//! With `--json` every listing is one object a line, of a shape that programs can rely on: fields are added, never
//! renamed or dropped. Money is text.

#![allow(clippy::unwrap_used)]

mod cli_support;

use std::collections::BTreeSet;

use cli_support::Home;
use serde_json::Value;

const HOUSE: &str = r#"
[[party]]
code = "anna"
type = "person"
name = "Anna Berg"
[[party]]
code = "store"
type = "service"
[[recording]]
code = "river-rec"
isrc = "QZDEM2600001"
[[split]]
recording = "river-rec"
parts = [{ party = "anna", share = "100%" }]
[[mechanicals]]
rows = [{ territory = "World", use = "unknown", from = 2020-01-01, payer = "not-due", citation = { source = "entered-by-user" } }]
"#;

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t24.118\n";

/// The fields of an object, with those of the objects in it as `outer.inner`.
fn fields(value: &Value) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for (name, value) in value.as_object().unwrap() {
        match value.as_object() {
            Some(_) => fields.extend(self::fields(value).into_iter().map(|inner| format!("{name}.{inner}"))),
            None => drop(fields.insert(name.clone())),
        }
    }
    fields
}

fn assert_shape(objects: &[Value], expected: &str) {
    let expected: BTreeSet<String> = expected.split_whitespace().map(str::to_owned).collect();
    let object = objects.first().expect("there is something to list");
    assert_eq!(fields(object), expected);
}

#[test]
fn listings_keep_their_shape() {
    let home = Home::new();
    assert_shape(&home.json(&["init", "--name", "example.com/test"]), "ledger name operator vkey");
    home.write("house.toml", HOUSE);
    home.write("report.tsv", REPORT);
    assert_shape(&home.json(&["append", "house.toml", "--dry-run"]), "file events submissions dry_run");
    home.ok(&["append", "house.toml"]);
    assert_shape(
        &home.json(&["import", "report.tsv", "--reporter", "store"]),
        "file source format rows refused resumed totals warnings unknown_stores refused_lines",
    );
    let balances = home.json(&["balances"]);
    assert_shape(&balances, "class party name contract reason currency amount debit");
    assert!(balances.iter().all(|row| row["amount"].is_string() && row["debit"].is_string()));
    assert_shape(&home.json(&["replay"]), "class code account currency debit credit");
    assert_shape(&home.json(&["trial-balance"]), "class code account currency debit credit");
    let detail = home.json(&["trial-balance", "--detail"]);
    assert_shape(&detail, "class code account party name contract reason of currency debit credit");
    assert_shape(
        &home.json(&["general-ledger"]),
        "class code account party name contract reason of currency period entry late index what debit credit balance",
    );
    assert_shape(&home.json(&["accrual"]), "class code account party name contract reason of currency amount");
    assert_shape(
        &home.json(&["aged"]),
        "class code account party name contract reason currency months_0 months_1 months_2 months_3_to_5 \
         months_6_to_11 months_12 total",
    );
    assert_shape(
        &home.json(&["tie"]),
        "source file payer name currency reported cells pooled residue posted bank tax fee received adjusted owed difference \
         reversed",
    );
    assert_shape(&home.json(&["tie", "--rows"]), "source file state reason rows");
    assert_shape(&home.json(&["key", "list"]), "key name party code roles submissions enrolled mode revoked");
    assert_shape(&home.json(&["key", "show", "log"]), "name key vkey");
    assert_shape(
        &home.json(&["log", "--kind", "split"]),
        "index recorded_at class author hash erased event.kind event.recording event.from event.to event.parts \
         event.day event.prospective event.replaces",
    );
    assert_shape(
        &home.json(&["show", "1"]),
        "index recorded_at class author hash erased event.kind event.party event.type event.identifiers prev \
         commitment record salt body submission.first submission.count submission.number submission.basis \
         submission.signed_at submission.signature",
    );
    assert_shape(&home.json(&["doctor"]), "check fine found");
    assert_shape(
        &home.json(&["verify", "ledger"]),
        "headline ledger origin size beyond root checks finding notes periods.check periods.count periods.result periods.why \
         rules.check rules.count rules.result rules.why",
    );
    assert_shape(&home.json(&["export", "tlog", "public"]), "size files");
    assert_shape(&home.json(&["close", "2026-03"]), "event period through root parties");
    assert_shape(&home.json(&["pay", "instruct", "anna", "--currency", "EUR"]), "event currency amount tax net form");
    assert_shape(
        &home.json(&["roll-forward", "2026-03"]),
        "party name contract currency opening earned costs advances reserves_held reserves_released transfers \
         adjustments tax paid closing reserve",
    );
    assert_shape(&home.json(&["pay", "list"]), "payout party name contract currency amount tax net date status by");
    assert_shape(&home.json(&["pay", "due"]), "party name contract class currency amount why words");
    assert_shape(
        &home.json(&["explain", "--source", "report.tsv", "--row", "2"]),
        "class party name contract reason currency debit why formula",
    );
    assert_shape(&home.json(&["explain", "--party", "anna"]), "class party contract currency amount why formula event");
}

#[test]
fn a_bad_line_is_an_object_of_its_own() {
    let home = Home::new();
    home.write("report.tsv", &format!("{REPORT}{}", REPORT.lines().last().unwrap().replace("7120", "many")));
    let ran = home.run(&["--json", "import", "report.tsv", "--dry-run"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    let bad: Value = serde_json::from_str(ran.stderr.lines().next().unwrap()).unwrap();
    assert_eq!((bad["line"].as_u64(), bad["column"].as_u64(), bad["value"].as_str()), (Some(3), Some(8), Some("many")));
    assert_eq!(bad["name"].as_str(), Some("Quantity"));
}
