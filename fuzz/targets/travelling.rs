//! Extracts and receipts, files that travel alone: read or refused, judged without a panic; what is read is written
//! back the same.
#![no_main]

use ledger_spec::extract::Extract;
use ledger_spec::receipt::Receipt;
use ledger_spec::verify::{Anchors, verify_extract};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::parse(bytes) {
        assert_eq!(Receipt::parse(&receipt.to_bytes()).as_ref(), Ok(&receipt));
    }
    if let Ok(extract) = Extract::parse(bytes) {
        assert_eq!(extract.to_bytes(), bytes);
    }
    let _ = verify_extract(bytes, &Anchors::default());
});
