//! A statement at the terminal, as JSON and as CSV says the same; a period that is not in the books is named; and what
//! was learned since a moment is shown as the difference.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;
use serde_json::{Value, json};

const REPORT: &str = "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (EUR)\n\
2026-04-14\t2026-01\tSpotify\tAnna Berg\tRiver\tQZDEM2600001\t036000291452\t7120\t100\tSong\tNO\t0\t24.5\n";

const HOUSE: &str = "[[party]]\ncode = 'store'\ntype = 'service'\n[[party]]\ncode = 'anna'\ntype = 'person'\nname = 'Anna Berg'\n\
    [[party]]\ncode = 'tom'\ntype = 'person'\n\
    [[recording]]\ncode = 'river'\nisrc = 'QZDEM2600001'\ntitle = 'River, Song'\n\
    [[split]]\nrecording = 'river'\nparts = [{ party = 'anna', share = '80%' }, { party = 'tom', share = '20%' }]\n\
    [[mechanicals]]\nrows = [{ territory = 'NO', use = 'unknown', from = 2020-01-01, payer = 'paid-at-source', citation = { source = 'entered-by-user' } }]\n";

fn home() -> Home {
    let home = Home::with_ledger();
    home.write("house.toml", HOUSE);
    home.ok(&["append", "house.toml"]);
    home.write("january.tsv", REPORT);
    home.ok(&["import", "january.tsv", "--reporter", "store"]);
    home.ok(&["close", "2026-01"]);
    home
}

fn rows<'a>(rows: &'a [Value], kind: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["row"] == kind).collect()
}

#[test]
fn every_form_says_the_same() {
    let home = home();
    let text = home.ok(&["statement", "anna", "2026-01"]);
    assert!(text.starts_with("Statement of Anna Berg (anna) for 2026-01\n"), "{text}");
    assert!(text.contains("24.5 x 4/5 = 19.6"), "{text}");

    let said = home.json(&["statement", "anna", "2026-01"]);
    let line = rows(&said, "line")[0];
    assert_eq!((&line["amount"], &line["units"], &line["territory"]), (&json!("19.6"), &json!(7120), &json!("NO")));
    assert_eq!(line["parts"][0]["formula"], "24.5 x 4/5 = 19.6");
    let closing = rows(&said, "closing")[0];
    assert_eq!((&closing["amount"], &closing["due"]), (&json!("19.6"), &json!("19.6")));

    let csv = home.ok(&["statement", "anna", "2026-01", "--to", "2026-02", "--csv"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cell =
        |row: usize, name: &str| records[row].get(names.iter().position(|known| known == name).unwrap()).unwrap();
    let of = |kind: &str| (0..records.len()).filter(|row| cell(*row, "row") == kind).collect::<Vec<_>>();
    let line = of("line")[0];
    assert_eq!(
        [cell(line, "amount"), cell(line, "formula"), cell(line, "from")],
        ["19.6", "24.5 x 4/5 = 19.6", "2026-01-01"]
    );
    let closings: Vec<_> = of("closing").into_iter().map(|row| (cell(row, "statement"), cell(row, "amount"))).collect();
    assert_eq!(closings, [("2026-01", "19.6"), ("2026-02", "19.6")], "what is not paid is still owed");
}

#[test]
fn what_was_learned_since_is_the_difference() {
    let home = home();
    let before = (home.json(&["log"]).len() - 1).to_string();
    let split = home.json(&["log", "--kind", "split"])[0]["index"].to_string();
    home.write("late.toml", &format!("[[split]]\nrecording = 'river'\nreplaces = {split}\nparts = [{{ party = 'anna', share = '50%' }}, {{ party = 'tom', share = '50%' }}]\n"));
    home.ok(&["append", "late.toml"]);
    let now = home.json(&["statement", "anna", "2026-01", "--restated"]);
    assert_eq!(now[0]["now"], "12.25");
    let diff = |then: &str| home.json(&["statement", "diff", "anna", "2026-01", "--then", then]);
    let changed = diff(&before);
    let sums = |row: &Value| ["row", "then", "now", "change"].map(|name| row[name].as_str().unwrap().to_owned());
    let rows_of = |rows: &[Value]| rows.iter().map(sums).collect::<Vec<_>>();
    assert_eq!(rows_of(&changed), [["line", "19.6", "12.25", "-7.35"], ["total", "19.6", "12.25", "-7.35"]]);
    assert_eq!((&changed[0]["units"], &changed[0]["file"]), (&json!(7120), &json!("january.tsv")));
    assert_eq!(diff("2026-01"), changed, "since the close of January");
    let at_the_close = home.json(&["statement", "diff", "anna", "2026-01", "--then", "2026-01", "--at", &before]);
    assert_eq!(rows_of(&at_the_close), [["total", "19.6", "19.6", "0"]], "nothing was known otherwise yet");
    let first = home.json(&["statement", "diff", "anna", "2026-01", "--then", "0"]);
    assert_eq!(rows_of(&first)[0], ["line", "0", "12.25", "12.25"], "then nothing was known");

    let text = home.ok(&["statement", "diff", "anna", "2026-01", "--then", &before]);
    assert!(text.contains("River") && text.contains("19.6") && text.contains("-7.35"), "{text}");
    let csv = home.ok(&["statement", "diff", "anna", "2026-01", "--then", &before, "--csv"]);
    let csv: Vec<&str> = csv.lines().collect();
    assert_eq!(csv[0], "row,contract,currency,file,what,service,territory,use,from,to,units,then,now,change");
    assert!(csv[1].starts_with("line,,EUR,january.tsv,") && csv[1].ends_with(",7120,19.6,12.25,-7.35"), "{csv:?}");
    assert_eq!(csv[2..], ["total,,EUR,,,,,,,,,19.6,12.25,-7.35"]);
    let closed = home.json(&["statement", "anna", "2026-01"]);
    assert_eq!(rows(&closed, "closing")[0]["amount"], "19.6", "closed stays closed");
    let open = home.json(&["statement", "anna", "2026-02"]);
    let line = rows(&open, "line")[0];
    assert_eq!((&line["before"], &line["amount"]), (&json!("19.6"), &json!("-7.35")));
}

/// What a statement says of each class that is not paid, and what `pay due` says of it on a day.
fn reasons(home: &Home, period: &str, day: &str) -> [Vec<Value>; 2] {
    let told = |rows: &[&Value]| {
        let one = |row: &&Value| json!([row["class"], row["amount"], row["why"]]);
        rows.iter().map(one).collect::<Vec<_>>()
    };
    let statement = home.json(&["statement", "anna", period]);
    let due = home.json(&["pay", "due", "--party", "anna", "--date", day]);
    [told(&rows(&statement, "held")), told(&due.iter().collect::<Vec<_>>())]
}

#[test]
fn what_is_not_paid_has_the_reasons_of_pay_due() {
    let home = home();
    let [statement, due] = reasons(&home, "2026-01", "2026-01-31");
    assert_eq!(statement, due);
    assert_eq!(due, [json!(["due", "19.6", ["no-tax-form", "no-bank-account"]])]);
    let text = home.ok(&["statement", "anna", "2026-01"]);
    assert!(text.contains("of it due: no tax form; no bank account"), "{text}");
    assert!(!text.contains("can be paid") && !text.contains("This period is open"), "{text}");

    home.write("february.tsv", &REPORT.replace("2026-01\t", "2026-02\t").replace("24.5", "10"));
    home.ok(&["import", "february.tsv", "--reporter", "store"]);
    home.write("form.toml", "[[tax-form]]\nparty = 'anna'\nform = 'w-8ben'\ncountry = 'NO'\nrate = '0%'\nfrom = 2026-01-01\nuntil = 2026-02-27\n\
         evidence = '2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6'\n\
         [[party-details]]\nparty = 'anna'\nbank-account = 'NO93 8601 1117 947'\n");
    home.ok(&["append", "form.toml"]);
    let [statement, due] = reasons(&home, "2026-02", "2026-02-28");
    let expired = &due[1][2];
    assert_eq!(expired[0]["tax-form-expired"]["until"], "2026-02-27");
    assert_eq!(statement, [json!(["due", "19.6", expired]), json!(["earned", "8", ["next-close"]])]);
    let text = home.ok(&["statement", "anna", "2026-02"]);
    assert!(text.contains("This period is open"), "{text}");
    assert!(text.contains("of it earned: becomes due when its period is closed"), "{text}");
    for row in home.json(&["statement", "anna", "2026-01", "--to", "2026-02"]) {
        assert_eq!(row["stage"], if row["statement"] == "2026-01" { "closed" } else { "open" });
    }
    // As it was known when it was closed.
    let [statement, _] = reasons(&home, "2026-01", "2026-01-31");
    assert_eq!(statement, [json!(["due", "19.6", ["no-tax-form", "no-bank-account"]])]);
}

#[test]
fn a_period_that_is_not_in_the_books_is_named() {
    let home = home();
    for (arguments, hint) in [
        (&["statement", "anna", "2025-12"][..], "there are those of 2026-01 to 2026-02, which is open"),
        (&["statement", "anna", "2026-01", "--to", "2026-07"], "there are those of 2026-01 to 2026-02"),
        (&["statement", "ana", "2026-01"], "did you mean anna?"),
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(hint), "{}", ran.stderr);
    }
    let nothing = home.ok(&["statement", "store", "2026-01"]);
    assert!(nothing.contains("nothing was earned, paid or owed"), "{nothing}");
}

#[test]
fn a_statement_is_had_as_known_then() {
    let home = home();
    let owed = |arguments: &[&str]| {
        let said = home.json(&[&["statement", "anna"], arguments].concat());
        rows(&said, "closing").first().map(|row| row["amount"].clone())
    };
    home.write("february.tsv", &REPORT.replace("2026-01\t", "2026-02\t").replace("24.5", "5"));
    home.ok(&["import", "february.tsv", "--reporter", "store"]);
    assert_eq!(owed(&["2026-02"]), Some(json!("23.6")));
    assert_eq!(owed(&["2026-02", "--as-of", "2026-01"]), Some(json!("19.6")), "no report was in");
    let close = home.json(&["log", "--kind", "period-closed"])[0]["index"].to_string();
    assert_eq!(owed(&["2026-02", "--at", &close]), Some(json!("19.6")));
    for both in [["--as-of", "2026-01", "--restated"].as_slice(), &["--as-of", "2026-01", "--at", &close]] {
        assert_eq!(home.run(&[&["statement", "anna", "2026-01"], both].concat()).code, 2, "{both:?}");
    }
    for incomplete in [&["statement"][..], &["statement", "anna"], &["statement", "diff", "anna", "2026-01"]] {
        assert_eq!(home.run(incomplete).code, 2, "{incomplete:?}");
    }
}
