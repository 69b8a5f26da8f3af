//! The author's desk: what one key says to the ledger in the course of a command.
//!
//! The ledger is opened once, its books are read to the end of the log, and the writer started with a bookkeeper who
//! judges what events mean. Each submission is signed as the key's next one, on the basis of all that is in the log,
//! and kept in the outbox until its receipt is stored: a command that was interrupted has said it once or not at all.

use ed25519_dalek::SigningKey;
use ledger_spec::event::Event;
use ledger_spec::key::PublicKey;
use ledger_spec::submission::{Draft, Submission};

use super::Context;
use super::failure::Failure;
use super::handover;
use super::init::LOG_KEY;
use super::key::rotate;
use super::known::Known;
use crate::ledger::{
    Accepted, AppendError, Author, Clock, ClockLimits, Ledger, LogKeys, Outbox, Salts, SystemClock, Writer,
    WriterOptions,
};
use crate::projection::{Bookkeeper, State, Until, books};

/// An open ledger with its writer, and the key that speaks.
pub struct Desk {
    writer: Writer<Bookkeeper<Ledger>>,
    author: Author,
    outbox: Outbox,
    salts: Salts,
}

impl Desk {
    /// Opens the ledger for the key that `--key` names.
    pub fn open(context: &mut Context) -> Result<Desk, Failure> {
        Ok(Desk::open_with(context, |_| Ok(()))?.0)
    }

    /// Opens the ledger for the key that `--key` names. Before the writer starts, `look` is given the books as they
    /// are.
    pub fn open_with<T>(
        context: &mut Context,
        look: impl FnOnce(&mut Books) -> Result<T, Failure>,
    ) -> Result<(Desk, T), Failure> {
        let name = context.global.key.clone();
        let mut ready = Ready::new(&name, false, context)?;
        let key = context.open_key(&name)?;
        let looked = look(&mut ready.books)?;
        Ok((Desk::start(ready, key, context)?, looked))
    }

    /// A ledger that was just made, for the key that `--key` names.
    pub fn at(ledger: Ledger, log_key: SigningKey, key: SigningKey, context: &Context) -> Result<Desk, Failure> {
        let state = context.state(&ledger, Until::End)?;
        Desk::start(Ready::made(Books { ledger, state }, log_key), key, context)
    }

    /// Starts the writer, for this key.
    pub fn start(ready: Ready, key: SigningKey, context: &Context) -> Result<Desk, Failure> {
        let Ready { books: Books { ledger, state }, log_keys, log_key_lost, .. } = ready;
        let author = Author::new(key, ledger.id());
        let clock = match context.global.after_long_pause {
            true => ClockLimits::after_long_pause(),
            false => ClockLimits::default(),
        };
        let options = WriterOptions { clock, log_key_lost };
        handover::keep(&ledger, &context.folder())?;
        let bookkeeper = Bookkeeper::new(state, ledger.clone());
        let writer = Writer::start(&ledger, LogKeys::new(log_keys), bookkeeper, Box::new(SystemClock), options);
        let writer = writer.map_err(|error| context.name_log_key(error.into(), &ledger))?;
        Ok(Desk { writer, author, outbox: Outbox::open_in(&context.folder())?, salts: Salts::new() })
    }

    /// Hands in what an earlier command was interrupted at: the very same bytes, so that nothing is said twice.
    fn send_waiting(&self, context: &Context) -> Result<(), Failure> {
        for submission in self.outbox.waiting()? {
            let number = submission.statement().number;
            match self.send(submission) {
                Ok(accepted) => {
                    // If it was a change of the log key, before the new key signs.
                    handover::keep(self.ledger(), &context.folder())?;
                    let went = if accepted.again { "had gone in" } else { "went in" };
                    let first = accepted.first;
                    context
                        .out
                        .note(format_args!("An interrupted command's submission {number} {went} as event {first}."));
                }
                Err(failure) => context.out.warn(format_args!(
                    "an interrupted command's submission {number} was not taken in: {}",
                    failure.message
                )),
            }
        }
        Ok(())
    }

    /// The ledger.
    pub fn ledger(&self) -> &Ledger {
        self.writer.ledger()
    }

    /// The writer.
    pub fn writer(&self) -> &Writer<Bookkeeper<Ledger>> {
        &self.writer
    }

    /// Stores the receipt of the key's last submission, if it is not there: an import can be said again by its file, so
    /// its submissions are not kept one by one, but a log that is put back to before it must be noticed.
    pub fn keep_last_receipt(&self) -> Result<(), Failure> {
        let (ledger, author) = (self.ledger(), self.author());
        let last = ledger.next_number(&author).map_or(0, |next| next.saturating_sub(1));
        if let Some(accepted) = ledger.submission(&author, last)? {
            self.outbox.store(&author, last, &ledger.receipt(&accepted)?.to_bytes())?;
        }
        Ok(())
    }

    /// What waits for its receipt.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The key that speaks, to sign with.
    pub fn author_key(&self) -> &Author {
        &self.author
    }

    /// The key that speaks.
    pub fn author(&self) -> PublicKey {
        self.author.public()
    }

    /// Lets another key speak from here on.
    pub fn speak_as(&mut self, key: SigningKey) {
        self.author = Author::new(key, self.ledger().id());
    }

    /// A failure in which parties and contracts have their codes. The books are read again for it.
    pub fn named(&self, failure: Failure) -> Failure {
        match books(self.ledger(), Until::End, &mut |_| {}) {
            Ok(state) => Failure { message: Known::new(&state, self.ledger()).named(&failure.message), ..failure },
            // What is wrong stands all the same.
            Err(_) => failure,
        }
    }

    /// Signs these events as one submission and hands it in.
    pub fn say(&mut self, events: &[Event<'_>]) -> Result<Accepted, Failure> {
        let mut draft = Draft::new();
        for event in events {
            draft.push_with(self.salts.fresh()?, |out| event.write_body(out))?;
        }
        self.sign(draft)
    }

    /// Signs these bodies as one submission and hands it in.
    pub fn hand_in(&mut self, bodies: &[Vec<u8>]) -> Result<Accepted, Failure> {
        let mut draft = Draft::new();
        for body in bodies {
            draft.push_body(body, self.salts.fresh()?)?;
        }
        self.sign(draft)
    }

    fn sign(&mut self, draft: Draft) -> Result<Accepted, Failure> {
        let ledger = self.ledger();
        let number = ledger.next_number(&self.author.public()).unwrap_or(1);
        let submission = self.author.sign(draft, number, ledger.basis(), SystemClock.wall())?;
        self.outbox.keep(&submission)?;
        self.send(submission)
    }

    /// Hands in a submission that the outbox keeps, and puts its receipt in its place.
    fn send(&self, submission: Submission) -> Result<Accepted, Failure> {
        match self.writer.append(submission.clone()) {
            Ok(accepted) => {
                let receipt = self.ledger().receipt(&accepted)?;
                self.outbox.settle(&submission, &receipt.to_bytes())?;
                Ok(accepted)
            }
            Err(AppendError::Refused(refusal)) => {
                self.outbox.discard(&submission)?;
                Err(self.named(Failure::new(refusal.what())))
            }
            Err(unknown) => Err(unknown.into()),
        }
    }
}

/// A ledger opened to write, in which nothing waits that an interrupted command had begun.
pub struct Ready {
    /// The ledger.
    pub books: Books,
    /// The keys that checkpoints may need: the one there is, and the one that is to take its place.
    pub log_keys: Vec<SigningKey>,
    /// The names of the keys whose rotation an interrupted command had begun, and that now are in their places.
    pub finished: Vec<String>,
    /// The log key is lost.
    log_key_lost: bool,
}

impl Ready {
    /// Opens the ledger, and finishes what was begun: submissions that wait in the outbox go in, and keys get their
    /// places, that of this name and that of checkpoints.
    pub fn new(name: &str, log_key_lost: bool, context: &mut Context) -> Result<Ready, Failure> {
        let books = Books::open(context)?;
        let keys = context.keys_of(name)?;
        let log_keys = match log_key_lost {
            true => Ok(context.begun_key(LOG_KEY)?.into_iter().collect()),
            false => context.keys_of(LOG_KEY),
        };
        let log_keys = log_keys.map_err(|failure| context.name_log_key(failure, &books.ledger))?;
        let waits = !Outbox::open_in(&context.folder())?.waiting()?.is_empty();
        let begun = keys.len() > 1 || !context.key_file(name).exists() || context.begun_key(LOG_KEY)?.is_some();
        let mut ready = Ready { books, log_keys, finished: Vec::new(), log_key_lost };
        if let Some(key) = keys.into_iter().next().filter(|_| waits || begun) {
            // What is looked up later must know of it.
            let again = ready.log_keys.clone();
            Desk::start(ready, key, context)?.send_waiting(context)?;
            ready = Ready { books: Books::open(context)?, log_keys: again, finished: Vec::new(), log_key_lost };
            ready.finished = rotate::finish([LOG_KEY, name], &ready.books.ledger, context)?;
        }
        Ok(ready)
    }

    fn made(books: Books, log_key: SigningKey) -> Ready {
        Ready { books, log_keys: vec![log_key], finished: Vec::new(), log_key_lost: false }
    }
}

/// A ledger and its books, before anything is said.
#[derive(Clone)]
pub struct Books {
    /// The ledger.
    pub ledger: Ledger,
    /// What its events add up to.
    pub state: State,
}

impl Books {
    fn open(context: &Context) -> Result<Books, Failure> {
        let ledger = context.ledger_to_write()?;
        let state = context.state(&ledger, Until::End)?;
        Ok(Books { ledger, state })
    }

    /// What the ledger calls things.
    pub fn known(&self) -> Known<'_> {
        Known::new(&self.state, &self.ledger)
    }
}
