//! A report's file becomes events that say what it says, and whose money adds up to the file's.

#![allow(clippy::unwrap_used)]

mod import_support;

use cantus::projection::Filter;
use import_support::*;
use ledger_spec::code::{AccountClass, Measure};
use ledger_spec::money::Amount;
use serde_json::{Value, json};

const BASIC_AUDIO: &str = "DSR_Quayside_Tidewave_Tidewave-Music_2026-09_multi_1of1_20261006T073000.tsv";
const USER_CONTENT: &str = "DSR_Quayside_ClipTown_Clips-Ads_2026-Q3_SE_1of1_20261021T110009.tsv";
const PUBLIC_SAMPLE: &str = "DSR_TEST_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv";

struct Imported {
    ledger: cantus::ledger::Ledger,
    report: cantus::ingest::import::ImportReport,
    events: Vec<Value>,
}

fn imported(path: &std::path::Path) -> Imported {
    let ledger = create(&cantus::store::SimDisk::new()).unwrap();
    let writer = books(&ledger);
    let report = import(&writer, path).unwrap();
    let events = events(&ledger, report.source);
    assert_eq!(report.last + 1, ledger.head().size);
    assert_eq!(events.last().unwrap()["kind"], "source-closed");
    Imported { ledger, report, events }
}

/// What a source's postings to a class of accounts add up to, in a currency.
fn posted(ledger: &cantus::ledger::Ledger, class: AccountClass, currency: &str) -> String {
    let mut state = folded(ledger);
    let filter = Filter { class: Some(class), currency: Some(currency.parse().unwrap()), ..Filter::default() };
    let rows = state.settle().unwrap().balances().rows(&filter);
    rows.iter().try_fold(Amount::ZERO, |sum, row| sum.try_add(row.amount)).unwrap().to_string()
}

#[test]
fn a_basic_audio_file_ties_in_full() {
    let Imported { ledger, report, events } = imported(&shipped(BASIC_AUDIO));
    assert_eq!((report.rows, report.refused, report.resumed), (13, 0, false));
    let opened = &events[0];
    assert_eq!((&opened["lines"], &opened["rows"], &opened["format"]), (&json!(29), &json!(13), &json!("ddex-dsr")));
    assert_eq!((&opened["from"], &opened["to"]), (&json!("2026-09-01"), &json!("2026-09-30")));
    // All ties; party ids have no place in an event.
    assert_eq!(opened["warnings"], json!([{ "measure": "cells", "row": 10, "expected": null, "found": "1" }]));
    assert_eq!(events[1]["names"], json!([{ "role": "file-name", "text": BASIC_AUDIO }]));
    assert_eq!(of_kind(&events, "usage-summary").len(), 5);

    let lines = of_kind(&events, "usage-line");
    assert_eq!(lines.len(), 8);
    let sale = lines[1];
    assert_eq!(
        (&sale["row"], &sale["units"], &sale["returns"], &sale["summary"]),
        (&json!(15), &json!(40), &json!(3), &json!(4))
    );
    assert_eq!((&sale["terms"]["use_type"], &sale["terms"]["territory"]), (&json!("download"), &json!(840)));
    assert_eq!(sale["terms"]["flags"], json!(["sales-upgrade", "master-recording"]));
    assert_eq!(sale["money"]["gross"], json!("36.63"), "0.99 for each that was not returned");
    assert!(lines.iter().all(|line| line["terms"]["basis"] == "none"), "what consumers paid is not ours");

    let of =
        |number: &Value| events.iter().find(|event| event["number"] == *number && event["kind"] == "reported-resource");
    let recording = of(&sale["resource"]).unwrap();
    assert_eq!(recording["identifiers"][0], json!({ "scheme": "isrc", "value": "USQS12600001" }));
    assert_eq!((&recording["type"], &recording["seconds"]), (&json!("recording"), &json!(205)));
    let work = of(&recording["parent"]).unwrap();
    assert_eq!((&work["type"], &work["identifiers"][0]["value"]), (&json!("work"), &json!("T0345246801")));
    let names = of_kind(&events, "names-reported");
    let named = names.iter().find(|names| names["of"]["reported"]["number"] == work["number"]).unwrap();
    assert_eq!(named["names"][1], json!({ "role": "writer", "text": "Jonas Bergström" }));

    let medley = of(&lines[5]["resource"]).unwrap();
    let works: Vec<_> = events.iter().filter(|event| event["parent"] == medley["number"]).collect();
    assert_eq!((works.len(), &works[0]["identifiers"][0]["value"]), (2, &json!("T0702472794")));
    let service = of(&sale["terms"]["service"]).unwrap();
    assert_eq!(service["identifiers"][0], json!({ "scheme": "service-name", "value": "Tidewave" }));
    assert_eq!(of(&sale["terms"]["offering"]).unwrap()["identifiers"][0]["value"], "Tidewave-Store");
    assert_eq!(posted(&ledger, AccountClass::RECEIVABLE, "USD"), "0");
}

#[test]
fn a_user_content_file_posts_its_allocations_and_nothing_twice() {
    let Imported { ledger, report, events } = imported(&shipped(USER_CONTENT));
    assert_eq!(report.rows, 13);
    assert_eq!(of_kind(&events, "usage-line").len(), 3);
    assert_eq!(of_kind(&events, "allocated-line").len(), 5);
    let lists = of_kind(&events, "usage-list");
    assert_eq!((&lists[0]["entries"], &lists[0]["units"]), (&json!(3), &json!(1000)));
    assert_eq!(lists[0]["resource"], of_kind(&events, "usage-line")[0]["resource"]);
    assert_eq!(events[0]["warnings"].as_array().unwrap().len(), 11);
    let sum = posted(&ledger, AccountClass::RECEIVABLE, "NOK");
    assert_eq!(sum, "4.49123456789", "the exact sum of the file, rounded once");
}

/// The synthetic test report of ddexnet/dsrf, where it is at hand.
#[test]
fn the_public_test_report_posts_the_sum_of_its_allocated_amounts() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/ddex-dsr");
    for path in [folder.join(PUBLIC_SAMPLE)].iter().filter(|path| path.exists()) {
        let Imported { ledger, report, events } = imported(path);
        let failed: u64 = report.warnings.iter().map(|(_, count, _)| count).sum();
        assert_eq!((&events[0]["lines"], of_kind(&events, "usage-summary").len()), (&json!(35), 4));
        // Ten that do not tie, and the two works' party ids, which have no place in an event.
        assert_eq!((events[0]["warnings"].as_array().unwrap().len(), failed), (11, 11));
        let unrecorded = json!({ "measure": "cells", "row": 15, "expected": null, "found": "2" });
        assert_eq!(events[0]["warnings"][10], unrecorded);
        assert_eq!(posted(&ledger, AccountClass::RECEIVABLE, "USD"), "198.88");
    }
}

#[test]
fn a_statement_posts_its_earnings_and_keeps_what_was_done_to_them() {
    let Imported { ledger, report, events } = imported(&shipped("distrokid-current.tsv"));
    let lines = of_kind(&events, "usage-line");
    assert_eq!((report.rows, lines.len()), (5, 5));
    let team = lines[2];
    assert_eq!(team["terms"]["share_applied"], "6667/10000");
    assert_eq!(team["terms"]["flags"], json!(["share-applied", "mechanicals-withheld"]));
    assert_eq!((&team["money"]["net"], &team["money"]["mechanicals"]), (&json!("0.8001"), &json!("0.262")));
    assert_eq!((&team["terms"]["use_type"], &team["terms"]["basis"]), (&json!("download"), &json!("net-to-licensor")));
    assert_eq!((&lines[1]["money"]["recouped"], &lines[1]["terms"]["territory"]), (&json!("-0.5"), &json!(0)));
    assert_eq!(lines[4]["terms"]["use_type"], "unknown", "what a store of many kinds sold is not guessed");
    assert_eq!((&lines[4]["terms"]["from"], &lines[4]["terms"]["to"]), (&json!("2026-04-01"), &json!("2026-06-30")));
    let usd = "USD".parse().unwrap();
    let total = report.totals.iter().find(|total| total.measure == Measure::NET && total.currency == usd).unwrap();
    assert_eq!(posted(&ledger, AccountClass::RECEIVABLE, "USD"), total.sum.to_string());
}

#[test]
fn an_old_statement_names_albums_and_recordings() {
    let Imported { ledger, report, events } = imported(&shipped("distrokid-old-latin1.tsv"));
    assert_eq!(report.rows, 7);
    let lines = of_kind(&events, "usage-line");
    assert_eq!((&lines[3]["resource"], &lines[3]["terms"]["configuration"]), (&json!(0), &json!("release")));
    assert!(lines[3]["release"].as_u64().unwrap() > 0);
    assert_eq!((&lines[5]["units"], &lines[5]["resource"]), (&lines[6]["units"], &lines[6]["resource"]));
    let names: Vec<_> =
        of_kind(&events, "names-reported").iter().map(|names| names["names"][0]["text"].clone()).collect();
    assert!(names.contains(&json!("Caf\u{e9} del S\u{fc}r")) || names.contains(&json!("Café del Sur")), "{names:?}");
    let total = report.totals.iter().find(|total| total.measure == Measure::NET).unwrap();
    assert_eq!(posted(&ledger, AccountClass::RECEIVABLE, "USD"), total.sum.to_string());
}
