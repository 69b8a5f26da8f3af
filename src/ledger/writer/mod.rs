//! The single writer: one thread that owns the end of the log.
//!
//! Callers hand in prepared submissions from any thread and wait for the answer. The thread takes all that wait, up to
//! [`GROUP_LEN_MAX`], checks each in turn ([`admit`]), orders those that may stand and commits them as one frame with
//! one sync ([`commit`]); a refused one changes nothing for the others. Never are two frames in flight. Then it signs
//! a checkpoint over them, notes it as given out, erases what they redact, and answers.
//!
//! When the disk fails, whether the frame became durable is not known, and the thread stops. On opening the ledger
//! again recovery decides, and whoever hands in the same bytes again learns how.

mod admit;
mod commit;

use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};
use ledger_spec::Hash;
use ledger_spec::checkpoint::Checkpoint;
use ledger_spec::key::PublicKey;
use ledger_spec::note::Note;
use ledger_spec::sign::SigningKey;
use ledger_spec::submission::{Basis, Submission};
use thiserror::Error;

use self::admit::Admission;
use self::commit::Group;
use super::clock::Recorder;
use super::open::is_guard_lost;
use super::read::Shared;
use super::{Clock, ClockLimits, Judge, Ledger, LedgerError, Prepared, Refusal, keys};
use crate::store::StoreError;

/// Most bytes of submissions in one commit. More would not make it cheaper, and the frame's buffers must fit in memory;
/// the store takes four times as much.
const GROUP_LEN_MAX: usize = 16 << 20;

/// Submissions that may wait; who hands in more waits too.
const QUEUE_LEN: usize = 64;

/// A submission's place in the log. It is durable, and a checkpoint that covers it is noted as given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Index of its first event.
    pub first: u64,
    /// Number of events.
    pub count: u32,
    /// Leaf hash of its last record.
    pub leaf: Hash,
    /// Whether it had been taken in before: the same bytes again.
    pub again: bool,
}

impl Accepted {
    /// The log up to this submission, as the basis of a later one.
    pub fn basis(&self) -> Basis {
        Basis { size: self.first + u64::from(self.count), head: self.leaf }
    }
}

/// Why a submission has no place in the log.
#[derive(Debug, Clone, Error)]
pub enum AppendError {
    /// It may not stand. Nothing of it is left behind.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be checked, because the log could not be read. Nothing of it is left behind.
    #[error("the submission could not be checked: {0}")]
    Unreadable(Arc<LedgerError>),
    /// The writer has stopped.
    #[error(
        "the writer has stopped: {0}. Whether the submission was taken in is not known: open the ledger again and hand \
         in the very same submission"
    )]
    Stopped(Arc<LedgerError>),
    /// The writer was closed, or its thread is gone.
    #[error("the ledger is closed. Open it again and hand in the very same submission")]
    Closed,
}

/// The private log keys that a writer may need: the one that signs checkpoints, and one that is to follow it.
#[derive(Debug)]
pub struct LogKeys(Vec<SigningKey>);

impl LogKeys {
    /// These keys.
    pub fn new(keys: Vec<SigningKey>) -> LogKeys {
        LogKeys(keys)
    }

    fn get(&self, public: &PublicKey) -> Option<&SigningKey> {
        self.0.iter().find(|key| keys::public(key) == *public)
    }
}

/// How a writer is to work.
#[derive(Debug, Clone, Copy, Default)]
pub struct WriterOptions {
    /// When the clock is believed.
    pub clock: ClockLimits,
    /// The log key is lost: the writer starts without it, and takes in nothing but the change to another one.
    pub log_key_lost: bool,
}

/// The writer of a ledger. Share it by reference between threads; there is one for a ledger. Dropping it waits for all
/// that was handed in.
pub struct Writer<J: Judge> {
    ledger: Ledger,
    stopped: Arc<OnceLock<Arc<LedgerError>>>,
    /// Both there until the writer is closed.
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<J>>,
}

struct Request {
    prepared: Prepared,
    answer: Sender<Answer>,
}

type Answer = Result<Accepted, AppendError>;

/// The answer to a submission that was handed in.
#[derive(Debug)]
pub struct Pending {
    answer: Receiver<Answer>,
    stopped: Arc<OnceLock<Arc<LedgerError>>>,
}

impl Pending {
    /// Waits for the answer.
    pub fn wait(self) -> Answer {
        self.answer.recv().unwrap_or_else(|_| {
            Err(self.stopped.get().map_or(AppendError::Closed, |why| AppendError::Stopped(Arc::clone(why))))
        })
    }
}

impl<J: Judge + 'static> Writer<J> {
    /// Starts the writer of a ledger. What is durable but under no checkpoint yet gets one.
    pub fn start(
        ledger: &Ledger,
        log_keys: LogKeys,
        judge: J,
        clock: Box<dyn Clock>,
        options: WriterOptions,
    ) -> Result<Writer<J>, LedgerError> {
        let shared = Arc::clone(&ledger.shared);
        if let Some(newer) = shared.newer {
            return Err(LedgerError::Older { size: shared.store.head().size, newer });
        }
        let recorder = Recorder::new(clock, options.clock, Some(shared.state().recorded_at));
        catch_up(ledger, &log_keys, options.log_key_lost)?;
        let (requests, waiting) = bounded(QUEUE_LEN);
        let stopped = Arc::new(OnceLock::new());
        let engine = Engine {
            admission: Admission::new(Arc::clone(&shared), log_keys, recorder, judge),
            shared,
            stopped: Arc::clone(&stopped),
        };
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || engine.run(&waiting));
        let thread = thread.map_err(|source| StoreError::Io {
            action: "start",
            file: "the writer's thread".to_owned(),
            source,
        })?;
        Ok(Writer { ledger: ledger.clone(), stopped, requests: Some(requests), thread: Some(thread) })
    }
}

impl<J: Judge> Writer<J> {
    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Hands in a submission. Waits only if too many are waiting already.
    pub fn submit(&self, prepared: Prepared) -> Pending {
        let (answer, receiver) = bounded(1);
        if let Some(requests) = &self.requests {
            // If the thread is gone, so is the answer's sender then, and waiting for it says so.
            let _ = requests.send(Request { prepared, answer });
        }
        Pending { answer: receiver, stopped: Arc::clone(&self.stopped) }
    }

    /// Checks a submission, hands it in and waits for the answer.
    pub fn append(&self, submission: Submission) -> Answer {
        self.submit(Prepared::new(&self.ledger.id(), submission)?).wait()
    }

    /// Waits for all that was handed in, stops the thread and gives the judge back; `None` if it panicked.
    pub fn close(mut self) -> Option<J> {
        self.join()
    }

    fn join(&mut self) -> Option<J> {
        drop(self.requests.take());
        self.thread.take()?.join().ok()
    }
}

impl<J: Judge> Drop for Writer<J> {
    fn drop(&mut self) {
        self.join();
    }
}

/// Gives what is durable a checkpoint, if none that covers it was noted, or none by the key that signs now.
fn catch_up(ledger: &Ledger, log_keys: &LogKeys, lost: bool) -> Result<(), LedgerError> {
    let shared = &ledger.shared;
    let given_out = shared.store.given_out();
    if is_guard_lost(&*shared.store) {
        return Err(LedgerError::GuardLost);
    }
    let covered = given_out.map_or(0, |given_out| given_out.size);
    let (needed, before) = {
        let state = shared.state();
        let keys = state.authority.log_keys();
        // A crash may have come between a change of key and the old key's checkpoint over it.
        let before = match keys {
            [.., old, new] if new.since >= covered && !new.lost => log_keys.get(&old.key),
            _ => None,
        };
        (state.authority.log_key(), before)
    };
    let Some(key) = log_keys.get(&needed) else {
        return if lost { Ok(()) } else { Err(LedgerError::LogKey { needed }) };
    };
    if covered < shared.store.head().size || !signed_last(ledger)? {
        shared.give_out(before.unwrap_or(key))?;
    }
    Ok(())
}

/// Whether the last checkpoint given out is by the key that signs now.
fn signed_last(ledger: &Ledger) -> Result<bool, LedgerError> {
    let vkey = ledger.verifier_key()?;
    let note = ledger.checkpoint().and_then(|given_out| Note::parse(&given_out.checkpoint).ok());
    Ok(note.is_some_and(|note| Checkpoint::open(&note, &vkey).is_ok()))
}

/// What the thread works with.
struct Engine<J> {
    shared: Arc<Shared>,
    admission: Admission<J>,
    stopped: Arc<OnceLock<Arc<LedgerError>>>,
}

impl<J: Judge> Engine<J> {
    fn run(mut self, waiting: &Receiver<Request>) -> J {
        let mut next = waiting.recv().ok();
        while let Some(request) = next {
            let mut group = Group::new(self.shared.store.head());
            next = Some(request);
            while let Some(request) = next.take_if(|request| group.has_room_for(&request.prepared)) {
                self.admission.admit(&mut group, request);
                next = waiting.try_recv().ok();
            }
            if let Err(error) = group.commit(&self.shared, &mut self.admission) {
                // Before the answers' senders are dropped, so that who waits for them learns why.
                let _ = self.stopped.set(Arc::new(error));
                return self.admission.into_judge();
            }
            self.save(false);
            next = next.or_else(|| waiting.recv().ok());
        }
        self.save(true);
        self.admission.into_judge()
    }

    fn save(&self, last: bool) {
        // Whatever is wrong with the index, the log has everything; the next opening finds and mends it.
        let _ = self.shared.save(last);
    }
}
