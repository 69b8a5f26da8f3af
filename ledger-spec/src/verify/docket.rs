//! The report while it is being made.

use crate::hash::Hash;
use crate::verify::report::{Check, Finding, Headline, Outcome, Report, Rule, Verdict};

/// Checks and the gravest finding, in the order in which they come in.
#[derive(Debug, Default)]
pub(super) struct Docket {
    checks: Vec<Check>,
    finding: Option<Box<Finding>>,
    notes: Vec<String>,
    /// Whether something that did not come with the ledger was found to agree with it.
    pub anchored: bool,
    /// Records beyond the checkpoint's size.
    pub beyond: u64,
}

impl Docket {
    /// A check that was made to its end, and all was well.
    pub fn passed(&mut self, check: Rule, count: u64) {
        self.checks.push(Check { check, count, outcome: Outcome::Passed });
    }

    /// A check that could not be made, or not to its end.
    pub fn not_checked(&mut self, check: Rule, count: u64, why: impl Into<String>) {
        self.checks.push(Check { check, count, outcome: Outcome::NotChecked(why.into()) });
    }

    /// A check that failed after `count` things had passed it.
    pub fn failed(&mut self, count: u64, finding: Box<Finding>) {
        self.checks.push(Check { check: finding.check, count, outcome: Outcome::Failed });
        self.find(finding);
    }

    /// Whether the ledger is the one that the reader named.
    pub fn ledger_id(&mut self, named: Hash, found: Hash) {
        match named == found {
            true => {
                self.anchored = true;
                self.passed(Rule::LedgerId, 1);
            }
            false => {
                let meaning = "This is another ledger than the one that was named.";
                self.failed(0, Finding::undecided(Rule::LedgerId, meaning).expected(named, found));
            }
        }
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Keeps the gravest finding, and of equally grave ones the first event's.
    fn find(&mut self, finding: Box<Finding>) {
        keep_gravest(&mut self.finding, finding);
    }

    /// The signed root of that size speaks about what was found in the records under it: whether the log's key signed
    /// these very bytes.
    pub fn root_decides(&mut self, size: u64, signed: bool) {
        let Some(finding) = &mut self.finding else { return };
        if finding.index.is_none_or(|index| index >= size) {
            return;
        }
        finding.meaning += match signed {
            true => " The log's key signed exactly these bytes: the log itself is at fault, not this copy.",
            false => " The log's key signed other bytes than these.",
        };
        if !signed {
            finding.verdict = Verdict::Tampered;
        }
    }

    /// The report.
    pub fn close(mut self, ledger: Option<Hash>, origin: Option<String>, size: u64, root: Option<Hash>) -> Report {
        self.checks.sort_by_key(|check| check.check);
        let headline = match &self.finding {
            Some(finding) => match finding.verdict {
                Verdict::Equivocated => Headline::OperatorEquivocated,
                Verdict::Tampered => Headline::TamperingProven,
                Verdict::Malformed => Headline::Malformed,
                Verdict::Undecided => Headline::CannotDecide,
            },
            None if self.anchored => Headline::Verified,
            None => Headline::InternallyConsistent,
        };
        if self.finding.is_none() && !self.anchored {
            self.notes.push(UNANCHORED.into());
        }
        let Docket { checks, notes, beyond, .. } = self;
        let finding = self.finding.map(|finding| *finding);
        Report { headline, ledger, origin, size, beyond, root, checks, finding, notes }
    }
}

const UNANCHORED: &str = "Everything agrees, but only with what came along: whoever can write these files could have \
                          written others that agree as well. Give a verifier key, a policy or a ledger id that you \
                          have from somewhere else.";

/// Keeps the graver of two findings. Of equally grave ones: first what is about records, the earlier event's before the
/// later one's, and of one event the earlier check's, as a basis may be asked for again and answered late; then what is
/// about checkpoints, as it comes; then what is about bodies, the earlier one's.
pub(super) fn keep_gravest(kept: &mut Option<Box<Finding>>, new: Box<Finding>) {
    let rank = |finding: &Finding| {
        let index = finding.index.unwrap_or(u64::MAX);
        let (stage, index, check) = match finding.check {
            Rule::Commitments | Rule::CanonicalBodies => (2, index, None),
            check if check >= Rule::Root => (1, 0, None),
            check => (0, index, finding.index.map(|_| check)),
        };
        (finding.verdict, stage, index, check)
    };
    if kept.as_ref().is_none_or(|kept| rank(&new) < rank(kept)) {
        *kept = Some(new);
    }
}
