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
    /// What the reader takes for the key of the log of that name, as often as it says so: a key by itself, and any one
    /// of those that a policy lists.
    fn log_keys(&self, origin: &str) -> Vec<Vec<&VerifierKey>> {
        let listed = self.policy.iter().map(|policy| policy.logs().iter().filter(|key| key.name() == origin).collect());
        self.vkey.iter().map(|key| vec![key]).chain(listed).collect()
    }
}

/// A checkpoint and the note that says so.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub note: Note,
    pub checkpoint: Checkpoint,
}

impl Parsed {
    /// Reads what came with the log as this.
    fn read(rule: Rule, bytes: &[u8]) -> Result<Parsed, Box<Finding>> {
        let malformed = |error: &dyn std::fmt::Display| {
            let what = if rule == Rule::OlderCheckpoint { "A handover" } else { "The checkpoint" };
            Finding::malformed(rule, format!("{what} cannot be read: {error}."))
        };
        Parsed::of(Note::parse(bytes).map_err(|error| malformed(&error))?).map_err(|error| malformed(&error))
    }

    fn of(note: Note) -> Result<Parsed, crate::checkpoint::CheckpointError> {
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
    pub handovers: Vec<Result<Parsed, Box<Finding>>>,
    pub since: Option<Result<Parsed, Box<Finding>>>,
}

impl Checkpoints {
    /// Reads them.
    pub fn read(published: &Published, anchors: &Anchors) -> Checkpoints {
        let since = |note: &Note| {
            Parsed::of(note.clone()).map_err(|error| {
                Finding::undecided(Rule::OlderCheckpoint, format!("The older checkpoint is none: {error}."))
            })
        };
        Checkpoints {
            current: published.checkpoint.as_deref().map(|note| Parsed::read(Rule::CheckpointSignature, note)),
            handovers: published.handovers.iter().map(|note| Parsed::read(Rule::OlderCheckpoint, note)).collect(),
            since: anchors.since.as_ref().map(since),
        }
    }

    /// The sizes at which the tree's root will be asked for.
    pub fn sizes(&self) -> impl Iterator<Item = u64> {
        let all = [&self.current, &self.since].into_iter().flatten().chain(&self.handovers);
        all.filter_map(|parsed| parsed.as_ref().ok()).map(|parsed| parsed.checkpoint.size)
    }
}

/// What the records say, for the checkpoints to be held against.
pub(super) struct Context<'a> {
    pub anchors: &'a Anchors,
    /// The state after the last record that could be judged.
    pub authority: Option<&'a Authority>,
    /// Whether that is the last record of all, and the current checkpoint covers none beyond it.
    pub complete: bool,
    /// Whether these are all records of the log, so that no other can name a key.
    pub whole: bool,
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
        for key in self.anchors.log_keys(origin).into_iter().flatten() {
            if !known.contains(key) {
                known.push(key.clone());
            }
        }
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
        // A key that was replaced may cover its own change, but no longer speaks for the log alone. Where not all records
        // could be judged, any known key is enough for the root to speak of what was found.
        match !self.complete || self.is_signed_in_time(parsed) {
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
        let mut strangers = self.anchors.log_keys(origin).into_iter().flatten().filter(|key| !named(key));
        let signed = |key: &VerifierKey| parsed.is_signed_by(&[key]) == Ok(true);
        of_the_time.iter().any(signed) || strangers.any(signed)
    }

    fn unsigned(&self, parsed: &Parsed) -> Box<Finding> {
        let origin = &parsed.checkpoint.origin;
        let names: Vec<_> = parsed.note.signatures().iter().map(|signature| signature.name()).collect();
        match self.whole && self.complete && names.contains(&&origin[..]) {
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

    /// Holds what the reader takes for the log's key against the keys that the records name. Whether it takes any: then
    /// it signed for the log at some size up to the checkpoint's, and every later one up to there follows from it.
    pub fn check_log_keys(
        &self,
        checkpoints: &Checkpoints,
        size: u64,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> Result<bool, Box<Finding>> {
        let Some(authority) = self.authority else { return Ok(false) };
        let outside = self.anchors.log_keys(authority.origin());
        for keys in &outside {
            let mut found = Err(Finding::undecided(Rule::LogKeys, NOT_THE_LOGS));
            for key in keys {
                found = found.or_else(|_| self.check_log_key(key, checkpoints, size, &root_at));
            }
            found?;
        }
        Ok(!outside.is_empty())
    }

    fn check_log_key(
        &self,
        outside: &VerifierKey,
        checkpoints: &Checkpoints,
        size: u64,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) -> Result<(), Box<Finding>> {
        let undecided = |meaning: &str| Finding::undecided(Rule::LogKeys, meaning);
        let is_outside = |log: &&LogKey| self.verifier(&log.key).as_ref() == Some(outside);
        let mut keys = self.log_keys().iter().skip_while(|log| !is_outside(log));
        let mut old = keys.next().ok_or_else(|| undecided(NOT_THE_LOGS))?;
        // Whoever writes records beyond the checkpoint can name any key in them: one that is new there signed nothing.
        if old.from > size {
            let meaning = "The verifier key given is the log's only beyond the checkpoint, so it signed nothing here.";
            return Err(undecided(meaning).at(old.since));
        }
        for new in keys.take_while(|log| log.from <= size) {
            if new.lost {
                let meaning = "The log key given was lost and replaced; nothing signed by it covers the change, so \
                               under that key nothing can be decided.";
                return Err(undecided(meaning).at(new.since));
            }
            if !self.covers(checkpoints, &old.key, new.from, &root_at) {
                let meaning = "The log's key was replaced, and no checkpoint by the replaced key covers the change.";
                return Err(undecided(meaning).at(new.since));
            }
            old = new;
        }
        Ok(())
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
        let all = checkpoints.current.iter().chain(&checkpoints.handovers);
        all.filter_map(|parsed| parsed.as_ref().ok()).any(|parsed| {
            let Checkpoint { size, root, .. } = parsed.checkpoint;
            size == from && parsed.is_signed_by(&[&old]) == Ok(true) && root_at(size) == Some(root)
        })
    }

    /// Whether the verifier key that came with the log is that of the key that signs at the checkpoint's size.
    pub fn check_vkey(&self, vkey: &[u8], size: u64) -> Result<(), Box<Finding>> {
        let in_office = self.log_keys().iter().take_while(|log| log.from <= size).last();
        let current = in_office.and_then(|log| self.verifier(&log.key));
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
        match policy.cosigned(&parsed.note, counts) {
            Ok(cosignatures) => Ok(cosignatures.len() as u64),
            Err(error @ PolicyError::Note(NoteError::BadSignature { .. })) => {
                Err(Finding::tampered(Rule::Witnesses, meaning(&error)))
            }
            Err(error) => Err(Finding::undecided(Rule::Witnesses, meaning(&error))),
        }
    }

    /// Whether an older checkpoint or a handover is the log's own.
    pub fn is_own(&self, older: &Parsed) -> bool {
        let known = self.known(&older.checkpoint.origin);
        let known: Vec<&VerifierKey> = known.iter().collect();
        older.is_signed_by(&known) == Ok(true) && self.is_signed_in_time(older)
    }

    /// The same as a check of the one that the reader brings.
    pub fn check_older_signature(&self, older: &Parsed) -> Result<(), Box<Finding>> {
        match self.is_own(older) {
            true => Ok(()),
            false => {
                let meaning = "The older checkpoint is not signed by the log's key, so it says nothing of this log.";
                Err(Finding::undecided(Rule::OlderCheckpoint, meaning))
            }
        }
    }
}

const NOT_THE_LOGS: &str = "The verifier key given is of no key that these records name as the log's: it is of another \
                            ledger, or these records are.";
