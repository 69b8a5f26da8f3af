//! The author's desk: what one key says to the ledger in the course of a command.
//!
//! The ledger is opened once, its books are read to the end of the log, and the writer started with a bookkeeper who
//! judges what events mean. Each submission is signed as the key's next one, on the basis of all that is in the log,
//! and kept in the outbox until its receipt is stored: a command that was interrupted has said it once or not at all.

use std::path::Path;

use ed25519_dalek::SigningKey;
use ledger_spec::event::Event;
use ledger_spec::key::PublicKey;
use ledger_spec::submission::{Draft, Submission};

use super::Context;
use super::failure::Failure;
use super::handover;
use super::init::LOG_KEY;
use super::known::Known;
use crate::ledger::{
    Accepted, AppendError, Author, Clock, Ledger, LogKeys, Outbox, Salts, SystemClock, Writer, WriterOptions,
};
use crate::projection::{Bookkeeper, State, Until};

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
        let mut books = Books::open(context)?;
        let name = context.global.key.clone();
        let key = context.open_key(&name)?;
        let log_key = context.open_key(LOG_KEY)?;
        if !Outbox::open_in(&context.folder())?.waiting()?.is_empty() {
            // It goes in first: what is looked up below must know of it.
            Desk::start(books, vec![log_key.clone()], false, key.clone(), context)?.send_waiting(context)?;
            books = Books::open(context)?;
        }
        let looked = look(&mut books)?;
        Ok((Desk::start(books, vec![log_key], false, key, context)?, looked))
    }

    /// Opens the ledger for this key.
    pub fn open_as(key: SigningKey, context: &mut Context) -> Result<Desk, Failure> {
        let books = Books::open(context)?;
        let log_key = context.open_key(LOG_KEY)?;
        Desk::start(books, vec![log_key], false, key, context)
    }

    /// A ledger that was just made, for the key that `--key` names.
    pub fn at(ledger: Ledger, log_key: SigningKey, key: SigningKey, context: &Context) -> Result<Desk, Failure> {
        let state = context.state(&ledger, Until::End)?;
        Desk::start(Books { ledger, state }, vec![log_key], false, key, context)
    }

    /// Opens the ledger for a change of its log key: with the key files there are, or without the old one if it is
    /// lost.
    pub fn open_with_log_keys(files: &[&Path], lost: bool, context: &mut Context) -> Result<Desk, Failure> {
        let books = Books::open(context)?;
        let name = context.global.key.clone();
        let key = context.open_key(&name)?;
        let keys = files.iter().filter(|file| file.exists()).map(|file| context.open_key_file(file));
        let keys = keys.collect::<Result<Vec<_>, Failure>>()?;
        Desk::start(books, keys, lost, key, context)
    }

    fn start(
        books: Books,
        log_keys: Vec<SigningKey>,
        log_key_lost: bool,
        key: SigningKey,
        context: &Context,
    ) -> Result<Desk, Failure> {
        let Books { ledger, state } = books;
        let author = Author::new(key, ledger.id());
        let options = WriterOptions { log_key_lost, ..WriterOptions::default() };
        handover::keep(&ledger, &context.folder())?;
        let bookkeeper = Bookkeeper::new(state, ledger.clone());
        let writer = Writer::start(&ledger, LogKeys::new(log_keys), bookkeeper, Box::new(SystemClock), options)?;
        Ok(Desk { writer, author, outbox: Outbox::open_in(&context.folder())?, salts: Salts::new() })
    }

    /// Hands in what an earlier command was interrupted at: the very same bytes, so that nothing is said twice.
    fn send_waiting(&self, context: &Context) -> Result<(), Failure> {
        for submission in self.outbox.waiting()? {
            let number = submission.statement().number;
            match self.send(submission) {
                Ok(accepted) => {
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
                Err(AppendError::Refused(refusal).into())
            }
            Err(unknown) => Err(unknown.into()),
        }
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
