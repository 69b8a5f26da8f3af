//! Extracts: a part of the ledger in one file, with all that is needed to verify it (SPEC.md section 17).

use std::collections::BTreeSet;

use ledger_spec::checkpoint::{Checkpoint, CheckpointError};
use ledger_spec::commitment;
use ledger_spec::event::Class;
use ledger_spec::extract::{Extract, ExtractError, Part};
use ledger_spec::merkle::Nodes;
use ledger_spec::note::{Note, NoteError};
use ledger_spec::record::{Record, split_entry, split_opening};
use thiserror::Error;

use crate::store::{EventStore, FrameView, StoreError};

/// Why an extract could not be made.
#[derive(Debug, Error)]
pub enum MakeExtractError {
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log does not hold what it should.
    #[error("the log: {0}; run `cantus verify`")]
    Log(#[from] ExtractError),
    /// The checkpoint is no signed note.
    #[error("the checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint is none.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A node of the tree could not be had.
    #[error("the tree of the log: {0}")]
    Nodes(String),
    /// An event that is not under the checkpoint.
    #[error("event {index} is not under the checkpoint, which covers {size} events")]
    Beyond {
        /// The event.
        index: u64,
        /// Events under the checkpoint.
        size: u64,
    },
}

/// What an extract is to hold.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The events, by index; every governance event is added.
    pub events: &'a BTreeSet<u64>,
    /// Those among them whose bodies go along.
    pub bodies: &'a BTreeSet<u64>,
}

/// Makes an extract under a checkpoint of the log, with proofs from the nodes of its tree.
pub fn make<N: Nodes<Error: std::fmt::Display>>(
    store: &dyn EventStore,
    nodes: &N,
    checkpoint: &[u8],
    wanted: Wanted<'_>,
) -> Result<Extract, MakeExtractError> {
    let size = Checkpoint::parse(Note::parse(checkpoint)?.text())?.size;
    if let Some(&index) = wanted.events.range(size..).next() {
        return Err(MakeExtractError::Beyond { index, size });
    }
    let mut extract = Extract { checkpoint: checkpoint.to_vec(), submissions: Vec::new() };
    'log: for chunk in store.scan(0)? {
        for frame in chunk?.frames() {
            if frame.first_index >= size {
                break 'log;
            }
            take_frame(&frame, size, wanted, &mut extract.submissions)?;
        }
    }
    extract.prove(nodes, size).map_err(|error| MakeExtractError::Nodes(error.to_string()))?;
    Ok(extract)
}

/// Takes what is wanted of the submissions of a frame.
fn take_frame(
    frame: &FrameView<'_>,
    size: u64,
    wanted: Wanted<'_>,
    parts: &mut Vec<Part>,
) -> Result<(), MakeExtractError> {
    let keep = |record: &Record<'_>| record.class == Class::Governance || wanted.events.contains(&record.index);
    let (mut rest, mut bodies) = (frame.records, frame.bodies);
    let mut submission = Submission { entries: rest, bodies, any: false };
    while let Some(entry) = split_entry(&mut rest) {
        let record = Record::parse(entry).map_err(ExtractError::from)?;
        if record.inline.is_none() {
            split_opening(&mut bodies);
        }
        submission.any |= keep(&record);
        if record.seal.is_none() {
            continue;
        }
        if submission.any && record.index < size {
            let entries = &submission.entries[..submission.entries.len() - rest.len()];
            let mut part = Part::of_submission(entries, keep)?;
            give_bodies(&mut part, entries, submission.bodies, wanted.bodies)?;
            parts.push(part);
        }
        submission = Submission { entries: rest, bodies, any: false };
    }
    Ok(())
}

/// What remains of a frame from the start of a submission on.
struct Submission<'a> {
    entries: &'a [u8],
    bodies: &'a [u8],
    /// Whether a record of it is to be kept.
    any: bool,
}

/// Adds the bodies of the records that are wanted, but for those that were erased.
fn give_bodies(part: &mut Part, entries: &[u8], bodies: &[u8], wanted: &BTreeSet<u64>) -> Result<(), ExtractError> {
    let (mut entries, mut bodies) = (entries, bodies);
    let mut kept = part.entries.iter_mut().peekable();
    while let Some(entry) = split_entry(&mut entries) {
        let record = Record::parse(entry)?;
        let opening = if record.inline.is_none() { split_opening(&mut bodies) } else { None };
        if let Some(kept) = kept.next_if(|kept| kept.record == entry) {
            let given = opening.filter(|opening| wanted.contains(&record.index) && opening.salt != commitment::ERASED);
            kept.opening = given.map(|opening| (opening.salt, opening.body.to_vec()));
        }
    }
    Ok(())
}
