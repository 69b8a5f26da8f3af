//! The rules that turn usage and money events into postings (DESIGN section 5, stage 1).
//!
//! Pure: what a rule needs to know of the catalogue it asks of a [`Catalogue`], which a projection answers; what it
//! decides it returns. No I/O, no clock, no state, no floats, no constant rates: two runs over the same answers give
//! the same picos for ever. One file for each family of rules.
//!
//! How the money of a cell goes ([`rate()`]), in this order:
//!
//! 1. *Basis*: a computed royalty goes to the party it names; the money of a sale or stream goes on (`basis`, `rate`).
//! 2. *Recording*: the one reported, or the tracks of a release by weight (`rate`). Unknown: all waits.
//! 3. *Mechanical*: whether we owe it (`responsibility`), which licence covers it (`licence`), what each work costs
//!    (`price`, `statutory`), who holds it (`mechanical`, `work`) and who collects it (`title`). Owed, but nobody can say
//!    how much: all waits, since the rest cannot be said either.
//! 4. *Net*: what is left goes by split, less commission by contract; the contract says who bears a mechanical above
//!    the net (`recording`), or what part of a price is earned instead (`of_price`).
//!
//! Plays without money of their own are a part of the pool of their offering (`pool`): their money is all mechanical
//! (`pooled`), which is step 3 alone.
//!
//! The last day of use picks every rate, licence and version of a contract; of shares and splits, that day or the day the
//! report was recorded, as they say. Each derived amount is rounded once per cell, half to even; divisions are by largest
//! remainder; the parts sum to the money.

/// The versions of the rules that these are. What a version computes never changes: golden books pin it.
pub const VERSIONS: &[u32] = &[1];

pub mod accounts;
mod basis;
mod catalogue;
mod cell;
mod controlled;
mod explain;
pub mod groups;
mod licence;
mod mechanical;
mod movement;
mod of_price;
mod pool;
mod pooled;
pub mod postings;
mod price;
mod rate;
mod recording;
mod responsibility;
mod statutory;
pub mod territory;
mod title;
mod waits;
mod why;
mod work;

pub use basis::{is_posted, posted_sum};
pub use catalogue::{
    AdoptedMechanical, AdoptedRates, AgreedShare, Catalogue, Claimed, ContractTerms, Controller, Identified,
    LicenceInForce, Matched, MatchedWork, Payee, PoolInForce, SplitInForce, Track, Tracks,
};
pub use cell::{CellFacts, Content, Occasion, Part, Posting, Rating};
pub use explain::percent;
pub use movement::Movement;
pub use pool::{Multiplier, NoPool, Pool, PoolRate, Prong};
pub use pooled::Plays;
pub use rate::{rate, rate_into};
pub use title::{Collected, PaidShare, paid, short};
pub use why::{Cap, Factors, Gap, Holder, Mechanical, Net, Price, PriceRoyalty, Why};
