//! Reading, digesting and judging at once: one thread reads and judges, one for each core digests.
//!
//! Order is kept by a queue of answers that are still to come; what it stands for bounds what is in memory.

use std::collections::VecDeque;
use std::num::NonZero;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use ledger_spec::verify::{Anchors, Digester, Published, Verifier};

use super::VerifyError;
use super::source::{Digested, Piece, Source};

/// Bytes of pieces that may wait for their answers; a larger piece waits alone.
const BYTES_AHEAD: usize = 32 << 20;

/// A piece, and where what was found of it is to go.
type Job = (Piece, Sender<Digested>);

/// Runs the whole log of a source through a verifier, which is then to be finished.
pub fn run(
    source: &mut impl Source,
    anchors: &Anchors,
    published: &Published,
    progress: &mut dyn FnMut(u64),
) -> Result<Verifier, VerifyError> {
    let first = source.next()?;
    let digester = first.as_ref().map_or_else(|| Digester::of_log(&[]), Piece::digester);
    let verifier = Verifier::new(digester.ledger(), anchors.clone(), published);
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let (jobs, queue) = bounded::<Job>(workers);
        for _ in 0..workers {
            let queue = queue.clone();
            scope.spawn(move || digest_all(&queue, &digester));
        }
        let run = Run { source, verifier, jobs, ahead: VecDeque::new(), bytes_ahead: 0, pieces_max: 2 * workers };
        run.run(first, progress)
    })
}

fn digest_all(queue: &Receiver<Job>, digester: &Digester) {
    for (piece, answer) in queue {
        // Nobody waits for the answer once the run has ended with an error.
        let _ = answer.send(piece.digest(digester));
    }
}

struct Run<'a, S> {
    source: &'a mut S,
    verifier: Verifier,
    jobs: Sender<Job>,
    /// Answers to come, in the order of the log, and the bytes of their pieces.
    ahead: VecDeque<(usize, Receiver<Digested>)>,
    bytes_ahead: usize,
    pieces_max: usize,
}

impl<S: Source> Run<'_, S> {
    fn run(mut self, first: Option<Piece>, progress: &mut dyn FnMut(u64)) -> Result<Verifier, VerifyError> {
        let mut next = first;
        while let Some(piece) = next {
            let (answer, digested) = bounded(1);
            let bytes = piece.bytes();
            self.bytes_ahead += bytes;
            self.ahead.push_back((bytes, digested));
            // The workers outlive this queue, so a job is always taken.
            let _ = self.jobs.send((piece, answer));
            while self.ahead.len() >= self.pieces_max || (self.bytes_ahead > BYTES_AHEAD && !self.ahead.is_empty()) {
                self.absorb_next()?;
                progress(self.verifier.size());
            }
            next = if self.verifier.can_go_on() { self.source.next()? } else { None };
        }
        while !self.ahead.is_empty() {
            self.absorb_next()?;
        }
        self.look_back(true)?;
        progress(self.verifier.size());
        Ok(self.verifier)
    }

    /// Judges what was found of the piece that comes next in the log.
    fn absorb_next(&mut self) -> Result<(), VerifyError> {
        let Some((bytes, answer)) = self.ahead.pop_front() else { return Ok(()) };
        let answer = answer.recv().expect("a worker answers every job; digesting never panics");
        let Digested { records, bodies } = answer;
        self.bytes_ahead -= bytes;
        for digest in records {
            // Pieces follow each other, but once entries could not be told apart none has a place any more.
            if !self.verifier.can_go_on() {
                break;
            }
            let absorbed = self.verifier.absorb_with(digest, |level, index, hash| self.source.node(level, index, hash));
            absorbed.map_err(|_| VerifyError::OutOfOrder { size: self.verifier.size() })?;
        }
        for digest in bodies {
            self.verifier.absorb_bodies(digest);
        }
        self.look_back(false)
    }

    /// Answers the verifier's questions about earlier records: at the end, or when too many wait.
    fn look_back(&mut self, all: bool) -> Result<(), VerifyError> {
        if !all && !self.verifier.must_look_back() {
            return Ok(());
        }
        let ranges = self.verifier.wants_back();
        if ranges.is_empty() {
            return Ok(());
        }
        self.source.again(&ranges, |entries| self.verifier.look_back(entries))
    }
}
