//! Cantus: an event-sourced music royalty ledger.

#![warn(clippy::unwrap_used)]

pub mod ingest;
pub mod projection;
pub mod royalty;
pub mod store;

pub mod export;
pub mod ledger;
pub mod verify;
