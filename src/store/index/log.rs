//! What the index knows of the log itself, so that a store opens without reading it from the start.
//!
//! In [`Space::Log`], for each full group of 256 records its mark and its node of the Merkle tree:
//!
//! ```text
//! key     chunk u32                 groups 256 * chunk and on
//! value   (segment u32 | frame u32 | record u32 | body u32 | node [32]) of each, at most 256
//! ```
//!
//! and as the place reached that of the last mark. What comes after it is read from the segments on opening.

use ledger_spec::Hash;

use super::{Batch, Index, Reached, Space};
use crate::store::segment::{Claim, MARK_EVERY, Mark, Options, Resume, SegmentStore};
use crate::store::{EventStore, StoreError};

/// Groups in one row.
const CHUNK: usize = 256;
const ROW_LEN: usize = 16 + Hash::LEN;
/// Bytes put into the index at once.
const BATCH_BYTES: usize = 1 << 20;

/// A store and its index, opened together.
#[derive(Debug)]
pub struct Indexed {
    /// The store, which is not [mended](SegmentStore::mend) yet.
    pub store: SegmentStore,
    /// The index. It may be empty: whoever keeps rows in it asks it how far they reach.
    pub index: Index,
    /// The nodes of level 8 that the index has, from the first: each is the root over 256 leaves.
    pub nodes: Vec<Hash>,
    /// Why the index was made anew, if it was.
    pub damage: Option<String>,
}

impl Indexed {
    /// Opens the store that was claimed, changing nothing of it, with an [`Index::open`]ed index. An index that is damaged, or not of
    /// this log, is made anew. `progress` is told the index of the event reached, now and then.
    pub fn open(
        claim: Claim,
        (index, mut damage): (Index, Option<String>),
        options: Options,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Indexed, StoreError> {
        let known = Known::load(&index).unwrap_or_else(|error| {
            damage = Some(error.to_string());
            None
        });
        let store = claim.open(options, known.as_ref().map(|known| &known.resume), progress)?;
        let (index, nodes) = match known {
            Some(known) if store.resumed() => (index, known.nodes),
            Some(known) => {
                known.check_not_ahead(store.head().size)?;
                damage.get_or_insert_with(|| "it is not of this log".to_owned());
                (index.reset()?, Vec::new())
            }
            None if damage.is_some() => (index.reset()?, Vec::new()),
            None => (index, Vec::new()),
        };
        Ok(Indexed { store, index, nodes, damage })
    }
}

impl Index {
    /// The group of 256 records from which [`put_log`](Index::put_log) wants the nodes next.
    pub fn next_group(&self) -> Result<usize, StoreError> {
        let reached = self.reached(Space::Log)?.map_or(0, |reached| reached.size / MARK_EVERY + 1);
        // The last row is written again until it is full.
        Ok(usize::try_from(reached).unwrap_or(usize::MAX) / CHUNK * CHUNK)
    }

    /// Notes the marks of the store and the nodes of the groups from `first`, which is a
    /// [`next_group`](Index::next_group). Needed for a fast opening only, so it may be done at any time, or never.
    pub fn put_log(&self, store: &SegmentStore, first: usize, nodes: &[Hash]) -> Result<(), StoreError> {
        let marks = store.marks(first..first + nodes.len());
        let mut batch = Batch::default();
        let rows: Vec<[u8; ROW_LEN]> = marks.iter().zip(nodes).map(|(mark, node)| encode(mark, node)).collect();
        // The 2^32 chunks of a u32 are more than all events that may ever be.
        for (chunk, rows) in (first / CHUNK..).zip(rows.chunks(CHUNK)) {
            batch.put(Space::Log, &(chunk as u32).to_be_bytes(), rows.as_flattened());
            if batch.bytes() > BATCH_BYTES {
                self.apply(std::mem::take(&mut batch))?;
            }
        }
        let Some(last) = (first + rows.len()).checked_sub(1) else { return Ok(()) };
        let at = last as u64 * MARK_EVERY;
        batch.reaching(Space::Log, Reached { size: at, leaf: store.leaf_before(at)? });
        self.apply(batch)
    }
}

/// What the index holds of the log.
struct Known {
    resume: Resume,
    nodes: Vec<Hash>,
}

impl Known {
    fn load(index: &Index) -> Result<Option<Known>, StoreError> {
        let Some(reached) = index.reached(Space::Log)? else { return Ok(None) };
        let (mut marks, mut nodes) = (Vec::new(), Vec::new());
        for row in index.scan(Space::Log, &[]) {
            let (_, value) = row?;
            for (mark, node) in value.chunks_exact(ROW_LEN).filter_map(decode) {
                marks.push(mark);
                nodes.push(node);
            }
        }
        let groups = reached.size / MARK_EVERY + 1;
        if marks.len() as u64 != groups {
            return Err(index.damaged("marks of the log are missing"));
        }
        Ok(Some(Known { resume: Resume { marks, prev: reached.leaf }, nodes }))
    }

    /// The index is written after the log, so it can only be ahead of a log that was cut.
    fn check_not_ahead(&self, head: u64) -> Result<(), StoreError> {
        let known = self.nodes.len() as u64 * MARK_EVERY;
        if known > head { Err(StoreError::Cut { head, known }) } else { Ok(()) }
    }
}

fn encode(mark: &Mark, node: &Hash) -> [u8; ROW_LEN] {
    let mut row = [0; ROW_LEN];
    let (fields, hash) = row.split_at_mut(ROW_LEN - Hash::LEN);
    for (field, value) in fields.chunks_exact_mut(4).zip([mark.segment, mark.frame, mark.record, mark.body]) {
        field.copy_from_slice(&value.to_be_bytes());
    }
    hash.copy_from_slice(&node.0);
    row
}

fn decode(row: &[u8]) -> Option<(Mark, Hash)> {
    let (segment, rest) = row.split_first_chunk()?;
    let (frame, rest) = rest.split_first_chunk()?;
    let (record, rest) = rest.split_first_chunk()?;
    let (body, node) = rest.split_first_chunk()?;
    let [segment, frame, record, body] = [segment, frame, record, body].map(|field| u32::from_be_bytes(*field));
    Some((Mark { segment, frame, record, body }, Hash(node.try_into().ok()?)))
}
