//! Files in.

pub mod catalogue;
