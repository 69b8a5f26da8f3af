//! `cantus init`: a new ledger, with its log key and the operator's first key.

use clap::Args;
use ledger_spec::Hash;
use ledger_spec::code::{NameRole, PartyKind};
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Party;
use ledger_spec::event::particulars::{Named, PartyDetails};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::note::check_name;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use serde::Serialize;

use super::Context;
use super::desk::Desk;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use crate::ingest::catalogue::check_code;
use crate::ledger::{Ledger, LedgerError, Opening, fresh_party};
use crate::store::StoreError;

/// The name of the file of the key that signs checkpoints.
pub const LOG_KEY: &str = "log";

/// Make a new ledger.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus init --name example.com/royalties
  cantus --ledger books init --name example.com/royalties --operator-name \"Example Music\"")]
pub struct Arguments {
    /// The ledger's public name, for good: a domain you own and a path, without https://.
    #[arg(long, value_parser = name)]
    name: String,
    /// The operator's own code in the ledger.
    #[arg(long, value_name = "CODE", default_value = "operator", value_parser = code)]
    operator: String,
    /// The operator's name. It can be erased later, unlike the ledger's.
    #[arg(long, value_name = "TEXT")]
    operator_name: Option<String>,
    /// One person alone may instruct and approve a payout. Public, and for good.
    #[arg(long)]
    one_person_pays: bool,
}

/// What there is after init.
#[derive(Serialize)]
struct Made {
    ledger: Hash,
    name: String,
    operator: PartyId,
    vkey: String,
}

/// Makes the ledger.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let folder = context.folder();
    // Before anybody is asked for a passphrase.
    match Ledger::read_in(&folder, &mut |_| {}) {
        Err(LedgerError::Store(StoreError::NoLedger { .. })) => {}
        Err(error) => return Err(error.into()),
        Ok(_) => return Err(StoreError::Exists { place: folder.path().display().to_string() }.into()),
    }
    let operator = fresh_party()?;
    let desk = open(arguments, operator, context)?;
    let (id, vkey) = (desk.ledger().id(), desk.ledger().verifier_key()?.to_string());
    introduce(arguments, operator, desk)?;

    let made = Made { ledger: id, name: arguments.name.clone(), operator, vkey };
    context.out.json(&made)?;
    context.out.line(format_args!("Made the ledger {} in {}", made.name, folder.path().display()))?;
    context.out.line(format_args!("  id    {}", made.ledger))?;
    context.out.line(format_args!("  vkey  {}", made.vkey))?;
    context.out.note(
        "\nGive the id or the vkey to whoever is to verify this ledger, by a way of its own. Keep copies of the keys \
         and of their passphrase: nobody can make them again.\n\nNext: write parties, works and contracts in a file \
         and append it. cantus append --format describes how.",
    );
    Ok(Exit::Fine)
}

fn open(arguments: &Arguments, operator: PartyId, context: &mut Context) -> Result<Desk, Failure> {
    let log_key = context.key_or_new(LOG_KEY)?;
    let name = context.global.key.clone();
    let operator_key = context.key_or_new(&name)?;
    let opening = Opening {
        origin: &arguments.name,
        operator,
        roles: Roles::OPERATOR,
        one_person_pays: arguments.one_person_pays,
    };
    let made = Ledger::create_in(&context.folder(), &opening, operator_key.clone(), &log_key);
    Desk::at(made?, log_key, operator_key, context)
}

/// The second submission: who the operator is.
fn introduce(arguments: &Arguments, operator: PartyId, mut desk: Desk) -> Result<(), Failure> {
    let code = Identifier { scheme: Scheme::HOUSE, value: &arguments.operator };
    let mut events = vec![Event::Party(Party { party: operator, kind: PartyKind::OPERATOR, identifiers: vec![code] })];
    if let Some(text) = &arguments.operator_name {
        let details = vec![Named { role: NameRole::NAME, text }];
        events.push(Event::PartyDetails(PartyDetails { party: operator, details }));
    }
    desk.say(&events)?;
    Ok(())
}

/// A name that can be the origin of checkpoints.
fn name(text: &str) -> Result<String, String> {
    let example = "such as example.com/royalties";
    match check_name(text) {
        Err(error) => Err(format!("{error}, {example}")),
        Ok(()) if text.contains("://") => {
            Err(format!("a name is no address: leave out what stands before ://, {example}"))
        }
        Ok(()) => Ok(text.to_owned()),
    }
}

/// A code that a party can have.
fn code(text: &str) -> Result<String, String> {
    check_code(text).map(|()| text.to_owned()).map_err(|problem| problem.reason.into())
}
