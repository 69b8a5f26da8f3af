//! Checkpoints against everything else: the log's key, the reader's anchors, the tree, older checkpoints, witnesses.

use crate::authority::{Authority, LogKey};
use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::key::PublicKey;
use crate::note::{KeyType, Note, NoteError, VerifierKey};
use crate::policy::{Policy, PolicyError};
use crate::sign;
use crate::verify::report::{Finding, Rule};

/// What the reader brings from somewhere else than the ledger's own folder.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    /// The ledger's id.
    pub ledger: Option<Hash>,
    /// The key of the log.
    pub vkey: Option<VerifierKey>,
    /// Which witnesses must have cosigned, and for which log.
    pub policy: Option<Policy>,
    /// A checkpoint of the same log that the reader kept.
    pub since: Option<Note>,
}

/// What came with the log.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// The checkpoint, a signed note.
    pub checkpoint: Option<Vec<u8>>,
    /// The text of the log's verifier key, beside the checkpoint. It is held against the log, never trusted.
    pub vkey: Option<Vec<u8>>,
    /// Checkpoints by which an older log key covered its own change.
    pub handovers: Vec<Vec<u8>>,
}

impl Anchors {
    /// The key of this log that the reader brings, itself or within a policy.
    fn log_key(&self, origin: &str) -> Option<&VerifierKey> {
        let named = |key: &&VerifierKey| key.name() == origin;
        self.vkey.as_ref().or_else(|| self.policy.iter().flat_map(Policy::logs).find(named))
    }
}

/// A checkpoint and the note that says so.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub note: Note,
    pub checkpoint: Checkpoint,
}

impl Parsed {
    pub fn read(bytes: &[u8]) -> Result<Parsed, Box<Finding>> {
        let malformed = |error: &dyn std::fmt::Display| {
            Finding::malformed(Rule::CheckpointSignature, format!("The checkpoint cannot be read: {error}."))
        };
        Parsed::of(Note::parse(bytes).map_err(|error| malformed(&error))?).map_err(|error| malformed(&error))
    }

    pub fn of(note: Note) -> Result<Parsed, crate::checkpoint::CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Parsed { note, checkpoint })
    }

    /// Whether one of the keys signed it. A signature that claims to be by one of them and is not is an error.
    fn is_signed_by(&self, keys: &[&VerifierKey]) -> Result<bool, NoteError> {
        match self.note.verify(keys) {
            Ok(_) => Ok(true),
            Err(NoteError::NoKnownSignature(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// All checkpoints at hand.
#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    pub current: Option<Result<Parsed, Box<Finding>>>,
    pub handovers: Vec<Parsed>,
    pub since: Option<Result<Parsed, Box<Finding>>>,
}

impl Checkpoints {
    /// Reads them; a handover that cannot be read is none.
    pub fn read(published: &Published, anchors: &Anchors) -> Checkpoints {
        let since = |note: &Note| {
            Parsed::of(note.clone()).map_err(|error| {
                Finding::undecided(Rule::OlderCheckpoint, format!("The older checkpoint is none: {error}."))
            })
        };
        Checkpoints {
            current: published.checkpoint.as_deref().map(Parsed::read),
            handovers: published.handovers.iter().filter_map(|note| Parsed::read(note).ok()).collect(),
            since: anchors.since.as_ref().map(since),
        }
    }

    /// The sizes at which the tree's root will be asked for.
    pub fn sizes(&self) -> impl Iterator<Item = u64> {
        let good = [&self.current, &self.since].into_iter().flatten().filter_map(|parsed| parsed.as_ref().ok());
        good.chain(&self.handovers).map(|parsed| parsed.checkpoint.size)
    }
}

/// What the records say, for the checkpoints to be held against.
pub(super) struct Context<'a> {
    pub anchors: &'a Anchors,
    /// The state after the last record that could be judged.
    pub authority: Option<&'a Authority>,
    /// Whether that is the last record of all, and the current checkpoint covers none beyond it.
    pub complete: bool,
}

impl Context<'_> {
    /// Every log key that the records name.
    pub fn log_keys(&self) -> &[LogKey] {
        self.authority.map_or(&[], Authority::log_keys)
    }

    /// A log key under the ledger's name.
    fn verifier(&self, key: &PublicKey) -> Option<VerifierKey> {
        let origin = self.authority?.origin();
        VerifierKey::new(origin, KeyType::Ed25519, sign::PublicKey::from_bytes(&key.0).ok()?).ok()
    }

    /// Every key that may have signed a checkpoint: those of the records, and the reader's.
    fn known(&self, origin: &str) -> Vec<VerifierKey> {
        let mut known: Vec<_> = self.log_keys().iter().filter_map(|log| self.verifier(&log.key)).collect();
        known.extend(self.anchors.log_key(origin).filter(|key| !known.contains(key)).cloned());
        known
    }

    /// Checks the signature of the current checkpoint.
    pub fn check_signature(&self, parsed: &Parsed) -> Result<(), Box<Finding>> {
        const RULE: Rule = Rule::CheckpointSignature;
        let origin = &parsed.checkpoint.origin;
        let known = self.known(self.authority.map_or(origin, Authority::origin));
        let known: Vec<&VerifierKey> = known.iter().collect();
        let signed = parsed.is_signed_by(&known).map_err(|error| {
            let meaning = format!("The checkpoint was altered after it was signed, or never signed: {error}.");
            Finding::tampered(RULE, meaning)
        })?;
        if let Some(authority) = self.authority.filter(|authority| authority.origin() != origin) {
            let meaning = "The checkpoint is of another log than the one that these records open.";
            return Err(Finding::undecided(RULE, meaning).expected(authority.origin(), origin));
        }
        if !signed {
            return Err(self.unsigned(parsed));
        }
        // A key that was replaced may cover its own change, but no longer speaks for the log alone.
        match self.is_signed_in_time(parsed) {
            true => Ok(()),
            false => Err(Finding::undecided(RULE, "The checkpoint is signed only by a log key that was replaced.")),
        }
    }

    /// Whether a log key of that time signed; at the size of a change that is the new key, and unless it was lost the
    /// old one too. A key of the reader's that no record names is judged with the log keys.
    fn is_signed_in_time(&self, parsed: &Parsed) -> bool {
        let Checkpoint { size, origin, .. } = &parsed.checkpoint;
        let keys = self.log_keys();
        let began = |log: &LogKey| log.from < *size || (log.from == *size && log.lost) || log.from == 0;
        let first = keys.iter().rposition(began).unwrap_or(0);
        let of_the_time = keys[first.min(keys.len())..].iter().take_while(|log| log.from <= *size);
        let of_the_time: Vec<_> = of_the_time.filter_map(|log| self.verifier(&log.key)).collect();
        let named = |key: &&VerifierKey| keys.iter().any(|log| self.verifier(&log.key).as_ref() == Some(*key));
        let stranger = self.anchors.log_key(origin).filter(|key| !named(key));
        let signed = |key: &VerifierKey| parsed.is_signed_by(&[key]) == Ok(true);
        of_the_time.iter().any(signed) || stranger.is_some_and(signed) || !self.complete
    }

    fn unsigned(&self, parsed: &Parsed) -> Box<Finding> {
        let origin = &parsed.checkpoint.origin;
        let names: Vec<_> = parsed.note.signatures().iter().map(|signature| signature.name()).collect();
        match self.complete && names.contains(&&origin[..]) {
            true => {
                let meaning = "The checkpoint is signed in the log's name, but not by the log's key.";
                Finding::tampered(Rule::CheckpointSignature, meaning)
            }
            false => {
                let meaning = "No key that is known to be the log's has signed the checkpoint.";
                Finding::undecided(Rule::CheckpointSignature, meaning)
            }
        }
    }

    /// Holds the reader's key of the log against the keys that the records name. Whether there is one: then it is the
    /// log's, or every later one follows from it.
    pub fn check_log_keys(
        &self,
        checkpoints: &Checkpoints,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> Result<bool, Box<Finding>> {
        let keys = self.log_keys();
        let anchor = self.authority.and_then(|authority| self.anchors.log_key(authority.origin()));
        let Some(anchor) = anchor else { return Ok(false) };
        let is_anchor = |log: &LogKey| self.verifier(&log.key).as_ref() == Some(anchor);
        let Some(place) = keys.iter().position(is_anchor) else {
            let meaning = "The verifier key given is of no key that these records name as the log's: it is of another \
                           ledger, or these records are.";
            return Err(Finding::undecided(Rule::LogKeys, meaning));
        };
        for (old, new) in keys[place..].iter().zip(&keys[place + 1..]) {
            let meaning = if new.lost {
                "The log key given was lost and replaced; nothing signed by it covers the change, so under that key \
                 nothing can be decided."
            } else if !self.covers(checkpoints, &old.key, new.from, &root_at) {
                "The log's key was replaced, and no checkpoint by the replaced key covers the change."
            } else {
                continue;
            };
            return Err(Finding::undecided(Rule::LogKeys, meaning).at(new.since));
        }
        Ok(true)
    }

    /// Whether a key that was replaced signed a checkpoint of the size from which on the new one signs.
    fn covers(
        &self,
        checkpoints: &Checkpoints,
        old: &PublicKey,
        from: u64,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> bool {
        let Some(old) = self.verifier(old) else { return false };
        let current = checkpoints.current.iter().filter_map(|current| current.as_ref().ok());
        current.chain(&checkpoints.handovers).any(|parsed| {
            let Checkpoint { size, root, .. } = parsed.checkpoint;
            size == from && parsed.is_signed_by(&[&old]) == Ok(true) && root_at(size) == Some(root)
        })
    }

    /// Whether the verifier key that came with the log is the log's.
    pub fn check_vkey(&self, vkey: &[u8]) -> Result<(), Box<Finding>> {
        let current = self.log_keys().last().and_then(|log| self.verifier(&log.key));
        let text = std::str::from_utf8(vkey).ok().map(|text| text.strip_suffix('\n').unwrap_or(text));
        if !self.complete || text.and_then(|text| text.parse().ok()) == current {
            return Ok(());
        }
        let meaning = "The verifier key beside the checkpoint is not that of the log's key.";
        let current = current.map_or("no key".to_owned(), |current| current.to_string());
        Err(Finding::malformed(Rule::LogKeys, meaning).expected(current, text.unwrap_or("no text")))
    }

    /// Whether enough witnesses of the policy cosigned.
    pub fn check_witnesses(&self, policy: &Policy, parsed: &Parsed) -> Result<u64, Box<Finding>> {
        let meaning = |error: &PolicyError| format!("The checkpoint does not meet the policy: {error}.");
        // A witness that also writes here watches itself.
        let counts = |witness: &VerifierKey| {
            let key = PublicKey(*witness.public_key().as_bytes());
            self.authority.is_none_or(|authority| authority.key(&key).is_none())
                && self.log_keys().iter().all(|log| log.key != key)
        };
        match policy.open_counting(&parsed.note, counts) {
            Ok(accepted) => Ok(accepted.cosignatures.len() as u64),
            Err(error @ PolicyError::Note(NoteError::BadSignature { .. })) => {
                Err(Finding::tampered(Rule::Witnesses, meaning(&error)))
            }
            Err(error) => Err(Finding::undecided(Rule::Witnesses, meaning(&error))),
        }
    }

    /// Whether the older checkpoint is the log's own.
    pub fn check_older_signature(&self, older: &Parsed) -> Result<(), Box<Finding>> {
        let known = self.known(&older.checkpoint.origin);
        let known: Vec<&VerifierKey> = known.iter().collect();
        match older.is_signed_by(&known) {
            Ok(true) if self.is_signed_in_time(older) => Ok(()),
            _ => {
                let meaning = "The older checkpoint is not signed by the log's key, so it says nothing of this log.";
                Err(Finding::undecided(Rule::OlderCheckpoint, meaning))
            }
        }
    }
}
