//! A record is read or refused; what is read is written back byte for byte.
#![no_main]

use ledger_spec::record::{Fields, Opening, Record};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = Record::parse(bytes) else { return };
    let mut out = Vec::new();
    Fields {
        class: record.class,
        index: record.index,
        prev: record.prev,
        recorded_at: record.recorded_at,
        author: record.author,
        commitment: record.commitment,
        seal: record.seal.as_ref(),
        opening: record.inline.unwrap_or(Opening { salt: [1; 16], body: &[] }),
    }
    .write(&mut out);
    assert_eq!(out, bytes);
});
