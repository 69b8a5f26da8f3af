//! Projections: what the log adds up to. Balances, the catalogue, usage cells and sources are folded out of the
//! events, can be thrown away, and come out the same again.
//!
//! - [`State`] takes in one event after the other ([`State::apply`]). Nothing in it depends on anything but the
//!   events: no clock, no chance, no order of hashing.
//! - Rating is put off: [`State::settle`] rates the cells that changed, with the rules of [`crate::royalty`], and
//!   posts the differences. What is asked of a [`Settled`] state is up to date.
//! - [`replay`] folds a log from its first event or from a snapshot, [`books`] a ledger's from the snapshot that its
//!   index keeps; the [`Bookkeeper`] keeps a state in step with the
//!   writer, and judges what is to be taken in.

mod accruals;
mod balances;
mod catalogue;
mod cells;
mod check;
mod checklist;
mod closes;
mod closing;
mod contested;
mod cores;
mod error;
mod explain;
mod foreign;
mod groups;
mod held_shares;
mod judge;
mod kept;
mod lines;
mod lists;
mod months;
mod owing;
mod past;
mod payouts;
mod periods;
mod pooled;
mod rating;
mod read;
mod replay;
pub mod reports;
mod reversal;
mod snapshot;
mod sources;
mod state;
mod statement;
mod table;
mod touch;
mod unpaid;
mod uses;
mod volume;

pub use accruals::Accrued;
pub use balances::{Balances, Filter, JournalLine, Row};
pub use catalogue::{Catalogue, Contract, Item, Named, TaxStatus};
pub use checklist::Finding;
pub use closes::WrongClose;
pub use closing::Closing;
pub use contested::{Claimant, Contested, Slice};
pub use error::FoldError;
pub use explain::{CellParts, CellView, Explained, Traced};
pub use foreign::Foreign;
pub use held_shares::{HeldFor, HeldShare};
pub use judge::Bookkeeper;
pub use kept::{books, keep};
pub use owing::Owing;
pub use past::{Past, Take};
pub use payouts::{Payout, PayoutError, PayoutStatus};
pub use periods::{Closed, Periods};
pub use rating::Settled;
pub use replay::{Checks, ReplayError, Replayed, Until, replay};
pub use snapshot::SnapshotError;
pub use sources::{Reported, Reporting, Source, Sources, message};
pub use state::{Entry, State};
pub use statement::{Held, MovedBy, Reserved, Stage, Statement, StatementLine, StatementMove, Under};
pub use table::Standing;
pub use unpaid::{NotPaid, Unpaid};
