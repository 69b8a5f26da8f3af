//! What a report says and no event has a place for is counted, by kind, with the first line that has it: nothing is left
//! out without a word.

#![allow(clippy::unwrap_used)]

use std::io::Cursor;
use std::num::NonZeroUsize;
use std::path::Path;

use cantus::ingest::report::{Check, Input, Report, scan};

const BASIC_AUDIO: &str = "DSR_Quayside_Tidewave_Tidewave-Music_2026-09_multi_1of1_20261006T073000.tsv";
const USER_CONTENT: &str = "DSR_Quayside_ClipTown_Clips-Ads_2026-Q3_SE_1of1_20261021T110009.tsv";

fn unrecorded(name: &str, change: impl FnOnce(String) -> String) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/reports").join(name);
    let text = change(std::fs::read_to_string(path).unwrap());
    let report = Report::read(name, Input::new(Cursor::new(text.into_bytes())).unwrap()).unwrap();
    let report = scan(report, NonZeroUsize::MIN).unwrap();
    let kept = report.warnings.iter().filter(|(check, ..)| *check == Check::Unrecorded).flat_map(|(_, _, first)| first);
    kept.map(|(line, warning)| format!("{line}: {warning}").replace("; the file has them", "")).collect()
}

#[test]
fn party_ids_and_the_controllers_own_ids_are_counted() {
    assert_eq!(
        unrecorded(USER_CONTENT, |text| text),
        [
            "11: not recorded: the rights controllers' own ids of works (2 lines, this is the first)",
            "8: not recorded: party ids of artists, writers and publishers (1 line, this is the first)",
        ]
    );
}

#[test]
fn what_no_line_names_is_counted_and_an_album_is_named_by_its_parts() {
    // Every release and recording of the file is named by a line; the album by way of its parts.
    let named = unrecorded(BASIC_AUDIO, |text| text);
    assert!(!named.iter().any(|warning| warning.contains("no line of use names")), "{named:?}");
    let unnamed = unrecorded(BASIC_AUDIO, |text| {
        let kept = text.lines().filter(|line| !line.starts_with("SU0") || !line.contains("\t3\t"));
        kept.map(|line| format!("{line}\n")).collect()
    });
    let recordings = unnamed.iter().filter(|warning| warning.contains("recordings that no line of use names"));
    assert_eq!(recordings.count(), 1, "{unnamed:?}");
}

#[test]
fn an_identifier_that_is_longer_than_any_is_counted() {
    let statement = "distrokid-current.tsv";
    let store = |length| move |text: String| text.replacen("Spotify", &"X".repeat(length), 1);
    let one = "not recorded: identifiers of more than 255 bytes (1 line, this is the first)";
    assert_eq!(unrecorded(statement, store(256)), [format!("2: {one}")]);
    assert_eq!(unrecorded(statement, store(255)), Vec::<String>::new());
    // One value of several.
    let found = unrecorded(BASIC_AUDIO, |text| text.replacen("\tGB", &format!("\t{}|GB", "X".repeat(256)), 1));
    assert!(found.iter().any(|warning| warning.ends_with(one)), "{found:?}");
}
