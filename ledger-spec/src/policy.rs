//! Trust policies: which logs, and which witnesses in what number, make a checkpoint good (C2SP tlog-policy).
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> <k|any|all> <member>...        at least k of the members, witnesses or groups
//! quorum <name|none>                          exactly one such line
//! # comment
//! ```
//!
//! Fields are separated by spaces and tabs; names are octets, equal only if all of them are. A name is used below its
//! definition only and is a member of at most one group, so each witness counts in one way. URLs are passed over:
//! nothing here speaks to a log or a witness.

mod parse;

pub use parse::{PolicyLineError, PolicySyntaxError};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::note::{KeyType, Note, NoteError, Verified, VerifierKey};

/// A trust policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    /// Each after its members.
    groups: Vec<Group>,
    /// `None` asks for no witness.
    quorum: Option<Member>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    /// How many members must have witnessed: between 1 and their number.
    threshold: usize,
    members: Vec<Member>,
}

/// An index into the policy's witnesses or groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

/// A checkpoint that meets a policy, and whose signatures make it so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted<'p> {
    /// What the log says.
    pub checkpoint: Checkpoint,
    /// The log that signed it.
    pub log: &'p VerifierKey,
    /// The cosignatures of the policy's witnesses, in the order of the note; time in Unix seconds.
    pub cosignatures: Vec<(&'p VerifierKey, u64)>,
}

/// Why a checkpoint does not meet a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A known key's signature is not good, or no known key has signed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No log of the policy with the name of the checkpoint's origin has signed it.
    #[error("no log of the policy named {origin:?} has signed the checkpoint")]
    UnknownLog {
        /// The checkpoint's origin.
        origin: String,
    },
    /// Too few witnesses, or not the right ones.
    #[error("the checkpoint's {found} cosignatures by witnesses of the policy do not make its quorum")]
    NoQuorum {
        /// How many cosignatures by its witnesses there are.
        found: usize,
    },
}

impl Policy {
    /// The policy that trusts one log by its key, without witnesses.
    pub fn trusting(log: VerifierKey) -> Policy {
        Policy { logs: vec![log], witnesses: Vec::new(), groups: Vec::new(), quorum: None }
    }

    /// The keys of its logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of its witnesses.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// Takes the checkpoint from a note, after checking that one of the policy's logs signed it, that enough of its
    /// witnesses cosigned it, and that no signature claims to be by one of these keys and is not.
    pub fn open(&self, note: &Note) -> Result<Accepted<'_>, PolicyError> {
        let known: Vec<&VerifierKey> = self.logs.iter().chain(&self.witnesses).collect();
        let verified = note.verify(&known)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        let of_origin = |key: &&VerifierKey| key.key_type() == KeyType::Ed25519 && key.name() == checkpoint.origin;
        let Some(log) = verified.iter().map(|signature| signature.key).find(of_origin) else {
            return Err(PolicyError::UnknownLog { origin: checkpoint.origin });
        };
        Ok(Accepted { checkpoint, log, cosignatures: self.quorum(&verified, |_| true)? })
    }

    /// The cosignatures by its witnesses on a note, after checking that those that count make the quorum, and that none
    /// claims to be by a witness and is not. Who signed for the log is the caller's to check: its key may have changed
    /// since the policy was written.
    pub fn cosigned(
        &self,
        note: &Note,
        counts: impl Fn(&VerifierKey) -> bool,
    ) -> Result<Vec<(&VerifierKey, u64)>, PolicyError> {
        let witnesses: Vec<&VerifierKey> = self.witnesses.iter().collect();
        match note.verify(&witnesses) {
            Err(NoteError::NoKnownSignature(_)) => self.quorum(&[], counts),
            verified => self.quorum(&verified?, counts),
        }
    }

    /// The cosignatures that count, if they make the quorum.
    fn quorum<'p>(
        &self,
        verified: &[Verified<'p>],
        counts: impl Fn(&VerifierKey) -> bool,
    ) -> Result<Vec<(&'p VerifierKey, u64)>, PolicyError> {
        let cosignatures = verified.iter().filter_map(|signature| Some((signature.key, signature.time?)));
        let cosignatures: Vec<_> = cosignatures.filter(|(witness, _)| counts(witness)).collect();
        match self.is_met(&cosignatures) {
            true => Ok(cosignatures),
            false => Err(PolicyError::NoQuorum { found: cosignatures.len() }),
        }
    }

    /// Whether the witnesses that have cosigned make the quorum.
    fn is_met(&self, cosignatures: &[(&VerifierKey, u64)]) -> bool {
        let mut groups: Vec<bool> = Vec::with_capacity(self.groups.len());
        let cosigned = |witness: &VerifierKey| cosignatures.iter().any(|(key, _)| *key == witness);
        let witnessed = |member: Member, groups: &[bool]| match member {
            Member::Witness(index) => self.witnesses.get(index).is_some_and(cosigned),
            Member::Group(index) => groups.get(index) == Some(&true),
        };
        for group in &self.groups {
            let count = group.members.iter().filter(|member| witnessed(**member, &groups)).count();
            groups.push(count >= group.threshold);
        }
        self.quorum.is_none_or(|member| witnessed(member, &groups))
    }
}
