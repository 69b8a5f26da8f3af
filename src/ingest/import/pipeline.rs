//! Threads that make submissions of chunks. Each takes the next chunk and reads its lines; passes the book, which
//! numbers what they name; encodes and cuts its events; passes the count, which gives each submission the author's
//! next number; signs them; and passes the hand-in, which gives them to the writer. What is between the turnstiles is
//! all the work there is, and is done by all threads at once.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use ledger_spec::submission::Basis;

use super::cut::{Part, cut};
use super::error::ImportError;
use super::lines::{Context, Lines};
use super::numbering::Book;
use super::run::Import;
use super::turnstile::Turnstile;
use crate::ingest::report::{Chunk, Chunks, Digested, Format, ReadError};
use crate::ledger::{AppendError, Judge, Pending, Prepared, Salts};

/// Submissions handed in and not answered. Enough for the writer to fill a commit while it makes another durable; each
/// holds its events in memory.
const IN_FLIGHT_MAX: usize = 16;

/// What is in of the source, and the author's next number.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    /// The author's next number.
    pub number: u64,
    /// Rows that are in.
    pub rows: u64,
    /// Reported things that are in.
    pub numbers: u64,
}

/// What was read to the end.
pub struct Taken {
    /// The file as it was read this time.
    pub digest: Digested,
    /// Rows, those refused included.
    pub rows: u64,
    /// Those of them that are durable: all, unless it was asked to stop.
    pub durable: u64,
    /// Reported things.
    pub numbers: u64,
}

/// The threads' shared work.
pub struct Pipeline<'a, J: Judge, P> {
    import: &'a Import<'a, J>,
    context: &'a Context<'a>,
    format: &'a dyn Format,
    file_name: String,
    basis: Basis,
    input: Mutex<Reading>,
    book: Turnstile<Book>,
    count: Turnstile<Count>,
    hand_in: Turnstile<HandIn<P>>,
}

/// The file, and the number of its next chunk.
struct Reading {
    chunks: Chunks,
    next: u64,
}

impl<'a, J: Judge + 'static, P: FnMut(u64) + Send> Pipeline<'a, J, P> {
    /// Ready to read the file from its start.
    #[expect(clippy::too_many_arguments, reason = "each is one thing that the threads share")]
    pub fn new(
        import: &'a Import<'a, J>,
        context: &'a Context<'a>,
        format: &'a dyn Format,
        file_name: String,
        basis: Basis,
        chunks: Chunks,
        begun: Begun,
        progress: P,
    ) -> Self {
        let hand_in = HandIn { pending: VecDeque::new(), durable: begun.rows, progress };
        Pipeline {
            import,
            context,
            format,
            file_name,
            basis,
            input: Mutex::new(Reading { chunks, next: 0 }),
            book: Turnstile::new(Book::default()),
            count: Turnstile::new(Count { source: context.source, begun, rows: 0, numbers: 0 }),
            hand_in: Turnstile::new(hand_in),
        }
    }

    /// Reads the file to its end, or until it is asked to stop. All that was handed in is durable on return.
    pub fn run(self, threads: NonZeroUsize) -> Result<Taken, ImportError> {
        let worked = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get()).map(|_| scope.spawn(|| self.work())).collect();
            let join = |worker: thread::ScopedJoinHandle<'_, _>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            // Every worker is waited for before the first error is told.
            let results: Vec<Result<(), ImportError>> = workers.into_iter().map(join).collect();
            results.into_iter().collect::<Result<(), _>>()
        });
        // Nothing is in flight on return, whatever went wrong.
        let settled = self.hand_in.into_inner().settle_all();
        worked?;
        let durable = settled?;
        let Count { rows, numbers, .. } = self.count.into_inner();
        let input = self.input.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Taken { digest: input.chunks.finish()?, rows, durable, numbers })
    }

    fn work(&self) -> Result<(), ImportError> {
        // Whoever leaves before the end lets nobody wait for its chunk.
        let stop = StopOnDrop(self);
        let mut salts = Salts::new();
        while let Some((piece, chunk)) = self.next_chunk()? {
            if self.import.is_stopped() || self.chunk(piece, &chunk, &mut salts)?.is_none() {
                return Ok(());
            }
        }
        std::mem::forget(stop);
        Ok(())
    }

    fn next_chunk(&self) -> Result<Option<(u64, Chunk)>, ReadError> {
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(chunk) = input.chunks.next(|lines| self.format.cut(lines))? else { return Ok(None) };
        let piece = input.next;
        input.next += 1;
        Ok(Some((piece, chunk)))
    }

    /// Takes a chunk in; `None` if another thread gave up.
    fn chunk(&self, piece: u64, chunk: &Chunk, salts: &mut Salts) -> Result<Option<()>, ImportError> {
        let lines = Lines::read(self.context, self.format, chunk);
        let numbered = self.book.pass(piece, |book| book.number(&lines.mentions, lines.lines.is_empty()));
        let Some(numbered) = numbered.transpose()? else { return Ok(None) };
        let parts = cut(self.context, &self.file_name, lines, &numbered, salts)?;
        let Some(parts) = self.count.pass(piece, |count| count.missing(parts)).transpose()? else { return Ok(None) };
        let sign = |(number, part): (u64, Part)| Ok((part.rows, self.import.sign(part.draft, number, self.basis)?));
        let signed = parts.into_iter().map(sign).collect::<Result<Vec<_>, ImportError>>()?;
        let handed_in = self.hand_in.pass(piece, |hand_in| {
            signed.into_iter().try_for_each(|(rows, prepared)| hand_in.submit(self.import, rows, prepared))
        });
        Ok(handed_in.transpose()?)
    }
}

/// Stops all turnstiles.
struct StopOnDrop<'p, 'a, J: Judge, P>(&'p Pipeline<'a, J, P>);

impl<J: Judge, P> Drop for StopOnDrop<'_, '_, J, P> {
    fn drop(&mut self) {
        self.0.book.stop();
        self.0.count.stop();
        self.0.hand_in.stop();
    }
}

/// How far the submissions are, of which those that are in are skipped.
struct Count {
    source: u64,
    begun: Begun,
    rows: u64,
    numbers: u64,
}

impl Count {
    /// The submissions that are not in, with their numbers. What is in ends where one of them begins.
    fn missing(&mut self, parts: Vec<Part>) -> Result<Vec<(u64, Part)>, ImportError> {
        let mut missing = Vec::with_capacity(parts.len());
        for part in parts {
            let begins_in = self.rows < self.begun.rows || self.numbers < self.begun.numbers;
            self.rows += part.rows;
            self.numbers += part.numbers;
            let ends_in = self.rows <= self.begun.rows && self.numbers <= self.begun.numbers;
            match (begins_in, ends_in) {
                (_, true) => {}
                (true, false) => {
                    return Err(ImportError::OtherCut { source_event: self.source, rows: self.begun.rows });
                }
                (false, false) => {
                    missing.push((self.begun.number, part));
                    self.begun.number += 1;
                }
            }
        }
        Ok(missing)
    }
}

/// What was handed in and not answered, oldest first, with its rows.
struct HandIn<P> {
    pending: VecDeque<(u64, Pending)>,
    /// Rows that are durable.
    durable: u64,
    progress: P,
}

impl<P: FnMut(u64)> HandIn<P> {
    fn submit<J: Judge + 'static>(
        &mut self,
        import: &Import<'_, J>,
        rows: u64,
        prepared: Prepared,
    ) -> Result<(), AppendError> {
        self.pending.push_back((rows, import.writer.submit(prepared)));
        while self.pending.len() > IN_FLIGHT_MAX {
            self.settle()?;
        }
        Ok(())
    }

    /// Waits for the oldest.
    fn settle(&mut self) -> Result<(), AppendError> {
        if let Some((rows, pending)) = self.pending.pop_front() {
            pending.wait()?;
            self.durable += rows;
            (self.progress)(self.durable);
        }
        Ok(())
    }

    /// Waits for all, and says how many rows are durable; the first error is told.
    fn settle_all(mut self) -> Result<u64, AppendError> {
        let mut settled = Ok(());
        while !self.pending.is_empty() {
            settled = settled.and(self.settle());
        }
        settled.map(|()| self.durable)
    }
}
