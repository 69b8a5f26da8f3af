//! The ledger: the log with its rules. One writer takes submissions in; anybody reads.
//!
//! On the author's side, a [`Draft`](ledger_spec::submission::Draft) of events is signed by an [`Author`] and checked,
//! on any thread, into a [`Prepared`]. The writer checks what depends on the log (number, basis, authority, and by a
//! [`Judge`] the meaning), orders, seals, commits, signs a checkpoint and answers.

mod author;
mod clock;
mod durable;
mod judge;
pub mod keys;
mod prepared;
mod refusal;

pub use author::{Author, Salts, fresh_party, log_key_change};
pub use clock::{Clock, ClockError, ClockLimits, SystemClock};
pub use judge::{Candidate, Judge, Objection, Proposed};
pub use prepared::Prepared;
pub use refusal::Refusal;
