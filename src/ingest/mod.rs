//! Files in: reports from stores and distributors, and the catalogue and contracts that people write.

pub mod catalogue;
pub mod import;
pub mod report;
