//! `cantus key`: the keys that sign: making, enrolling, replacing, revoking and listing them.

mod enrol;
mod list;
pub mod rotate;

use clap::{Args, Subcommand};
use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::governance::KeyRevoked;
use ledger_spec::key::PublicKey;
use serde::Serialize;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::init::LOG_KEY;
use super::known::Known;
use super::values;
use crate::ledger::keys;
use crate::projection::Until;

/// Why a key is revoked.
const REASONS: &[ReasonCode] =
    &[ReasonCode::LOST, ReasonCode::COMPROMISED, ReasonCode::RETIRED, ReasonCode::REPLACED, ReasonCode::ERROR];

/// Make, enrol, replace, revoke and list keys.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus key new ines                            a key file: keys/ines.pem and keys/ines.pub
  cantus key enrol ines --party ines --role treasurer
  cantus key list
  cantus key rotate ines                         a new key takes the place of the old one
  cantus key revoke ines --reason lost
  cantus key show log                            the key that verifies checkpoints

On another machine, without the ledger:
  cantus key proof ines.pem --party PARTY --role treasurer --ledger-id ID > proof.json
and the operator: cantus key enrol --proof proof.json")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key and write it to a file, encrypted.
    New {
        /// Its name among the ledger's keys, or a file ending in .pem.
        name: String,
    },
    /// List the keys that were ever enrolled.
    List,
    Enrol(enrol::Arguments),
    Proof(enrol::ProofArguments),
    /// Make a new key for the party of an old one, enrol it with the same roles, and revoke the old one.
    ///
    /// The old key's file stays, with the time of the change in its name. The name log means the key that signs
    /// checkpoints. Interrupted, the command is to be run again: it goes on where it stopped.
    Rotate {
        /// The name of the key.
        name: String,
        /// The log key is lost: the change is marked so, and nothing under the old key can be decided any more.
        #[arg(long)]
        lost: bool,
    },
    /// Revoke a key: it may not speak from the next submission on. What it said stands.
    Revoke {
        /// Its name among the ledger's keys, a file, or 64 hex digits.
        // Not `key`: that is the key that signs, and one that is lost cannot.
        #[arg(value_name = "KEY")]
        revoked: String,
        /// Why: lost, compromised, retired, replaced or error.
        #[arg(long, value_parser = values::reason(REASONS), hide_possible_values = true, default_value = "retired")]
        reason: ReasonCode,
    },
    /// Show the public key of a name or file; for log, the verifier key of checkpoints (vkey).
    Show {
        /// Its name among the ledger's keys, or a file.
        #[arg(required_unless_present = "party")]
        name: Option<String>,
        /// Show the id of this party instead, which cantus key proof takes where the ledger is not.
        #[arg(long, value_name = "CODE", conflicts_with = "name")]
        party: Option<String>,
    },
}

/// A key that was made or is shown.
#[derive(Serialize)]
struct Shown {
    name: String,
    key: PublicKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    vkey: Option<String>,
}

/// Does what the subcommand says.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    match &arguments.command {
        Command::New { name } if context.key_file(name) == context.folder().key(LOG_KEY) => {
            Err(Failure::with(Exit::Usage, "the key that signs checkpoints is not made by hand: it would sign nothing")
                .hint("cantus init makes it, and cantus key rotate log puts another in its place"))
        }
        Command::New { name } => {
            let key = keys::public(&context.new_key(name)?);
            let file = context.key_file(name);
            context.out.note(format_args!("Wrote {}", file.display()));
            show(Shown { name: name.clone(), key, vkey: None }, context)
        }
        Command::List => list::run(context),
        Command::Enrol(arguments) => enrol::run(arguments, context),
        Command::Proof(arguments) => enrol::proof(arguments, context),
        Command::Rotate { name, lost } if name == LOG_KEY => rotate::log_key(*lost, context),
        Command::Rotate { name, .. } => rotate::author(name, context),
        Command::Revoke { revoked, reason } => {
            let key = context.public_key(revoked)?;
            let mut desk = Desk::open(context)?;
            let accepted = desk.say(&[Event::KeyRevoked(KeyRevoked { key, reason: *reason })])?;
            context.out.done(accepted.first, format_args!("Revoked {key}; what it said stands"))?;
            Ok(Exit::Fine)
        }
        Command::Show { party: Some(party), .. } => {
            let ledger = context.ledger()?;
            let state = context.state(&ledger, Until::End)?;
            let id = Known::new(&state, &ledger).find_party(party)?;
            context.out.json(&serde_json::json!({ "party": id, "code": party }))?;
            context.out.line(id)?;
            Ok(Exit::Fine)
        }
        Command::Show { name, .. } => {
            let name = name.as_deref().unwrap_or_default();
            let vkey = if name == LOG_KEY { Some(context.ledger()?.verifier_key()?.to_string()) } else { None };
            let key = context.public_key(name)?;
            show(Shown { name: name.to_owned(), key, vkey }, context)
        }
    }
}

fn show(shown: Shown, context: &mut Context) -> Outcome {
    context.out.json(&shown)?;
    context.out.line(shown.vkey.unwrap_or_else(|| shown.key.to_string()))?;
    Ok(Exit::Fine)
}
