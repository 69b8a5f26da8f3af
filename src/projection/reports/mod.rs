//! The accountant's reports: what settled books come to, asked in the ways that accountants and auditors ask.
//!
//! Nothing of this is kept; every report is computed from the books it is of, and its sums tie to their balances.

mod suspense;
mod trial_balance;

pub use suspense::Waiting;
pub use trial_balance::{Sides, trial_balance};
