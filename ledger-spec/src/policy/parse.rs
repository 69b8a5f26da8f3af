//! Reading a policy file. Every error names its line; a file that says two things at once is refused, never guessed at.

use std::collections::{BTreeMap, BTreeSet};

use super::{Group, Member, Policy};
use crate::c2sp::from_decimal;
use crate::note::{KeyType, VerifierKey, VkeyError};

/// Why a policy file is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicySyntaxError {
    /// A line cannot be read.
    #[error("policy, line {number}: {error}")]
    Line {
        /// Its number, from 1.
        number: usize,
        /// What is wrong with it.
        error: PolicyLineError,
    },
    /// No quorum line. "None needed" must be said.
    #[error("the policy has no quorum line; write \"quorum NAME\", or \"quorum none\" to ask for no witness")]
    NoQuorum,
}

/// What is wrong with a line of a policy file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyLineError {
    /// A control character other than tab and newline, or DEL.
    #[error("the octet 0x{0:02x} is not allowed in a policy")]
    Octet(u8),
    /// Not one of the four kinds of line, or not its fields.
    #[error(
        "a line reads \"log VKEY [URL]\", \"witness NAME VKEY [URL]\", \"group NAME K|any|all MEMBER...\" or \"quorum NAME|none\""
    )]
    Syntax,
    /// The key cannot be read.
    #[error(transparent)]
    Vkey(#[from] VkeyError),
    /// A witness's key for a log, or the reverse.
    #[error("{0} has the wrong type of key: a log's is 0x01 (Ed25519), a witness's 0x04 (cosignature)")]
    KeyType(String),
    /// The same public key again, under whatever name: it would count twice.
    #[error("the public key of {0} is there already")]
    DuplicateKey(String),
    /// A name defined before, or `none`.
    #[error("the name {0:?} is taken")]
    NameTaken(String),
    /// A name not defined above this line.
    #[error("{0:?} is not defined above this line")]
    UnknownName(String),
    /// A name that is a member of a group already.
    #[error("{0:?} is a member of a group already; a witness counts in one way only")]
    AlreadyMember(String),
    /// Not `any`, `all` or a number from 1 to the number of members.
    #[error("{found:?} is not \"any\", \"all\" or a number from 1 to {members}, the number of members")]
    Threshold {
        /// What the line says.
        found: String,
        /// How many members it lists.
        members: usize,
    },
    /// A second quorum line.
    #[error("there is a quorum line already")]
    SecondQuorum,
}

impl Policy {
    /// Parses a policy file.
    pub fn parse(file: &[u8]) -> Result<Policy, PolicySyntaxError> {
        let mut parser = Parser::default();
        for (line, number) in file.split(|octet| *octet == b'\n').zip(1..) {
            parser.line(line).map_err(|error| PolicySyntaxError::Line { number, error })?;
        }
        let quorum = parser.quorum.ok_or(PolicySyntaxError::NoQuorum)?;
        Ok(Policy { logs: parser.logs, witnesses: parser.witnesses, groups: parser.groups, quorum })
    }
}

#[derive(Default)]
struct Parser<'f> {
    logs: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    groups: Vec<Group>,
    /// Once said.
    quorum: Option<Option<Member>>,
    names: BTreeMap<&'f [u8], Member>,
    /// Names that are in a group.
    members: BTreeSet<&'f [u8]>,
}

/// Predefined: a quorum of nobody.
const NONE: &[u8] = b"none";

impl<'f> Parser<'f> {
    fn line(&mut self, line: &'f [u8]) -> Result<(), PolicyLineError> {
        let allowed = |octet: &u8| *octet == b'\t' || (*octet >= b' ' && *octet != 0x7f);
        if let Some(octet) = line.iter().find(|octet| !allowed(octet)) {
            return Err(PolicyLineError::Octet(*octet));
        }
        let fields = line.split(|octet| matches!(octet, b' ' | b'\t')).filter(|field| !field.is_empty());
        let fields: Vec<&[u8]> = fields.collect();
        match fields[..] {
            [] => Ok(()),
            [[b'#', ..], ..] => Ok(()),
            [b"log", vkey] | [b"log", vkey, _] => add_key(&mut self.logs, vkey, KeyType::Ed25519),
            [b"witness", name, vkey] | [b"witness", name, vkey, _] => {
                self.define(name, Member::Witness(self.witnesses.len()))?;
                add_key(&mut self.witnesses, vkey, KeyType::Cosignature)
            }
            [b"group", name, threshold, ref members @ ..] if !members.is_empty() => {
                self.group(name, threshold, members)
            }
            [b"quorum", name] => self.quorum(name),
            _ => Err(PolicyLineError::Syntax),
        }
    }

    fn define(&mut self, name: &'f [u8], member: Member) -> Result<(), PolicyLineError> {
        if name == NONE || self.names.insert(name, member).is_some() {
            return Err(PolicyLineError::NameTaken(text(name)));
        }
        Ok(())
    }

    fn defined(&self, name: &[u8]) -> Result<Member, PolicyLineError> {
        self.names.get(name).copied().ok_or_else(|| PolicyLineError::UnknownName(text(name)))
    }

    fn group(&mut self, name: &'f [u8], threshold: &[u8], members: &[&'f [u8]]) -> Result<(), PolicyLineError> {
        let mut group = Group { threshold: parse_threshold(threshold, members.len())?, members: Vec::new() };
        for member in members {
            group.members.push(self.defined(member)?);
            if !self.members.insert(member) {
                return Err(PolicyLineError::AlreadyMember(text(member)));
            }
        }
        self.define(name, Member::Group(self.groups.len()))?;
        self.groups.push(group);
        Ok(())
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), PolicyLineError> {
        let quorum = if name == NONE { None } else { Some(self.defined(name)?) };
        match self.quorum.replace(quorum) {
            None => Ok(()),
            Some(_) => Err(PolicyLineError::SecondQuorum),
        }
    }
}

fn add_key(keys: &mut Vec<VerifierKey>, vkey: &[u8], key_type: KeyType) -> Result<(), PolicyLineError> {
    // Octets that are not UTF-8 become characters that no key has.
    let key: VerifierKey = text(vkey).parse()?;
    if key.key_type() != key_type {
        return Err(PolicyLineError::KeyType(key.name().into()));
    }
    if keys.iter().any(|other| other.public_key() == key.public_key()) {
        return Err(PolicyLineError::DuplicateKey(key.name().into()));
    }
    keys.push(key);
    Ok(())
}

fn parse_threshold(threshold: &[u8], members: usize) -> Result<usize, PolicyLineError> {
    let number = match threshold {
        b"any" => Some(1),
        b"all" => Some(members),
        number => from_decimal(&text(number)).and_then(|number| usize::try_from(number).ok()),
    };
    let fits = number.filter(|number| (1..=members).contains(number));
    fits.ok_or_else(|| PolicyLineError::Threshold { found: text(threshold), members })
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
