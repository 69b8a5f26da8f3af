//! Cantus: an event-sourced music royalty ledger.

#![warn(clippy::unwrap_used)]

pub mod cli;
pub mod export;
mod files;
pub mod ingest;
pub mod ledger;
pub mod projection;
pub mod royalty;
pub mod store;
pub mod verify;
