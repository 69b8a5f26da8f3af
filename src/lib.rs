//! Cantus: an event-sourced music royalty ledger.

pub mod store;
