//! Receipts held against the log. A log that was cut, or restored from an older copy together with its guard, looks
//! whole by itself; but a receipt in the outbox says what it had given out. To sign such a log again would be to deny
//! that.

use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::merkle::verify_inclusion;
use ledger_spec::receipt::Receipt;
use ledger_spec::record::Record;

use super::open::is_guard_lost;
use super::outbox::{RECEIPT, file_name};
use super::{Ledger, LedgerError, Outbox, OutboxError};

/// Which receipts are held against the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipts {
    /// The newest of each author: a log that has it has those before it.
    Newest,
    /// All of them.
    All,
}

impl Ledger {
    /// Holds receipts of the outbox against the log, and returns how many. Refused are one that is damaged, a log that
    /// does not have what a receipt proves it had, and one whose guard is lost, which nobody can judge.
    pub fn check_receipts(&self, outbox: &Outbox, which: Receipts) -> Result<u64, LedgerError> {
        if is_guard_lost(self.store()) {
            return Err(LedgerError::GuardLost);
        }
        let mut files = outbox.receipts()?;
        if which == Receipts::Newest {
            // In order, so that the newest of an author is the last.
            files.reverse();
            files.dedup_by(|older, newer| author_part(older) == author_part(newer));
        }
        for file in &files {
            let receipt = outbox.read_receipt(file)?;
            let (record, checkpoint) = coherent(&receipt, file).map_err(|what| damaged(file, what))?;
            if !self.has(&record, &checkpoint)? {
                let (known, head) = (checkpoint.size, self.head().size);
                return Err(LedgerError::RolledBack { file: file.clone(), index: record.index, known, head });
            }
            let count = record.seal.map_or(1, |seal| u64::from(seal.count));
            if self.store().leaf_before((record.index + 1).saturating_sub(count))? != receipt.prev {
                return Err(damaged(file, "it begins after another event".to_owned()));
            }
        }
        Ok(files.len() as u64)
    }

    /// Whether the log has the record in its place, and had the root of the checkpoint.
    fn has(&self, record: &Record<'_>, checkpoint: &Checkpoint) -> Result<bool, LedgerError> {
        let (index, size) = (record.index, checkpoint.size);
        if size > self.head().size {
            return Ok(false);
        }
        let leaf = self.store().leaf_before(index + 1)?;
        Ok(leaf == record.leaf_hash() && self.root_at(size)? == checkpoint.root)
    }
}

/// The receipt's record and checkpoint, if the receipt is what its name says and proves what it says: then it was once
/// given out, whatever the log says now.
fn coherent<'r>(receipt: &'r Receipt, file: &str) -> Result<(Record<'r>, Checkpoint), String> {
    let record = Record::parse(&receipt.sealed).map_err(|error| error.to_string())?;
    let number = record.seal.as_ref().map(|seal| seal.number).ok_or("its record is not sealed")?;
    if file_name(&record.author, number, RECEIPT) != file {
        return Err(format!("it is for submission {number} of {}", record.author));
    }
    if receipt.proof.index != record.index {
        return Err(format!("its record is event {}, its proof is of event {}", record.index, receipt.proof.index));
    }
    let checkpoint = Checkpoint::parse(receipt.proof.checkpoint.text()).map_err(|error| error.to_string())?;
    let (leaf, size, path) = (record.leaf_hash(), checkpoint.size, &receipt.proof.path);
    verify_inclusion(&leaf, record.index, size, path, &checkpoint.root).map_err(|error| error.to_string())?;
    Ok((record, checkpoint))
}

fn damaged(file: &str, what: String) -> LedgerError {
    OutboxError::DamagedReceipt { file: file.to_owned(), what }.into()
}

fn author_part(file: &str) -> Option<&str> {
    file.split('-').next()
}
