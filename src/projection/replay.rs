//! Replay: folding the log into a state, from its first event or from a snapshot, to its end or to any point before.
//!
//! Three threads: the store reads ahead in one, [`Reader`] checks and decodes in another, and the fold runs here.

use std::thread;

use crossbeam_channel::bounded;
use ledger_spec::event::{Class, Event};
use ledger_spec::hash::Hash;
use ledger_spec::key::PublicKey;
use ledger_spec::record::Record;
use ledger_spec::reference::PartyId;
use thiserror::Error;

use super::check::Checker;
use super::closes::{Closes, WrongClose};
use super::error::FoldError;
use super::read::{Batch, Item, Reader};
use super::state::{Entry, State};
use crate::store::{EventStore, FrameView, Step, StoreError, Walk};

/// Where a replay ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// At the end of the log.
    End,
    /// After so many events.
    Size(u64),
    /// After the last event recorded by this moment, in Unix milliseconds.
    Moment(u64),
}

impl Until {
    pub(super) fn includes(self, record: &Record<'_>) -> bool {
        match self {
            Until::End => true,
            Until::Size(size) => record.index < size,
            Until::Moment(moment) => record.recorded_at <= moment,
        }
    }
}

/// What is checked on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// Nothing but what the store checks.
    Trusted,
    /// Of the bytes: chain, commitments and tree.
    Full,
    /// Of what they say: the root of every close.
    Closes,
    /// Both.
    Everything,
}

impl Checks {
    fn bytes(self) -> bool {
        matches!(self, Checks::Full | Checks::Everything)
    }

    fn closes(self) -> bool {
        matches!(self, Checks::Closes | Checks::Everything)
    }
}

/// Why a log cannot be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// An event cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A record does not follow the one before it.
    #[error("event {0} does not follow the one before it: the chain is broken")]
    Chain(u64),
    /// A body is not the one that its record commits to.
    #[error("the body of event {0} does not match its commitment")]
    Commitment(u64),
    /// A close is not what the books come to.
    #[error(transparent)]
    Close(Box<WrongClose>),
    /// The state is of another log, or stands within a submission.
    #[error("a replay cannot go on from event {0}: the state there is of another log, or within a submission")]
    Elsewhere(u64),
}

/// A state, and the point of the log that it stands at.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The state.
    pub state: State,
    /// The leaf hash of the last event it has seen; the ledger's id before any.
    pub leaf: Hash,
    /// The root of the tree up to there, if it was checked from the first event on.
    pub root: Option<Hash>,
}

/// Replays a log that goes on from a state. `leaf` is the leaf hash of the last event the state has seen; it is not
/// looked at for a new state. `progress` is told now and then how many events there are so far.
pub fn replay(
    store: &dyn EventStore,
    state: State,
    leaf: Hash,
    until: Until,
    checks: Checks,
    progress: &mut dyn FnMut(u64),
) -> Result<Replayed, ReplayError> {
    let size = state.size();
    if size > 0 && !stands_at(store, size, &leaf)? {
        return Err(ReplayError::Elsewhere(size));
    }
    let closes = checks.closes().then(Closes::default);
    let mut folding = Folding { state, leaf, past: store, first: size, author: None, closes };
    if store.head().size == size {
        return Ok(Replayed { state: folding.state, leaf, root: None });
    }
    let scan = store.scan(size)?;
    let mut reader = Reader { until, checker: checks.bytes().then(|| Checker::new(size, leaf)) };
    let checker = thread::scope(|scope| {
        let (read, batches) = bounded(1);
        let reading = scope.spawn(move || {
            for chunk in scan {
                let batch = chunk.map_err(ReplayError::from).and_then(|chunk| reader.batch(chunk));
                let last = batch.as_ref().map_or(true, |batch| batch.end);
                if read.send(batch).is_err() || last {
                    break;
                }
            }
            reader.checker
        });
        for batch in batches {
            folding.batch(&batch?)?;
            progress(folding.state.size());
        }
        // Errors came with the batches; a panic there is one here.
        Ok::<_, ReplayError>(reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let root = checker.filter(|_| size == 0).and_then(|checker| checker.tree.root());
    Ok(Replayed { state: folding.state, leaf: folding.leaf, root })
}

/// Whether the log had that size after a submission, and its last event that leaf hash.
fn stands_at(store: &dyn EventStore, size: u64, leaf: &Hash) -> Result<bool, ReplayError> {
    if size > store.head().size {
        return Ok(false);
    }
    let bytes = store.records(size - 1..size)?;
    let mut walk = Walk::records(&bytes);
    let step = walk.step().map_err(|error| FoldError::Log { index: size - 1, error })?;
    Ok(step.is_some_and(|step| step.record.seal.is_some() && step.record.leaf_hash() == *leaf))
}

/// A fold on its way through a log.
struct Folding<'s> {
    state: State,
    leaf: Hash,
    past: &'s dyn EventStore,
    /// First event of the submission at hand.
    first: u64,
    /// The last author, and the party it speaks for.
    author: Option<(PublicKey, PartyId)>,
    /// Closes, if they are checked.
    closes: Option<Closes>,
}

impl Folding<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<(), ReplayError> {
        let frames: Vec<FrameView<'_>> = batch.chunk.frames().collect();
        let index = self.state.size();
        let numbers = batch.items.uses.iter().map(|terms| self.state.cells.terms_number(index, terms));
        let numbers: Vec<u32> = numbers.collect::<Result<_, _>>()?;
        for item in &batch.items.all {
            match item {
                Item::Line { line, terms, sealed } => {
                    let terms = usize::try_from(*terms).ok().and_then(|at| numbers.get(at));
                    self.state.apply_line(self.state.size(), line, terms.copied().unwrap_or(u32::MAX))?;
                    if *sealed {
                        self.first = self.state.size();
                    }
                }
                Item::Event { frame, records, bodies } => {
                    let Some(frame) = frames.get(*frame) else { continue };
                    let sections = (frame.records.get(*records..), frame.bodies.get(*bodies..));
                    let mut walk = Walk::both(sections.0.unwrap_or_default(), sections.1.unwrap_or_default());
                    let step = walk.step().map_err(|error| FoldError::Log { index: frame.first_index, error })?;
                    step.map_or(Ok(()), |step| self.event(&step))?;
                }
            }
        }
        self.leaf = batch.leaf.unwrap_or(self.leaf);
        Ok(())
    }

    fn event(&mut self, step: &Step<'_>) -> Result<(), ReplayError> {
        let record = &step.record;
        let event = step.body().map(Event::decode_trusted).transpose();
        let event = event.map_err(|error| FoldError::Body { index: record.index, error })?;
        if event.is_none() && record.class != Class::Particulars {
            return Err(FoldError::Missing { index: record.index }.into());
        }
        let entry = Entry {
            index: record.index,
            first: self.first,
            recorded_at: record.recorded_at,
            by: self.party(record)?,
            event,
        };
        if let Some(closes) = &mut self.closes {
            closes.see(entry.index, entry.event.as_ref(), &mut self.state, self.past)?;
        }
        self.state.apply(&entry, self.past)?;
        if record.seal.is_some() {
            self.first = record.index + 1;
        }
        Ok(())
    }

    /// The party that the author of a record speaks for. The first event is what enrols its own author.
    fn party(&mut self, record: &Record<'_>) -> Result<PartyId, FoldError> {
        match self.author {
            Some((author, party)) if author == record.author => Ok(party),
            _ if record.index == 0 => Ok(PartyId::NONE),
            _ => {
                let unknown = FoldError::Author { index: record.index, key: record.author };
                let party = self.state.party_of(&record.author).ok_or(unknown)?;
                self.author = Some((record.author, party));
                Ok(party)
            }
        }
    }
}
