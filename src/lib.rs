//! Cantus: an event-sourced music royalty ledger.

pub mod ingest;
pub mod royalty;
pub mod store;

pub mod ledger;
