//! What goes out: files that others read, made from the log and its projections.

pub mod extract;
pub mod tlog;
