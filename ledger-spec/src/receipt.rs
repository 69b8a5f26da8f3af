//! Receipts: what an author gets back for a submission (SPEC.md section 16).
//!
//! ```text
//! "cantus/receipt/v1" NUL | prev [32] | length u16 | record [length] | tlog-proof
//! ```
//!
//! `prev` is that of the submission's first record, `record` its last one, the sealed one, and the rest is the
//! `.tlog-proof` of that record. The author has the submission, so it can rebuild every record in between, and with
//! them the chain from `prev` to the record whose place in the log the proof shows. The receipt proves to anyone, for
//! ever, that the log took the submission, whole and in this place.

use thiserror::Error;

use crate::hash::Hash;
use crate::policy::{Accepted, Policy};
use crate::record::{Record, RecordError, split_entry};
use crate::submission::{Ordered, Submission};
use crate::tlog_proof::{TlogProof, TlogProofError};

/// What a receipt begins with.
pub const DOMAIN: &[u8] = b"cantus/receipt/v1\0";

/// The log's answer to a submission. Not verified until [`Receipt::verify`] says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Leaf hash of the record before the submission's first.
    pub prev: Hash,
    /// The submission's last record.
    pub sealed: Vec<u8>,
    /// The proof that this record is in the log.
    pub proof: TlogProof,
}

/// Why bytes are not a receipt, or not one for this submission.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReceiptError {
    /// It does not begin with its domain.
    #[error("this is not a receipt: it does not begin with \"cantus/receipt/v1\"")]
    Domain,
    /// Too short for its fields.
    #[error("the receipt is cut short")]
    Short,
    /// The record is not one.
    #[error("the receipt's record: {0}")]
    Record(#[from] RecordError),
    /// The proof cannot be read, or does not hold.
    #[error("the receipt's proof: {0}")]
    Proof(#[from] TlogProofError),
    /// The record and the proof speak of different places.
    #[error("the receipt's record is event {record}, its proof is of event {proof}")]
    Index {
        /// The record's index.
        record: u64,
        /// The proof's index.
        proof: u64,
    },
    /// The record is not the last one of this submission in any place.
    #[error("the receipt is for another submission, or its record was altered")]
    OtherSubmission,
    /// The author signed to have seen another log than the one it was put into.
    #[error("the submission's basis is not the log that the receipt puts it into: another log took it")]
    Basis,
}

/// A submission's proven place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<'p> {
    /// Its records, as they stand in the log.
    pub ordered: Ordered,
    /// The checkpoint that the log signed over them.
    pub accepted: Accepted<'p>,
}

impl Receipt {
    /// Reads a receipt. Nothing is verified.
    pub fn parse(bytes: &[u8]) -> Result<Receipt, ReceiptError> {
        let rest = bytes.strip_prefix(DOMAIN).ok_or(ReceiptError::Domain)?;
        let (prev, mut rest) = rest.split_first_chunk().ok_or(ReceiptError::Short)?;
        let sealed = split_entry(&mut rest).ok_or(ReceiptError::Short)?;
        Ok(Receipt { prev: Hash(*prev), sealed: sealed.to_vec(), proof: TlogProof::parse(rest)? })
    }

    /// The receipt's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = u16::try_from(self.sealed.len()).expect("a record is at most 65,535 bytes (SPEC.md section 3)");
        let proof = self.proof.to_string();
        [DOMAIN, &self.prev.0, &length.to_be_bytes(), &self.sealed, proof.as_bytes()].concat()
    }

    /// Checks that a log that the policy trusts took exactly this submission, and rebuilds its records.
    pub fn verify<'p>(&self, submission: &Submission, policy: &'p Policy) -> Result<Placed<'p>, ReceiptError> {
        let record = Record::parse(&self.sealed)?;
        if record.index != self.proof.index {
            return Err(ReceiptError::Index { record: record.index, proof: self.proof.index });
        }
        let statement = submission.statement();
        let first = (record.index + 1).checked_sub(statement.count.into()).ok_or(ReceiptError::OtherSubmission)?;
        let ordered = submission.order(first, self.prev, record.recorded_at);
        // Every byte of the last record depends on every byte of the submission, and on its place.
        if ordered.last_record() != Some(&self.sealed[..]) {
            return Err(ReceiptError::OtherSubmission);
        }
        let basis = statement.basis;
        if basis.size > first || (basis.size == first && basis.head != self.prev) {
            return Err(ReceiptError::Basis);
        }
        let accepted = self.proof.verify(&record.leaf_hash(), policy)?;
        Ok(Placed { ordered, accepted })
    }
}
