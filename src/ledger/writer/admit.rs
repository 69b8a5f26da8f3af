//! Whether a submission may stand where the log will be when its turn comes: number, basis, authority, log key, time
//! and meaning, in this order.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::Arc;

use ledger_spec::Hash;
use ledger_spec::authority::{Authority, Change, Violation};
use ledger_spec::event::Class;
use ledger_spec::key::PublicKey;
use ledger_spec::submission::{Basis, Ordered, Statement};

use super::commit::Group;
use super::{Accepted, AppendError, LogKeys, Request};
use crate::ledger::clock::Recorder;
use crate::ledger::read::Shared;
use crate::ledger::{Candidate, Judge, LedgerError, Prepared, Refusal};

/// Ends of submissions that are remembered: most authors saw the log lately.
const RECENT_MAX: usize = 4096;

/// What admission knows beside the log.
pub struct Admission<J> {
    shared: Arc<Shared>,
    log_keys: LogKeys,
    recorder: Recorder,
    judge: J,
    /// The state after all that was admitted, durable or about to be.
    authority: Authority,
    /// Sizes that the log lately had after a submission, in order, each with its leaf hash.
    recent: VecDeque<(u64, Hash)>,
}

/// What a submission's number says of it.
enum Number {
    /// It is the author's next.
    Next,
    /// The very same submission is in the group already, at this place.
    InGroup(usize),
    /// The very same submission was taken in before.
    Before(Accepted),
}

impl<J: Judge> Admission<J> {
    pub fn new(shared: Arc<Shared>, log_keys: LogKeys, recorder: Recorder, judge: J) -> Admission<J> {
        let authority = shared.state().authority.clone();
        Admission { shared, log_keys, recorder, judge, authority, recent: VecDeque::new() }
    }

    pub fn into_judge(self) -> J {
        self.judge
    }

    pub fn log_keys(&self) -> &LogKeys {
        &self.log_keys
    }

    /// Remembers the end of a submission that is durable now.
    pub fn committed(&mut self, end: Basis) {
        if self.recent.len() == RECENT_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((end.size, end.head));
    }

    /// Checks a submission and adds it to the group, or answers it.
    pub fn admit(&mut self, group: &mut Group, request: Request) {
        let Request { prepared, answer } = request;
        let answered = match self.check_number(group, prepared.submission().statement()) {
            Ok(Number::InGroup(place)) => return group.wait(place, answer),
            Ok(Number::Before(accepted)) => Ok(accepted),
            Ok(Number::Next) => match self.take_in(group, &prepared) {
                Ok((ordered, recorded_at)) => return group.push(prepared, ordered, recorded_at, answer),
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        // An answer that nobody waits for any more is not missed.
        let _ = answer.send(answered);
    }

    /// Checks all but the number. A submission that may stand is applied and ordered.
    fn take_in(&mut self, group: &mut Group, prepared: &Prepared) -> Result<(Ordered, u64), AppendError> {
        self.check_basis(&prepared.submission().statement().basis)?;
        let first = group.size();
        let governance = prepared.governance(first);
        let facts = prepared.facts(first, &governance);
        // Reading the class of a redaction's target can fail, so that is checked by itself.
        let changes = self.authority.check(&facts, |_| true).map_err(Refusal::from)?;
        self.check_redactions(first, &changes)?;
        let signer = self.signer(prepared)?;
        let recorded_at = self.recorder.now().map_err(Refusal::from)?;
        let candidate = self.candidate(prepared, first, recorded_at)?;
        self.judge.check(&candidate).map_err(Refusal::from)?;

        // From here on it stands.
        self.judge.apply(&candidate);
        self.authority.admit(&facts, |_| true).map_err(Refusal::from)?;
        let redacted = changes.iter().filter_map(|(_, change)| match change {
            Change::Redact(target) => Some(*target),
            _ => None,
        });
        group.note(signer, prepared.log_key_change().is_some(), redacted);
        Ok((prepared.submission().order(first, group.leaf(), recorded_at), recorded_at))
    }

    fn candidate<'a>(&self, prepared: &'a Prepared, first: u64, recorded_at: u64) -> Result<Candidate<'a>, Refusal> {
        let author = prepared.submission().statement().author;
        let key = self.authority.key(&author).ok_or(Violation::Unknown(author))?;
        let (party, roles) = (key.party, key.roles);
        Ok(Candidate { first, recorded_at, author, party, roles, submission: prepared.submission() })
    }

    /// A number that was used before is answered by what was said under it then.
    fn check_number(&self, group: &Group, statement: &Statement) -> Result<Number, AppendError> {
        let Statement { author: key, number, .. } = *statement;
        let state = self.authority.key(&key).ok_or(Refusal::Authority(Violation::Unknown(key)))?;
        let next = state.next_number;
        match number.cmp(&next) {
            Ordering::Equal => Ok(Number::Next),
            Ordering::Greater => Err(Refusal::NumberGap { key, found: number, next }.into()),
            Ordering::Less => {
                if let Some((place, first, before)) = group.find(&key, number) {
                    let used = Refusal::NumberUsed { key, number, first, next };
                    return if before == statement { Ok(Number::InGroup(place)) } else { Err(used.into()) };
                }
                let stored = self.shared.find(&key, number);
                match stored.map_err(|error| AppendError::Unreadable(Arc::new(error)))? {
                    None => Err(Refusal::from(Violation::Counter { key, expected: next, found: number }).into()),
                    Some(stored) if stored.statement == *statement => Ok(Number::Before(stored.accepted)),
                    Some(stored) => Err(Refusal::NumberUsed { key, number, first: stored.accepted.first, next }.into()),
                }
            }
        }
    }

    /// The basis must be the end of a submission that is durable, in this very history.
    fn check_basis(&self, basis: &Basis) -> Result<(), AppendError> {
        let Basis { size, head: found } = *basis;
        let expected = match self.recent.binary_search_by_key(&size, |(size, _)| *size) {
            Ok(place) => self.recent.get(place).map(|(_, leaf)| *leaf),
            Err(_) => self.leaf_at(size).map_err(|error| AppendError::Unreadable(Arc::new(error)))?,
        };
        match expected {
            Some(expected) if expected == found => Ok(()),
            Some(expected) => Err(Refusal::BasisHead { size, found, expected }.into()),
            None => Err(Refusal::BasisSize { size, head: self.shared.store.head().size }.into()),
        }
    }

    fn leaf_at(&self, size: u64) -> Result<Option<Hash>, LedgerError> {
        Ok(self.shared.basis_at(size)?.map(|basis| basis.head))
    }

    /// Only particulars can be erased. The target lies below the basis, so it is durable and in an earlier frame.
    fn check_redactions(&self, first: u64, changes: &[(u64, Change)]) -> Result<(), AppendError> {
        for (index, change) in changes {
            let Change::Redact(target) = *change else { continue };
            let class = self.shared.class_of(target).map_err(|error| AppendError::Unreadable(Arc::new(error)))?;
            if class != Class::Particulars {
                // Fewer than 4097 events in a submission.
                let offset = (index - first) as u32;
                return Err(Refusal::NotErasable { offset, target, class }.into());
            }
        }
        Ok(())
    }

    /// The log key for the checkpoint that will cover the submission. A change of log key is covered by the old one,
    /// unless that is lost; the new one must be at hand too, or the writer could not go on.
    fn signer(&self, prepared: &Prepared) -> Result<PublicKey, Refusal> {
        let now = self.authority.log_key();
        let needed = match prepared.log_key_change() {
            Some(change) if change.lost => [change.log_key; 2],
            Some(change) => [now, change.log_key],
            None => [now; 2],
        };
        match needed.iter().find(|key| self.log_keys.get(key).is_none()) {
            Some(missing) => Err(Refusal::LogKey(*missing)),
            None => Ok(needed[0]),
        }
    }
}
