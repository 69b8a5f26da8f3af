//! What a verification says: every check with its count and outcome, the first thing found wrong, and a headline.

use std::fmt;

use serde::Serialize;

use crate::hash::Hash;
use crate::key::PublicKey;

/// One thing that is checked; the steps of the procedure in SPEC.md section 18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Every entry is a record, and every record is in a sealed submission.
    Records,
    /// Every record holds the leaf hash of the one before it.
    Chain,
    /// The ledger's clock never goes back, and stands still within a submission.
    Clock,
    /// Every submission carries its author's signature over its items.
    AuthorSignatures,
    /// Every key counts its submissions 1, 2, 3...
    Counters,
    /// What an author says it had seen is what the log held.
    Basis,
    /// Every author was allowed to say what it said.
    Authority,
    /// Every governance body matches its commitment and is canonical.
    GovernanceBodies,
    /// Only particulars are redacted.
    Redactions,
    /// The tiles of a static log are those that its entries make.
    Tiles,
    /// Every record at hand is in the tree of the checkpoint.
    Inclusion,
    /// The tree of the records has the root that the checkpoint signs.
    Root,
    /// The checkpoint is signed by the log's key.
    CheckpointSignature,
    /// Log keys follow one another by the rules.
    LogKeys,
    /// Enough witnesses cosigned the checkpoint, by the reader's policy.
    Witnesses,
    /// The log continues the older checkpoint that the reader holds.
    OlderCheckpoint,
    /// The ledger is the one that the reader named.
    LedgerId,
    /// Every body at hand matches its commitment.
    Commitments,
    /// Every body at hand is the canonical encoding of an event of its record's class.
    CanonicalBodies,
}

impl Rule {
    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Records => "records",
            Rule::Chain => "hash chain",
            Rule::Clock => "clock",
            Rule::AuthorSignatures => "author signatures",
            Rule::Counters => "counters",
            Rule::Basis => "basis",
            Rule::Authority => "authority",
            Rule::GovernanceBodies => "governance bodies",
            Rule::Redactions => "redactions",
            Rule::Tiles => "tiles",
            Rule::Inclusion => "inclusion proofs",
            Rule::Root => "root against checkpoint",
            Rule::CheckpointSignature => "checkpoint signature",
            Rule::LogKeys => "log keys",
            Rule::Witnesses => "witnesses",
            Rule::OlderCheckpoint => "older checkpoint",
            Rule::LedgerId => "ledger id",
            Rule::Commitments => "commitments",
            Rule::CanonicalBodies => "canonical bodies",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How grave a finding is, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The log's key signed two histories; both signatures are at hand.
    Equivocated,
    /// Bytes contradict a signature, a commitment or a hash that covers them.
    Tampered,
    /// Bytes are no ledger, or a ledger that breaks its own rules; nothing shows that they were altered since.
    Malformed,
    /// Something needed to judge is missing, or newer than this version.
    Undecided,
}

/// The first thing found wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check that failed.
    pub check: Rule,
    /// How grave it is.
    pub verdict: Verdict,
    /// The event it shows at, if it is about one.
    pub index: Option<u64>,
    /// The event's author as its record names it.
    pub author: Option<PublicKey>,
    /// What should be there.
    pub expected: Option<String>,
    /// What is there.
    pub found: Option<String>,
    /// What it means, in a sentence or two.
    pub meaning: String,
}

impl Finding {
    pub(crate) fn new(check: Rule, verdict: Verdict, meaning: impl Into<String>) -> Box<Finding> {
        let meaning = meaning.into();
        Box::new(Finding { check, verdict, index: None, author: None, expected: None, found: None, meaning })
    }

    pub(crate) fn tampered(check: Rule, meaning: impl Into<String>) -> Box<Finding> {
        Finding::new(check, Verdict::Tampered, meaning)
    }

    pub(crate) fn malformed(check: Rule, meaning: impl Into<String>) -> Box<Finding> {
        Finding::new(check, Verdict::Malformed, meaning)
    }

    pub(crate) fn undecided(check: Rule, meaning: impl Into<String>) -> Box<Finding> {
        Finding::new(check, Verdict::Undecided, meaning)
    }

    pub(crate) fn at(mut self: Box<Self>, index: u64) -> Box<Finding> {
        self.index = Some(index);
        self
    }

    pub(crate) fn by(mut self: Box<Self>, author: PublicKey) -> Box<Finding> {
        self.author = Some(author);
        self
    }

    pub(crate) fn expected(mut self: Box<Self>, expected: impl ToString, found: impl ToString) -> Box<Finding> {
        self.expected = Some(expected.to_string());
        self.found = Some(found.to_string());
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.check)?;
        if let Some(index) = self.index {
            write!(f, ", event {index}")?;
        }
        write!(f, ": {}", self.meaning)?;
        if let (Some(expected), Some(found)) = (&self.expected, &self.found) {
            write!(f, " Expected {expected}, found {found}.")?;
        }
        self.author.map_or(Ok(()), |author| write!(f, " Author {author}."))
    }
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", content = "why", rename_all = "kebab-case")]
pub enum Outcome {
    /// All that was counted is as it should be.
    Passed,
    /// The finding says what is not.
    Failed,
    /// It could not be made, or not to its end.
    NotChecked(String),
}

/// A check, how many things it looked at, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The check.
    pub check: Rule,
    /// Things that passed it: records, submissions, checkpoints, as the check goes.
    pub count: u64,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The result in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Headline {
    /// Everything passed, against something that did not come with the ledger.
    Verified,
    /// Everything passed, but only against what came with the ledger: whoever made one could make another.
    InternallyConsistent,
    /// The log's key signed two histories.
    OperatorEquivocated,
    /// Bytes contradict a signature, a commitment or a hash.
    TamperingProven,
    /// Not a ledger, or one that breaks its own rules.
    Malformed,
    /// Something needed to judge is missing.
    CannotDecide,
}

impl fmt::Display for Headline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Headline::Verified => "verified",
            Headline::InternallyConsistent => "internally consistent",
            Headline::OperatorEquivocated => "the operator equivocated",
            Headline::TamperingProven => "tampering proven",
            Headline::Malformed => "malformed",
            Headline::CannotDecide => "cannot decide",
        })
    }
}

/// The result of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In one word.
    pub headline: Headline,
    /// The ledger's id, if its first record could be read.
    pub ledger: Option<Hash>,
    /// The ledger's name, if its first record could be read.
    pub origin: Option<String>,
    /// Records read.
    pub size: u64,
    /// How many of them stand beyond the checkpoint's size. The headline does not speak of these: no log key signed them.
    pub beyond: u64,
    /// RFC 6962 root over them.
    pub root: Option<Hash>,
    /// Every check, in the order in which they are made.
    pub checks: Vec<Check>,
    /// The first thing found wrong.
    pub finding: Option<Finding>,
    /// What the reader should know beside.
    pub notes: Vec<String>,
}
