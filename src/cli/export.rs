//! `cantus export`: the log for everybody, or a part of it with its bodies for those who are entitled to them.

mod extract;
mod journal;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Context;
use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::handover;
use super::values::many;
use crate::export::tlog::{ExportError, StaticLog};

/// Export the ledger for others.
#[derive(Debug, Args)]
#[command(before_help = "Examples:
  cantus export tlog public/                  tiles, checkpoint and vkey, for any web server
  cantus verify public/ --ledger-id ID        with the id that you were given, not read from that folder
  cantus export extract mira.extract --party mira   what concerns Mira, with proofs and bodies
  cantus verify mira.extract --ledger-id ID
  cantus export journal books.journal         every posting, for hledger: hledger -f books.journal check -s
  cantus export journal books.beancount --format beancount   the same, for Beancount: bean-check books.beancount")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The log as static tiles (C2SP tlog-tiles): records and proofs, no private body. A later export into the same
    /// folder adds to it.
    Tlog {
        /// The folder; it is made if it is not there.
        folder: PathBuf,
    },
    Extract(extract::Arguments),
    Journal(journal::Arguments),
}

/// Exports.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    let folder = match &arguments.command {
        Command::Extract(arguments) => return extract::run(arguments, context),
        Command::Journal(arguments) => return journal::run(arguments, context),
        Command::Tlog { folder } => folder,
    };
    let ledger = context.ledger()?;
    let given_out = ledger.checkpoint().ok_or_else(|| Failure::new("no checkpoint was ever given out"))?;
    let log = StaticLog {
        store: ledger.store(),
        checkpoint: &given_out.checkpoint,
        vkey: &ledger.verifier_key()?,
        handovers: &handover::all(&context.folder())?,
    };
    let exported = log.write(folder)?;
    context.out.json(&serde_json::json!({ "size": exported.size, "files": exported.files }))?;
    context.out.line(format_args!(
        "{} in {}, {} written",
        many(exported.size, "event"),
        folder.display(),
        many(exported.files, "file")
    ))?;
    Ok(Exit::Fine)
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Failure {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::LedgerFolder(_) => {
                Failure::with(Exit::Usage, error).hint("cantus export tlog public makes a folder that is safe to serve")
            }
            _ => Failure::new(error),
        }
    }
}
