//! The accountant's reports: what settled books come to, asked in the ways that accountants and auditors ask.
//!
//! Nothing of this is kept; every report is computed from the books it is of, and its sums tie to their balances.

mod aged;
mod entries;
mod ledger;
mod restated;
mod roll_forward;
mod rows;
mod suspense;
mod tie;
mod trial_balance;

pub use aged::{AGED, Ages, BUCKETS};
pub use entries::{Entry, Origin};
pub use ledger::Page;
pub use restated::{Months, Restated, Shown, day_of};
pub use roll_forward::{Holding, RollForward};
pub use rows::States;
pub use suspense::Waiting;
pub use tie::{Received, Tie};
pub use trial_balance::{Sides, trial_balance};
