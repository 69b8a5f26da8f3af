//! The sentence that an adjustment, or the reversal of a report, gives as its reason reaches who is paid: in the text, as
//! CSV and as JSON, with the event that said it.

#![allow(clippy::unwrap_used)]

mod cli_support;
mod statement_support;

use statement_support::{ADJUSTED, REVERSED, eventful};

#[test]
fn who_is_paid_reads_why() {
    let home = eventful();
    let index = |kind: &str| home.json(&["log", "--kind", kind])[0]["index"].clone();
    let (adjustment, reversal) = (index("adjustment"), index("reversal"));
    let statement = ["statement", "anna", "2026-04"];

    let rows = home.json(&statement);
    let moved = rows.iter().find(|row| row["row"] == "move" && !row["event"].is_null()).unwrap();
    assert_eq!((&moved["event"], &moved["remark"]), (&adjustment, &ADJUSTED.into()));
    let lines: Vec<_> = rows.iter().filter(|row| row["row"] == "line" && row["file"] == "feb.tsv").collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        let by = &line["taken_back"][0];
        assert_eq!((&by["event"], &by["remark"]), (&reversal, &REVERSED.into()), "{line}");
    }

    let text = home.ok(&statement);
    assert!(text.contains(&format!("put right by hand, error, event {adjustment}: \"{ADJUSTED}\"")), "{text}");
    assert!(text.contains(&format!("taken back by event {reversal}: \"{REVERSED}\"")), "{text}");

    let csv = home.ok(&[&statement[..], &["--csv"]].concat());
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names = reader.headers().unwrap().clone();
    let of = |record: &csv::StringRecord, name: &str| {
        record[names.iter().position(|known| known == name).unwrap()].to_owned()
    };
    let told: Vec<_> = reader
        .records()
        .map(Result::unwrap)
        .map(|row| [of(&row, "row"), of(&row, "event"), of(&row, "remark")])
        .collect();
    assert!(told.contains(&["move".to_owned(), adjustment.to_string(), ADJUSTED.to_owned()]), "{csv}");
    assert!(told.contains(&["line".to_owned(), reversal.to_string(), REVERSED.to_owned()]), "{csv}");
}
