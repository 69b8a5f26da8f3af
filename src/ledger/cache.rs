//! What lets a ledger open without following its log from the start: its state as of some size, in the index.
//!
//! In [`Space::Ledger`]: `author [32] | number u64` gives the index of the submission's first record, u64. Then the
//! snapshot `ledger`: a magic, what authority knows, and the time of the last record. Rows are written before the snapshot that
//! counts on them; a snapshot is believed if the log has its leaf hash at its place and the rows reach as far. The tree
//! comes from the nodes the index keeps of the log. None of it is needed: what is lost is followed again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bincode::config::{self, Config};
use ledger_spec::Hash;
use ledger_spec::authority::Authority;
use ledger_spec::hash::leaf_hashes;
use ledger_spec::key::PublicKey;
use ledger_spec::record::split_entry;
use ledger_spec::tile::TILE_WIDTH;

use super::state::{Follower, State};
use super::tree::Tree;
use crate::store::index::{Batch, Index, Indexed, Reached, Space};
use crate::store::{EventStore, SegmentStore, StoreError};

const SNAPSHOT: &str = "ledger";
/// What a snapshot begins with. The version is part of it: what another version wrote is not read, but followed again
/// from the log.
const MAGIC: &[u8; 16] = b"cantus/ledger/v1";
/// Bytes put into the index at once.
const BATCH_BYTES: usize = 1 << 20;
/// Memory that a snapshot may claim: it is our own, but its disk may not be what it was.
const SNAPSHOT_MAX: usize = 1 << 30;

/// The ledger's part of the index.
pub struct Cache {
    index: Index,
    store: Arc<SegmentStore>,
    /// The size of the log as of the last save.
    saved: AtomicU64,
}

/// Events after which the state is saved: as many are followed within a tenth of a second on opening.
const SAVE_EVENTS: u64 = 1 << 17;
/// Submissions after which the state is saved, which it holds in memory until then.
const SAVE_SUBMISSIONS: usize = 1 << 13;

/// What the cache does not have yet.
pub struct Unsaved {
    at: Reached,
    submissions: Vec<((PublicKey, u64), u64)>,
    snapshot: Vec<u8>,
    /// Subtrees of 256 leaves from that group on.
    first_group: usize,
    tiles: Vec<Hash>,
}

fn encoding() -> impl Config {
    config::standard().with_big_endian().with_fixed_int_encoding().with_limit::<SNAPSHOT_MAX>()
}

impl Cache {
    /// The store, the cache, and a follower that goes on from the state that the cache has. What cannot be believed is
    /// removed.
    pub fn open(indexed: Indexed) -> Result<(Arc<SegmentStore>, Cache, Follower), StoreError> {
        let Indexed { store, index, nodes, .. } = indexed;
        let store = Arc::new(store);
        let (index, state) = match load(&index, &store, &nodes) {
            Ok(Some(state)) => (index, Some(state)),
            Ok(None) | Err(StoreError::Index { .. }) => (index.reset()?, None),
            Err(error) => return Err(error),
        };
        let saved = state.as_ref().map_or(0, |(state, _)| state.tree.size()).into();
        let follower = state.map_or_else(Follower::default, |(state, head)| Follower::after(state, head));
        Ok((Arc::clone(&store), Cache { index, store, saved }, follower))
    }

    /// Index of the first record of an author's submission of that number, if the cache has it.
    pub fn submission(&self, author: &PublicKey, number: u64) -> Result<Option<u64>, StoreError> {
        let row = self.index.get(Space::Ledger, &submission_key(author, number))?;
        let first = row.map(|row| row.try_into().map(u64::from_be_bytes));
        first.transpose().map_err(|_| self.index.damaged("the place of a submission is not a number"))
    }

    /// The index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Keeps a projection in the index, if what it was made of is known to be durable.
    pub fn keep_snapshot(&self, name: &str, at: Reached, bytes: &[u8]) -> Result<(), StoreError> {
        if at.size > self.store.durable() { Ok(()) } else { self.index.put_snapshot(name, at, bytes) }
    }

    /// What is wrong with the index, as an error. It is made anew at the next opening.
    pub fn damaged(&self, what: &str) -> StoreError {
        self.index.damaged(what)
    }

    /// Whether enough has come together since the last save to be worth another.
    pub fn is_due(&self, state: &State) -> bool {
        state.submissions.len() >= SAVE_SUBMISSIONS || state.tree.size() >= self.saved() + SAVE_EVENTS
    }

    /// The size of the log as of the last save.
    pub fn saved(&self) -> u64 {
        self.saved.load(Ordering::Relaxed)
    }

    /// Saves the state if it is due, while it is followed.
    pub fn save_some(&self, state: &mut State, leaf: Hash) -> Result<(), StoreError> {
        if self.is_due(state) && state.tree.size() <= self.store.durable() {
            let unsaved = self.unsaved(state, leaf)?;
            self.save(&unsaved)?;
            unsaved.forget(state);
        }
        Ok(())
    }

    /// What of the state is not saved; the leaf hash is that of its last record.
    pub fn unsaved(&self, state: &State, leaf: Hash) -> Result<Unsaved, StoreError> {
        let snapshot = bincode::encode_to_vec((MAGIC, &state.authority, state.recorded_at), encoding());
        let snapshot = snapshot.map_err(|error| self.index.damaged(format!("no snapshot can be made: {error}")))?;
        let first_group = self.index.next_group()?;
        Ok(Unsaved {
            at: Reached { size: state.tree.size(), leaf },
            submissions: state.submissions.iter().map(|(submission, first)| (*submission, *first)).collect(),
            snapshot,
            first_group,
            tiles: state.tree.tiles().get(first_group..).unwrap_or_default().to_vec(),
        })
    }

    /// Saves it. Afterwards the state can [forget](Unsaved::forget) what it need not keep.
    pub fn save(&self, unsaved: &Unsaved) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for ((author, number), first) in &unsaved.submissions {
            batch.put(Space::Ledger, &submission_key(author, *number), &first.to_be_bytes());
            if batch.bytes() > BATCH_BYTES {
                self.index.apply(std::mem::take(&mut batch))?;
            }
        }
        batch.reaching(Space::Ledger, unsaved.at);
        self.index.apply(batch)?;
        self.index.put_log(&self.store, unsaved.first_group, &unsaved.tiles)?;
        self.index.put_snapshot(SNAPSHOT, unsaved.at, &unsaved.snapshot)?;
        self.saved.store(unsaved.at.size, Ordering::Relaxed);
        Ok(())
    }
}

impl Unsaved {
    /// Lets the state forget what was saved.
    pub fn forget(&self, state: &mut State) {
        for (submission, _) in &self.submissions {
            state.submissions.remove(submission);
        }
    }
}

/// The state that the index has, if it is of this log.
fn load(index: &Index, store: &SegmentStore, tiles: &[Hash]) -> Result<Option<(State, Hash)>, StoreError> {
    let Some(snapshot) = index.snapshot(SNAPSHOT)? else { return Ok(None) };
    let at = snapshot.at;
    let rows = index.reached(Space::Ledger)?.map_or(0, |reached| reached.size);
    if rows < at.size || at.size > store.head().size || store.leaf_before(at.size)? != at.leaf {
        return Ok(None);
    }
    let Some(state) = snapshot.bytes.strip_prefix(MAGIC) else { return Ok(None) };
    let decoded = bincode::decode_from_slice::<(Authority, u64), _>(state, encoding());
    let ((authority, recorded_at), _) = decoded.map_err(|error| index.damaged(error))?;
    let tree = tree(store, tiles, at.size)?;
    Ok(Some((State { authority, tree, submissions: Default::default(), recorded_at }, at.leaf)))
}

/// The tree over the first `size` events, from the subtrees there are and the records after them.
fn tree(store: &SegmentStore, tiles: &[Hash], size: u64) -> Result<Tree, StoreError> {
    let whole = usize::try_from(size / TILE_WIDTH).map_or(tiles.len(), |whole| whole.min(tiles.len()));
    let mut tree = Tree::over(tiles.get(..whole).unwrap_or_default());
    while tree.size() < size {
        let records = store.records(tree.size()..size.min(tree.size() + TILE_WIDTH))?;
        let mut rest = &records[..];
        let mut leaves = Vec::new();
        leaf_hashes(std::iter::from_fn(|| split_entry(&mut rest)), |leaf| leaves.push(leaf));
        tree.extend(&leaves);
    }
    Ok(tree)
}

fn submission_key(author: &PublicKey, number: u64) -> Vec<u8> {
    [&author.0[..], &number.to_be_bytes()].concat()
}
