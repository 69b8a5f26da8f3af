//! Random ledgers that a writer accepts: catalogues, rights, terms, licences, reports, money and corrections in any
//! order. What the books refuse is not said.
#![allow(dead_code, unused_imports, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod census;
mod dice;
mod facts;
mod money;
mod terms;
mod usage;
mod world;

pub use census::census;
pub use world::{Act, What, World, acts, books_of, said};
