//! A body is read or refused, without a panic or an allocation out of proportion; what is read is canonical.
#![no_main]

use ledger_spec::event::Event;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = Event::decode(bytes) else { return };
    let mut out = Vec::new();
    event.write_body(&mut out).expect("what was read within its limit can be written");
    assert_eq!(out, bytes);
    assert_eq!(Event::decode_trusted(bytes).as_ref(), Ok(&event));
    event.cites(|_| {});
});
