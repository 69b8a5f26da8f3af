//! Reading a ledger. Needs no key; any number of threads may read while one writer writes.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ledger_spec::Hash;
use ledger_spec::authority::Authority;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::event::Class;
use ledger_spec::key::PublicKey;
use ledger_spec::merkle;
use ledger_spec::note::{KeyType, VerifierKey};
use ledger_spec::record::Record;
use ledger_spec::sign::SigningKey;
use ledger_spec::submission::Basis;

use super::LedgerError;
use super::cache::Cache;
use super::nodes::LogNodes;
use super::state::{FollowError, State};
use crate::store::index::{Reached, Snapshot};
use crate::store::{EventStore, GivenOut, Head, StoreError};

/// An open ledger. Clones are the same ledger; the last one dropped gives up its lock.
#[derive(Clone)]
pub struct Ledger {
    pub(super) shared: Arc<Shared>,
}

pub struct Shared {
    /// None of a ledger that was just made or stands on a simulated disk. Dropped before the store, whose lock keeps
    /// others out of it.
    pub cache: Option<Cache>,
    pub store: Arc<dyn EventStore>,
    state: RwLock<State>,
    /// Of an older copy: the size of the newer log.
    pub newer: Option<u64>,
    /// Bytes after the end of the log that an interrupted commit left there.
    pub torn: u64,
}

impl Shared {
    pub fn new(
        store: Arc<dyn EventStore>,
        cache: Option<Cache>,
        state: State,
        newer: Option<u64>,
        torn: u64,
    ) -> Shared {
        Shared { cache, store, state: RwLock::new(state), newer, torn }
    }

    /// Saves the state in the cache if that is due, or if this is the last chance. For the writer's thread alone, when
    /// all that it took in is durable.
    pub fn save(&self, last: bool) -> Result<(), StoreError> {
        let Some(cache) = &self.cache else { return Ok(()) };
        let unsaved = {
            let state = self.state();
            if !(cache.is_due(&state) || last && state.tree.size() > cache.saved()) {
                return Ok(());
            }
            cache.unsaved(&state, self.store.head().leaf)?
        };
        cache.save(&unsaved)?;
        unsaved.forget(&mut self.state_mut());
        Ok(())
    }

    /// What is durable. Held for a moment only: the writer waits for it.
    pub fn state(&self) -> RwLockReadGuard<'_, State> {
        // A panic under the lock would have to come from memory running out.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The basis that a log of that size was; `None` if the log never had that size after a submission.
    pub fn basis_at(&self, size: u64) -> Result<Option<Basis>, LedgerError> {
        if size == 0 {
            return Ok(Some(Basis { size, head: self.state().authority.ledger() }));
        }
        if size > self.store.head().size {
            return Ok(None);
        }
        let entry = self.store.records(size - 1..size)?;
        let record = parse_single(&entry, size - 1)?;
        Ok(record.seal.is_some().then(|| Basis { size, head: record.leaf_hash() }))
    }

    /// The class of an event.
    pub fn class_of(&self, index: u64) -> Result<Class, LedgerError> {
        let entry = self.store.records(index..index + 1)?;
        Ok(parse_single(&entry, index)?.class)
    }

    /// Signs a checkpoint over all that is durable and notes it as given out.
    pub fn give_out(&self, key: &SigningKey) -> Result<GivenOut, LedgerError> {
        let head = self.store.head();
        let (origin, root) = {
            let state = self.state();
            (state.authority.origin().to_owned(), state.tree.root())
        };
        let checkpoint = Checkpoint { origin, size: head.size, root }.sign(key)?.to_string().into_bytes();
        let given_out = GivenOut { size: head.size, leaf: head.leaf, checkpoint };
        self.store.give_out(&given_out)?;
        Ok(given_out)
    }
}

impl Ledger {
    /// The ledger's id.
    pub fn id(&self) -> Hash {
        self.shared.state().authority.ledger()
    }

    /// The ledger's name, the origin of its checkpoints.
    pub fn origin(&self) -> String {
        self.shared.state().authority.origin().to_owned()
    }

    /// The key that verifies its checkpoints now.
    pub fn verifier_key(&self) -> Result<VerifierKey, LedgerError> {
        let (origin, key) = {
            let state = self.shared.state();
            (state.authority.origin().to_owned(), state.authority.log_key())
        };
        let key = ledger_spec::sign::PublicKey::from_bytes(&key.0).map_err(|_| LedgerError::LogKey { needed: key })?;
        Ok(VerifierKey::new(&origin, KeyType::Ed25519, key).map_err(ledger_spec::note::NoteError::from)?)
    }

    /// The end of the log.
    pub fn head(&self) -> Head {
        self.shared.store.head()
    }

    /// Bytes that an interrupted commit left after the end of the log, for the next writer to clear away. What they
    /// were of was never acknowledged.
    pub fn torn(&self) -> u64 {
        self.shared.torn
    }

    /// The end of the log as the basis of a submission.
    pub fn basis(&self) -> Basis {
        let head = self.head();
        Basis { size: head.size, head: head.leaf }
    }

    /// The basis that a log of that size was; `None` if the log never had that size after a submission.
    pub fn basis_at(&self, size: u64) -> Result<Option<Basis>, LedgerError> {
        self.shared.basis_at(size)
    }

    /// The records and bodies.
    pub fn store(&self) -> &dyn EventStore {
        &*self.shared.store
    }

    /// What a projection keeps in the index under that name, if anything. It is to be held against the log before it is
    /// believed.
    pub fn snapshot(&self, name: &str) -> Result<Option<Snapshot>, StoreError> {
        self.shared.cache.as_ref().map_or(Ok(None), |cache| cache.index().snapshot(name))
    }

    /// Keeps a projection in the index, which may lose it. A ledger without an index keeps nothing.
    pub fn keep_snapshot(&self, name: &str, at: Reached, bytes: &[u8]) -> Result<(), StoreError> {
        self.shared.cache.as_ref().map_or(Ok(()), |cache| cache.keep_snapshot(name, at, bytes))
    }

    /// Who may say what, as of now: a copy.
    pub fn authority(&self) -> Authority {
        self.shared.state().authority.clone()
    }

    /// The number that a key's next submission must have; `None` if the key was never enrolled.
    pub fn next_number(&self, key: &PublicKey) -> Option<u64> {
        self.shared.state().authority.key(key).map(|state| state.next_number)
    }

    /// The last checkpoint given out, a signed note. Right after a crash it may not cover the last events yet.
    pub fn checkpoint(&self) -> Option<GivenOut> {
        self.shared.store.given_out()
    }

    /// The nodes of the tree over the first `size` events, for proofs and tiles.
    pub fn nodes(&self, size: u64) -> Result<LogNodes<'_>, LedgerError> {
        let head = self.shared.state().tree.size();
        match size <= head {
            true => Ok(LogNodes::new(&self.shared, size)),
            false => Err(StoreError::OutOfRange { index: size, size: head }.into()),
        }
    }

    /// The root of the first `size` events.
    pub fn root_at(&self, size: u64) -> Result<Hash, LedgerError> {
        Ok(merkle::root_at(&self.nodes(size)?, size)?)
    }

    /// The proof that an event is in the log of `size` events.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, LedgerError> {
        Ok(merkle::inclusion_proof(&self.nodes(size)?, index, size)?)
    }

    /// The proof that the log of `new` events continues that of `old`.
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, LedgerError> {
        Ok(merkle::consistency_proof(&self.nodes(new)?, old, new)?)
    }
}

/// The one record of `length u16 | record`.
fn parse_single(entry: &[u8], index: u64) -> Result<Record<'_>, FollowError> {
    Record::parse(entry.get(2..).unwrap_or_default()).map_err(|error| FollowError::Record { index, error })
}
