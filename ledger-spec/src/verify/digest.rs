//! The part of verification that needs no other part of the log: one run of whole submissions, checked on its own.
//!
//! A chunk is entry-bundle bytes, `u16 length | record` each, that end where a submission ends ([`whole_submissions`]
//! cuts them so). Here nearly all the work is done: every hash, and one signature per submission. Digests are
//! independent of each other, so a caller makes them on all cores and gives them to [`super::Verifier`] in order.
//!
//! After the first finding nothing more is judged, but every leaf is still hashed: whether the log's key signed the
//! bytes as they are decides between *tampered* and *malformed*.

use std::collections::HashMap;
use std::mem;

use crate::commitment::commit;
use crate::event::Class;
use crate::hash::{Hash, leaf_hashes};
use crate::item::item_hashes;
use crate::key::PublicKey;
use crate::limits;
use crate::merkle::Range;
use crate::record::{self, Record, Seal, split_entry};
use crate::submission::{Basis, Statement};
use crate::verify::report::{Finding, Rule};
use crate::{authority, merkle, sign};

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

/// A submission whose author signed it.
#[derive(Debug)]
pub(super) struct Signed {
    pub first: u64,
    pub count: u32,
    pub author: PublicKey,
    pub number: u64,
    pub basis: Basis,
    pub classes: u8,
    /// Leaf hash of its last record.
    pub head: Hash,
}

impl Signed {
    /// The size of the log after it.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
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
                return Err(misnumbered(&record, index));
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
        let (first, author) = open.begun.map(|begun| (begun.first, begun.author))?;
        let meaning = "The log ends within a submission: its last records, with the author's signature, are missing.";
        Some(Finding::malformed(Rule::Records, meaning).at(first).by(author))
    }
}

/// The submission being read, and who was met before.
#[derive(Debug, Default)]
struct Open {
    begun: Option<Begun>,
    classes: u8,
    items: Vec<Hash>,
    /// The authors met so far; `None` for what is no key.
    keys: HashMap<PublicKey, Option<sign::PublicKey>>,
}

/// What every record of a submission has in common.
#[derive(Debug, Clone, Copy)]
struct Begun {
    first: u64,
    author: PublicKey,
    recorded_at: u64,
}

impl Open {
    fn take(&mut self, record: &Record<'_>, item: Hash, digest: &mut ChunkDigest) -> Result<(), Box<Finding>> {
        let Record { index, author, recorded_at, .. } = *record;
        let begun = *self.begun.get_or_insert(Begun { first: index, author, recorded_at });
        if author != begun.author {
            let meaning = "Within one submission the author changes.";
            return Err(Finding::malformed(Rule::Records, meaning).at(index).expected(begun.author, author));
        }
        if recorded_at != begun.recorded_at {
            let meaning = "Within one submission the ledger's clock moves; its records have one time.";
            return Err(Finding::malformed(Rule::Clock, meaning).at(index).expected(begun.recorded_at, recorded_at));
        }
        if self.items.is_empty() {
            clock(digest.recorded_at, recorded_at).map_err(|finding| finding.at(index).by(author))?;
        }
        self.items.push(item);
        if self.items.len() > limits::SUBMISSION_EVENTS as usize {
            let meaning = format!("More than {} records follow without a seal.", limits::SUBMISSION_EVENTS);
            return Err(Finding::malformed(Rule::Records, meaning).at(index).by(author));
        }
        self.classes |= 1 << record.class.number();
        if let Some(opening) = &record.inline {
            let commitment = commit(&opening.salt, opening.body);
            if commitment != record.commitment {
                let meaning = "The public body is not the one that its author committed to.";
                let finding = Finding::tampered(Rule::GovernanceBodies, meaning).at(index).by(author);
                return Err(finding.expected(record.commitment, commitment));
            }
            digest.governance.push((index, opening.body.to_vec()));
        }
        Ok(())
    }

    fn close(&mut self, ledger: Hash, last: &Record<'_>, seal: &Seal, head: Hash) -> Result<Signed, Box<Finding>> {
        let Record { index, author, .. } = *last;
        let count = self.items.len() as u32; // at most 4096, see `take`
        if seal.count != count {
            let meaning = "The author signed another number of events than stand here.";
            let finding = Finding::tampered(Rule::AuthorSignatures, meaning).at(index).by(author);
            return Err(finding.expected(seal.count, count));
        }
        let items_root = merkle::root_of(&self.items);
        let statement = Statement::of_seal(ledger, author, seal, items_root);
        // Reading a key takes a tenth of the time of a verification, and few authors sign much.
        let key = self.keys.entry(author).or_insert_with(|| sign::PublicKey::from_bytes(&author.0).ok());
        if !key.as_ref().is_some_and(|key| statement.is_signed_by(key, &seal.signature)) {
            let meaning = "The author's signature does not cover these events: they were altered, or were never \
                           said by this key, or were said to another ledger.";
            return Err(Finding::tampered(Rule::AuthorSignatures, meaning).at(index).by(author));
        }
        self.items.clear();
        self.begun = None;
        let first = index + 1 - u64::from(count);
        let basis = Basis { size: seal.basis_size, head: seal.basis_head };
        Ok(Signed { first, count, author, number: seal.number, basis, classes: mem::take(&mut self.classes), head })
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

/// The record at `index`, which says it is number `number`, does not name the one before it.
pub(super) fn broken_link(index: u64, number: u64, prev: Hash, head: Hash) -> Box<Finding> {
    let meaning = match number == index {
        true => "The record does not name the one before it, which was altered or replaced.".to_owned(),
        false => format!(
            "The record calls itself event {number} but stands at place {index}: records were taken out, put in or moved."
        ),
    };
    Finding::tampered(Rule::Chain, meaning).at(index).expected(head, prev)
}

/// Whether the ledger's clock stands or goes on.
pub(super) fn clock(before: u64, now: u64) -> Result<(), Box<Finding>> {
    match now >= before {
        true => Ok(()),
        false => {
            let meaning = "The ledger's clock goes back.";
            Err(Finding::malformed(Rule::Clock, meaning).expected(format!("{before} or later"), now))
        }
    }
}

fn misnumbered(record: &Record<'_>, index: u64) -> Box<Finding> {
    let meaning = "The record is chained to the one before it but has another number than its place.";
    Finding::malformed(Rule::Chain, meaning).at(index).by(record.author).expected(index, record.index)
}

pub(super) fn not_a_record(index: u64, error: &record::RecordError) -> Box<Finding> {
    let meaning = format!("The entry is not a record that can be read: {error}.");
    match error.is_undecided() {
        true => Finding::undecided(Rule::Records, meaning).at(index),
        false => Finding::malformed(Rule::Records, meaning).at(index),
    }
}

pub(super) fn not_opened() -> Box<Finding> {
    Finding::malformed(Rule::Authority, "A ledger begins with the public event that opens it; this does not.").at(0)
}

fn unreadable(index: u64) -> Box<Finding> {
    Finding::malformed(Rule::Records, "The entries are cut short, or their lengths are not true.").at(index)
}
