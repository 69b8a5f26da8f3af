//! `cantus key enrol` and `cantus key proof`: a key may speak for a party, once it has proven that it is held.

use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use ledger_spec::Hash;
use ledger_spec::authority::Authority;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{EnrolMode, KeyEnrolled};
use ledger_spec::key::{PublicKey, Signature};
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use serde::{Deserialize, Serialize};

use crate::cli::Context;
use crate::cli::desk::Desk;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::known::Known;
use crate::cli::values::{ledger_id, role};
use crate::files;
use crate::ledger::Author;
use crate::projection::Until;

/// What each role lets a key say, in a line (SPEC.md sections 10 and 12.7).
const ROLES: &str = "Roles:
  operator    says everything, enrols and revokes keys, erases names
  reporter    imports the reports of its own party
  publisher   works, and the claims of its own party
  label       recordings with their splits, claims of its own party, contracts
  artist      recordings with their splits, claims of its own party
  accountant  payments, corrections and payouts; adopts rates, and closes periods
  treasurer   payments, corrections and payouts
  auditor     says nothing: its key is known";

/// Enrol a key for a party: one whose file is here, or one that sent its proof.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["name", "proof"]), after_help = ROLES)]
pub struct Arguments {
    /// The name of the key among the ledger's, or a file.
    #[arg(requires = "party")]
    name: Option<String>,
    /// What cantus key proof printed elsewhere; - reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["party", "role"])]
    proof: Option<PathBuf>,
    /// The party it speaks for, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// What it may say; may be given several times.
    #[arg(long, value_name = "ROLE", value_parser = role(), hide_possible_values = true, requires = "name")]
    role: Vec<Roles>,
    /// The party has a key already, which did not agree. This is visible for ever.
    #[arg(long)]
    r#override: bool,
}

/// Prove that a key is held, for an operator who is to enrol it.
#[derive(Debug, Args)]
#[command(after_help = ROLES)]
pub struct ProofArguments {
    /// The key's file, or its name among the ledger's.
    name: String,
    /// The party's id, 32 hex digits, or its code if the ledger is here. Whoever has the ledger finds the id with cantus
    /// key show --party CODE.
    #[arg(long, value_name = "PARTY")]
    party: String,
    /// What it is to say; may be given several times.
    #[arg(long, value_name = "ROLE", value_parser = role(), hide_possible_values = true, required = true)]
    role: Vec<Roles>,
    /// The id of the ledger, if it is not here.
    #[arg(long, value_name = "ID", value_parser = ledger_id)]
    ledger_id: Option<Hash>,
}

/// A proof as it travels, one line of JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    ledger: String,
    party: String,
    roles: Vec<String>,
    key: String,
    proof: String,
}

pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let (mut desk, party) = Desk::open_with(context, |books| {
        arguments.party.as_deref().map(|party| books.known().find_party(party)).transpose()
    })?;
    let ledger = desk.ledger().id();
    let mut enrolled = match (&arguments.proof, party.zip(arguments.name.as_deref())) {
        (None, Some((_, name))) if arguments.role.is_empty() => {
            let unsaid = format_args!("what may {name} say? give a --role, or several");
            return Err(Failure::with(Exit::Usage, unsaid).hint(ROLES));
        }
        (None, Some((party, name))) => {
            let key = context.open_key(name)?;
            Author::new(key, ledger).enrolment(party, all(&arguments.role), EnrolMode::First)
        }
        (file, _) => read(file.as_deref().unwrap_or(Path::new("-")))?.event(&ledger)?,
    };
    enrolled.mode = mode(&enrolled, &desk.author(), arguments.r#override, &desk.ledger().authority());
    let accepted = desk.say(&[Event::KeyEnrolled(enrolled)]).map_err(|failure| match enrolled.mode {
        EnrolMode::Endorsed if failure.hint.is_none() => failure.hint(ENDORSED),
        _ => failure,
    })?;
    context.out.done(accepted.first, format_args!("Enrolled {}: {}", enrolled.key, enrolled.roles))?;
    Ok(Exit::Fine)
}

/// What to do where a party has a key and another key than its own enrols the next.
const ENDORSED: &str = "the party has a key: enrol the next one with that, --key NAME, if it holds these roles; or with \
                        an operator's key over the party's head, --override, which is visible for ever";

/// How the key comes in: the party's first, endorsed by a key of the party, or by the operator over the party's head.
/// The ledger judges whether that may be.
fn mode(enrolled: &KeyEnrolled, author: &PublicKey, r#override: bool, authority: &Authority) -> EnrolMode {
    let own = authority.key(author).is_some_and(|author| author.party == enrolled.party);
    match authority.had_key(&enrolled.party) {
        false => EnrolMode::First,
        true if (r#override || !authority.has_live_key(&enrolled.party)) && !own => EnrolMode::Override,
        true => EnrolMode::Endorsed,
    }
}

pub fn proof(arguments: &ProofArguments, context: &mut Context) -> Outcome {
    let (ledger, party) = match (arguments.ledger_id, PartyId::from_hex(&arguments.party)) {
        (Some(ledger), Some(party)) => (ledger, party),
        (Some(_), None) => {
            return Err(Failure::with(Exit::Usage, "without the ledger, the party is named by its id, 32 hex digits"));
        }
        (None, party) => {
            let ledger = context.ledger()?;
            let state = context.state(&ledger, Until::End)?;
            (ledger.id(), party.map_or_else(|| Known::new(&state, &ledger).find_party(&arguments.party), Ok)?)
        }
    };
    let key = context.open_key(&arguments.name)?;
    let KeyEnrolled { key, proof, roles, .. } =
        Author::new(key, ledger).enrolment(party, all(&arguments.role), EnrolMode::First);
    let proof = Proof {
        ledger: ledger.to_string(),
        party: party.to_string(),
        roles: roles.names().map(str::to_owned).collect(),
        key: key.to_string(),
        proof: proof.to_string(),
    };
    let line = serde_json::to_string(&proof).map_err(Failure::new)?;
    context.out.bytes(format!("{line}\n").as_bytes())?;
    Ok(Exit::Fine)
}

fn all(roles: &[Roles]) -> Roles {
    roles.iter().fold(Roles::default(), |all, role| all.union(*role))
}

/// Longer files are no proof.
const PROOF_MAX: u64 = 64 << 10;

fn read(file: &Path) -> Result<Proof, Failure> {
    let bytes = match file.as_os_str() == "-" {
        true => files::read_up_to(io::stdin(), PROOF_MAX),
        false => files::read(file, PROOF_MAX),
    };
    let text = bytes.and_then(files::text).map_err(|error| Failure::file("read", file.display(), &error))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::with(Exit::Malformed, format_args!("{} is no proof: {error}", file.display())))
}

impl Proof {
    fn event(&self, ledger: &Hash) -> Result<KeyEnrolled, Failure> {
        let wrong = |what: &str| Failure::with(Exit::Malformed, format_args!("the proof's {what} cannot be read"));
        if Hash::from_hex(&self.ledger) != Some(*ledger) {
            return Err(Failure::new("the proof is for another ledger")
                .hint(format_args!("make it again with --ledger-id {ledger}")));
        }
        let proof = (0..64).map(|at| u8::from_str_radix(self.proof.get(2 * at..2 * at + 2)?, 16).ok());
        let proof: Option<Vec<u8>> = proof.collect();
        let proof = proof.filter(|_| self.proof.len() == 128).and_then(|bytes| bytes.try_into().ok());
        let roles: Option<Vec<Roles>> = self.roles.iter().map(|name| Roles::from_name(name)).collect();
        Ok(KeyEnrolled {
            party: PartyId::from_hex(&self.party).ok_or_else(|| wrong("party"))?,
            roles: all(&roles.ok_or_else(|| wrong("roles"))?),
            key: PublicKey::from_hex(&self.key).ok_or_else(|| wrong("key"))?,
            mode: EnrolMode::First,
            proof: Signature(proof.ok_or_else(|| wrong("proof"))?),
        })
    }
}
