//! Any bytes for a store's report: every line becomes a row, a defect or a warning, never a panic.
#![no_main]

use std::io::Cursor;
use std::num::NonZeroUsize;

use cantus::ingest::report::{Input, Report, scan};

const NAME: &str = "DSR_A_B_Service_2026-01_US_1of1_20260201T000000.tsv";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = Input::new(Cursor::new(bytes.to_vec())) else { return };
    let Ok(report) = Report::read(NAME, input) else { return };
    let Ok(found) = scan(report, NonZeroUsize::MIN) else { return };
    let _ = (found.rows.reported(), found.bad.count);
});
