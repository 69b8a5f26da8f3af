//! Witness cosignatures on checkpoints (C2SP tlog-cosignature v1, Ed25519, signature type `0x04`).
//!
//! ```text
//! message   = "cosignature/v1\n" || "time " || <Unix seconds, decimal> || "\n" || <checkpoint text, last newline included>
//! signature = time [8, big-endian] || Ed25519 signature of the message [64]
//! ```
//!
//! It says: at this time, the largest consistent tree that the witness has seen of this origin has this size and root.
//! The message names no witness, so one key must never serve two.

use crate::note::{KeyType, NameError, NoteSignature, VerifierKey};
use crate::sign::{PublicKey, SignError, SigningKey, sign};

/// Latest time of a cosignature, in Unix seconds (C2SP tlog-cosignature, "Format").
pub const TIME_MAX: u64 = i64::MAX as u64;

/// Why a cosignature is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// The name cannot be a key name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Beyond [`TIME_MAX`].
    #[error("the time of a cosignature is at most {TIME_MAX} Unix seconds, not {0}")]
    Time(u64),
}

/// Cosigns the text of a checkpoint as the witness `name`, at `time` in Unix seconds.
///
/// The caller has verified that the checkpoint continues the last one that it cosigned, and has stored this one.
pub fn cosign(text: &str, name: &str, key: &SigningKey, time: u64) -> Result<NoteSignature, CosignError> {
    if time > TIME_MAX {
        return Err(CosignError::Time(time));
    }
    let verifier = VerifierKey::new(name, KeyType::Cosignature, PublicKey::from(key))?;
    let signature = [&time.to_be_bytes()[..], &sign(key, &message(text, time))].concat();
    Ok(NoteSignature::by(&verifier, signature))
}

/// Checks the signature of a cosignature, without its key id, and returns its time.
pub(crate) fn verify(key: &PublicKey, text: &str, signature: &[u8]) -> Result<u64, SignError> {
    let (time, signature) = signature.split_first_chunk().ok_or(SignError::Signature)?;
    let time = u64::from_be_bytes(*time);
    let signature = signature.try_into().map_err(|_| SignError::Signature)?;
    if time > TIME_MAX {
        return Err(SignError::Signature);
    }
    key.verify(&message(text, time), signature)?;
    Ok(time)
}

fn message(text: &str, time: u64) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}
