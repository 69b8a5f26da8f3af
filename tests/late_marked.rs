//! What comes after its period was closed goes to the open one, marked with the one it belongs to: on the statement in all
//! three forms, and in the general ledger.

#![allow(clippy::unwrap_used)]

mod cli_support;
mod statement_support;

use serde_json::{Value, json};
use statement_support::eventful;

#[test]
fn what_comes_late_is_marked() {
    let home = eventful();
    let statement = ["statement", "anna", "2026-04"];
    let rows = home.json(&statement);
    let late = |rows: &[Value], file: &str| rows.iter().find(|row| row["file"] == file).unwrap()["late"].clone();
    assert_eq!(late(&rows, "late.tsv"), json!("2026-01"), "used in January, which was closed");
    assert_eq!(late(&rows, "feb.tsv"), json!("2026-02"), "taken back after February was closed");
    let in_time = home.json(&["statement", "anna", "2026-03"]);
    assert_eq!(late(&in_time, "mar.tsv"), Value::Null);

    assert!(home.ok(&statement).contains("late: it belongs to 2026-01, which is closed"));
    let csv = home.ok(&[&statement[..], &["--csv"]].concat());
    let late = csv.lines().find(|line| line.contains(",late.tsv,")).unwrap();
    assert!(late.contains(",1.001,0,2026-01,"), "{late}");

    let entries = home.json(&["general-ledger", "--party", "tom", "--class", "earned"]);
    let marks: Vec<_> =
        entries.iter().filter(|row| row["entry"] == "usage").map(|row| (&row["what"], &row["late"])).collect();
    let expected = [
        ("jan.tsv", Value::Null),
        ("feb.tsv", Value::Null),
        ("feb.tsv", json!("2026-02")),
        ("late.tsv", json!("2026-01")),
    ];
    assert_eq!(marks.len(), expected.len(), "{marks:?}");
    for ((what, late), (file, mark)) in marks.into_iter().zip(&expected) {
        assert_eq!((what, late), (&json!(file), mark));
    }
}
