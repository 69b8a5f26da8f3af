//! The part of verification that needs no other part of the log: one run of whole submissions, checked on its own.
//!
//! A chunk is entry-bundle bytes, `u16 length | record` each, that end where a submission ends ([`whole_submissions`]
//! cuts them so). Here nearly all the work is done: every hash, and one signature per submission. Digests are
//! independent of each other, so a caller makes them on all cores and gives them to [`super::Verifier`] in order.
//!
//! After the first finding nothing more is judged, but every leaf is still hashed: whether the log's key signed the
//! bytes as they are decides between *tampered* and *malformed*.

use crate::authority;
use crate::event::Class;
use crate::hash::{Hash, leaf_hashes};
use crate::item::item_hashes;
use crate::key::PublicKey;
use crate::merkle::Range;
use crate::record::{self, Record, split_entry};
use crate::verify::flaws::{broken_link, misnumbered, not_a_record, not_opened, unreadable};
use crate::verify::open::{Open, Signed};
use crate::verify::report::{Finding, Rule};

/// Records hashed side by side before they are judged; their bytes stay in the second-level cache.
const BATCH: usize = 512;

/// Level of the subtrees kept for looking back, 256 records each: a full entry bundle.
pub(super) const BLOCK_LEVEL: u8 = 8;

/// Makes digests for one ledger.
#[derive(Debug, Clone, Copy)]
pub struct Digester {
    ledger: Hash,
}

/// What one chunk says, checked as far as it can be on its own.
#[derive(Debug)]
pub struct ChunkDigest {
    /// Index of its first record, by position.
    pub(super) first: u64,
    /// What ties it to the records before.
    pub(super) start: Option<Start>,
    /// The clock at its last good submission.
    pub(super) recorded_at: u64,
    /// Leaf hash of every record, good or not.
    pub(super) leaves: Vec<Hash>,
    /// The class of every good record.
    pub(super) classes: Vec<Class>,
    /// The tree over the leaves.
    pub(super) range: Range,
    /// The perfect subtrees of whole levels of tiles above the leaves: level, index, hash.
    pub(super) nodes: Vec<(u8, u64, Hash)>,
    /// Its good submissions.
    pub(super) submissions: Vec<Signed>,
    /// The governance bodies of its good submissions, with their indexes.
    pub(super) governance: Vec<(u64, Vec<u8>)>,
    /// The first thing wrong.
    pub(super) finding: Option<Box<Finding>>,
    /// The entries cannot be told apart from some point on, so there is no tree over all of them.
    pub(super) unreadable: bool,
}

/// What ties a chunk to the records before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    /// As the record says, not by position.
    pub index: u64,
    pub prev: Hash,
    pub recorded_at: u64,
    pub author: PublicKey,
}

impl ChunkDigest {
    /// Index of its first record.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The leaf hashes of its records, for comparison with tiles.
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }
}

/// How many bytes and records at the start of `entries` are whole submissions. What is left over is to be completed
/// with the bytes that follow; at the end of the log it is an error, which the digest of it finds.
pub fn whole_submissions(entries: &[u8]) -> (usize, u64) {
    let (mut rest, mut count) = (entries, 0);
    let mut whole = (0, 0);
    while let Some(entry) = split_entry(&mut rest) {
        count += 1;
        if record::is_sealed(entry) {
            whole = (entries.len() - rest.len(), count);
        }
    }
    whole
}

impl Digester {
    /// For the ledger with this id.
    pub fn new(ledger: Hash) -> Digester {
        Digester { ledger }
    }

    /// For the ledger that the first record of `entries` opens. If it opens none, digesting it says so.
    pub fn of_log(entries: &[u8]) -> Digester {
        let mut rest = entries;
        let record = split_entry(&mut rest).and_then(|entry| Record::parse(entry).ok());
        let opening = record.and_then(|record| record.inline);
        Digester { ledger: opening.map(|opening| authority::ledger_id(opening.body)).unwrap_or_default() }
    }

    /// The id of the ledger.
    pub fn ledger(&self) -> Hash {
        self.ledger
    }

    /// Digests a chunk whose first record stands at index `first`.
    pub fn digest(&self, first: u64, entries: &[u8]) -> ChunkDigest {
        let mut digest = ChunkDigest {
            first,
            start: None,
            recorded_at: 0,
            leaves: Vec::with_capacity(entries.len() / record::PLAIN),
            classes: Vec::with_capacity(entries.len() / record::PLAIN),
            range: Range::new(first),
            nodes: Vec::new(),
            submissions: Vec::new(),
            governance: Vec::new(),
            finding: None,
            unreadable: false,
        };
        let mut open = Open::default();
        let mut batch = Vec::with_capacity(BATCH);
        let mut items = Vec::with_capacity(BATCH);
        let mut rest = entries;
        while !rest.is_empty() && !digest.unreadable {
            batch.clear();
            digest.unreadable = !split_batch(&mut rest, &mut batch);
            let start = digest.leaves.len();
            leaf_hashes(batch.iter().copied(), |leaf| digest.leaves.push(leaf));
            if digest.finding.is_none() {
                items.clear();
                item_hashes(batch.iter().map(|entry| record::item_parts(entry)), |item| items.push(item));
                let judged = self.judge_batch(&mut digest, &mut open, start, &batch, &items);
                digest.finding = judged.err();
            }
        }
        if digest.finding.is_none() {
            digest.finding = digest.unfinished(&open);
        }
        let ChunkDigest { range, leaves, nodes, .. } = &mut digest;
        range.extend_with(leaves, |level, index, node| {
            if level > 0 && level.is_multiple_of(BLOCK_LEVEL) {
                nodes.push((level, index, *node));
            }
        });
        digest
    }

    fn judge_batch(
        &self,
        digest: &mut ChunkDigest,
        open: &mut Open,
        start: usize,
        batch: &[&[u8]],
        items: &[Hash],
    ) -> Result<(), Box<Finding>> {
        for (offset, (entry, item)) in batch.iter().zip(items).enumerate() {
            let place = start + offset;
            let index = digest.first + place as u64;
            let record = Record::parse(entry).map_err(|error| not_a_record(index, &error))?;
            if index == 0 && record.inline.is_none() {
                return Err(not_opened());
            }
            match place.checked_sub(1) {
                Some(before) if record.prev == digest.leaves[before] => {}
                Some(before) => {
                    let finding = broken_link(index, record.index, record.prev, digest.leaves[before]);
                    return Err(finding.by(record.author));
                }
                None => {
                    let Record { index, prev, recorded_at, author, .. } = record;
                    digest.start = Some(Start { index, prev, recorded_at, author });
                }
            }
            if record.index != index {
                return Err(misnumbered(index, record.index).by(record.author));
            }
            open.take(&record, *item, digest)?;
            if let Some(seal) = &record.seal {
                let signed = open.close(self.ledger, &record, seal, digest.leaves[place])?;
                digest.recorded_at = record.recorded_at;
                digest.submissions.push(signed);
            }
            digest.classes.push(record.class);
        }
        Ok(())
    }
}

impl ChunkDigest {
    /// What is wrong if the chunk ends here.
    fn unfinished(&self, open: &Open) -> Option<Box<Finding>> {
        if self.unreadable {
            return Some(unreadable(self.first + self.leaves.len() as u64));
        }
        let (first, author) = open.begun()?;
        let meaning = "The log ends within a submission: its last records, with the author's signature, are missing.";
        Some(Finding::malformed(Rule::Records, meaning).at(first).by(author))
    }
}

/// Takes up to [`BATCH`] entries; false if the next one is cut short.
fn split_batch<'a>(rest: &mut &'a [u8], batch: &mut Vec<&'a [u8]>) -> bool {
    while batch.len() < BATCH && !rest.is_empty() {
        match split_entry(rest) {
            Some(entry) => batch.push(entry),
            None => return false,
        }
    }
    true
}
