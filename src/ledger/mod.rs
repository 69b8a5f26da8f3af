//! The ledger: the log with its rules. One writer takes submissions in; anybody reads.
//!
//! - Who speaks: an [`Author`] signs a [`Draft`](ledger_spec::submission::Draft) of events, with fresh [`Salts`], as
//!   its next submission on the [basis](Ledger::basis) of what it has seen. Keys rest in [`keys`].
//! - What is checked on any thread: [`Prepared`] holds a submission whose signature, ledger, bodies and citations are
//!   in order. An import prepares on one core while the writer orders on the other.
//! - What is checked in order: the [`Writer`], of which there is one, checks number, basis, authority and, through a
//!   [`Judge`] that a later room implements, the meaning; it orders, seals, commits, signs a checkpoint and answers
//!   [`Accepted`], or [`Refusal`]. The same submission again gets the same place again, so a retry is always safe.
//! - What the author keeps: the submission in an [`Outbox`] until the [receipt](Ledger::receipt) is stored there.
//! - Who reads: a [`Ledger`] needs no key. [`Ledger::store`] has records and bodies, [`Ledger::nodes`] the tree.
//!
//! What the ledger knows of its log (authority, tree, where submissions are) is made by following it, and kept in the
//! index so that opening reads only the end. An older copy of a ledger is [read](Ledger::open_older), never written.
//!
//! ```no_run
//! # use cantus::ledger::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # struct Rules;
//! # impl Judge for Rules {
//! #     fn check(&mut self, _: &Candidate<'_>) -> Result<(), Objection> { Ok(()) }
//! #     fn apply(&mut self, _: &Candidate<'_>) {}
//! # }
//! # let event = ledger_spec::event::catalogue::Work { identifiers: Vec::new(), public_domain: false };
//! let folder = Folder::new("ledger");
//! let mut passphrases = keys::Passphrases::new(keys::Source::new(None));
//! let ledger = Ledger::open_in(&folder, &mut |_| {})?;
//! let log_keys = LogKeys::new(vec![passphrases.open(&folder.key("log"))?]);
//! let writer = Writer::start(&ledger, log_keys, Rules, Box::new(SystemClock), WriterOptions::default())?;
//!
//! let author = Author::new(passphrases.open(&folder.key("operator"))?, ledger.id());
//! let mut draft = ledger_spec::submission::Draft::new();
//! draft.push(&event, Salts::new().fresh()?)?;
//! let number = ledger.next_number(&author.public()).unwrap_or(1);
//! let submission = author.sign(draft, number, ledger.basis(), SystemClock.wall())?;
//! let accepted = writer.append(submission)?;
//! println!("event {}", accepted.first);
//! # Ok(())
//! # }
//! ```

mod author;
mod cache;
mod clock;
mod durable;
mod error;
mod judge;
pub mod keys;
mod nodes;
mod older;
mod open;
mod outbox;
mod prepared;
mod read;
mod receipts;
mod refusal;
mod rollback;
mod state;
mod tree;
mod writer;

pub use author::{Author, Salts, fresh_party, log_key_change};
pub use clock::{Clock, ClockError, ClockLimits, SystemClock};
pub use error::LedgerError;
pub use judge::{Candidate, Judge, Objection, Proposed};
pub use nodes::LogNodes;
pub use older::{PublicLogError, public_log};
pub use open::{Folder, Opening};
pub use outbox::{Outbox, OutboxError};
pub use prepared::Prepared;
pub use read::Ledger;
pub use refusal::Refusal;
pub use rollback::Receipts;
pub use state::FollowError;
pub use writer::{Accepted, AppendError, LogKeys, Pending, Writer, WriterOptions};
