//! Cantus: an event-sourced music royalty ledger.
