//! The verifier takes any bytes for a log, in any two pieces, and comes to one answer without a panic.
#![no_main]

use ledger_spec::verify::{Anchors, BodiesDigest, Digester, Published, Verifier, whole_submissions};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let digester = Digester::of_log(bytes);
    let report = |chunks: &[(u64, &[u8])]| {
        let mut verifier = Verifier::new(digester.ledger(), Anchors::default(), &Published::default());
        for (first, entries) in chunks {
            verifier.absorb(digester.digest(*first, entries)).expect("chunks are neighbours");
            verifier.absorb_bodies(BodiesDigest::of(entries, &bytes[bytes.len() / 2..]));
        }
        verifier.finish()
    };
    let whole = report(&[(0, bytes)]);
    let (length, count) = whole_submissions(&bytes[..bytes.len() / 2]);
    if length > 0 {
        let (head, tail) = bytes.split_at(length);
        assert_eq!(report(&[(0, head), (count, tail)]).root, whole.root);
    }
});
