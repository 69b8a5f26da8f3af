//! The limits of the format (SPEC.md section 2). Each bounds what a verifier must hold in memory.

/// Largest body that is not inline, in bytes, its kind included.
pub const BODY: usize = 16 * 1024;
/// Largest inline body in bytes: with it the record stays below the 65,535 bytes of a C2SP entry.
pub const BODY_INLINE: usize = 60_000;
/// Most events in one submission.
pub const SUBMISSION_EVENTS: u32 = 4096;
/// Most bytes in one submission: its bodies and salts together.
pub const SUBMISSION_BYTES: usize = 8 << 20;
/// All counters and sizes stay below 2^53, so that every JSON reader and browser holds them exactly.
pub const COUNTER: u64 = 1 << 53;
/// Longest identifier as given, in bytes.
pub const IDENTIFIER: usize = 255;
/// Longest name or sentence in a *particulars* body, in bytes.
pub const TEXT: usize = 4000;
/// Longest origin (the ledger's name), in bytes.
pub const ORIGIN: usize = 128;
