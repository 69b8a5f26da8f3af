//! What goes out: files that others read, made from the log and its projections.

pub mod chart;
pub mod extract;
pub mod journal;
pub mod tlog;
