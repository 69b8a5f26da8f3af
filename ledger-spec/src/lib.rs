//! The trusted core of Cantus: what an event is, how the log is made of events, and how anybody checks it.
//!
//! `SPEC.md` beside this crate is normative for every byte; the code points back to its sections.
//! No I/O, no clock, no threads, no randomness, no unsafe code, and no panic on any input.

#![warn(clippy::unwrap_used)]

pub mod account;
pub mod authority;
mod c2sp;
pub mod checkpoint;
pub mod code;
pub mod codec;
pub mod commitment;
pub mod cosignature;
pub mod date;
pub mod event;
pub mod extract;
pub mod hash;
pub mod ident;
pub mod item;
pub mod key;
pub mod limits;
pub mod merkle;
pub mod money;
pub mod note;
pub mod period;
pub mod policy;
pub mod receipt;
pub mod record;
pub mod reference;
pub mod role;
pub mod sign;
pub mod submission;
mod text;
pub mod tile;
pub mod tlog_proof;
pub mod verify;

pub use hash::Hash;
