//! A submission is read or refused; what is read is written back byte for byte, and its records chain.
#![no_main]

use ledger_spec::hash::Hash;
use ledger_spec::submission::Submission;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(submission) = Submission::parse(bytes) else { return };
    assert_eq!(submission.to_bytes(), bytes);
    let ordered = submission.order(7, Hash([7; 32]), 1);
    assert_eq!(ordered.leaves.len() as u32, submission.statement().count);
});
