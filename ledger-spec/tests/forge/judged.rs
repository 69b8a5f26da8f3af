//! What a report is expected to say.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use ledger_spec::record::PLAIN;
use ledger_spec::verify::{Anchors, Headline, Outcome, Report, Rule, Verdict};

use super::{Forge, LOG_SEED, vkey};

/// Bytes of a record that are changed by hand here (SPEC.md section 3).
pub const VERSION: usize = 0;
pub const INDEX: usize = 2;
pub const PREV: usize = 10;
pub const RECORDED_AT: usize = 42;
pub const AUTHOR: usize = 50;
pub const COMMITMENT: usize = 82;
pub const SEAL_BASIS_HEAD: usize = PLAIN + 20;
pub const SEAL_SIGNATURE: usize = PLAIN + 60;

pub fn anchored() -> Anchors {
    Anchors { vkey: Some(vkey(LOG_SEED)), ..Anchors::default() }
}

#[track_caller]
pub fn expect(report: &Report, check: Rule, verdict: Verdict, index: impl Into<Option<u64>>, meaning: &str) {
    let finding = report.finding.as_ref().unwrap_or_else(|| panic!("nothing found: {report:#?}"));
    let index = index.into();
    assert_eq!((finding.check, finding.verdict, finding.index), (check, verdict, index), "{finding}");
    assert!(finding.meaning.contains(meaning), "{finding} does not say {meaning:?}");
    let failed = report.checks.iter().any(|it| it.check == check && it.outcome == Outcome::Failed);
    assert!(failed, "{check} is listed as failed: {:#?}", report.checks);
}

/// The honest ledger, altered after its checkpoint was signed.
#[track_caller]
pub fn altered(alter: impl FnOnce(&mut Forge), check: Rule, index: impl Into<Option<u64>>, meaning: &str) {
    let honest = Forge::honest();
    let mut copy = honest.clone();
    alter(&mut copy);
    for anchors in [anchored(), Anchors::default()] {
        let report = copy.verify(&honest.published(), &anchors);
        assert_eq!(report.headline, Headline::TamperingProven);
    }
    expect(&copy.verify(&honest.published(), &anchored()), check, Verdict::Tampered, index, meaning);
}

/// A ledger that was dishonest before its log's key signed it.
#[track_caller]
pub fn signed(
    forge: impl FnOnce(&mut Forge),
    check: Rule,
    verdict: Verdict,
    index: impl Into<Option<u64>>,
    meaning: &str,
) {
    let mut log = Forge::honest();
    forge(&mut log);
    let report = log.verify(&log.published(), &anchored());
    expect(&report, check, verdict, index, meaning);
    let finding = report.finding.unwrap();
    if finding.index.is_some() {
        assert!(finding.meaning.contains("signed exactly these bytes"), "{finding}");
    }
}
