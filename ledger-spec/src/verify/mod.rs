//! The public verifier (SPEC.md section 18): what anybody can check of a ledger with nothing but public data.
//!
//! [`Digester`] checks chunks of the log on their own and on any core, [`Verifier`] takes the digests in order and
//! closes with a [`Report`]. Nothing here reads files, asks a clock or starts a thread: callers do.

mod bodies;
mod checkpoint;
mod conclude;
mod digest;
mod docket;
mod extract;
mod flaws;
mod heads;
mod judge;
mod lookback;
mod open;
mod report;
mod stream;
mod tiles;

pub use bodies::BodiesDigest;
pub use checkpoint::{Anchors, Published};
pub use digest::{ChunkDigest, Digester, whole_submissions};
pub use extract::verify_extract;
pub use report::{Check, Finding, Headline, Outcome, Report, Rule, Verdict};
pub use stream::Verifier;
pub use tiles::TileCheck;
