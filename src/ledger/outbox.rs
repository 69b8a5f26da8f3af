//! Submissions on the author's side, kept from before they are handed in until their receipt is stored, so that a
//! retry after any crash hands in the very same bytes: signing anew would be another message under a used number.
//!
//! A folder of files `AUTHOR-NUMBER.submission` and `AUTHOR-NUMBER.receipt`. Files appear whole or not at all, and a
//! submission goes only when its receipt is durable. `AUTHOR-HASH.begun` says how the append of a text, by its hash,
//! began that takes several submissions.

use std::io;
use std::sync::Arc;

use ledger_spec::Hash;
use ledger_spec::key::PublicKey;
use ledger_spec::receipt::Receipt;
use ledger_spec::submission::{Statement, Submission, SubmissionError};
use thiserror::Error;

use super::Folder;
use crate::store::{Disk, RealDisk};

const SUBMISSION: &str = "submission";
pub(super) const RECEIPT: &str = "receipt";
const BEGUN: &str = "begun";
const UNFINISHED: &str = "new";

/// Why the outbox cannot do what it should.
#[derive(Debug, Error)]
pub enum OutboxError {
    /// The operating system refused.
    #[error("cannot {action} {file} in the outbox {place}: {source}")]
    Io {
        /// The operation, as a verb.
        action: &'static str,
        /// The file.
        file: String,
        /// The outbox.
        place: String,
        /// The system's answer.
        source: io::Error,
    },
    /// A kept submission is not one.
    #[error("{file} in the outbox is damaged: {error}; if the ledger has no such submission, remove it")]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong.
        error: SubmissionError,
    },
    /// A kept submission is under the name of another: it would be handed in again and again, and never go.
    #[error(
        "{file} in the outbox holds the submission whose file is {name}: if that one is there too, or the ledger has it, \
         remove {file}; else rename it"
    )]
    Misnamed {
        /// The file.
        file: String,
        /// What it should be called.
        name: String,
    },
    /// A file that was being written when its writer was stopped.
    #[error("{file} in the outbox was left half-written; the next command that writes in the ledger removes it")]
    Unfinished {
        /// The file.
        file: String,
    },
    /// A file that nothing of the outbox is called like.
    #[error("{file} in the outbox is nothing that belongs there: move it elsewhere")]
    Stranger {
        /// The file.
        file: String,
    },
    /// Another submission is kept under this number.
    #[error(
        "another submission number {number} by key {author} waits in the outbox: hand that one in first, and sign this \
         one under the next number"
    )]
    Waiting {
        /// The author.
        author: PublicKey,
        /// The number.
        number: u64,
    },
    /// Another submission has its receipt under this number.
    #[error(
        "the receipt of another submission number {number} by key {author} is in the outbox: the log does not have \
         what it had given out; restore the newest copy of the whole ledger"
    )]
    Settled {
        /// The author.
        author: PublicKey,
        /// The number.
        number: u64,
    },
    /// A stored receipt is not one, or does not prove what it says.
    #[error(
        "{file} in the outbox is damaged: {what}; put it back from a copy. Without one, compare the log with a \
         checkpoint that was published, and remove the file"
    )]
    DamagedReceipt {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
}

/// The outbox.
#[derive(Debug, Clone)]
pub struct Outbox {
    disk: Arc<dyn Disk>,
}

impl Outbox {
    /// The outbox on that disk.
    pub fn new(disk: Arc<dyn Disk>) -> Outbox {
        Outbox { disk }
    }

    /// The outbox of a ledger's folder, made if it is not there.
    pub fn open_in(folder: &Folder) -> Result<Outbox, OutboxError> {
        let path = folder.outbox();
        let place = path.display().to_string();
        let disk = RealDisk::new(path);
        let disk =
            disk.map_err(|source| OutboxError::Io { action: "make", file: "the folder".to_owned(), place, source })?;
        Ok(Outbox::new(Arc::new(disk)))
    }

    /// Keeps a submission; it is durable on return. To keep it again changes nothing.
    pub fn keep(&self, submission: &Submission) -> Result<(), OutboxError> {
        let name = name(submission, SUBMISSION);
        let bytes = submission.to_bytes();
        match self.read(&name)? {
            None => {
                let Statement { author, number, .. } = *submission.statement();
                match self.receipt(&author, number)? {
                    None => self.write(&name, &bytes),
                    Some(_) => Err(OutboxError::Settled { author, number }),
                }
            }
            Some(kept) if kept == bytes => Ok(()),
            Some(_) => {
                let statement = submission.statement();
                Err(OutboxError::Waiting { author: statement.author, number: statement.number })
            }
        }
    }

    /// Every submission that is kept, each author's in the order of their numbers.
    pub fn waiting(&self) -> Result<Vec<Submission>, OutboxError> {
        self.files(SUBMISSION)?.iter().map(|file| self.kept(file)).collect()
    }

    /// The submission that a file keeps.
    fn kept(&self, file: &str) -> Result<Submission, OutboxError> {
        let bytes = self.read(file)?.unwrap_or_default();
        let damaged = |error| OutboxError::Damaged { file: file.to_owned(), error };
        let submission = Submission::parse(&bytes).map_err(damaged)?;
        match name(&submission, SUBMISSION) {
            name if name == file => Ok(submission),
            name => Err(OutboxError::Misnamed { file: file.to_owned(), name }),
        }
    }

    /// What is wrong with its files, but for receipts: those are held against the log
    /// ([`Ledger::check_receipts`](super::Ledger::check_receipts)).
    pub fn inspect(&self) -> Result<Vec<OutboxError>, OutboxError> {
        let mut files = self.disk.list().map_err(self.failed("list", "files"))?;
        files.sort_unstable();
        let wrong = |file: String| match file.rsplit_once('.') {
            Some((_, SUBMISSION)) => self.kept(&file).err(),
            Some((_, RECEIPT | BEGUN)) => None,
            Some((_, UNFINISHED)) => Some(OutboxError::Unfinished { file }),
            _ => Some(OutboxError::Stranger { file }),
        };
        Ok(files.into_iter().filter_map(wrong).collect())
    }

    /// Removes what writers that were stopped left half-written: it is of no use, and may hold what was erased since.
    /// For who has the ledger open to write alone: nobody else is writing here.
    pub fn tidy(&self) -> Result<(), OutboxError> {
        self.files(UNFINISHED)?.iter().try_for_each(|file| self.remove(file))
    }

    /// Stores the receipt of a submission, durably, and then lets go of the submission. A receipt that is there is never
    /// replaced: a later one for the same place proves the same, and one for another place contradicts it.
    pub fn settle(&self, submission: &Submission, receipt: &[u8]) -> Result<(), OutboxError> {
        let Statement { author, number, .. } = *submission.statement();
        self.store(&author, number, receipt)?;
        self.discard(submission)
    }

    /// Stores the receipt of a submission that was not kept here, durably.
    pub fn store(&self, author: &PublicKey, number: u64, receipt: &[u8]) -> Result<(), OutboxError> {
        match self.receipt(author, number)? {
            None => self.write(&file_name(author, number, RECEIPT), receipt),
            Some(stored) if stored == receipt || is_same_place(&stored, receipt) => Ok(()),
            Some(_) => Err(OutboxError::Settled { author: *author, number }),
        }
    }

    /// Lets go of a submission that was refused: nothing of it is in the ledger, and its number is free.
    pub fn discard(&self, submission: &Submission) -> Result<(), OutboxError> {
        self.remove(&name(submission, SUBMISSION))
    }

    /// Keeps how an author's append of a text began; it is durable on return.
    pub fn begin(&self, author: &PublicKey, text: &Hash, begun: &[u8]) -> Result<(), OutboxError> {
        self.write(&format!("{author}-{text}.{BEGUN}"), begun)
    }

    /// How an author's append of a text began, if it has not come to its end.
    pub fn begun(&self, author: &PublicKey, text: &Hash) -> Result<Option<Vec<u8>>, OutboxError> {
        self.read(&format!("{author}-{text}.{BEGUN}"))
    }

    /// The append of a text has come to its end.
    pub fn finish(&self, author: &PublicKey, text: &Hash) -> Result<(), OutboxError> {
        self.remove(&format!("{author}-{text}.{BEGUN}"))
    }

    /// The receipt of a submission, if it is stored.
    pub fn receipt(&self, author: &PublicKey, number: u64) -> Result<Option<Vec<u8>>, OutboxError> {
        self.read(&file_name(author, number, RECEIPT))
    }

    /// The files of all receipts, each author's in the order of their numbers.
    pub(super) fn receipts(&self) -> Result<Vec<String>, OutboxError> {
        self.files(RECEIPT)
    }

    /// Reads a receipt by its file.
    pub(super) fn read_receipt(&self, file: &str) -> Result<Receipt, OutboxError> {
        let damaged = |what: String| OutboxError::DamagedReceipt { file: file.to_owned(), what };
        Receipt::parse(&self.read(file)?.unwrap_or_default()).map_err(|error| damaged(error.to_string()))
    }

    fn files(&self, extension: &str) -> Result<Vec<String>, OutboxError> {
        let mut names = self.disk.list().map_err(self.failed("list", "files"))?;
        names.retain(|name| name.strip_suffix(extension).is_some_and(|name| name.ends_with('.')));
        names.sort_unstable();
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, OutboxError> {
        let file = match self.disk.open(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(self.failed("open", name))?,
        };
        let read = || {
            let length = usize::try_from(file.len()?).map_err(|_| io::ErrorKind::FileTooLarge)?;
            let mut bytes = vec![0; length];
            file.read_at(&mut bytes, 0)?;
            Ok(bytes)
        };
        read().map(Some).map_err(self.failed("read", name))
    }

    fn remove(&self, name: &str) -> Result<(), OutboxError> {
        match self.disk.remove(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.and_then(|()| self.disk.sync_dir()).map_err(self.failed("remove", name)),
        }
    }

    /// Writes a file beside its place and moves it there.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), OutboxError> {
        let unfinished = format!("{name}.{UNFINISHED}");
        let write = || {
            let file = self.disk.create(&unfinished)?;
            file.write_at(bytes, 0)?;
            file.sync_data()?;
            self.disk.rename(&unfinished, name)?;
            self.disk.sync_dir()
        };
        write().map_err(self.failed("write", name))
    }

    fn failed(&self, action: &'static str, file: &str) -> impl FnOnce(io::Error) -> OutboxError {
        let (file, place) = (file.to_owned(), self.disk.place());
        move |source| OutboxError::Io { action, file, place, source }
    }
}

/// Whether two receipts put the same record after the same one.
fn is_same_place(one: &[u8], other: &[u8]) -> bool {
    let place = |bytes| Receipt::parse(bytes).ok().map(|receipt| (receipt.prev, receipt.sealed));
    place(one).is_some_and(|placed| Some(placed) == place(other))
}

fn name(submission: &Submission, extension: &str) -> String {
    let statement = submission.statement();
    file_name(&statement.author, statement.number, extension)
}

/// Numbers stay below 2^53, so sixteen digits put them in order.
pub(super) fn file_name(author: &PublicKey, number: u64, extension: &str) -> String {
    format!("{author}-{number:016}.{extension}")
}
