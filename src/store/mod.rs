//! Where the log is kept: the [`EventStore`] trait, and its engines.
//!
//! A store keeps records and bodies and knows nothing of their meaning. Its unit is the [`Block`], one submission;
//! its only coordination is compare-and-swap on the [`Head`], so that an engine can also stand on a replicated
//! database. What it promises, whatever happens to the machine:
//!
//! - a block whose append answered `Committed` is durable, whole, at its place, for ever
//! - after a crash the head is the old one or the new one, never something between
//! - opening changes nothing; what a crash left is put right before the first change ([`SegmentStore::mend`])
//! - reads never return bytes that are not what was appended: records are checked by the chain, bodies by their
//!   commitment, and what does not match is an error that says where
//!
//! [`SegmentStore`] is the embedded engine; [`SimDisk`] runs it with injected faults.

mod disk;
mod error;
pub mod index;
mod scan;
mod segment;
mod sim;
mod walk;

use std::ops::Range;

use ledger_spec::Hash;
use ledger_spec::commitment::Salt;
use ledger_spec::record::Record;

pub use disk::{Access, Disk, DiskFile, Lock, RealDisk};
pub use error::StoreError;
pub use scan::{Chunk, FrameView, Scan};
pub use segment::{Claim, Inspection, Mark, Options, Resume, SegmentStore};
pub use sim::{Fault, SimDisk, Survival};
pub use walk::{Misfit, Step, Walk};

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Events in the log.
    pub size: u64,
    /// Leaf hash of the last record; of an empty log, the `prev` that its first record must have: the ledger's id.
    pub leaf: Hash,
    /// Number of the writer, raised by each process that opens the store, so that a late write of an earlier one
    /// cannot be taken for ours.
    pub epoch: u64,
}

/// One submission, ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Index of its first record.
    pub first_index: u64,
    /// Number of records, 1 to 4096.
    pub count: u32,
    /// `u16 length | record` of each.
    pub records: Vec<u8>,
    /// `salt [16] | u16 length | body` of each that is not inline.
    pub bodies: Vec<u8>,
    /// Leaf hash of its last record.
    pub leaf: Hash,
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The blocks are durable, and this is the head now.
    Committed(Head),
    /// The head is not the expected one but this. Nothing was written.
    Conflict(Head),
    /// The blocks may be durable or not. Only the very same bytes may be appended again at that head; the segment
    /// engine first wants to be opened anew, which settles it.
    Unknown,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The record, without its length. It is what the chain says it is.
    pub record: Vec<u8>,
    /// Its body.
    pub body: Body,
}

impl Event {
    /// The body, wherever it is; nothing if it was erased.
    pub fn into_body(self) -> Option<Vec<u8>> {
        match self.body {
            Body::Present { bytes, .. } => Some(bytes),
            Body::Erased { .. } => None,
            // The store checked the record, so it can be read.
            Body::Inline => {
                Record::parse(&self.record).ok().and_then(|record| record.inline).map(|opening| opening.body.to_vec())
            }
        }
    }
}

/// Where the body of an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// In the record itself.
    Inline,
    /// Here, and it matches the record's commitment.
    Present {
        /// The author's salt.
        salt: Salt,
        /// The body.
        bytes: Vec<u8>,
    },
    /// It was erased; this many bytes of it are gone.
    Erased {
        /// Length of the body there was, in bytes.
        length: u16,
    },
}

/// The last checkpoint that left this store's process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenOut {
    /// Events under the checkpoint.
    pub size: u64,
    /// Leaf hash of the last of them.
    pub leaf: Hash,
    /// The signed note, at most 16,000 bytes; the store does not look into it.
    pub checkpoint: Vec<u8>,
}

/// A store of one log. Any number of threads may read while one appends.
pub trait EventStore: Send + Sync {
    /// The end of the log as last committed.
    fn head(&self) -> Head;

    /// Appends the blocks, all or none, if the head is still the expected one, and returns once they are durable.
    fn append(&self, expected: &Head, blocks: &[Block]) -> Result<Outcome, StoreError>;

    /// `u16 length | record` of the events of the range: the bytes of entry bundles (C2SP tlog-tiles).
    fn records(&self, range: Range<u64>) -> Result<Vec<u8>, StoreError>;

    /// `salt [16] | u16 length | body` of the events of the range that are not inline; all zeros where erased.
    fn bodies(&self, range: Range<u64>) -> Result<Vec<u8>, StoreError>;

    /// One event.
    fn event(&self, index: u64) -> Result<Event, StoreError>;

    /// The leaf hash of the record before that index, as the chain goes on from it: what a basis of that size names.
    fn leaf_before(&self, index: u64) -> Result<Hash, StoreError>;

    /// All frames from the event of that index to the head of now, read ahead in another thread, for replay and
    /// verification: of these bytes only the checksum of the records is checked, the reader checks what it needs.
    fn scan(&self, from: u64) -> Result<Scan, StoreError>;

    /// Overwrites salt and body of each event with zeros, durably; to do so again changes nothing. The last frame's
    /// events cannot be erased: an event that orders erasure is a later one.
    fn erase(&self, indices: &[u64]) -> Result<(), StoreError>;

    /// The last checkpoint given out.
    fn given_out(&self) -> Option<GivenOut>;

    /// Notes a checkpoint before it is given out. Survives the death of the process, and all but the latest ones a
    /// power cut; opening refuses a log that contradicts it.
    fn give_out(&self, given_out: &GivenOut) -> Result<(), StoreError>;
}
