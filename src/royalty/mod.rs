//! The rules that turn usage and money events into postings (DESIGN section 5, stage 1).
//!
//! Pure: what a rule needs to know of the catalogue it asks of a [`Catalogue`], which a projection answers; what it
//! decides it returns. No I/O, no clock, no state, no floats, no constant rates: two runs over the same answers give
//! the same picos for ever. One file for each family of rules.

pub mod accounts;
mod basis;
mod catalogue;
mod cell;
mod explain;
mod mechanical;
pub mod postings;
mod price;
mod rate;
mod recording;
mod responsibility;
mod statutory;
pub mod territory;
mod waits;
mod why;

pub use basis::posted_sum;
pub use catalogue::{
    AdoptedMechanical, AdoptedRates, AgreedShare, Catalogue, ContractTerms, Controller, Identified, LicenceInForce,
    Matched, MatchedWork, Payee, SplitInForce, Track, Tracks,
};
pub use cell::{CellFacts, Content, Part, Posting, Rating};
pub use rate::rate;
pub use why::{Gap, Holder, Mechanical, Net, Price, Why};
